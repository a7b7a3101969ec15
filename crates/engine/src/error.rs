//! What can go wrong while answering.

/// An error of the engine.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// DataFusion could not plan or run the question.
    #[error("the question could not be answered: {0}")]
    DataFusion(#[from] datafusion::error::DataFusionError),
    /// A result did not have the expected shape.
    #[error("unexpected result of {what}")]
    Shape {
        /// Of what.
        what: &'static str,
    },
}
