//! Question → plan.

use std::collections::{BTreeMap, BTreeSet};

use model::calendar::{DateRange, Grain, Organisation, Period, compared, split};
use model::{Attributes, FactTable, FieldType};

use super::dimension::{dimension, only, ordered};
use super::resolve::{Resolved, columns, resolve};
use super::{Dimension, Input, Measure, Plan, computed, derived, shared};
use crate::Catalogue;
use crate::diagnostic::Diagnostic;
use crate::expression::{Expr, Operator, Scope, Value, resolve as resolve_expression, resolve_as};
use crate::file::{Problems, suggest};
use crate::metric::{self, Metric};
use crate::privacy::{Group, Parts, People};
use crate::question::Question;
use crate::source::SourceText;

/// Plans `question`.
///
/// # Errors
/// Every problem of the question: unknown metric, variant, parameter, dimension; a filter that does not resolve; a
/// range with too many periods. Their `file` is the option they came from, as `--by`.
pub fn plan(
    question: &Question,
    catalogue: &Catalogue,
    organisation: &Organisation,
    attributes: &Attributes,
) -> Result<Plan, Vec<Diagnostic>> {
    plan_within(question, catalogue, organisation, attributes, &mut Vec::new())
}

/// Plans `question`, which is asked for one of the metrics `above`, each derived from the next.
fn plan_within(
    question: &Question,
    catalogue: &Catalogue,
    organisation: &Organisation,
    attributes: &Attributes,
    above: &mut Vec<String>,
) -> Result<Plan, Vec<Diagnostic>> {
    let mut problems = Problems::default();
    let metric = catalogue.find(&question.metric).map_err(|problem| vec![*problem])?;
    let parameters = parameters(question, metric, &mut problems);
    let resolved = resolve(metric, &parameters, attributes, &mut problems);
    let Some(table) = metric.measure.table else {
        let resolved = resolved.filter(|_| !problems.has_errors()).ok_or_else(|| problems.into_sorted())?;
        let Measure::Derived { value, denominator, interval, .. } = &resolved.measure else { return Err(Vec::new()) };
        let formula =
            derived::Formula { value, denominator: denominator.as_ref(), varies: interval.as_deref(), quotient: None };
        let used = derived::used(formula);
        let inputs = inputs(question, metric, (&parameters, &used), catalogue, organisation, attributes, above)?;
        let plan = derived(question, metric, &parameters, resolved.measure, inputs)?;
        return Ok(with_currency(plan, organisation));
    };
    let columns = columns(table, attributes);
    let by: Vec<Dimension> =
        question.by.iter().filter_map(|name| dimension("--by", name, metric, &columns, &mut problems)).collect();
    let only: Vec<Expr> =
        question.only.iter().filter_map(|(name, values)| only(name, values, metric, &columns, &mut problems)).collect();
    let filter = question.filter.as_ref().and_then(|text| filter(text, metric, &columns, &mut problems));
    let periods = match split(&question.range, question.grain, organisation) {
        Ok(periods) => periods,
        Err(error) => {
            option_error("--grain", question.grain.name(), "too_many_periods", error.to_string(), None, &mut problems);
            Vec::new()
        }
    };
    let Some(mut resolved) = resolved.filter(|_| !problems.has_errors()) else {
        return Err(problems.into_sorted());
    };
    let filter = filter.map(|filter| computed::extract(filter, &mut resolved.computed));
    let asked = only.into_iter().chain(filter).reduce(both);
    let compared =
        question.compare.map(|compare| compared(&periods, &question.range, question.grain, compare, organisation));
    let sums = super::sums::sums(metric, &resolved, &columns, catalogue, attributes);
    let people = people(metric, &resolved, table, &columns, (sums, asked.clone()), organisation, || {
        periods.iter().chain(compared.iter().flatten())
    });
    let mut population = resolved.population;
    match (&mut resolved.measure, asked) {
        (_, None) => {}
        // one who is asked about may go on as another: who left a plan for another one is not lost
        (Measure::Cohort(cohort), Some(asked)) => cohort.entering = asked,
        // what nobody is said to bear may be borne by those asked about
        (Measure::Sum { apart, .. }, Some(asked)) => {
            *apart = shared::unknown(&asked, table);
            let counts = apart.iter().cloned().fold(asked, |asked, unknown| join(Operator::Or, asked, unknown));
            population = both(population, counts);
        }
        (_, Some(asked)) => population = both(population, asked),
    }
    let shown = shown(&parameters);
    if let Measure::Stock { month_ends: Some(ends), .. } = &mut resolved.measure {
        let all = periods.iter().chain(compared.iter().flatten());
        ends.extend(all.flat_map(|period| organisation.month_ends(period.from, period.to)));
        ends.sort_unstable();
        ends.dedup();
    }
    let plan = Plan {
        metric: metric.id.clone(),
        version: metric.version,
        variant: question.variant.clone(),
        identity: identity(metric, &shown, &[]),
        parameters: shown,
        table,
        computed: resolved.computed,
        at: resolved.at,
        matures: resolved.matures,
        population,
        measure: resolved.measure,
        people,
        by,
        periods,
        compared,
        unit: metric.unit,
        currency: None,
    };
    Ok(with_currency(plan, organisation))
}

