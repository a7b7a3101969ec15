//! What a customer's contacts and sessions have from each other, whatever buckets they are in: the gaps to those before
//! and after, and to the ends of the customer's subscriptions.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use arrow::array::{BooleanBuilder, Int64Builder};
use arrow::record_batch::RecordBatch;

use super::FoldError;
use crate::{FactTable, Instant, Millis};

/// What a link is of. At one instant what comes first here comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Role {
    /// The end of a subscription.
    Ended,
    /// The beginning of one, or its coming back.
    Started,
    /// A session, at its beginning.
    Session,
    /// A contact handled by a bot.
    BotContact,
    /// A contact handled by a human, or waiting for one.
    HumanContact,
    /// A contact with a human that the customer gave up. It is nobody's neighbour, but after a session the customer came.
    GivenUp,
}

impl Role {
    /// Every role, in order.
    pub const ALL: [Role; 6] =
        [Self::Ended, Self::Started, Self::Session, Self::BotContact, Self::HumanContact, Self::GivenUp];

    /// The table whose rows are told something; marks of subscriptions are no rows, and contacts given up are told nothing.
    pub fn table(self) -> Option<FactTable> {
        match self {
            Self::Ended | Self::Started | Self::GivenUp => None,
            Self::Session => Some(FactTable::Session),
            Self::BotContact | Self::HumanContact => Some(FactTable::CustomerContact),
        }
    }
}

/// One thing of a customer among the others; 57 bytes where it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Link {
    /// BLAKE3, cut to 128 bits, of the customer.
    pub customer: [u8; 16],
    /// Hash of the issue, or of there being none. Like that of the channel it only tells them apart.
    pub issue: u64,
    /// Hash of the channel.
    pub channel: u32,
    /// BLAKE3, cut to 32 bits, of the row's own key: the order among equal times.
    pub tie: u32,
    /// When the customer came, the session began, or the subscription began or ended.
    pub at: Instant,
    /// When the session ended; of a contact the first instant of its reporting day; as `at` otherwise.
    pub beside: Instant,
    /// What it is.
    pub role: Role,
    /// Bucket of the row: 0 from the fold, which does not know it; the caller sets it.
    pub bucket: u32,
    /// Index of the row in its bucket's batch of the role's table.
    pub row: u32,
}

/// Columns of a customer contact that links fill in.
const CONTACT_CELLS: [&str; 15] = [
    "previous_gap",
    "next_gap",
    "previous_any_issue_gap",
    "next_any_issue_gap",
    "previous_same_channel_gap",
    "next_same_channel_gap",
    "previous_other_channel_gap",
    "next_other_channel_gap",
    "previous_session_gap",
    "next_session_gap",
    "lost_gap",
    "regained_gap",
    "lost_again_gap",
    "regained_again_gap",
    WAS_SUBSCRIBED,
];

/// Columns of a session that links fill in.
const SESSION_CELLS: [&str; 3] = ["next_contact_gap", "next_contact_any_issue_gap", "previous_gap"];

/// The one column that is no length: 0 and 1 stand for false and true.
const WAS_SUBSCRIBED: &str = "was_subscribed";

/// The columns of `table` that links fill in, in the order of [`Cell::place`]; none for most tables.
///
/// ```
/// use model::{FactTable, lifecycle::linked_columns};
/// assert_eq!(linked_columns(FactTable::Session).len(), 3);
/// assert!(linked_columns(FactTable::Ticket).is_empty());
/// ```
pub fn linked_columns(table: FactTable) -> &'static [&'static str] {
    match table {
        FactTable::CustomerContact => &CONTACT_CELLS,
        FactTable::Session => &SESSION_CELLS,
        _ => &[],
    }
}

/// A value that links give a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Table of the row.
    pub table: FactTable,
    /// Bucket of the row.
    pub bucket: u32,
    /// Index of the row in its bucket's batch.
    pub row: u32,
    /// Which of the [`linked_columns`].
    pub place: u32,
    /// Milliseconds, never negative; 0 between rows of one instant. Of `was_subscribed` 0 or 1.
    pub value: i64,
}

/// Gives all that `links` say of rows to `each`, and sorts them for that.
///
/// All links of a customer must be there, so of all buckets; they can be handed over in parts that each hold whole
/// customers, as by the first byte of `customer`.
pub fn gaps(links: &mut [Link], mut each: impl FnMut(Cell)) {
    links.sort_unstable_by_key(|link| (link.customer, link.at, link.role, link.tie, link.bucket, link.row));
    let mut seen = Seen::default();
    for links in links.chunk_by(|left, right| left.customer == right.customer) {
        // most customers come once
        if links.len() > 1 {
            seen.walk(links, &mut each);
        }
    }
}

