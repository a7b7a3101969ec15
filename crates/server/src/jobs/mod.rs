//! Work that takes a while: imports and folds.

pub mod fold;
pub mod import;
pub mod refusals;
pub mod zones;
