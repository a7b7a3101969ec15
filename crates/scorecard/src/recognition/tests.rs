use catalogue::answer::Comparison;
use jiff::civil::Date;

use super::*;
use crate::fixture::{Chance, catalogue};

fn row(value: f64, half: f64, n: u64, change: Option<(f64, f64)>) -> AnswerRow {
    let compare = change.map(|(change, half)| Comparison {
        from: Date::ZERO,
        to: Date::ZERO,
        value: Some(value - change),
        n,
        change: Some(change),
        low: Some(change - half),
        high: Some(change + half),
    });
    let (low, high) = (Some(value - half), Some(value + half));
    AnswerRow { value: Some(value), n, low, high, quality: Quality::Ok, compare, ..AnswerRow::NO_DATA }
}

/// Who is recognised where nothing but these rows is looked at.
fn eligible(metric: &Metric, rows: &[(String, AnswerRow)], mixes: &BTreeMap<String, Mix>) -> Vec<Eligibility> {
    recognised(examine(&Kpi::of(metric), metric, rows, [mixes, mixes], &BTreeMap::new(), &[], None))
}

#[test]
fn improvement_first_then_comparison_where_it_is_fair() {
    let catalogue = catalogue();
    let metric = catalogue.get("csat_t2b").unwrap();
    let phone = |share: u64| {
        let mut mix = Mix::default();
        mix.add("phone", share);
        mix.add("email", 100 - share);
        mix
    };
    let teams = [
        ("A", row(80.0, 2.0, 500, Some((3.0, 2.0))), phone(90)),
        ("B", row(90.0, 2.0, 500, Some((1.0, 2.5))), phone(85)),
        ("C", row(85.0, 2.0, 500, Some((-3.0, 2.5))), phone(90)),
        ("D", row(95.0, 2.0, 500, None), phone(10)),
        ("E", row(99.0, 2.0, 12, Some((9.0, 2.5))), phone(90)),
    ];
    let rows: Vec<(String, AnswerRow)> = teams.iter().map(|(who, row, _)| ((*who).to_owned(), row.clone())).collect();
    let mixes = teams.iter().map(|(who, _, mix)| ((*who).to_owned(), mix.clone())).collect();
    let found = eligible(metric, &rows, &mixes);
    let told: Vec<(&str, Ground, &str)> =
        found.iter().map(|one| (one.who.as_deref().unwrap(), one.ground, one.reason.as_str())).collect();
    assert_eq!(
        told,
        [
            // three changes and three comparisons; 3.0 ± 2.0 is by chance in 3 of 1,000, and the second of six may be in 17
            (
                "A",
                Ground::Improvement,
                "+3.0 pp since the period before, more than chance explains among 6 comparisons",
            ),
            // 88–92 lies beyond A's 78–82 and C's 83–87; E has too few to count
            (
                "B",
                Ground::Comparison,
                "clearly best of 3 who do the same kinds of work, more than chance explains among 6 comparisons",
            ),
            (
                "C",
                Ground::None,
                "−3.0 pp since the period before, for the worse; not clearly better than the 2 others who do the same kinds of work"
            ),
            ("D", Ground::None, "nothing to compare with; nobody else does the same kinds of work"),
            ("E", Ground::None, "too few: 12, and it takes 30"),
        ]
    );
}

#[test]
fn one_other_is_no_others_and_one_with_too_few_is_not_nobody() {
    let catalogue = catalogue();
    let metric = catalogue.get("csat_t2b").unwrap();
    let mix = || {
        let mut mix = Mix::default();
        mix.add("phone", 100);
        mix
    };
    let check = |other: AnswerRow, expected: &str| {
        let rows = [("A".to_owned(), row(80.0, 2.0, 500, None)), ("B".to_owned(), other)];
        let mixes = rows.iter().map(|(who, _)| (who.clone(), mix())).collect();
        let found = eligible(metric, &rows, &mixes);
        assert_eq!(found[0].reason, format!("nothing to compare with; {expected}"));
    };
    check(row(81.0, 2.0, 500, None), "not clearly better than the one other who does the same kinds of work");
    check(row(81.0, 9.0, 12, None), "nobody else who does the same kinds of work has enough for a figure");
}

