//! The story of one ticket: its facts, both of its clocks, and everything that happened to it, in order.

mod clocks;
mod row;
mod timeline;

use std::collections::BTreeMap;

use catalogue::answer::Labels;
use catalogue::expression::{Expr, Operator, Value};
use catalogue::plan::Row;
use catalogue::question::Principal;
use engine::rows::{fact_columns, records};
use engine::tables::Facts;
use model::{FactTable, FieldType, Instant, RecordKind};
use serde::Serialize;
use store::{Snapshot, Stated};
use utoipa::ToSchema;

use crate::ServerError;
use crate::api::rows::{ColumnBody, to_json};
use crate::ask::Reader;
use crate::names;
use row::Cells;

pub use clocks::ClockBody;
pub use timeline::EntryBody;

/// Most tickets with one id, and most facts of a table about one ticket, that are listed.
const ROWS_MAX: usize = 10_000;

/// A ticket's own story.
#[derive(Debug, Serialize, ToSchema)]
pub struct TicketBody {
    /// System whose id it has.
    pub system: String,
    /// Its id there.
    pub ticket_id: String,
    /// First line of the request.
    pub subject: Option<String>,
    /// `new`, `open`, `pending`, `on_hold`, `solved` or `closed`.
    pub status: String,
    /// Address in the help desk.
    pub url: Option<String>,
    /// Schedule of its business clock.
    pub schedule: String,
    /// What is open is clocked until here: now, or what is loaded through.
    #[schema(value_type = String, format = DateTime)]
    pub as_of: Instant,
    /// Its clocks.
    pub clocks: Vec<ClockBody>,
    /// What happened, in order.
    pub timeline: Vec<EntryBody>,
    /// Every fact about it, by table.
    pub facts: Vec<FactsBody>,
    /// Names of the agents and teams in facts and details, by column and value, where records give them.
    #[schema(value_type = BTreeMap<String, BTreeMap<String, String>>)]
    pub labels: Labels,
}

/// The facts of one table about a ticket.
#[derive(Debug, Serialize, ToSchema)]
pub struct FactsBody {
    /// Name of the table.
    pub table: String,
    /// Its columns.
    pub columns: Vec<ColumnBody>,
    /// Its rows: cells by name of the column.
    #[schema(value_type = Vec<Object>)]
    pub rows: Vec<BTreeMap<String, serde_json::Value>>,
}

/// A ticket found by its id.
#[derive(Debug, Serialize, ToSchema)]
pub struct FoundTicket {
    /// System whose id it has.
    pub system: String,
    /// Its id there.
    pub ticket_id: String,
    /// When the request was made.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub created_at: Option<Instant>,
    /// `new`, `open`, `pending`, `on_hold`, `solved` or `closed`.
    pub status: String,
    /// Channel.
    pub channel: Option<String>,
    /// What it is about.
    pub category: Option<String>,
    /// First line of the request.
    pub subject: Option<String>,
    /// Address in the help desk.
    pub url: Option<String>,
}

/// The tickets with the id `id` in any system.
///
/// # Errors
/// What the store or the engine met; never because there is none.
pub async fn find(reader: &Reader, id: &str, principal: &Principal) -> Result<Vec<FoundTicket>, ServerError> {
    let snapshot = reader.store.snapshot()?;
    // of rows that are looked up by key nothing depends on how far the sources are
    let facts = Facts::Stored { snapshot: &snapshot, stated: &Stated::default() };
    let rows = reader.engine.find(facts, FactTable::Ticket, &is("ticket_id", id), principal, ROWS_MAX).await?;
    let found = rows.iter().map(|row| {
        let system = row.text("system").unwrap_or_default();
        let record = record(reader, &snapshot, &system, id)?;
        Ok(FoundTicket {
            ticket_id: id.to_owned(),
            created_at: row.time("created_at"),
            status: row.text("status").unwrap_or_default(),
            channel: row.text("channel"),
            category: row.text("category"),
            subject: record.as_ref().and_then(|record| record.text("subject")),
            url: row.text("url"),
            system,
        })
    });
    found.collect()
}

