//! What a card is for: strategy, gates, pairs, operational metrics.

use super::{catalogue, read, says};
use crate::definition::{Cadence, FLOOR, Level, Limit, Origin, Role};

const WHOLE: &str = r#"title = "Billing"
value_proposition = "Right, fast"
competes_on = { customer_experience = 0.7, cost = 0.3 }
industry = "saas"
channels = ["phone", "email"]
level = "team"
parent = "company"
only = { team = ["Billing", "Invoices"], channel = "email" }
[[objective]]
id = "once"
name = "Solved once"
why = "it is what people pay for"
[[factor]]
id = "authority"
name = "First-contact authority"
objective = "once"
[[factor]]
id = "staffing"
name = "Right staffing at peaks"
objective = "once"
[[perspective]]
id = "satisfaction"
name = "Satisfaction"
floor = 50
[[perspective]]
id = "cost"
name = "Cost"
[[kpi]]
metric = "csat_t2b"
perspective = "satisfaction"
weight = 0.6
role = "outcome"
factor = "authority"
also = ["staffing"]
operational = ["dsat_rate", "transfer_rate"]
cadence = "weekly"
serves = "csat"
counterbalances = ["aht"]
why = "the promise"
target = { value = 80, baseline = 70, baseline_n = 900, set_on = 2026-01-15, deadline = 2026-12-31, from = "own", owner = "Ann" }
[[kpi]]
metric = "cost_per_resolution"
perspective = "cost"
weight = 0.4
target = { value = 5, owner = "Ann" }
[[gate]]
metric = "critical_breaches"
at_most = 0
name = "No critical breach"
[[gate]]
kpi = "csat_t2b"
no_worse_than_baseline_by = 2
[[gate]]
id = "dear"
metric = "cost_per_resolution"
at_most = 9
[[pair]]
kpis = ["csat_t2b", "cost_per_resolution"]
wins = "csat_t2b"
when = "always but in December"
[[operational]]
metric = "transfer_rate"
audience = ["service_manager"]
target = { value = 10, owner = "Ann" }
[[operational]]
metric = "dsat_rate"
[[left_out]]
kpi = "customer_retention_rate"
needs = ["order"]
"#;

#[test]
fn a_card_with_all_of_it() {
    let (definition, problems) = read(WHOLE);
    assert_eq!(problems, [""; 0]);
    let card = definition.unwrap();
    let shares: Vec<(&str, f64)> = card.competes_on.iter().map(|(id, share)| (id.as_str(), *share)).collect();
    assert_eq!(shares, [("cost", 0.3), ("customer_experience", 0.7)]);
    assert_eq!((card.industry.as_deref(), card.level), (Some("saas"), Level::Team));
    assert_eq!(card.parent.as_ref().map(|parent| parent.value.as_str()), Some("company"));
    assert_eq!(card.channels, ["phone", "email"]);
    let held: Vec<_> = card.held_to().into_iter().collect();
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(
        held,
        [("channel".to_owned(), vec![some("email")]), ("team".to_owned(), vec![some("Billing"), some("Invoices")])]
    );
    assert_eq!(card.objectives[0].why.as_deref(), Some("it is what people pay for"));
    let factors: Vec<_> = card.factors.iter().map(|one| (one.id.as_str(), one.objective.as_str())).collect();
    assert_eq!(factors, [("authority", "once"), ("staffing", "once")]);
    assert_eq!(card.perspectives.iter().map(|one| one.floor).collect::<Vec<_>>(), [50.0, FLOOR]);

    let [csat, cost] = card.kpis.as_slice() else { panic!("{} KPIs", card.kpis.len()) };
    assert_eq!((csat.role, csat.cadence, csat.factor.as_deref()), (Role::Outcome, Cadence::Weekly, Some("authority")));
    assert_eq!(
        (csat.also.as_slice(), csat.counterbalances.as_slice()),
        (&["staffing".into()][..], &["aht".into()][..])
    );
    assert_eq!(csat.operational, ["dsat_rate", "transfer_rate"]);
    assert_eq!(csat.serves.as_ref().map(|serves| serves.value.as_str()), Some("csat"));
    let target = csat.target.as_ref().unwrap();
    assert_eq!((target.baseline_n, target.from), (Some(900), Some(Origin::Own)));
    assert_eq!(target.set_on.map(|date| date.to_string()).as_deref(), Some("2026-01-15"));
    // where nothing is said
    assert_eq!((cost.role, cost.cadence, &cost.factor), (Role::Primary, Cadence::Monthly, &None));
    assert_eq!(cost.counterbalances, catalogue().get("cost_per_resolution").unwrap().counterbalances);

    let gates: Vec<_> = card.gates.iter().map(|gate| (gate.id.as_str(), gate.kpi.as_deref(), gate.limit)).collect();
    assert_eq!(
        gates,
        [
            ("critical_breaches", None, Limit::AtMost(0.0)),
            ("csat_t2b", Some("csat_t2b"), Limit::NoWorseThanBaselineBy { by: 2.0, baseline: 70.0 }),
            // named by its metric, and the figure of the KPI
            ("dear", Some("cost_per_resolution"), Limit::AtMost(9.0)),
        ]
    );
    assert_eq!(card.gates[0].name, "No critical breach");
    assert_eq!(card.pairs[0].wins, "csat_t2b");
    assert_eq!(card.operational[0].audience, ["service_manager"]);
    assert_eq!(card.operational[1].audience, catalogue().get("dsat_rate").unwrap().audience);
    assert_eq!((card.left_out[0].kpi.as_str(), card.left_out[0].needs.len()), ("customer_retention_rate", 1));
}

