//! Raw rows: the files that the organisation's own systems export, each in its own manner.

use std::io;

use crate::clock::{Clock, Seconds, Stamp};
use crate::tables::Table;

/// Number of the first ticket less one, so that numbers look like those of a desk that has run for a while.
const TICKET_NUMBER: u64 = 400_000;

/// Bytes collected of a file before they are handed on.
const CHUNK: usize = 1 << 16;

struct Sheet {
    table: Table,
    path: String,
    begun: bool,
    /// Whether any file of the export has been begun.
    exists: bool,
    bytes: Vec<u8>,
}

/// Takes a file's path and whole lines of it; the files of one folder come one after another.
pub(crate) type Emit<'a> = &'a mut dyn FnMut(&str, &[u8]) -> io::Result<()>;

/// In which form exports are written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Form {
    pub(crate) is_compressed: bool,
    pub(crate) is_lean: bool,
}

/// All exports being written. A failure to hand rows on is kept until asked for.
pub(crate) struct Sheets<'a> {
    emit: Emit<'a>,
    sheets: [Sheet; Table::ALL.len()],
    stamp: Stamp,
    clock: Clock,
    /// The month of the exports, as 202601.
    snapshot: u64,
    form: Form,
    failure: Option<io::Error>,
    /// Who has each agent's place now, by number.
    pub(crate) persons: Vec<u32>,
    pub(crate) rows: u64,
    pub(crate) bytes: u64,
}

impl<'a> Sheets<'a> {
    pub(crate) fn new(emit: Emit<'a>, clock: Clock, form: Form) -> Self {
        let sheets = Table::ALL.map(|table| Sheet {
            table,
            path: String::new(),
            begun: false,
            exists: false,
            bytes: Vec::new(),
        });
        let stamp = Stamp::new();
        let persons = Vec::new();
        Sheets { emit, sheets, stamp, clock, snapshot: 0, form, failure: None, persons, rows: 0, bytes: 0 }
    }

    /// Whether only the most telling changes of tickets are written.
    pub(crate) fn is_lean(&self) -> bool {
        self.form.is_lean
    }

    /// The exports of another month begin.
    pub(crate) fn turn_month(&mut self, year: i16, month: i8) {
        self.snapshot = u64::from(year.unsigned_abs()) * 100 + u64::from(month.unsigned_abs());
        let month = format!("{year:04}-{month:02}");
        for index in 0..self.sheets.len() {
            let mut path = self.sheets[index].table.path(&month);
            if !self.form.is_compressed {
                path.truncate(path.len() - ".gz".len());
            }
            if self.sheets[index].path != path {
                self.hand_on(index);
                self.sheets[index].path = path;
                self.sheets[index].begun = false;
            }
        }
    }

    /// Writes a row of an export.
    pub(crate) fn row(&mut self, table: Table, write: impl FnOnce(&mut Row<'_>)) {
        let index = table as usize;
        let sheet = &mut self.sheets[index];
        let before = sheet.bytes.len();
        if !sheet.begun {
            header(sheet);
        }
        write(&mut Row::new(sheet, &mut self.stamp, &mut self.clock, self.snapshot, &self.persons));
        sheet.bytes.push(b'\n');
        self.rows += 1;
        self.bytes += (sheet.bytes.len() - before) as u64;
        if sheet.bytes.len() >= CHUNK {
            self.hand_on(index);
        }
    }

    fn hand_on(&mut self, index: usize) {
        let sheet = &mut self.sheets[index];
        if !sheet.bytes.is_empty() && self.failure.is_none() {
            self.failure = (self.emit)(&sheet.path, &sheet.bytes).err();
        }
        sheet.bytes.clear();
    }

    /// Hands everything on.
    pub(crate) fn finish(&mut self) {
        (0..self.sheets.len()).for_each(|index| self.hand_on(index));
    }

    /// Exports without any row have a header all the same, so that whoever reads them finds them.
    pub(crate) fn begin_all(&mut self) {
        for sheet in self.sheets.iter_mut().filter(|sheet| !sheet.exists) {
            header(sheet);
            self.bytes += sheet.bytes.len() as u64;
        }
    }

    /// What went wrong so far.
    pub(crate) fn check(&mut self) -> io::Result<()> {
        self.failure.take().map_or(Ok(()), Err)
    }
}

/// Begins a file; one of JSON has no header.
fn header(sheet: &mut Sheet) {
    (sheet.begun, sheet.exists) = (true, true);
    if sheet.table.is_json() {
        return;
    }
    for (index, name) in sheet.table.columns().iter().enumerate() {
        if index > 0 {
            sheet.bytes.push(sheet.table.delimiter());
        }
        quote(&mut sheet.bytes, name, sheet.table.delimiter());
    }
    sheet.bytes.push(b'\n');
}

/// A row being written, cell after cell.
pub(crate) struct Row<'r> {
    out: &'r mut Vec<u8>,
    stamp: &'r mut Stamp,
    clock: &'r mut Clock,
    snapshot: u64,
    persons: &'r [u32],
    delimiter: u8,
    first: bool,
}

