//! `GET /api/kpis`, `/api/kpis/{id}`, `/api/kpis/{id}/answers`: the dictionary and its figures.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use catalogue::answer::Answer;
use catalogue::metric::{Direction, Metric, SmallSample, Status, Unit};
use catalogue::plan::dimensions;
use catalogue::question::Principal;
use scorecard::review::Subject;
use serde::Serialize;
use utoipa::ToSchema;

use super::Context;
use super::error::{ApiError, ErrorBody};
use super::lineage::{LineageBody, lineage};
use super::question::Asked;
use crate::ServerError;

/// A metric in the list.
#[derive(Debug, Serialize, ToSchema)]
pub struct KpiSummary {
    id: String,
    name: String,
    #[schema(value_type = Unit)]
    unit: String,
    #[schema(value_type = Direction)]
    direction: String,
    meaning: String,
    #[schema(value_type = Status)]
    status: String,
    perspectives: Vec<String>,
    aliases: Vec<String>,
    /// Whether a scorecard shows it.
    on_scorecard: bool,
    /// What it can be broken down and narrowed by.
    dimensions: Vec<String>,
    /// Whom it is for.
    audience: Vec<String>,
    /// Kind of measure.
    kind: String,
    /// Fact table; none for a derived metric.
    table: Option<String>,
    /// Of whom figures are withheld; none where they are of nobody in particular.
    privacy: Option<PrivacyBody>,
}

/// Of whom figures are withheld; rows are not listed then.
#[derive(Debug, Serialize, ToSchema)]
pub struct PrivacyBody {
    /// Figures of fewer people are withheld.
    minimum: u64,
    /// Of fewer they are withheld in a breakdown.
    breakdown_minimum: u64,
}

/// A metric's definition.
#[derive(Debug, Serialize, ToSchema)]
pub struct KpiBody {
    id: String,
    name: String,
    aliases: Vec<String>,
    meaning: String,
    /// Population and formula as written.
    formula: String,
    measure: MeasureBody,
    #[schema(value_type = Unit)]
    unit: String,
    #[schema(value_type = Direction)]
    direction: String,
    /// `template_default`, `draft`, `approved` or `deprecated`.
    #[schema(value_type = Status)]
    status: String,
    version: u32,
    #[schema(format = Date)]
    effective: String,
    owner: String,
    perspectives: Vec<String>,
    audience: Vec<String>,
    channels: Vec<String>,
    counterbalances: Vec<Related>,
    drivers: Vec<Related>,
    gamed: String,
    caveats: Vec<String>,
    parameters: Vec<ParameterBody>,
    variants: Vec<VariantBody>,
    dimensions: Vec<DimensionBody>,
    statistics: Vec<String>,
    margin: String,
    small_sample: SmallSampleBody,
    settling_days: u32,
    sources: Vec<String>,
    examples: Vec<ExampleBody>,
    /// Tables of facts, fields of records and source files that it comes from.
    lineage: Vec<LineageBody>,
    /// Of whom figures are withheld; none where they are of nobody in particular.
    privacy: Option<PrivacyBody>,
    /// What the company scorecard holds it against.
    target: Option<KpiTarget>,
}

/// A target with the statistic it is for.
#[derive(Debug, Serialize, ToSchema)]
pub struct KpiTarget {
    statistic: String,
    #[serde(flatten)]
    target: scorecard::CardTarget,
}

/// What is measured, as written.
#[derive(Debug, Serialize, ToSchema)]
pub struct MeasureBody {
    kind: String,
    /// Fact table; none for a derived metric.
    table: Option<String>,
    /// The time a row counts at; none for a derived metric.
    at: Option<String>,
    /// Metrics a derived one is made of, by their name in its formula.
    inputs: BTreeMap<String, String>,
}

/// A metric named by another.
#[derive(Debug, Serialize, ToSchema)]
pub struct Related {
    id: String,
    name: String,
    /// Whether this workspace defines it.
    known: bool,
}

/// A parameter.
#[derive(Debug, Serialize, ToSchema)]
pub struct ParameterBody {
    name: String,
    #[serde(rename = "type")]
    kind: String,
    #[schema(value_type = Object)]
    default: serde_json::Value,
    meaning: String,
    #[schema(value_type = Vec<Object>)]
    one_of: Vec<serde_json::Value>,
    /// The least a number may be; null where any is valid.
    min: Option<f64>,
}

