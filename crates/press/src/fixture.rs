//! A document with every kind of block, and with words that each format would take for markup.

use catalogue::metric::Unit;
use scorecard::Status;
use scorecard::chart::{Bar, bars};
use scorecard::document::{Block, Callout, Cell, Column, Document, Row, Table, Text, Tone};

/// Words that would be markup, script, a formula or a command, were they not words.
pub(crate) const NASTY: &str =
    r##"<script>alert("x")</script> & #pagebreak() [*bold*](javascript:x) $x^2$ `code` _u_ | @ref \ #sys.version ~"##;

pub(crate) fn document() -> Document {
    Document {
        kind: "Test report".to_owned(),
        title: format!("Title {NASTY}"),
        subtitle: format!("Subtitle {NASTY}"),
        facts: vec![("Period".to_owned(), "1–31 Oct 2026".to_owned()), ("Name".to_owned(), NASTY.to_owned())],
        about: "1–31 Oct 2026".to_owned(),
        has_cover: false,
        blocks: blocks(),
    }
}

fn blocks() -> Vec<Block> {
    let text = Text::new()
        .plain("Plain, ")
        .strong("strong")
        .plain(", ")
        .emphasis("stressed")
        .plain(", ")
        .code("a == `b`")
        .plain(", ")
        .link("inside", "second")
        .plain(", ")
        .link("nowhere", "missing")
        .plain(", ")
        .web("outside", "https://example.org/?a=1&b=\"2\"")
        .plain(".");
    vec![
        Block::heading(1, "First", "first"),
        Block::paragraph(NASTY),
        Block::Paragraph(text),
        Block::list(["one", "two"]),
        Block::List { is_ordered: true, items: vec!["first".into(), "second".into()] },
        Block::Definitions(vec![(Text::from("term"), Text::from(NASTY))]),
        Block::heading(2, "Second", "second"),
        Block::Table(table()),
        Block::Figures(vec![bars("Scores", &[bar("CSAT <b>", Some(104.0)), bar("Total", None)], Some(40.0))]),
        Block::Callout(Callout { tone: Tone::Alarm, title: "Mind".to_owned(), text: vec![NASTY.into()] }),
        Block::PageBreak,
        Block::heading(3, "Third", "third"),
        Block::paragraph("- not a list"),
        Block::paragraph("1. not a list either"),
    ]
}

fn bar(name: &str, value: Option<f64>) -> Bar {
    Bar { name: name.to_owned(), value, is_total: value.is_none() }
}

pub(crate) fn table() -> Table {
    Table {
        caption: "Against target".to_owned(),
        columns: vec![
            Column::text("KPI", 4),
            Column::number("Figure"),
            Column::number("Change"),
            Column::number("Day"),
            Column::text("Status", 2),
        ],
        rows: vec![
            Row::group("Satisfaction, 55 %"),
            Row::plain([
                Cell::text("CSAT | a <i>b</i>"),
                Cell::Figure(86.4, Unit::Percent),
                Cell::Change(-1.25, Unit::Percent),
                Cell::Date("2026-10-31".parse().expect("a day")),
                Cell::Status(Status::OffTarget),
            ]),
            Row::plain([
                Cell::text("First response"),
                Cell::Figure(12_660.0, Unit::Seconds),
                Cell::Change(-2160.0, Unit::Seconds),
                Cell::Empty,
                Cell::Status(Status::TooCloseToCall),
            ]),
            Row::total([Cell::text("Cost"), Cell::Figure(5.5, Unit::Currency), Cell::Empty, Cell::Empty, Cell::Empty]),
        ],
    }
}
