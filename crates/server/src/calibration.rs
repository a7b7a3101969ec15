//! How well reviewers of quality agree, by the reviews that are there.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use catalogue::Catalogue;
use catalogue::expression::Value;
use catalogue::file::Problems;
use catalogue::plan::plan;
use catalogue::question::{Principal, Question};
use catalogue::source::SourceText;
use engine::EngineError;
use engine::rows::{Part, Sort};
use engine::tables::Facts;
use futures::TryStreamExt;
use jiff::ToSpan;
use model::Instant;
use model::calendar::{DateRange, Grain};
use scorecard::lint::{CALIBRATED_DAYS, Calibration, Scored};

use crate::ServerError;
use crate::ask::Reader;

/// All reviews by the day they were made. It is no metric of anybody's, so that it stands in no list of them.
const REVIEWS: &str = r#"
id = "reviews_compared"
name = "Reviews"
meaning = "Reviews, by the day they were made"
owner = ""
status = "template_default"
version = 1
effective = 2026-01-01
unit = "count"
direction = "up"
perspectives = ["quality"]
audience = ["service_manager"]
channels = ["all"]
counterbalances = ["quality_score"]
drivers = []
gamed = ""
caveats = []
sources = ["own convention"]
small_sample = { hide_below = 0, low_below = 0 }
[measure]
kind = "count"
table = "quality_review"
at = "reviewed_at"
population = "not is_test"
"#;

static COMPARED: LazyLock<Catalogue> = LazyLock::new(|| {
    let file = SourceText { path: "metrics/reviews_compared.toml".to_owned(), text: REVIEWS.to_owned() };
    Catalogue::load(&[file], &mut Problems::default())
});

impl Reader {
    /// How well reviewers agreed in the days for which a calibration holds, up to and with today.
    ///
    /// # Errors
    /// What the store or the engine met.
    pub(crate) async fn calibration(&self, principal: &Principal, now: Instant) -> Result<Calibration, ServerError> {
        let workspace = &self.workspace;
        let to = workspace.organisation.today(now).saturating_add(1.day());
        let question = Question {
            metric: "reviews_compared".to_owned(),
            variant: None,
            parameters: BTreeMap::new(),
            by: Vec::new(),
            grain: Grain::Total,
            range: DateRange { from: to.saturating_sub((CALIBRATED_DAYS + 1).days()), to, step: None },
            only: BTreeMap::new(),
            filter: None,
            compare: None,
        };
        let snapshot = self.store.snapshot()?;
        let plan =
            plan(&question, &COMPARED, &workspace.organisation, &snapshot.attributes).map_err(ServerError::Problems)?;
        let stated = workspace.stated(now);
        let facts = Facts::Stored { snapshot: &snapshot, stated: &stated };
        let selection = self.engine.rows(facts, &workspace.calendars, &plan, principal, now)?;
        let place = |name: &str| {
            let found = selection.columns.iter().position(|column| column.name == name);
            found.ok_or(EngineError::Shape { what: "reviews without a column" })
        };
        let [system, contact, ticket] = [place("system")?, place("contact_id")?, place("ticket_id")?];
        let [rubric, reviewer] = [place("rubric")?, place("reviewer")?];
        let [sampling, score] = [place("sampling")?, place("raw_score")?];
        let mut rows = selection.stream(&[Part::Counted], Sort::Earliest).await?;
        let mut scored = Vec::new();
        while let Some(batch) = rows.try_next().await? {
            scored.extend(batch.iter().filter_map(|row| {
                let text = |place: usize| match row.cells.get(place)? {
                    Value::Text(text) => Some(text.as_str()),
                    _ => None,
                };
                let (kind, id) = text(contact).map(|id| ("contact", id)).or_else(|| Some(("ticket", text(ticket)?)))?;
                Some(Scored {
                    what: format!("{} {kind} {id} {}", text(system)?, text(rubric).unwrap_or_default()),
                    reviewer: text(reviewer).map(str::to_owned),
                    is_calibration: text(sampling) == Some("calibration"),
                    score: number(row.cells.get(score)?)?,
                })
            }));
        }
        Ok(Calibration::of(scored))
    }
}

fn number(cell: &Value) -> Option<f64> {
    catalogue::metric::to_json(cell).as_f64()
}
