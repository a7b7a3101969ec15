//! `crosscheck verify`.

use std::process::ExitCode;

use server::{ServerError, Workspace};

use crate::Context;

/// Verifies and reports.
pub fn run(context: &Context) -> Result<ExitCode, ServerError> {
    let workspace = Workspace::load(&context.workspace)?;
    let mut damage = workspace.store()?.verify()?;
    damage.extend(store::journal::Journal::open(&workspace.data())?.verify()?);
    if damage.is_empty() {
        println!("all data is as it was written");
        return Ok(ExitCode::SUCCESS);
    }
    for damage in &damage {
        eprintln!("damaged: {damage}");
    }
    Ok(ExitCode::from(1))
}
