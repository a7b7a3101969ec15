//! XLSX: numbers are numbers under a format, text is text.

use std::borrow::Cow;
use std::collections::HashMap;

use catalogue::metric::Unit;
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook as Book, Worksheet, XlsxError,
};
use scorecard::document::{Cell, RowKind, Table};
use scorecard::words;
use scorecard::workbook::Workbook;

use crate::Error;
use crate::csv::is_formula;

const SECONDS_PER_DAY: f64 = 86_400.0;
/// Widest a column is made, in characters.
const WIDTH_MAX: usize = 60;
/// What a name of a sheet may hold at most.
const NAME_MAX: usize = 31;

/// `workbook` as the bytes of an XLSX file.
///
/// # Errors
/// More rows than a sheet holds, or two sheets of one name.
pub fn xlsx(workbook: &Workbook) -> Result<Vec<u8>, Error> {
    let mut book = Book::new();
    let made_on = day(workbook.made_on)?;
    book.set_properties(&DocProperties::new().set_title(&workbook.title).set_creation_datetime(&made_on));
    let mut formats = Formats::new(&workbook.currency);
    for sheet in &workbook.sheets {
        let page = book.add_worksheet();
        page.set_name(name(&sheet.name))?;
        write(page, &sheet.table, &mut formats)?;
    }
    if !workbook.facts.is_empty() {
        let page = book.add_worksheet();
        page.set_name("About")?;
        for (row, (fact, value)) in (0u32..).zip(&workbook.facts) {
            page.write_string_with_format(row, 0, fact, formats.get(Look::Total, ""))?;
            write_text(page, row, 1, value, &mut formats, Look::Plain)?;
        }
        page.set_column_width(0, 24)?;
        page.set_column_width(1, 70)?;
    }
    Ok(book.save_to_buffer()?)
}

fn write(page: &mut Worksheet, table: &Table, formats: &mut Formats) -> Result<(), XlsxError> {
    for (column, head) in (0u16..).zip(&table.columns) {
        let look = if head.is_number { Look::NumberHead } else { Look::Head };
        page.write_string_with_format(0, column, &head.head, formats.get(look, ""))?;
        let widest = table.rows.iter().filter(|row| row.kind != RowKind::Group);
        let widest =
            widest.filter_map(|row| row.cells.get(usize::from(column))).map(|cell| cell.words().chars().count());
        let width = widest.chain([head.head.chars().count()]).max().unwrap_or(0) + 3;
        page.set_column_width(column, width.min(WIDTH_MAX) as f64)?;
    }
    for (line, row) in (1u32..).zip(&table.rows) {
        let look = if row.kind == RowKind::Plain { Look::Plain } else { Look::Total };
        for (column, cell) in (0u16..).zip(&row.cells) {
            write_cell(page, line, column, cell, formats, look)?;
        }
    }
    page.set_freeze_panes(1, 1)?;
    if let (Some(last_row), Some(last_column)) = (table.rows.len().checked_sub(1), table.columns.len().checked_sub(1)) {
        page.autofilter(
            0,
            0,
            u32::try_from(last_row + 1).unwrap_or(u32::MAX),
            u16::try_from(last_column).unwrap_or(u16::MAX),
        )?;
    }
    page.set_landscape().set_repeat_rows(0, 0)?.set_print_fit_to_pages(1, 0);
    Ok(())
}

fn write_cell(
    page: &mut Worksheet,
    row: u32,
    column: u16,
    cell: &Cell,
    formats: &mut Formats,
    look: Look,
) -> Result<(), XlsxError> {
    let mut number = |value: f64, shown: &str, formats: &mut Formats| {
        page.write_number_with_format(row, column, value, formats.get(look, shown)).map(|_| ())
    };
    match cell {
        Cell::Empty => Ok(()),
        Cell::Text(text) => write_text(page, row, column, &text.words(), formats, look),
        Cell::Status(status) => write_text(page, row, column, status.words(), formats, look),
        Cell::Figure(value, unit) => {
            let (value, shown) = figure(*value, *unit, words::digits(*value, *unit), formats);
            number(value, &shown, formats)
        }
        Cell::Precise(value, unit, digits) => {
            let (value, shown) = figure(*value, *unit, usize::from(*digits), formats);
            number(value, &shown, formats)
        }
        Cell::Change(value, unit) | Cell::Width(value, unit) => {
            let (value, shown) = difference(*value, *unit, formats);
            let shown = match cell {
                Cell::Change(..) => format!("+{shown};-{shown};{shown}"),
                _ => shown,
            };
            number(value, &shown, formats)
        }
        Cell::Count(count) => number(*count as f64, "#,##0", formats),
        Cell::Share(share) => number(*share, "0.0%", formats),
        Cell::Number(value, digits) => number(*value, &format!("#,##0{}", point(usize::from(*digits))), formats),
        Cell::Date(date) => {
            let date = day(*date)?;
            page.write_datetime_with_format(row, column, &date, formats.get(look, "yyyy-mm-dd")).map(|_| ())
        }
    }
}

