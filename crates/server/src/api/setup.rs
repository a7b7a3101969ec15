//! `GET /api/setup`, `POST /api/setup`: a company card out of what the company competes on and the records it has.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::HeaderMap;
use catalogue::file::suggest;
use catalogue::question::Principal;
use jiff::ToSpan;
use model::RecordKind;
use scorecard::propose::Wish;
use scorecard::template::{industries, templates};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Context;
use super::error::{ApiError, ErrorBody};
use super::reviews::own_page;
use crate::lint::{CHANNELS, kinds_at_hand};
use crate::live::Live;
use crate::reviews::{Replaced, Replacing, Unfit, Written};

/// What can be chosen.
#[derive(Debug, Serialize, ToSchema)]
pub struct SetupBody {
    /// What a company can compete on; a mix is allowed.
    propositions: Vec<Choice>,
    /// Industries with a variant of their own.
    industries: Vec<Choice>,
    /// Channels that metrics know.
    channels: Vec<String>,
    /// Every kind of record.
    kinds: Vec<Choice>,
    /// Kinds of record that the workspace's sources make.
    kinds_at_hand: Vec<String>,
    /// The company card there is, which a proposed one would replace.
    replaces: Option<Replaced>,
}

/// One thing that can be chosen.
#[derive(Debug, Serialize, ToSchema)]
pub struct Choice {
    /// Identifier.
    id: String,
    /// Name for people.
    name: String,
    /// What it means, in a sentence.
    meaning: String,
}

/// What is wished for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetupWish {
    /// What the company competes on → share, together 1.
    competes_on: BTreeMap<String, f64>,
    /// Industry, where it is one of those with a variant.
    industry: Option<String>,
    /// Channels that are served; all where none is named.
    #[serde(default)]
    channels: Vec<String>,
    /// Kinds of record to build on; those at hand where none is named.
    #[serde(default)]
    kinds: Vec<String>,
    /// Whether scorecards/company.toml is written, and in force from then on.
    #[serde(default)]
    write: bool,
    /// Who replaces the card there is; needed to write where there is one, and recorded as said.
    actor: Option<String>,
    /// Why it is replaced; needed to write where there is one.
    reason: Option<String>,
    /// Whether `serves` of KPIs that the card written does not have is commented out in the cards below it.
    #[serde(default)]
    freeing: bool,
}

/// A proposed card.
#[derive(Debug, Serialize, ToSchema)]
pub struct SetupProposal {
    /// The text of its file.
    toml: String,
    /// What it would have, were there data or a metric for it.
    left_out: Vec<SetupLeftOut>,
    /// What to know before it is approved.
    notes: Vec<String>,
    /// Whether it was written.
    written: bool,
    /// Where the card before it is kept.
    kept: Option<String>,
    /// Files of cards below it in which `serves` of KPIs that are gone was commented out.
    freed: Vec<String>,
    /// What in other files does not fit it, and did fit the card before it: errors that a check finds until they are mended.
    unfit: Vec<Unfit>,
}

/// What a proposed card leaves out.
#[derive(Debug, Serialize, ToSchema)]
pub struct SetupLeftOut {
    /// Metric id, perhaps of one that there is no definition of yet.
    kpi: String,
    /// Name for people.
    name: String,
    /// Kinds of record that would be needed.
    needs: Vec<String>,
    /// Why, in words.
    why: String,
}

/// What a company card can be made of here.
#[utoipa::path(get, operation_id = "setup", path = "/api/setup", tag = "scorecard",
    responses((status = 200, body = SetupBody)))]
pub async fn show(State(context): State<Context>) -> Result<Json<SetupBody>, ApiError> {
    let choice = |id: &str, name: &str, meaning: &str| Choice {
        id: id.to_owned(),
        name: name.to_owned(),
        meaning: meaning.to_owned(),
    };
    let at_hand = kinds_at_hand(&context.reader.workspace);
    Ok(Json(SetupBody {
        propositions: templates().iter().map(|one| choice(&one.id, &one.name, &one.value_proposition)).collect(),
        industries: industries().iter().map(|one| choice(&one.id, &one.name, &one.objective.name)).collect(),
        channels: CHANNELS.map(str::to_owned).to_vec(),
        kinds: RecordKind::ALL.iter().map(|one| choice(one.name(), one.name(), one.meaning())).collect(),
        kinds_at_hand: at_hand.iter().map(|kind| kind.name().to_owned()).collect(),
        replaces: context.reader.replaced()?,
    }))
}

/// Proposes a company card, and writes it where that is asked for.
#[utoipa::path(post, operation_id = "propose", path = "/api/setup", tag = "scorecard", request_body = SetupWish, responses(
    (status = 200, body = SetupProposal), (status = 400, body = ErrorBody), (status = 403, body = ErrorBody),
    (status = 413, description = "a body of more than 2 MB", body = ErrorBody), (status = 415, body = ErrorBody)))]
pub async fn propose(
    State(context): State<Context>,
    State(live): State<Arc<Live>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<SetupProposal>, ApiError> {
    own_page(&headers)?;
    let asked: SetupWish = serde_json::from_slice(&body).map_err(|error| {
        let help =
            "an object with competes_on and, where wanted, industry, channels, kinds, write, actor, reason and freeing";
        ApiError::unacceptable(StatusCode::BAD_REQUEST, format!("the body is no wish: {error}"), help)
    })?;
    let workspace = &context.reader.workspace;
    let kinds = asked.kinds.iter().map(|name| kind(name)).collect::<Result<BTreeSet<RecordKind>, ApiError>>()?;
    let kinds = if kinds.is_empty() { kinds_at_hand(workspace) } else { kinds };
    asked.channels.iter().try_for_each(|name| channel(name))?;
    let wish = Wish { competes_on: asked.competes_on, industry: asked.industry, channels: asked.channels };
    let now = context.now();
    let deadline = workspace.organisation.today(now).saturating_add(1.year());
    let proposal = context.reader.propose(&wish, kinds, deadline, &Principal::local(), now).await?;
    let by = asked.actor.as_deref().zip(asked.reason.as_deref());
    let by = by.map(|(actor, reason)| Replacing { actor, reason });
    let written = match asked.write {
        true => {
            let written = context.reader.write_card(&proposal.toml, by, asked.freeing, now);
            // also where it failed half way
            live.doubt();
            written?
        }
        false => Written::default(),
    };
    let unfit = context.reader.unfit(&proposal.toml)?;
    let left_out = proposal.left_out.into_iter().map(|one| SetupLeftOut {
        kpi: one.kpi,
        name: one.name,
        needs: one.needs.iter().map(|kind| kind.name().to_owned()).collect(),
        why: one.why,
    });
    Ok(Json(SetupProposal {
        toml: proposal.toml,
        left_out: left_out.collect(),
        notes: proposal.notes,
        written: asked.write,
        kept: written.kept,
        freed: written.freed,
        unfit,
    }))
}

fn channel(name: &str) -> Result<(), ApiError> {
    if CHANNELS.contains(&name) {
        return Ok(());
    }
    let help = suggest(name, CHANNELS).unwrap_or_default();
    Err(ApiError::unacceptable(StatusCode::BAD_REQUEST, format!("there is no channel `{name}`"), &help))
}

fn kind(name: &str) -> Result<RecordKind, ApiError> {
    RecordKind::parse(name).ok_or_else(|| {
        let help = suggest(name, RecordKind::ALL.map(RecordKind::name)).unwrap_or_default();
        ApiError::unacceptable(StatusCode::BAD_REQUEST, format!("there is no kind of record `{name}`"), &help)
    })
}
