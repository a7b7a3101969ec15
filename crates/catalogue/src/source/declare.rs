//! `sources/NAME.toml` → [`Source`], every problem with its place.

mod read;
mod sense;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use model::{Attribute, FieldType, RecordKind};

use super::{
    AttributeMapping, CompleteThrough, FieldMapping, Finished, LengthUnit, Read, RecordMapping, Source, SourceText,
};
use crate::expression::{Expr, Scope, Value, resolve, resolve_as};
use crate::file::{Located, Problems, Section, place_in_string, read_file, suggest};
use read::{date_formats, declare_read, zone_name};

const REFERS: [&str; 4] = ["ticket", "contact", "customer", "agent"];

/// Reads and checks a source file. `None` where it has errors, which are in `problems`.
pub fn declare(name: &str, file: SourceText, problems: &mut Problems) -> Option<Source> {
    let before = problems.error_count();
    let mut source =
        read_file(&super::shape::SOURCE, &file, problems, |section, problems| declare_source(name, section, problems));
    if problems.error_count() > before {
        return None;
    }
    source.hash = hash(&source);
    source.file = file;
    Some(source)
}

fn declare_source(name: &str, section: &Section<'_>, problems: &mut Problems) -> Source {
    let title = section.text("title", problems).map_or_else(|| name.to_owned(), |title| title.value);
    let system = section.text("system", problems).map_or_else(|| name.to_owned(), |system| system.value);
    let rank = section.integer("rank", problems).map_or(0, |rank| rank.value);
    let finished = declare_finished(section, problems);
    let complete_through = declare_complete(section, problems);
    let complete_from = declare_complete_from(section, complete_through.as_ref(), problems);
    let mut refers = BTreeMap::new();
    if let Some(table) = section.section("refers", problems) {
        for entry in table.entries() {
            match (REFERS.contains(&entry.key.value.as_str()), entry.as_text()) {
                (true, Some(system)) => {
                    refers.insert(entry.key.value.clone(), system.value);
                }
                (true, None) => entry.mismatch("the name of a system", problems),
                (false, _) => problems.error(
                    section.file,
                    entry.key.span.clone(),
                    "unknown_field",
                    format!("`refers.{}` is not a field here", entry.key.value),
                    suggest(&entry.key.value, REFERS),
                ),
            }
        }
    }
    let read = match section.section("read", problems) {
        Some(read) => declare_read(&read, problems),
        None => {
            section.missing("read", problems);
            Read::csv()
        }
    };
    let records: Vec<RecordMapping> =
        section.sections("record", problems).iter().filter_map(|record| declare_record(record, problems)).collect();
    if records.is_empty() && !section.has("record") {
        section.missing("[[record]]", problems);
    }
    section.finish(problems);
    if let Some(complete) = complete_through.as_ref().filter(|_| records.iter().all(|record| !record.kind.is_timed())) {
        let kinds: BTreeSet<&str> = records.iter().map(|record| record.kind.name()).collect();
        let kinds = kinds.into_iter().collect::<Vec<_>>().join(", ");
        problems.warning(
            section.file,
            complete.span.clone(),
            "no_effect",
            format!("`complete_through` does nothing here: no answer waits for records of kind {kinds}"),
            None,
        );
    }
    Source {
        name: name.to_owned(),
        title,
        system,
        rank,
        finished,
        complete_through,
        complete_from,
        refers,
        read,
        records,
        hash: String::new(),
        file: SourceText::default(),
    }
}

/// `finished = true`, or a date.
fn declare_finished(section: &Section<'_>, problems: &mut Problems) -> Option<Finished> {
    if section.is_boolean("finished") {
        let flag = section.boolean("finished", problems)?;
        return flag.value.then_some(Finished::Already);
    }
    section.date("finished", problems).map(|date| Finished::From(date.value))
}

/// `complete_through = 2026-10-31`, or `"file_time"`.
fn declare_complete(section: &Section<'_>, problems: &mut Problems) -> Option<Located<CompleteThrough>> {
    const FILE_TIME: &str = "file_time";
    if !section.is_text("complete_through") {
        let day = section.date("complete_through", problems)?;
        return Some(Located { value: CompleteThrough::Day(day.value), span: day.span });
    }
    let text = section.text("complete_through", problems)?;
    let value = match (text.value.as_str(), text.value.parse()) {
        (FILE_TIME, _) => CompleteThrough::FileTime,
        (_, Ok(day)) => CompleteThrough::Day(day),
        (other, Err(_)) => {
            let message = format!("`{other}` is not a value of `complete_through`");
            let help = format!("a day such as 2026-01-31, or `{FILE_TIME}`");
            problems.error(section.file, text.span, "unknown_value", message, help);
            return None;
        }
    };
    Some(Located { value, span: text.span })
}

