//! Why an import would refuse everything, whatever is in the files: what sources say can be checked without any.

use std::collections::BTreeMap;

use catalogue::diagnostic::Diagnostic;
use catalogue::file::Problems;
use catalogue::source::{AttributeMapping, Source};
use model::{FieldType, RecordKind};

use crate::workspace::{Workspace, attributes};

/// What the import of each source would say before it has read a row.
pub fn refusals(workspace: &Workspace) -> Vec<Diagnostic> {
    let mut problems = Problems::default();
    clashes(workspace, &mut problems);
    for (name, source) in &workspace.sources {
        problems.extend(engine::map::problems(source, &attributes([(name, source)])));
        for pattern in &source.read.files {
            if let Err(error) = glob::Pattern::new(pattern) {
                let start = source.file.text.find(pattern.as_str()).unwrap_or(0);
                let message = format!("`{pattern}` is not a pattern of files: {error}");
                problems.error(&source.file, start..start + pattern.len(), "wrong_value", message, None);
            }
        }
    }
    problems.into_sorted()
}

/// Attributes that two sources declare of one kind with different types.
fn clashes(workspace: &Workspace, problems: &mut Problems) {
    let mut known: BTreeMap<(RecordKind, &str), (FieldType, &Source)> = BTreeMap::new();
    for source in workspace.sources.values() {
        for record in &source.records {
            for AttributeMapping { attribute, field } in &record.attributes {
                let (first, other) = *known.entry((record.kind, &attribute.name)).or_insert((attribute.kind, source));
                if first != attribute.kind {
                    let (name, kind) = (&attribute.name, attribute.kind.name());
                    problems.error(
                        &source.file,
                        field.span.clone(),
                        "attribute_clash",
                        format!("attribute `{name}` is {kind} here and {} in {}", first.name(), other.file.path),
                        "one type in all sources, or another name".to_owned(),
                    );
                }
            }
        }
    }
}
