//! Periods that are closed, and what is otherwise since.

use super::*;

#[test]
fn a_closed_period_is_restated() {
    let definition = fixture::definition(crate::COMPANY.1);
    let catalogue = fixture::catalogue();
    let card = fixture::card(&definition, None, None);
    let now: Instant = "2026-11-05T09:00:00Z".parse().unwrap();
    let closed = close(&card, &definition, &catalogue, &organisation(), &[], now);
    // fixtures answer on 5 November, satisfaction settles for a week
    assert_eq!(closed.settling, ["Customer satisfaction: late answers are not in yet"]);
    assert_eq!((closed.figures.len(), closed.total, closed.gates.len()), (7, card.total.score, card.gates.len()));
    assert_eq!((closed.figures[0].value, closed.figures[0].n), (Some(86.0), 2000));
    assert_eq!(closed.figures[0].definition, metric_text(catalogue.get("csat_t2b").unwrap()).hash);
    let state = replay(&[entry(1, "2026-11-05", "Anna", "card:company", &Event::Closed(closed.clone()))]);

    let restated = |change: &dyn Fn(&mut crate::Scorecard)| -> Vec<(String, Restated)> {
        let mut card = card.clone();
        change(&mut card);
        place(&mut card, &definition, |_| false, &state, &catalogue, &organisation());
        card.kpis.into_iter().filter_map(|kpi| Some((kpi.id, kpi.restated?))).collect()
    };
    assert_eq!(restated(&|_| {}), []);
    // another period was not closed
    assert_eq!(restated(&|card| (card.range.to, card.kpis[0].value) = (date("2026-10-31"), Some(1.0))), []);
    let found = restated(&|card| (card.kpis[0].value, card.kpis[0].n) = (Some(85.9), 2001));
    let wanted = Restated {
        closed_value: Some(86.0),
        closed_on: date("2026-11-05"),
        closed_by: "Anna".to_owned(),
        closed_n: 2000,
        definition_changed: false,
        asked_changed: false,
    };
    assert_eq!(found, [("csat_t2b".to_owned(), wanted.clone())]);
    // the same share of more answers is another figure too
    let more = restated(&|card| (card.kpis[0].n, card.kpis[0].numerator) = (4000, Some(3440.0)));
    assert_eq!(more, [("csat_t2b".to_owned(), wanted)]);
    // the dust of floating point is none
    assert_eq!(restated(&|card| card.kpis[0].value = card.kpis[0].value.map(|value| value * (1.0 + 1e-12))), []);
    // another metric under the same id is another KPI
    assert_eq!(restated(&|card| (card.kpis[0].metric, card.kpis[0].value) = ("dsat_rate".into(), Some(3.0))), []);

    let mut other = fixture::catalogue();
    let mut metric = other.get("csat_t2b").unwrap().clone();
    metric.file.text = metric.file.text.replace(&format!("name = \"{}\"", metric.name), "name = \"CSAT\"");
    other = other.with([metric]);
    let mut now_card = card.clone();
    now_card.kpis[0].value = Some(80.0);
    place(&mut now_card, &definition, |_| false, &state, &other, &organisation());
    assert_eq!(now_card.kpis[0].restated.as_ref().map(|restated| restated.definition_changed), Some(true));
}

/// What is told of October, closed with a card of `before` and shown on one of `after`.
fn told_since(
    before: &str,
    after: &str,
    change: &dyn Fn(&mut crate::Scorecard),
) -> (Vec<(String, bool)>, crate::Scorecard) {
    let catalogue = fixture::catalogue();
    let definition = fixture::definition(before);
    let card = fixture::card(&definition, None, None);
    let now: Instant = "2026-11-05T09:00:00Z".parse().unwrap();
    let closed = close(&card, &definition, &catalogue, &organisation(), &[], now);
    let state = replay(&[entry(1, "2026-11-05", "Anna", "card:company", &Event::Closed(closed))]);
    let definition = fixture::definition(after);
    let mut card = fixture::card(&definition, None, None);
    change(&mut card);
    place(&mut card, &definition, |_| false, &state, &catalogue, &organisation());
    let changed = &card.closed.as_ref().unwrap().changed;
    (changed.iter().map(|one| (one.sentence.clone(), one.figure)).collect(), card)
}

