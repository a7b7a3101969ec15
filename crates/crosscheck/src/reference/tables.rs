//! Records and facts, column by column.

use std::fmt::Write;

use model::{FactTable, Field, RecordKind};

use super::{cell, code};

pub fn records() -> String {
    let mut text = "# Records\n\nWhat a `[[record]]` of a source file makes of a row. Every record has an `id`, kept exactly, and a `revision`; the greatest wins. Dimensions of one's own go into `[record.attributes]`.\n".to_owned();
    for kind in RecordKind::ALL {
        let _ = write!(
            text,
            "\n## {}\n\n{}\n\n| field | type | must be there | meaning |\n|---|---|---|---|\n",
            kind.name(),
            sentence(kind.meaning())
        );
        for field in mapped(kind) {
            let must = if field.required { "yes" } else { "" };
            let range = field.range.map_or_else(String::new, |range| format!("; {range}"));
            let meaning = cell(field.meaning);
            let _ = writeln!(text, "| {} | {} | {must} | {meaning}{range} |", code(field.name), field.kind.name());
        }
    }
    text
}

pub fn facts() -> String {
    let mut text = "# Facts\n\nWhat metrics are asked of: `population`, `hit` and the other expressions of a metric, `--where` and `--by` name these columns. Durations are in seconds; each table also has the attributes of its records as `attr.NAME`.\n".to_owned();
    for table in FactTable::ALL {
        let kinds: Vec<&str> = table.record_kinds().iter().map(|kind| kind.name()).collect();
        let _ = write!(
            text,
            "\n## {}\n\n{} Folded from: {}.\n\n| column | type | always known | meaning |\n|---|---|---|---|\n",
            table.name(),
            sentence(table.meaning()),
            kinds.join(", ")
        );
        for column in table.columns() {
            let known = if column.required { "yes" } else { "" };
            let _ = writeln!(
                text,
                "| {} | {} | {known} | {} |",
                code(column.name),
                column.kind.name(),
                cell(column.meaning)
            );
        }
    }
    text
}

pub fn undocumented() -> Vec<String> {
    let mut missing = Vec::new();
    let mut look = |name: &str, meaning: &str, fields: &[Field]| {
        missing.extend(meaning.is_empty().then(|| name.to_owned()));
        let bare = fields.iter().filter(|field| field.meaning.trim().is_empty());
        missing.extend(bare.map(|field| format!("{name}.{}", field.name)));
    };
    RecordKind::ALL.iter().for_each(|kind| look(kind.name(), kind.meaning(), kind.fields()));
    FactTable::ALL.iter().for_each(|table| look(table.name(), table.meaning(), table.columns()));
    missing
}

/// The fields that a source file may map: systems are filled in from `refers`.
fn mapped(kind: RecordKind) -> impl Iterator<Item = &'static Field> {
    kind.fields().iter().filter(|field| !field.name.ends_with("_system"))
}

fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", characters.as_str())
}
