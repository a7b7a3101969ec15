//! Staff: employment, absence, working days, states, employee surveys. Bots are no staff: what is said of them makes
//! no fact here.

use arrow::record_batch::RecordBatch;

use super::clock::calendar_time;
use super::column::{Integers, Records, Row, Text, Times};
use super::plain::Plain;
use super::revisions::Newest;
use super::table::Table;
use super::{FoldError, Ground, Noted, Warning, employee_answer, employment};
use crate::{FactTable, Instant, RecordKind};

/// The tables of this subject.
pub(super) fn fold(ground: &Ground, noted: &mut Noted) -> Result<Vec<(FactTable, RecordBatch)>, FoldError> {
    Ok(vec![
        employment::fold(ground, noted)?,
        absences(ground, noted)?,
        days(ground, noted)?,
        states(ground, noted)?,
        employee_answer::fold(ground, noted)?,
    ])
}

/// The newest records of a kind that name an agent who is a person.
pub(super) struct Staff<'a> {
    pub plain: Plain<'a>,
    /// System and agent, by place in the rows.
    pub people: Vec<(&'a str, &'a str)>,
}

impl<'a> Staff<'a> {
    /// Reads them as [`Plain::read`] does, without those of bots, which are counted.
    pub fn read(
        table: FactTable,
        records: Records<'a>,
        newest: &Newest,
        ground: &Ground<'_, 'a>,
        noted: &mut Noted,
        at: impl Fn(Row) -> Instant,
    ) -> Result<Self, FoldError> {
        let mut plain = Plain::read(table, records, newest, ground.directory, at)?;
        let (system, agent): (Text, Text) = (records.column("agent_system")?, records.column("agent")?);
        let mut people = Vec::with_capacity(plain.rows.len());
        let mut kept = Vec::with_capacity(plain.rows.len());
        for row in &plain.rows {
            let system = system.get(*row).unwrap_or(plain.keys.system.required(*row));
            let agent = agent.required(*row);
            let is_person = !ground.directory.is_bot(system, agent);
            kept.push(is_person);
            if is_person {
                people.push((system, agent));
            } else {
                noted.warnings.note_of(Warning::BotAmongStaff, records.kind);
            }
        }
        plain.keep(&kept);
        Ok(Staff { plain, people })
    }

    /// Fills in the team: the one that is stated, else that of the person at the time.
    fn put_teams(
        &self,
        table: &mut Table,
        ground: &Ground<'_, 'a>,
        at: impl Fn(Row) -> Instant,
    ) -> Result<(), FoldError> {
        let stated: Text = self.plain.records.column("team")?;
        let team = |(row, (system, agent)): (&Row, &(&'a str, &'a str))| {
            stated.get(*row).or_else(|| ground.directory.team_at(system, agent, Some(at(*row))))
        };
        table.text("team", self.plain.rows.iter().zip(&self.people).map(team))
    }
}

fn absences(ground: &Ground, noted: &mut Noted) -> Result<(FactTable, RecordBatch), FoldError> {
    let (records, newest) = ground.newest(RecordKind::Absence, noted)?;
    let started_at: Times = records.column("started_at")?;
    let at = |row| started_at.required(row);
    let staff = Staff::read(FactTable::Absence, records, &newest, ground, noted, at)?;
    let rows = &staff.plain.rows;
    let time: Integers = records.column("time")?;
    noted.warnings.add_of(Warning::EndBeforeStart, RecordKind::Absence, negative(&time, rows));
    let is_planned: super::column::Booleans = records.column("is_planned")?;
    let mut table = Table::new(FactTable::Absence, rows.len());
    table.booleans("is_planned", rows.iter().map(|row| Some(is_planned.get(*row).unwrap_or(false))));
    staff.put_teams(&mut table, ground, at)?;
    Ok((FactTable::Absence, staff.plain.finish(table, ground.directory, ground.attributes)?))
}

fn days(ground: &Ground, noted: &mut Noted) -> Result<(FactTable, RecordBatch), FoldError> {
    let (records, newest) = ground.newest(RecordKind::WorkDay, noted)?;
    let day: Times = records.column("day")?;
    let at = |row| day.required(row);
    let staff = Staff::read(FactTable::WorkDay, records, &newest, ground, noted, at)?;
    let rows = &staff.plain.rows;
    let mut table = Table::new(FactTable::WorkDay, rows.len());
    for name in ["scheduled", "paid"] {
        let column: Integers = records.column(name)?;
        noted.warnings.add_of(Warning::EndBeforeStart, RecordKind::WorkDay, negative(&column, rows));
        table.lengths(name, rows.iter().map(|row| column.length(*row).filter(|length| length.get() >= 0)));
    }
    staff.put_teams(&mut table, ground, at)?;
    Ok((FactTable::WorkDay, staff.plain.finish(table, ground.directory, ground.attributes)?))
}

fn states(ground: &Ground, noted: &mut Noted) -> Result<(FactTable, RecordBatch), FoldError> {
    let (records, newest) = ground.newest(RecordKind::AgentState, noted)?;
    let (started_at, ended_at): (Times, Times) = (records.column("started_at")?, records.column("ended_at")?);
    let state: Text = records.column("state")?;
    let at = |row| started_at.required(row);
    let staff = Staff::read(FactTable::AgentState, records, &newest, ground, noted, at)?;
    let rows = &staff.plain.rows;
    let length = |row: &Row| calendar_time(started_at.required(*row), ended_at.time(*row));
    let known = RecordKind::AgentState.words("state").unwrap_or_default();
    for row in rows {
        if length(row).is_none() {
            noted.warnings.note_of(Warning::EndBeforeStart, RecordKind::AgentState);
        }
        // kept as it is: no metric counts a state it does not know
        if !known.contains(&state.required(*row)) {
            let field = (RecordKind::AgentState, "state");
            noted.warnings.note_value(Warning::UnknownValue, field, state.required(*row).to_owned());
        }
    }
    let mut table = Table::new(FactTable::AgentState, rows.len());
    table.lengths("time", rows.iter().map(length));
    staff.put_teams(&mut table, ground, at)?;
    Ok((FactTable::AgentState, staff.plain.finish(table, ground.directory, ground.attributes)?))
}

/// Lengths of time below zero.
fn negative(lengths: &Integers, rows: &[Row]) -> u64 {
    rows.iter().filter(|row| lengths.length(**row).is_some_and(|length| length.get() < 0)).count() as u64
}
