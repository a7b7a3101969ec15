//! What the people of the sample organisation did: entries of its journal, an initiative and a decision.

use std::sync::Arc;

use catalogue::question::Principal;
use jiff::ToSpan;
use jiff::civil::{Date, time};
use jiff::tz::TimeZone;
use model::Instant;
use model::calendar::DateRange;
use scorecard::review::Recorded;
use server::ask::Reader;
use server::reviews::{Closing, Deed, Verb};
use server::{ServerError, Workspace};
use simulator::Config;
use store::journal::{Entry, Journal};

/// Name of the card that they work with.
const CARD: &str = "company";
/// Who answers for most of its targets.
const SUPPORT: &str = "Head of support";
/// Who plans shifts.
const PLANNING: &str = "Workforce manager";
/// Who answers for what customers say.
const CUSTOMERS: &str = "Head of customer experience";

/// An entry of the journal.
struct Planted {
    at: Instant,
    by: &'static str,
    /// As the journal calls the deed.
    kind: &'static str,
    what: What,
}

enum What {
    Approve(&'static str),
    Comment(&'static str, &'static str),
    Announce(&'static str),
    /// The announcement before it.
    Acknowledge,
    Close(DateRange),
}

/// First day of the last whole month before `until`: the month before it is closed, and everything is done after that.
fn turn(until: Date) -> Date {
    until.first_of_month().saturating_sub(1.month())
}

/// The entries of the demo of `config`, in order. All are before its last day, and so late that nothing on the card has
/// been left alone for long by then.
fn planted(config: &Config) -> Vec<Planted> {
    let zone = TimeZone::get(&config.zone).unwrap_or(TimeZone::UTC);
    let turn = turn(config.until);
    let entry = |days: i32, (hour, minute): (i8, i8), by: &'static str, kind: &'static str, what: What| {
        let clock = turn.saturating_add(days.days()).to_datetime(time(hour, minute, 0, 0));
        let at = zone.to_ambiguous_zoned(clock).compatible().map(|at| at.timestamp()).unwrap_or_default();
        Planted { at: at.into(), by, kind, what }
    };
    let mut entries = vec![
        entry(5, (9, 10), SUPPORT, "approve", What::Approve("what we agreed on for the year")),
        entry(6, (14, 25), CUSTOMERS, "approve", What::Approve("read, and agreed")),
        entry(
            9,
            (10, 5),
            PLANNING,
            "comment",
            What::Comment(
                "metric:service_level",
                "Mondays fall short by some points: their shifts are planned for the mean of the week.",
            ),
        ),
        entry(
            12,
            (11, 30),
            SUPPORT,
            "announce",
            What::Announce(
                "The card holds from now on. Mind that first replies are counted in hours of business: nights and weekends do not count.",
            ),
        ),
        entry(13, (8, 45), PLANNING, "acknowledge", What::Acknowledge),
        entry(
            22,
            (16, 40),
            CUSTOMERS,
            "comment",
            What::Comment(
                "metric:csat_t2b",
                "The angry and the pleased answer more often than the others: read it beside the response rate.",
            ),
        ),
    ];
    let month = DateRange { from: turn.saturating_sub(1.month()), to: turn, step: None };
    let begin = config.until.saturating_sub(i64::from(config.months).months());
    // a month of which the data have a part only is not closed
    if month.from >= begin {
        entries.insert(5, entry(20, (9, 0), SUPPORT, "closed", What::Close(month)));
    }
    entries
}

/// The entries of a demo, to tell those of others from them.
pub(super) struct Own(Vec<Planted>);

impl Own {
    /// Those of the demo of `config`.
    pub(super) fn of(config: &Config) -> Own {
        Own(planted(config))
    }

    /// Whether `entry` is nobody's work: one of the demo, or that a page was looked at.
    pub(super) fn has(&self, entry: &Entry) -> bool {
        entry.kind == "viewed" || self.0.iter().any(|own| own.is(entry))
    }
}

impl Planted {
    fn is(&self, entry: &Entry) -> bool {
        (self.at, self.by, self.kind) == (entry.at, entry.actor.as_str(), entry.kind.as_str())
    }

    fn record(&self, reader: &Reader, announcement: Option<u64>) -> Result<Recorded, ServerError> {
        let card = format!("card:{CARD}");
        let (verb, subject, reason, text) = match &self.what {
            What::Approve(reason) => (Verb::Approve, card, Some(*reason), None),
            What::Comment(subject, text) => (Verb::Comment, (*subject).to_owned(), None, Some(*text)),
            What::Announce(text) => (Verb::Announce, card, None, Some(*text)),
            What::Acknowledge => (Verb::Acknowledge, String::new(), None, None),
            What::Close(range) => {
                // a small demo has figures that do not settle, and is closed all the same
                let closing = Closing { card: CARD, range: *range, actor: self.by, reason: None, provisional: true };
                return Ok(super::super::block_on(reader.close(&closing, &Principal::local(), self.at))??.recorded);
            }
        };
        let deed = Deed {
            kind: verb,
            subject,
            actor: self.by.to_owned(),
            reason: reason.map(str::to_owned),
            text: text.map(str::to_owned),
            announcement,
            in_force_from: None,
            with_definitions: false,
            hash: None,
        };
        reader.record(&deed, self.at)
    }
}

/// Records what is not recorded yet. A journal in which others have written, and one whose card was spoilt, stays as it is.
pub(super) fn record(workspace: Workspace, config: &Config) -> Result<(), ServerError> {
    let journal = Journal::open(&workspace.data())?.read(0)?;
    let own = Own::of(config);
    if !journal.iter().all(|recorded| own.has(&recorded.entry)) || !workspace.scorecards.contains_key(CARD) {
        return Ok(());
    }
    let reader = Reader::open(Arc::new(workspace))?;
    let mut announcement = None;
    for own in own.0 {
        let found = journal.iter().find(|recorded| own.is(&recorded.entry)).map(|recorded| recorded.number);
        let number = match found {
            Some(number) => number,
            None => own.record(&reader, announcement)?.number,
        };
        if matches!(own.what, What::Announce(_)) {
            announcement = Some(number);
        }
    }
    Ok(())
}

/// Files of the workspace that people wrote while they steered by its cards, as (path, text).
pub(super) fn files(config: &Config) -> Vec<(String, String)> {
    let until = config.until;
    // the day from which the simulation sends web forms to chat
    let start = until.saturating_sub(100.days());
    let initiative = format!(
        r#"name = "Web forms to chat"
hypothesis = "If those who answer chats also answer web forms while nobody waits, first replies come sooner, because chats leave gaps"
status = "running"
kpi = "first_response_time"
effect = -3600
owner = "{SUPPORT}"
start = {start}
end = {end}
channels = ["portal"]

[[milestone]]
name = "Four web forms in five go to chat"
due = {start}
done = {start}

[[milestone]]
name = "Everybody on chat knows the tools of the desk"
due = {due}
done = {done}

[[milestone]]
name = "What it did to e-mail is known"
due = {end}
"#,
        end = until.saturating_add(45.days()),
        due = start.saturating_add(30.days()),
        done = start.saturating_add(34.days()),
    );
    let decision = format!(
        r#"date = {date}
text = "we plan shifts by weekday and no longer by the mean of the week, because Mondays fall short on the phone and in chat"
decided_by = "{PLANNING}"
kpis = ["service_level"]
"#,
        date = turn(until).saturating_add(15.days()),
    );
    vec![("initiatives/chat_first.toml".to_owned(), initiative), ("decisions/mondays.toml".to_owned(), decision)]
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn everything_is_done_in_order_between_the_closed_month_and_the_last_day() {
        // the shortest distance there is: February is the last whole month
        for (until, closed) in [
            (date(2026, 3, 1), date(2026, 1, 1)),
            (date(2026, 11, 26), date(2026, 9, 1)),
            (date(2026, 1, 31), date(2025, 11, 1)),
        ] {
            let config = Config::demo(until);
            let entries = planted(&config);
            let times: Vec<Instant> = entries.iter().map(|entry| entry.at).collect();
            assert!(times.is_sorted_by(|one, next| one < next), "{until}");
            let day = |at: &Instant| at.timestamp().to_zoned(TimeZone::UTC).date();
            assert!(times.iter().all(|at| day(at) < until), "{until}");
            let months = entries.iter().filter_map(|entry| match &entry.what {
                What::Close(range) => Some((range.from, range.to)),
                _ => None,
            });
            assert_eq!(months.collect::<Vec<_>>(), [(closed, turn(until))], "{until}");
        }
        // a month of data has no whole month but one
        let short = Config { months: 1, ..Config::demo(date(2026, 10, 2)) };
        assert_eq!(planted(&short).len(), 6);
    }
}
