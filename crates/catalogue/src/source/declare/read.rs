//! The section `[read]` of a source file.

use jiff::tz::TimeZone;

use crate::file::{Located, Problems, Section};
use crate::source::{Compression, Format, Read, TIME_UNITS};

impl Read {
    /// Comma-separated UTF-8 with a header line.
    pub fn csv() -> Self {
        Read {
            format: Format::Csv,
            records: None,
            files: Vec::new(),
            delimiter: ',',
            quote: Some('"'),
            encoding: "utf-8".into(),
            columns: None,
            compression: Compression::Auto,
            missing: Vec::new(),
            zone: "UTC".into(),
            is_zone_stated: false,
            date_formats: Vec::new(),
            decimal: '.',
            thousands: None,
            keep: true,
        }
    }
}

/// How to read a file, from the section `[read]`.
pub(super) fn declare_read(section: &Section<'_>, problems: &mut Problems) -> Read {
    let mut read = Read::csv();
    let formats = ["csv", "ndjson", "json", "parquet"];
    if !section.has("format") {
        section.missing("format", problems);
    }
    let format = section.choice(
        "format",
        &formats,
        |text| match text {
            "csv" => Some(Format::Csv),
            "ndjson" => Some(Format::Ndjson),
            "json" => Some(Format::Json),
            "parquet" => Some(Format::Parquet),
            _ => None,
        },
        problems,
    );
    read.format = format.map_or(Format::Csv, |format| format.value);
    if let Some(records) = section.text("records", problems) {
        if read.format != Format::Json {
            problems.error(
                section.file,
                records.span,
                "wrong_value",
                "`records` is the place of the rows in a JSON document".to_owned(),
                Some("it goes with format = \"json\"".to_owned()),
            );
        } else if !records.value.is_empty() {
            read.records = Some(records.value);
        }
    }
    read.files = section.words("files", problems);
    if let Some(delimiter) = character(section, "delimiter", problems) {
        read.delimiter = delimiter.unwrap_or(',');
    }
    if let Some(quote) = character(section, "quote", problems) {
        read.quote = quote;
    }
    if let Some(encoding) = section.text("encoding", problems) {
        match encoding_rs::Encoding::for_label(encoding.value.as_bytes()) {
            Some(known) => read.encoding = known.name().to_lowercase(),
            None => problems.error(
                section.file,
                encoding.span,
                "unknown_encoding",
                format!("`{}` is not an encoding", encoding.value),
                Some("valid: utf-8, utf-16le, utf-16be, windows-1252, iso-8859-15 and the other labels of the WHATWG standard".to_owned()),
            ),
        }
    }
    if section.has("columns") {
        read.columns = Some(section.words("columns", problems));
    }
    let compressions = ["auto", "none", "gzip", "zstd"];
    let compression = section.choice(
        "compression",
        &compressions,
        |text| match text {
            "auto" => Some(Compression::Auto),
            "none" => Some(Compression::None),
            "gzip" => Some(Compression::Gzip),
            "zstd" => Some(Compression::Zstd),
            _ => None,
        },
        problems,
    );
    read.compression = compression.map_or(Compression::Auto, |compression| compression.value);
    read.missing = section.words("missing", problems);
    if let Some(zone) = section.text("zone", problems) {
        read.zone = zone_name(section, zone, problems);
        read.is_zone_stated = true;
    }
    read.date_formats = date_formats(section, "date_formats", problems);
    if let Some(Some(decimal)) = character(section, "decimal", problems) {
        read.decimal = decimal;
    }
    if let Some(thousands) = character(section, "thousands", problems) {
        read.thousands = thousands;
    }
    if let Some(keep) = section.boolean("keep", problems) {
        read.keep = keep.value;
    }
    section.finish(problems);
    read
}

/// A single character; `Some(None)` for empty text.
fn character(section: &Section<'_>, key: &'static str, problems: &mut Problems) -> Option<Option<char>> {
    let text = section.text(key, problems)?;
    let mut chars = text.value.chars();
    match (chars.next(), chars.next()) {
        (None, _) if key != "delimiter" && key != "decimal" => Some(None),
        (Some(one), None) if one.is_ascii() => Some(Some(one)),
        _ => {
            problems.error(
                section.file,
                text.span,
                "wrong_value",
                format!("`{key}` is a single ASCII character"),
                None,
            );
            None
        }
    }
}

/// A zone of the IANA list.
pub(super) fn zone_name(section: &Section<'_>, zone: Located<String>, problems: &mut Problems) -> String {
    if TimeZone::get(&zone.value).is_err() {
        problems.error(
            section.file,
            zone.span,
            "unknown_zone",
            format!("`{}` is not a time zone", zone.value),
            Some("a name of the IANA list, as Europe/Amsterdam or UTC".to_owned()),
        );
    }
    zone.value
}

/// Formats of times.
pub(super) fn date_formats(section: &Section<'_>, key: &'static str, problems: &mut Problems) -> Vec<String> {
    let formats = section.texts(key, problems);
    for format in &formats {
        let known = TIME_UNITS.contains(&format.value.as_str());
        let sample = jiff::civil::date(2001, 2, 3).at(4, 5, 6, 0).to_zoned(TimeZone::UTC);
        let valid = sample.is_ok_and(|sample| jiff::fmt::strtime::format(&format.value, &sample).is_ok());
        if !known && (!valid || !format.value.contains('%')) {
            problems.error(
                section.file,
                format.span.clone(),
                "unknown_format",
                format!("`{}` is not a time format", format.value),
                Some(format!("a strptime format as %d/%m/%Y %H:%M, or {}", TIME_UNITS.join(", "))),
            );
        }
    }
    formats.into_iter().map(|format| format.value).collect()
}
