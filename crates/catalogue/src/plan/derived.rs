//! Derived: arithmetic of the figures of other metrics, as backlog ÷ solved a day. The figures it is made of are not
//! independent, so it has no margin, unless one of them is named as the one that varies: then its interval is the
//! formula at both ends of that one's.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::quotient::Quotient;
use super::shared::Rest;
use super::{Figure, Ledger, Measure, Moments, Part, PartRole, Plan};
use crate::answer::{Cell, Reach};
use crate::expression::{Expr, calculate};
use crate::margin::{Interval, garwood};
use crate::metric::{InputDeclaration, Metric};

pub(super) const PARTS: &[Part] = &[
    Part { name: "value", role: PartRole::Formula, required: true },
    Part { name: "denominator", role: PartRole::Formula, required: false },
    Part { name: "interval", role: PartRole::Input, required: false },
];

/// Name in formulas of the length of the period in months, as far as it is over.
pub(crate) const PERIOD_MONTHS: &str = "period_months";

/// Where no figure is known.
pub(super) const NOTHING: Figure =
    Figure { value: None, low: None, high: None, n: 0, numerator: None, denominator: None };

/// What is worked out, what it divides by, the input whose interval it has, and what adds up above and below its line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Formula<'a> {
    pub(crate) value: &'a Expr,
    pub(crate) denominator: Option<&'a Expr>,
    pub(crate) varies: Option<&'a str>,
    pub(crate) quotient: Option<&'a Quotient>,
}

/// One of the figures a derived metric is made of.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Input {
    /// Name in the formula.
    pub name: String,
    /// Which statistic of its plan.
    pub statistic: usize,
    /// How it is answered, over the same periods and dimensions.
    pub plan: Box<Plan>,
}

/// A figure that a derived metric is made of, as it is asked by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MadeOf {
    /// Its name in the formula.
    pub name: String,
    /// Metric id.
    pub metric: String,
    /// Named preset of parameters.
    pub variant: Option<String>,
    /// Parameters set for it, with what those of the derived metric hand on.
    pub parameters: BTreeMap<String, String>,
}

/// What the figures of `plan`, of the derived `metric`, are made of: those inputs that are used under its parameters.
/// Nothing of a metric with rows of its own.
pub fn made_of(plan: &Plan, metric: &Metric) -> Vec<MadeOf> {
    let Measure::Derived { inputs: used, .. } = &plan.measure else { return Vec::new() };
    let one = |input: &InputDeclaration| {
        let plan = &used.iter().find(|used| used.name == input.name)?.plan;
        let set = input.parameters.keys().filter_map(|name| {
            let value = plan.parameters.get(name)?;
            Some((name.clone(), value.as_str().map_or_else(|| value.to_string(), str::to_owned)))
        });
        Some(MadeOf {
            name: input.name.clone(),
            metric: input.metric.value.clone(),
            variant: input.variant.clone(),
            parameters: set.collect(),
        })
    };
    metric.measure.inputs.iter().filter_map(one).collect()
}

/// A figure that is put into a formula.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Given {
    /// The figure.
    pub(crate) value: Option<f64>,
    /// Its sample size.
    pub(crate) n: u64,
    /// Its interval.
    pub(crate) interval: Option<Interval>,
}

/// The figure of a formula over named figures and the months of the period. Null where one it needs is, or where it
/// divides by zero; its n is what it divides by where that is said, the least of theirs otherwise. Its interval is that of
/// the input that `varies`, carried through: the formula at both ends, the other figures taken as exact. Above and below
/// its line stands what adds up from parts to the whole, where the formula is such a quotient.
pub(crate) fn figure(formula: Formula, inputs: &BTreeMap<&str, Given>, months: Option<f64>) -> Figure {
    let Formula { value, denominator, varies, quotient } = formula;
    let with = |expr: &Expr, instead: Option<f64>| {
        calculate(expr, &|name| match inputs.get(name) {
            Some(given) if instead.is_some() && Some(name) == varies => given.value.and(instead),
            Some(given) => given.value,
            None => months.filter(|_| name == PERIOD_MONTHS),
        })
    };
    let result = with(value, None);
    let interval = varies.and_then(|name| inputs.get(name)?.interval);
    let ends = interval.and_then(|interval| {
        let (low, high) = (with(value, Some(interval.low))?, with(value, Some(interval.high))?);
        result.map(|_| (low.min(high), low.max(high)))
    });
    let below = denominator.and_then(|expr| with(expr, None));
    let n = match denominator {
        // whole things are divided by: contacts, customers; a fraction of one is none
        Some(_) => below.map_or(0, |below| below.max(0.0) as u64),
        None => inputs.values().map(|given| given.n).min().unwrap_or(0),
    };
    let (low, high) = (ends.map(|ends| ends.0), ends.map(|ends| ends.1));
    let (above, line) = (
        quotient.and_then(|quotient| with(&quotient.numerator, None)),
        quotient.and_then(|quotient| with(&quotient.denominator, None)),
    );
    Figure { value: result, low, high, n, numerator: above, denominator: line.or(below) }
}

