//! Orders of rows, and the place in one at which the next page goes on.

use catalogue::expression::Value;
use datafusion::logical_expr::{Expr, SortExpr, lit};
use datafusion::scalar::ScalarValue;
use model::{FactTable, FieldType, Instant};
use serde::{Deserialize, Serialize};

use crate::run::{column, instant};

/// By what rows are put in order; rows that are alike follow each other by their key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Sort {
    /// Earliest first.
    #[serde(rename = "at")]
    Earliest,
    /// Latest first.
    #[serde(rename = "-at")]
    Latest,
    /// Smallest amount first.
    #[serde(rename = "amount")]
    Smallest,
    /// Largest amount first.
    #[serde(rename = "-amount")]
    Largest,
}

impl Sort {
    /// Every order.
    pub const ALL: [Sort; 4] = [Sort::Earliest, Sort::Latest, Sort::Smallest, Sort::Largest];

    /// Its name in addresses.
    pub fn name(self) -> &'static str {
        match self {
            Sort::Earliest => "at",
            Sort::Latest => "-at",
            Sort::Smallest => "amount",
            Sort::Largest => "-amount",
        }
    }

    /// Whether rows must have an amount.
    pub fn by_amount(self) -> bool {
        matches!(self, Sort::Smallest | Sort::Largest)
    }

    fn ascending(self) -> bool {
        matches!(self, Sort::Earliest | Sort::Smallest)
    }
}

/// A row's place in an order: what it is sorted by, raw, and its key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// The order it is a place in.
    pub sort: Sort,
    /// Time in microseconds, or amount in the raw unit of its type.
    pub value: i64,
    /// Values of [`FactTable::key`].
    pub key: Vec<KeyPart>,
}

/// A part of a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum KeyPart {
    /// A number within a ticket or contact.
    Number(i64),
    /// A system or an id.
    Text(String),
}

impl KeyPart {
    /// From a cell; an empty one is empty text.
    pub(super) fn new(value: &Value) -> KeyPart {
        match value {
            Value::Integer(number) => KeyPart::Number(*number),
            other => KeyPart::Text(catalogue::expression::show(other)),
        }
    }

    fn literal(&self) -> Expr {
        match self {
            KeyPart::Number(number) => lit(*number),
            KeyPart::Text(text) => lit(text.as_str()),
        }
    }
}

impl Cursor {
    /// Whether it can be a place among rows of `table` under `sort`.
    pub fn fits(&self, table: FactTable, sort: Sort) -> bool {
        let kind = |name: &&str| table.columns().iter().find(|column| column.name == *name).map(|column| column.kind);
        let alike = |(name, part): (&&str, &KeyPart)| match part {
            KeyPart::Number(_) => kind(name) == Some(FieldType::Integer),
            KeyPart::Text(_) => kind(name) == Some(FieldType::Text),
        };
        self.sort == sort && self.key.len() == table.key().len() && table.key().iter().zip(&self.key).all(alike)
    }

    /// The rows after this place. `by` is what is sorted by: a time, or an amount of the given type.
    pub(super) fn rows_after(&self, table: FactTable, by: Expr, amount: Option<FieldType>) -> Expr {
        let value = match (self.sort.by_amount(), amount) {
            (false, _) => instant(Instant::from_micros(self.value)),
            (true, Some(FieldType::Number)) => lit(ScalarValue::Decimal128(Some(i128::from(self.value)), 38, 4)),
            (true, _) => lit(self.value),
        };
        let beyond = if self.sort.ascending() { by.clone().gt(value.clone()) } else { by.clone().lt(value.clone()) };
        let keys = table.key().iter().zip(&self.key).rev();
        let after = keys.fold(lit(false), |later, (name, part)| {
            let (name, value) = (column(name), part.literal());
            name.clone().gt(value.clone()).or(name.eq(value).and(later))
        });
        beyond.or(by.eq(value).and(after))
    }
}

/// The sort expressions of an order.
pub(super) fn order(sort: Sort, table: FactTable, by: Expr) -> Vec<SortExpr> {
    let keys = table.key().iter().map(|name| column(name).sort(true, false));
    std::iter::once(by.sort(sort.ascending(), false)).chain(keys).collect()
}
