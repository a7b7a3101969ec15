//! The simulated organisation from outside: its exports, read back as anybody would read them.

mod contacts;
mod data;
mod files;
mod rates;
mod runs;
mod schedule;
mod sizes;
mod surveys;
mod tally;
mod tickets;
