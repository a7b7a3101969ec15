use catalogue::answer::Comparison;

use super::*;
use crate::fixture::catalogue;

const TODAY: Date = Date::constant(2026, 12, 1);
const IN_A_YEAR: Date = Date::constant(2027, 12, 1);

fn row(value: f64, half: f64, n: u64) -> AnswerRow {
    let (low, high) = (Some(value - half), Some(value + half));
    AnswerRow { value: Some(value), n, low, high, quality: Quality::Ok, ..AnswerRow::NO_DATA }
}

/// Months up to November 2026, each ± `half`.
fn months(values: &[f64], half: f64) -> Vec<AnswerRow> {
    let count = values.len() as i64;
    let at = |index: usize| Date::constant(2026, 12, 1).saturating_sub((count - index as i64).months());
    values.iter().enumerate().map(|(index, value)| AnswerRow { from: at(index), ..row(*value, half, 400) }).collect()
}

/// The figure of a year before, by the change since.
fn changed(by: f64, row: AnswerRow) -> AnswerRow {
    let (from, to, n) = (Date::ZERO, Date::ZERO, row.n);
    let value = row.value.map(|value| value - by);
    let compare = Comparison { from, to, value, n, change: Some(by), low: Some(by - 0.5), high: Some(by + 0.5) };
    AnswerRow { compare: Some(compare), ..row }
}

fn made(metric: &str, history: &History) -> Result<Suggestion, Refusal> {
    suggested(metric, history, IN_A_YEAR, TODAY)
}

fn suggested(metric: &str, history: &History, deadline: Date, today: Date) -> Result<Suggestion, Refusal> {
    let catalogue = catalogue();
    let metric = catalogue.get(metric).unwrap();
    suggest(history, metric, Scale::of(metric), deadline, today)
}

#[test]
fn targets_by_hand() {
    let check = |metric: &str, history: History, goal: Goal, stretch: Option<f64>, tolerance: f64| {
        let found = made(metric, &history).unwrap();
        assert_eq!((found.goal, found.stretch, found.tolerance), (goal, stretch, tolerance), "{metric} {found:#?}");
    };
    let flat = |value: f64, half: f64| months(&[value; 6], half);
    // 80 ± 1, better by 3 in a year, a year to go: 80 + 3; the stretch half as much again: 80 + 4.5; tolerated no more
    // than half of the way
    check(
        "csat_t2b",
        History { months: flat(80.0, 2.0), window: Window::DAYS, recent: changed(3.0, row(80.0, 1.0, 1200)) },
        Goal::AtLeast(83.0),
        Some(84.5),
        1.5,
    );
    // worse by 3: no gain to go on with, so what can just be told from 80 ± 1, which 81 cannot; the stretch 80 + 2.25
    check(
        "csat_t2b",
        History { months: flat(80.0, 2.0), window: Window::DAYS, recent: changed(-3.0, row(80.0, 1.0, 1200)) },
        Goal::AtLeast(81.5),
        Some(82.5),
        0.5,
    );
    // nothing of a year before; the best month was 84
    check(
        "csat_t2b",
        History { months: months(&[80.0, 84.0, 79.0, 80.0], 2.3), window: Window::DAYS, recent: row(80.0, 1.2, 1200) },
        Goal::AtLeast(81.5),
        Some(84.0),
        0.5,
    );
    // less is better: 10 min ± 30 s, better by 2 min: 480 s; stretch 600 − 180
    check(
        "first_response_time",
        History { months: flat(600.0, 45.0), window: Window::DAYS, recent: changed(-120.0, row(600.0, 30.0, 1200)) },
        Goal::AtMost(480.0),
        Some(420.0),
        60.0,
    );
    // never more than half the way to 100: 96 + 2 of a gain of 3; the stretch no more than three quarters: 99
    check(
        "csat_t2b",
        History { months: flat(96.0, 1.0), window: Window::DAYS, recent: changed(3.0, row(96.0, 0.5, 1200)) },
        Goal::AtLeast(98.0),
        Some(99.0),
        1.0,
    );
    // a full count has no margin: from month to month 10 more or less
    let count = |value: f64, n: u64| AnswerRow { low: None, high: None, ..row(value, 0.0, n) };
    let stock = months(&[300.0, 310.0, 300.0, 310.0], 0.0).into_iter();
    let stock = stock.map(|month| AnswerRow { low: None, high: None, ..month }).collect();
    check(
        "unresolved_backlog",
        History { months: stock, window: Window::DAYS, recent: count(305.0, 305) },
        Goal::AtMost(295.0),
        Some(290.0),
        5.0,
    );
    // neither more nor less: of 70 … 81 the quartiles lie at 72.75 and 78.25, rounded outwards; 75 is inside
    let values: Vec<f64> = (70..82).map(f64::from).collect();
    check(
        "occupancy",
        History { months: months(&values, 1.0), window: Window::DAYS, recent: row(75.0, 0.5, 1200) },
        Goal::Between { low: 72.5, high: 78.5 },
        None,
        1.0,
    );
}

