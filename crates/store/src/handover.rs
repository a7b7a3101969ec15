//! What names a record that lies elsewhere: each is folded in the bucket in which that record is.
//!
//! Such a record names the contact, say, not the contact's ticket, by which the contact's bucket goes. So it lies in the
//! bucket of the contact's key, and is handed to the bucket of the contact's winning revision before buckets are folded.
//! Where there is no such contact it goes to the next that it names: what lies where its key says, a ticket, else another
//! that is looked up. Where it names none it stays where it lies. What is named may itself have been handed over, as the
//! review of an item has, or the offer that revenue follows from.
//!
//! What names a contact that has not come and no ticket goes with what names both, so that the contact counts once; where
//! those name several tickets, to the smallest bucket of them.

use std::collections::BTreeMap;
use std::ops::Range;

use arrow::array::{Array, RecordBatch, StringArray};
use model::RecordKind;
use model::records::RecordName;

use crate::error::Result;
use crate::fold::{self, Inputs};
use crate::homes::{self, Homes, Moved};
use crate::read::{self, Part};
use crate::segment;
use crate::spread::Spread;

/// Where the records of the kinds that name something elsewhere are found.
pub(crate) struct Handover {
    /// Those of which something is handed over; the others are found where they lie.
    handed: BTreeMap<Route, Handed>,
    /// Bytes of a route that wait in memory at most.
    limit: usize,
}

/// The ways that the records of a kind go: to where they are folded, and to what they are told to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Route {
    kind: RecordKind,
    is_told: bool,
}

/// Records of a route by bucket.
struct Handed {
    spread: Spread,
    /// Records whose revisions go to several buckets.
    moved: Moved,
}

/// The buckets to which the records of a route go, in the order in which they are read. A bucket is below 256, so it takes
/// one byte a record.
struct RowHomes {
    buckets: Vec<u8>,
    /// Whether what it names has been found; of routes on which several kinds are looked up.
    is_found: Option<Vec<bool>>,
    /// Whether each lies there already.
    is_in_place: bool,
}

impl Route {
    fn names(self) -> &'static [RecordName] {
        if self.is_told { self.kind.tells() } else { self.kind.names() }
    }

    /// Of what it names, that which must be looked up.
    fn looked_up(self) -> impl Iterator<Item = &'static RecordName> {
        self.names().iter().filter(|name| name.is_elsewhere())
    }

    /// What it names that lies where its key says.
    fn fixed(self) -> Option<&'static RecordName> {
        self.names().iter().find(|name| !name.is_elsewhere())
    }

    /// How what is handed over is called on disk.
    fn file_name(self) -> String {
        format!("{}-{}.spill", self.kind.name(), if self.is_told { "told" } else { "handover" })
    }
}

impl Handover {
    /// Looks up where what every record names is.
    pub(crate) fn find(inputs: &Inputs, homes: &Homes) -> Result<Handover> {
        let is_there = |kind: &RecordKind| !inputs.records(*kind).is_empty();
        let both = |kind| [false, true].map(|is_told| Route { kind, is_told });
        let routes: Vec<Route> = RecordKind::ALL.into_iter().filter(is_there).flat_map(both).collect();
        let mut open: Vec<Route> = routes.into_iter().filter(|route| route.looked_up().next().is_some()).collect();
        // what is told of to nothing stays as it is
        open.retain(|route| !route.is_told || route.looked_up().any(|name| is_there(&name.kind)));
        let mut handover =
            Handover { handed: BTreeMap::new(), limit: inputs.limits.fold_bytes / 4 / open.len().max(1) };
        let mut rows: BTreeMap<Route, RowHomes> = open.iter().map(|route| (*route, RowHomes::new(*route))).collect();
        let is_named = |kind: &RecordKind| open.iter().any(|route| route.looked_up().any(|name| name.kind == *kind));
        let mut named: Vec<RecordKind> = RecordKind::ALL.into_iter().filter(is_named).collect();
        // what is handed over itself is looked up when that is done
        named.sort_by_key(|kind| kind.is_handed_over());
        for (step, kind) in named.iter().enumerate() {
            handover.look_up(inputs, homes, *kind, &mut rows)?;
            for route in &open {
                let last = named.iter().rposition(|kind| route.looked_up().any(|name| name.kind == *kind));
                if last == Some(step) {
                    handover.take(inputs, *route, &rows[route])?;
                }
            }
        }
        Ok(handover)
    }