#[test]
fn one_thing_to_compete_on() {
    let (definition, problems) = read(&WHOLE.replace("{ customer_experience = 0.7, cost = 0.3 }", "\"compliance\""));
    assert_eq!(problems, [""; 0]);
    assert_eq!(definition.unwrap().competes_on.into_iter().collect::<Vec<_>>(), [("compliance".to_owned(), 1.0)]);
}

/// What is said of the whole card with `from` replaced; all of it makes the card, or a target on it, unusable.
fn check(from: &str, to: &str, expected: &[&str]) {
    assert_eq!(WHOLE.matches(from).count(), 1, "{from}");
    let (definition, problems) = read(&WHOLE.replace(from, to));
    says(&problems, expected);
    let is_whole = |definition: crate::Definition| definition.kpis.iter().all(|kpi| !kpi.has_wrong_target);
    assert!(!definition.is_some_and(is_whole), "{from} → {to}");
}

#[test]
fn what_is_wrong_above_the_kpis() {
    check(
        "cost = 0.3 }",
        "cost = 0.4 }",
        &["weights card.toml:3:15: the shares of `competes_on` add up to 1.1, not 1 (now 0.4 + 0.7)"],
    );
    check(
        "cost = 0.3 }",
        "costs = 0.3 }",
        &["unknown_value card.toml:3:44: `costs` is nothing that can be competed on here (perhaps `cost`)"],
    );
    check(
        "{ customer_experience = 0.7, cost = 0.3 }",
        "\"money\"",
        &["unknown_value card.toml:3:15: `money` is not a value of `competes_on` (valid: "],
    );
    check("cost = 0.3 }", "cost = 3 }", &["wrong_weight card.toml:3:51: a share of 3 is not a share of 1"]);
    check(
        "\"saas\"",
        "\"SaaS\"",
        &["unknown_value card.toml:4:12: `SaaS` is not a value of `industry` (perhaps `saas`)"],
    );
    check(
        "level = \"team\"",
        "level = \"company\"",
        &["wrong_level card.toml:6:9: a card of the company has none above it, and this one has `company`"],
    );
    check(
        "channel = \"email\" }",
        "channel = 7 }",
        &["wrong_type card.toml:8:52: `only.channel` is integer, not a text"],
    );
    check(
        "name = \"Right staffing at peaks\"\nobjective = \"once\"",
        "name = \"Right staffing at peaks\"\nobjective = \"twice\"",
        &["unknown_objective card.toml:20:13: there is no objective `twice` on this card (valid: `once`)"],
    );
    check("floor = 50", "floor = 140", &["wrong_floor card.toml:24:9: a floor of 140 is not a score that can be kept"]);
    check(
        "id = \"staffing\"",
        "id = \"authority\"",
        &[
            "duplicate_id card.toml:18:6: there is another factor `authority` in line 14",
            "unknown_factor card.toml:34:9: there is no factor `staffing` on this card (valid: `authority`)",
        ],
    );
}

