//! Customer service measured the way a pilot flies: never by one dial.

mod command;
mod memory;
mod progress;
mod reference;
mod report;
mod table;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use model::Instant;

/// Customer service measured the way a pilot flies: never by one dial.
#[derive(Parser)]
#[command(version, about, propagate_version = true, arg_required_else_help = true)]
struct Arguments {
    /// Directory of the workspace
    #[arg(long, global = true, default_value = ".", value_name = "DIR", env = "CROSSCHECK_WORKSPACE")]
    workspace: PathBuf,
    /// The time it is, as 2026-11-21T09:00:00Z or 2026-11-21 (its start, UTC); the clock where absent
    #[arg(long, global = true, value_name = "TIME", value_parser = parse_now)]
    now: Option<Instant>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make a workspace
    Init(command::init::Options),
    /// Load files through a source file
    Import(command::import::Options),
    /// Look at source files
    #[command(subcommand)]
    Source(command::source::Command),
    /// Ask metrics
    Kpi(command::kpi::Options),
    /// List the metrics there are, or what one can be asked by
    Kpis(command::kpis::Options),
    /// List the rows behind a figure
    Rows(command::rows::Options),
    /// Show one ticket, its clocks and what happened to it
    Ticket(command::ticket::Options),
    /// Show a scorecard
    Scorecard(command::scorecard::Options),
    /// Make a card for what there is
    #[command(subcommand)]
    Card(command::card::Command),
    /// Make targets of what figures did so far
    #[command(subcommand)]
    Target(command::target::Command),
    /// Compare a figure with one's own years and teams, and with what others have published
    Benchmark(command::benchmark::Options),
    /// Say who can be recognised for the KPIs of a card, and why
    Recognition(command::recognition::Options),
    /// Review metrics, KPIs and cards: what is due, approvals, changes, comments, announcements
    #[command(subcommand)]
    Review(command::review::Command),
    /// Close a period: keep the answers of its card
    Close(command::close::Options),
    /// List initiatives, or add one
    #[command(subcommand)]
    Initiative(command::initiative::Command),
    /// List decisions, or add one
    #[command(subcommand)]
    Decision(command::decision::Command),
    /// Show where a KPI's figure comes from: the cards below, or the values of a dimension
    Cascade(command::cascade::Options),
    /// Say why a metric is measured: its path to what the company promises
    Why(command::why::Options),
    /// Print the service manual: what is measured, why, how, by whom
    Manual(command::manual::Options),
    /// Print the report of a period
    Report(command::report::Options),
    /// Serve the page and the API
    Serve(command::serve::Options),
    /// Make a sample organisation, load it and serve it
    Demo(command::demo::Options),
    /// Check every file of the workspace
    Check,
    /// Fold all records into facts again, after calendars, zone or currency have changed
    Fold,
    /// Compare all data on disk with the hashes they were written with
    Verify,
    /// Write the reference of commands, files, records, facts and metrics
    #[command(hide = true)]
    Reference(command::reference::Options),
    /// Print the OpenAPI document
    #[command(hide = true)]
    Openapi,
}

fn parse_now(text: &str) -> Result<Instant, String> {
    if let Ok(date) = text.parse::<jiff::civil::Date>() {
        return date
            .to_zoned(jiff::tz::TimeZone::UTC)
            .map(|start| start.timestamp().into())
            .map_err(|error| error.to_string());
    }
    text.parse::<Instant>().map_err(|_| "a time with its zone is needed, as 2026-11-21T09:00:00Z, or a date".to_owned())
}

/// What every command gets.
pub(crate) struct Context {
    workspace: PathBuf,
    fixed_now: Option<Instant>,
}

impl Context {
    fn now(&self) -> Instant {
        self.fixed_now.unwrap_or_else(|| jiff::Timestamp::now().into())
    }
}

/// A reader that has seen enough, as `head`, ends the command quietly; a decoder that panics over a damaged file is
/// told of as damage by whoever called it.
fn quiet_expected_panics() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let message = panic.payload_as_str().unwrap_or_default();
        if message.contains("Broken pipe") {
            std::process::exit(141);
        }
        if std::thread::current().name() == Some(engine::map::GUARDED) {
            return;
        }
        usual(panic);
    }));
}

fn main() -> ExitCode {
    quiet_expected_panics();
    let filter = tracing_subscriber::EnvFilter::try_from_env("CROSSCHECK_LOG").unwrap_or_else(|_| "warn".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let arguments = Arguments::parse();
    let context = Context { workspace: arguments.workspace, fixed_now: arguments.now };
    let done = match arguments.command {
        Command::Init(options) => command::init::run(&options),
        Command::Import(options) => command::import::run(&context, &options),
        Command::Source(command) => command::source::run(&context, &command),
        Command::Kpi(options) => command::kpi::run(&context, options),
        Command::Kpis(options) => command::kpis::run(&context, &options),
        Command::Rows(options) => command::rows::run(&context, options),
        Command::Ticket(options) => command::ticket::run(&context, &options),
        Command::Scorecard(options) => command::scorecard::run(&context, options),
        Command::Review(command) => command::review::run(&context, command),
        Command::Close(options) => command::close::run(&context, options),
        Command::Initiative(command) => command::initiative::run(&context, command),
        Command::Decision(command) => command::decision::run(&context, command),
        Command::Cascade(options) => command::cascade::run(&context, options),
        Command::Why(options) => command::why::run(&context, &options),
        Command::Manual(options) => command::manual::run(&context, &options),
        Command::Report(options) => command::report::run(&context, options),
        Command::Card(command) => command::card::run(&context, &command),
        Command::Target(command) => command::target::run(&context, &command),
        Command::Benchmark(options) => command::benchmark::run(&context, &options),
        Command::Recognition(options) => command::recognition::run(&context, &options),
        Command::Serve(options) => command::serve::run(&context, &options),
        Command::Demo(options) => command::demo::run(&context, &options),
        Command::Check => command::check::run(&context),
        Command::Fold => command::fold::run(&context),
        Command::Verify => command::verify::run(&context),
        Command::Reference(options) => command::reference::run(&options),
        Command::Openapi => command::openapi::run(),
    };
    match done {
        Ok(code) => code,
        Err(error) => report::failure(&error, &context.workspace),
    }
}
