//! Comparison periods.

use jiff::civil::Date;
use jiff::{SignedDuration, ToSpan};

use super::period::{Compare, DateRange, Grain, Organisation, Period, Step};
use super::wall_clock::days_since_epoch;

/// The comparison period of each of `periods`, which `range` was split into by `grain`.
///
/// `Prev`, by week, month, quarter or year: the unit before, and of a unit clipped by the range the same part of it:
///
/// | period | compared with |
/// |---|---|
/// | a week or a part of it | the same weekdays of the week before |
/// | a month or a part of it | the same days of the month before, capped at its end; to its end where the period reaches its own |
/// | a quarter or a year or a part of it | the same days of the months 3 or 12 before, capped and ending likewise |
///
/// `Prev`, by day or in total, goes back by the [`Step`] of the range's name: `month-to-date` is compared with the same
/// days of the month before, capped at its end, `last-3m` with the three months before, `week-to-date` with the same
/// weekdays, `last-28d` with the 28 days before. Of a range of two dates a total that is whole months goes back as many
/// months; everything else goes back by the length of the range, so that the first day is compared with the first.
///
/// `Year`: weeks, and by day or in total ranges of weeks, 52 weeks before, so that weekdays align (of week 53 that is
/// week 1 of the same year); months, quarters and years and parts of them the same months and days a year before; days
/// and totals the same dates a year before, 28 February for the 29th, and whole months for whole months.
///
/// Periods one after the other by week, month, quarter or year are compared with periods one after the other, without
/// gap or overlap. Dates before the supported years are their first.
pub fn compared(
    periods: &[Period],
    range: &DateRange,
    grain: Grain,
    compare: Compare,
    organisation: &Organisation,
) -> Vec<Period> {
    let back = |period: &Period| back(period, range, grain, compare);
    periods.iter().map(|period| shift(period, back(period), organisation)).collect()
}

/// How a period goes back.
#[derive(Clone, Copy)]
enum Back {
    /// By days.
    Days(i64),
    /// By months. A border between months stays one.
    Months(i64),
    /// By months, day for day: the last day decides where it ends.
    Dates(i64),
}

fn back(period: &Period, range: &DateRange, grain: Grain, compare: Compare) -> Back {
    let length = days_since_epoch(range.to) - days_since_epoch(range.from);
    let of_weeks = matches!(range.step, Some(Step { grain: Grain::Week, .. }));
    match (compare, grain) {
        (Compare::Prev, Grain::Week) => Back::Days(7),
        (Compare::Year, Grain::Week) => Back::Days(364),
        (_, Grain::Month | Grain::Quarter | Grain::Year) => match compare {
            Compare::Prev => Back::Months(grain.months().map_or(12, i64::from)),
            Compare::Year => Back::Months(12),
        },
        (Compare::Year, Grain::Day | Grain::Total) if of_weeks => Back::Days(364),
        (Compare::Year, Grain::Day) => Back::Dates(12),
        (Compare::Year, Grain::Total) if whole_months(period).is_some() => Back::Months(12),
        (Compare::Year, Grain::Total) => Back::Dates(12),
        (Compare::Prev, Grain::Day | Grain::Total) => match range.step {
            Some(Step { grain: Grain::Week, count }) => Back::Days(count.saturating_mul(7)),
            Some(Step { grain: unit, count }) => match unit.months() {
                Some(months) if grain == Grain::Total => Back::Months(count.saturating_mul(months.into())),
                Some(months) => Back::Dates(count.saturating_mul(months.into())),
                None => Back::Days(length),
            },
            None => match whole_months(period) {
                Some(months) if grain == Grain::Total => Back::Months(months),
                _ => Back::Days(length),
            },
        },
    }
}

fn shift(period: &Period, back: Back, organisation: &Organisation) -> Period {
    let months_before = |date: Date, months: i64| match jiff::Span::new().try_months(months) {
        Ok(span) => date.saturating_sub(span),
        Err(_) => Date::MIN,
    };
    let (from, to) = match back {
        Back::Days(days) => {
            let before = |date: Date| match days.checked_mul(24) {
                Some(hours) => date.saturating_sub(SignedDuration::from_hours(hours)),
                None => Date::MIN,
            };
            (before(period.from), before(period.to))
        }
        Back::Months(months) if period.to.day() == 1 => {
            (months_before(period.from, months), months_before(period.to, months))
        }
        // The last day and not the day after it goes back, or 28 February 2024 would have none in 2023.
        Back::Months(months) | Back::Dates(months) => {
            let last = months_before(period.to.saturating_sub(1.day()), months);
            (months_before(period.from, months), last.saturating_add(1.day()))
        }
    };
    organisation.period(from, to)
}

/// How many calendar months `period` is, where it begins and ends with one.
fn whole_months(period: &Period) -> Option<i64> {
    let month = |date: Date| i64::from(date.year()) * 12 + i64::from(date.month());
    (period.from.day() == 1 && period.to.day() == 1).then(|| month(period.to) - month(period.from))
}
