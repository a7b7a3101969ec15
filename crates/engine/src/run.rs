//! Plans → answers: a scan and a tally for each pass, then figures with their margins.

use std::collections::HashSet;
use std::sync::Arc;

use catalogue::answer::{Answer, Cell, Moment, Reach, assemble};
use catalogue::expression::Value;
use catalogue::metric::Metric;
use catalogue::plan::{Cohort, Computed, Formula, Measure, Moments, Plan, combine};
use catalogue::privacy::{Guard, withhold};
use catalogue::question::Principal;
use datafusion::common::{Column, ScalarValue};
use datafusion::error::DataFusionError;
use datafusion::logical_expr::{Expr, ScalarUDF, lit, when};
use datafusion::prelude::{DataFrame, SessionConfig, SessionContext};
use futures::StreamExt;
use model::Instant;
use model::calendar::{Calendars, Period};

use crate::EngineError;
use crate::clock::{BusinessDayEnd, OpenTime, PeriodIndex};
use crate::dictionary;
use crate::lower::lower;
use crate::pass::{Member, Pass, passes};
use crate::people::guards;
use crate::tables::{self, Facts};
use crate::tally::{Ages, Columns, Groups, Shape, Tally};

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

/// While the counts of one scan are put together, which one thread does, the next is read.
const PASSES_AT_ONCE: usize = 2;

/// Answers plans; one a process.
pub struct Engine {
    pub(crate) context: SessionContext,
    threads: usize,
}

/// The instants at which rows of a measure count, for each known period of a member.
type Instants = Vec<Vec<Instant>>;

