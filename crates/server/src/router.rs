//! Every route in one place.

use std::sync::Arc;

use axum::Router;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use axum::middleware::from_fn;
use axum::routing::get;
use tower_http::compression::CompressionLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::error::told_alike;
use crate::api::{
    answers, benchmarks, cards, cascade, decisions, dimensions, initiatives, kpis, lint, organisation, printed,
    recognition, reviews, rows, scorecard, setup, strategy, tickets,
};
use crate::live::Live;
use crate::page;

#[derive(OpenApi)]
#[openapi(info(
    title = "Crosscheck",
    description = "Governed customer-service KPIs. Dates are civil days in the organisation's reporting zone, `to` exclusive; rates are percent 0–100, durations seconds.",
    license(name = "Apache-2.0", identifier = "Apache-2.0")
))]
struct Document;

fn api() -> OpenApiRouter<Arc<Live>> {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(organisation::show))
        .routes(routes!(kpis::list))
        .routes(routes!(kpis::show))
        .routes(routes!(kpis::answers))
        .routes(routes!(answers::list))
        .routes(routes!(dimensions::values))
        .routes(routes!(initiatives::list))
        .routes(routes!(decisions::list))
        .routes(routes!(reviews::list, reviews::record))
        .routes(routes!(rows::list))
        .routes(routes!(cards::list))
        .routes(routes!(scorecard::show))
        .routes(routes!(printed::manual))
        .routes(routes!(printed::report))
        .routes(routes!(strategy::show))
        .routes(routes!(cascade::show))
        .routes(routes!(lint::list))
        .routes(routes!(benchmarks::list))
        .routes(routes!(recognition::list))
        .routes(routes!(setup::show, setup::propose))
        .routes(routes!(tickets::find))
        .routes(routes!(tickets::show))
}

/// The OpenAPI document.
pub fn openapi() -> utoipa::openapi::OpenApi {
    api().split_for_parts().1
}

/// All routes over a workspace.
pub fn router(live: Arc<Live>) -> Router {
    let (routes, document) = api().split_for_parts();
    let document = axum::Json(document);
    routes
        .route(
            "/api/openapi.json",
            get(move || {
                let document = document.clone();
                async move { document }
            }),
        )
        .route("/healthz", get(|| async { "ok" }))
        .fallback(page::serve)
        .with_state(live)
        .layer(from_fn(told_alike))
        .layer(CompressionLayer::new())
        .layer(header(X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(header(X_FRAME_OPTIONS, "DENY"))
        .layer(header(REFERRER_POLICY, "same-origin"))
        .layer(header(CONTENT_SECURITY_POLICY, page::POLICY))
        .layer(SetResponseHeaderLayer::if_not_present(CACHE_CONTROL, HeaderValue::from_static("no-store")))
}

fn header(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
}
