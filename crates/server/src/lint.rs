//! What lint finds on the cards of a workspace, and targets out of its history.

use std::collections::{BTreeMap, BTreeSet};

use catalogue::answer::Answer;
use catalogue::metric::Metric;
use catalogue::question::{Principal, Question};
use jiff::civil::Date;
use model::calendar::Organisation;
use model::{FactTable, Instant, RecordKind};
use scorecard::lint::{Evidence, Finding, KpiReview, LintInput, Reviews, lint};
use scorecard::propose::{Available, Proposal, Wish, propose};
use scorecard::review::{
    ApprovalStatus, Closing, DueKind, History as Done, Item, Kind, State, Subject, approval, loosened, replaced,
};
use scorecard::target::{self, History, Refusal, Suggestion, Window};
use scorecard::{Definition, Kpi, Scale};

use crate::ServerError;
use crate::ask::Reader;
use crate::workspace::Workspace;

/// What rules find on the card `name` by itself and, where there are any, by its `evidence` and `reviews`.
pub fn findings(
    workspace: &Workspace,
    name: &str,
    evidence: &Evidence,
    reviews: Option<&Reviews>,
    today: Date,
) -> Vec<Finding> {
    let Some(definition) = workspace.scorecards.get(name) else { return Vec::new() };
    let (cards, catalogue) = (&workspace.scorecards, &workspace.catalogue);
    lint(&LintInput { name, definition, cards, catalogue, evidence, reviews, today })
}

/// The kinds of record that the sources of a workspace make.
pub fn kinds_at_hand(workspace: &Workspace) -> BTreeSet<RecordKind> {
    workspace.sources.values().flat_map(|source| source.records.iter().map(|record| record.kind)).collect()
}

/// Channels that metrics know.
pub const CHANNELS: [&str; 9] =
    ["phone", "chat", "messaging", "email", "social", "portal", "in_person", "bot", "self_service"];

impl Reader {
    /// Whether anything has been loaded.
    ///
    /// # Errors
    /// What the store met.
    pub fn has_data(&self) -> Result<bool, ServerError> {
        Ok(!self.store.snapshot()?.deliveries().is_empty())
    }

    /// What the figures say of the card, as lint needs it; nothing where nothing has been loaded.
    ///
    /// # Errors
    /// As [`Reader::ask`].
    pub async fn evidence(
        &self,
        definition: &Definition,
        principal: &Principal,
        now: Instant,
    ) -> Result<Evidence, ServerError> {
        if !self.has_data()? {
            return Ok(Evidence::default());
        }
        let today = self.workspace.organisation.today(now);
        let asked = scorecard::lint::questions(definition, &self.workspace.catalogue, today);
        let catalogue = &self.workspace.catalogue;
        let answers = self.ask_held_to(definition, asked, principal, now).await?;
        let evidence = Evidence::of(definition, catalogue, today, &answers);
        let is_reviewed = |metric: &Metric| metric.measure.table == Some(FactTable::QualityReview);
        match definition.kpis.iter().filter_map(|kpi| catalogue.get(&kpi.metric)).any(is_reviewed) {
            true => Ok(evidence.with_calibration(self.calibration(principal, now).await?)),
            false => Ok(evidence),
        }
    }

    /// The answers of `questions`, held to what the card is; none of those that cannot be held to it.
    async fn ask_held_to(
        &self,
        definition: &Definition,
        questions: Vec<Question>,
        principal: &Principal,
        now: Instant,
    ) -> Result<Vec<Vec<Answer>>, ServerError> {
        let only = definition.held_to();
        let attributes = self.store.snapshot()?.attributes;
        let catalogue = &self.workspace.catalogue;
        let held = |question: Question| {
            let metric = catalogue.get(&question.metric)?;
            let lacks = catalogue::plan::lacking(metric, only.keys(), catalogue, &attributes);
            lacks.is_empty().then(|| Question { only: only.clone(), ..question })
        };
        let asked: Vec<Option<Question>> = questions.into_iter().map(held).collect();
        let questions: Vec<Question> = asked.iter().flatten().cloned().collect();
        let mut answers = self.ask(&questions, principal, now).await?.into_iter();
        Ok(asked.iter().map(|one| one.as_ref().and_then(|_| answers.next()).unwrap_or_default()).collect())
    }

