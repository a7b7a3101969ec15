//! Employment: who belonged to which team when, and its table. Few enough to be read as a whole.
//!
//! The team of somebody at a time is that of the stretch of employment which then went on, the one begun last where
//! several did; so what was done before a move stays with the team it was done in. Where no stretch says a team the
//! directory's present one counts.
//!
//! A stretch that ended and says no reason was a move where another stretch of the same person begins at that instant,
//! which carries on the first day with the organisation, too, or goes on after it; otherwise the person left, for a reason
//! that is not known. Two stretches of one person at once are two heads, of which is warned.

use std::collections::HashMap;

use arrow::record_batch::RecordBatch;

use super::clock::calendar_time;
use super::column::{Records, Row, Text, Times};
use super::people::Staff;
use super::revisions::newest;
use super::table::Table;
use super::{FoldError, Ground, Noted, Warning, words};
use crate::{FactTable, Instant, RecordKind};

/// The stretches of everybody's employment: 48 bytes each and the names of their teams.
#[derive(Debug, Default)]
pub struct Employments {
    /// System of the agent, agent, stretches by their start.
    of: HashMap<String, HashMap<String, Vec<Stretch>>>,
}

#[derive(Debug)]
struct Stretch {
    from: Instant,
    to: Option<Instant>,
    team: String,
}

impl Employments {
    /// Of these records: all revisions, in any order.
    ///
    /// # Errors
    /// When a column is missing or of another type, or there are 2³² rows.
    pub fn new(batches: &[RecordBatch]) -> Result<Self, FoldError> {
        let records = Records { kind: RecordKind::Employment, batches };
        let (newest, _) = newest(&records)?;
        let columns = Columns::open(&records)?;
        let mut of: HashMap<String, HashMap<String, Vec<Stretch>>> = HashMap::new();
        for row in newest.rows() {
            let Some(team) = columns.team.get(row) else { continue };
            let (system, agent) = columns.person(row);
            let (from, to) = (columns.started_at.required(row), columns.ended_at.time(row));
            if to.is_some_and(|to| to <= from) {
                continue;
            }
            let stretch = Stretch { from, to, team: team.to_owned() };
            of.entry(system.to_owned()).or_default().entry(agent.to_owned()).or_default().push(stretch);
        }
        for stretches in of.values_mut().flat_map(HashMap::values_mut) {
            stretches.sort_by(|left, right| (left.from, &left.team).cmp(&(right.from, &right.team)));
        }
        Ok(Employments { of })
    }

    /// The team of an agent at a time; at none, of the employment that goes on.
    pub(super) fn team_at(&self, system: &str, agent: &str, at: Option<Instant>) -> Option<&str> {
        let goes_on = |stretch: &&Stretch| match at {
            Some(at) => stretch.from <= at && stretch.to.is_none_or(|to| at < to),
            None => stretch.to.is_none(),
        };
        self.of.get(system)?.get(agent)?.iter().rfind(goes_on).map(|stretch| stretch.team.as_str())
    }
}

struct Columns<'a> {
    system: Text<'a>,
    agent_system: Text<'a>,
    agent: Text<'a>,
    team: Text<'a>,
    contract: Text<'a>,
    started_at: Times<'a>,
    ended_at: Times<'a>,
    hired_at: Times<'a>,
    end_reason: Text<'a>,
}

impl<'a> Columns<'a> {
    fn open(records: &Records<'a>) -> Result<Self, FoldError> {
        Ok(Columns {
            system: records.column("system")?,
            agent_system: records.column("agent_system")?,
            agent: records.column("agent")?,
            team: records.column("team")?,
            contract: records.column("contract")?,
            started_at: records.column("started_at")?,
            ended_at: records.column("ended_at")?,
            hired_at: records.column("hired_at")?,
            end_reason: records.column("end_reason")?,
        })
    }

    fn person(&self, row: Row) -> (&'a str, &'a str) {
        (self.agent_system.get(row).unwrap_or(self.system.required(row)), self.agent.required(row))
    }
}

/// From its first instant to the one after its last; open while it goes on.
type Span = (Instant, Option<Instant>);

/// What a stretch folds to, beside what its record says as it is.
#[derive(Clone, Copy)]
struct Found {
    hired_at: Instant,
    end_reason: Option<&'static str>,
}

