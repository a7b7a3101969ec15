//! `GET /api/reviews`, `POST /api/reviews`: what is due, what was done, and doing it.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, HOST, HeaderMap, ORIGIN};
use jiff::ToSpan;
use jiff::civil::Date;
use model::Instant;
use scorecard::review::{Approval, Due, Event, Every, Item, Recorded, Signed, Subject, approval, due};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Context;
use super::error::{ApiError, ErrorBody};
use crate::ServerError;
use crate::ask::Reader;
use crate::live::Live;
use crate::reviews::{Deed, GoneCard};

/// Entries of the log where nothing is said.
const LIMIT_DEFAULT: usize = 200;

/// Days ahead of which what is due is listed where nothing is said.
const WITHIN_DEFAULT: u32 = 14;

/// What is asked of the reviews.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    subject: Option<String>,
    within: Option<u32>,
    limit: Option<usize>,
}

/// What is due and what was done.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReviewsBody {
    /// What is due, the longest due first.
    due: Vec<Due>,
    /// Everything that is reviewed, with where it stands.
    items: Vec<ItemBody>,
    /// What was done, the last first; without what was looked at.
    log: Vec<LogEntry>,
    /// What was announced, the last first.
    announcements: Vec<AnnouncementBody>,
    /// Cards that are no more, and of which the journal says what no other card has: approvals and closed periods.
    gone: Vec<GoneCard>,
}

/// Something that is reviewed.
#[derive(Debug, Serialize, ToSchema)]
pub struct ItemBody {
    #[schema(value_type = String)]
    subject: Subject,
    name: String,
    cadence: Every,
    /// Whether what is written about it is approved.
    approval: Approval,
    /// Hash of what is written about it: a deed that says it is recorded only as long as that is so.
    hash: String,
    /// Whether it takes two people to approve it.
    second_person: bool,
    /// The day it was last confirmed, approved or changed.
    #[schema(value_type = Option<String>, format = Date)]
    last: Option<Date>,
    /// Who took it out of use.
    retired_by: Option<String>,
    /// How much has been said about it.
    comments: usize,
}

/// An entry of the journal.
#[derive(Debug, Serialize, ToSchema)]
pub struct LogEntry {
    number: u64,
    #[schema(value_type = String, format = DateTime)]
    at: Instant,
    /// Who, as they said.
    actor: String,
    /// `confirm`, `approve`, `change`, `retire`, `comment`, `announce`, `acknowledge`, `closed`.
    kind: String,
    subject: String,
    /// What was done, in words.
    text: String,
    /// What it was changed to, as its file has it.
    #[schema(value_type = Option<Object>)]
    changed_to: Option<serde_json::Value>,
    /// The targets that were signed with it.
    targets: Vec<SignedTarget>,
}

/// A target that was signed.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignedTarget {
    #[schema(value_type = String)]
    subject: Subject,
    /// What it said, as its file had it.
    #[schema(value_type = Object)]
    target: serde_json::Value,
}

/// Something everybody concerned was told.
#[derive(Debug, Serialize, ToSchema)]
pub struct AnnouncementBody {
    number: u64,
    #[schema(value_type = String, format = DateTime)]
    at: Instant,
    by: String,
    #[schema(value_type = String)]
    subject: Subject,
    text: String,
    acknowledged_by: Vec<String>,
}

impl From<&Recorded> for LogEntry {
    fn from(entry: &Recorded) -> Self {
        let (changed_to, targets) = match entry.event() {
            Ok((_, Event::Change { text, .. })) => (serde_json::from_str(&text).ok(), Vec::new()),
            Ok((_, Event::Approve { texts, .. })) => (None, targets(texts)),
            _ => (None, Vec::new()),
        };
        LogEntry {
            number: entry.number,
            at: entry.at,
            actor: entry.actor.clone(),
            kind: entry.kind.clone(),
            subject: entry.subject.clone(),
            text: entry.sentence(),
            changed_to,
            targets,
        }
    }
}

fn targets(texts: Vec<Signed>) -> Vec<SignedTarget> {
    let told = |signed: Signed| {
        let target = serde_json::from_str(signed.text.as_deref()?).ok()?;
        Some(SignedTarget { subject: signed.subject, target })
    };
    texts.into_iter().filter_map(told).collect()
}

