//! Names of periods for people.

use super::period::{Grain, Organisation, Period, shift_unit, unit_start};
use super::week::Weeks;

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The name of `period`, one of those a range was split into by `grain`.
///
/// A day is `2026-02-10`, a month `Feb 2026`, an ISO week `2026-W07`, a US week `2026-US07`, a quarter `FY2026-Q2`, a
/// year `FY2026`; where the fiscal year is the calendar year `2026-Q2` and `2026`. A week that begins on another day
/// than Monday and Sunday has no number, and a total no name: they are their days, `2026-02-07..2026-02-13`, both
/// included. A period clipped by its range has its days behind its name: `Feb 2026 (2026-02-10..2026-02-28)`.
///
/// The year of a week is that of its numbering: 2025-12-29 begins 2026-W01. Days, weeks, quarters and years are called
/// as [`resolve_range`](super::resolve_range) reads them.
pub fn label(period: &Period, grain: Grain, organisation: &Organisation) -> String {
    let last = period.to.yesterday().map_or(period.from, |last| last.max(period.from));
    let days = if last == period.from { last.to_string() } else { format!("{}..{last}", period.from) };
    let fiscal = organisation.fiscal_year;
    let start = unit_start(period.from, grain, organisation);
    let name = start.and_then(|start| match grain {
        Grain::Day | Grain::Total => None,
        Grain::Week => {
            let weeks = Weeks::from_start(organisation.week_start)?;
            let (year, number) = weeks.number(start)?;
            Some(format!("{year:04}-{}{number:02}", weeks.mark()))
        }
        Grain::Month => {
            let month = MONTHS.get(usize::from(start.month().unsigned_abs()).checked_sub(1)?)?;
            Some(format!("{month} {:04}", start.year()))
        }
        Grain::Quarter | Grain::Year => {
            let year = fiscal.year_from(unit_start(start, Grain::Year, organisation)?);
            let mark = if fiscal.first_month == 1 { "" } else { "FY" };
            let quarter = (start.month() - fiscal.first_month).rem_euclid(12) / 3 + 1;
            let quarter = if grain == Grain::Quarter { format!("-Q{quarter}") } else { String::new() };
            Some(format!("{mark}{year:04}{quarter}"))
        }
    });
    let whole = start == Some(period.from) && shift_unit(period.from, grain, 1) == Some(period.to);
    match name {
        Some(name) if whole => name,
        Some(name) => format!("{name} ({days})"),
        None => days,
    }
}
