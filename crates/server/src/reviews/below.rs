//! What no longer fits once a proposed company card is in force: cards below it whose KPIs serve one that it does not have.

use std::collections::BTreeMap;
use std::ops::Range;

use catalogue::diagnostic::{Diagnostic, Severity};
use catalogue::file::Problems;
use catalogue::source::SourceText;
use model::Instant;
use scorecard::review::{Subject, Text, card_texts};
use scorecard::{Definition, declare};
use serde::Serialize;
use utoipa::ToSchema;

use super::deed::changed;
use super::replace::FILE;
use crate::ServerError;
use crate::ask::Reader;
use crate::workspace::Workspace;

/// An error that a file of the workspace has under a proposed company card, and does not have without it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Unfit {
    /// The file.
    pub file: String,
    /// Its line, from 1.
    pub line: usize,
    /// Title of the card; none where the file is of no card.
    pub title: Option<String>,
    /// Name of the KPI whose `serves` it is about, which can be commented out; none of anything else.
    pub kpi: Option<String>,
    /// What is wrong.
    pub message: String,
    /// What would be valid.
    pub help: Option<String>,
}

/// A card below as it would be without `serves` of what is gone.
pub(super) struct Freed {
    file: SourceText,
    /// What it says then, its own text first.
    texts: Vec<Text>,
}

impl Reader {
    /// What does not fit the company card that `toml` says, by file and line; of what has errors anyway only those that are
    /// new.
    ///
    /// # Errors
    /// When the workspace cannot be read.
    pub fn unfit(&self, toml: &str) -> Result<Vec<Unfit>, ServerError> {
        let found = self.new_errors(toml)?;
        let unfit = found.into_iter().map(|problem| {
            let card = self.card_in(&problem.file).map(|(_, card)| card);
            Unfit {
                line: problem.line,
                title: card.map(|card| card.title.clone()),
                kpi: card.and_then(|card| serving(card, &problem)).map(|(name, _)| name.to_owned()),
                file: problem.file,
                message: problem.message,
                help: problem.help,
            }
        });
        Ok(unfit.collect())
    }

    /// The errors that come with `toml` as the company card.
    fn new_errors(&self, toml: &str) -> Result<Vec<Diagnostic>, ServerError> {
        // by what they say: a line that has become longer moves the others
        let known = |problem: &Diagnostic| {
            let same = |one: &Diagnostic| {
                (one.code, &one.file, &one.message) == (problem.code, &problem.file, &problem.message)
            };
            self.workspace.problems.iter().any(same)
        };
        Ok(self.errors_under(toml)?.into_iter().filter(|problem| !known(problem)).collect())
    }

    /// The errors that other files have with `toml` as the company card, whether they have them now or not.
    fn errors_under(&self, toml: &str) -> Result<Vec<Diagnostic>, ServerError> {
        let card = SourceText { path: FILE.to_owned(), text: toml.to_owned() };
        let after = Workspace::load_with(&self.workspace.directory, &[card])?;
        let errors = after.problems.into_iter().filter(|problem| problem.severity == Severity::Error);
        Ok(errors.filter(|problem| problem.file != FILE).collect())
    }

    /// The cards below in which `serves` of what the card `toml` does not have is commented out, as they would be then, by
    /// name. One whose line says more than that, or that would have errors, is left as it is.
    pub(super) fn freed(&self, toml: &str) -> Result<BTreeMap<String, Freed>, ServerError> {
        let mut spans: BTreeMap<String, Vec<Range<usize>>> = BTreeMap::new();
        for problem in self.errors_under(toml)? {
            let Some((name, card)) = self.card_in(&problem.file) else { continue };
            if let Some((_, span)) = serving(card, &problem) {
                spans.entry(name.to_owned()).or_default().push(span);
            }
        }
        let freed = spans.into_iter().filter_map(|(name, spans)| {
            let file = &self.workspace.scorecards.get(&name)?.file;
            let file = SourceText { path: file.path.clone(), text: commented_out(&file.text, &spans)? };
            let mut problems = Problems::default();
            let card = declare(file.clone(), &self.workspace.catalogue, &mut problems)?;
            let texts = card_texts(&name, &card);
            (!problems.has_errors()).then_some((name, Freed { file, texts }))
        });
        Ok(freed.collect())
    }

