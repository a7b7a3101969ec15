//! Customers, agents and teams: who the ids in tickets, events and contacts stand for.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Decimal128Array, Int64Array, StringBuilder, TimestampMicrosecondArray};
use arrow::datatypes::{Field as ArrowField, Schema};
use arrow::record_batch::RecordBatch;

use super::column::{Booleans, Integers, Numbers, Records, Row, Text, Times, coded};
use super::employment::Employments;
use super::revisions::{Keys, hash_of, newest};
use super::table::Table;
use super::{Conflict, FoldError, Warning, Warnings, attributes};
use crate::{Attributes, FieldType, Instant, RecordKind};

/// The newest revision of every customer, agent and team.
///
/// It holds what folds read of them: text that repeats takes two bytes a column, and the index about eight a key.
#[derive(Debug)]
pub struct Directory {
    customers: Entries,
    agents: Entries,
    teams: Entries,
    warnings: Warnings,
}

impl Directory {
    /// The directory of these records: all revisions, in any order, of the schemas of their kinds under the `declared`
    /// attributes. And the conflicting ones among them, by kind and key.
    ///
    /// # Errors
    /// When a column is missing or of another type, or a kind has 2³² rows.
    pub fn new(
        customers: &[RecordBatch],
        agents: &[RecordBatch],
        teams: &[RecordBatch],
        declared: &Attributes,
    ) -> Result<(Self, Vec<Conflict>), FoldError> {
        let mut builder = DirectoryBuilder::new(declared);
        let mut conflicts = builder.add(RecordKind::Customer, customers)?;
        conflicts.extend(builder.add(RecordKind::Agent, agents)?);
        conflicts.extend(builder.add(RecordKind::Team, teams)?);
        Ok((builder.finish()?, conflicts))
    }

    /// What was odd among its records.
    pub fn warnings(&self) -> &Warnings {
        &self.warnings
    }

    pub(super) fn read(&self) -> Result<DirectoryColumns<'_>, FoldError> {
        let customers = self.customers.records();
        let agents = self.agents.records();
        let teams = self.teams.records();
        Ok(DirectoryColumns {
            directory: self,
            employments: None,
            customer_keys: Keys::open(&customers)?,
            segment: customers.column("segment")?,
            country: customers.column("country")?,
            region: customers.column("region")?,
            plan: customers.column("plan")?,
            industry: customers.column("industry")?,
            is_test: customers.column("is_test")?,
            customers,
            agent_keys: Keys::open(&agents)?,
            agent_team: agents.column("team")?,
            is_bot: agents.column("is_bot")?,
            agents,
            team_keys: Keys::open(&teams)?,
            team_schedule: teams.column("schedule")?,
        })
    }
}

/// A directory that is being made of some keys after others, so that not all revisions need be in memory at once.
#[derive(Debug)]
pub struct DirectoryBuilder<'a> {
    declared: &'a Attributes,
    customers: Entries,
    agents: Entries,
    teams: Entries,
    warnings: Warnings,
}

impl<'a> DirectoryBuilder<'a> {
    /// Of nobody so far.
    pub fn new(declared: &'a Attributes) -> Self {
        DirectoryBuilder {
            declared,
            customers: Entries::new(RecordKind::Customer),
            agents: Entries::new(RecordKind::Agent),
            teams: Entries::new(RecordKind::Team),
            warnings: Warnings::default(),
        }
    }

    /// Adds all revisions of some keys: no other call may have any of them. Records of other kinds are none of a
    /// directory's. Gives the conflicting revisions among them, by key.
    ///
    /// # Errors
    /// When a column is missing or of another type, or there are 2³² rows.
    pub fn add(&mut self, kind: RecordKind, batches: &[RecordBatch]) -> Result<Vec<Conflict>, FoldError> {
        let records = Records { kind, batches };
        let entries = match kind {
            RecordKind::Customer => &mut self.customers,
            RecordKind::Agent => &mut self.agents,
            RecordKind::Team => &mut self.teams,
            _ => return Ok(Vec::new()),
        };
        self.warnings.add_of(Warning::AttributeType, kind, attributes::unread(&records, self.declared));
        let (newest, conflicts) = newest(&records)?;
        let rows = newest.rows_as_stored();
        if !rows.is_empty() {
            entries.batches.push(read_columns(&records, &rows, self.declared)?);
        }
        Ok(conflicts)
    }

    /// The directory of all that was added.
    ///
    /// # Errors
    /// When a kind has 2³² keys.
    pub fn finish(self) -> Result<Directory, FoldError> {
        Ok(Directory {
            customers: self.customers.indexed()?,
            agents: self.agents.indexed()?,
            teams: self.teams.indexed()?,
            warnings: self.warnings,
        })
    }
}

