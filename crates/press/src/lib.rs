//! Prints documents: the same words as HTML that mail programs show, as Markdown and as PDF; workbooks as XLSX and CSV.
//!
//! Pure: a document or a workbook goes in, text or bytes come out, and the same input gives the same bytes. Words from
//! data are words in every format: they are escaped in HTML and Markdown, handed to the typesetter as data and never as
//! its markup, and written into sheets as text, never as formulas.

mod csv;
mod error;
#[cfg(test)]
mod fixture;
mod html;
mod markdown;
mod pdf;
mod xlsx;

pub use csv::{csv, csv_record, harmless};
pub use error::Error;
pub use html::html;
pub use markdown::markdown;
pub use pdf::{pdf, unprintable};
pub use xlsx::xlsx;
