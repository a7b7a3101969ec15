//! Times without a zone of sources that declare none: they are read as UTC, which an organisation of another zone is told.

use catalogue::diagnostic::Diagnostic;
use catalogue::file::Problems;
use engine::map::Warning;
use scorecard::words::count;
use store::Snapshot;

use crate::workspace::Workspace;

/// Code of the warning of such times.
pub(super) const NO_ZONE: &str = "no_zone";

/// Whether what was odd in a file is told in `workspace`: to an organisation of UTC such times are what they seem.
pub fn is_told(workspace: &Workspace, warning: &Warning) -> bool {
    warning.code != NO_ZONE || !workspace.organisation.is_utc()
}

/// Warns of sources that still declare no zone, and of whose live deliveries times were read as UTC.
pub fn unzoned(workspace: &Workspace, snapshot: &Snapshot) -> Vec<Diagnostic> {
    let mut problems = Problems::default();
    for source in workspace.sources.values().filter(|source| !source.read.is_zone_stated) {
        let own = snapshot.deliveries().iter();
        let own = own.filter(|delivery| delivery.source == source.name && delivery.mapping_hash == source.hash);
        let times: u64 = own.map(|delivery| delivery.unzoned).sum();
        if times == 0 || workspace.organisation.is_utc() {
            continue;
        }
        let start = source.file.text.find("[read]").unwrap_or(0);
        let end = source.file.text.len().min(start + "[read]".len());
        problems.warning(
            &source.file,
            start..end,
            NO_ZONE,
            format!("no zone declared: {} times without one were read as UTC", count(times)),
            format!(
                "the clocks they were written by, as zone = \"{}\"; then import again",
                workspace.organisation.zone_name
            ),
        );
    }
    problems.into_sorted()
}
