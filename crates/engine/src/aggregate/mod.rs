//! Aggregates of our own: several exact quantiles in one pass, and stocks at many instants in one pass.

mod durations;
mod stock;

pub use durations::Durations;
pub use stock::StockCounts;
