//! A proposed company card in the place of the one there is: by somebody, for a reason, and on record.

use std::collections::BTreeMap;
use std::path::Path;

use catalogue::file::Problems;
use catalogue::metric::Status as DefinitionStatus;
use catalogue::source::SourceText;
use model::Instant;
use scorecard::review::{Approval, Subject, Text, approval, card_texts};
use scorecard::{Definition, declare};
use serde::Serialize;
use utoipa::ToSchema;

use super::deed::{changed, named, said};
use crate::ServerError;
use crate::ask::Reader;

/// Name of the company card.
const NAME: &str = "company";
/// Its file.
pub(super) const FILE: &str = "scorecards/company.toml";

/// Who has a card replaced, and why.
#[derive(Clone, Copy, Debug)]
pub struct Replacing<'a> {
    /// Who does it; recorded as said.
    pub actor: &'a str,
    /// Why.
    pub reason: &'a str,
}

/// What writing a proposed card did.
#[derive(Clone, Debug, Default)]
pub struct Written {
    /// Where the card before it is kept.
    pub kept: Option<String>,
    /// Files of cards below in which `serves` of KPIs that are gone was commented out.
    pub freed: Vec<String>,
}

/// The card that a proposed one would replace.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Replaced {
    /// Its file.
    file: String,
    /// Its title; none where the file has errors.
    title: Option<String>,
    /// How many KPIs it has.
    kpis: usize,
    /// How many of them have a target.
    targets: usize,
    /// Where its approval stands; no approval holds for the card that comes in its place.
    approval: Option<Approval>,
    /// Whether it gives way: one that somebody has made their own in its file, or that has errors, has to be moved away.
    gives_way: bool,
}

impl Reader {
    /// The company card there is, which a proposed one would replace.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn replaced(&self) -> Result<Option<Replaced>, ServerError> {
        if !self.workspace.directory.join(FILE).exists() {
            return Ok(None);
        }
        let definition = self.workspace.scorecards.get(NAME);
        let state = self.reviewed()?;
        let approved = definition.and_then(|definition| {
            let (subject, text) = (Subject::card(NAME), card_text(definition)?);
            let second = self.needs_second_person(&subject, &state);
            Some(approval(&state, &text, second, definition.status, &self.workspace.organisation))
        });
        let kpis = definition.map_or(&[][..], |definition| &definition.kpis);
        Ok(Some(Replaced {
            file: FILE.to_owned(),
            title: definition.map(|definition| definition.title.clone()),
            kpis: kpis.len(),
            targets: kpis.iter().filter(|kpi| kpi.target.is_some()).count(),
            approval: approved,
            gives_way: gives_way(definition),
        }))
    }

    /// Writes `toml` as the company card. One that is there gives way: it is kept beside it, and the journal says who
    /// replaced it and why. Where `freeing` is asked for, `serves` of KPIs that are gone is commented out in the cards
    /// below, which is on record as well; a card that says the same already stays as it is then.
    ///
    /// # Errors
    /// A missing name or reason where there is a card; one that somebody has made their own; nothing to be written; what
    /// the disk or the journal met.
    pub fn write_card(
        &self,
        toml: &str,
        by: Option<Replacing<'_>>,
        freeing: bool,
        now: Instant,
    ) -> Result<Written, ServerError> {
        let workspace = &self.workspace;
        let path = workspace.directory.join(FILE);
        let is_there = path.exists();
        if is_there && !gives_way(workspace.scorecards.get(NAME)) {
            let message = format!(
                "{FILE} is somebody's own by now: move it out of scorecards/ first, or copy from what `crosscheck card new --print` shows"
            );
            return Err(ServerError::Usage(message));
        }
        let freed = if freeing { self.freed(toml)? } else { BTreeMap::new() };
        let by = match by {
            Some(by) => Some((named(by.actor)?, said(Some(by.reason), "a reason is needed: why")?)),
            None if is_there => {
                let message = format!("{FILE} is there, and would be replaced: a name and a reason are needed");
                return Err(ServerError::Usage(message));
            }
            None if !freed.is_empty() => {
                let message = "cards below would be changed: a name and a reason are needed";
                return Err(ServerError::Usage(message.to_owned()));
            }
            None => None,
        };
        let kept = match &by {
            Some(by) if is_there => self.replace_card(&path, toml, by, !freed.is_empty(), now)?,
            _ => {
                let folder = workspace.directory.join("scorecards");
                std::fs::create_dir_all(&folder).map_err(|error| ServerError::io(&folder, error))?;
                std::fs::write(&path, toml).map_err(|error| ServerError::io(&path, error))?;
                None
            }
        };
        let freed = match &by {
            Some((actor, reason)) => self.free(freed, (actor, reason), now)?,
            None => Vec::new(),
        };
        Ok(Written { kept, freed })
    }

    /// Replaces the card there is, and says where it is kept; none where it says the same and `may_stay`.
    fn replace_card(
        &self,
        path: &Path,
        toml: &str,
        (actor, reason): &(String, String),
        may_stay: bool,
        now: Instant,
    ) -> Result<Option<String>, ServerError> {
        let before = self.workspace.scorecards.get(NAME);
        let after = self.read_card(toml)?;
        let own = after.first().ok_or_else(|| ServerError::Usage(format!("{FILE} would be no card")))?;
        if before.and_then(card_text).is_some_and(|text| text.hash == own.hash) {
            if may_stay {
                return Ok(None);
            }
            return Err(ServerError::Usage(format!("{FILE} says this already: nothing was written")));
        }
        let mut kept = None;
        // written inside the journal's transaction: what cannot be recorded is not done, and the other way round
        self.reviews.append(actor, now, |state| {
            kept = Some(replace(path, toml)?);
            Ok(changed(state, &after, reason.clone()).map(|event| (Subject::card(NAME), event)))
        })?;
        Ok(kept)
    }

    /// The texts of the company card that `toml` would be, its own first; never none.
    fn read_card(&self, toml: &str) -> Result<Vec<Text>, ServerError> {
        let mut problems = Problems::default();
        let file = SourceText { path: FILE.to_owned(), text: toml.to_owned() };
        let definition = declare(file, &self.workspace.catalogue, &mut problems);
        let texts = definition.map(|definition| card_texts(NAME, &definition));
        texts.ok_or_else(|| ServerError::Problems(problems.into_sorted()))
    }
}

/// Whether nobody has made it their own.
fn gives_way(definition: Option<&Definition>) -> bool {
    definition.is_some_and(|definition| definition.status == DefinitionStatus::TemplateDefault)
}

/// What a card as a whole says.
fn card_text(definition: &Definition) -> Option<Text> {
    card_texts(NAME, definition).into_iter().next()
}

/// Keeps the file at `path` under another name, which is given, and writes `toml` in its place.
fn replace(path: &Path, toml: &str) -> Result<String, ServerError> {
    let name = (1..).map(|number| format!("{FILE}.old{number}"));
    let folder = path.parent().and_then(Path::parent).unwrap_or(Path::new(""));
    let kept = name.map(|name| (folder.join(&name), name)).find(|(kept, _)| !kept.exists()).unwrap_or_default();
    std::fs::rename(path, &kept.0).map_err(|error| ServerError::io(path, error))?;
    if let Err(error) = std::fs::write(path, toml) {
        // the card there was is better than none
        let _ = std::fs::rename(&kept.0, path);
        return Err(ServerError::io(path, error));
    }
    Ok(kept.1)
}
