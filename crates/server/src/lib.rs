//! A workspace on disk, its jobs, and the HTTP server over it: router, API, page.

pub mod api;
pub mod ask;
mod behind;
mod calibration;
pub mod cards;
pub mod csv;
mod error;
pub mod jobs;
pub mod lint;
pub mod live;
mod names;
pub mod page;
pub mod printed;
pub mod reasons;
pub mod recognition;
pub mod reviews;
pub mod router;
pub mod serve;
pub mod ticket;
pub mod workspace;
pub mod yardsticks;

pub use error::{Instead, ServerError, ask_instead};
pub use workspace::{TEMPLATE_HOURS, Workspace};