/// Period of a member, dimension values and moments of a cell.
type PeriodCell = (usize, Vec<Option<String>>, Moments);

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
        let passes = passes(&plans);
        let mut counted = Vec::with_capacity(passes.len());
        for pass in &passes {
            let asking: Vec<&Plan> = pass.members.iter().map(|member| plans[member.plan]).collect();
            let moment = moment(facts, &asking, now);
            counted.push(self.run(facts, calendars, &plans, pass, principal, moment, margins));
        }
        let mut counted = futures::stream::iter(counted).buffered(PASSES_AT_ONCE);
        for pass in &passes {
            let Some(members) = counted.next().await.transpose()? else { break };
            for (member, cells) in pass.members.iter().zip(members) {
                let (plan, found) = (plans[member.plan], &mut found[member.plan]);
                // a period may be of either side or of both; the days compared with a shorter month share its last
                let places = |side: &[Period]| -> Vec<Vec<usize>> {
                    let of = |period: &Period| (0..side.len()).filter(|place| side[*place] == *period).collect();
                    member.periods.iter().map(of).collect()
                };
                let current = places(&plan.periods);
                let compared = plan.compared.as_deref().map(places);
                for (period, by, moments) in cells {
                    let cell = |place: &usize| Cell { period: *place, by: by.clone(), moments: moments.clone() };
                    found.current.extend(current[period].iter().map(cell));
                    found.compared.extend(compared.iter().flat_map(|places| places[period].iter().map(cell)));
                }
            }
        }
        refuse_too_many(&plans, &found)?;
        let mut found = found.into_iter();
        let mut answers = Vec::with_capacity(requests.len());
        for request in requests {
            let moment = moment(facts, &request.plan.leaves(), now);
            let cells = cells(request.plan, &mut found, moment);
            let compared = request.plan.compared.as_ref().map(|_| cells.compared);
            let mut answer = assemble(request.plan, request.metric, cells.current, compared, moment);
            let guards = self.guards(facts, calendars, request.plan, principal, moment).await?;
            withhold(&mut answer, &request.plan.by, &guards);
            answers.push(answer);
        }
        Ok(answers)
    }

    /// What of the answer to `plan` is withheld, by each of the plans over staff it is made of.
    async fn guards(
        &self,
        facts: Facts<'_>,
        calendars: &Arc<Calendars>,
        plan: &Plan,
        principal: &Principal,
        moment: Moment,
    ) -> Result<Vec<(Guard, Option<Guard>)>, EngineError> {
        let mut all = Vec::new();
        for leaf in plan.leaves() {
            let Some(people) = &leaf.people else { continue };
            let sides: Vec<&[Period]> =
                std::iter::once(leaf.periods.as_slice()).chain(leaf.compared.as_deref()).collect();
            let found = guards(&self.context, facts, calendars, (leaf, people), &sides, principal, moment).await?;
            let mut found = found.into_iter();
            all.extend(found.next().map(|current| (current, found.next())));
        }
        Ok(all)
    }

    /// The cells of every member of `pass`.
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
    ) -> Result<Vec<Vec<PeriodCell>>, EngineError> {
        let members: Vec<&Plan> = pass.members.iter().map(|member| plans[member.plan]).collect();
        // of a stock, what lies before or beyond the data is not counted
        let known = |plan: &Plan, member: &Member| -> (Vec<usize>, Instants) {
            let instants = member.periods.iter().map(|period| plan.measure.instants(moment, period));
            instants.enumerate().filter(|(_, instants)| !instants.is_empty()).unzip()
        };
        let (known, instants): (Vec<Vec<usize>>, Vec<Instants>) =
            members.iter().zip(&pass.members).map(|(plan, member)| known(plan, member)).unzip();

        let wanted = wanted(pass, &members, &instants);
        let mut frame = tables::open_where(&self.context, facts, pass.table, principal, wanted)?;
        for column in computed(&members) {
            frame = add_column(frame, column, calendars)?;
        }
        let mut columns = Projection::default();
        let by: Vec<usize> = members[0].by.iter().map(|dimension| columns.add(column(&dimension.column))).collect();
        let index = ScalarUDF::new_from_impl(PeriodIndex::new(pass.slots.iter().copied()));
        let clocks = pass.clocks.iter().map(|at| at.as_ref().map(|at| columns.add(index.call(vec![column(at)]))));
        let clocks: Vec<Option<usize>> = clocks.collect();
        // plans that differ in their periods only are counted once
        let mut counted: Vec<(Columns, Shape)> = Vec::new();
        let mut counts: Vec<usize> = Vec::new();
        for ((plan, member), instants) in members.iter().zip(&pass.members).zip(instants) {
            let ripe = plan.ripe_until(moment).map(|ripe| column(&plan.at).lt_eq(instant(ripe)));
            let everybody = plan.population == catalogue::expression::Expr::Literal(Value::Boolean(true));
            let population = (!everybody).then(|| lower(&plan.population));
            let population = population.into_iter().chain(ripe).reduce(Expr::and).map(|counts| columns.add(counts));
            let (shape, parts) = parts(&plan.measure, moment.as_of(), calendars, instants, margins)?;
            let parts: Vec<usize> = parts.into_iter().map(|part| columns.add(part)).collect();
            let count = (Columns { clock: member.clock, population, parts }, shape);
            counts.push(counted.iter().position(|other| *other == count).unwrap_or_else(|| {
                counted.push(count);
                counted.len() - 1
            }));
        }
        let (places, shapes): (Vec<Columns>, Vec<Shape>) = counted.into_iter().unzip();
        let columns = columns.over(&frame)?;
        let frame = frame.select(columns)?;

        let kinds: Vec<model::FieldType> = members[0].by.iter().map(|dimension| dimension.kind).collect();
        let shared = Arc::new((places, clocks, by));
        let empty = || Tally::new(Groups::new(pass.slots.len(), &kinds), pass.clocks.len(), &shapes);
        let mut partial = Vec::new();
        for mut stream in frame.execute_stream_partitioned().await? {
            let (shared, mut tally) = (Arc::clone(&shared), empty());
            partial.push(tokio::spawn(async move {
                let (places, clocks, by) = &*shared;
                while let Some(batch) = stream.next().await {
                    tally.add(&batch?, clocks, by, places)?;
                }
                Ok::<Tally, DataFusionError>(tally)
            }));
        }
        let mut tally = empty();
        for part in partial {
            tally.merge(part.await.map_err(|_| EngineError::Shape { what: "a scan that was broken off" })??);
        }
        // the groups that each member's figures are of; those at instants, and the periods of the others
        let mut sets: Vec<Vec<Vec<u32>>> = vec![Vec::new(); shapes.len()];
        let mut cells: Vec<Vec<(usize, Vec<Option<String>>)>> = Vec::with_capacity(counts.len());
        for (member, count) in pass.members.iter().zip(&counts) {
            let runs = match pass.clocks[member.clock] {
                None => vec![(0, 0..1)],
                Some(_) => member.periods.iter().map(|period| pass.run(period)).enumerate().collect(),
            };
            let mut of_member = Vec::new();
            for (period, run) in runs {
                for (by, groups) in tally.groups.runs(run) {
                    of_member.push((period, by));
                    sets[*count].push(groups);
                }
            }
            cells.push(of_member);
        }
        let mut moments: Vec<_> = tally
            .counts
            .into_iter()
            .zip(&sets)
            .map(|(count, sets)| count.moments(sets, self.threads).into_iter())
            .collect();
        let found = pass.members.iter().zip(known).zip(counts).zip(cells).map(|(((member, known), count), cells)| {
            let known = pass.clocks[member.clock].is_none().then_some(known);
            let mut found = Vec::new();
            for ((period, by), moments) in cells.into_iter().zip(moments[count].by_ref()) {
                for (position, moments) in moments.into_iter().enumerate() {
                    // a scan shared with other metrics also finds cells in which this one counts nothing
                    if !moments.is_nothing() {
                        let period = known.as_ref().map_or(period, |known| known[position]);
                        found.push((period, by.clone(), moments));
                    }
                }
            }
            found
        });
        Ok(found.collect())
    }
}