#[test]
fn what_a_closed_period_is_judged_by_is_told() {
    let gate = "\n[[gate]]\nmetric = \"csat_t2b\"\nname = \"Satisfied\"\nat_least = 60\n";
    let before = crate::COMPANY.1.to_owned() + gate;
    let check = |edits: &[(&str, &str)], expected: &[&str]| {
        let mut after = before.clone();
        for (from, to) in edits {
            assert!(after.contains(from), "{from}");
            after = after.replacen(from, to, 1);
        }
        let (found, card) = told_since(&before, &after, &|_| {});
        let expected: Vec<(String, bool)> = expected.iter().map(|text| ((*text).to_owned(), false)).collect();
        assert_eq!(found, expected);
        assert!(card.kpis.iter().all(|kpi| kpi.restated.is_none()));
    };
    let target = "value = 88, tolerance = 4, baseline = 78, stretch = 92, owner = \"Head of support\"";
    check(&[], &[]);
    // who answers for it judges nothing
    check(&[(target, &target.replace("Head of support", "Anna"))], &[]);
    check(
        &[(target, "value = 60, tolerance = 1, baseline = 50, stretch = 70")],
        &["Customer satisfaction: target ≥ 88.0 % then, ≥ 60.0 % now; tolerance 4.0 pp then, 1.0 pp now; \
           baseline 78.0 % then, 50.0 % now; stretch 92.0 % then, 70.0 % now; within tolerance then, on target now"],
    );
    check(&[("tolerance = 4", "tolerance = 5")], &["Customer satisfaction: tolerance 4.0 pp then, 5.0 pp now"]);
    check(&[(", stretch = 92", "")], &["Customer satisfaction: stretch 92.0 % then, none now"]);
    check(
        &[
            ("weight = 0.55", "weight = 0.50"),
            ("weight = 0.15", "weight = 0.20"),
            ("0.20\ntarget = { value = 88", "0.15\ntarget = { value = 88"),
            ("0.15\ntarget = { value = 30", "0.20\ntarget = { value = 30"),
        ],
        &["Customer satisfaction: weight 20 % then, 15 % now", "Net Promoter Score: weight 15 % then, 20 % now"],
    );
    check(
        &[("at_least = 60", "at_least = 90")],
        &["Satisfied: at least 60.0 % then, 90.0 % now; it held then, does not hold now"],
    );
    check(&[(gate, "")], &["Satisfied is no longer a gate of the card: it held then"]);
    check(
        &[("id = \"backlog\"", "id = \"waiting\"")],
        &["Unresolved backlog was not on the card", "Unresolved backlog is no longer on the card: 585 then"],
    );
    check(
        &[("metric = \"csat_t2b\"\nname", "metric = \"csat_t2b\"\nid = \"csat_t2b\"\nvariant = \"top_box\"\nname")],
        &["Customer satisfaction: another figure then, the share of `csat_t2b`; now the share of `csat_t2b`, top_box"],
    );
}

#[test]
fn closing_again_keeps_something_new() {
    let now: Instant = "2026-11-05T09:00:00Z".parse().unwrap();
    let catalogue = fixture::catalogue();
    let definition = fixture::definition(crate::COMPANY.1);
    let card = fixture::card(&definition, None, None);
    let then = close(&card, &definition, &catalogue, &organisation(), &[], now);
    let check = |definition: &crate::Definition,
                 catalogue: &catalogue::Catalogue,
                 change: &dyn Fn(&mut crate::Scorecard),
                 expected| {
        let mut card = fixture::card(definition, None, None);
        change(&mut card);
        let now = close(&card, definition, catalogue, &organisation(), &[], now);
        assert_eq!(is_unchanged(&then, &now, &card), expected);
    };
    check(&definition, &catalogue, &|_| {}, true);
    check(&definition, &catalogue, &|card| card.kpis[0].value = Some(85.0), false);
    check(&definition, &catalogue, &|card| card.total.score = Some(60.0), false);
    // what was not settled is
    check(&definition, &catalogue, &|card| card.kpis[0].quality = catalogue::answer::Quality::Ok, false);
    check(&fixture::definition(&crate::COMPANY.1.replace("value = 88", "value = 87")), &catalogue, &|_| {}, false);
    let mut metric = catalogue.get("csat_t2b").unwrap().clone();
    metric.file.text = metric.file.text.replacen("name = \"", "name = \"Our ", 1);
    check(&definition, &fixture::catalogue().with([metric]), &|_| {}, false);

    let lacks: Vec<String> = then.figures.iter().filter_map(Figure::lack).collect();
    assert_eq!(lacks, ["Net Promoter Score: too few to show, n 25"]);
}

