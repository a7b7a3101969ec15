//! What people call whom a fact only names by id: the names that records of agents and teams give.

use std::collections::BTreeMap;

use arrow::array::Array;
use model::RecordKind;
use model::lifecycle;

use crate::error::{Error, Result};
use crate::read;
use crate::segment;
use crate::snapshot::Snapshot;

impl Snapshot {
    /// By id the name that the newest record of `kind` gives. Facts have an id without its system: one that several
    /// systems have is only in it where all of them give the same name.
    ///
    /// # Errors
    /// When a segment cannot be read, or `kind` has no names.
    pub fn names(&self, kind: RecordKind) -> Result<BTreeMap<String, String>> {
        let batches = read::whole(self.records(kind).iter().map(|live| live.path.as_path()))?;
        let failed = |source| Error::Fold { what: format!("names of {} records", kind.name()), source };
        let mut found: BTreeMap<String, Option<String>> = BTreeMap::new();
        for (batch, row) in lifecycle::winners(kind, &batches).map_err(failed)? {
            let (ids, names) =
                (segment::text(kind, &batches[batch], "id")?, segment::text(kind, &batches[batch], "name")?);
            let name = names.is_valid(row).then(|| names.value(row).trim()).filter(|name| !name.is_empty());
            let name = name.map(str::to_owned);
            found
                .entry(ids.value(row).to_owned())
                .and_modify(|known| {
                    if *known != name {
                        *known = None;
                    }
                })
                .or_insert(name);
        }
        Ok(found.into_iter().filter_map(|(id, name)| Some((id, name?))).collect())
    }
}
