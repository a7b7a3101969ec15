//! A workspace on disk: settings, calendars, sources, metrics and scorecards as files, and the data beside them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use catalogue::Catalogue;
use catalogue::diagnostic::{Diagnostic, Severity};
use catalogue::file::{Problems, as_json};
use catalogue::source::{self, Source, SourceText};
use catalogue::workspace::{Settings, declare_calendars, declare_settings};
use model::calendar::{Calendars, Organisation};
use model::{Attribute, Attributes, Instant};
use scorecard::initiative::{Around, Decision, Initiative, declare_decision, declare_initiative};
use store::{Complete, FoldSettings, Stated, Store};

use crate::ServerError;

/// A workspace whose settings and calendars are sound. Other files may have problems; they are left out.
#[derive(Clone, Debug)]
pub struct Workspace {
    /// Its directory.
    pub directory: PathBuf,
    /// Name, zone, currency, weeks and years.
    pub organisation: Organisation,
    /// Hours of work.
    pub calendars: Arc<Calendars>,
    /// Metrics.
    pub catalogue: Catalogue,
    /// Sound source files by name.
    pub sources: BTreeMap<String, Source>,
    /// Sound scorecards by name.
    pub scorecards: BTreeMap<String, scorecard::Definition>,
    /// Names of all cards that have a file, sound or not.
    pub card_names: BTreeSet<String>,
    /// Schedules whose hours are still those of the template.
    pub template_hours: Vec<String>,
    /// Hash of what the files of calendars and holidays say, so that it is known whether they were others once.
    pub hours_hash: String,
    /// Sound initiatives by name.
    pub initiatives: BTreeMap<String, Initiative>,
    /// Sound decisions by name.
    pub decisions: BTreeMap<String, Decision>,
    /// Whether it takes two people to approve anything.
    pub second_person: bool,
    /// Problems of every file, by file and place.
    pub problems: Vec<Diagnostic>,
}

/// The settings of a workspace.
pub const SETTINGS: &str = "crosscheck.toml";

/// Folders of a workspace whose files say how its data are read and what is made of them.
pub const FOLDERS: [&str; 7] =
    ["calendars", "holidays", "metrics", "sources", "scorecards", "initiatives", "decisions"];

/// First line of the calendar of a new workspace; as long as it stands there, its hours are nobody's.
pub const TEMPLATE_HOURS: &str =
    "# These hours are a template: take this line out once they are those of the organisation.";

/// The absolute path of `path`, without `..`, which the reader of segments refuses. Links stay as they are named, unless
/// there is a `..` behind one.
pub(crate) fn resolved(path: &Path) -> std::io::Result<PathBuf> {
    let absolute = std::path::absolute(path)?;
    let goes_back = absolute.components().any(|part| part == Component::ParentDir);
    // what is not there is told by its name
    if goes_back { absolute.canonicalize().or(Ok(absolute)) } else { Ok(absolute) }
}

impl Workspace {
    /// Reads every file of the workspace in `directory`.
    ///
    /// # Errors
    /// No workspace there, a file that cannot be read, or settings or calendars with errors.
    pub fn load(directory: &Path) -> Result<Workspace, ServerError> {
        Workspace::load_with(directory, &[])
    }