#[test]
fn why_a_figure_is_restated_is_told() {
    let edited = |card: &mut crate::Scorecard| (card.kpis[0].value, card.kpis[0].n) = (Some(85.9), 2001);
    let check = |from: &str, to: &str, expected: &str| {
        assert!(crate::COMPANY.1.contains(from), "{from}");
        let (found, card) = told_since(crate::COMPANY.1, &crate::COMPANY.1.replacen(from, to, 1), &edited);
        assert_eq!(found, [(expected.to_owned(), true)]);
        let restated = card.kpis[0].restated.clone().unwrap();
        (restated.definition_changed, restated.asked_changed)
    };
    let counts = "Customer satisfaction 86.0 % then, 85.9 % now (n 2,000 then, 2,001 now";
    // by records alone
    let found = check("metric = \"csat_t2b\"", "metric = \"csat_t2b\"", &format!("{counts})"));
    assert_eq!(found, (false, false));
    // by what the card asks
    for asked in ["parameters = { answer_within_days = 3 }", "where = \"channel = 'email'\""] {
        let expected = format!("{counts}; its parameters or filter on the card have changed)");
        let found = check("metric = \"csat_t2b\"", &format!("metric = \"csat_t2b\"\n{asked}"), &expected);
        assert_eq!(found, (false, true), "{asked}");
    }
    // by a target beside
    let found = check(
        "value = 88",
        "value = 85",
        &format!("{counts}); target ≥ 88.0 % then, ≥ 85.0 % now; within tolerance then, too close to call now"),
    );
    assert_eq!(found, (false, false));

    // a derived metric is also made of what it is made of
    let catalogue = fixture::catalogue();
    let mut input = catalogue.get("churn_rate").unwrap().clone();
    input.file.text = input.file.text.replacen("name = \"", "name = \"Yearly ", 1);
    let other = fixture::catalogue().with([input]);
    assert_ne!(closing::made_of("annual_churn_rate", &catalogue), closing::made_of("annual_churn_rate", &other));
    assert_eq!(closing::made_of("csat_t2b", &catalogue), closing::made_of("csat_t2b", &other));
}

#[test]
fn a_period_that_is_not_over_or_loaded_is_not_settled() {
    let definition = fixture::definition(crate::COMPANY.1);
    let card = fixture::card(&definition, None, None);
    let check = |now: &str, watermark: Option<&str>, expected: &str| {
        let mut card = card.clone();
        card.kpis.clear();
        card.watermark = watermark.map(|at| at.parse().unwrap());
        let closed = close(&card, &definition, &fixture::catalogue(), &organisation(), &[], now.parse().unwrap());
        assert_eq!(closed.settling.join("; "), expected, "{now} {watermark:?}");
    };
    check("2026-11-05T09:00:00Z", Some("2026-11-01T08:00:00Z"), "");
    // October of Amsterdam ends at 23:00 UTC
    check("2026-10-31T22:59:00Z", Some("2026-10-31T22:00:00Z"), "the period goes on through 2026-10-31");
    check("2026-10-31T23:00:00Z", Some("2026-10-31T23:00:00Z"), "");
    check("2026-11-05T09:00:00Z", None, "no data is loaded");
}

