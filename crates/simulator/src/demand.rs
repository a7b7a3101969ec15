//! How many requests come on which day, at which hour and about what: season, week, holidays, growth, story.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use crate::calendar::{self, Hours};
use crate::clock::{Clock, HOUR, Seconds, second_of_day};
use crate::dice::Dice;
use crate::organisation::{CATEGORIES, Category, Channel, Team};
use crate::story::Story;
use crate::{Config, Error};

/// Tickets that a request makes in the end: repeated contacts and duplicates more, abandoned calls less.
const TICKETS_PER_REQUEST: f64 = 1.20;

/// Growth of demand in a year.
const GROWTH: f64 = 0.08;

/// One day of the data.
#[derive(Clone, Debug)]
pub(crate) struct Day {
    pub(crate) date: Date,
    /// First instant and first instant of the next day.
    pub(crate) start: Seconds,
    pub(crate) end: Seconds,
    /// Opening and closing of telephone and chat.
    pub(crate) live: Option<(Seconds, Seconds)>,
    /// Opening and closing of the other channels.
    pub(crate) desk: Option<(Seconds, Seconds)>,
    /// Expected requests, in the order of [`Channel::ALL`].
    pub(crate) requests: [f64; 5],
    /// What planners expected: without the story and the day's own noise.
    pub(crate) forecast: [f64; 5],
    /// Shares of the categories.
    pub(crate) mix: [f64; CATEGORIES.len()],
    /// From Black Friday to Christmas Eve.
    pub(crate) peak: bool,
}

impl Day {
    /// Share of requests that belong to one of these teams.
    pub(crate) fn share(&self, teams: &[Team]) -> f64 {
        self.share_of(teams, |_| 1.0)
    }

    /// Share of these teams in what all requests weigh.
    pub(crate) fn share_of(&self, teams: &[Team], weight: impl Fn(&Category) -> f64) -> f64 {
        let sum = |teams: &[Team]| -> f64 {
            let ours = CATEGORIES.iter().zip(&self.mix).filter(|(category, _)| teams.contains(&category.team));
            ours.map(|(category, share)| share * weight(category)).sum()
        };
        sum(teams) / sum(&Team::ALL)
    }

    /// Expected requests of a channel in the local hour that begins `hour` hours after midnight by the wall clock.
    pub(crate) fn in_hour(&self, channel: Channel, hour: usize) -> f64 {
        self.requests[channel as usize] * profile(channel, self.date.weekday())[hour.min(23)]
    }

    /// When the next request of a channel comes after `after`, if it comes on this day, with fractions of seconds:
    /// rounded, many requests a second would become fewer. Poisson, with a rate for every hour of the wall clock.
    pub(crate) fn next_request(&self, channel: Channel, after: f64, clock: &mut Clock, dice: &mut Dice) -> Option<f64> {
        let mut rest = dice.exponential(1.0);
        let mut from = after;
        while from < self.end as f64 {
            let local = clock.local(from as Seconds);
            let rate = self.in_hour(channel, (second_of_day(local) / HOUR) as usize) / HOUR as f64;
            let to = (from.floor() + (HOUR - local.rem_euclid(HOUR)) as f64).min(self.end as f64);
            if rate > 0.0 && rest <= (to - from) * rate {
                let at = from + rest / rate;
                return (at < self.end as f64).then_some(at);
            }
            rest -= (to - from) * rate;
            from = to;
        }
        None
    }
}

/// Every day of the data, with about `config.tickets` tickets in all.
pub(crate) fn days(
    config: &Config,
    first: Date,
    clock: &Clock,
    story: &Story,
    dice: &mut Dice,
) -> Result<Vec<Day>, Error> {
    let mut days = Vec::new();
    let mut date = first;
    while date < config.until {
        let next = date.checked_add(1.day())?;
        days.push(day(date, first, (clock.at(date, 0)?, clock.at(next, 0)?), clock, story, dice)?);
        date = next;
    }
    let total: f64 = days.iter().flat_map(|day| day.requests).sum();
    let scale = config.tickets as f64 / TICKETS_PER_REQUEST / total;
    for day in &mut days {
        day.requests.iter_mut().chain(&mut day.forecast).for_each(|requests| *requests *= scale);
    }
    Ok(days)
}

fn day(
    date: Date,
    first: Date,
    (start, end): (Seconds, Seconds),
    clock: &Clock,
    story: &Story,
    dice: &mut Dice,
) -> Result<Day, Error> {
    let holiday = calendar::holidays(date.year()).iter().any(|(day, _)| *day == date);
    let hours = |hours| match calendar::opening(hours, date.weekday()) {
        Some((open, close)) if !holiday => Ok(Some((clock.at(date, open)?, clock.at(date, close)?))),
        _ => Ok::<_, Error>(None),
    };
    let years = f64::from((date - first).get_days()) / 365.25;
    let growth = libm::exp(GROWTH * years);
    let noise = libm::exp(0.04 * dice.normal());
    let season = season(date);
    let usual: f64 = CATEGORIES.iter().map(|category| category.weight).sum();
    let mut mix = [0.0; CATEGORIES.len()];
    for (index, category) in CATEGORIES.iter().enumerate() {
        // Presents come back in January.
        let january = if category.team == Team::Returns && date.month() == 1 { 1.5 } else { 1.0 };
        mix[index] = category.weight * january * story.demand(index, start);
    }
    let struck = mix.iter().sum::<f64>() / usual;
    let mut requests = [0.0; 5];
    let mut forecast = [0.0; 5];
    for channel in Channel::ALL {
        let expected = channel.share() * weekday(channel, date.weekday(), holiday) * season * growth;
        forecast[channel as usize] = expected;
        requests[channel as usize] = expected * noise * struck;
    }
    let peak = black_friday(date.year()).is_some_and(|friday| date >= friday && (date.month(), date.day()) <= (12, 24));
    Ok(Day { date, start, end, live: hours(Hours::Live)?, desk: hours(Hours::Desk)?, requests, forecast, mix, peak })
}

