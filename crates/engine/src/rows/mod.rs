//! The rows behind a figure: exactly those an answer counted, each with its part in it. The same population, period,
//! ripeness and principal as in [`crate::run`], by the same expressions; tests hold the two against each other.

mod cells;
mod cohort;
mod cursor;
mod find;
mod lead;
mod part;

use std::sync::Arc;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::Int64Type;
use catalogue::answer::Reach;
use catalogue::expression::Value;
use catalogue::plan::{Cohort, Figure, Ledger, Measure, Moments, Plan, QuantileValue, Sums, raw_units};
use catalogue::question::Principal;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::logical_expr::{Expr, lit};
use datafusion::prelude::{DataFrame, SessionContext};
use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt};
use model::calendar::Calendars;
use model::{Attributes, FactTable, FieldType, Instant};

use crate::run::{add_column, column, instant, moment};
use crate::tables::{self, Facts};
use crate::tally::quantities;
use crate::{Engine, EngineError, lower};

pub use cells::{FactColumn, fact_columns};
pub use cursor::{Cursor, KeyPart, Sort};
pub use find::records;
pub use lead::Lead;
pub use part::Part;

/// Bytes that putting rows in order holds in memory at most; the rest waits in temporary files.
const SORT_BYTES: usize = 256 << 20;

/// Columns beside those of the table. Names that no column of a table or attribute can have.
const PART: &str = "row.part";
const AMOUNT: &str = "row.amount";
const WEIGHT: &str = "row.weight";
const AT: &str = "row.at";

/// The rows that the answer to a plan over one period counted. Nothing is read before it is asked for.
pub struct Selection {
    frame: DataFrame,
    plan: Plan,
    /// Columns of the rows' cells.
    pub columns: Vec<FactColumn>,
    amount: Option<FieldType>,
    weight: Option<FieldType>,
    /// How many instants rows count at, where they count at instants.
    instants: u64,
}

/// One row of facts behind a figure.
#[derive(Clone, Debug, PartialEq)]
pub struct FactRow {
    /// Its key: [`FactTable::key`].
    pub key: Vec<KeyPart>,
    /// The time it counts at; of a stock the time it began.
    pub at: Instant,
    /// What part of the figure it is.
    pub part: Part,
    /// What it adds above the line, in the unit of answers; none where nothing is added up.
    pub amount: Option<f64>,
    /// What it adds below the line, of a mean with a weight.
    pub weight: Option<f64>,
    /// Whether what it is about has not ended.
    pub open: bool,
    /// Its cells, in the order of [`Selection::columns`].
    pub cells: Vec<Value>,
    /// Raw, for a cursor.
    raw_amount: Option<i64>,
}

/// Some of the rows, in order.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// The rows.
    pub rows: Vec<FactRow>,
    /// Where the next page goes on; none after the last row.
    pub next: Option<Cursor>,
}

/// What all rows of a selection add up to.
#[derive(Clone, Debug, PartialEq)]
pub struct Counts {
    /// How many rows are which part, for every part the measure has.
    pub parts: Vec<(Part, u64)>,
    /// How many rows add something other than 0; none where nothing is added up.
    pub adding: Option<u64>,
    /// n, numerator and denominator as the answer has them; its value and interval only where they follow from sums.
    pub figure: Figure,
    /// Σ amount in the unit of answers; none where nothing is added up.
    pub amount: Option<f64>,
    /// Σ weight, of a mean: its rows where it has no weight.
    pub weight: Option<f64>,
}

