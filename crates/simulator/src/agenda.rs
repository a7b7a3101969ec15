//! What happens next: events in order of time, those of one second in the order they were entered; and the things they
//! point at.

use std::cmp::{Ordering, Reverse};
use std::collections::{BinaryHeap, VecDeque};

use crate::clock::{HOUR, Seconds};
use crate::organisation::Channel;

/// A thing and the state of it that an event was meant for; when the thing has moved on, the event means nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    slot: u32,
    stamp: u32,
}

/// What a customer wants.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wish {
    pub(crate) customer: u32,
    pub(crate) category: u8,
    pub(crate) product: u8,
    /// They have come about it before.
    pub(crate) again: bool,
}

/// Something that happens at its time.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Event {
    /// A local day begins.
    DayBegins,
    /// A line has this many agents from now on.
    LineStaffed(u8, u16),
    LineCloses(u8),
    DeskOpens(u8),
    DeskCloses(u8),
    /// A desk may take up more work.
    DeskTicks(u8),
    /// The next request of a channel.
    Arrives(Channel),
    /// A customer comes back, by this channel.
    Returns(Channel, Wish),
    /// A customer is called back.
    CallBack(Wish),
    /// The same customer asks again what the ticket is about.
    Duplicates(Key),
    /// The customer calls or opens a chat because nobody has answered the ticket.
    Chases(Key),
    /// A contact stops waiting.
    StopsWaiting(Key),
    /// An agent of a line has a place free again.
    AgentFree(u8, u32),
    /// An agent passes a contact on.
    PassesOn(Key),
    /// An agent asks a colleague while the customer holds.
    Consults(Key),
    /// An agent has finished a contact, wrap-up included.
    ContactEnds(Key),
    /// A ticket enters its queue, acknowledged by the bot.
    TicketQueues(Key),
    /// An agent has worked on a ticket.
    TicketWorked(Key),
    /// The customer answers a pending ticket.
    CustomerAnswers(Key),
    /// The customer of a pending ticket never answered.
    CustomerSilent(Key),
    /// A ticket on hold, or set aside, can go on.
    TicketResumes(Key),
    /// The customer of a solved ticket writes again; whether only to say thank you.
    TicketReopens(Key, bool),
    SurveyGoesOut(Key),
    TicketCloses(Key),
    AnswerArrives(Key),
    /// Customers are asked whether they would recommend the company.
    NpsWave,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    at: Seconds,
    order: u64,
    event: Event,
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Entry {}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Entry {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.at, self.order).cmp(&(other.at, other.order))
    }
}

/// Events to come, up to the end of the data. Only those of the present hour are kept in order; later ones wait in
/// a pile for each hour, so that putting one in costs the same however many are open.
#[derive(Debug)]
pub(crate) struct Agenda {
    end: Seconds,
    entered: u64,
    /// Events before `hour`.
    present: BinaryHeap<Reverse<Entry>>,
    /// First hour that is not in `present`, counted from 1970.
    hour: Seconds,
    /// Events of that hour and of those after it.
    later: VecDeque<Vec<Entry>>,
}

impl Agenda {
    pub(crate) fn new(start: Seconds, end: Seconds) -> Self {
        let hour = start.div_euclid(HOUR);
        Agenda { end, entered: 0, present: BinaryHeap::new(), hour, later: VecDeque::new() }
    }

    /// Where the data end.
    pub(crate) fn end(&self) -> Seconds {
        self.end
    }

    /// Enters an event; what would happen after the end of the data is left out.
    pub(crate) fn enter(&mut self, at: Seconds, event: Event) {
        if at >= self.end {
            return;
        }
        self.entered += 1;
        let entry = Entry { at, order: self.entered, event };
        let hours = at.div_euclid(HOUR) - self.hour;
        if hours < 0 {
            self.present.push(Reverse(entry));
            return;
        }
        let hours = hours as usize;
        if hours >= self.later.len() {
            self.later.resize_with(hours + 1, Vec::new);
        }
        self.later[hours].push(entry);
    }

