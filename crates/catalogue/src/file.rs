//! Reading people's TOML files: every value with its place, every problem collected, unknown keys refused.

use std::cell::RefCell;
use std::ops::Range;

use jiff::civil::Date;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::diagnostic::{Diagnostic, Severity, line_and_column};
use crate::shape::FileShape;
use crate::source::SourceText;

/// A value and the bytes of the file it stands at.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Located<T> {
    /// The value.
    pub value: T,
    /// Bytes of the file.
    #[serde(skip)]
    pub span: Range<usize>,
}

/// Problems found so far, in any number of files.
#[derive(Clone, Debug, Default)]
pub struct Problems {
    list: Vec<Diagnostic>,
}

impl Problems {
    /// Adds an error at `span` of `file`.
    pub fn error(
        &mut self,
        file: &SourceText,
        span: Range<usize>,
        code: &'static str,
        message: impl Into<String>,
        help: impl Into<Option<String>>,
    ) {
        self.push(Severity::Error, file, span, code, message.into(), help.into());
    }

    /// Adds a warning at `span` of `file`.
    pub fn warning(
        &mut self,
        file: &SourceText,
        span: Range<usize>,
        code: &'static str,
        message: impl Into<String>,
        help: impl Into<Option<String>>,
    ) {
        self.push(Severity::Warning, file, span, code, message.into(), help.into());
    }

    fn push(
        &mut self,
        severity: Severity,
        file: &SourceText,
        span: Range<usize>,
        code: &'static str,
        message: String,
        help: Option<String>,
    ) {
        let (line, column) = line_and_column(&file.text, span.start);
        self.list.push(Diagnostic { code, severity, file: file.path.clone(), span, line, column, message, help });
    }

    /// Takes over problems found elsewhere.
    pub fn extend(&mut self, more: impl IntoIterator<Item = Diagnostic>) {
        self.list.extend(more);
    }

    /// Whether one of them is an error.
    pub fn has_errors(&self) -> bool {
        self.list.iter().any(|problem| problem.severity == Severity::Error)
    }

    /// Number of errors so far; a caller compares it before and after.
    pub fn error_count(&self) -> usize {
        self.list.iter().filter(|problem| problem.severity == Severity::Error).count()
    }

    /// All of them, by file and place.
    pub fn into_sorted(mut self) -> Vec<Diagnostic> {
        self.list.sort_by(|a, b| {
            (&a.file, a.span.start, a.span.end, a.code).cmp(&(&b.file, b.span.start, b.span.end, b.code))
        });
        self.list.dedup();
        self.list
    }
}

/// One table of a file. Every key asked for is remembered; [`Section::finish`] refuses the rest.
pub struct Section<'t> {
    /// The file it is in.
    pub file: &'t SourceText,
    table: &'t DeTable<'t>,
    /// Bytes of the table's header or inline table.
    pub span: Range<usize>,
    path: String,
    /// The path with `*` for names of people's own, by which the keys are declared.
    place: String,
    shape: &'static FileShape,
    asked: RefCell<Vec<&'static str>>,
}

