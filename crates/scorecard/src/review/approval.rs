//! Whether what is written has been approved, and by whom.

use std::collections::BTreeMap;

use catalogue::metric::Status as DefinitionStatus;
use jiff::civil::Date;
use model::calendar::Organisation;
use serde::Serialize;
use thiserror::Error;
use utoipa::ToSchema;

use super::name::same_name;
use super::state::{Signature, State};
use super::subject::{Kind, Subject};
use super::text::{Text, card_texts};
use crate::card::Scorecard;
use crate::definition::Definition;
use crate::words;

/// Where the text of a subject stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Approval {
    /// Where it stands.
    pub status: ApprovalStatus,
    /// Who signed it; of one that was changed since, who signed what it was; of one that is retired, who retired it.
    pub by: Option<String>,
    /// The day it was approved, or retired.
    #[schema(value_type = Option<String>, format = Date)]
    pub on: Option<Date>,
    /// Who signed it first, where a second person has to.
    pub waits_for_second: Option<String>,
}

/// Where a text stands, after the journal; what a file says of itself is a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub enum ApprovalStatus {
    /// As it came with the program; nobody here has approved it.
    #[serde(rename = "template default")]
    TemplateDefault,
    /// Written here, not approved.
    #[serde(rename = "draft")]
    Draft,
    /// Approved as it is.
    #[serde(rename = "approved")]
    Approved,
    /// Approved once, and written anew since.
    #[serde(rename = "changed since approval")]
    ChangedSinceApproval,
    /// Taken out of use.
    #[serde(rename = "retired")]
    Retired,
}

impl ApprovalStatus {
    /// The name for people, which is that in answers.
    pub fn words(self) -> &'static str {
        match self {
            ApprovalStatus::TemplateDefault => "template default",
            ApprovalStatus::Draft => "draft",
            ApprovalStatus::Approved => "approved",
            ApprovalStatus::ChangedSinceApproval => "changed since approval",
            ApprovalStatus::Retired => "retired",
        }
    }
}

impl Approval {
    /// Where it stands and who signed it, as people say it: `approved by Ann on 3 Nov 2026`.
    pub fn words(&self) -> String {
        let signed = match (&self.by, self.on) {
            (Some(by), Some(on)) => format!(" by {by} on {}", words::day(on)),
            _ => String::new(),
        };
        let waits = self.waits_for_second.as_ref();
        let waits = waits.map_or_else(String::new, |first| format!(", signed by {first}, waiting for a second person"));
        match self.status {
            ApprovalStatus::TemplateDefault | ApprovalStatus::Draft => {
                format!("{}, not approved{waits}", self.status.words())
            }
            ApprovalStatus::Approved => format!("approved{signed}"),
            ApprovalStatus::ChangedSinceApproval => format!("changed since its approval{signed}{waits}"),
            ApprovalStatus::Retired => format!("retired{signed}{waits}"),
        }
    }

    /// The same of a KPI that is on a card: whoever retires one does not edit the file.
    pub fn words_on_card(&self) -> String {
        let said = self.words();
        match self.status {
            ApprovalStatus::Retired => format!("{said}; still on the card: take it out of its file"),
            _ => said,
        }
    }
}

/// A definition that people took out of use, by which figures of a card are still worked out: whoever retires it does not
/// edit the card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct RetiredDefinition {
    /// Id of the metric.
    pub metric: String,
    /// Who retired it.
    pub by: String,
    /// The day it was retired.
    #[schema(value_type = String, format = Date)]
    pub on: Date,
    /// That it was, and of which KPIs and gates, without a full stop.
    pub sentence: String,
}

