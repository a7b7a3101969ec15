//! XLSX: numbers are numbers under a format, text is text.

use std::collections::HashMap;

use catalogue::metric::Unit;
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook as Book, Worksheet, XlsxError,
};
use scorecard::document::{Cell, RowKind, Table};
use scorecard::words::count_digits;
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
/// More rows than a sheet holds, text longer than a cell holds, or two sheets of one name.
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
        Cell::Figure(value, unit) => match unit {
            Unit::Percent => number(hundredth(*value), "0.0%", formats),
            Unit::Seconds => number(value / SECONDS_PER_DAY, "[h]:mm:ss", formats),
            Unit::Currency => {
                let shown = format!("#,##0.00 [${}]", formats.currency);
                number(*value, &shown, formats)
            }
            Unit::Points => number(*value, "0.0", formats),
            Unit::Score => number(*value, "0.00", formats),
            // a rate per thousand counts parts
            Unit::Count if count_digits(*value) > 0 => number(*value, "#,##0.0", formats),
            Unit::Count => number(*value, "#,##0", formats),
        },
        Cell::Change(value, unit) => match unit {
            Unit::Percent => number(*value, r#"+0.0" pp";-0.0" pp";0.0" pp""#, formats),
            // a length of time below nothing has no format of its own
            Unit::Seconds => number(value / 60.0, r#"+0.0" min";-0.0" min";0.0" min""#, formats),
            Unit::Currency => {
                let money = format!("#,##0.00 [${}]", formats.currency);
                number(*value, &format!("+{money};-{money};{money}"), formats)
            }
            Unit::Points => number(*value, r#"+0.0" pt";-0.0" pt";0.0" pt""#, formats),
            Unit::Score => number(*value, "+0.00;-0.00;0.00", formats),
            Unit::Count if count_digits(*value) > 0 => number(*value, "+#,##0.0;-#,##0.0;0", formats),
            Unit::Count => number(*value, "+#,##0;-#,##0;0", formats),
        },
        Cell::Count(count) => number(*count as f64, "#,##0", formats),
        Cell::Share(share) => number(*share, "0.0%", formats),
        Cell::Number(value, digits) => {
            let shown = match digits {
                0 => "#,##0".to_owned(),
                digits => format!("#,##0.{}", "0".repeat(usize::from(*digits))),
            };
            number(*value, &shown, formats)
        }
        Cell::Date(date) => {
            let date = day(*date)?;
            page.write_datetime_with_format(row, column, &date, formats.get(look, "yyyy-mm-dd")).map(|_| ())
        }
    }
}

/// Text as a string cell; where it looks like a formula, marked as text for whoever edits the cell or saves it as CSV.
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
    page.write_string_with_format(row, column, text, &format).map(|_| ())
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
