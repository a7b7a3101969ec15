//! Where a card's figure comes from: the parts of the cards below it, or of the values of a dimension, and what belongs
//! to none of them.
//!
//! Parts are added above and below the line, never averaged: of a share, a ratio, a mean or a net score numerators and
//! denominators add up, of counts, sums and stocks the figures themselves. A median or a percentile of the whole does not
//! follow from those of its parts, nor does a formula of other figures; then the parts are shown, and nothing is said
//! to add up.

use std::collections::BTreeMap;

use catalogue::answer::{Answer, AnswerRow, Quality};
use catalogue::metric::{MeasureKind, Metric, Unit};
use catalogue::plan::LineUnit;
use catalogue::question::Question;
use model::calendar::DateRange;
use serde::Serialize;
use utoipa::ToSchema;

use crate::card::Range;
use crate::definition::{Definition, Kpi};
use crate::questions::question_of;

/// Sums closer than this share of their size are the same.
const DUST: f64 = 1e-9;

/// A figure taken apart.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Cascade {
    /// Name of the card.
    pub card: String,
    /// Id of the KPI on it.
    pub kpi: String,
    /// Its name.
    pub name: String,
    /// Metric id.
    pub metric: String,
    /// Which of its statistics.
    pub statistic: String,
    /// Unit of the values.
    pub unit: Unit,
    /// Units of what stands above and below the line; null where figures have no line.
    pub line_unit: Option<LineUnit>,
    /// Days the figures are for.
    pub range: Range,
    /// The dimension whose values the parts are; null where they are cards.
    pub by: Option<String>,
    /// The figure of the card.
    pub total: CascadePart,
    /// The figures of its parts.
    pub parts: Vec<CascadePart>,
    /// What belongs to none of them; null where parts and total do not add up.
    pub rest: Option<CascadePart>,
    /// Whether the parts and the rest add up to the total, above and below the line.
    pub adds_up: bool,
    /// Why not; null where they do.
    pub note: Option<String>,
}

/// One part of a figure.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
pub struct CascadePart {
    /// Name of the card it is of.
    pub card: Option<String>,
    /// Value of the dimension it is of.
    pub of: Option<String>,
    /// What it is, for people: of an agent or a team the name that records give.
    pub name: String,
    /// The figure; null where there is none.
    pub value: Option<f64>,
    /// Sample size.
    pub n: u64,
    /// The numerator: what is counted above the line, where there is a line.
    pub numerator: Option<f64>,
    /// The denominator: what is counted below the line.
    pub denominator: Option<f64>,
    /// Lower end of the 95 % confidence interval.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
    /// Whether it can be relied on.
    pub quality: Quality,
    /// Its share of the total, 0–1: of what is below the line, where there is one, else of the figure.
    pub share: Option<f64>,
}

/// What the parts of a figure are.
#[derive(Clone, Copy, Debug)]
pub enum Parts<'d> {
    /// The cards right below.
    Cards(&'d [&'d Definition]),
    /// The values of a dimension.
    Values(&'d str),
}

/// Values by dimension, as in [`Question::only`].
type Held = BTreeMap<String, Vec<Option<String>>>;

/// The values that both hold to; an empty list where they have none in common.
///
/// ```
/// use std::collections::BTreeMap;
/// let held = |values: &[&str]| {
///     BTreeMap::from([("team".to_owned(), values.iter().map(|value| Some((*value).to_owned())).collect::<Vec<_>>())])
/// };
/// assert_eq!(scorecard::both(&held(&["A", "B"]), &held(&["B", "C"])), held(&["B"]));
/// assert_eq!(scorecard::both(&held(&["A"]), &BTreeMap::new()), held(&["A"]));
/// ```
pub fn both(one: &Held, other: &Held) -> Held {
    let mut held = one.clone();
    for (name, values) in other {
        let kept = held.entry(name.clone()).or_insert_with(|| values.clone());
        kept.retain(|value| values.contains(value));
    }
    held
}

/// What is asked for the cascade of `kpi` on `card`: its total first, then its parts. A card below that has nothing in
/// common with it is not asked about; its place is empty.
pub fn cascade_questions(card: &Definition, kpi: &Kpi, range: &DateRange, parts: Parts<'_>) -> Vec<Option<Question>> {
    let total = Question { only: card.held_to(), ..question_of(kpi, range) };
    let of_parts: Vec<Option<Question>> = match parts {
        Parts::Values(dimension) => vec![Some(Question { by: vec![dimension.to_owned()], ..total.clone() })],
        Parts::Cards(cards) => cards
            .iter()
            .map(|child| {
                let only = both(&card.held_to(), &child.held_to());
                only.values().all(|values| !values.is_empty()).then(|| Question { only, ..total.clone() })
            })
            .collect(),
    };
    std::iter::once(Some(total)).chain(of_parts).collect()
}