/// The definitions of the figures on `card` that are out of use, in its order.
pub(super) fn retired_definitions(
    card: &Scorecard,
    state: &State,
    organisation: &Organisation,
) -> Vec<RetiredDefinition> {
    let kpis = card.kpis.iter().map(|kpi| (kpi.metric.as_str(), kpi.name.as_str()));
    let gates = card.gates.iter().filter(|gate| gate.kpi.is_none());
    let gates = gates.map(|gate| (gate.metric.as_str(), gate.name.as_str()));
    let mut found: Vec<(&str, Vec<&str>)> = Vec::new();
    for (metric, name) in kpis.chain(gates) {
        match found.iter_mut().find(|(known, _)| *known == metric) {
            Some((_, names)) => names.push(name),
            None => found.push((metric, vec![name])),
        }
    }
    let told = found.into_iter().filter_map(|(metric, names)| {
        let mark = state.history(&Subject::metric(metric))?.retired.as_ref()?;
        let (by, on) = (mark.by.clone(), organisation.date_of(mark.at));
        let sentence = format!(
            "{}: the definition of `{metric}` was retired by {by} on {}; figures are still worked out by it",
            names.join(", "),
            words::day(on)
        );
        Some(RetiredDefinition { metric: metric.to_owned(), by, on, sentence })
    });
    told.collect()
}

/// Where a card stands: after the journal, where it was asked; what the file says of itself is a claim. One that is
/// deprecated is that, whoever approved it.
pub fn standing(written: DefinitionStatus, approval: Option<&Approval>) -> String {
    match approval.filter(|_| written != DefinitionStatus::Deprecated) {
        Some(approval) => approval.words(),
        None => words::definition_status(written).to_owned(),
    }
}

/// Why something is not recorded.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    /// The same person twice.
    #[error("{by} has {verb} this text already: a second person is another name")]
    SecondPerson {
        /// The name.
        by: String,
        /// What they did.
        verb: &'static str,
    },
    /// Approved already, by the same person.
    #[error("{by} has approved this text already, and nothing in it has changed")]
    Already {
        /// The name.
        by: String,
    },
    /// What is written is what was signed before.
    #[error("{subject} is as {by} left it: a change is recorded once its file says something else")]
    Unchanged {
        /// Who signed it.
        by: String,
        /// What.
        subject: String,
    },
    /// A period that is not over, not loaded to its end, or of which late answers still come in.
    #[error("the period is not settled: {what}; --provisional closes it nevertheless")]
    NotSettled {
        /// What is not settled.
        what: String,
        /// What to do about it, where it is in somebody's hands.
        help: Option<String>,
    },
    /// A period that was closed before.
    #[error("the period was closed on {on} by {by}: --reason says why it is closed again")]
    Closed {
        /// The day it was closed.
        on: Date,
        /// Who closed it.
        by: String,
    },
    /// Retired already, or wanted so by the same person.
    #[error("this was retired by {by} already{}", if *waits { ": a second person is another name" } else { "" })]
    Retired {
        /// Who.
        by: String,
        /// Whether it waits for a second person.
        waits: bool,
    },
    /// What is out of use is not confirmed.
    #[error("this was retired by {by} on {on}: it is in use again once it is approved, or changed in its file")]
    OutOfUse {
        /// Who retired it.
        by: String,
        /// On which day.
        on: Date,
    },
    /// A period that was closed before with the very same.
    #[error("the period was closed on {on} by {by}, and nothing has changed since: there is nothing to close again")]
    ClosedAlike {
        /// The day it was closed.
        on: Date,
        /// Who closed it.
        by: String,
    },
    /// There is no such announcement.
    #[error("there is no announcement {number}")]
    NoAnnouncement {
        /// Its number.
        number: u64,
    },
    /// Acknowledged already, by the same person.
    #[error("{by} has acknowledged announcement {number} already")]
    Acknowledged {
        /// The name.
        by: String,
        /// Number of the announcement.
        number: u64,
    },
}

impl Refusal {
    /// What to do about it, where that is not in its message.
    pub fn help(&self) -> Option<&str> {
        match self {
            Refusal::NotSettled { help, .. } => help.as_deref(),
            _ => None,
        }
    }
}

/// Whether it takes two people to approve what is on a card, whatever the workspace says: one that competes on regulated
/// compliance, or of financial services.
pub fn is_regulated(definition: &Definition) -> bool {
    definition.competes_on.get("compliance").is_some_and(|share| *share > 0.0)
        || definition.industry.as_deref() == Some("financial_services")
}

