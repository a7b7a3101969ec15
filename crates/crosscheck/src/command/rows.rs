//! `crosscheck rows ID`: the rows behind a figure.

use std::io::Write;
use std::process::ExitCode;

use catalogue::answer::{Answer, Quality};
use catalogue::metric::Unit;
use catalogue::question::{Principal, Question};
use clap::Args;
use futures::TryStreamExt;
use model::FactTable;
use model::calendar::Grain;
use server::ServerError;
use server::api::answers::{Which, questions};
use server::api::rows::{RowsAsked, RowsBody, csv_lines};
use server::ask::Reader;
use server::reasons::LeftOut;

use super::asking::Asking;
use super::kpi::Format;
use crate::Context;
use crate::table;

/// Options of `rows`.
#[derive(Args)]
pub struct Options {
    /// Metric id or alias, with a variant where one is named
    #[arg(value_name = "ID[:VARIANT]")]
    id: String,
    #[command(flatten)]
    asking: Asking,
    /// Part of the figure: all, numerator, rest, outside, positive, negative, neutral, ended, open or counted
    #[arg(long)]
    part: Option<String>,
    /// Order: at, -at, amount or -amount
    #[arg(long, allow_hyphen_values = true)]
    sort: Option<String>,
    /// Rows to show, at most 1000; 100 where not said. As CSV all are given
    #[arg(long, value_name = "N")]
    limit: Option<String>,
    /// Go on after a page: its `next`
    #[arg(long, value_name = "NEXT")]
    after: Option<String>,
    /// How to show rows
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

/// Lists the rows.
pub fn run(context: &Context, options: Options) -> Result<ExitCode, ServerError> {
    let reader = super::open(context)?;
    let now = context.now();
    let format = options.format;
    let asked = RowsAsked {
        asked: options.asking.asked(),
        part: options.part,
        sort: options.sort,
        limit: options.limit,
        after: options.after,
        format: (format == Format::Csv).then(|| "csv".to_owned()),
    };
    let which = [Which::parse(&options.id)];
    let day = asked.asked.as_defined_on().map_err(ServerError::Problems)?;
    let reader = reader.as_defined_on(day, which.iter().map(|which| which.metric.as_str()))?;
    let organisation = &reader.workspace.organisation;
    let asking = questions(&which, &asked.asked, Some(Grain::Total), now, organisation);
    let Some(question) = asking.map_err(ServerError::Problems)?.pop() else { return Ok(ExitCode::FAILURE) };
    if asked.is_csv().map_err(ServerError::Problems)? {
        super::block_on(print_csv(&reader, &question, &asked, now))??;
        return Ok(ExitCode::SUCCESS);
    }
    let principal = Principal::local();
    let body = super::block_on(RowsBody::read(&reader, &question, &asked, &principal, now))??;
    super::unmet::note(&reader, std::slice::from_ref(&question), body.n > 0, now)?;
    if format == Format::Json {
        let json = serde_json::to_string_pretty(&body).map_err(|error| ServerError::Usage(error.to_string()))?;
        println!("{json}");
        return Ok(ExitCode::SUCCESS);
    }
    let left_out = super::block_on(reader.left_out(&question, &principal, now))??;
    let answers = super::block_on(reader.ask(&[question], &principal, now))??;
    print_table(&reader, &body);
    print_left_out(&body, &left_out);
    let (line, agrees) = reconciliation(&body, answers.first().and_then(|answers| answers.first()));
    println!("{line}");
    Ok(if agrees { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn print_csv(
    reader: &Reader,
    question: &Question,
    asked: &RowsAsked,
    now: model::Instant,
) -> Result<(), ServerError> {
    let failed = |error| ServerError::io("standard output", error);
    let lines = csv_lines(reader, question, asked, &Principal::local(), now).await?;
    let mut lines = std::pin::pin!(lines);
    // not held across an await: another thread may go on with the stream
    while let Some(piece) = lines.try_next().await? {
        std::io::stdout().write_all(&piece).map_err(failed)?;
    }
    std::io::stdout().flush().map_err(failed)
}

fn print_table(reader: &Reader, body: &RowsBody) {
    let metric = reader.workspace.catalogue.get(&body.metric);
    let name = metric.map_or(body.metric.as_str(), |metric| metric.name.as_str());
    let variant = body.variant.as_ref().map_or_else(String::new, |variant| format!(", {variant}"));
    let days = scorecard::words::days(body.from, body.to);
    println!("{name}{variant} · {days} · {}", body.table);
    let team = metric.and_then(|metric| metric.roles.get("team").cloned()).unwrap_or_else(|| "team".to_owned());
    let unit = body.amount_unit.unwrap_or(Unit::Count);
    let amounts = body.sums.is_some();
    let zone = &reader.workspace.organisation;
    let mut header: Vec<String> = ["at", "system", "ticket", "id", "part"].map(str::to_owned).to_vec();
    header.extend(["channel".to_owned(), team.clone()]);
    let left = header.len();
    let money = body.currency.as_ref().filter(|_| unit == Unit::Currency);
    let amount = || money.map_or_else(|| "amount".to_owned(), |currency| format!("amount, {currency}"));
    header.extend(amounts.then(amount));
    let cell = |row: &server::api::rows::RowBody, name: &str| {
        row.cells.get(name).and_then(|cell| cell.as_str()).unwrap_or("—").to_owned()
    };
    let rows: Vec<Vec<String>> = body
        .rows
        .iter()
        .map(|row| {
            let mut cells = vec![super::local_time(zone, row.at), row.system.clone()];
            cells.extend([row.ticket_id.clone().unwrap_or_else(|| "—".to_owned()), row.id.clone()]);
            cells.push(if row.open && row.part != "open" { format!("{}, open", row.part) } else { row.part.clone() });
            let of_team = cell(row, &team);
            let name = body.labels.get(&team).and_then(|names| names.get(&of_team)).map(String::as_str);
            cells.extend([cell(row, "channel"), scorecard::words::named(&of_team, name)]);
            cells.extend(amounts.then(|| scorecard::words::figure(row.amount, unit)));
            cells.into_iter().map(|cell| table::plain(&cell)).collect()
        })
        .collect();
    print!("{}", table::render(&header, &rows, left));
    let shown = u64::try_from(body.rows.len()).unwrap_or(u64::MAX);
    if shown < body.total {
        let next = body.next.as_ref().map_or_else(String::new, |next| format!("; --after {next} goes on"));
        println!("{} of {} rows{next}", table::count(shown), table::count(body.total));
    }
    let parts: Vec<String> =
        body.parts.iter().map(|(part, count)| format!("{part} {}", table::count(*count))).collect();
    println!("{}", parts.join(", "));
}

/// The rows of the period that do not count, and what decides it.
fn print_left_out(body: &RowsBody, left_out: &[LeftOut]) {
    if left_out.is_empty() {
        return;
    }
    let rows = left_out.iter().map(|one| one.rows).sum();
    let what = if rows == 1 { "row" } else { "rows" };
    let do_not = if rows == 1 { "does not" } else { "do not" };
    println!("{} {what} of {} in the period {do_not} count:", table::count(rows), body.table);
    let columns = FactTable::parse(&body.table).map(FactTable::columns).unwrap_or_default();
    for one in left_out {
        let told = one.columns.iter().map(|name| {
            let meaning = columns.iter().find(|column| column.name == name).map(|column| column.meaning);
            meaning.map_or_else(|| format!("`{name}`"), |meaning| format!("`{name}` ({meaning})"))
        });
        println!("  {} by {}", table::count(one.rows), told.collect::<Vec<_>>().join(", "));
    }
}

/// The last line, and whether rows and answer agree.
fn reconciliation(body: &RowsBody, answer: Option<&Answer>) -> (String, bool) {
    let row = answer.and_then(|answer| answer.rows.first());
    let figures = |n: u64, numerator: Option<f64>, denominator: Option<f64>| {
        let numerator = numerator.map_or_else(String::new, |of| format!(", numerator {}", grouped(of)));
        let denominator = denominator.filter(|of| of.total_cmp(&(n as f64)).is_ne());
        let denominator = denominator.map_or_else(String::new, |of| format!(", denominator {}", grouped(of)));
        format!("n {}{numerator}{denominator}", table::count(n))
    };
    let own = figures(body.n, body.numerator, body.denominator);
    match row {
        Some(row) if (row.n, row.numerator, row.denominator) == (body.n, body.numerator, body.denominator) => {
            (format!("{own}: as `crosscheck kpi` answers"), true)
        }
        // of too few `kpi` tells how many, and of a mean or net score no sum, which would tell the figure
        Some(row) if row.quality == Quality::Suppressed && row.n == body.n && row.numerator.is_none() => {
            (format!("{own}: `crosscheck kpi` answers n {} and no figure, of too few", table::count(row.n)), true)
        }
        Some(row) => {
            let other = figures(row.n, row.numerator, row.denominator);
            (format!("{own}: but `crosscheck kpi` answers {other}; data came in between, or this is a fault"), false)
        }
        None => (format!("{own}: but `crosscheck kpi` does not answer"), false),
    }
}

/// A whole number with thousands separated, any other as it is.
fn grouped(number: f64) -> String {
    if number >= 0.0 && number.fract() == 0.0 && number < 1e15 {
        table::count(number as u64)
    } else {
        format!("{number}")
    }
}
