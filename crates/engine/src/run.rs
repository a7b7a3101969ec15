//! Plans → answers. Plans asked together that share a table, an event time, a breakdown and periods become one scan
//! and one tally; the comparison period rides along in the same scan where it does not overlap.

use std::sync::Arc;

use catalogue::answer::{Answer, Cell, Moment, assemble};
use catalogue::metric::Metric;
use catalogue::plan::{Computed, Formula, Measure, Moments, Plan, combine};
use catalogue::question::Principal;
use datafusion::common::{Column, ScalarValue};
use datafusion::logical_expr::{Expr, ScalarUDF, lit, when};
use datafusion::prelude::{DataFrame, SessionConfig, SessionContext};
use futures::StreamExt;
use model::calendar::{Calendars, Period};
use model::{FactTable, Instant};

use crate::EngineError;
use crate::clock::{BusinessDayEnd, OpenTime, PeriodIndex};
use crate::lower::lower;
use crate::tables::{self, Facts};
use crate::tally::{Columns, Groups, Shape, Tally};

/// A plan with its metric.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// What is asked.
    pub plan: &'a Plan,
    /// Its definition: margins and small-sample rules.
    pub metric: &'a Metric,
}

/// Whether intervals are worked out for quantiles, which takes longer than the quantiles themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Margins {
    /// Every figure has its interval.
    Wanted,
    /// Quantiles have none.
    LeftOut,
}

/// Answers plans; one a process.
pub struct Engine {
    pub(crate) context: SessionContext,
    threads: usize,
}

/// Slot, dimension values and the moments of every member of a scan.
type Row = (usize, Vec<Option<String>>, Vec<Moments>);

/// Cells of one plan, and of its comparison periods.
#[derive(Clone, Default)]
struct Found {
    current: Vec<Cell>,
    compared: Vec<Cell>,
}

impl Engine {
    /// With `threads` partitions a scan.
    pub fn new(threads: usize) -> Self {
        let threads = threads.max(1);
        let config = SessionConfig::new().with_target_partitions(threads).with_information_schema(false);
        Engine { context: SessionContext::new_with_config(config), threads }
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
        margins: Margins,
    ) -> Result<Vec<Vec<Answer>>, EngineError> {
        let plans: Vec<&Plan> = requests.iter().flat_map(|request| request.plan.leaves()).collect();
        let mut found: Vec<Found> = vec![Found::default(); plans.len()];
        for pass in passes(&plans) {
            let moment = moment(facts, &[pass.table], now);
            for (slot, by, moments) in self.run(facts, calendars, &plans, &pass, principal, moment, margins).await? {
                for (member, moments) in pass.members.iter().zip(moments) {
                    for (period, of) in member.slots.iter().enumerate() {
                        if *of != Some(slot) {
                            continue;
                        }
                        let cell = Cell { period, by: by.clone(), moments: moments.clone() };
                        match member.side {
                            Side::Current => found[member.plan].current.push(cell),
                            Side::Compared => found[member.plan].compared.push(cell),
                        }
                    }
                }
            }
        }
        let mut found = found.into_iter();
        let answers = requests.iter().map(|request| {
            let tables: Vec<FactTable> = request.plan.leaves().iter().map(|plan| plan.table).collect();
            let moment = moment(facts, &tables, now);
            let cells = cells(request.plan, &mut found, moment);
            let compared = request.plan.compared.as_ref().map(|_| cells.compared);
            assemble(request.plan, request.metric, cells.current, compared, moment)
        });
        Ok(answers.collect())
    }

