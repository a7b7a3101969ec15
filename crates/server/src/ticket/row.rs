//! Cells of a row of values, read by name and type.

use catalogue::expression::Value;
use catalogue::plan::Row;
use model::{Instant, Millis};

/// Cells by name; none where empty, missing or of another type.
pub(super) trait Cells {
    fn text(&self, name: &str) -> Option<String>;
    fn time(&self, name: &str) -> Option<Instant>;
    fn length(&self, name: &str) -> Option<Millis>;
    fn integer(&self, name: &str) -> Option<i64>;
    fn flag(&self, name: &str) -> Option<bool>;
}

impl Cells for Row {
    fn text(&self, name: &str) -> Option<String> {
        match self.get(name)? {
            Value::Text(text) => Some(text.clone()),
            _ => None,
        }
    }

    fn time(&self, name: &str) -> Option<Instant> {
        match self.get(name)? {
            Value::Time(at) => Some(*at),
            _ => None,
        }
    }

    fn length(&self, name: &str) -> Option<Millis> {
        match self.get(name)? {
            Value::Duration(length) => Some(*length),
            _ => None,
        }
    }

    fn integer(&self, name: &str) -> Option<i64> {
        match self.get(name)? {
            Value::Integer(number) => Some(*number),
            _ => None,
        }
    }

    fn flag(&self, name: &str) -> Option<bool> {
        match self.get(name)? {
            Value::Boolean(flag) => Some(*flag),
            _ => None,
        }
    }
}
