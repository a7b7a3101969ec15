//! Tests of the fold.

mod busy;
mod contacts;
mod harness;
mod money;
mod naive;
mod naive_contacts;
mod naive_money;
mod neighbours;
mod random;
mod reopenings;
mod replies;
mod revisions;
mod status;
mod surveys;
mod teams;
mod tickets;
