//! `crosscheck fold`.

use std::process::ExitCode;

use server::jobs::fold::fold;
use server::{ServerError, Workspace};

use crate::Context;
use crate::progress::Shown;
use crate::report::facts;

/// Folds and reports.
pub fn run(context: &Context) -> Result<ExitCode, ServerError> {
    let workspace = Workspace::load(&context.workspace)?;
    let mut shown = Shown::new();
    let folded = fold(&workspace, context.now(), &mut |stage| shown.stage(stage));
    shown.finish();
    println!("facts now: {}", facts(&folded?.facts));
    Ok(ExitCode::SUCCESS)
}
