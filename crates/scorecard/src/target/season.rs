//! What the time of year does to a figure.

use catalogue::answer::AnswerRow;
use catalogue::metric::Unit;
use jiff::ToSpan;
use jiff::civil::Date;

use crate::words;

/// Months that two years have.
const TWO_YEARS: usize = 24;

/// By how much the month that ends with `deadline` differs from the days `stands`, from the first until the day after the
/// last, by the time of year alone, and the sentence that says so. Days weigh alike: of a month of which a quarter is in
/// these days, a quarter counts. It takes two whole years of `months`, the oldest first: of one year nobody can tell a
/// season from what happened to happen.
///
/// Years are counted back from the last month. The change from one to the next is taken for a straight line and taken
/// off; what a month then differs from its year's mean by, on the mean of the years, is its season.
pub(super) fn shift(
    months: &[(&AnswerRow, f64)],
    stands: (Date, Date),
    deadline: Date,
    unit: Unit,
) -> (f64, Option<String>) {
    let newest_first: Vec<(Date, f64)> =
        months.iter().rev().take(TWO_YEARS).map(|(row, value)| (row.from, *value)).collect();
    let in_a_row = newest_first.windows(2).all(|pair| pair[1].0 == pair[0].0.saturating_sub(1.month()));
    if newest_first.len() < TWO_YEARS || !in_a_row {
        return (0.0, Some("no season: that takes 24 whole months of figures".to_owned()));
    }
    let mean = |values: &[(Date, f64)]| values.iter().map(|(_, value)| value).sum::<f64>() / values.len() as f64;
    let (last, before) = newest_first.split_at(12);
    let a_month = (mean(last) - mean(before)) / 12.0;
    let place = |day: Date| (day.month() as usize).saturating_sub(1) % 12;
    let mut season = [0.0; 12];
    for year in [last, before] {
        let mean = mean(year);
        for (ago, (month, value)) in year.iter().enumerate() {
            // the middle of the year lies between its sixth and seventh month
            let on_line = mean + a_month * (5.5 - ago as f64);
            season[place(*month)] += (value - on_line) / 2.0;
        }
    }
    let over = |(from, to): (Date, Date)| {
        let days: Vec<f64> = from.series(1.day()).take_while(|day| *day < to).map(|day| season[place(day)]).collect();
        days.iter().sum::<f64>() / days.len().max(1) as f64
    };
    let after = deadline.saturating_add(1.day());
    let shift = over((after.saturating_sub(1.month()), after)) - over(stands);
    if shift.abs() < 1e-9 {
        return (0.0, None);
    }
    let told = format!(
        "the season: {} in the month up to {deadline} against {}, by the last two years",
        words::difference(shift, unit),
        words::days(stands.0, stands.1)
    );
    (shift, Some(told))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn months(values: &[f64]) -> Vec<AnswerRow> {
        let first: Date = "2024-12-01".parse().unwrap();
        let at = |index: usize| first.saturating_add(jiff::Span::new().months(index as i64));
        let row =
            |(index, value): (usize, &f64)| AnswerRow { from: at(index), value: Some(*value), ..AnswerRow::NO_DATA };
        values.iter().enumerate().map(row).collect()
    }

    fn check(rows: &[AnswerRow], stands: (&str, &str), deadline: &str, expected: f64) {
        let months: Vec<(&AnswerRow, f64)> = rows.iter().map(|row| (row, row.value.unwrap())).collect();
        let stands = (stands.0.parse().unwrap(), stands.1.parse().unwrap());
        let (found, _) = shift(&months, stands, deadline.parse().unwrap(), Unit::Percent);
        assert!((found - expected).abs() < 1e-9, "{found}, not {expected}");
    }

    /// December 2024 to November 2026: 80, but 74 each December; a year's mean is 79.5, so that December is −5.5 and every
    /// other month +0.5.
    fn two() -> Vec<f64> {
        let year = [74.0, 80.0, 80.0, 80.0, 80.0, 80.0, 80.0, 80.0, 80.0, 80.0, 80.0, 80.0];
        [year, year].concat()
    }

    #[test]
    fn seasons_take_two_years() {
        let autumn = ("2026-09-01", "2026-12-01");
        let check = |values: &[f64], deadline: &str, expected: f64| check(&months(values), autumn, deadline, expected);
        let two = two();
        check(&two, "2027-12-31", -6.0);
        check(&two, "2027-03-31", 0.0);
        check(&two[1..], "2027-12-31", 0.0);
        // a straight line is no season
        let line: Vec<f64> = (0..24).map(|month| 50.0 + 0.25 * f64::from(month)).collect();
        check(&line, "2027-06-30", 0.0);
        // both
        let both: Vec<f64> = line.iter().zip(&two).map(|(line, season)| line + season).collect();
        check(&both, "2027-12-31", -6.0);
    }

    #[test]
    fn months_weigh_by_their_days() {
        let rows = months(&two());
        // the month that ends with the first of a month is the one before, but for that day: a thirtieth of −6
        check(&rows, ("2026-09-01", "2026-12-01"), "2027-12-01", -6.0 / 30.0);
        check(&rows, ("2026-09-01", "2026-12-01"), "2028-01-01", -6.0 * 30.0 / 31.0);
        check(&rows, ("2026-09-01", "2026-12-01"), "2027-11-30", 0.0);
        // 10 of 91 days in December: they stand 6 · 10 ÷ 91 lower than other days
        check(&rows, ("2026-09-11", "2026-12-11"), "2027-11-30", 60.0 / 91.0);
        check(&rows, ("2026-09-11", "2026-12-11"), "2027-12-31", -6.0 + 60.0 / 91.0);
    }

    #[test]
    fn a_gap_leaves_no_two_years() {
        let rows = months(&[two(), vec![80.0]].concat());
        let gap: Vec<AnswerRow> =
            rows.iter().enumerate().filter(|(at, _)| *at != 13).map(|(_, row)| row.clone()).collect();
        check(&gap, ("2026-09-01", "2026-12-01"), "2027-12-31", 0.0);
    }
}
