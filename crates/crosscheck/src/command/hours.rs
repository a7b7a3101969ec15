//! Whose hours of work a business clock goes by.

use server::Workspace;

/// The schedules that clock tickets, in words.
pub fn of(workspace: &Workspace) -> String {
    let default = workspace.calendars.default();
    let named = format!("business hours of `{}` ({})", default.name(), default.zone());
    match workspace.calendars.names().count() {
        0 | 1 => named,
        _ => format!("{named} where a ticket or its team names no other schedule"),
    }
}

/// Says on stderr which of these hours are still the template's.
pub fn note(workspace: &Workspace) {
    for name in &workspace.template_hours {
        eprintln!(
            "note: the business hours of `{name}` are a template, not those of the organisation; calendars/{name}.toml says how to change that"
        );
    }
}
