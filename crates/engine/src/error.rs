//! What can go wrong while answering.

/// An error of the engine.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// DataFusion could not plan or run the question.
    #[error("the question could not be answered: {0}")]
    DataFusion(#[from] datafusion::error::DataFusionError),
    /// The breakdown has too many cells to be of use to anybody.
    #[error("{cells} figures were asked for; {most} is the most at once: fewer dimensions, longer periods or a filter")]
    TooManyCells {
        /// Cells, periods and statistics multiplied.
        cells: usize,
        /// The most.
        most: usize,
    },
    /// Rows about staff are not listed.
    #[error(
        "`{metric}` is about staff: figures of fewer than five people are withheld, and the rows behind it are not listed"
    )]
    Private {
        /// Whose rows were asked for.
        metric: String,
    },
    /// A result did not have the expected shape.
    #[error("unexpected result of {what}")]
    Shape {
        /// Of what.
        what: &'static str,
    },
}
