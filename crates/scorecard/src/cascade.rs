//! Where a card's figure comes from: the parts of the cards below it, or of the values of a dimension, and what belongs
//! to none of them.
//!
//! Parts are added above and below the line, never averaged: of a share, a ratio, a mean, a net score or a quotient of
//! other figures numerators and denominators add up, of counts, sums and stocks the figures themselves. A median or a
//! percentile of the whole does not follow from those of its parts, nor does any other formula of other figures; then the
//! parts are shown, and nothing is said to add up.

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
    /// What the numerator ÷ the denominator is multiplied by for the figure: 100 of a share, 1 of a mean, 1,000 of complaints
    /// for so many contacts; null where figures have no line, or none of them tells.
    pub times: Option<f64>,
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
    let rows_of = |answers: Option<&Vec<Answer>>| -> Vec<AnswerRow> {
        let found = answers.and_then(|answers| answers.iter().find(|answer| answer.statistic == kpi.statistic));
        found.map(|answer| answer.rows.clone()).unwrap_or_default()
    };
    let whole = rows_of(answers.first()).into_iter().next().unwrap_or(AnswerRow::NO_DATA);
    let mut rest_row = None;
    let mut found: Vec<(CascadePart, AnswerRow)> = Vec::new();
    match parts {
        Parts::Values(dimension) => {
            let names = answers.get(1).and_then(|answers| answers.first()?.labels.get(dimension));
            for row in rows_of(answers.get(1)) {
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
                let row = rows_of(answers.get(index + 1)).into_iter().next().unwrap_or(AnswerRow::NO_DATA);
                let part =
                    CascadePart { card: Some(child.name.clone()), name: child.title.clone(), ..CascadePart::default() };
                found.push((part, row));
            }
        }
    }
    let line_unit =
        answers.iter().flatten().find(|answer| answer.statistic == kpi.statistic).and_then(|one| one.line_unit);
    let rows: Vec<&AnswerRow> = std::iter::once(&whole).chain(found.iter().map(|(_, row)| row)).collect();
    let adds = Adds::of(metric.measure.kind, line_unit.is_some(), &rows);
    let mut note = overlap(parts).or_else(|| match adds {
        None => Some(does_not_add_up(metric, &kpi.statistic)),
        Some(_) => None,
    });
    if note.is_none() && rows.iter().any(|row| row.quality == Quality::Withheld) {
        note = Some("a figure is withheld, being about too few people: what is left would tell it".to_owned());
    }
    if note.is_none() && metric.privacy.is_some() {
        note = Some("it is about people: what belongs to none of the parts may be about too few of them".to_owned());
    }
    let is_hidden = |row: &&AnswerRow| row.quality == Quality::Suppressed && row.value.or(row.numerator).is_none();
    if note.is_none() && rows.iter().any(is_hidden) {
        note = Some("a figure is not shown, being of too few: what is left would tell it".to_owned());
    }
    if note.is_none() {
        note = found.iter().find(|(_, row)| is_unknown(row)).map(|(part, row)| {
            let why = row.note.as_ref().map_or_else(String::new, |note| format!(": {note}"));
            format!("what it is made of is not known of “{}”{why}", part.name)
        });
    }
    let adds = adds.filter(|_| note.is_none());
    let of_parts: Vec<&AnswerRow> = found.iter().map(|(_, row)| row).collect();
    let left = adds.and_then(|adds| left_over(adds, metric.measure.kind, &whole, &of_parts));
    // of a breakdown the rest was asked for, so that it can be told whether all of it is there
    let agrees = |left: &AnswerRow| match (parts, &rest_row, adds) {
        (Parts::Values(_), Some(row), Some(adds)) => same(adds, left, row),
        (Parts::Values(_), None, Some(adds)) => same(adds, left, &AnswerRow::NO_DATA),
        _ => true,
    };
    let left = left.filter(agrees);
    if note.is_none() && left.is_none() {
        note = Some("they come to more or less than the whole".to_owned());
    }
    let share = |row: &AnswerRow| {
        let (part, of) = match adds {
            Some(Adds::Line(_)) => (row.denominator, whole.denominator),
            _ => (row.value, whole.value),
        };
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
    let times = match Adds::of(metric.measure.kind, line_unit.is_some(), &rows) {
        Some(Adds::Line(times)) => times,
        _ => None,
    };
    Cascade {
        card: card.name.clone(),
        kpi: kpi.id.clone(),
        name: kpi.name.clone(),
        metric: kpi.metric.clone(),
        statistic: kpi.statistic.clone(),
        unit: kpi.unit,
        line_unit,
        times,
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

/// How parts make a whole.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Adds {
    /// Above and below a line; the figure is this times their quotient, null where that is not known.
    Line(Option<f64>),
    /// As they are.
    Figures,
}

impl Adds {
    /// Of figures of a kind, which are `rows`; none where parts do not make the whole.
    fn of(kind: MeasureKind, has_line: bool, rows: &[&AnswerRow]) -> Option<Self> {
        use MeasureKind::{
            Cohort, Count, Derived, Mean, NetScore, Quantile, Ratio, Share, Stock, StockAge, StockOlder,
        };
        use MeasureKind::{Sum, Survival};
        match kind {
            Mean => Some(Adds::Line(Some(1.0))),
            Share | Ratio | NetScore | StockOlder | Cohort => Some(Adds::Line(Some(100.0))),
            Count | Sum | Stock => Some(Adds::Figures),
            Survival | Quantile | StockAge => None,
            // a formula that is no quotient has a denominator at most
            Derived if has_line && rows.iter().any(|row| row.numerator.is_some()) => Some(Adds::Line(times(rows))),
            Derived => None,
        }
    }
}

/// What a quotient is multiplied by, as the figure with the most above its line tells it.
fn times(rows: &[&AnswerRow]) -> Option<f64> {
    let told = rows.iter().filter_map(|row| Some((row.value?, row.numerator?, row.denominator?)));
    let most = told.filter(|(_, above, _)| *above != 0.0).max_by(|one, other| one.1.abs().total_cmp(&other.1.abs()));
    most.map(|(value, above, below)| {
        let times = value * below / above;
        // 1,000 and not 999.9999999999999
        let whole = times.round();
        if (times - whole).abs() <= DUST * times.abs() { whole } else { times }
    })
}

/// Why the figures of parts do not make that of the whole.
fn does_not_add_up(metric: &Metric, statistic: &str) -> String {
    match metric.measure.kind {
        MeasureKind::Derived => "it is worked out from other figures, which add up each for itself".to_owned(),
        _ => format!("the {} of the whole does not follow from those of its parts", quantile(statistic)),
    }
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

/// Whether something is there, and nothing that could be added.
fn is_unknown(row: &AnswerRow) -> bool {
    row.n > 0 && row.value.or(row.numerator).is_none()
}

/// What is left of `whole` without `parts`; none where they come to more, or a part is not known.
fn left_over(adds: Adds, kind: MeasureKind, whole: &AnswerRow, parts: &[&AnswerRow]) -> Option<AnswerRow> {
    let left = |of: fn(&AnswerRow) -> Option<f64>| -> Option<f64> {
        let whole = of(whole)?;
        let parts: f64 =
            parts.iter().map(|row| of(row).or_else(|| (row.n == 0).then_some(0.0))).sum::<Option<f64>>()?;
        let left = whole - parts;
        // sums of money and time are not whole numbers, so that their differences have dust on them
        Some(if left.abs() <= DUST * whole.abs().max(1.0) { 0.0 } else { left })
    };
    let n = parts.iter().try_fold(whole.n, |left, row| left.checked_sub(row.n));
    match adds {
        Adds::Line(times) => {
            let (numerator, denominator) = (left(|row| row.numerator)?, left(|row| row.denominator)?);
            // answers below the middle of a scale, money that was lost
            let may_be_less = matches!(kind, MeasureKind::NetScore | MeasureKind::Mean | MeasureKind::Derived);
            let is_sound = denominator >= 0.0 && (may_be_less || numerator >= 0.0);
            let quotient = (denominator > 0.0).then(|| numerator / denominator);
            let value = quotient.and_then(|quotient| match times {
                Some(times) => Some(times * quotient),
                None => (quotient == 0.0).then_some(0.0),
            });
            let quality = value.map_or(Quality::NoData, |_| Quality::Ok);
            // what a formula's figures have in n in common does not add up
            let n = if kind == MeasureKind::Derived { n.unwrap_or(0) } else { n? };
            let (numerator, denominator) = (Some(numerator), Some(denominator));
            is_sound.then_some(AnswerRow { value, n, numerator, denominator, quality, ..AnswerRow::NO_DATA })
        }
        Adds::Figures => {
            let value = left(|row| row.value)?;
            let is_sound = kind == MeasureKind::Sum || value >= 0.0;
            let quality = Quality::Ok;
            // a mean stock over instants has a rounded n
            is_sound.then(|| AnswerRow { value: Some(value), n: n.unwrap_or(0), quality, ..AnswerRow::NO_DATA })
        }
    }
}

/// Whether two rows count the same.
fn same(adds: Adds, one: &AnswerRow, other: &AnswerRow) -> bool {
    let near = |a: Option<f64>, b: Option<f64>| {
        let (a, b) = (a.unwrap_or(0.0), b.unwrap_or(0.0));
        (a - b).abs() <= DUST * a.abs().max(b.abs()).max(1.0)
    };
    match adds {
        Adds::Line(_) => near(one.numerator, other.numerator) && near(one.denominator, other.denominator),
        Adds::Figures => near(one.value, other.value),
    }
}

#[cfg(test)]
mod tests;
