//! Whether what is written has been approved, and by whom.

use std::collections::BTreeMap;

use catalogue::Catalogue;
use catalogue::metric::Status as DefinitionStatus;
use jiff::civil::Date;
use model::Instant;
use model::calendar::Organisation;
use serde::Serialize;
use thiserror::Error;
use utoipa::ToSchema;

use super::name::same_name;
use super::state::{Round, Signature, State};
use super::subject::{Kind, Subject};
use super::text::{Text, card_texts, made_of_ids};
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
    /// Of a metric whose own text is what was approved, ids of those it is made of that have changed since.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changed_inputs: Vec<String>,
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
            ApprovalStatus::ChangedSinceApproval if !self.changed_inputs.is_empty() => {
                let inputs = words::listed(&self.changed_inputs);
                format!("changed since its approval{signed}, in {inputs}, which it is made of{waits}")
            }
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
    /// A definition that is not approved, in the place of one that is.
    #[error(
        "the definition of `{metric}` that is in force on {from} was approved by {by}: another one takes its place once it \
         is approved itself"
    )]
    InForce {
        /// Id of the metric.
        metric: String,
        /// Who approved the one in force.
        by: String,
        /// The day.
        from: Date,
    },
    /// What is written is not what was shown to whoever did it.
    #[error("{subject} has changed since it was shown: it is to be read again before this is recorded")]
    Stale {
        /// What.
        subject: String,
    },
    /// The time is before that of the last entry.
    #[error("the last entry of the journal is of {last}: nothing is recorded as of {now}, which is before that")]
    Backdated {
        /// When the last entry was made.
        last: Instant,
        /// When this one would be.
        now: Instant,
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
            Refusal::Backdated { .. } => Some("without --now the clock is taken"),
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
/// definition of a metric that is used on one, or that one used there is made of. What a card asks for is not taken back by whoever deletes the line that asks
/// for it: where its last approved text asked for two, it takes two until two have signed one that does not.
/// What two took out of use takes two to put back.
pub fn takes_two(
    subject: &Subject,
    cards: &BTreeMap<String, Definition>,
    catalogue: &Catalogue,
    always: bool,
    state: &State,
) -> bool {
    let keeps = |subject: &Subject| {
        state.history(subject).is_some_and(|history| history.second_person || history.retired_by_two)
    };
    let is_guarded = |card: &str| cards.get(card).is_some_and(is_regulated) || keeps(&Subject::card(card));
    let follows = match subject.kind {
        Kind::Card => is_guarded(&subject.id),
        Kind::Kpi | Kind::Target => subject.card.as_deref().is_some_and(is_guarded),
        Kind::Metric => {
            let is_made_of = |metric: &str| made_of_ids(metric, catalogue).contains(&subject.id);
            let uses = |card: &Definition| {
                let metrics = card.metrics();
                metrics.contains(subject.id.as_str()) || metrics.into_iter().any(is_made_of)
            };
            cards.values().any(|card| is_guarded(&card.name) && uses(card))
        }
        Kind::Initiative => false,
    };
    always || follows || keeps(subject)
}

/// Where `text` stands. `written` is what its file says of itself. Where `second_person` is set it takes two names, of
/// which one may be that of whoever recorded the change. A text that another one followed, signed or recorded as a
/// change, is not approved any more, and is no more so when it comes back: nobody has said so since.
pub fn approval(
    state: &State,
    text: &Text,
    second_person: bool,
    written: DefinitionStatus,
    organisation: &Organisation,
) -> Approval {
    let history = state.history(&text.subject);
    let retired = history.and_then(|history| history.retired.as_ref());
    let rounds = history.map_or(&[][..], |history| history.rounds.as_slice());
    let current = state.current(text);
    let told = |status, signatures: &[Signature]| {
        let signers = signatures.iter().filter(|signature| second_person || signature.approves);
        let names: Vec<&str> = signers.map(|signature| signature.by.as_str()).collect();
        let last = signatures.iter().map(|signature| signature.at).max();
        Approval {
            status,
            by: Some(names.join(" and ")),
            on: last.map(|at| organisation.date_of(at)),
            waits_for_second: None,
            changed_inputs: Vec::new(),
        }
    };
    let first = current.filter(|_| second_person).and_then(|round| round.signatures.first());
    let waits_for_second = first.map(|signature| signature.by.clone());
    if let Some(mark) = retired {
        let (by, on) = (Some(mark.by.clone()), Some(organisation.date_of(mark.at)));
        return Approval { status: ApprovalStatus::Retired, by, on, waits_for_second, changed_inputs: Vec::new() };
    }
    if let Some(round) = current.filter(|round| round.is_approved(second_person)) {
        return told(ApprovalStatus::Approved, &round.signatures);
    }
    match rounds.iter().rfind(|round| round.is_approved(second_person)) {
        Some(round) => {
            let is_own = round.hash == text.hash;
            let changed_inputs = if is_own { state.changed_inputs(round, &text.inputs) } else { Vec::new() };
            let told = told(ApprovalStatus::ChangedSinceApproval, &round.signatures);
            Approval { waits_for_second, changed_inputs, ..told }
        }
        None => {
            let status = match written {
                DefinitionStatus::TemplateDefault => ApprovalStatus::TemplateDefault,
                _ => ApprovalStatus::Draft,
            };
            Approval { status, by: None, on: None, waits_for_second, changed_inputs: Vec::new() }
        }
    }
}

/// What has changed on a card since it was approved, and what is to be signed for it to be approved again; none of a card
/// that is approved, or never was. KPIs that are approved by themselves are the card's only once it is signed anew.
pub(super) fn to_sign(card: &Scorecard, definition: &Definition, second_person: bool, state: &State) -> Option<String> {
    let approved = card.approval.as_ref();
    approved.filter(|approval| approval.status == ApprovalStatus::ChangedSinceApproval)?;
    let name = definition.name.as_str();
    let rounds = &state.history(&Subject::card(name))?.rounds;
    let round = rounds.iter().rfind(|round| round.is_approved(second_person))?;
    let last = round.signatures.iter().filter(|signature| signature.approves).max_by_key(|signature| signature.at)?;
    let signed_with_it = |text: &Text| {
        state.current(text).is_some_and(|of_text| {
            let with = |one: &Signature| one.at == last.at && same_name(&one.by, &last.by);
            // signed again with the card, by who had signed it before
            of_text.number == round.number || of_text.signatures.iter().any(with)
        })
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
    let own = |text: &Text| state.current(text)?.signatures.iter().find(|signature| same_name(&signature.by, actor));
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

/// Whether `text`, the definition of a metric, may be said to hold from the day `from`: one that is not approved does not
/// take the place of one that is. `approving` is whoever approves it with this.
///
/// # Errors
/// Where the one in force on that day is approved, and this is not.
pub fn may_hold_from(
    state: &State,
    text: &Text,
    from: Date,
    approving: Option<&str>,
    second_person: bool,
) -> Result<(), Refusal> {
    let Some(known) = state.in_force(&text.subject.id, from) else { return Ok(()) };
    let signed = state.current(text);
    let is_approved = signed.is_some_and(|round| round.is_approved(second_person));
    let is_approved_now = approving.is_some_and(|actor| {
        let others = |round: &Round| round.signatures.iter().any(|one| !same_name(&one.by, actor));
        !second_person || signed.is_some_and(others)
    });
    if known.archived.hash == text.hash || is_approved || is_approved_now {
        return Ok(());
    }
    let rounds = state.history(&text.subject).map_or(&[][..], |history| history.rounds.as_slice());
    let is_it = |round: &&Round| round.hash == known.archived.hash && round.is_approved(second_person);
    match rounds.iter().rfind(is_it) {
        Some(round) => {
            let names = round.signatures.iter().filter(|one| second_person || one.approves);
            let names: Vec<&str> = names.map(|one| one.by.as_str()).collect();
            Err(Refusal::InForce { metric: text.subject.id.clone(), by: names.join(" and "), from })
        }
        None => Ok(()),
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
