//! Checks a metric as a whole: its expressions under the defaults and under every variant, and its worked examples.

use std::collections::BTreeMap;

use jiff::civil::Weekday;
use model::calendar::{Calendars, FiscalYear, Grain, Organisation, Schedule, resolve_range};
use model::{Attributes, FieldType, Instant};
use serde_json::Value as Json;

use crate::Catalogue;
use crate::answer::{Answer, AnswerRow, Moment, Quality, derived_row};
use crate::diagnostic::Diagnostic;
use crate::evaluate;
use crate::expression::Value;
use crate::file::Problems;
use crate::metric::{Example, MeasureKind, Metric, from_json, from_text};
use crate::plan::{self, Figure, Plan, Row, columns, resolve};
use crate::privacy::Parts;
use crate::question::Question;

/// Checks every metric of `catalogue`.
pub fn check(catalogue: &Catalogue, attributes: &Attributes, problems: &mut Problems) {
    for metric in catalogue.metrics() {
        let before = problems.error_count();
        check_expressions(metric, catalogue, attributes, problems);
        if problems.error_count() == before {
            check_examples(metric, catalogue, attributes, problems);
        }
    }
}

fn check_expressions(metric: &Metric, catalogue: &Catalogue, attributes: &Attributes, problems: &mut Problems) {
    let defaults = metric.defaults();
    if resolve(metric, &defaults, attributes, problems).is_none() {
        return;
    }
    if metric.measure.table.is_none() {
        check_inputs(metric, catalogue, attributes, problems);
    }
    for variant in metric.variants.values() {
        let mut parameters = defaults.clone();
        parameters.extend(variant.parameters.clone());
        resolve(metric, &parameters, attributes, problems);
    }
    if metric.examples.is_empty() {
        problems.warning(
            &metric.file,
            0..0,
            "no_example",
            format!("`{}` has no worked example", metric.id),
            Some("add [[example]] with rows and expect".to_owned()),
        );
    }
}

/// The figures a derived metric is made of: that they exist, and that it is not made of itself.
fn check_inputs(metric: &Metric, catalogue: &Catalogue, attributes: &Attributes, problems: &mut Problems) {
    let Ok(now) = "2026-12-31T00:00:00Z".parse() else { return };
    if let Some((organisation, question)) = example_question(metric, None, BTreeMap::new(), now)
        && let Err(found) = plan::plan(&question, catalogue, &organisation, attributes)
    {
        problems.extend(found);
    }
}

fn check_examples(metric: &Metric, catalogue: &Catalogue, attributes: &Attributes, problems: &mut Problems) {
    for example in &metric.examples {
        for message in run(metric, example, catalogue, attributes) {
            problems.error(
                &metric.file,
                example.span.clone(),
                "example_failed",
                format!("example \"{}\": {message}", example.name),
                None,
            );
        }
    }
}

/// The plan and the rows of a metric's example, for other implementations to answer too.
///
/// # Errors
/// What is wrong with the example itself.
pub fn example_plan(
    metric: &Metric,
    example: &Example,
    catalogue: &Catalogue,
    attributes: &Attributes,
) -> Result<(Plan, Vec<Row>), Vec<Diagnostic>> {
    let asked = example_question(metric, example.variant.clone(), example.parameters.clone(), example.now);
    let Some((organisation, question)) = asked else { return Err(Vec::new()) };
    let mut plan = plan::plan(&question, catalogue, &organisation, attributes)?;
    // the period of examples counts as whole years and months
    if let Some(people) = &mut plan.people
        && let Parts::Whole { parts } = &mut people.parts
    {
        parts.clone_from(&plan.periods);
    }
    let mut problems = Problems::default();
    let rows = example_rows(metric, example, attributes, &mut problems);
    if problems.has_errors() { Err(problems.into_sorted()) } else { Ok((plan, rows)) }
}

