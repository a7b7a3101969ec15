//! End to end: the binary as its users run it. One test binary, a module a subject.

mod architecture;
mod bad_input;
mod commands;
mod faults;
mod history;
mod real_data;
mod second_opinion;
mod serving;
