//! `crosscheck openapi`: the document the page's client is generated from.

use std::process::ExitCode;

use server::ServerError;

/// Prints the document.
pub fn run() -> Result<ExitCode, ServerError> {
    let document = server::router::openapi();
    let text = document.to_pretty_json().map_err(|error| ServerError::Usage(error.to_string()))?;
    println!("{text}");
    Ok(ExitCode::SUCCESS)
}
