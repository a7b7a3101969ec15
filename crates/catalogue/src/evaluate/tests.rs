//! Figures that look final or whole and are not: of feeds that stop, of books that are open, of costs that nobody bears.

use jiff::civil::Weekday;
use model::calendar::{FiscalYear, Grain, Organisation, Schedule, resolve_range};
use model::{Attributes, FieldType, Instant};

use super::*;
use crate::Catalogue;
use crate::answer::{AnswerRow, Quality};
use crate::file::Problems;
use crate::metric::from_json;
use crate::plan::{columns, plan};
use crate::question::Question;

/// Facts of some tables, each with the time up to which it is loaded.
#[derive(Default)]
struct Desk {
    tables: BTreeMap<FactTable, (Vec<Row>, Option<Instant>)>,
}

fn time(text: &str) -> Instant {
    format!("{text}:00Z").parse().expect("a time")
}

impl Desk {
    /// With the rows of a table, given as JSON; flags that are not said are false.
    fn with(mut self, table: FactTable, through: &str, rows: impl IntoIterator<Item = serde_json::Value>) -> Desk {
        let kinds = columns(table, &Attributes::new());
        let row = |given: serde_json::Value| {
            let flags = table.columns().iter().filter(|column| column.required && column.kind == FieldType::Boolean);
            let mut row: Row = flags.map(|column| (column.name.to_owned(), Value::Boolean(false))).collect();
            for (name, value) in given.as_object().expect("a row") {
                let value = from_json(value, kinds[name]).unwrap_or_else(|| panic!("{name}: {value}"));
                row.insert(name.clone(), value);
            }
            row
        };
        self.tables.insert(table, (rows.into_iter().map(row).collect(), Some(time(through))));
        self
    }

    fn ask(&self, metric: &str, by: &[&str], only: &[(&str, &str)], range: &str, now: &str) -> Vec<AnswerRow> {
        let catalogue = Catalogue::load(&[], &mut Problems::default());
        let organisation = Organisation::new("o", "UTC", "EUR", Weekday::Monday, FiscalYear::default()).expect("one");
        let now = time(now);
        let only = only.iter().map(|(name, value)| ((*name).to_owned(), vec![Some((*value).to_owned())]));
        let (metric, variant) =
            metric.split_once(':').map_or((metric, None), |(metric, variant)| (metric, Some(variant)));
        let question = Question {
            metric: metric.to_owned(),
            variant: variant.map(str::to_owned),
            parameters: BTreeMap::new(),
            by: by.iter().map(|name| (*name).to_owned()).collect(),
            grain: Grain::Total,
            range: resolve_range(range, now, &organisation).expect("a range"),
            only: only.collect(),
            filter: None,
            compare: None,
        };
        let plan = plan(&question, &catalogue, &organisation, &Attributes::new()).expect("a plan");
        let rows = |table| self.tables.get(&table).map_or(&[][..], |(rows, _)| rows);
        let moment = |plans: &[&Plan]| {
            let through = |table| self.tables.get(table).and_then(|(_, through)| *through);
            Moment::of(now, None, plans.iter().map(|plan| (*plan, through(&plan.table))))
        };
        let facts = Facts { rows: &rows, moment: &moment };
        let calendars = Calendars::new("always", vec![Schedule::always("always")]).expect("calendars");
        answer_from(&plan, catalogue.get(metric).expect("the metric"), &facts, &calendars).remove(0).rows
    }

    /// What the only row of an answer says.
    fn one(&self, metric: &str, range: &str, now: &str) -> (Option<f64>, Quality) {
        let rows = self.ask(metric, &[], &[], range, now);
        assert_eq!(rows.len(), 1, "{rows:?}");
        (rows[0].value, rows[0].quality)
    }
}

/// A day's part of a cost.
fn cost(day: &str, pool: &str, amount: f64, channel: Option<&str>, team: Option<&str>) -> serde_json::Value {
    let mut row = serde_json::json!({
        "day": format!("{day}T00:00:00Z"), "pool": pool, "amount": amount, "currency": "EUR", "is_closed": true
    });
    for (name, value) in [("channel", channel), ("team", team)] {
        if let Some(value) = value {
            row[name] = value.into();
        }
    }
    row
}

/// Contacts that were answered.
fn contacts(count: usize, at: &str, channel: &str, team: &str) -> impl Iterator<Item = serde_json::Value> + use<> {
    let row = serde_json::json!({
        "contacted_at": format!("{at}:00Z"), "channel": channel, "team": team, "outcome": "answered"
    });
    std::iter::repeat_n(row, count)
}