impl Engine {
    /// The rows that the answer to `plan` over its first period counts, for `principal`.
    ///
    /// # Errors
    /// Of a derived metric, which has no rows of its own; of one about staff, whose rows are not listed; when the plan
    /// cannot be run.
    pub fn rows(
        &self,
        facts: Facts<'_>,
        calendars: &Arc<Calendars>,
        plan: &Plan,
        principal: &Principal,
        now: Instant,
    ) -> Result<Selection, EngineError> {
        if plan.is_private() {
            return Err(EngineError::Private { metric: plan.metric.clone() });
        }
        let runtime = RuntimeEnvBuilder::new().with_memory_limit(SORT_BYTES, 1.0).build_arc()?;
        let context = SessionContext::new_with_config_rt(self.context.copied_config(), runtime);
        let moment = moment(facts, &[plan], now);
        let mut frame = tables::open(&context, facts, plan.table, principal)?;
        for computed in &plan.computed {
            frame = add_column(frame, computed, calendars)?;
        }
        frame = frame.filter(lower::lower(&plan.population))?;
        let at = match &plan.measure {
            Measure::Stock { start, .. } | Measure::StockAge { start, .. } => start,
            Measure::Cohort(cohort) => {
                let instants = plan.periods.first().map(|period| plan.measure.instants(moment, period));
                if let Some(end) = instants.unwrap_or_default().last() {
                    frame = cohort::add_ends(frame, cohort, *end)?;
                }
                &cohort.start
            }
            _ => {
                let period = plan.periods.first().ok_or(EngineError::Shape { what: "a plan without a period" })?;
                let at = column(&plan.at);
                frame =
                    frame.filter(at.clone().gt_eq(instant(period.start)).and(at.clone().lt(instant(period.end))))?;
                if let Some(ripe) = plan.ripe_until(moment) {
                    frame = frame.filter(at.lt_eq(instant(ripe)))?;
                }
                &plan.at
            }
        };
        let standing = part::standing(plan, moment, calendars)?;
        let columns = match facts {
            Facts::Stored { snapshot, .. } => fact_columns(plan.table, &snapshot.attributes),
            Facts::Given { .. } => fact_columns(plan.table, &Attributes::new()),
        };
        let beside = [
            standing.part.alias(PART),
            standing.amount.alias(AMOUNT),
            standing.weight.alias(WEIGHT),
            column(at).alias(AT),
        ];
        let all = columns.iter().map(|one| column(&one.name)).chain(beside).collect::<Vec<Expr>>();
        let frame = frame.select(all)?.filter(column(PART).is_not_null())?;
        let (amount, weight) = (standing.amount_kind, standing.weight_kind);
        let instants = plan.periods.first().map_or(0, |period| plan.measure.instants(moment, period).len() as u64);
        Ok(Selection { frame, plan: plan.clone(), columns, amount, weight, instants })
    }
}

impl Selection {
    /// Whether its rows can be put in order by amount.
    pub fn has_amounts(&self) -> bool {
        self.amount.is_some()
    }

    /// What all of its rows add up to: the figures of the answer.
    ///
    /// # Errors
    /// When a segment cannot be read.
    pub async fn counts(&self) -> Result<Counts, EngineError> {
        let parts = Part::of(&self.plan.measure);
        let mut rows = vec![0_u64; parts.len()];
        let (mut amount, mut weight, mut adding) = (0_i128, 0_i128, 0_u64);
        let frame = self.frame.clone().select(vec![column(PART), column(AMOUNT), column(WEIGHT)])?;
        let mut stream = frame.execute_stream().await?;
        while let Some(batch) = stream.next().await {
            let batch = batch?;
            let indices = batch.column(0).as_primitive::<Int64Type>();
            for index in indices.iter().flatten() {
                if let Some(count) = usize::try_from(index).ok().and_then(|index| rows.get_mut(index)) {
                    *count += 1;
                }
            }
            for value in quantities(batch.column(1))?.iter().flatten() {
                amount += i128::from(value);
                adding += u64::from(value != 0);
            }
            weight += quantities(batch.column(2))?.iter().flatten().map(i128::from).sum::<i128>();
        }
        let moments = self.moments(&rows, amount, weight);
        let figures = self.plan.measure.figures(&moments);
        let figure = figures.into_iter().next().ok_or(EngineError::Shape { what: "a measure without a statistic" })?;
        let mean = matches!(self.plan.measure, Measure::Mean { .. });
        Ok(Counts {
            parts: parts.iter().copied().zip(rows).collect(),
            figure,
            adding: self.amount.map(|_| adding),
            amount: self.amount.map(|kind| amount as f64 / raw_units(kind)),
            weight: mean.then(|| weight as f64 / self.weight.map_or(1.0, raw_units)),
        })
    }