    /// The records of a kind that are folded in some buckets.
    pub(crate) fn gather(&self, inputs: &Inputs, kind: RecordKind, buckets: Range<u32>) -> Result<Vec<RecordBatch>> {
        match self.handed.get(&Route { kind, is_told: false }) {
            Some(handed) => handed.gather(buckets),
            None => fold::lying(inputs, kind, buckets),
        }
    }

    /// The records of a kind that are told to what is folded in some buckets; none where they are told where they are folded.
    pub(crate) fn told(&self, kind: RecordKind, buckets: Range<u32>) -> Result<Option<Vec<RecordBatch>>> {
        let handed = self.handed.get(&Route { kind, is_told: true });
        handed.map(|handed| handed.gather(buckets)).transpose()
    }

    /// Finds the records of kind `named` for all routes on which they are looked up.
    fn look_up(
        &self,
        inputs: &Inputs,
        homes: &Homes,
        named: RecordKind,
        rows: &mut BTreeMap<Route, RowHomes>,
    ) -> Result<()> {
        let own = Route { kind: named, is_told: false };
        let winner = |system: &str, id: &str| match self.handed.get(&own) {
            Some(handed) => handed.moved.home(system, id),
            None => homes.home(named, system, id),
        };
        let names_it = |route: &Route| route.looked_up().any(|name| name.kind == named);
        let routes: Vec<Route> = rows.keys().copied().filter(names_it).collect();
        let with_others = routes.iter().filter(|route| route.names().len() > 1).map(|route| route.kind);
        let passes = with_others.chain([named]).map(|kind| homes::passes(inputs, kind)).max().unwrap_or(1).max(1);
        for pass in 0..passes {
            let of_named = rows.get(&own).map(|rows| rows.buckets.as_slice());
            let known = by_hash(inputs, named, of_named, |hash| hash % passes == pass)?;
            let known = Known { hashes: &known, winner: &winner, named, wanted: (passes, pass) };
            for route in &routes {
                if let Some(rows) = rows.get_mut(route) {
                    rows.find(inputs, *route, &known)?;
                }
            }
        }
        Ok(())
    }

    /// Puts the records of a route where they go, unless each lies there.
    fn take(&mut self, inputs: &Inputs, route: Route, rows: &RowHomes) -> Result<()> {
        let suspects = homes::suspects(inputs, route.kind, Some(&rows.buckets))?;
        // a record that named another contact before lies in place twice
        if rows.is_in_place && suspects.is_empty() {
            return Ok(());
        }
        let moved = match suspects.is_empty() {
            true => Moved::default(),
            false => homes::moved(inputs, route.kind, &suspects, Some(&rows.buckets))?,
        };
        let spread = self.hand_over(inputs, route, &rows.buckets, &moved)?;
        self.handed.insert(route, Handed { spread, moved });
        Ok(())
    }

    /// Reads all records of a route and puts each where it goes, but those that moved.
    fn hand_over(&self, inputs: &Inputs, route: Route, homes: &[u8], moved: &Moved) -> Result<Spread> {
        let path = inputs.directory.join(route.file_name());
        let mut spread = Spread::new(route.kind, path, self.limit, &inputs.latch);
        let mut before = 0;
        for live in inputs.records(route.kind) {
            read::read(&live.path, Part::All, |batch| {
                let (systems, ids) = homes::keys(route.kind, &batch)?;
                spread.add(&batch, |row| {
                    let is_moved = moved.home(systems.value(row), ids.value(row)).is_some();
                    (!is_moved).then(|| homes[before + row].into())
                })?;
                before += batch.num_rows();
                Ok(())
            })?;
        }
        spread.finish()
    }
}

impl Handed {
    fn gather(&self, buckets: Range<u32>) -> Result<Vec<RecordBatch>> {
        let mut gathered = self.spread.gather(buckets.clone())?;
        gathered.extend(self.moved.rows.range(buckets).flat_map(|(_, rows)| rows).cloned());
        Ok(gathered)
    }
}

