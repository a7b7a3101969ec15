//! What part of a figure a row is, and what it adds to it.

use std::sync::Arc;

use arrow::datatypes::DataType;
use catalogue::answer::Moment;
use catalogue::plan::{Cohort, Measure, Plan};
use datafusion::logical_expr::{Case, Expr, ScalarUDF, cast, lit};
use datafusion::scalar::ScalarValue;
use model::calendar::Calendars;
use model::{FieldType, Instant};

use crate::clock::OpenTime;
use crate::lower::lower;
use crate::run::{column, instant, parts};
use crate::{EngineError, Margins};

/// What part of a figure a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// Above the line, and below it as well.
    Numerator,
    /// Below the line only.
    Rest,
    /// Above the line only, which a ratio allows.
    Outside,
    /// A promoter.
    Positive,
    /// A detractor.
    Negative,
    /// Neither; or both, which cancel out.
    Neutral,
    /// Work that has ended.
    Ended,
    /// Work that is still open.
    Open,
    /// Counted, where there is nothing to tell apart.
    Counted,
}

impl Part {
    /// The parts a figure of `measure` can have, in their order; none of a derived one.
    pub fn of(measure: &Measure) -> &'static [Part] {
        match measure {
            Measure::Share { .. } | Measure::ExactShare { .. } | Measure::StockAge { than: Some(_), .. } => {
                &[Part::Numerator, Part::Rest]
            }
            Measure::Ratio { .. } => &[Part::Numerator, Part::Rest, Part::Outside],
            Measure::NetScore { .. } => &[Part::Positive, Part::Negative, Part::Neutral],
            Measure::Survival { .. } => &[Part::Ended, Part::Open],
            Measure::Mean { .. }
            | Measure::Sum { .. }
            | Measure::Count
            | Measure::Quantile { .. }
            | Measure::StockAge { .. }
            | Measure::Stock { .. } => &[Part::Counted],
            Measure::Cohort(Cohort { value: None, .. }) => &[Part::Numerator, Part::Rest],
            Measure::Cohort(_) => &[Part::Counted],
            Measure::Derived { .. } => &[],
        }
    }

    /// Its name in addresses and answers.
    pub fn name(self) -> &'static str {
        match self {
            Part::Numerator => "numerator",
            Part::Rest => "rest",
            Part::Outside => "outside",
            Part::Positive => "positive",
            Part::Negative => "negative",
            Part::Neutral => "neutral",
            Part::Ended => "ended",
            Part::Open => "open",
            Part::Counted => "counted",
        }
    }

    /// The parts that are listed when this one is asked for: above the line is above it, wherever else.
    pub fn listed(self) -> &'static [Part] {
        match self {
            Part::Numerator => &[Part::Numerator, Part::Outside],
            Part::Rest => &[Part::Rest],
            Part::Outside => &[Part::Outside],
            Part::Positive => &[Part::Positive],
            Part::Negative => &[Part::Negative],
            Part::Neutral => &[Part::Neutral],
            Part::Ended => &[Part::Ended],
            Part::Open => &[Part::Open],
            Part::Counted => &[Part::Counted],
        }
    }
}

/// What each row of a scan is to a figure.
pub(super) struct Standing {
    /// Index of its part in [`Part::of`]; null where it does not count.
    pub(super) part: Expr,
    /// What it adds above the line, raw; null where nothing is added up.
    pub(super) amount: Expr,
    /// Type of `amount`.
    pub(super) amount_kind: Option<FieldType>,
    /// What it adds below the line, raw.
    pub(super) weight: Expr,
    /// Type of `weight`.
    pub(super) weight_kind: Option<FieldType>,
}

