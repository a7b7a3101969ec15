//! What a person asks to have recorded.

use std::collections::BTreeSet;

use catalogue::file::suggest;
use catalogue::metric::{Metric, Status as DefinitionStatus};
use jiff::civil::Date;
use model::Instant;
use scorecard::review::{
    ApprovalStatus, Archived, Event, Every, Item, Kind, Mark, Recorded, Refusal, Signed, State, Subject, Text,
    approval, as_written, card_texts, definition_text, initiative_text, made_of_ids, may_acknowledge, may_approve,
    may_confirm, may_hold_from, may_retire, takes_two,
};
use scorecard::{Definition, Kpi};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::ServerError;
use crate::ask::Reader;
use crate::workspace::Workspace;

/// Longest name, reason or text, in characters.
const LONGEST: usize = 4000;

/// Something to record.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Deed {
    /// What is done.
    pub kind: Verb,
    /// What it is done to: metric:ID, kpi:CARD/ID, target:CARD/ID, card:NAME or initiative:NAME; CARD/ID is that KPI, and
    /// a name alone the metric, card or initiative called so. Not needed to acknowledge.
    #[serde(default)]
    pub subject: String,
    /// Who does it; recorded as said.
    pub actor: String,
    /// Why; needed to confirm, change and retire.
    pub reason: Option<String>,
    /// What is said; needed to comment and announce.
    pub text: Option<String>,
    /// Number of the announcement that is acknowledged.
    pub announcement: Option<u64>,
    /// First day on which the definition of the metric holds; the day its file names where absent.
    #[schema(value_type = Option<String>, format = Date)]
    pub in_force_from: Option<Date>,
    /// Whether who approves a card signs the definitions of its metrics, too, each for itself: they are no part of it, as other
    /// cards use them as well.
    #[serde(default)]
    pub with_definitions: bool,
    /// Hash of what was shown of the subject, as the list of what is reviewed has it: what has changed since is neither
    /// confirmed nor approved. Not compared where absent.
    pub hash: Option<String>,
}

/// That something is not in use, or is to be so no more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OutOfUse {
    /// Retired by them.
    Retired(String),
    /// Wanted so by them, where a second person has to want it too.
    Wanted(String),
}

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verb {
    /// Looked at, and right as it is.
    Confirm,
    /// Signed as it is written.
    Approve,
    /// Written anew, in its file.
    Change,
    /// Not used any more.
    Retire,
    /// Something is said about it.
    Comment,
    /// Everybody concerned is told.
    Announce,
    /// An announcement was read.
    Acknowledge,
}

/// What is part of the first of `texts` and nobody has signed as it is written.
fn unsigned(state: &State, texts: &[Text]) -> Vec<Signed> {
    let is_new = |text: &&Text| state.current(text).is_none();
    texts.iter().skip(1).filter(is_new).map(Text::signed).collect()
}

/// That a card says `texts` now, its own first, and why; none of a card that says nothing.
pub(super) fn changed(state: &State, texts: &[Text], reason: String) -> Option<Event> {
    let own = texts.first()?;
    let (hash, text, inputs) = (own.hash.clone(), own.text.clone(), own.inputs.clone());
    Some(Event::Change { reason, hash, text, inputs, texts: unsigned(state, texts), archived: Vec::new() })
}

/// A name as it is recorded: without what nobody sees.
///
/// # Errors
/// None, or one that is longer than a name.
pub fn named(actor: &str) -> Result<String, ServerError> {
    let name = as_written(actor);
    match name.chars().count() {
        0 => Err(ServerError::Usage("a name is needed: who does this".to_owned())),
        1..=100 if !name.chars().any(char::is_control) => Ok(name),
        _ => Err(ServerError::Usage("a name is at most 100 characters on one line".to_owned())),
    }
}

