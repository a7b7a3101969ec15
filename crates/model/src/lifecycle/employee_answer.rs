//! Answers of staff to employee surveys. What a person answered to one instrument on one scale in one wave belongs
//! together: the items are numbered, counted and added up, so that an index of several items is one a person.
//!
//! All answers of a wave count at one time, that of its first answer: a wave is never split between two periods, from
//! whose difference the few who answered late could be told.

use std::collections::HashMap;

use arrow::record_batch::RecordBatch;

use super::column::{Integers, Numbers, Row, Text, Times};
use super::plain::Plain;
use super::table::Table;
use super::{FoldError, Ground, Noted, Warning};
use crate::{FactTable, Instant, RecordKind, number};

/// What a respondent answered to one instrument on one scale in one wave.
#[derive(Default)]
struct Person {
    items: i64,
    total: i128,
}

/// The table of employee answers.
pub(super) fn fold(ground: &Ground, noted: &mut Noted) -> Result<(FactTable, RecordBatch), FoldError> {
    let (records, newest) = ground.newest(RecordKind::EmployeeAnswer, noted)?;
    let answered_at: Times = records.column("answered_at")?;
    let (wave, instrument): (Text, Text) = (records.column("wave")?, records.column("instrument")?);
    let respondent: Text = records.column("respondent")?;
    let (scale_min, scale_max): (Integers, Integers) = (records.column("scale_min")?, records.column("scale_max")?);
    let value: Numbers = records.column("value")?;
    let plain =
        Plain::read(FactTable::EmployeeAnswer, records, &newest, ground.directory, |row| answered_at.required(row))?;
    let rows = &plain.rows;
    let respondent = |row: &Row| respondent.get(*row).unwrap_or(plain.keys.id.required(*row));
    let scale = |row: &Row| (scale_min.required(*row), scale_max.required(*row));
    let wave_of = |row: &Row| (plain.keys.system.required(*row), wave.required(*row), instrument.required(*row));
    let person_of = |row: &Row| (wave_of(row), respondent(row), scale(row));

    let mut people: HashMap<_, Person> = HashMap::new();
    let mut waves: HashMap<_, Instant> = HashMap::new();
    let mut numbers = Vec::with_capacity(rows.len());
    // in the order of their times
    for row in rows {
        let given = value.get(*row).unwrap_or_default();
        let (least, most) = scale(row);
        if given < i128::from(least) * 10_000 || given > i128::from(most) * 10_000 {
            let field = (RecordKind::EmployeeAnswer, "value");
            noted.warnings.note_value(Warning::UnknownValue, field, number(given));
        }
        let person = people.entry(person_of(row)).or_default();
        person.items += 1;
        person.total = person.total.saturating_add(given);
        numbers.push(person.items);
        waves.entry(wave_of(row)).or_insert_with(|| answered_at.required(*row));
    }
    let scales: Vec<String> = rows.iter().map(scale).map(|(least, most)| format!("{least}-{most}")).collect();
    let person = |row: &Row| people.get(&person_of(row));
    let mut table = Table::new(FactTable::EmployeeAnswer, rows.len());
    table.text("respondent", rows.iter().map(|row| Some(respondent(row))))?;
    table.text("scale", scales.iter().map(|scale| Some(scale.as_str())))?;
    table.times("wave_at", rows.iter().map(|row| waves.get(&wave_of(row)).copied()));
    table.integers("answer_number", numbers.into_iter().map(Some));
    table.integers("person_items", rows.iter().map(|row| person(row).map(|person| person.items)));
    table.numbers("person_total", rows.iter().map(|row| person(row).map(|person| person.total)));
    Ok((FactTable::EmployeeAnswer, plain.finish(table, ground.directory, ground.attributes)?))
}