/// The table of employment.
pub(super) fn fold(ground: &Ground, noted: &mut Noted) -> Result<(FactTable, RecordBatch), FoldError> {
    let (records, newest) = ground.newest(RecordKind::Employment, noted)?;
    let columns = Columns::open(&records)?;
    let staff =
        Staff::read(FactTable::Employment, records, &newest, ground, noted, |row| columns.started_at.required(row))?;
    let rows = &staff.plain.rows;
    let mut found = Vec::with_capacity(rows.len());
    // by the start, so a stretch comes after the one it carries on
    let mut before: HashMap<(&str, &str), (Instant, Instant)> = HashMap::new();
    // of each person, by the start
    let mut stretches: HashMap<(&str, &str), Vec<Span>> = HashMap::new();
    for row in rows {
        let stretch = (columns.started_at.required(*row), columns.ended_at.time(*row));
        stretches.entry(columns.person(*row)).or_default().push(stretch);
    }
    noted.warnings.add(Warning::EmployedTwice, stretches.values().map(|of| doubled(of)).sum());
    for row in rows {
        let person = columns.person(*row);
        let started_at = columns.started_at.required(*row);
        let ended_at = columns.ended_at.time(*row);
        if ended_at.is_some_and(|ended_at| ended_at < started_at) {
            noted.warnings.note_of(Warning::EndBeforeStart, RecordKind::Employment);
        }
        let carried_on = before.get(&person).filter(|(ended_at, _)| carries_on(ground, *ended_at, started_at));
        let carried_on = carried_on.map(|(_, hired_at)| *hired_at);
        let hired_at = columns.hired_at.time(*row).or(carried_on).unwrap_or(started_at);
        if let Some(ended_at) = ended_at.filter(|ended_at| *ended_at > started_at) {
            before.insert(person, (ended_at, hired_at));
        }
        let stated = words::read(
            columns.end_reason.get(*row),
            end_reason,
            (RecordKind::Employment, "end_reason"),
            noted.warnings,
        );
        let end_reason = ended_at.map(|ended_at| {
            let stays = |(begun, until): &Span| {
                let goes_on = *begun < ended_at && until.is_none_or(|until| until > ended_at);
                goes_on || carries_on(ground, ended_at, *begun)
            };
            let follows = || ended_at >= started_at && stretches.get(&person).is_some_and(|of| of.iter().any(stays));
            stated.unwrap_or_else(|| if follows() { "moved" } else { "other" })
        });
        found.push(Found { hired_at, end_reason });
    }
    let mut table = Table::new(FactTable::Employment, rows.len());
    let contracts: Vec<&str> = rows
        .iter()
        .map(|row| {
            words::read(columns.contract.get(*row), contract, (RecordKind::Employment, "contract"), noted.warnings)
                .unwrap_or("permanent")
        })
        .collect();
    table.text("contract", contracts.into_iter().map(Some))?;
    table.times("hired_at", found.iter().map(|found| Some(found.hired_at)));
    table.text("end_reason", found.iter().map(|found| found.end_reason))?;
    let tenure = |(row, found): (&Row, &Found)| calendar_time(found.hired_at, columns.ended_at.time(*row));
    table.lengths("tenure", rows.iter().zip(&found).map(tenure));
    Ok((FactTable::Employment, staff.plain.finish(table, ground.directory, ground.attributes)?))
}

/// How many of one person's stretches, which are in order of their start, begin while another goes on.
fn doubled(stretches: &[Span]) -> u64 {
    let mut reached = Some(Instant::from_micros(i64::MIN));
    let mut doubled = 0;
    for (begun, until) in stretches.iter().filter(|(begun, until)| until.is_none_or(|until| until > *begun)) {
        doubled += u64::from(reached.is_none_or(|reached| *begun < reached));
        reached = reached.zip(*until).map(|(reached, until)| reached.max(until));
    }
    doubled
}

/// Whether a stretch that began then carries on one that ended: at once, or by the end of the next day, as many say the last
/// day of work where the first instant after it is meant.
fn carries_on(ground: &Ground, ended_at: Instant, started_at: Instant) -> bool {
    let day = |at| ground.organisation.date_of(at);
    ended_at <= started_at && day(ended_at).tomorrow().is_ok_and(|next| day(started_at) <= next)
}

fn end_reason(word: &str) -> Option<&'static str> {
    ["voluntary", "involuntary", "retired", "moved", "other"].into_iter().find(|known| *known == word)
}

fn contract(word: &str) -> Option<&'static str> {
    ["permanent", "temporary"].into_iter().find(|known| *known == word)
}
