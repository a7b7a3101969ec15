//! Customers, agents and teams: who the ids in tickets, events and contacts stand for.

use arrow::record_batch::RecordBatch;

use super::column::{Booleans, Records, Row, Text};
use super::employment::Employments;
use super::revisions::{Keys, Newest, newest};
use super::table::Table;
use super::{Conflict, FoldError, Warning, Warnings, attributes};
use crate::{Attributes, Instant, RecordKind};

/// The newest revision of every customer, agent and team.
///
/// It holds those columns of its batches that folds read, and an index of about 24 bytes a key.
#[derive(Debug)]
pub struct Directory {
    customers: Entries,
    agents: Entries,
    teams: Entries,
    conflicts: Vec<Conflict>,
    warnings: Warnings,
}

impl Directory {
    /// The directory of these records: all revisions, in any order, of the schemas of their kinds under the `declared` attributes.
    ///
    /// # Errors
    /// When a column is missing or of another type, or a kind has 2³² rows.
    pub fn new(
        customers: &[RecordBatch],
        agents: &[RecordBatch],
        teams: &[RecordBatch],
        declared: &Attributes,
    ) -> Result<Self, FoldError> {
        let mut conflicts = Vec::new();
        let mut entries = |kind, batches| Entries::new(Records { kind, batches }, declared, &mut conflicts);
        let mut warnings = Warnings::default();
        for (kind, batches) in [(RecordKind::Customer, customers), (RecordKind::Agent, agents)] {
            warnings.add(Warning::AttributeType, attributes::unread(&Records { kind, batches }, declared));
        }
        Ok(Directory {
            customers: entries(RecordKind::Customer, customers)?,
            agents: entries(RecordKind::Agent, agents)?,
            teams: entries(RecordKind::Team, teams)?,
            conflicts,
            warnings,
        })
    }

    /// Conflicting revisions among its records, by kind and key.
    pub fn conflicts(&self) -> &[Conflict] {
        &self.conflicts
    }

    /// What was odd among its records.
    pub fn warnings(&self) -> &Warnings {
        &self.warnings
    }

    pub(super) fn read(&self) -> Result<DirectoryColumns<'_>, FoldError> {
        let customers = self.customers.records(RecordKind::Customer);
        let agents = self.agents.records(RecordKind::Agent);
        let teams = self.teams.records(RecordKind::Team);
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

#[derive(Debug)]
struct Entries {
    batches: Vec<RecordBatch>,
    newest: Newest,
}

impl Entries {
    fn new(records: Records, declared: &Attributes, conflicts: &mut Vec<Conflict>) -> Result<Self, FoldError> {
        let (newest, found) = newest(&records)?;
        conflicts.extend(found);
        let declared = declared.get(&records.kind).map_or(&[][..], Vec::as_slice);
        let is_read = |name: &str| match name.strip_prefix("attr.") {
            Some(attribute) => declared.iter().any(|declared| declared.name == attribute),
            None => READ.contains(&name),
        };
        let project = |batch: &RecordBatch| {
            let fields = batch.schema_ref().fields().iter().enumerate();
            let kept: Vec<usize> = fields.filter(|(_, field)| is_read(field.name())).map(|(index, _)| index).collect();
            batch.project(&kept)
        };
        let batches = records.batches.iter().map(project).collect::<Result<_, _>>()?;
        Ok(Entries { batches, newest })
    }

    fn records(&self, kind: RecordKind) -> Records<'_> {
        Records { kind, batches: &self.batches }
    }
}

/// Columns of the directory that folds read; names, addresses and undeclared input hold most of the bytes.
const READ: [&str; 11] =
    ["system", "id", "segment", "country", "region", "plan", "industry", "is_test", "team", "is_bot", "schedule"];

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
        let row = self.directory.customers.newest.row(&self.customer_keys, system, id);
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
        self.team_schedule.get(self.directory.teams.newest.row(&self.team_keys, system, team)?)
    }

    /// Whether `id` is the id of a team and not also of an agent.
    pub fn is_only_team(&self, system: &str, id: &str) -> bool {
        self.directory.teams.newest.row(&self.team_keys, system, id).is_some() && self.agent(system, id).is_none()
    }

    /// The row of an agent, where the directory has one.
    pub fn agent(&self, system: &str, id: &str) -> Option<Row> {
        self.directory.agents.newest.row(&self.agent_keys, system, id)
    }
}