    /// As [`Workspace::load`], with the cards of `cards` in the place of the files of their paths, whether these are there
    /// or not.
    ///
    /// # Errors
    /// As [`Workspace::load`].
    pub(crate) fn load_with(directory: &Path, cards: &[SourceText]) -> Result<Workspace, ServerError> {
        // segments are found by absolute paths, wherever the command was started
        let directory = &resolved(directory).map_err(|error| ServerError::io(directory, error))?;
        let settings_path = directory.join(SETTINGS);
        if !settings_path.is_file() {
            return Err(ServerError::NoWorkspace(directory.display().to_string()));
        }
        let mut problems = Problems::default();
        let settings_file = read(directory, Path::new(SETTINGS))?;
        let settings = declare_settings(&settings_file, &mut problems);
        let schedules = files(directory, "calendars", &["toml"])?;
        let holidays = files(directory, "holidays", &["toml", "ics"])?;
        let calendars = declare_calendars(settings.as_ref(), &settings_file, &schedules, &holidays, &mut problems);
        let fallback = Settings { calendar: None, organisation: placeholder()?, second_person: false };
        let has_settings = settings.is_some();
        let settings = settings.unwrap_or(fallback);
        let sound = has_settings && calendars.is_some() && !problems.has_errors();
        let is_template = |file: &&SourceText| file.text.lines().any(|line| line.trim() == TEMPLATE_HOURS);
        let template_hours = schedules.iter().filter(is_template).map(|file| name_of(&file.path)).collect();
        let hours_hash = hours_hash(schedules.iter().chain(&holidays));
        let metric_files = files(directory, "metrics", &["toml"])?;
        let mut catalogue = Catalogue::load(&metric_files, &mut problems);
        let mut sources = BTreeMap::new();
        for file in unique(files(directory, "sources", &["toml"])?, "source", &mut problems) {
            let name = name_of(&file.path);
            if let Some(source) = source::declare(&name, file, &mut problems) {
                sources.insert(name, source);
            }
        }
        let mut scorecards = BTreeMap::new();
        let mut card_names = BTreeSet::new();
        let mut card_files = files(directory, "scorecards", &["toml"])?;
        card_files.retain(|file| cards.iter().all(|card| card.path != file.path));
        card_files.extend_from_slice(cards);
        card_files.sort_by(|a, b| a.path.cmp(&b.path));
        // a card that two files claim is there, though neither of them is it
        card_names.extend(card_files.iter().map(|file| name_of(&file.path)));
        for file in unique(card_files, "card", &mut problems) {
            let name = name_of(&file.path);
            if let Some(definition) = scorecard::declare(file, &catalogue, &mut problems) {
                scorecards.insert(name, definition);
            }
        }
        let around = Around { catalogue: &catalogue, cards: &scorecards };
        let mut initiatives = BTreeMap::new();
        for file in unique(files(directory, "initiatives", &["toml"])?, "initiative", &mut problems) {
            let name = name_of(&file.path);
            if let Some(initiative) = declare_initiative(&name, file, around, &mut problems) {
                initiatives.insert(name, initiative);
            }
        }
        let mut decisions = BTreeMap::new();
        for file in unique(files(directory, "decisions", &["toml"])?, "decision", &mut problems) {
            let name = name_of(&file.path);
            if let Some(decision) = declare_decision(&name, file, around, &initiatives, &mut problems) {
                decisions.insert(name, decision);
            }
        }
        source::check_references(&sources, &mut problems);
        let declared = attributes(&sources);
        catalogue::check::check(&catalogue, &declared, &mut problems);
        for definition in scorecards.values() {
            scorecard::check(definition, &catalogue, &settings.organisation, &declared, &mut problems);
        }
        scorecard::check_tree(&scorecards, &card_names, &mut problems);
        let problems = problems.into_sorted();
        let wrong = problems.iter().filter(|problem| problem.severity == Severity::Error);
        catalogue.withdraw(wrong.map(|problem| problem.file.as_str()));
        match calendars {
            Some(calendars) if sound => Ok(Workspace {
                directory: directory.to_path_buf(),
                organisation: settings.organisation,
                calendars: Arc::new(calendars),
                catalogue,
                sources,
                scorecards,
                card_names,
                template_hours,
                hours_hash,
                initiatives,
                decisions,
                second_person: settings.second_person,
                problems,
            }),
            _ => Err(ServerError::Problems(problems)),
        }
    }

    /// Where its data is.
    pub fn data(&self) -> PathBuf {
        self.directory.join("data")
    }

    /// What its records are folded under.
    pub fn fold_settings(&self) -> FoldSettings<'_> {
        FoldSettings { calendars: &self.calendars, organisation: &self.organisation }
    }

    /// Opens its store; made where there is none yet.
    ///
    /// # Errors
    /// When the store cannot be opened or made.
    pub fn store(&self) -> Result<Store, ServerError> {
        let data = self.data();
        Ok(if data.join("store.db").exists() { Store::open(&data)? } else { Store::create(&data)? })
    }

    /// Its initiatives as they stand at `now`: where nobody has written how far one is, by its days.
    pub fn initiatives_at(&self, now: Instant) -> BTreeMap<String, Initiative> {
        let today = self.organisation.today(now);
        let on_day = |one: &Initiative| Initiative { status: one.status_on(today), ..one.clone() };
        self.initiatives.iter().map(|(name, one)| (name.clone(), on_day(one))).collect()
    }

    /// What its sources say of themselves at `now`: which deliver nothing more, and which are complete up to when.
    pub fn stated(&self, now: Instant) -> Stated {
        let today = self.organisation.today(now);
        let finished = self.sources.values().filter(|source| source.is_finished(today));
        let complete = self.sources.values().filter_map(|source| {
            // a day is complete when its last moment is
            let next = self.organisation.start_of(source.complete_day()?.tomorrow().ok()?);
            let through = Instant::from_micros(next.micros() - 1);
            Some((source.name.clone(), Complete { through, kinds: source.timed_kinds() }))
        });
        let begun = self
            .sources
            .values()
            .filter_map(|source| Some((source.name.clone(), self.organisation.start_of(source.complete_from?))));
        Stated {
            finished: finished.map(|source| source.name.clone()).collect(),
            complete: complete.collect(),
            begun: begun.collect(),
        }
    }

    /// Warns of sources that are said to be complete through a day that is not over at `now`.
    pub fn complete_ahead(&self, now: Instant) -> Vec<Diagnostic> {
        let today = self.organisation.today(now);
        let mut problems = Problems::default();
        for source in self.sources.values() {
            let (Some(day), Some(complete)) = (source.complete_day(), &source.complete_through) else { continue };
            if day > today {
                problems.warning(
                    &source.file,
                    complete.span.clone(),
                    "complete_ahead",
                    format!("{day} lies ahead: what has not happened yet cannot be complete"),
                    format!("answers take it for complete up to now; a day up to {today}, or `\"file_time\"`"),
                );
            }
        }
        problems.into_sorted()
    }

    /// Number of files' problems that are errors.
    pub fn error_count(&self) -> usize {
        self.problems.iter().filter(|problem| problem.severity == Severity::Error).count()
    }
}

