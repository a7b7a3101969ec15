//! `crosscheck kpi ID…`.

use std::io::Write;
use std::process::ExitCode;

use catalogue::answer::{Answer, Quality};
use catalogue::question::Principal;
use clap::{Args, ValueEnum};
use model::calendar::Grain;
use server::api::answers::{Which, questions};
use server::api::question::Asked;
use server::csv::{csv_record, harmless};
use server::{ServerError, Workspace};

use super::asking::Asking;
use super::hours;
use crate::Context;
use crate::table;

/// Options of `kpi`.
#[derive(Args)]
pub struct Options {
    /// Metric ids or aliases, each with a variant of its own where one is named: all are answered in one pass
    #[arg(required = true, value_name = "ID[:VARIANT]")]
    ids: Vec<String>,
    /// Break down by these dimensions
    #[arg(long, value_delimiter = ',', value_name = "DIM,…")]
    by: Vec<String>,
    /// Length of a period: day, week, month, quarter, year or total
    #[arg(long, default_value = "total")]
    grain: String,
    #[command(flatten)]
    asking: Asking,
    /// Compare with the period before or the year before: prev or year
    #[arg(long)]
    compare: Option<String>,
    /// Leave out the intervals of quantiles, which take longer than the quantiles
    #[arg(long)]
    no_margins: bool,
    /// How to show answers
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

/// How to show answers.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Table,
    /// As the API gives them.
    Json,
    /// One line a figure.
    Csv,
}

/// Asks and shows.
pub fn run(context: &Context, options: Options) -> Result<ExitCode, ServerError> {
    let reader = super::open(context)?;
    let now = context.now();
    let asked = Asked {
        by: options.by.into_iter().map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect(),
        grain: Some(options.grain),
        compare: options.compare,
        margins: options.no_margins.then(|| "none".to_owned()),
        ..options.asking.asked()
    };
    let kpis: Vec<Which> = options.ids.iter().map(|id| Which::parse(id)).collect();
    let day = asked.as_defined_on().map_err(ServerError::Problems)?;
    let reader = reader.as_defined_on(day, kpis.iter().map(|which| which.metric.as_str()))?;
    let organisation = &reader.workspace.organisation;
    let questions = questions(&kpis, &asked, Some(Grain::Total), now, organisation).map_err(ServerError::Problems)?;
    let margins = asked.margins().map_err(ServerError::Problems)?;
    let principal = Principal::local();
    let asking = reader.ask_with(margins, &questions, &principal, now);
    let mut answers: Vec<Vec<Answer>> = super::block_on(asking)??;
    super::block_on(reader.explain(&mut answers, &questions, &principal, now))??;
    let rows = || answers.iter().flatten().flat_map(|answer| &answer.rows);
    let has_data = rows().any(|row| row.n > 0 || row.quality == Quality::Withheld);
    super::unmet::note(&reader, &questions, has_data, now)?;
    let mut on_business_clock = Vec::new();
    for question in &questions {
        on_business_clock.push(reader.plan(question)?.is_on_business_clock());
    }
    if on_business_clock.contains(&true) {
        hours::note(&reader.workspace);
    }
    match options.format {
        Format::Json => {
            let answers: Vec<&Answer> = answers.iter().flatten().collect();
            let json = serde_json::to_string_pretty(&answers).map_err(|error| ServerError::Usage(error.to_string()))?;
            println!("{json}");
        }
        Format::Csv => print_csv(answers.iter().flatten(), &asked.by)?,
        Format::Table => {
            for (answers, on_business_clock) in answers.iter().zip(on_business_clock) {
                let clock = on_business_clock.then(|| hours::of(&reader.workspace));
                print_tables(answers, &reader.workspace, &asked, clock.as_deref());
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// What was changed by hand, for the title.
fn told(asked: &Asked) -> String {
    let set = asked.set.iter().map(|set| format!(", {set}"));
    let only = asked.only.iter().map(|only| format!(", only {only}"));
    let filter = asked.filter.iter().map(|filter| format!(", where {filter}"));
    set.chain(only).chain(filter).collect()
}

fn print_tables(answers: &[Answer], workspace: &Workspace, asked: &Asked, clock: Option<&str>) {
    let told = told(asked);
    for answer in answers {
        let name =
            workspace.catalogue.get(&answer.metric).map_or(answer.metric.as_str(), |metric| metric.name.as_str());
        let variant = answer.variant.as_ref().map_or_else(String::new, |variant| format!(", {variant}"));
        println!("{name}{variant}{told} · {}", answer.statistic);
        print!("{}", table::answer(answer, &asked.by));
        if answer.rows.iter().any(|row| row.quality == Quality::Withheld) {
            println!("{}", table::WITHHELD);
        }
        if let Some(clock) = clock {
            println!("{clock}");
        }
        match answer.watermark {
            Some(watermark) => {
                println!("data loaded through {}\n", super::local_time(&workspace.organisation, watermark))
            }
            None => println!("no data loaded yet\n"),
        }
    }
}

/// One line a figure, dimensions in the order of `by`; parameters as one JSON cell. Text that a spreadsheet would run as
/// a formula is made harmless.
fn print_csv<'a>(answers: impl Iterator<Item = &'a Answer> + Clone, by: &[String]) -> Result<(), ServerError> {
    let dimensions = table::dimensions(answers.clone().flat_map(|answer| &answer.rows), by);
    let failed = |error| ServerError::io("standard output", error);
    let mut out = std::io::stdout().lock();
    let fixed = ["metric", "version", "variant", "parameters", "statistic", "unit", "direction", "from", "to"];
    let figures = ["value", "n", "numerator", "denominator", "low", "high", "margin", "quality"];
    let compare = ["compare_from", "compare_to", "compare_value", "compare_n", "change", "change_low", "change_high"];
    let header = fixed.into_iter().chain(dimensions.iter().map(String::as_str)).chain(figures).chain(compare);
    writeln!(out, "{}", csv_record(header)).map_err(failed)?;
    let number = |number: Option<f64>| number.map_or_else(String::new, |number| number.to_string());
    for answer in answers {
        let parameters = serde_json::to_string(&answer.parameters).unwrap_or_default();
        for row in &answer.rows {
            let quality =
                serde_json::to_value(row.quality).ok().and_then(|quality| quality.as_str().map(str::to_owned));
            let mut cells = vec![
                answer.metric.clone(),
                answer.version.to_string(),
                answer.variant.clone().unwrap_or_default(),
                parameters.clone(),
                answer.statistic.clone(),
                answer.unit.clone(),
                answer.direction.clone(),
                row.from.to_string(),
                row.to.to_string(),
            ];
            cells.extend(
                dimensions.iter().map(|name| harmless(row.by.get(name).cloned().flatten().unwrap_or_default())),
            );
            cells.extend([number(row.value), row.n.to_string(), number(row.numerator), number(row.denominator)]);
            cells.extend([number(row.low), number(row.high), number(row.margin), quality.unwrap_or_default()]);
            match &row.compare {
                Some(compare) => cells.extend([
                    compare.from.to_string(),
                    compare.to.to_string(),
                    number(compare.value),
                    compare.n.to_string(),
                    number(compare.change),
                    number(compare.low),
                    number(compare.high),
                ]),
                None => cells.extend(std::iter::repeat_n(String::new(), 7)),
            }
            writeln!(out, "{}", csv_record(&cells)).map_err(failed)?;
        }
    }
    out.flush().map_err(failed)
}