/// Parses `file`, of the kind `shape`, and gives its top table to `read`. Syntax errors become problems; `read` then sees what could be read,
/// and what it finds missing from the table that holds the error is not reported.
pub fn read_file<R>(
    shape: &'static FileShape,
    file: &SourceText,
    problems: &mut Problems,
    read: impl FnOnce(&Section<'_>, &mut Problems) -> R,
) -> R {
    let before = problems.list.len();
    let (table, errors) = DeTable::parse_recoverable(&file.text);
    for error in errors {
        let span = error.span().unwrap_or(0..0);
        let (message, help) = syntax(&file.text, span.start, error.message());
        problems.error(file, span, "syntax", message, help);
    }
    let span = 0..0;
    let section = Section {
        file,
        table: table.get_ref(),
        span,
        path: String::new(),
        place: String::new(),
        shape,
        asked: RefCell::default(),
    };
    if problems.list.len() == before {
        return read(&section, problems);
    }
    // What a line that could not be read may have said is not missing from its table.
    let broken: Vec<usize> =
        problems.list[before..].iter().map(|problem| header_line(&file.text, problem.span.start)).collect();
    let syntax = problems.list.len();
    let result = read(&section, problems);
    let mut found = problems.list.split_off(syntax);
    let unread: Vec<usize> = problems.list.iter().map(|problem| problem.line).collect();
    found.retain(|problem| match problem.code {
        "missing_field" => !broken.contains(&problem.line),
        // the parser makes do with text where it cannot read a value
        "wrong_type" => !unread.contains(&problem.line),
        _ => true,
    });
    let mut seen = Vec::new();
    problems.list.retain(|problem| {
        let place = (problem.file.clone(), problem.line);
        // what follows a table that may not stand there is read as if it were part of the one before
        let header = header_line(&file.text, problem.span.start);
        let is_headed = header > 1 && header < problem.line && seen.contains(&(problem.file.clone(), header));
        let is_again = problem.code == "syntax" && (is_headed || seen.contains(&place));
        seen.push(place);
        !is_again
    });
    problems.list.extend(found);
    result
}

/// What to say of a syntax error at byte `offset`: of a number with a percent sign what to write instead.
fn syntax(text: &str, offset: usize, message: &str) -> (String, Option<String>) {
    let start = text.get(..offset).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1);
    let line = text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default();
    let line = line.split('#').next().unwrap_or_default();
    let percent = line.split([',', '{', '}']).find_map(|part| {
        let (key, value) = part.split_once('=')?;
        let number: f64 = value.trim().strip_suffix('%')?.trim().parse().ok()?;
        Some((key.trim().to_owned(), number))
    });
    let message = message.trim().to_lowercase();
    match percent {
        Some((key, number)) => {
            let share = if key == "weight" { number / 100.0 } else { number };
            let message = format!("a percent sign cannot stand after a number: `{key} = {number} %`");
            (message, Some(format!("write {key} = {share}")))
        }
        None if message == "duplicate key" => {
            let is_end = |character: char| character.is_whitespace() || "=].".contains(character);
            let key = text.get(offset..).and_then(|rest| rest.split(is_end).next()).unwrap_or_default();
            let help = header(line).map(|name| format!("write [[{name}]] for each of several"));
            let told = header(line).map_or_else(|| format!("`{key}`"), |name| format!("`[{name}]`"));
            (format!("{told} stands here twice"), help)
        }
        None => (message, None),
    }
}

/// The name in a header of one table, `[name]`.
fn header(line: &str) -> Option<&str> {
    let name = line.trim().strip_prefix('[')?.strip_suffix(']')?;
    (!name.starts_with('[')).then_some(name)
}

/// The line, from 1, of the header of the table in which byte `offset` lies; 1 for the top table.
fn header_line(text: &str, offset: usize) -> usize {
    let before = text.get(..offset.min(text.len())).unwrap_or_default();
    let headers = before.split('\n').enumerate().filter(|(_, line)| line.trim_start().starts_with('['));
    headers.last().map_or(1, |(index, _)| index + 1)
}

impl<'t> Section<'t> {
    /// Whether `key` is there.
    pub fn has(&self, key: &'static str) -> bool {
        self.get(key).is_some()
    }

    /// Whether true or false stands under `key`, for a key that takes something else as well.
    pub fn is_boolean(&self, key: &'static str) -> bool {
        self.get(key).is_some_and(|value| matches!(value.get_ref(), DeValue::Boolean(_)))
    }

    /// Whether text stands under `key`, for a key that takes something else as well.
    pub fn is_text(&self, key: &'static str) -> bool {
        self.get(key).is_some_and(|value| matches!(value.get_ref(), DeValue::String(_)))
    }

    /// Bytes of the value under `key`.
    pub fn span_of(&self, key: &'static str) -> Option<Range<usize>> {
        self.get(key).map(Spanned::span)
    }

