//! Plans → answers. Plans asked together that share a table, an event time, a breakdown and periods become one scan
//! and one aggregate; the comparison period rides along in the same scan where it does not overlap.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type, Int32Type, Int64Type};
use catalogue::answer::{Answer, Cell, Moment, assemble};
use catalogue::metric::Metric;
use catalogue::plan::{Measure, Moments, Plan, QuantileValue};
use catalogue::question::Principal;
use datafusion::common::{Column, ScalarValue};
use datafusion::functions_aggregate::expr_fn::count;
use datafusion::logical_expr::{AggregateUDF, Expr, ExprFunctionExt, ScalarUDF, lit, when};
use datafusion::prelude::{SessionConfig, SessionContext};
use model::calendar::{Calendars, Period};
use model::{FactTable, Instant};

use crate::EngineError;
use crate::aggregate::{Durations, StockCounts};
use crate::clock::{OpenTime, PeriodIndex};
use crate::lower::lower;
use crate::tables::{self, Facts};

/// A plan with its metric.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// What is asked.
    pub plan: &'a Plan,
    /// Its definition: margins and small-sample rules.
    pub metric: &'a Metric,
}

/// Answers plans; one a process.
pub struct Engine {
    context: SessionContext,
}

impl Engine {
    /// With `threads` partitions a scan.
    pub fn new(threads: usize) -> Self {
        let config = SessionConfig::new().with_target_partitions(threads.max(1)).with_information_schema(false);
        Engine { context: SessionContext::new_with_config(config) }
    }

