//! Questions → answers over the newest snapshot of a workspace.

use std::sync::Arc;

use catalogue::answer::Answer;
use catalogue::metric::Metric;
use catalogue::plan::{Measure, Plan, made_of, plan};
use catalogue::question::{Principal, Question};
use engine::rows::Selection;
use engine::tables::Facts;
use engine::{Engine, Margins, Request};
use model::Instant;
use store::{Snapshot, Store};

use crate::ServerError;
use crate::error::Instead;
use crate::names::Known;
use crate::reviews::{DefinedOn, Reviews};
use crate::workspace::Workspace;

/// A workspace with its store and engine open for reading.
#[derive(Clone)]
pub struct Reader {
    /// Files.
    pub workspace: Arc<Workspace>,
    /// Data.
    pub store: Arc<Store>,
    pub(crate) engine: Arc<Engine>,
    /// What people did.
    pub(crate) reviews: Arc<Reviews>,
    /// What agents and teams are called.
    pub(crate) names: Known,
    /// The day whose definitions it answers by; none for those in force.
    pub(crate) defined_on: Option<Arc<DefinedOn>>,
}

impl Reader {
    /// Opens `workspace` for reading; never waits for a writer.
    ///
    /// # Errors
    /// When the store cannot be opened.
    pub fn open(workspace: Arc<Workspace>) -> Result<Reader, ServerError> {
        let threads = std::thread::available_parallelism().map_or(2, usize::from);
        let reviews = Arc::new(Reviews::open(&workspace.data())?);
        let (store, engine) = (Arc::new(workspace.store()?), Arc::new(Engine::new(threads)));
        Ok(Reader { store, workspace, engine, reviews, names: Known::default(), defined_on: None })
    }

    /// The same data under the files of `workspace`.
    pub(crate) fn over(&self, workspace: Arc<Workspace>) -> Reader {
        Reader { workspace, defined_on: None, ..self.clone() }
    }

    /// The answers of `questions`, in their order, all from one snapshot, with every margin.
    ///
    /// # Errors
    /// Every problem of every question; or what the store or engine met.
    pub async fn ask(
        &self,
        questions: &[Question],
        principal: &Principal,
        now: Instant,
    ) -> Result<Vec<Vec<Answer>>, ServerError> {
        self.ask_with(Margins::Wanted, questions, principal, now).await
    }

    /// As [`Reader::ask`], the intervals of quantiles left out where they are not wanted.
    ///
    /// # Errors
    /// As [`Reader::ask`].
    pub async fn ask_with(
        &self,
        margins: Margins,
        questions: &[Question],
        principal: &Principal,
        now: Instant,
    ) -> Result<Vec<Vec<Answer>>, ServerError> {
        let snapshot = self.store.snapshot()?;
        let workspace = &self.workspace;
        let mut plans: Vec<Plan> = Vec::new();
        let mut problems = Vec::new();
        for question in questions {
            match plan(question, &workspace.catalogue, &workspace.organisation, &snapshot.attributes) {
                Ok(plan) => plans.push(plan),
                Err(found) => problems.extend(found),
            }
        }
        if !problems.is_empty() {
            return Err(ServerError::Problems(problems));
        }
        let requests: Vec<Request<'_>> = plans
            .iter()
            .filter_map(|plan| workspace.catalogue.get(&plan.metric).map(|metric| Request { plan, metric }))
            .collect();
        let stated = workspace.stated(now);
        let facts = Facts::Stored { snapshot: &snapshot, stated: &stated };
        let mut answers = self.engine.ask(facts, &workspace.calendars, &requests, principal, now, margins).await?;
        let asked: Vec<(&Plan, &Question)> = plans.iter().zip(questions).collect();
        self.label(&mut answers, &asked, &snapshot)?;
        Ok(answers)
    }

    /// Whether anything has been loaded that `metric` is about; of a derived one, that all its inputs are about.
    pub fn has_data_of(&self, metric: &Metric, snapshot: &Snapshot) -> bool {
        if let Some(table) = metric.measure.table {
            return !snapshot.facts(table).is_empty();
        }
        let inputs = metric.measure.inputs.iter().map(|input| self.workspace.catalogue.find(&input.metric.value));
        inputs.flatten().filter(|input| input.id != metric.id).all(|input| self.has_data_of(input, snapshot))
    }

    /// What is planned for `question`.
    ///
    /// # Errors
    /// Every problem of the question.
    pub fn plan(&self, question: &Question) -> Result<Plan, ServerError> {
        let attributes = self.store.snapshot()?.attributes;
        let workspace = &self.workspace;
        plan(question, &workspace.catalogue, &workspace.organisation, &attributes).map_err(ServerError::Problems)
    }

    /// The rows that the answer to `question` counts in its first period, what was planned for it, and its
    /// watermark.
    ///
    /// # Errors
    /// Every problem of the question; a derived metric, which has no rows of its own; what the store met.
    pub fn rows(
        &self,
        question: &Question,
        principal: &Principal,
        now: Instant,
    ) -> Result<(Plan, Selection, Option<Instant>), ServerError> {
        let snapshot = self.store.snapshot()?;
        let workspace = &self.workspace;
        let plan = plan(question, &workspace.catalogue, &workspace.organisation, &snapshot.attributes)
            .map_err(ServerError::Problems)?;
        if plan.is_private() {
            return Err(engine::EngineError::Private { metric: plan.metric }.into());
        }
        if matches!(plan.measure, Measure::Derived { .. }) {
            let metric = workspace.catalogue.get(&plan.metric);
            let instead = metric.map(|metric| made_of(&plan, metric)).unwrap_or_default().into_iter();
            return Err(ServerError::Derived { metric: plan.metric, instead: instead.map(Instead::from).collect() });
        }
        let stated = workspace.stated(now);
        let facts = Facts::Stored { snapshot: &snapshot, stated: &stated };
        let selection = self.engine.rows(facts, &workspace.calendars, &plan, principal, now)?;
        let watermark = facts.watermark(&plan);
        Ok((plan, selection, watermark))
    }
}
