//! Over how long it is seen where a figure stands.

use catalogue::Catalogue;
use catalogue::answer::{AnswerRow, Comparison};
use catalogue::margin::{Z, garwood};
use catalogue::metric::Metric;
use catalogue::plan::{Plan, depends_on_length};
use catalogue::privacy::{Group, Parts, People};
use catalogue::question::Question;
use jiff::ToSpan;
use jiff::civil::Date;
use model::calendar::{DateRange, Grain};

use crate::declare::planned;
use crate::lint::maturity_days;
use crate::words;

/// Days of a quarter, so that a week more or less changes little.
const DAYS: i64 = 91;
/// Months of about as long.
const MONTHS: i64 = 3;

/// Over which days it is seen where a figure stands: the last ones that can be judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    span: Span,
    /// Days that pass until what happened on one can be judged; the window ends as many before today.
    wait: i64,
}

/// What a window is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Span {
    /// 91 days as one.
    Days,
    /// Three whole months as one: a figure about people is told by whole months or not at all.
    Quarter,
    /// The mean of three whole months: what a quarter has three times as much of as a month, or loses more of, would
    /// otherwise be held against a month.
    Month,
}

impl Window {
    /// The last 91 days as one.
    pub const DAYS: Window = Window { span: Span::Days, wait: 0 };
    /// The mean of the last three whole months.
    #[cfg(test)]
    pub(super) const MONTHS: Window = Window { span: Span::Month, wait: 0 };

    /// The one for what `subject` asks of `metric`.
    pub fn of(subject: &Question, metric: &Metric, catalogue: &Catalogue) -> Window {
        // a filter may name what only an organisation knows, and changes nothing of when a row can be judged
        let unfiltered = Question { filter: None, ..subject.clone() };
        let plan = planned(&unfiltered, catalogue);
        let span = if depends_on_length(metric, subject.variant.as_deref(), &subject.parameters, catalogue) {
            Span::Month
        } else if plan.as_ref().is_some_and(is_told_by_months) {
            Span::Quarter
        } else {
            Span::Days
        };
        // rows that have to be old enough, if only by nothing, are so as far as the data reach, and today these do not
        let is_by_age = plan.is_some_and(|plan| plan.matures.is_some());
        Window { span, wait: maturity_days(&unfiltered, catalogue) + i64::from(is_by_age) }
    }

    /// The day after the last that can be judged on `today`.
    fn end(self, today: Date) -> Date {
        today.saturating_sub(self.wait.days())
    }

    /// What is asked for.
    pub(crate) fn range(self, today: Date) -> (Grain, DateRange) {
        let end = self.end(today);
        let month = end.first_of_month();
        let months = DateRange { from: month.saturating_sub(MONTHS.months()), to: month, step: None };
        match self.span {
            Span::Days => (Grain::Total, DateRange { from: end.saturating_sub(DAYS.days()), to: end, step: None }),
            Span::Quarter => (Grain::Total, months),
            Span::Month => (Grain::Month, months),
        }
    }

    /// The one figure that `rows`, the answer, make.
    pub(super) fn row(self, rows: Vec<AnswerRow>) -> Option<AnswerRow> {
        match self.span {
            Span::Days | Span::Quarter => rows.into_iter().next(),
            Span::Month => mean(&rows),
        }
    }

    /// `row`, of a count, with how far chance moves it where it is not said: Garwood's interval of all that was counted in
    /// the months it is the mean of, and of the change the difference of two such counts.
    pub(super) fn with_chance(self, row: AnswerRow) -> AnswerRow {
        let months = if self.span == Span::Month { MONTHS as f64 } else { 1.0 };
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

    /// The first day on which a figure can be judged of which nothing is of days before the end of that of `today`.
    pub(super) fn new_by(self, today: Date) -> Date {
        if self.span == Span::Days {
            return today.saturating_add(DAYS.days());
        }
        let end = self.end(today);
        let begins = end.first_of_month();
        let whole = if begins == end { begins } else { begins.saturating_add(1.months()) };
        whole.saturating_add(MONTHS.months()).saturating_add(self.wait.days())
    }

    /// Behind the days, where they are not the last of all.
    fn judged(self) -> &'static str {
        if self.wait > 0 { " that can be judged" } else { "" }
    }