/// The columns a tally reads.
#[derive(Default)]
struct Projection {
    columns: Vec<Expr>,
}

impl Projection {
    /// The index of a column, there already or added.
    fn add(&mut self, expr: Expr) -> usize {
        self.columns.iter().position(|other| *other == expr).unwrap_or_else(|| {
            self.columns.push(expr);
            self.columns.len() - 1
        })
    }

    /// As they are selected from `frame`; where there are none, rows are counted all the same.
    fn over(self, frame: &DataFrame) -> Result<Vec<Expr>, EngineError> {
        let columns = if self.columns.is_empty() { vec![lit(true)] } else { self.columns };
        let named = columns.into_iter().enumerate();
        named
            .map(|(index, expr)| Ok(dictionary::spelled_out(expr, frame.schema())?.alias(format!("c{index}"))))
            .collect()
    }
}

/// Up to when `plans`, none of which is derived, are answered together.
pub(crate) fn moment(facts: Facts<'_>, plans: &[&Plan], now: Instant) -> Moment {
    let since = plans.iter().filter_map(|plan| facts.since(plan)).max();
    Moment::of(now, since, plans.iter().map(|plan| (*plan, facts.watermark(plan))))
}

/// The most figures of one request: of a metric by day over two years that is some 270 cells.
const FIGURES_MAX: usize = 200_000;

/// An answer has a row for every cell in every period.
fn refuse_too_many(plans: &[&Plan], found: &[Found]) -> Result<(), EngineError> {
    let figures = plans.iter().zip(found).map(|(plan, found)| {
        let cells: HashSet<&[Option<String>]> =
            found.current.iter().chain(&found.compared).map(|cell| cell.by.as_slice()).collect();
        cells.len() * plan.periods.len() * plan.measure.statistics().len()
    });
    let cells: usize = figures.sum();
    if cells > FIGURES_MAX { Err(EngineError::TooManyCells { cells, most: FIGURES_MAX }) } else { Ok(()) }
}