/// The cascade of `kpi` on `card`, of answers to [`cascade_questions`] in their order; of a question that was not asked an
/// empty list.
pub fn cascade(
    card: &Definition,
    kpi: &Kpi,
    metric: &Metric,
    range: &DateRange,
    parts: Parts<'_>,
    answers: &[Vec<Answer>],
) -> Cascade {
    let rows = |answers: Option<&Vec<Answer>>| -> Vec<AnswerRow> {
        let found = answers.and_then(|answers| answers.iter().find(|answer| answer.statistic == kpi.statistic));
        found.map(|answer| answer.rows.clone()).unwrap_or_default()
    };
    let whole = rows(answers.first()).into_iter().next().unwrap_or(AnswerRow::NO_DATA);
    let mut rest_row = None;
    let mut found: Vec<(CascadePart, AnswerRow)> = Vec::new();
    match parts {
        Parts::Values(dimension) => {
            let names = answers.get(1).and_then(|answers| answers.first()?.labels.get(dimension));
            for row in rows(answers.get(1)) {
                match row.by.values().next().cloned().flatten() {
                    Some(value) => {
                        let name = names.and_then(|names| names.get(&value)).unwrap_or(&value).clone();
                        let part = CascadePart { of: Some(value), name, ..CascadePart::default() };
                        found.push((part, row));
                    }
                    None => rest_row = Some(row),
                }
            }
        }
        Parts::Cards(cards) => {
            for (index, child) in cards.iter().enumerate() {
                let row = rows(answers.get(index + 1)).into_iter().next().unwrap_or(AnswerRow::NO_DATA);
                let part =
                    CascadePart { card: Some(child.name.clone()), name: child.title.clone(), ..CascadePart::default() };
                found.push((part, row));
            }
        }
    }
    let kind = metric.measure.kind;
    let mut note = overlap(parts).or_else(|| does_not_add_up(metric, &kpi.statistic));
    if note.is_none() && std::iter::once(&whole).chain(found.iter().map(|(_, row)| row)).any(is_withheld) {
        note = Some("a figure is withheld, being about too few people: what is left would tell it".to_owned());
    }
    if note.is_none() && metric.privacy.is_some() {
        note = Some("it is about people: what belongs to none of the parts may be about too few of them".to_owned());
    }
    let of_parts: Vec<&AnswerRow> = found.iter().map(|(_, row)| row).collect();
    let left = if note.is_none() { left_over(kind, &whole, &of_parts) } else { None };
    // of a breakdown the rest was asked for, so that it can be told whether all of it is there
    let agrees = |left: &AnswerRow| match (parts, &rest_row) {
        (Parts::Values(_), Some(row)) => same(kind, left, row),
        (Parts::Values(_), None) => same(kind, left, &AnswerRow::NO_DATA),
        (Parts::Cards(_), _) => true,
    };
    let left = left.filter(agrees);
    if note.is_none() && left.is_none() {
        note = Some("they come to more or less than the whole".to_owned());
    }
    let share = |row: &AnswerRow| {
        let (part, of) = if has_line(kind) { (row.denominator, whole.denominator) } else { (row.value, whole.value) };
        part.zip(of).filter(|(_, of)| *of != 0.0).map(|(part, of)| part / of)
    };
    let filled = |part: CascadePart, row: &AnswerRow| CascadePart {
        value: row.value,
        n: row.n,
        numerator: row.numerator,
        denominator: row.denominator,
        low: row.low,
        high: row.high,
        quality: row.quality,
        share: note.as_ref().map_or_else(|| share(row), |_| None),
        ..part
    };
    let named_rest = CascadePart { name: rest_name(parts), ..CascadePart::default() };
    let rest = left.map(|row| filled(named_rest, &row));
    Cascade {
        card: card.name.clone(),
        kpi: kpi.id.clone(),
        name: kpi.name.clone(),
        metric: kpi.metric.clone(),
        statistic: kpi.statistic.clone(),
        unit: kpi.unit,
        line_unit: answers
            .iter()
            .flatten()
            .find(|answer| answer.statistic == kpi.statistic)
            .and_then(|one| one.line_unit),
        range: Range { from: range.from, to: range.to },
        by: match parts {
            Parts::Values(dimension) => Some(dimension.to_owned()),
            Parts::Cards(_) => None,
        },
        total: filled(
            CascadePart { card: Some(card.name.clone()), name: card.title.clone(), ..CascadePart::default() },
            &whole,
        ),
        parts: found.into_iter().map(|(part, row)| filled(part, &row)).collect(),
        adds_up: rest.is_some(),
        rest,
        note,
    }
}