/// The question of an example: January to November 2026, in one.
fn example_question(
    metric: &Metric,
    variant: Option<String>,
    parameters: BTreeMap<String, String>,
    now: Instant,
) -> Option<(Organisation, Question)> {
    let organisation = Organisation::new("example", "UTC", "EUR", Weekday::Monday, FiscalYear::default()).ok()?;
    let range = resolve_range("2026-01-01..2026-11-30", now, &organisation).ok()?;
    let metric = metric.id.clone();
    let (by, only) = (Vec::new(), BTreeMap::new());
    let (grain, filter, compare) = (Grain::Total, None, None);
    Some((organisation, Question { metric, variant, parameters, by, grain, range, only, filter, compare }))
}

/// Runs one example; what differs from its expectation.
fn run(metric: &Metric, example: &Example, catalogue: &Catalogue, attributes: &Attributes) -> Vec<String> {
    if metric.measure.table.is_none() {
        return run_derived(metric, example, catalogue, attributes);
    }
    let (plan, rows) = match example_plan(metric, example, catalogue, attributes) {
        Ok(found) => found,
        Err(problems) => return problems.iter().map(|problem| problem.message.clone()).collect(),
    };
    let Ok(calendars) = Calendars::new("always", vec![Schedule::always("always")]) else { return Vec::new() };
    let moment = Moment::of(example.now, None, [(&plan, Some(example.now))]);
    differences(example, &evaluate::answer(&plan, metric, &rows, moment, &calendars))
}

/// Runs an example of a derived metric: its figures are given, each of a large sample. The months of the period are
/// those of every example where not given. A count has its interval, other figures have none.
fn run_derived(metric: &Metric, example: &Example, catalogue: &Catalogue, attributes: &Attributes) -> Vec<String> {
    let mut problems = Problems::default();
    let mut parameters = metric.defaults();
    if let Some(name) = &example.variant {
        match metric.variants.get(name) {
            Some(variant) => parameters.extend(variant.parameters.clone()),
            None => return vec![format!("there is no variant `{name}`")],
        }
    }
    for (name, text) in &example.parameters {
        let declared = metric.parameters.iter().find(|parameter| parameter.name == *name);
        match declared.and_then(|parameter| from_text(text, parameter.kind)) {
            Some(value) => drop(parameters.insert(name.clone(), value)),
            None => return vec![format!("`{text}` is not a value of a parameter `{name}`")],
        }
    }
    let Some(resolved) = resolve(metric, &parameters, attributes, &mut problems) else {
        return problems.into_sorted().iter().map(|problem| problem.message.clone()).collect();
    };
    let plan::Measure::Derived { value, denominator, interval, .. } = resolved.measure else { return Vec::new() };
    let names: Vec<&str> = metric.measure.inputs.iter().map(|input| input.name.as_str()).collect();
    let months = example.given.get(plan::PERIOD_MONTHS).copied().unwrap_or(11.0);
    let known = |name: &&String| names.contains(&name.as_str()) || *name == plan::PERIOD_MONTHS;
    if let Some(unknown) = example.given.keys().find(|name| !known(name)) {
        return vec![format!("`{unknown}` is not an input (valid: {})", names.join(", "))];
    }
    let given = metric.measure.inputs.iter().map(|input| {
        let value = example.given.get(&input.name).copied();
        let kind = catalogue.find(&input.metric.value).ok().map(|input| input.measure.kind);
        let n = value.map_or(0, |value| value.max(0.0).round() as u64);
        let figure = Figure { value, n, low: None, high: None, numerator: None, denominator: None };
        let interval = plan::derived_interval(kind == Some(MeasureKind::Count), &figure);
        (input.name.as_str(), plan::Given { value, n: u64::MAX, interval })
    });
    let adds_up = |name: &str| {
        let input = metric.measure.inputs.iter().find(|input| input.name == name);
        let kind = input.and_then(|input| catalogue.find(&input.metric.value).ok()).map(|input| input.measure.kind);
        kind.is_some_and(MeasureKind::adds_up)
    };
    let quotient = plan::Quotient::of(&value, &adds_up);
    let formula = plan::DerivedFormula {
        value: &value,
        denominator: denominator.as_ref(),
        varies: interval.as_deref(),
        quotient: quotient.as_ref(),
    };
    let row = derived_row(metric, plan::derived_figure(formula, &given.collect(), Some(months)));
    if !example.expect.contains_key("value") {
        return vec!["the value is not expected to be anything".to_owned()];
    }
    example.expect.iter().filter_map(|(name, wanted)| difference(name, wanted, &row)).collect()
}