/// What is due, what was done and where everything stands.
#[utoipa::path(get, operation_id = "reviews", path = "/api/reviews", tag = "reviews", params(
    ("subject" = Option<String>, Query, description = "only of metric:ID, kpi:CARD/ID, target:CARD/ID, card:NAME or initiative:NAME"),
    ("within" = Option<u32>, Query, description = "what is due within so many days; 14 where absent"),
    ("limit" = Option<usize>, Query, description = "entries of the log; 200 where absent"),
), responses((status = 200, body = ReviewsBody), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn list(State(context): State<Context>, Query(asked): Query<Asked>) -> Result<Json<ReviewsBody>, ApiError> {
    let reader = &context.reader;
    let subject = asked.subject.filter(|text| !text.is_empty());
    let subject = subject.map(|text| reader.subject(&text)).transpose()?;
    let is_asked = |found: &Subject| subject.as_ref().is_none_or(|subject| subject == found);
    let state = reader.reviewed()?;
    let organisation = &reader.workspace.organisation;
    let today = organisation.today(context.now());
    let items = reader.review_items(&state)?;
    let until = today.saturating_add(i64::from(asked.within.unwrap_or(WITHIN_DEFAULT).min(3660)).days());
    let mut due = due(&items, &state, organisation, today);
    due.retain(|due| due.due <= until && is_asked(&due.subject));
    let log = reader.journal()?;
    let told = subject.as_ref().map(ToString::to_string);
    let log = log.iter().rev().filter(|entry| entry.kind != "viewed");
    let log = log.filter(|entry| told.as_ref().is_none_or(|told| entry.subject == *told));
    let announcements = state.announcements().filter(|(_, one)| is_asked(&one.subject));
    let mut announcements: Vec<AnnouncementBody> = announcements
        .map(|(number, one)| AnnouncementBody {
            number,
            at: one.at,
            by: one.by.clone(),
            subject: one.subject.clone(),
            text: one.text.clone(),
            acknowledged_by: one.acknowledged.iter().map(|(name, _)| name.clone()).collect(),
        })
        .collect();
    announcements.reverse();
    Ok(Json(ReviewsBody {
        due,
        items: items.iter().filter(|item| is_asked(&item.subject)).map(|item| told_of(item, reader, &state)).collect(),
        log: log.take(asked.limit.unwrap_or(LIMIT_DEFAULT)).map(LogEntry::from).collect(),
        announcements,
        gone: reader.gone_cards()?.into_iter().filter(|one| is_asked(&Subject::card(&one.card))).collect(),
    }))
}

fn told_of(item: &Item, reader: &Reader, state: &scorecard::review::State) -> ItemBody {
    let organisation = &reader.workspace.organisation;
    let history = state.history(&item.subject);
    let reviewed = history.and_then(|history| history.reviewed.as_ref());
    let retired = history.and_then(|history| history.retired.as_ref());
    ItemBody {
        subject: item.subject.clone(),
        name: item.name.clone(),
        cadence: item.every,
        approval: approval(state, &item.text, item.second_person, item.written, organisation),
        hash: item.text.whole_hash(),
        second_person: item.second_person,
        last: reviewed.map(|mark| organisation.date_of(mark.at)),
        retired_by: retired.map(|mark| mark.by.clone()),
        comments: history.map_or(0, |history| history.comments.len()),
    }
}

/// Records what somebody does; of several entries, as of a card and its definitions, the answer is the first.
#[utoipa::path(post, operation_id = "review", path = "/api/reviews", tag = "reviews", request_body = Deed, responses(
    (status = 200, body = LogEntry), (status = 400, body = ErrorBody), (status = 403, body = ErrorBody),
    (status = 404, body = ErrorBody), (status = 409, body = ErrorBody),
    (status = 413, description = "a body of more than 2 MB", body = ErrorBody), (status = 415, body = ErrorBody)))]
pub async fn record(
    State(live): State<Arc<Live>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<LogEntry>, ApiError> {
    own_page(&headers)?;
    let deed: Deed = serde_json::from_slice(&body).map_err(|error| {
        let help = "an object with kind, actor, subject and, after the kind, reason, text or announcement";
        ApiError::unacceptable(StatusCode::BAD_REQUEST, format!("the body is no deed: {error}"), help)
    })?;
    let recorded = tokio::task::spawn_blocking(move || {
        // what is signed is what is on disk now, not what was a moment ago
        let context = live.anew()?;
        context.reader.record_all(&deed, context.now())
    })
    .await;
    let recorded = recorded.map_err(|error| ServerError::io("the journal", std::io::Error::other(error)))??;
    let nothing = || ServerError::Usage("there was nothing to record".to_owned());
    Ok(Json(LogEntry::from(recorded.first().ok_or_else(nothing)?)))
}

/// Takes a request that writes from this server's own page, or from a program, but not from another page in somebody's
/// browser: that one can send no JSON without being asked, and says where it comes from.
pub(super) fn own_page(headers: &HeaderMap) -> Result<(), ApiError> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let kind = text(CONTENT_TYPE).unwrap_or_default();
    if !kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json") {
        let message = format!("the body is `{kind}`");
        return Err(ApiError::unacceptable(StatusCode::UNSUPPORTED_MEDIA_TYPE, message, "application/json"));
    }
    if let Some(origin) = headers.get(ORIGIN) {
        let from = origin.to_str().ok().and_then(|origin| origin.split_once("://")).map(|(_, host)| host);
        if from.is_none() || from != text(HOST) {
            let message = "the request comes from another page";
            return Err(ApiError::unacceptable(StatusCode::FORBIDDEN, message, "the page of this server"));
        }
    }
    Ok(())
}
