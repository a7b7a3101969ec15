//! What lies in a demo's directory that the demo did not write: reasons not to make it anew.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use catalogue::file::Problems;
use catalogue::source::{SourceText, declare};
use server::ServerError;
use simulator::{Config, Detail, workspace_files};
use store::journal::{Entry, Journal};

use super::deeds;

/// The options a demo was made with, as its stamp tells them; those of `asked` where it does not.
pub fn stamped(stamp: &serde_json::Value, asked: &Config) -> Config {
    let flag = |name: &str| stamp[name].as_bool();
    let detail = flag("lean").map(|lean| if lean { Detail::Lean } else { Detail::Full });
    Config {
        seed: stamp["seed"].as_u64().unwrap_or(asked.seed),
        tickets: stamp["tickets"].as_u64().unwrap_or(asked.tickets),
        months: stamp["months"].as_u64().and_then(|months| months.try_into().ok()).unwrap_or(asked.months),
        until: stamp["until"].as_str().and_then(|until| until.parse().ok()).unwrap_or(asked.until),
        zone: asked.zone.clone(),
        detail: detail.unwrap_or(asked.detail),
        compress: flag("plain").map_or(asked.compress, |plain| !plain),
    }
}

/// Everything that would be lost with the demo of `config` in `directory` and that it did not write: files among its
/// sources, calendars and exports that are not its own or were changed, data that other sources delivered, and what others
/// wrote in its journal.
///
/// # Errors
/// Options out of range, a directory or a store that cannot be read.
pub fn find(directory: &Path, config: &Config) -> Result<Vec<String>, ServerError> {
    let written = workspace_files(config).map_err(|error| ServerError::Usage(error.to_string()))?;
    let mut found = Vec::new();
    for folder in ["sources", "calendars"] {
        for path in files_under(directory, folder)? {
            let text =
                fs::read(directory.join(&path)).map_err(|error| ServerError::io(directory.join(&path), error))?;
            match written.iter().find(|(own, _)| Path::new(own) == path) {
                Some((_, own)) if own.as_bytes() == text => {}
                Some(_) => found.push(format!("{}, which was changed", path.display())),
                None => found.push(path.display().to_string()),
            }
        }
    }
    let sources = sources(&written);
    let patterns: Vec<glob::Pattern> =
        sources.values().flatten().filter_map(|pattern| glob::Pattern::new(pattern).ok()).collect();
    for path in files_under(directory, "incoming")? {
        if !patterns.iter().any(|pattern| pattern.matches_path(&path)) {
            found.push(path.display().to_string());
        }
    }
    found.extend(deliveries(directory, &sources)?);
    found.extend(entries(directory, config)?);
    Ok(found)
}

/// What others than the demo wrote in the journal, in a line.
fn entries(directory: &Path, config: &Config) -> Result<Option<String>, ServerError> {
    let journal = Journal::open(&directory.join("data"))?.read(0)?;
    let own = deeds::Own::of(config);
    let others: Vec<&Entry> = journal.iter().map(|recorded| &recorded.entry).filter(|entry| !own.has(entry)).collect();
    let names: BTreeSet<&str> = others.iter().map(|entry| entry.actor.as_str()).collect();
    let names: Vec<&str> = names.into_iter().collect();
    Ok(match others.len() {
        0 => None,
        1 => Some(format!("1 entry of the journal, by {}", names.join(", "))),
        many => Some(format!("{many} entries of the journal, by {}", names.join(", "))),
    })
}

/// The demo's sources, each with the patterns of its files.
fn sources(written: &[(String, String)]) -> BTreeMap<String, Vec<String>> {
    let named = written.iter().filter_map(|(path, text)| {
        let name = path.strip_prefix("sources/")?.strip_suffix(".toml")?;
        let file = SourceText { path: path.clone(), text: text.clone() };
        Some((name.to_owned(), declare(name, file, &mut Problems::default())?.read.files))
    });
    named.collect()
}

/// What was delivered by other sources than the demo's or from other files than its exports, one line a source.
fn deliveries(directory: &Path, sources: &BTreeMap<String, Vec<String>>) -> Result<Vec<String>, ServerError> {
    let data = directory.join("data");
    if !data.join("store.db").exists() {
        return Ok(Vec::new());
    }
    let is_export = |source: &str, file: &str| {
        let patterns = sources.get(source).into_iter().flatten();
        let names = patterns.filter_map(|pattern| pattern.rsplit('/').next());
        let mut names = names.filter_map(|name| glob::Pattern::new(name).ok());
        let file = Path::new(file).file_name().and_then(|name| name.to_str());
        file.is_some_and(|file| names.any(|name| name.matches(file)))
    };
    let snapshot = store::Store::open(&data)?.snapshot()?;
    let mut others: BTreeMap<&str, usize> = BTreeMap::new();
    for delivery in snapshot.deliveries().iter().filter(|delivery| !is_export(&delivery.source, &delivery.file)) {
        *others.entry(&delivery.source).or_default() += 1;
    }
    let told = |(source, files): (&str, usize)| match files {
        1 => format!("data of 1 file that the source `{source}` delivered"),
        files => format!("data of {files} files that the source `{source}` delivered"),
    };
    Ok(others.into_iter().map(told).collect())
}

/// The files under `folder`, however deep, relative to `directory` and sorted; a link is a file.
fn files_under(directory: &Path, folder: &str) -> Result<Vec<PathBuf>, ServerError> {
    let mut files = Vec::new();
    let mut folders = vec![PathBuf::from(folder)];
    while let Some(folder) = folders.pop() {
        let full = directory.join(&folder);
        if !full.exists() {
            continue;
        }
        for entry in fs::read_dir(&full).map_err(|error| ServerError::io(&full, error))? {
            let entry = entry.map_err(|error| ServerError::io(&full, error))?;
            let kind = entry.file_type().map_err(|error| ServerError::io(entry.path(), error))?;
            let path = folder.join(entry.file_name());
            if kind.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    Ok(files)
}