    fn get(&self, key: &'static str) -> Option<&'t Spanned<DeValue<'t>>> {
        self.asked.borrow_mut().push(key);
        self.table.iter().find(|(name, _)| name.get_ref() == key).map(|(_, value)| value)
    }

    fn full(&self, key: &str) -> String {
        joined(&self.path, key)
    }

    fn mismatch(&self, key: &str, value: &Spanned<DeValue<'_>>, wanted: &str, problems: &mut Problems) {
        let found = value.get_ref().type_str();
        problems.error(
            self.file,
            value.span(),
            "wrong_type",
            format!("`{}` is {found}, not {wanted}", self.full(key)),
            None,
        );
    }

    /// Adds a problem about a missing `key`, at the table it is missing from.
    pub fn missing(&self, key: &str, problems: &mut Problems) {
        problems.error(self.file, self.span.clone(), "missing_field", format!("`{}` is missing", self.full(key)), None);
    }

    /// Text under `key`.
    pub fn text(&self, key: &'static str, problems: &mut Problems) -> Option<Located<String>> {
        let value = self.get(key)?;
        match value.get_ref() {
            DeValue::String(text) => Some(Located { value: text.to_string(), span: value.span() }),
            _ => {
                self.mismatch(key, value, "text", problems);
                None
            }
        }
    }

    /// Text under `key`, which must be there.
    pub fn required_text(&self, key: &'static str, problems: &mut Problems) -> Option<Located<String>> {
        if !self.has(key) {
            self.missing(key, problems);
        }
        self.text(key, problems)
    }

    /// One of `choices` under `key`.
    pub fn choice<T>(
        &self,
        key: &'static str,
        choices: &[&str],
        parse: impl Fn(&str) -> Option<T>,
        problems: &mut Problems,
    ) -> Option<Located<T>> {
        let text = self.text(key, problems)?;
        match parse(&text.value) {
            Some(value) => Some(Located { value, span: text.span }),
            None => {
                problems.error(
                    self.file,
                    text.span,
                    "unknown_value",
                    format!("`{}` is not a value of `{}`", text.value, self.full(key)),
                    suggest(&text.value, choices.iter().copied()),
                );
                None
            }
        }
    }

    /// A list of texts under `key`; a single text counts as a list of one.
    pub fn texts(&self, key: &'static str, problems: &mut Problems) -> Vec<Located<String>> {
        let Some(value) = self.get(key) else { return Vec::new() };
        match value.get_ref() {
            DeValue::String(text) => vec![Located { value: text.to_string(), span: value.span() }],
            DeValue::Array(items) => items
                .iter()
                .filter_map(|item| match item.get_ref() {
                    DeValue::String(text) => Some(Located { value: text.to_string(), span: item.span() }),
                    _ => {
                        self.mismatch(key, item, "text", problems);
                        None
                    }
                })
                .collect(),
            _ => {
                self.mismatch(key, value, "a list of texts", problems);
                Vec::new()
            }
        }
    }

    /// Text values only of a list of texts.
    pub fn words(&self, key: &'static str, problems: &mut Problems) -> Vec<String> {
        self.texts(key, problems).into_iter().map(|text| text.value).collect()
    }

    /// An integer under `key`.
    pub fn integer(&self, key: &'static str, problems: &mut Problems) -> Option<Located<i64>> {
        let value = self.get(key)?;
        match integer_of(value.get_ref()) {
            Some(number) => Some(Located { value: number, span: value.span() }),
            None => {
                self.mismatch(key, value, "a whole number", problems);
                None
            }
        }
    }

    /// A number, whole or not, under `key`.
    pub fn number(&self, key: &'static str, problems: &mut Problems) -> Option<Located<f64>> {
        let value = self.get(key)?;
        match number_of(value.get_ref()) {
            Some(number) => Some(Located { value: number, span: value.span() }),
            None => {
                self.mismatch(key, value, "a number", problems);
                None
            }
        }
    }

