//! End to end: the binary as its users run it. One test binary, a module a subject.

mod architecture;
mod bad_input;
mod bank;
mod cards;
mod commands;
mod demo;
mod documents;
mod drill_down;
mod faults;
mod guide;
mod history;
mod money;
mod names;
mod proposal;
mod real_data;
mod reasons;
mod reference;
mod reviews;
mod second_opinion;
mod serving;
mod source_check;
mod sparse;
mod staff;
mod tickets;
mod time;
mod traps;