/// The custom attributes that source files declare.
pub fn attributes<'a>(sources: impl IntoIterator<Item = (&'a String, &'a Source)>) -> Attributes {
    let mut all = Attributes::new();
    for (_, source) in sources {
        for record in &source.records {
            let list: &mut Vec<Attribute> = all.entry(record.kind).or_default();
            for mapping in &record.attributes {
                if list.iter().all(|known| known.name != mapping.attribute.name) {
                    list.push(mapping.attribute.clone());
                }
            }
        }
    }
    for list in all.values_mut() {
        list.sort();
    }
    all
}

/// So that the other files can be checked where the settings are wrong; never used to answer.
fn placeholder() -> Result<Organisation, ServerError> {
    let year = model::calendar::FiscalYear::new(1);
    year.and_then(|year| Organisation::new("", "UTC", "EUR", jiff::civil::Weekday::Monday, year))
        .map_err(|error| ServerError::Usage(error.to_string()))
}

fn name_of(path: &str) -> String {
    Path::new(path).file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Hash of the files of working hours and holidays: of what they say, not of how they are laid out.
fn hours_hash<'f>(files: impl Iterator<Item = &'f SourceText>) -> String {
    let mut hasher = blake3::Hasher::new();
    for file in files {
        let said = match file.path.ends_with(".toml") {
            true => as_json(file).to_string(),
            false => file.text.clone(),
        };
        for part in [&file.path, &said] {
            hasher.update(&(part.len() as u64).to_le_bytes()).update(part.as_bytes());
        }
    }
    hasher.finalize().to_hex().to_string()
}

/// Those of `files` whose name is theirs alone: of several that are called the same none wins, and each is an error that
/// names the others.
fn unique(files: Vec<SourceText>, what: &str, problems: &mut Problems) -> Vec<SourceText> {
    let mut named: BTreeMap<String, Vec<SourceText>> = BTreeMap::new();
    for file in files {
        named.entry(name_of(&file.path)).or_default().push(file);
    }
    let mut found = Vec::new();
    for (name, mut files) in named {
        if let [_] = files.as_slice() {
            found.append(&mut files);
            continue;
        }
        for file in &files {
            let others = files.iter().filter(|other| other.path != file.path).map(|other| other.path.clone());
            let others = scorecard::words::listed(&others.collect::<Vec<_>>());
            problems.error(
                file,
                0..0,
                "duplicate_name",
                format!("the {what} `{name}` is in {others} too: which of them is meant is not known, and none is taken"),
                format!("a file of each {what} is called as nothing else is; one that is kept ends otherwise, as `.toml.old`"),
            );
        }
    }
    found.sort_by(|one, other| one.path.cmp(&other.path));
    found
}

fn read(directory: &Path, relative: &Path) -> Result<SourceText, ServerError> {
    let path = directory.join(relative);
    let bytes = fs::read(&path).map_err(|error| ServerError::io(&path, error))?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let line =
            error.as_bytes()[..error.utf8_error().valid_up_to()].iter().filter(|byte| **byte == b'\n').count() + 1;
        ServerError::Usage(format!("{}:{line}: this is not UTF-8", relative.display()))
    })?;
    Ok(SourceText { path: relative.to_string_lossy().replace('\\', "/"), text })
}

/// The files below `folder` with one of `extensions`, by path; none where it does not exist.
fn files(directory: &Path, folder: &str, extensions: &[&str]) -> Result<Vec<SourceText>, ServerError> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::from(folder)];
    while let Some(folder) = folders.pop() {
        let path = directory.join(&folder);
        if !path.is_dir() {
            continue;
        }
        let entries = fs::read_dir(&path).map_err(|error| ServerError::io(&path, error))?;
        for entry in entries {
            let entry = entry.map_err(|error| ServerError::io(&path, error))?;
            let relative = folder.join(entry.file_name());
            if entry.path().is_dir() {
                folders.push(relative);
            } else if relative
                .extension()
                .is_some_and(|extension| extensions.iter().any(|known| extension.eq_ignore_ascii_case(known)))
            {
                found.push(relative);
            }
        }
    }
    found.sort();
    found.iter().map(|relative| read(directory, relative)).collect()
}