/// Whether it takes two people to approve `subject`: everywhere where `always` is set; what is on a regulated card; and the
/// definition of a metric that is used on one. What a card asks for is not taken back by whoever deletes the line that asks
/// for it: where its last approved text asked for two, it takes two until two have signed one that does not.
pub fn takes_two(subject: &Subject, cards: &BTreeMap<String, Definition>, always: bool, state: &State) -> bool {
    let keeps = |subject: &Subject| state.history(subject).is_some_and(|history| history.second_person);
    let is_guarded = |card: &str| cards.get(card).is_some_and(is_regulated) || keeps(&Subject::card(card));
    let follows = match subject.kind {
        Kind::Card => is_guarded(&subject.id),
        Kind::Kpi | Kind::Target => subject.card.as_deref().is_some_and(is_guarded),
        Kind::Metric => {
            cards.values().any(|card| card.metrics().contains(subject.id.as_str()) && is_guarded(&card.name))
        }
        Kind::Initiative => false,
    };
    always || follows || keeps(subject)
}

/// Where the text with `hash` of `subject` stands. `written` is what its file says of itself. Where `second_person` is
/// set it takes two names, of which one may be that of whoever recorded the change.
pub fn approval(
    state: &State,
    subject: &Subject,
    hash: &str,
    second_person: bool,
    written: DefinitionStatus,
    organisation: &Organisation,
) -> Approval {
    let history = state.history(subject);
    let retired = history.and_then(|history| history.retired.as_ref());
    let signatures = history.map(|history| &history.signatures);
    let of_text = signatures.and_then(|all| all.get(hash)).map_or(&[][..], Vec::as_slice);
    let is_approved = |signatures: &[Signature]| {
        let needed = if second_person { 2 } else { 1 };
        signatures.iter().any(|signature| signature.approves) && signatures.len() >= needed
    };
    let told = |status, signatures: &[Signature]| {
        let signers = signatures.iter().filter(|signature| second_person || signature.approves);
        let names: Vec<&str> = signers.map(|signature| signature.by.as_str()).collect();
        let last = signatures.iter().map(|signature| signature.at).max();
        Approval {
            status,
            by: Some(names.join(" and ")),
            on: last.map(|at| organisation.date_of(at)),
            waits_for_second: None,
        }
    };
    if let Some(mark) = retired {
        let (by, on) = (Some(mark.by.clone()), Some(organisation.date_of(mark.at)));
        return Approval { status: ApprovalStatus::Retired, by, on, waits_for_second: None };
    }
    if is_approved(of_text) {
        return told(ApprovalStatus::Approved, of_text);
    }
    let waits_for_second = of_text.first().filter(|_| second_person).map(|signature| signature.by.clone());
    let before = signatures.into_iter().flatten().filter(|(_, signatures)| is_approved(signatures));
    let last = before.max_by_key(|(_, signatures)| signatures.iter().map(|signature| signature.at).max());
    match last {
        Some((_, signatures)) => {
            Approval { waits_for_second, ..told(ApprovalStatus::ChangedSinceApproval, signatures) }
        }
        None => {
            let status = match written {
                DefinitionStatus::TemplateDefault => ApprovalStatus::TemplateDefault,
                _ => ApprovalStatus::Draft,
            };
            Approval { status, by: None, on: None, waits_for_second }
        }
    }
}

