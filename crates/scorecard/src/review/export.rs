//! The journal as a table, for those who keep it elsewhere.

use super::event::Recorded;

/// Heads of the columns.
pub const COLUMNS: [&str; 9] = ["number", "at", "actor", "kind", "subject", "text", "body", "previous", "hash"];

/// An entry as cells under [`COLUMNS`]: all of it, so that the chain can be followed, and in words.
pub fn columns(entry: &Recorded) -> [String; 9] {
    [
        entry.number.to_string(),
        entry.at.to_string(),
        entry.actor.clone(),
        entry.kind.clone(),
        entry.subject.clone(),
        entry.sentence(),
        entry.body.to_string(),
        entry.previous.clone(),
        entry.hash.clone(),
    ]
}
