//! CSV for spreadsheets.

pub use press::harmless;