/// The cells of a plan, from those of its leaves in their order.
fn cells(plan: &Plan, leaves: &mut impl Iterator<Item = Found>, moment: Moment) -> Found {
    let Measure::Derived { inputs, .. } = &plan.measure else { return leaves.next().unwrap_or_default() };
    let of: Vec<Found> = inputs.iter().map(|input| cells(&input.plan, leaves, moment)).collect();
    let reach =
        |periods: &[Period], period: usize| periods.get(period).map_or(Reach::BEYOND, |period| moment.reach(period));
    let (current, compared) = of.into_iter().map(|found| (found.current, found.compared)).unzip();
    Found {
        current: combine(&plan.measure, current, &|period| reach(&plan.periods, period)),
        compared: combine(&plan.measure, compared, &|period| {
            reach(plan.compared.as_deref().unwrap_or_default(), period)
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
    let expr = dictionary::spelled_out(expr, frame.schema())?;
    Ok(frame.with_column(&column.name, expr)?)
}

pub(crate) fn column(name: &str) -> Expr {
    Expr::Column(Column::from_name(name))
}

pub(crate) fn instant(at: Instant) -> Expr {
    lit(ScalarValue::TimestampMicrosecond(Some(at.micros()), Some(Arc::from("UTC"))))
}

/// Which rows a pass needs at least, for skipping row groups: those that one of its clocks puts into the stretch the
/// slots span. None where that cannot be told from the columns of the table.
fn wanted(pass: &Pass, members: &[&Plan], instants: &[Instants]) -> Option<Expr> {
    let mut wanted: Vec<Expr> = Vec::new();
    for at in pass.clocks.iter().flatten() {
        if pass.table.columns().iter().all(|column| column.name != at) {
            return None;
        }
        let ((first, _), (_, last)) = (pass.slots.first()?, pass.slots.last()?);
        wanted.push(column(at).gt_eq(instant(*first)).and(column(at).lt(instant(*last))));
    }
    for (plan, instants) in members.iter().zip(instants) {
        if let Measure::Stock { start, end, .. }
        | Measure::StockAge { start, end, .. }
        | Measure::Cohort(Cohort { start, end, .. }) = &plan.measure
        {
            // one of which no period is known needs no row
            let ends = instants.first().and_then(|of| of.first()).zip(instants.last().and_then(|of| of.last()));
            let Some((&first, &last)) = ends else { continue };
            let ends = column(end).is_null().or(column(end).gt_eq(instant(first)));
            wanted.push(column(start).lt(instant(last)).and(ends));
        }
    }
    wanted.into_iter().reduce(Expr::or)
}

/// What is counted of a measure, and the columns it is counted from.
pub(crate) fn parts(
    measure: &Measure,
    as_of: Instant,
    calendars: &Arc<Calendars>,
    instants: Instants,
    margins: Margins,
) -> Result<(Shape, Vec<Expr>), EngineError> {
    let nothing = || lit(ScalarValue::Int64(None));
    let margins = margins == Margins::Wanted;
    Ok(match measure {
        Measure::Share { hit } | Measure::ExactShare { hit, .. } => (Shape::Share, vec![lower(hit)]),
        Measure::Ratio { numerator, denominator } => (Shape::Ratio, vec![lower(numerator), lower(denominator)]),
        Measure::NetScore { positive, negative } => (Shape::NetScore, vec![lower(positive), lower(negative)]),
        Measure::Count => (Shape::Rows, Vec::new()),
        Measure::Sum { value, complete, provisional, apart, .. } => {
            let [complete_is, provisional_is, apart_is] = [complete, provisional, apart].map(Option::is_some);
            let shape = Shape::Sum { complete: complete_is, provisional: provisional_is, apart: apart_is };
            let beside = complete.iter().chain(provisional).chain(apart).map(lower);
            (shape, std::iter::once(lower(value)).chain(beside).collect())
        }
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
        Measure::Stock { start, end, month_ends } => {
            let instants = instants.into_iter().map(|of| of.into_iter().map(Instant::micros).collect()).collect();
            (Shape::Stock { instants, averaged: month_ends.is_some() }, vec![column(start), column(end)])
        }
        Measure::Cohort(cohort) => {
            let slots = instants.iter().filter_map(|of| Some((of.first()?.micros(), of.last()?.micros())));
            let shape = Shape::Cohort { measure: cohort.clone(), slots: slots.collect() };
            let [system, id] = cohort.entity.as_slice() else {
                return Err(EngineError::Shape { what: "a cohort of entities without two columns" });
            };
            let value = cohort.value.as_ref().map_or_else(|| lit(1_i64), |(value, _)| lower(value));
            let left = cohort.left.as_ref().map_or_else(|| lit(true), lower);
            let lacks = cohort.complete.as_ref().map_or_else(|| lit(ScalarValue::Utf8View(None)), lower);
            let columns = [&cohort.start, &cohort.end, system, id, &cohort.number].map(|name| column(name));
            (shape, columns.into_iter().chain([lower(&cohort.entering), value, left, lacks]).collect())
        }
        Measure::StockAge { start, end, since, than, quantiles } => {
            // one a slot
            let instants = instants.iter().flatten().map(|at| at.micros()).collect();
            let ages = Ages { instants, than: *than, quantiles: quantiles.clone(), margins };
            (Shape::Ages(ages), vec![column(start), column(end), column(since)])
        }
        // its inputs are asked in its place
        Measure::Derived { .. } => return Err(EngineError::Shape { what: "a derived metric" }),
    })
}
