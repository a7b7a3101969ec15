//! Reviews, their items added up.
//!
//! Raw score: 100 · Σ weight · score ÷ Σ weight over the items that applied, so that the weight of one that did not is
//! spread over the others. An item whose weight is negative weighs 1, one whose score is not between 0 and 1 did not
//! apply; both are counted as [`Warning::UnknownValue`]. A critical item scored 0 fails the review, and so does a source
//! that says it has failed, whichever items it marks as critical: its score is then 0. Where the source gives no items, its
//! own score counts.

use std::collections::HashMap;

use arrow::record_batch::RecordBatch;

use super::super::column::{Booleans, Numbers, Row, Text};
use super::super::plain::Plain;
use super::super::table::Table;
use super::super::words::{self, Sampling};
use super::super::{FoldError, Ground, Noted, Warning};
use super::{Reviews, Work, WorkColumns, put_work};
use crate::{FactTable, RecordKind, number};

/// One of a number: ten-thousandths.
const ONE: i128 = 10_000;

/// The items of one review.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Items {
    /// Those that did not apply too.
    all: u32,
    applied: u32,
    critical_errors: u32,
    protocol_steps: u32,
    protocol_steps_done: u32,
    /// Of those that applied, in ten-thousandths, and in their squares.
    weight: i128,
    weighted_score: i128,
}

impl Items {
    fn add(&mut self, weight: i128, score: Option<i128>, is_critical: bool, is_protocol: bool) {
        self.all += 1;
        let Some(score) = score else { return };
        self.applied += 1;
        self.critical_errors += u32::from(is_critical && score == 0);
        self.protocol_steps += u32::from(is_protocol);
        self.protocol_steps_done += u32::from(is_protocol && score == ONE);
        // a number has at most 18 digits, so 2³² of their products keep within 128 bits
        self.weight += weight;
        self.weighted_score += weight * score;
    }

    /// 0 to 100 in ten-thousandths, rounded half up; none where nothing that applied has a weight.
    fn raw_score(&self) -> Option<i128> {
        (self.weight > 0).then(|| (2 * 100 * self.weighted_score + self.weight) / (2 * self.weight))
    }
}

/// Folds the newest reviews into their table.
pub(super) fn fold(ground: &Ground, noted: &mut Noted) -> Result<(RecordBatch, Reviews), FoldError> {
    let (records, newest) = ground.newest(RecordKind::QualityReview, noted)?;
    let columns = WorkColumns::open(&records, "reviewed_at")?;
    let at = |row| Work::find(ground, &columns, row).happened_at;
    let mut plain = Plain::read(FactTable::QualityReview, records, &newest, ground.directory, at)?;
    let works: Vec<Work> = plain.rows.iter().map(|row| Work::find(ground, &columns, *row)).collect();
    plain.customers = works.iter().map(Work::customer).collect();

    let mut of_review = items(ground, noted)?;
    let sampling: Text = records.column("sampling")?;
    let stated_score: Numbers = records.column("score")?;
    let is_failed: Booleans = records.column("is_failed")?;
    let is_test: Booleans = records.column("is_test")?;
    let sampling = |row: Row, noted: &mut Noted| {
        words::read(sampling.get(row), Sampling::of_review, (RecordKind::QualityReview, "sampling"), noted.warnings)
            .unwrap_or(Sampling::Targeted)
    };
    let samplings: Vec<Sampling> = plain.rows.iter().map(|row| sampling(*row, noted)).collect();
    let tests: Vec<bool> = works.iter().map(|work| work.is_test() || is_test.get(work.row).unwrap_or(false)).collect();
    let items: Vec<Items> =
        plain.rows.iter().map(|row| of_review.remove(&plain.keys.at(*row)).unwrap_or_default()).collect();
    let left: u32 = of_review.values().map(|items| items.all).sum();
    noted.warnings.add(Warning::ItemWithoutReview, left.into());

    let mut reviews = Reviews::default();
    for ((work, sampling), is_test) in works.iter().zip(&samplings).zip(&tests) {
        // scored again to compare reviewers, a contact is not one more that was looked at
        if let Some((number, _)) = work.contact.filter(|_| !is_test && *sampling != Sampling::Calibration) {
            reviews.add(number, *sampling == Sampling::Random);
        }
    }

    let mut table = Table::new(FactTable::QualityReview, works.len());
    put_work(&mut table, &works, &columns, ground, (RecordKind::QualityReview, noted))?;
    let both = || plain.rows.iter().zip(&items);
    let raw = |(row, items): (&Row, &Items)| items.raw_score().or(stated_score.get(*row));
    let failed = |(row, items): (&Row, &Items)| is_failed.get(*row).unwrap_or(false) || items.critical_errors > 0;
    table.text("sampling", samplings.iter().map(|sampling| Some(sampling.name())))?;
    table.integers("items", items.iter().map(|items| Some(items.applied.into())));
    table.numbers("raw_score", both().map(raw));
    table.numbers("score", both().map(|both| if failed(both) { Some(0) } else { raw(both) }));
    table.integers("critical_errors", items.iter().map(|items| Some(items.critical_errors.into())));
    table.booleans("is_failed", both().map(|both| Some(failed(both))));
    table.integers("protocol_steps", items.iter().map(|items| Some(items.protocol_steps.into())));
    table.integers("protocol_steps_done", items.iter().map(|items| Some(items.protocol_steps_done.into())));
    table.booleans("is_test", tests.iter().map(|is_test| Some(*is_test)));
    Ok((plain.finish(table, ground.directory, ground.attributes)?, reviews))
}

