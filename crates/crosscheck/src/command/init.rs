//! `crosscheck init DIR`: a workspace with its folders and first files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use catalogue::Catalogue;
use catalogue::file::Problems;
use clap::Args;
use scorecard::propose::{Available, propose};
use server::ServerError;

use super::wishing::{Wished, Wishing, tell};

/// Options of `init`.
#[derive(Args)]
pub struct Options {
    /// Directory to make; may exist, but hold no workspace
    directory: PathBuf,
    /// Name of the organisation
    #[arg(long, default_value = "My organisation")]
    name: String,
    /// Reporting time zone, from the IANA list
    #[arg(long, default_value = "UTC")]
    zone: String,
    /// Currency, ISO 4217
    #[arg(long, default_value = "EUR")]
    currency: String,
    /// First day of the week
    #[arg(long, default_value = "monday")]
    week_start: String,
    /// First month of the fiscal year
    #[arg(long, default_value_t = 1)]
    fiscal_year_start: u8,
    #[command(flatten)]
    wishing: Wishing,
}

/// Makes the workspace.
pub fn run(options: &Options) -> Result<ExitCode, ServerError> {
    let directory = &options.directory;
    if directory.join("crosscheck.toml").exists() {
        return Err(ServerError::Usage(format!("{} is a workspace already", directory.display())));
    }
    let settings = settings(options);
    check(&settings)?;
    let Wished { wish, kinds, is_said } = options.wishing.wished(None)?;
    let available = kinds.map_or_else(Available::everything, |kinds| Available { kinds, ..Available::default() });
    let shipped = Catalogue::load(&[], &mut Problems::default());
    let proposal = propose(&wish, &available, &shipped).map_err(ServerError::Usage)?;
    for folder in ["metrics", "scorecards", "sources", "calendars", "incoming", "data"] {
        let path = directory.join(folder);
        fs::create_dir_all(&path).map_err(|error| ServerError::io(&path, error))?;
    }
    for (path, text) in [
        ("crosscheck.toml", settings),
        ("calendars/support.toml", calendar(&options.zone)),
        ("scorecards/company.toml", proposal.toml.clone()),
        ("metrics/README.md", METRICS.to_owned()),
        ("sources/README.md", SOURCES.to_owned()),
        (".gitignore", "data/\n".to_owned()),
    ] {
        write_new(&directory.join(path), &text)?;
    }
    store::Store::create(&directory.join("data"))?;
    println!("made a workspace in {}", directory.display());
    if !is_said {
        println!(
            "scorecards/company.toml: the template for customer experience, as nothing was said; `crosscheck card new` makes another"
        );
    }
    tell(&proposal);
    println!("next: describe a file in {}, then `crosscheck import NAME FILE`", directory.join("sources").display());
    Ok(ExitCode::SUCCESS)
}

/// Writes a file that is not there yet.
pub fn write_new(path: &Path, text: &str) -> Result<(), ServerError> {
    if path.exists() {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|error| ServerError::io(folder, error))?;
    }
    fs::write(path, text).map_err(|error| ServerError::io(path, error))
}

fn settings(options: &Options) -> String {
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    format!(
        "[organisation]\nname = {}\nzone = {}                # reporting zone: days and weeks are cut here\ncurrency = {}\nweek_start = {}\nfiscal_year_start = {}      # month\ncalendar = \"support\"        # calendars/support.toml: hours of the business clock\n",
        quoted(&options.name),
        quoted(&options.zone),
        quoted(&options.currency),
        quoted(&options.week_start),
        options.fiscal_year_start,
    )
}

/// Refuses what the workspace could not be read with afterwards.
fn check(settings: &str) -> Result<(), ServerError> {
    let mut problems = catalogue::file::Problems::default();
    let file = catalogue::source::SourceText { path: "crosscheck.toml".into(), text: settings.to_owned() };
    match catalogue::workspace::declare_settings(&file, &mut problems) {
        Some(_) => Ok(()),
        None => {
            let first = problems.into_sorted().into_iter().next();
            Err(ServerError::Usage(first.map_or_else(String::new, |problem| match problem.help {
                Some(help) => format!("{} ({help})", problem.message),
                None => problem.message,
            })))
        }
    }
}

fn calendar(zone: &str) -> String {
    let zone = toml::Value::String(zone.to_owned());
    format!(
        "{TEMPLATE_HOURS}\n# Hours of the business clock. Several schedules may stand side by side: one file each.\nzone = {zone}\n\n[[version]]\nmonday = [\"09:00-17:00\"]\ntuesday = [\"09:00-17:00\"]\nwednesday = [\"09:00-17:00\"]\nthursday = [\"09:00-17:00\"]\nfriday = [\"09:00-17:00\"]\n\n# [[holiday]]\n# date = 2026-12-25\n# name = \"Christmas Day\"\n"
    )
}

/// First line of the calendar of a new workspace; as long as it stands there, its hours are nobody's.
pub const TEMPLATE_HOURS: &str =
    "# These hours are a template: take this line out once they are those of the organisation.";

const METRICS: &str = "Metrics of one's own, one TOML file each. A file with the id of a shipped metric overrides it.\n`crosscheck check` says what is wrong with them; the guide shows how to write one.\n";
const SOURCES: &str = "Source files, one a kind of export: `sources/NAME.toml` says how to read it and which records its rows make.\n`crosscheck source check NAME FILE` shows the first mapped rows; `crosscheck import NAME FILE` loads it.\n";
