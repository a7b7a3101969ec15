//! `crosscheck source check NAME [FILE]`: what a source file makes of the first rows, without loading anything.

use std::path::PathBuf;
use std::process::ExitCode;

use arrow::array::RecordBatch;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use clap::Subcommand;
use engine::map::{Options as MapOptions, Reject, map_file};
use model::RecordKind;
use server::jobs::import::find_files;
use server::jobs::zones::is_told;
use server::workspace::attributes;
use server::{ServerError, Workspace};

use crate::Context;
use crate::command::import::{find_source, note_warnings};
use crate::table::{count, render};

/// Commands about sources.
#[derive(Subcommand)]
pub enum Command {
    /// Show what a source file makes of the first rows of a file; loads nothing
    Check {
        /// Name of the source: sources/NAME.toml
        name: String,
        /// File to look at; the first that `read.files` finds where none is named
        file: Option<PathBuf>,
        /// Rows to look at
        #[arg(long, default_value_t = 10)]
        rows: usize,
    },
    /// List the workspace's sources
    List,
}

/// Runs one of them.
pub fn run(context: &Context, command: &Command) -> Result<ExitCode, ServerError> {
    let workspace = Workspace::load(&context.workspace)?;
    match command {
        Command::Check { name, file, rows } => check(context, &workspace, name, file.as_ref(), *rows),
        Command::List => {
            for source in workspace.sources.values() {
                let kinds: Vec<&str> = source.records.iter().map(|record| record.kind.name()).collect();
                println!("{}: {} → {}", source.name, source.title, kinds.join(", "));
            }
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn check(
    context: &Context,
    workspace: &Workspace,
    name: &str,
    file: Option<&PathBuf>,
    rows: usize,
) -> Result<ExitCode, ServerError> {
    let source = find_source(workspace, name)?;
    note_warnings(context, workspace, std::iter::once(source));
    let named: Vec<PathBuf> = file.into_iter().cloned().collect();
    let files = find_files(workspace, source, &named)?;
    let Some(path) = files.first() else { return Ok(ExitCode::SUCCESS) };
    let declared = attributes([(&source.name, source)]);
    let mut batches: Vec<(RecordKind, RecordBatch)> = Vec::new();
    let mut refused: Vec<String> = Vec::new();
    let mut sink = |kind, batch| {
        batches.push((kind, batch));
        Ok::<(), engine::map::SinkError>(())
    };
    let mut rejects =
        |reject: &Reject| refused.push(format!("line {}: {}: {}", reject.line, reject.code, reject.reason));
    let options = MapOptions { now: context.now(), preview: Some(rows), undated: 0 };
    let mapped = map_file(source, path, &declared, options, &mut sink, &mut rejects, &mut |_, _| ())?;
    println!(
        "{}: first {} rows, {} accepted, {} rejected",
        path.display(),
        count(mapped.rows),
        count(mapped.accepted),
        count(mapped.rejected)
    );
    for kind in RecordKind::ALL {
        let of_kind: Vec<&RecordBatch> =
            batches.iter().filter(|(found, _)| *found == kind).map(|(_, batch)| batch).collect();
        if !of_kind.is_empty() {
            println!("\n{}", kind.name());
            print!("{}", records(&of_kind));
        }
    }
    for line in &refused {
        println!("rejected {line}");
    }
    for warning in mapped.warnings.iter().filter(|warning| is_told(workspace, warning)) {
        println!("warning {} × {}: {}", count(warning.count), warning.code, warning.told());
    }
    Ok(if mapped.accepted == 0 && mapped.rejected > 0 { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

/// Records as a list of fields with their values, the empty columns left out.
fn records(batches: &[&RecordBatch]) -> String {
    let hidden = ["rank", "rest", "system"];
    // as they are stored: in UTC
    let options = FormatOptions::default().with_null("").with_timestamp_tz_format(Some("%Y-%m-%dT%H:%M:%SZ"));
    let mut header = Vec::new();
    let mut columns: Vec<Vec<String>> = Vec::new();
    let Some(first) = batches.first() else { return String::new() };
    for (index, field) in first.schema().fields().iter().enumerate() {
        if hidden.contains(&field.name().as_str()) || field.name().ends_with("_system") {
            continue;
        }
        let mut cells = Vec::new();
        for batch in batches {
            let Ok(formatter) = ArrayFormatter::try_new(batch.column(index), &options) else { continue };
            cells.extend((0..batch.num_rows()).map(|row| {
                let text: String =
                    formatter.value(row).to_string().chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
                if text.chars().count() > 28 { text.chars().take(27).chain(['…']).collect() } else { text }
            }));
        }
        if cells.iter().any(|cell| !cell.is_empty()) {
            header.push(field.name().clone());
            columns.push(cells);
        }
    }
    let height = columns.first().map_or(0, Vec::len);
    let rows: Vec<Vec<String>> =
        (0..height).map(|row| columns.iter().map(|column| column[row].clone()).collect()).collect();
    let left = header.len();
    render(&header, &rows, left)
}
