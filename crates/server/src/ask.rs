//! Questions → answers over the newest snapshot of a workspace.

use std::sync::Arc;

use catalogue::answer::Answer;
use catalogue::plan::{Plan, plan};
use catalogue::question::{Principal, Question};
use engine::tables::Facts;
use engine::{Engine, Margins, Request};
use model::Instant;
use model::calendar::{Compare, DateRange};
use scorecard::{Definition, Scorecard};
use store::Store;

use crate::ServerError;
use crate::workspace::Workspace;

/// A workspace with its store and engine open for reading.
pub struct Reader {
    /// Files.
    pub workspace: Arc<Workspace>,
    /// Data.
    pub store: Store,
    engine: Engine,
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
        let facts = Facts::Stored(&snapshot);
        Ok(self.engine.ask(facts, &workspace.calendars, &requests, principal, now, margins).await?)
    }

    /// The scorecard `definition` over `range`.
    ///
    /// # Errors
    /// As [`Reader::ask`].
    pub async fn scorecard(
        &self,
        definition: &Definition,
        range: DateRange,
        compare: Option<Compare>,
        principal: &Principal,
        now: Instant,
    ) -> Result<Scorecard, ServerError> {
        let asked = scorecard::questions(definition, &range, compare, None, &self.workspace.organisation, now);
        let answers = self.ask(&asked, principal, now).await?;
        Ok(scorecard::build(definition, &self.workspace.catalogue, &range, &answers)?)
    }
}