/// The story of the ticket `id` of `system`, from one snapshot.
///
/// # Errors
/// [`ServerError::NotFound`]; what the store or the engine met.
pub async fn read(
    reader: &Reader,
    system: &str,
    id: &str,
    principal: &Principal,
    now: Instant,
) -> Result<TicketBody, ServerError> {
    let snapshot = reader.store.snapshot()?;
    let unknown = || ServerError::NotFound {
        message: format!("there is no ticket `{id}` in `{system}`"),
        help: Some("ids are compared exactly, zeros in front and capitals included".to_owned()),
    };
    let record = record(reader, &snapshot, system, id)?.ok_or_else(unknown)?;
    let stated = reader.workspace.stated(now);
    let mut facts: BTreeMap<FactTable, Vec<Row>> = BTreeMap::new();
    for table in FactTable::ALL {
        let Some(condition) = condition(reader, &snapshot, table, system, id, &record, &facts)? else { continue };
        let stored = Facts::Stored { snapshot: &snapshot, stated: &stated };
        let rows = reader.engine.find(stored, table, &condition, principal, ROWS_MAX).await?;
        if table == FactTable::Ticket && rows.is_empty() {
            return Err(unknown());
        }
        facts.insert(table, rows);
    }
    let ticket = facts.get(&FactTable::Ticket).and_then(|rows| rows.first()).ok_or_else(unknown)?;
    let watermark = snapshot.watermark(FactTable::Ticket.record_kinds(), &stated);
    let as_of = watermark.map_or(now, |watermark| watermark.min(now));
    let events = newest(reader, &snapshot, RecordKind::Event, system, id)?;
    let schedule = ticket.text("calendar").unwrap_or_default();
    let names = reader.names(&snapshot)?;
    let mut people = names::people(facts.values().flatten().chain(&events));
    // who acted is an agent where it is said so
    let is_agent = |event: &&Row| event.text("actor_kind").as_deref() == Some("agent");
    let acted: Vec<String> = events.iter().filter(is_agent).filter_map(|event| event.text("actor")).collect();
    people.entry("actor").or_default().extend(acted.iter().map(String::as_str));
    Ok(TicketBody {
        system: system.to_owned(),
        ticket_id: id.to_owned(),
        subject: record.text("subject"),
        status: ticket.text("status").unwrap_or_default(),
        url: ticket.text("url"),
        as_of,
        clocks: clocks::of(ticket, as_of, &reader.workspace.calendars),
        timeline: timeline::of(&facts, &events, &names),
        labels: names.beside(people.into_iter().map(|(name, values)| {
            let column = if name == "actor" { "agent" } else { name };
            (name, column, values)
        })),
        facts: facts
            .iter()
            .filter(|(_, rows)| !rows.is_empty())
            .map(|(table, rows)| FactsBody {
                table: table.name().to_owned(),
                columns: fact_columns(*table, &snapshot.attributes).iter().map(ColumnBody::from).collect(),
                rows: rows.iter().map(json).collect(),
            })
            .collect(),
        schedule,
    })
}

fn json(row: &Row) -> BTreeMap<String, serde_json::Value> {
    row.iter().map(|(name, value)| (name.clone(), to_json(value))).collect()
}

/// The newest record of the ticket.
fn record(reader: &Reader, snapshot: &Snapshot, system: &str, id: &str) -> Result<Option<Row>, ServerError> {
    Ok(newest(reader, snapshot, RecordKind::Ticket, system, id)?.into_iter().next())
}

fn newest(
    reader: &Reader,
    snapshot: &Snapshot,
    kind: RecordKind,
    system: &str,
    id: &str,
) -> Result<Vec<Row>, ServerError> {
    Ok(records(kind, &reader.store.records_of_ticket(snapshot, kind, system, id)?)?)
}

