//! `crosscheck benchmark METRIC`: what others have published, beside what one has oneself.

use std::process::ExitCode;

use catalogue::file::suggest;
use catalogue::question::Principal;
use clap::Args;
use scorecard::benchmark::{Benchmark, Reliability};
use scorecard::template::industries;
use scorecard::words;
use server::ServerError;
use server::yardsticks::Yardsticks;

use crate::Context;

/// Options of `benchmark`.
#[derive(Args)]
pub struct Options {
    /// Metric, by id or alias
    metric: String,
    /// Also those older than three years, or of an unknown year
    #[arg(long)]
    old: bool,
    /// Only those of an industry, and of all industries together
    #[arg(long)]
    industry: Option<String>,
    /// As JSON, as the API gives them
    #[arg(long)]
    json: bool,
}

/// Shows them.
pub fn run(context: &Context, options: &Options) -> Result<ExitCode, ServerError> {
    let reader = super::open(context)?;
    let now = context.now();
    if let Some(name) = &options.industry {
        let valid = || industries().iter().map(|industry| industry.id.as_str());
        if !valid().any(|known| known == name) {
            let help = suggest(name, valid()).unwrap_or_default();
            return Err(ServerError::Usage(format!("--industry: `{name}` is none that is known ({help})")));
        }
    }
    let (principal, industry) = (Principal::local(), options.industry.as_deref());
    let found = super::block_on(reader.yardsticks(&options.metric, industry, options.old, &principal, now))??;
    if options.json {
        let json = serde_json::to_string_pretty(&found).map_err(|error| ServerError::Usage(error.to_string()))?;
        println!("{json}");
        return Ok(ExitCode::SUCCESS);
    }
    let today = reader.workspace.organisation.today(now);
    show_own(&found);
    println!("\nOthers: context, never a target");
    for one in &found.rows {
        show(one, today);
    }
    if found.rows.is_empty() {
        println!("  nothing is known");
    }
    if found.hidden > 0 {
        println!("  {} older than three years or of an unknown year: --old shows them", found.hidden);
    }
    Ok(ExitCode::SUCCESS)
}

fn show_own(found: &Yardsticks) {
    let figure = |value: Option<f64>| words::figure(value, found.unit);
    println!("{} ({}), yourself: better yardsticks than others", found.name, found.statistic);
    for year in &found.own.history {
        let interval = match (year.low, year.high) {
            (None, None) => String::new(),
            (low, high) => format!(" ({})", words::interval(low, high, found.unit)),
        };
        let days = match year.data_from {
            Some(begin) => format!("{} (the data begin on {})", words::days(year.from, year.to), words::day(begin)),
            None => words::days(year.from, year.to),
        };
        println!("  {days}: {}{interval}, n = {}", figure(year.value), words::count(year.n));
    }
    if found.own.history.is_empty() {
        println!("  no figure yet");
    }
    if let Some(best) = &found.own.best_team {
        let days = words::days(best.from, best.to);
        println!("  best team of {days}, {}: {}, n = {}", best.team, figure(best.value), words::count(best.n));
    }
    if let Some(why) = &found.own.why_no_best_team {
        println!("  no best team: {why}");
    }
    for group in &found.own.similar_teams {
        let days =
            group.teams.first().map_or_else(String::new, |team| format!(", {}", words::days(team.from, team.to)));
        let as_whom = match group.alike.len() == group.teams.len() {
            true => String::new(),
            false => format!(" as {}", words::listed(&group.alike)),
        };
        println!(
            "  teams with the same mix of work{as_whom}{days}: {}",
            group
                .teams
                .iter()
                .map(|team| { format!("{} {} (n = {})", team.team, figure(team.value), words::count(team.n)) })
                .collect::<Vec<_>>()
                .join(", ")
        );
    }
    if let Some(why) = &found.own.why_no_teams {
        println!("  teams: {why}");
    }
}

fn show(one: &Benchmark, today: jiff::civil::Date) {
    let figure = |value: Option<f64>| match &one.currency {
        Some(currency) => format!("{} {currency}", words::figure(value, one.unit)),
        None => words::figure(value, one.unit),
    };
    let told = match (one.value, one.low, one.high) {
        (Some(value), None, None) => figure(Some(value)),
        (Some(value), low, high) => format!("{} ({})", figure(Some(value)), words::interval(low, high, one.unit)),
        (None, low, high) => words::interval(low, high, one.unit),
    };
    let n = one.n.map_or_else(String::new, |n| format!(", n = {}", words::count(n)));
    println!(
        "  {told}, {}: {}, {}, {}, {} ({}){n}",
        one.told,
        one.subject,
        one.channel,
        one.region,
        one.year,
        one.age(today)
    );
    println!("    {} · {:?}: {}", one.source, one.reliability, one.reliability.meaning());
    match &one.differs {
        None => println!(
            "    definition: the same{}",
            one.variant.as_ref().map_or_else(String::new, |variant| format!(" as variant {variant}"))
        ),
        Some(differs) => println!("    definition: another, {differs}"),
    }
    if let Some(note) = &one.note {
        println!("    {note}");
    }
    if one.reliability == Reliability::D {
        println!("    warning: not to be relied on");
    }
    println!("    {}", one.url);
}