/// A variant.
#[derive(Debug, Serialize, ToSchema)]
pub struct VariantBody {
    name: String,
    meaning: String,
    #[schema(value_type = Object)]
    parameters: BTreeMap<String, serde_json::Value>,
}

/// A dimension it can be broken down by.
#[derive(Debug, Serialize, ToSchema)]
pub struct DimensionBody {
    name: String,
    #[serde(rename = "type")]
    kind: String,
    label: String,
}

/// What is done with few.
#[derive(Debug, Serialize, ToSchema)]
pub struct SmallSampleBody {
    hide_below: Option<u64>,
    low_below: Option<u64>,
    /// In words.
    words: String,
}

/// A worked example.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExampleBody {
    name: String,
    #[schema(value_type = Vec<Object>)]
    rows: Vec<serde_json::Map<String, serde_json::Value>>,
    /// Figures of the inputs of a derived metric, by name.
    given: BTreeMap<String, f64>,
    /// When it is asked.
    #[schema(format = DateTime)]
    now: String,
    variant: Option<String>,
    statistic: Option<String>,
    parameters: BTreeMap<String, String>,
    #[schema(value_type = Object)]
    expect: serde_json::Map<String, serde_json::Value>,
}

/// Every metric.
#[utoipa::path(get, operation_id = "kpis", path = "/api/kpis", tag = "kpis", responses(
    (status = 200, body = Vec<KpiSummary>), (status = 500, body = ErrorBody)))]
pub async fn list(State(context): State<Context>) -> Result<Json<Vec<KpiSummary>>, ApiError> {
    let workspace = &context.reader.workspace;
    let snapshot = context.reader.store.snapshot().map_err(ServerError::from)?;
    let state = context.reader.reviewed()?;
    let on_scorecard =
        |id: &str| workspace.scorecards.values().any(|card| card.kpis.iter().any(|kpi| kpi.metric == id));
    let summaries = workspace.catalogue.metrics().map(|metric| KpiSummary {
        id: metric.id.clone(),
        name: metric.name.clone(),
        unit: metric.unit.name().to_owned(),
        direction: metric.direction.name().to_owned(),
        meaning: metric.meaning.clone(),
        status: context.reader.definition_status(metric, &state).name().to_owned(),
        perspectives: metric.perspectives.clone(),
        aliases: metric.aliases.clone(),
        on_scorecard: on_scorecard(&metric.id),
        dimensions: in_order(dimensions(metric, &workspace.catalogue, &snapshot.attributes))
            .map(|(name, _)| name)
            .collect(),
        audience: metric.audience.clone(),
        kind: metric.measure.kind.name().to_owned(),
        table: metric.measure.table.map(|table| table.name().to_owned()),
        privacy: privacy(metric),
    });
    Ok(Json(summaries.collect()))
}

/// The definition of one metric, by id or alias.
#[utoipa::path(get, operation_id = "kpi", path = "/api/kpis/{id}", tag = "kpis", params(("id" = String, Path, description = "id or alias")), responses(
    (status = 200, body = KpiBody), (status = 404, body = ErrorBody)))]