#[test]
fn nobody_is_tolerated_where_they_stand() {
    // 80 to 83 with months that vary by 8: half of the way is 1.5
    let history =
        History { months: months(&[80.0; 6], 8.0), window: Window::DAYS, recent: changed(3.0, row(80.0, 1.0, 1200)) };
    let found = made("csat_t2b", &history).unwrap();
    assert_eq!((found.goal, found.tolerance), (Goal::AtLeast(83.0), 1.5));
    assert_eq!(found.reasons.last().unwrap(), "tolerated: 1.5 pp, half of the way at most: months vary by 8.0 pp");
}

#[test]
fn what_grows_with_its_period_is_seen_by_the_month() {
    let catalogue = catalogue();
    let window = |id: &str| Window::of(&crate::declare::probe(id), catalogue.get(id).unwrap(), &catalogue);
    assert_eq!(
        [window("complaints"), window("churn_rate"), window("first_response_time")],
        [Window::MONTHS, Window::MONTHS, Window::DAYS]
    );
    // 100 a month are held against a month: a target around 100, not around the 300 of a quarter
    let count = |value: f64| AnswerRow { low: None, high: None, ..row(value, 0.0, value as u64) };
    let answer = |rows: Vec<AnswerRow>| {
        let of = crate::fixture::answered("complaints", "count", Unit::Count, rows);
        vec![Answer { direction: "down".to_owned(), ..of }]
    };
    let months = answer([100.0, 104.0, 98.0, 96.0, 100.0, 104.0].map(count).to_vec());
    let recent = answer([96.0, 100.0, 104.0].map(|value| changed(-10.0, count(value))).to_vec());
    let metric = catalogue.get("complaints").unwrap();
    let history = History::of(&months, &recent, "count", Window::MONTHS, metric).unwrap();
    let found = made("complaints", &history).unwrap();
    // 10 fewer than a year before: 90 would be 10 fewer again, but Garwood's interval of 300 is 267.01 to 335.94, a third
    // of which is 89.00 to 111.98
    assert_eq!((found.goal, found.baseline, found.baseline_n), (Goal::AtMost(89.0), Some(100.0), 100));
    assert_eq!(
        found.reasons[0],
        "where things stand: 100 (89.0–112), n = 100, a month, over the three whole months before 2026-12-01"
    );
    // the change of 300 against 330 is 10 ± 1.96 · √630 ÷ 3 = 16.40: more than 10 are chance
    assert_eq!(history.yearly_movement().map(|by| (by * 100.0).round() / 100.0), Some(16.4));
}