/// Places of [`CONTACT_CELLS`]: those of the previous one, the next one's follow them.
mod place {
    pub const ISSUE: u32 = 0;
    pub const CUSTOMER: u32 = 2;
    pub const CHANNEL: u32 = 4;
    pub const OTHER_CHANNEL: u32 = 6;
    pub const SESSION: u32 = 8;
    pub const LOST: u32 = 10;
    pub const LOST_AGAIN: u32 = 12;
    pub const SUBSCRIBED: u32 = 14;
    pub const NEXT_CONTACT: u32 = 0;
    pub const NEXT_CONTACT_ANY_ISSUE: u32 = 1;
    pub const PREVIOUS: u32 = 2;
}

/// The nearest contact of an issue so far, and the nearest one in another channel than that one's.
#[derive(Clone, Copy)]
struct Nearest {
    at: Instant,
    channel: u32,
    elsewhere: Option<Instant>,
}

impl Nearest {
    /// The nearest one in another channel than `channel`.
    fn other_than(&self, channel: u32) -> Option<Instant> {
        if self.channel == channel { self.elsewhere } else { Some(self.at) }
    }

    /// With one that is nearer still.
    fn then(before: Option<Nearest>, link: &Link) -> Nearest {
        let elsewhere = before.and_then(|before| before.other_than(link.channel));
        Nearest { at: link.at, channel: link.channel, elsewhere }
    }
}

/// What has been seen of one customer, going through the links in one direction.
#[derive(Default)]
struct Seen {
    of_issue: HashMap<u64, Nearest>,
    of_channel: HashMap<(u64, u32), Instant>,
    human: HashMap<u64, Instant>,
    /// Ends: the last of those before, the first of those after.
    session: HashMap<u64, Instant>,
    any: Option<Instant>,
    any_human: Option<Instant>,
}

impl Seen {
    fn clear(&mut self) {
        self.of_issue.clear();
        self.of_channel.clear();
        self.human.clear();
        self.session.clear();
        (self.any, self.any_human) = (None, None);
    }

    /// Tells of the links of one customer, which are in order.
    fn walk(&mut self, links: &[Link], each: &mut impl FnMut(Cell)) {
        self.clear();
        for link in links {
            self.tell_contact(link, 0, each);
            if link.role == Role::Session {
                let contact = self.of_issue.get(&link.issue).map(|nearest| nearest.at);
                let before = contact.max(self.session.get(&link.issue).copied());
                // one that goes on when this one begins is no time away
                tell(link, place::PREVIOUS, before.map(|before| before.min(link.at)), each);
            }
            self.add(link, Instant::max);
        }
        self.clear();
        for link in links.iter().rev() {
            self.tell_contact(link, 1, each);
            if link.role == Role::Session {
                let ended = Link { at: link.beside, ..*link };
                let since_end = |contact: Instant| contact.max(ended.at);
                tell(&ended, place::NEXT_CONTACT, self.human.get(&link.issue).copied().map(since_end), each);
                tell(&ended, place::NEXT_CONTACT_ANY_ISSUE, self.any_human.map(since_end), each);
            }
            self.add(link, Instant::min);
        }
        tell_subscriptions(links, each);
    }

    /// Tells of a contact what is nearest to it among those seen; `after` is 1 going back.
    fn tell_contact(&self, link: &Link, after: u32, each: &mut impl FnMut(Cell)) {
        if link.role.table() != Some(FactTable::CustomerContact) {
            return;
        }
        let of_issue = self.of_issue.get(&link.issue);
        let session = self.session.get(&link.issue).copied();
        // a session that goes on when the customer comes is no time away
        let session = if after == 0 { session.map(|ended| ended.min(link.at)) } else { session };
        for (place, nearest) in [
            (place::ISSUE, of_issue.map(|nearest| nearest.at)),
            (place::CUSTOMER, self.any),
            (place::CHANNEL, self.of_channel.get(&(link.issue, link.channel)).copied()),
            (place::OTHER_CHANNEL, of_issue.and_then(|nearest| nearest.other_than(link.channel))),
            (place::SESSION, session),
        ] {
            tell(link, place + after, nearest, each);
        }
    }

    /// `nearer` of the ends of two sessions is the one to keep.
    fn add(&mut self, link: &Link, nearer: fn(Instant, Instant) -> Instant) {
        match link.role {
            Role::Ended | Role::Started => {}
            Role::Session => {
                let ended = self.session.entry(link.issue).or_insert(link.beside);
                *ended = nearer(*ended, link.beside);
            }
            Role::GivenUp => self.add_human(link),
            Role::BotContact | Role::HumanContact => {
                let before = self.of_issue.get(&link.issue).copied();
                self.of_issue.insert(link.issue, Nearest::then(before, link));
                self.of_channel.insert((link.issue, link.channel), link.at);
                self.any = Some(link.at);
                if link.role == Role::HumanContact {
                    self.add_human(link);
                }
            }
        }
    }

    fn add_human(&mut self, link: &Link) {
        self.human.insert(link.issue, link.at);
        self.any_human = Some(link.at);
    }
}