/// What differs between an example's expectation and `answers`.
pub fn differences(example: &Example, answers: &[Answer]) -> Vec<String> {
    let answer = match &example.statistic {
        Some(name) => answers.iter().find(|answer| answer.statistic == *name),
        None => answers.first(),
    };
    let Some(row) = answer.and_then(|answer| answer.rows.first()) else {
        return vec!["there is no such statistic".to_owned()];
    };
    example.expect.iter().filter_map(|(name, wanted)| difference(name, wanted, row)).collect()
}

fn difference(name: &str, wanted: &Json, row: &AnswerRow) -> Option<String> {
    let found = match name {
        "value" => row.value,
        "n" => Some(row.n as f64),
        "numerator" => row.numerator,
        "denominator" => row.denominator,
        "low" => row.low,
        "high" => row.high,
        "quality" => {
            let found = match row.quality {
                Quality::NoData => "no_data",
                Quality::Withheld => "withheld",
                Quality::Suppressed => "suppressed",
                Quality::Settling => "settling",
                Quality::NotReached => "not_reached",
                Quality::Provisional => "provisional",
                Quality::LowN => "low_n",
                Quality::Ok => "ok",
            };
            return (wanted.as_str() != Some(found)).then(|| format!("quality is {found}, not {wanted}"));
        }
        other => {
            return Some(format!(
                "`{other}` is not a cell of an answer (valid: value, n, numerator, denominator, low, high, quality)"
            ));
        }
    };
    match (wanted, found) {
        (Json::String(none), None) if none == "none" => None,
        (Json::Number(wanted), Some(found)) if close(wanted.as_f64()?, found) => None,
        (wanted, Some(found)) => Some(format!("{name} is {found}, not {wanted}")),
        (wanted, None) => Some(format!("{name} is none, not {wanted}")),
    }
}

fn close(wanted: f64, found: f64) -> bool {
    (wanted - found).abs() <= 1e-6 * wanted.abs().max(1.0)
}

/// Rows as facts: flags are false, and the row lies in June 2026, where not said.
fn example_rows(metric: &Metric, example: &Example, attributes: &Attributes, problems: &mut Problems) -> Vec<Row> {
    let Some(table) = metric.measure.table else { return Vec::new() };
    let columns = columns(table, attributes);
    let mut rows = Vec::new();
    for given in &example.rows {
        let mut row: Row = BTreeMap::new();
        for column in table.columns().iter().filter(|column| column.required && column.kind == FieldType::Boolean) {
            row.insert(column.name.to_owned(), Value::Boolean(false));
        }
        if let Ok(at) = "2026-06-15T12:00:00Z".parse() {
            row.insert(table.layout_time().to_owned(), Value::Time(at));
        }
        let mut times = 1;
        // everybody is somebody else where nobody is named
        let nobody = table.people().filter(|column| !given.contains_key(*column));
        for (name, value) in given {
            if name == "times" {
                times = value.as_u64().unwrap_or(1).min(100_000);
                continue;
            }
            match columns.get(name).and_then(|kind| from_json(value, *kind)) {
                Some(value) => {
                    row.insert(name.clone(), value);
                }
                None => {
                    let valid = match columns.get(name) {
                        Some(kind) => format!("`{name}` takes {}", kind.name()),
                        None => format!("`{}` has no column `{name}`", table.name()),
                    };
                    problems.error(
                        &metric.file,
                        example.span.clone(),
                        "example_row",
                        format!("example \"{}\": {valid}", example.name),
                        None,
                    );
                }
            }
        }
        for _ in 0..times {
            if let Some(column) = nobody {
                row.insert(column.to_owned(), Value::Text(format!("person {}", rows.len() + 1)));
            }
            rows.push(row.clone());
        }
    }
    rows
}