/// What was counted in each of three months, and what becomes of it.
#[test]
fn few_have_chance_in_them() {
    let check = |id: &str, statistic: &str, each: [f64; 3], expected: Result<Goal, &str>| {
        let catalogue = catalogue();
        let metric = catalogue.get(id).unwrap();
        let count = |value: f64| AnswerRow { low: None, high: None, ..row(value, 0.0, value as u64) };
        let answer = || vec![crate::fixture::answered(id, statistic, Unit::Count, each.map(count).to_vec())];
        let history = History::of(&answer(), &answer(), statistic, Window::MONTHS, metric).unwrap();
        let found = made(id, &history).map(|found| found.goal).map_err(|refusal| refusal.message);
        assert_eq!(found, expected.map_err(str::to_owned), "{id} {each:?}");
    };
    // Garwood's of 6: 2.20 to 13.06, a third of it 0.73 to 4.35; of 2, 9 and 12 alike
    check(
        "complaints",
        "count",
        [2.0, 3.0, 1.0],
        Err(
            "`complaints` may be anything within 0.7–4.4: what could be told from it is more than half of the way to 0 off",
        ),
    );
    check(
        "critical_breaches",
        "sum",
        [1.0, 1.0, 0.0],
        Err("`critical_breaches` may be anything within 0.1–2.4: its margin is as wide as the figure"),
    );
    check(
        "complaints",
        "count",
        [3.0, 3.0, 3.0],
        Err(
            "`complaints` may be anything within 1.4–5.7: what could be told from it is more than half of the way to 0 off",
        ),
    );
    // 12: 6.20 to 20.96, a third of it 2.07 to 6.99; half of the way to 0 are 2
    check("complaints", "count", [4.0, 5.0, 3.0], Ok(Goal::AtMost(2.0)));
}

#[test]
fn no_target_lies_in_the_margin() {
    let of = |low: f64, value: f64, high: f64, n: u64| {
        let recent = AnswerRow { low: Some(low), high: Some(high), ..row(value, 0.0, n) };
        History { months: months(&[value; 6], 2.0), window: Window::DAYS, recent }
    };
    // Wilson's of 132 of 134; half of the way to 100 is 99.25
    let refused = made("compliance_rate", &of(94.72, 98.507, 99.59, 134)).unwrap_err();
    assert_eq!(
        (refused.message.as_str(), refused.help.as_str()),
        (
            "`compliance_rate` may be anything within 94.7–99.6 %: what could be told from it is more than half of the \
             way to 100.0 % off",
            "more than 134 in the last 91 days, or a longer wait"
        )
    );
    // Garwood's of 9 of 126, a thousand of them; half of the way to 0 are 35.7
    let refused = made("complaint_rate", &of(32.66, 71.43, 135.6, 126)).unwrap_err();
    assert!(refused.message.contains("more than half of the way to 0"), "{}", refused.message);
    // whatever the figure and its margin: a target is beyond it, on the better side
    let catalogue = catalogue();
    let metrics =
        ["csat_t2b", "reopen_rate", "cost_per_contact", "first_response_time"].map(|id| catalogue.get(id).unwrap());
    for tenth in 1..1000 {
        let value = f64::from(tenth) / 10.0;
        for half in [0.0, 0.013, 0.25, 0.5, 1.0, 3.3] {
            let (low, high) = ((value - half).max(0.0), (value + half).min(100.0));
            for metric in metrics {
                let Ok(found) = suggest(&of(low, value, high, 1200), metric, Scale::of(metric), IN_A_YEAR, TODAY)
                else {
                    continue;
                };
                let beyond = match found.goal {
                    Goal::AtLeast(target) => target > high,
                    Goal::AtMost(target) => target < low,
                    Goal::Between { .. } => false,
                };
                assert!(beyond, "{} {low} {value} {high} {found:?}", metric.id);
            }
        }
    }
}