    /// The answers of `requests`, in their order: one a statistic.
    ///
    /// # Errors
    /// When a segment cannot be read or a plan cannot be run; never for an empty result.
    pub async fn ask(
        &self,
        facts: Facts<'_>,
        calendars: &Arc<Calendars>,
        requests: &[Request<'_>],
        principal: &Principal,
        now: Instant,
    ) -> Result<Vec<Vec<Answer>>, EngineError> {
        let mut current: Vec<Vec<Cell>> = vec![Vec::new(); requests.len()];
        let mut compared: Vec<Option<Vec<Cell>>> =
            requests.iter().map(|request| request.plan.compared.as_ref().map(|_| Vec::new())).collect();
        for pass in passes(requests) {
            let moment = moment(facts, pass.table, now);
            let rows = self.run(facts, calendars, requests, &pass, principal, moment).await?;
            for (slot, by, moments) in rows {
                for (member, moments) in pass.members.iter().zip(moments) {
                    for (number, side) in member
                        .slots
                        .iter()
                        .enumerate()
                        .filter_map(|(number, slot_of)| (*slot_of == Some(slot)).then_some((number, member.side)))
                    {
                        let cell = Cell { period: number, by: by.clone(), moments: moments.clone() };
                        match side {
                            Side::Current => current[member.request].push(cell),
                            Side::Compared => compared[member.request].get_or_insert_default().push(cell),
                        }
                    }
                }
            }
        }
        let answers = requests
            .iter()
            .zip(current.into_iter().zip(compared))
            .map(|(request, (current, compared))| {
                let moment = moment(facts, request.plan.table, now);
                assemble(request.plan, request.metric, current, compared, moment)
            })
            .collect();
        Ok(answers)
    }

    async fn run(
        &self,
        facts: Facts<'_>,
        calendars: &Arc<Calendars>,
        requests: &[Request<'_>],
        pass: &Pass,
        principal: &Principal,
        moment: Moment,
    ) -> Result<Vec<Row>, EngineError> {
        let plans: Vec<&Plan> = pass.members.iter().map(|member| requests[member.request].plan).collect();
        let mut frame = tables::open(&self.context, facts, pass.table, principal)?;
        let shared = plans.iter().all(|plan| plan.population == plans[0].population);
        if shared {
            frame = frame.filter(lower(&plans[0].population))?;
        }
        let mut groups: Vec<Expr> = plans[0]
            .by
            .iter()
            .enumerate()
            .map(|(number, dimension)| column(&dimension.column).alias(format!("by{number}")))
            .collect();
        // in the order of the slots, and sorted as they are; what lies before or beyond the data is not read
        let known: Vec<(usize, Instant)> = pass
            .slots
            .iter()
            .enumerate()
            .filter_map(|(slot, period)| Some((slot, moment.stock_instant(period)?)))
            .collect();
        let (known, instants): (Vec<usize>, Vec<Instant>) = known.into_iter().unzip();
        if let Some(at) = &pass.at {
            frame = frame.filter(within(at, &pass.slots))?;
            let index = ScalarUDF::new_from_impl(PeriodIndex::new(&pass.slots));
            groups.push(index.call(vec![column(at)]).alias("slot"));
        }
        let mut aggregates = Vec::new();
        for (number, plan) in plans.iter().enumerate() {
            let counted = if shared { None } else { Some(lower(&plan.population)) };
            for (part, expr) in
                aggregate(&plan.measure, counted, moment.as_of(), calendars, &instants)?.into_iter().enumerate()
            {
                aggregates.push(expr.alias(format!("m{number}_{part}")));
            }
        }
        let batches = frame.aggregate(groups, aggregates)?.collect().await?;
        let mut rows = Vec::new();
        for batch in &batches {
            read(batch, pass, &plans, &known, &mut rows)?;
        }
        Ok(rows)
    }
}

fn moment(facts: Facts<'_>, table: FactTable, now: Instant) -> Moment {
    Moment { now, watermark: facts.watermark(table), since: facts.since(table) }
}

/// One scan: plans that share all of this.
struct Pass {
    table: FactTable,
    /// Time a row counts at; none for a stock, whose rows count at every instant they are open.
    at: Option<String>,
    by: Vec<String>,
    /// Periods, sorted, not overlapping.
    slots: Vec<Period>,
    members: Vec<Member>,
}

/// One side of one request within a pass.
struct Member {
    request: usize,
    side: Side,
    /// For each period of that side, its slot in this pass.
    slots: Vec<Option<usize>>,
}

#[derive(Clone, Copy)]
enum Side {
    Current,
    Compared,
}

type Row = (usize, Vec<Option<String>>, Vec<Moments>);

fn passes(requests: &[Request<'_>]) -> Vec<Pass> {
    let mut passes: Vec<Pass> = Vec::new();
    for (number, request) in requests.iter().enumerate() {
        let plan = request.plan;
        let mut sides = vec![(Side::Current, &plan.periods)];
        sides.extend(plan.compared.as_ref().map(|periods| (Side::Compared, periods)));
        let stock = matches!(plan.measure, Measure::Stock { .. });
        let at = (!stock).then(|| plan.at.clone());
        let by: Vec<String> = plan.by.iter().map(|dimension| dimension.column.clone()).collect();
        for slots in layers(sides.iter().flat_map(|(_, periods)| periods.iter())) {
            let members = sides.iter().map(|(side, periods)| Member {
                request: number,
                side: *side,
                slots: periods.iter().map(|period| slots.iter().position(|slot| slot == period)).collect(),
            });
            let members: Vec<Member> = members.collect();
            let same =
                |pass: &&mut Pass| pass.table == plan.table && pass.at == at && pass.by == by && pass.slots == slots;
            match passes.iter_mut().find(same) {
                Some(pass) => pass.members.extend(members),
                None => passes.push(Pass { table: plan.table, at: at.clone(), by: by.clone(), slots, members }),
            }
        }
    }
    passes
}

/// The distinct periods in as few sorted lists as possible, within each of which none overlap: a row falls into at most
/// one slot of a scan. Mostly one list; a comparison with the year before of two years needs two.
fn layers<'a>(periods: impl Iterator<Item = &'a Period>) -> Vec<Vec<Period>> {
    let mut sorted: Vec<Period> = periods.cloned().collect();
    sorted.sort_by_key(|period| (period.start, period.end));
    sorted.dedup();
    let mut layers: Vec<Vec<Period>> = Vec::new();
    for period in sorted {
        let free = |layer: &&mut Vec<Period>| layer.last().is_none_or(|last| last.end <= period.start);
        match layers.iter_mut().find(free) {
            Some(layer) => layer.push(period),
            None => layers.push(vec![period]),
        }
    }
    layers
}

fn column(name: &str) -> Expr {
    Expr::Column(Column::from_name(name))
}

fn instant(at: Instant) -> Expr {
    lit(ScalarValue::TimestampMicrosecond(Some(at.micros()), Some(Arc::from("UTC"))))
}

/// The whole stretch the slots span, for skipping row groups; the slot of a row is decided by its index.
fn within(at: &str, slots: &[Period]) -> Expr {
    match (slots.first(), slots.last()) {
        (Some(first), Some(last)) => column(at).gt_eq(instant(first.start)).and(column(at).lt(instant(last.end))),
        _ => lit(false),
    }
}

/// The aggregates of a measure over rows for which `counted` holds.
fn aggregate(
    measure: &Measure,
    counted: Option<Expr>,
    as_of: Instant,
    calendars: &Arc<Calendars>,
    instants: &[Instant],
) -> Result<Vec<Expr>, EngineError> {
    let both = |condition: Expr| match &counted {
        Some(counted) => counted.clone().and(condition),
        None => condition,
    };
    let rows = |condition: Option<Expr>| match condition {
        Some(condition) => count(lit(1_i64)).filter(condition).build(),
        None => Ok(count(lit(1_i64))),
    };
    let filtered = |expr: Expr| match &counted {
        Some(counted) => expr.filter(counted.clone()).build(),
        None => Ok(expr),
    };
    let nothing = || lit(ScalarValue::Int64(None));
    Ok(match measure {
        Measure::Share { hit } => vec![rows(Some(both(lower(hit))))?, rows(counted.clone())?],
        Measure::Ratio { numerator, denominator } => {
            vec![rows(Some(both(lower(numerator))))?, rows(Some(both(lower(denominator))))?]
        }
        Measure::NetScore { positive, negative } => {
            vec![rows(Some(both(lower(positive))))?, rows(Some(both(lower(negative))))?, rows(counted.clone())?]
        }
        Measure::Quantile { value, quantiles } => {
            let durations = AggregateUDF::new_from_impl(Durations::new(quantiles, false));
            vec![filtered(durations.call(vec![lower(value), nothing()]))?]
        }
        Measure::Survival { duration, start, end, business, quantiles } => {
            let durations = AggregateUDF::new_from_impl(Durations::new(quantiles, true));
            let clock = OpenTime::new(as_of, business.then(|| Arc::clone(calendars)));
            let schedule = if *business { column("calendar") } else { lit(ScalarValue::Utf8(None)) };
            let so_far = ScalarUDF::new_from_impl(clock).call(vec![column(start), schedule]);
            // what ended later than the answer speaks up to was still open then; what began later does not count
            let ended = lower(end).lt_eq(instant(as_of));
            let begun = column(start).lt_eq(instant(as_of));
            let length = when(ended.clone().and(begun), lower(duration)).otherwise(nothing())?;
            // not `is not true`, whose nullability DataFusion derives in two ways
            let open = when(ended, nothing()).otherwise(so_far)?;
            vec![filtered(durations.call(vec![length, open]))?]
        }
        Measure::Stock { start, end } => {
            let stock = AggregateUDF::new_from_impl(StockCounts::new(instants));
            vec![filtered(stock.call(vec![column(start), column(end)]))?]
        }
    })
}

fn read(
    batch: &RecordBatch,
    pass: &Pass,
    plans: &[&Plan],
    known: &[usize],
    rows: &mut Vec<Row>,
) -> Result<(), EngineError> {
    let dimensions: Vec<ArrayRef> = (0..pass.by.len())
        .map(|number| {
            named(batch, &format!("by{number}"))
                .and_then(|array| Ok(cast(array, &DataType::Utf8).map_err(datafusion::error::DataFusionError::from)?))
        })
        .collect::<Result<_, _>>()?;
    let slots = match &pass.at {
        Some(_) => Some(named(batch, "slot")?.as_primitive::<Int32Type>()),
        None => None,
    };
    for row in 0..batch.num_rows() {
        let by: Vec<Option<String>> = dimensions
            .iter()
            .map(|array| {
                let array = array.as_string::<i32>();
                (!array.is_null(row)).then(|| array.value(row).to_owned())
            })
            .collect();
        match slots {
            Some(slots) if slots.is_null(row) => {}
            Some(slots) => {
                let slot = slots.value(row) as usize;
                let moments = plans
                    .iter()
                    .enumerate()
                    .map(|(number, plan)| moments(batch, row, number, &plan.measure, None))
                    .collect::<Result<_, _>>()?;
                rows.push((slot, by, moments));
            }
            None => {
                for (position, slot) in known.iter().enumerate() {
                    let moments = plans
                        .iter()
                        .enumerate()
                        .map(|(number, plan)| moments(batch, row, number, &plan.measure, Some(position)))
                        .collect::<Result<_, _>>()?;
                    rows.push((*slot, by.clone(), moments));
                }
            }
        }
    }
    Ok(())
}

fn named<'a>(batch: &'a RecordBatch, name: &str) -> Result<&'a ArrayRef, EngineError> {
    batch.column_by_name(name).ok_or(EngineError::Shape { what: "an aggregate" })
}

