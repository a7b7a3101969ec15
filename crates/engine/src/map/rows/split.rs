//! Delimited text → rows of cells, after RFC 4180 and strictly.
//!
//! The `csv` crate reads everything as something: an unclosed quote swallows the rest of the file, and
//! `"5" screen"` becomes `5 screen"`. Here such a row is refused, and reading goes on in the next line, so that one
//! stray quote costs one row. In what both accept they agree, which the tests check. Lines end in LF, CRLF or CR,
//! mixed as they come; an empty line is no row.

/// Characters of the format.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dialect {
    /// Between fields.
    pub delimiter: u8,
    /// Around fields that hold a delimiter, quote or line end; doubled inside.
    pub quote: Option<u8>,
}

/// One cell: bytes of the row, without its quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cell {
    /// First byte.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
    /// Whether quotes inside are doubled.
    pub doubled: bool,
}

/// What stands at the beginning of some text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Split {
    /// A row of `end` bytes; the next one starts at `next`.
    Row {
        /// Length without the line end.
        end: usize,
        /// Start of the next row.
        next: usize,
        /// Whether a quoted cell holds a line end.
        lines_inside: bool,
    },
    /// An empty line.
    Blank {
        /// Start of the next row.
        next: usize,
    },
    /// A line that is no row.
    Broken {
        /// Stable name of the problem.
        code: &'static str,
        /// What is wrong.
        reason: String,
        /// Length without the line end.
        end: usize,
        /// Start of the next line.
        next: usize,
    },
    /// More text is needed to tell.
    More,
    /// A field or line of more than the maximum.
    TooLong,
    /// Nothing is left.
    End,
}

/// Splits the first row off `text`, its cells into `cells`. `last` says that no more text follows. Of a row with
/// more than `cells_max` cells the rest is counted by one more cell only.
pub(super) fn split(
    text: &[u8],
    last: bool,
    dialect: Dialect,
    cells_max: usize,
    field_max: usize,
    cells: &mut Vec<Cell>,
) -> Split {
    cells.clear();
    match line_end(text, 0, last) {
        Ends::At(next) => return Split::Blank { next },
        Ends::Unknown => return if last { Split::End } else { Split::More },
        Ends::No => {}
    }
    let mut at = 0;
    let mut lines_inside = false;
    loop {
        let (cell, stop) = if dialect.quote.is_some() && text.get(at).copied() == dialect.quote {
            match quoted(text, at, last, dialect) {
                Quoted::Cell(cell, stop) => (cell, stop),
                Quoted::More if text.len() - at <= field_max => return Split::More,
                Quoted::More | Quoted::Unclosed => {
                    let reason = format!("the quote that opens field {} is not closed", cells.len() + 1);
                    return broken("unclosed_quote", reason, text, last, field_max);
                }
                Quoted::Stray => {
                    let reason = format!(
                        "field {} goes on behind its closing quote; a quote inside is doubled",
                        cells.len() + 1
                    );
                    return broken("stray_quote", reason, text, last, field_max);
                }
            }
        } else {
            let stop = field_end(&text[at..], dialect.delimiter);
            match stop {
                Some(length) => (Cell { start: at, end: at + length, doubled: false }, at + length),
                None if last => (Cell { start: at, end: text.len(), doubled: false }, text.len()),
                None if text.len() - at > field_max => return Split::TooLong,
                None => return Split::More,
            }
        };
        if cell.end - cell.start > field_max {
            return Split::TooLong;
        }
        lines_inside |= cell.start > at && memchr::memchr2(b'\n', b'\r', &text[cell.start..cell.end]).is_some();
        if cells.len() <= cells_max {
            cells.push(cell);
        }
        match line_end(text, stop, last) {
            Ends::At(next) => return Split::Row { end: stop, next, lines_inside },
            Ends::Unknown if stop < text.len() => return Split::More,
            Ends::Unknown => return Split::Row { end: stop, next: stop, lines_inside },
            Ends::No => at = stop + 1,
        }
    }
}

/// Length of the unquoted field at the start of `text`. Most are short, and over before a call of `memchr` pays.
#[inline]
fn field_end(text: &[u8], delimiter: u8) -> Option<usize> {
    const SHORT: usize = 32;
    let (head, tail) = text.split_at(text.len().min(SHORT));
    let end = head.iter().position(|byte| *byte == delimiter || *byte == b'\n' || *byte == b'\r');
    end.or_else(|| memchr::memchr3(delimiter, b'\n', b'\r', tail).map(|end| head.len() + end))
}

enum Ends {
    /// A line end stands here; the next line starts there.
    At(usize),
    /// The text ends here, or a CR that may be half of a CRLF does.
    Unknown,
    No,
}

fn line_end(text: &[u8], at: usize, last: bool) -> Ends {
    match (text.get(at), text.get(at + 1)) {
        (None, _) => Ends::Unknown,
        (Some(b'\n'), _) => Ends::At(at + 1),
        (Some(b'\r'), Some(b'\n')) => Ends::At(at + 2),
        (Some(b'\r'), None) if !last => Ends::Unknown,
        (Some(b'\r'), _) => Ends::At(at + 1),
        _ => Ends::No,
    }
}

enum Quoted {
    /// The cell and the byte behind its closing quote.
    Cell(Cell, usize),
    More,
    Unclosed,
    Stray,
}

fn quoted(text: &[u8], open: usize, last: bool, dialect: Dialect) -> Quoted {
    let Some(quote) = dialect.quote else { return Quoted::Stray };
    let start = open + 1;
    let mut doubled = false;
    let mut at = start;
    while let Some(length) = memchr::memchr(quote, &text[at..]) {
        let close = at + length;
        match text.get(close + 1) {
            Some(next) if *next == quote => {
                doubled = true;
                at = close + 2;
            }
            Some(next) if *next == dialect.delimiter || matches!(next, b'\n' | b'\r') => {
                return Quoted::Cell(Cell { start, end: close, doubled }, close + 1);
            }
            Some(_) => return Quoted::Stray,
            None if last => return Quoted::Cell(Cell { start, end: close, doubled }, close + 1),
            None => return Quoted::More,
        }
    }
    if last { Quoted::Unclosed } else { Quoted::More }
}

/// The first physical line as a row that cannot be read.
fn broken(code: &'static str, reason: String, text: &[u8], last: bool, field_max: usize) -> Split {
    let end = memchr::memchr2(b'\n', b'\r', text);
    let end = match end {
        Some(end) => end,
        None if last => text.len(),
        None if text.len() > field_max => return Split::TooLong,
        None => return Split::More,
    };
    if end > field_max {
        return Split::TooLong;
    }
    match line_end(text, end, last) {
        Ends::At(next) => Split::Broken { code, reason, end, next },
        Ends::Unknown if end < text.len() => Split::More,
        Ends::Unknown | Ends::No => Split::Broken { code, reason, end, next: end },
    }
}

/// Line ends in `text`: LF, CRLF or CR.
pub(super) fn count_lines(text: &[u8]) -> u64 {
    let feeds = text.iter().filter(|byte| **byte == b'\n').count();
    let returns =
        text.iter().enumerate().filter(|(at, byte)| **byte == b'\r' && text.get(at + 1) != Some(&b'\n')).count();
    (feeds + returns) as u64
}