#[test]
fn a_deadline_leaves_time_for_what_it_asks() {
    let of =
        |window: Window, half: f64, recent: AnswerRow| History { months: months(&[80.0; 6], half), window, recent };
    let suggested = |metric: &str, history: &History, deadline: &str, today: Date| {
        suggested(metric, history, deadline.parse().unwrap(), today)
    };
    let refused = |history: &History, deadline: &str, today: Date, message: &str, help: &str| {
        let found = suggested("csat_t2b", history, deadline, today).unwrap_err();
        assert_eq!((found.message.as_str(), found.help.as_str()), (message, help));
    };
    let plain = of(Window::DAYS, 2.0, changed(3.0, row(80.0, 1.0, 1200)));
    // 1 December and 91 days are 2 March
    for deadline in ["2026-12-02", "2027-03-01"] {
        let message = format!("by {deadline} the figure cannot be new: it is made of the last 91 days");
        refused(&plain, deadline, TODAY, &message, "a deadline from 2027-03-02 on");
    }
    assert!(suggested("csat_t2b", &plain, "2027-03-02", TODAY).is_ok());
    let by_month = of(Window::MONTHS, 2.0, changed(3.0, row(80.0, 1.0, 1200)));
    let message = "by 2027-02-28 the figure cannot be new: it is made of the last three whole months";
    refused(&by_month, "2027-02-28", TODAY, message, "a deadline from 2027-03-01 on");
    refused(&by_month, "2027-02-28", Date::constant(2026, 12, 2), message, "a deadline from 2027-04-01 on");
    // 183 days are half a year: 3 in a year are 1.5
    let half = suggested("csat_t2b", &plain, "2027-06-02", TODAY).unwrap();
    assert_eq!(half.goal, Goal::AtLeast(82.0));
    assert_eq!(half.reasons[1], "a year before: +3.0 pp, better; going on like this brings +1.5 pp by 2027-06-02");
    // three years bring 9, which is three yearly changes
    let long = suggested("csat_t2b", &plain, "2029-12-01", TODAY).unwrap();
    assert_eq!(long.goal, Goal::AtLeast(89.0));
    // 80 ± 2.5 and 1 in a year: three of these are 3, of 121 days 0.99; 2.5 take 305 days
    let slow = of(Window::DAYS, 2.0, changed(1.0, row(80.0, 2.5, 1200)));
    refused(
        &slow,
        "2027-04-01",
        TODAY,
        "by 2027-04-01 `csat_t2b` can move by 1.0 pp at most, three times what it did in a year, for the part of one there \
         is; less than 2.5 pp cannot be told from today",
        "a deadline from 2027-10-02 on",
    );
    let found = suggested("csat_t2b", &slow, "2027-12-01", TODAY).unwrap();
    assert_eq!(found.goal, Goal::AtLeast(83.0));
    assert_eq!(
        found.reasons[1],
        "a year before: +1.0 pp, better; going on like this brings +1.0 pp by 2027-12-01, less than can be told from \
         today: the target is what can"
    );
    // no time is enough for 80 ± 4
    refused(
        &of(Window::DAYS, 2.0, changed(1.0, row(80.0, 4.0, 1200))),
        "2028-12-01",
        TODAY,
        "by 2028-12-01 `csat_t2b` can move by 3.0 pp at most, three times what it did in a year; less than 4.0 pp cannot \
         be told from today",
        "more than 1,200 in the last 91 days, or a longer wait",
    );
}

#[test]
fn a_best_month_is_whole_and_not_of_a_few() {
    let check = |months: Vec<AnswerRow>, stretch: f64| {
        let history = History { months, window: Window::DAYS, recent: row(80.0, 1.2, 1200) };
        let found = made("csat_t2b", &history).unwrap();
        assert_eq!(found.stretch, Some(stretch), "{found:#?}");
    };
    let all = || months(&[90.0, 80.0, 84.0, 79.0, 80.0], 2.3);
    let first = |quality: Quality, n: u64| {
        let mut months = all();
        months[0] = AnswerRow { quality, n, ..months[0].clone() };
        months
    };
    check(all(), 90.0);
    check(first(Quality::LowN, 22), 84.0);
    check(first(Quality::Settling, 400), 84.0);
    // the data begin somewhere in July
    let before = AnswerRow { from: Date::constant(2026, 6, 1), ..AnswerRow::NO_DATA };
    check([vec![before], all()].concat(), 84.0);
}

