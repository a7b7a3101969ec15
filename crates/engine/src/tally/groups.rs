//! The group of a row: its period and the values of the dimensions, numbered in order of appearance.

use std::collections::HashMap;
use std::ops::Range;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{DataType, Int32Type};
use datafusion::common::Result;
use model::FieldType;

use crate::lower::show;

/// A row that lies in no period.
pub const NOWHERE: u32 = u32::MAX;

/// The groups of a scan.
pub struct Groups {
    /// Values of each dimension.
    values: Vec<Values>,
    /// Combinations of a combination so far and a value of the next dimension.
    combinations: Vec<Pairs>,
    /// By combination, then by slot.
    numbers: Vec<Vec<u32>>,
    slots: usize,
    /// Slot and dimension values of each group, as numbers.
    groups: Vec<(usize, Vec<u32>)>,
}

/// Pairs, numbered.
#[derive(Clone, Default)]
struct Pairs {
    numbers: HashMap<(u32, u32), u32>,
    pairs: Vec<(u32, u32)>,
}

impl Pairs {
    fn number(&mut self, pair: (u32, u32)) -> u32 {
        let Pairs { numbers, pairs } = self;
        *numbers.entry(pair).or_insert_with(|| {
            pairs.push(pair);
            (pairs.len() - 1) as u32
        })
    }
}

/// The values of a dimension, numbered.
struct Values {
    kind: FieldType,
    numbers: HashMap<String, u32>,
    null: Option<u32>,
    texts: Vec<Option<String>>,
}

impl Values {
    fn new(kind: FieldType) -> Self {
        Values { kind, numbers: HashMap::new(), null: None, texts: Vec::new() }
    }

    fn number(&mut self, text: Option<&str>) -> u32 {
        let known = match text {
            Some(text) => self.numbers.get(text).copied(),
            None => self.null,
        };
        known.unwrap_or_else(|| {
            // fewer than rows, which are fewer than 2³² a segment and group numbers are checked below
            let next = self.texts.len() as u32;
            self.texts.push(text.map(str::to_owned));
            match text {
                Some(text) => {
                    self.numbers.insert(text.to_owned(), next);
                }
                None => self.null = Some(next),
            }
            next
        })
    }

    /// The numbers of the values of a column.
    fn read(&mut self, array: &ArrayRef, into: &mut Vec<u32>) -> Result<()> {
        into.clear();
        if let (FieldType::Text, DataType::Utf8View) = (self.kind, array.data_type()) {
            let views = array.as_string_view();
            // equal views are equal texts; the other way round only within a page, so each is looked up once a batch
            let mut seen: HashMap<u128, u32> = HashMap::new();
            let mut last: Option<(u128, u32)> = None;
            for (row, view) in views.views().iter().enumerate() {
                if views.is_null(row) {
                    into.push(self.number(None));
                    continue;
                }
                let number = match last {
                    Some((same, number)) if same == *view => number,
                    _ => *seen.entry(*view).or_insert_with(|| self.number(Some(views.value(row)))),
                };
                last = Some((*view, number));
                into.push(number);
            }
            return Ok(());
        }
        if let (FieldType::Text, Some(dictionary)) = (self.kind, array.as_dictionary_opt::<Int32Type>()) {
            let texts = dictionary.values().as_string::<i32>();
            let mut numbers: Vec<Option<u32>> = vec![None; texts.len()];
            let keys = dictionary.keys();
            for row in 0..keys.len() {
                let key = if keys.is_null(row) { None } else { Some(keys.value(row) as usize) };
                into.push(match key {
                    // a value of the dictionary may itself be null
                    Some(key) if texts.is_valid(key) => {
                        *numbers[key].get_or_insert_with(|| self.number(Some(texts.value(key))))
                    }
                    _ => self.number(None),
                });
            }
            return Ok(());
        }
        let array = arrow::compute::cast(array, &self.kind.arrow())?;
        let texts = show(&array, self.kind);
        let mut last: Option<(&str, u32)> = None;
        for text in &texts {
            let number = match (text, last) {
                (Some(text), Some((same, number))) if same == text => number,
                _ => self.number(text),
            };
            last = text.map(|text| (text, number));
            into.push(number);
        }
        Ok(())
    }
}

