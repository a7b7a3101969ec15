//! What the manual and the reports say, as text; and that they print.

mod fixture;
mod manual;
mod reports;