#[test]
fn a_band_says_what_it_is_made_of() {
    let of = |values: &[f64], recent: f64| History {
        months: months(values, 1.0),
        window: Window::DAYS,
        recent: row(recent, 0.5, 1200),
    };
    let rising = |count: u32| (70..70 + count).map(f64::from).collect::<Vec<_>>();
    let check = |count: u32, goal: Goal, expected: &str| {
        let found = made("occupancy", &of(&rising(count), 75.0)).unwrap();
        assert_eq!((found.goal, found.baseline), (goal, None));
        assert_eq!(
            found.reasons[1],
            format!("neither more nor less is better: half of the last {expected} months lay in this band")
        );
        found
    };
    // of 70 … 77 the quartiles lie at 71.75 and 75.25
    let found = check(8, Goal::Between { low: 71.5, high: 75.5 }, "8");
    check(12, Goal::Between { low: 72.5, high: 78.5 }, "twelve");
    // of 70 … 82 the last twelve are 71 … 82: 73.75 and 79.25
    check(13, Goal::Between { low: 73.5, high: 79.5 }, "twelve");
    // no baseline, and nothing of how many it is
    assert_eq!(
        found.toml(),
        "target = { low = 71.5, high = 75.5, tolerance = 1, deadline = 2027-12-01, set_on = 2026-12-01, from = \"own\" }"
    );
    let refused = |history: &History, message: &str, help: &str| {
        let found = made("occupancy", history).unwrap_err();
        assert_eq!((found.message.as_str(), found.help.as_str()), (message, help));
    };
    refused(
        &of(&rising(4), 71.0),
        "`occupancy` has 4 sound months: too few for a band in which half of them lay",
        "at least 8, from 2027-04-01 on, or low and high by hand",
    );
    refused(
        &of(&[75.0; 9], 75.0),
        "half of the last 9 months of `occupancy` were 75.0 %: a band of no width",
        "low and high by hand: what can still be lived with",
    );
}

#[test]
fn the_season_of_the_deadline_counts() {
    // 80 but 74 each December, as in the season's own test: a December is 6 below September to November
    let year = [74.0, 80.0, 80.0, 80.0, 80.0, 80.0, 80.0, 80.0, 80.0, 80.0, 80.0, 80.0];
    let history = History {
        months: months(&[year, year].concat(), 2.0),
        window: Window::DAYS,
        recent: changed(4.0, row(80.0, 1.0, 1200)),
    };
    let found = suggested("csat_t2b", &history, Date::constant(2027, 12, 31), TODAY).unwrap();
    // 395 of 365.25 days to go: 80 − 6 + 4 · 1.0815; the way from 74, where it would stand in a December, is 4.5
    assert_eq!((found.goal, found.baseline, found.tolerance), (Goal::AtLeast(78.5), Some(74.0), 2.0));
    assert!(
        found.reasons.contains(
            &"the season: −6.0 pp in the month up to 2027-12-31 against 1 Sep – 30 Nov 2026, by the last two years: then it \
              would stand at 74.0 %, which is the baseline"
                .to_owned()
        ),
        "{found:#?}"
    );
    // of the month up to 30 November none
    let found = suggested("csat_t2b", &history, Date::constant(2027, 11, 30), TODAY).unwrap();
    assert_eq!((found.goal, found.baseline), (Goal::AtLeast(84.0), Some(80.0)));
    // of 1 November to 30 January 31 days of 91 are in December: they stand 6 · 31 ÷ 91 lower than a November
    let down = History { recent: changed(-1.0, row(77.0, 1.0, 1200)), ..history };
    let found = suggested("csat_t2b", &down, Date::constant(2027, 11, 30), Date::constant(2027, 1, 31)).unwrap();
    assert_eq!((found.goal, found.baseline), (Goal::AtLeast(80.5), Some(79.04)));
}

