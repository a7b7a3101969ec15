//! `crosscheck demo`: a sample organisation, written as raw exports, imported like anybody's data, served.

mod card;
mod deeds;
mod foreign;

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::civil::Date;
use server::ask::Reader;
use server::jobs::import::{find_files, import};
use server::{ServerError, Workspace};
use simulator::{Config, Detail, ORGANISATION, simulate, workspace_files};

use super::init::write_new;
use super::serve;
use crate::Context;
use crate::progress::Shown;
use crate::table::count;

/// Options of `demo`.
#[derive(Args)]
pub struct Options {
    /// About how many tickets
    #[arg(long, default_value_t = 60_000, value_parser = clap::value_parser!(u64).range(1..=simulator::TICKETS_MAX))]
    tickets: u64,
    /// How many months of them
    #[arg(long, default_value_t = 18, value_parser = clap::value_parser!(u32).range(1..=i64::from(simulator::MONTHS_MAX)))]
    months: u32,
    /// Seed of all chance: the same seed makes the same organisation
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// Day the data ends at, not included; today where absent
    #[arg(long, value_name = "DATE")]
    until: Option<Date>,
    /// Port to serve at; 0 takes any free one
    #[arg(long, default_value_t = 7171)]
    port: u16,
    /// Only make and load it
    #[arg(long)]
    no_serve: bool,
    /// Only write the workspace and the exports; nothing is loaded or served
    #[arg(long)]
    only_files: bool,
    /// Exports that tell the essentials of each ticket, for runs of millions
    #[arg(long)]
    lean: bool,
    /// Exports that are not compressed
    #[arg(long)]
    plain: bool,
}

/// What the demo in a directory was made with; the same options find it again.
const STAMP: &str = "demo.json";

/// Makes, loads and serves.
pub fn run(context: &Context, options: &Options) -> Result<ExitCode, ServerError> {
    // where nothing is said, the demo has a directory of its own and does not fill the present one
    let directory =
        if context.workspace == Path::new(".") { PathBuf::from("crosscheck-demo") } else { context.workspace.clone() };
    let until = options.until.unwrap_or_else(|| {
        let zone = jiff::tz::TimeZone::get(&Config::demo(Date::MIN).zone).unwrap_or(jiff::tz::TimeZone::UTC);
        context.now().timestamp().to_zoned(zone).date()
    });
    let config = Config {
        seed: options.seed,
        tickets: options.tickets,
        months: options.months,
        detail: if options.lean { Detail::Lean } else { Detail::Full },
        compress: !options.plain,
        ..Config::demo(until)
    };
    // loaded or not; neither while the exports are being written
    let stamp = |is_loaded: Option<bool>| {
        serde_json::json!({
            "tickets": config.tickets, "months": config.months, "seed": config.seed, "lean": options.lean,
            "plain": options.plain, "until": config.until.to_string(), "version": env!("CARGO_PKG_VERSION"),
            "loaded": is_loaded,
        })
    };
    let stamp_path = directory.join(STAMP);
    let write_stamp = |is_loaded| {
        let text = serde_json::to_string_pretty(&stamp(is_loaded)).unwrap_or_default();
        fs::write(&stamp_path, text).map_err(|error| ServerError::io(&stamp_path, error))
    };
    let made =
        fs::read_to_string(&stamp_path).ok().and_then(|text| serde_json::from_str::<serde_json::Value>(&text).ok());
    let usage = |message: String| ServerError::Usage(message);
    match made {
        Some(made) if made == stamp(Some(true)) || made == stamp(Some(false)) => {
            println!("the sample organisation is in {} already", directory.display());
            if made == stamp(Some(false)) && !options.only_files {
                load(context, &directory)?;
                deeds::record(Workspace::load(&directory)?, &config)?;
                write_stamp(Some(true))?;
            }
        }
        None if directory.join("crosscheck.toml").exists() => {
            return Err(usage(format!(
                "{} is a workspace, but not a demo; name another with --workspace",
                directory.display()
            )));
        }
        found => {
            if let Some(found) = found {
                let made = foreign::stamped(&found, &config);
                refuse_foreign(&directory, &made)?;
                println!("making the sample organisation in {} anew, for other options", directory.display());
                remove(&directory, &made)?;
            }
            make(&directory, &config, || write_stamp(None))?;
            write_stamp(Some(false))?;
            if !options.only_files {
                load(context, &directory)?;
                deeds::record(Workspace::load(&directory)?, &config)?;
                write_stamp(Some(true))?;
            }
        }
    }
    if options.only_files {
        println!("ready to be loaded: crosscheck --workspace {} import NAME, for each source", directory.display());
        return Ok(ExitCode::SUCCESS);
    }
    if options.no_serve {
        println!("ready: crosscheck serve --workspace {}", directory.display());
        return Ok(ExitCode::SUCCESS);
    }
    let reader = Reader::open(Arc::new(Workspace::load(&directory)?))?;
    serve::serve(context, &serve::Options { port: options.port, host: std::net::Ipv4Addr::LOCALHOST.into() }, reader)
}

/// Refuses to make a demo anew over work that is not its own.
fn refuse_foreign(directory: &Path, made: &Config) -> Result<(), ServerError> {
    /// Findings that are named one by one.
    const NAMED: usize = 10;
    let found = foreign::find(directory, made)?;
    if found.is_empty() {
        return Ok(());
    }
    let named: String = found.iter().take(NAMED).map(|finding| format!("\n  {finding}")).collect();
    let more = found.len().saturating_sub(NAMED);
    let more = if more > 0 { format!("\n  and {more} more") } else { String::new() };
    Err(ServerError::Usage(format!(
        "the demo in {} would have to be made anew for other options, and this, which it did not write, would be lost:{named}{more}\n  help: name another directory with --workspace, or move these away first",
        directory.display()
    )))
}

