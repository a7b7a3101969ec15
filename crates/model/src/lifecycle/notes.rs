//! What a fold noted: how often something was odd, of which records, and an example of it.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::Warning;
use crate::RecordKind;

/// What a note is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subject {
    /// What is odd.
    pub warning: Warning,
    /// Kind of the records, where that is known.
    pub kind: Option<RecordKind>,
    /// Field of theirs, where it is one that is odd.
    pub field: Option<&'static str>,
}

/// How often it was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Note {
    /// Records concerned.
    pub count: u64,
    /// One of them, the same whatever the order of the records; none where there is nothing to show.
    pub example: Option<Example>,
}

/// One record that something is odd of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Example {
    /// What it says.
    pub said: String,
    /// Number of its delivery and line in the delivered file, where the note has kept them.
    pub place: Option<(i64, i64)>,
}

/// The days of which amounts in one currency have no exchange rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MissingRate {
    /// The earliest of them, in the reporting zone.
    pub first: Date,
    /// The latest.
    pub last: Date,
    /// Amounts concerned.
    pub amounts: u64,
}

impl MissingRate {
    /// One amount of one day.
    pub(super) fn of(day: Date) -> Self {
        MissingRate { first: day, last: day, amounts: 1 }
    }
}

/// How often each [`Warning`] occurred, and of what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Warnings {
    notes: BTreeMap<Subject, Note>,
    missing_rates: BTreeMap<String, MissingRate>,
}

impl Warnings {
    /// How often `warning` occurred.
    pub fn count(&self, warning: Warning) -> u64 {
        self.notes.iter().filter(|(subject, _)| subject.warning == warning).map(|(_, note)| note.count).sum()
    }

    /// The warnings that occurred, with how often.
    pub fn iter(&self) -> impl Iterator<Item = (Warning, u64)> {
        let mut counts: BTreeMap<Warning, u64> = BTreeMap::new();
        for (subject, note) in &self.notes {
            *counts.entry(subject.warning).or_default() += note.count;
        }
        counts.into_iter()
    }

    /// The same by what they are about.
    pub fn notes(&self) -> &BTreeMap<Subject, Note> {
        &self.notes
    }

    /// Adds the counts of `other`.
    pub fn extend(&mut self, other: &Warnings) {
        for (subject, note) in &other.notes {
            self.put(*subject, note.clone());
        }
        for (currency, missing) in &other.missing_rates {
            self.note_rate(currency, *missing);
        }
    }

    /// The currencies for which exchange rates are missing, with the days.
    pub fn missing_rates(&self) -> &BTreeMap<String, MissingRate> {
        &self.missing_rates
    }

    pub(super) fn miss_rate(&mut self, kind: RecordKind, currency: &str, missing: MissingRate) {
        self.add_of(Warning::MissingRate, kind, missing.amounts);
        self.note_rate(currency, missing);
    }

    fn note_rate(&mut self, currency: &str, missing: MissingRate) {
        let known = self.missing_rates.get_mut(currency);
        match known {
            Some(known) => {
                known.first = known.first.min(missing.first);
                known.last = known.last.max(missing.last);
                known.amounts += missing.amounts;
            }
            None => {
                self.missing_rates.insert(currency.to_owned(), missing);
            }
        }
    }

    /// Notes a warning that is of one kind of record only.
    pub(super) fn note(&mut self, warning: Warning) {
        self.add(warning, 1);
    }

    /// As [`note`](Self::note), `count` times.
    pub(super) fn add(&mut self, warning: Warning, count: u64) {
        self.put(Subject { warning, kind: warning.kind(), field: None }, Note { count, example: None });
    }

    /// Notes a warning of a record of `kind`.
    pub(super) fn note_of(&mut self, warning: Warning, kind: RecordKind) {
        self.add_of(warning, kind, 1);
    }

    /// As [`note_of`](Self::note_of), `count` times.
    pub(super) fn add_of(&mut self, warning: Warning, kind: RecordKind, count: u64) {
        self.put(Subject { warning, kind: Some(kind), field: None }, Note { count, example: None });
    }

    /// Notes a warning of what a field of a record says.
    pub(super) fn note_value(&mut self, warning: Warning, (kind, field): (RecordKind, &'static str), said: String) {
        let subject = Subject { warning, kind: Some(kind), field: Some(field) };
        self.put(subject, Note { count: 1, example: Some(Example { said, place: None }) });
    }

    /// Adds a note.
    pub(super) fn put(&mut self, subject: Subject, note: Note) {
        if note.count == 0 {
            return;
        }
        let known = self.notes.entry(subject).or_default();
        known.count += note.count;
        known.example = known.example.take().into_iter().chain(note.example).min();
    }
}