impl Groups {
    /// No group so far: `slots` periods (one where there are none to tell apart), and dimensions of these types.
    pub fn new(slots: usize, kinds: &[FieldType]) -> Self {
        Groups {
            values: kinds.iter().map(|kind| Values::new(*kind)).collect(),
            combinations: vec![Pairs::default(); kinds.len().saturating_sub(1)],
            numbers: Vec::new(),
            slots: slots.max(1),
            groups: Vec::new(),
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.groups.len()
    }

    /// The groups of each combination in a run of slots, with the dimension values of the combination; of those in none
    /// of the slots nothing.
    pub fn runs(&self, slots: Range<usize>) -> impl Iterator<Item = (Vec<Option<String>>, Vec<u32>)> + '_ {
        self.numbers.iter().filter_map(move |numbers| {
            let run = numbers.get(slots.clone())?.iter().copied();
            let groups: Vec<u32> = run.filter(|number| *number != NOWHERE).collect();
            let (_, members) = &self.groups[*groups.first()? as usize];
            Some((self.texts(members), groups))
        })
    }

    /// The dimension values of a combination.
    fn texts(&self, members: &[u32]) -> Vec<Option<String>> {
        members.iter().zip(&self.values).map(|(number, values)| values.texts[*number as usize].clone()).collect()
    }

    /// The combination of dimension values of each row of a batch, as a number.
    ///
    /// # Errors
    /// When a column is of a type that does not fit.
    pub fn combine(&mut self, rows: usize, dimensions: &[&ArrayRef], into: &mut Vec<u32>) -> Result<()> {
        into.clear();
        let Some((first, rest)) = dimensions.split_first() else {
            into.resize(rows, 0);
            return Ok(());
        };
        self.values[0].read(first, into)?;
        let mut numbers = Vec::with_capacity(rows);
        for (index, array) in rest.iter().enumerate() {
            self.values[index + 1].read(array, &mut numbers)?;
            let known = &mut self.combinations[index];
            let mut last = None;
            for (left, right) in into.iter_mut().zip(&numbers) {
                let pair = (*left, *right);
                let number = match last {
                    Some((same, number)) if same == pair => number,
                    _ => known.number(pair),
                };
                last = Some((pair, number));
                *left = number;
            }
        }
        Ok(())
    }

    /// The group of each row, from its combination and its slot; of rows without slots to tell apart the first.
    pub fn assign(&mut self, combined: &[u32], slots: Option<&ArrayRef>, into: &mut Vec<u32>) {
        into.clear();
        into.reserve(combined.len());
        let Some(slots) = slots.map(|slots| slots.as_primitive::<Int32Type>()) else {
            into.extend(combined.iter().map(|combination| self.group(*combination, 0)));
            return;
        };
        let valid = slots.nulls();
        // rows lie in order of time, so without dimensions most batches are of one group
        if let (true, None, Some((first, rest))) = (self.values.is_empty(), valid, slots.values().split_first())
            && rest.iter().fold(0, |differs, slot| differs | (slot ^ first)) == 0
        {
            let group = self.group(0, *first as usize);
            into.resize(combined.len(), group);
            return;
        }
        for (row, (combination, slot)) in combined.iter().zip(slots.values()).enumerate() {
            into.push(match valid.is_some_and(|valid| valid.is_null(row)) {
                true => NOWHERE,
                false => self.group(*combination, *slot as usize),
            });
        }
    }

    fn group(&mut self, combination: u32, slot: usize) -> u32 {
        let place = combination as usize;
        if let Some(number) = self.numbers.get(place).and_then(|slots| slots.get(slot))
            && *number != NOWHERE
        {
            return *number;
        }
        if self.numbers.len() <= place {
            self.numbers.resize(place + 1, Vec::new());
        }
        let slots = &mut self.numbers[place];
        if slots.is_empty() {
            slots.resize(self.slots, NOWHERE);
        }
        let next = self.groups.len() as u32;
        if let Some(number) = slots.get_mut(slot) {
            *number = next;
        }
        let members = self.members(combination);
        self.groups.push((slot, members));
        next
    }

    /// The value of each dimension in a combination.
    fn members(&self, combination: u32) -> Vec<u32> {
        if self.values.is_empty() {
            return Vec::new();
        }
        // from the last dimension back to the first
        let mut left = combination;
        let mut members = Vec::with_capacity(self.values.len());
        for known in self.combinations.iter().rev() {
            let (before, last) = known.pairs.get(left as usize).copied().unwrap_or_default();
            members.push(last);
            left = before;
        }
        members.push(left);
        members.reverse();
        members
    }

    /// Takes in the groups of another partition; the number here of each of its groups.
    pub fn join(&mut self, other: Groups) -> Vec<u32> {
        other
            .groups
            .iter()
            .map(|(slot, members)| {
                let texts = other.texts(members);
                let mut combination = 0;
                for (index, text) in texts.iter().enumerate() {
                    let number = self.values[index].number(text.as_deref());
                    combination = match index {
                        0 => number,
                        _ => self.combinations[index - 1].number((combination, number)),
                    };
                }
                self.group(combination, *slot)
            })
            .collect()
    }
}
