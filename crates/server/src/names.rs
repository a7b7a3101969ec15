//! Names beside ids: what the records of agents and teams call whom answers, rows and cards are of.
//!
//! An id stays what addresses, filters and files have; its name is only ever shown beside it. Whoever is withheld has no
//! name in an answer either.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use catalogue::answer::{Answer, Labels, Quality};
use catalogue::expression::Value;
use catalogue::file::suggest;
use catalogue::plan::{Dimension, Plan, Row};
use catalogue::question::Question;
use model::{FieldType, RecordKind};
use store::Snapshot;

use crate::ServerError;
use crate::ask::Reader;

/// Names by id.
#[derive(Debug, Default)]
pub(crate) struct Names {
    agents: BTreeMap<String, String>,
    teams: BTreeMap<String, String>,
}

/// The names of the generation that was last asked for: they are read once, not for every answer.
pub(crate) type Known = Arc<Mutex<Option<(u64, Arc<Names>)>>>;

impl Names {
    /// The name of whom the value `id` of a column of facts stands for; none where the column is of neither agents nor
    /// teams, and where the name is the id.
    pub(crate) fn of(&self, column: &str, id: &str) -> Option<&str> {
        let names = match named(column)? {
            RecordKind::Agent => &self.agents,
            _ => &self.teams,
        };
        names.get(id).map(String::as_str).filter(|name| *name != id)
    }

    /// The value `id` of a column as people read it: the name with the id behind it, or the id alone.
    pub(crate) fn read(&self, column: &str, id: &str) -> String {
        self.of(column, id).map_or_else(|| id.to_owned(), |name| format!("{name} ({id})"))
    }

    /// As [`Names::read`], of what may be an agent or a team.
    pub(crate) fn read_any(&self, id: &str) -> String {
        let kind = if self.agents.contains_key(id) { "agent" } else { "team" };
        self.read(kind, id)
    }

    /// The names of those of `values` of `column` that have one, by id.
    fn labels<'v>(&self, column: &str, values: impl IntoIterator<Item = &'v str>) -> BTreeMap<String, String> {
        let found = values.into_iter().filter_map(|id| Some((id.to_owned(), self.of(column, id)?.to_owned())));
        found.collect()
    }

    /// The names beside what is called `name` and holds `values` of `column`, each as (name, column, values); nothing of
    /// whose values have none.
    pub(crate) fn beside<'v, V: IntoIterator<Item = &'v str>>(
        &self,
        columns: impl IntoIterator<Item = (&'v str, &'v str, V)>,
    ) -> Labels {
        let labels = columns.into_iter().map(|(name, column, values)| (name.to_owned(), self.labels(column, values)));
        labels.filter(|(_, labels)| !labels.is_empty()).collect()
    }

    /// The names beside what dimensions are narrowed to.
    fn of_held<'h>(&self, held: impl IntoIterator<Item = Held<'h>>) -> Labels {
        let values = |values: &'h Vec<Option<String>>| values.iter().filter_map(Option::as_deref);
        self.beside(held.into_iter().map(|(name, held)| (name.as_str(), name.as_str(), values(held))))
    }
}

/// What something is narrowed to: a dimension and its values.
type Held<'h> = (&'h String, &'h Vec<Option<String>>);

/// Of which kind the records are that a column of facts names: `agent_solved` is of agents, `team` of teams.
fn named(column: &str) -> Option<RecordKind> {
    match column.split_once('_').map_or(column, |(first, _)| first) {
        "agent" => Some(RecordKind::Agent),
        "team" => Some(RecordKind::Team),
        _ => None,
    }
}

/// The values of rows that may have names, by the column they stand in.
pub(crate) fn people<'r>(rows: impl IntoIterator<Item = &'r Row>) -> BTreeMap<&'r str, BTreeSet<&'r str>> {
    let mut found: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (column, value) in rows.into_iter().flatten() {
        if let (Value::Text(id), Some(_)) = (value, named(column)) {
            found.entry(column.as_str()).or_default().insert(id.as_str());
        }
    }
    found
}

/// Whether the values of a column of facts may have names: `agent_replies` is a number.
pub(crate) fn has_names(column: &str, kind: FieldType) -> bool {
    kind == FieldType::Text && named(column).is_some()
}

impl Reader {
    /// The names in `snapshot`.
    ///
    /// # Errors
    /// What the store met.
    pub(crate) fn names(&self, snapshot: &Snapshot) -> Result<Arc<Names>, ServerError> {
        let mut known = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((generation, names)) = &*known
            && *generation == snapshot.generation
        {
            return Ok(names.clone());
        }
        let (agents, teams) = (snapshot.names(RecordKind::Agent)?, snapshot.names(RecordKind::Team)?);
        let names = Arc::new(Names { agents, teams });
        *known = Some((snapshot.generation, names.clone()));
        Ok(names)
    }

