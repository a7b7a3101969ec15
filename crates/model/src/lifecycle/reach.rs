//! What surrounds a contact: sessions, surveys offered, counts of days.

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::TimestampMicrosecondType;

use super::column::{Part, Row, Text, TextPart, Times};
use super::links::{Link, Role, key_hash, tie, word_hash};
use super::plain::Plain;
use super::table::Table;
use super::{FoldError, Ground, Noted, daily_count, survey_offer};
use crate::{FactTable, Instant, RecordKind};

/// The tables of this subject, and the links of sessions.
pub(super) fn fold(
    ground: &Ground,
    noted: &mut Noted,
) -> Result<(Vec<(FactTable, RecordBatch)>, Vec<Link>), FoldError> {
    let (sessions, links) = sessions(ground, noted)?;
    let tables = vec![
        (FactTable::Session, sessions),
        (FactTable::SurveyOffer, survey_offer::fold(ground, noted)?),
        daily_count::fold(ground, noted)?,
    ];
    Ok((tables, links))
}

/// Sessions; one that does not say when it ended is over when it begins. Those of a known customer that are no test are
/// neighbours of the customer's contacts: whoever comes while one goes on comes after it began. One that names a contact
/// and does not say how it came out was handed off to that.
fn sessions(ground: &Ground, noted: &mut Noted) -> Result<(RecordBatch, Vec<Link>), FoldError> {
    let (records, newest) = ground.newest(RecordKind::Session, noted)?;
    let (started_at, ended_at): (Times, Times) = (records.column("started_at")?, records.column("ended_at")?);
    let at = |row| ended_at.time(row).unwrap_or(started_at.required(row));
    let plain = Plain::read(FactTable::Session, records, &newest, ground.directory, at)?;
    let (issue, channel): (Text, Text) = (records.column("issue")?, records.column("channel")?);
    let (outcome, contact_id): (Text, Text) = (records.column("outcome")?, records.column("contact_id")?);
    let link = |(number, row): (usize, &_)| {
        let customer = plain.customers[number].filter(|_| !plain.is_test(number))?;
        Some(Link {
            customer: key_hash((customer.system, customer.id)),
            issue: word_hash(issue.get(*row)),
            channel: (word_hash(channel.get(*row)) >> 32) as u32,
            tie: tie(plain.keys.at(*row)),
            at: started_at.required(*row).min(at(*row)),
            beside: at(*row),
            role: Role::Session,
            bucket: 0,
            // rows are fewer than 2³², as the search for the newest has checked
            row: number as u32,
        })
    };
    let links = plain.rows.iter().enumerate().filter_map(link).collect();
    let mut table = Table::new(FactTable::Session, plain.rows.len());
    table.times("ended_at", plain.rows.iter().map(|row| Some(at(*row))));
    let handed_off = |row: Row| contact_id.get(row).map(|_| "handed_off");
    table.text("outcome", plain.rows.iter().map(|row| outcome.get(*row).or_else(|| handed_off(*row))))?;
    Ok((plain.finish(table, ground.directory, ground.attributes)?, links))
}

/// When the customers of these subscriptions begin and cease to be subscribed, as links.
pub(super) fn subscription_marks(subscriptions: &RecordBatch) -> Vec<Link> {
    let text = |name: &str| subscriptions.column_by_name(name).and_then(TextPart::open);
    let times = |name: &str| {
        let column = subscriptions.column_by_name(name)?;
        column.as_primitive_opt::<TimestampMicrosecondType>()
    };
    let (Some(systems), Some(customers)) = (text("customer_system"), text("customer_id")) else { return Vec::new() };
    let tests = subscriptions.column_by_name("is_test").and_then(|column| column.as_boolean_opt());
    let mut marks = Vec::new();
    // a change neither begins nor ends anything
    let sides = [("started_at", "start_kind", Role::Started), ("ended_at", "end_kind", Role::Ended)];
    for (at, kind, role) in sides {
        let (Some(at), Some(kind)) = (times(at), text(kind)) else { continue };
        for row in 0..subscriptions.num_rows() {
            let is_test = tests.is_some_and(|tests| tests.is_valid(row) && tests.value(row));
            if is_test || at.is_null(row) || kind.get(row).is_none_or(|kind| kind == "change") {
                continue;
            }
            // a subscription without a customer marks nothing
            let (Some(system), Some(customer)) = (systems.get(row), customers.get(row)) else { continue };
            marks.push(Link {
                customer: key_hash((system, customer)),
                issue: 0,
                channel: 0,
                tie: 0,
                at: Instant::from_micros(at.value(row)),
                beside: Instant::from_micros(at.value(row)),
                role,
                bucket: 0,
                row: 0,
            });
        }
    }
    marks
}
