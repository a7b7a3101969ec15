//! A naive second implementation of the metrics over staff and of what of them is withheld: the plain evaluator over the
//! same facts against the engine, for every metric and variant, several grains, breakdowns, filters and comparisons.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use catalogue::answer::{Moment, Quality};
use catalogue::evaluate;
use catalogue::plan::{Row, lacking, plan};
use catalogue::question::{Principal, Question};
use end_to_end::Trial;
use model::calendar::{Compare, Grain, resolve_range};
use model::{FactTable, Instant};
use server::Workspace;
use server::ask::Reader;

use super::second_opinion::{first, rows};

const SOURCES: [(&str, &str); 6] = [
    ("people", "agent|agent|team = 'team'"),
    (
        "employment",
        "employment|stretch|agent = 'agent';team = 'team';role = 'role';started_at = 'started';ended_at = 'ended';end_reason = 'reason'",
    ),
    (
        "absence",
        "absence|absence|agent = 'agent';started_at = 'at';time = 'cast(seconds as duration)';is_planned = 'planned'",
    ),
    (
        "days",
        "work_day|concat(agent, day)|agent = 'agent';day = 'day';scheduled = 'cast(scheduled as duration)';paid = 'cast(paid as duration)'",
    ),
    ("states", "agent_state|state_id|agent = 'agent';state = 'state';started_at = 'started';ended_at = 'ended'"),
    (
        "survey",
        "employee_answer|answer|wave = 'wave';instrument = 'instrument';item = 'item';respondent = 'respondent';team = 'team';role = 'role';scale_min = 'scale_min';scale_max = 'scale_max';value = 'value';answered_at = 'at'",
    ),
];

/// A number below `most`, of a sequence that is always the same.
fn dice(state: &mut u64, most: u64) -> u64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 33) % most
}

fn workspace() -> Trial {
    let trial = Trial::new("Europe/Berlin");
    for (name, record) in SOURCES {
        let parts: Vec<&str> = record.split('|').collect();
        let fields = parts[2].replace('\'', "\"").replace(';', "\n");
        let text = format!(
            "system = \"hr\"\n[read]\nformat = \"csv\"\nzone = \"UTC\"\n\n[[record]]\nkind = \"{}\"\nid = \"{}\"\n[record.fields]\n{fields}\n",
            parts[0], parts[1]
        );
        trial.write(&format!("sources/{name}.toml"), text);
    }
    let state = &mut 7;
    let mut files: BTreeMap<&str, Vec<String>> = BTreeMap::from([
        ("people", vec!["agent,team".to_owned()]),
        ("employment", vec!["stretch,agent,team,role,started,ended,reason".to_owned()]),
        ("absence", vec!["absence,agent,at,seconds,planned".to_owned()]),
        ("days", vec!["agent,day,scheduled,paid".to_owned()]),
        ("states", vec!["state_id,agent,state,started,ended".to_owned()]),
        ("survey", vec!["answer,wave,instrument,item,respondent,team,role,scale_min,scale_max,value,at".to_owned()]),
    ]);
    let mut put = |file: &'static str, line: String| files.get_mut(file).expect("a file").push(line);
    for person in 0..70 {
        let (team, other) = (dice(state, 5), dice(state, 5));
        let role = ["agent", "agent", "agent", "senior", "lead"][dice(state, 5) as usize];
        let start = format!("2025-{:02}-{:02}", 1 + dice(state, 12), 1 + dice(state, 28));
        let turn = format!("2026-{:02}-{:02}", 1 + dice(state, 6), 1 + dice(state, 28));
        put("people", format!("p{person},t{other}"));
        match dice(state, 4) {
            0 => {
                put("employment", format!("a{person},p{person},t{team},{role},{start},{turn},moved"));
                put("employment", format!("b{person},p{person},t{other},{role},{turn},,"));
            }
            1 => {
                let reason = ["voluntary", "involuntary", "other"][dice(state, 3) as usize];
                put("employment", format!("a{person},p{person},t{team},{role},{start},{turn},{reason}"));
            }
            _ => put("employment", format!("a{person},p{person},t{team},{role},{start},,")),
        }
        for month in 1..7 {
            let day = format!("2026-{month:02}-{:02}", 1 + dice(state, 28));
            put("days", format!("p{person},{day},{},28800", if dice(state, 9) == 0 { "" } else { "28800" }));
            if dice(state, 3) == 0 {
                let planned = dice(state, 2) == 0;
                put("absence", format!("x{person}-{month},p{person},{day}T08:00:00Z,14400,{planned}"));
            }
            for (number, state_name) in ["contact", "wrap_up", "available", "break"].into_iter().enumerate() {
                let from = 8 + number;
                put(
                    "states",
                    format!(
                        "s{person}-{month}-{number},p{person},{state_name},{day}T{from:02}:00:00Z,{day}T{from:02}:4{}:00Z",
                        dice(state, 10)
                    ),
                );
            }
        }
        for (wave, at) in [("w1", "2026-02"), ("w2", "2026-05")] {
            if dice(state, 4) == 0 {
                continue;
            }
            let at = format!("{at}-{:02}T10:00:00Z", 1 + dice(state, 28));
            let mut answer = |instrument: &str, item: u64, most: u64, value: u64| {
                put(
                    "survey",
                    format!(
                        "{wave}-{person}-{instrument}-{item},{wave},{instrument},q{item},r{person},t{team},{role},{},{most},{value},{at}",
                        u64::from(most < 10)
                    ),
                );
            };
            answer("satisfaction", 0, 5, 1 + dice(state, 5));
            answer("enps", 0, 10, dice(state, 11));
            for item in 0..3 {
                answer("engagement", item, 5, 2 + dice(state, 4));
            }
        }
    }
    put("employment", "later,later,t0,agent,2026-07-20,,".to_owned());
    for (name, lines) in files {
        let file = trial.write(&format!("incoming/{name}.csv"), lines.join("\n") + "\n");
        trial.ok(&["import", name, &file]);
    }
    trial
}