    /// A list of numbers under `key`.
    pub fn numbers(&self, key: &'static str, problems: &mut Problems) -> Option<Located<Vec<f64>>> {
        let value = self.get(key)?;
        let numbers = value
            .get_ref()
            .as_array()
            .map(|items| items.iter().filter_map(|item| number_of(item.get_ref())).collect::<Vec<f64>>());
        match numbers {
            Some(numbers) if Some(numbers.len()) == value.get_ref().as_array().map(|items| items.len()) => {
                Some(Located { value: numbers, span: value.span() })
            }
            _ => {
                self.mismatch(key, value, "a list of numbers", problems);
                None
            }
        }
    }

    /// True or false under `key`.
    pub fn boolean(&self, key: &'static str, problems: &mut Problems) -> Option<Located<bool>> {
        let value = self.get(key)?;
        match value.get_ref() {
            DeValue::Boolean(flag) => Some(Located { value: *flag, span: value.span() }),
            _ => {
                self.mismatch(key, value, "true or false", problems);
                None
            }
        }
    }

    /// A date under `key`.
    pub fn date(&self, key: &'static str, problems: &mut Problems) -> Option<Located<Date>> {
        let value = self.get(key)?;
        let text = match value.get_ref() {
            DeValue::Datetime(date) => date.to_string(),
            DeValue::String(text) => text.to_string(),
            _ => String::new(),
        };
        match text.parse::<Date>() {
            Ok(date) => Some(Located { value: date, span: value.span() }),
            Err(_) => {
                self.mismatch(key, value, "a date such as 2026-01-31", problems);
                None
            }
        }
    }

    /// The table under `key`.
    pub fn section(&self, key: &'static str, problems: &mut Problems) -> Option<Section<'t>> {
        let value = self.get(key)?;
        match value.get_ref() {
            DeValue::Table(table) => Some(self.nested(table, value.span(), key)),
            _ => {
                self.mismatch(key, value, "a table", problems);
                None
            }
        }
    }

    /// The tables under `key`, of `[[key]]`.
    pub fn sections(&self, key: &'static str, problems: &mut Problems) -> Vec<Section<'t>> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let Some(items) = value.get_ref().as_array() else {
            let (path, found) = (self.full(key), value.get_ref().type_str());
            let message = format!("`{path}` is {found}, not a list of tables");
            problems.error(self.file, value.span(), "wrong_type", message, format!("write [[{path}]]"));
            return Vec::new();
        };
        items
            .iter()
            .filter_map(|item| match item.get_ref() {
                DeValue::Table(table) => Some(self.nested(table, item.span(), key)),
                _ => {
                    self.mismatch(key, item, "a table", problems);
                    None
                }
            })
            .collect()
    }

    fn nested(&self, table: &'t DeTable<'t>, span: Range<usize>, key: &str) -> Section<'t> {
        let (path, place) = (self.full(key), joined(&self.place, key));
        Section { file: self.file, table, span, path, place, shape: self.shape, asked: RefCell::default() }
    }

    /// Every key with its raw value, for tables whose keys are names of people's own. Counts as asked for.
    pub fn entries(&self) -> impl Iterator<Item = Entry<'t>> + '_ {
        self.table.iter().map(|(key, value)| Entry {
            key: Located { value: key.get_ref().to_string(), span: key.span() },
            file: self.file,
            path: self.full(key.get_ref()),
            place: joined(&self.place, "*"),
            shape: self.shape,
            value,
        })
    }

    fn is_there(&self, key: &str) -> bool {
        self.table.iter().any(|(name, _)| name.get_ref() == key)
    }

    /// Refuses keys that were not asked for, and those that are not declared: what is in no reference is no key.
    pub fn finish(&self, problems: &mut Problems) {
        let declared = self.shape.keys(&self.place);
        let mut asked = self.asked.borrow_mut();
        asked.retain(|name| declared.iter().any(|key| key.name == *name));
        for (key, _) in self.table.iter() {
            if !asked.iter().any(|name| name == key.get_ref()) {
                problems.error(
                    self.file,
                    key.span(),
                    "unknown_field",
                    format!("`{}` is not a field here", self.full(key.get_ref())),
                    suggest(key.get_ref(), asked.iter().copied().filter(|name| !self.is_there(name))),
                );
            }
        }
    }
}

