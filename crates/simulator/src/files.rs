//! The workspace of the organisation: the source files that import its exports, its calendars, and the cards
//! below the company's.

use jiff::Span;

use jiff::ToSpan;

use crate::calendar::{self, Hours};
use crate::organisation::NAME;
use crate::{Config, Error};

/// Name of the organisation, for the workspace's settings.
pub const ORGANISATION: &str = NAME;

const SOURCES: [(&str, &str); 28] = [
    ("sources/teams.toml", include_str!("../files/sources/teams.toml")),
    ("sources/agents.toml", include_str!("../files/sources/agents.toml")),
    ("sources/crm.toml", include_str!("../files/sources/crm.toml")),
    ("sources/helpdesk.toml", include_str!("../files/sources/helpdesk.toml")),
    ("sources/contact-centre.toml", include_str!("../files/sources/contact-centre.toml")),
    ("sources/contact-legs.toml", include_str!("../files/sources/contact-legs.toml")),
    ("sources/sla.toml", include_str!("../files/sources/sla.toml")),
    ("sources/surveys.toml", include_str!("../files/sources/surveys.toml")),
    ("sources/survey-offers.toml", include_str!("../files/sources/survey-offers.toml")),
    ("sources/portal.toml", include_str!("../files/sources/portal.toml")),
    ("sources/partner.toml", include_str!("../files/sources/partner.toml")),
    ("sources/qa-reviews.toml", include_str!("../files/sources/qa-reviews.toml")),
    ("sources/qa-items.toml", include_str!("../files/sources/qa-items.toml")),
    ("sources/compliance.toml", include_str!("../files/sources/compliance.toml")),
    ("sources/complaints.toml", include_str!("../files/sources/complaints.toml")),
    ("sources/billing.toml", include_str!("../files/sources/billing.toml")),
    ("sources/shop-orders.toml", include_str!("../files/sources/shop-orders.toml")),
    ("sources/shop-refunds.toml", include_str!("../files/sources/shop-refunds.toml")),
    ("sources/sales-offers.toml", include_str!("../files/sources/sales-offers.toml")),
    ("sources/sales.toml", include_str!("../files/sources/sales.toml")),
    ("sources/hr.toml", include_str!("../files/sources/hr.toml")),
    ("sources/absences.toml", include_str!("../files/sources/absences.toml")),
    ("sources/work-days.toml", include_str!("../files/sources/work-days.toml")),
    ("sources/agent-states.toml", include_str!("../files/sources/agent-states.toml")),
    ("sources/staff-survey.toml", include_str!("../files/sources/staff-survey.toml")),
    ("sources/ledger.toml", include_str!("../files/sources/ledger.toml")),
    ("sources/ledger-allocation.toml", include_str!("../files/sources/ledger-allocation.toml")),
    ("sources/ledger-rates.toml", include_str!("../files/sources/ledger-rates.toml")),
];

const SCORECARDS: [(&str, &str); 6] = [
    ("scorecards/service.toml", include_str!("../files/scorecards/service.toml")),
    ("scorecards/orders_delivery.toml", include_str!("../files/scorecards/orders_delivery.toml")),
    ("scorecards/returns.toml", include_str!("../files/scorecards/returns.toml")),
    ("scorecards/billing.toml", include_str!("../files/scorecards/billing.toml")),
    ("scorecards/technical.toml", include_str!("../files/scorecards/technical.toml")),
    ("scorecards/agents.toml", include_str!("../files/scorecards/agents.toml")),
];

/// Months before the end of the data at which the targets were set, and after it by which they are to be reached.
const TARGETS: (i32, i32) = (3, 9);

/// Path, relative to the workspace, and content of the files that import what [`crate::simulate`] writes for `config`:
/// source files, in the order in which they are best imported, calendars with the holidays of those years, and the cards of
/// the department, its teams and their agents below the company's.
///
/// # Errors
///
/// Where `config` is out of range.
pub fn workspace_files(config: &Config) -> Result<Vec<(String, String)>, Error> {
    let (first, _) = config.check()?;
    // systems in which months go by without anything say how far they have been exported
    let (first_day, through) = (first.to_string(), config.until.saturating_sub(1.day()).to_string());
    let sources = SOURCES.map(|(path, text)| {
        let text = text.replace("{zone}", &config.zone).replace("{through}", &through);
        // whoever had left before is in none of the exports
        let text = text.replace("{first}", &first_day);
        (path.to_owned(), if config.compress { text } else { text.replace(".gz\"]", "\"]") })
    });
    // A year before for neighbours of the first day, two after for work that is still open.
    let (first, last) = (first.year() - 1, config.until.year() + 2);
    let calendars = [("support", Hours::Desk), ("contact-centre", Hours::Live)]
        .map(|(name, hours)| (format!("calendars/{name}.toml"), calendar::file(hours, &config.zone, first, last)));
    let (set_on, deadline) = (
        config.until.saturating_sub(Span::new().months(TARGETS.0)),
        config.until.saturating_add(Span::new().months(TARGETS.1)).last_of_month(),
    );
    let scorecards = SCORECARDS.map(|(path, text)| {
        let text = text.replace("{set_on}", &set_on.to_string()).replace("{deadline}", &deadline.to_string());
        (path.to_owned(), text)
    });
    Ok(sources.into_iter().chain(calendars).chain(scorecards).collect())
}
