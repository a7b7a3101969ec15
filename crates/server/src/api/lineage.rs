//! Where a metric's figures come from: tables of facts, fields of records, source files of this workspace.

use catalogue::metric::Metric;
use serde::Serialize;
use utoipa::ToSchema;

use crate::workspace::Workspace;

/// What a metric uses of one table of facts.
#[derive(Debug, Serialize, ToSchema)]
pub struct LineageBody {
    /// Table of facts.
    table: String,
    /// What a row of it is.
    meaning: String,
    /// The columns it uses.
    columns: Vec<LineageColumn>,
    /// The kinds of record that the table is folded from.
    records: Vec<LineageRecord>,
}

/// A column of facts that a metric uses.
#[derive(Debug, Serialize, ToSchema)]
pub struct LineageColumn {
    name: String,
    #[serde(rename = "type")]
    kind: String,
    meaning: String,
    /// The parts of the measure that name it, as `population`, `at` or `hit`.
    used_in: Vec<String>,
    /// The fields it is carried over from; empty where it is worked out.
    from: Vec<LineageField>,
}

/// A field of a record.
#[derive(Debug, Serialize, ToSchema)]
pub struct LineageField {
    record: String,
    field: String,
}

/// A kind of record.
#[derive(Debug, Serialize, ToSchema)]
pub struct LineageRecord {
    kind: String,
    meaning: String,
    /// The source files that make such records.
    sources: Vec<LineageSource>,
}

/// A source file.
#[derive(Debug, Serialize, ToSchema)]
pub struct LineageSource {
    name: String,
    /// Path within the workspace.
    file: String,
    /// The fields it maps.
    fields: Vec<String>,
}

/// The lineage of a metric in a workspace.
pub fn lineage(metric: &Metric, workspace: &Workspace) -> Vec<LineageBody> {
    let found = catalogue::lineage::lineage(metric, &workspace.catalogue).into_iter();
    found
        .map(|of| LineageBody {
            table: of.table.name().to_owned(),
            meaning: of.table.meaning().to_owned(),
            columns: of
                .columns
                .iter()
                .map(|used| LineageColumn {
                    name: used.column.name.to_owned(),
                    kind: used.column.kind.name().to_owned(),
                    meaning: used.column.meaning.to_owned(),
                    used_in: used.parts.iter().map(|part| (*part).to_owned()).collect(),
                    from: used
                        .from
                        .iter()
                        .map(|(kind, field)| LineageField {
                            record: kind.name().to_owned(),
                            field: (*field).to_owned(),
                        })
                        .collect(),
                })
                .collect(),
            records: of
                .table
                .record_kinds()
                .iter()
                .map(|kind| LineageRecord {
                    kind: kind.name().to_owned(),
                    meaning: kind.meaning().to_owned(),
                    sources: sources(workspace, *kind),
                })
                .collect(),
        })
        .collect()
}

fn sources(workspace: &Workspace, kind: model::RecordKind) -> Vec<LineageSource> {
    let mut found = Vec::new();
    for source in workspace.sources.values() {
        let mappings = source.records.iter().filter(|record| record.kind == kind);
        let mut fields: Vec<String> = Vec::new();
        let mut is_made = false;
        for mapping in mappings {
            is_made = true;
            for field in &mapping.fields {
                if !fields.contains(&field.name) {
                    fields.push(field.name.clone());
                }
            }
        }
        if is_made {
            found.push(LineageSource { name: source.name.clone(), file: source.file.path.clone(), fields });
        }
    }
    found
}
