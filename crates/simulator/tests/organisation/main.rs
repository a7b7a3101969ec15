//! The simulated organisation from outside: its exports, read back as anybody would read them.

mod contacts;
mod data;
mod files;
mod legs;
mod promises;
mod rates;
mod runs;
mod schedule;
mod shifts;
mod sizes;
mod stories;
mod surveys;
mod tally;
mod tickets;
