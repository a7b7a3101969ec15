//! Calendars: the business hours a clock runs in, and the periods figures are reported in.

pub mod period;
pub mod schedule;

pub use period::{Compare, DateRange, FiscalYear, Grain, Organisation, Period};
pub use schedule::{Calendars, Schedule};
