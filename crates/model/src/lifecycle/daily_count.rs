//! Counts of days, carried over as they are. Where a part is more than its whole on a day, that is noted: one of the two is
//! wrong, or what is counted at its end began on the day before.

use std::collections::BTreeMap;

use arrow::record_batch::RecordBatch;
use jiff::civil::Date;

use super::column::{Integers, Numbers, Row, Text, Times};
use super::plain::Plain;
use super::table::Table;
use super::{Example, FoldError, Ground, Note, Noted, Subject, Warning};
use crate::{FactTable, RecordKind, number};

/// Measures of which the first is a part of the second.
const PARTS: [(&str, &str); 5] = [
    ("answered", "offered"),
    ("answered_in_target", "answered"),
    ("answered_in_target", "offered"),
    ("abandoned", "offered"),
    ("abandoned_short", "abandoned"),
];

/// What is counted of one thing: a day, and of it what each column says.
type Slice<'a> = (Date, [Option<&'a str>; 5]);

/// What a measure of a slice adds up to, and the last record of it.
#[derive(Clone, Copy)]
struct Counted {
    total: i128,
    last: Row,
}

/// The table `daily_count`.
pub(super) fn fold(ground: &Ground, noted: &mut Noted) -> Result<(FactTable, RecordBatch), FoldError> {
    let table = FactTable::DailyCount;
    let (records, newest) = ground.newest(RecordKind::DailyCount, noted)?;
    let day: Times = records.column("day")?;
    let plain = Plain::read(table, records, &newest, ground.directory, |row| day.required(row))?;

    let (measure, value): (Text, Numbers) = (records.column("measure")?, records.column("value")?);
    let [channel, queue, team, language]: [Text; 4] =
        [records.column("channel")?, records.column("queue")?, records.column("team")?, records.column("language")?];
    let mut slices: BTreeMap<Slice, BTreeMap<&str, Counted>> = BTreeMap::new();
    for row in plain.rows.iter().copied() {
        let system = Some(plain.keys.system.required(row));
        let of = [system, channel.get(row), queue.get(row), team.get(row), language.get(row)];
        let measures = slices.entry((ground.organisation.date_of(day.required(row)), of)).or_default();
        let counted = measures.entry(measure.required(row)).or_insert(Counted { total: 0, last: row });
        *counted = Counted { total: counted.total + value.get(row).unwrap_or_default(), last: row };
    }
    let (delivery, line): (Integers, Integers) = (records.column("delivery")?, records.column("line")?);
    for ((date, _), measures) in &slices {
        let above = |(part, whole): &(&'static str, &'static str)| {
            let (counted, all) = (measures.get(part)?, measures.get(whole)?);
            (counted.total > all.total).then_some((*part, *counted, *whole, *all))
        };
        // one note a day, whatever else is more than it can be
        let Some((part, counted, whole, all)) = PARTS.iter().find_map(above) else { continue };
        let said = format!("{date}: {part} {} of {whole} {}", number(counted.total), number(all.total));
        let place = Some((delivery.required(counted.last), line.required(counted.last)));
        let subject =
            Subject { warning: Warning::PartAboveWhole, kind: Some(RecordKind::DailyCount), field: Some("value") };
        noted.warnings.put(subject, Note { count: 1, example: Some(Example { said, place }) });
    }
    Ok((table, plain.finish(Table::new(table, plain.rows.len()), ground.directory, ground.attributes)?))
}