fn rest_name(parts: Parts<'_>) -> String {
    match parts {
        Parts::Cards(_) => "On none of these cards".to_owned(),
        Parts::Values(dimension) => format!("Without {dimension}"),
    }
}

/// Whether a figure is one number over another.
fn has_line(kind: MeasureKind) -> bool {
    use MeasureKind::{Cohort, Mean, NetScore, Ratio, Share, StockOlder};
    matches!(kind, Share | Ratio | Mean | NetScore | StockOlder | Cohort)
}

/// Why the figures of parts do not make that of the whole.
fn does_not_add_up(metric: &Metric, statistic: &str) -> Option<String> {
    let why = match metric.measure.kind {
        MeasureKind::Survival | MeasureKind::Quantile | MeasureKind::StockAge => {
            format!("the {} of the whole does not follow from those of its parts", quantile(statistic))
        }
        MeasureKind::Derived => "it is worked out from other figures, which add up each for itself".to_owned(),
        _ => return None,
    };
    Some(why)
}

fn quantile(statistic: &str) -> String {
    match statistic.strip_prefix('p') {
        Some(percent) if percent.chars().all(|character| character.is_ascii_digit()) => {
            format!("percentile ({percent} %)")
        }
        _ => statistic.to_owned(),
    }
}

/// Cards that count the same twice.
fn overlap(parts: Parts<'_>) -> Option<String> {
    let Parts::Cards(cards) = parts else { return None };
    for (index, one) in cards.iter().enumerate() {
        for other in &cards[index + 1..] {
            let (held, of_other) = (one.held_to(), other.held_to());
            let apart = held.iter().any(|(name, values)| {
                of_other.get(name).is_some_and(|others| values.iter().all(|value| !others.contains(value)))
            });
            if !apart {
                let (one, other) = (&one.title, &other.title);
                return Some(format!("“{one}” and “{other}” may count the same twice: nothing holds them apart"));
            }
        }
    }
    None
}

fn is_withheld(row: &AnswerRow) -> bool {
    row.quality == Quality::Withheld
}

/// What is left of `whole` without `parts`; none where they come to more, or a part is not known.
fn left_over(kind: MeasureKind, whole: &AnswerRow, parts: &[&AnswerRow]) -> Option<AnswerRow> {
    let left = |of: fn(&AnswerRow) -> Option<f64>| -> Option<f64> {
        let whole = of(whole)?;
        let parts: f64 =
            parts.iter().map(|row| of(row).or_else(|| (row.n == 0).then_some(0.0))).sum::<Option<f64>>()?;
        let left = whole - parts;
        // sums of money and time are not whole numbers, so that their differences have dust on them
        Some(if left.abs() <= DUST * whole.abs().max(1.0) { 0.0 } else { left })
    };
    let n = parts.iter().try_fold(whole.n, |left, row| left.checked_sub(row.n));
    if has_line(kind) {
        let (numerator, denominator) = (left(|row| row.numerator)?, left(|row| row.denominator)?);
        let is_sound =
            denominator >= 0.0 && (kind == MeasureKind::NetScore || numerator >= 0.0 || kind == MeasureKind::Mean);
        let scale = if kind == MeasureKind::Mean { 1.0 } else { 100.0 };
        let value = (denominator > 0.0).then(|| scale * numerator / denominator);
        let (numerator, denominator) = (Some(numerator), Some(denominator));
        let quality = value.map_or(Quality::NoData, |_| Quality::Ok);
        return is_sound.then_some(AnswerRow { value, n: n?, numerator, denominator, quality, ..AnswerRow::NO_DATA });
    }
    let value = left(|row| row.value)?;
    let is_sound = kind == MeasureKind::Sum || value >= 0.0;
    // a mean stock over instants has a rounded n
    is_sound.then(|| AnswerRow { value: Some(value), n: n.unwrap_or(0), quality: Quality::Ok, ..AnswerRow::NO_DATA })
}

/// Whether two rows count the same.
fn same(kind: MeasureKind, one: &AnswerRow, other: &AnswerRow) -> bool {
    let near = |a: Option<f64>, b: Option<f64>| {
        let (a, b) = (a.unwrap_or(0.0), b.unwrap_or(0.0));
        (a - b).abs() <= DUST * a.abs().max(b.abs()).max(1.0)
    };
    match has_line(kind) {
        true => near(one.numerator, other.numerator) && near(one.denominator, other.denominator),
        false => near(one.value, other.value),
    }
}

#[cfg(test)]
mod tests;