    #[expect(clippy::too_many_arguments, reason = "what one scan is made of")]
    async fn run(
        &self,
        facts: Facts<'_>,
        calendars: &Arc<Calendars>,
        plans: &[&Plan],
        pass: &Pass,
        principal: &Principal,
        moment: Moment,
        margins: Margins,
    ) -> Result<Vec<Row>, EngineError> {
        let members: Vec<&Plan> = pass.members.iter().map(|member| plans[member.plan]).collect();
        let mut frame = tables::open(&self.context, facts, pass.table, principal)?;
        for column in computed(&members) {
            frame = add_column(frame, column, calendars)?;
        }
        let shared = members.iter().all(|plan| plan.population == members[0].population);
        if shared {
            frame = frame.filter(lower(&members[0].population))?;
        }
        // what lies before or beyond the data is not read; the rest is in the order of the slots, and sorted as they are
        let known =
            pass.slots.iter().enumerate().filter_map(|(slot, period)| Some((slot, moment.stock_instant(period)?)));
        let (known, instants): (Vec<usize>, Vec<i64>) = known.map(|(slot, instant)| (slot, instant.micros())).unzip();

        let mut columns: Vec<Expr> = Vec::new();
        let mut add = |expr: Expr| {
            let name = format!("c{}", columns.len());
            columns.push(expr.alias(name));
            columns.len() - 1
        };
        let by: Vec<usize> = members[0].by.iter().map(|dimension| add(column(&dimension.column))).collect();
        let slot = match &pass.at {
            Some(at) => {
                frame = frame.filter(within(at, &pass.slots))?;
                let index = ScalarUDF::new_from_impl(PeriodIndex::new(&pass.slots));
                Some(add(index.call(vec![column(at)])))
            }
            None => None,
        };
        let mut places = Vec::new();
        let mut shapes = Vec::new();
        for plan in &members {
            let ripe = plan.ripe_until(moment).map(|ripe| column(&plan.at).lt_eq(instant(ripe)));
            let population = if shared { None } else { Some(lower(&plan.population)) };
            let counted = match (population, ripe) {
                (Some(population), Some(ripe)) => Some(population.and(ripe)),
                (population, ripe) => population.or(ripe),
            };
            let population = counted.map(&mut add);
            let (shape, parts) = parts(&plan.measure, moment.as_of(), calendars, &instants, margins)?;
            let parts: Vec<usize> = parts.into_iter().map(&mut add).collect();
            places.push(Columns { population, first: parts.first().copied().unwrap_or(0) });
            shapes.push(shape);
        }
        if columns.is_empty() {
            // rows are counted all the same
            columns.push(lit(true).alias("c0"));
        }
        let frame = frame.select(columns)?;

        let kinds: Vec<model::FieldType> = members[0].by.iter().map(|dimension| dimension.kind).collect();
        let slots = if pass.at.is_some() { pass.slots.len() } else { 1 };
        let shapes = Arc::new(shapes);
        let places = Arc::new(places);
        let by = Arc::new(by);
        let mut parts = Vec::new();
        for mut stream in frame.execute_stream_partitioned().await? {
            let (shapes, places, by, kinds) =
                (Arc::clone(&shapes), Arc::clone(&places), Arc::clone(&by), kinds.clone());
            parts.push(tokio::spawn(async move {
                let mut tally = Tally::new(Groups::new(slots, &kinds), &shapes);
                while let Some(batch) = stream.next().await {
                    tally.add(&batch?, slot, &by, &places)?;
                }
                Ok::<Tally, datafusion::error::DataFusionError>(tally)
            }));
        }
        let mut tally = Tally::new(Groups::new(slots, &kinds), &shapes);
        for part in parts {
            tally.merge(part.await.map_err(|_| EngineError::Shape { what: "a scan that was broken off" })??);
        }
        let cells: Vec<(usize, Vec<Option<String>>)> = tally.groups.cells().collect();
        let mut moments: Vec<_> =
            tally.counts.into_iter().map(|count| count.moments(self.threads).into_iter()).collect();
        let mut rows = Vec::new();
        for (slot, by) in cells {
            let mut group: Vec<Vec<Moments>> =
                moments.iter_mut().map(|moments| moments.next().unwrap_or_default()).collect();
            if pass.at.is_some() {
                rows.push((slot, by, group.iter_mut().filter_map(Vec::pop).collect()));
                continue;
            }
            for (position, slot) in known.iter().enumerate() {
                let at = group.iter().filter_map(|moments| moments.get(position).cloned()).collect();
                rows.push((*slot, by.clone(), at));
            }
        }
        Ok(rows)
    }
}

pub(crate) fn moment(facts: Facts<'_>, tables: &[FactTable], now: Instant) -> Moment {
    let watermarks: Option<Vec<Instant>> = tables.iter().map(|table| facts.watermark(*table)).collect();
    Moment {
        now,
        watermark: watermarks.and_then(|watermarks| watermarks.into_iter().min()),
        since: tables.iter().filter_map(|table| facts.since(*table)).max(),
    }
}

/// The cells of a plan, from those of its leaves in their order.
fn cells(plan: &Plan, leaves: &mut impl Iterator<Item = Found>, moment: Moment) -> Found {
    let Measure::Derived { value, inputs } = &plan.measure else { return leaves.next().unwrap_or_default() };
    let of: Vec<Found> = inputs.iter().map(|input| cells(&input.plan, leaves, moment)).collect();
    let beyond = |periods: &[Period], period: usize| {
        periods.get(period).is_none_or(|period| moment.stock_instant(period).is_none())
    };
    let (current, compared) = of.into_iter().map(|found| (found.current, found.compared)).unzip();
    Found {
        current: combine(value, inputs, current, &|period| beyond(&plan.periods, period)),
        compared: combine(value, inputs, compared, &|period| {
            beyond(plan.compared.as_deref().unwrap_or_default(), period)
        }),
    }
}

/// The computed columns of several plans, each once.
fn computed<'a>(plans: &[&'a Plan]) -> Vec<&'a Computed> {
    let mut columns: Vec<&Computed> = Vec::new();
    for column in plans.iter().flat_map(|plan| &plan.computed) {
        if columns.iter().all(|other| other.name != column.name) {
            columns.push(column);
        }
    }
    columns
}

