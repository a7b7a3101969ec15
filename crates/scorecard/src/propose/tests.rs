mod industries;

use super::*;
use crate::definition::{Definition, Level, Role};
use crate::template::balance;

fn wish(shares: &str, industry: Option<&str>) -> Wish {
    let competes_on = Wish::parse_shares(shares).unwrap();
    Wish { competes_on, industry: industry.map(str::to_owned), channels: Vec::new() }
}

fn with(kinds: &[RecordKind]) -> Available {
    Available { kinds: kinds.iter().copied().collect(), targets: BTreeMap::new() }
}

/// Read once for all tests.
pub(crate) fn shipped() -> &'static Catalogue {
    static READ: std::sync::LazyLock<Catalogue> = std::sync::LazyLock::new(crate::fixture::catalogue);
    &READ
}

/// The card of a proposal.
pub(crate) fn read(text: &str) -> Definition {
    let mut problems = catalogue::file::Problems::default();
    let file = catalogue::source::SourceText { path: "scorecards/company.toml".to_owned(), text: text.to_owned() };
    let read = crate::declare(file, shipped(), &mut problems);
    assert_eq!(problems.into_sorted(), [], "{text}");
    read.unwrap()
}

fn card(wish: &Wish, available: &Available) -> (Proposal, Definition) {
    let proposal = propose(wish, available, shipped()).unwrap();
    let read = read(&proposal.toml);
    (proposal, read)
}

/// Each template by itself, and mixes.
pub(crate) const SHARES: [&str; 8] = [
    "customer_experience",
    "cost",
    "lifetime_value",
    "compliance",
    "revenue",
    "customer_experience=0.7,cost=0.3",
    "compliance=0.5,revenue=0.5",
    "customer_experience=0.2,cost=0.2,lifetime_value=0.2,compliance=0.2,revenue=0.2",
];

/// Every wish: each of [`SHARES`] in no industry and in each.
pub(crate) fn wishes() -> impl Iterator<Item = Wish> {
    let industries = std::iter::once(None).chain(industries().iter().map(|industry| Some(industry.id.as_str())));
    industries.flat_map(|industry| SHARES.iter().map(move |shares| wish(shares, industry)))
}

#[test]
fn every_card_keeps_the_rules_of_balance() {
    let balance = balance();
    for wish in wishes() {
        let (proposal, card) = card(&wish, &Available::everything());
        let told = format!("{wish:?}\n{}", proposal.toml);
        assert!((4..=10).contains(&card.kpis.len()), "{told}");
        assert!(card.kpis.iter().all(|kpi| (0.05..=0.30 + 1e-9).contains(&kpi.weight)), "{told}");
        assert!(card.perspectives.len() >= 4, "{told}");
        assert!(card.perspectives.iter().all(|one| one.weight <= balance.perspective_max + 1e-9), "{told}");
        let counters: f64 = card.kpis.iter().filter(|kpi| kpi.role == Role::Counter).map(|kpi| kpi.weight).sum();
        assert!(counters >= balance.counter_min - 1e-9, "{counters} {told}");
        assert!(card.kpis.iter().all(|kpi| (1..=7).contains(&kpi.operational.len())), "{told}");
        assert!(
            card.factors.iter().all(|one| card
                .kpis
                .iter()
                .any(|kpi| kpi.factor.as_ref() == Some(&one.id) || kpi.also.contains(&one.id))),
            "{told}"
        );
        assert!(card.objectives.iter().all(|one| card.factors.iter().any(|it| it.objective == one.id)), "{told}");
        assert_eq!((card.level, card.status), (Level::Company, catalogue::metric::Status::TemplateDefault));
        assert!(card.kpis.iter().all(|kpi| kpi.target.is_none()), "{told}");
        assert_eq!(card.competes_on, wish.competes_on);
    }
}

/// KPIs with their weights in hundredths.
fn weights(card: &Definition) -> Vec<(&str, u32)> {
    card.kpis.iter().map(|kpi| (kpi.id.as_str(), (100.0 * kpi.weight).round() as u32)).collect()
}

#[test]
fn a_template_with_all_data_is_the_template() {
    for template in templates() {
        let (_, card) = card(&wish(&template.id, None), &Available::everything());
        let expected: Vec<(&str, u32)> =
            template.kpi.iter().map(|kpi| (kpi.metric.as_str(), (100.0 * kpi.weight).round() as u32)).collect();
        assert_eq!(weights(&card), expected, "{}", template.id);
    }
}

