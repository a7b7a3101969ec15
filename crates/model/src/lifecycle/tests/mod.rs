//! Tests of the fold.

mod busy;
mod contacts;
mod directory;
mod harness;
mod money;
mod naive;
mod naive_contacts;
mod naive_money;
mod naive_quality;
mod neighbours;
mod quality;
mod random;
mod reach;
mod reopenings;
mod replies;
mod revisions;
mod staff;
mod status;
mod subscriptions;
mod surveys;
mod teams;
mod tickets;
