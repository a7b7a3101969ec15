use catalogue::answer::Quality;
use catalogue::metric::Unit;
use jiff::ToSpan;
use jiff::civil::Date;

use super::{Pin, trend};
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
        let figure = trend("NPS", &months(figures), None, Unit::Points, Status::NoData, &[]);
        assert_eq!(figure.reading, reading);
        assert!(figure.svg.contains(&format!(">{label}</text>")), "{}", figure.svg);
    };
    check(&[Some(8.7), Some(15.0), Some(21.4)], "▁▄█ 8.7 → 21.4", "21.4");
    check(&[Some(8.7), Some(21.4), None], "▁█· 8.7 → 21.4 (Sep 2026, none since)", "21.4 in Sep");
    check(&[Some(8.7), None, None], "8.7 (Aug 2026, none since)", "8.7 in Aug");
}

#[test]
fn pins_are_numbered_in_the_order_of_time() {
    let pin = |on: &str, name: &str| Pin { on: on.parse().unwrap(), name: name.to_owned() };
    let check = |pins: &[Pin], told: &str, heights: &[&str]| {
        let points = months(&[Some(8.0), Some(15.0), Some(21.0)]);
        let figure = trend("NPS", &points, None, Unit::Points, Status::NoData, pins);
        assert_eq!(figure.reading, format!("▁▅█ 8.0 → 21.0{told}"));
        let value = |name: &str, of: &str| {
            let rest = of.split(&format!("{name}=\"")).nth(1)?;
            rest.split('"').next().map(str::to_owned)
        };
        let marks = figure.svg.split("<circle ").filter(|mark| value("r", mark).as_deref() == Some("5"));
        let found: Vec<String> = marks.filter_map(|mark| value("cy", mark)).collect();
        assert_eq!(found, heights);
    };
    check(&[], "", &[]);
    // before, the day after the last, and the last day
    let outside = [pin("2026-07-31", "a"), pin("2026-11-01", "b")];
    check(&outside, "", &[]);
    let both = [pin("2026-10-16", "We chose chat"), pin("2026-08-16", "<Chat>")];
    check(&both, "; pin 1: 16 Aug 2026, <Chat>; pin 2: 16 Oct 2026, We chose chat", &["25", "25"]);
    // two of a week stand below each other, and of many the newest five are shown
    let near = [pin("2026-09-14", "a"), pin("2026-09-16", "b")];
    check(&near, "; pin 1: 14 Sep 2026, a; pin 2: 16 Sep 2026, b", &["25", "36"]);
    let many: Vec<Pin> = (1..=7).map(|day| pin(&format!("2026-09-0{day}"), "x")).collect();
    let figure = trend("NPS", &months(&[Some(8.0), Some(15.0)]), None, Unit::Points, Status::NoData, &many);
    assert!(figure.reading.contains("pin 5: 7 Sep") && !figure.reading.contains("2 Sep"), "{}", figure.reading);
}