fn both(left: Expr, right: Expr) -> Expr {
    join(Operator::And, left, right)
}

pub(super) fn join(operator: Operator, left: Expr, right: Expr) -> Expr {
    Expr::Binary { operator, left: Box::new(left), right: Box::new(right) }
}

/// Whose figures these are, where few people are withheld.
fn people<'p, P: Iterator<Item = &'p Period>>(
    metric: &Metric,
    resolved: &Resolved,
    table: FactTable,
    columns: &BTreeMap<String, FieldType>,
    (sums, filter): (Vec<Expr>, Option<Expr>),
    organisation: &Organisation,
    periods: impl Fn() -> P,
) -> Option<People> {
    let privacy = metric.privacy.as_ref()?;
    let column = privacy.people.as_ref()?.value.clone();
    let stretch = || ("started_at".to_owned(), "ended_at".to_owned());
    let group = match &resolved.measure {
        _ if resolved.is_present => {
            let (start, end) = stretch();
            Group::Present { start, end }
        }
        Measure::Stock { start, end, month_ends: Some(_) } => Group::Present { start: start.clone(), end: end.clone() },
        Measure::Stock { start, end, .. } => Group::There { start: start.clone(), end: end.clone() },
        _ => Group::Counted,
    };
    let parts = if table == FactTable::EmployeeAnswer {
        Parts::Of { column: "wave".to_owned() }
    } else {
        let grain = if table == FactTable::Employment { Grain::Year } else { Grain::Month };
        // a year more on both sides, so that those the periods lie in are not cut
        let year = jiff::Span::new().years(1);
        let first = periods().map(|period| period.from).min().and_then(|day| day.checked_sub(year).ok());
        let last = periods().map(|period| period.to).max().and_then(|day| day.checked_add(year).ok());
        let range = first.zip(last).map(|(from, to)| DateRange { from, to, step: None });
        let parts = range.and_then(|range| split(&range, grain, organisation).ok()).unwrap_or_default();
        Parts::Whole { parts }
    };
    let population = resolved.population.clone();
    let own = sums.iter().position(|sum| *sum == population).unwrap_or(0);
    let among = resolved.among.iter().chain(&sums).cloned();
    Some(People {
        column,
        minimum: privacy.minimum,
        breakdown_minimum: privacy.breakdown_minimum,
        among: among.fold(population, |all, among| join(Operator::Or, all, among)),
        sums,
        own,
        filter: filter.unwrap_or(Expr::Literal(Value::Boolean(true))),
        group,
        parts,
        dimensions: ordered(metric, columns),
    })
}

