//! `crosscheck cascade`.

use std::process::ExitCode;

use catalogue::answer::Quality;
use catalogue::metric::Unit;
use catalogue::plan::LineUnit;
use catalogue::question::Principal;
use clap::Args;
use scorecard::{Cascade, CascadePart, words};
use server::ServerError;
use server::api::question::Asked;
use server::cards::{COMPANY, kpi_of};

use crate::Context;
use crate::table::{count, plain, render};

/// Options of `cascade`.
#[derive(Args)]
pub struct Options {
    /// Id of a KPI on the card, or of its metric
    kpi: String,
    /// Which card: its file without .toml
    #[arg(long, value_name = "NAME", default_value = COMPANY)]
    card: String,
    /// By the values of this dimension, in place of the cards below
    #[arg(long, value_name = "DIM")]
    by: Option<String>,
    /// Named range (last-28d, last-month …), a day (2026-05-26), a month (2026-05), or A..B of these, both included
    #[arg(long)]
    range: Option<String>,
    /// First day
    #[arg(long, value_name = "DATE")]
    from: Option<String>,
    /// Day after the last
    #[arg(long, value_name = "DATE")]
    to: Option<String>,
    /// Under the definitions that were in force on this day, as far as they were recorded
    #[arg(long, value_name = "DATE")]
    as_defined_on: Option<String>,
    /// As JSON, as the API gives it
    #[arg(long)]
    json: bool,
}

/// Takes the figure apart and shows its parts.
pub fn run(context: &Context, options: Options) -> Result<ExitCode, ServerError> {
    let reader = super::open(context)?;
    let now = context.now();
    let card = reader.workspace.card(&options.card)?;
    let kpi = kpi_of(&reader.workspace, card, &options.kpi)?;
    let asked = Asked {
        range: options.range,
        from: options.from,
        to: options.to,
        as_defined_on: options.as_defined_on,
        ..Asked::default()
    };
    let day = asked.as_defined_on().map_err(ServerError::Problems)?;
    let dated = reader.as_defined_on(day, [kpi.metric.as_str()])?;
    let range = asked.range(now, &reader.workspace.organisation).map_err(ServerError::Problems)?;
    let principal = Principal::local();
    let found = super::block_on(dated.cascade(card, kpi, options.by.as_deref(), range, &principal, now))??;
    if options.json {
        let json = serde_json::to_string_pretty(&found).map_err(|error| ServerError::Usage(error.to_string()))?;
        println!("{json}");
    } else {
        print!("{}", text(&found));
    }
    Ok(ExitCode::SUCCESS)
}

fn text(found: &Cascade) -> String {
    let days = words::days(found.range.from, found.range.to);
    let mut text = format!("{} · {} · {days}\n\n", plain(&found.name), plain(&found.total.name));
    let has_line = std::iter::once(&found.total).chain(&found.parts).any(|part| part.denominator.is_some());
    let mut header = vec![found.by.clone().unwrap_or_else(|| "card".to_owned()), found.statistic.clone()];
    header.extend(["95 % interval".to_owned(), "n".to_owned()]);
    if has_line {
        header.extend(["numerator".to_owned(), "denominator".to_owned()]);
    }
    header.push("of the whole".to_owned());
    let row = |part: &CascadePart, name: &str| {
        let units = found.line_unit.unwrap_or_default();
        let number = |number: Option<f64>, unit: Option<Unit>| number.map_or_else(String::new, |of| figure(of, unit));
        let value = match part.quality {
            Quality::Withheld => "not told".to_owned(),
            _ => words::figure(part.value, found.unit),
        };
        let interval = words::interval(part.low, part.high, found.unit);
        let mut cells = vec![plain(name), value, interval, count(part.n)];
        if has_line {
            cells.extend([number(part.numerator, units.numerator), number(part.denominator, units.denominator)]);
        }
        cells.push(part.share.map_or_else(String::new, |share| words::figure(Some(100.0 * share), Unit::Percent)));
        cells
    };
    let mut rows: Vec<Vec<String>> = found.parts.iter().map(|part| row(part, &name(part))).collect();
    rows.extend(found.rest.iter().map(|rest| row(rest, &rest.name)));
    rows.push(row(&found.total, &format!("= {}", found.total.name)));
    text.push_str(&render(&header, &rows, 1));
    if has_line {
        let is_one = |times: f64| times.total_cmp(&1.0).is_eq();
        let is_hundred = |times: f64| times.total_cmp(&100.0).is_eq() && found.unit == Unit::Percent;
        let times = match found.times {
            // a percentage is a share already
            Some(times) if is_hundred(times) && found.line_unit == Some(LineUnit::COUNTS) => {
                " (of a share: how many of how many)".to_owned()
            }
            Some(times) if is_hundred(times) => ", in percent".to_owned(),
            Some(times) if !is_one(times) => format!(" × {}", words::figure(Some(times), Unit::Count)),
            _ => String::new(),
        };
        text.push_str(&format!("\nThe figure is the numerator ÷ the denominator{times}.\n"));
    }
    if let Some(note) = &found.note {
        text.push_str(&format!("\nThe parts do not add up: {}\n", plain(note)));
    }
    text
}

/// A part as people know it, with the value it is of where that is another.
fn name(part: &CascadePart) -> String {
    match &part.of {
        Some(value) if *value != part.name => words::named(value, Some(&part.name)),
        _ => part.name.clone(),
    }
}

/// A numerator or a denominator: how many there are, or an amount of what is measured.
fn figure(number: f64, unit: Option<Unit>) -> String {
    let unit = match unit {
        Some(Unit::Seconds) if number.fract() != 0.0 => Unit::Seconds,
        Some(Unit::Currency) => Unit::Currency,
        _ => Unit::Count,
    };
    words::figure(Some(number), unit)
}