    /// Writes what [`Reader::freed`] gives; the journal says of each card who had it done and why. The files.
    pub(super) fn free(
        &self,
        freed: BTreeMap<String, Freed>,
        (actor, reason): (&str, &str),
        now: Instant,
    ) -> Result<Vec<String>, ServerError> {
        let mut files = Vec::new();
        for (name, Freed { file, texts }) in freed {
            let path = self.workspace.directory.join(&file.path);
            let read = std::fs::read_to_string(&path).map_err(|error| ServerError::io(&path, error))?;
            if self.workspace.scorecards.get(&name).is_none_or(|card| card.file.text != read) {
                let message = format!("{} has changed meanwhile: nothing was commented out in it", file.path);
                return Err(ServerError::Usage(message));
            }
            self.reviews.append(actor, now, |state| {
                let reason = format!("what the new company card does not have is not served any more: {reason}");
                let Some(event) = changed(state, &texts, reason) else { return Ok(None) };
                std::fs::write(&path, &file.text).map_err(|error| ServerError::io(&path, error))?;
                Ok(Some((Subject::card(&name), event)))
            })?;
            files.push(file.path);
        }
        Ok(files)
    }

    /// The card that `file` is of, with its name.
    fn card_in(&self, file: &str) -> Option<(&str, &Definition)> {
        let cards = self.workspace.scorecards.iter();
        cards.map(|(name, card)| (name.as_str(), card)).find(|(_, card)| card.file.path == file)
    }
}

/// The name of the KPI whose `serves` is what `problem` is about, and where it stands.
fn serving<'c>(card: &'c Definition, problem: &Diagnostic) -> Option<(&'c str, Range<usize>)> {
    card.kpis.iter().find_map(|kpi| {
        let span = kpi.serves.as_ref()?.span.clone();
        (span == problem.span).then_some((kpi.name.as_str(), span))
    })
}

/// `text` with the lines at `spans` commented out; none where one of them does not begin with `serves`.
fn commented_out(text: &str, spans: &[Range<usize>]) -> Option<String> {
    let mut places = Vec::new();
    for span in spans {
        let line = text.get(..span.start)?.rfind('\n').map_or(0, |end| end + 1);
        let before = text.get(line..span.start)?;
        let place = line + (before.len() - before.trim_start().len());
        before.trim_start().starts_with("serves").then(|| places.push(place))?;
    }
    places.sort_unstable();
    let mut text = text.to_owned();
    for place in places.into_iter().rev() {
        text.insert_str(place, "# ");
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_their_own_are_commented_out_and_no_others() {
        let check = |text: &str, values: &[&str], wanted: Option<&str>| {
            let spans: Vec<Range<usize>> = values
                .iter()
                .map(|value| {
                    let start = text.find(value).expect("it is there");
                    start..start + value.len()
                })
                .collect();
            assert_eq!(commented_out(text, &spans).as_deref(), wanted, "{text}");
        };
        check("a = 1\nserves = \"x\"\nb = 2\n", &["\"x\""], Some("a = 1\n# serves = \"x\"\nb = 2\n"));
        check("serves = \"x\"", &["\"x\""], Some("# serves = \"x\""));
        check(
            "  serves = \"x\"  # of the company\n\n\tserves=\"y\"\n",
            &["\"y\"", "\"x\""],
            Some("  # serves = \"x\"  # of the company\n\n\t# serves=\"y\"\n"),
        );
        check("kpi = [{ metric = \"m\", serves = \"x\" }]\n", &["\"x\""], None);
        check("serves = \"x\"\nkpi = [{ serves = \"y\" }]\n", &["\"x\"", "\"y\""], None);
    }
}