fn march() -> impl Iterator<Item = String> {
    (1..=31).map(|day| format!("2026-03-{day:02}"))
}

/// 9,300 for people that are shared out to nobody, 310 for the telephone, 31 calls and 62 chats: a chat does not cost
/// nothing, nor a call 10.
#[test]
fn what_is_shared_out_to_nobody_makes_no_part_cheaper() {
    let costs = march().flat_map(|day| {
        [cost(&day, "people", 300.0, None, None), cost(&day, "telecom", 10.0, Some("phone"), Some("first"))]
    });
    let all =
        contacts(31, "2026-03-10T10:00", "phone", "first").chain(contacts(62, "2026-03-10T10:00", "chat", "second"));
    let desk = Desk::default().with(FactTable::Cost, "2026-09-01T00:00", costs).with(
        FactTable::CustomerContact,
        "2026-09-01T00:00",
        all,
    );
    let now = "2026-09-15T00:00";
    assert_eq!(desk.one("cost_per_contact", "2026-03", now), (Some(9_610.0 / 93.0), Quality::Ok));
    for (name, value) in [("channel", "chat"), ("channel", "phone"), ("team", "first")] {
        let by = desk.ask("cost_per_contact", &[name], &[], "2026-03", now);
        let row = by.iter().find(|row| row.by[name].as_deref() == Some(value)).expect("a row");
        let only = &desk.ask("cost_per_contact", &[], &[(name, value)], "2026-03", now)[0];
        for row in [row, only] {
            assert_eq!((row.value, row.quality), (None, Quality::NoData), "{name} {value}");
            assert_eq!(row.note.as_deref(), Some("31 rows shared out to nobody"), "{name} {value}");
        }
        let total = &desk.ask("total_cost", &[], &[(name, value)], "2026-03", now)[0];
        assert_eq!((total.value, total.quality), (None, Quality::NoData), "{name} {value}");
        assert_eq!(total.note.as_deref(), Some("31 rows shared out to nobody"));
    }
    // the parts of the ledger add up to it, the one of nobody among them
    let by = desk.ask("total_cost", &["channel"], &[], "2026-03", now);
    let shown: Vec<_> = by.iter().map(|row| (row.by["channel"].as_deref(), row.value, row.note.is_some())).collect();
    assert_eq!(shown, [(None, Some(9_300.0), true), (Some("phone"), Some(310.0), false)]);
    // by both, the telephone's first team is not alone in what it bears
    let by = desk.ask("cost_per_contact", &["channel", "team"], &[], "2026-03", now);
    assert!(by.iter().all(|row| row.value.is_none()), "{by:?}");
}

/// A pool that is shared out to channels is known by channel, and by team is not.
#[test]
fn what_is_shared_out_is_known_by_it() {
    let costs = march().flat_map(|day| {
        [cost(&day, "people", 200.0, Some("phone"), None), cost(&day, "people", 100.0, Some("chat"), None)]
    });
    let all =
        contacts(31, "2026-03-10T10:00", "phone", "first").chain(contacts(62, "2026-03-10T10:00", "chat", "second"));
    let desk = Desk::default().with(FactTable::Cost, "2026-09-01T00:00", costs).with(
        FactTable::CustomerContact,
        "2026-09-01T00:00",
        all,
    );
    let now = "2026-09-15T00:00";
    let by = desk.ask("cost_per_contact", &["channel"], &[], "2026-03", now);
    let shown: Vec<_> = by.iter().map(|row| (row.by["channel"].as_deref(), row.value, row.quality)).collect();
    assert_eq!(shown, [(Some("chat"), Some(50.0), Quality::Ok), (Some("phone"), Some(200.0), Quality::Ok)]);
    let only = desk.ask("cost_per_contact", &[], &[("channel", "phone")], "2026-03", now);
    assert_eq!((only[0].value, only[0].note.as_deref()), (Some(200.0), None));
    assert!(desk.ask("cost_per_contact", &["team"], &[], "2026-03", now).iter().all(|row| row.value.is_none()));
    // the phone's costs are not shared out to teams
    let only = desk.ask("total_cost", &[], &[("channel", "phone"), ("team", "first")], "2026-03", now);
    assert_eq!((only[0].value, only[0].note.as_deref()), (None, Some("31 rows shared out to nobody")));
}