#[test]
fn a_stock_is_no_sample() {
    let catalogue = catalogue();
    let metric = catalogue.get("unresolved_backlog").unwrap();
    let check = |now: f64, before: f64, ground: Ground, reason: &str| {
        let full = AnswerRow { low: None, high: None, quality: Quality::LowN, ..row(now, 0.0, now as u64, None) };
        let compare = row(now, 0.0, before as u64, Some((now - before, 0.0))).compare.unwrap();
        let compare = Some(Comparison { low: None, high: None, ..compare });
        let rows = [("A".to_owned(), AnswerRow { compare, ..full })];
        let found = eligible(metric, &rows, &BTreeMap::new());
        assert_eq!((found[0].ground, found[0].reason.as_str()), (ground, reason));
    };
    // the least backlog is no thin sample: 9 and 2 differ by 1.96 · √11 = 6.5 at most, 9 and 4 by 1.96 · √13 = 7.1
    check(2.0, 9.0, Ground::Improvement, "−7 since the period before, more than chance explains");
    check(
        4.0,
        9.0,
        Ground::None,
        "−5 since the period before, no more than chance explains; compared with nobody: it goes with how much work there is",
    );
}

#[test]
fn some_metrics_are_no_goals() {
    let catalogue = catalogue();
    let check = |id: &str, expected: Option<&str>| {
        assert_eq!(no_goal(catalogue.get(id).unwrap()).as_deref(), expected, "{id}");
    };
    check("csat_t2b", None);
    check("abandonment_rate", Some("no goal: it is met by treating customers worse"));
    check("aht", Some("no goal: it is met by treating customers worse"));
    check("employee_satisfaction", Some("no goal: it is about staff, who would be known by it"));
    check("escalation_rate", Some("no goal: it is best neither high nor low"));
    let metric = catalogue.get("aht").unwrap();
    let found = eligible(metric, &[], &BTreeMap::new());
    assert_eq!((found.len(), found[0].who.as_ref(), found[0].ground), (1, None, Ground::None));
}

#[test]
fn what_is_clear_by_itself_may_be_chance_among_many() {
    let catalogue = catalogue();
    let metric = catalogue.get("csat_t2b").unwrap();
    // 3.0 ± 2.5 is by chance in 19 of 1,000: the least of two may be in 25, of three in 17
    let check = |others: usize, ground: Ground, reason: &str| {
        let mut rows = vec![("A".to_owned(), row(80.0, 2.0, 500, Some((3.0, 2.5))))];
        rows.extend((0..others).map(|other| (other.to_string(), row(80.0, 2.0, 500, Some((0.1, 2.5))))));
        let found = eligible(metric, &rows, &BTreeMap::new());
        assert_eq!((found[0].ground, found[0].reason.as_str()), (ground, reason));
    };
    check(0, Ground::Improvement, "+3.0 pp since the period before, more than chance explains");
    check(1, Ground::Improvement, "+3.0 pp since the period before, more than chance explains among 2 comparisons");
    check(
        2,
        Ground::None,
        "+3.0 pp since the period before, which may be chance among 3 comparisons; nobody else does the same kinds of work",
    );
}

/// By hand: of five in order 0.012 is above 1 · 0.01 and 0.019 below 2 · 0.01, so that both count; 0.04 is the last that is
/// held against 4 · 0.01.
#[test]
fn benjamini_and_hochberg() {
    let check = |chances: &[f64], expected: Option<f64>| assert_eq!(clear_below(chances), expected, "{chances:?}");
    check(&[], None);
    check(&[0.05], Some(0.05));
    check(&[0.051], None);
    check(&[0.9, 0.019, 0.5, 0.012, 0.7], Some(0.019));
    check(&[0.9, 0.04, 0.012, 0.019, 0.03], Some(0.04));
    check(&[0.9, 0.021, 0.012, 0.5, 0.6], None);
}