/// `complete_from = 2025-05-27`, which is not after the day it is complete through.
fn declare_complete_from(
    section: &Section<'_>,
    through: Option<&Located<CompleteThrough>>,
    problems: &mut Problems,
) -> Option<Date> {
    let from = section.date("complete_from", problems)?;
    if let Some(CompleteThrough::Day(through)) = through.map(|through| through.value)
        && from.value > through
    {
        let message = format!("it is complete from {} on, and through {through} only", from.value);
        let help = format!("a day up to {through}, the first of which everything is delivered");
        problems.error(section.file, from.span, "wrong_value", message, help);
    }
    Some(from.value)
}

fn declare_record(section: &Section<'_>, problems: &mut Problems) -> Option<RecordMapping> {
    let names = RecordKind::ALL.map(RecordKind::name);
    if !section.has("kind") {
        section.missing("kind", problems);
    }
    let kind = section.choice("kind", &names, RecordKind::parse, problems);
    let filter =
        section.text("where", problems).and_then(|text| expression(section, &text, Some(FieldType::Boolean), problems));
    let revision = section.text("revision", problems).and_then(|text| whole_number(section, &text, problems));
    let id = section.required_text("id", problems).and_then(|text| {
        let value = expression(section, &text, None, problems)?;
        Some(FieldMapping::plain("id", FieldType::Text, true, value, text.span))
    });
    let mut fields: Vec<FieldMapping> = id.into_iter().collect();
    let mut attributes = Vec::new();
    let mapped = section.section("fields", problems);
    let custom = section.section("attributes", problems);
    section.finish(problems);
    let kind = kind?.value;
    // what was given but does not resolve has been told of: it is not missing besides
    let is_given = |name: &str| mapped.iter().flat_map(Section::entries).any(|entry| entry.key.value == name);
    if let Some(mapped) = &mapped {
        for entry in mapped.entries() {
            let valid = kind.fields().iter().filter(|field| !field.name.ends_with("_system"));
            match valid.clone().find(|field| field.name == entry.key.value) {
                Some(field) => fields.extend(
                    declare_field(field.name, field.kind, field.required, false, &entry, section, problems)
                        .map(|(field, _)| field),
                ),
                None => problems.error(
                    section.file,
                    entry.key.span.clone(),
                    "unknown_field",
                    format!("a {} has no field `{}`", kind.name(), entry.key.value),
                    suggest(&entry.key.value, valid.map(|field| field.name))
                        .map(|help| format!("{help}; other columns go into attributes")),
                ),
            }
        }
    }
    check_after(section, &fields, &is_given, problems);
    for required in kind.fields().iter().filter(|field| field.required) {
        if !is_given(required.name) {
            problems.error(
                section.file,
                section.span.clone(),
                "missing_field",
                format!("a {} needs the field `{}`: {}", kind.name(), required.name, required.meaning),
                None,
            );
        }
    }
    for entry in custom.iter().flat_map(Section::entries) {
        let name = entry.key.value.clone();
        let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') && !name.is_empty();
        if !plain {
            problems.error(
                section.file,
                entry.key.span.clone(),
                "wrong_name",
                format!("`{name}` is not a name of an attribute"),
                Some("letters, digits and underscores".to_owned()),
            );
            continue;
        }
        if let Some((field, kind)) = declare_field(&name, FieldType::Text, false, true, &entry, section, problems) {
            attributes.push(AttributeMapping { attribute: Attribute { name, kind }, field });
        }
    }
    let record = RecordMapping { kind, filter, revision, fields, attributes, span: section.span.clone() };
    sense::look_at(section, &record, problems);
    Some(record)
}

impl FieldMapping {
    /// A field that is just an expression.
    pub fn plain(name: &str, kind: FieldType, required: bool, value: Expr, span: std::ops::Range<usize>) -> Self {
        FieldMapping {
            name: name.to_owned(),
            kind,
            required,
            value,
            values: None,
            otherwise: None,
            formats: Vec::new(),
            zone: None,
            after: None,
            unit: None,
            span,
        }
    }
}

fn declare_field(
    name: &str,
    kind: FieldType,
    required: bool,
    typed: bool,
    entry: &crate::file::Entry<'_>,
    section: &Section<'_>,
    problems: &mut Problems,
) -> Option<(FieldMapping, FieldType)> {
    if let Some(text) = entry.as_text() {
        let value = expression(section, &text, None, problems)?;
        return Some((FieldMapping::plain(name, kind, required, value, text.span), kind));
    }
    let Some(table) = entry.as_section() else {
        entry.mismatch("an expression or a table", problems);
        return None;
    };
    let text = table.required_text("value", problems);
    let mut kind = kind;
    if typed {
        let names = FieldType::ALL.map(FieldType::name);
        if let Some(stated) = table.choice("type", &names, FieldType::parse, problems) {
            kind = stated.value;
        }
    }
    let values = table.section("values", problems).map(|values| {
        values
            .entries()
            .filter_map(|entry| match entry.as_text() {
                Some(text) => Some((entry.key.value.clone(), text.value)),
                None => {
                    entry.mismatch("text", problems);
                    None
                }
            })
            .collect::<BTreeMap<_, _>>()
    });
    let otherwise = table.text("otherwise", problems).map(|text| text.value);
    let formats = date_formats(&table, "formats", problems);
    let zone = table.text("zone", problems).map(|zone| zone_name(section, zone, problems));
    let (after, unit) = length(&table, kind, problems);
    table.finish(problems);
    let text = text?;
    let value = expression(section, &text, None, problems)?;
    Some((
        FieldMapping {
            name: name.to_owned(),
            kind,
            required,
            value,
            values,
            otherwise,
            formats,
            zone,
            after,
            unit,
            span: text.span,
        },
        kind,
    ))
}

