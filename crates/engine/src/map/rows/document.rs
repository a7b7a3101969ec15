//! One JSON document, met piece by piece → the extents of its rows.
//!
//! Only what is around the rows is understood here: each row is cut out by its brackets and read by
//! [`super::object`]. Nothing is held of the document but the containers that the present place is in, so that a list
//! of any length, and anything of any length before and behind it, passes through.

use super::object;

/// Containers within containers, at most, around the rows.
const DEPTH_MAX: usize = 128;
/// Lists that are remembered for a message, at most.
const LISTS_MAX: usize = 8;

/// What is next in a document.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// A row of this many bytes.
    Row(usize),
    /// More text is needed to tell.
    More,
    /// The document has ended.
    End,
    /// No JSON.
    Broken(String),
}

/// A place in a document.
pub(super) struct Document {
    /// Dotted name of where the rows are; empty for the top.
    records: String,
    /// Dotted name of the present place; lists have the name of what holds them.
    name: String,
    open: Vec<Open>,
    expects: Expects,
    /// Whether rows were found, or a list where they would be.
    pub found: bool,
    /// Names of lists of objects elsewhere.
    pub lists: Vec<String>,
}

struct Open {
    list: bool,
    /// Whether what is in it are rows.
    rows: bool,
    /// Length of the name of the container.
    name: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expects {
    Value,
    /// A value, or the end of the list.
    First,
    /// A key, or the end of the object.
    FirstKey,
    Key,
    Colon,
    /// A comma, or the end of the container.
    Next,
    /// Nothing.
    End,
}

impl Document {
    /// A document whose rows are at `records`.
    pub fn new(records: Option<&str>) -> Self {
        Document {
            records: records.unwrap_or_default().to_owned(),
            name: String::new(),
            open: Vec::new(),
            expects: Expects::Value,
            found: false,
            lists: Vec::new(),
        }
    }

    /// Goes on in `text`, behind which nothing follows if `last`, up to the next row: how many bytes lie before what
    /// was found. A row must be taken off together with what lies before it.
    pub fn next(&mut self, text: &[u8], last: bool) -> (usize, Event) {
        let mut at = 0;
        loop {
            at += text[at..].iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).count();
            let rest = &text[at..];
            let Some(first) = rest.first().copied() else { return (at, self.at_end(last)) };
            let used = match (self.expects, first) {
                (Expects::Value | Expects::First, _) if first != b']' => {
                    if self.is_row(first) {
                        let Some(length) = extent(rest, last) else { return (at, incomplete(last)) };
                        self.found = true;
                        self.after_value();
                        return (at, Event::Row(length));
                    }
                    match self.value(rest, last) {
                        Ok(used) => used,
                        Err(event) => return (at, event),
                    }
                }
                (Expects::FirstKey | Expects::Key, b'"') => match self.key(rest, last) {
                    Ok(used) => used,
                    Err(event) => return (at, event),
                },
                (Expects::Colon, b':') => {
                    self.expects = Expects::Value;
                    1
                }
                (Expects::Next, b',') => {
                    let list = self.open.last().is_some_and(|open| open.list);
                    self.expects = if list { Expects::Value } else { Expects::Key };
                    1
                }
                (Expects::First | Expects::Next, b']') if self.open.last().is_some_and(|open| open.list) => {
                    self.close();
                    1
                }
                (Expects::FirstKey | Expects::Next, b'}') if self.open.last().is_some_and(|open| !open.list) => {
                    self.close();
                    1
                }
                (expects, _) => return (at, Event::Broken(format!("{} was expected", self.wanted(expects)))),
            };
            at += used;
        }
    }

    fn at_end(&self, last: bool) -> Event {
        match (last, self.expects) {
            (false, _) => Event::More,
            (true, Expects::End) => Event::End,
            (true, Expects::Value) if self.open.is_empty() => Event::Broken("the file is empty".to_owned()),
            (true, _) => Event::Broken("it ends before it is complete".to_owned()),
        }
    }