    /// Puts names beside the ids in `answers` and in what each was narrowed to, given the plan and the question of its
    /// place; none of whoever is withheld.
    pub(crate) fn label(
        &self,
        answers: &mut [Vec<Answer>],
        asked: &[(&Plan, &Question)],
        snapshot: &Snapshot,
    ) -> Result<(), ServerError> {
        for (answers, (plan, question)) in answers.iter_mut().zip(asked) {
            let dimensions: Vec<&Dimension> =
                plan.by.iter().filter(|dimension| has_names(&dimension.column, dimension.kind)).collect();
            // what is broken down by it as well says itself of whom it tells
            let is_held = |name: &str| named(name).is_some() && plan.by.iter().all(|dimension| dimension.name != name);
            let held: Vec<_> = question.only.iter().filter(|(name, _)| is_held(name)).collect();
            if dimensions.is_empty() && held.is_empty() {
                continue;
            }
            let names = self.names(snapshot)?;
            for answer in answers {
                let told = answer.rows.iter().filter(|row| row.quality != Quality::Withheld);
                let mut labels = names.beside(dimensions.iter().map(|dimension| {
                    let values = told.clone().filter_map(|row| row.by.get(&dimension.name)?.as_deref());
                    let values: BTreeSet<&str> = values.collect();
                    (dimension.name.as_str(), dimension.column.as_str(), values)
                }));
                if told.clone().next().is_some() {
                    labels.extend(names.of_held(held.iter().copied()));
                }
                answer.labels = labels;
            }
        }
        Ok(())
    }

    /// Those of `teams` that neither records nor cards name, each with the nearest that they do; none where they name no team
    /// at all.
    ///
    /// # Errors
    /// What the store met.
    pub fn unknown_teams(&self, teams: &[String]) -> Result<Vec<(String, Option<String>)>, ServerError> {
        let names = self.names(&self.store.snapshot()?)?;
        let of_cards = self.workspace.scorecards.values().filter_map(|card| card.only.get("team"));
        let of_cards = of_cards.flat_map(|held| &held.value);
        let known: BTreeSet<&str> = names.teams.keys().chain(of_cards).map(String::as_str).collect();
        let unknown = teams.iter().filter(|team| !known.is_empty() && !known.contains(team.as_str()));
        Ok(unknown.map(|team| (team.clone(), suggest(team, known.iter().copied()))).collect())
    }

    /// The names of the agents and teams that a card is held to, by dimension.
    ///
    /// # Errors
    /// What the store met.
    pub(crate) fn labels_of(&self, held: &BTreeMap<String, Vec<Option<String>>>) -> Result<Labels, ServerError> {
        let of_people: Vec<_> = held.iter().filter(|(name, _)| named(name).is_some()).collect();
        if of_people.is_empty() {
            return Ok(Labels::new());
        }
        Ok(self.names(&self.store.snapshot()?)?.of_held(of_people))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_of_agents_and_teams_have_names_and_no_others() {
        let check =
            |column: &str, kind: FieldType, wanted: bool| assert_eq!(has_names(column, kind), wanted, "{column}");
        check("agent", FieldType::Text, true);
        check("agent_first_reply", FieldType::Text, true);
        check("team_solved", FieldType::Text, true);
        check("agent_replies", FieldType::Integer, false);
        check("agents", FieldType::Text, false);
        check("channel", FieldType::Text, false);
        check("attr.team", FieldType::Text, false);
    }

    #[test]
    fn a_name_that_is_the_id_is_none_beside_it() {
        let pair = |id: &str, name: &str| (id.to_owned(), name.to_owned());
        let teams = BTreeMap::from([pair("Billing", "Billing"), pair("t1", "Returns")]);
        let names = Names { agents: BTreeMap::from([pair("t1", "Ann Lee")]), teams };
        assert_eq!(names.of("team_solved", "Billing"), None);
        assert_eq!(names.of("team", "t1"), Some("Returns"));
        assert_eq!(names.of("agent", "t1"), Some("Ann Lee"));
        assert_eq!(names.of("queue", "t1"), None);
        assert_eq!((names.read("team", "t1"), names.read("team", "t2")), ("Returns (t1)".to_owned(), "t2".to_owned()));
        assert_eq!((names.read_any("t1"), names.read_any("t2")), ("Ann Lee (t1)".to_owned(), "t2".to_owned()));
        assert_eq!(names.labels("team", ["Billing", "t1", "t2"]), BTreeMap::from([pair("t1", "Returns")]));
    }
}