#[test]
fn how_far_chance_moves_it_must_be_known() {
    let catalogue = catalogue();
    // money without a margin: no lower cost is told from chance
    let metric = catalogue.get("cost_per_contact").unwrap();
    let compare = row(4.0, 0.0, 500, Some((-1.0, 0.0))).compare.unwrap();
    let compare = Some(Comparison { low: None, high: None, ..compare });
    let rows = [("A".to_owned(), AnswerRow { low: None, high: None, compare, ..row(4.0, 0.0, 500, None) })];
    let found = eligible(metric, &rows, &BTreeMap::new());
    assert_eq!(found[0].ground, Ground::None);
    assert!(found[0].reason.contains("and how far chance moves it is not known"), "{}", found[0].reason);
}

/// Forty agents by eight KPIs, of whom nobody has changed: 200 answers each then and now, 80 % good. `better` is by how many
/// percentage points the first has become better.
fn simulated(chance: &mut Chance, metric: &Metric, better: f64) -> (usize, Vec<Eligibility>) {
    let error = 100.0 * (0.8_f64 * 0.2 / 200.0).sqrt();
    let phone = || {
        let mut mix = Mix::default();
        mix.add("phone", 100);
        mix
    };
    let mut examined = Vec::new();
    let mut clear_by_themselves = 0;
    for kpi in 0..8 {
        let mut rows = Vec::new();
        for agent in 0..40 {
            let more = if (kpi, agent) == (0, 0) { better } else { 0.0 };
            let (before, now) = (80.0 + error * chance.normal(), 80.0 + more + error * chance.normal());
            let (half, half_of_change) = (1.96 * error, 1.96 * error * 2.0_f64.sqrt());
            clear_by_themselves += usize::from(now - before > half_of_change);
            rows.push((agent.to_string(), row(now, half, 200, Some((now - before, half_of_change)))));
        }
        let mixes = rows.iter().map(|(who, _)| (who.clone(), phone())).collect();
        let kpi = Kpi { id: kpi.to_string(), ..Kpi::of(metric) };
        examined.extend(examine(&kpi, metric, &rows, [&mixes, &mixes], &BTreeMap::new(), &[], None));
    }
    let mut found = recognised(examined);
    found.retain(|one| one.ground != Ground::None);
    (clear_by_themselves, found)
}

#[test]
fn where_nothing_has_changed_hardly_anybody_is_recognised() {
    let catalogue = catalogue();
    let metric = catalogue.get("csat_t2b").unwrap();
    let mut chance = Chance(7);
    let runs: Vec<(usize, usize)> = (0..50)
        .map(|_| {
            let (clear, found) = simulated(&mut chance, metric, 0.0);
            (clear, found.len())
        })
        .collect();
    let clear: usize = runs.iter().map(|run| run.0).sum();
    let wrongly = runs.iter().filter(|run| run.1 > 0).count();
    // one in forty of 16,000 is 400: so many were recognised where each was looked at by itself
    assert!((330..470).contains(&clear), "{clear}");
    // at most one export of twenty has anybody: 2.5 of 50, and seldom more than 6
    assert!(wrongly <= 6, "{wrongly}: {runs:?}");
}

#[test]
fn who_has_really_improved_is_found() {
    let catalogue = catalogue();
    let metric = catalogue.get("csat_t2b").unwrap();
    let mut chance = Chance(11);
    for _ in 0..10 {
        // 28 is seven standard errors of a change, and among 640 comparisons it takes four
        let (_, found) = simulated(&mut chance, metric, 28.0);
        let first = found.iter().find(|one| one.kpi == "0" && one.who.as_deref() == Some("0"));
        assert!(first.is_some_and(|one| one.ground == Ground::Improvement), "{found:?}");
        assert!(found.len() <= 3, "{found:?}");
    }
}

