//! Who was in charge of a ticket when.
//!
//! The columns `team` and `agent` of any event put somebody in charge from then on. An event of kind `assign` without
//! either says it with `from` and `to`: an id that only a team has, or that is the team in charge, is a team, any other
//! an agent; an empty `to` takes the ticket away from `from`. Team and agent are known separately, an empty cell
//! changes nothing, and where only an agent is known employment then, or else the directory, says the team.
//!
//! Before the first change of the team (or agent) the one named in its `from` was in charge, or, where nobody was, the
//! first to be put in charge: a ticket that waits unassigned belongs to who gets it. Without any change it is the
//! one the ticket's own record states. Where events and record contradict each other the events count.

use super::directory::DirectoryColumns;
use super::event::{Event, EventColumns};
use super::words::EventKind;
use crate::Instant;

/// Team and agent in charge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Charge<'a> {
    pub team: Option<&'a str>,
    pub agent: Option<&'a str>,
}

impl<'a> Charge<'a> {
    /// With the agent's team at that time, at none the one now, where no team is known.
    pub fn with_team(self, directory: &DirectoryColumns<'a>, agent_system: &str, at: Option<Instant>) -> Self {
        let team = self.team.or_else(|| directory.team_at(agent_system, self.agent?, at));
        Charge { team, ..self }
    }
}

/// Who was in charge of one ticket, by time.
#[derive(Debug, Default)]
pub(super) struct Timeline<'a> {
    team: Track<'a>,
    agent: Track<'a>,
}

impl<'a> Timeline<'a> {
    /// Reads the timeline of a ticket whose record states `stated`, in place of the one before.
    pub fn read(
        &mut self,
        stated: Charge<'a>,
        events: &[Event],
        columns: &EventColumns<'a>,
        directory: &DirectoryColumns<'a>,
        agent_system: &str,
    ) {
        self.team.begin(stated.team);
        self.agent.begin(stated.agent);
        for (index, event) in events.iter().enumerate() {
            let (team, agent) = (columns.team.get(event.row), columns.agent.get(event.row));
            let (from, to) = match event.kind {
                Some(EventKind::Assign) => (columns.from.get(event.row), columns.to.get(event.row)),
                _ => (None, None),
            };
            let is_team = |id: &str| self.team.now() == Some(id) || directory.is_only_team(agent_system, id);
            // Which of the two `from` and `to` speak of: the one that alone is said to change, else what they name.
            let of_team = match (team, agent) {
                (Some(_), None) => true,
                (None, Some(_)) => false,
                (None, None) | (Some(_), Some(_)) => from.is_some_and(is_team) || to.is_some_and(is_team),
            };
            let at = (event.at, index);
            if team.is_some() {
                self.team.change(at, from.filter(|_| of_team), team);
            }
            if agent.is_some() {
                self.agent.change(at, from.filter(|_| !of_team), agent);
            }
            if team.is_none() && agent.is_none() && (from.is_some() || to.is_some()) {
                let track = if of_team { &mut self.team } else { &mut self.agent };
                track.change(at, from, to);
            }
        }
    }

    /// In charge once everything up to and at `at` had happened: the events of one instant are one update.
    pub fn at(&self, at: Instant) -> Charge<'a> {
        Charge { team: self.team.until(|step| step.at <= at), agent: self.agent.until(|step| step.at <= at) }
    }

    /// In charge once the ticket's events up to and with the one of this index had happened.
    pub fn by(&self, index: usize) -> Charge<'a> {
        Charge {
            team: self.team.until(|step| step.index <= index),
            agent: self.agent.until(|step| step.index <= index),
        }
    }

    /// In charge after the last event.
    pub fn now(&self) -> Charge<'a> {
        Charge { team: self.team.now(), agent: self.agent.now() }
    }
}

/// What was known of one of the two over time.
#[derive(Debug, Default)]
struct Track<'a> {
    initial: Option<&'a str>,
    steps: Vec<Step<'a>>,
}

#[derive(Clone, Copy, Debug)]
struct Step<'a> {
    at: Instant,
    /// Index among the ticket's events.
    index: usize,
    value: Option<&'a str>,
}

impl<'a> Track<'a> {
    fn begin(&mut self, stated: Option<&'a str>) {
        self.initial = stated;
        self.steps.clear();
    }

    fn change(&mut self, (at, index): (Instant, usize), before: Option<&'a str>, value: Option<&'a str>) {
        if self.steps.is_empty() {
            self.initial = before.or(value);
        }
        self.steps.push(Step { at, index, value });
    }

    fn until(&self, reached: impl Fn(&Step) -> bool) -> Option<&'a str> {
        let count = self.steps.partition_point(reached);
        count.checked_sub(1).map_or(self.initial, |last| self.steps[last].value)
    }

    fn now(&self) -> Option<&'a str> {
        self.until(|_| true)
    }
}
