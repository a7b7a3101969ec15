//! Tables, of typed cells: a figure stays a number until it is printed, so that a spreadsheet can calculate with it.

use catalogue::metric::Unit;
use jiff::civil::Date;

use super::text::Text;
use crate::definition::Goal;
use crate::status::Status;
use crate::words;

/// A table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// What it holds, over it; may be empty.
    pub caption: String,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows, each of as many cells as there are columns.
    pub rows: Vec<Row>,
}

/// A column.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Its head; may be empty.
    pub head: String,
    /// Whether its cells are set to the right, as numbers are.
    pub is_number: bool,
    /// Its part of the width beside the others'; 0 for as much as its cells need.
    pub share: u8,
    /// The column beneath whose cells its own stand, where a line holds only so much; of its own where absent.
    pub under: Option<usize>,
}

/// A row.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// What sort of row.
    pub kind: RowKind,
    /// Its cells. Of a group only the first is shown.
    pub cells: Vec<Cell>,
}

/// What sort of row it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowKind {
    /// One of many.
    Plain,
    /// The head of those that follow, across all columns.
    Group,
    /// What others add up to.
    Total,
}

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Nothing: there is nothing to say.
    Empty,
    /// Words.
    Text(Text),
    /// A figure in the unit of its metric: percent 0–100, seconds, points, a count, an amount of money.
    Figure(f64, Unit),
    /// The same with so many digits after the point as it needs beside its goal; of seconds to the second, where any.
    Precise(f64, Unit, u8),
    /// A difference without a direction, as of tolerances; of a rate in percentage points.
    Width(f64, Unit),
    /// A change of one; of a rate in percentage points.
    Change(f64, Unit),
    /// A whole number of things.
    Count(u64),
    /// A share from 0 to 1, as of weights.
    Share(f64),
    /// A plain number with so many digits after the point, as a score.
    Number(f64, u8),
    /// A day.
    Date(Date),
    /// Where a figure stands against its target.
    Status(Status),
}

impl Column {
    /// A column of words that takes `share` of the width.
    pub fn text(head: &str, share: u8) -> Column {
        Column { head: head.to_owned(), is_number: false, share, under: None }
    }

    /// A column of numbers, as wide as they need.
    pub fn number(head: &str) -> Column {
        Column { head: head.to_owned(), is_number: true, share: 0, under: None }
    }

    /// The same, as what is to be known beside the column at `place`.
    #[must_use]
    pub fn under(self, place: usize) -> Column {
        Column { under: Some(place), ..self }
    }
}

impl Table {
    /// The columns of their own on paper, each with those that stand beneath it.
    pub fn stacked(&self) -> Vec<(usize, Vec<usize>)> {
        let own = self.columns.iter().enumerate().filter(|(_, column)| column.under.is_none());
        let beneath = |place: usize| {
            let all = self.columns.iter().enumerate();
            all.filter(move |(_, column)| column.under == Some(place)).map(|(other, _)| other).collect()
        };
        own.map(|(place, _)| (place, beneath(place))).collect()
    }

    /// The heads of columns that stand beneath another, as one text.
    pub fn heads(&self, beneath: &[usize]) -> String {
        let heads = beneath.iter().filter_map(|place| Some(self.columns.get(*place)?.head.as_str()));
        heads.collect::<Vec<_>>().join(" · ")
    }

    /// What the cells of `row` in the columns `beneath` another say there.
    pub fn notes(&self, row: &Row, beneath: &[usize]) -> Vec<Text> {
        beneath.iter().filter_map(|place| self.note(row, *place)).collect()
    }

    /// What the cell of `row` in the column at `place` says beneath another: a count with what it counts; none where it
    /// is empty.
    fn note(&self, row: &Row, place: usize) -> Option<Text> {
        let (cell, column) = (row.cells.get(place)?, self.columns.get(place)?);
        let text = match cell {
            Cell::Text(text) => text.clone(),
            Cell::Count(_) => Text::from(format!("{} {}", column.head, cell.words())),
            other => Text::from(other.words()),
        };
        (!text.is_empty()).then_some(text)
    }
}

