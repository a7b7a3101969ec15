//! What can go wrong between a document and its bytes.

/// A document that could not be printed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The typesetter refused: the fault is in the template, never in the words.
    #[error("the document could not be typeset: {0}")]
    Typeset(String),
    /// The writer of spreadsheets refused.
    #[error("the workbook could not be written: {0}")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
}
