//! `crosscheck manual`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use server::ServerError;
use server::printed;

use crate::Context;

/// Options of `manual`.
#[derive(Args)]
pub struct Options {
    /// How to print it
    #[arg(long, value_enum, default_value_t = Format::Html)]
    format: Format,
    /// File to write; standard output where absent
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Only this card and those above it
    #[arg(long, value_name = "NAME")]
    card: Option<String>,
}

/// How to print the manual.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// One file for browsers and mail programs.
    Html,
    /// Pages.
    Pdf,
    /// Markdown.
    Md,
}

/// Prints the manual.
pub fn run(context: &Context, options: &Options) -> Result<ExitCode, ServerError> {
    let reader = super::open(context)?;
    let format = match options.format {
        Format::Html => printed::Format::Html,
        Format::Pdf => printed::Format::Pdf,
        Format::Md => printed::Format::Markdown,
    };
    let printed = reader.manual(options.card.as_deref(), format, context.now())?;
    super::print::put(&printed, options.output.as_ref())?;
    Ok(ExitCode::SUCCESS)
}
