//! Which columns of the file the source file's expressions use, and where the file has them.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use catalogue::diagnostic::{Diagnostic, Severity, line_and_column};
use catalogue::expression::Expr;
use catalogue::file::suggest;
use catalogue::source::{Format, Source};

/// The physical line of a row, as a column.
pub(super) const LINE: &str = "_line";
/// The name of the file without its folder, as a column.
pub(super) const FILE: &str = "_file";

/// The columns in use, in a fixed order.
#[derive(Clone, Debug)]
pub(super) struct Columns {
    /// Their names in the file.
    pub names: Vec<String>,
    /// Their schema, all text, followed by the pseudo columns in use.
    pub schema: SchemaRef,
}

/// What becomes of one column of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// It is the n-th column in use.
    Used(usize),
    /// It is kept beside the records under this JSON key, with its quotes and colon.
    Kept(String),
}

/// Every expression of `source` with the bytes of the source file it stands at.
fn expressions(source: &Source) -> impl Iterator<Item = (&Expr, &Range<usize>)> {
    source.records.iter().flat_map(|record| {
        let whole = record.filter.iter().chain(&record.revision).map(|expr| (expr, &record.span));
        let fields = record.fields.iter().chain(record.attributes.iter().map(|attribute| &attribute.field));
        whole.chain(fields.map(|field| (&field.value, &field.span)))
    })
}

impl Columns {
    /// The columns that expressions of `source` use.
    pub fn used(source: &Source) -> Self {
        let mut names = BTreeSet::new();
        for (expr, _) in expressions(source) {
            expr.columns(&mut |name| {
                names.insert(name.to_owned());
            });
        }
        let mut fields = Vec::new();
        let pseudo =
            [(LINE, DataType::Int64), (FILE, DataType::Utf8)].map(|(name, kind)| (names.remove(name), name, kind));
        fields.extend(names.iter().map(|name| Field::new(name, DataType::Utf8, true)));
        fields
            .extend(pseudo.into_iter().filter(|(used, ..)| *used).map(|(_, name, kind)| Field::new(name, kind, false)));
        Columns { names: names.into_iter().collect(), schema: Arc::new(Schema::new(fields)) }
    }

    /// The role of each column of a `header` whose names have been trimmed.
    ///
    /// # Errors
    /// A diagnostic for each expression that uses a column the header does not have, or has more than once.
    pub fn assign(&self, header: &[String], source: &Source) -> Result<Vec<Role>, Vec<Diagnostic>> {
        let mut places: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (at, name) in header.iter().enumerate() {
            places.entry(name).or_default().push(at);
        }
        let mut problems = Vec::new();
        for name in &self.names {
            match places.get(name.as_str()).map_or(0, Vec::len) {
                1 => {}
                0 => problems.extend(missing(name, header, source)),
                count => problems.extend(at_uses(name, source, Severity::Error, "duplicate_column", || {
                    (
                        format!("the file has {count} columns named `{name}`"),
                        Some("rename one, or name the columns with read.columns".to_owned()),
                    )
                })),
            }
        }
        if let Some(delimiter) = other_delimiter(header, source) {
            // said once: the name of the one column is of no use to the others
            let hint =
                format!("the header is one column with {delimiter:?} in it: perhaps `delimiter = {delimiter:?}`");
            let mut hint = Some(hint);
            problems.iter_mut().for_each(|problem| problem.help = hint.take());
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let role = |(at, name): (usize, &String)| {
            if let Ok(used) = self.names.binary_search(name) {
                return Role::Used(used);
            }
            let first = places.get(name.as_str()).is_none_or(|places| places.first() == Some(&at));
            let key = if first && !name.is_empty() { name.clone() } else { format!("{name}#{}", at + 1) };
            Role::Kept(json_key(&key))
        };
        Ok(header.iter().enumerate().map(role).collect())
    }
}

/// `"name":`
fn json_key(name: &str) -> String {
    format!("{}:", serde_json::Value::from(name))
}

/// The delimiter that a header line of one column seems to be cut by, in place of the one that the source file states.
fn other_delimiter(header: &[String], source: &Source) -> Option<&'static str> {
    let [whole] = header else { return None };
    if source.read.format != Format::Csv || source.read.columns.is_some() {
        return None;
    }
    let mut others = [";", "\t", "|", ","].into_iter().filter(|other| !other.starts_with(source.read.delimiter));
    others.find(|delimiter| whole.contains(delimiter))
}

/// A diagnostic for each expression that uses the column `name`, which none of `header` is.
fn missing(name: &str, header: &[String], source: &Source) -> Vec<Diagnostic> {
    at_uses(name, source, Severity::Error, "missing_column", || {
        (format!("the file has no column {name:?}"), suggest(name, header.iter().map(String::as_str)))
    })
}

/// A warning for each expression that uses the column `name`, which no row of the file has.
pub(super) fn absent(name: &str, source: &Source) -> Vec<Diagnostic> {
    at_uses(name, source, Severity::Warning, "absent_column", || (format!("no row of the file has {name:?}"), None))
}

fn at_uses(
    name: &str,
    source: &Source,
    severity: Severity,
    code: &'static str,
    words: impl Fn() -> (String, Option<String>),
) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (expr, span) in expressions(source) {
        let mut uses = false;
        expr.columns(&mut |column| uses |= column == name);
        if uses {
            let (message, help) = words();
            found.push(diagnostic(source, narrowed(source, span, name), severity, code, message, help));
        }
    }
    found.dedup();
    found
}

/// A problem at `span` of the source file.
pub(super) fn diagnostic(
    source: &Source,
    span: Range<usize>,
    severity: Severity,
    code: &'static str,
    message: String,
    help: Option<String>,
) -> Diagnostic {
    let (line, column) = line_and_column(&source.file.text, span.start);
    Diagnostic { code, severity, file: source.file.path.clone(), span, line, column, message, help }
}

/// The place of the name itself inside an expression's place, where it is written there as such.
fn narrowed(source: &Source, span: &Range<usize>, name: &str) -> Range<usize> {
    let text = source.file.text.get(span.clone()).unwrap_or_default();
    let word = |c: char| c.is_alphanumeric() || c == '_';
    let found = text.match_indices(name).find(|(at, _)| {
        let before = text[..*at].chars().next_back();
        let after = text[at + name.len()..].chars().next();
        !before.is_some_and(word) && !after.is_some_and(word)
    });
    match found {
        Some((at, _)) => span.start + at..span.start + at + name.len(),
        None => span.clone(),
    }
}
