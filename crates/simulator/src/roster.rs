//! Who works when: early and late shifts, part-time, breaks, Saturdays, days off, holidays and illness. All of it
//! follows from the agent's number and the date; nothing is kept.

use crate::calendar::Hours;
use crate::dice::{fraction, mix};
use crate::people::Agent;

/// Length of the grid that shifts and breaks begin on, in minutes.
pub(crate) const STEP: i64 = 30;

/// A moment of the roster, by the wall clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    /// Days since 1970-01-01, which was a Thursday.
    pub(crate) day: i64,
    /// Minutes after midnight.
    pub(crate) minute: i64,
}

impl Moment {
    /// From seconds on the wall clock.
    pub(crate) fn of(local: i64) -> Self {
        Moment { day: local.div_euclid(86_400), minute: local.rem_euclid(86_400) / 60 }
    }

    /// 0 on Mondays, 6 on Sundays.
    fn weekday(self) -> i64 {
        (self.day + 3).rem_euclid(7)
    }

    /// Weeks since 1970, from Monday on.
    fn week(self) -> i64 {
        (self.day + 3).div_euclid(7)
    }
}

/// How easily somebody can be asked to work, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Presence {
    Here,
    OnBreak,
    /// Works on this day, but earlier or later.
    OffShift,
    DayOff,
}

/// A day's work: from, to, and the start of half an hour's break, in minutes after midnight.
pub(crate) type Shift = (i64, i64, Option<i64>);

/// Share of the agents on holiday in a week, and of those ill on a day; and how many more are where there is too much
/// to do.
const ON_HOLIDAY: f64 = 0.07;
pub(crate) const ILL: f64 = 0.068;
pub(crate) const ILL_STRAINED: f64 = 0.07;

/// Why somebody is not there on a day of their roster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Absence {
    Holiday,
    Ill,
}

/// Whether an agent is missing on a day.
pub(crate) fn absence(agent: &Agent, day: i64) -> Option<Absence> {
    let week = Moment { day, minute: 0 }.week();
    if fraction(mix(agent.roster, week as u64), 0) < ON_HOLIDAY {
        return Some(Absence::Holiday);
    }
    (fraction(mix(agent.roster, !day as u64), 1) < agent.ill).then_some(Absence::Ill)
}

/// Whether an agent is there.
pub(crate) fn presence(agent: &Agent, hours: Hours, at: Moment) -> Presence {
    match shift(agent, hours, at) {
        None => Presence::DayOff,
        Some((from, to, _)) if !(from..to).contains(&at.minute) => Presence::OffShift,
        Some((_, _, Some(pause))) if (pause..pause + STEP).contains(&at.minute) => Presence::OnBreak,
        Some(_) => Presence::Here,
    }
}

fn shift(agent: &Agent, hours: Hours, at: Moment) -> Option<Shift> {
    if absence(agent, at.day).is_some() { None } else { rostered(agent, hours, at) }
}

/// The day's work as planned, whether they come or not.
pub(crate) fn rostered(agent: &Agent, hours: Hours, at: Moment) -> Option<Shift> {
    let (post, week, weekday) = (agent.post as i64, at.week(), at.weekday());
    let group = post % 4;
    let part_time = agent.is_part_time();
    let works_saturday = hours == Hours::Live && (post + week) % 3 == 0;
    match weekday {
        6 => None,
        5 if !works_saturday => None,
        5 if part_time && post % 8 < 4 => Some((540, 780, None)),
        5 if part_time => Some((780, 1_020, None)),
        5 => Some((540, 1_020, Some(690 + STEP * group))),
        // who works on Saturday has a day of the week off, not the busy Monday; part-time is three or four days
        _ if works_saturday && weekday == 1 + post % 4 => None,
        _ if part_time && weekday == 1 + (post / 4) % 4 => None,
        _ => Some(match (hours, part_time) {
            (Hours::Live, true) if post % 8 < 4 => (480, 750, None),
            (Hours::Live, true) => (930, 1_200, None),
            // two weeks early, one week late
            (Hours::Live, false) if (post + week) % 3 != 1 => (480, 990, Some(690 + STEP * group)),
            (Hours::Live, false) => (690, 1_200, Some(870 + STEP * group)),
            (Hours::Desk, true) if post % 8 < 4 => (540, 780, None),
            (Hours::Desk, true) => (780, 1_050, None),
            (Hours::Desk, false) => (540, 1_050, Some(720 + STEP * (post % 3))),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dice::{Dice, Stream};
    use crate::organisation::Team;

    #[test]
    fn a_week_has_its_hours() {
        let mut dice = Dice::new(5, Stream::People);
        for (hours, most_full, least_full) in [(Hours::Live, 45.0, 34.0), (Hours::Desk, 42.5, 34.0)] {
            for post in 0..16 {
                let agent = Agent::hire(Team::Orders, "Phone", post, &Team::ALL, &mut dice);
                let (mut present, mut longest) = (0, 0);
                for day in 19_723..19_723 + 364 {
                    let steps = (0..48)
                        .filter(|step| presence(&agent, hours, Moment { day, minute: step * STEP }) == Presence::Here)
                        .count();
                    longest = longest.max(steps);
                    present += steps;
                }
                let weekly = present as f64 / 2.0 / 52.0;
                if agent.is_part_time() {
                    assert!((10.0..23.0).contains(&weekly) && longest <= 9, "{post}: {weekly} h, {longest}");
                } else {
                    assert!((0.85 * least_full..most_full).contains(&weekly) && longest == 16, "{post}: {weekly} h");
                }
            }
        }
    }

    #[test]
    fn sundays_and_nights_are_free() {
        let mut dice = Dice::new(5, Stream::People);
        let agents: Vec<Agent> =
            (0..40).map(|post| Agent::hire(Team::Orders, "Phone", post, &Team::ALL, &mut dice)).collect();
        // 2026-03-01 is a Sunday
        let here = |day: i64, minute: i64| {
            let at = Moment { day: 20_513 + day, minute };
            agents.iter().filter(|agent| presence(agent, Hours::Live, at) == Presence::Here).count()
        };
        assert_eq!((here(0, 600), here(1, 450), here(1, 1_200)), (0, 0, 0));
        assert!(here(1, 500) > 10 && here(1, 720) > here(1, 500) && here(1, 1_150) > 6);
        assert!((5..20).contains(&here(6, 700)), "Saturday: {}", here(6, 700));
    }
}
