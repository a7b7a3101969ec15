//! `crosscheck close PERIOD`.

use std::process::ExitCode;

use catalogue::question::Principal;
use clap::Args;
use scorecard::review::{ApprovalStatus, Figure};
use server::ServerError;
use server::api::question::Asked;
use server::reviews::{Closing, Kept};

use super::review::Who;
use crate::Context;
use crate::table::plain;

/// Options of `close`.
#[derive(Args)]
pub struct Options {
    /// The period: a month (2026-10), a quarter (2026-Q3), last-month … or A..B of days, both included
    period: String,
    /// Name of the card
    #[arg(long, default_value = "company", value_name = "NAME")]
    card: String,
    /// Close it although something is not settled, and say what
    #[arg(long)]
    provisional: bool,
    /// Why it is closed again, where it has been closed before
    #[arg(long)]
    reason: Option<String>,
    #[command(flatten)]
    who: Who,
}

/// Closes the period.
pub fn run(context: &Context, options: Options) -> Result<ExitCode, ServerError> {
    let reader = super::open(context)?;
    let now = context.now();
    let asked = Asked { range: Some(options.period), ..Asked::default() };
    let range = super::called("PERIOD", asked.range(now, &reader.workspace.organisation))?;
    let closing = Closing {
        card: &options.card,
        range,
        actor: &options.who.name,
        reason: options.reason.as_deref(),
        provisional: options.provisional,
    };
    let Kept { recorded, closed, approval } = super::block_on(reader.close(&closing, &Principal::local(), now))??;
    let figures = closed.figures.iter().filter(|figure| figure.value.is_some()).count();
    println!(
        "{}: {}, card {}: {figures} of {} figures kept",
        recorded.number,
        recorded.sentence(),
        options.card,
        closed.figures.len()
    );
    for lack in closed.figures.iter().filter_map(Figure::lack) {
        println!("not kept: {}", plain(&lack));
    }
    for what in &closed.settling {
        println!("not settled: {what}");
    }
    if let Some(approval) = approval.filter(|approval| approval.status != ApprovalStatus::Approved) {
        println!(
            "the card is not approved as it is: {}; who agreed to its targets is not known",
            plain(&approval.words())
        );
    }
    Ok(ExitCode::SUCCESS)
}
