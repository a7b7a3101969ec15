//! `crosscheck initiative …`: what is done to move a KPI.

use std::process::ExitCode;
use std::sync::Arc;

use catalogue::file::{Problems, suggest};
use catalogue::source::SourceText;
use clap::{Args, Subcommand};
use scorecard::initiative::{Around, Initiative, declare_initiative};
use scorecard::words;
use server::ask::Reader;
use server::lint::CHANNELS;
use server::{ServerError, Workspace};

use super::declared::{Draft, write};
use crate::Context;
use crate::table::{plain, render};

/// What to do.
#[derive(Subcommand)]
pub enum Command {
    /// List initiatives, the one that began last first
    List(ListOptions),
    /// Write initiatives/NAME.toml
    Add(Box<AddOptions>),
}

/// Which are listed.
#[derive(Args)]
pub struct ListOptions {
    /// Only those that are to move this metric
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
    /// Name for people
    #[arg(long)]
    name: String,
    /// Why it should work: if …, then …, because …
    #[arg(long)]
    hypothesis: String,
    /// planned, running, done or stopped; by its days where absent
    #[arg(long)]
    status: Option<String>,
    /// Name of the card; company where absent
    #[arg(long, value_name = "NAME")]
    card: Option<String>,
    /// KPI on the card that it is to move, or a metric
    #[arg(long, value_name = "ID")]
    kpi: String,
    /// By how much the figure should move, in its unit; a rate by percentage points
    #[arg(long, allow_hyphen_values = true, value_name = "NUMBER")]
    effect: Option<f64>,
    /// Objective on the card that it serves
    #[arg(long, value_name = "ID")]
    objective: Option<String>,
    /// Who answers for it
    #[arg(long)]
    owner: Option<String>,
    /// What it costs, in the organisation's currency
    #[arg(long, value_name = "AMOUNT")]
    cost: Option<f64>,
    /// First day
    #[arg(long, value_name = "DATE")]
    start: String,
    /// Last day
    #[arg(long, value_name = "DATE")]
    end: Option<String>,
    /// Team it affects; may be repeated
    #[arg(long)]
    team: Vec<String>,
    /// Channel it affects; may be repeated
    #[arg(long)]
    channel: Vec<String>,
    /// Step on the way, as 2026-09-15=Pilot; may be repeated
    #[arg(long, value_name = "DATE=NAME")]
    milestone: Vec<String>,
}

/// Lists or writes.
pub fn run(context: &Context, command: Command) -> Result<ExitCode, ServerError> {
    let workspace = Workspace::load(&context.workspace)?;
    match command {
        Command::List(options) => list(context, &workspace, &options),
        Command::Add(options) => add(context, workspace, *options),
    }
}

fn list(context: &Context, workspace: &Workspace, options: &ListOptions) -> Result<ExitCode, ServerError> {
    let metric = super::declared::metric(workspace, options.metric.as_deref())?;
    let mut found: Vec<Initiative> = workspace.initiatives_at(context.now()).into_values().collect();
    found.retain(|one| metric.as_ref().is_none_or(|metric| one.metric == *metric));
    found.sort_by_key(|one| std::cmp::Reverse(one.start));
    if options.json {
        let json = serde_json::to_string_pretty(&found).map_err(|error| ServerError::Usage(error.to_string()))?;
        println!("{json}");
        return Ok(ExitCode::SUCCESS);
    }
    if found.is_empty() {
        println!("no initiatives");
        return Ok(ExitCode::SUCCESS);
    }
    let header = ["initiative", "name", "status", "kpi", "effect", "start", "end", "owner"].map(str::to_owned);
    let rows = found.iter().map(|one| {
        let effect = one.effect.map_or_else(String::new, |effect| words::difference(effect, one.unit));
        let end = one.end.map_or_else(String::new, |end| end.to_string());
        vec![
            one.id.clone(),
            plain(&one.name),
            one.status.name().to_owned(),
            one.kpi.clone(),
            effect,
            one.start.to_string(),
            end,
            plain(one.owner.as_deref().unwrap_or_default()),
        ]
    });
    print!("{}", render(&header, &rows.collect::<Vec<_>>(), header.len()));
    Ok(ExitCode::SUCCESS)
}

fn add(context: &Context, workspace: Workspace, options: AddOptions) -> Result<ExitCode, ServerError> {
    let mut draft = Draft::default();
    draft.text("name", Some(&options.name));
    draft.text("hypothesis", Some(&options.hypothesis));
    draft.text("status", options.status.as_deref());
    draft.text("card", options.card.as_deref());
    draft.text("kpi", Some(&options.kpi));
    draft.number("effect", options.effect)?;
    draft.text("objective", options.objective.as_deref());
    draft.text("owner", options.owner.as_deref());
    draft.number("cost", options.cost)?;
    draft.date("start", Some(&options.start))?;
    draft.date("end", options.end.as_deref())?;
    draft.texts("teams", &options.team);
    draft.texts("channels", &options.channel);
    for milestone in &options.milestone {
        let Some((due, name)) = milestone.split_once('=') else {
            return Err(ServerError::Usage(format!("`{milestone}` is no milestone, as 2026-09-15=Pilot")));
        };
        draft.table("milestone");
        draft.text("name", Some(name.trim()));
        draft.date("due", Some(due.trim()))?;
    }
    let check = |id: &str, file: SourceText, problems: &mut Problems| {
        let around = Around { catalogue: &workspace.catalogue, cards: &workspace.scorecards };
        declare_initiative(id, file, around, problems).is_some()
    };
    let code = write(context, "initiatives", &options.id, &draft, check)?;
    // what no report is held to would never show it
    let reader = Reader::open(Arc::new(workspace))?;
    let warn = |what: &str, name: &str, help: Option<String>| {
        let help = help.map_or_else(String::new, |help| format!(" ({help})"));
        eprintln!("warning: no {what} is called `{name}`{help}: reports of one will not tell of this initiative");
    };
    for (team, help) in reader.unknown_teams(&options.team)? {
        warn("team", &team, help);
    }
    for channel in options.channel.iter().filter(|channel| !CHANNELS.contains(&channel.as_str())) {
        warn("channel", channel, suggest(channel, CHANNELS));
    }
    Ok(code)
}
