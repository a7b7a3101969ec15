//! A page of rows as the API gives it.

use std::collections::BTreeMap;

use catalogue::answer::Labels;
use catalogue::metric::{MeasureKind, Unit};
use catalogue::plan::{LineUnit, Measure};
use catalogue::question::{Principal, Question};
use engine::rows::{FactColumn, FactRow, KeyPart};
use jiff::civil::Date;
use model::{FactTable, Instant};
use serde::Serialize;
use utoipa::ToSchema;

use super::asked::{RowsAsked, write_cursor};
use crate::ServerError;
use crate::ask::Reader;
use crate::names::has_names;

/// The rows behind a figure, a page of them, and what all of them add up to.
#[derive(Debug, Serialize, ToSchema)]
pub struct RowsBody {
    /// Metric id.
    pub metric: String,
    /// Version of its definition.
    pub version: u32,
    /// Variant asked for.
    pub variant: Option<String>,
    /// Every parameter with its resolved value.
    pub parameters: BTreeMap<String, serde_json::Value>,
    /// Kind of measure under these parameters: `share`, `ratio`, `net_score`, `mean`, `sum`, `count`, `quantile`, `survival`, `stock`, `stock_age` or `stock_older`.
    pub kind: String,
    /// `percent`, `points`, `score`, `seconds`, `count` or `currency`: the unit of the figure.
    pub unit: String,
    /// Unit of what the rows add, which is not always that of the figure; null where nothing is added up.
    pub amount_unit: Option<Unit>,
    /// Units of what stands above and below the line; null where figures have no line.
    pub line_unit: Option<LineUnit>,
    /// ISO 4217 code of amounts of money.
    pub currency: Option<String>,
    /// Statistics that these rows are behind.
    pub statistic_names: Vec<String>,
    /// Fact table the rows are of.
    pub table: String,
    /// First day.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// Day after the last.
    #[schema(value_type = String, format = Date)]
    pub to: Date,
    /// Sample size, as the answer has it.
    pub n: u64,
    /// Above the line, as the answer has it.
    pub numerator: Option<f64>,
    /// Below the line, as the answer has it.
    pub denominator: Option<f64>,
    /// What all rows add up to; null where nothing is added up.
    pub sums: Option<SumsBody>,
    /// How many of all rows are which part of the figure: `numerator` and `rest` of a share (and `outside`, above the
    /// line but not below it, of a ratio), `positive`, `negative` and `neutral` of a net score, `ended` and `open` of
    /// a survival measure, `counted` of any other. Together they are all rows.
    pub parts: BTreeMap<String, u64>,
    /// Data is loaded through this time, by the least advanced source the metric uses.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub watermark: Option<Instant>,
    /// Columns of the rows' cells, in order.
    pub columns: Vec<ColumnBody>,
    /// The rows of this page.
    pub rows: Vec<RowBody>,
    /// Names of the agents and teams in their cells and in what the rows are narrowed to, by column or dimension and value,
    /// where records give them.
    #[schema(value_type = BTreeMap<String, BTreeMap<String, String>>)]
    pub labels: Labels,
    /// How many rows there are on all pages, of the part asked for.
    pub total: u64,
    /// What `after` takes for the next page; null on the last one.
    pub next: Option<String>,
}

/// Sums over all rows, exact before they are rounded to a double.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
pub struct SumsBody {
    /// Of the amounts.
    pub amount: f64,
    /// Of the weights, of a mean.
    pub weight: Option<f64>,
}

/// A column of facts.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ColumnBody {
    /// Name.
    pub name: String,
    /// `text`, `integer`, `number`, `boolean`, `time` (RFC 3339, UTC) or `duration` (seconds).
    #[serde(rename = "type")]
    pub kind: String,
    /// One sentence.
    pub meaning: String,
}

/// One row of facts behind a figure.
#[derive(Debug, Serialize, ToSchema)]
pub struct RowBody {
    /// System whose id it has.
    pub system: String,
    /// Ticket it belongs to.
    pub ticket_id: Option<String>,
    /// Its own id within the system: of a turn, interval or leg with its number, as `007/2`.
    pub id: String,
    /// Address in the help desk.
    pub url: Option<String>,
    /// The time it counts at.
    #[schema(value_type = String, format = DateTime)]
    pub at: Instant,
    /// What part of the figure it is: a key of `parts`.
    pub part: String,
    /// What it adds, in `amount_unit`; null where nothing is added up.
    pub amount: Option<f64>,
    /// What it adds below the line, of a mean.
    pub weight: Option<f64>,
    /// Whether what it is about has not ended yet.
    pub open: bool,
    /// Its cells by name of the column.
    #[schema(value_type = Object)]
    pub cells: BTreeMap<String, serde_json::Value>,
}

