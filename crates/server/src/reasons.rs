//! Why a figure is "no data", in words: nothing has been loaded, the period lies outside of what has, nothing happened in
//! it, or nothing that did counts. What lacks an exchange rate says so by itself.

use std::collections::{BTreeMap, BTreeSet};

use catalogue::answer::{Answer, AnswerRow, Quality};
use catalogue::expression::{Expr, Operator, Value};
use catalogue::metric::Metric;
use catalogue::plan::{Measure, Plan};
use catalogue::question::{Principal, Question};
use engine::tables::Facts;
use engine::{Margins, Request};
use jiff::civil::Date;
use model::Instant;
use scorecard::words::count;
use store::{Snapshot, Stated};

use crate::ServerError;
use crate::ask::Reader;

/// Rows of a period that a figure does not count, for want of one condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// How many.
    pub rows: u64,
    /// The columns that the condition is about.
    pub columns: Vec<String>,
}

/// What figures are looked up in.
struct Sight<'a> {
    reader: &'a Reader,
    snapshot: Snapshot,
    stated: Stated,
    principal: &'a Principal,
    now: Instant,
}

impl Reader {
    /// Gives the figures of `answers`, to `questions`, that are no data and say nothing of it, a note of the reason.
    ///
    /// # Errors
    /// As [`Reader::ask`].
    pub async fn explain(
        &self,
        answers: &mut [Vec<Answer>],
        questions: &[Question],
        principal: &Principal,
        now: Instant,
    ) -> Result<(), ServerError> {
        let is_open = |row: &AnswerRow| row.quality == Quality::NoData && row.note.is_none();
        let mut sight: Option<Sight<'_>> = None;
        for (answers, question) in answers.iter_mut().zip(questions) {
            // a cell without rows beside cells with some says it all; what is looked for is asked of the whole period
            let rows = || answers.iter().flat_map(|answer| &answer.rows);
            let told: BTreeSet<(Date, Date)> =
                rows().filter(|row| !is_open(row)).map(|row| (row.from, row.to)).collect();
            let open = rows().filter(|row| is_open(row)).map(|row| (row.from, row.to));
            let periods: BTreeSet<(Date, Date)> = open.filter(|period| !told.contains(period)).collect();
            if periods.is_empty() {
                continue;
            }
            if sight.is_none() {
                let (snapshot, stated) = (self.store.snapshot()?, self.workspace.stated(now));
                sight = Some(Sight { reader: self, snapshot, stated, principal, now });
            }
            let Some(sight) = &sight else { continue };
            let plan = self.plan(question)?;
            for period in periods {
                let reason = sight.reason(&plan, period).await?;
                let of_period = |row: &&mut AnswerRow| is_open(row) && (row.from, row.to) == period;
                for row in answers.iter_mut().flat_map(|answer| &mut answer.rows).filter(of_period) {
                    row.note = match &reason {
                        Some(reason) => Some(reason.clone()),
                        None if row.n > 0 => Some("rows there are, but nothing to divide by".to_owned()),
                        None => None,
                    };
                }
            }
        }
        Ok(())
    }

