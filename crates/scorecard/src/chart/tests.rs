use catalogue::answer::Quality;
use catalogue::metric::Unit;
use jiff::ToSpan;
use jiff::civil::Date;

use super::trend;
use crate::card::TrendPoint;
use crate::status::Status;

/// Months of 2026 from August on, each with its figure.
fn months(figures: &[Option<f64>]) -> Vec<TrendPoint> {
    let month = |(index, value): (usize, &Option<f64>)| {
        let from = Date::constant(2026, 8, 1).saturating_add((index as i64).months());
        let to = from.saturating_add(1.month());
        let quality = if value.is_some() { Quality::Ok } else { Quality::Suppressed };
        TrendPoint { from, to, value: *value, low: None, high: None, n: 46, quality }
    };
    figures.iter().enumerate().map(month).collect()
}

#[test]
fn a_figure_of_an_earlier_month_says_of_which() {
    let check = |figures: &[Option<f64>], reading: &str, label: &str| {
        let figure = trend("NPS", &months(figures), None, Unit::Points, Status::NoData);
        assert_eq!(figure.reading, reading);
        assert!(figure.svg.contains(&format!(">{label}</text>")), "{}", figure.svg);
    };
    check(&[Some(8.7), Some(15.0), Some(21.4)], "▁▄█ 8.7 → 21.4", "21.4");
    check(&[Some(8.7), Some(21.4), None], "▁█· 8.7 → 21.4 (Sep 2026, none since)", "21.4 in Sep");
    check(&[Some(8.7), None, None], "8.7 (Aug 2026, none since)", "8.7 in Aug");
}