/// Columns of the directory that folds read; names, addresses and undeclared input hold most of the bytes.
const READ: [&str; 11] =
    ["system", "id", "segment", "country", "region", "plan", "industry", "is_test", "team", "is_bot", "schedule"];

/// Those columns of `rows` that folds read.
fn read_columns(records: &Records, rows: &[Row], declared: &Attributes) -> Result<RecordBatch, FoldError> {
    let kind = records.kind;
    let mut fields = Vec::new();
    let mut columns: Vec<ArrayRef> = Vec::new();
    let mut put = |name: &str, column: ArrayRef| {
        fields.push(ArrowField::new(name, column.data_type().clone(), true));
        columns.push(column);
    };
    let keys = Keys::open(records)?;
    put("system", text(&keys.system, rows, "system")?);
    // each is another one
    put("id", plain(&keys.id, rows, "id")?);
    for field in kind.fields().iter().filter(|field| READ.contains(&field.name)) {
        let column: ArrayRef = match field.kind {
            FieldType::Text => text(&records.column(field.name)?, rows, field.name)?,
            // no other type is read
            _ => Arc::new(booleans(&records.column(field.name)?, rows)),
        };
        put(field.name, column);
    }
    for attribute in declared.get(&kind).into_iter().flatten() {
        let name = format!("attr.{}", attribute.name);
        let column: ArrayRef = match attribute.kind {
            FieldType::Text => text(&records.attribute(&name), rows, &name)?,
            FieldType::Integer | FieldType::Duration => {
                let column: Integers = records.attribute(&name);
                Arc::new(rows.iter().map(|row| column.get(*row)).collect::<Int64Array>())
            }
            FieldType::Number => {
                let column: Numbers = records.attribute(&name);
                let values = rows.iter().map(|row| column.get(*row)).collect::<Decimal128Array>();
                Arc::new(values.with_data_type(FieldType::Number.arrow()))
            }
            FieldType::Boolean => Arc::new(booleans(&records.attribute(&name), rows)),
            FieldType::Time => {
                let column: Times = records.attribute(&name);
                let values = rows.iter().map(|row| column.get(*row)).collect::<TimestampMicrosecondArray>();
                Arc::new(values.with_timezone("UTC"))
            }
        };
        put(&name, column);
    }
    Ok(RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)?)
}

/// Text by keys of its values where these repeat.
fn text(column: &Text, rows: &[Row], name: &str) -> Result<ArrayRef, FoldError> {
    match coded(rows.iter().map(|row| column.get(*row))) {
        Some(coded) => Ok(Arc::new(coded)),
        None => plain(column, rows, name),
    }
}

fn plain(column: &Text, rows: &[Row], name: &str) -> Result<ArrayRef, FoldError> {
    let values = || rows.iter().map(|row| column.get(*row));
    let bytes: usize = values().flatten().map(str::len).sum();
    if i32::try_from(bytes).is_err() {
        return Err(FoldError::TooLarge { what: name.to_owned() });
    }
    let mut builder = StringBuilder::with_capacity(rows.len(), bytes);
    values().for_each(|value| builder.append_option(value));
    Ok(Arc::new(builder.finish()))
}

fn booleans(column: &Booleans, rows: &[Row]) -> BooleanArray {
    rows.iter().map(|row| column.get(*row)).collect()
}

/// The newest revision of every key of a kind, found by key.
#[derive(Debug)]
struct Entries {
    kind: RecordKind,
    batches: Vec<RecordBatch>,
    /// Row of the first key of each batch, counted through all of them.
    firsts: Vec<u32>,
    /// Rows, counted in the same way, by leading bits of the hash of their key.
    rows: Vec<u32>,
    /// Where the rows with each value of these bits start; one more than there are values.
    starts: Vec<u32>,
}

impl Entries {
    fn new(kind: RecordKind) -> Self {
        Entries { kind, batches: Vec::new(), firsts: Vec::new(), rows: Vec::new(), starts: vec![0; 2] }
    }

