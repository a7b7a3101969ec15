//! Cells of the columns in use, gathered row by row into Arrow text.

use std::sync::Arc;

use arrow::array::{ArrayRef, StringBuilder};
use catalogue::source::Read;

use super::super::columns::Role;
use super::block::{Block, Kept};

/// The columns of a block in the making.
pub(super) struct Table {
    missing: Missing,
    builders: Vec<StringBuilder>,
    rest: Option<StringBuilder>,
    kept: Kept,
}

/// Which cells are missing.
pub(super) struct Missing(Vec<String>);

impl Missing {
    /// Those that are blank, and those that `read` lists.
    pub fn new(read: &Read) -> Self {
        Missing(read.missing.iter().map(|missing| missing.trim().to_owned()).collect())
    }

    /// Whether `cell` is missing.
    #[inline]
    pub fn holds(&self, cell: &str) -> bool {
        let trimmed = match cell.as_bytes() {
            // nearly every cell: nothing to trim
            [b'!'..=b'~'] | [b'!'..=b'~', .., b'!'..=b'~'] => cell,
            _ => cell.trim(),
        };
        trimmed.is_empty() || self.0.iter().any(|missing| missing == trimmed)
    }
}

impl Table {
    /// A table of `used` columns.
    pub fn new(read: &Read, used: usize) -> Self {
        Table {
            missing: Missing::new(read),
            builders: (0..used).map(|_| StringBuilder::new()).collect(),
            rest: read.keep.then(StringBuilder::new),
            kept: Kept::default(),
        }
    }

    /// Puts a cell where `role` wants it.
    #[inline]
    pub fn cell(&mut self, role: &Role, cell: &str) {
        match role {
            Role::Used(used) if self.missing.holds(cell) => self.builders[*used].append_null(),
            Role::Used(used) => self.builders[*used].append_value(cell),
            Role::Kept(key) if self.rest.is_some() && !self.missing.holds(cell) => self.kept.text(key, cell),
            Role::Kept(_) => {}
        }
    }

    /// Puts all cells of a row: those of the columns in use in their order, and what is kept of the others.
    pub fn row<'a>(&mut self, values: impl Iterator<Item = Option<&'a str>>, kept: &mut Kept) {
        for (builder, value) in self.builders.iter_mut().zip(values) {
            builder.append_option(value.filter(|value| !self.missing.holds(value)));
        }
        if let Some(rest) = &mut self.rest {
            kept.finish(rest);
        }
        kept.clear();
    }

    /// Ends a row whose cells were put one by one.
    #[inline]
    pub fn end_row(&mut self) {
        if let Some(rest) = &mut self.rest {
            self.kept.finish(rest);
        }
        self.kept.clear();
    }

    /// Whether cells that are not in use are kept.
    pub fn keeps(&self) -> bool {
        self.rest.is_some()
    }

    /// Moves what was gathered into `block`.
    pub fn finish(&mut self, block: &mut Block) {
        block.columns = self.builders.iter_mut().map(|builder| Arc::new(builder.finish()) as ArrayRef).collect();
        block.rest = self.rest.as_mut().map(StringBuilder::finish);
    }
}
