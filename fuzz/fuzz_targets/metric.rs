#![no_main]

#[path = "../bodies/metric.rs"]
mod metric;

libfuzzer_sys::fuzz_target!(|text: &str| metric::check(text));