/// The plans of the figures a derived metric is made of, those that it uses under its parameters: the same question to
/// each.
fn inputs(
    question: &Question,
    metric: &Metric,
    (own, used): (&BTreeMap<String, Value>, &BTreeSet<&str>),
    catalogue: &Catalogue,
    organisation: &Organisation,
    attributes: &Attributes,
    above: &mut Vec<String>,
) -> Result<Vec<Input>, Vec<Diagnostic>> {
    let mut problems = Problems::default();
    if above.contains(&metric.id) {
        let way = above.iter().chain([&metric.id]).map(|id| format!("`{id}`")).collect::<Vec<_>>().join(" → ");
        let message = format!("the metric is derived from itself: {way}");
        problems.error(&metric.file, metric.measure.span.clone(), "metric_cycle", message, None);
        return Err(problems.into_sorted());
    }
    above.push(metric.id.clone());
    let mut inputs = Vec::new();
    for input in metric.measure.inputs.iter().filter(|input| used.contains(input.name.as_str())) {
        let asked = Question {
            metric: input.metric.value.clone(),
            variant: input.variant.clone(),
            parameters: input.parameters.iter().map(|(name, text)| (name.clone(), handed_on(text, own))).collect(),
            ..question.clone()
        };
        match plan_within(&asked, catalogue, organisation, attributes, above) {
            Ok(plan) => {
                let statistics = plan.measure.statistics();
                let wanted = input.statistic.as_deref();
                let found = wanted.map_or(Some(0), |wanted| statistics.iter().position(|name| name == wanted));
                match found {
                    Some(statistic) => {
                        inputs.push(Input { name: input.name.clone(), statistic, plan: Box::new(plan) });
                    }
                    None => {
                        let wanted = wanted.unwrap_or_default();
                        let message = format!("`{}` has no statistic `{wanted}`", plan.metric);
                        let help = suggest(wanted, statistics.iter().map(String::as_str));
                        problems.error(&metric.file, input.metric.span.clone(), "unknown_statistic", message, help);
                    }
                }
            }
            Err(found) => {
                let asks = |problem: &Diagnostic| !problem.file.starts_with("--") && problem.file != "metric";
                if found.iter().all(asks) || found.iter().any(|problem| problem.file == "metric") {
                    // what is wrong lies in the definition that names it
                    for problem in found {
                        // a circle tells its whole way itself
                        let message = match problem.code {
                            "metric_cycle" => problem.message,
                            _ => format!("`{}`: {}", input.name, problem.message),
                        };
                        problems.error(&metric.file, input.metric.span.clone(), problem.code, message, problem.help);
                    }
                } else {
                    problems.extend(found);
                }
            }
        }
    }
    above.pop();
    if problems.has_errors() { Err(problems.into_sorted()) } else { Ok(inputs) }
}

/// The same with the organisation's currency where there is money in it.
fn with_currency(plan: Plan, organisation: &Organisation) -> Plan {
    Plan { currency: plan.has_money().then(|| organisation.currency.clone()), ..plan }
}

/// What an input's parameter is set to: as written, or what comes of it where it is an expression of the metric's own
/// parameters, as `$window_days`.
fn handed_on(text: &str, own: &BTreeMap<String, Value>) -> String {
    let columns = BTreeMap::new();
    let scope = Scope { columns: &columns, raw: false, parameters: own };
    let value = match resolve_expression(text, &scope) {
        Ok(Expr::Literal(value)) if text.contains('$') => metric::to_json(&value),
        _ => return text.to_owned(),
    };
    match value {
        serde_json::Value::String(text) => text,
        other => other.to_string(),
    }
}

fn derived(
    question: &Question,
    metric: &Metric,
    parameters: &BTreeMap<String, Value>,
    measure: Measure,
    inputs: Vec<Input>,
) -> Result<Plan, Vec<Diagnostic>> {
    let Some(first) = inputs.first().map(|input| (*input.plan).clone()) else {
        let mut problems = Problems::default();
        let message = "a derived metric needs an input".to_owned();
        problems.error(&metric.file, metric.measure.span.clone(), "missing_field", message, None);
        return Err(problems.into_sorted());
    };
    let Measure::Derived { value, denominator, interval, .. } = measure else { return Err(Vec::new()) };
    let shown = shown(parameters);
    let identities: Vec<&str> = inputs.iter().map(|input| input.plan.identity.as_str()).collect();
    Ok(Plan {
        metric: metric.id.clone(),
        version: metric.version,
        variant: question.variant.clone(),
        identity: identity(metric, &shown, &identities),
        parameters: shown,
        population: Expr::Literal(Value::Boolean(true)),
        // it can be judged once all its figures can
        matures: inputs.iter().filter_map(|input| input.plan.matures).max(),
        measure: Measure::Derived { value, denominator, inputs, interval },
        people: None,
        unit: metric.unit,
        ..first
    })
}

