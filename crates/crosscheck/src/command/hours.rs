//! Whose hours of work a business clock goes by.

use server::Workspace;

use super::init::TEMPLATE_HOURS;

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
    for name in workspace.calendars.names() {
        let file = format!("calendars/{name}.toml");
        let text = std::fs::read_to_string(workspace.directory.join(&file)).unwrap_or_default();
        if text.lines().any(|line| line.trim() == TEMPLATE_HOURS) {
            eprintln!(
                "note: the business hours of `{name}` are a template, not those of the organisation; {file} says how to change that"
            );
        }
    }
}
