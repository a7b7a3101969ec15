//! Folding all records again, for calendars that have changed.

use std::time::Duration;

use model::Instant;
use store::{Committed, Stage};

use crate::{ServerError, Workspace};

/// How long to wait for another writer.
pub(crate) const WAIT: Duration = Duration::from_secs(10);

/// Folds every record of `workspace` under its present calendars.
///
/// # Errors
/// When another writer holds the workspace or a write fails; then nothing has changed.
pub fn fold(workspace: &Workspace, now: Instant, progress: &mut dyn FnMut(Stage)) -> Result<Committed, ServerError> {
    let store = workspace.store()?;
    let mut writer = store.writer(WAIT)?;
    Ok(writer.refold(&workspace.fold_settings(), now, progress)?)
}