/// Where the records of a kind that is named are folded.
struct Known<'a> {
    named: RecordKind,
    /// As of [`by_hash`].
    hashes: &'a [u64],
    /// Knows those whose revisions lie in several buckets.
    winner: &'a dyn Fn(&str, &str) -> Option<u32>,
    /// In how many passes all are looked at, and which of them this is.
    wanted: (u64, u64),
}

impl Known<'_> {
    /// The bucket of the record with this key.
    fn home(&self, hash: u64, (system, id): (&str, &str)) -> Option<u8> {
        let mut same = with_hash(self.hashes, hash);
        match (same.next(), same.next()) {
            (Some(only), None) => Some(only),
            (Some(_), Some(_)) => (self.winner)(system, id).map(|bucket| bucket as u8),
            (None, _) => None,
        }
    }
}

/// The buckets of a hash among hashes and buckets that are sorted.
fn with_hash(known: &[u64], hash: u64) -> impl Iterator<Item = u8> {
    let first = known.partition_point(|entry| entry >> 8 < hash);
    known[first..].iter().take_while(move |entry| *entry >> 8 == hash).map(|entry| *entry as u8)
}

impl RowHomes {
    fn new(route: Route) -> RowHomes {
        let is_found = (route.looked_up().count() > 1).then(Vec::new);
        RowHomes { buckets: Vec::new(), is_found, is_in_place: true }
    }

    /// Puts each row that names something known there; what it names otherwise, or where it lies, stands for it until then.
    fn find(&mut self, inputs: &Inputs, route: Route, known: &Known) -> Result<()> {
        let (passes, pass) = known.wanted;
        let is_first = self.buckets.is_empty();
        let looks_on = route.looked_up().next().is_some_and(|name| name.kind != known.named);
        self.is_in_place = true;
        // of rows that name something that is not there and something else: hash of the former, bucket of the latter
        let mut strays: Vec<u64> = Vec::new();
        let mut before = 0;
        read_names(inputs, route, known.named, |names| {
            if is_first {
                self.buckets.extend(names.without_the_named(inputs.buckets));
                self.is_found.iter_mut().for_each(|found| found.resize(before + names.buckets.len(), false));
            }
            for (row, &lies) in names.buckets.iter().enumerate() {
                let is_found = self.is_found.as_mut().and_then(|found| found.get_mut(before + row));
                let is_open =
                    !is_found.as_ref().is_some_and(|is_found| **is_found) && !(looks_on && names.is_fixed(row));
                let home = &mut self.buckets[before + row];
                if let Some((hash, key)) = names.wanted(row, known.wanted).filter(|_| is_open) {
                    match known.home(hash, key) {
                        Some(bucket) => {
                            *home = bucket;
                            is_found.into_iter().for_each(|is_found| *is_found = true);
                        }
                        None if names.is_fixed(row) => strays.push(hash << 8 | u64::from(*home)),
                        None => {}
                    }
                }
                self.is_in_place &= pass + 1 < passes || i64::from(*home) == lies;
            }
            before += names.buckets.len();
            Ok(())
        })?;
        if strays.is_empty() || looks_on {
            return Ok(());
        }
        strays.sort_unstable();
        self.gather_strays(inputs, route, known, &strays)
    }

    /// Puts the rows that name nothing but something that is not there where the first of `strays` goes that names it too.
    fn gather_strays(&mut self, inputs: &Inputs, route: Route, known: &Known, strays: &[u64]) -> Result<()> {
        let (passes, pass) = known.wanted;
        self.is_in_place = true;
        let mut before = 0;
        read_names(inputs, route, known.named, |names| {
            for (row, &lies) in names.buckets.iter().enumerate() {
                let home = &mut self.buckets[before + row];
                if let Some((hash, key)) = names.wanted(row, known.wanted).filter(|_| !names.is_fixed(row))
                    && known.home(hash, key).is_none()
                    && let Some(first) = with_hash(strays, hash).next()
                {
                    *home = first;
                }
                self.is_in_place &= pass + 1 < passes || i64::from(*home) == lies;
            }
            before += names.buckets.len();
            Ok(())
        })
    }
}

