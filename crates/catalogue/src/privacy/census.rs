//! The people behind the cells of one question to one staff table, and which of the cells they are enough for.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use model::Instant;
use model::calendar::Period;

use super::visible::{Alike, Visible};
use super::{Group, Parts, People};
use crate::answer::Moment;
use crate::plan::Dimension;

/// Values of a cell's dimensions.
type Key = Vec<Option<String>>;

/// What the rows of a column have in common: the values of their dimensions, the sums they count in, and whether they are
/// asked for.
type Column = (Key, Vec<bool>, bool);

/// A part of the time asked about: the number of a period or month, or the time and name of what a column says.
type Name = (i64, String);

/// A row of facts that belongs to a person.
pub struct Seen<'a> {
    /// Who.
    pub person: &'a str,
    /// Values of [`People::dimensions`], in that order.
    pub profile: Key,
    /// When it counts.
    pub at: Option<Instant>,
    /// From when to when it went on, of [`Group::Present`] and [`Group::There`].
    pub stretch: (Option<Instant>, Option<Instant>),
    /// Of which part it is, where a column says so.
    pub part: Option<&'a str>,
    /// In which of [`People::sums`] it counts.
    pub counts: Vec<bool>,
    /// Whether the question's filters and whoever asks let it through.
    pub is_asked: bool,
}

/// Who was seen in which part of the time asked about.
pub struct Census<'p> {
    people: &'p People,
    periods: &'p [Period],
    instants: Vec<Option<Instant>>,
    /// Name of each part: a period, a month or what a column says.
    parts: HashMap<Name, usize>,
    /// In which periods each part lies.
    periods_of: Vec<BTreeSet<usize>>,
    persons: HashMap<String, usize>,
    columns: BTreeMap<Column, usize>,
    /// Part, column, person.
    seen: BTreeSet<(usize, usize, usize)>,
}

impl<'p> Census<'p> {
    /// Of nobody so far.
    pub fn new(people: &'p People, periods: &'p [Period], moment: Moment) -> Self {
        Census {
            people,
            periods,
            instants: periods.iter().map(|period| moment.stock_instant(period)).collect(),
            parts: HashMap::new(),
            periods_of: Vec::new(),
            persons: HashMap::new(),
            columns: BTreeMap::new(),
            seen: BTreeSet::new(),
        }
    }

    /// Counts the person of a row in.
    pub fn add(&mut self, row: Seen<'_>) {
        let parts = self.parts_of(&row);
        if parts.is_empty() {
            return;
        }
        let persons = self.persons.len();
        let person = *self.persons.entry(row.person.to_owned()).or_insert(persons);
        // where the group is not of those who count, there is one sum of all of it
        let counts = if self.people.sums.is_empty() { vec![true] } else { row.counts };
        let is_asked = row.is_asked && counts.get(self.people.own).copied().unwrap_or(true);
        let columns = self.columns.len();
        let column = *self.columns.entry((row.profile, counts, is_asked)).or_insert(columns);
        for (name, periods) in parts {
            let number = self.parts.len();
            let part = *self.parts.entry(name).or_insert(number);
            if part == self.periods_of.len() {
                self.periods_of.push(BTreeSet::new());
            }
            self.periods_of[part].extend(periods);
            self.seen.insert((part, column, person));
        }
    }

    /// The parts in which a row lies, each with the periods it belongs to.
    fn parts_of(&self, row: &Seen<'_>) -> Vec<(Name, Vec<usize>)> {
        let within =
            |periods: Vec<usize>| periods.into_iter().map(|period| ((period as i64, String::new()), vec![period]));
        let all = 0..self.periods.len();
        match (&self.people.group, &self.people.parts) {
            (Group::Present { .. }, _) => {
                let (Some(start), end) = row.stretch else { return Vec::new() };
                let overlaps = |period: &usize| {
                    let period = &self.periods[*period];
                    start < period.end && end.is_none_or(|end| end >= period.start)
                };
                within(all.filter(overlaps).collect()).collect()
            }
            (Group::There { .. }, _) => {
                let (Some(start), end) = row.stretch else { return Vec::new() };
                let is_there = |period: &usize| {
                    self.instants[*period].is_some_and(|at| start < at && end.is_none_or(|end| end >= at))
                };
                within(all.filter(is_there).collect()).collect()
            }
            (Group::Counted, parts) => {
                let Some(at) = row.at else { return Vec::new() };
                let holds = |period: &Period| period.start <= at && at < period.end;
                let periods: Vec<usize> = all.filter(|period| holds(&self.periods[*period])).collect();
                if periods.is_empty() {
                    return Vec::new();
                }
                match parts {
                    Parts::Of { .. } => vec![((at.micros(), row.part.unwrap_or_default().to_owned()), periods)],
                    Parts::Whole { parts, .. } => match parts.iter().position(holds) {
                        Some(part) => vec![((part as i64, String::new()), periods)],
                        None => within(periods).collect(),
                    },
                }
            }
        }
    }

