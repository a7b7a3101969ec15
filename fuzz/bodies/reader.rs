//! Any bytes as a file: accepted + rejected = rows, a reject a rejected row, the same every time, never a panic.

use std::path::Path;

use catalogue::file::Problems;
use catalogue::source::{Source, SourceText, declare};
use engine::map::{MapError, Options, Reject, map_file};

/// Settings that between them reach every branch of reading.
const SETTINGS: [(&str, &str); 5] = [
    ("csv", "format = \"csv\"\nmissing = [\"?\"]"),
    (
        "csv",
        "format = \"csv\"\ncolumns = [\"id\", \"name\", \"at\"]\ndelimiter = \";\"\nquote = \"\"\nkeep = false\nencoding = \"windows-1252\"",
    ),
    ("ndjson", "format = \"ndjson\""),
    ("json", "format = \"json\""),
    ("json", "format = \"json\"\nrecords = \"data.rows\"\nkeep = false"),
];

/// The sources that read files of `kind`.
pub fn sources(kind: &str) -> Vec<Source> {
    let of_kind = SETTINGS.iter().filter(|(of, _)| *of == kind);
    of_kind
        .map(|(_, read)| {
            let text = format!(
                "[read]\n{read}\n[[record]]\nkind = \"customer\"\nid = \"id\"\n[record.fields]\nname = \"name\"\n[record.attributes]\nat = {{ value = \"at\", type = \"time\" }}\n"
            );
            let mut problems = Problems::default();
            let source = declare("fuzz", SourceText { path: "sources/fuzz.toml".into(), text }, &mut problems);
            source.unwrap_or_else(|| panic!("{read}: {:?}", problems.into_sorted()))
        })
        .collect()
}

/// Rows, rejects and records of `bytes` read by `source`, or why they cannot be read at all.
fn mapped(source: &Source, path: &Path) -> Result<(u64, Vec<Reject>, u64), MapError> {
    let attributes = [(
        model::RecordKind::Customer,
        source.records.iter().flat_map(|record| &record.attributes).map(|mapping| mapping.attribute.clone()).collect(),
    )]
    .into();
    let (mut rejects, mut records) = (Vec::new(), 0);
    let options = Options { now: model::Instant::from_micros(1_767_225_600_000_000), preview: None, undated: 0 };
    let mapped = map_file(
        source,
        path,
        &attributes,
        options,
        &mut |_, batch| {
            records += batch.num_rows() as u64;
            Ok(())
        },
        &mut |reject| rejects.push(reject.clone()),
        &mut |_, _| {},
    )?;
    assert_eq!(mapped.accepted + mapped.rejected, mapped.rows, "accepted + rejected = rows");
    assert_eq!(mapped.rejected, rejects.len() as u64, "a reject a rejected row");
    assert_eq!(mapped.accepted, records, "an accepted row makes its one record");
    Ok((mapped.rows, rejects, records))
}

/// What must hold of `bytes` as a file of `sources`. `path` is written to.
pub fn check(sources: &[Source], path: &Path, bytes: &[u8]) {
    std::fs::write(path, bytes).expect("a file of its own");
    for source in sources {
        let first = mapped(source, path);
        if let Ok((_, rejects, _)) = &first {
            for reject in rejects {
                assert!(!reject.code.is_empty() && reject.line > 0, "{reject:?}");
                assert!(reject.raw.len() <= 1 << 20, "a reject is bounded");
            }
        }
        let again = mapped(source, path);
        assert_eq!(first.map_err(|error| error.to_string()), again.map_err(|error| error.to_string()));
    }
}
