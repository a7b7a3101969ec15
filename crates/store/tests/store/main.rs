//! The store from outside: what is visible when, what a kill leaves, what arrival order changes.

mod arrival;
mod commit;
mod damage;
mod fixture;
mod gaps;
mod handover;
mod journal;
mod kill;
mod layout;
mod writers;
