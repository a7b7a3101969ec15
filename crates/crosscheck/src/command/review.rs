//! `crosscheck review …`: what is due, what was done, and doing it.

use std::io::Write;
use std::process::ExitCode;

use clap::{Args, Subcommand, ValueEnum};
use jiff::ToSpan;
use jiff::civil::Date;
use scorecard::Definition;
use scorecard::review::{COLUMNS, Due, DueKind, Kind, Recorded, Subject, columns, due};
use server::ServerError;
use server::ask::Reader;
use server::csv::{csv_record, harmless};
use server::reviews::{Deed, OutOfUse, Verb};

use crate::Context;
use crate::table::{plain, render};

/// What to do.
#[derive(Subcommand)]
pub enum Command {
    /// List what is due
    Due(DueOptions),
    /// Say that something was looked at and is right as it is
    Confirm(Reasoned),
    /// Sign something as it is written; of a card, all that is on it
    Approve(Approved),
    /// Say why something was written anew, after its file was edited
    Change(Reasoned),
    /// Take something out of use
    Retire(Reasoned),
    /// Say something about a metric, KPI, card or initiative
    Comment(Said),
    /// Tell everybody concerned, who then acknowledge it
    Announce(Said),
    /// Say that an announcement was read
    Acknowledge(Acknowledged),
    /// List what was done, the last first
    Log(LogOptions),
    /// Write the whole journal
    Export(ExportOptions),
}

/// Who it is.
#[derive(Args)]
pub struct Who {
    /// Name of whoever does it; recorded as said, not as proved
    #[arg(long = "as", value_name = "NAME", env = "CROSSCHECK_AS")]
    pub name: String,
}

/// What is done to what, and why.
#[derive(Args)]
pub struct Reasoned {
    /// metric:ID, kpi:CARD/ID, target:CARD/ID, card:NAME, initiative:NAME; or ID of a metric, CARD/ID of a KPI
    subject: String,
    /// Why
    #[arg(long)]
    reason: String,
    /// First day on which the definition of a metric holds; the day its file names where absent
    #[arg(long, value_name = "DATE")]
    from: Option<String>,
    #[command(flatten)]
    who: Who,
}

/// What is approved.
#[derive(Args)]
pub struct Approved {
    /// metric:ID, kpi:CARD/ID, target:CARD/ID, card:NAME, initiative:NAME; or ID of a metric, CARD/ID of a KPI
    subject: String,
    /// Why
    #[arg(long)]
    reason: Option<String>,
    /// First day on which the definition of a metric holds; the day its file names where absent
    #[arg(long, value_name = "DATE")]
    from: Option<String>,
    /// Of a card, the definitions of its metrics, too: each is signed for itself, as other cards use them as well
    #[arg(long)]
    with_definitions: bool,
    #[command(flatten)]
    who: Who,
}

/// What is said about what.
#[derive(Args)]
pub struct Said {
    /// metric:ID, kpi:CARD/ID, target:CARD/ID, card:NAME, initiative:NAME; or ID of a metric, CARD/ID of a KPI
    subject: String,
    /// What is said
    text: String,
    #[command(flatten)]
    who: Who,
}

/// What was read.
#[derive(Args)]
pub struct Acknowledged {
    /// Number of the announcement, as `crosscheck review log` shows it
    number: u64,
    #[command(flatten)]
    who: Who,
}

/// What is listed as due.
#[derive(Args)]
pub struct DueOptions {
    /// What is due within so many days, too
    #[arg(long, default_value_t = 0, value_name = "DAYS")]
    within: u16,
    /// As JSON, as the API gives it
    #[arg(long)]
    json: bool,
}

/// What of the log is listed.
#[derive(Args)]
pub struct LogOptions {
    /// Only what was done to this; everything where absent
    subject: Option<String>,
    /// Most entries
    #[arg(long, default_value_t = 50, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
}

/// How the journal is written.
#[derive(Args)]
pub struct ExportOptions {
    /// How
    #[arg(long, value_enum, default_value_t = Format::Json)]
    format: Format,
}

/// How the journal is written.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// An array of entries.
    Json,
    /// A line an entry.
    Csv,
}