/// Tells a row how far something is away, before or behind it.
fn tell(link: &Link, place: u32, other: Option<Instant>, each: &mut impl FnMut(Cell)) {
    let Some(other) = other else { return };
    let Some(gap) = elapsed(link.at.min(other), link.at.max(other)) else { return };
    put(link, place, gap.get(), each);
}

fn put(link: &Link, place: u32, value: i64, each: &mut impl FnMut(Cell)) {
    if let Some(table) = link.role.table() {
        each(Cell { table, bucket: link.bucket, row: link.row, place, value });
    }
}

/// Tells the contacts of a customer of whom subscriptions are known whether there was one on that day, and of the next two
/// times that it ends, and the customer comes back.
///
/// Many sources know the day only on which a subscription ends, which then reads as its first instant: one that ended on
/// the day of a contact, before it, was there when the customer came, and ends with the contact.
fn tell_subscriptions(links: &[Link], each: &mut impl FnMut(Cell)) {
    if links.iter().all(|link| !matches!(link.role, Role::Ended | Role::Started)) {
        return;
    }
    let (mut is_subscribed, mut ended) = (false, None);
    // for each contact whether the subscription ended before it on its day
    let mut ended_today: Vec<bool> = Vec::new();
    for link in links {
        match link.role {
            Role::Ended => (is_subscribed, ended) = (false, Some(link.at)),
            Role::Started => is_subscribed = true,
            Role::Session | Role::GivenUp => {}
            Role::BotContact | Role::HumanContact => {
                let today = !is_subscribed && ended.is_some_and(|ended| ended >= link.beside);
                ended_today.push(today);
                put(link, place::SUBSCRIBED, (is_subscribed || today).into(), each);
            }
        }
    }
    // ends that come, each with the coming back after it; the next is the last
    let mut losses: Vec<(Instant, Option<Instant>)> = Vec::new();
    let mut start = None;
    for link in links.iter().rev() {
        match link.role {
            Role::Started => start = Some(link.at),
            Role::Ended => losses.push((link.at, start.take())),
            Role::Session | Role::GivenUp => {}
            Role::BotContact | Role::HumanContact => {
                let today = ended_today.pop().unwrap_or(false).then_some((link.at, start));
                let coming = today.into_iter().chain(losses.iter().rev().copied());
                for (place, (lost, regained)) in [place::LOST, place::LOST_AGAIN].into_iter().zip(coming) {
                    tell(link, place, Some(lost), each);
                    tell(link, place + 1, regained, each);
                }
            }
        }
    }
}

/// Facts of `table` with the columns that links fill in; `cells` are of its rows, numbered as in the batch.
///
/// # Errors
/// When Arrow refuses the columns, which it does only for a batch that is not of the table's schema.
pub fn fill_gaps(
    facts: &RecordBatch,
    table: FactTable,
    cells: impl IntoIterator<Item = Cell>,
) -> Result<RecordBatch, FoldError> {
    let names = linked_columns(table);
    let mut values = vec![vec![None; facts.num_rows()]; names.len()];
    for cell in cells {
        let column = values.get_mut(cell.place as usize);
        if let Some(value) = column.and_then(|column| column.get_mut(cell.row as usize)) {
            *value = Some(cell.value);
        }
    }
    let mut columns = facts.columns().to_vec();
    for (name, values) in names.iter().zip(values) {
        columns[facts.schema_ref().index_of(name)?] = if *name == WAS_SUBSCRIBED {
            let mut builder = BooleanBuilder::with_capacity(values.len());
            values.iter().for_each(|value| builder.append_option(value.map(|value| value != 0)));
            Arc::new(builder.finish())
        } else {
            let mut builder = Int64Builder::with_capacity(values.len());
            values.iter().for_each(|value| builder.append_option(*value));
            Arc::new(builder.finish())
        };
    }
    Ok(RecordBatch::try_new(facts.schema(), columns)?)
}

/// Calendar time between two instants; none when the second is earlier: such a length is never averaged.
pub(super) fn elapsed(from: Instant, to: Instant) -> Option<Millis> {
    let micros = to.micros().checked_sub(from.micros())?;
    (micros >= 0).then(|| Millis::new(micros / 1000))
}

/// BLAKE3 of a key, cut to 128 bits.
pub(super) fn key_hash(key: (&str, &str)) -> [u8; 16] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&(key.0.len() as u64).to_le_bytes());
    hasher.update(key.0.as_bytes());
    hasher.update(key.1.as_bytes());
    let mut hash = [0; 16];
    hash.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
    hash
}

/// The order of a key among equal times.
pub(super) fn tie(key: (&str, &str)) -> u32 {
    let [first, second, third, fourth, ..] = key_hash(key);
    u32::from_le_bytes([first, second, third, fourth])
}

/// A hash that tells words apart within one run of the program, and is not kept.
pub(super) fn word_hash(word: Option<&str>) -> u64 {
    let mut hasher = DefaultHasher::new();
    word.hash(&mut hasher);
    hasher.finish()
}
