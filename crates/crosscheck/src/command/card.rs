//! `crosscheck card new`: a company card for what there is.

use std::process::ExitCode;

use catalogue::question::Principal;
use clap::{Args, Subcommand};
use server::ServerError;
use server::lint::kinds_at_hand;
use server::reviews::{Replacing, Unfit};

use super::wishing::{Wishing, tell};
use crate::Context;

/// Commands about cards.
#[derive(Subcommand)]
pub enum Command {
    /// Make scorecards/company.toml anew, from what the company competes on and the records that its sources make
    New(NewOptions),
}

/// Options of `card new`.
#[derive(Args)]
pub struct NewOptions {
    #[command(flatten)]
    wishing: Wishing,
    /// Deadline of the targets that are made of history; a year from today where absent
    #[arg(long, value_name = "DATE")]
    deadline: Option<String>,
    /// Show the card, and write nothing
    #[arg(long)]
    print: bool,
    /// Comment out, in the cards below, `serves` of KPIs that the new card does not have
    #[arg(long)]
    comment_out_serves: bool,
    /// Why the card there is gives way; needed where there is one
    #[arg(long)]
    reason: Option<String>,
    /// Name of whoever replaces it; recorded as said, not as proved
    #[arg(long = "as", value_name = "NAME", env = "CROSSCHECK_AS")]
    name: Option<String>,
}

/// Runs one of them.
pub fn run(context: &Context, command: &Command) -> Result<ExitCode, ServerError> {
    let Command::New(options) = command;
    let reader = super::open(context)?;
    let now = context.now();
    let deadline = super::target::deadline(options.deadline.as_deref(), &reader.workspace.organisation, now)?;
    let at_hand = kinds_at_hand(&reader.workspace);
    let wished = options.wishing.wished((!at_hand.is_empty()).then_some(&at_hand))?;
    let kinds = wished.kinds.unwrap_or(at_hand);
    if kinds.is_empty() {
        let message = "no source makes any records yet: describe one in sources/, or name them with --records";
        return Err(ServerError::Usage(message.to_owned()));
    }
    let proposal = super::block_on(reader.propose(&wished.wish, kinds, deadline, &Principal::local(), now))??;
    if options.print {
        print!("{}", proposal.toml);
        warn(&reader.unfit(&proposal.toml)?, "would not fit it, and `crosscheck check` would call them errors:");
        return Ok(ExitCode::SUCCESS);
    }
    let by = options.name.as_deref().zip(options.reason.as_deref());
    let by = by.map(|(actor, reason)| Replacing { actor, reason });
    let written = reader.write_card(&proposal.toml, by, options.comment_out_serves, now)?;
    let kept = written.kept.map_or_else(String::new, |old| format!("; the one before is {old}"));
    println!("wrote scorecards/company.toml{kept}");
    for file in &written.freed {
        println!("commented out in {file}: `serves` of what the card does not have");
    }
    tell(&proposal, &reader.workspace.catalogue);
    warn(&reader.unfit(&proposal.toml)?, "do not fit it, and are errors to `crosscheck check` until they are mended:");
    println!("next: set targets and owners; `crosscheck check` says what is missing");
    Ok(ExitCode::SUCCESS)
}

/// Says what of other files does not fit the new card, and what can be done about it.
fn warn(unfit: &[Unfit], what: &str) {
    if unfit.is_empty() {
        return;
    }
    eprintln!("these {what}");
    for one in unfit {
        eprintln!("  {}:{}: {}", one.file, one.line, one.message);
    }
    if unfit.iter().any(|one| one.kpi.is_some()) {
        eprintln!("write a KPI of the new card behind `serves`, or take the line out:");
        eprintln!("the same command with --comment-out-serves does that, and keeps the lines as comments");
    }
}