    /// The rows of the period of `question`, in its table, that its figure leaves out, each with the first condition that
    /// it does not meet, in their order: an answer that came in and was accepted does not count by that alone. Empty
    /// for what is made of other figures, for what is counted at a moment or over one who was there, and for what is about
    /// staff.
    ///
    /// # Errors
    /// As [`Reader::ask`].
    pub async fn left_out(
        &self,
        question: &Question,
        principal: &Principal,
        now: Instant,
    ) -> Result<Vec<LeftOut>, ServerError> {
        let plan = self.plan(question)?;
        let is_by_period = !matches!(
            plan.measure,
            Measure::Derived { .. } | Measure::Cohort(_) | Measure::Stock { .. } | Measure::StockAge { .. }
        );
        let metric = self.workspace.catalogue.get(&plan.metric).filter(|_| is_by_period && !plan.is_private());
        let (Some(metric), Some(period)) = (metric, plan.periods.first()) else { return Ok(Vec::new()) };
        // what was asked for is no reason: it is counted within
        let own = Question { only: BTreeMap::new(), filter: None, ..question.clone() };
        let own = self.plan(&own)?;
        let conditions = own.population.conditions();
        let mut met = Expr::Literal(Value::Boolean(true));
        for asked in plan.population.conditions().into_iter().filter(|asked| !conditions.contains(asked)) {
            met = Expr::Binary { operator: Operator::And, left: Box::new(met), right: Box::new(asked.clone()) };
        }
        let mut plans = vec![counting(&plan, &met, (period.from, period.to))];
        for condition in &conditions {
            let (left, right) = (Box::new(met), Box::new((*condition).clone()));
            met = Expr::Binary { operator: Operator::And, left, right };
            plans.push(counting(&plan, &met, (period.from, period.to)));
        }
        let (snapshot, stated) = (self.store.snapshot()?, self.workspace.stated(now));
        let counts = Sight { reader: self, snapshot, stated, principal, now }.counts(&plans, metric).await?;
        let left_out = conditions.iter().zip(counts.windows(2)).filter_map(|(condition, counts)| {
            let rows = counts.first()?.checked_sub(*counts.last()?).filter(|rows| *rows > 0)?;
            Some(LeftOut { rows, columns: columns(condition) })
        });
        Ok(left_out.collect())
    }
}

