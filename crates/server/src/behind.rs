//! The rows behind the figures of a report.

use catalogue::metric::Direction;
use catalogue::plan::Plan;
use catalogue::question::{Principal, Question};
use engine::EngineError;
use engine::rows::{Lead, Selection};
use model::Instant;
use model::calendar::Grain;
use scorecard::report::{self, Asked, First, Listed, Record};
use scorecard::{Definition, Scorecard};

use crate::ServerError;
use crate::api::rows::RowBody;
use crate::ask::Reader;
use crate::printed::ReportAsked;

impl Reader {
    /// The rows behind the figures of `card`, `limit` of each at most, as `crosscheck rows` lists them; nothing of those
    /// about staff, nor of those that cannot be asked.
    ///
    /// # Errors
    /// What the store or the engine met.
    pub(crate) async fn rows_behind(
        &self,
        definition: &Definition,
        card: &Scorecard,
        asked: &ReportAsked,
        limit: usize,
        principal: &Principal,
        now: Instant,
    ) -> Result<Vec<(Asked, Listed)>, ServerError> {
        let mut all = Vec::new();
        for figure in report::figures_behind(definition, &self.workspace.catalogue) {
            let question = Question {
                metric: figure.metric.clone(),
                variant: figure.variant.clone(),
                parameters: figure.parameters.clone(),
                by: Vec::new(),
                grain: Grain::Total,
                range: asked.range,
                only: card.only.clone(),
                filter: figure.filter.clone(),
                compare: None,
            };
            match self.rows(&question, principal, now) {
                Ok((plan, selection, _)) => all.push((figure, self.first_of(&plan, selection, limit).await?)),
                // its KPI says on the card why it has no figure
                Err(ServerError::Problems(_) | ServerError::Engine(EngineError::Private { .. })) => {}
                Err(other) => return Err(other),
            }
        }
        Ok(all)
    }

    async fn first_of(&self, plan: &Plan, selection: Selection, limit: usize) -> Result<Listed, ServerError> {
        let selection = selection.brief()?;
        let counts = selection.counts().await?;
        let direction = self.workspace.catalogue.get(&plan.metric).map_or(Direction::Range, |metric| metric.direction);
        let lead = Lead::of(&plan.measure, direction);
        let of_lead = lead.count(&counts).unwrap_or(0);
        let rows = selection.leading(lead, limit).await?;
        let record = |body: RowBody| Record {
            on: self.workspace.organisation.date_of(body.at),
            system: body.system,
            id: body.id,
            ticket: body.ticket_id,
            part: body.part,
            amount: body.amount,
        };
        Ok(Listed {
            table: plan.table.name().to_owned(),
            rows: counts.parts.iter().map(|(_, rows)| rows).sum(),
            first: match lead {
                Lead::Against(_) => First::Against(of_lead),
                Lead::Above(_) => First::Above(of_lead),
                Lead::Adding => First::Adding(of_lead),
                Lead::Largest => First::Largest,
                Lead::Smallest => First::Smallest,
                Lead::Earliest => First::Earliest,
            },
            unit: plan.amount_unit().filter(|_| selection.has_amounts()),
            records: rows.iter().map(|row| record(RowBody::new(row, plan.table, &selection.columns))).collect(),
        })
    }
}
