//! A workspace's data: segments of records and facts as Parquet files, and a manifest in SQLite that says which of them
//! are live.
//!
//! ```text
//!  begin ─► Delivery ─append─► row groups, pure in a bucket ─finish─► on disk, under temporary names
//!                                                                        │ commit
//!     records named ─► fold, bucket by bucket ─► facts by month, named ─► one transaction: the next generation
//! ```
//!
//! - What a generation holds never changes: a [`Snapshot`] needs no lock and waits for nobody.
//! - A file is on disk, under its name, before the manifest knows it; what the manifest does not know is removed by the
//!   next writer. So a commit that is killed anywhere leaves the generation before or the one after.
//! - One [`Writer`] a workspace. Once a write or fsync failed it refuses all further ones.
//! - What people did is beside it, in `app.db`: appended to, never edited ([`journal`]).
//! - Facts hash the same whatever the order and splitting of the deliveries: [`Snapshot::fact_hash`].

pub mod crash;
pub mod journal;

mod arrange;
mod attributes;
mod commit;
mod database;
mod delivery;
mod directory;
mod disk;
mod error;
mod fact_hash;
mod fold;
mod handover;
mod homes;
mod ledger;
mod lexicon;
mod lock;
mod manifest;
mod names;
mod neighbours;
mod parallel;
mod read;
mod scratch;
mod segment;
mod snapshot;
mod spill;
mod spread;
mod store;
mod ticket;
mod verify;
mod writer;

pub use commit::Committed;
pub use delivery::{Delivery, DeliveryKey, FinishedDelivery};
pub use error::{Declaration, Error, Result};
pub use fold::{FOLD_VERSION, FoldSettings, Stage, fold_hash};
pub use segment::{SCHEMA_VERSION, Segment, hinted};
pub use snapshot::{Complete, DeliveryInfo, Snapshot, Stated};
pub use store::{Limits, Store};
pub use verify::{Damage, Fault};
pub use writer::{Existing, Writer};
