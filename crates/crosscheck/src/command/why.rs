//! `crosscheck why`.

use std::process::ExitCode;

use clap::Args;
use scorecard::{Place, Why};
use server::{ServerError, Workspace};

use crate::Context;
use crate::table::plain;

/// Options of `why`.
#[derive(Args)]
pub struct Options {
    /// Id or alias of a metric
    metric: String,
    /// Only on this card: its file without .toml
    #[arg(long, value_name = "NAME")]
    card: Option<String>,
    /// As JSON
    #[arg(long)]
    json: bool,
}

/// Says where the metric is on a card, and what that is for.
pub fn run(context: &Context, options: &Options) -> Result<ExitCode, ServerError> {
    let workspace = Workspace::load(&context.workspace)?;
    let found = workspace.catalogue.find(&options.metric).map_err(|problem| ServerError::Problems(vec![*problem]))?;
    if let Some(card) = &options.card {
        workspace.card(card)?;
    }
    let mut places = scorecard::why(&workspace.scorecards, &workspace.catalogue, &found.id);
    places.retain(|place| options.card.as_ref().is_none_or(|card| place.card == *card));
    if options.json {
        let json = serde_json::to_string_pretty(&places).map_err(|error| ServerError::Usage(error.to_string()))?;
        println!("{json}");
    } else {
        print!("{}", text(&found.name, &places));
    }
    if places.is_empty() {
        let place = if options.card.is_some() { "not on that card" } else { "on no card" };
        let help = "`operational` of a KPI names the metrics that move it";
        eprintln!("note: `{}` is {place}: nothing says why it is measured ({help})", found.id);
        return Ok(ExitCode::from(1));
    }
    Ok(ExitCode::SUCCESS)
}

fn text(name: &str, places: &[Why]) -> String {
    let mut text = String::new();
    for place in places {
        let what = match place.place {
            Place::Kpi => format!("{} on {}", place.name, place.title),
            Place::Operational => format!("{name}, which moves {} on {}", place.name, place.title),
            Place::Gate => format!("{}, a gate on {}", place.name, place.title),
        };
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&plain(&what));
        text.push('\n');
        for (number, sentence) in place.path.iter().enumerate() {
            text.push_str(&format!("  {}. {}\n", number + 1, plain(sentence)));
        }
    }
    text
}