/// Which facts of `table` are about the ticket; none where there can be none. Facts of other systems, as of a phone
/// system, do not say which system their ticket is of: there the records that name it do.
fn condition(
    reader: &Reader,
    snapshot: &Snapshot,
    table: FactTable,
    system: &str,
    id: &str,
    record: &Row,
    facts: &BTreeMap<FactTable, Vec<Row>>,
) -> Result<Option<Expr>, ServerError> {
    let named = |kind: RecordKind, column: &str| {
        let rows = newest(reader, snapshot, kind, system, id)?;
        let keys = rows.iter().filter_map(|row| Some((row.text("system")?, row.text("id")?)));
        Ok::<_, ServerError>(any_key(column, keys).map(|keys| and(is("ticket_id", id), keys)))
    };
    let contacts = || facts.get(&FactTable::Contact).into_iter().flatten();
    let keys = |rows: &mut dyn Iterator<Item = &Row>| -> Vec<(String, String)> {
        rows.filter_map(|row| Some((row.text("system")?, row.text("contact_id")?))).collect()
    };
    // what names the ticket itself, or one of its contacts
    let looked_at = |kind: RecordKind, column: &str| {
        let mut rows = newest(reader, snapshot, kind, system, id)?;
        for (of, contact) in keys(&mut contacts()) {
            rows.extend(records(kind, &reader.store.records_of_contact(snapshot, kind, &of, &contact)?)?);
        }
        let keys = rows.iter().filter_map(|row| Some((row.text("system")?, row.text("id")?)));
        Ok::<_, ServerError>(any_key(column, keys).map(|keys| and(is("ticket_id", id), keys)))
    };
    Ok(match table {
        FactTable::Ticket | FactTable::ReplyTurn | FactTable::OpenInterval => {
            // nothing of it is older than itself, which spares reading what is
            let since = record.time("created_at").map(|at| compare(table.layout_time(), Operator::GreaterOrEqual, at));
            let own = and(is("system", system), is("ticket_id", id));
            Some(since.into_iter().fold(own, and))
        }
        FactTable::Contact => named(RecordKind::Contact, "contact_id")?,
        FactTable::ContactLeg => any_key("contact_id", keys(&mut contacts())),
        FactTable::CustomerContact => {
            let own = (system.to_owned(), id.to_owned());
            let all = keys(&mut contacts()).into_iter().chain([own]);
            any_key("contact_id", all).map(|keys| and(is("ticket_id", id), keys))
        }
        FactTable::SlaTarget => named(RecordKind::SlaTarget, "target_id")?,
        FactTable::SurveyAnswer => named(RecordKind::SurveyAnswer, "answer_id")?,
        FactTable::Complaint => named(RecordKind::Complaint, "complaint_id")?,
        FactTable::QualityReview => looked_at(RecordKind::QualityReview, "review_id")?,
        FactTable::ComplianceCheck => looked_at(RecordKind::ComplianceCheck, "check_id")?,
        _ => None,
    })
}

/// Rows with one of these keys: one list a system, since a chain of thousands of conditions is too deep for the stack.
fn any_key(column: &str, keys: impl IntoIterator<Item = (String, String)>) -> Option<Expr> {
    let mut ids: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for (system, id) in keys {
        ids.entry(system).or_default().push(Value::Text(id));
    }
    let one = |(system, list): (String, Vec<Value>)| {
        let operand = Box::new(Expr::Column { name: column.to_owned(), kind: FieldType::Text });
        and(is("system", &system), Expr::In { operand, list })
    };
    ids.into_iter().map(one).reduce(|left, right| binary(Operator::Or, left, right))
}

fn is(column: &str, text: &str) -> Expr {
    let name = Expr::Column { name: column.to_owned(), kind: FieldType::Text };
    binary(Operator::Equal, name, Expr::Literal(Value::Text(text.to_owned())))
}

fn compare(column: &str, operator: Operator, at: Instant) -> Expr {
    let name = Expr::Column { name: column.to_owned(), kind: FieldType::Time };
    binary(operator, name, Expr::Literal(Value::Time(at)))
}

fn and(left: Expr, right: Expr) -> Expr {
    binary(Operator::And, left, right)
}

fn binary(operator: Operator, left: Expr, right: Expr) -> Expr {
    Expr::Binary { operator, left: Box::new(left), right: Box::new(right) }
}
