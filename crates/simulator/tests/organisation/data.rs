//! Reads the exports of a run.

use std::collections::BTreeMap;
use std::sync::{LazyLock, OnceLock};

use jiff::civil::{DateTime, date};
use jiff::tz::TimeZone;
use simulator::{Config, Summary, Table, simulate};

/// A row; its cells are asked for by column name.
pub struct Row {
    columns: &'static [&'static str],
    cells: csv::StringRecord,
}

impl Row {
    /// A row of a CSV table.
    pub fn new(table: Table, cells: csv::StringRecord) -> Self {
        Row { columns: table.columns(), cells }
    }
}

impl std::ops::Index<&str> for Row {
    type Output = str;

    fn index(&self, name: &str) -> &str {
        let index = self.columns.iter().position(|column| *column == name);
        &self.cells[index.unwrap_or_else(|| panic!("no column {name}"))]
    }
}

/// The rows of each ticket, in order of version.
pub type Tickets<'e> = BTreeMap<&'e str, Vec<&'e Row>>;

/// All that a run has written, each table read once.
pub struct Exports {
    pub summary: Summary,
    pub end: i64,
    pub files: BTreeMap<String, Vec<u8>>,
    rows: [OnceLock<Vec<Row>>; Table::ALL.len()],
}

/// Tickets of the two runs.
pub static SMALL_TICKETS: LazyLock<Tickets<'static>> = LazyLock::new(|| SMALL.tickets());
pub static LARGE_TICKETS: LazyLock<Tickets<'static>> = LazyLock::new(|| LARGE.tickets());

/// 3,000 tickets in half a year, and 60,000 in a year.
pub static SMALL: LazyLock<Exports> =
    LazyLock::new(|| Exports::of(&Config { tickets: 3_000, months: 6, ..Config::demo(date(2026, 7, 1)) }));
pub static LARGE: LazyLock<Exports> =
    LazyLock::new(|| Exports::of(&Config { tickets: 60_000, months: 12, ..Config::demo(date(2026, 7, 1)) }));

impl Exports {
    pub fn of(config: &Config) -> Exports {
        Exports::keeping(config, |_| true)
    }

    /// Only the files whose path is to be kept, for runs of many tickets.
    pub fn keeping(config: &Config, keep: impl Fn(&str) -> bool) -> Exports {
        let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
        let mut open: BTreeMap<String, String> = BTreeMap::new();
        let summary = simulate(
            config,
            &mut |path, bytes| {
                assert!(bytes.ends_with(b"\n"), "whole lines of {path}");
                let folder = path.rsplit_once('/').unwrap().0.to_owned();
                if open.insert(folder, path.to_owned()).is_none_or(|before| before != path) {
                    assert!(!files.contains_key(path), "{path} was complete");
                }
                if keep(path) {
                    files.entry(path.to_owned()).or_default().extend_from_slice(bytes);
                }
                Ok(())
            },
            &mut |done, total| assert!(done <= total),
        )
        .unwrap();
        let zone = TimeZone::get(&config.zone).unwrap();
        let end = config.until.to_zoned(zone).unwrap().timestamp().as_second();
        Exports { summary, end, files, rows: Default::default() }
    }

    /// Content of the files of a table, one after another.
    fn contents(&self, table: Table) -> impl Iterator<Item = (&String, &Vec<u8>)> {
        let pattern = table.path("*");
        let (head, tail) = pattern.split_once('*').unwrap_or((&pattern, ""));
        let (head, tail) = (head.to_owned(), tail.to_owned());
        self.files.iter().filter(move |(path, _)| path.starts_with(&head) && path.ends_with(&tail))
    }

    /// Rows of a CSV table.
    pub fn rows(&self, table: Table) -> &[Row] {
        self.rows[table as usize].get_or_init(|| {
            let (delimiter, columns) = (table.delimiter(), table.columns());
            let mut rows = Vec::new();
            for (path, bytes) in self.contents(table) {
                let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(bytes.as_slice());
                assert_eq!(reader.headers().unwrap().iter().collect::<Vec<_>>(), columns, "{path}");
                rows.extend(reader.into_records().map(|cells| Row { columns, cells: cells.unwrap() }));
            }
            rows
        })
    }

    fn tickets(&self) -> Tickets<'_> {
        let mut tickets = Tickets::new();
        for row in self.rows(Table::Changes) {
            tickets.entry(&row["ticket_id"]).or_default().push(row);
        }
        for rows in tickets.values_mut() {
            rows.sort_by_key(|row| row["version"].parse::<u64>().unwrap());
        }
        tickets
    }

    /// Survey answers.
    pub fn answers(&self) -> Vec<serde_json::Value> {
        self.lines(Table::Answers)
    }

    /// Agents' parts of calls and chats.
    pub fn legs(&self) -> Vec<serde_json::Value> {
        self.lines(Table::Legs)
    }

    /// Lines of an NDJSON table.
    pub fn lines(&self, table: Table) -> Vec<serde_json::Value> {
        self.contents(table)
            .flat_map(|(_, bytes)| bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()))
            .map(|line| serde_json::from_slice(line).unwrap())
            .collect()
    }
}

/// Seconds since 1970 of a time in UTC.
pub fn utc(text: &str) -> i64 {
    text.parse::<jiff::Timestamp>().unwrap().as_second()
}

/// Seconds on the wall clock of a time with an offset.
pub fn wall(text: &str) -> i64 {
    text[..19].parse::<DateTime>().unwrap().to_zoned(TimeZone::UTC).unwrap().timestamp().as_second()
}

/// Seconds on the wall clock of a time without zone, nothing for `-`.
pub fn local(text: &str) -> Option<i64> {
    let time = (text != "-").then(|| DateTime::strptime("%d-%m-%Y %H:%M:%S", text).unwrap())?;
    Some(time.to_zoned(TimeZone::UTC).unwrap().timestamp().as_second())
}

pub fn percent(part: usize, whole: usize) -> f64 {
    100.0 * part as f64 / whole as f64
}

/// Lower median.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[(values.len() - 1) / 2]
}
