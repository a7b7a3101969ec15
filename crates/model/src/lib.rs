//! Facts of customer service: records as they arrive, calendars of work, and the fold from one to the other.
//!
//! Nothing here does IO, reads a clock or holds a global; `now` and the calendar are arguments.

pub mod calendar;
pub mod facts;
pub mod field;
pub mod instant;
pub mod lifecycle;
pub mod records;
pub mod reopenings;

pub use facts::FactTable;
pub use field::{Attribute, Attributes, Field, FieldType, Range, number, repeats};
pub use instant::{Instant, Millis};
pub use records::RecordKind;
