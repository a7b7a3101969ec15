//! Questions → answers over the newest snapshot of a workspace.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use catalogue::answer::Answer;
use catalogue::file::{Problems, suggest};
use catalogue::metric::Metric;
use catalogue::plan::{Measure, Plan, dimensions, lacking, plan};
use catalogue::question::{Principal, Question};
use catalogue::source::SourceText;
use engine::rows::Selection;
use engine::tables::Facts;
use engine::{Engine, Margins, Request};
use model::Instant;
use model::calendar::{Compare, DateRange};
use scorecard::{Cut, Definition, Scorecard};
use store::Store;

use crate::ServerError;
use crate::error::Instead;
use crate::workspace::Workspace;

/// A workspace with its store and engine open for reading.
pub struct Reader {
    /// Files.
    pub workspace: Arc<Workspace>,
    /// Data.
    pub store: Store,
    pub(crate) engine: Engine,
}

impl Reader {
    /// Opens `workspace` for reading; never waits for a writer.
    ///
    /// # Errors
    /// When the store cannot be opened.
    pub fn open(workspace: Arc<Workspace>) -> Result<Reader, ServerError> {
        let threads = std::thread::available_parallelism().map_or(2, usize::from);
        Ok(Reader { store: workspace.store()?, workspace, engine: Engine::new(threads) })
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
        let finished = workspace.finished(now);
        let facts = Facts::Stored { snapshot: &snapshot, finished: &finished };
        Ok(self.engine.ask(facts, &workspace.calendars, &requests, principal, now, margins).await?)
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
        if let Measure::Derived { inputs: asked, .. } = &plan.measure {
            let inputs = workspace.catalogue.get(&plan.metric).map(|metric| metric.measure.inputs.as_slice());
            // those that are used under its parameters, with what these hand on
            let instead = inputs.unwrap_or_default().iter().filter_map(|input| {
                let asked = &asked.iter().find(|asked| asked.name == input.name)?.plan;
                let set = input.parameters.keys().filter_map(|name| {
                    let value = asked.parameters.get(name)?;
                    Some((name.clone(), value.as_str().map_or_else(|| value.to_string(), str::to_owned)))
                });
                Some(Instead {
                    name: input.name.clone(),
                    metric: input.metric.value.clone(),
                    variant: input.variant.clone(),
                    parameters: set.collect(),
                })
            });
            return Err(ServerError::Derived { metric: plan.metric, instead: instead.collect() });
        }
        let finished = workspace.finished(now);
        let facts = Facts::Stored { snapshot: &snapshot, finished: &finished };
        let selection = self.engine.rows(facts, &workspace.calendars, &plan, principal, now)?;
        let watermark = facts.watermark(&plan);
        Ok((plan, selection, watermark))
    }

    /// The scorecard `definition` over `range`, held to the values `only`.
    ///
    /// # Errors
    /// As [`Reader::ask`]; a dimension that no metric on the card has.
    pub async fn scorecard(
        &self,
        definition: &Definition,
        range: DateRange,
        compare: Option<Compare>,
        only: BTreeMap<String, Vec<Option<String>>>,
        principal: &Principal,
        now: Instant,
    ) -> Result<Scorecard, ServerError> {
        let cut = self.cut(definition, only)?;
        let asked = scorecard::questions(definition, &range, compare, None, &self.workspace.organisation, now);
        let asked: Vec<Option<Question>> = asked.into_iter().map(|question| cut.question(question)).collect();
        let questions: Vec<Question> = asked.iter().flatten().cloned().collect();
        let mut answers = self.ask(&questions, principal, now).await?.into_iter();
        let answers = asked.iter().map(|question| question.as_ref().and_then(|_| answers.next()).unwrap_or_default());
        let answers: Vec<Vec<Answer>> = answers.collect();
        Ok(scorecard::build(definition, &self.workspace.catalogue, &range, &answers, &cut)?)
    }

    /// What the figures of the card `definition` over `range` are asked as, held to the values `only`; not of metrics
    /// that cannot be.
    ///
    /// # Errors
    /// A dimension that no metric on the card has.
    pub fn card_questions(
        &self,
        definition: &Definition,
        range: &DateRange,
        only: BTreeMap<String, Vec<Option<String>>>,
        now: Instant,
    ) -> Result<Vec<Question>, ServerError> {
        let cut = self.cut(definition, only)?;
        let asked = scorecard::questions(definition, range, None, None, &self.workspace.organisation, now);
        // each is followed by that of its trend
        Ok(asked.into_iter().step_by(2).filter_map(|question| cut.question(question)).collect())
    }

    /// Which metrics of a card can be held to `only`.
    fn cut(&self, definition: &Definition, only: BTreeMap<String, Vec<Option<String>>>) -> Result<Cut, ServerError> {
        let attributes = self.store.snapshot()?.attributes;
        let catalogue = &self.workspace.catalogue;
        let metrics: Vec<&Metric> = definition.kpis.iter().filter_map(|kpi| catalogue.get(&kpi.metric)).collect();
        let of = |metric: &&Metric| (metric.id.clone(), lacking(metric, only.keys(), catalogue, &attributes));
        let lacking: BTreeMap<String, Vec<String>> = metrics.iter().map(of).collect();
        let mut problems = Problems::default();
        for name in only.keys().filter(|name| lacking.values().all(|names| names.contains(name))) {
            let valid: BTreeSet<String> =
                metrics.iter().flat_map(|metric| dimensions(metric, catalogue, &attributes).into_keys()).collect();
            let message = format!("no metric on the card has a dimension `{name}`");
            let file = SourceText { path: "--only".to_owned(), text: name.clone() };
            let help = suggest(name, valid.iter().map(String::as_str));
            problems.error(&file, 0..name.len(), "unknown_dimension", message, help);
        }
        if problems.has_errors() {
            return Err(ServerError::Problems(problems.into_sorted()));
        }
        let lacking = lacking.into_iter().filter(|(_, names)| !names.is_empty()).collect();
        let wrong = definition.kpis.iter().filter_map(|kpi| {
            let problem = catalogue.get(&kpi.metric).is_none().then(|| catalogue.find(&kpi.metric).err()).flatten()?;
            Some((kpi.metric.clone(), problem.message))
        });
        Ok(Cut { only, lacking, wrong: wrong.collect() })
    }
}
