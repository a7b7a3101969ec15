//! `GET /api/tickets`, `/api/tickets/{system}/{id}`: one ticket, with its clocks and what happened to it.

use axum::Json;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::request::Parts;
use catalogue::file::{Problems, suggest};
use catalogue::question::Principal;
use serde::Serialize;
use utoipa::ToSchema;

use super::Context;
use super::error::{ApiError, ErrorBody};
use super::question::{complain, pairs};
use crate::ticket::{self, FoundTicket, TicketBody};

/// Tickets with one id.
#[derive(Debug, Serialize, ToSchema)]
pub struct FoundBody {
    /// The id asked for.
    id: String,
    /// The tickets that have it, of any system.
    tickets: Vec<FoundTicket>,
}

/// The id asked for.
pub struct Id(String);

/// The tickets with an external id, compared exactly, in any system; an empty list where there is none.
#[utoipa::path(get, operation_id = "find_tickets", path = "/api/tickets", tag = "tickets", params(
    ("id" = String, Query, description = "id in its system, exactly, zeros in front included"),
), responses((status = 200, body = FoundBody), (status = 400, body = ErrorBody)))]
pub async fn find(State(context): State<Context>, Id(id): Id) -> Result<Json<FoundBody>, ApiError> {
    let tickets = ticket::find(&context.reader, &id, &Principal::local()).await?;
    Ok(Json(FoundBody { id, tickets }))
}

/// One ticket: all facts about it, both of its clocks, and what happened to it in order.
#[utoipa::path(get, operation_id = "ticket", path = "/api/tickets/{system}/{id}", tag = "tickets", params(
    ("system" = String, Path, description = "system whose id it has"),
    ("id" = String, Path, description = "its id there"),
), responses((status = 200, body = TicketBody), (status = 404, body = ErrorBody)))]
pub async fn show(
    State(context): State<Context>,
    Path((system, id)): Path<(String, String)>,
) -> Result<Json<TicketBody>, ApiError> {
    Ok(Json(ticket::read(&context.reader, &system, &id, &Principal::local(), context.now()).await?))
}

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let mut problems = Problems::default();
        let mut found = None;
        for (name, value) in pairs(parts, state).await {
            match name.as_str() {
                "id" if found.is_none() && !value.is_empty() => found = Some(value),
                "id" => {
                    let message = "one id is needed".to_owned();
                    complain("query", &value, "wrong_value", message, Some("as id=007".to_owned()), &mut problems);
                }
                other => {
                    let message = format!("`{other}` cannot be asked of this");
                    complain("query", other, "unknown_field", message, suggest(other, ["id"]), &mut problems);
                }
            }
        }
        if found.is_none() && !problems.has_errors() {
            let help = Some("as id=007".to_owned());
            complain("query", "id", "missing_field", "an id is needed".to_owned(), help, &mut problems);
        }
        found.filter(|_| !problems.has_errors()).map(Id).ok_or_else(|| problems.into_sorted().into())
    }
}
