//! The text an approval is of: what a file says about a subject, free of how it is laid out.

use catalogue::file::as_json;
use catalogue::metric::Metric;
use catalogue::source::SourceText;
use serde_json::Value;

use super::event::Signed;
use super::subject::{Kind, Subject};
use crate::definition::Definition;

/// What a file says about a subject: comments, order of keys and blanks do not count, nor does its `status`, which is a
/// claim about the approval itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// What it is about.
    pub subject: Subject,
    /// As JSON, keys sorted.
    pub text: String,
    /// BLAKE3 of the text, in hexadecimal.
    pub hash: String,
}

impl Text {
    fn new(subject: Subject, value: &Value) -> Text {
        let mut text = String::new();
        write(value, &mut text);
        let hash = blake3::hash(text.as_bytes()).to_hex().to_string();
        Text { subject, text, hash }
    }

    /// It as it is signed.
    pub fn signed(&self) -> Signed {
        let text = (self.subject.kind == Kind::Target).then(|| self.text.clone());
        Signed { subject: self.subject.clone(), hash: self.hash.clone(), text }
    }
}

/// The text of a metric's definition.
pub fn metric_text(metric: &Metric) -> Text {
    Text::new(Subject::metric(&metric.id), &without_status(&metric.file))
}

/// The text of an initiative.
pub fn initiative_text(name: &str, file: &SourceText) -> Text {
    Text::new(Subject::initiative(name), &without_status(file))
}

/// The texts of the card `name`: its own, and those of its KPIs and their targets, which are part of it.
pub fn card_texts(name: &str, definition: &Definition) -> Vec<Text> {
    let whole = without_status(&definition.file);
    let mut texts = vec![Text::new(Subject::card(name), &whole)];
    // the KPIs of a definition without errors are those of its file, in their order
    let entries = whole["kpi"].as_array().map_or(&[][..], Vec::as_slice);
    for (kpi, entry) in definition.kpis.iter().zip(entries) {
        texts.push(Text::new(Subject::kpi(name, &kpi.id), entry));
        if let Some(target) = entry.get("target") {
            texts.push(Text::new(Subject::target(name, &kpi.id), target));
        }
    }
    texts
}

fn without_status(file: &SourceText) -> Value {
    let mut whole = as_json(file);
    if let Some(table) = whole.as_object_mut() {
        table.remove("status");
    }
    whole
}

/// JSON with sorted keys and without blanks.
fn write(value: &Value, text: &mut String) {
    match value {
        Value::Object(table) => {
            let mut entries: Vec<(&String, &Value)> = table.iter().collect();
            entries.sort_by_key(|(key, _)| *key);
            text.push('{');
            for (index, (key, value)) in entries.into_iter().enumerate() {
                text.push_str(if index > 0 { "," } else { "" });
                text.push_str(&Value::from(key.as_str()).to_string());
                text.push(':');
                write(value, text);
            }
            text.push('}');
        }
        Value::Array(items) => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                text.push_str(if index > 0 { "," } else { "" });
                write(item, text);
            }
            text.push(']');
        }
        plain => text.push_str(&plain.to_string()),
    }
}