pub(crate) fn add_column(
    frame: DataFrame,
    column: &Computed,
    calendars: &Arc<Calendars>,
) -> Result<DataFrame, EngineError> {
    let expr = match &column.formula {
        Formula::Value(expr) => lower(expr),
        Formula::BusinessDayEnd { from, days, schedule } => {
            let end = ScalarUDF::new_from_impl(BusinessDayEnd::new(Arc::clone(calendars)));
            end.call(vec![lower(from), lower(days), lower(schedule)])
        }
    };
    Ok(frame.with_column(&column.name, expr)?)
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

/// One side of one plan within a pass.
struct Member {
    /// Index of the plan.
    plan: usize,
    side: Side,
    /// For each period of that side, its slot in this pass.
    slots: Vec<Option<usize>>,
}

#[derive(Clone, Copy)]
enum Side {
    Current,
    Compared,
}

fn passes(plans: &[&Plan]) -> Vec<Pass> {
    let mut passes: Vec<Pass> = Vec::new();
    for (number, plan) in plans.iter().enumerate() {
        let mut sides = vec![(Side::Current, &plan.periods)];
        sides.extend(plan.compared.as_ref().map(|periods| (Side::Compared, periods)));
        let stock = matches!(plan.measure, Measure::Stock { .. });
        let at = (!stock).then(|| plan.at.clone());
        let by: Vec<String> = plan.by.iter().map(|dimension| dimension.column.clone()).collect();
        for slots in layers(sides.iter().flat_map(|(_, periods)| periods.iter())) {
            let members = sides.iter().map(|(side, periods)| Member {
                plan: number,
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

pub(crate) fn column(name: &str) -> Expr {
    Expr::Column(Column::from_name(name))
}

pub(crate) fn instant(at: Instant) -> Expr {
    lit(ScalarValue::TimestampMicrosecond(Some(at.micros()), Some(Arc::from("UTC"))))
}

/// The whole stretch the slots span, for skipping row groups; the slot of a row is decided by its index.
fn within(at: &str, slots: &[Period]) -> Expr {
    match (slots.first(), slots.last()) {
        (Some(first), Some(last)) => column(at).gt_eq(instant(first.start)).and(column(at).lt(instant(last.end))),
        _ => lit(false),
    }
}

/// What is counted of a measure, and the columns it is counted from.
pub(crate) fn parts(
    measure: &Measure,
    as_of: Instant,
    calendars: &Arc<Calendars>,
    instants: &[i64],
    margins: Margins,
) -> Result<(Shape, Vec<Expr>), EngineError> {
    let nothing = || lit(ScalarValue::Int64(None));
    let margins = margins == Margins::Wanted;
    Ok(match measure {
        Measure::Share { hit } => (Shape::Share, vec![lower(hit)]),
        Measure::Ratio { numerator, denominator } => (Shape::Ratio, vec![lower(numerator), lower(denominator)]),
        Measure::NetScore { positive, negative } => (Shape::NetScore, vec![lower(positive), lower(negative)]),
        Measure::Count => (Shape::Rows, Vec::new()),
        Measure::Sum { value, .. } => (Shape::Sum, vec![lower(value)]),
        Measure::Mean { value, weight, .. } => {
            let weighted = weight.is_some();
            let weight = weight.as_ref().map(|(weight, _)| lower(weight));
            (Shape::Mean { weighted }, std::iter::once(lower(value)).chain(weight).collect())
        }
        Measure::Quantile { value, quantiles, .. } => {
            let quantiles = quantiles.clone();
            (Shape::Quantiles { quantiles, survival: false, margins }, vec![lower(value)])
        }
        Measure::Survival { duration, start, end, business, quantiles } => {
            let clock = OpenTime::new(as_of, business.then(|| Arc::clone(calendars)));
            let schedule = if *business { column("calendar") } else { lit(ScalarValue::Utf8(None)) };
            let so_far = ScalarUDF::new_from_impl(clock).call(vec![column(start), schedule]);
            // what ended later than the answer speaks up to was still open then; what began later does not count
            let ended = lower(end).lt_eq(instant(as_of));
            let begun = column(start).lt_eq(instant(as_of));
            let length = when(ended.clone().and(begun), lower(duration)).otherwise(nothing())?;
            // not `is not true`, whose nullability DataFusion derives in two ways
            let open = when(ended, nothing()).otherwise(so_far)?;
            let quantiles = quantiles.clone();
            (Shape::Quantiles { quantiles, survival: true, margins }, vec![length, open])
        }
        Measure::Stock { start, end } => {
            (Shape::Stock { instants: instants.to_vec() }, vec![column(start), column(end)])
        }
        // its inputs are asked in its place
        Measure::Derived { .. } => return Err(EngineError::Shape { what: "a derived metric" }),
    })
}
