//! Kinds whose every record is one fact: columns of the same name are carried over, those of the customer and the agent are
//! added, and what a kind works out for itself has been put into the table before.

use arrow::record_batch::RecordBatch;

use super::column::{Booleans, Integers, Numbers, Records, Row, Text, Times};
use super::directory::{Customer, DirectoryColumns};
use super::revisions::{Keys, Newest};
use super::table::Table;
use super::{FoldError, attributes};
use crate::{Attributes, FactTable, FieldType, Instant, RecordKind};

/// The newest records of one kind in the order of their facts.
pub(super) struct Plain<'a> {
    pub records: Records<'a>,
    pub keys: Keys<'a>,
    /// In the order of (layout time, key).
    pub rows: Vec<Row>,
    /// Whom each is about, by place in `rows`.
    pub customers: Vec<Option<Customer<'a>>>,
    /// Where the directory has the agent of each, by place in `rows`.
    pub agents: Vec<Option<Row>>,
    is_test: Booleans<'a>,
    table: FactTable,
}

impl<'a> Plain<'a> {
    /// Reads the newest records; `at` gives the time that the facts of `table` are laid out by.
    pub fn read(
        table: FactTable,
        records: Records<'a>,
        newest: &Newest,
        directory: &DirectoryColumns<'a>,
        at: impl Fn(Row) -> Instant,
    ) -> Result<Self, FoldError> {
        let keys = Keys::open(&records)?;
        let mut ordered: Vec<(Instant, Row)> = newest.rows().map(|row| (at(row), row)).collect();
        ordered.sort_unstable_by(|(left_at, left), (right_at, right)| {
            left_at.cmp(right_at).then_with(|| keys.at(*left).cmp(&keys.at(*right)))
        });
        let rows: Vec<Row> = ordered.into_iter().map(|(_, row)| row).collect();
        // a kind that names nobody has no such column: all its cells are empty
        let named =
            |system: &str, id: &str| Ok::<(Text, Text), FoldError>((records.attribute(system), records.attribute(id)));
        let (customer_system, customer_id) = named("customer_system", "customer_id")?;
        let (agent_system, agent) = named("agent_system", "agent")?;
        let customer = |row: &Row| {
            let system = customer_system.get(*row).unwrap_or(keys.system.required(*row));
            Some(directory.customer((system, customer_id.get(*row)?)))
        };
        let agent =
            |row: &Row| directory.agent(agent_system.get(*row).unwrap_or(keys.system.required(*row)), agent.get(*row)?);
        let customers = rows.iter().map(customer).collect();
        let agents = rows.iter().map(agent).collect();
        let is_test = records.attribute("is_test");
        Ok(Plain { records, keys, rows, customers, agents, is_test, table })
    }

    /// Whether the record at this place, or its customer, is a test.
    pub fn is_test(&self, index: usize) -> bool {
        self.is_test.get(self.rows[index]).unwrap_or(false)
            || self.customers[index].is_some_and(|customer| customer.is_test)
    }

    /// Keeps the rows for which `kept`, by place in `rows`, says so.
    pub fn keep(&mut self, kept: &[bool]) {
        fn only<T: Copy>(all: &mut Vec<T>, kept: &[bool]) {
            let mut kept = kept.iter();
            all.retain(|_| kept.next().copied().unwrap_or(false));
        }
        only(&mut self.rows, kept);
        only(&mut self.customers, kept);
        only(&mut self.agents, kept);
    }

    /// Fills in what `table` still lacks and makes the batch.
    pub fn finish(
        &self,
        mut table: Table,
        directory: &DirectoryColumns<'a>,
        declared: &Attributes,
    ) -> Result<RecordBatch, FoldError> {
        let rows = || self.rows.iter();
        if self.table.columns().iter().any(|column| column.name == "customer_segment") {
            directory.add_customers(&mut table, self.customers.iter().copied())?;
        }
        let id = self.table.key()[1];
        for column in self.table.columns() {
            let name = column.name;
            if table.has(name) {
                continue;
            }
            match (name, column.kind) {
                ("system", _) => table.text(name, rows().map(|row| Some(self.keys.system.required(*row))))?,
                ("is_test", _) => {
                    table.booleans(name, (0..self.rows.len()).map(|index| Some(self.is_test(index))));
                }
                _ if name == id => table.text(name, rows().map(|row| Some(self.keys.id.required(*row))))?,
                (_, FieldType::Text) => {
                    let values: Text = self.records.attribute(name);
                    table.text(name, rows().map(|row| values.get(*row)))?;
                }
                (_, FieldType::Integer | FieldType::Duration) => {
                    let values: Integers = self.records.attribute(name);
                    table.integers(name, rows().map(|row| values.get(*row)));
                }
                (_, FieldType::Number) => {
                    let values: Numbers = self.records.attribute(name);
                    table.numbers(name, rows().map(|row| values.get(*row)));
                }
                (_, FieldType::Boolean) => {
                    let values: Booleans = self.records.attribute(name);
                    table.booleans(name, rows().map(|row| values.get(*row)));
                }
                (_, FieldType::Time) => {
                    let values: Times = self.records.attribute(name);
                    table.times(name, rows().map(|row| values.get(*row).map(Instant::from_micros)));
                }
            }
        }
        let own = |index: usize| Some(self.rows[index]);
        let customer = |index: usize| self.customers[index]?.row;
        let agent = |index: usize| self.agents[index];
        let indexes = 0..self.rows.len();
        match self.table.attribute_kinds() {
            [_, RecordKind::Customer] => attributes::add(
                &mut table,
                self.table,
                declared,
                [self.records, directory.customers],
                indexes.map(|index| [own(index), customer(index)]),
            )?,
            [_, RecordKind::Agent] => attributes::add(
                &mut table,
                self.table,
                declared,
                [self.records, directory.agents],
                indexes.map(|index| [own(index), agent(index)]),
            )?,
            [_] => {
                attributes::add(&mut table, self.table, declared, [self.records], indexes.map(|index| [own(index)]))?
            }
            // tables that carry attributes of something else too have added them before
            _ => {}
        }
        table.finish(declared)
    }
}
