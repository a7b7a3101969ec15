//! `crosscheck import NAME [FILES…]`, `crosscheck import --all`.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::ExitCode;

use catalogue::diagnostic::{Diagnostic, Severity};
use catalogue::file::suggest;
use catalogue::source::{ASTRAY, Source};
use clap::Args;
use model::lifecycle::{Note, Subject};
use server::jobs::import::{FileReport, Imported, find_files, import};
use server::{ServerError, Workspace};

use crate::Context;
use crate::progress::Shown;
use crate::report::{facts, is_new, notes, print_problems};
use crate::table::count;

/// Options of `import`.
#[derive(Args)]
pub struct Options {
    /// Name of the source: sources/NAME.toml
    #[arg(required_unless_present = "all")]
    name: Option<String>,
    /// Files to load; those the source's `read.files` finds where none are named
    files: Vec<PathBuf>,
    /// The files of every source, folded once and made visible together
    #[arg(long, conflicts_with = "name")]
    all: bool,
}

/// Imports and reports.
pub fn run(context: &Context, options: &Options) -> Result<ExitCode, ServerError> {
    let workspace = Workspace::load(&context.workspace)?;
    let files = match &options.name {
        Some(name) => of_source(&workspace, find_source(&workspace, name)?, &options.files)?,
        None => of_every_source(&workspace)?,
    };
    note_warnings(context, &workspace, files.iter().map(|(source, _)| *source));
    let mut shown = Shown::new();
    let imported = import(&workspace, &files, context.now(), &mut |progress| shown.import(&progress));
    shown.finish();
    let imported = imported?;
    print(&workspace, &imported);
    let rejected = imported.files.iter().any(|file| file.rejected > 0 && file.accepted == 0);
    Ok(if rejected { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

/// Shows what should be looked at in the files of `sources`.
pub fn note_warnings<'w>(context: &Context, workspace: &Workspace, sources: impl Iterator<Item = &'w Source>) {
    let own: BTreeSet<&str> = sources.map(|source| source.file.path.as_str()).collect();
    let own = workspace.problems.iter().filter(|problem| own.contains(problem.file.as_str()));
    print_problems(&own.cloned().collect::<Vec<_>>(), &context.workspace);
}

type Files<'w> = Vec<(&'w Source, PathBuf)>;

fn of_source<'w>(workspace: &Workspace, source: &'w Source, named: &[PathBuf]) -> Result<Files<'w>, ServerError> {
    Ok(find_files(workspace, source, named)?.into_iter().map(|file| (source, file)).collect())
}

fn of_every_source(workspace: &Workspace) -> Result<Files<'_>, ServerError> {
    // a source file with problems is not among the sources: without it the import would look complete
    let own = |problem: &&Diagnostic| problem.file.starts_with("sources/") && problem.severity == Severity::Error;
    let problems: Vec<_> = workspace.problems.iter().filter(own).cloned().collect();
    if !problems.is_empty() {
        return Err(ServerError::Problems(problems));
    }
    if workspace.sources.is_empty() {
        return Err(ServerError::Usage("the workspace has no source files yet: sources/NAME.toml".to_owned()));
    }
    let files = workspace.sources.values().map(|source| of_source(workspace, source, &[]));
    Ok(files.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
}

/// The source called `name`; where it has problems, those.
pub fn find_source<'a>(workspace: &'a Workspace, name: &str) -> Result<&'a Source, ServerError> {
    if let Some(source) = workspace.sources.get(name) {
        return Ok(source);
    }
    let path = format!("sources/{name}.toml");
    let own: Vec<_> = workspace.problems.iter().filter(|problem| problem.file == path).cloned().collect();
    if !own.is_empty() {
        return Err(ServerError::Problems(own));
    }
    let help = suggest(name, workspace.sources.keys().map(String::as_str));
    let help = help.map_or_else(|| " (the workspace has no source files yet)".to_owned(), |help| format!(" ({help})"));
    Err(ServerError::Usage(format!("there is no {path}{help}")))
}

fn print(workspace: &Workspace, imported: &Imported) {
    for file in &imported.files {
        println!("{}", summary(file));
        for (code, (times, first)) in &file.reasons {
            println!("  {} × {code}, first: {first}", count(*times));
        }
        if let Some(rejects) = &file.rejects {
            println!("  refused rows are in {}", rejects.display());
        }
    }
    let Imported { before, after, committed, .. } = imported;
    if committed.conflicts > 0 {
        let keys = match committed.conflicts {
            1 => "1 key has".to_owned(),
            several => format!("{} keys have", count(several)),
        };
        let example = after.conflicts().iter().find(|conflict| !conflict.superseded);
        let example = example.or(after.conflicts().first()).map(|conflict| {
            let lines = conflict.bodies.iter().map(|body| body.line.to_string()).collect::<Vec<_>>().join(" and ");
            format!(", as {} {} of {} in lines {lines}", conflict.kind.name(), conflict.id, conflict.system)
        });
        let example = example.unwrap_or_default();
        println!(
            "{keys} several bodies under one revision{example}; map `revision` so that the newer one wins (`_line` only \
             where all there is comes in one file)"
        );
    }
    notes(workspace, after, before.notes()).iter().for_each(|note| println!("note: {note}"));
    let is_new = |(subject, note): &(&Subject, &Note)| is_new(before.notes(), subject, note);
    let (new, as_before): (Vec<_>, Vec<_>) = after.notes().iter().partition(is_new);
    if new.iter().any(|(subject, _)| subject.warning.is_reference()) {
        for astray in workspace.problems.iter().filter(|problem| problem.code == ASTRAY) {
            println!("  cure: {astray}");
        }
    }
    if !as_before.is_empty() {
        let notes = if as_before.len() == 1 { "1 note is" } else { &format!("{} notes are", as_before.len()) };
        println!("{notes} no more than before this import; `crosscheck check` shows what there is to look at");
    }
    if committed.changed {
        println!("facts now: {}", facts(&committed.facts));
    } else {
        println!("nothing changed");
    }
}

fn summary(file: &FileReport) -> String {
    if file.unchanged {
        return format!("{}: imported before under the same mapping, nothing to do", file.file);
    }
    let records: Vec<String> =
        file.records.iter().map(|(kind, number)| format!("{} {}", count(*number), kind.name())).collect();
    format!(
        "{}: {} rows accepted, {} rejected → {}",
        file.file,
        count(file.accepted),
        count(file.rejected),
        records.join(", ")
    )
}