fn moments(
    batch: &RecordBatch,
    row: usize,
    number: usize,
    measure: &Measure,
    slot: Option<usize>,
) -> Result<Moments, EngineError> {
    let part = |part: usize| named(batch, &format!("m{number}_{part}"));
    let number_of = |index: usize| -> Result<u64, EngineError> {
        let array = part(index)?.as_primitive::<Int64Type>();
        Ok(if array.is_null(row) { 0 } else { u64::try_from(array.value(row)).unwrap_or(0) })
    };
    Ok(match measure {
        Measure::Share { .. } | Measure::Ratio { .. } => {
            Moments::Parts { numerator: number_of(0)?, denominator: number_of(1)? }
        }
        Measure::NetScore { .. } => Moments::Net { positive: number_of(0)?, negative: number_of(1)?, n: number_of(2)? },
        Measure::Quantile { quantiles, .. } | Measure::Survival { quantiles, .. } => {
            let list = part(0)?.as_list::<i32>().value(row);
            let figures = list.as_primitive::<Float64Type>();
            let at = |index: usize| (index < figures.len() && !figures.is_null(index)).then(|| figures.value(index));
            let values = (0..quantiles.len())
                .map(|q| QuantileValue { value: at(2 + 3 * q), low: at(3 + 3 * q), high: at(4 + 3 * q) })
                .collect();
            Moments::Quantiles { n: at(0).unwrap_or(0.0) as u64, ended: at(1).unwrap_or(0.0) as u64, values }
        }
        Measure::Stock { .. } => {
            let list = part(0)?.as_list::<i32>().value(row);
            let counts = list.as_primitive::<Int64Type>();
            let count = slot.filter(|slot| *slot < counts.len()).map_or(0, |slot| counts.value(slot));
            Moments::Stock { count: u64::try_from(count).unwrap_or(0), beyond: false }
        }
    })
}