#[test]
fn what_lacks_records_or_a_metric_is_named() {
    let everything_but = |gone: &[RecordKind]| {
        let mut available = Available::everything();
        available.kinds.retain(|kind| !gone.contains(kind));
        available
    };
    let (proposal, card) = card(
        &wish("customer_experience", None),
        &everything_but(&[RecordKind::SubscriptionMovement, RecordKind::EmployeeAnswer]),
    );
    let left_out: Vec<(&str, Vec<&str>)> = proposal
        .left_out
        .iter()
        .map(|one| (one.kpi.as_str(), one.needs.iter().map(|kind| kind.name()).collect()))
        .collect();
    assert_eq!(
        left_out,
        [
            ("customer_retention_rate", vec!["subscription_movement"]),
            ("employee_satisfaction", vec!["employee_answer"]),
        ]
    );
    assert_eq!(card.left_out.len(), 2);
    assert_eq!(card.left_out[0].why.as_deref(), Some("it needs records of subscription_movement"));
    // what nobody can do anything about is one line
    let undefined: Vec<&String> = proposal.notes.iter().filter(|note| note.contains("not measured by any")).collect();
    assert_eq!(
        undefined,
        [
            "not measured by any definition here, and so not on the card: theme frequency, kb usage rate, qa calibration, cross channel consistency, schedule adherence"
        ]
    );
    assert!(card.kpi("customer_retention_rate").is_none());
    // the rest of the weight is with those that stay
    assert_eq!(weights(&card).iter().map(|(_, weight)| weight).sum::<u32>(), 100);
}

#[test]
fn few_records_make_a_small_card_that_says_what_it_lacks() {
    use RecordKind::{Event, Ticket};
    let (proposal, card) = card(&wish("customer_experience", None), &with(&[Ticket, Event]));
    let ids: Vec<&str> = card.kpis.iter().map(|kpi| kpi.id.as_str()).collect();
    assert_eq!(ids, ["fcr", "first_response_time", "full_resolution_time", "reopen_rate"]);
    assert!(proposal.notes.iter().any(|note| note.contains("`reopen_rate` is not of the template")), "{proposal:?}");
    assert!(proposal.left_out.iter().any(|one| one.kpi == "csat_t2b" && one.needs == [RecordKind::SurveyAnswer]));
    assert!(
        proposal.notes.iter().any(|note| note.contains("is left off: no KPI for it can be asked of these records")),
        "{:?}",
        proposal.notes
    );
    let nothing = propose(&wish("cost", None), &with(&[]), shipped());
    assert!(nothing.unwrap_err().starts_with("no KPI can be made of the records at hand"));
}

#[test]
fn another_variant_stands_in_where_it_can() {
    let mut available = Available::everything();
    available.kinds.remove(&RecordKind::Order);
    let (_, card) = card(&wish("cost", None), &available);
    assert_eq!(card.kpi("contact_rate").and_then(|kpi| kpi.variant.as_deref()), Some("per_customer"));
}

/// Without orders contacts can be had for each customer, not for each order; below a KPI no variant can be written.
#[test]
fn an_operational_metric_is_one_that_can_be_asked_as_it_stands() {
    let mut available = Available::everything();
    available.kinds.remove(&RecordKind::Order);
    for shares in SHARES {
        let (proposal, card) = card(&wish(shares, None), &available);
        for metric in card.kpis.iter().flat_map(|kpi| &kpi.operational) {
            let lacking = super::needs::missing(&super::needs::needs(metric, None, shipped()), &available.kinds);
            assert!(lacking.is_empty(), "{shares}: `{metric}` {lacking:?}\n{}", proposal.toml);
        }
    }
    let (proposal, _) = card(&wish("lifetime_value", None), &available);
    let told: Vec<&String> = proposal.notes.iter().filter(|note| note.starts_with("`contact_rate`")).collect();
    assert_eq!(
        told,
        [
            "`contact_rate` is no operational metric of `total_cost_to_serve`: these records can only answer its variant \
             `per_customer`, and there it stands by its usual definition"
        ]
    );
}

