//! `GET /api/answers`: figures of several metrics at once, each table of facts read once for all of them.

use axum::Json;
use axum::extract::{FromRequestParts, RawQuery, State};
use axum::http::request::Parts;
use catalogue::answer::Answer;
use catalogue::diagnostic::Diagnostic;
use catalogue::file::Problems;
use catalogue::question::{Principal, Question};
use model::Instant;
use model::calendar::{Grain, Organisation};

use super::Context;
use super::error::{ApiError, ErrorBody};
use super::question::{Asked, complain};

/// A metric that is asked for, with the variant where one is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Which {
    /// Id or alias.
    pub metric: String,
    /// Named preset of parameters.
    pub variant: Option<String>,
}

impl Which {
    /// Reads `ID` or `ID:VARIANT`; an empty variant is none.
    pub fn parse(text: &str) -> Which {
        let (metric, variant) = text.split_once(':').unwrap_or((text, ""));
        let variant = Some(variant.trim()).filter(|variant| !variant.is_empty()).map(str::to_owned);
        Which { metric: metric.trim().to_owned(), variant }
    }
}

/// A question a metric, in their order, all else being the same. A variant that `asked` names is that of every metric.
///
/// # Errors
/// Every problem of what is asked; no metric at all; a metric with two variants.
pub fn questions(
    kpis: &[Which],
    asked: &Asked,
    grain_default: Option<Grain>,
    now: Instant,
    organisation: &Organisation,
) -> Result<Vec<Question>, Vec<Diagnostic>> {
    let mut problems = Problems::default();
    if kpis.is_empty() {
        let help = Some("kpi=ID or kpi=ID:VARIANT, once a metric".to_owned());
        complain("kpi", "", "missing_field", "no metric is asked for".to_owned(), help, &mut problems);
    }
    if let Some(common) = &asked.variant {
        for which in kpis.iter().filter(|which| which.variant.is_some()) {
            let message = format!("`{}` has a variant of its own beside `{common}`", which.metric);
            let help = Some("one variant for all of them, or one of its own for each as ID:VARIANT".to_owned());
            complain("--variant", common, "two_variants", message, help, &mut problems);
        }
    }
    let common = asked.question("", grain_default, now, organisation).map_err(|found| problems.extend(found));
    match common {
        Ok(common) if !problems.has_errors() => Ok(kpis
            .iter()
            .map(|which| Question {
                metric: which.metric.clone(),
                variant: which.variant.clone().or_else(|| common.variant.clone()),
                ..common.clone()
            })
            .collect()),
        _ => Err(problems.into_sorted()),
    }
}

/// Several metrics and how they are asked, from an address.
pub struct Several {
    kpis: Vec<Which>,
    asked: Asked,
}

impl<S: Send + Sync> FromRequestParts<S> for Several {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let query =
            RawQuery::from_request_parts(parts, state).await.ok().and_then(|RawQuery(query)| query).unwrap_or_default();
        let pairs = form_urlencoded::parse(query.as_bytes());
        let (kpis, rest): (Vec<_>, Vec<_>) = pairs.into_owned().partition(|(name, _)| name == "kpi");
        let kpis = kpis.iter().filter(|(_, text)| !text.is_empty()).map(|(_, text)| Which::parse(text)).collect();
        let asked = Asked::from_pairs(rest)?;
        // parameters belong to one definition, and a variant is named with its metric
        asked.takes(&["by", "grain", "range", "from", "to", "only", "where", "compare", "margins"])?;
        Ok(Several { kpis, asked })
    }
}

/// Figures of several metrics: an array, one answer a statistic, in the order of the metrics.
#[utoipa::path(get, path = "/api/answers", tag = "kpis", params(
    ("kpi" = Vec<String>, Query, description = "id or alias, with a variant as ID:VARIANT; repeated, once a metric"),
    ("range" = Option<String>, Query, description = "named range (last-28d, this-month, month-to-date, 2026-Q2, FY2026 …), a day (2026-05-26), a month (2026-05), or A..B of days, months, quarters or years, both included; last-month where absent"),
    ("from" = Option<String>, Query, description = "first day, with `to`, in place of range"),
    ("to" = Option<String>, Query, description = "day after the last"),
    ("grain" = Option<String>, Query, description = "day, week, month, quarter, year or total; chosen by the range where absent"),
    ("by" = Option<String>, Query, description = "dimensions that all of them have, separated by commas"),
    ("only" = Option<Vec<String>>, Query, description = "dimension=value, of a dimension that all of them have; may be repeated"),
    ("where" = Option<String>, Query, description = "filter in SQL's scalar syntax, over columns that all of them have"),
    ("compare" = Option<String>, Query, description = "prev, year or none"),
    ("margins" = Option<String>, Query, description = "none leaves out the intervals of quantiles, which take longer than the quantiles; all where absent"),
), responses((status = 200, body = Vec<Answer>), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn list(State(context): State<Context>, several: Several) -> Result<Json<Vec<Answer>>, ApiError> {
    let now = context.now();
    let Several { kpis, asked } = several;
    let questions = questions(&kpis, &asked, None, now, &context.reader.workspace.organisation)?;
    let principal = Principal::local();
    let mut answers = context.reader.ask_with(asked.margins()?, &questions, &principal, now).await?;
    context.reader.explain(&mut answers, &questions, &principal, now).await?;
    Ok(Json(answers.into_iter().flatten().collect()))
}
