//! What a record must hold beyond being readable: closed vocabularies, ids, ranges, scales, an order of times that can be.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{Decimal128Type, Int64Type, TimestampMicrosecondType};
use model::{FieldType, Instant, Range, RecordKind};

use super::field::Fault;
use super::value::{Bound, shown};

/// Longest id, in bytes.
const ID_MAX: usize = 1000;

/// How far in the future a time may lie before it is a mistake: clocks and zones differ, but not by more.
const AHEAD_MICROS: i64 = 86_400_000_000;

/// Whether a time is of something that has happened, and not of what is due or agreed.
pub(super) fn tells_progress(kind: RecordKind, field: &str) -> bool {
    !matches!(
        (kind, field),
        (RecordKind::SlaTarget | RecordKind::Complaint, "due_at")
            | (RecordKind::Cost, "period_end")
            | (RecordKind::Employment, "ended_at")
            | (RecordKind::Allocation, _)
    )
}

/// Whether a time may lie ahead, and tells that it has happened where it does not: an employment may be agreed to end, and
/// a month's costs are known before the month is over.
pub(super) fn tells_when_past(kind: RecordKind, field: &str) -> bool {
    matches!((kind, field), (RecordKind::Employment, "ended_at") | (RecordKind::Cost, "period_end"))
}

/// Which end of a period a time is.
pub(super) fn bound(kind: RecordKind, field: &str) -> Option<Bound> {
    match (kind, field) {
        (RecordKind::Cost, "period_start")
        | (RecordKind::Allocation, "valid_from")
        // a price holds from then on
        | (RecordKind::ExchangeRate, "at") => Some(Bound::Start),
        (RecordKind::Cost, "period_end") | (RecordKind::Allocation, "valid_to") => Some(Bound::End),
        _ => None,
    }
}

/// Times whose order is unusual but can be: a ticket may be solved without a reply and replied to afterwards.
fn unusual_orders(kind: RecordKind) -> &'static [(&'static str, &'static str)] {
    match kind {
        RecordKind::Ticket => &[("solved_at", "first_reply_at"), ("closed_at", "solved_at")],
        _ => &[],
    }
}

/// What the checks found.
#[derive(Default)]
pub(super) struct Findings {
    /// Field and fault.
    pub faults: Vec<(&'static str, Fault)>,
    /// Later time, earlier time and row, where the order is unusual.
    pub unusual: Vec<(&'static str, &'static str, usize)>,
}

/// Checks the fields of records of `kind`, given by name as arrays of their Arrow types.
pub(super) fn check<'a>(kind: RecordKind, now: Instant, array: &dyn Fn(&str) -> Option<&'a ArrayRef>) -> Findings {
    let mut findings = Findings::default();
    let fields = kind.fields().iter().map(|field| (field.name, field.kind, field.range));
    for (name, field_kind, range) in std::iter::once(("id", FieldType::Text, None)).chain(fields) {
        let Some(values) = array(name) else { continue };
        match field_kind {
            FieldType::Text => {
                if let Some(words) = kind.words(name) {
                    findings.words(name, values, words);
                }
                if name == "id" || name.ends_with("_id") {
                    findings.ids(name, values);
                }
            }
            FieldType::Time if tells_progress(kind, name) => findings.future(name, values, now),
            _ => {}
        }
        if let Some(range) = range {
            findings.range(name, values, range);
        }
    }
    for (later, earlier) in kind.orders() {
        findings.order(later, earlier, array);
    }
    for (later, earlier) in unusual_orders(kind) {
        if let (Some(a), Some(b)) = (array(later), array(earlier)) {
            findings.unusual.extend(reversed(a, b).map(|(row, ..)| (*later, *earlier, row)));
        }
    }
    match kind {
        RecordKind::Event => findings.status_events(array),
        RecordKind::SurveyAnswer | RecordKind::EmployeeAnswer => findings.scale(array),
        _ => {}
    }
    findings
}

impl Findings {
    fn fault(&mut self, field: &'static str, row: usize, code: &'static str, reason: String) {
        self.faults.push((field, Fault { row, code, reason: format!("{field}: {reason}") }));
    }

    fn words(&mut self, field: &'static str, values: &ArrayRef, words: &[&str]) {
        for (row, value) in values.as_string::<i32>().iter().enumerate() {
            if let Some(value) = value.filter(|value| !words.contains(value)) {
                self.fault(field, row, "unknown_value", format!("{} is none of {}", shown(value), words.join(", ")));
            }
        }
    }

