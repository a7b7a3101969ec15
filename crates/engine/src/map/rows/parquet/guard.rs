//! A decoder that may panic over a damaged file.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::super::super::error::MapError;

/// Name of the threads in which foreign formats are decoded. Their panics are taken as damage of the file, and what
/// they print is noise.
pub const GUARDED: &str = "decoder";

/// Runs `decode` in a thread of its own, named [`GUARDED`].
pub(super) fn apart<T: Send>(file: &str, decode: impl FnOnce() -> Result<T, MapError> + Send) -> Result<T, MapError> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().name(GUARDED.to_owned()).spawn_scoped(scope, decode);
        let thread = thread.map_err(|source| MapError::Io { file: file.to_owned(), source })?;
        thread.join().unwrap_or_else(|_| Err(panicked(file)))
    })
}

/// Runs `decode`, which may leave what it works on in any state when it panics: the file is not read any further.
pub(super) fn caught<T>(file: &str, decode: impl FnOnce() -> T) -> Result<T, MapError> {
    catch_unwind(AssertUnwindSafe(decode)).map_err(|_| panicked(file))
}

fn panicked(file: &str) -> MapError {
    MapError::Parquet { file: file.to_owned(), reason: "its data contradict themselves".to_owned() }
}