    /// What lint finds on the card `name`, worst first.
    ///
    /// # Errors
    /// As [`Reader::ask`]; when the journal cannot be read.
    pub async fn lint(&self, name: &str, principal: &Principal, now: Instant) -> Result<Vec<Finding>, ServerError> {
        let Some(definition) = self.workspace.scorecards.get(name) else { return Ok(Vec::new()) };
        let evidence = self.evidence(definition, principal, now).await?;
        let reviews = self.lint_reviews(name, definition, now)?;
        let today = self.workspace.organisation.today(now);
        Ok(findings(&self.workspace, name, &evidence, Some(&reviews), today))
    }

    /// The three worst findings on the card `name` that take no figures, for a page that is not to wait for any.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn top_findings(&self, name: &str, now: Instant) -> Result<Vec<Finding>, ServerError> {
        /// Findings that are shown.
        const TOP: usize = 3;
        let Some(definition) = self.workspace.scorecards.get(name) else { return Ok(Vec::new()) };
        let reviews = self.lint_reviews(name, definition, now)?;
        let today = self.workspace.organisation.today(now);
        let mut found = findings(&self.workspace, name, &Evidence::default(), Some(&reviews), today);
        found.truncate(TOP);
        Ok(found)
    }

    /// What the journal says of a card, as far as lint needs it.
    fn lint_reviews(&self, name: &str, definition: &Definition, now: Instant) -> Result<Reviews, ServerError> {
        let state = self.reviewed()?;
        let organisation = &self.workspace.organisation;
        let items = self.review_items(&state)?;
        let today = organisation.today(now);
        let due = scorecard::review::due(&items, &state, organisation, today);
        let stands = |item: &Item| approval(&state, &item.text, item.second_person, item.written, organisation);
        let is_approved = |item: &Item| stands(item).status == ApprovalStatus::Approved;
        let retired = |item: &Item| {
            let found = stands(item);
            let (by, on) = (found.by?, found.on?);
            (found.status == ApprovalStatus::Retired).then(|| format!("{by} on {on}"))
        };
        let of_kpi = |kpi: &Kpi| {
            let subject = Subject::kpi(name, &kpi.id);
            let item = items.iter().find(|item| item.subject == subject);
            let review = due.iter().find(|due| due.subject == subject && due.kind == DueKind::Review);
            let pages = [Subject::metric(&kpi.metric), subject.clone()];
            let viewed = pages.iter().filter_map(|page| state.history(page)).flat_map(|page| page.viewed.values());
            let cited = self.workspace.decisions.values().filter(|decision| decision.metrics.contains(&kpi.metric));
            let used = viewed.map(|at| organisation.date_of(*at)).chain(cited.map(|decision| decision.date));
            KpiReview {
                due: review.map(|review| review.due),
                is_approved: item.is_some_and(is_approved),
                retired: item.and_then(retired),
                last_used: used.max(),
                known_since: first_day(&state, name, kpi, organisation),
                target_changes: replaced(&state, name, kpi, organisation, today),
            }
        };
        let kpis = definition.kpis.iter().map(|kpi| (kpi.id.clone(), of_kpi(kpi))).collect();
        let metrics = || items.iter().filter(|item| item.subject.kind == Kind::Metric);
        let definitions = metrics().filter(|item| is_approved(item)).map(|item| item.subject.id.clone()).collect();
        let retired = metrics().filter_map(|item| Some((item.subject.id.clone(), retired(item)?))).collect();
        let gates = definition.gates.iter();
        let loosened = gates.filter_map(|gate| Some((gate.id.clone(), loosened(&state, name, gate)?))).collect();
        Ok(Reviews { kpis, definitions, retired, loosened })
    }

    /// A target for a KPI of a card, by `deadline`, or why there can be none.
    ///
    /// # Errors
    /// As [`Reader::ask`].
    pub async fn suggest_target(
        &self,
        definition: Option<&Definition>,
        kpi: &Kpi,
        deadline: Date,
        principal: &Principal,
        now: Instant,
    ) -> Result<Result<Suggestion, Refusal>, ServerError> {
        let subject = scorecard::subject(kpi);
        let found =
            self.suggest(definition, &[(subject, Some(kpi.statistic.clone()))], deadline, principal, now).await?;
        let nothing = || Refusal {
            message: format!("`{}` has no figure here", kpi.metric),
            help: "records, and a card that its metric can be held to".to_owned(),
        };
        Ok(found.into_iter().next().flatten().unwrap_or_else(|| Err(nothing())))
    }

    /// Targets for figures, each by its subject and statistic.
    async fn suggest(
        &self,
        definition: Option<&Definition>,
        subjects: &[(Question, Option<String>)],
        deadline: Date,
        principal: &Principal,
        now: Instant,
    ) -> Result<Vec<Option<Result<Suggestion, Refusal>>>, ServerError> {
        let today = self.workspace.organisation.today(now);
        let catalogue = &self.workspace.catalogue;
        let window = |subject: &Question| {
            let metric = catalogue.get(&subject.metric);
            metric.map_or(Window::DAYS, |metric| Window::of(subject, metric, catalogue))
        };
        let windows: Vec<Window> = subjects.iter().map(|(subject, _)| window(subject)).collect();
        let asked: Vec<Question> = subjects
            .iter()
            .zip(&windows)
            .flat_map(|((subject, _), window)| target::questions(subject, *window, today))
            .collect();
        let answers = match definition {
            Some(definition) => self.ask_held_to(definition, asked, principal, now).await?,
            None => self.ask(&asked, principal, now).await?,
        };
        type Subject = (Question, Option<String>);
        let suggest = |(((subject, statistic), window), answers): ((&Subject, &Window), &[Vec<Answer>])| {
            let metric = catalogue.get(&subject.metric)?;
            let statistic = statistic.clone().or_else(|| metric.measure.statistics().into_iter().next())?;
            let [months, recent] = answers else { return None };
            let history = History::of(months, recent, &statistic, *window, metric)?;
            let scale = Scale::asked(metric, subject.variant.as_deref(), &subject.parameters);
            Some(target::suggest(&history, metric, scale, deadline, today))
        };
        Ok(subjects.iter().zip(&windows).zip(answers.chunks(2)).map(suggest).collect())
    }

    /// A card for `wish` from records of `kinds`, with targets where the history of its figures carries them.
    ///
    /// # Errors
    /// A wish that means nothing; as [`Reader::ask`].
    pub async fn propose(
        &self,
        wish: &Wish,
        kinds: BTreeSet<RecordKind>,
        deadline: Date,
        principal: &Principal,
        now: Instant,
    ) -> Result<Proposal, ServerError> {
        let available = Available { kinds, targets: BTreeMap::new() };
        let catalogue = &self.workspace.catalogue;
        let first = propose(wish, &available, catalogue).map_err(ServerError::Usage)?;
        if !self.has_data()? {
            return Ok(first);
        }
        let subjects: Vec<(Question, Option<String>)> = first
            .kpis
            .iter()
            .map(|kpi| (scorecard::subject_of(&kpi.metric, kpi.variant.clone()), kpi.statistic.clone()))
            .collect();
        let made = self.suggest(None, &subjects, deadline, principal, now).await?;
        let known = first.kpis.iter().zip(made);
        let targets = known.filter_map(|(kpi, made)| Some((kpi.metric.clone(), made?.ok()?))).collect();
        propose(wish, &Available { targets, ..available }, catalogue).map_err(ServerError::Usage)
    }
}