/// Removes what an earlier demo of `made` made; [`refuse_foreign`] has seen that there is nothing else. A card, an
/// initiative and a decision that somebody has changed stay.
fn remove(directory: &Path, made: &Config) -> Result<(), ServerError> {
    let written = workspace_files(made).map_err(|error| ServerError::Usage(error.to_string()))?;
    let cards = written.into_iter().filter(|(path, _)| path.starts_with("scorecards/"));
    for (path, own) in cards.chain(deeds::files(made)) {
        let path = directory.join(path);
        if fs::read_to_string(&path).is_ok_and(|text| text == own) {
            fs::remove_file(&path).map_err(|error| ServerError::io(&path, error))?;
        }
    }
    for part in ["incoming", "data", "sources", "calendars"] {
        let path = directory.join(part);
        if path.exists() {
            fs::remove_dir_all(&path).map_err(|error| ServerError::io(&path, error))?;
        }
    }
    let stamp = directory.join(STAMP);
    fs::remove_file(&stamp).map_err(|error| ServerError::io(&stamp, error))
}

/// Writes the workspace and the exports; `begin` stamps it as begun, before the first export.
fn make(directory: &Path, config: &Config, begin: impl FnOnce() -> Result<(), ServerError>) -> Result<(), ServerError> {
    let failed = |error: simulator::Error| ServerError::Usage(error.to_string());
    let zone = toml::Value::String(config.zone.clone());
    let name = toml::Value::String(ORGANISATION.to_owned());
    let settings = format!(
        "[organisation]\nname = {name}\nzone = {zone}\ncurrency = \"EUR\"\nweek_start = \"monday\"\nfiscal_year_start = 1\ncalendar = \"support\"\n"
    );
    write_new(&directory.join("crosscheck.toml"), &settings)?;
    write_new(&directory.join("scorecards/company.toml"), &card::card(scorecard::SAMPLE.1, config.until))?;
    for (path, text) in workspace_files(config).map_err(failed)?.into_iter().chain(deeds::files(config)) {
        write_new(&directory.join(path), &text)?;
    }
    // a half-made demo is known by its stamp, so that the next run starts again
    begin()?;
    let mut shown = Shown::new();
    let mut files = Exports { directory, open: Vec::new() };
    let summary = simulate(config, &mut |path, lines| files.write(path, lines), &mut |done, of| {
        shown.show("simulating", done, of)
    });
    shown.finish();
    let summary = summary.map_err(failed)?;
    files.finish().map_err(|error| ServerError::io(directory, error))?;
    println!(
        "simulated {} tickets of {ORGANISATION} in {} months, as exports in {}",
        count(summary.tickets),
        config.months,
        directory.join("incoming").display()
    );
    Ok(())
}

/// An export file being written.
#[expect(clippy::large_enum_variant, reason = "there is one a folder")]
enum Export {
    Plain(BufWriter<File>),
    Compressed(GzEncoder<BufWriter<File>>),
}

impl Export {
    fn create(path: &Path) -> std::io::Result<Self> {
        let file = BufWriter::with_capacity(1 << 18, File::create(path)?);
        Ok(if path.extension().is_some_and(|extension| extension == "gz") {
            Export::Compressed(GzEncoder::new(file, Compression::fast()))
        } else {
            Export::Plain(file)
        })
    }

    fn write_all(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        match self {
            Export::Plain(file) => file.write_all(bytes),
            Export::Compressed(file) => file.write_all(bytes),
        }
    }

    fn close(self) -> std::io::Result<()> {
        let file = match self {
            Export::Plain(file) => file,
            Export::Compressed(file) => file.finish()?,
        };
        file.into_inner().map_err(|error| error.into_error())?;
        Ok(())
    }
}

/// Export files being written, one a folder at a time.
struct Exports<'a> {
    directory: &'a Path,
    open: Vec<(String, Export)>,
}

impl Exports<'_> {
    fn write(&mut self, path: &str, lines: &[u8]) -> std::io::Result<()> {
        if let Some((_, file)) = self.open.iter_mut().find(|(open, _)| open == path) {
            return file.write_all(lines);
        }
        let full = self.directory.join(path);
        if let Some(folder) = full.parent() {
            fs::create_dir_all(folder)?;
        }
        // the next file of a folder completes the one before
        if let Some(index) = self.open.iter().position(|(open, _)| Path::new(open).parent() == Path::new(path).parent())
        {
            self.open.swap_remove(index).1.close()?;
        }
        let mut file = Export::create(&full)?;
        file.write_all(lines)?;
        self.open.push((path.to_owned(), file));
        Ok(())
    }

    fn finish(self) -> std::io::Result<()> {
        self.open.into_iter().try_for_each(|(_, file)| file.close())
    }
}

fn load(context: &Context, directory: &Path) -> Result<(), ServerError> {
    let workspace = Workspace::load(directory)?;
    let mut files = Vec::new();
    for source in workspace.sources.values() {
        files.extend(find_files(&workspace, source, &[])?.into_iter().map(|file| (source, file)));
    }
    let mut shown = Shown::new();
    let imported = import(&workspace, &files, context.now(), &mut |progress| shown.import(&progress));
    shown.finish();
    let imported = imported?;
    for source in workspace.sources.keys() {
        let of_source: Vec<_> = imported.files.iter().filter(|file| file.source == *source).collect();
        let rows: u64 = of_source.iter().map(|file| file.accepted).sum();
        let rejected: u64 = of_source.iter().map(|file| file.rejected).sum();
        println!("imported {source}: {} files, {} rows, {} rejected", of_source.len(), count(rows), count(rejected));
    }
    Ok(())
}