    fn moments(&self, rows: &[u64], amount: i128, weight: i128) -> Moments {
        let of = |index: usize| rows.get(index).copied().unwrap_or(0);
        let n: u64 = rows.iter().sum();
        match &self.plan.measure {
            Measure::Share { .. }
            | Measure::ExactShare { .. }
            | Measure::Ratio { .. }
            | Measure::StockAge { than: Some(_), .. } => {
                Moments::Parts { numerator: of(0) + of(2), denominator: of(0) + of(1) }
            }
            Measure::NetScore { .. } => Moments::Net { positive: of(0), negative: of(1), n },
            Measure::Mean { .. } => Moments::Sums(Sums { n, x: amount, w: weight, squares: None }),
            Measure::Sum { .. } => Moments::Sum { n, total: amount, beyond: false, ledger: Ledger::default() },
            Measure::Count => Moments::Count { count: n, beyond: false },
            Measure::StockAge { quantiles, .. } => {
                Moments::Quantiles { n, ended: n, values: vec![QuantileValue::default(); quantiles.len()] }
            }
            Measure::Stock { month_ends: None, .. } => Moments::Stock { count: n, beyond: false },
            Measure::Stock { .. } => {
                Moments::Average { total: u64::try_from(amount).unwrap_or(0), instants: self.instants }
            }
            Measure::Quantile { quantiles, .. } | Measure::Survival { quantiles, .. } => {
                Moments::Quantiles { n, ended: of(0), values: vec![QuantileValue::default(); quantiles.len()] }
            }
            Measure::Cohort(Cohort { value: None, .. }) => {
                Moments::Parts { numerator: of(0), denominator: of(0) + of(1) }
            }
            Measure::Cohort(_) => {
                Moments::Value { n, numerator: amount, denominator: weight, ledger: Ledger::default() }
            }
            Measure::Derived { .. } => self.plan.measure.nothing(Reach::BEYOND),
        }
    }

    /// At most `limit` rows of these parts, those after `after` in the order `sort`.
    ///
    /// # Errors
    /// When a segment cannot be read; when rows are to be sorted by amounts they have not, or the cursor is none of
    /// this order and table.
    pub async fn page(
        &self,
        parts: &[Part],
        sort: Sort,
        after: Option<&Cursor>,
        limit: usize,
    ) -> Result<Page, EngineError> {
        let table = self.plan.table;
        let mut frame = self.listed(parts, sort)?;
        if let Some(cursor) = after {
            if !cursor.fits(table, sort) {
                return Err(EngineError::Shape { what: "a cursor" });
            }
            frame = frame.filter(cursor.rows_after(table, by(sort), self.amount))?;
        }
        let sorted = frame.sort(cursor::order(sort, table, by(sort)))?.limit(0, Some(limit.saturating_add(1)))?;
        let mut rows = Vec::new();
        for batch in sorted.collect().await? {
            rows.extend(self.read(&batch)?);
        }
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(|row| Cursor {
            sort,
            value: if sort.by_amount() { row.raw_amount.unwrap_or(0) } else { row.at.micros() },
            key: row.key.clone(),
        });
        Ok(Page { rows, next })
    }

