//! The rows that make a figure what it is come first: those that count against its goal, or add most to it.

use catalogue::metric::Direction;
use catalogue::plan::Measure;
use datafusion::logical_expr::{Expr, lit};

use super::part::cases;
use super::{AMOUNT, AT, Counts, FactRow, PART, Part, Selection, Sort, WEIGHT, by, cursor};
use crate::EngineError;
use crate::run::column;

/// Which rows of a figure come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lead {
    /// Those of these parts: they count against the goal.
    Against(&'static [Part]),
    /// Those above the line, where the goal is neither much nor little.
    Above(&'static [Part]),
    /// Those that add something, the largest amount first.
    Adding,
    /// The largest amount.
    Largest,
    /// The smallest amount.
    Smallest,
    /// The earliest: each counts as much as any other.
    Earliest,
}

impl Lead {
    /// Of a figure of `measure` that is wanted in this direction.
    pub fn of(measure: &Measure, direction: Direction) -> Lead {
        let by_amount = || match direction {
            Direction::Up => Lead::Smallest,
            Direction::Down | Direction::Range => Lead::Largest,
        };
        match measure {
            Measure::Share { .. }
            | Measure::ExactShare { .. }
            | Measure::Ratio { .. }
            | Measure::StockAge { than: Some(_), .. } => parts(direction, Part::Rest, Part::Numerator),
            Measure::Cohort(cohort) if cohort.value.is_none() => parts(direction, Part::Rest, Part::Numerator),
            Measure::NetScore { .. } => parts(direction, Part::Negative, Part::Positive),
            Measure::Sum { .. } => Lead::Adding,
            Measure::Mean { .. }
            | Measure::Quantile { .. }
            | Measure::Survival { .. }
            | Measure::StockAge { .. }
            | Measure::Cohort(_) => by_amount(),
            Measure::Count | Measure::Stock { .. } | Measure::Derived { .. } => Lead::Earliest,
        }
    }

    /// How many of the rows are told apart by it; none where they only have an order.
    pub fn count(self, counts: &Counts) -> Option<u64> {
        match self {
            Lead::Against(first) | Lead::Above(first) => {
                Some(counts.parts.iter().filter(|(part, _)| first.contains(part)).map(|(_, rows)| rows).sum())
            }
            Lead::Adding => counts.adding,
            Lead::Largest | Lead::Smallest | Lead::Earliest => None,
        }
    }

    fn sort(self) -> Sort {
        match self {
            Lead::Adding | Lead::Largest => Sort::Largest,
            Lead::Smallest => Sort::Smallest,
            Lead::Against(_) | Lead::Above(_) | Lead::Earliest => Sort::Earliest,
        }
    }
}

/// What counts against the goal of a figure that is to be high, and of one that is to be low.
fn parts(direction: Direction, low: Part, high: Part) -> Lead {
    match direction {
        Direction::Up => Lead::Against(low.listed()),
        Direction::Down => Lead::Against(high.listed()),
        Direction::Range => Lead::Above(high.listed()),
    }
}

impl Selection {
    /// The same rows, with those cells alone that say which record each is and whether it has ended: little is read for
    /// each.
    ///
    /// # Errors
    /// Never of columns there are.
    pub fn brief(mut self) -> Result<Selection, EngineError> {
        let table = self.plan.table;
        let kept = [table.key(), table.end(), &["system", "ticket_id"]].concat();
        self.columns.retain(|one| kept.contains(&one.name.as_str()));
        let cells = self.columns.iter().map(|one| column(&one.name));
        let all = cells.chain([PART, AMOUNT, WEIGHT, AT].map(column)).collect::<Vec<Expr>>();
        self.frame = self.frame.select(all)?;
        Ok(self)
    }

    /// At most `limit` of all rows, those of `lead` first.
    ///
    /// # Errors
    /// When a segment cannot be read; when `lead` is by amounts and rows have none.
    pub async fn leading(&self, lead: Lead, limit: usize) -> Result<Vec<FactRow>, EngineError> {
        let of = Part::of(&self.plan.measure);
        // where a period has no instant at which anything is counted there are no rows, and so no amounts
        let lead = if lead.sort().by_amount() && !self.has_amounts() { Lead::Earliest } else { lead };
        let sort = lead.sort();
        let frame = self.listed(of, sort)?;
        let first = match lead {
            Lead::Against(first) | Lead::Above(first) => {
                let indices = (0_i64..).zip(of).filter(|(_, part)| first.contains(part));
                Some(column(PART).in_list(indices.map(|(index, _)| lit(index)).collect(), false))
            }
            // amounts below 0 add something as well
            Lead::Adding => Some(column(AMOUNT).not_eq(lit(0_i64))),
            Lead::Largest | Lead::Smallest | Lead::Earliest => None,
        };
        let rank = first.map(|first| cases(vec![(first, 0)], Some(1)).sort(true, false));
        let order = rank.into_iter().chain(cursor::order(sort, self.plan.table, by(sort))).collect();
        let mut rows = Vec::new();
        for batch in frame.sort(order)?.limit(0, Some(limit))?.collect().await? {
            rows.extend(self.read(&batch)?);
        }
        Ok(rows)
    }
}