    fn records(&self) -> Records<'_> {
        Records { kind: self.kind, batches: &self.batches }
    }

    /// The same with its index, which is made by counting: nothing of the size of the keys is needed beside it.
    fn indexed(mut self) -> Result<Self, FoldError> {
        let records = Records { kind: self.kind, batches: &self.batches };
        let keys = Keys::open(&records)?;
        let slots = records.rows()?.count().max(1).next_power_of_two();
        let slot_of = |row: Row| {
            let (system, id) = keys.at(row);
            slot(hash_of(system, id), slots)
        };
        let mut starts = vec![0_u32; slots + 1];
        for row in records.rows()? {
            starts[slot_of(row)] += 1;
        }
        let mut before = 0;
        for start in &mut starts {
            before += *start;
            *start = before;
        }
        // each slot is filled from its end, so that its end becomes its start
        let mut rows = vec![0_u32; before as usize];
        for (number, row) in (0_u32..).zip(records.rows()?) {
            let start = &mut starts[slot_of(row)];
            *start -= 1;
            rows[*start as usize] = number;
        }
        let mut first = 0;
        self.firsts = Vec::with_capacity(self.batches.len());
        for batch in &self.batches {
            self.firsts.push(first);
            // rows are fewer than 2³², as `Records::rows` has checked
            first += batch.num_rows() as u32;
        }
        (self.rows, self.starts) = (rows, starts);
        Ok(self)
    }

    /// The row with this key.
    fn row(&self, keys: &Keys, system: &str, id: &str) -> Option<Row> {
        let slot = slot(hash_of(system, id), self.starts.len() - 1);
        let candidates = &self.rows[self.starts[slot] as usize..self.starts[slot + 1] as usize];
        candidates.iter().map(|number| self.place(*number)).find(|row| keys.at(*row) == (system, id))
    }

    fn place(&self, number: u32) -> Row {
        let batch = self.firsts.partition_point(|first| *first <= number) - 1;
        Row { batch: batch as u32, row: number - self.firsts[batch] }
    }
}

/// Which of `slots`, a power of two, a hash belongs to.
fn slot(hash: u64, slots: usize) -> usize {
    // a shift by 64 is none: there is one slot
    hash.checked_shr(u64::BITS - slots.trailing_zeros()).unwrap_or(0) as usize
}

/// Who a ticket, contact or answer is from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Customer<'a> {
    pub system: &'a str,
    pub id: &'a str,
    /// Where the directory has it.
    pub row: Option<Row>,
    pub is_test: bool,
}

/// A directory with its columns at hand.
pub(super) struct DirectoryColumns<'a> {
    directory: &'a Directory,
    employments: Option<&'a Employments>,
    pub customers: Records<'a>,
    pub agents: Records<'a>,
    customer_keys: Keys<'a>,
    segment: Text<'a>,
    country: Text<'a>,
    region: Text<'a>,
    plan: Text<'a>,
    industry: Text<'a>,
    is_test: Booleans<'a>,
    agent_keys: Keys<'a>,
    agent_team: Text<'a>,
    is_bot: Booleans<'a>,
    team_keys: Keys<'a>,
    team_schedule: Text<'a>,
}

impl<'a> DirectoryColumns<'a> {
    /// With what is known of who belonged to which team when.
    pub fn under(self, employments: &'a Employments) -> Self {
        DirectoryColumns { employments: Some(employments), ..self }
    }

    /// The customer with this key, known or not.
    pub fn customer(&self, (system, id): (&'a str, &'a str)) -> Customer<'a> {
        let row = self.directory.customers.row(&self.customer_keys, system, id);
        Customer { system, id, row, is_test: row.and_then(|row| self.is_test.get(row)).unwrap_or(false) }
    }

    /// Adds the columns that every fact has from its customer.
    pub fn add_customers<'s>(
        &self,
        table: &mut Table,
        customers: impl Iterator<Item = Option<Customer<'s>>> + Clone,
    ) -> Result<(), FoldError> {
        table.text("customer_system", customers.clone().map(|customer| Some(customer?.system)))?;
        table.text("customer_id", customers.clone().map(|customer| Some(customer?.id)))?;
        for (name, column) in [
            ("customer_segment", &self.segment),
            ("customer_country", &self.country),
            ("customer_region", &self.region),
            ("customer_plan", &self.plan),
            ("customer_industry", &self.industry),
        ] {
            table.text(name, customers.clone().map(|customer| column.get(customer?.row?)))?;
        }
        Ok(())
    }

    pub fn is_bot(&self, system: &str, agent: &str) -> bool {
        self.agent(system, agent).and_then(|row| self.is_bot.get(row)).unwrap_or(false)
    }

    /// The team of an agent at a time, at none the one now: that of the employment then, else the present one.
    pub fn team_at(&self, system: &str, agent: &str, at: Option<Instant>) -> Option<&'a str> {
        let employed = self.employments.and_then(|employments| employments.team_at(system, agent, at));
        employed.or_else(|| self.agent_team.get(self.agent(system, agent)?))
    }

    pub fn schedule_of(&self, system: &str, team: &str) -> Option<&'a str> {
        self.team_schedule.get(self.directory.teams.row(&self.team_keys, system, team)?)
    }

    /// Whether `id` is the id of a team and not also of an agent.
    pub fn is_only_team(&self, system: &str, id: &str) -> bool {
        self.directory.teams.row(&self.team_keys, system, id).is_some() && self.agent(system, id).is_none()
    }

    /// The row of an agent, where the directory has one.
    pub fn agent(&self, system: &str, id: &str) -> Option<Row> {
        self.directory.agents.row(&self.agent_keys, system, id)
    }
}
