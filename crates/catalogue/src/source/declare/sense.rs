//! Whether a mapping that is valid makes sense: words that the import would refuse, and what can be used but not as it was
//! probably meant.

use model::{FactTable, FieldType, RecordKind};

use super::super::{FieldMapping, RecordMapping};
use crate::expression::{Expr, Value};
use crate::file::{Problems, Section, suggest};

/// Looks at a record of `section`.
pub(super) fn look_at(section: &Section<'_>, record: &RecordMapping, problems: &mut Problems) {
    for field in &record.fields {
        words(section, record.kind, field, problems);
        cast_of_a_column(section, field, problems);
    }
    for attribute in &record.attributes {
        cast_of_a_column(section, &attribute.field, problems);
    }
    attributes(section, record, problems);
    sampling(section, record, problems);
}

/// What a field of a closed list of words is given beside them: every row with it would be refused.
fn words(section: &Section<'_>, kind: RecordKind, field: &FieldMapping, problems: &mut Problems) {
    let Some(words) = kind.words(&field.name) else { return };
    let constant = match &field.value {
        Expr::Literal(Value::Text(text)) if field.values.is_none() => Some(text),
        _ => None,
    };
    let given = field.values.iter().flat_map(|values| values.values()).chain(&field.otherwise).chain(constant);
    let mut told: Vec<&str> = Vec::new();
    for word in given.map(|word| word.trim()).filter(|word| !word.is_empty()) {
        if !words.contains(&word) && !told.contains(&word) {
            told.push(word);
            let message =
                format!("`{word}` is no `{}` of {} records: rows with it would be refused", field.name, kind.name());
            let help = suggest(word, words.iter().copied());
            problems.error(section.file, field.span.clone(), "unknown_value", message, help);
        }
    }
}

/// A column by itself is read as the field's type, with the formats and the zone of the file; a cast knows neither.
fn cast_of_a_column(section: &Section<'_>, field: &FieldMapping, problems: &mut Problems) {
    let Expr::Cast { operand, to: FieldType::Time } = &field.value else { return };
    let Expr::Column { name, .. } = &**operand else { return };
    problems.warning(
        section.file,
        field.span.clone(),
        "needless_cast",
        format!("`{}`: a cast reads only times with their zone, as 2026-03-10T00:00:00Z, and takes all others for missing", field.name),
        format!("the column by itself, '\"{name}\"', is read by `date_formats` and `zone`; a date or a date with a time of day, as it stands"),
    );
}

/// Attributes of a kind of which no fact carries any.
fn attributes(section: &Section<'_>, record: &RecordMapping, problems: &mut Problems) {
    let (kind, attributes) = (record.kind, &record.attributes);
    let Some(first) = attributes.first() else { return };
    if FactTable::ALL.iter().any(|table| table.attribute_kinds().contains(&kind)) {
        return;
    }
    let names: Vec<String> = attributes.iter().map(|attribute| format!("`{}`", attribute.attribute.name)).collect();
    let instead = FactTable::ALL.iter().find(|table| table.record_kinds().contains(&kind));
    let instead = instead.and_then(|table| Some((table, table.attribute_kinds().first()?)));
    let help = instead.map(|(table, other)| {
        format!("rows of {} carry attributes of {} records: map them there", table.name(), other.name())
    });
    problems.warning(
        section.file,
        first.field.span.clone(),
        "unused_attribute",
        format!("no fact carries attributes of {} records, so no metric can use {}", kind.name(), names.join(", ")),
        help,
    );
}

/// Reviews and checks of which it is not said how they were chosen.
fn sampling(section: &Section<'_>, record: &RecordMapping, problems: &mut Problems) {
    let has_it = record.kind.fields().iter().any(|field| field.name == "sampling");
    if !has_it || record.fields.iter().any(|field| field.name == "sampling") {
        return;
    }
    problems.warning(
        section.file,
        record.span.clone(),
        "no_sampling",
        format!(
            "{} records without `sampling` count as targeted, and figures of quality are of random samples only",
            record.kind.name()
        ),
        "where all of them are a random sample: sampling = \"'random'\"".to_owned(),
    );
}