/// 3,000 for November are known on its first day; on the eleventh, ten days' part of them has been spent, on 100
/// contacts.
#[test]
fn costs_of_days_to_come_do_not_count_yet() {
    let days = (1..=30).map(|day| cost(&format!("2026-11-{day:02}"), "people", 100.0, None, None));
    let calls = (1..=10).flat_map(|day| contacts(10, &format!("2026-11-{day:02}T10:00"), "phone", "first"));
    let desk = Desk::default().with(FactTable::Cost, "2026-11-01T00:00", days).with(
        FactTable::CustomerContact,
        "2026-11-10T10:00",
        calls,
    );
    let now = "2026-11-11T00:00";
    assert_eq!(desk.one("total_cost", "2026-11", now), (Some(1_000.0), Quality::Settling));
    assert_eq!(desk.one("cost_per_contact", "2026-11", now), (Some(10.0), Quality::Settling));
}

/// In October 10 contacts a day of customers who did not come again cost 100. On 3 November those of its last days may
/// still come: all of the cost over the first ones would be too dear. Once they have been waited for, there is a figure,
/// though the books go no further than October.
#[test]
fn the_cost_of_all_days_is_not_put_over_the_issues_of_the_first() {
    let costs = || (1..=31).map(|day| cost(&format!("2026-10-{day:02}"), "people", 100.0, None, None));
    let desk = |through: &'static str| {
        let calls = (1..=31).flat_map(|day| contacts(10, &format!("2026-10-{day:02}T10:00"), "phone", "first"));
        let desk = Desk::default().with(FactTable::Cost, "2026-11-01T00:00", costs());
        desk.with(FactTable::CustomerContact, through, calls)
    };
    let check = |through: &'static str, now: &str, expected: (Option<f64>, Quality)| {
        assert_eq!(desk(through).one("cost_per_resolution", "2026-10", now), expected, "{through}");
    };
    let early = desk("2026-11-03T00:00");
    assert_eq!(early.one("issues_resolved", "2026-10", "2026-11-03T00:00"), (Some(260.0), Quality::Settling));
    check("2026-11-03T00:00", "2026-11-03T00:00", (None, Quality::Settling));
    check("2026-11-20T00:00", "2026-11-20T00:00", (Some(10.0), Quality::Ok));
}

/// Books that are open make every figure provisional that is made of them, however far the feeds reach.
#[test]
fn open_books_are_not_hidden_by_what_is_still_settling() {
    let days = march().map(|day| {
        let mut row = cost(&day, "people", 300.0, None, None);
        row["is_closed"] = false.into();
        row
    });
    let desk = Desk::default().with(FactTable::Cost, "2026-03-01T00:00", days).with(
        FactTable::CustomerContact,
        "2026-08-01T10:00",
        contacts(93, "2026-03-10T10:00", "phone", "first"),
    );
    let now = "2026-09-15T00:00";
    assert_eq!(desk.one("total_cost", "2026-03", now), (Some(9_300.0), Quality::Provisional));
    assert_eq!(desk.one("cost_per_contact", "2026-03", now), (Some(100.0), Quality::Provisional));
}

