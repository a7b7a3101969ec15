//! The first sheet, which is also what CSV has: a row a KPI, then the card as a whole. Perspectives, gates and the total
//! stand under the KPIs in the same columns, so that nobody is given the KPIs without what they come to.

use super::sheets::{FIELDS, Field, column, score};
use crate::card::{Card, CardPerspective, Scorecard};
use crate::document::{Cell, Row, Table};
use crate::gate::{Bound, CardGate};
use crate::review::{EarlierClose, SinceOf};
use crate::score::CapKind;
use crate::words;

/// Columns after those of the figures.
const MORE: [Field; 9] = [
    ("row", false, |_, _| Cell::text("kpi")),
    ("score without cap", true, |_, _| Cell::Empty),
    ("caps total at", true, |_, _| Cell::Empty),
    ("closed on", true, |card, _| Cell::date(card.closed.as_ref().map(|closed| closed.on))),
    ("closed value", true, |card, kpi| match &kpi.restated {
        Some(restated) => Cell::figure(restated.closed_value, kpi.unit),
        None if card.closed.is_some() => Cell::figure(kpi.value, kpi.unit),
        None => Cell::Empty,
    }),
    ("since closed", false, |card, kpi| otherwise(card, SinceOf::Kpi, &kpi.id)),
    ("first closed on", true, |card, _| Cell::date(first(card).map(|first| first.on))),
    ("first closed value", true, |card, kpi| {
        let figure = first(card).and_then(|first| first.figure(&kpi.id));
        figure.map_or(Cell::Empty, |figure| Cell::figure(figure.value, kpi.unit))
    }),
    ("before closed again", false, |card, kpi| before(card, SinceOf::Kpi, &kpi.id)),
];

/// How the period was closed first, where it was closed again.
fn first(card: &Scorecard) -> Option<&EarlierClose> {
    card.closed.as_ref()?.earlier.first()
}

/// What was otherwise of something when the period was closed again, in words, each time.
fn before(card: &Scorecard, of: SinceOf, id: &str) -> Cell {
    let closes = card.closed.iter().flat_map(|closed| &closed.earlier);
    let told = closes.flat_map(|close| close.changed.iter().filter(|one| one.of == of && one.id == id));
    let told: Vec<&str> = told.map(|one| one.sentence.as_str()).collect();
    if told.is_empty() { Cell::Empty } else { Cell::text(told.join("; ")) }
}

/// What is otherwise of something since the period was closed, in words.
fn otherwise(card: &Scorecard, of: SinceOf, id: &str) -> Cell {
    let found = card.closed.as_ref().and_then(|closed| closed.since(of, id));
    found.map_or(Cell::Empty, |one| Cell::text(one.sentence.as_str()))
}

/// `card` as a table.
pub(super) fn table(card: &Scorecard) -> Table {
    let fields = || FIELDS.iter().chain(&MORE);
    let of_kpi = |kpi: &Card| Row::plain(fields().map(|(_, _, cell)| cell(card, kpi)));
    let perspectives = card.perspectives.iter().map(|one| named(perspective(card, one)));
    let gates = card.gates.iter().map(|one| named(gate(card, one)));
    Table {
        caption: String::new(),
        columns: fields().map(|(head, is_number, _)| column(head, *is_number)).collect(),
        rows: card.kpis.iter().map(of_kpi).chain(perspectives).chain(gates).chain([named(total(card))]).collect(),
    }
}