/// Does it.
pub fn run(context: &Context, command: Command) -> Result<ExitCode, ServerError> {
    let reader = super::open(context)?;
    match command {
        Command::Due(options) => list_due(context, &reader, &options),
        Command::Log(options) => list_log(&reader, &options),
        Command::Export(options) => export(&reader, options.format),
        Command::Confirm(options) => record(context, &reader, reasoned(Verb::Confirm, options)?),
        Command::Change(options) => record(context, &reader, reasoned(Verb::Change, options)?),
        Command::Retire(options) => record(context, &reader, reasoned(Verb::Retire, options)?),
        Command::Approve(Approved { subject, reason, from, with_definitions, who }) => {
            let in_force_from = from.map(|from| date(&from)).transpose()?;
            let deed = Deed { subject, reason, in_force_from, with_definitions, ..deed(Verb::Approve, who) };
            record(context, &reader, deed)
        }
        Command::Comment(options) => record(context, &reader, said(Verb::Comment, options)),
        Command::Announce(options) => record(context, &reader, said(Verb::Announce, options)),
        Command::Acknowledge(Acknowledged { number, who }) => {
            let deed = Deed { announcement: Some(number), ..deed(Verb::Acknowledge, who) };
            record(context, &reader, deed)
        }
    }
}

fn deed(kind: Verb, who: Who) -> Deed {
    Deed {
        kind,
        subject: String::new(),
        actor: who.name,
        reason: None,
        text: None,
        announcement: None,
        in_force_from: None,
        with_definitions: false,
        hash: None,
    }
}

fn reasoned(kind: Verb, options: Reasoned) -> Result<Deed, ServerError> {
    let Reasoned { subject, reason, from, who } = options;
    let in_force_from = from.map(|from| date(&from)).transpose()?;
    Ok(Deed { subject, reason: Some(reason), in_force_from, ..deed(kind, who) })
}

fn said(kind: Verb, options: Said) -> Deed {
    let Said { subject, text, who } = options;
    Deed { subject, text: Some(text), ..deed(kind, who) }
}

fn date(text: &str) -> Result<Date, ServerError> {
    text.parse().map_err(|_| ServerError::Usage(format!("`{text}` is not a date, as 2026-01-31")))
}

