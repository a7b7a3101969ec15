//! The privacy floor: figures about few members of staff are not given, nor any from which they would follow.
//!
//! A figure over a staff table is about a *group*: the people whose rows it counts, those who were employed in the
//! period, or those who were at its end. It is withheld, with its n and what is above and below the line, where the group
//! is smaller than the metric's minimum, which is 5 or more, and where it would let somebody work out the figure of a
//! smaller group: by subtracting shown cells from a total, from another breakdown (see [`visible`]), from a sum of more
//! or fewer rows of the same people, as another metric or another value of a parameter counts them (see
//! [`People::sums`]), or from another time (see [`Parts`]). What is shown does not depend on what is asked: a filter is answered where its figure follows
//! from the shown cells of breakdowns by one dimension, and withheld otherwise. So a breakdown by two dimensions, or of
//! a filter, is mostly withheld.

mod census;
mod visible;

#[cfg(test)]
mod tests;

use model::calendar::Period;
use serde::Serialize;

pub use census::{Census, Guard, Seen};

use crate::answer::{Answer, Quality};
use crate::expression::{Expr, Value};
use crate::plan::Dimension;

/// No minimum is lower.
pub const LEAST: u64 = 5;

/// Who the people behind a plan are, and how few are too few.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct People {
    /// Column that names the person.
    pub column: String,
    /// Fewer are withheld.
    pub minimum: u64,
    /// Fewer are withheld in a breakdown.
    pub breakdown_minimum: u64,
    /// Who belongs to the group, whatever is asked for.
    pub among: Expr,
    /// Which rows are counted by the metrics over the table at the same time and with the same minimum, under every value
    /// of a parameter that has a list of them, in an order that does not depend on the question. Whatever one of them
    /// counts and another does not follows from the two, so what is shown of them is decided together. Of a metric whose
    /// group is not of those it counts there are none.
    pub sums: Vec<Expr>,
    /// Which of them this one is.
    pub own: usize,
    /// The question's filters.
    pub filter: Expr,
    /// Whose group it is.
    pub group: Group,
    /// What of the time asked about must be shown as a whole or not at all.
    pub parts: Parts,
    /// Everything the metric can be broken down by.
    pub dimensions: Vec<Dimension>,
}

/// Which people a figure is about.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// Those whose rows count in the period.
    Counted,
    /// Those whose stretch lies in the period at least in part.
    Present {
        /// Column of the start.
        start: String,
        /// Column of the end.
        end: String,
    },
    /// Those whose stretch goes on at the end of the period.
    There {
        /// Column of the start.
        start: String,
        /// Column of the end.
        end: String,
    },
}

/// The parts of the time asked about. A group must be large enough in each part in which it is there at all, so that a
/// longer period minus a shorter one gives away no small group either.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Parts {
    /// Whole calendar months, or fiscal years for why people left; a period that is not made of them is withheld, or days
    /// could be subtracted.
    Whole {
        /// Those that the periods lie in, the ones around them, and a piece before and after.
        parts: Vec<Period>,
    },
    /// What a column says, as the wave of a survey: all of a part counts at one time.
    Of {
        /// The column.
        column: String,
    },
}

impl People {
    /// Whether nothing is filtered.
    pub(crate) fn is_of_all(&self) -> bool {
        self.filter == Expr::Literal(Value::Boolean(true))
    }

    /// Whether a period can be shown.
    fn is_whole(&self, period: &Period) -> bool {
        match (&self.group, &self.parts) {
            (Group::Counted, Parts::Whole { parts }) => {
                parts.iter().any(|part| part.from == period.from) && parts.iter().any(|part| part.to == period.to)
            }
            _ => true,
        }
    }
}

/// Withholds what the guards of an answer's plans hide. Of each plan one guard for its periods and one for those they are
/// compared with.
pub fn withhold(answers: &mut [Answer], by: &[Dimension], guards: &[(Guard, Option<Guard>)]) {
    if guards.is_empty() {
        return;
    }
    for answer in answers {
        let (mut period, mut last) = (0, None);
        for row in &mut answer.rows {
            // rows are in the order of the periods
            let days = (row.from, row.to);
            if last.is_some_and(|last| last != days) {
                period += 1;
            }
            last = Some(days);
            let key: Vec<Option<String>> = by.iter().map(|one| row.by.get(&one.name).cloned().flatten()).collect();
            let counts = row.n > 0 || [row.value, row.numerator].into_iter().flatten().any(|number| number != 0.0);
            let hidden = guards.iter().any(|(guard, _)| guard.hides(period, &key, counts));
            if hidden {
                row.value = None;
                row.n = 0;
                (row.numerator, row.denominator) = (None, None);
                (row.low, row.high, row.margin) = (None, None, None);
                row.quality = Quality::Withheld;
            }
            let Some(compare) = &mut row.compare else { continue };
            let hidden_then = guards
                .iter()
                .any(|(_, guard)| guard.as_ref().is_some_and(|guard| guard.hides(period, &key, compare.n > 0)));
            if hidden_then {
                compare.value = None;
                compare.n = 0;
            }
            if hidden || hidden_then {
                compare.change = None;
                (compare.low, compare.high) = (None, None);
            }
        }
    }
}
