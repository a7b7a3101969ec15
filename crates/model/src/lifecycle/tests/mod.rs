//! Tests of the fold.

mod contacts;
mod harness;
mod naive;
mod naive_contacts;
mod neighbours;
mod random;
mod replies;
mod revisions;
mod status;
mod surveys;
mod teams;
mod tickets;