    pub(crate) fn next(&mut self) -> Option<(Seconds, Event)> {
        while self.present.is_empty() {
            let mut hour = self.later.pop_front()?;
            self.hour += 1;
            self.present.extend(hour.drain(..).map(Reverse));
        }
        self.present.pop().map(|Reverse(entry)| (entry.at, entry.event))
    }
}

/// Things that come and go, in slots that are used again.
#[derive(Debug)]
pub(crate) struct Slots<T> {
    things: Vec<T>,
    stamps: Vec<u32>,
    unused: Vec<u32>,
}

impl<T> Slots<T> {
    pub(crate) fn new() -> Self {
        Slots { things: Vec::new(), stamps: Vec::new(), unused: Vec::new() }
    }

    pub(crate) fn insert(&mut self, thing: T) -> Key {
        if let Some(slot) = self.unused.pop() {
            self.things[slot as usize] = thing;
            return Key { slot, stamp: self.stamps[slot as usize] };
        }
        self.things.push(thing);
        self.stamps.push(0);
        Key { slot: (self.things.len() - 1) as u32, stamp: 0 }
    }

    /// The thing, where it is still in the state of the key.
    pub(crate) fn get(&mut self, key: Key) -> Option<&mut T> {
        let current = self.stamps.get(key.slot as usize).is_some_and(|stamp| *stamp == key.stamp);
        if current { self.things.get_mut(key.slot as usize) } else { None }
    }

    /// The thing moves on: earlier keys mean nothing any more.
    pub(crate) fn advance(&mut self, key: Key) -> Key {
        let stamp = &mut self.stamps[key.slot as usize];
        *stamp = stamp.wrapping_add(1);
        Key { slot: key.slot, stamp: *stamp }
    }

    /// The thing is gone.
    pub(crate) fn remove(&mut self, key: Key) {
        self.advance(key);
        self.unused.push(key.slot);
    }

    /// Those that are there now, to be changed.
    pub(crate) fn present_mut(&mut self) -> impl Iterator<Item = &mut T> {
        let unused: std::collections::HashSet<u32> = self.unused.iter().copied().collect();
        self.things.iter_mut().zip(0u32..).filter(move |(_, slot)| !unused.contains(slot)).map(|(thing, _)| thing)
    }

    /// Those that are there now.
    pub(crate) fn present(&self) -> impl Iterator<Item = &T> {
        let unused: std::collections::HashSet<u32> = self.unused.iter().copied().collect();
        self.things.iter().zip(0u32..).filter(move |(_, slot)| !unused.contains(slot)).map(|(thing, _)| thing)
    }

    /// How many were there at the most.
    pub(crate) fn most(&self) -> usize {
        self.things.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_of_one_second_keep_their_order() {
        let mut agenda = Agenda::new(0, 90_000);
        for (at, desk) in
            [(30, 0), (9_000, 6), (10, 1), (30, 2), (10, 3), (90_000, 4), (20, 5), (80_000, 7), (9_000, 8)]
        {
            agenda.enter(at, Event::DeskTicks(desk));
        }
        let order: Vec<_> = std::iter::from_fn(|| agenda.next())
            .map(|(at, event)| match event {
                Event::DeskTicks(desk) => (at, desk),
                _ => (at, 99),
            })
            .collect();
        assert_eq!(order, [(10, 1), (10, 3), (20, 5), (30, 0), (30, 2), (9_000, 6), (9_000, 8), (80_000, 7)]);
    }

    #[test]
    fn old_keys_mean_nothing() {
        let mut slots = Slots::new();
        let first = slots.insert('a');
        let second = slots.advance(first);
        assert_eq!(slots.get(first), None);
        assert_eq!(slots.get(second).copied(), Some('a'));
        slots.remove(second);
        assert_eq!(slots.get(second), None);
        let third = slots.insert('b');
        assert_eq!(slots.get(second), None);
        assert_eq!(slots.get(third).copied(), Some('b'));
        assert_eq!((slots.present().collect::<String>(), slots.most()), ("b".to_owned(), 1));
        slots.remove(third);
        assert_eq!(slots.present().count(), 0);
    }
}
