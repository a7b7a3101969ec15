//! The events of a bucket in the order in which they happened to their tickets.

use super::column::{Booleans, Integers, Records, Row, Text, Times};
use super::revisions::{Keys, Newest};
use super::words::{self, EventKind};
use super::{FoldError, Warning, Warnings};
use crate::{Instant, RecordKind};

/// An event, its kind read; 32 bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Event {
    pub at: Instant,
    /// Smallest where the source says none.
    sequence: i64,
    /// Number of its ticket.
    ticket: u32,
    pub row: Row,
    /// None for a kind that is not in the list.
    pub kind: Option<EventKind>,
}

/// The events of all tickets, those of a ticket together and in order of (time, sequence, id).
pub(super) struct EventLog<'a> {
    pub columns: EventColumns<'a>,
    events: Vec<Event>,
}

/// Columns of events.
pub(super) struct EventColumns<'a> {
    keys: Keys<'a>,
    pub actor_kind: Text<'a>,
    pub actor: Text<'a>,
    pub public: Booleans<'a>,
    pub from: Text<'a>,
    pub to: Text<'a>,
    pub team: Text<'a>,
    pub agent: Text<'a>,
    pub reason: Text<'a>,
}

impl<'a> EventColumns<'a> {
    /// System of the event itself.
    pub fn system(&self, event: &Event) -> &'a str {
        self.keys.system.required(event.row)
    }
}

impl<'a> EventLog<'a> {
    /// Reads the newest events; `ticket` gives the number of the ticket with a key. Events whose ticket is not there
    /// are counted and left out.
    pub fn read(
        records: &Records<'a>,
        newest: &Newest,
        ticket: impl Fn(&str, &str) -> Option<u32>,
        warnings: &mut Warnings,
    ) -> Result<Self, FoldError> {
        let columns = EventColumns {
            keys: Keys::open(records)?,
            actor_kind: records.column("actor_kind")?,
            actor: records.column("actor")?,
            public: records.column("public")?,
            from: records.column("from")?,
            to: records.column("to")?,
            team: records.column("team")?,
            agent: records.column("agent")?,
            reason: records.column("reason")?,
        };
        let ticket_system: Text = records.column("ticket_system")?;
        let ticket_id: Text = records.column("ticket_id")?;
        let at: Times = records.column("at")?;
        let sequence: Integers = records.column("sequence")?;
        let kind: Text = records.column("kind")?;

        let rows = newest.rows_as_stored();
        let mut events = Vec::with_capacity(rows.len());
        // Sources write the events of a ticket one after another more often than not.
        let mut last = None;
        for row in rows {
            let key = (ticket_system.get(row).unwrap_or(columns.keys.system.required(row)), ticket_id.required(row));
            let (_, number) = match last {
                Some((same, number)) if same == key => (same, number),
                _ => *last.insert((key, ticket(key.0, key.1))),
            };
            let Some(ticket) = number else {
                warnings.note(Warning::EventWithoutTicket);
                continue;
            };
            events.push(Event {
                at: at.required(row),
                sequence: sequence.get(row).unwrap_or(i64::MIN),
                ticket,
                row,
                kind: words::read(kind.get(row), EventKind::parse, (RecordKind::Event, "kind"), warnings),
            });
        }
        events.sort_unstable_by(|left, right| {
            (left.ticket, left.at, left.sequence)
                .cmp(&(right.ticket, right.at, right.sequence))
                .then_with(|| columns.keys.id.required(left.row).cmp(columns.keys.id.required(right.row)))
                .then_with(|| columns.keys.system.required(left.row).cmp(columns.keys.system.required(right.row)))
        });
        Ok(EventLog { columns, events })
    }

    /// The events of the ticket with this number.
    pub fn of(&self, ticket: u32) -> &[Event] {
        let start = self.events.partition_point(|event| event.ticket < ticket);
        let length = self.events[start..].partition_point(|event| event.ticket == ticket);
        &self.events[start..start + length]
    }

    /// The events of every ticket that has some, by number.
    pub fn by_ticket(&self) -> impl Iterator<Item = (u32, &[Event])> {
        self.events.chunk_by(|left, right| left.ticket == right.ticket).map(|events| (events[0].ticket, events))
    }
}