/// What the rows of a batch name.
struct Names<'a> {
    buckets: &'a [i64],
    own: &'a StringArray,
    of: Column<'a>,
    /// What is named beside and lies where its key says.
    fixed: Option<Column<'a>>,
}

/// Systems and ids that are named; the system is missing where it is the record's own.
type Column<'a> = (Option<&'a StringArray>, &'a StringArray);

impl<'a> Names<'a> {
    /// What a row names, with the hash of its key, if it is looked at in this pass.
    fn wanted(&self, row: usize, (passes, pass): (u64, u64)) -> Option<(u64, (&'a str, &'a str))> {
        let (system, id) = self.key(self.of, row)?;
        let hash = homes::hash(system, id);
        (hash % passes == pass).then_some((hash, (system, id)))
    }

    /// Whether a row names something that lies where its key says.
    fn is_fixed(&self, row: usize) -> bool {
        self.fixed.is_some_and(|(_, ids)| ids.is_valid(row))
    }

    /// Where each row goes if what it names is not there: with the ticket it names, else where it lies.
    fn without_the_named(&self, buckets: u32) -> impl Iterator<Item = u8> {
        self.buckets.iter().enumerate().map(move |(row, &lies)| {
            match self.fixed.and_then(|fixed| self.key(fixed, row)) {
                Some((system, id)) => RecordKind::bucket(system, id, buckets) as u8,
                None => lies as u8,
            }
        })
    }

    fn key(&self, (systems, ids): Column<'a>, row: usize) -> Option<(&'a str, &'a str)> {
        let systems = systems.filter(|systems| systems.is_valid(row)).unwrap_or(self.own);
        ids.is_valid(row).then(|| (systems.value(row), ids.value(row)))
    }
}

/// Gives what the records of a route name of kind `named` to `take`, batch by batch.
fn read_names(
    inputs: &Inputs,
    route: Route,
    named: RecordKind,
    mut take: impl FnMut(Names) -> Result<()>,
) -> Result<()> {
    let Some(name) = route.names().iter().find(|name| name.kind == named) else { return Ok(()) };
    let both = || [Some(name), route.fixed()].into_iter().flatten();
    let columns: Vec<&str> = ["bucket", "system", "id"]
        .into_iter()
        .chain(both().flat_map(|name| [Some(name.id), name.system]).flatten())
        .collect();
    for live in inputs.records(route.kind) {
        read::read(&live.path, Part::Columns(&columns), |batch| {
            let text = |name| segment::text(route.kind, &batch, name);
            let column = |name: &RecordName| Ok((name.system.map(text).transpose()?, text(name.id)?));
            take(Names {
                buckets: homes::buckets(route.kind, &batch)?,
                own: text("system")?,
                of: column(name)?,
                fixed: route.fixed().map(column).transpose()?,
            })
        })?;
    }
    Ok(())
}

/// Hash of the key and bucket of the records of a kind whose hash is `wanted`, in one word each, sorted.
///
/// Where the rows are folded is said by `homes`, in the order in which they are read; by their bucket where that is not
/// given.
fn by_hash(inputs: &Inputs, kind: RecordKind, homes: Option<&[u8]>, wanted: impl Fn(u64) -> bool) -> Result<Vec<u64>> {
    let mut known: Vec<u64> = Vec::new();
    let mut before = 0;
    for live in inputs.records(kind) {
        read::read(&live.path, Part::Columns(&["bucket", "system", "id"]), |batch| {
            let (systems, ids) = homes::keys(kind, &batch)?;
            for (row, &bucket) in homes::buckets(kind, &batch)?.iter().enumerate() {
                let hash = homes::hash(systems.value(row), ids.value(row));
                if wanted(hash) {
                    let bucket = homes.map_or(bucket as u64 & 0xff, |homes| homes[before + row].into());
                    known.push(hash << 8 | bucket);
                }
            }
            before += batch.num_rows();
            Ok(())
        })?;
    }
    known.sort_unstable();
    known.dedup();
    Ok(known)
}