impl RowsBody {
    /// One page of the rows that `question` is answered from.
    ///
    /// # Errors
    /// Every problem of the question or the listing; a derived metric; what the store or the engine met.
    pub async fn read(
        reader: &Reader,
        question: &Question,
        asked: &RowsAsked,
        principal: &Principal,
        now: Instant,
    ) -> Result<RowsBody, ServerError> {
        let (plan, selection, watermark) = reader.rows(question, principal, now)?;
        let listing = asked.listing(&plan, selection.has_amounts()).map_err(ServerError::Problems)?;
        let counts = selection.counts().await?;
        let page = selection.page(&listing.parts, listing.sort, listing.after.as_ref(), listing.limit).await?;
        let rows: Vec<RowBody> =
            page.rows.iter().map(|row| RowBody::new(row, plan.table, &selection.columns)).collect();
        let mut labels = labels(reader, &rows, &selection.columns)?;
        for (dimension, names) in reader.labels_of(&question.only)? {
            labels.entry(dimension).or_default().extend(names);
        }
        let listed = counts.parts.iter().filter(|(part, _)| listing.parts.contains(part));
        Ok(RowsBody {
            kind: kind(&plan.measure).name().to_owned(),
            unit: plan.unit.name().to_owned(),
            amount_unit: plan.amount_unit().filter(|_| selection.has_amounts()),
            line_unit: plan.line_unit(),
            statistic_names: plan.measure.statistics(),
            table: plan.table.name().to_owned(),
            from: question.range.from,
            to: question.range.to,
            n: counts.figure.n,
            numerator: counts.figure.numerator,
            denominator: counts.figure.denominator,
            sums: counts.amount.map(|amount| SumsBody { amount, weight: counts.weight }),
            total: listed.map(|(_, count)| count).sum(),
            parts: counts.parts.iter().map(|(part, count)| (part.name().to_owned(), *count)).collect(),
            watermark,
            columns: selection.columns.iter().map(ColumnBody::from).collect(),
            rows,
            labels,
            next: page.next.as_ref().map(write_cursor),
            currency: plan.currency,
            metric: plan.metric,
            version: plan.version,
            variant: plan.variant,
            parameters: plan.parameters,
        })
    }
}

/// The names of the agents and teams in `rows`.
fn labels(reader: &Reader, rows: &[RowBody], columns: &[FactColumn]) -> Result<Labels, ServerError> {
    let mut columns = columns.iter().filter(|column| has_names(&column.name, column.kind)).peekable();
    if columns.peek().is_none() {
        return Ok(Labels::new());
    }
    let names = reader.names(&reader.store.snapshot()?)?;
    Ok(names.beside(columns.map(|column| {
        let cells = rows.iter().filter_map(|row| row.cells.get(&column.name)?.as_str());
        (column.name.as_str(), column.name.as_str(), cells)
    })))
}

impl From<&FactColumn> for ColumnBody {
    fn from(column: &FactColumn) -> Self {
        ColumnBody { name: column.name.clone(), kind: column.kind.name().to_owned(), meaning: column.meaning.clone() }
    }
}

impl RowBody {
    /// From a row of `table` with these columns.
    pub fn new(row: &FactRow, table: FactTable, columns: &[FactColumn]) -> RowBody {
        let cells: BTreeMap<String, serde_json::Value> =
            columns.iter().zip(&row.cells).map(|(column, cell)| (column.name.clone(), to_json(cell))).collect();
        let text = |name: &str| cells.get(name).and_then(|cell| cell.as_str()).map(str::to_owned);
        let key = table.key().iter().zip(&row.key);
        let own: Vec<String> = key.filter(|(name, _)| **name != "system").map(|(_, part)| show(part)).collect();
        RowBody {
            system: text("system").unwrap_or_default(),
            ticket_id: text("ticket_id"),
            id: own.join("/"),
            url: text("url"),
            at: row.at,
            part: row.part.name().to_owned(),
            amount: row.amount,
            weight: row.weight,
            open: row.open,
            cells,
        }
    }
}

/// What is measured under the parameters asked for: of a survival metric that leaves out open work, a quantile.
fn kind(measure: &Measure) -> MeasureKind {
    match measure {
        Measure::Share { .. } | Measure::ExactShare { .. } => MeasureKind::Share,
        Measure::StockAge { than: Some(_), .. } => MeasureKind::StockOlder,
        Measure::StockAge { .. } => MeasureKind::StockAge,
        Measure::Ratio { .. } => MeasureKind::Ratio,
        Measure::NetScore { .. } => MeasureKind::NetScore,
        Measure::Mean { .. } => MeasureKind::Mean,
        Measure::Sum { .. } => MeasureKind::Sum,
        Measure::Count => MeasureKind::Count,
        Measure::Quantile { .. } => MeasureKind::Quantile,
        Measure::Survival { .. } => MeasureKind::Survival,
        Measure::Stock { .. } => MeasureKind::Stock,
        Measure::Cohort(_) => MeasureKind::Cohort,
        Measure::Derived { .. } => MeasureKind::Derived,
    }
}

/// A cell: durations in seconds, times as RFC 3339.
pub(crate) fn to_json(cell: &catalogue::expression::Value) -> serde_json::Value {
    catalogue::metric::to_json(cell)
}

fn show(part: &KeyPart) -> String {
    match part {
        KeyPart::Number(number) => number.to_string(),
        KeyPart::Text(text) => text.clone(),
    }
}
