//! The members of a cohort: the stretches that are there at the start of a period, and what each adds to the figure,
//! which depends on the other stretches of its entity.

use arrow::datatypes::DataType;
use catalogue::plan::Cohort;
use datafusion::functions_aggregate::min_max::max_udaf;
use datafusion::logical_expr::expr::WindowFunction;
use datafusion::logical_expr::{Expr, ExprFunctionExt, cast, lit};
use datafusion::prelude::DataFrame;
use datafusion::scalar::ScalarValue;
use model::{FieldType, Instant};

use super::part::{Standing, cases, raw, when};
use crate::EngineError;
use crate::lower::lower;
use crate::run::{column, instant};

/// Whether the entity is there at the end: 1 or 0.
const THERE: &str = "cohort.there";
/// What it is worth then.
const AFTER: &str = "cohort.after";
/// When its stretch that ended last did, in half microseconds, and one more where it counts as having left.
const LEFT: &str = "cohort.left";

/// The frame with what becomes of the entity of each row by `end`.
pub(super) fn add_ends(frame: DataFrame, cohort: &Cohort, end: Instant) -> Result<DataFrame, EngineError> {
    let over = |value: Expr, name: &str| {
        let entity = cohort.entity.iter().map(|name| column(name)).collect();
        let window = Expr::from(WindowFunction::new(max_udaf(), vec![value]));
        Ok::<Expr, EngineError>(window.partition_by(entity).build()?.alias(name))
    };
    let there = there(cohort, end);
    let ended = column(&cohort.end).lt(instant(end));
    let left = cohort.left.as_ref().map_or_else(|| lit(true), lower);
    let left = cast(column(&cohort.end), DataType::Int64) * lit(2_i64) + cases(vec![(left, 1)], Some(0));
    let windows = vec![
        over(cases(vec![(there.clone(), 1)], Some(0)), THERE)?,
        over(when(vec![(there, worth(cohort))], None), AFTER)?,
        over(when(vec![(ended, left)], None), LEFT)?,
    ];
    Ok(frame.window(windows)?)
}

/// The standing of the rows of such a frame in the cohort of `start`.
pub(super) fn standing(cohort: &Cohort, start: Instant) -> Standing {
    let nothing = || lit(ScalarValue::Int64(None));
    let enters = there(cohort, start).and(lower(&cohort.entering));
    let stays = column(THERE).eq(lit(1_i64));
    let leaves = match cohort.left {
        None => lit(true),
        Some(_) => (column(LEFT) % lit(2_i64)).eq(lit(1_i64)),
    };
    let Some((_, kind)) = &cohort.value else {
        let counts = if cohort.lost { column(THERE).eq(lit(0_i64)).and(leaves) } else { stays };
        let part = when(vec![(enters, cases(vec![(counts, 0)], Some(1)))], None);
        return Standing { part, amount: nothing(), amount_kind: None, weight: nothing(), weight_kind: None };
    };
    let zero = match kind {
        FieldType::Number => lit(ScalarValue::Decimal128(Some(0), 38, 4)),
        _ => lit(0_i64),
    };
    let before = worth(cohort);
    let after = when(vec![(stays, column(AFTER))], Some(zero.clone()));
    let kept = match cohort.grows {
        true => after.clone(),
        false => when(vec![(after.clone().lt(before.clone()), after.clone())], Some(before.clone())),
    };
    let amount = match cohort.lost {
        true => when(vec![(leaves, before.clone() - kept)], Some(zero.clone())),
        false => kept,
    };
    let counts = enters.and(before.clone().gt(zero)).and(after.is_not_null());
    let part = cases(vec![(counts, 0)], None);
    Standing { part, amount, amount_kind: Some(*kind), weight: before, weight_kind: Some(*kind) }
}

/// Whether a stretch is there at an instant.
fn there(cohort: &Cohort, at: Instant) -> Expr {
    let still = column(&cohort.end).is_null().or(column(&cohort.end).gt_eq(instant(at)));
    column(&cohort.start).lt(instant(at)).and(still)
}

/// What a stretch is worth.
fn worth(cohort: &Cohort) -> Expr {
    cohort.value.as_ref().map_or_else(|| lit(1_i64), |(value, kind)| raw(lower(value), *kind))
}