#[test]
fn the_engine_agrees_with_the_plain_evaluator_about_staff() {
    let trial = workspace();
    let loaded = Workspace::load(Path::new(&trial.path(""))).expect("a workspace");
    let reader = Reader::open(Arc::new(loaded)).expect("a reader");
    let workspace = &reader.workspace;
    let snapshot = reader.store.snapshot().expect("a snapshot");
    let staff: Vec<FactTable> = FactTable::ALL.into_iter().filter(|table| table.people().is_some()).collect();
    let facts: BTreeMap<FactTable, Vec<Row>> = staff.iter().map(|table| (*table, rows(&snapshot, *table))).collect();
    assert!(facts.values().all(|rows| !rows.is_empty()), "every table of staff has facts");
    let now: Instant = "2026-08-01T00:00:00Z".parse().expect("a time");
    let runtime = tokio::runtime::Builder::new_multi_thread().build().expect("a runtime");

    let breakdowns: [&[&str]; 4] = [&[], &["team"], &["role"], &["team", "role"]];
    let filters: [(Option<&str>, Option<&str>); 4] =
        [(None, None), (Some("t1"), None), (None, Some("team <> 't1'")), (None, Some("role = 'agent'"))];
    let ranges = [
        ("2026-01..2026-06", Grain::Total),
        ("2026-01..2026-06", Grain::Month),
        ("2026-01-15..2026-05-20", Grain::Week),
    ];
    let (mut asked, mut shown, mut withheld) = (0, 0, 0);
    for metric in workspace.catalogue.metrics() {
        let variants = std::iter::once(None).chain(metric.variants.keys().map(|name| Some(name.clone())));
        for variant in variants {
            for (number, (range, grain)) in ranges.iter().enumerate() {
                for (by, (only, filter)) in
                    breakdowns.iter().flat_map(|by| filters.iter().map(move |filter| (by, filter)))
                {
                    let names: Vec<String> = ["team", "role"].map(str::to_owned).into();
                    if !lacking(metric, &names, &workspace.catalogue, &snapshot.attributes).is_empty()
                        || (metric.measure.table.is_none() && filter.is_some())
                    {
                        continue;
                    }
                    let question = Question {
                        metric: metric.id.clone(),
                        variant: variant.clone(),
                        parameters: BTreeMap::new(),
                        by: by.iter().map(|name| (*name).to_owned()).collect(),
                        grain: *grain,
                        range: resolve_range(range, now, &workspace.organisation).expect("a range"),
                        only: only.iter().map(|team| ("team".to_owned(), vec![Some((*team).to_owned())])).collect(),
                        filter: filter.map(str::to_owned),
                        compare: [None, Some(Compare::Prev)][(number + by.len()) % 2],
                    };
                    let plan = plan(&question, &workspace.catalogue, &workspace.organisation, &snapshot.attributes);
                    let plan = plan.expect("a plan");
                    let tables: BTreeSet<FactTable> = plan.leaves().iter().map(|leaf| leaf.table).collect();
                    // the plain evaluator has the rows of one table
                    let [table] = tables.into_iter().collect::<Vec<_>>()[..] else { continue };
                    let Some(facts) = facts.get(&table) else { continue };
                    let watermark = snapshot.watermark(table.record_kinds(), &workspace.stated(now));
                    let moment =
                        Moment::of(now, first(facts, table), plan.leaves().into_iter().map(|leaf| (leaf, watermark)));
                    let found = runtime.block_on(reader.ask(&[question.clone()], &Principal::local(), now));
                    let found = found.expect("answers").remove(0);
                    let wanted = evaluate::answer(&plan, metric, facts, moment, &workspace.calendars);
                    assert_eq!(found, wanted, "{question:?}");
                    asked += 1;
                    let rows = || found.iter().flat_map(|answer| &answer.rows);
                    shown += rows().filter(|row| row.value.is_some()).count();
                    withheld += rows().filter(|row| row.quality == Quality::Withheld).count();
                }
            }
        }
    }
    assert!(asked > 300 && shown > 500 && withheld > 500, "{asked} questions, {shown} shown, {withheld} withheld");
}
