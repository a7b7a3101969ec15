//! Errors as JSON: what happened, and every problem with its place.

use axum::Json;
use axum::body::to_bytes;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::{ALLOW, CONTENT_TYPE};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use catalogue::diagnostic::Diagnostic;
use serde::Serialize;
use utoipa::ToSchema;

use crate::ServerError;
use crate::error::{Instead, ask_instead};

/// A failed request.
#[derive(Debug)]
pub struct ApiError {
    status: StatusCode,
    body: ErrorBody,
}

/// The body of a failed request.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErrorBody {
    error: ErrorDetail,
}

/// What happened.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErrorDetail {
    /// Stable name of the kind of error.
    code: String,
    /// In words.
    message: String,
    /// What would be valid.
    help: Option<String>,
    /// Every problem, where there are several.
    problems: Vec<ProblemDetail>,
    /// What to ask in place of what was asked, where that can be said.
    instead: Vec<Instead>,
}

/// One problem of a question or a file.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemDetail {
    /// Stable name of the kind of problem.
    code: String,
    /// Option or file it is in.
    file: String,
    /// Line, from 1.
    line: usize,
    /// Column, from 1.
    column: usize,
    /// In words.
    message: String,
    /// What would be valid.
    help: Option<String>,
}

impl ApiError {
    /// There is no such thing.
    pub fn not_found(message: impl Into<String>, help: Option<String>) -> Self {
        ApiError::new(StatusCode::NOT_FOUND, "not_found", message.into(), help, Vec::new())
    }

    /// A request that is not of the kind that is taken, whatever it asks.
    pub(super) fn unacceptable(status: StatusCode, message: impl Into<String>, help: &str) -> Self {
        ApiError::new(status, "bad_request", message.into(), Some(help.to_owned()), Vec::new())
    }

    fn new(
        status: StatusCode,
        code: &str,
        message: String,
        help: Option<String>,
        problems: Vec<ProblemDetail>,
    ) -> Self {
        let instead = Vec::new();
        let error = ErrorDetail { code: code.to_owned(), message, help, problems, instead };
        ApiError { status, body: ErrorBody { error } }
    }
}

impl From<ServerError> for ApiError {
    fn from(error: ServerError) -> Self {
        match error {
            ServerError::Problems(problems) => problems.into(),
            ServerError::Engine(error @ engine::EngineError::TooManyCells { .. }) => {
                ApiError::new(StatusCode::BAD_REQUEST, "too_many_figures", error.to_string(), None, Vec::new())
            }
            ServerError::Engine(error @ engine::EngineError::Private { .. }) => {
                ApiError::new(StatusCode::FORBIDDEN, "private", error.to_string(), None, Vec::new())
            }
            ServerError::Usage(message) => {
                ApiError::new(StatusCode::BAD_REQUEST, "bad_request", message, None, Vec::new())
            }
            ServerError::Refused(refusal) => {
                let help = refusal.help().map(str::to_owned);
                ApiError::new(StatusCode::CONFLICT, "refused", refusal.to_string(), help, Vec::new())
            }
            ServerError::NotFound { message, help } => ApiError::not_found(message, help),
            ServerError::Derived { ref instead, .. } => {
                let (message, help) = (error.to_string(), Some(ask_instead(instead)));
                let mut failed = ApiError::new(StatusCode::BAD_REQUEST, "derived_metric", message, help, Vec::new());
                failed.body.error.instead.clone_from(instead);
                failed
            }
            other => {
                tracing::error!(error = %other, "request failed");
                let message = "the question could not be answered; the server's log says why".to_owned();
                ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", message, None, Vec::new())
            }
        }
    }
}

impl From<Vec<Diagnostic>> for ApiError {
    fn from(problems: Vec<Diagnostic>) -> Self {
        let unknown = problems.iter().any(|problem| problem.code == "unknown_metric");
        let status = if unknown { StatusCode::NOT_FOUND } else { StatusCode::BAD_REQUEST };
        let first = problems.first();
        let message = first.map_or_else(String::new, |problem| problem.message.clone());
        let help = first.and_then(|problem| problem.help.clone());
        let code = first.map_or("bad_request", |problem| problem.code);
        let details = problems
            .iter()
            .map(|problem| ProblemDetail {
                code: problem.code.to_owned(),
                file: problem.file.clone(),
                line: problem.line,
                column: problem.column,
                message: problem.message.clone(),
                help: problem.help.clone(),
            })
            .collect();
        ApiError::new(status, code, message, help, details)
    }
}

/// Most of a refusal of the framework's own that is read.
const REFUSAL_MAX: usize = 64 * 1024;
/// What the framework says before what is wrong with a query.
const OF_QUERY: &str = "Failed to deserialize query string: ";

/// Every error of the API is an [`ErrorBody`]: also what the framework refuses before a handler is asked, as a query that
/// cannot be read, a method that is not taken or a body that is too large.
pub async fn told_alike(request: Request, next: Next) -> Response {
    let is_api = request.uri().path().starts_with("/api/");
    let method = request.method().clone();
    let response = next.run(request).await;
    let status = response.status();
    let kind = response.headers().get(CONTENT_TYPE).map(|kind| kind.as_bytes().to_vec()).unwrap_or_default();
    if !is_api || !status.is_client_error() || kind.starts_with(b"application/json") {
        return response;
    }
    let (parts, body) = response.into_parts();
    let said = to_bytes(body, REFUSAL_MAX).await.unwrap_or_default();
    let said = String::from_utf8_lossy(&said);
    let allowed = parts.headers.get(ALLOW).cloned();
    let listed = "/api/openapi.json lists what there is".to_owned();
    let (message, help) = match status {
        StatusCode::METHOD_NOT_ALLOWED => {
            let methods = allowed.as_ref().and_then(|allowed| allowed.to_str().ok());
            (format!("{method} is not taken here"), methods.map_or(listed, str::to_owned))
        }
        StatusCode::PAYLOAD_TOO_LARGE => ("the body is too large".to_owned(), "at most 2 MB".to_owned()),
        _ => (said.strip_prefix(OF_QUERY).unwrap_or(&said).to_owned(), listed),
    };
    let mut told = ApiError::unacceptable(status, message, &help).into_response();
    if let Some(allowed) = allowed {
        told.headers_mut().insert(ALLOW, allowed);
    }
    told
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        (self.status, Json(self.body)).into_response()
    }
}
