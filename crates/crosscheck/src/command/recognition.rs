//! `crosscheck recognition`: who can be recognised for the KPIs of a card, and why.

use std::io::Write;
use std::process::ExitCode;

use catalogue::file::suggest;
use catalogue::question::Principal;
use clap::{Args, ValueEnum};
use model::calendar::DateRange;
use scorecard::recognition::{Eligibility, Ground};
use scorecard::words;
use server::ServerError;
use server::api::question::Asked;
use server::csv::{csv_record, harmless};
use server::recognition::Whose;

use crate::Context;
use crate::table::{plain, render, wrapped};

/// Columns of a terminal that reasons are kept within.
const WIDTH: usize = 120;

/// Options of `recognition`.
#[derive(Args)]
pub struct Options {
    /// Name of the card
    #[arg(long, default_value = "company", value_name = "NAME")]
    card: String,
    /// Agents in place of teams
    #[arg(long)]
    agents: bool,
    /// Named range (last-91d, last-quarter …), a month (2026-05), or A..B of these, both included; compared with as
    /// many days before
    #[arg(long, default_value = "last-91d")]
    range: String,
    /// How to show it
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

/// How to show it.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Table,
    /// For an incentive programme: everybody, with the reason.
    Csv,
    /// As the API gives it.
    Json,
}

/// Asks and shows.
pub fn run(context: &Context, options: &Options) -> Result<ExitCode, ServerError> {
    let reader = super::open(context)?;
    let now = context.now();
    let Some(definition) = reader.workspace.scorecards.get(&options.card) else {
        let help = suggest(&options.card, reader.workspace.scorecards.keys().map(String::as_str));
        return Err(ServerError::NotFound { message: format!("there is no card `{}`", options.card), help });
    };
    let asked = Asked { range: Some(options.range.clone()), ..Asked::default() };
    let range = asked.range(now, &reader.workspace.organisation).map_err(ServerError::Problems)?;
    let whose = if options.agents { Whose::Agent } else { Whose::Team };
    let found = super::block_on(reader.recognition(definition, whose, range, &Principal::local(), now))??;
    match options.format {
        Format::Json => {
            let json = serde_json::to_string_pretty(&found).map_err(|error| ServerError::Usage(error.to_string()))?;
            println!("{json}");
        }
        Format::Csv => print_csv(&found, whose, range)?,
        Format::Table => {
            let cells = |one: &Eligibility| {
                let value = words::figure(one.value, one.unit);
                let who = match &one.who {
                    Some(who) => plain(&words::named(who, one.label.as_deref())),
                    None => "nobody".to_owned(),
                };
                let ground = if one.ground == Ground::None { "–".to_owned() } else { one.ground.name().to_owned() };
                vec![one.name.clone(), who, value, words::count(one.n), ground, one.reason.clone()]
            };
            let header = ["KPI", whose.name(), "value", "n", "recognised for", "why"].map(str::to_owned);
            let rows: Vec<Vec<String>> = found.iter().map(cells).collect();
            print!("{}", render(&header, &wrapped(&rows, &header, WIDTH), 2));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// One line for each KPI and team or agent. Text that a spreadsheet would run as a formula is made harmless.
fn print_csv(found: &[Eligibility], whose: Whose, range: DateRange) -> Result<(), ServerError> {
    let failed = |error| ServerError::io("standard output", error);
    let mut out = std::io::stdout().lock();
    let header = ["kpi", "name", whose.name(), "from", "to", "eligible", "ground", "value", "n", "change", "reason"];
    writeln!(out, "{}", csv_record(header)).map_err(failed)?;
    let number = |number: Option<f64>| number.map_or_else(String::new, |number| number.to_string());
    for one in found {
        let eligible = if one.ground == Ground::None { "no" } else { "yes" };
        let cells = [
            one.kpi.clone(),
            harmless(one.name.clone()),
            harmless(one.who.clone().unwrap_or_default()),
            range.from.to_string(),
            range.to.to_string(),
            eligible.to_owned(),
            one.ground.name().to_owned(),
            number(one.value),
            one.n.to_string(),
            number(one.change),
            harmless(one.reason.clone()),
        ];
        writeln!(out, "{}", csv_record(&cells)).map_err(failed)?;
    }
    out.flush().map_err(failed)
}
