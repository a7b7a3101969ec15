//! `crosscheck scorecard`.

use std::process::ExitCode;

use catalogue::question::Principal;
use clap::Args;
use model::calendar::Compare;
use server::ServerError;
use server::api::question::Asked;

use crate::Context;

/// Options of `scorecard`.
#[derive(Args)]
pub struct Options {
    /// Which card: its file without .toml
    #[arg(long, value_name = "NAME", default_value = server::cards::COMPANY)]
    card: String,
    /// Named range (last-28d, last-quarter …), a day (2026-05-26), a month (2026-05), or A..B of these, both included; last-month where none is given
    #[arg(long)]
    range: Option<String>,
    /// First day
    #[arg(long, value_name = "DATE")]
    from: Option<String>,
    /// Day after the last
    #[arg(long, value_name = "DATE")]
    to: Option<String>,
    /// Count only what has this value of a dimension, as channel=email, or none, as channel; may be repeated
    #[arg(long, value_name = "DIM[=VALUE]")]
    only: Vec<String>,
    /// prev, year or none
    #[arg(long, default_value = "prev")]
    compare: String,
    /// Under the definitions that were in force on this day, as far as they were recorded
    #[arg(long, value_name = "DATE")]
    as_defined_on: Option<String>,
    /// As JSON, as the API gives it
    #[arg(long)]
    json: bool,
}

/// Builds and shows the card.
pub fn run(context: &Context, options: Options) -> Result<ExitCode, ServerError> {
    let reader = super::open(context)?;
    let now = context.now();
    let asked = Asked {
        range: options.range,
        from: options.from,
        to: options.to,
        compare: Some(options.compare),
        only: options.only,
        as_defined_on: options.as_defined_on,
        ..Asked::default()
    };
    let range = asked.range(now, &reader.workspace.organisation).map_err(ServerError::Problems)?;
    let compare: Option<Compare> = asked.compare().map_err(ServerError::Problems)?;
    let only = asked.only().map_err(ServerError::Problems)?;
    let day = asked.as_defined_on().map_err(ServerError::Problems)?;
    let definition = reader.workspace.card(&options.card)?;
    // a metric with errors is no whole card; one that came later than the day that is meant is none of that day's
    let is_whole = definition.kpis.iter().all(|kpi| reader.workspace.catalogue.get(&kpi.metric).is_some());
    let reader = reader.as_defined_on(day, definition.shown_metrics())?;
    let questions = reader.card_questions(definition, &range, only.clone())?;
    let card = super::block_on(reader.scorecard(definition, range, compare, only, &Principal::local(), now))??;
    super::unmet::note(&reader, &questions, card.kpis.iter().any(|kpi| kpi.n > 0), now)?;
    if options.json {
        let json = serde_json::to_string_pretty(&card).map_err(|error| ServerError::Usage(error.to_string()))?;
        println!("{json}");
    } else {
        print!("{}", scorecard::text(&card, 110, &reader.workspace.organisation.zone));
    }
    // named on the card, among the reasons
    Ok(if is_whole { ExitCode::SUCCESS } else { ExitCode::from(1) })
}