    fn wanted(&self, expects: Expects) -> &'static str {
        match (expects, self.open.last().is_some_and(|open| open.list)) {
            (Expects::Value, _) => "a value",
            (Expects::First, _) => "a value or ]",
            (Expects::FirstKey, _) => "a key in quotes or }",
            (Expects::Key, _) => "a key in quotes",
            (Expects::Colon, _) => "a colon",
            (Expects::Next, true) => "a comma or ]",
            (Expects::Next, false) => "a comma or }",
            (Expects::End, _) => "the end of the file, or format = \"ndjson\" for one object a line,",
        }
    }

    /// Whether the value that begins with `first` is a row: anything in a list of rows, and an object in place of one.
    fn is_row(&self, first: u8) -> bool {
        match self.open.last() {
            Some(open) if open.rows => true,
            Some(_) => first == b'{' && self.is_place(),
            None => false,
        }
    }

    fn is_place(&self) -> bool {
        self.name == self.records && !self.records.is_empty()
    }

    /// A value that is no row: goes into a container, and over anything else.
    fn value(&mut self, rest: &[u8], last: bool) -> Result<usize, Event> {
        let list = match rest.first() {
            Some(b'[') => true,
            Some(b'{') => false,
            _ => {
                let length = extent(rest, last).ok_or_else(|| incomplete(last))?;
                let valid = std::str::from_utf8(&rest[..length]).ok();
                valid.and_then(|text| serde_json::from_str::<serde::de::IgnoredAny>(text).ok()).ok_or_else(|| {
                    let shown: String = String::from_utf8_lossy(&rest[..length.min(40)]).escape_debug().collect();
                    Event::Broken(format!("{shown} is no JSON value"))
                })?;
                self.after_value();
                return Ok(length);
            }
        };
        if self.open.len() >= DEPTH_MAX {
            return Err(Event::Broken(format!("containers nested more than {DEPTH_MAX} deep")));
        }
        let rows = list && (self.is_place() || (self.open.is_empty() && self.records.is_empty()));
        self.found |= rows;
        if !list && self.open.last().is_some_and(|open| open.list) {
            self.remember();
        }
        self.open.push(Open { list, rows, name: self.name.len() });
        self.expects = if list { Expects::First } else { Expects::FirstKey };
        Ok(1)
    }

    /// Keeps the name of a list of objects.
    fn remember(&mut self) {
        if self.lists.len() < LISTS_MAX && !self.lists.contains(&self.name) {
            self.lists.push(self.name.clone());
        }
    }

    fn key(&mut self, rest: &[u8], last: bool) -> Result<usize, Event> {
        let length = extent(rest, last).ok_or_else(|| incomplete(last))?;
        let key = std::str::from_utf8(&rest[..length]).ok().and_then(|key| serde_json::from_str::<String>(key).ok());
        let key = key.ok_or_else(|| Event::Broken("a key that is no JSON text".to_owned()))?;
        self.name.truncate(self.open.last().map_or(0, |open| open.name));
        if !self.name.is_empty() {
            self.name.push('.');
        }
        self.name.push_str(&key);
        self.expects = Expects::Colon;
        Ok(length)
    }

    fn close(&mut self) {
        if let Some(open) = self.open.pop() {
            self.name.truncate(open.name);
        }
        self.after_value();
    }

    fn after_value(&mut self) {
        self.expects = if self.open.is_empty() { Expects::End } else { Expects::Next };
    }
}

fn incomplete(last: bool) -> Event {
    if last { Event::Broken("it ends inside this value".to_owned()) } else { Event::More }
}

/// Length of the value at the start of `text`; `None` where it may go on behind it. Brackets outside of texts are
/// counted, so that a value that is no JSON inside still has an end.
fn extent(text: &[u8], last: bool) -> Option<usize> {
    match text.first() {
        Some(b'"') => object::string_end(text, 0),
        Some(b'{' | b'[') => {
            let (mut at, mut depth) = (0, 0_usize);
            loop {
                at += memchr_brackets(&text[at..])?;
                match text[at] {
                    b'"' => {
                        at = object::string_end(text, at)?;
                        continue;
                    }
                    b'{' | b'[' => depth += 1,
                    _ => depth -= 1,
                }
                at += 1;
                if depth == 0 {
                    return Some(at);
                }
            }
        }
        _ => {
            let end = text
                .iter()
                .position(|byte| matches!(byte, b',' | b']' | b'}' | b':' | b'"' | b' ' | b'\t' | b'\n' | b'\r'));
            // at least one byte, so that a stray mark is said to be no value
            end.map(|end| end.max(1)).or_else(|| last.then_some(text.len()))
        }
    }
}

fn memchr_brackets(text: &[u8]) -> Option<usize> {
    text.iter().position(|byte| matches!(byte, b'"' | b'{' | b'}' | b'[' | b']'))
}