pub async fn show(
    State(context): State<Context>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Json<KpiBody>, ApiError> {
    let workspace = &context.reader.workspace;
    let metric = workspace.catalogue.find(&id).map_err(|problem| ApiError::from(vec![*problem]))?;
    note_view(&context, &metric.id, &headers).await;
    let snapshot = context.reader.store.snapshot().map_err(ServerError::from)?;
    let state = context.reader.reviewed()?;
    let related = |ids: &[String]| {
        ids.iter()
            .map(|id| match workspace.catalogue.get(id) {
                Some(metric) => Related { id: id.clone(), name: metric.name.clone(), known: true },
                None => Related { id: id.clone(), name: words(id), known: false },
            })
            .collect()
    };
    // a target is for the definition as it stands; one for a variant, a filter or a part is another figure's
    let plain = |kpi: &&scorecard::Kpi| {
        kpi.metric == metric.id && kpi.variant.is_none() && kpi.parameters.is_empty() && kpi.filter.is_none()
    };
    let mut cards: Vec<_> = workspace.scorecards.values().filter(|card| card.only.is_empty()).collect();
    cards.sort_by_key(|card| (card.level, card.name.as_str()));
    let kpi = cards.into_iter().flat_map(|card| card.kpis.iter()).find(plain);
    let target = kpi.and_then(|kpi| {
        Some(KpiTarget { statistic: kpi.statistic.clone(), target: scorecard::CardTarget::written(kpi)? })
    });
    Ok(Json(KpiBody {
        id: metric.id.clone(),
        name: metric.name.clone(),
        aliases: metric.aliases.clone(),
        meaning: metric.meaning.clone(),
        formula: formula(metric),
        measure: measure(metric),
        unit: metric.unit.name().to_owned(),
        direction: metric.direction.name().to_owned(),
        status: context.reader.definition_status(metric, &state).name().to_owned(),
        version: metric.version,
        effective: metric.effective.to_string(),
        owner: metric.owner.clone(),
        perspectives: metric.perspectives.clone(),
        audience: metric.audience.clone(),
        channels: metric.channels.clone(),
        counterbalances: related(&metric.counterbalances),
        drivers: related(&metric.drivers),
        gamed: metric.gamed.clone(),
        caveats: metric.caveats.clone(),
        parameters: metric
            .parameters
            .iter()
            .map(|parameter| ParameterBody {
                name: parameter.name.clone(),
                kind: parameter.kind.name().to_owned(),
                default: catalogue::metric::to_json(&parameter.default),
                meaning: parameter.meaning.clone(),
                one_of: parameter.one_of.iter().map(catalogue::metric::to_json).collect(),
                min: parameter.min.as_ref().and_then(|min| catalogue::metric::to_json(min).as_f64()),
            })
            .collect(),
        variants: metric
            .variants
            .iter()
            .map(|(name, variant)| VariantBody {
                name: name.clone(),
                meaning: variant.meaning.clone(),
                parameters: variant
                    .parameters
                    .iter()
                    .map(|(name, value)| (name.clone(), catalogue::metric::to_json(value)))
                    .collect(),
            })
            .collect(),
        dimensions: in_order(dimensions(metric, &workspace.catalogue, &snapshot.attributes))
            .map(|(name, kind)| DimensionBody { label: words(&name), name, kind: kind.name().to_owned() })
            .collect(),
        statistics: metric.measure.statistics(),
        margin: metric.margin.name().to_owned(),
        small_sample: small_sample(metric),
        settling_days: metric.settling_days,
        sources: metric.sources.clone(),
        examples: metric
            .examples
            .iter()
            .map(|example| ExampleBody {
                name: example.name.clone(),
                rows: example.rows.clone(),
                given: example.given.clone(),
                now: example.now.to_string(),
                variant: example.variant.clone(),
                statistic: example.statistic.clone(),
                parameters: example.parameters.clone(),
                expect: example.expect.clone(),
            })
            .collect(),
        lineage: lineage(metric, workspace),
        privacy: privacy(metric),
        target,
    }))
}

/// Who looks at a page, as they said: percent-encoded UTF-8.
const NAME: &str = "crosscheck-name";

/// Notes that somebody looked at the page of a metric. That it could not be noted is no reason to show no page.
async fn note_view(context: &Context, metric: &str, headers: &HeaderMap) {
    let name = headers.get(NAME).and_then(|name| name.to_str().ok()).unwrap_or_default();
    // decoded as the value of a query is
    let decoded = form_urlencoded::parse(format!("name={name}").as_bytes()).next().map(|(_, name)| name.into_owned());
    let viewer = decoded.unwrap_or_default();
    let (reader, subject, now) = (context.reader.clone(), Subject::metric(metric), context.now());
    let noted = tokio::task::spawn_blocking(move || reader.note_view(&subject, &viewer, now)).await;
    if let Ok(Err(error)) = noted {
        tracing::warn!(%error, "that a page was looked at could not be noted");
    }
}

fn privacy(metric: &Metric) -> Option<PrivacyBody> {
    let privacy = metric.privacy.as_ref()?;
    Some(PrivacyBody { minimum: privacy.minimum, breakdown_minimum: privacy.breakdown_minimum })
}

/// Figures of one metric: an array, one answer a statistic.
#[utoipa::path(get, operation_id = "answers", path = "/api/kpis/{id}/answers", tag = "kpis", params(
    ("id" = String, Path, description = "id or alias"),
    ("range" = Option<String>, Query, description = "named range (last-28d, this-month, month-to-date, 2026-Q2, FY2026 …), a day (2026-05-26), a month (2026-05), or A..B of days, months, quarters or years, both included; last-month where absent"),
    ("from" = Option<String>, Query, description = "first day, with `to`, in place of range"),
    ("to" = Option<String>, Query, description = "day after the last"),
    ("grain" = Option<String>, Query, description = "day, week, month, quarter, year or total; chosen by the range where absent"),
    ("by" = Option<String>, Query, description = "dimensions, separated by commas"),
    ("only" = Option<Vec<String>>, Query, description = "dimension=value; dimension alone for rows without a value; may be repeated: any of the values of one dimension, all of the dimensions"),
    ("where" = Option<String>, Query, description = "filter in SQL's scalar syntax"),
    ("set" = Option<Vec<String>>, Query, description = "parameter=value; may be repeated"),
    ("variant" = Option<String>, Query, description = "named preset of parameters"),
    ("compare" = Option<String>, Query, description = "prev, year or none"),
    ("margins" = Option<String>, Query, description = "none leaves out the intervals of quantiles, which take longer than the quantiles; all where absent"),
    ("as_defined_on" = Option<String>, Query, description = "a day, as 2026-01-31: under the definition that was in force then"),
), responses((status = 200, body = Vec<Answer>), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn answers(
    State(context): State<Context>,
    Path(id): Path<String>,
    asked: Asked,
) -> Result<Json<Vec<Answer>>, ApiError> {
    let now = context.now();
    let question = asked.question(&id, None, now, &context.reader.workspace.organisation)?;
    let reader = context.reader.as_defined_on(asked.as_defined_on()?, [id.as_str()])?;
    let (questions, principal) = ([question], Principal::local());
    let mut answers = reader.ask_with(asked.margins()?, &questions, &principal, now).await?;
    reader.explain(&mut answers, &questions, &principal, now).await?;
    Ok(Json(answers.into_iter().flatten().collect()))
}

fn measure(metric: &Metric) -> MeasureBody {
    let declared = &metric.measure;
    MeasureBody {
        kind: declared.kind.name().to_owned(),
        table: declared.table.map(|table| table.name().to_owned()),
        at: declared.at.as_ref().map(|at| at.value.trim().to_owned()),
        inputs: declared.inputs.iter().map(|input| (input.name.clone(), input.metric.value.clone())).collect(),
    }
}

/// Dimensions people break down by most come first, then the organisation's own attributes and the rest by name.
fn in_order(dimensions: BTreeMap<String, model::FieldType>) -> impl Iterator<Item = (String, model::FieldType)> {
    const FIRST: [&str; 10] = [
        "channel",
        "team",
        "category",
        "priority",
        "agent",
        "queue",
        "product",
        "language",
        "customer_segment",
        "customer_country",
    ];
    let mut listed: Vec<(String, model::FieldType)> = dimensions.into_iter().collect();
    listed.sort_by_key(|(name, _)| FIRST.iter().position(|first| first == name).unwrap_or(FIRST.len()));
    listed.into_iter()
}

/// Below how many a value is hidden or marked; of a quantile from the least that the first statistic needs.
fn small_sample(metric: &Metric) -> SmallSampleBody {
    match metric.small_sample {
        SmallSample::Count { hide_below, low_below } => SmallSampleBody {
            hide_below: Some(hide_below),
            low_below: Some(low_below),
            words: format!("under {hide_below} only the count, under {low_below} \"low n\""),
        },
        SmallSample::Quantile { tail, least } => {
            let needed = metric.measure.quantiles.iter().zip(metric.measure.statistics()).map(|(q, name)| {
                let beyond = (tail as f64 / q.min(1.0 - q) - 1e-9).ceil() as u64;
                (beyond.max(least), name)
            });
            let needed: Vec<(u64, String)> = needed.collect();
            let words: Vec<String> = needed.iter().map(|(n, name)| format!("{name} from {n}")).collect();
            SmallSampleBody { hide_below: needed.first().map(|(n, _)| *n), low_below: None, words: words.join(", ") }
        }
        SmallSample::Ledger { provisional_below } => SmallSampleBody {
            hide_below: None,
            low_below: None,
            words: format!("under {provisional_below} \"provisional\""),
        },
    }
}

/// Population and parts as written, a few lines each.
fn formula(metric: &Metric) -> String {
    let declared = &metric.measure;
    let population = declared.population.iter().map(|text| ("population", text));
    let parts = population.chain(declared.parts.iter().map(|(name, text)| (*name, text)));
    parts.map(|(name, text)| format!("{name}: {}", text.value.trim())).collect::<Vec<_>>().join("\n")
}

fn words(name: &str) -> String {
    let text = name.replace('_', " ");
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().collect::<String>() + chars.as_str()).unwrap_or_default()
}