#[test]
fn the_month_in_which_data_began_is_no_season() {
    // ten a day from 16 November 2024 on: 150 in that month, 300 in every other
    let values = [vec![150.0], vec![300.0; 24]].concat();
    let count = |row: AnswerRow| AnswerRow { low: None, high: None, ..row };
    let before = AnswerRow { from: Date::constant(2024, 10, 1), ..AnswerRow::NO_DATA };
    let all = |values: &[f64]| -> Vec<AnswerRow> {
        std::iter::once(before.clone()).chain(months(values, 0.0).into_iter().map(count)).collect()
    };
    let history = |values: &[f64]| History {
        months: all(values),
        window: Window::MONTHS,
        recent: changed(-40.0, AnswerRow { low: Some(290.0), high: Some(310.0), ..row(300.0, 0.0, 300) }),
    };
    // 40 fewer than a year before, and 364 of 365.25 days to go
    let found = suggested("complaints", &history(&values), Date::constant(2027, 11, 30), TODAY).unwrap();
    assert_eq!((found.goal, found.baseline), (Goal::AtMost(260.0), Some(300.0)));
    // one whole month less is too few to tell
    let found = suggested("complaints", &history(&values[..24]), Date::constant(2027, 11, 30), TODAY).unwrap();
    assert!(found.reasons.iter().any(|reason| reason.starts_with("no season: ")), "{found:#?}");
}

#[test]
fn a_mean_ends_where_its_scale_does() {
    // 4.9 ± 0.13 of 1 to 5: half of the way to 5 is 4.95, and 5.03 no mean can be
    let of = |half: f64| History { months: months(&[4.9; 6], half), window: Window::DAYS, recent: row(4.9, half, 45) };
    let scale = Scale { low: 1.0, high: 5.0 };
    let suggested = |half: f64| {
        let catalogue = catalogue();
        suggest(&of(half), catalogue.get("csat_mean").unwrap(), scale, IN_A_YEAR, TODAY)
    };
    let refused = suggested(0.13).unwrap_err();
    assert_eq!(
        refused.message,
        "`csat_mean` may be anything within 4.77–5.03: what could be told from it is more than half of the way to 5.00 off"
    );
    // ± 0.02: beyond 4.92
    assert_eq!(suggested(0.02).unwrap().goal, Goal::AtLeast(4.95));
}

#[test]
fn a_window_ends_where_days_can_be_judged() {
    let catalogue = catalogue();
    let today = Date::constant(2026, 11, 27);
    let check = |id: &str, days: (&str, &str), grain: Grain, told: &str| {
        let window = Window::of(&crate::declare::probe(id), catalogue.get(id).unwrap(), &catalogue);
        let (found, range) = window.range(today);
        let range = (range.from.to_string(), range.to.to_string());
        assert_eq!((range, found, window.told(today).as_str()), ((days.0.to_owned(), days.1.to_owned()), grain, told));
    };
    check("first_response_time", ("2026-08-28", "2026-11-27"), Grain::Total, "in the 91 days before 2026-11-27");
    // a week in which a customer may come again, up to yesterday, as far as the data reach
    let told = "in the 91 days before 2026-11-19, the last that can be judged";
    check("fcr", ("2026-08-20", "2026-11-19"), Grain::Total, told);
    check("cost_per_resolution", ("2026-08-20", "2026-11-19"), Grain::Total, told);
    // a week in which answers come, which is by the clock
    let told = "in the 91 days before 2026-11-20, the last that can be judged";
    check("csat_t2b", ("2026-08-21", "2026-11-20"), Grain::Total, told);
    // what is open is judged as far as the data reach
    let told = "in the 91 days before 2026-11-26, the last that can be judged";
    check("sla_compliance", ("2026-08-27", "2026-11-26"), Grain::Total, told);
    let told = "in the 91 days before 2025-11-26, the last that can be judged";
    check("repeat_purchase_ratio", ("2025-08-27", "2025-11-26"), Grain::Total, told);
    // twelve months of 365.25 ÷ 12 days are 366 days begun
    let told = "in the 91 days before 2025-11-25, the last that can be judged";
    check("clv", ("2025-08-26", "2025-11-25"), Grain::Total, told);
    // about staff by whole months, as one; of what grows with its period the mean of three
    let told = "in the three whole months before 2026-11-01";
    for id in ["occupancy", "utilisation", "absence_rate"] {
        check(id, ("2026-08-01", "2026-11-01"), Grain::Total, told);
    }
    let told = "a month, over the three whole months before 2026-11-01";
    check("complaints", ("2026-08-01", "2026-11-01"), Grain::Month, told);
    let told = "a month, over the three whole months before 2026-11-01, the last that can be judged";
    check("issues_resolved", ("2026-08-01", "2026-11-01"), Grain::Month, told);
}

