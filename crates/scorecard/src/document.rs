//! A document as data: headings, paragraphs, tables, figures. What it says is decided here and in [`crate::manual`] and
//! [`crate::report`]; the crate `press` prints the same words as HTML, Markdown and PDF.

mod cell;
mod text;

pub use cell::{Cell, Column, Row, RowKind, Table};
pub use text::{Link, Span, Text};

/// A document for people.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Document {
    /// What sort of document it is, over the title: `Service manual`.
    pub kind: String,
    /// Title.
    pub title: String,
    /// One sentence under the title; may be empty.
    pub subtitle: String,
    /// Who made it, of what, for which days: name and value, in the order they are shown.
    pub facts: Vec<(String, String)>,
    /// The days or the day it is about, as at the foot of each page; may be empty.
    pub about: String,
    /// Whether it opens with a cover and a table of contents, or its blocks begin under the title.
    pub has_cover: bool,
    /// What it says.
    pub blocks: Vec<Block>,
}

/// One part of a document.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// A heading.
    Heading(Heading),
    /// A paragraph.
    Paragraph(Text),
    /// Points, numbered where their order says something.
    List {
        /// Whether they are numbered.
        is_ordered: bool,
        /// The points.
        items: Vec<Text>,
    },
    /// Terms, each with what it means.
    Definitions(Vec<(Text, Text)>),
    /// A table.
    Table(Table),
    /// Figures side by side, as many in a row as fit.
    Figures(Vec<Figure>),
    /// A remark that must not be missed.
    Callout(Callout),
    /// What follows begins on a new page.
    PageBreak,
}

/// A heading.
#[derive(Clone, Debug, PartialEq)]
pub struct Heading {
    /// 1 for chapters, 2 for sections, 3 for parts of a section.
    pub level: u8,
    /// Its words.
    pub text: String,
    /// Name to link to, unique in the document: letters, digits, `-` and `_`.
    pub id: String,
}

/// A chart with its reading in words.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// The picture, as the text of an SVG file.
    pub svg: String,
    /// Width of the picture in its own units, for the page to scale it by.
    pub width: f64,
    /// What it shows, in place of the picture for who cannot see it.
    pub alt: String,
    /// What stands over it.
    pub title: String,
    /// The same in text, where pictures are dropped: `▁▃▅▆ 81.0 % → 86.4 %, target ≥ 88.0 %`.
    pub reading: String,
}

/// A remark beside the text.
#[derive(Clone, Debug, PartialEq)]
pub struct Callout {
    /// How it is meant.
    pub tone: Tone,
    /// Its head.
    pub title: String,
    /// Its words.
    pub text: Vec<Text>,
}

/// How a callout is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Good to know.
    Note,
    /// To be heeded.
    Warning,
    /// Something is wrong.
    Alarm,
}

impl Block {
    /// A heading of `level`.
    pub fn heading(level: u8, text: impl Into<String>, id: impl Into<String>) -> Block {
        Block::Heading(Heading { level, text: text.into(), id: id.into() })
    }

    /// A paragraph.
    pub fn paragraph(text: impl Into<Text>) -> Block {
        Block::Paragraph(text.into())
    }

    /// Points in no order.
    pub fn list<T: Into<Text>>(items: impl IntoIterator<Item = T>) -> Block {
        Block::List { is_ordered: false, items: items.into_iter().map(Into::into).collect() }
    }

    /// A note.
    pub fn note(title: impl Into<String>, text: impl Into<Text>) -> Block {
        Block::Callout(Callout { tone: Tone::Note, title: title.into(), text: vec![text.into()] })
    }
}

impl Document {
    /// Headings in their order.
    pub fn headings(&self) -> impl Iterator<Item = &Heading> {
        self.blocks.iter().filter_map(|block| match block {
            Block::Heading(heading) => Some(heading),
            _ => None,
        })
    }
}

/// A name to link to, made from people's words: lower-case letters, digits and `-`.
///
/// ```
/// assert_eq!(scorecard::document::anchor("Cost & flow (30 %)"), "cost-flow-30");
/// ```
pub fn anchor(text: &str) -> String {
    let plain = text.to_lowercase();
    let words = plain.split(|character: char| !character.is_alphanumeric() && character != '_');
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-")
}