impl Reader {
    /// Records a deed.
    ///
    /// # Errors
    /// An unknown subject, a missing reason or text, a refusal as of the same person twice, or what the journal met.
    pub fn record(&self, deed: &Deed, now: Instant) -> Result<Recorded, ServerError> {
        let actor = named(&deed.actor)?;
        let recorded = match deed.kind {
            Verb::Acknowledge => {
                let missing = || ServerError::Usage("the number of an announcement is needed".to_owned());
                let number = deed.announcement.ok_or_else(missing)?;
                self.reviews.append(&actor, now, |state| {
                    may_acknowledge(state, number, &actor)?;
                    let found = state.announcements().find(|(found, _)| *found == number);
                    let subject = found.map(|(_, announcement)| announcement.subject.clone());
                    Ok(subject.map(|subject| (subject, Event::Acknowledge { announcement: number })))
                })?
            }
            _ => {
                let subject = self.subject(&deed.subject)?;
                let texts = self.texts_for(deed.kind, &subject)?;
                // who says that something is right has read it; a change is of what is there now, whatever was shown
                let shown = deed.hash.as_ref().filter(|_| matches!(deed.kind, Verb::Confirm | Verb::Approve));
                if let Some(shown) = shown
                    && texts.first().is_none_or(|own| own.whole_hash() != *shown)
                {
                    return Err(Refusal::Stale { subject: subject.to_string() }.into());
                }
                self.reviews.append(&actor, now, |state| {
                    let event = self.event(deed, &subject, &texts, &actor, state, now)?;
                    Ok(Some((subject.clone(), event)))
                })?
            }
        };
        recorded.ok_or_else(|| ServerError::Usage("there was nothing to record".to_owned()))
    }

    /// Records a deed and, where it approves a card with its definitions, each of those that are not approved, in this order.
    /// A card that was signed before by the same person is passed over, where one of its definitions was not.
    ///
    /// # Errors
    /// As [`Reader::record`]; a subject that is no card, or a deed that is no approval, with definitions.
    pub fn record_all(&self, deed: &Deed, now: Instant) -> Result<Vec<Recorded>, ServerError> {
        if !deed.with_definitions {
            return Ok(vec![self.record(deed, now)?]);
        }
        let card = self.subject(&deed.subject)?;
        if (deed.kind, card.kind) != (Verb::Approve, Kind::Card) {
            let message = format!("definitions are approved with a card, as card:company; {card} is none");
            return Err(ServerError::Usage(message));
        }
        let is_signed = |error: &ServerError| {
            matches!(error, ServerError::Refused(Refusal::Already { .. } | Refusal::SecondPerson { .. }))
        };
        let own = self.record(deed, now);
        if let Err(error) = &own
            && !is_signed(error)
        {
            return own.map(|recorded| vec![recorded]);
        }
        let mut recorded: Vec<Recorded> = Vec::new();
        for metric in self.open_definitions(&card)? {
            // what was shown is the card
            match self.record(&Deed { subject: metric.to_string(), hash: None, ..deed.clone() }, now) {
                Err(error) if is_signed(&error) => {}
                other => recorded.push(other?),
            }
        }
        match own {
            Ok(own) => Ok(std::iter::once(own).chain(recorded).collect()),
            Err(_) if !recorded.is_empty() => Ok(recorded),
            Err(error) => Err(error),
        }
    }

    /// Notes that the page of `subject` was looked at, at most once a person and day.
    ///
    /// # Errors
    /// What the journal met.
    pub fn note_view(&self, subject: &Subject, viewer: &str, now: Instant) -> Result<(), ServerError> {
        let viewer = named(viewer).unwrap_or_else(|_| "somebody".to_owned());
        let organisation = &self.workspace.organisation;
        let is_noted = |state: &State| {
            let last = state.history(subject).and_then(|history| history.viewed.get(&viewer));
            last.is_some_and(|last| organisation.date_of(*last) >= organisation.today(now))
        };
        if !is_noted(&*self.reviewed()?) {
            self.reviews
                .note(&viewer, now, |state| Ok((!is_noted(state)).then(|| (subject.clone(), Event::Viewed {}))))?;
        }
        Ok(())
    }

    /// The subject that is called `text`; one that is no more, as a card whose file is gone, where the journal knows it. A
    /// metric is called by its own id, whichever of its names was said.
    ///
    /// # Errors
    /// Where there is none.
    pub fn subject(&self, text: &str) -> Result<Subject, ServerError> {
        let workspace = &self.workspace;
        let text = text.trim();
        let subject = if text.contains(':') {
            text.parse::<Subject>().map_err(ServerError::Usage)?
        } else if let Some((card, id)) = text.split_once('/') {
            Subject::kpi(card, id)
        } else if workspace.scorecards.contains_key(text) && workspace.catalogue.get(text).is_none() {
            Subject::card(text)
        } else if workspace.initiatives.contains_key(text) && workspace.catalogue.get(text).is_none() {
            Subject::initiative(text)
        } else if text.is_empty() {
            let valid = "metric:ID, kpi:CARD/ID, target:CARD/ID, card:NAME or initiative:NAME";
            return Err(ServerError::Usage(format!("a subject is needed: {valid}")));
        } else {
            let metric = workspace.catalogue.find(text).map_err(|problem| ServerError::Problems(vec![*problem]))?;
            Subject::metric(&metric.id)
        };
        let subject = match workspace.catalogue.find(&subject.id) {
            Ok(metric) if subject.kind == Kind::Metric => Subject::metric(&metric.id),
            _ => subject,
        };
        match self.texts(&subject) {
            Err(_) if self.reviewed()?.history(&subject).is_some() => Ok(subject),
            found => found.map(|_| subject),
        }
    }