#[test]
fn the_sources_that_hold_a_close_up_are_named() {
    let definition = fixture::definition(crate::COMPANY.1);
    let mut card = fixture::card(&definition, None, None);
    card.watermark = Some("2026-10-28T11:00:00Z".parse().unwrap());
    card.kpis.truncate(2);
    card.kpis.iter_mut().for_each(|kpi| kpi.quality = catalogue::answer::Quality::Settling);
    let behind = |source: &str, through: &str, figures: &[&str]| Behind {
        source: source.to_owned(),
        through: through.parse().unwrap(),
        figures: figures.iter().map(|name| (*name).to_owned()).collect(),
    };
    let check = |now: &str, behind: &[Behind], expected: &[&str]| {
        let closed = close(&card, &definition, &fixture::catalogue(), &organisation(), behind, now.parse().unwrap());
        assert_eq!(closed.settling, expected, "{now} {behind:?}");
    };
    let late =
        ["Customer satisfaction: late answers are not in yet", "First response time: late answers are not in yet"];
    let surveys = behind("surveys", "2026-10-28T11:00:00Z", &["Customer satisfaction"]);
    let of_surveys = "source `surveys` is loaded through 2026-10-28T12:00:00+01:00 only, for Customer satisfaction";
    check("2026-11-05T09:00:00Z", &[], &late);
    // what a source is waited for is not told twice
    check("2026-11-05T09:00:00Z", std::slice::from_ref(&surveys), &[of_surveys, late[1]]);
    let desk = behind("desk", "2026-10-30T11:00:00Z", &["First response time", "Customer satisfaction"]);
    let of_desk = "source `desk` is loaded through 2026-10-30T12:00:00+01:00 only, for Customer satisfaction, First response time";
    check("2026-11-05T09:00:00Z", &[desk, surveys.clone()], &[of_desk, of_surveys]);
    // before its end every source is behind
    check("2026-10-29T09:00:00Z", &[surveys], &["the period goes on through 2026-10-31", late[0], late[1]]);
}

#[test]
fn the_last_closing_counts() {
    let closed = |settling: &[&str], reason: Option<&str>| {
        Event::Closed(Closed {
            from: date("2026-10-01"),
            to: date("2026-11-01"),
            watermark: None,
            settling: settling.iter().map(|text| (*text).to_owned()).collect(),
            reason: reason.map(str::to_owned),
            total: None,
            figures: vec![],
            gates: vec![],
            archived: vec![],
            hours: None,
        })
    };
    let state = replay(&[
        entry(1, "2026-11-02", "Anna", "card:company", &closed(&["NPS"], None)),
        entry(2, "2026-11-12", "Bert", "card:company", &closed(&[], Some("settled"))),
        entry(3, "2026-11-12", "Bert", "card:billing", &closed(&[], None)),
    ]);
    let found = state.closing("company", date("2026-10-01"), date("2026-11-01")).unwrap();
    assert_eq!((found.number, found.by.as_str()), (2, "Bert"));
    assert_eq!(state.closing("company", date("2026-10-01"), date("2026-10-31")), None);
    assert_eq!(state.closings().map(|(card, _)| card).collect::<Vec<_>>(), ["billing", "company"]);
}

