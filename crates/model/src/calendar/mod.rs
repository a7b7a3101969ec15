//! Calendars: the business hours a clock runs in, and the periods figures are reported in.

mod compare;
mod hours;
mod label;
mod open_time;
mod organisation;
pub mod period;
mod range;
pub mod schedule;
mod wall_clock;
mod week;

pub use period::{
    Compare, DateRange, FiscalYear, Grain, Organisation, Period, Step, YearName, compared, label, resolve_range, split,
};
pub use schedule::{Calendars, ClockRange, Holiday, Schedule, Version};