/// Satisfaction by e-mail is 60 % as before and by phone 96 instead of 100 %: who moved from one to the other shows 21
/// points more, and has gained nothing.
#[test]
fn other_work_is_no_improvement() {
    let catalogue = catalogue();
    let metric = catalogue.get("csat_t2b").unwrap();
    let mix = |phone: u64| {
        let mut mix = Mix::default();
        mix.add("phone", phone);
        mix.add("email", 100 - phone);
        BTreeMap::from([("A".to_owned(), mix)])
    };
    let rows = [("A".to_owned(), row(89.0, 2.0, 500, Some((21.0, 3.0))))];
    let check = |before: u64, ground: Ground, reason: &str| {
        let examined = examine(&Kpi::of(metric), metric, &rows, [&mix(80), &mix(before)], &BTreeMap::new(), &[], None);
        let found = recognised(examined);
        assert_eq!((found[0].ground, found[0].reason.as_str()), (ground, reason), "{before}");
    };
    check(70, Ground::Improvement, "+21.0 pp since the period before, more than chance explains");
    let moved = "+21.0 pp since the period before, by other work: 40 % of it is of the same kinds";
    check(20, Ground::None, &format!("{moved}; nobody else does the same kinds of work"));
}

/// Calls that were abandoned have no team, so that each team answers all of its own: nobody is recognised for that.
#[test]
fn what_belongs_to_nobody_makes_no_comparison() {
    let catalogue = catalogue();
    let metric = catalogue.get("abandonment_rate").unwrap();
    let check = |rows: &[(Option<&str>, f64, f64)], wanted: Option<&str>| {
        let rows: Vec<AnswerRow> = rows
            .iter()
            .map(|(team, above, below)| AnswerRow {
                by: BTreeMap::from([("team".to_owned(), team.map(str::to_owned))]),
                numerator: Some(*above),
                denominator: Some(*below),
                n: *below as u64,
                ..AnswerRow::NO_DATA
            })
            .collect();
        assert_eq!(of_nobody(metric, Some(LineUnit::COUNTS), &rows, "team").as_deref(), wanted);
        // minutes that nobody has say nothing of minutes
        let times = LineUnit { numerator: Some(Unit::Seconds), denominator: Some(Unit::Seconds) };
        assert_eq!(of_nobody(metric, Some(times), &rows, "team"), None);
    };
    let whole = "no team’s figure is whole: of what it counts 60 of 60 have no team";
    check(&[(Some("A"), 0.0, 400.0), (Some("B"), 0.0, 540.0), (None, 60.0, 60.0)], Some(whole));
    // of a service level it is those who were not answered in time
    let whole = "no team’s figure is whole: of what it does not count 60 of 100 have no team";
    check(&[(Some("A"), 380.0, 400.0), (Some("B"), 520.0, 540.0), (None, 0.0, 60.0)], Some(whole));
    // who is missing is missing on both sides
    check(&[(Some("A"), 300.0, 400.0), (Some("B"), 400.0, 540.0), (None, 40.0, 60.0)], None);
    check(&[(Some("A"), 300.0, 400.0), (Some("B"), 400.0, 540.0)], None);
    check(&[(Some("A"), 0.0, 400.0), (None, 0.0, 10.0)], None);
    // one of two says nothing
    check(&[(Some("A"), 1.0, 400.0), (None, 1.0, 1.0)], None);
    check(&[], None);
}

/// Satisfaction rose by 35 points because those who would have complained were not asked, and because reviewers are
/// content with less: neither has got better.
#[test]
fn what_was_bought_with_something_else_is_no_improvement() {
    let catalogue = catalogue();
    let metric = catalogue.get("csat_t2b").unwrap();
    let rows = [("A".to_owned(), row(95.0, 2.0, 180, Some((35.0, 3.0))))];
    let check = |id: &str, (before, change, margin): (f64, f64, f64), ground: Ground, reason: &str| {
        let mut now = row(before + change, 3.0, 900, Some((change, margin)));
        // who was asked is a full count, without a margin
        if let Some(compare) = now.compare.as_mut().filter(|_| id == "survey_coverage") {
            (compare.low, compare.high) = (None, None);
        }
        let watched = [Watched { metric: catalogue.get(id).unwrap(), rows: BTreeMap::from([("A".to_owned(), now)]) }];
        let none = [&BTreeMap::new(), &BTreeMap::new()];
        let found = recognised(examine(&Kpi::of(metric), metric, &rows, none, &BTreeMap::new(), &watched, None));
        assert_eq!((found[0].ground, found[0].reason.as_str()), (ground, reason), "{id} {change}");
    };
    let gained = "+35.0 pp since the period before";
    let clear = format!("{gained}, more than chance explains");
    let bought = |with: &str| format!("{gained}, while for the worse: {with}; nobody else does the same kinds of work");
    check("quality_score", (92.0, -38.2, 4.0), Ground::None, &bought("Quality score −38.2 pt"));
    check("dsat_rate", (5.0, 6.0, 2.0), Ground::None, &bought("Dissatisfaction rate +6.0 pp"));
    check("survey_coverage", (100.0, -60.0, 3.0), Ground::None, &bought("Survey coverage −60.0 pp"));
    // by chance, for the better, or a few fewer than before
    check("quality_score", (92.0, -3.0, 4.0), Ground::Improvement, &clear);
    check("quality_score", (50.0, 38.2, 4.0), Ground::Improvement, &clear);
    check("survey_coverage", (90.0, -4.0, 1.0), Ground::Improvement, &clear);
    // nobody answered then, and nobody does
    check("csat_response_rate", (0.0, 0.0, 0.0), Ground::Improvement, &clear);
}