    /// `the last 91 days`.
    pub(super) fn length(self) -> String {
        let judged = self.judged();
        match self.span {
            Span::Days => format!("the last {DAYS} days{judged}"),
            Span::Quarter | Span::Month => format!("the last three whole months{judged}"),
        }
    }

    /// `in the 91 days before 2026-12-01`.
    pub(super) fn told(self, today: Date) -> String {
        let last = if self.wait > 0 { ", the last that can be judged" } else { "" };
        let to = self.range(today).1.to;
        match self.span {
            Span::Days => format!("in the {DAYS} days before {to}{last}"),
            Span::Quarter => format!("in the three whole months before {to}{last}"),
            Span::Month => format!("a month, over the three whole months before {to}{last}"),
        }
    }

    /// After a sample size.
    pub(super) fn in_it(self) -> String {
        let judged = self.judged();
        match self.span {
            Span::Days => format!("in the last {DAYS} days{judged}"),
            Span::Quarter => format!("in the last three whole months{judged}"),
            Span::Month => format!("a month, over the last three whole ones{judged}"),
        }
    }

    /// After what is missing.
    pub(super) fn all_of_it(self) -> String {
        let judged = self.judged();
        match self.span {
            Span::Days => format!("over the last {DAYS} days{judged}"),
            Span::Quarter => format!("over the last three whole months{judged}"),
            Span::Month => format!("for each of the last three whole months{judged}"),
        }
    }

    /// Which records it takes.
    pub(super) fn records(self, today: Date) -> String {
        match self.wait {
            0 => "records of at least three months, up to now".to_owned(),
            1 => format!("records of at least three months, up to {}: a day can be judged one later", self.end(today)),
            wait => {
                format!("records of at least three months, up to {}: a day can be judged {wait} later", self.end(today))
            }
        }
    }

    /// What it takes to have `least`, where there are `n` seen from `today` and they have come since `since`: the window only
    /// ever holds as much as comes in it, so that waiting helps no more once it is full.
    pub(super) fn until(self, n: u64, least: u64, since: Option<Date>, today: Date) -> String {
        let least = least.max(n.saturating_add(1));
        let needed = words::count(least);
        let needed = match self.span {
            Span::Days => format!("{needed} in {DAYS} days are needed"),
            Span::Quarter => format!("{needed} in three months are needed"),
            Span::Month => format!("{needed} a month are needed"),
        };
        let (begins, end) = (self.range(today).1.from, self.end(today));
        const OTHERWISE: &str = "get more, as by asking more customers, or set the target by hand";
        let Some(since) = since.filter(|_| n > 0) else { return format!("{needed}: {OTHERWISE}") };
        if since <= begins {
            let within = if self.span == Span::Month { "" } else { " within a quarter" };
            return format!("{needed}: at this pace never{within}; {OTHERWISE}");
        }
        // a window that is not full yet: when it holds enough, if it goes on like this
        let since = since.min(end.yesterday().unwrap_or(end));
        let days = (least as f64 * f64::from((end - since).get_days()) / n as f64).ceil();
        let in_time = (self.span == Span::Days && days <= DAYS as f64).then_some(days as i64 + self.wait);
        match in_time.and_then(|days| since.checked_add(days.days()).ok()) {
            Some(day) => format!("{needed}: at this pace about {}", words::day(day)),
            None => format!("{needed}: at this pace not within a quarter; {OTHERWISE}"),
        }
    }
}

/// Whether figures are withheld of what is not made of whole months.
fn is_told_by_months(plan: &Plan) -> bool {
    let by_months = |people: &People| matches!((&people.group, &people.parts), (Group::Counted, Parts::Whole { .. }));
    plan.leaves().into_iter().filter_map(|plan| plan.people.as_ref()).any(by_months)
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
            let found = Window::MONTHS.row(rows.to_vec()).unwrap();
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