impl Row {
    /// One of many.
    pub fn plain(cells: impl IntoIterator<Item = Cell>) -> Row {
        Row { kind: RowKind::Plain, cells: cells.into_iter().collect() }
    }

    /// The head of those that follow.
    pub fn group(text: impl Into<Text>) -> Row {
        Row { kind: RowKind::Group, cells: vec![Cell::Text(text.into())] }
    }

    /// What others add up to.
    pub fn total(cells: impl IntoIterator<Item = Cell>) -> Row {
        Row { kind: RowKind::Total, cells: cells.into_iter().collect() }
    }
}

impl Cell {
    /// Words.
    pub fn text(words: impl Into<Text>) -> Cell {
        Cell::Text(words.into())
    }

    /// A figure; nothing where there is none.
    pub fn figure(value: Option<f64>, unit: Unit) -> Cell {
        value.filter(|value| value.is_finite()).map_or(Cell::Empty, |value| Cell::Figure(value, unit))
    }

    /// A figure beside its goal: what falls short of it is never shown as it; nothing where there is none.
    pub fn beside(value: Option<f64>, goal: Option<&Goal>, unit: Unit) -> Cell {
        value.filter(|value| value.is_finite()).map_or(Cell::Empty, |value| {
            let digits = words::digits_beside(value, goal, unit);
            if digits == words::digits(value, unit) {
                return Cell::Figure(value, unit);
            }
            Cell::Precise(value, unit, u8::try_from(digits).unwrap_or(u8::MAX))
        })
    }

    /// A score; nothing where there is none.
    pub fn score(score: Option<f64>) -> Cell {
        let digits = |score: f64| u8::try_from(words::score_digits(score)).unwrap_or(u8::MAX);
        score.filter(|score| score.is_finite()).map_or(Cell::Empty, |score| Cell::Number(score, digits(score)))
    }

    /// A difference without a direction; nothing where there is none.
    pub fn width(value: Option<f64>, unit: Unit) -> Cell {
        value.filter(|value| value.is_finite()).map_or(Cell::Empty, |value| Cell::Width(value, unit))
    }

    /// A change; nothing where there is none.
    pub fn change(value: Option<f64>, unit: Unit) -> Cell {
        value.filter(|value| value.is_finite()).map_or(Cell::Empty, |value| Cell::Change(value, unit))
    }

    /// A day; nothing where there is none.
    pub fn date(date: Option<Date>) -> Cell {
        date.map_or(Cell::Empty, Cell::Date)
    }

    /// As people read it.
    ///
    /// ```
    /// use catalogue::metric::Unit;
    /// use scorecard::document::Cell;
    /// assert_eq!(Cell::Figure(12_660.0, Unit::Seconds).words(), "3 h 31 m");
    /// assert_eq!(Cell::Change(-1.25, Unit::Percent).words(), "−1.3 pp");
    /// assert_eq!(Cell::Share(0.2).words(), "20 %");
    /// ```
    pub fn words(&self) -> String {
        match self {
            Cell::Empty => String::new(),
            Cell::Text(text) => text.words(),
            Cell::Figure(value, unit) => words::figure(Some(*value), *unit),
            Cell::Precise(value, unit, digits) => words::figure_to(*value, *unit, usize::from(*digits)),
            Cell::Width(value, unit) => words::width(*value, *unit),
            Cell::Change(value, unit) => words::difference(*value, *unit),
            Cell::Count(count) => words::count(*count),
            Cell::Share(share) => words::share(*share),
            Cell::Number(value, digits) => words::number(*value, usize::from(*digits)),
            Cell::Date(date) => words::day(*date),
            Cell::Status(status) => format!("{} {}", status.symbol(), status.words()),
        }
    }
}
