//! Definitions of other days: kept when a metric is reviewed, and asked by.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use catalogue::DEFAULTS;
use catalogue::file::Problems;
use catalogue::metric::{Metric, declare};
use catalogue::source::SourceText;
use jiff::civil::Date;
use model::Instant;
use scorecard::review::{Archived, State};

use crate::ServerError;
use crate::ask::Reader;
use crate::workspace::Workspace;

impl Reader {
    /// The definitions of `metrics`, and of all they are made of, that are not kept as they are. The first ones hold from
    /// the day `from`, where that is said.
    pub(super) fn to_archive<'a>(
        &self,
        metrics: impl IntoIterator<Item = &'a str>,
        from: Option<Date>,
        state: &State,
        now: Instant,
    ) -> Vec<Archived> {
        let catalogue = &self.workspace.catalogue;
        let today = self.workspace.organisation.today(now);
        let mut kept = Vec::new();
        let mut seen = BTreeSet::new();
        let mut waiting: Vec<(String, Option<Date>)> =
            metrics.into_iter().map(|metric| (metric.to_owned(), from)).collect();
        while let Some((id, from)) = waiting.pop() {
            let Some(metric) = catalogue.get(&id).filter(|_| seen.insert(id.clone())) else { continue };
            waiting.extend(inputs(metric).map(|input| (input, None)));
            kept.extend(state.archive(metric, shipped(metric).as_ref(), from, today));
        }
        kept
    }

    /// This workspace with the definitions of `metrics`, and of all they are made of, that were in force on `date`; as it
    /// is where no day is meant. One of several of which no definition of that day is known, as of a KPI that came to a
    /// card later, has no figure, and says why.
    ///
    /// # Errors
    /// An unknown metric; none of which a definition of that day is known; one that this version cannot read.
    pub fn as_defined_on<'m>(
        &self,
        date: Option<Date>,
        metrics: impl IntoIterator<Item = &'m str>,
    ) -> Result<Reader, ServerError> {
        let Some(date) = date else { return Ok(self.clone()) };
        let state = self.reviewed()?;
        let catalogue = &self.workspace.catalogue;
        let mut problems = Problems::default();
        let mut asked: BTreeSet<String> = BTreeSet::new();
        for name in metrics {
            match catalogue.find(name) {
                Ok(metric) => drop(asked.insert(metric.id.clone())),
                // one that is no more may be known of that day
                Err(_) if state.known_since(name).is_some() => drop(asked.insert(name.to_owned())),
                Err(problem) => problems.extend([*problem]),
            }
        }
        let mut found: BTreeMap<String, Metric> = BTreeMap::new();
        let mut unknown: BTreeMap<String, Unknown> = BTreeMap::new();
        for id in &asked {
            match definitions(id, date, &state, &mut problems) {
                Ok(more) => found.extend(more),
                Err(why) => {
                    unknown.insert(id.clone(), why);
                }
            }
        }
        if problems.has_errors() {
            return Err(ServerError::Problems(problems.into_sorted()));
        }
        if unknown.len() == asked.len()
            && let Some((_, Unknown { message, help })) = unknown.pop_first()
        {
            return Err(ServerError::NotFound { message, help: Some(help) });
        }
        // what is not known has no definition that could be told
        let catalogue = catalogue.with(found.into_values()).without(unknown.keys().map(String::as_str));
        let workspace = Arc::new(Workspace { catalogue, ..(*self.workspace).clone() });
        let unknown = unknown.into_iter().map(|(id, why)| (id, why.message)).collect();
        Ok(Reader { defined_on: Some(Arc::new(DefinedOn { day: date, unknown })), ..self.over(workspace) })
    }
}

/// A day whose definitions figures are asked by.
#[derive(Debug)]
pub(crate) struct DefinedOn {
    /// The day.
    pub(crate) day: Date,
    /// Of metrics of which no definition of that day is known: that, in words.
    pub(crate) unknown: BTreeMap<String, String>,
}

/// That no definition of a day is known, and since when one is.
struct Unknown {
    message: String,
    help: String,
}

/// The definitions of `asked`, and of all it is made of, that were in force on `date`, by their ids.
fn definitions(
    asked: &str,
    date: Date,
    state: &State,
    problems: &mut Problems,
) -> Result<BTreeMap<String, Metric>, Unknown> {
    let mut found = BTreeMap::new();
    let mut waiting: Vec<(String, Option<String>)> = vec![(asked.to_owned(), None)];
    while let Some((id, of)) = waiting.pop() {
        if found.contains_key(&id) {
            continue;
        }
        let Some(text) = state.in_force(&id, date) else { return Err(unknown(&id, of.as_deref(), date, state)) };
        let Archived { file, text, .. } = &text.archived;
        let file = SourceText { path: format!("{file} as of {date}"), text: text.clone() };
        if let Some(metric) = declare(file, problems) {
            waiting.extend(inputs(&metric).map(|input| (input, Some(id.clone()))));
            found.insert(id, metric);
        }
    }
    Ok(found)
}

/// The definition that came with the program under the id of `metric`, where that is another.
fn shipped(metric: &Metric) -> Option<Metric> {
    let name = format!("/{}.toml", metric.id);
    let (path, text) = DEFAULTS.iter().find(|(path, text)| path.ends_with(&name) && *text != metric.file.text)?;
    declare(SourceText { path: (*path).to_owned(), text: (*text).to_owned() }, &mut Problems::default())
}

/// Ids of the metrics that `metric` is made of.
fn inputs(metric: &Metric) -> impl Iterator<Item = String> + '_ {
    metric.measure.inputs.iter().map(|input| input.metric.value.clone())
}

fn unknown(id: &str, of: Option<&str>, date: Date, state: &State) -> Unknown {
    let of = of.map_or_else(String::new, |of| format!(", which `{of}` is made of,"));
    let message = format!("no definition of `{id}`{of} is known that was in force on {date}");
    let help = match state.known_since(id) {
        Some(first) => format!("the earliest that is known holds from {first}"),
        None => format!("none has been recorded yet: `crosscheck review confirm {id}` keeps the present one"),
    };
    Unknown { message, help }
}
