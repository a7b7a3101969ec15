//! References that no source can answer: ids taken for those of a system that has no such records, beside another that
//! has. Only all source files together show it.

use std::collections::{BTreeMap, BTreeSet};

use model::RecordKind;

use super::{RecordMapping, Source};
use crate::file::Problems;

/// Code of its warnings.
pub const ASTRAY: &str = "astray_reference";

/// What is referred to: its name under `refers`, the field that holds its id, the field of its system, its kind.
const REFERRED: [(&str, &str, &str, RecordKind); 2] = [
    ("ticket", "ticket_id", "ticket_system", RecordKind::Ticket),
    ("contact", "contact_id", "contact_system", RecordKind::Contact),
];

/// Warns of every source whose ids of tickets or contacts are taken for those of a system that delivers none, while
/// another does: they would find nothing, and answers and reviews would count without team and channel.
pub fn check_references(sources: &BTreeMap<String, Source>, problems: &mut Problems) {
    for (what, id, system_field, kind) in REFERRED {
        let makes = |source: &&Source| source.records.iter().any(|record| record.kind == kind);
        let systems: BTreeSet<&str> = sources.values().filter(makes).map(|source| source.system.as_str()).collect();
        for source in sources.values() {
            let system = source.refers.get(what).unwrap_or(&source.system);
            if systems.is_empty() || systems.contains(system.as_str()) {
                continue;
            }
            let refers = |record: &&RecordMapping| record.kind.fields().iter().any(|field| field.name == system_field);
            let mut referring = source.records.iter().filter(refers).flat_map(|record| &record.fields);
            let Some(field) = referring.find(|field| field.name == id) else { continue };
            let cures: Vec<String> =
                systems.iter().map(|system| format!("`refers = {{ {what} = \"{system}\" }}`")).collect();
            problems.warning(
                &source.file,
                field.span.clone(),
                ASTRAY,
                format!("`{id}` is taken for an id of `{system}`, of which no source has a {what}"),
                format!("{} above `[read]` says whose it is", cures.join(" or ")),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{SourceText, declare};

    fn found(files: &[(&str, &str, &str)]) -> Vec<(String, String, Option<String>)> {
        let mut problems = Problems::default();
        let mut sources = BTreeMap::new();
        for (name, head, record) in files {
            let text = format!("{head}\n[read]\nformat = \"csv\"\n[[record]]\nid = \"id\"\n{record}");
            let file = SourceText { path: format!("sources/{name}.toml"), text };
            sources.insert((*name).to_owned(), declare(name, file, &mut problems).expect("a source"));
        }
        check_references(&sources, &mut problems);
        let all = problems.into_sorted().into_iter().filter(|problem| problem.code == ASTRAY);
        all.map(|problem| (problem.file, problem.message, problem.help)).collect()
    }

    #[test]
    fn ids_of_another_system_are_said_to_find_nothing() {
        const TICKET: &str = "kind = \"ticket\"\n[record.fields]\ncreated_at = \"\\\"at\\\"\"";
        const CHECK: &str =
            "kind = \"complaint\"\n[record.fields]\nticket_id = \"ticket\"\nreceived_at = \"\\\"at\\\"\"";
        const CALL: &str = "kind = \"contact\"\n[record.fields]\nticket_id = \"ticket\"\nqueued_at = \"\\\"at\\\"\"";
        let check = |files: &[(&str, &str, &str)], expected: &[(&str, &str, &str)]| {
            let expected: Vec<_> = expected
                .iter()
                .map(|(file, message, help)| ((*file).to_owned(), (*message).to_owned(), Some((*help).to_owned())))
                .collect();
            assert_eq!(found(files), expected, "{files:?}");
        };
        let astray = (
            "sources/complaints.toml",
            "`ticket_id` is taken for an id of `complaints`, of which no source has a ticket",
            "`refers = { ticket = \"desk\" }` above `[read]` says whose it is",
        );
        check(&[("desk", "", TICKET), ("complaints", "", CHECK)], &[astray]);
        check(&[("desk", "", TICKET), ("complaints", "refers = { ticket = \"desk\" }", CHECK)], &[]);
        check(&[("desk", "", TICKET), ("complaints", "system = \"desk\"", CHECK)], &[]);
        // a name with a letter wrong finds nothing either, and of two systems it may be either
        check(
            &[
                ("desk", "", TICKET),
                ("old", "system = \"former\"", TICKET),
                ("complaints", "refers = { ticket = \"dsk\" }", CHECK),
            ],
            &[(
                "sources/complaints.toml",
                "`ticket_id` is taken for an id of `dsk`, of which no source has a ticket",
                "`refers = { ticket = \"desk\" }` or `refers = { ticket = \"former\" }` above `[read]` says whose it is",
            )],
        );
        check(
            &[("desk", "", TICKET), ("calls", "", CALL)],
            &[(
                "sources/calls.toml",
                "`ticket_id` is taken for an id of `calls`, of which no source has a ticket",
                "`refers = { ticket = \"desk\" }` above `[read]` says whose it is",
            )],
        );
        // without any tickets there is nothing to find
        check(&[("complaints", "", CHECK)], &[]);
    }
}