/// What is watched is of the survey that the figure is of, and what the card says in place of the metric.
#[test]
fn what_is_watched_is_of_the_same_survey() {
    let catalogue = catalogue();
    let told = |question: &Question| {
        let parameters: Vec<String> =
            question.parameters.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let filter = question.filter.as_deref().map(|filter| format!(" where {filter}")).unwrap_or_default();
        format!("{} {}{filter}", question.metric, parameters.join(" ")).trim_end().to_owned()
    };
    let check = |id: &str, written: &dyn Fn(&mut Kpi), expected: &[&str]| {
        let metric = catalogue.get(id).unwrap();
        let mut kpi = Kpi::of(metric);
        written(&mut kpi);
        let found: Vec<String> = watched(&kpi, metric, &catalogue).iter().map(told).collect();
        assert_eq!(found, expected, "{id}");
    };
    let instrument = |kpi: &mut Kpi, value: &str| {
        kpi.parameters = BTreeMap::from([("instrument".to_owned(), value.to_owned())]);
    };
    let filter = |kpi: &mut Kpi, value: &str| {
        kpi.filter = Some(catalogue::file::Located { value: value.to_owned(), span: 0..0 });
    };
    check(
        "csat_t2b",
        &|_| {},
        &[
            "csat_response_rate instrument=csat",
            "cost_per_contact",
            "quality_score",
            "dsat_rate instrument=csat",
            "survey_coverage instrument=csat",
        ],
    );
    check(
        "ces_v2",
        &|_| {},
        &[
            "cost_per_contact",
            "compliance_rate",
            "survey_coverage instrument=ces_v2",
            "csat_response_rate instrument=ces_v2",
        ],
    );
    let of_chats = |kpi: &mut Kpi| {
        instrument(kpi, "csat_chat");
        filter(kpi, "channel = 'chat'");
        kpi.counterbalances = vec!["dsat_rate".to_owned(), "reopen_rate".to_owned()];
    };
    check(
        "csat_t2b",
        &of_chats,
        &[
            "dsat_rate instrument=csat_chat where channel = 'chat'",
            "reopen_rate",
            "survey_coverage instrument=csat_chat where channel = 'chat'",
            "csat_response_rate instrument=csat_chat where channel = 'chat'",
        ],
    );
    // whoever did not answer has no answer to be told apart by
    let of_the_pleased = |kpi: &mut Kpi| {
        filter(kpi, "value > 2");
        kpi.counterbalances.clear();
    };
    check("nps", &of_the_pleased, &["survey_coverage instrument=nps", "csat_response_rate instrument=nps"]);
    check("survey_coverage", &|kpi| instrument(kpi, "nps"), &["csat_response_rate instrument=nps"]);
    check("first_response_time", &|kpi| kpi.counterbalances = vec!["reopen_rate".to_owned()], &["reopen_rate"]);
}