/// The first day on which a KPI of the card `name` is known to have been there, and who looked at it: that of its first text,
/// close or comment in the journal, or on which its target was set where that is earlier; not before the journal begins.
fn first_day(state: &State, name: &str, kpi: &Kpi, organisation: &Organisation) -> Option<Date> {
    let began = organisation.date_of(state.since?);
    let subjects = [Subject::kpi(name, &kpi.id), Subject::target(name, &kpi.id)];
    let of_subject = |done: &Done| -> Option<Instant> {
        let signed = done.rounds.iter().flat_map(|round| &round.signatures).map(|signature| signature.at);
        let changed = done.changes.iter().map(|change| change.mark.at);
        let said = done.said.iter().map(|(at, _)| *at);
        let commented = done.comments.iter().map(|comment| comment.at);
        let viewed = done.viewed.values().copied();
        let marked = done.reviewed.iter().map(|mark| mark.at);
        signed.chain(changed).chain(said).chain(commented).chain(viewed).chain(marked).min()
    };
    let told = subjects.iter().filter_map(|subject| state.history(subject)).filter_map(of_subject);
    let is_it = |closing: &&Closing| closing.closed.figures.iter().any(|figure| figure.kpi == kpi.id);
    let closed = state.every_close(name).filter(is_it).map(|closing| closing.at);
    let set_on = kpi.target.as_ref().and_then(|target| target.set_on);
    let first = told.chain(closed).map(|at| organisation.date_of(at)).chain(set_on).min();
    first.map(|first| first.max(began))
}
