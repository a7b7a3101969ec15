//! Points at which a test makes the process die or an operation fail.
//!
//! `CROSSCHECK_CRASH_AT=NAME` or `NAME:N` aborts at the first or N-th passage of the point, as a kill would;
//! `CROSSCHECK_FAIL_AT` lets it fail with an IO error instead. Without them a point does nothing.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// Every point, in the order in which an import passes them first.
pub const POINTS: &[&str] = &[
    "writer.locked",
    "writer.expired",
    "writer.swept",
    "record.created",
    "record.group",
    "record.written",
    "record.synced",
    "commit.begun",
    "record.renamed",
    "record.directory",
    "fold.bucket",
    "fold.spilled",
    "fact.created",
    "fact.written",
    "fact.synced",
    "fact.renamed",
    "fact.directory",
    "manifest.begun",
    "manifest.half",
    "manifest.filled",
    "manifest.committed",
];

/// Every point that an append to the journal passes, in order.
pub const JOURNAL_POINTS: &[&str] = &["journal.begun", "journal.added", "journal.filled", "journal.committed"];

struct Armed {
    name: String,
    hit: u64,
}

impl Armed {
    fn read(variable: &str) -> Option<Armed> {
        let text = std::env::var(variable).ok()?;
        Some(match text.rsplit_once(':') {
            Some((name, hit)) => Armed { name: name.to_owned(), hit: hit.parse().unwrap_or(1) },
            None => Armed { name: text, hit: 1 },
        })
    }
}

static CRASH: OnceLock<Option<Armed>> = OnceLock::new();
static FAIL: OnceLock<Option<Armed>> = OnceLock::new();
static CRASH_HITS: AtomicU64 = AtomicU64::new(0);
static FAIL_HITS: AtomicU64 = AtomicU64::new(0);

/// Passes the point `name`, which must stand in [`POINTS`] or [`JOURNAL_POINTS`].
///
/// # Errors
/// An IO error when `CROSSCHECK_FAIL_AT` names this passage.
pub fn point(name: &'static str) -> std::io::Result<()> {
    debug_assert!(POINTS.contains(&name) || JOURNAL_POINTS.contains(&name), "{name} is not listed");
    if reached(CRASH.get_or_init(|| Armed::read("CROSSCHECK_CRASH_AT")), &CRASH_HITS, name) {
        std::process::abort();
    }
    if reached(FAIL.get_or_init(|| Armed::read("CROSSCHECK_FAIL_AT")), &FAIL_HITS, name) {
        return Err(std::io::Error::other(format!("failure asked for at {name}")));
    }
    Ok(())
}

fn reached(armed: &Option<Armed>, hits: &AtomicU64, name: &str) -> bool {
    match armed {
        Some(armed) if armed.name == name => hits.fetch_add(1, Ordering::Relaxed) + 1 == armed.hit,
        _ => false,
    }
}
