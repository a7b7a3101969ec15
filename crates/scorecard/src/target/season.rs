//! What the time of year does to a figure.

use catalogue::answer::AnswerRow;
use catalogue::metric::Unit;
use jiff::civil::Date;

use crate::words;

/// By how much the month of `deadline` differs from the last three months by the time of year alone, and the sentence
/// that says so. It takes two whole years of months: of one year nobody can tell a season from what happened to happen.
///
/// Years are counted back from the last month. The change from one to the next is taken for a straight line and taken
/// off; what a month then differs from its year's mean by, on the mean of the years, is its season.
pub(super) fn shift(months: &[AnswerRow], deadline: Date, unit: Unit) -> (f64, Option<String>) {
    let known: Option<Vec<(i8, f64)>> =
        months.iter().rev().take(24).map(|row| Some((row.from.month(), row.value?))).collect();
    let Some(newest_first) = known.filter(|known| known.len() == 24) else {
        return (0.0, Some("no season: that takes 24 whole months of figures".to_owned()));
    };
    let mean = |values: &[(i8, f64)]| values.iter().map(|(_, value)| value).sum::<f64>() / values.len() as f64;
    let (last, before) = newest_first.split_at(12);
    let a_month = (mean(last) - mean(before)) / 12.0;
    let mut season = [0.0; 12];
    for year in [last, before] {
        let mean = mean(year);
        for (place, (month, value)) in year.iter().enumerate() {
            // the middle of the year lies between its sixth and seventh month
            let on_line = mean + a_month * (5.5 - place as f64);
            season[(*month as usize).saturating_sub(1) % 12] += (value - on_line) / 2.0;
        }
    }
    let of = |month: i8| season[(month as usize).saturating_sub(1) % 12];
    let now = last.iter().take(3).map(|(month, _)| of(*month)).sum::<f64>() / 3.0;
    let shift = of(deadline.month()) - now;
    if shift.abs() < 1e-9 {
        return (0.0, None);
    }
    let told =
        format!("the season: {} in {}, by the last two years", words::difference(shift, unit), deadline.strftime("%B"));
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

    #[test]
    fn seasons_take_two_years() {
        let check = |values: &[f64], deadline: &str, expected: f64| {
            let (found, _) = shift(&months(values), deadline.parse().unwrap(), Unit::Percent);
            assert!((found - expected).abs() < 1e-9, "{found}, not {expected}");
        };
        // December 2024 to November 2026: 80, but 74 each December; a year's mean is 79.5, so that December is −5.5
        // and every other month +0.5
        let year = [74.0, 80.0, 80.0, 80.0, 80.0, 80.0, 80.0, 80.0, 80.0, 80.0, 80.0, 80.0];
        let two = [year, year].concat();
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
}
