//! The page, embedded in the binary. Every address that is no file is the page's own to show.

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

/// Nothing from elsewhere, nothing inline.
pub const POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

#[derive(RustEmbed)]
#[folder = "../../web/dist"]
struct Dist;

/// The file at an address, or the page.
pub async fn serve(uri: Uri) -> Response {
    let path = uri.path().trim_start_matches('/');
    if path == "api" || path.starts_with("api/") {
        let error = crate::api::error::ApiError::not_found(
            format!("there is no /{path}"),
            Some("/api/openapi.json lists what there is".to_owned()),
        );
        return error.into_response();
    }
    if let Some(file) = Dist::get(path).filter(|_| !path.is_empty()) {
        let lasting = path.starts_with("assets/");
        let cache = if lasting { "public, max-age=31536000, immutable" } else { "no-cache" };
        return ([(CONTENT_TYPE, file.metadata.mimetype().to_owned()), (CACHE_CONTROL, cache.to_owned())], file.data)
            .into_response();
    }
    // a missing file of the page is an error; any other address is a view of the page
    if path.starts_with("assets/") {
        return (StatusCode::NOT_FOUND, "not found").into_response();
    }
    match Dist::get("index.html") {
        Some(index) => {
            ([(CONTENT_TYPE, "text/html; charset=utf-8"), (CACHE_CONTROL, "no-cache")], index.data).into_response()
        }
        None => {
            (StatusCode::NOT_FOUND, "this build has no page: build it with `make web`; the API is at /api/openapi.json")
                .into_response()
        }
    }
}