/// What has changed on a card since it was approved, and what is to be signed for it to be approved again; none of a card
/// that is approved, or never was. KPIs that are approved by themselves are the card's only once it is signed anew.
pub(super) fn to_sign(card: &Scorecard, definition: &Definition, second_person: bool, state: &State) -> Option<String> {
    let approved = card.approval.as_ref();
    approved.filter(|approval| approval.status == ApprovalStatus::ChangedSinceApproval)?;
    let name = definition.name.as_str();
    let signatures = &state.history(&Subject::card(name))?.signatures;
    let needed = if second_person { 2 } else { 1 };
    let last = signatures.values().filter(|signatures| signatures.len() >= needed).flatten();
    let last = last.filter(|signature| signature.approves).max_by_key(|signature| signature.at)?;
    let signed_with_it = |text: &Text| {
        let of_text = state.history(&text.subject).and_then(|history| history.signatures.get(&text.hash));
        of_text.into_iter().flatten().any(|one| one.at == last.at && same_name(&one.by, &last.by))
    };
    let texts = card_texts(name, definition);
    let changed = texts.iter().filter(|text| text.subject.kind == Kind::Kpi && !signed_with_it(text));
    let told = changed.filter_map(|text| card.kpis.iter().find(|kpi| kpi.id == text.subject.id)).map(|kpi| {
        let is_approved = kpi.approval.as_ref().is_some_and(|approval| approval.status == ApprovalStatus::Approved);
        if is_approved { format!("{} (approved by itself since)", kpi.name) } else { kpi.name.clone() }
    });
    let told: Vec<String> = told.collect();
    let what = if told.is_empty() { "what it says beside its KPIs".to_owned() } else { told.join(", ") };
    Some(format!("Changed since the card was approved: {what}; it is approved again by approving card:{name}"))
}

/// Whether `actor` may approve `texts`: those of a subject, its own first, and of what is part of it.
///
/// # Errors
/// Where `actor` has signed all of them: where a second person is needed that is another; otherwise where they have
/// approved it already.
pub fn may_approve(state: &State, texts: &[Text], actor: &str, second_person: bool) -> Result<(), Refusal> {
    let own = |text: &Text| {
        let signatures = state.history(&text.subject)?.signatures.get(&text.hash)?;
        signatures.iter().find(|signature| same_name(&signature.by, actor))
    };
    let signed: Vec<Option<&Signature>> = texts.iter().map(own).collect();
    let is_new = |signature: &Option<&Signature>| signature.is_none_or(|own| !second_person && !own.approves);
    match signed.first().copied().flatten() {
        Some(own) if !signed.iter().any(is_new) => {
            let by = own.by.clone();
            let verb = if own.approves { "approved" } else { "changed" };
            Err(if second_person { Refusal::SecondPerson { by, verb } } else { Refusal::Already { by } })
        }
        _ => Ok(()),
    }
}

/// Whether `actor` may take `subject` out of use.
///
/// # Errors
/// Where it is out of use; where a second person is needed and `actor` is the first.
pub fn may_retire(state: &State, subject: &Subject, actor: &str) -> Result<(), Refusal> {
    let Some(history) = state.history(subject) else { return Ok(()) };
    match (&history.retired, &history.retiring) {
        (Some(mark), _) => Err(Refusal::Retired { by: mark.by.clone(), waits: false }),
        (None, Some(mark)) if same_name(&mark.by, actor) => Err(Refusal::Retired { by: mark.by.clone(), waits: true }),
        _ => Ok(()),
    }
}

/// Whether `subject` may be confirmed as it is.
///
/// # Errors
/// Where it is out of use.
pub fn may_confirm(state: &State, subject: &Subject, organisation: &Organisation) -> Result<(), Refusal> {
    match state.history(subject).and_then(|history| history.retired.as_ref()) {
        Some(mark) => Err(Refusal::OutOfUse { by: mark.by.clone(), on: organisation.date_of(mark.at) }),
        None => Ok(()),
    }
}

/// Whether `actor` may acknowledge announcement `number`.
///
/// # Errors
/// Where there is none, or it was acknowledged by them.
pub fn may_acknowledge(state: &State, number: u64, actor: &str) -> Result<(), Refusal> {
    let found = state.announcements().find(|(found, _)| *found == number);
    let Some((_, announcement)) = found else { return Err(Refusal::NoAnnouncement { number }) };
    match announcement.acknowledged.iter().find(|(name, _)| same_name(name, actor)) {
        Some((name, _)) => Err(Refusal::Acknowledged { by: name.clone(), number }),
        None => Ok(()),
    }
}
