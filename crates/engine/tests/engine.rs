//! One binary for all tests of the engine: what costs is linking DataFusion.

mod examples;
mod lower;
mod map;