/// The items of every review, by its key.
fn items<'a>(ground: &Ground<'_, 'a>, noted: &mut Noted) -> Result<HashMap<(&'a str, &'a str), Items>, FoldError> {
    let (records, newest) = ground.newest(RecordKind::QualityItem, noted)?;
    let system: Text = records.column("system")?;
    let review: Text = records.column("review_id")?;
    let kind: Text = records.column("kind")?;
    let weight: Numbers = records.column("weight")?;
    let score: Numbers = records.column("score")?;
    let is_critical: Booleans = records.column("is_critical")?;
    let mut found: HashMap<(&str, &str), Items> = HashMap::new();
    for row in newest.rows() {
        let stated = (weight.get(row), score.get(row));
        let known = (stated.0.filter(|weight| *weight >= 0), stated.1.filter(|score| (0..=ONE).contains(score)));
        if known != stated {
            let (field, said) = if known.0 == stated.0 { ("score", stated.1) } else { ("weight", stated.0) };
            let said = number(said.unwrap_or_default());
            noted.warnings.note_value(Warning::UnknownValue, (RecordKind::QualityItem, field), said);
        }
        let items = found.entry((system.required(row), review.required(row))).or_default();
        let is_critical = is_critical.get(row).unwrap_or(false);
        items.add(known.0.unwrap_or(ONE), known.1, is_critical, kind.get(row) == Some("protocol"));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(rows: &[(i128, Option<i128>, bool, bool)]) -> Items {
        let mut items = Items::default();
        for &(weight, score, is_critical, is_protocol) in rows {
            items.add(weight * ONE, score, is_critical, is_protocol);
        }
        items
    }

    #[test]
    fn what_did_not_apply_leaves_its_weight_to_the_others() {
        let half = Some(ONE / 2);
        let found = items(&[(3, Some(ONE), false, true), (1, half, false, true), (6, None, true, true)]);
        // (3 + 0.5) ÷ 4, not ÷ 10
        assert_eq!(found.raw_score(), Some(875_000));
        assert_eq!((found.applied, found.protocol_steps, found.protocol_steps_done), (2, 2, 1));
        assert_eq!(found.critical_errors, 0, "what did not apply is no error");
    }

    #[test]
    fn only_a_critical_item_scored_nothing_is_a_critical_error() {
        let found = items(&[(1, Some(1), true, false), (1, Some(0), false, false), (2, Some(0), true, false)]);
        assert_eq!(found.critical_errors, 1);
        assert_eq!(items(&[(0, Some(ONE), false, false)]).raw_score(), None);
        // 100 × 1 ÷ 3 and 100 × 2 ÷ 3
        assert_eq!(items(&[(1, Some(ONE), false, false), (2, Some(0), false, false)]).raw_score(), Some(333_333));
        assert_eq!(items(&[(2, Some(ONE), false, false), (1, Some(0), false, false)]).raw_score(), Some(666_667));
    }
}