    /// Which cells of the breakdown `by` there are enough people for.
    pub fn guard(&self, by: &[Dimension]) -> Guard {
        let places: Vec<Option<usize>> = by
            .iter()
            .map(|wanted| self.people.dimensions.iter().position(|known| known.column == wanted.column))
            .collect();
        let columns: Vec<&Column> = {
            let mut columns: Vec<_> = self.columns.iter().collect();
            columns.sort_by_key(|(_, number)| **number);
            columns.into_iter().map(|(column, _)| column).collect()
        };
        let key = |column: usize| -> Key {
            places.iter().map(|place| place.and_then(|place| columns[column].0[place].clone())).collect()
        };
        let mut cells: Vec<BTreeMap<Key, bool>> = vec![BTreeMap::new(); self.periods.len()];
        for (part, periods) in self.periods_of.iter().enumerate() {
            let seen: Vec<(usize, usize)> =
                self.seen.range((part, 0, 0)..(part + 1, 0, 0)).map(|(_, column, person)| (*column, *person)).collect();
            let visible = self.visible(&seen, &columns);
            let asked: BTreeSet<usize> =
                seen.iter().map(|(column, _)| *column).filter(|column| columns[*column].2).collect();
            let mut of_cell: BTreeMap<Key, Vec<bool>> = BTreeMap::new();
            for column in asked {
                of_cell.entry(key(column)).or_insert_with(|| vec![false; columns.len()])[column] = true;
            }
            let known = !places.iter().any(Option::is_none);
            for (key, flags) in of_cell {
                let shown = known && visible.shows(&flags);
                for period in periods {
                    let all = cells[*period].entry(key.clone()).or_insert(true);
                    *all &= shown;
                }
            }
        }
        let whole = self.periods.iter().map(|period| self.people.is_whole(period)).collect();
        Guard { whole, cells }
    }

    /// What can be shown of one part, of all breakdowns by one dimension of the own sum and of those that have rows in
    /// common with it.
    fn visible(&self, seen: &[(usize, usize)], columns: &[&Column]) -> Visible {
        let sums = self.related(seen, columns);
        let related = |column: usize| sums.iter().any(|sum| columns[column].1[*sum]);
        let seen: Vec<(usize, usize)> = seen.iter().filter(|(column, _)| related(*column)).copied().collect();
        let mut of_person: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
        for (column, person) in &seen {
            of_person.entry(*person).or_default().insert(*column);
        }
        let everybody = of_person.len() as u64;
        let mut alike: BTreeMap<BTreeSet<usize>, usize> = BTreeMap::new();
        of_person.into_values().for_each(|columns| *alike.entry(columns).or_default() += 1);
        let alike = alike.into_iter().map(|(columns, people)| Alike { columns: columns.into_iter().collect(), people });
        let size = |flags: &[bool]| -> usize {
            let inside = seen.iter().filter(|(column, _)| flags[*column]).map(|(_, person)| *person);
            inside.collect::<BTreeSet<usize>>().len()
        };
        let broken_down = everybody >= self.people.breakdown_minimum;
        let least = if broken_down { self.people.breakdown_minimum } else { self.people.minimum };
        let mut visible = Visible::new(alike.collect(), least.min(everybody + 1) as usize);
        let counted = |sum: usize| -> BTreeSet<usize> {
            seen.iter().map(|(column, _)| *column).filter(|column| columns[*column].1[sum]).collect()
        };
        for sum in &sums {
            let present = counted(*sum);
            visible.show(&(0..columns.len()).map(|column| present.contains(&column)).collect::<Vec<bool>>());
        }
        if !broken_down {
            return visible;
        }
        let dimensions = 0..self.people.dimensions.len();
        for (dimension, sum) in dimensions.flat_map(|dimension| sums.iter().map(move |sum| (dimension, *sum))) {
            let mut cells: BTreeMap<&Option<String>, Vec<bool>> = BTreeMap::new();
            for column in &counted(sum) {
                let value = &columns[*column].0[dimension];
                cells.entry(value).or_insert_with(|| vec![false; columns.len()])[*column] = true;
            }
            let mut cells: Vec<(usize, &Option<String>, Vec<bool>)> =
                cells.into_iter().map(|(value, flags)| (size(&flags), value, flags)).collect();
            cells.sort_by(|left, right| (right.0, left.1).cmp(&(left.0, right.1)));
            for (_, _, flags) in cells.into_iter().filter(|(size, ..)| *size as u64 >= least) {
                visible.show(&flags);
            }
        }
        visible
    }

    /// The own sum and those that have rows in common with it, or with one of these. Of others nothing follows.
    fn related(&self, seen: &[(usize, usize)], columns: &[&Column]) -> Vec<usize> {
        let counts: BTreeSet<&Vec<bool>> = seen.iter().map(|(column, _)| &columns[*column].1).collect();
        let mut sums = BTreeSet::from([self.people.own]);
        loop {
            let before = sums.len();
            for counts in &counts {
                if sums.iter().any(|sum| counts[*sum]) {
                    sums.extend(counts.iter().enumerate().filter(|(_, is)| **is).map(|(sum, _)| sum));
                }
            }
            if sums.len() == before {
                return sums.into_iter().collect();
            }
        }
    }
}

/// Which cells of an answer are shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Guard {
    /// Whether each period can be shown at all.
    whole: Vec<bool>,
    /// Of each period the cells in which anybody was seen, and whether they are shown.
    cells: Vec<BTreeMap<Key, bool>>,
}

impl Guard {
    /// Whether the figure of a period and cell is withheld; `counts` where it counts anything.
    pub(super) fn hides(&self, period: usize, key: &[Option<String>], counts: bool) -> bool {
        let whole = self.whole.get(period).copied().unwrap_or(false);
        let shown = self.cells.get(period).and_then(|cells| cells.get(key));
        !whole || shown.map_or(counts, |shown| !shown)
    }
}
