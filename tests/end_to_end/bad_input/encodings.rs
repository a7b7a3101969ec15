//! Bytes and characters.

use super::{Built, Bytes, Case, Text, refused, rows};

const TEXT: &str = "id,at,text\n1,2026-03-02,Zoë 😀\n";

fn utf16(order: fn(u16) -> [u8; 2]) -> Vec<u8> {
    TEXT.encode_utf16().flat_map(order).collect()
}

fn marked_utf16() -> Vec<u8> {
    [b"\xff\xfe".to_vec(), utf16(u16::to_le_bytes)].concat()
}

const WESTERN: &str = "encoding = \"windows-1252\"";

pub(super) fn cases() -> Vec<Case> {
    vec![
        rows(33, "UTF-8 with a byte order mark", "", Text("\u{feff}id,at\n1,2026-03-02\n"), 1, &[]),
        rows(34, "UTF-16 with a byte order mark", "", Built(marked_utf16), 1, &[]),
        rows(34, "UTF-16LE, stated", "encoding = \"utf-16le\"", Built(|| utf16(u16::to_le_bytes)), 1, &[]),
        rows(34, "UTF-16BE, stated", "encoding = \"utf-16be\"", Built(|| utf16(u16::to_be_bytes)), 1, &[]),
        refused(
            34,
            "UTF-16, not stated",
            "",
            Built(|| utf16(u16::to_le_bytes)),
            &["in.dat: this is UTF-16 or no text at all; state it as `encoding`, \"utf-16le\" or \"utf-16be\""],
        ),
        rows(35, "Windows-1252 quotes, stated", WESTERN, Bytes(b"id,at,text\n1,2026-03-02,\x93x\x94 \x80\n"), 1, &[]),
        rows(
            35,
            "Windows-1252 quotes, not stated",
            "",
            Bytes(b"id,at,text\n1,2026-03-02,\x93x\x94\n2,2026-03-02,x\n"),
            1,
            &["2 invalid_encoding"],
        )
        .saying(&["in.dat:2: byte 14 of the row means nothing in the encoding"]),
        rows(
            36,
            "invalid UTF-8 midway",
            "",
            Bytes(b"id,at\n1,2026-03-02\n2\xff,2026-03-02\n3,2026-03-02\n"),
            2,
            &["3 invalid_encoding"],
        ),
        rows(
            37,
            "overlong and half a surrogate pair",
            "",
            Bytes(b"id,at\n\xc0\xaf,2026-03-02\n\xed\xa0\x80,2026-03-02\n3,2026-03-02\n"),
            1,
            &["2 invalid_encoding", "3 invalid_encoding"],
        ),
        rows(
            37,
            "half a surrogate pair, escaped",
            "format = \"ndjson\"",
            Text("{\"id\":\"\\ud800\",\"at\":\"2026-03-02\"}\n{\"id\":\"\\ud83d\\ude00\",\"at\":\"2026-03-02\"}\n"),
            1,
            &["1 not_json"],
        ),
        rows(38, "NUL bytes", "", Bytes(b"id,at\n1\x00,2026-03-02\n2,2026-03-02\n"), 1, &["2 nul_byte"])
            .saying(&["in.dat:2: a NUL byte in the row"]),
        rows(
            38,
            "NUL, escaped",
            "format = \"ndjson\"",
            Text("{\"id\":\"a\\u0000\",\"at\":\"2026-03-02\"}\n{\"id\":2,\"at\":\"2026-03-02\"}\n"),
            1,
            &["1 nul_byte"],
        ),
        rows(
            39,
            "text turned around, and characters of no width",
            "",
            Text("id,at,text\na\u{200b},2026-03-02,\u{202e}x\na,2026-03-02,x\n"),
            2,
            &[],
        ),
        // ids are kept exactly: a help desk that tells them apart has two tickets
        rows(
            40,
            "one name composed and decomposed",
            "",
            Text("id,at\n\u{e9},2026-03-02\ne\u{301},2026-03-02\n"),
            2,
            &[],
        ),
        rows(41, "characters of four bytes", "", Text("id,at,text\n😀,2026-03-02,𝒳\n"), 1, &[]),
        rows(
            42,
            "dotless i",
            "",
            Text("id,at,b\nI,2026-03-02,TRUE\ni,2026-03-02,true\n\u{131},2026-03-02,1\n\u{130},2026-03-02,trıe\n"),
            3,
            &["5 bad_boolean"],
        ),
    ]
}