fn record(context: &Context, reader: &Reader, deed: Deed) -> Result<ExitCode, ServerError> {
    let subject = reader.subject(&deed.subject).ok();
    let before = subject.as_ref().map(|subject| reader.out_of_use(subject)).transpose()?.flatten();
    let recorded = reader.record_all(&deed, context.now())?;
    for entry in &recorded {
        println!("{}: {}", entry.number, told(entry));
    }
    let Some(first) = recorded.first() else { return Ok(ExitCode::SUCCESS) };
    // of a card that was signed before, what is recorded are its definitions
    let about = if deed.with_definitions { &deed.subject } else { &first.subject };
    if let Ok(subject) = reader.subject(about) {
        let after = reader.out_of_use(&subject)?;
        if let Some(back) = before.filter(|_| after.is_none()) {
            println!("{}", plain(&taken_back(&back)));
        }
        follow(reader, deed.kind, &subject, first.number)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// That a deed has put something back into use, or that nobody wants it retired any more.
fn taken_back(before: &OutOfUse) -> String {
    match before {
        OutOfUse::Retired(by) => format!("it had been retired by {by}, and is in use again"),
        OutOfUse::Wanted(by) => format!("{by} had wanted it retired; that is taken back"),
    }
}

/// Says what remains to be done after a deed.
fn follow(reader: &Reader, kind: Verb, subject: &Subject, number: u64) -> Result<(), ServerError> {
    match kind {
        Verb::Approve => {
            if let Some(first) = reader.waits_for_second(subject)? {
                println!("signed by {first}; it is approved once a second person signs it too");
            }
            if subject.kind == Kind::Card {
                definitions(reader, subject)?;
            }
        }
        Verb::Retire => match reader.out_of_use(subject)? {
            Some(OutOfUse::Wanted(first)) => {
                println!("wanted by {first}; it is retired once a second person retires it too")
            }
            _ if matches!(subject.kind, Kind::Kpi | Kind::Target) => {
                println!("it stays on the card, and in its total, until it is taken out of the card's file");
            }
            _ if subject.kind == Kind::Metric => {
                let uses = |card: &&Definition| card.metrics().contains(subject.id.as_str());
                let cards = reader.workspace.scorecards.values().filter(uses);
                let cards: Vec<&str> = cards.map(|card| card.name.as_str()).collect();
                if !cards.is_empty() {
                    println!(
                        "figures on {} are still worked out by it, until it is taken out of the file of each card",
                        cards.join(", ")
                    );
                }
            }
            _ if subject.kind == Kind::Card && reader.workspace.scorecards.contains_key(&subject.id) => {
                println!("it is shown and judged as before until its file is taken away");
            }
            _ => {}
        },
        Verb::Announce => {
            let whom = reader.concerned(subject);
            let whom = if whom.is_empty() { "nobody who is named".to_owned() } else { whom.join(", ") };
            println!(
                "it concerns {}; who has read it says: crosscheck review acknowledge {number} --as NAME",
                plain(&whom)
            );
        }
        _ => {}
    }
    Ok(())
}

/// Says which definitions of a card's metrics are not approved: they are no part of the card, as others use them too.
fn definitions(reader: &Reader, card: &Subject) -> Result<(), ServerError> {
    let open = reader.open_definitions(card)?;
    let (waiting, unsigned): (Vec<&Subject>, Vec<&Subject>) = {
        let waits = open.iter().map(|metric| reader.waits_for_second(metric)).collect::<Result<Vec<_>, _>>()?;
        let (waiting, unsigned): (Vec<_>, Vec<_>) = open.iter().zip(waits).partition(|(_, waits)| waits.is_some());
        let subjects = |list: Vec<(_, _)>| list.into_iter().map(|(subject, _)| subject).collect();
        (subjects(waiting), subjects(unsigned))
    };
    let named = |list: &[&Subject]| list.iter().map(|subject| subject.to_string()).collect::<Vec<_>>().join(", ");
    if !waiting.is_empty() {
        println!("definitions that wait for a second person: {}", named(&waiting));
    }
    if !unsigned.is_empty() {
        let named = named(&unsigned);
        println!(
            "not signed: the definitions of its metrics, one by one, or all at once with --with-definitions: {named}"
        );
    }
    Ok(())
}

/// `Anna, kpi:company/fcr: approved: fits`.
fn told(entry: &Recorded) -> String {
    plain(&format!("{}, {}: {}", entry.actor, entry.subject, entry.sentence()))
}

fn list_due(context: &Context, reader: &Reader, options: &DueOptions) -> Result<ExitCode, ServerError> {
    let organisation = &reader.workspace.organisation;
    let today = organisation.today(context.now());
    let state = reader.reviewed()?;
    let mut found = due(&reader.review_items(&state)?, &state, organisation, today);
    let until = today.saturating_add(i64::from(options.within).days());
    found.retain(|due| due.due <= until);
    if options.json {
        let json = serde_json::to_string_pretty(&found).map_err(|error| ServerError::Usage(error.to_string()))?;
        println!("{json}");
    } else if found.is_empty() {
        println!("nothing is due");
    } else {
        let header = ["due", "overdue", "what", "name", "every", "last"].map(str::to_owned);
        let rows: Vec<Vec<String>> = found.iter().map(row).collect();
        print!("{}", render(&header, &rows, header.len()));
        println!("done by `crosscheck review confirm WHAT --reason WHY --as NAME`, or by approving it");
    }
    Ok(ExitCode::SUCCESS)
}

fn row(due: &Due) -> Vec<String> {
    let last = due.last.map_or_else(|| "never".to_owned(), |last| last.to_string());
    let overdue = match due.overdue_days {
        0 => String::new(),
        1 => "1 day".to_owned(),
        days => format!("{days} days"),
    };
    let every = if due.kind == DueKind::Unseen { "not looked at" } else { due.cadence.name() };
    let what = due.subject.to_string();
    vec![due.due.to_string(), overdue, what, plain(&due.name), every.to_owned(), last]
}

fn list_log(reader: &Reader, options: &LogOptions) -> Result<ExitCode, ServerError> {
    let subject = options.subject.as_deref().map(|text| reader.subject(text)).transpose()?;
    let subject = subject.map(|subject| subject.to_string());
    let journal = reader.journal()?;
    let organisation = &reader.workspace.organisation;
    let rows: Vec<Vec<String>> = journal
        .iter()
        .rev()
        .filter(|entry| entry.kind != "viewed")
        .filter(|entry| subject.as_ref().is_none_or(|subject| entry.subject == *subject))
        .take(usize::try_from(options.limit).unwrap_or(usize::MAX))
        .map(|entry| {
            let at = super::local_time(organisation, entry.at);
            vec![entry.number.to_string(), at, plain(&entry.actor), entry.subject.clone(), plain(&entry.sentence())]
        })
        .collect();
    if rows.is_empty() {
        println!("nothing has been recorded");
    } else {
        let header = ["number", "at", "who", "what", "deed"].map(str::to_owned);
        print!("{}", render(&header, &rows, header.len()));
    }
    Ok(ExitCode::SUCCESS)
}

/// The whole journal. Text that a spreadsheet would run as a formula is made harmless.
fn export(reader: &Reader, format: Format) -> Result<ExitCode, ServerError> {
    let journal = reader.journal()?;
    match format {
        Format::Json => {
            let json = serde_json::to_string_pretty(&journal).map_err(|error| ServerError::Usage(error.to_string()))?;
            println!("{json}");
        }
        Format::Csv => {
            let failed = |error| ServerError::io("standard output", error);
            let mut out = std::io::stdout().lock();
            writeln!(out, "{}", csv_record(COLUMNS)).map_err(failed)?;
            for entry in &journal {
                writeln!(out, "{}", csv_record(columns(entry).map(harmless))).map_err(failed)?;
            }
            out.flush().map_err(failed)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
