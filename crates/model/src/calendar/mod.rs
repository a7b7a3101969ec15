//! Calendars: the business hours a clock runs in, and the periods figures are reported in.

mod hours;
mod open_time;
mod organisation;
pub mod period;
mod range;
pub mod schedule;
mod wall_clock;

pub use period::{Compare, DateRange, FiscalYear, Grain, Organisation, Period, compared, resolve_range, split};
pub use schedule::{Calendars, ClockRange, Holiday, Schedule, Version};
