//! `crosscheck reference DIR`: the reference as Markdown, from the declarations that the program itself reads by.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use server::ServerError;

use crate::reference::{pages, undocumented};

/// Options of `reference`.
#[derive(Args)]
pub struct Options {
    /// Directory to write to; files of the same names are replaced
    directory: PathBuf,
}

/// Writes every page; refuses while anything has no meaning.
pub fn run(options: &Options) -> Result<ExitCode, ServerError> {
    let missing = undocumented();
    if !missing.is_empty() {
        return Err(ServerError::Usage(format!("without a meaning: {}", missing.join(", "))));
    }
    let pages = pages();
    for (path, text) in &pages {
        let path = options.directory.join(path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(|error| ServerError::io(folder, error))?;
        }
        fs::write(&path, text).map_err(|error| ServerError::io(&path, error))?;
    }
    println!("wrote {} pages to {}", pages.len(), options.directory.display());
    Ok(ExitCode::SUCCESS)
}
