//! `GET /api/kpis/{id}/dimensions/{name}/values`: what a filter can be set to.

use axum::Json;
use axum::extract::{Path, State};
use catalogue::question::{Principal, Question};
use model::calendar::Grain;
use serde::Serialize;
use utoipa::ToSchema;

use super::Context;
use super::error::{ApiError, ErrorBody};
use super::question::Asked;

/// Most values that are listed.
const VALUES_MAX: usize = 200;

/// The values of a dimension.
#[derive(Debug, Serialize, ToSchema)]
pub struct ValuesBody {
    /// Name of the dimension.
    dimension: String,
    /// The values, most frequent first, at most 200.
    values: Vec<ValueBody>,
    /// How many more there are.
    left_out: usize,
}

/// A value of a dimension.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ValueBody {
    /// The value, as `only` takes it; null for rows without one.
    value: Option<String>,
    /// The name of an agent or a team, where records give one.
    label: Option<String>,
    /// Sample size of the metric among rows with it.
    n: u64,
}

/// The values of a dimension among what a metric counts.
#[utoipa::path(get, operation_id = "values", path = "/api/kpis/{id}/dimensions/{name}/values", tag = "kpis", params(
    ("id" = String, Path, description = "id or alias"),
    ("name" = String, Path, description = "a dimension of the metric, as channel"),
    ("range" = Option<String>, Query, description = "named range (last-28d, this-month, month-to-date, 2026-Q2, FY2026 …), a day (2026-05-26), a month (2026-05), or A..B of days, months, quarters or years, both included; last-month where absent"),
    ("from" = Option<String>, Query, description = "first day, with `to`, in place of range"),
    ("to" = Option<String>, Query, description = "day after the last"),
    ("only" = Option<Vec<String>>, Query, description = "dimension=value; dimension alone for rows without a value; may be repeated"),
    ("where" = Option<String>, Query, description = "filter in SQL's scalar syntax"),
    ("set" = Option<Vec<String>>, Query, description = "parameter=value; may be repeated"),
    ("variant" = Option<String>, Query, description = "named preset of parameters"),
), responses((status = 200, body = ValuesBody), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn values(
    State(context): State<Context>,
    Path((id, name)): Path<(String, String)>,
    asked: Asked,
) -> Result<Json<ValuesBody>, ApiError> {
    let now = context.now();
    asked.takes(&["range", "from", "to", "only", "where", "set", "variant"])?;
    let question = asked.question(&id, Some(Grain::Total), now, &context.reader.workspace.organisation)?;
    let question = Question { by: vec![name.clone()], ..question };
    let answers = context.reader.ask(&[question], &Principal::local(), now).await?;
    let answer = answers.into_iter().flatten().next();
    let (rows, labels) = answer.map(|answer| (answer.rows, answer.labels)).unwrap_or_default();
    let labels = labels.get(&name).cloned().unwrap_or_default();
    let found = rows.into_iter().filter(|row| row.value.is_some() || row.n > 0);
    let mut values: Vec<ValueBody> = found
        .map(|row| {
            let value = row.by.into_values().next().flatten();
            ValueBody { label: value.as_ref().and_then(|value| labels.get(value).cloned()), value, n: row.n }
        })
        .collect();
    values.sort_by(|a, b| b.n.cmp(&a.n).then_with(|| a.value.cmp(&b.value)));
    let left_out = values.len().saturating_sub(VALUES_MAX);
    values.truncate(VALUES_MAX);
    Ok(Json(ValuesBody { dimension: name, values, left_out }))
}
