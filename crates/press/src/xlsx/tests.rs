use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use scorecard::document::{Column, Row};
use scorecard::workbook::Sheet;

use super::*;
use crate::fixture::table;

fn workbook(table: Table) -> Workbook {
    Workbook {
        title: "October".to_owned(),
        currency: "EUR".to_owned(),
        made_on: "2026-11-05".parse().expect("a day"),
        facts: vec![("Report".to_owned(), "=1+1".to_owned())],
        sheets: vec![Sheet { name: "KPIs: all/any".to_owned(), table }],
    }
}

fn read(bytes: Vec<u8>) -> Xlsx<Cursor<Vec<u8>>> {
    Xlsx::new(Cursor::new(bytes)).expect("a workbook")
}

#[test]
fn numbers_are_numbers() {
    let mut book = read(xlsx(&workbook(table())).expect("a workbook"));
    assert_eq!(book.sheet_names(), ["KPIs  all any", "About"]);
    let sheet = book.worksheet_range("KPIs  all any").expect("a sheet");
    let cell = |row: u32, column: u32| sheet.get_value((row, column)).cloned().unwrap_or(Data::Empty);
    assert_eq!(cell(0, 1), Data::String("Figure".to_owned()));
    assert_eq!(cell(1, 0), Data::String("Satisfaction, 55 %".to_owned()));
    // 86.4 % is 0.864 under a format of percent
    assert_eq!(cell(2, 1), Data::Float(0.864));
    // a change of a rate stays in points
    assert_eq!(cell(2, 2), Data::Float(-1.25));
    // 31 October 2026 is day 46,326 since 30 December 1899
    assert!(matches!(cell(2, 3), Data::DateTime(date) if date.as_f64() == 46_326.0), "{:?}", cell(2, 3));
    // 12,660 s are 0.14653 of a day, which a spreadsheet shows as 3:31:00
    assert!(matches!(cell(3, 1), Data::DateTime(length) if (length.as_f64() - 12_660.0 / 86_400.0).abs() < 1e-12));
    assert_eq!(cell(3, 2), Data::Float(-36.0));
    assert_eq!(cell(4, 1), Data::Float(5.5));
    assert_eq!(cell(2, 4), Data::String("off target".to_owned()));
}

#[test]
fn text_is_never_a_formula() {
    let nasty = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=HYPERLINK(\"http://x\")"];
    let table = Table {
        caption: String::new(),
        columns: vec![Column::text("=A1", 1)],
        rows: nasty.map(|text| Row::plain([Cell::text(text)])).into_iter().collect(),
    };
    let bytes = xlsx(&workbook(table)).expect("a workbook");
    let mut book = read(bytes);
    for name in ["KPIs  all any", "About"] {
        let formulas = book.worksheet_formula(name).expect("formulas");
        assert!(formulas.used_cells().all(|(_, _, formula)| formula.is_empty()), "{name}");
    }
    let sheet = book.worksheet_range("KPIs  all any").expect("a sheet");
    for (row, text) in (1u32..).zip(nasty) {
        let found = sheet.get_value((row, 0)).map(ToString::to_string).unwrap_or_default();
        assert_eq!(found.trim(), text.trim());
    }
    let about = book.worksheet_range("About").expect("a sheet");
    assert_eq!(about.get_value((0, 1)), Some(&Data::String("=1+1".to_owned())));
}

#[test]
fn each_format_is_its_unit_s() {
    let bytes = xlsx(&workbook(table())).expect("a workbook");
    let styles = part(&bytes, "xl/styles.xml");
    for format in ["0.0%", "[h]:mm:ss", "#,##0.00 [$EUR]", "yyyy\\-mm\\-dd", "+0.0&quot; pp&quot;"] {
        let written = format.replace("\\-", "-");
        assert!(styles.contains(format) || styles.contains(&written), "{format} in {styles}");
    }
}

#[test]
fn the_same_workbook_gives_the_same_bytes() {
    assert_eq!(xlsx(&workbook(table())).expect("a workbook"), xlsx(&workbook(table())).expect("a workbook"));
}

/// One file of the archive that a workbook is.
fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("an archive");
    let mut file = archive.by_name(name).expect("a part");
    let mut text = String::new();
    std::io::Read::read_to_string(&mut file, &mut text).expect("text");
    text
}

#[test]
fn a_figure_reads_as_everywhere_else() {
    let row = [
        Cell::Figure(99.998, Unit::Percent),
        Cell::Precise(79.98, Unit::Percent, 2),
        Cell::Figure(0.0042, Unit::Count),
        Cell::Width(4.0, Unit::Percent),
        Cell::Change(0.03, Unit::Percent),
        Cell::Number(99.98, 2),
    ];
    let columns = row.iter().map(|_| Column::number("x")).collect();
    let table = Table { caption: String::new(), columns, rows: vec![Row::plain(row)] };
    let styles = part(&xlsx(&workbook(table)).expect("a workbook"), "xl/styles.xml");
    for format in [
        "\"0.000%\"",
        "\"0.00%\"",
        "\"#,##0.000\"",
        "\"0.0&quot; pp&quot;\"",
        "\"+0.00&quot; pp&quot;;-0.00&quot; pp&quot;;0.00&quot; pp&quot;\"",
        "\"#,##0.00\"",
    ] {
        // those that are a spreadsheet's own have a number in place of their text
        let is_own = ["\"0.00%\"", "\"#,##0.00\""].contains(&format);
        assert!(is_own || styles.contains(format), "{format} in {styles}");
    }
}

#[test]
fn a_text_that_no_cell_takes_is_cut_and_says_so() {
    let check = |text: &str, ends: &str| {
        let table = Table {
            caption: String::new(),
            columns: vec![Column::text("x", 1)],
            rows: vec![Row::plain([Cell::text(text)])],
        };
        let mut book = read(xlsx(&workbook(table)).expect("a workbook"));
        let sheet = book.worksheet_range("KPIs  all any").expect("a sheet");
        let found = sheet.get_value((1, 0)).map(ToString::to_string).unwrap_or_default();
        assert!(found.ends_with(ends), "{}", found.len());
        assert!(found.encode_utf16().count() <= 32_767);
    };
    check(&"a".repeat(32_767), "aaa");
    // 60 are left for what is said: 32,707 of 40,000 stand
    check(&"a".repeat(40_000), "aaa… (7,293 characters more)");
    // two units each
    check(&"😀".repeat(20_000), "😀… (3,647 characters more)");
}
