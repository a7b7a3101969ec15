//! Over how long it is seen where a figure stands.

use catalogue::Catalogue;
use catalogue::answer::{AnswerRow, Comparison};
use catalogue::margin::{Z, garwood};
use catalogue::metric::Metric;
use catalogue::plan::depends_on_length;
use catalogue::question::Question;
use jiff::ToSpan;
use jiff::civil::Date;
use model::calendar::{DateRange, Grain};

use crate::words;

/// Days of a quarter, so that a week more or less changes little.
const DAYS: i64 = 91;
/// Months of about as long.
const MONTHS: i64 = 3;

/// Over how long it is seen where a figure stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// The last 91 days as one.
    Days,
    /// The mean of the last three whole months: what a quarter has three times as much of as a month, or loses more of,
    /// would otherwise be held against a month.
    Months,
}

impl Window {
    /// The one for what `subject` asks of `metric`.
    pub fn of(subject: &Question, metric: &Metric, catalogue: &Catalogue) -> Window {
        match depends_on_length(metric, subject.variant.as_deref(), &subject.parameters, catalogue) {
            true => Window::Months,
            false => Window::Days,
        }
    }

    /// What is asked for.
    pub(super) fn range(self, today: Date) -> (Grain, DateRange) {
        match self {
            Window::Days => {
                (Grain::Total, DateRange { from: today.saturating_sub(DAYS.days()), to: today, step: None })
            }
            Window::Months => {
                let to = today.first_of_month();
                (Grain::Month, DateRange { from: to.saturating_sub(MONTHS.months()), to, step: None })
            }
        }
    }

    /// The one figure that `rows`, the answer, make.
    pub(super) fn row(self, rows: Vec<AnswerRow>) -> Option<AnswerRow> {
        match self {
            Window::Days => rows.into_iter().next(),
            Window::Months => mean(&rows),
        }
    }

    /// `row`, of a count, with how far chance moves it where it is not said: Garwood's interval of all that was counted in
    /// the months it is the mean of, and of the change the difference of two such counts.
    pub(super) fn with_chance(self, row: AnswerRow) -> AnswerRow {
        let months = if self == Window::Months { MONTHS as f64 } else { 1.0 };
        let whole = |value: f64| Some((value * months).round()).filter(|all| *all >= 0.0);
        let (Some(all), None, None) = (row.value.and_then(whole), row.low, row.high) else { return row };
        let found = garwood(all as u64);
        let compare = row.compare.map(|compare| {
            let before = compare.value.and_then(whole);
            let half = before.map(|before| Z * (all + before).sqrt() / months);
            let end = |sign: f64| compare.change.zip(half).map(|(change, half)| change + sign * half);
            Comparison { low: end(-1.0), high: end(1.0), ..compare }
        });
        AnswerRow { low: Some(found.low / months), high: Some(found.high / months), compare, ..row }
    }

    /// The first day on which nothing of the figure is of days up to `today`.
    pub(super) fn new_by(self, today: Date) -> Date {
        match self {
            Window::Days => today.saturating_add(DAYS.days()),
            Window::Months => {
                let begins = today.first_of_month();
                let whole = if begins == today { begins } else { begins.saturating_add(1.months()) };
                whole.saturating_add(MONTHS.months())
            }
        }
    }

    /// `the last 91 days`.
    pub(super) fn length(self) -> String {
        match self {
            Window::Days => format!("the last {DAYS} days"),
            Window::Months => "the last three whole months".to_owned(),
        }
    }

    /// `in the 91 days before 2026-12-01`.
    pub(super) fn told(self, today: Date) -> String {
        match self {
            Window::Days => format!("in the {DAYS} days before {today}"),
            Window::Months => format!("a month, over the three whole months before {}", today.first_of_month()),
        }
    }

    /// After a sample size.
    pub(super) fn in_it(self) -> String {
        match self {
            Window::Days => format!("in the last {DAYS} days"),
            Window::Months => "a month, over the last three whole ones".to_owned(),
        }
    }

    /// After what is missing.
    pub(super) fn all_of_it(self) -> String {
        match self {
            Window::Days => format!("over the last {DAYS} days"),
            Window::Months => "for each of the last three whole months".to_owned(),
        }
    }

    /// What it takes to have `least`, where there are `n` seen from `today` and they have come since `since`: the window only
    /// ever holds as much as comes in it, so that waiting helps no more once it is full.
    pub(super) fn until(self, n: u64, least: u64, since: Option<Date>, today: Date) -> String {
        let least = least.max(n.saturating_add(1));
        let needed = words::count(least);
        let (needed, begins) = match self {
            Window::Days => (format!("{needed} in {DAYS} days are needed"), today.saturating_sub(DAYS.days())),
            Window::Months => {
                let begins = today.first_of_month().saturating_sub(MONTHS.months());
                (format!("{needed} a month are needed"), begins)
            }
        };
        const OTHERWISE: &str = "get more, as by asking more customers, or set the target by hand";
        let Some(since) = since.filter(|_| n > 0) else { return format!("{needed}: {OTHERWISE}") };
        if since <= begins {
            let within = if self == Window::Days { " within a quarter" } else { "" };
            return format!("{needed}: at this pace never{within}; {OTHERWISE}");
        }
        // a window that is not full yet: when it holds enough, if it goes on like this
        let days = (least as f64 * f64::from((today - since).get_days()) / n as f64).ceil();
        let in_time = (self == Window::Days && days <= DAYS as f64).then_some(days as i64);
        match in_time.and_then(|days| since.checked_add(days.days()).ok()) {
            Some(day) => format!("{needed}: at this pace about {}", words::day(day)),
            None => format!("{needed}: at this pace not within a quarter; {OTHERWISE}"),
        }
    }
}