#[test]
fn it_is_said_where_a_stretch_comes_from() {
    let check = |values: &[f64], recent: AnswerRow, stretch: f64, expected: &str| {
        let history = History { months: months(values, 2.0), window: Window::DAYS, recent };
        let found = made("csat_t2b", &history).unwrap();
        assert_eq!(found.stretch, Some(stretch), "{found:#?}");
        assert!(found.reasons.iter().any(|reason| reason == expected), "{found:#?}");
    };
    check(&[80.0; 6], changed(3.0, row(80.0, 1.0, 1200)), 84.5, "the stretch: half as far again as the target");
    check(
        &[80.0, 84.0, 79.0, 80.0],
        row(80.0, 1.2, 1200),
        84.0,
        "the stretch: as the best month was, September 2026 with 84.0 %, n = 400",
    );
    // three quarters of the way from 78 to 100 are 94.5
    check(
        &[78.0, 99.0, 78.0, 78.0],
        row(78.0, 3.0, 1200),
        94.5,
        "the stretch: as the best month was, September 2026 with 99.0 %, n = 400, but no more than three quarters of the \
         way to 100.0 %",
    );
}

#[test]
fn waiting_helps_only_until_the_window_is_full() {
    let check = |window: Window, n: u64, least: u64, since: Option<Date>, expected: &str| {
        let otherwise = "get more, as by asking more customers, or set the target by hand";
        assert_eq!(window.until(n, least, since, TODAY), expected.replace("OTHERWISE", otherwise));
    };
    let since = |month: i8| Some(Date::constant(2026, month, 1));
    check(Window::DAYS, 46, 100, since(1), "100 in 91 days are needed: at this pace never within a quarter; OTHERWISE");
    check(Window::DAYS, 0, 100, None, "100 in 91 days are needed: OTHERWISE");
    // 46 in the 30 days of November: 100 take 65.2 days, so the 66th after its first
    check(Window::DAYS, 46, 100, since(11), "100 in 91 days are needed: at this pace about 6 Jan 2027");
    // 20 in them: 100 take 150 days
    check(Window::DAYS, 20, 100, since(11), "100 in 91 days are needed: at this pace not within a quarter; OTHERWISE");
    check(Window::MONTHS, 5, 30, since(1), "30 a month are needed: at this pace never; OTHERWISE");
    check(Window::MONTHS, 5, 30, since(11), "30 a month are needed: at this pace not within a quarter; OTHERWISE");
}

#[test]
fn it_is_written_as_a_card_holds_it() {
    let history =
        History { months: months(&[80.0; 6], 2.0), window: Window::DAYS, recent: changed(3.0, row(80.0, 1.0, 1200)) };
    assert_eq!(
        made("csat_t2b", &history).unwrap().toml(),
        "target = { value = 83, tolerance = 1.5, baseline = 80, baseline_n = 1200, stretch = 84.5, deadline = 2027-12-01, set_on = 2026-12-01, from = \"own\" }"
    );
}

