//! `GET /api/kpis/{id}/rows`: the rows behind a figure, which add up to it.

mod asked;
mod body;
pub mod csv;

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use catalogue::question::{Principal, Question};
use futures::{StreamExt, TryStreamExt, stream};
use model::Instant;

use super::Context;
use super::error::{ApiError, ErrorBody};
use crate::ServerError;
use crate::ask::Reader;

pub use asked::{Listing, RowsAsked};
pub(crate) use body::to_json;
pub use body::{ColumnBody, RowBody, RowsBody, SumsBody};

/// The rows behind a figure: exactly those the answer to the same question counted, so that they add up to it.
///
/// Where a value is hidden because it has too few behind it, the rows are listed all the same. As CSV all rows are
/// given, without a limit.
#[utoipa::path(get, operation_id = "rows", path = "/api/kpis/{id}/rows", tag = "kpis", params(
    ("id" = String, Path, description = "id or alias; of a derived metric the error names those it is made of"),
    ("range" = Option<String>, Query, description = "named range (last-28d, this-month, month-to-date, 2026-Q2, FY2026 …), a day (2026-05-26), a month (2026-05), or A..B of days, months, quarters or years, both included; last-month where absent"),
    ("from" = Option<String>, Query, description = "first day, with `to`, in place of range"),
    ("to" = Option<String>, Query, description = "day after the last"),
    ("only" = Option<Vec<String>>, Query, description = "dimension=value; dimension alone for rows without a value; may be repeated: any of the values of one dimension, all of the dimensions"),
    ("where" = Option<String>, Query, description = "filter in SQL's scalar syntax"),
    ("set" = Option<Vec<String>>, Query, description = "parameter=value; may be repeated"),
    ("variant" = Option<String>, Query, description = "named preset of parameters"),
    ("as_defined_on" = Option<String>, Query, description = "a day, as 2026-01-31: under the definitions that were in force then"),
    ("part" = Option<String>, Query, description = "all, or one of the parts of the figure: numerator, rest, outside, positive, negative, neutral, ended, open, counted; all where absent"),
    ("sort" = Option<String>, Query, description = "at, -at, amount or -amount; at where absent"),
    ("limit" = Option<u32>, Query, description = "rows of a page, at most 1000; 100 where absent"),
    ("after" = Option<String>, Query, description = "`next` of the page before"),
    ("format" = Option<String>, Query, description = "json, or csv for all rows; json where absent"),
), responses(
    (status = 200, body = RowsBody), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn list(
    State(context): State<Context>,
    Path(id): Path<String>,
    asked: RowsAsked,
) -> Result<Response, ApiError> {
    let now = context.now();
    let question = asked.question(&id, now, &context.reader.workspace.organisation)?;
    let reader = &context.reader.as_defined_on(asked.asked.as_defined_on()?, [id.as_str()])?;
    let principal = Principal::local();
    if !asked.is_csv()? {
        return Ok(Json(RowsBody::read(reader, &question, &asked, &principal, now).await?).into_response());
    }
    let name = format!("{}-{}-{}.csv", question.metric, question.range.from, question.range.to);
    let name: String = name.chars().filter(|char| char.is_ascii_alphanumeric() || "-_.".contains(*char)).collect();
    let lines = csv_lines(reader, &question, &asked, &principal, now).await?;
    let head = [
        (CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    Ok((head, Body::from_stream(lines)).into_response())
}

/// All rows as CSV, piece by piece, the header first.
///
/// # Errors
/// As [`RowsBody::read`]; or, in the stream, what was met on the way.
pub async fn csv_lines(
    reader: &Reader,
    question: &Question,
    asked: &RowsAsked,
    principal: &Principal,
    now: Instant,
) -> Result<impl futures::Stream<Item = Result<Bytes, ServerError>> + Send + use<>, ServerError> {
    let (plan, selection, _) = reader.rows(question, principal, now)?;
    let listing = asked.listing(&plan, selection.has_amounts()).map_err(ServerError::Problems)?;
    let (table, columns) = (plan.table, selection.columns.clone());
    let header = csv::header(&columns);
    let rows = selection.stream(&listing.parts, listing.sort).await?.map_err(ServerError::from);
    let records = rows.map(move |rows| Ok(csv::records(&rows?, table, &columns)));
    Ok(stream::once(futures::future::ready(Ok(header))).chain(records).map_ok(Bytes::from))
}
