//! CSV for spreadsheets.

pub use press::{csv_record, harmless};