/// Cells by the head of their column.
type Named = Vec<(&'static str, Cell)>;

/// A row in which everything is empty that `cells` does not name.
fn named(cells: Named) -> Row {
    Row::total(
        FIELDS.iter().chain(&MORE).map(|(head, _, _)| {
            cells.iter().find(|(name, _)| name == head).map_or(Cell::Empty, |(_, cell)| cell.clone())
        }),
    )
}

/// What every row has, whatever it is of.
fn common(card: &Scorecard, name: &str, id: &str, what: &'static str) -> Named {
    vec![
        ("KPI", Cell::text(name)),
        ("id", Cell::text(id)),
        ("row", Cell::text(what)),
        ("from", Cell::Date(card.range.from)),
        ("to", Cell::Date(card.range.to)),
        ("closed on", Cell::date(card.closed.as_ref().map(|closed| closed.on))),
        ("first closed on", Cell::date(first(card).map(|first| first.on))),
    ]
}

/// To what something holds the total down.
fn cap(card: &Scorecard, kind: CapKind, id: &str) -> Cell {
    score(card.total.caps.iter().find(|cap| cap.kind == kind && cap.id == id).map(|cap| cap.at))
}

fn perspective(card: &Scorecard, one: &CardPerspective) -> Named {
    let mut cells = common(card, &one.name, &one.id, "perspective");
    cells.extend([
        ("perspective", Cell::text(one.name.as_str())),
        ("weight", Cell::Share(one.weight)),
        ("score", score(one.score)),
        ("caps total at", cap(card, CapKind::Floor, &one.id)),
    ]);
    cells
}

fn gate(card: &Scorecard, one: &CardGate) -> Named {
    let mut cells = common(card, &one.name, &one.id, "gate");
    let limit = match one.bound {
        Bound::AtLeast => "target from",
        Bound::AtMost => "target to",
    };
    cells.extend([
        ("metric", Cell::text(one.metric.as_str())),
        ("unit", Cell::text(one.unit.name())),
        ("value", Cell::figure(one.value, one.unit)),
        ("n", Cell::Count(one.n)),
        ("low", Cell::figure(one.low, one.unit)),
        ("high", Cell::figure(one.high, one.unit)),
        ("status", Cell::text(one.status.name())),
        (limit, Cell::figure(Some(one.limit), one.unit)),
        ("caps total at", cap(card, CapKind::Gate, &one.id)),
        ("since closed", otherwise(card, SinceOf::Gate, &one.id)),
        ("before closed again", before(card, SinceOf::Gate, &one.id)),
    ]);
    cells
}

fn total(card: &Scorecard) -> Named {
    let mut cells = common(card, "Total", "total", "total");
    cells.extend([
        ("weight", Cell::Share(card.total.scored_weight)),
        ("score", score(card.total.score)),
        ("score without cap", score(card.total.uncapped)),
        ("caps total at", score(card.total.caps.iter().map(|cap| cap.at).reduce(f64::min))),
    ]);
    if let Some(closed) = &card.closed {
        cells.push(("closed value", score(closed.total)));
        let otherwise = crate::terminal::closing(card, closed, &words::day(closed.on));
        cells.push(("since closed", Cell::text(otherwise)));
        cells.push(("first closed value", score(first(card).and_then(|first| first.total))));
        let earlier = crate::terminal::earlier(closed, &words::day).into_iter().map(|(how, _)| how);
        let earlier: Vec<String> = earlier.collect();
        let earlier = if earlier.is_empty() { Cell::Empty } else { Cell::text(earlier.join("; ")) };
        cells.push(("before closed again", earlier));
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::gate::GateStatus;
    use crate::review::{ClosedFigure, ClosedPeriod, Restated, SinceClosed};
    use crate::score::Cap;

    #[test]
    fn the_card_stands_under_its_kpis() {
        let mut card = fixture::card(&fixture::definition(crate::COMPANY.1), None, None);
        let on = "2026-11-02".parse().unwrap();
        let sentence = "Customer satisfaction 88.0 % then, 86.0 % now".to_owned();
        let changed = vec![SinceClosed { of: SinceOf::Kpi, id: "csat_t2b".to_owned(), figure: true, sentence }];
        let sentence = "Customer satisfaction 90.0 % then, 88.0 % when closed again".to_owned();
        let first = EarlierClose {
            on: "2026-11-01".parse().unwrap(),
            by: "Bert".to_owned(),
            provisional: false,
            reason: None,
            total: Some(81.0),
            figures: vec![ClosedFigure { kpi: "csat_t2b".to_owned(), value: Some(90.0), n: 1800 }],
            changed: vec![SinceClosed { of: SinceOf::Kpi, id: "csat_t2b".to_owned(), figure: true, sentence }],
        };
        card.closed = Some(ClosedPeriod {
            hours_changed: false,
            on,
            by: "Anna".to_owned(),
            provisional: false,
            reason: Some("late answers".to_owned()),
            total: Some(80.2),
            earlier: vec![first],
            changed,
        });
        card.kpis[0].restated = Some(Restated {
            closed_value: Some(88.0),
            closed_on: on,
            closed_by: "Anna".to_owned(),
            closed_n: 1900,
            definition_changed: false,
            asked_changed: false,
        });
        card.gates = vec![fixture::gate(GateStatus::Red)];
        card.gates[0].value = Some(1.0);
        (card.total.score, card.total.uncapped) = (Some(60.0), Some(69.4));
        card.total.caps = vec![Cap { kind: CapKind::Gate, id: "gate".to_owned(), name: "Gate".to_owned(), at: 60.0 }];

        let table = table(&card);
        assert!(table.rows.iter().all(|row| row.cells.len() == table.columns.len()));
        let check = |name: &str, head: &str, expected: &str| {
            let column = table.columns.iter().position(|column| column.head == head).unwrap();
            let row = table.rows.iter().find(|row| row.cells[0].words() == name).unwrap();
            assert_eq!(row.cells[column].words(), expected, "{name}, {head}");
        };
        check("Customer satisfaction", "row", "kpi");
        check("Customer satisfaction", "closed value", "88.0 %");
        check("Customer satisfaction", "since closed", "Customer satisfaction 88.0 % then, 86.0 % now");
        check("Cost and flow", "row", "perspective");
        check("Cost and flow", "score", "20.8");
        check("Gate", "row", "gate");
        check("Gate", "status", "red");
        check("Gate", "value", "1");
        check("Gate", "target to", "0");
        check("Gate", "caps total at", "60.0");
        check("Total", "row", "total");
        check("Total", "score", "60.0");
        check("Total", "score without cap", "69.4");
        check("Total", "caps total at", "60.0");
        check("Total", "closed on", "2 Nov 2026");
        check("Total", "closed value", "80.2");
        check("Total", "since closed", "Closed again on 2 Nov 2026 by Anna (late answers); restated since");
        check("Customer satisfaction", "first closed on", "1 Nov 2026");
        check("Customer satisfaction", "first closed value", "90.0 %");
        let again = "Customer satisfaction 90.0 % then, 88.0 % when closed again";
        check("Customer satisfaction", "before closed again", again);
        check("Total", "first closed value", "81.0");
        let again = "First closed on 1 Nov 2026 by Bert with a total of 81.0; restated when it was closed again";
        check("Total", "before closed again", again);
        // 85 % of the weight has a score
        check("Total", "weight", "85 %");
    }
}
