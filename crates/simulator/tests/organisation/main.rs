//! The simulated organisation from outside: its exports, read back as anybody would read them.

mod books;
mod contacts;
mod data;
mod executive;
mod files;
mod legs;
mod planted;
mod promises;
mod rates;
mod runs;
mod schedule;
mod shifts;
mod sizes;
mod staff;
mod stories;
mod surveys;
mod tally;
mod tickets;
