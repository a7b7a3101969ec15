//! The workspace of the organisation: the source files that import its exports, and its calendars.

use crate::calendar::{self, Hours};
use crate::organisation::NAME;
use crate::{Config, Error};

/// Name of the organisation, for the workspace's settings.
pub const ORGANISATION: &str = NAME;

const SOURCES: [(&str, &str); 8] = [
    ("sources/teams.toml", include_str!("../files/sources/teams.toml")),
    ("sources/agents.toml", include_str!("../files/sources/agents.toml")),
    ("sources/crm.toml", include_str!("../files/sources/crm.toml")),
    ("sources/helpdesk.toml", include_str!("../files/sources/helpdesk.toml")),
    ("sources/contact-centre.toml", include_str!("../files/sources/contact-centre.toml")),
    ("sources/contact-legs.toml", include_str!("../files/sources/contact-legs.toml")),
    ("sources/sla.toml", include_str!("../files/sources/sla.toml")),
    ("sources/surveys.toml", include_str!("../files/sources/surveys.toml")),
];

/// Path, relative to the workspace, and content of the files that import what [`crate::simulate`] writes for `config`:
/// source files, in the order in which they are best imported, and calendars with the holidays of those years.
///
/// # Errors
///
/// Where `config` is out of range.
pub fn workspace_files(config: &Config) -> Result<Vec<(String, String)>, Error> {
    let (first, _) = config.check()?;
    let sources = SOURCES.map(|(path, text)| {
        let text = text.replace("{zone}", &config.zone);
        (path.to_owned(), if config.compress { text } else { text.replace(".gz\"]", "\"]") })
    });
    // A year before for neighbours of the first day, two after for work that is still open.
    let (first, last) = (first.year() - 1, config.until.year() + 2);
    let calendars = [("support", Hours::Desk), ("contact-centre", Hours::Live)]
        .map(|(name, hours)| (format!("calendars/{name}.toml"), calendar::file(hours, &config.zone, first, last)));
    Ok(sources.into_iter().chain(calendars).collect())
}