/// The standing of rows that are of the population, in the period and ripe. Null-safe throughout: what is neither true
/// nor false is not true.
pub(super) fn standing(plan: &Plan, moment: Moment, calendars: &Arc<Calendars>) -> Result<Standing, EngineError> {
    let (_, columns) = parts(&plan.measure, moment.as_of(), calendars, Vec::new(), Margins::LeftOut)?;
    let mut columns = columns.into_iter();
    let mut next = || columns.next().ok_or(EngineError::Shape { what: "the parts of a measure" });
    let nothing = || lit(ScalarValue::Int64(None));
    let plain =
        |part: Expr| Standing { part, amount: nothing(), amount_kind: None, weight: nothing(), weight_kind: None };
    Ok(match &plan.measure {
        Measure::Share { .. } | Measure::ExactShare { .. } => plain(cases(vec![(next()?, 0)], Some(1))),
        Measure::Ratio { .. } => {
            let (above, below) = (next()?, next()?);
            plain(cases(vec![(above.clone().and(below.clone()), 0), (below, 1), (above, 2)], None))
        }
        Measure::NetScore { .. } => {
            let (positive, negative) = (next()?, next()?);
            let both = positive.clone().and(negative.clone());
            plain(cases(vec![(both, 2), (positive, 0), (negative, 1)], Some(2)))
        }
        Measure::Count => plain(lit(0_i64)),
        Measure::Stock { start, end, month_ends } => {
            let instants = plan.periods.first().map(|period| plan.measure.instants(moment, period));
            let open = |at: &Instant| {
                let at = instant(*at);
                let still = column(end).is_null().or(column(end).gt_eq(at.clone()));
                column(start).lt(at).and(still)
            };
            let open: Vec<Expr> = instants.iter().flatten().map(open).collect();
            let Some(any) = open.iter().cloned().reduce(Expr::or) else { return Ok(plain(nothing())) };
            let part = cases(vec![(any, 0)], None);
            // of a mean over instants a row adds the number of those it was open at
            let times = open.into_iter().map(|open| cases(vec![(open, 1)], Some(0))).reduce(|sum, one| sum + one);
            match times.filter(|_| month_ends.is_some()) {
                Some(amount) => Standing { part, amount, amount_kind: Some(FieldType::Integer), ..plain(nothing()) },
                None => plain(part),
            }
        }
        Measure::StockAge { start, end, since, than, .. } => {
            let at = plan.periods.first().and_then(|period| moment.stock_instant(period));
            let Some(at) = at else { return Ok(plain(nothing())) };
            let schedule = lit(ScalarValue::Utf8(None));
            let age = ScalarUDF::new_from_impl(OpenTime::new(at, None)).call(vec![column(since), schedule]);
            let still = column(end).is_null().or(column(end).gt_eq(instant(at)));
            let open = column(start).lt(instant(at)).and(still).and(age.clone().is_not_null());
            match than {
                Some(than) => plain(cases(vec![(open.clone().and(age.gt(lit(than.get()))), 0), (open, 1)], None)),
                None => {
                    let part = cases(vec![(open, 0)], None);
                    Standing { part, amount: age, amount_kind: Some(FieldType::Duration), ..plain(nothing()) }
                }
            }
        }
        Measure::Sum { kind, .. } | Measure::Quantile { kind, .. } => {
            let amount = raw(next()?, *kind);
            let counts = cases(vec![(amount.clone().is_not_null(), 0)], None);
            let part = match &plan.measure {
                Measure::Sum { apart: Some(apart), .. } => when(vec![(lower(apart), nothing())], Some(counts)),
                _ => counts,
            };
            Standing { part, amount, amount_kind: Some(*kind), ..plain(nothing()) }
        }
        Measure::Mean { kind, weight, .. } => {
            let amount = raw(next()?, *kind);
            let weight_kind = weight.as_ref().map(|(_, kind)| *kind);
            let weight = match weight_kind {
                Some(kind) => raw(next()?, kind),
                None => lit(1_i64),
            };
            let both = amount.clone().is_not_null().and(weight.clone().is_not_null());
            let part = cases(vec![(both, 0)], None);
            Standing { part, amount, amount_kind: Some(*kind), weight, weight_kind }
        }
        Measure::Survival { .. } => {
            let (ended, open) = (cast(next()?, DataType::Int64), cast(next()?, DataType::Int64));
            let part = cases(vec![(ended.clone().is_not_null(), 0), (open.clone().is_not_null(), 1)], None);
            let amount = when(vec![(ended.clone().is_not_null(), ended)], Some(open));
            Standing { part, amount, amount_kind: Some(FieldType::Duration), ..plain(nothing()) }
        }
        Measure::Cohort(cohort) => {
            let instants = plan.periods.first().map(|period| plan.measure.instants(moment, period));
            match instants.unwrap_or_default().first() {
                Some(start) => super::cohort::standing(cohort, *start),
                None => plain(nothing()),
            }
        }
        Measure::Derived { .. } => return Err(EngineError::Shape { what: "a derived metric" }),
    })
}

/// A quantity as the tallies read it: a number beyond 64 bits is none.
pub(super) fn raw(expr: Expr, kind: FieldType) -> Expr {
    if kind != FieldType::Number {
        return cast(expr, DataType::Int64);
    }
    let number = cast(expr, DataType::Decimal128(38, 4));
    let bound = |raw: i64| lit(ScalarValue::Decimal128(Some(i128::from(raw)), 38, 4));
    when(vec![(number.clone().between(bound(i64::MIN), bound(i64::MAX)), number)], None)
}

pub(super) fn cases(branches: Vec<(Expr, i64)>, otherwise: Option<i64>) -> Expr {
    let branches = branches.into_iter().map(|(condition, index)| (condition, lit(index))).collect();
    when(branches, Some(lit(ScalarValue::Int64(otherwise))))
}

pub(super) fn when(branches: Vec<(Expr, Expr)>, otherwise: Option<Expr>) -> Expr {
    let branches = branches.into_iter().map(|(condition, result)| (Box::new(condition), Box::new(result))).collect();
    Expr::Case(Case::new(None, branches, otherwise.map(Box::new)))
}