/// The inputs that a formula uses under its parameters.
pub(super) fn used(formula: Formula<'_>) -> BTreeSet<&str> {
    let mut names = BTreeSet::new();
    for expr in [Some(formula.value), formula.denominator].into_iter().flatten() {
        expr.columns(&mut |name| {
            names.insert(name);
        });
    }
    names
}

/// The interval of an input: its own, and Garwood's of a plain count.
pub(crate) fn interval(is_count: bool, figure: &Figure) -> Option<Interval> {
    let own = figure.low.zip(figure.high).map(|(low, high)| Interval { low, high });
    own.or_else(|| (is_count && figure.value.is_some()).then(|| garwood(figure.n)))
}

/// The cells of a derived metric, from those of its inputs in their order; a cell that an input lacks is nothing there.
pub fn combine(measure: &Measure, cells: Vec<Vec<Cell>>, reach: &dyn Fn(usize) -> Reach) -> Vec<Cell> {
    type Key = (usize, Vec<Option<String>>);
    let Measure::Derived { value, denominator, inputs, interval } = measure else { return Vec::new() };
    let quotient = Quotient::over(value, inputs);
    let formula =
        Formula { value, denominator: denominator.as_ref(), varies: interval.as_deref(), quotient: quotient.as_ref() };
    let by_key: Vec<BTreeMap<Key, Moments>> = cells
        .into_iter()
        .map(|cells| cells.into_iter().map(|cell| ((cell.period, cell.by), cell.moments)).collect())
        .collect();
    let rests: Vec<Rest> =
        inputs.iter().zip(&by_key).map(|(input, cells)| Rest::of(&input.plan, cells.iter())).collect();
    let mut keys: Vec<&Key> = by_key.iter().flat_map(BTreeMap::keys).collect();
    keys.sort_unstable();
    keys.dedup();
    keys.into_iter()
        .map(|key| {
            let reach = reach(key.0);
            let mut ledger = Ledger::default();
            let mut figures = BTreeMap::new();
            for ((input, cells), rest) in inputs.iter().zip(&by_key).zip(&rests) {
                let measure = &input.plan.measure;
                let moments = cells.get(key).cloned().unwrap_or_else(|| measure.nothing(reach));
                ledger.join(moments.ledger().unwrap_or(&Ledger::default()));
                let figure = measure.figures(&moments).into_iter().nth(input.statistic).unwrap_or(NOTHING);
                let interval = self::interval(matches!(moments, Moments::Count { .. }), &figure);
                let apart = rest.over(key.0, &key.1);
                ledger.apart += apart;
                let value = figure.value.filter(|_| apart == 0);
                figures.insert(input.name.as_str(), Given { value, n: figure.n, interval });
            }
            let moments = Moments::Derived(figure(formula, &figures, reach.months), ledger);
            Cell { period: key.0, by: key.1.clone(), moments }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use model::FieldType;

    use super::*;
    use crate::expression::{Scope, resolve_as};

    fn given(value: f64, interval: Option<Interval>) -> Given {
        Given { value: Some(value), n: value as u64, interval }
    }

    /// The caveat of the catalogue: 9 leavers of 60 in 4 months are 45 % a year, 95 % interval 21 to 85 %.
    #[test]
    fn the_interval_of_leavers_is_carried_through() {
        let columns = ["leavers", "headcount", PERIOD_MONTHS].map(|name| (name.to_owned(), FieldType::Number)).into();
        let scope = Scope { columns: &columns, raw: false, parameters: &BTreeMap::new() };
        let text = "100 * leavers / headcount * 12 / period_months";
        let formula = resolve_as(text, FieldType::Number, &scope).expect("a formula");
        let inputs: BTreeMap<&str, Given> =
            [("leavers", given(9.0, Some(garwood(9)))), ("headcount", given(60.0, None))].into();
        let formula = Formula { value: &formula, denominator: None, varies: Some("leavers"), quotient: None };
        let found = figure(formula, &inputs, Some(4.0));
        assert_eq!((found.value, found.n), (Some(45.0), 9));
        let ends = (found.low.expect("an end"), found.high.expect("an end"));
        assert!((ends.0 - 20.576_8).abs() < 1e-3 && (ends.1 - 85.424_3).abs() < 1e-3, "{ends:?}");
        assert_eq!(figure(Formula { varies: None, ..formula }, &inputs, Some(4.0)).low, None);
        assert_eq!(figure(formula, &inputs, None).value, None);
    }

    #[test]
    fn ends_change_places_where_the_formula_falls() {
        let columns = [("lost".to_owned(), FieldType::Number)].into();
        let scope = Scope { columns: &columns, raw: false, parameters: &BTreeMap::new() };
        let formula = resolve_as("100 - lost", FieldType::Number, &scope).expect("a formula");
        let inputs = [("lost", given(6.0, Some(Interval { low: 4.0, high: 9.0 })))].into();
        let formula = Formula { value: &formula, denominator: None, varies: Some("lost"), quotient: None };
        let found = figure(formula, &inputs, None);
        assert_eq!((found.value, found.low, found.high), (Some(94.0), Some(91.0), Some(96.0)));
    }
}
