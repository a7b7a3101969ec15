//! Cards to print, and answers as the engine's are, from counts written down here.

use std::collections::BTreeMap;

use catalogue::Catalogue;
use catalogue::answer::{Answer, Cell, Moment, assemble};
use catalogue::file::Problems;
use catalogue::plan::{Ledger, Measure, Moments, QuantileValue, plan};
use catalogue::question::Question;
use catalogue::source::SourceText;
use jiff::civil::Weekday;
use model::calendar::{Compare, DateRange, FiscalYear, Grain, Organisation};
use model::{Attributes, Instant};
use scorecard::{Cut, Definition, Scorecard, View};

/// A card with something of everything.
pub const COMPANY: &str = r#"
title = "Company scorecard"
value_proposition = "Every customer gets a right answer, fast."
competes_on = { customer_experience = 0.7, cost = 0.3 }
industry = "saas"
channels = ["phone", "email"]

[[objective]]
id = "once"
name = "Customers get it solved once"
why = "A second contact costs the customer more than it costs us."
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
weight = 0.6
floor = 50
[[perspective]]
id = "cost"
name = "Cost and flow"
weight = 0.4

[[kpi]]
metric = "csat_t2b"
name = "Customer satisfaction"
perspective = "satisfaction"
weight = 0.6
factor = "authority"
also = ["staffing"]
operational = ["dsat_rate", "transfer_rate"]
cadence = "monthly"
why = "It is what we promise."
target = { value = 88, tolerance = 4, baseline = 78, baseline_n = 1900, stretch = 92, deadline = 2026-12-31, owner = "Ada <Lead>" }

[[kpi]]
id = "waiting"
metric = "first_response_time"
statistic = "median"
perspective = "cost"
weight = 0.4
role = "counter"
cadence = "weekly"
target = { value = 7200, tolerance = 1800, baseline = 10800, stretch = 3600 }

[[gate]]
metric = "critical_breaches"
at_most = 0
name = "No critical breach"

[[pair]]
kpis = ["csat_t2b", "waiting"]
wins = "csat_t2b"
when = "always but in December"

[[left_out]]
kpi = "customer_retention_rate"
needs = ["subscription_movement"]
"#;

/// A team's card below it.
pub const BILLING: &str = r#"
title = "Billing"
level = "team"
parent = "company"
only = { team = ["Billing"] }
[[perspective]]
id = "satisfaction"
name = "Satisfaction"
[[kpi]]
metric = "csat_t2b"
perspective = "satisfaction"
weight = 1.0
serves = "csat_t2b"
target = { value = 85, tolerance = 4, baseline = 76, owner = "=cmd()" }
"#;

pub fn catalogue() -> Catalogue {
    Catalogue::load(&[], &mut Problems::default())
}

pub fn organisation() -> Organisation {
    Organisation::new("Acme & Sons", "Europe/Amsterdam", "EUR", Weekday::Monday, FiscalYear::default()).expect("one")
}

pub fn cards(texts: &[(&str, &str)]) -> BTreeMap<String, Definition> {
    let declared = texts.iter().map(|(name, text)| {
        let file = SourceText { path: format!("scorecards/{name}.toml"), text: (*text).to_owned() };
        let mut problems = Problems::default();
        let definition = scorecard::declare(file, &catalogue(), &mut problems);
        ((*name).to_owned(), definition.unwrap_or_else(|| panic!("{:?}", problems.into_sorted())))
    });
    declared.collect()
}

pub fn today() -> jiff::civil::Date {
    "2026-11-05".parse().expect("a day")
}

/// October of 2026 against September, asked on 5 November, with a trend in months.
pub fn october(definition: &Definition) -> Scorecard {
    let range =
        DateRange::new("2026-10-01".parse().expect("a day"), "2026-11-01".parse().expect("a day")).expect("days");
    let now: Instant = "2026-11-05T09:00:00Z".parse().expect("a time");
    let trend = Some(Grain::Month);
    let asked = scorecard::questions(definition, &range, Some(Compare::Prev), trend, &organisation(), now);
    let answers: Vec<Vec<Answer>> = asked.iter().map(|question| answer(question, now)).collect();
    let cut = Cut { only: definition.held_to(), ..Cut::default() };
    let view = View { range: &range, today: today(), cut: &cut, above: None };
    scorecard::build(definition, &catalogue(), &view, &answers).expect("a card")
}

fn answer(question: &Question, now: Instant) -> Vec<Answer> {
    let catalogue = catalogue();
    let plan = plan(question, &catalogue, &organisation(), &Attributes::default()).expect("a plan");
    let metric = catalogue.get(&plan.metric).expect("a metric");
    // better month by month; the comparison is the month before
    let cells = |count: usize, from: u64| -> Vec<Cell> {
        let cell = |period: usize| Cell {
            period,
            by: Vec::new(),
            moments: moments(&plan.measure, if count == 1 { from } else { 1 + period as u64 }),
        };
        (0..count).map(cell).collect()
    };
    let compared = plan.compared.as_ref().map(|periods| cells(periods.len(), 11));
    let through = Some("2026-11-05T08:55:00Z".parse().expect("a time"));
    let moment = Moment::of(now, None, plan.leaves().into_iter().map(|leaf| (leaf, through)));
    assemble(&plan, metric, cells(plan.periods.len(), 12), compared, moment)
}

/// What was counted in the month number `month`; the newest is the twelfth.
fn moments(measure: &Measure, month: u64) -> Moments {
    let seconds = |value: f64| {
        let [value, low, high] = [value, 0.97 * value, 1.04 * value].map(|seconds| Some(1000.0 * seconds));
        QuantileValue { value, low, high }
    };
    match measure {
        Measure::Quantile { .. } | Measure::Survival { .. } => {
            let start = 9000.0 - 250.0 * month as f64;
            Moments::Quantiles { n: 6400, ended: 6390, values: vec![seconds(start), seconds(4.0 * start)] }
        }
        // no critical breach in any month
        Measure::Sum { .. } => Moments::Sum { n: 40, total: 0, beyond: false, ledger: Ledger::default() },
        _ => Moments::Parts { numerator: 1600 + 10 * month, denominator: 2000 },
    }
}
