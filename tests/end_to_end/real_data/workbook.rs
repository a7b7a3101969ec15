//! The first sheet of a workbook saved as CSV, as a spreadsheet does it. As much of the format as one file needs: the
//! usual reader of workbooks would have every big dependency built again for the sake of one test.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::Path;

use flate2::read::DeflateDecoder;

/// Number format of a time of day, `h:mm:ss`.
const TIME_OF_DAY: &str = "21";

/// Cells are text as it stands, numbers, or times of day.
pub fn as_csv(path: &Path) -> String {
    let archive = fs::read(path).expect("the workbook");
    let member = |name: &str| member(&archive, name).unwrap_or_else(|| panic!("no {name}"));
    let texts: Vec<String> = elements(&member("xl/sharedStrings.xml"), "si")
        .map(|(_, text)| elements(text, "t").map(|(_, part)| unescaped(part)).collect())
        .collect();
    let styles = member("xl/styles.xml");
    let (_, formats) = elements(&styles, "cellXfs").next().expect("formats of cells");
    let formats: Vec<String> =
        formats.split("<xf ").skip(1).map(|xf| attribute(xf, "numFmtId").expect("a format").to_owned()).collect();
    let mut writer = csv::Writer::from_writer(Vec::new());
    let sheet = member("xl/worksheets/sheet1.xml");
    let mut width = 0;
    for (_, row) in elements(&sheet, "row") {
        let mut cells: BTreeMap<usize, String> = BTreeMap::new();
        for (tag, content) in elements(row, "c") {
            let Some((_, value)) = elements(content, "v").next() else { continue };
            let shared = attribute(tag, "t") == Some("s");
            let style: usize = attribute(tag, "s").map_or(0, |style| style.parse().expect("a style"));
            let text = match shared {
                true => texts[value.parse::<usize>().expect("a text")].clone(),
                false if formats[style] == TIME_OF_DAY => time_of_day(value.parse().expect("a number")),
                false => value.to_owned(),
            };
            cells.insert(column(attribute(tag, "r").expect("a place")), text);
        }
        // the header is as wide as the sheet
        width = width.max(cells.keys().max().map_or(0, |last| last + 1));
        let row: Vec<String> = (0..width).map(|column| cells.remove(&column).unwrap_or_default()).collect();
        writer.write_record(row).expect("a row");
    }
    String::from_utf8(writer.into_inner().expect("all written")).expect("text")
}

/// A fraction of a day, to the second.
fn time_of_day(days: f64) -> String {
    let seconds = (days * 86_400.0).round() as u32;
    format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// Number of the column of a place, as 2 of `C17`.
fn column(place: &str) -> usize {
    let letters = place.bytes().take_while(u8::is_ascii_uppercase);
    letters.fold(0, |number, letter| number * 26 + usize::from(letter - b'A') + 1) - 1
}

/// Attributes and content of each element of this name; none lies within another of its name.
fn elements<'a>(xml: &'a str, name: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> + 'a {
    let mut rest = xml;
    std::iter::from_fn(move || {
        let open = format!("<{name}");
        let start = rest
            .match_indices(&open)
            .map(|(at, _)| at + open.len())
            .find(|at| rest[*at..].starts_with([' ', '>', '/']))?;
        let (tag, after) = rest[start..].split_once('>')?;
        if let Some(tag) = tag.strip_suffix('/') {
            rest = after;
            return Some((tag, ""));
        }
        let (content, after) = after.split_once(&format!("</{name}>"))?;
        rest = after;
        Some((tag, content))
    })
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let tag = tag.strip_prefix(' ').unwrap_or(tag);
    tag.split("\" ")
        .find_map(|each| each.strip_prefix(name)?.strip_prefix("=\""))
        .map(|value| value.split('"').next().unwrap_or_default())
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&apos;", "'").replace("&amp;", "&")
}

/// A file of a zip archive, found in its directory.
fn member(archive: &[u8], name: &str) -> Option<String> {
    let number = |at: usize, bytes: usize| {
        archive.get(at..at + bytes).map(|bytes| bytes.iter().rev().fold(0, |sum, byte| sum * 256 + usize::from(*byte)))
    };
    let end = (0..archive.len()).rev().find(|at| archive[*at..].starts_with(b"PK\x05\x06"))?;
    let mut at = number(end + 16, 4)?;
    for _ in 0..number(end + 10, 2)? {
        let (length, extra, comment) = (number(at + 28, 2)?, number(at + 30, 2)?, number(at + 32, 2)?);
        if archive.get(at + 46..at + 46 + length)? == name.as_bytes() {
            let local = number(at + 42, 4)?;
            let start = local + 30 + number(local + 26, 2)? + number(local + 28, 2)?;
            let packed = archive.get(start..start + number(at + 20, 4)?)?;
            let mut text = String::new();
            match number(at + 10, 2)? {
                0 => text.push_str(std::str::from_utf8(packed).ok()?),
                _ => drop(DeflateDecoder::new(packed).read_to_string(&mut text).ok()?),
            }
            return Some(text);
        }
        at += 46 + length + extra + comment;
    }
    None
}
