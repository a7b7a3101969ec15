//! What can be wrong between a card and its answers.

use jiff::civil::Date;
use thiserror::Error;

/// The answers given are not those to the card's questions: a fault of the program, never of a person's file.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Error {
    /// More or fewer answers than questions.
    #[error("the card asks {expected} questions, there are {found} answers")]
    Count {
        /// Questions asked.
        expected: usize,
        /// Answers given.
        found: usize,
    },
    /// A metric that the catalogue no longer has.
    #[error("kpi `{kpi}` needs metric `{metric}`, which is not in the catalogue")]
    Metric {
        /// Id on the card.
        kpi: String,
        /// Id of the metric.
        metric: String,
    },
    /// No answer of that metric, variant and statistic at its place.
    #[error("kpi `{kpi}` needs `{statistic}` of `{metric}`, which is not among its answers")]
    Statistic {
        /// Id on the card.
        kpi: String,
        /// Id of the metric.
        metric: String,
        /// Name of the statistic.
        statistic: String,
    },
    /// A total that is not one row over the card's range.
    #[error("kpi `{kpi}` needs one row from {from} to {to} (exclusive), without breakdown")]
    Rows {
        /// Id on the card.
        kpi: String,
        /// First day of the card.
        from: Date,
        /// Day after its last.
        to: Date,
    },
}
