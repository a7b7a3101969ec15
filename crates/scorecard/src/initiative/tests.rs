use std::collections::BTreeMap;

use catalogue::file::Problems;
use catalogue::source::SourceText;

use super::*;
use crate::fixture;

const EASY: &str = r#"
name = "Agents may refund up to €50"
hypothesis = "if agents may refund at once, fewer customers come back, because nobody has to be asked"
status = "running"
kpi = "csat_t2b"
effect = 3
owner = "Head of support"
cost = 12000
start = 2026-09-01
end = 2026-12-31
teams = ["Billing"]
channels = "email"

[[milestone]]
name = "Pilot"
due = 2026-09-15
done = 2026-09-20

[[milestone]]
name = "All teams"
due = 2026-10-15
"#;

const CHOSEN: &str = r#"
date = 2026-08-20
text = "We chose refunds by agents because half of the second contacts ask for one."
decided_by = "Head of support"
kpis = ["backlog", "fcr"]
initiative = "easy"
"#;

fn initiative(text: &str) -> (Option<Initiative>, Vec<String>) {
    let cards = BTreeMap::from([("company".to_owned(), fixture::definition(crate::COMPANY.1))]);
    let catalogue = fixture::catalogue();
    let mut problems = Problems::default();
    let file = SourceText { path: "initiatives/easy.toml".to_owned(), text: text.to_owned() };
    let around = Around { catalogue: &catalogue, cards: &cards };
    let found = declare_initiative("easy", file, around, &mut problems);
    (found, told(problems))
}

fn decision(text: &str) -> (Option<Decision>, Vec<String>) {
    let cards = BTreeMap::from([("company".to_owned(), fixture::definition(crate::COMPANY.1))]);
    let catalogue = fixture::catalogue();
    let mut problems = Problems::default();
    let file = SourceText { path: "decisions/chosen.toml".to_owned(), text: text.to_owned() };
    let around = Around { catalogue: &catalogue, cards: &cards };
    let initiatives = initiative(EASY).0.map(|one| (one.id.clone(), one)).into_iter().collect();
    let found = declare_decision("chosen", file, around, &initiatives, &mut problems);
    (found, told(problems))
}

/// Problems as `line:column code: message`.
fn told(problems: Problems) -> Vec<String> {
    let one = |problem: &catalogue::diagnostic::Diagnostic| {
        format!("{}:{} {}: {}", problem.line, problem.column, problem.code, problem.message)
    };
    problems.into_sorted().iter().map(one).collect()
}

#[test]
fn an_initiative_is_read() {
    let (found, problems) = initiative(EASY);
    assert_eq!(problems, Vec::<String>::new());
    let found = found.unwrap();
    assert_eq!((found.id.as_str(), found.card.as_str(), found.metric.as_str()), ("easy", "company", "csat_t2b"));
    assert_eq!((found.status, found.effect, found.cost), (InitiativeStatus::Running, Some(3.0), Some(12_000.0)));
    assert_eq!(
        (found.start.to_string(), found.end.map(|end| end.to_string())),
        ("2026-09-01".into(), Some("2026-12-31".into()))
    );
    assert_eq!((found.teams, found.channels), (vec!["Billing".to_owned()], vec!["email".to_owned()]));
    assert_eq!(found.milestones.len(), 2);
    assert_eq!(found.milestones[0].done.map(|done| done.to_string()), Some("2026-09-20".to_owned()));
    assert_eq!(found.milestones[1].done, None);
}

#[test]
fn what_nobody_wrote_follows_the_days() {
    let check = |from: &str, to: &str, today: &str, expected: &str| {
        let found = initiative(&EASY.replacen(from, to, 1)).0.unwrap();
        assert_eq!(found.status_on(today.parse().unwrap()).name(), expected, "{to} {today}");
    };
    let written = "status = \"running\"\n";
    check(written, "", "2026-08-31", "planned");
    check(written, "", "2026-09-01", "running");
    check(written, "", "2026-12-31", "running");
    check(written, "", "2027-01-01", "done");
    // what is written is so
    check(written, written, "2026-08-31", "running");
    check(written, "status = \"stopped\"\n", "2026-10-01", "stopped");
    // one that goes on goes on
    let endless = "status = \"running\"\nkpi = \"csat_t2b\"\neffect = 3\nowner = \"Head of support\"\ncost = 12000\nstart = 2026-09-01\nend = 2026-12-31\n";
    check(endless, "kpi = \"csat_t2b\"\nstart = 2026-09-01\n", "2030-01-01", "running");
}

#[test]
fn a_decision_is_read() {
    let (found, problems) = decision(CHOSEN);
    assert_eq!(problems, Vec::<String>::new());
    let found = found.unwrap();
    // of KPIs on the card by their id there, of others by the metric's
    assert_eq!(
        (found.kpis, found.metrics),
        (vec!["backlog".to_owned(), "fcr".to_owned()], vec!["unresolved_backlog".to_owned(), "fcr".to_owned()])
    );
    assert_eq!((found.date.to_string(), found.initiative.as_deref()), ("2026-08-20".to_owned(), Some("easy")));
    // without any of its own it is about those of its initiative
    let (found, _) = decision(&CHOSEN.replace("kpis = [\"backlog\", \"fcr\"]\n", ""));
    assert_eq!(found.unwrap().metrics, ["csat_t2b"]);
}

