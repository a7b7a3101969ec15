//! `crosscheck init DIR`: a workspace with its folders and first files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use catalogue::Catalogue;
use catalogue::file::Problems;
use clap::Args;
use scorecard::propose::{Available, propose};
use server::{ServerError, TEMPLATE_HOURS};

use super::wishing::{Wished, Wishing, tell, until};

/// Options of `init`.
#[derive(Args)]
pub struct Options {
    /// Directory to make; may exist, but hold no workspace
    directory: PathBuf,
    /// Name of the organisation; asked for in a terminal, else "My organisation"
    #[arg(long)]
    name: Option<String>,
    /// Reporting time zone, from the IANA list; asked for in a terminal, else UTC
    #[arg(long)]
    zone: Option<String>,
    /// Currency, ISO 4217; EUR where none is named
    #[arg(long)]
    currency: Option<String>,
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
    let organisation = Organisation::of(options)?;
    let settings = settings(options, &organisation);
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
        ("calendars/support.toml", calendar(&organisation.zone)),
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
    tell(&proposal, &shipped);
    if let Some(assumed) = organisation.assumed() {
        println!("assumed: {assumed}; change it in {}", directory.join("crosscheck.toml").display());
    }
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

/// Whose workspace it is.
#[derive(Debug)]
struct Organisation {
    name: String,
    zone: String,
    currency: String,
    /// What nobody said.
    assumed: Vec<String>,
}

impl Organisation {
    /// As the options say, else as is answered in the terminal, else by default.
    fn of(options: &Options) -> Result<Organisation, ServerError> {
        let asks = options.wishing.asks();
        let name = match (&options.name, asks) {
            (Some(name), _) => Some(name.clone()),
            (None, true) => {
                println!("What is the organisation called?");
                Some(until("[My organisation]", |line| Ok(line.to_owned()))?).filter(|name| !name.is_empty())
            }
            (None, false) => None,
        };
        let zone = match (&options.zone, asks) {
            (Some(zone), _) => Some(zone.clone()),
            (None, true) => {
                println!("In which time zone does a day begin and end? A name of the IANA list, as Europe/Berlin");
                let zone = until("[UTC]", |line| match line.is_empty() || jiff::tz::TimeZone::get(line).is_ok() {
                    true => Ok(line.to_owned()),
                    false => Err(format!("there is no time zone `{line}`")),
                })?;
                Some(zone).filter(|zone| !zone.is_empty())
            }
            (None, false) => None,
        };
        Ok(Organisation::or_assumed(name, zone, options.currency.clone()))
    }

    fn or_assumed(name: Option<String>, zone: Option<String>, currency: Option<String>) -> Organisation {
        let assumed = [
            name.is_none().then(|| "it is called \"My organisation\"".to_owned()),
            zone.is_none().then(|| "its days are those of UTC".to_owned()),
            currency.is_none().then(|| "its amounts are in EUR".to_owned()),
        ];
        Organisation {
            name: name.unwrap_or_else(|| "My organisation".to_owned()),
            zone: zone.unwrap_or_else(|| "UTC".to_owned()),
            currency: currency.unwrap_or_else(|| "EUR".to_owned()),
            assumed: assumed.into_iter().flatten().collect(),
        }
    }

    /// What was assumed, as a sentence; none where everything was said.
    fn assumed(&self) -> Option<String> {
        (!self.assumed.is_empty()).then(|| self.assumed.join(", "))
    }
}

fn settings(options: &Options, organisation: &Organisation) -> String {
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    format!(
        "[organisation]\nname = {}\nzone = {}                # reporting zone: days and weeks are cut here\ncurrency = {}\nweek_start = {}\nfiscal_year_start = {}      # month\ncalendar = \"support\"        # calendars/support.toml: hours of the business clock\n",
        quoted(&organisation.name),
        quoted(&organisation.zone),
        quoted(&organisation.currency),
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

const METRICS: &str = "Metrics of one's own, one TOML file each. A file with the id of a shipped metric overrides it.\n`crosscheck check` says what is wrong with them; the guide shows how to write one.\n";
const SOURCES: &str = "Source files, one a kind of export: `sources/NAME.toml` says how to read it and which records its rows make.\n`crosscheck source check NAME FILE` shows the first mapped rows; `crosscheck import NAME FILE` loads it.\n";