#[test]
fn what_is_wrong_with_a_kpi() {
    check(
        "factor = \"authority\"",
        "factor = \"autority\"",
        &["unknown_factor card.toml:33:10: there is no factor `autority` on this card (perhaps `authority`)"],
    );
    check("\"transfer_rate\"]", "\"transfers\"]", &["unknown_metric card.toml:35:29: there is no metric `transfers`"]);
    check("[\"aht\"]", "[\"ath\"]", &["unknown_metric card.toml:38:20: there is no metric `ath` (perhaps `aht`)"]);
    check("\"weekly\"", "\"daily\"", &["unknown_value card.toml:36:11: `daily` is not a value of `kpi.cadence`"]);
    check("\"outcome\"", "\"result\"", &["unknown_value card.toml:32:8: `result` is not a value of `kpi.role`"]);
    check(
        "deadline = 2026-12-31",
        "deadline = 2026-01-15",
        &["wrong_deadline card.toml:40:89: the deadline 2026-01-15 is not after 2026-01-15, when it was set"],
    );
    check(
        "= 900",
        "= -9",
        &["wrong_baseline card.toml:40:52: a baseline of -9 answers, tickets or contacts cannot be"],
    );
    check(
        "from = \"own\"",
        "from = \"us\"",
        &["unknown_value card.toml:40:108: `us` is not a value of `kpi.target.from`"],
    );
}

#[test]
fn what_is_wrong_with_a_gate() {
    let at = "metric = \"critical_breaches\"\nat_most = 0\n";
    check(at, "metric = \"critical_breaches\"\n", &["wrong_gate card.toml:46:1: the gate has no limit"]);
    check(
        at,
        "metric = \"critical_breaches\"\nat_most = 0\nat_least = 0\n",
        &["wrong_gate card.toml:49:12: the gate has several limits"],
    );
    check(at, "at_most = 0\n", &["wrong_gate card.toml:46:1: the gate names no figure"]);
    check(
        at,
        "metric = \"critical_breach\"\nat_most = 0\n",
        &["unknown_metric card.toml:47:10: there is no metric `critical_breach` (perhaps `critical_breaches`)"],
    );
    check(at, "metric = \"critical_breaches\"\nat_most = -1\n", &["wrong_unit card.toml:48:11: -1 is not a value of"]);
    check(
        "kpi = \"csat_t2b\"\n",
        "kpi = \"csat\"\n",
        &["unknown_kpi card.toml:51:7: there is no kpi `csat` on this card"],
    );
    check(
        "kpi = \"csat_t2b\"\n",
        "kpi = \"csat_t2b\"\nstatistic = \"share\"\n",
        &["wrong_gate card.toml:50:1: `statistic` is the KPI's: a gate of a `kpi` is of its figure"],
    );
    check(
        "kpi = \"csat_t2b\"\n",
        "kpi = \"csat_t2b\"\nmetric = \"csat_t2b\"\n",
        &["wrong_gate card.toml:52:10: a gate names a `kpi` or a `metric`, not both"],
    );
    check(
        "kpi = \"csat_t2b\"\n",
        "kpi = \"cost_per_resolution\"\n",
        &["wrong_gate card.toml:52:29: no KPI of `cost_per_resolution` on the card has a baseline"],
    );
    check(
        "no_worse_than_baseline_by = 2",
        "no_worse_than_baseline_by = -2",
        &["wrong_gate card.toml:52:29: -2 worse than the baseline is better than it"],
    );
    check(
        "id = \"dear\"\n",
        "id = \"csat_t2b\"\n",
        &["duplicate_id card.toml:54:6: there is another gate `csat_t2b` in line 51"],
    );
}

#[test]
fn what_is_wrong_with_pairs_and_the_rest() {
    check("wins = \"csat_t2b\"", "wins = \"csat\"", &["wrong_pair card.toml:59:8: `csat` is not one of the pair"]);
    check(
        "kpis = [\"csat_t2b\", \"cost_per_resolution\"]",
        "kpis = [\"csat_t2b\", \"cost\"]",
        &["unknown_kpi card.toml:58:21: there is no kpi `cost` on this card"],
    );
    check(
        "kpis = [\"csat_t2b\", \"cost_per_resolution\"]",
        "kpis = [\"csat_t2b\"]",
        &["wrong_pair card.toml:58:9: a pair is of two KPIs, not of 1"],
    );
    check(
        "kpis = [\"csat_t2b\", \"cost_per_resolution\"]",
        "kpis = [\"csat_t2b\", \"csat_t2b\"]",
        &["wrong_pair card.toml:58:21: `csat_t2b` does not compete with itself"],
    );
    check(
        "[\"service_manager\"]",
        "[\"manager\"]",
        &["unknown_value card.toml:63:13: `manager` is nobody a metric can be shown to"],
    );
    check(
        "metric = \"dsat_rate\"",
        "metric = \"transfer_rate\"",
        &["duplicate_id card.toml:66:10: there is another [[operational]] of `transfer_rate` in line 62"],
    );
    check(
        "[\"order\"]",
        "[\"orders\"]",
        &["unknown_kind card.toml:69:10: there is no kind of record `orders` (perhaps `order`)"],
    );
}