#[test]
fn industries_change_the_card() {
    let has = |card: &Definition, id: &str| card.kpi(id).is_some();
    let of = |shares: &str, industry: &str| card(&wish(shares, Some(industry)), &Available::everything()).1;
    let healthcare = of("revenue", "healthcare");
    assert!(!has(&healthcare, "revenue_per_contact") && has(&healthcare, "abandonment_rate"), "forbidden, and added");
    let bank = of("customer_experience", "financial_services");
    assert!(bank.kpi("compliance_rate").is_some_and(|kpi| kpi.weight >= 0.25));
    let gates: Vec<&str> = bank.gates.iter().map(|gate| gate.metric.as_str()).collect();
    assert_eq!(gates, ["compliance_rate", "critical_breaches"]);
    let retail = of("lifetime_value", "retail_ecommerce");
    assert!(!has(&retail, "nrr") && has(&retail, "repeat_purchase_ratio") && has(&retail, "clv"), "replaced");
    let saas = of("revenue", "saas");
    assert!(!has(&saas, "revenue_per_contact") && has(&saas, "saves_rate") && has(&saas, "full_resolution_time"));
    assert_eq!(saas.kpi("full_resolution_time").map(|kpi| kpi.statistic.as_str()), Some("p90"));
    // ten are left without the survey of staff, so that none has to go
    let mut available = Available::everything();
    available.kinds.remove(&RecordKind::EmployeeAnswer);
    let (_, experience) = card(&wish("customer_experience", Some("saas")), &available);
    let drivers = experience.kpi("service_level").map(|kpi| kpi.operational.clone()).unwrap_or_default();
    assert!(!drivers.contains(&"asa".to_owned()) && drivers.contains(&"first_response_time".to_owned()), "{drivers:?}");
    // churn is what retention leaves: one of them is enough
    let telecom = of("lifetime_value", "telecom");
    assert!(has(&telecom, "customer_retention_rate") && !has(&telecom, "churn_rate"));
    assert!(telecom.kpi("fcr").is_some_and(|kpi| kpi.weight > 0.10));
    // offers are measured only where conduct is reviewed
    let mut available = Available::everything();
    available.kinds.remove(&RecordKind::QualityReview);
    let (_, blind) = card(&wish("revenue", Some("financial_services")), &available);
    assert!(!has(&blind, "conversion_rate"));
    assert!(has(&of("revenue", "financial_services"), "conversion_rate"));
}

#[test]
fn a_gate_on_a_baseline_waits_for_one() {
    let (proposal, card) = card(&wish("cost", None), &Available::everything());
    assert_eq!(card.gates.len(), 1);
    let expected = "# To be put in once `csat_t2b` has a baseline:\n# [[gate]]\n# name = \"Satisfaction not below its baseline\"\n# kpi = \"csat_t2b\"\n# no_worse_than_baseline_by = 2\n";
    assert!(proposal.toml.contains(expected), "{}", proposal.toml);
}

#[test]
fn no_objective_stands_without_a_kpi_and_no_kpi_under_a_factor_that_it_says_nothing_of() {
    // whatever the mix and the records, an objective has a factor that a KPI measures, or is not on the card
    let few = with(&[RecordKind::Ticket, RecordKind::SurveyAnswer, RecordKind::Cost]);
    for (wish, available) in wishes().flat_map(|wish| [(wish.clone(), Available::everything()), (wish, few.clone())]) {
        let (_, card) = card(&wish, &available);
        for objective in &card.objectives {
            let factors = card.factors.iter().filter(|factor| factor.objective == objective.id);
            let measured = factors.flat_map(|factor| {
                let is_of =
                    |kpi: &&crate::Kpi| kpi.factor.as_ref() == Some(&factor.id) || kpi.also.contains(&factor.id);
                card.kpis.iter().filter(is_of).collect::<Vec<_>>()
            });
            assert!(measured.count() > 0, "{wish:?}: {}", objective.name);
        }
    }
    // satisfaction and cost are no matter of records of what was done
    let (_, card) = card(&wish("compliance", None), &Available::everything());
    let objective = |id: &str| {
        let factor = card.kpi(id).and_then(|kpi| kpi.factor.clone()).unwrap_or_default();
        card.factors.iter().find(|one| one.id == factor).map(|one| (one.name.as_str(), one.objective.as_str()))
    };
    for kpi in ["csat_t2b", "fcr", "cost_per_contact", "agent_attrition"] {
        assert_eq!(objective(kpi), Some(("Time and people to help in", "humane")), "{kpi}");
    }
    assert_eq!(objective("complaint_rate"), Some(("An audit trail of every complaint", "legal_time")));
}