    fn ids(&mut self, field: &'static str, values: &ArrayRef) {
        for (row, value) in values.as_string::<i32>().iter().enumerate() {
            if let Some(value) = value.filter(|value| value.len() > ID_MAX) {
                self.fault(
                    field,
                    row,
                    "id_too_long",
                    format!("an id of {} bytes; at most {ID_MAX} are valid", value.len()),
                );
            }
        }
    }

    fn future(&mut self, field: &'static str, values: &ArrayRef, now: Instant) {
        let limit = now.micros().saturating_add(AHEAD_MICROS);
        for (row, value) in values.as_primitive::<TimestampMicrosecondType>().iter().enumerate() {
            if let Some(value) = value.filter(|value| *value > limit) {
                let at = Instant::from_micros(value);
                self.fault(field, row, "future_time", format!("{at} lies more than a day after {now}"));
            }
        }
    }

    fn order<'a>(&mut self, later: &'static str, earlier: &'static str, array: &dyn Fn(&str) -> Option<&'a ArrayRef>) {
        let (Some(a), Some(b)) = (array(later), array(earlier)) else { return };
        for (row, a, b) in reversed(a, b) {
            let reason = format!("{} lies before {earlier}, {}", Instant::from_micros(a), Instant::from_micros(b));
            self.fault(later, row, "impossible_times", reason);
        }
    }

    /// A change of status says what the status became.
    fn status_events<'a>(&mut self, array: &dyn Fn(&str) -> Option<&'a ArrayRef>) {
        let statuses = RecordKind::Ticket.words("status").unwrap_or_default();
        let Some(kinds) = array("kind") else { return };
        let after = array("to").map(|after| after.as_string::<i32>());
        for (row, kind) in kinds.as_string::<i32>().iter().enumerate() {
            if kind != Some("status") {
                continue;
            }
            let after = after.filter(|after| after.is_valid(row)).map(|after| after.value(row));
            match after {
                None => self.fault("to", row, "missing_field", "a status event has the status it leads to".to_owned()),
                Some(after) if !statuses.contains(&after) => {
                    self.fault(
                        "to",
                        row,
                        "unknown_value",
                        format!("{} is none of {}", shown(after), statuses.join(", ")),
                    );
                }
                Some(_) => {}
            }
        }
    }

    fn range(&mut self, field: &'static str, values: &ArrayRef, range: Range) {
        let wholes = values.as_primitive_opt::<Int64Type>().into_iter().flatten();
        let wholes = wholes.map(|whole| Some(i128::from(whole?) * 10_000));
        let numbers = wholes.chain(values.as_primitive_opt::<Decimal128Type>().into_iter().flatten());
        for (row, number) in numbers.enumerate() {
            if let Some(number) = number.filter(|number| !range.holds(*number)) {
                self.fault(field, row, "out_of_scale", format!("{} is not {range}", model::number(number)));
            }
        }
    }

    fn scale<'a>(&mut self, array: &dyn Fn(&str) -> Option<&'a ArrayRef>) {
        let (Some(low), Some(high), Some(values)) = (array("scale_min"), array("scale_max"), array("value")) else {
            return;
        };
        let (low, high) = (low.as_primitive::<Int64Type>(), high.as_primitive::<Int64Type>());
        let values = values.as_primitive::<Decimal128Type>();
        for (row, ((low, high), value)) in low.iter().zip(high).zip(values).enumerate() {
            let (Some(low), Some(high)) = (low, high) else { continue };
            if low >= high {
                self.fault("scale_max", row, "bad_scale", format!("a scale from {low} to {high}"));
                continue;
            }
            let Some(value) = value else { continue };
            if value < i128::from(low) * 10_000 || value > i128::from(high) * 10_000 {
                let value = catalogue::expression::show(&catalogue::expression::Value::Number(value));
                self.fault("value", row, "out_of_scale", format!("{value} is not within {low} to {high}"));
            }
        }
    }
}

/// Rows where `later` lies before `earlier`.
fn reversed<'a>(later: &'a ArrayRef, earlier: &'a ArrayRef) -> impl Iterator<Item = (usize, i64, i64)> + 'a {
    let later = later.as_primitive::<TimestampMicrosecondType>().iter();
    let earlier = earlier.as_primitive::<TimestampMicrosecondType>().iter();
    later.zip(earlier).enumerate().filter_map(|(row, (later, earlier))| {
        let (later, earlier) = (later?, earlier?);
        (later < earlier).then_some((row, later, earlier))
    })
}