/// `.00` for two digits after the point, nothing for none.
fn point(digits: usize) -> String {
    if digits == 0 { String::new() } else { format!(".{}", "0".repeat(digits)) }
}

/// A figure as a spreadsheet calculates with it, and the format in which it reads as everywhere else.
fn figure(value: f64, unit: Unit, digits: usize, formats: &Formats) -> (f64, String) {
    match unit {
        Unit::Percent => (hundredth(value), format!("0{}%", point(digits))),
        Unit::Seconds => (value / SECONDS_PER_DAY, "[h]:mm:ss".to_owned()),
        Unit::Currency => (value, format!("#,##0{} [${}]", point(digits.max(2)), formats.currency)),
        Unit::Points | Unit::Score => (value, format!("0{}", point(digits))),
        // a rate per thousand counts parts
        Unit::Count => (value, format!("#,##0{}", point(digits))),
    }
}

/// The same of a difference, without its sign.
fn difference(value: f64, unit: Unit, formats: &Formats) -> (f64, String) {
    let digits = words::difference_digits(value);
    match unit {
        Unit::Percent => (value, format!("0{}\" pp\"", point(digits))),
        // a length of time below nothing has no format of its own
        Unit::Seconds => (value / 60.0, format!("0{}\" min\"", point(words::difference_digits(value / 60.0)))),
        Unit::Points => (value, format!("0{}\" pt\"", point(digits))),
        Unit::Score => (value, format!("0{}", point(digits.max(2)))),
        Unit::Currency | Unit::Count => figure(value, unit, words::digits(value, unit), formats),
    }
}

/// Most of a text that a cell takes, in UTF-16 units.
const TEXT_MAX: usize = 32_767;
/// Room for what is said where a text is cut.
const CUT_MAX: usize = 60;

/// `text`, or as much of it as a cell takes with how much more there is.
fn fitting(text: &str) -> Cow<'_, str> {
    if text.encode_utf16().count() <= TEXT_MAX {
        return Cow::Borrowed(text);
    }
    let mut taken = 0;
    let kept = text.chars().take_while(|character| {
        taken += character.len_utf16();
        taken <= TEXT_MAX - CUT_MAX
    });
    let kept: String = kept.collect();
    let more = text.chars().count() - kept.chars().count();
    Cow::Owned(format!("{kept}… ({} characters more)", words::count(more as u64)))
}

/// Text as a string cell, as much of it as one takes; where it looks like a formula, marked as text for whoever edits the cell or saves it as CSV.
fn write_text(
    page: &mut Worksheet,
    row: u32,
    column: u16,
    text: &str,
    formats: &mut Formats,
    look: Look,
) -> Result<(), XlsxError> {
    let format = if is_formula(text) {
        formats.get(look, "@").clone().set_quote_prefix()
    } else {
        formats.get(look, "").clone()
    };
    page.write_string_with_format(row, column, fitting(text), &format).map(|_| ())
}

/// A hundredth of `value` as people write it: of 86.4 it is 0.864, not 0.8640000000000001.
fn hundredth(value: f64) -> f64 {
    let hundredth = (1e10 * value).round() / 1e12;
    if hundredth.is_finite() { hundredth } else { value / 100.0 }
}

fn day(date: jiff::civil::Date) -> Result<ExcelDateTime, XlsxError> {
    ExcelDateTime::from_ymd(
        u16::try_from(date.year()).unwrap_or(1900).max(1900),
        u8::try_from(date.month()).unwrap_or(1),
        u8::try_from(date.day()).unwrap_or(1),
    )
}

/// A name that a sheet may have.
fn name(wanted: &str) -> String {
    let allowed = wanted.chars().map(|character| if "[]:*?/\\'".contains(character) { ' ' } else { character });
    let name: String = allowed.take(NAME_MAX).collect();
    if name.trim().is_empty() { "Sheet".to_owned() } else { name }
}

/// What sort of row a cell is in.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Look {
    Head,
    NumberHead,
    Plain,
    Total,
}

/// Formats made so far, by look and number format.
struct Formats {
    currency: String,
    made: HashMap<(Look, String), Format>,
}

impl Formats {
    fn new(currency: &str) -> Formats {
        // it stands in a number format, where brackets and quotes would mean something
        let currency = currency.chars().filter(char::is_ascii_alphabetic).collect();
        Formats { currency, made: HashMap::new() }
    }

    fn get(&mut self, look: Look, shown: &str) -> &Format {
        self.made.entry((look, shown.to_owned())).or_insert_with(|| {
            let format = Format::new().set_align(FormatAlign::Top);
            let format = if shown.is_empty() { format } else { format.set_num_format(shown) };
            match look {
                Look::Plain if shown.is_empty() => format.set_text_wrap(),
                Look::Plain => format,
                Look::Total => format.set_bold(),
                Look::Head => format.set_bold().set_border_bottom(FormatBorder::Thin).set_background_color(0xF0F0F4),
                Look::NumberHead => format
                    .set_bold()
                    .set_border_bottom(FormatBorder::Thin)
                    .set_background_color(0xF0F0F4)
                    .set_align(FormatAlign::Right),
            }
        })
    }
}

#[cfg(test)]
mod tests;
