//! JSON objects as rows.

use std::borrow::Cow;
use std::collections::HashMap;

use super::super::columns::Columns;
use super::super::value::Unreadable;
use super::block::{Kept, readable};
use super::object;
use super::table::Table;

/// Takes objects apart into the columns in use.
pub(super) struct Objects {
    used: HashMap<String, usize>,
    values: Vec<Option<String>>,
    filled: Vec<bool>,
    seen: Vec<bool>,
    kept: Kept,
}

impl Objects {
    /// For the columns in use.
    pub fn new(columns: &Columns) -> Self {
        let used = columns.names.len();
        Objects {
            used: columns.names.iter().cloned().zip(0..).collect(),
            values: vec![None; used],
            filled: vec![false; used],
            seen: vec![false; used],
            kept: Kept::default(),
        }
    }

    /// Puts the values of one object into `table`, and returns its text.
    ///
    /// # Errors
    /// Where `row` is not one JSON object that can be used; then nothing was put.
    pub fn read<'a>(&mut self, row: &'a [u8], table: &mut Table) -> Result<&'a str, Unreadable> {
        let Objects { used, values, filled, seen, kept } = self;
        filled.fill(false);
        kept.clear();
        let keeps = table.keeps();
        let text = readable(row)?;
        object::members(text, &mut |name, value| {
            match used.get(name).copied() {
                Some(at) if filled[at] => {
                    return Err(Unreadable::new(
                        "duplicate_key",
                        format!("the key {name:?} stands twice in the object"),
                    ));
                }
                Some(at) => {
                    filled[at] = true;
                    store(&mut values[at], object::text(value)?);
                }
                None if keeps && value != "null" && value != "\"\"" => kept.json(name, value),
                None => {}
            }
            Ok(())
        })?;
        for (seen, filled) in seen.iter_mut().zip(filled.iter()) {
            *seen |= filled;
        }
        let values = values.iter().zip(filled.iter());
        table.row(values.map(|(value, filled)| value.as_deref().filter(|_| *filled)), kept);
        Ok(text)
    }

    /// Which columns in use no object had.
    pub fn never_seen(&self) -> Vec<usize> {
        (0..self.seen.len()).filter(|used| !self.seen[*used]).collect()
    }
}

/// Puts `text` into a slot, whose memory is used again.
fn store(slot: &mut Option<String>, text: Option<Cow<'_, str>>) {
    match (slot.as_mut(), text) {
        (Some(old), Some(text)) => {
            old.clear();
            old.push_str(&text);
        }
        (_, text) => *slot = text.map(Cow::into_owned),
    }
}