impl<'r> Row<'r> {
    fn new(
        sheet: &'r mut Sheet,
        stamp: &'r mut Stamp,
        clock: &'r mut Clock,
        snapshot: u64,
        persons: &'r [u32],
    ) -> Self {
        Row { out: &mut sheet.bytes, stamp, clock, snapshot, persons, delimiter: sheet.table.delimiter(), first: true }
    }

    /// The person who has an agent's place.
    fn person(&self, agent: u32) -> u32 {
        self.persons.get(agent as usize).copied().unwrap_or(agent)
    }

    fn separate(&mut self) {
        if !self.first {
            self.out.push(self.delimiter);
        }
        self.first = false;
    }

    /// Text that needs no quotes.
    pub(crate) fn plain(&mut self, text: &str) {
        self.separate();
        self.out.extend_from_slice(text.as_bytes());
    }

    /// Text, quoted after RFC 4180 where it must be.
    pub(crate) fn text(&mut self, text: &str) {
        self.separate();
        quote(self.out, text, self.delimiter);
    }

    /// Cells that are written already, with their delimiters.
    pub(crate) fn cells(&mut self, bytes: &[u8]) {
        self.separate();
        self.out.extend_from_slice(bytes);
    }

    pub(crate) fn number(&mut self, number: i64) {
        self.separate();
        digits(self.out, number.unsigned_abs(), 1);
    }

    /// A time in UTC.
    pub(crate) fn utc(&mut self, at: Seconds) {
        self.separate();
        self.stamp.iso(self.out, at);
    }

    /// A local time without zone, or `-`.
    pub(crate) fn local(&mut self, at: Option<Seconds>) {
        self.separate();
        match at {
            Some(at) => self.stamp.dashed(self.out, self.clock.local(at)),
            None => self.out.push(b'-'),
        }
    }

