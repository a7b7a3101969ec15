//! `crosscheck report KIND`.

use std::path::PathBuf;
use std::process::ExitCode;

use catalogue::question::Principal;
use clap::{Args, ValueEnum};
use server::ServerError;
use server::api::question::Asked;
use server::printed::{self, ReportAsked};

use crate::Context;

/// Options of `report`.
#[derive(Args)]
pub struct Options {
    /// Whom it is for
    #[arg(value_enum, value_name = "KIND")]
    kind: Kind,
    /// Name of a card; the company's where absent, of a team the only one there is
    #[arg(long, value_name = "NAME")]
    card: Option<String>,
    /// Named range (last-month, last-quarter …), a month (2026-05), or A..B, both included
    #[arg(long, default_value = "last-month")]
    period: String,
    /// prev, year or none
    #[arg(long, default_value = "prev")]
    compare: String,
    /// Count only what has this value of a dimension, as team=Billing; may be repeated
    #[arg(long, value_name = "DIM[=VALUE]")]
    only: Vec<String>,
    /// Under the definitions that were in force on this day, as far as they were recorded
    #[arg(long, value_name = "DATE")]
    as_defined_on: Option<String>,
    /// How to print it
    #[arg(long, value_enum, default_value_t = Format::Html)]
    format: Format,
    /// Sheet to print as CSV: KPIs, Trend, Operational, Teams, Announcements, Comments, Initiatives, Decisions, Trace, Records, Due;
    /// that of the KPIs where absent
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
    /// File to write; standard output where absent
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Whom a report is for.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// Those who steer.
    Executive,
    /// Those who lead, with operational metrics.
    Manager,
    /// Those who do the work.
    Team,
}

/// How to print a report.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// One file for browsers and mail programs.
    Html,
    /// Pages.
    Pdf,
    /// Markdown.
    Md,
    /// A line a KPI, or one of the other sheets.
    Csv,
    /// Sheets.
    Xlsx,
}

/// Prints a report.
pub fn run(context: &Context, options: Options) -> Result<ExitCode, ServerError> {
    let reader = super::open(context)?;
    let now = context.now();
    let question = Asked {
        range: Some(options.period),
        compare: Some(options.compare),
        only: options.only,
        as_defined_on: options.as_defined_on,
        ..Asked::default()
    };
    let asked = ReportAsked {
        kind: match options.kind {
            Kind::Executive => scorecard::report::Kind::Executive,
            Kind::Manager => scorecard::report::Kind::Manager,
            Kind::Team => scorecard::report::Kind::Team,
        },
        card: options.card,
        range: super::called("--period", question.range(now, &reader.workspace.organisation))?,
        compare: question.compare().map_err(ServerError::Problems)?,
        only: question.only().map_err(ServerError::Problems)?,
        as_defined_on: question.as_defined_on().map_err(ServerError::Problems)?,
        sheet: options.sheet,
    };
    let format = match options.format {
        Format::Html => printed::Format::Html,
        Format::Pdf => printed::Format::Pdf,
        Format::Md => printed::Format::Markdown,
        Format::Csv => printed::Format::Csv,
        Format::Xlsx => printed::Format::Xlsx,
    };
    let printed = super::block_on(reader.report(&asked, format, &Principal::local(), now))??;
    super::print::put(&printed, options.output.as_ref())?;
    Ok(ExitCode::SUCCESS)
}
