//! The clocks of a ticket: by the calendar and by its schedule, stopped or running.

use catalogue::plan::Row;
use model::Instant;
use model::calendar::Calendars;
use serde::Serialize;
use utoipa::ToSchema;

use super::row::Cells;

/// One thing a ticket is clocked for.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ClockBody {
    /// `first reply`, `first reply or bot`, `first solve` or `last solve`.
    pub name: String,
    /// When it began.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub from: Option<Instant>,
    /// When it stopped; null while it runs, and where it never will.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub to: Option<Instant>,
    /// Seconds by the calendar; so far while it runs. Null where it stopped before it began or never will stop.
    pub calendar: Option<f64>,
    /// Seconds of the schedule's open hours, likewise.
    pub business: Option<f64>,
    /// Whether it runs.
    pub running: bool,
}

/// Name, column of its end, and of its length by calendar and by schedule.
const CLOCKS: [(&str, [&str; 3]); 4] = [
    ("first reply", ["first_reply_at", "first_reply_time", "first_reply_business_time"]),
    ("first reply or bot", ["first_any_reply_at", "first_any_reply_time", "first_any_reply_business_time"]),
    ("first solve", ["first_solved_at", "first_resolution_time", "first_resolution_business_time"]),
    ("last solve", ["last_solved_at", "resolution_time", "resolution_business_time"]),
];

/// The clocks of a row of ticket facts; those that run until `as_of`. The lengths of stopped ones are the facts that
/// metrics count.
pub(super) fn of(ticket: &Row, as_of: Instant, calendars: &Calendars) -> Vec<ClockBody> {
    let name = ticket.text("calendar").unwrap_or_default();
    let schedule = calendars.get(&name).unwrap_or(calendars.default());
    let from = ticket.time("created_at");
    let solved = ticket.time("last_solved_at").is_some();
    let clock = |(name, [end, calendar, business]): &(&str, [&str; 3])| {
        let to = ticket.time(end);
        // nobody replies any more to what is solved
        let running = to.is_none() && !(name.starts_with("first reply") && solved);
        let so_far = from.filter(|from| running && *from <= as_of);
        let length = |column: &str| ticket.length(column).map(|length| length.seconds());
        ClockBody {
            name: (*name).to_owned(),
            from,
            to,
            calendar: so_far.map_or_else(|| length(calendar), |from| Some(as_of.since(from).seconds())),
            business: so_far
                .map_or_else(|| length(business), |from| Some(schedule.business_between(from, as_of).seconds())),
            running,
        }
    };
    let bots = ticket.integer("bot_replies").unwrap_or(0) > 0;
    CLOCKS.iter().filter(|(name, _)| bots || *name != "first reply or bot").map(clock).collect()
}
