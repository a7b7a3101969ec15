//! A workbook as data: sheets of typed cells. The crate `press` writes it as XLSX, one sheet of it as CSV.

use jiff::civil::Date;

use crate::document::Table;

/// Sheets that go together.
#[derive(Clone, Debug, PartialEq)]
pub struct Workbook {
    /// Title, among the properties of the file.
    pub title: String,
    /// ISO 4217 code of amounts of money.
    pub currency: String,
    /// The day it was made, among the properties of the file.
    pub made_on: Date,
    /// Who made it, of what, for which days: name and value; they are its last sheet.
    pub facts: Vec<(String, String)>,
    /// Sheets in their order; the first is what CSV has.
    pub sheets: Vec<Sheet>,
}

/// One sheet: a table whose first row names its columns.
#[derive(Clone, Debug, PartialEq)]
pub struct Sheet {
    /// Its name, unique in the workbook: at most 31 characters, none of `[ ] : * ? / \`.
    pub name: String,
    /// What stands on it.
    pub table: Table,
}
