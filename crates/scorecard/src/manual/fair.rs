//! How figures are gamed, and which ones give it away.

use super::{Book, entry};
use crate::document::{Block, Cell, Column, Row, Table, Text};

pub(super) fn blocks(book: &Book<'_>) -> Vec<Block> {
    let rows: Vec<Row> = book
        .kpi_metrics()
        .into_iter()
        .filter(|metric| !metric.gamed.trim().is_empty())
        .map(|metric| {
            let away = metric.counterbalances.iter().map(|id| entry::named(book, id));
            Row::plain([
                Cell::Text(Text::new().link(metric.name.as_str(), entry::id(&metric.id))),
                Cell::Text(Text::prose(metric.gamed.trim())),
                Cell::Text(Text::join(away, ", ")),
            ])
        })
        .collect();
    if rows.is_empty() {
        return Vec::new();
    }
    vec![
        Block::paragraph(
            "A figure that is paid for or feared gets better, whether the service does or not. None of the following is \
             meant as a suspicion: it is here so that everybody knows where a figure gives way, and sees it in time.",
        ),
        Block::list([
            "Serve the customer first. Where doing so costs a figure, do it, and say so in a comment on the metric: the \
             figure is what has to change then.",
            "Never choose who is asked, never ask for a good mark, never record something otherwise than it was.",
            "Look at a figure and its counterweights together. One that gets better while they get worse has not got better.",
            "No figure of a single person is compared with another’s unless both do the same mix of work, in sufficient \
             numbers, and the difference is clear of its margin.",
        ]),
        Block::Table(Table {
            caption: "Where each KPI gives way".to_owned(),
            columns: vec![
                Column::text("KPI", 4),
                Column::text("How it is gamed", 7),
                Column::text("What gives it away", 5),
            ],
            rows,
        }),
    ]
}
