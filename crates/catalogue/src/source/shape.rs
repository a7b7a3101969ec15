//! What `sources/NAME.toml` may hold.

use crate::shape::{FileShape, Key, optional, required, table, tables};

const VALUE: Key = required("value", "an expression over the columns of the file", "where the value comes from");
const VALUES: Key = optional("values", "a table: text of the file → value", "as they are", "translation of values");
const OTHERWISE: Key = optional("otherwise", "text", "the text itself", "value of texts that `values` does not name");
const FORMATS: Key = optional("formats", "time formats", "read.date_formats", "formats of this column's times");
const ZONE: Key =
    optional("zone", "a zone of the IANA list", "read.zone", "zone of this column's times that name none");

const AFTER: Key = optional(
    "after",
    "a field of the record that is a time",
    "the value is the time itself",
    "the time lies after that field's, and the value is the length of time between them",
);
const UNIT: Key = optional(
    "unit",
    "`milliseconds`, `seconds`, `minutes`, `hours` or `days`",
    "seconds, or as written",
    "unit of a length of time that is a plain number",
);

/// `sources/NAME.toml`.
pub const SOURCE: FileShape = FileShape {
    name: "sources/NAME.toml",
    meaning: "A kind of export: how to read it, and which records its rows make. `crosscheck import NAME FILE` loads through it.",
    tables: &[
        table(
            "",
            "",
            &[
                optional("title", "text", "NAME", "name for people"),
                optional(
                    "system",
                    "text",
                    "NAME",
                    "system whose ids these are: sources with one system speak of the same tickets, customers and agents",
                ),
                optional(
                    "rank",
                    "a whole number",
                    "0",
                    "between equal revisions of several sources the greatest rank wins",
                ),
                optional(
                    "finished",
                    "true, or a date as 2026-03-01",
                    "false",
                    "the source delivers nothing more, or nothing from that day on: what the others have delivered since is then answered as known, and figures are not held back to its last delivery",
                ),
                optional(
                    "complete_through",
                    "a date as 2026-10-31, or `\"file_time\"`",
                    "the newest record",
                    "everything to the end of that day is delivered, though nothing may have happened for months; `\"file_time\"`: each file holds all there was when it was last written",
                ),
                optional(
                    "complete_from",
                    "a date as 2025-05-27",
                    "the oldest record",
                    "the first day of which everything is delivered, where what was over before is missing: an export of the subscriptions or employees there are now knows nobody who had left by then. Stocks of periods that end before it and cohorts of those that begin before it have no figure",
                ),
                optional("refers", "a table", "the source's own system", "whose ids the references are"),
                required("read", "a table", "how to read the file"),
                required("record", "tables", "the records that a row makes"),
            ],
        ),
        table(
            "refers",
            "System whose ids the references to another record are: ticket, contact, customer, agent.",
            &[],
        ),
        table(
            "read",
            "How to read the file.",
            &[
                required("format", "`csv`, `ndjson`, `json` or `parquet`", "form of the file"),
                optional(
                    "records",
                    "a place in the document, as data.items",
                    "the document itself",
                    "where the rows of a JSON document stand",
                ),
                optional(
                    "files",
                    "patterns, as incoming/desk-*.csv",
                    "none",
                    "files that `crosscheck import NAME` loads where none are named",
                ),
                optional("delimiter", "a character", ",", "between cells"),
                optional("quote", "a character, or empty for none", "\"", "around cells"),
                optional(
                    "encoding",
                    "a label of the WHATWG standard",
                    "utf-8",
                    "encoding of the text; a byte order mark wins",
                ),
                optional(
                    "columns",
                    "a list of names",
                    "the first line",
                    "names of the columns, where the file has no header",
                ),
                optional(
                    "compression",
                    "`auto`, `none`, `gzip` or `zstd`",
                    "auto",
                    "how the file is packed; `auto` looks at its first bytes",
                ),
                optional(
                    "missing",
                    "a list of texts",
                    "the empty cell",
                    "cells that mean \"missing\", beside the empty one",
                ),
                optional("zone", "a zone of the IANA list", "UTC", "zone of times that name none"),
                optional(
                    "date_formats",
                    "strptime formats, epoch_s, epoch_ms or epoch_us",
                    "ISO 8601",
                    "formats of times, tried in order, beside ISO 8601",
                ),
                optional("decimal", "a character", ".", "before the fraction of numbers"),
                optional("thousands", "a character, or empty for none", "none", "between groups of digits"),
                optional(
                    "keep",
                    "true or false",
                    "true",
                    "whether columns that are not mapped are kept with the record, for people to read",
                ),
            ],
        ),
        tables(
            "record",
            "A record that each row makes, or each row for which `where` holds.",
            &[
                required("kind", "a kind of record", "what is made"),
                optional("where", "an expression that is true or false", "every row", "rows that make one"),
                required("id", "an expression", "external id, kept exactly"),
                optional(
                    "revision",
                    "an expression that is a whole number, or a column that holds one",
                    "when the file was last written, before every revision that is stated",
                    "the greatest revision of an id wins; `_line`, the later line, only where all there is comes in one file",
                ),
                optional("fields", "a table", "none", "fields of the record"),
                optional("attributes", "a table", "none", "dimensions of one's own"),
            ],
        ),
        table("record.fields", "Field of the record → expression, or a table.", &[]),
        table(
            "record.fields.*",
            "A field whose values are translated, or are times of another form.",
            &[VALUE, VALUES, OTHERWISE, FORMATS, ZONE, AFTER, UNIT],
        ),
        table("record.fields.*.values", "Text of the file → value.", &[]),
        table(
            "record.attributes",
            "Name of a dimension of one's own → expression, or a table. It is the column attr.NAME of the facts.",
            &[],
        ),
        table(
            "record.attributes.*",
            "A dimension that is not text, or is translated.",
            &[
                VALUE,
                optional(
                    "type",
                    "`text`, `integer`, `number`, `boolean`, `time` or `duration`",
                    "text",
                    "type of its values",
                ),
                VALUES,
                OTHERWISE,
                FORMATS,
                ZONE,
                AFTER,
                UNIT,
            ],
        ),
        table("record.attributes.*.values", "Text of the file → value.", &[]),
    ],
};
