//! Tests of the fold.

mod busy;
mod contacts;
mod directory;
mod harness;
mod naive;
mod naive_contacts;
mod neighbours;
mod random;
mod reopenings;
mod replies;
mod revisions;
mod status;
mod surveys;
mod teams;
mod tickets;
