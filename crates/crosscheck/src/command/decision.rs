//! `crosscheck decision …`: what was decided about KPIs, and why.

use std::process::ExitCode;

use catalogue::file::Problems;
use catalogue::source::SourceText;
use clap::{Args, Subcommand};
use scorecard::initiative::{Around, declare_decision};
use server::{ServerError, Workspace};

use super::declared::{Draft, write};
use crate::Context;
use crate::table::{plain, render};

/// What to do.
#[derive(Subcommand)]
pub enum Command {
    /// List decisions, the last one first
    List(ListOptions),
    /// Write decisions/NAME.toml
    Add(AddOptions),
}

/// Which are listed.
#[derive(Args)]
pub struct ListOptions {
    /// Only those about this metric
    #[arg(long, value_name = "ID")]
    metric: Option<String>,
    /// As JSON, as the API gives them
    #[arg(long)]
    json: bool,
}

/// What is written.
#[derive(Args)]
pub struct AddOptions {
    /// Name of the file, without .toml
    id: String,
    /// What was decided: we chose X because Y
    #[arg(long)]
    text: String,
    /// The day it was decided; today where absent
    #[arg(long, value_name = "DATE")]
    date: Option<String>,
    /// Who decided it
    #[arg(long, value_name = "NAME")]
    decided_by: String,
    /// Name of the card; company where absent
    #[arg(long, value_name = "NAME")]
    card: Option<String>,
    /// KPI on the card that it is about, or a metric; may be repeated
    #[arg(long, value_name = "ID")]
    kpi: Vec<String>,
    /// Initiative it is about
    #[arg(long, value_name = "NAME")]
    initiative: Option<String>,
    /// Objective of the card that it serves; that of the initiative where absent
    #[arg(long, value_name = "ID")]
    objective: Option<String>,
}

/// Lists or writes.
pub fn run(context: &Context, command: Command) -> Result<ExitCode, ServerError> {
    let workspace = Workspace::load(&context.workspace)?;
    match command {
        Command::List(options) => list(&workspace, &options),
        Command::Add(options) => add(context, &workspace, &options),
    }
}

fn list(workspace: &Workspace, options: &ListOptions) -> Result<ExitCode, ServerError> {
    let metric = super::declared::metric(workspace, options.metric.as_deref())?;
    let mut found: Vec<_> = workspace.decisions.values().collect();
    found.retain(|one| metric.as_ref().is_none_or(|metric| one.metrics.contains(metric)));
    found.sort_by_key(|one| std::cmp::Reverse(one.date));
    if options.json {
        let json = serde_json::to_string_pretty(&found).map_err(|error| ServerError::Usage(error.to_string()))?;
        println!("{json}");
        return Ok(ExitCode::SUCCESS);
    }
    if found.is_empty() {
        println!("no decisions");
        return Ok(ExitCode::SUCCESS);
    }
    let header = ["date", "decision", "by", "kpis", "objective", "text"].map(str::to_owned);
    let rows = found.iter().map(|one| {
        let objective = one.objective.clone().unwrap_or_default();
        let (by, text) = (plain(&one.decided_by), plain(&one.text));
        vec![one.date.to_string(), one.id.clone(), by, one.kpis.join(", "), objective, text]
    });
    print!("{}", render(&header, &rows.collect::<Vec<_>>(), header.len()));
    Ok(ExitCode::SUCCESS)
}

fn add(context: &Context, workspace: &Workspace, options: &AddOptions) -> Result<ExitCode, ServerError> {
    let today = workspace.organisation.today(context.now()).to_string();
    let mut draft = Draft::default();
    let date = options.date.as_deref().unwrap_or(&today);
    draft.date("date", Some(date))?;
    // dates of this form sort as days do
    if date > today.as_str() {
        return Err(ServerError::Usage(format!("--date {date} is not over: what was decided has a day up to {today}")));
    }
    draft.text("text", Some(&options.text));
    draft.text("decided_by", Some(&options.decided_by));
    draft.text("card", options.card.as_deref());
    draft.texts("kpis", &options.kpi);
    draft.text("initiative", options.initiative.as_deref());
    draft.text("objective", options.objective.as_deref());
    let check = |id: &str, file: SourceText, problems: &mut Problems| {
        let around = Around { catalogue: &workspace.catalogue, cards: &workspace.scorecards };
        declare_decision(id, file, around, &workspace.initiatives, problems).is_some()
    };
    write(context, "decisions", &options.id, &draft, check)
}