#[test]
fn what_is_wrong_with_an_initiative_has_its_place() {
    let check = |from: &str, to: &str, is_sound: bool, expected: &[&str]| {
        assert!(EASY.contains(from), "{from}");
        let (found, problems) = initiative(&EASY.replacen(from, to, 1));
        assert_eq!((found.is_some(), problems.as_slice()), (is_sound, &expected.map_owned()[..]), "{to}");
    };
    check(
        "kpi = \"csat_t2b\"",
        "kpi = \"csat\"",
        false,
        &["5:7 unknown_kpi: `csat` is neither a KPI of the card `company` nor a metric"],
    );
    check("kpi = \"csat_t2b\"\n", "", false, &["1:1 missing_field: `kpi` is missing"]);
    check(
        "status = \"running\"",
        "status = \"begun\"",
        false,
        &["4:10 unknown_value: `begun` is not a value of `status`"],
    );
    check(
        "status = \"running\"",
        "card = \"billing\"",
        false,
        &["4:8 unknown_card: there is no card `billing` without errors"],
    );
    check(
        "end = 2026-12-31",
        "end = 2026-08-31",
        false,
        &[
            "10:7 wrong_value: the end 2026-08-31 is before the start 2026-09-01",
            "14:1 odd_milestone: milestone \"Pilot\" is due outside the initiative, on 2026-09-15",
            "19:1 odd_milestone: milestone \"All teams\" is due outside the initiative, on 2026-10-15",
        ],
    );
    check(
        "cost = 12000",
        "objective = \"fast\"",
        false,
        &["8:13 unknown_objective: there is no objective `fast` on the card `company`"],
    );
    check("hypothesis = \"", "hypothesis = \"  \" # \"", false, &["3:14 missing_field: `hypothesis` says nothing"]);
    check("cost = 12000", "cost = -1", false, &["8:8 wrong_value: a cost of -1 is negative"]);
    check("start = 2026-09-01\n", "", false, &["1:1 missing_field: `start` is missing"]);
    check("effect = 3", "effect = -3", true, &["6:10 odd_effect: an effect of -3 makes `csat_t2b` no better"]);
    check(
        "effect = 3\n",
        "",
        true,
        &["1:1 missing_effect: the initiative does not say by how much the figure should move"],
    );
    check("owner = \"Head of support\"\n", "", true, &["1:1 missing_owner: nobody answers for the initiative"]);
    check(
        "due = 2026-10-15",
        "due = 2027-01-15",
        true,
        &["19:1 odd_milestone: milestone \"All teams\" is due outside the initiative, on 2027-01-15"],
    );
    check(
        "due = 2026-10-15",
        "when = 2026-10-15",
        false,
        &["19:1 missing_field: `milestone.due` is missing", "21:1 unknown_field: `milestone.when` is not a field here"],
    );
}

#[test]
fn what_is_wrong_with_a_decision_has_its_place() {
    let check = |from: &str, to: &str, is_sound: bool, expected: &[&str]| {
        assert!(CHOSEN.contains(from), "{from}");
        let (found, problems) = decision(&CHOSEN.replacen(from, to, 1));
        assert_eq!((found.is_some(), problems.as_slice()), (is_sound, &expected.map_owned()[..]), "{to}");
    };
    check("because", "although", true, &["3:8 missing_reason: the decision does not say why"]);
    check(
        "\"fcr\"",
        "\"fcrr\"",
        false,
        &["5:20 unknown_kpi: `fcrr` is neither a KPI of the card `company` nor a metric"],
    );
    check(
        "initiative = \"easy\"",
        "objective = \"fast\"",
        false,
        &["6:13 unknown_objective: there is no objective `fast` on the card `company`"],
    );
    check("\"easy\"", "\"hard\"", false, &["6:14 unknown_initiative: there is no initiative `hard` without errors"]);
    check(
        "kpis = [\"backlog\", \"fcr\"]\ninitiative = \"easy\"\n",
        "",
        false,
        &["1:1 missing_field: the decision is about nothing"],
    );
    check(
        "date = 2026-08-20",
        "date = \"soon\"",
        false,
        &["2:8 wrong_type: `date` is string, not a date such as 2026-01-31"],
    );
    check("decided_by = \"Head of support\"\n", "", false, &["1:1 missing_field: `decided_by` is missing"]);
}

/// Texts as one's own, for comparison.
trait MapOwned {
    fn map_owned(&self) -> Vec<String>;
}

impl MapOwned for &[&str] {
    fn map_owned(&self) -> Vec<String> {
        self.iter().map(|text| (*text).to_owned()).collect()
    }
}