/// A key of one's own with its value.
pub struct Entry<'t> {
    /// The key.
    pub key: Located<String>,
    file: &'t SourceText,
    path: String,
    place: String,
    shape: &'static FileShape,
    value: &'t Spanned<DeValue<'t>>,
}

impl<'t> Entry<'t> {
    /// Bytes of the value.
    pub fn span(&self) -> Range<usize> {
        self.value.span()
    }

    /// The value as text, if it is text.
    pub fn as_text(&self) -> Option<Located<String>> {
        self.value.get_ref().as_str().map(|text| Located { value: text.to_owned(), span: self.value.span() })
    }

    /// The value as a table, if it is one.
    pub fn as_section(&self) -> Option<Section<'t>> {
        self.value.get_ref().as_table().map(|table| Section {
            file: self.file,
            table,
            span: self.value.span(),
            path: self.path.clone(),
            place: self.place.clone(),
            shape: self.shape,
            asked: RefCell::default(),
        })
    }

    /// The value as JSON, dates as text.
    pub fn json(&self) -> serde_json::Value {
        json_of(self.value.get_ref())
    }

    /// Adds "is X, not WANTED".
    pub fn mismatch(&self, wanted: &str, problems: &mut Problems) {
        let found = self.value.get_ref().type_str();
        problems.error(self.file, self.span(), "wrong_type", format!("`{}` is {found}, not {wanted}", self.path), None);
    }
}

/// `key` below `path`.
fn joined(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

fn integer_of(value: &DeValue<'_>) -> Option<i64> {
    let number = value.as_integer()?;
    i64::from_str_radix(number.as_str(), number.radix()).ok()
}

fn number_of(value: &DeValue<'_>) -> Option<f64> {
    if let Some(number) = integer_of(value) {
        return Some(number as f64);
    }
    value.as_float()?.as_str().parse().ok().filter(|number: &f64| number.is_finite())
}

fn json_of(value: &DeValue<'_>) -> serde_json::Value {
    use serde_json::Value;
    match value {
        DeValue::String(text) => Value::String(text.to_string()),
        DeValue::Integer(_) => integer_of(value).map_or(Value::Null, Value::from),
        DeValue::Float(_) => number_of(value).map_or(Value::Null, Value::from),
        DeValue::Boolean(flag) => Value::Bool(*flag),
        DeValue::Datetime(date) => Value::String(date.to_string()),
        DeValue::Array(items) => Value::Array(items.iter().map(|item| json_of(item.get_ref())).collect()),
        DeValue::Table(table) => Value::Object(
            table.iter().map(|(key, value)| (key.get_ref().to_string(), json_of(value.get_ref()))).collect(),
        ),
    }
}

/// Help for a name that is none of `valid`: the nearest one where it is near, else all of them.
///
/// ```
/// use catalogue::file::suggest;
/// let check = |name: &str, valid: &[&str], help: &str| assert_eq!(suggest(name, valid.iter().copied()).unwrap(), help);
/// check("chanel", &["channel", "team"], "perhaps `channel`");
/// check("first respnse time", &["First response time"], "perhaps `First response time`");
/// check("csat", &["csat_t2b", "nps"], "perhaps `csat_t2b`");
/// // another word, and what begins so
/// check("region", &["reason", "team"], "valid: `reason`, `team`");
/// check("q", &["at"], "valid: `at`");
/// check("csat", &["csat_mean", "csat_t2b"], "perhaps `csat_mean` or `csat_t2b`");
/// assert_eq!(suggest("x", []), None);
/// ```
pub fn suggest<'a>(name: &str, valid: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let mut valid: Vec<&str> = valid.into_iter().collect();
    valid.sort_unstable();
    valid.dedup();
    if let Some(near) = nearest(name, &valid) {
        return Some(format!("perhaps `{near}`"));
    }
    let begins = |candidate: &&&str| name.len() >= 3 && candidate.to_lowercase().starts_with(&name.to_lowercase());
    let begun: Vec<String> = valid.iter().filter(begins).map(|name| format!("`{name}`")).collect();
    if (1..=BEGUN_MAX).contains(&begun.len()) {
        return Some(format!("perhaps {}", begun.join(" or ")));
    }
    let shown = valid.iter().take(40).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let more = if valid.len() > 40 { ", …" } else { "" };
    (!valid.is_empty()).then(|| format!("valid: {shown}{more}"))
}

