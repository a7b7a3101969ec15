//! A workspace on disk, its jobs, and the HTTP server over it: router, API, page.

pub mod api;
pub mod ask;
mod error;
pub mod jobs;
pub mod page;
pub mod router;
pub mod serve;
pub mod workspace;

pub use error::ServerError;
pub use workspace::Workspace;