    /// A piece of JSON as it is.
    pub(crate) fn piece(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    /// A number within JSON.
    pub(crate) fn figure(&mut self, number: i64) {
        digits(self.out, number.unsigned_abs(), 1);
    }

    /// A local time with its offset as a string of JSON.
    pub(crate) fn offset_time(&mut self, at: Seconds) {
        let local = self.clock.local(at);
        self.out.push(b'"');
        self.stamp.with_offset(self.out, local, local - at);
        self.out.push(b'"');
    }

    /// The id of the person in an agent's place as a string of JSON.
    pub(crate) fn agent_text(&mut self, agent: u32) {
        self.out.push(b'"');
        let person = self.person(agent);
        agent_number(self.out, person);
        self.out.push(b'"');
    }

    /// An amount of hundredths, as `-12.30`.
    pub(crate) fn money(&mut self, hundredths: i64) {
        self.separate();
        if hundredths < 0 {
            self.out.push(b'-');
        }
        let hundredths = hundredths.unsigned_abs();
        digits(self.out, hundredths / 100, 1);
        self.out.push(b'.');
        digits(self.out, hundredths % 100, 2);
    }

    /// A number that begins with these letters, as `R-12`.
    pub(crate) fn numbered(&mut self, letters: &str, number: u64) {
        self.separate();
        self.out.extend_from_slice(letters.as_bytes());
        digits(self.out, number, 1);
    }

    /// A time in UTC, nothing where there is none.
    pub(crate) fn utc_or_nothing(&mut self, at: Option<Seconds>) {
        match at {
            Some(at) => self.utc(at),
            None => self.separate(),
        }
    }

    /// The local date of an instant, as `05/01/2026`; nothing where there is none.
    pub(crate) fn date_of(&mut self, at: Option<Seconds>) {
        self.separate();
        if let Some(at) = at {
            self.stamp.date(self.out, self.clock.local(at));
        }
    }

    /// A length of time, as `8:30:00`.
    pub(crate) fn length(&mut self, seconds: Seconds) {
        self.separate();
        let seconds = seconds.unsigned_abs();
        digits(self.out, seconds / 3_600, 1);
        for part in [seconds / 60 % 60, seconds % 60] {
            self.out.push(b':');
            digits(self.out, part, 2);
        }
    }

    /// The month of the export, as `202601`.
    pub(crate) fn snapshot(&mut self) {
        self.separate();
        digits(self.out, self.snapshot, 1);
    }

    /// Id of a promise: its ticket's, what it is, and which one where there may be several.
    pub(crate) fn promise(&mut self, ticket: u32, code: &str, round: Option<u8>) {
        self.separate();
        ticket_number(self.out, ticket);
        self.out.push(b'/');
        self.out.extend_from_slice(code.as_bytes());
        if let Some(round) = round {
            digits(self.out, round.into(), 1);
        }
    }

    /// The date of a local time, as `05/01/2026`.
    pub(crate) fn date(&mut self, local: Seconds) {
        self.separate();
        self.stamp.date(self.out, local);
    }

    /// A ticket's number, nothing where there is none.
    pub(crate) fn ticket(&mut self, ticket: Option<u32>) {
        self.separate();
        if let Some(ticket) = ticket {
            ticket_number(self.out, ticket);
        }
    }

    /// A customer's number, nothing where there is none.
    pub(crate) fn customer(&mut self, customer: Option<u32>) {
        self.separate();
        if let Some(customer) = customer {
            customer_number(self.out, customer);
        }
    }

    /// The id of the person in an agent's place, nothing where there is none.
    pub(crate) fn agent(&mut self, agent: Option<u32>) {
        self.separate();
        if let Some(agent) = agent {
            let person = self.person(agent);
            agent_number(self.out, person);
        }
    }

    /// A person's id.
    pub(crate) fn staff(&mut self, person: u32) {
        self.separate();
        agent_number(self.out, person);
    }
}

/// Text as a cell of CSV.
pub(crate) fn quote(out: &mut Vec<u8>, text: &str, delimiter: u8) {
    if text.bytes().any(|byte| byte == delimiter || matches!(byte, b'"' | b'\n' | b'\r')) {
        out.push(b'"');
        for byte in text.bytes() {
            if byte == b'"' {
                out.push(b'"');
            }
            out.push(byte);
        }
        out.push(b'"');
    } else {
        out.extend_from_slice(text.as_bytes());
    }
}

/// Text as a string of JSON, with its quotes. The texts of the simulator hold no control characters.
pub(crate) fn json(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    for byte in text.bytes() {
        if matches!(byte, b'"' | b'\\') {
            out.push(b'\\');
        }
        out.push(byte);
    }
    out.push(b'"');
}

/// A number with at least `width` digits.
pub(crate) fn digits(out: &mut Vec<u8>, mut number: u64, width: usize) {
    let mut text = [b'0'; 20];
    let mut first = text.len();
    while number > 0 {
        first -= 1;
        text[first] = b'0' + (number % 10) as u8;
        number /= 10;
    }
    out.extend_from_slice(&text[first.min(text.len() - width)..]);
}

/// `VW-400001`.
pub(crate) fn ticket_number(out: &mut Vec<u8>, ticket: u32) {
    out.extend_from_slice(b"VW-");
    digits(out, TICKET_NUMBER + u64::from(ticket), 1);
}

/// `00000042`: leading zeros belong to it.
pub(crate) fn customer_number(out: &mut Vec<u8>, customer: u32) {
    digits(out, u64::from(customer) + 1, 8);
}

/// `a0007`.
pub(crate) fn agent_number(out: &mut Vec<u8>, agent: u32) {
    out.push(b'a');
    digits(out, u64::from(agent) + 1, 4);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells() {
        let check = |write: &dyn Fn(&mut Vec<u8>), expected: &str| {
            let mut out = Vec::new();
            write(&mut out);
            assert_eq!(String::from_utf8(out).unwrap(), expected);
        };
        check(&|out| quote(out, "plain", b','), "plain");
        check(&|out| quote(out, "a,b", b','), "\"a,b\"");
        check(&|out| quote(out, "a,b", b';'), "a,b");
        check(&|out| quote(out, "say \"no\"", b','), "\"say \"\"no\"\"\"");
        check(&|out| json(out, "a \"b\" \\ é"), "\"a \\\"b\\\" \\\\ é\"");
        check(&|out| digits(out, 0, 1), "0");
        check(&|out| digits(out, 120, 1), "120");
        check(&|out| digits(out, 7, 4), "0007");
        check(&|out| digits(out, u64::MAX, 1), "18446744073709551615");
        check(&|out| ticket_number(out, 1), "VW-400001");
        check(&|out| customer_number(out, 41), "00000042");
        check(&|out| agent_number(out, 12_345), "a12346");
    }
}