#[test]
fn what_is_too_little_is_refused() {
    let check = |history: History, message: &str, help: &str| {
        let found = made("csat_t2b", &history).unwrap_err();
        assert_eq!((found.message.as_str(), found.help.as_str()), (message, help));
    };
    let flat = months(&[80.0; 6], 2.0);
    // 30 are needed, and there have been as many as these for half a year
    check(
        History {
            months: flat.clone(),
            window: Window::DAYS,
            recent: AnswerRow { quality: Quality::LowN, ..row(80.0, 9.0, 13) },
        },
        "`csat_t2b` has 13 in the last 91 days: too few for a baseline",
        "30 in 91 days are needed: at this pace never within a quarter; get more, as by asking more customers, or set \
         the target by hand",
    );
    check(
        History { months: flat.clone(), window: Window::DAYS, recent: AnswerRow::NO_DATA },
        "`csat_t2b` has no figure over the last 91 days",
        "records of at least three months, up to now",
    );
    check(
        History {
            months: flat.clone(),
            window: Window::DAYS,
            recent: AnswerRow { value: None, quality: Quality::Settling, ..row(0.0, 0.0, 477) },
        },
        "`csat_t2b` has no value over the last 91 days, of 477",
        "a target once it has: `crosscheck kpi` says why it has none",
    );
    check(
        History { months: flat[..2].to_vec(), window: Window::DAYS, recent: row(80.0, 1.0, 800) },
        "`csat_t2b` has 2 whole months of figures: how they vary is not known",
        "at least 3; from 2027-01-01 on, if every month has some",
    );
    // whoever stands at 100 % cannot do better
    check(
        History {
            months: months(&[100.0; 6], 0.0),
            window: Window::DAYS,
            recent: AnswerRow { low: Some(94.0), ..row(100.0, 0.0, 60) },
        },
        "`csat_t2b` stands at 100.0 %: there is no way to go that its figures could tell",
        "a [[gate]] that holds it there, or a target by hand",
    );
    // 20 ± 20 may be nothing, or twice as much
    check(
        History { months: months(&[20.0; 6], 5.0), window: Window::DAYS, recent: row(20.0, 20.0, 60) },
        "`csat_t2b` may be anything within 0.0–40.0 %: its margin is as wide as the figure",
        "more than 60 in the last 91 days, or a longer wait",
    );
    let history = History { months: flat, window: Window::DAYS, recent: row(80.0, 1.0, 800) };
    let past = suggested("csat_t2b", &history, TODAY, TODAY);
    assert_eq!(past.unwrap_err().message, "the deadline 2026-12-01 is not after today, 2026-12-01");
}

#[test]
fn whole_months_and_a_quarter_are_asked() {
    let subject = crate::declare::probe("csat_t2b");
    let today = Date::constant(2026, 11, 21);
    let [months, recent] = questions(&subject, Window::DAYS, today);
    assert_eq!(
        (months.range.from.to_string().as_str(), months.range.to.to_string().as_str()),
        ("2023-11-01", "2026-11-01")
    );
    assert_eq!(
        (recent.range.from.to_string().as_str(), recent.range.to.to_string().as_str()),
        ("2026-08-22", "2026-11-21")
    );
    assert_eq!((months.grain, recent.grain, recent.compare), (Grain::Month, Grain::Total, Some(Compare::Year)));
    let [_, recent] = questions(&subject, Window::MONTHS, today);
    assert_eq!(
        (recent.range.from.to_string().as_str(), recent.range.to.to_string().as_str()),
        ("2026-08-01", "2026-11-01")
    );
    assert_eq!((recent.grain, recent.compare), (Grain::Month, Some(Compare::Year)));
}
