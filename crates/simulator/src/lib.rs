//! A service organisation with a known truth, written as the raw rows that its own systems would export.
//!
//! Vondelware, an invented web shop, is simulated event by event: requests come in by hour, weekday and season; calls
//! and chats queue for free agents until patience ends; written requests wait for working time; tickets are answered,
//! handed over, put on hold, solved, reopened and closed; customers answer surveys, or do not, subscribe and leave;
//! people are hired, fall ill and leave, and all of it costs something. Nothing of that is known to the rest of the
//! system: the rows are imported through source files like anybody's data.
//!
//! The same [`Config`] gives the same bytes. No clock is read, and memory follows from the work open at one time and
//! the number of customers, not from the number of tickets.
//!
//! ```
//! use simulator::{Config, simulate};
//!
//! let config = Config { tickets: 200, months: 1, ..Config::demo(jiff::civil::date(2026, 3, 1)) };
//! let mut bytes = 0;
//! let summary = simulate(&config, &mut |_path, lines| Ok(bytes += lines.len() as u64), &mut |_done, _total| ())?;
//! assert_eq!(summary.bytes, bytes);
//! # Ok::<(), simulator::Error>(())
//! ```

mod agenda;
mod billing;
mod calendar;
mod change_log;
mod clock;
mod complaints;
mod contact_log;
mod contacts;
mod conversations;
mod demand;
mod desks;
mod dice;
mod erlang;
mod files;
mod floor;
mod ledger;
mod organisation;
mod partner;
mod people;
mod portal;
mod promises;
mod quality;
mod roster;
mod rows;
mod sales;
mod shop;
mod skills;
mod staff;
mod staff_survey;
mod staffing;
mod states;
mod story;
mod surveys;
mod tables;
mod tickets;
mod worktime;
mod world;

use std::io;

use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;

pub use files::{ORGANISATION, workspace_files};
pub use tables::Table;

/// What to simulate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Seed of all chance.
    pub seed: u64,
    /// About how many tickets in all, 1 to 100 million.
    pub tickets: u64,
    /// Length in months, 1 to 120.
    pub months: u32,
    /// First day without data: they end where this day begins, by the wall clock of `zone`. From 1990 to 2100.
    pub until: Date,
    /// Zone of the organisation, from the IANA list.
    pub zone: String,
    /// How much of each ticket's life the exports tell.
    pub detail: Detail,
    /// Whether the files are named as compressed ones, and the source files look for them.
    pub compress: bool,
}

/// How much of each ticket's life the exports tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Detail {
    /// Every change, about twelve a ticket; a survey after most solves; promises of time on all written requests; all
    /// that the other systems have.
    #[default]
    Full,
    /// Creation, replies, solves, reopenings and escalations, about three changes a ticket; 0.3 survey answers a ticket;
    /// promises of time to businesses only; fewer reviews, checks and visits, states of agents by the day; no orders,
    /// offers and conversations with the bot. For runs of millions of tickets.
    Lean,
}

/// The most tickets of one run.
pub const TICKETS_MAX: u64 = 100_000_000;
/// The most months of one run.
pub const MONTHS_MAX: u32 = 120;

impl Config {
    /// The demo: 60,000 tickets in 18 months before `until`.
    pub fn demo(until: Date) -> Self {
        let zone = "Europe/Amsterdam".to_owned();
        Config { seed: 7, tickets: 60_000, months: 18, until, zone, detail: Detail::Full, compress: true }
    }

    /// First day with data, and the zone.
    pub(crate) fn check(&self) -> Result<(Date, TimeZone), Error> {
        if !(1..=TICKETS_MAX).contains(&self.tickets) {
            return Err(Error::Tickets { tickets: self.tickets });
        }
        if !(1..=MONTHS_MAX).contains(&self.months) {
            return Err(Error::Months { months: self.months });
        }
        if !(1990..=2100).contains(&self.until.year()) {
            return Err(Error::Until { until: self.until });
        }
        let zone = TimeZone::get(&self.zone).map_err(|_| Error::Zone { zone: self.zone.clone() })?;
        Ok((self.until.checked_sub(i64::from(self.months).months())?, zone))
    }
}

/// What a run has written, and the truth behind it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Tickets made.
    pub tickets: u64,
    /// Tickets solved at least once.
    pub solved: u64,
    /// Tickets reopened at least once.
    pub reopened: u64,
    /// Tickets neither solved nor closed at the end.
    pub open: u64,
    /// Calls and chats that entered a queue, and callbacks.
    pub contacts: u64,
    /// Of these, those that customers began.
    pub offered: u64,
    /// Of the offered ones, those answered within 20 seconds on the phone, 60 in chat.
    pub in_time: u64,
    /// Of the offered ones, those whose customer gave up.
    pub abandoned: u64,
    /// Of the abandoned ones, those that lasted no more than 5 seconds.
    pub abandoned_at_once: u64,
    /// Satisfaction surveys sent.
    pub surveys_sent: u64,
    /// Of these, those whose recipient was satisfied (4 or 5), whether they answered or not.
    pub satisfied_of_sent: u64,
    /// Of these, those that were or will be answered.
    pub surveys_answered: u64,
    /// Of the answered ones, those with 4 or 5.
    pub satisfied_of_answered: u64,
    /// Survey answers of every kind that came in before the end.
    pub answers: u64,
    /// Customers.
    pub customers: u64,
    /// People who are or were agents, without the bot.
    pub agents: u64,
    /// Rows written, without headers.
    pub rows: u64,
    /// Bytes written, before compression.
    pub bytes: u64,
    /// The most open tickets, contacts and answers on their way that were held in memory, counted each at its peak.
    pub held_at_once: u64,
}

/// Why a simulation cannot run.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Too few or too many tickets.
    #[error("{tickets} tickets cannot be simulated: from 1 to {TICKETS_MAX} can")]
    Tickets {
        /// What was asked for.
        tickets: u64,
    },
    /// Too few or too many months.
    #[error("{months} months cannot be simulated: from 1 to {MONTHS_MAX} can")]
    Months {
        /// What was asked for.
        months: u32,
    },
    /// The end is too early or too late.
    #[error("data cannot end on {until}: a date from 1990-01-01 to 2100-12-31 is needed")]
    Until {
        /// What was asked for.
        until: Date,
    },
    /// No such zone.
    #[error("unknown time zone `{zone}`: a name of the IANA list is needed, as `Europe/Amsterdam`")]
    Zone {
        /// What was asked for.
        zone: String,
    },
    /// A date outside the calendar.
    #[error("date cannot be computed")]
    Date(#[from] jiff::Error),
    /// Rows could not be handed on.
    #[error("rows cannot be written")]
    Rows(#[from] io::Error),
}

/// Simulates the organisation of `config`.
///
/// `emit` gets the path of a file, relative to the workspace, and whole lines of it as bytes, header first. The files
/// of one folder come one after another: once the next one is named, the one before is complete. Paths end in `.gz`
/// where `config.compress` says so; compressing is up to `emit`. `progress` gets tickets made and tickets expected, once a simulated day.
///
/// # Errors
///
/// Where `config` is out of range, or with what `emit` returned.
pub fn simulate(
    config: &Config,
    emit: &mut dyn FnMut(&str, &[u8]) -> io::Result<()>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Summary, Error> {
    world::World::new(config, emit)?.run(progress)
}