#[test]
fn what_was_closed_first_stays_known() {
    let catalogue = fixture::catalogue();
    let gate = "\n[[gate]]\nmetric = \"csat_t2b\"\nname = \"Satisfied\"\nat_least = 60\n";
    let definition = fixture::definition(&(crate::COMPANY.1.to_owned() + gate));
    let plain = fixture::card(&definition, None, None);
    let now: Instant = "2026-12-05T09:00:00Z".parse().unwrap();
    let closed = |value: f64, n: u64, total: f64, reason: Option<&str>| {
        let mut card = plain.clone();
        (card.kpis[0].value, card.kpis[0].n, card.total.score) = (Some(value), n, Some(total));
        (card.gates[0].value, card.gates[0].n) = (Some(value), n);
        let closed = close(&card, &definition, &catalogue, &organisation(), &[], now);
        Event::Closed(Closed { reason: reason.map(str::to_owned), settling: vec![], ..closed })
    };
    let entries = [
        entry(1, "2026-11-02", "Anna", "card:company", &closed(80.5, 41, 62.5, None)),
        entry(2, "2026-11-12", "Bert", "card:company", &closed(76.7, 43, 60.0, Some("two late answers"))),
        entry(3, "2026-11-20", "Cleo", "card:company", &closed(77.0, 44, 60.0, Some("another one"))),
    ];
    let placed = |count: usize| {
        let mut card = plain.clone();
        (card.kpis[0].value, card.kpis[0].n, card.total.score) = (Some(77.0), 44, Some(60.0));
        (card.gates[0].value, card.gates[0].n) = (Some(77.0), 44);
        place(&mut card, &definition, |_| false, &replay(&entries[..count]), &catalogue, &organisation());
        card
    };
    // closed once there is nothing earlier
    assert_eq!(placed(1).closed.unwrap().earlier, []);
    let card = placed(3);
    let told = card.closed.clone().unwrap();
    assert_eq!((told.by.as_str(), told.reason.as_deref(), told.changed.len()), ("Cleo", Some("another one"), 0));
    let earlier: Vec<_> = told
        .earlier
        .iter()
        .map(|one| (one.on.to_string(), one.by.as_str(), one.reason.as_deref(), one.total, one.figures[0].value))
        .collect();
    assert_eq!(
        earlier,
        [
            ("2026-11-02".to_owned(), "Anna", None, Some(62.5), Some(80.5)),
            ("2026-11-12".to_owned(), "Bert", Some("two late answers"), Some(60.0), Some(76.7)),
        ]
    );
    let sentences: Vec<&str> = told.earlier[0].changed.iter().map(|one| one.sentence.as_str()).collect();
    assert_eq!(
        sentences,
        [
            "Customer satisfaction 80.5 % then, 76.7 % when closed again (n 41 then, 43 when closed again)",
            "Satisfied 80.5 % then, 76.7 % when closed again (n 41 then, 43 when closed again)",
        ]
    );
    let shown = crate::terminal::text(&card, 110, &jiff::tz::TimeZone::UTC);
    let lines: Vec<&str> = shown.lines().filter(|line| line.contains("losed ")).collect();
    assert_eq!(
        lines,
        [
            "First closed on 2026-11-02 by Anna with a total of 62.5; restated when it was closed again",
            "· Customer satisfaction 80.5 % then, 76.7 % when closed again (n 41 then, 43 when closed again)",
            "· Satisfied 80.5 % then, 76.7 % when closed again (n 41 then, 43 when closed again)",
            "Closed again on 2026-11-12 by Bert (two late answers) with a total of 60.0; restated when it was closed again",
            "· Customer satisfaction 76.7 % then, 77.0 % when closed again (n 43 then, 44 when closed again)",
            "· Satisfied 76.7 % then, 77.0 % when closed again (n 43 then, 44 when closed again)",
            "Closed again on 2026-11-20 by Cleo (another one); no figure has changed since",
        ]
    );
}

#[test]
fn what_left_the_card_between_two_closes_is_told() {
    let catalogue = fixture::catalogue();
    let now: Instant = "2026-12-05T09:00:00Z".parse().unwrap();
    let gate = "\n[[gate]]\nmetric = \"csat_t2b\"\nname = \"Satisfied\"\nat_least = 90\n";
    let with = fixture::definition(&(crate::COMPANY.1.to_owned() + gate));
    let without = fixture::definition(&crate::COMPANY.1.replace("id = \"backlog\"", "id = \"waiting\""));
    let closed = |definition: &crate::Definition| {
        let card = fixture::card(definition, None, None);
        Event::Closed(close(&card, definition, &catalogue, &organisation(), &[], now))
    };
    let entries = [
        entry(1, "2026-11-02", "Anna", "card:company", &closed(&with)),
        entry(2, "2026-11-12", "Bert", "card:company", &closed(&without)),
        entry(3, "2026-11-20", "Cleo", "card:company", &closed(&with)),
    ];
    let mut card = fixture::card(&with, None, None);
    place(&mut card, &with, |_| false, &replay(&entries), &catalogue, &organisation());
    let told = card.closed.unwrap();
    let sentences =
        |place: usize| -> Vec<String> { told.earlier[place].changed.iter().map(|one| one.sentence.clone()).collect() };
    assert_eq!(
        sentences(0),
        [
            "Unresolved backlog was not on the card",
            "Unresolved backlog was no longer on the card: 585 then",
            "Satisfied was no longer a gate of the card: it did not hold then",
        ]
    );
    assert_eq!(
        sentences(1),
        [
            "Unresolved backlog was not on the card",
            "Unresolved backlog was no longer on the card: 585 then",
            "Satisfied was no gate of the card",
        ]
    );
}