    /// All rows of these parts in order, batch by batch. Memory stays within a few hundred megabytes however many they
    /// are.
    ///
    /// # Errors
    /// As [`Selection::page`]; or, in the stream, what was met on the way.
    pub async fn stream(
        self,
        parts: &[Part],
        sort: Sort,
    ) -> Result<BoxStream<'static, Result<Vec<FactRow>, EngineError>>, EngineError> {
        let table = self.plan.table;
        let sorted = self.listed(parts, sort)?.sort(cursor::order(sort, table, by(sort)))?;
        let stream = sorted.execute_stream().await?;
        let reader = self.reader();
        Ok(stream.map_err(EngineError::from).and_then(move |batch| futures::future::ready(reader.read(&batch))).boxed())
    }

    fn listed(&self, parts: &[Part], sort: Sort) -> Result<DataFrame, EngineError> {
        if sort.by_amount() && self.amount.is_none() {
            return Err(EngineError::Shape { what: "an order by amounts that rows have not" });
        }
        let of = Part::of(&self.plan.measure);
        let indices = (0_i64..).zip(of).filter(|(_, part)| parts.contains(part)).map(|(index, _)| lit(index)).collect();
        Ok(self.frame.clone().filter(column(PART).in_list(indices, false))?)
    }

    fn read(&self, batch: &RecordBatch) -> Result<Vec<FactRow>, EngineError> {
        self.reader().read(batch)
    }

    fn reader(&self) -> RowReader {
        RowReader {
            table: self.plan.table,
            parts: Part::of(&self.plan.measure),
            survival: matches!(self.plan.measure, Measure::Survival { .. }),
            columns: self.columns.clone(),
            amount: self.amount,
            weight: self.weight,
            weighted: matches!(self.plan.measure, Measure::Mean { .. }),
        }
    }
}

fn by(sort: Sort) -> Expr {
    column(if sort.by_amount() { AMOUNT } else { AT })
}

/// Reads batches of a selection.
struct RowReader {
    table: FactTable,
    parts: &'static [Part],
    survival: bool,
    columns: Vec<FactColumn>,
    amount: Option<FieldType>,
    weight: Option<FieldType>,
    weighted: bool,
}

impl RowReader {
    fn read(&self, batch: &RecordBatch) -> Result<Vec<FactRow>, EngineError> {
        let shape = || EngineError::Shape { what: "rows" };
        let cells = self.columns.iter().enumerate().map(|(index, one)| cells::Reader::new(batch, index, one.kind));
        let cells = cells.collect::<Result<Vec<_>, _>>()?;
        let place = |name: &str| self.columns.iter().position(|one| one.name == name).ok_or_else(shape);
        let key = self.table.key().iter().map(|name| place(name)).collect::<Result<Vec<_>, _>>()?;
        let ends = self.table.end().iter().map(|name| place(name)).collect::<Result<Vec<_>, _>>()?;
        let beside = |offset: usize| batch.columns().get(self.columns.len() + offset).ok_or_else(shape);
        let parts = beside(0)?.as_primitive::<Int64Type>();
        let (amounts, weights) = (quantities(beside(1)?)?, quantities(beside(2)?)?);
        let times = cells::Reader::new(batch, self.columns.len() + 3, FieldType::Time)?;
        let mut rows = Vec::with_capacity(batch.num_rows());
        for row in 0..batch.num_rows() {
            let part = usize::try_from(parts.value(row)).ok().and_then(|index| self.parts.get(index));
            let (Some(part), Value::Time(at)) = (part, times.get(row)) else { return Err(shape()) };
            let values: Vec<Value> = cells.iter().map(|column| column.get(row)).collect();
            let raw = |kind: Option<FieldType>, of: &arrow::array::Int64Array| {
                kind.filter(|_| of.is_valid(row)).map(|kind| (of.value(row), of.value(row) as f64 / raw_units(kind)))
            };
            let amount = raw(self.amount, &amounts);
            let weight = raw(self.weight.or(self.weighted.then_some(FieldType::Integer)), &weights);
            let open = match self.survival {
                true => *part == Part::Open,
                false => !ends.is_empty() && ends.iter().all(|index| values[*index] == Value::Null),
            };
            rows.push(FactRow {
                key: key.iter().map(|index| KeyPart::new(&values[*index])).collect(),
                at,
                part: *part,
                amount: amount.map(|(_, amount)| amount),
                weight: weight.map(|(_, weight)| weight),
                open,
                cells: values,
                raw_amount: amount.map(|(raw, _)| raw),
            });
        }
        Ok(rows)
    }
}