fn shown(parameters: &BTreeMap<String, Value>) -> BTreeMap<String, serde_json::Value> {
    parameters.iter().map(|(name, value)| (name.clone(), metric::to_json(value))).collect()
}

/// Hash of id, version and resolved parameters, and of what it is derived from.
fn identity(metric: &Metric, parameters: &BTreeMap<String, serde_json::Value>, inputs: &[&str]) -> String {
    let text = match inputs {
        [] => serde_json::to_vec(&(&metric.id, metric.version, parameters)),
        inputs => serde_json::to_vec(&(&metric.id, metric.version, parameters, inputs)),
    };
    blake3::hash(&text.unwrap_or_default()).to_hex().to_string()
}

pub(super) fn option_error(
    option: &str,
    text: &str,
    code: &'static str,
    message: String,
    help: Option<String>,
    problems: &mut Problems,
) {
    let file = SourceText { path: option.to_owned(), text: text.to_owned() };
    problems.error(&file, 0..text.len(), code, message, help);
}

fn parameters(question: &Question, metric: &Metric, problems: &mut Problems) -> BTreeMap<String, Value> {
    let mut values = metric.defaults();
    if let Some(name) = &question.variant {
        match metric.variants.get(name) {
            Some(variant) => values.extend(variant.parameters.clone()),
            None => {
                let help = match metric.variants.is_empty() {
                    true => Some(format!("`{}` has no variants", metric.id)),
                    false => suggest(name, metric.variants.keys().map(String::as_str)),
                };
                option_error(
                    "--variant",
                    name,
                    "unknown_variant",
                    format!("`{}` has no variant `{name}`", metric.id),
                    help,
                    problems,
                );
            }
        }
    }
    for (name, text) in &question.parameters {
        let Some(parameter) = metric.parameters.iter().find(|parameter| parameter.name == *name) else {
            let help = suggest(name, metric.parameters.iter().map(|parameter| parameter.name.as_str()));
            option_error(
                "--set",
                name,
                "unknown_parameter",
                format!("`{}` has no parameter `{name}`", metric.id),
                help,
                problems,
            );
            continue;
        };
        match metric::from_text(text, parameter.kind) {
            Some(value) if parameter.allows(&value) => {
                values.insert(name.clone(), value);
            }
            Some(_) => {
                let valid: Vec<String> = parameter.one_of.iter().map(crate::expression::show).collect();
                let help = match valid.is_empty() {
                    true => Some(format!("it takes {}", parameter.takes())),
                    false => suggest(text, valid.iter().map(String::as_str)),
                };
                option_error(
                    "--set",
                    text,
                    "unknown_value",
                    format!("`{text}` is not a value of `{name}`"),
                    help,
                    problems,
                );
            }
            None => {
                option_error(
                    "--set",
                    text,
                    "wrong_type",
                    format!("`{text}` is not a value of `{name}`"),
                    Some(format!("it takes {}", parameter.takes())),
                    problems,
                );
            }
        }
    }
    values
}

/// `--where` may also use the names of roles: `team = 'Billing'` filters by the team the metric counts.
fn filter(text: &str, metric: &Metric, columns: &BTreeMap<String, FieldType>, problems: &mut Problems) -> Option<Expr> {
    let mut names = columns.clone();
    for (role, column) in &metric.roles {
        if let Some(kind) = columns.get(column) {
            names.insert(role.clone(), *kind);
        }
    }
    for (column, kind) in columns {
        if let Some(bare) = column.strip_prefix("attr.") {
            names.entry(bare.to_owned()).or_insert(*kind);
        }
    }
    let parameters = BTreeMap::new();
    let scope = Scope { columns: &names, raw: false, parameters: &parameters };
    match resolve_as(text, FieldType::Boolean, &scope) {
        Ok(mut expr) => {
            expr.rename_columns(&|name| match metric.roles.get(name) {
                Some(column) => column.clone(),
                None if columns.contains_key(name) => name.to_owned(),
                None => format!("attr.{name}"),
            });
            Some(expr)
        }
        Err(found) => {
            let file = SourceText { path: "--where".to_owned(), text: text.to_owned() };
            for problem in found {
                problems.error(&file, problem.span, problem.code, problem.message, problem.help);
            }
            None
        }
    }
}