/// The month in the middle of `rows`: the mean of their figures and of their samples, the least of their qualities. A
/// month that has no figure leaves the whole without one. The ends of its interval, and of that of its change, are as
/// far off as those of a mean of figures that are independent of each other.
fn mean(rows: &[AnswerRow]) -> Option<AnswerRow> {
    let (first, last) = (rows.first()?, rows.last()?);
    let count = rows.len() as f64;
    let of = |values: Option<Vec<f64>>| values.map(|values| values.iter().sum::<f64>() / count);
    let far = |off: Option<Vec<f64>>| off.map(|off| off.iter().map(|by| by * by).sum::<f64>().sqrt() / count);
    let value = of(rows.iter().map(|row| row.value).collect());
    let below = far(rows.iter().map(|row| Some(row.value? - row.low?)).collect());
    let above = far(rows.iter().map(|row| Some(row.high? - row.value?)).collect());
    let n = |samples: u64| (samples as f64 / count).round() as u64;
    let compared: Option<Vec<&Comparison>> = rows.iter().map(|row| row.compare.as_ref()).collect();
    let compare = compared.map(|compared| {
        let change = of(compared.iter().map(|one| one.change).collect());
        let below = far(compared.iter().map(|one| Some(one.change? - one.low?)).collect());
        let above = far(compared.iter().map(|one| Some(one.high? - one.change?)).collect());
        Comparison {
            from: compared.first().map_or(Date::ZERO, |one| one.from),
            to: compared.last().map_or(Date::ZERO, |one| one.to),
            value: of(compared.iter().map(|one| one.value).collect()),
            n: n(compared.iter().map(|one| one.n).sum()),
            change,
            low: change.zip(below).map(|(change, by)| change - by),
            high: change.zip(above).map(|(change, by)| change + by),
        }
    });
    // in the order of precedence: the first is what most stands in the way
    let quality = rows.iter().map(|row| row.quality).min_by_key(|quality| *quality as u8)?;
    Some(AnswerRow {
        from: first.from,
        to: last.to,
        value,
        n: n(rows.iter().map(|row| row.n).sum()),
        low: value.zip(below).map(|(value, by)| value - by),
        high: value.zip(above).map(|(value, by)| value + by),
        quality,
        compare,
        ..AnswerRow::NO_DATA
    })
}

#[cfg(test)]
mod tests {
    use catalogue::answer::Quality;

    use super::*;

    fn month(value: Option<f64>, half: Option<f64>, n: u64, quality: Quality, change: Option<f64>) -> AnswerRow {
        let off = |by: f64| value.zip(half).map(|(value, half)| value + by * half);
        let (from, to) = (Date::ZERO, Date::ZERO);
        let value_then = value.zip(change).map(|(value, change)| value - change);
        let compare = Some(Comparison { from, to, value: value_then, n, change, low: None, high: None });
        AnswerRow { value, n, low: off(-1.0), high: off(1.0), quality, compare, ..AnswerRow::NO_DATA }
    }

    #[test]
    fn three_months_make_one() {
        use Quality::{LowN, NoData, Ok};
        let check = |rows: &[AnswerRow], expected: (Option<f64>, u64, Option<f64>, Quality, Option<f64>)| {
            let found = Window::Months.row(rows.to_vec()).unwrap();
            let change = found.compare.and_then(|compare| compare.change);
            assert_eq!((found.value, found.n, found.low, found.quality, change), expected);
        };
        // 90, 100 and 110 are 100 a month, 6, 12 and 18 more than a year before
        check(
            &[
                month(Some(90.0), None, 90, Ok, Some(6.0)),
                month(Some(100.0), None, 100, Ok, Some(12.0)),
                month(Some(110.0), None, 110, Ok, Some(18.0)),
            ],
            (Some(100.0), 100, None, Ok, Some(12.0)),
        );
        // ± 2, 4 and 4: √(4 + 16 + 16) ÷ 3 = 2
        check(
            &[
                month(Some(3.0), Some(2.0), 200, Ok, None),
                month(Some(6.0), Some(4.0), 100, LowN, Some(1.0)),
                month(Some(6.0), Some(4.0), 60, Ok, Some(1.0)),
            ],
            (Some(5.0), 120, Some(3.0), LowN, None),
        );
        check(
            &[month(None, None, 0, NoData, None), month(Some(6.0), None, 6, Ok, None)],
            (None, 3, None, NoData, None),
        );
    }
}