#[cfg(test)]
mod mutations;
#[cfg(test)]
mod oracles;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceText;

    fn problems_of(own: &[(&str, &str)]) -> Vec<String> {
        let files: Vec<SourceText> =
            own.iter().map(|(path, text)| SourceText { path: (*path).to_owned(), text: (*text).to_owned() }).collect();
        let mut problems = Problems::default();
        let catalogue = Catalogue::load(&files, &mut problems);
        check(&catalogue, &Attributes::new(), &mut problems);
        problems.into_sorted().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn shipped_metrics_and_their_examples_hold() {
        assert_eq!(problems_of(&[]), Vec::<String>::new());
    }

    /// What is known only as counts of days can be added up, and divided by each other; nothing else.
    #[test]
    fn percentiles_of_daily_counts_are_refused() {
        let metric = |measure: &str| {
            format!(
                "id = \"mine\"\nname = \"Mine\"\nmeaning = \"m\"\nversion = 1\neffective = 2026-01-01\nunit = \"count\"\ndirection = \"up\"\n\
                 perspectives = [\"cost\"]\naudience = [\"agent\"]\n[measure]\ntable = \"daily_count\"\nat = \"day\"\n{measure}"
            )
        };
        for (measure, refused) in [
            ("kind = \"sum\"\nvalue = \"value\"", None),
            ("kind = \"mean\"\nvalue = \"value\"\nweight = \"value\"", None),
            ("kind = \"mean\"\nvalue = \"value\"", Some("no mean can be made")),
            ("kind = \"count\"", Some("no count can be made")),
            ("kind = \"quantile\"\nvalue = \"value\"", Some("no quantile can be made")),
            ("kind = \"share\"\nhit = \"value > 5\"", Some("no share can be made")),
        ] {
            let problems = problems_of(&[("metrics/mine.toml", &metric(measure))]);
            let found = problems.iter().any(|problem| refused.is_some_and(|refused| problem.contains(refused)));
            let about_sums = problems.iter().any(|problem| problem.contains("sums"));
            assert_eq!((found, about_sums), (refused.is_some(), refused.is_some()), "{measure}: {problems:?}");
        }
    }

    /// The six formulas of the service level on one data set, from the published vectors.
    #[test]
    fn service_level_variants_agree_with_the_oracle() {
        let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/oracles/service_level.json"));
        let vectors: Vec<Json> = serde_json::from_str(text).expect("vectors");
        let (given, expected) = (&vectors[0]["inputs"], &vectors[0]["expected"]);
        let number = |name: &str| given[name].as_u64().expect("a number");
        let rows = |outcome: &str, wait: u64, times: u64| serde_json::json!({"channel": "phone", "direction": "in", "handled_by": "human", "outcome": outcome, "wait": wait, "times": times});
        let data = [
            rows("answered", 15, number("answered_in")),
            rows("answered", 90, number("answered") - number("answered_in")),
            rows("abandoned", 3, number("short_abandoned")),
            rows("abandoned", 12, number("abandoned_in") - number("short_abandoned")),
            rows("abandoned", 50, number("abandoned") - number("abandoned_in")),
        ];
        let catalogue = Catalogue::load(&[], &mut Problems::default());
        let cases = [
            ("service_level", "f1_abandon_as_success", "f1_abandon_in_T_as_success"),
            ("service_level", "f2_answered_only", "f2_answered_only"),
            ("service_level", "f3_all_abandons_hurt", "f3_all_abandons_hurt"),
            ("service_level", "f4_exclude_abandons_in_Y", "f4_exclude_abandons_in_T"),
            ("service_level", "f5_short_as_success", "f5_short_abandons_as_success"),
            ("service_level", "f6_exclude_short", "f6_exclude_short_abandons_DEFAULT"),
            ("abandonment_rate", "all_abandons", "abandon_rate_all"),
        ];
        for (id, variant, wanted) in cases {
            let metric = catalogue.get(id).expect("a metric");
            let example = Example {
                name: wanted.to_owned(),
                given: BTreeMap::new(),
                rows: data.iter().filter_map(|row| row.as_object().cloned()).collect(),
                variant: Some(variant.to_owned()),
                parameters: BTreeMap::new(),
                now: "2026-12-31T00:00:00Z".parse().expect("a time"),
                statistic: None,
                expect: [("value".to_owned(), expected[wanted].clone())].into_iter().collect(),
                span: 0..0,
            };
            assert_eq!(run(metric, &example, &catalogue, &Attributes::new()), Vec::<String>::new(), "{wanted}");
        }
    }
}
