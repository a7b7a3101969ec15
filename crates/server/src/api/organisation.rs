//! `GET /api/organisation`: who this is, and what day it is there.

use axum::Json;
use axum::extract::State;
use model::calendar::YearName;
use serde::Serialize;
use utoipa::ToSchema;

use super::Context;
use super::error::{ApiError, ErrorBody};
use crate::ServerError;

/// The organisation and the day it is there.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrganisationBody {
    /// Name.
    name: String,
    /// Reporting zone.
    zone: String,
    /// ISO 4217 code.
    currency: String,
    /// First day of the week, as `monday`.
    week_start: String,
    /// First month of the fiscal year.
    fiscal_year_start: i8,
    /// Which calendar year a fiscal year that lies in two is called after: `start` or `end`.
    fiscal_year_named_after: String,
    /// The time it is, UTC.
    #[schema(format = DateTime)]
    now: String,
    /// The day it is, in the reporting zone.
    #[schema(format = Date)]
    today: String,
    /// Data is loaded through this time, by the least advanced source.
    #[schema(format = DateTime)]
    watermark: Option<String>,
    /// Schedules whose hours are still those of the template, not the organisation's.
    template_hours: Vec<String>,
    /// Version of Crosscheck.
    version: String,
}

/// The organisation.
#[utoipa::path(get, operation_id = "organisation", path = "/api/organisation", tag = "organisation", responses(
    (status = 200, body = OrganisationBody), (status = 500, body = ErrorBody)))]
pub async fn show(State(context): State<Context>) -> Result<Json<OrganisationBody>, ApiError> {
    let organisation = &context.reader.workspace.organisation;
    let now = context.now();
    let snapshot = context.reader.store.snapshot().map_err(ServerError::from)?;
    let stated = context.reader.workspace.stated(now);
    let watermark = snapshot.watermark(&model::RecordKind::ALL[..4], &stated);
    Ok(Json(OrganisationBody {
        name: organisation.name.clone(),
        zone: organisation.zone_name.clone(),
        currency: organisation.currency.clone(),
        week_start: format!("{:?}", organisation.week_start).to_lowercase(),
        fiscal_year_start: organisation.fiscal_year.first_month,
        fiscal_year_named_after: match organisation.fiscal_year.named_after {
            YearName::Start => "start".to_owned(),
            YearName::End => "end".to_owned(),
        },
        now: now.to_string(),
        today: organisation.today(now).to_string(),
        watermark: watermark.map(|watermark| watermark.to_string()),
        template_hours: context.reader.workspace.template_hours.clone(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    }))
}