    /// Everything that is reviewed: KPIs of cards after their cadence, cards once a year, and so the definitions of the
    /// metrics on them, of their gates and of those that drive them.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn review_items(&self, state: &State) -> Result<Vec<Item>, ServerError> {
        let workspace = &self.workspace;
        let first = self.first_day(state)?;
        let mut items: Vec<Item> = Vec::new();
        let mut metrics: Vec<&Metric> = Vec::new();
        for (name, definition) in &workspace.scorecards {
            for text in card_texts(name, definition) {
                let kpi = definition.kpis.iter().find(|kpi| kpi.id == text.subject.id);
                let (title, every, set_on) = match (text.subject.kind, kpi) {
                    (Kind::Card, _) => (definition.title.clone(), Every::Yearly, None),
                    (Kind::Kpi, Some(kpi)) => {
                        let set_on = kpi.target.as_ref().and_then(|target| target.set_on);
                        (kpi.name.clone(), kpi.cadence.into(), set_on)
                    }
                    _ => continue,
                };
                items.push(Item {
                    second_person: self.needs_second_person(&text.subject, state),
                    subject: text.subject.clone(),
                    text,
                    name: title,
                    every,
                    since: set_on.or(first),
                    written: definition.status,
                    page: None,
                });
            }
            metrics.extend(self.definitions_of(definition).iter().filter_map(|id| workspace.catalogue.get(id)));
        }
        metrics.sort_by_key(|metric| &metric.id);
        metrics.dedup_by_key(|metric| &metric.id);
        items.extend(metrics.into_iter().map(|metric| {
            let text = definition_text(metric, &workspace.catalogue);
            Item {
                second_person: self.needs_second_person(&text.subject, state),
                page: Some(text.subject.clone()),
                subject: text.subject.clone(),
                text,
                name: metric.name.clone(),
                every: Every::Yearly,
                since: first,
                written: metric.status,
            }
        }));
        Ok(items)
    }

    /// Ids of the metrics on a card, of its gates and of what drives its KPIs, and of all these are made of.
    pub(crate) fn definitions_of(&self, card: &Definition) -> BTreeSet<String> {
        card.metrics().into_iter().flat_map(|metric| made_of_ids(metric, &self.workspace.catalogue)).collect()
    }

    /// The first day there was anything: something recorded, or data loaded.
    fn first_day(&self, state: &State) -> Result<Option<Date>, ServerError> {
        let snapshot = self.store.snapshot()?;
        let loaded = snapshot.deliveries().iter().map(|delivery| delivery.imported_at);
        let first = loaded.chain(state.since).min();
        Ok(first.map(|at| self.workspace.organisation.date_of(at)))
    }

    /// The metrics on a card, of its gates and of what drives its KPIs, and those they are made of, whose definitions are not approved as they are; none
    /// that is retired, as what is out of use is taken back by itself only.
    ///
    /// # Errors
    /// An unknown card, or what the journal met.
    pub fn open_definitions(&self, card: &Subject) -> Result<Vec<Subject>, ServerError> {
        let (state, used) = (self.reviewed()?, self.definitions_of(self.workspace.card(&card.id)?));
        let organisation = &self.workspace.organisation;
        let items = self.review_items(&state)?.into_iter();
        let of_card = items.filter(|item| item.subject.kind == Kind::Metric && used.contains(&item.subject.id));
        let is_open = |item: &Item| {
            let found = approval(&state, &item.text, item.second_person, item.written, organisation);
            !matches!(found.status, ApprovalStatus::Approved | ApprovalStatus::Retired)
        };
        Ok(of_card.filter(is_open).map(|item| item.subject).collect())
    }

    /// Whom something about `subject` concerns, as far as the files name them: who answers for the targets of it, or of
    /// what it is part of, for the card, the definition and the initiative.
    pub fn concerned(&self, subject: &Subject) -> Vec<String> {
        let workspace = &self.workspace;
        let is_it = |card: &Definition, kpi: &Kpi| match subject.kind {
            Kind::Card => card.name == subject.id,
            Kind::Kpi | Kind::Target => subject.card.as_ref() == Some(&card.name) && kpi.id == subject.id,
            Kind::Metric => kpi.metric == subject.id || kpi.operational.contains(&subject.id),
            Kind::Initiative => {
                let found = workspace.initiatives.get(&subject.id);
                found.is_some_and(|one| one.card == card.name && one.kpi == kpi.id)
            }
        };
        let kpis = workspace.scorecards.values().flat_map(|card| card.kpis.iter().map(move |kpi| (card, kpi)));
        let of_targets =
            kpis.filter(|(card, kpi)| is_it(card, kpi)).filter_map(|(_, kpi)| kpi.target.as_ref()?.owner.clone());
        let of_metric = workspace.catalogue.get(&subject.id).filter(|_| subject.kind == Kind::Metric);
        let of_initiative = workspace.initiatives.get(&subject.id).filter(|_| subject.kind == Kind::Initiative);
        let others = of_metric.map(|metric| metric.owner.clone()).into_iter();
        let others = others.chain(of_initiative.and_then(|one| one.owner.clone()));
        let of_card = workspace.scorecards.get(&subject.id).filter(|_| subject.kind == Kind::Card);
        let others = others.chain(of_card.and_then(|card| card.owner.clone()));
        let found: BTreeSet<String> = of_targets.chain(others).filter(|name| !name.trim().is_empty()).collect();
        found.into_iter().collect()
    }

    /// Who took `subject` out of use, or wants it so; none of what is in use and wanted.
    ///
    /// # Errors
    /// What the journal met.
    pub fn out_of_use(&self, subject: &Subject) -> Result<Option<OutOfUse>, ServerError> {
        let state = self.reviewed()?;
        let Some(history) = state.history(subject) else { return Ok(None) };
        let of = |mark: &Option<Mark>| mark.as_ref().map(|mark| mark.by.clone());
        Ok(of(&history.retired).map(OutOfUse::Retired).or(of(&history.retiring).map(OutOfUse::Wanted)))
    }

    /// Who signed `subject` as it is written, where it waits for a second person.
    ///
    /// # Errors
    /// An unknown subject, or what the journal met.
    pub fn waits_for_second(&self, subject: &Subject) -> Result<Option<String>, ServerError> {
        let (state, texts) = (self.reviewed()?, self.texts(subject)?);
        let (second, organisation) = (self.needs_second_person(subject, &state), &self.workspace.organisation);
        let found = texts
            .first()
            .map(|text| approval(&state, text, second, DefinitionStatus::Draft, organisation).waits_for_second);
        Ok(found.flatten())
    }

    /// Where the definition of `metric` stands, after the journal: what its file says is a claim.
    pub fn definition_status(&self, metric: &Metric, state: &State) -> DefinitionStatus {
        if metric.status == DefinitionStatus::Deprecated {
            return metric.status;
        }
        let text = definition_text(metric, &self.workspace.catalogue);
        let second_person = self.needs_second_person(&text.subject, state);
        let organisation = &self.workspace.organisation;
        match approval(state, &text, second_person, metric.status, organisation).status {
            ApprovalStatus::TemplateDefault => DefinitionStatus::TemplateDefault,
            ApprovalStatus::Draft | ApprovalStatus::ChangedSinceApproval => DefinitionStatus::Draft,
            ApprovalStatus::Approved => DefinitionStatus::Approved,
            ApprovalStatus::Retired => DefinitionStatus::Deprecated,
        }
    }

    /// Whether it takes two people to approve `subject`, after all that was done before.
    pub fn needs_second_person(&self, subject: &Subject, state: &State) -> bool {
        let Workspace { scorecards, catalogue, second_person, .. } = &*self.workspace;
        takes_two(subject, scorecards, catalogue, *second_person, state)
    }

    /// What is written about `subject` now; of a card and a KPI also what is part of it.
    fn texts(&self, subject: &Subject) -> Result<Vec<Text>, ServerError> {
        let workspace = &self.workspace;
        let missing = |what: String, help: Option<String>| ServerError::NotFound { message: what, help };
        match subject.kind {
            Kind::Metric => {
                let found =
                    workspace.catalogue.find(&subject.id).map_err(|problem| ServerError::Problems(vec![*problem]));
                Ok(vec![definition_text(found?, &workspace.catalogue)])
            }
            Kind::Initiative => match workspace.initiatives.get(&subject.id) {
                Some(initiative) => Ok(vec![initiative_text(&subject.id, &initiative.file)]),
                None => {
                    let help = suggest(&subject.id, workspace.initiatives.keys().map(String::as_str));
                    Err(missing(format!("there is no initiative `{}` without errors", subject.id), help))
                }
            },
            Kind::Card | Kind::Kpi | Kind::Target => {
                let name = subject.card.as_deref().unwrap_or(&subject.id);
                let Some(definition) = workspace.scorecards.get(name) else {
                    let help = suggest(name, workspace.scorecards.keys().map(String::as_str));
                    return Err(missing(format!("there is no card `{name}` without errors"), help));
                };
                let mut texts = card_texts(name, definition);
                if subject.kind != Kind::Card {
                    texts.retain(|text| text.subject.id == subject.id && text.subject.card.is_some());
                }
                if subject.kind == Kind::Target {
                    texts.retain(|text| text.subject.kind == Kind::Target);
                }
                if texts.is_empty() {
                    let what = if subject.kind == Kind::Target { "target of a kpi" } else { "kpi" };
                    let help = suggest(&subject.id, definition.kpis.iter().map(|kpi| kpi.id.as_str()));
                    return Err(missing(format!("there is no {what} `{}` on the card `{name}`", subject.id), help));
                }
                Ok(texts)
            }
        }
    }

    /// As [`Reader::texts`]; none of what is no more, about which something can be said all the same, and which can be
    /// taken out of use.
    fn texts_for(&self, kind: Verb, subject: &Subject) -> Result<Vec<Text>, ServerError> {
        match self.texts(subject) {
            Err(_) if matches!(kind, Verb::Retire | Verb::Comment | Verb::Announce) => Ok(Vec::new()),
            found => found,
        }
    }

    /// What a deed is, after all that was done before.
    fn event(
        &self,
        deed: &Deed,
        subject: &Subject,
        texts: &[Text],
        actor: &str,
        state: &State,
        now: Instant,
    ) -> Result<Event, ServerError> {
        let reason = || said(deed.reason.as_deref(), "a reason is needed: why");
        let text = || said(deed.text.as_deref().or(deed.reason.as_deref()), "a text is needed: what is said");
        let own = || texts.first().ok_or_else(|| ServerError::Usage(format!("nothing is written about {subject}")));
        if deed.in_force_from.is_some() && subject.kind != Kind::Metric {
            let message = "only the definition of a metric holds from a day on";
            return Err(ServerError::Usage(message.to_owned()));
        }
        let archived = || self.archived(subject, deed.in_force_from, state, now);
        if let Some(from) = deed.in_force_from {
            let approving = (deed.kind == Verb::Approve).then_some(actor);
            may_hold_from(state, own()?, from, approving, self.needs_second_person(subject, state))?;
        }
        Ok(match deed.kind {
            Verb::Confirm => {
                may_confirm(state, subject, &self.workspace.organisation)?;
                Event::Confirm { reason: reason()?, hash: own()?.hash.clone(), archived: archived() }
            }
            Verb::Approve => {
                may_approve(state, texts, actor, self.needs_second_person(subject, state))?;
                let reason = deed.reason.as_deref().map(|reason| said(Some(reason), "why")).transpose()?;
                let second_person = self.needs_second_person(subject, &State::default());
                Event::Approve {
                    reason,
                    texts: texts.iter().map(Text::signed).collect(),
                    second_person,
                    archived: archived(),
                }
            }
            Verb::Change => {
                let own = own()?;
                if let Some(signature) = state.current(own).and_then(|round| round.signatures.first()) {
                    let by = signature.by.clone();
                    return Err(Refusal::Unchanged { by, subject: subject.to_string() }.into());
                }
                let (reason, hash, text) = (reason()?, own.hash.clone(), own.text.clone());
                let inputs = own.inputs.clone();
                Event::Change { reason, hash, text, inputs, texts: unsigned(state, texts), archived: archived() }
            }
            Verb::Retire => {
                may_retire(state, subject, actor)?;
                Event::Retire { reason: reason()?, second_person: self.needs_second_person(subject, state) }
            }
            Verb::Comment => Event::Comment { text: text()? },
            Verb::Announce => Event::Announce { text: text()? },
            Verb::Acknowledge => return Err(ServerError::Usage("an announcement is acknowledged".to_owned())),
        })
    }

    /// The definitions to keep with a deed to a metric: its own, and those it is made of.
    fn archived(&self, subject: &Subject, from: Option<Date>, state: &State, now: Instant) -> Vec<Archived> {
        if subject.kind != Kind::Metric {
            return Vec::new();
        }
        self.to_archive([subject.id.as_str()], from, state, now)
    }
}

/// What was said, where it was.
pub(super) fn said(text: Option<&str>, needed: &str) -> Result<String, ServerError> {
    let text = text.unwrap_or_default().trim();
    match text.chars().count() {
        0 => Err(ServerError::Usage(needed.to_owned())),
        1..=LONGEST => Ok(text.to_owned()),
        long => Err(ServerError::Usage(format!("a text is at most {LONGEST} characters, this has {long}"))),
    }
}
