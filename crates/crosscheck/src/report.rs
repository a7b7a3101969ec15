//! Failures and problems for people.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

use catalogue::diagnostic::{Diagnostic, Severity};
use catalogue::source::Source;
use miette::{GraphicalReportHandler, LabeledSpan, MietteDiagnostic, NamedSource, Report};
use model::FactTable;
use model::lifecycle::{Example, Note, Subject, Warning};
use scorecard::words;
use server::{ServerError, Workspace};
use store::Snapshot;

use crate::table::{count, plain};

/// Rows of the tables that have any, as `24,918 ticket, 3 contact`.
pub fn facts(facts: &BTreeMap<FactTable, u64>) -> String {
    let some = facts.iter().filter(|(_, rows)| **rows > 0);
    let told: Vec<String> = some.map(|(table, rows)| format!("{} {}", count(*rows), table.name())).collect();
    if told.is_empty() { "none".to_owned() } else { told.join(", ") }
}

/// What the newest fold noted, of which more is told than `before` knew: how often, of which records, fields and sources,
/// with one of them.
pub fn notes(workspace: &Workspace, snapshot: &Snapshot, before: &BTreeMap<Subject, Note>) -> Vec<String> {
    let mut told = Vec::new();
    let mut misses_rates = false;
    for (subject, note) in snapshot.notes().iter().filter(|(subject, note)| is_new(before, subject, note)) {
        let earlier = known(before, subject);
        misses_rates |= subject.warning == Warning::MissingRate;
        let mut text = format!("{} × {}", count(note.count), subject.warning.words());
        let mut about: Vec<String> = Vec::new();
        if let Some(kind) = subject.kind {
            let named = [Some(kind.name()), subject.field].into_iter().flatten().collect::<Vec<_>>().join(" ");
            let makes = |source: &&Source| source.records.iter().any(|record| record.kind == kind);
            let sources: Vec<&str> =
                workspace.sources.values().filter(makes).map(|source| source.name.as_str()).collect();
            let from = if sources.is_empty() { String::new() } else { format!(" from {}", sources.join(", ")) };
            about.push(format!("{named}{from}"));
        }
        about.extend(note.example.as_ref().map(|example| shown(example, snapshot)));
        about.extend((earlier > 0).then(|| format!("{} of them known before", count(earlier))));
        if !about.is_empty() {
            text.push_str(&format!(" ({})", about.join("; ")));
        }
        told.push(text);
    }
    for (currency, missing) in snapshot.missing_rates().iter().filter(|_| misses_rates) {
        let days = words::days(missing.first, missing.last.tomorrow().unwrap_or(missing.last));
        told.push(format!("no exchange rate for {}: {} × amounts of {days}", plain(currency), count(missing.amounts)));
    }
    told
}

/// Whether more is noted than was before.
pub fn is_new(before: &BTreeMap<Subject, Note>, subject: &Subject, note: &Note) -> bool {
    note.count > known(before, subject)
}

/// How often something had been noted.
fn known(notes: &BTreeMap<Subject, Note>, subject: &Subject) -> u64 {
    notes.get(subject).map_or(0, |note| note.count)
}

/// One of those that a note is about, and where it stands.
fn shown(example: &Example, snapshot: &Snapshot) -> String {
    let place = example.place.and_then(|(number, line)| {
        let delivery = snapshot.deliveries().iter().find(|delivery| delivery.number == number)?;
        Some(format!("as {}:{line}: ", delivery.file))
    });
    match place {
        Some(place) => format!("{place}{}", plain(&example.said)),
        None => format!("as `{}`", plain(&example.said)),
    }
}

/// Says what went wrong; the exit code that goes with it.
pub fn failure(error: &ServerError, workspace: &Path) -> ExitCode {
    match error {
        ServerError::Problems(problems) => {
            print_problems(problems, workspace);
            let options = problems.iter().all(|problem| !workspace.join(&problem.file).is_file());
            ExitCode::from(if options { 2 } else { 1 })
        }
        ServerError::Map(engine::map::MapError::Diagnostics(problems)) => {
            print_problems(problems, workspace);
            ExitCode::from(1)
        }
        ServerError::Usage(_) | ServerError::NoWorkspace(_) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
        // a reader that has seen enough, as `head`
        ServerError::Io { source, .. } if source.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::from(141),
        ServerError::Derived { instead, .. } => {
            eprintln!("error: {error}\n  help: {}", server::ask_instead(instead));
            ExitCode::from(2)
        }
        ServerError::NotFound { help, .. } => refused(error, help.as_deref()),
        ServerError::Refused(refusal) => refused(error, refusal.help()),
        other => {
            eprintln!("error: {other}");
            let mut said = other.to_string();
            let mut cause = std::error::Error::source(other);
            while let Some(inner) = cause {
                // many a message ends with its cause already
                let reason = inner.to_string();
                if !said.ends_with(&reason) {
                    eprintln!("  because: {reason}");
                    said = reason;
                }
                cause = inner.source();
            }
            ExitCode::from(1)
        }
    }
}

/// What cannot be done, and what can.
fn refused(error: &ServerError, help: Option<&str>) -> ExitCode {
    eprintln!("error: {error}");
    if let Some(help) = help {
        eprintln!("  help: {help}");
    }
    ExitCode::from(1)
}

fn named(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

/// Draws problems with the lines they are about.
pub fn print_problems(problems: &[Diagnostic], workspace: &Path) {
    let colours = std::io::IsTerminal::is_terminal(&std::io::stderr()) && std::env::var_os("NO_COLOR").is_none();
    let theme = if colours { miette::GraphicalTheme::unicode() } else { miette::GraphicalTheme::unicode_nocolor() };
    let handler = GraphicalReportHandler::new_themed(theme).with_width(110).with_context_lines(1);
    for problem in problems {
        let Ok(text) = std::fs::read_to_string(workspace.join(&problem.file)) else {
            eprintln!("{}: {}: {}", named(problem.severity), problem.file, problem.message);
            if let Some(help) = &problem.help {
                eprintln!("  help: {help}");
            }
            continue;
        };
        let severity = match problem.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
        };
        let mut shown = MietteDiagnostic::new(problem.message.clone())
            .with_code(problem.code)
            .with_severity(severity)
            .with_label(LabeledSpan::underline(problem.span.clone()));
        if let Some(help) = &problem.help {
            shown = shown.with_help(help.clone());
        }
        let report = Report::new(shown).with_source_code(NamedSource::new(&problem.file, text));
        let mut out = String::new();
        match handler.render_report(&mut out, report.as_ref()) {
            Ok(()) => eprint!("{out}"),
            Err(_) => eprintln!("error: {problem}"),
        }
    }
}
