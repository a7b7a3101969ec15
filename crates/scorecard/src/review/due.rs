//! What is to be looked at again, and since when.

use catalogue::metric::Status as DefinitionStatus;
use jiff::ToSpan;
use jiff::civil::Date;
use model::calendar::Organisation;
use serde::Serialize;
use utoipa::ToSchema;

use super::state::State;
use super::subject::{Kind, Subject};
use super::text::Text;
use crate::definition::Cadence;

/// After so many days without anybody looking at its page something is said to be unseen.
pub const UNSEEN_DAYS: i32 = 90;

/// How often something is reviewed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ReviewCadence)]
pub enum Every {
    /// Every week.
    Weekly,
    /// Every month.
    Monthly,
    /// Every quarter.
    Quarterly,
    /// Every year: definitions, cards as a whole, and KPIs that are worth no more.
    Yearly,
}

impl Every {
    /// The name in files and answers.
    pub fn name(self) -> &'static str {
        match self {
            Every::Weekly => "weekly",
            Every::Monthly => "monthly",
            Every::Quarterly => "quarterly",
            Every::Yearly => "yearly",
        }
    }

    /// The day it is due again after `date`.
    fn after(self, date: Date) -> Date {
        match self {
            Every::Weekly => date.saturating_add(1.week()),
            Every::Monthly => date.saturating_add(1.month()),
            Every::Quarterly => date.saturating_add(3.months()),
            Every::Yearly => date.saturating_add(1.year()),
        }
    }
}

impl From<Cadence> for Every {
    fn from(cadence: Cadence) -> Every {
        match cadence {
            Cadence::Weekly => Every::Weekly,
            Cadence::Monthly => Every::Monthly,
            Cadence::Quarterly => Every::Quarterly,
            Cadence::Yearly => Every::Yearly,
        }
    }
}

/// Something that is reviewed.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// What it is.
    pub subject: Subject,
    /// Name for people.
    pub name: String,
    /// How often.
    pub every: Every,
    /// The first day it was there to be reviewed: that on which its target was set, or else the first of the workspace;
    /// none where that is not known.
    pub since: Option<Date>,
    /// What is written about it now.
    pub text: Text,
    /// What its file says of itself.
    pub written: DefinitionStatus,
    /// Whether it takes two people to approve it.
    pub second_person: bool,
    /// The page on which it is looked at, where it has one.
    pub page: Option<Subject>,
}

/// Something that is due, now or later.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Due {
    /// What.
    #[schema(value_type = String)]
    pub subject: Subject,
    /// Name for people.
    pub name: String,
    /// Why it is due.
    pub kind: DueKind,
    /// How often it is.
    pub cadence: Every,
    /// The day it was last done; null where never.
    #[schema(value_type = Option<String>, format = Date)]
    pub last: Option<Date>,
    /// The day it is due; of what was never done today, or the day it first was to be done where that is past.
    #[schema(value_type = String, format = Date)]
    pub due: Date,
    /// Days since then; 0 where it is due today or later.
    pub overdue_days: u32,
}

/// Why something is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DueKind {
    /// Its figure and target are to be reviewed.
    Review,
    /// What it means is to be reviewed.
    Definition,
    /// Nobody has looked at it for long.
    Unseen,
}

/// When each of `items` is due, the longest due first. What is retired is never due. Nobody is said to have looked away
/// before the journal has been kept for as long.
pub fn due(items: &[Item], state: &State, organisation: &Organisation, today: Date) -> Vec<Due> {
    let mut found = Vec::new();
    for item in items {
        let history = state.history(&item.subject);
        if history.is_some_and(|history| history.retired.is_some()) {
            continue;
        }
        let reviewed = history.and_then(|history| history.reviewed.as_ref());
        let last = reviewed.map(|mark| organisation.date_of(mark.at));
        // a KPI has a figure and a target, however seldom they are looked at
        let kind = match item.subject.kind {
            Kind::Kpi | Kind::Target => DueKind::Review,
            Kind::Metric | Kind::Card | Kind::Initiative => DueKind::Definition,
        };
        let on = match (last, item.since.or(began(state, organisation))) {
            (Some(last), _) => item.every.after(last),
            (None, Some(first)) => item.every.after(first).min(today),
            (None, None) => today,
        };
        found.push(told(item, kind, last, on, today));
        let seen = item.page.as_ref().map(|page| last_seen(page, state, organisation));
        if let Some((last, since)) = seen.and_then(|last| Some((last, last.or(began(state, organisation))?))) {
            let due = since.saturating_add(UNSEEN_DAYS.days());
            if due <= today {
                found.push(told(item, DueKind::Unseen, last, due, today));
            }
        }
    }
    found.sort_by(|one, other| (one.due, &one.subject).cmp(&(other.due, &other.subject)));
    found
}

fn told(item: &Item, kind: DueKind, last: Option<Date>, due: Date, today: Date) -> Due {
    let overdue = due.until(today).map_or(0, |span| span.get_days());
    Due {
        subject: item.subject.clone(),
        name: item.name.clone(),
        kind,
        cadence: item.every,
        last,
        due,
        overdue_days: u32::try_from(overdue).unwrap_or(0),
    }
}

/// The day anybody last looked at a page.
fn last_seen(page: &Subject, state: &State, organisation: &Organisation) -> Option<Date> {
    let last = state.history(page)?.viewed.values().max()?;
    Some(organisation.date_of(*last))
}

/// The day since which it is known who looked at what.
fn began(state: &State, organisation: &Organisation) -> Option<Date> {
    state.since.map(|since| organisation.date_of(since))
}
