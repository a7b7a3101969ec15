//! The text an approval is of: what a file says about a subject, free of how it is laid out.

use std::collections::{BTreeMap, BTreeSet};

use catalogue::Catalogue;
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
    /// The hash where whole numbers are spelled as the file spells them, `82.0`: earlier versions signed that. None where
    /// it is the same.
    pub spelled: Option<String>,
    /// Of a metric, hashes of the definitions it is made of, by their ids.
    pub inputs: BTreeMap<String, String>,
}

impl Text {
    fn new(subject: Subject, value: &Value, numbers: Numbers) -> Text {
        let written = |numbers| {
            let mut text = String::new();
            write(value, numbers, &mut text);
            text
        };
        let text = written(numbers);
        let hash = hash(&text);
        let spelled = Some(self::hash(&written(Numbers::Spelled))).filter(|spelled| *spelled != hash);
        Text { subject, text, hash, spelled, inputs: BTreeMap::new() }
    }

    /// It as it is signed.
    pub fn signed(&self) -> Signed {
        let text = (self.subject.kind == Kind::Target).then(|| self.text.clone());
        Signed { subject: self.subject.clone(), hash: self.hash.clone(), text, inputs: self.inputs.clone() }
    }

    /// Hash of all that is signed with it: of a metric made of others also of these.
    pub fn whole_hash(&self) -> String {
        match self.inputs.is_empty() {
            true => self.hash.clone(),
            false => {
                let inputs = self.inputs.iter().map(|(id, hash)| format!("{id} {hash}\n"));
                hash(&(self.hash.clone() + "\n" + &inputs.collect::<String>()))
            }
        }
    }
}

fn hash(text: &str) -> String {
    blake3::hash(text.as_bytes()).to_hex().to_string()
}

/// What the file of a metric says, whatever it is made of. Its hash is kept with closed periods and definitions of other
/// days, so that its numbers stay as they are spelled.
pub fn metric_text(metric: &Metric) -> Text {
    Text::new(Subject::metric(&metric.id), &without_status(&metric.file), Numbers::Spelled)
}

/// The text of a metric's definition, with those it is made of.
pub fn definition_text(metric: &Metric, catalogue: &Catalogue) -> Text {
    let mut inputs = definitions(&metric.id, catalogue);
    inputs.remove(&metric.id);
    Text { inputs, ..metric_text(metric) }
}

/// Ids of a metric and of all it is made of, as far as they are without errors.
pub fn made_of_ids(metric: &str, catalogue: &Catalogue) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut waiting = vec![metric.to_owned()];
    while let Some(id) = waiting.pop() {
        let Some(metric) = catalogue.get(&id).filter(|_| !found.contains(&id)) else { continue };
        waiting.extend(metric.measure.inputs.iter().map(|input| input.metric.value.clone()));
        found.insert(id);
    }
    found
}

/// Hashes of the definitions of a metric and of all it is made of, by their ids.
pub(super) fn definitions(metric: &str, catalogue: &Catalogue) -> BTreeMap<String, String> {
    let ids = made_of_ids(metric, catalogue).into_iter();
    ids.filter_map(|id| Some((id.clone(), metric_text(catalogue.get(&id)?).hash))).collect()
}

/// The text of an initiative.
pub fn initiative_text(name: &str, file: &SourceText) -> Text {
    Text::new(Subject::initiative(name), &without_status(file), Numbers::Plain)
}

/// The texts of the card `name`: its own, and those of its KPIs and their targets, which are part of it.
pub fn card_texts(name: &str, definition: &Definition) -> Vec<Text> {
    let whole = without_status(&definition.file);
    let mut texts = vec![Text::new(Subject::card(name), &whole, Numbers::Plain)];
    // the KPIs of a definition without errors are those of its file, in their order
    let entries = whole["kpi"].as_array().map_or(&[][..], Vec::as_slice);
    for (kpi, entry) in definition.kpis.iter().zip(entries) {
        texts.push(Text::new(Subject::kpi(name, &kpi.id), entry, Numbers::Plain));
        if let Some(target) = entry.get("target") {
            texts.push(Text::new(Subject::target(name, &kpi.id), target, Numbers::Plain));
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

/// How whole numbers are written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Numbers {
    /// One way: `82` and `82.0` are the same.
    Plain,
    /// As the file has them.
    Spelled,
}

/// The whole number that a number with a fraction of nothing is, as far as each is a number of its own.
fn whole(value: &Value) -> Option<i64> {
    let number = value.as_f64().filter(|_| value.is_f64())?;
    (number.fract() == 0.0 && number.abs() < 9e15).then_some(number as i64)
}

/// JSON with sorted keys and without blanks.
fn write(value: &Value, numbers: Numbers, text: &mut String) {
    match value {
        Value::Object(table) => {
            let mut entries: Vec<(&String, &Value)> = table.iter().collect();
            entries.sort_by_key(|(key, _)| *key);
            text.push('{');
            for (index, (key, value)) in entries.into_iter().enumerate() {
                text.push_str(if index > 0 { "," } else { "" });
                text.push_str(&Value::from(key.as_str()).to_string());
                text.push(':');
                write(value, numbers, text);
            }
            text.push('}');
        }
        Value::Array(items) => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                text.push_str(if index > 0 { "," } else { "" });
                write(item, numbers, text);
            }
            text.push(']');
        }
        plain => match whole(plain).filter(|_| numbers == Numbers::Plain) {
            Some(whole) => text.push_str(&whole.to_string()),
            None => text.push_str(&plain.to_string()),
        },
    }
}