/// The Friday after the fourth Thursday of November.
fn black_friday(year: i16) -> Option<Date> {
    Date::new(year, 11, 1).ok()?.nth_weekday_of_month(4, Weekday::Thursday).ok()?.tomorrow().ok()
}

/// Demand of a day in proportion to the year's mean, without week and holidays.
fn season(date: Date) -> f64 {
    // at the middle of each month
    const MONTHS: [f64; 12] = [1.12, 0.96, 0.93, 0.92, 0.93, 0.95, 0.91, 0.92, 0.97, 1.0, 1.12, 1.30];
    let month = date.month().unsigned_abs() as usize - 1;
    let position = f64::from(date.day()) - 15.0;
    let (other, distance) = if position < 0.0 { ((month + 11) % 12, -position) } else { ((month + 1) % 12, position) };
    let smooth = MONTHS[month] + (MONTHS[other] - MONTHS[month]) * distance / 30.5;
    let sale = match black_friday(date.year()).map(|friday| (date - friday).get_days()) {
        Some(0..=3) => 1.40,
        Some(4..=6) => 1.20,
        _ => 1.0,
    };
    smooth * sale
}

/// Demand of a weekday in proportion to the week's mean.
fn weekday(channel: Channel, weekday: Weekday, holiday: bool) -> f64 {
    let share: f64 = match (weekday, channel.is_live()) {
        (Weekday::Monday, _) => 1.28,
        (Weekday::Tuesday, _) => 1.10,
        (Weekday::Wednesday, _) => 1.02,
        (Weekday::Thursday, _) => 0.99,
        (Weekday::Friday, _) => 0.96,
        (Weekday::Saturday, true) => 0.50,
        (Weekday::Saturday, false) => 0.75,
        (Weekday::Sunday, true) => 0.0,
        (Weekday::Sunday, false) => 0.70,
    };
    match (holiday, channel.is_live()) {
        (true, true) => 0.0,
        (true, false) => share.min(0.65),
        _ => share,
    }
}

/// Shares of the hours of a day.
fn profile(channel: Channel, weekday: Weekday) -> &'static [f64; 24] {
    const WEEK: [f64; 24] = [
        0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.08, 0.11, 0.125, 0.115, 0.085, 0.085, 0.095, 0.09, 0.075, 0.055,
        0.045, 0.04, 0.0, 0.0, 0.0, 0.0,
    ];
    const SATURDAY: [f64; 24] = [
        0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.10, 0.14, 0.16, 0.15, 0.13, 0.12, 0.11, 0.09, 0.0, 0.0, 0.0,
        0.0, 0.0, 0.0, 0.0,
    ];
    const WRITTEN: [f64; 24] = [
        0.013, 0.008, 0.005, 0.004, 0.004, 0.008, 0.018, 0.032, 0.052, 0.066, 0.070, 0.066, 0.060, 0.057, 0.058, 0.058,
        0.056, 0.054, 0.056, 0.060, 0.066, 0.060, 0.044, 0.025,
    ];
    match (channel.is_live(), weekday) {
        (false, _) => &WRITTEN,
        (true, Weekday::Saturday) => &SATURDAY,
        (true, _) => &WEEK,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dice::Stream;

    #[test]
    fn profiles_are_shares() {
        for channel in Channel::ALL {
            for weekday in [Weekday::Monday, Weekday::Saturday] {
                let sum: f64 = profile(channel, weekday).iter().sum();
                assert!((sum - 1.0).abs() < 1e-9, "{channel:?} {weekday:?}: {sum}");
            }
        }
    }

    #[test]
    fn requests_follow_the_plan() {
        let zone = jiff::tz::TimeZone::get("Europe/Amsterdam").unwrap();
        let mut clock = Clock::new(zone, 1_600_000_000, 1_900_000_000).unwrap();
        let mut dice = Dice::new(3, Stream::Arrivals);
        let config = Config { tickets: 200_000, ..Config::demo(Date::constant(2026, 1, 1)) };
        let first = Date::constant(2025, 1, 1);
        let days = days(&config, first, &clock, &Story::ending(0, None), &mut dice).unwrap();
        assert_eq!(days.len(), 365);
        let monday = &days[5];
        assert_eq!(monday.date.weekday(), Weekday::Monday);
        for channel in Channel::ALL {
            let (mut at, mut count, mut shut) = (monday.start as f64, 0u32, 0u32);
            while let Some(next) = monday.next_request(channel, at, &mut clock, &mut dice) {
                assert!(next >= at && next < monday.end as f64);
                let open = monday.live.is_some_and(|(open, close)| (open..close).contains(&(next as Seconds)));
                shut += u32::from(!open);
                count += 1;
                at = next;
            }
            let expected = monday.requests[channel as usize];
            assert!((f64::from(count) - expected).abs() < 5.0 * expected.sqrt(), "{channel:?}: {count} of {expected}");
            assert!(!channel.is_live() || shut == 0, "{channel:?}: {shut} outside opening hours");
        }
    }

    #[test]
    fn season_peaks_at_black_friday() {
        let check = |year, month, day| assert_eq!(black_friday(year), Some(Date::constant(year, month, day)));
        check(2024, 11, 29);
        check(2025, 11, 28);
        check(2026, 11, 27);
        assert!(season(Date::constant(2025, 11, 28)) > 1.5);
        assert!(season(Date::constant(2025, 4, 15)) < 1.0);
    }
}