#[test]
fn channels_that_are_not_served_have_no_kpis() {
    let wish = Wish { channels: vec!["email".to_owned()], ..wish("customer_experience", None) };
    let (proposal, card) = card(&wish, &Available::everything());
    assert!(card.kpi("service_level").is_none());
    let left_out = proposal.left_out.iter().find(|one| one.kpi == "service_level");
    assert!(left_out.is_some_and(|one| one.why.contains("not served")), "{left_out:?}");
    assert_eq!(card.channels, ["email"]);
}

#[test]
fn wishes_that_mean_nothing_are_refused() {
    let check = |text: &str, expected: &str| {
        let found = Wish::parse_shares(text).unwrap_err();
        assert!(found.starts_with(expected), "{text}: {found}");
    };
    check("costs", "`costs` is nothing to compete on here (perhaps `cost`)");
    check("cost=0.5", "the shares of what is competed on add up to 0.5, not 1");
    check("cost=0.5,revenue", "`revenue` has no share: as `revenue=0.5`, all together 1");
    check("cost=50 %", "the shares of what is competed on add up to 0.5, not 1");
    check("cost=50", "`50` is not a share of 1, as 0.7");
    check("cost=500 %", "`500 %` is not a share of 1, as 0.7");
    check("cost=0.5,cost=0.5", "`cost` is named twice");
    check(" ", "nothing to compete on is named (valid: `customer_experience`, `cost`,");
    let shares = |text: &str| Wish::parse_shares(text).unwrap().into_iter().collect::<Vec<_>>();
    let half = [("compliance".to_owned(), 0.5), ("customer_experience".to_owned(), 0.5)];
    assert_eq!(shares("Compliance, customer experience"), half);
    assert_eq!(shares("customer-experience=50%,compliance=50 %"), half);
    assert_eq!(shares("cost,revenue,compliance").len(), 3);
    let wrong = Wish { industry: Some("telecoms".to_owned()), ..Wish::default() };
    assert_eq!(wrong.check().unwrap_err(), "`telecoms` is no industry with a variant of its own (perhaps `telecom`)");
}

#[test]
fn a_mix_keeps_the_objectives_of_each() {
    let (_, card) = card(&wish("customer_experience=0.7,cost=0.3", None), &Available::everything());
    let has = |id: &str| card.objectives.iter().any(|one| one.id == id);
    assert!(has("solved_once") && has("cost_per_issue") && has("protect"), "{:?}", card.objectives);
    // 0.7 · 0.15 outweighs 0.3 · 0.25, so that cost is a counter here, and of both factors
    let cost = card.kpi("cost_per_resolution").unwrap();
    assert_eq!(
        (cost.role, cost.factor.as_deref(), cost.also.as_slice()),
        (Role::Counter, Some("staffing"), &["schedule".to_owned()][..])
    );
}

#[test]
fn a_bank_with_few_records_has_what_it_is_about() {
    use RecordKind::{Complaint, ComplianceCheck, SurveyAnswer, Ticket};
    let few = with(&[Ticket, SurveyAnswer, Complaint, ComplianceCheck]);
    let (proposal, card) = card(&wish("compliance=0.7,customer_experience=0.3", Some("financial_services")), &few);
    // no review moves it, so what it has where it fills a card
    let compliance = card.kpi("compliance_rate").map(|kpi| kpi.operational.clone());
    assert_eq!(compliance, Some(vec!["critical_breaches".to_owned()]), "{proposal:?}");
    let of = |metric: &str| card.kpi(metric).and_then(|kpi| Some((kpi.role, kpi.factor.as_deref()?)));
    assert_eq!(of("complaint_rate").map(|found| found.1), Some("audit_trail"));
    // what fills it up is not what the bank competes on, nor in a factor it has nothing to do with
    assert_ne!(of("full_resolution_time").map(|found| found.0), Some(crate::definition::Role::Primary));
    assert_ne!(of("full_resolution_time").map(|found| found.1), Some("random_qa"));
}