impl Sight<'_> {
    /// Why there is no figure in a period; of a derived metric why there is none of the first input without one. Nothing is
    /// counted where the period tells.
    async fn reason(&self, plan: &Plan, period: (Date, Date)) -> Result<Option<String>, ServerError> {
        let told = |leaf: &Plan, reason: String| match leaf.metric == plan.metric {
            true => reason,
            false => format!("{}: {reason}", leaf.metric),
        };
        let leaves = plan.leaves();
        if let Some((leaf, reason)) = leaves.iter().find_map(|leaf| Some((leaf, self.outside(leaf, period)?))) {
            return Ok(Some(told(leaf, reason)));
        }
        for leaf in leaves {
            if let Some(reason) = self.inside(leaf, period).await? {
                return Ok(Some(told(leaf, reason)));
            }
        }
        Ok(None)
    }

    fn facts(&self) -> Facts<'_> {
        Facts::Stored { snapshot: &self.snapshot, stated: &self.stated }
    }

    /// Where the period is none that anything is known of.
    fn outside(&self, leaf: &Plan, period: (Date, Date)) -> Option<String> {
        let organisation = &self.reader.workspace.organisation;
        let asked = leaf.periods.iter().find(|known| (known.from, known.to) == period)?;
        let Some(watermark) = self.facts().watermark(leaf) else {
            let kinds = leaf.table.record_kinds().iter().map(|kind| kind.name());
            return Some(format!("no records of kind {} have been loaded", kinds.collect::<Vec<_>>().join(" or ")));
        };
        let day = |at: Instant| organisation.date_of(at);
        if asked.start > self.now {
            return Some("the period lies ahead".to_owned());
        }
        if asked.start > watermark {
            return Some(format!("the period begins after the data, which are loaded through {}", day(watermark)));
        }
        let since = self.facts().since(leaf)?;
        if since >= asked.end {
            return Some(format!("the period ends before the data, which begin on {}", day(since)));
        }
        let is_cohort = matches!(leaf.measure, Measure::Cohort(_));
        (is_cohort && since > asked.start)
            .then(|| format!("the period begins before the data, which begin on {}", day(since)))
    }

    /// Where something is known of the period: nothing happened, or nothing that did counts.
    async fn inside(&self, leaf: &Plan, period: (Date, Date)) -> Result<Option<String>, ServerError> {
        match &leaf.measure {
            Measure::Cohort(_) => return Ok(Some("nobody who counts was there when the period began".to_owned())),
            Measure::Stock { .. } => return Ok(None),
            Measure::StockAge { .. } => {
                return Ok(Some("nothing that counts was there when the period ended".to_owned()));
            }
            _ => {}
        }
        // how many members of staff there are is a figure about them
        let metric = self.reader.workspace.catalogue.get(&leaf.metric).filter(|_| !leaf.is_private());
        let Some(metric) = metric else { return Ok(None) };
        let conditions = leaf.population.conditions();
        let any = Expr::Literal(Value::Boolean(true));
        let asked = [&any, &leaf.population].into_iter().chain(conditions.iter().copied());
        let plans: Vec<Plan> = asked.map(|population| counting(leaf, population, period)).collect();
        let counts = self.counts(&plans, metric).await?;
        let [all, counted, each @ ..] = &counts[..] else { return Ok(None) };
        let kind = leaf.table.name();
        Ok(match (*all, *counted) {
            (0, _) => Some(format!("nothing of it happened in the period: there is no row of {kind}")),
            (rows, 0) => {
                let unmet = conditions.iter().zip(each).filter(|(_, met)| **met == 0);
                let columns: BTreeSet<String> = unmet.flat_map(|(condition, _)| columns(condition)).collect();
                let columns: Vec<String> = columns.iter().map(|column| format!("`{column}`")).collect();
                let by = if columns.is_empty() { String::new() } else { format!(", by {}", columns.join(" and ")) };
                let rows = format!("{} {}", count(rows), if rows == 1 { "row" } else { "rows" });
                Some(format!("of {rows} of {kind} in the period none counts{by}"))
            }
            (_, rows) if leaf.matures.is_some() => {
                let rows = format!("{} {}", count(rows), if rows == 1 { "row is" } else { "rows are" });
                Some(format!("{rows} too young to be judged")).filter(|_| self.is_young(leaf, period))
            }
            _ => None,
        })
    }

    /// Whether the rows of a period are not old enough to be judged, as far as the data reach.
    fn is_young(&self, leaf: &Plan, period: (Date, Date)) -> bool {
        let ends = leaf.periods.iter().find(|known| (known.from, known.to) == period).map(|known| known.end);
        let known = self.facts().watermark(leaf).map_or(self.now, |watermark| watermark.min(self.now));
        let ripe = |end: Instant| {
            end.micros().saturating_add(leaf.matures.map_or(0, |matures| matures.get().saturating_mul(1000)))
        };
        ends.is_some_and(|end| ripe(end) > known.micros())
    }

    /// How many rows each of `plans` counts.
    async fn counts(&self, plans: &[Plan], metric: &Metric) -> Result<Vec<u64>, ServerError> {
        let requests: Vec<Request<'_>> = plans.iter().map(|plan| Request { plan, metric }).collect();
        let calendars = &self.reader.workspace.calendars;
        let answers =
            self.reader.engine.ask(self.facts(), calendars, &requests, self.principal, self.now, Margins::LeftOut);
        let rows = |answers: Vec<Answer>| answers.iter().flat_map(|answer| &answer.rows).map(|row| row.n).sum();
        Ok(answers.await?.into_iter().map(rows).collect())
    }
}

/// The rows of `population` in one of the periods of `leaf`, however young.
fn counting(leaf: &Plan, population: &Expr, period: (Date, Date)) -> Plan {
    Plan {
        population: population.clone(),
        measure: Measure::Count,
        matures: None,
        by: Vec::new(),
        periods: leaf.periods.iter().filter(|known| (known.from, known.to) == period).cloned().collect(),
        compared: None,
        ..leaf.clone()
    }
}

/// The columns that a condition is about, by name.
fn columns(condition: &Expr) -> Vec<String> {
    let mut found = BTreeSet::new();
    condition.columns(&mut |column| found.extend([column.to_owned()]));
    found.into_iter().collect()
}
