//! The two clocks a length of time is measured on: the calendar and the business hours of a schedule.

use std::collections::HashMap;

use super::links::elapsed;
use super::{Warning, Warnings};
use crate::calendar::{Calendars, Schedule};
use crate::{Instant, Millis, RecordKind};

/// The schedules in use in one fold.
pub(super) struct Clocks<'a> {
    calendars: &'a Calendars,
    by_name: HashMap<&'a str, Option<&'a Schedule>>,
}

impl<'a> Clocks<'a> {
    pub fn new(calendars: &'a Calendars) -> Self {
        Clocks { calendars, by_name: HashMap::new() }
    }

    /// The schedule called `name`, of a record of kind `of`; the default where none is named, or one that is unknown,
    /// which is counted.
    pub fn schedule(&mut self, name: Option<&'a str>, of: RecordKind, warnings: &mut Warnings) -> &'a Schedule {
        let Some(name) = name else { return self.calendars.default() };
        let known = *self.by_name.entry(name).or_insert_with(|| self.calendars.get(name).map(AsRef::as_ref));
        known.unwrap_or_else(|| {
            warnings.note_value(Warning::UnknownSchedule, (of, "schedule"), name.to_owned());
            self.calendars.default()
        })
    }
}

/// Calendar time from `from` to `to`; empty while `to` is, and where it is earlier.
pub(super) fn calendar_time(from: Instant, to: Option<Instant>) -> Option<Millis> {
    elapsed(from, to?)
}

/// Business time from `from` to `to` under `schedule`; empty where the calendar time is.
pub(super) fn business_time(schedule: &Schedule, from: Instant, to: Option<Instant>) -> Option<Millis> {
    let to = to?;
    elapsed(from, to).map(|_| schedule.business_between(from, to))
}
