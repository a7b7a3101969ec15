//! `crosscheck fold`.

use std::process::ExitCode;

use server::jobs::fold::fold;
use server::{ServerError, Workspace};

use crate::Context;
use crate::progress::Shown;
use crate::table::count;

/// Folds and reports.
pub fn run(context: &Context) -> Result<ExitCode, ServerError> {
    let workspace = Workspace::load(&context.workspace)?;
    let mut shown = Shown::new();
    let folded = fold(&workspace, context.now(), &mut |stage| shown.stage(stage));
    shown.finish();
    let facts: Vec<String> =
        folded?.facts.iter().map(|(table, rows)| format!("{} {}", count(*rows), table.name())).collect();
    println!("facts now: {}", facts.join(", "));
    Ok(ExitCode::SUCCESS)
}
