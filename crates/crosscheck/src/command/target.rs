//! `crosscheck target suggest KPI`: a target out of what the figure did so far.

use std::process::ExitCode;

use catalogue::file::suggest as nearest;
use catalogue::question::Principal;
use clap::{Args, Subcommand};
use jiff::ToSpan;
use jiff::civil::Date;
use model::Instant;
use model::calendar::Organisation;
use scorecard::{Definition, Kpi, words};
use server::{ServerError, Workspace};

use crate::Context;

/// Commands about targets.
#[derive(Subcommand)]
pub enum Command {
    /// Make a target of what the figure did so far: what can be achieved, what would be a stretch, what is ordinary
    /// variation
    Suggest(SuggestOptions),
}

/// Options of `target suggest`.
#[derive(Args)]
pub struct SuggestOptions {
    /// KPI on the card, or a metric
    kpi: String,
    /// Name of the card
    #[arg(long, default_value = "company", value_name = "NAME")]
    card: String,
    /// By when; a year from today where absent
    #[arg(long, value_name = "DATE")]
    deadline: Option<String>,
}

/// Runs one of them.
pub fn run(context: &Context, command: &Command) -> Result<ExitCode, ServerError> {
    let Command::Suggest(options) = command;
    let reader = super::open(context)?;
    let now = context.now();
    let deadline = deadline(options.deadline.as_deref(), &reader.workspace.organisation, now)?;
    let definition = reader.workspace.scorecards.get(&options.card);
    if definition.is_none() && options.card != "company" {
        let known = nearest(&options.card, reader.workspace.scorecards.keys().map(String::as_str));
        return Err(ServerError::NotFound { message: format!("there is no card `{}`", options.card), help: known });
    }
    let (kpi, definition) = find(&reader.workspace, definition, &options.kpi)?;
    let suggested = super::block_on(reader.suggest_target(definition, &kpi, deadline, &Principal::local(), now))??;
    match suggested {
        Ok(target) => {
            println!("{} by {deadline}: {}", kpi.name, words::goal(&target.goal, kpi.unit));
            if let Some(stretch) = target.stretch {
                println!("a stretch: {}", words::figure(Some(stretch), kpi.unit));
            }
            for reason in &target.reasons {
                println!("  {reason}");
            }
            println!("\nfor the card, with an owner:\n{}", target.toml());
            Ok(ExitCode::SUCCESS)
        }
        Err(refusal) => Err(ServerError::NotFound {
            message: format!("no target can be made: {}", refusal.message),
            help: Some(refusal.help),
        }),
    }
}

/// The KPI of the card with this id, else one of the metric of this name with its defaults, which is held to no card.
fn find<'w>(
    workspace: &'w Workspace,
    definition: Option<&'w Definition>,
    name: &str,
) -> Result<(Kpi, Option<&'w Definition>), ServerError> {
    if let Some(kpi) = definition.and_then(|definition| definition.kpi(name)) {
        return Ok((kpi.clone(), definition));
    }
    let metric = workspace.catalogue.find(name).map_err(|problem| {
        let on_card = definition.into_iter().flat_map(|card| card.kpis.iter().map(|kpi| kpi.id.as_str()));
        let help = problem.help.clone().or_else(|| nearest(name, on_card));
        ServerError::NotFound { message: problem.message, help }
    })?;
    Ok((Kpi::of(metric), None))
}

/// The day named, else a year from today.
pub fn deadline(named: Option<&str>, organisation: &Organisation, now: Instant) -> Result<Date, ServerError> {
    match named {
        Some(text) => text
            .parse()
            .map_err(|_| ServerError::Usage(format!("--deadline: `{text}` is not a date such as 2027-12-31"))),
        None => Ok(organisation.today(now).saturating_add(1.year())),
    }
}