/// Whatever is measured, a period to whose end the data do not reach is not final.
#[test]
fn what_the_data_do_not_cover_is_not_final() {
    let employed = (0..60).map(|agent| {
        let mut row = serde_json::json!({
            "agent": format!("a{agent}"), "team": "first", "started_at": "2025-01-01T00:00:00Z",
        });
        if agent < 6 {
            row["ended_at"] = format!("2026-{:02}-15T00:00:00Z", agent % 3 + 1).into();
            row["end_reason"] = "voluntary".into();
        }
        row
    });
    let orders = std::iter::repeat_n(serde_json::json!({ "ordered_at": "2026-09-02T09:00:00Z", "amount": 10 }), 40);
    let answers = serde_json::json!({
        "answered_at": "2026-09-02T09:00:00Z", "instrument": "csat", "scale": "1-5", "value": 5
    });
    let desk = Desk::default()
        .with(FactTable::Employment, "2026-03-15T00:00", employed)
        .with(FactTable::Order, "2026-09-02T09:00", orders)
        .with(FactTable::SurveyAnswer, "2026-09-02T09:00", std::iter::repeat_n(answers, 40));
    let now = "2026-12-31T00:00";
    for (metric, value) in [("leavers", 6.0), ("headcount", 54.0)] {
        assert_eq!(desk.one(metric, "2026-01..2026-03", now), (Some(value), Quality::Settling), "{metric}");
    }
    // of the 90 days of the quarter 73 are known: 6 left of the 57 who were there on average of its two month ends
    let (rate, quality) = desk.one("agent_attrition", "2026-01..2026-03", now);
    let wanted = 100.0 * 6.0 / 57.0 * 12.0 / (3.0 * 73.0 / 90.0);
    assert!((rate.expect("a rate") - wanted).abs() < 1e-9, "{rate:?} is not {wanted}");
    assert_eq!(quality, Quality::Settling);
    // two months that are covered: 4 of 57 in two months, whatever the day it is asked on
    assert_eq!(desk.one("agent_attrition", "2026-01..2026-02", now), (Some(100.0 * 4.0 / 57.0 * 6.0), Quality::Ok));
    for metric in ["orders", "csat_t2b", "csat_mean", "csat_net"] {
        assert_eq!(desk.one(metric, "2026-09", now).1, Quality::Settling, "{metric}");
    }
    assert_eq!(desk.one("orders", "2026-09-01..2026-09-02", now), (Some(40.0), Quality::Ok));
    // nothing is known of October
    assert_eq!(desk.one("orders", "2026-10", now), (None, Quality::NoData));
    assert_eq!(desk.one("agent_attrition", "2026-05", now), (None, Quality::NoData));
}

/// 19 of 20 were on leave, one was ill. What all were absent minus what was planned would be the illness, and so would be
/// the rate times what was scheduled.
#[test]
fn what_one_was_ill_follows_from_nothing() {
    let agent = |number: usize| format!("a{number}");
    let days = (0..20).map(|number| {
        serde_json::json!({ "agent": agent(number), "team": "first", "day": "2026-03-02T00:00:00Z", "scheduled": 28_800 })
    });
    let absences = (0..20).map(|number| {
        let (planned, time) = if number < 19 { (true, 28_800) } else { (false, 14_400) };
        serde_json::json!({
            "agent": agent(number), "team": "first", "started_at": "2026-03-03T09:00:00Z", "time": time, "is_planned": planned
        })
    });
    let through = "2026-05-01T00:00";
    let desk = Desk::default().with(FactTable::WorkDay, through, days).with(FactTable::Absence, through, absences);
    let now = "2026-05-15T00:00";
    assert_eq!(desk.one("scheduled_time", "2026-03", now), (Some(576_000.0), Quality::Ok));
    assert_eq!(desk.one("absence_time:planned", "2026-03", now), (Some(547_200.0), Quality::Ok));
    for metric in ["absence_time", "absence_time:all", "absence_rate", "absence_rate:all"] {
        let row = &desk.ask(metric, &[], &[], "2026-03", now)[0];
        assert_eq!((row.value, row.n, row.numerator, row.quality), (None, 0, None, Quality::Withheld), "{metric}");
    }
    let planned = desk.ask("absence_time:all", &["is_planned"], &[], "2026-03", now);
    let shown: Vec<_> = planned.iter().map(|row| (row.by["is_planned"].as_deref(), row.value)).collect();
    assert_eq!(shown, [(Some("false"), None), (Some("true"), Some(547_200.0))], "the same set of cells, however asked");
}

/// Ten handled contacts, one of them waited for the next as well: contact-ready time minus handling time is that one's.
#[test]
fn what_one_waited_follows_from_nothing() {
    let state = |agent: usize, state: &str, time: u64| {
        serde_json::json!({
            "agent": format!("a{agent}"), "team": "first", "started_at": "2026-03-03T09:00:00Z", "state": state, "time": time
        })
    };
    let of = |waiting: usize| {
        let all = (0..10).map(|agent| state(agent, "contact", 3_600));
        let all = all.chain((0..waiting).map(|agent| state(agent, "available", 10_800)));
        let desk = Desk::default().with(FactTable::AgentState, "2026-05-01T00:00", all);
        ["handling_time", "ready_time", "occupancy"].map(|metric| desk.one(metric, "2026-03", "2026-05-15T00:00"))
    };
    let withheld = (None, Quality::Withheld);
    assert_eq!(of(1), [(Some(36_000.0), Quality::Ok), withheld, withheld]);
    // of ten who all did both, both are about ten
    assert_eq!(of(10), [(Some(36_000.0), Quality::Ok), (Some(144_000.0), Quality::Ok), (Some(25.0), Quality::Ok)]);
}
