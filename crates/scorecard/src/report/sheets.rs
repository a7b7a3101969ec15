//! The figures of a report for calculating: a row a KPI, a row a point of its trend, a row an operational metric,
//! a row a team, a row a deed, a row a record behind a figure.

use super::{Sources, behind, due, tables, teams, told, trace, whole};
use crate::card::{Card, Scorecard};
use crate::changes::verdict;
use crate::definition::Goal;
use crate::document::{Cell, Column, Row, Table};
use crate::words;
use crate::workbook::Sheet;

pub(super) fn sheets(sources: &Sources<'_>) -> Vec<Sheet> {
    let mut sheets = vec![
        Sheet { name: "KPIs".to_owned(), table: whole::table(sources.card) },
        Sheet { name: "Trend".to_owned(), table: trend(sources.card) },
    ];
    if let Some(operational) = sources.operational.filter(|card| !card.kpis.is_empty()) {
        sheets.push(Sheet { name: "Operational".to_owned(), table: figures(operational) });
    }
    sheets.extend(teams::table(sources).map(|table| Sheet { name: "Teams".to_owned(), table }));
    sheets.extend(told::tables(sources).into_iter().map(|(name, table)| Sheet { name: name.to_owned(), table }));
    sheets.push(Sheet { name: "Trace".to_owned(), table: trace::table(sources) });
    sheets.push(Sheet { name: "Records".to_owned(), table: behind::table(sources) });
    if !sources.due.is_empty() {
        sheets.push(Sheet { name: "Due".to_owned(), table: due::table(sources.due) });
    }
    sheets
}

/// A column of a sheet of figures.
pub(super) type Field = (&'static str, bool, fn(&Scorecard, &Card) -> Cell);

pub(super) const FIELDS: [Field; 27] = [
    ("KPI", false, |_, kpi| Cell::text(kpi.name.as_str())),
    ("id", false, |_, kpi| Cell::text(kpi.id.as_str())),
    ("metric", false, |_, kpi| Cell::text(kpi.metric.as_str())),
    ("variant", false, |_, kpi| kpi.variant.as_ref().map_or(Cell::Empty, Cell::text)),
    ("statistic", false, |_, kpi| Cell::text(kpi.statistic.as_str())),
    ("unit", false, |_, kpi| Cell::text(kpi.unit.name())),
    ("perspective", false, |card, kpi| {
        let found = card.perspectives.iter().find(|perspective| perspective.id == kpi.perspective);
        found.map_or(Cell::Empty, |perspective| Cell::text(perspective.name.as_str()))
    }),
    // operational metrics have none
    ("weight", true, |_, kpi| if kpi.weight > 0.0 { Cell::Share(kpi.weight) } else { Cell::Empty }),
    ("from", true, |card, _| Cell::Date(card.range.from)),
    ("to", true, |card, _| Cell::Date(card.range.to)),
    ("value", true, |_, kpi| Cell::beside(kpi.value, kpi.goal().as_ref(), kpi.unit)),
    ("n", true, |_, kpi| Cell::Count(kpi.n)),
    ("low", true, |_, kpi| Cell::figure(kpi.low, kpi.unit)),
    ("high", true, |_, kpi| Cell::figure(kpi.high, kpi.unit)),
    ("quality", false, |_, kpi| Cell::text(words::quality(kpi.quality))),
    ("status", false, |_, kpi| tables::status(kpi)),
    ("score", true, |_, kpi| Cell::score(kpi.score)),
    ("target from", true, |_, kpi| {
        edge(kpi, |goal| match goal {
            Goal::AtLeast(target) | Goal::Between { low: target, .. } => Some(target),
            Goal::AtMost(_) => None,
        })
    }),
    ("target to", true, |_, kpi| {
        edge(kpi, |goal| match goal {
            Goal::AtMost(target) | Goal::Between { high: target, .. } => Some(target),
            Goal::AtLeast(_) => None,
        })
    }),
    ("tolerance", true, |_, kpi| Cell::width(kpi.target.as_ref().map(|target| target.tolerance), kpi.unit)),
    ("baseline", true, |_, kpi| Cell::figure(kpi.target.as_ref().and_then(|target| target.baseline), kpi.unit)),
    ("stretch", true, |_, kpi| Cell::figure(kpi.target.as_ref().and_then(|target| target.stretch), kpi.unit)),
    ("deadline", true, |_, kpi| Cell::date(kpi.target.as_ref().and_then(|target| target.deadline))),
    ("owner", false, |_, kpi| {
        kpi.target.as_ref().and_then(|target| target.owner.as_ref()).map_or(Cell::Empty, Cell::text)
    }),
    ("before", true, |_, kpi| Cell::figure(kpi.change.as_ref().and_then(|change| change.previous), kpi.unit)),
    ("change", true, |_, kpi| Cell::change(kpi.change.as_ref().and_then(|change| change.value), kpi.unit)),
    ("verdict", false, |_, kpi| {
        let change = kpi.change.as_ref().filter(|change| change.value.is_some());
        change.map_or(Cell::Empty, |_| Cell::text(verdict(kpi)))
    }),
];

fn edge(kpi: &Card, which: fn(Goal) -> Option<f64>) -> Cell {
    Cell::figure(kpi.target.as_ref().and_then(|target| which(target.goal(kpi.direction))), kpi.unit)
}

fn figures(card: &Scorecard) -> Table {
    Table {
        caption: String::new(),
        columns: FIELDS.iter().map(|(head, is_number, _)| column(head, *is_number)).collect(),
        rows: card.kpis.iter().map(|kpi| Row::plain(FIELDS.iter().map(|(_, _, cell)| cell(card, kpi)))).collect(),
    }
}

fn trend(card: &Scorecard) -> Table {
    let heads = [
        ("KPI", false),
        ("id", false),
        ("unit", false),
        ("from", true),
        ("to", true),
        ("value", true),
        ("low", true),
        ("high", true),
        ("n", true),
        ("quality", false),
    ];
    let rows = card.kpis.iter().flat_map(|kpi| {
        kpi.trend.iter().map(|point| {
            Row::plain([
                Cell::text(kpi.name.as_str()),
                Cell::text(kpi.id.as_str()),
                Cell::text(kpi.unit.name()),
                Cell::Date(point.from),
                Cell::Date(point.to),
                Cell::figure(point.value, kpi.unit),
                Cell::figure(point.low, kpi.unit),
                Cell::figure(point.high, kpi.unit),
                Cell::Count(point.n),
                Cell::text(words::quality(point.quality)),
            ])
        })
    });
    Table {
        caption: String::new(),
        columns: heads.into_iter().map(|(head, is_number)| column(head, is_number)).collect(),
        rows: rows.collect(),
    }
}

/// A column of a sheet, as wide as its cells.
pub(super) fn column(head: &str, is_number: bool) -> Column {
    Column { head: head.to_owned(), is_number, share: 0, under: None }
}
