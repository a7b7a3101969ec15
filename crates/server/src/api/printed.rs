//! `GET /api/manual`, `GET /api/report`: documents as files.

use axum::extract::{FromRequestParts, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use catalogue::diagnostic::Diagnostic;
use catalogue::file::{Problems, suggest};
use catalogue::question::Principal;
use scorecard::report::Kind;

use super::Context;
use super::error::{ApiError, ErrorBody};
use super::question::{Asked, complain, pairs};
use crate::ServerError;
use crate::printed::{Format, Printed, ReportAsked};

/// Documents are read, never run: nothing in one may be fetched or executed, whatever it says.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox";

/// The service manual.
#[utoipa::path(get, operation_id = "manual", path = "/api/manual", tag = "documents", params(
    ("format" = Option<String>, Query, description = "html, pdf or md; html where absent"),
    ("card" = Option<String>, Query, description = "only this card and those above it"),
), responses(
    (status = 200, content((String = "text/html"), (Vec<u8> = "application/pdf"), (String = "text/markdown"))),
    (status = 400, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn manual(State(context): State<Context>, asked: PrintedAsked) -> Result<Response, ApiError> {
    asked.takes(&["format", "card"])?;
    let format = asked.format(&Format::OF_MANUAL)?;
    let now = context.now();
    let reader = context.reader.clone();
    let printed = off_the_loop(move || reader.manual(asked.card.as_deref(), format, now)).await?;
    Ok(file(printed))
}

/// A report of one period.
#[utoipa::path(get, operation_id = "report", path = "/api/report", tag = "documents", params(
    ("kind" = Option<String>, Query, description = "executive, manager or team; executive where absent"),
    ("card" = Option<String>, Query, description = "name of a card; the company's where absent, of a team the only one there is"),
    ("period" = Option<String>, Query, description = "named range, a month (2026-05) or A..B; last-month where absent"),
    ("compare" = Option<String>, Query, description = "prev, year or none; prev where absent"),
    ("only" = Option<Vec<String>>, Query, description = "dimension=value; may be repeated"),
    ("as_defined_on" = Option<String>, Query, description = "a day, as 2026-01-31: under the definitions that were in force then"),
    ("format" = Option<String>, Query, description = "html, pdf, md, csv or xlsx; html where absent"),
    ("sheet" = Option<String>, Query, description = "the sheet that is printed as CSV: KPIs, Trend, Operational, Teams, Announcements, Comments, Initiatives, Decisions, Trace, Records or Due, as far as there are any; KPIs where absent"),
), responses(
    (status = 200, content((String = "text/html"), (Vec<u8> = "application/pdf"), (String = "text/markdown"), (String = "text/csv"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))),
    (status = 400, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn report(State(context): State<Context>, asked: PrintedAsked) -> Result<Response, ApiError> {
    let format = asked.format(&Format::OF_REPORTS)?;
    let now = context.now();
    let organisation = &context.reader.workspace.organisation;
    let question = Asked {
        range: Some(asked.period.clone().unwrap_or_else(|| "last-month".to_owned())),
        compare: Some(asked.compare.clone().unwrap_or_else(|| "prev".to_owned())),
        only: asked.only.clone(),
        as_defined_on: asked.as_defined_on.clone(),
        ..Asked::default()
    };
    let asked = ReportAsked {
        kind: asked.kind()?,
        card: asked.card,
        range: question.range(now, organisation)?,
        compare: question.compare()?,
        only: question.only()?,
        as_defined_on: question.as_defined_on()?,
        sheet: asked.sheet,
    };
    let reader = context.reader.clone();
    let handle = tokio::runtime::Handle::current();
    let printed =
        off_the_loop(move || handle.block_on(reader.report(&asked, format, &Principal::local(), now))).await?;
    Ok(file(printed))
}

/// Typesetting takes a second or so, during which no other request is to wait.
async fn off_the_loop(
    print: impl FnOnce() -> Result<Printed, ServerError> + Send + 'static,
) -> Result<Printed, ServerError> {
    let done = tokio::task::spawn_blocking(print).await;
    done.map_err(|error| ServerError::io("printing", std::io::Error::other(error)))?
}

/// HTML is shown, the rest is saved.
fn file(printed: Printed) -> Response {
    let place = if printed.format == Format::Html { "inline" } else { "attachment" };
    let head = [
        (CONTENT_TYPE, printed.format.content_type().to_owned()),
        (CONTENT_DISPOSITION, format!("{place}; filename=\"{}\"", printed.name)),
        (CONTENT_SECURITY_POLICY, POLICY.to_owned()),
    ];
    (head, printed.bytes).into_response()
}

/// What is asked of a document, as text.
#[derive(Debug, Default)]
pub struct PrintedAsked {
    kind: Option<String>,
    card: Option<String>,
    period: Option<String>,
    compare: Option<String>,
    only: Vec<String>,
    as_defined_on: Option<String>,
    format: Option<String>,
    sheet: Option<String>,
}

/// Names that may stand in the query.
const NAMES: [&str; 8] = ["kind", "card", "period", "compare", "only", "as_defined_on", "format", "sheet"];

impl PrintedAsked {
    fn takes(&self, names: &[&str]) -> Result<(), Vec<Diagnostic>> {
        let given = [
            ("kind", self.kind.is_some()),
            ("period", self.period.is_some()),
            ("compare", self.compare.is_some()),
            ("only", !self.only.is_empty()),
            ("as_defined_on", self.as_defined_on.is_some()),
            ("sheet", self.sheet.is_some()),
        ];
        let mut problems = Problems::default();
        for (name, _) in given.iter().filter(|(name, is_given)| *is_given && !names.contains(name)) {
            let help = suggest(name, names.iter().copied());
            complain("query", name, "unknown_field", format!("`{name}` cannot be asked of this"), help, &mut problems);
        }
        if problems.has_errors() { Err(problems.into_sorted()) } else { Ok(()) }
    }

    fn format(&self, of: &[Format]) -> Result<Format, Vec<Diagnostic>> {
        let Some(text) = &self.format else { return Ok(Format::Html) };
        let found = of.iter().find(|format| format.name() == text);
        found.copied().ok_or_else(|| {
            let help = suggest(text, of.iter().map(|format| format.name()));
            refused("format", text, format!("`{text}` is not a format of it"), help)
        })
    }

    fn kind(&self) -> Result<Kind, Vec<Diagnostic>> {
        let Some(text) = &self.kind else { return Ok(Kind::Executive) };
        Kind::parse(text).ok_or_else(|| {
            let help = suggest(text, Kind::ALL.map(Kind::name));
            refused("kind", text, format!("`{text}` is not a kind of report"), help)
        })
    }
}

fn refused(name: &str, text: &str, message: String, help: Option<String>) -> Vec<Diagnostic> {
    let mut problems = Problems::default();
    complain(name, text, "unknown_value", message, help, &mut problems);
    problems.into_sorted()
}

impl<S: Send + Sync> FromRequestParts<S> for PrintedAsked {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let mut asked = PrintedAsked::default();
        let mut problems = Problems::default();
        for (name, value) in pairs(parts, state).await {
            if value.is_empty() {
                continue;
            }
            match name.as_str() {
                "kind" => asked.kind = Some(value),
                "card" => asked.card = Some(value),
                "period" => asked.period = Some(value),
                "compare" => asked.compare = Some(value),
                "only" => asked.only.push(value),
                "as_defined_on" => asked.as_defined_on = Some(value),
                "format" => asked.format = Some(value),
                "sheet" => asked.sheet = Some(value),
                other => {
                    let message = format!("`{other}` cannot be asked of a document");
                    complain("query", other, "unknown_field", message, suggest(other, NAMES), &mut problems);
                }
            }
        }
        if problems.has_errors() { Err(problems.into_sorted().into()) } else { Ok(asked) }
    }
}