/// 27 complaints after 91: of a third of the contacts that says nothing, of as many that there are fewer. Where a tenth fewer
/// came in, a tenth fewer complaints were due: 819 after 910 are no fewer for the work, though 91 are more than
/// 1.96 · √1,729 = 81.5.
#[test]
fn less_work_is_no_improvement() {
    let catalogue = catalogue();
    let metric = catalogue.get("complaints").unwrap();
    let work = work_behind(metric, &catalogue).map(|question| question.metric);
    assert_eq!(work.as_deref(), Some("contacts_received"));
    assert_eq!(work_behind(catalogue.get("csat_t2b").unwrap(), &catalogue), None);
    assert_eq!(work_behind(catalogue.get("critical_breaches").unwrap(), &catalogue), None);
    let counted = |before: f64, now: f64| {
        let compare = row(now, 0.0, before as u64, Some((now - before, 0.0))).compare.unwrap();
        let compare = Some(Comparison { low: None, high: None, ..compare });
        AnswerRow { low: None, high: None, compare, ..row(now, 0.0, now as u64, None) }
    };
    let check = |[before, now]: [f64; 2], contacts: Option<[f64; 2]>, ground: Ground, reason: &str| {
        let rows = [("A".to_owned(), counted(before, now))];
        let amount = contacts.map(|[before, now]| Watched {
            metric: catalogue.get("contacts_received").unwrap(),
            rows: BTreeMap::from([("A".to_owned(), counted(before, now))]),
        });
        let none = [&BTreeMap::new(), &BTreeMap::new()];
        let found = recognised(examine(&Kpi::of(metric), metric, &rows, none, &BTreeMap::new(), &[], amount.as_ref()));
        let told = found[0].reason.trim_end_matches("; compared with nobody: it goes with how much work there is");
        assert_eq!((found[0].ground, told), (ground, reason), "{contacts:?}");
    };
    let fewer = "−64 since the period before";
    let clear = format!("{fewer}, more than chance explains");
    check([91.0, 27.0], Some([1000.0, 1000.0]), Ground::Improvement, &clear);
    check([91.0, 27.0], Some([1000.0, 1090.0]), Ground::Improvement, &clear);
    let other = format!("{fewer}, by another amount of work: Contacts received 300 after 1,000");
    check([91.0, 27.0], Some([1000.0, 300.0]), Ground::None, &other);
    check([91.0, 27.0], None, Ground::None, &format!("{fewer}, and it goes with how much work there is"));
    let few = "−91 since the period before";
    check([910.0, 819.0], Some([1000.0, 1000.0]), Ground::Improvement, &format!("{few}, more than chance explains"));
    check([910.0, 819.0], Some([1000.0, 900.0]), Ground::None, &format!("{few}, no more than chance explains"));
}

/// E-mail and chat by 100 : 0, 82 : 18 and 65 : 35: the second does the same kinds of work as both others, who do not do the
/// same as each other. Who is best does not go by what they are called.
#[test]
fn who_is_compared_does_not_go_by_names() {
    let catalogue = catalogue();
    let metric = catalogue.get("csat_t2b").unwrap();
    let check = |names: [&str; 3]| {
        let work = [(100, 60.0), (82, 70.0), (65, 95.0)];
        let teams = names.into_iter().zip(work);
        let rows: Vec<(String, AnswerRow)> =
            teams.clone().map(|(name, (_, value))| (name.to_owned(), row(value, 2.0, 500, None))).collect();
        let mix = |email: u64| {
            let mut mix = Mix::default();
            mix.add("email", email);
            mix.add("chat", 100 - email);
            mix
        };
        let mixes = teams.map(|(name, (email, _))| (name.to_owned(), mix(email))).collect();
        let found = eligible(metric, &rows, &mixes);
        let told: Vec<(Ground, &str)> =
            found.iter().map(|one| (one.ground, one.reason.trim_start_matches("nothing to compare with; "))).collect();
        assert_eq!(
            told,
            [
                (Ground::None, "not clearly better than the one other who does the same kinds of work"),
                (Ground::None, "not clearly better than the 2 others who do the same kinds of work"),
                (
                    Ground::Comparison,
                    "clearly best of 2 who do the same kinds of work, more than chance explains among 3 comparisons"
                ),
            ],
            "{names:?}"
        );
    };
    check(["A", "B", "C"]);
    check(["C", "B", "A"]);
    check(["B", "A", "C"]);
}