/// `after` and `unit`: a value that is a length of time.
fn length(table: &Section<'_>, kind: FieldType, problems: &mut Problems) -> (Option<String>, Option<LengthUnit>) {
    let after = table.text("after", problems);
    if let Some(after) = after.as_ref().filter(|_| kind != FieldType::Time) {
        let message = format!("only a time lies after another, and this is {}", kind.name());
        problems.error(table.file, after.span.clone(), "wrong_type", message, None);
    }
    let unit = table.choice("unit", &LengthUnit::ALL.map(LengthUnit::name), LengthUnit::parse, problems);
    if let Some(unit) = unit.as_ref().filter(|_| kind != FieldType::Duration && after.is_none()) {
        let message = "`unit` is that of a length of time: of a duration, or of a time `after` another".to_owned();
        problems.error(table.file, unit.span.clone(), "wrong_type", message, None);
    }
    (after.map(|after| after.value), unit.map(|unit| unit.value))
}

/// A time that lies `after` another needs that one, stated by itself.
fn check_after(
    section: &Section<'_>,
    fields: &[FieldMapping],
    is_given: &dyn Fn(&str) -> bool,
    problems: &mut Problems,
) {
    let stated = |field: &&FieldMapping| field.kind == FieldType::Time && field.after.is_none();
    for field in fields {
        let Some(after) = &field.after else { continue };
        if is_given(after) && !fields.iter().any(|other| other.name == *after) {
            continue;
        }
        if !fields.iter().filter(stated).any(|other| other.name == *after) {
            let message = format!("`{}` lies after `{after}`, which this record does not state", field.name);
            let valid = fields.iter().filter(stated).map(|field| field.name.as_str());
            let help = suggest(after, valid).or(Some("a time of the same record with a value of its own".to_owned()));
            problems.error(section.file, field.span.clone(), "unknown_field", message, help);
        }
    }
}

/// An expression that is a whole number, or text that holds one, as columns of a CSV file do.
fn whole_number(section: &Section<'_>, text: &Located<String>, problems: &mut Problems) -> Option<Expr> {
    let expr = expression(section, text, None, problems)?;
    match expr.kind() {
        Some(FieldType::Text) => Some(expr),
        _ => expression(section, text, Some(FieldType::Integer), problems),
    }
}

/// An expression over raw columns.
fn expression(
    section: &Section<'_>,
    text: &Located<String>,
    wanted: Option<FieldType>,
    problems: &mut Problems,
) -> Option<Expr> {
    let columns = BTreeMap::from([("_line".to_owned(), FieldType::Integer), ("_file".to_owned(), FieldType::Text)]);
    let parameters: BTreeMap<String, Value> = BTreeMap::new();
    let scope = Scope { columns: &columns, raw: true, parameters: &parameters };
    let resolved = match wanted {
        Some(kind) => resolve_as(&text.value, kind, &scope),
        None => resolve(&text.value, &scope),
    };
    match resolved {
        Ok(expr) => Some(expr),
        Err(found) => {
            for problem in found {
                let span = place_in_string(section.file, &text.span, problem.span);
                let help = [problem.help, name_in_quotes(&text.value)].into_iter().flatten().collect::<Vec<_>>();
                let help = (!help.is_empty()).then(|| help.join("; "));
                problems.error(section.file, span, problem.code, problem.message, help);
            }
            None
        }
    }
}

/// How a column is written whose name SQL would take for more than a name, where `text` may be one.
fn name_in_quotes(text: &str) -> Option<String> {
    let text = text.trim();
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let is_sign = |c: char| c.is_whitespace() || "-/#?&%.:()".contains(c);
    let is_name = text.chars().all(|c| is_word(c) || is_sign(c)) && text.chars().any(is_sign);
    (is_name && text.contains(is_word))
        .then(|| format!("a column whose name has spaces or signs is written in double quotes, as '\"{text}\"'"))
}

/// Over everything that can change what is made of a file; not the title, not the patterns of files, and not the day it is
/// complete through, which answers look up.
fn hash(source: &Source) -> String {
    let read = Read { files: Vec::new(), ..source.read.clone() };
    let meant = (&source.system, source.rank, &source.refers, &read, &source.records);
    let mut bytes = serde_json::to_vec(&meant).unwrap_or_default();
    if source.is_complete_to_file_time() {
        bytes.extend_from_slice(b"file_time");
    }
    // files written before the undated came before all that is dated are to be imported anew
    if source.records.iter().any(|record| record.revision.is_none()) {
        bytes.extend_from_slice(b"undated first");
    }
    blake3::hash(&bytes).to_hex().to_string()
}