/// The most names that are suggested for their beginning.
const BEGUN_MAX: usize = 3;

/// The one of `valid` that was probably meant, with a letter or so wrong. Of short words few letters may be wrong, since
/// another word is as near: a `region` is no `reason`.
pub(crate) fn nearest<'a>(name: &str, valid: &[&'a str]) -> Option<&'a str> {
    let written = name.to_lowercase();
    let distance = |candidate: &str| strsim::osa_distance(&written, &candidate.to_lowercase());
    let near = valid.iter().min_by_key(|candidate| distance(candidate))?;
    let slips = match written.chars().count() {
        0..=6 => 1,
        7..=11 => 2,
        letters => letters / 3,
    };
    (distance(near) <= slips).then_some(near)
}

/// What `file` says, as JSON, dates as text. Of a file with errors what could be read.
pub fn as_json(file: &SourceText) -> serde_json::Value {
    let (table, _) = DeTable::parse_recoverable(&file.text);
    json_of(&DeValue::Table(table.into_inner()))
}

/// Where byte `offset` of the text of a TOML string at `span` stands in the file: exact for strings without escapes,
/// the start of the string otherwise.
pub fn place_in_string(file: &SourceText, span: &Range<usize>, inner: Range<usize>) -> Range<usize> {
    let raw = file.text.get(span.clone()).unwrap_or_default();
    let quotes = if raw.starts_with("\"\"\"") || raw.starts_with("'''") { 3 } else { 1 };
    let newline = usize::from(quotes == 3 && raw[3..].starts_with('\n'));
    let start = span.start + quotes + newline;
    if raw.starts_with('"') && raw.contains('\\') || start + inner.end > span.end {
        return span.clone();
    }
    start + inner.start..start + inner.end
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is said of a card's syntax, by line.
    #[test]
    fn what_stands_twice_is_named() {
        let check = |text: &str, wanted: &[(usize, &str, Option<&str>)]| {
            let file = SourceText { path: "scorecards/a.toml".to_owned(), text: text.to_owned() };
            let (shape, mut problems) = (&crate::metric::shape::METRIC, Problems::default());
            read_file(shape, &file, &mut problems, |_, _| ());
            let found = problems.into_sorted();
            let found: Vec<_> = found.iter().map(|one| (one.line, one.message.as_str(), one.help.as_deref())).collect();
            assert_eq!(found, wanted, "{text}");
        };
        let twice = "`[gate]` stands here twice";
        let help = Some("write [[gate]] for each of several");
        check("[gate]\nmetric = 'a'\nat_least = 1\n[gate]\nmetric = 'b'\nat_least = 2\n", &[(4, twice, help)]);
        check("[[gate]]\nmetric = 'a'\n[gate]\nmetric = 'b'\n", &[(3, twice, help)]);
        check("a = 1\na = 2\n", &[(2, "`a` stands here twice", None)]);
        check("target = { value = 81, value = 82 }\n", &[(1, "`value` stands here twice", None)]);
        // each line of a table is said for itself
        let percent = "a percent sign cannot stand after a number";
        let (first, third) = (format!("{percent}: `a = 5 %`"), format!("{percent}: `weight = 5 %`"));
        let wanted = [(1, first.as_str(), Some("write a = 5")), (3, third.as_str(), Some("write weight = 0.05"))];
        check("a = 5%\nb = 1\nweight = 5%\n", &wanted);
    }
}
