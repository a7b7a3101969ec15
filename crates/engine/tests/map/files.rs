//! Files as a whole: compression, encodings, and what is no file of rows.

use std::io::Write as _;

use super::{check_customers, customers, failure, map, map_bytes, source};
use engine::map::{MapError, file_hash};

const ROWS: &[(&str, &str)] = &[("1", "Zoë"), ("2", "Bö")];
const TEXT: &str = "id,name\n1,Zoë\n2,Bö\n";

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd_frame(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 3).unwrap()
}

fn utf16(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(order).collect()
}

/// A tar archive of one file.
fn tar(text: &str) -> Vec<u8> {
    let mut head = vec![0; 512];
    head[..6].copy_from_slice(b"in.csv");
    head[257..263].copy_from_slice(b"ustar\0");
    [head, text.as_bytes().to_vec()].concat()
}

fn join(parts: &[&[u8]]) -> Vec<u8> {
    parts.concat()
}

#[test]
fn compression_is_recognised_or_stated() {
    let text = TEXT.as_bytes();
    let halves = text.split_at(11);
    for (read, bytes) in [
        ("", gzip(text)),
        ("", zstd_frame(text)),
        ("", join(&[&gzip(halves.0), &gzip(halves.1)])),
        ("", join(&[&zstd_frame(halves.0), &zstd_frame(halves.1)])),
        ("compression = \"gzip\"", gzip(text)),
        ("compression = \"zstd\"", zstd_frame(text)),
        ("compression = \"none\"", text.to_vec()),
        ("", gzip(&join(&[b"\xef\xbb\xbf", text]))),
    ] {
        check_customers(read, &bytes, ROWS, &[]);
    }
}

#[test]
fn damaged_compression_fails_the_whole_file() {
    let long: String = std::iter::once("id,name\n".to_owned())
        .chain((0..50_000).map(|n| format!("{n},{}\n", n * 7919 % 1009)))
        .collect();
    for whole in [gzip(long.as_bytes()), zstd_frame(long.as_bytes())] {
        for cut in [whole.len() - 1, whole.len() - 9, whole.len() / 2, 20] {
            let message = failure("", &whole[..cut]);
            assert!(
                message.starts_with("in.dat: the compressed data are damaged or cut off: "),
                "cut at {cut}: {message}"
            );
        }
        let mut flipped = whole.clone();
        let middle = flipped.len() / 2;
        flipped[middle] ^= 0x10;
        assert!(failure("", &flipped).contains("damaged"));
        assert!(failure("", &join(&[&whole, b"garbage"])).contains("damaged"));
    }
    assert!(failure("compression = \"gzip\"", TEXT.as_bytes()).contains("damaged"));
    assert!(failure("compression = \"zstd\"", TEXT.as_bytes()).contains("damaged"));
}

#[test]
fn encodings() {
    let bom_le = join(&[b"\xff\xfe", &utf16(TEXT, u16::to_le_bytes)]);
    let bom_be = join(&[b"\xfe\xff", &utf16(TEXT, u16::to_be_bytes)]);
    for (read, bytes) in [
        ("", join(&[b"\xef\xbb\xbf", TEXT.as_bytes()])),
        ("", bom_le.clone()),
        ("", bom_be),
        // a byte order mark wins over what is stated
        ("encoding = \"windows-1252\"", bom_le),
        ("encoding = \"windows-1252\"", join(&[b"\xef\xbb\xbf", TEXT.as_bytes()])),
        ("encoding = \"utf-16le\"", utf16(TEXT, u16::to_le_bytes)),
        ("encoding = \"utf-16be\"", utf16(TEXT, u16::to_be_bytes)),
        ("encoding = \"latin1\"", b"id,name\n1,Zo\xeb\n2,B\xf6\n".to_vec()),
    ] {
        check_customers(read, &bytes, ROWS, &[]);
    }
    check_customers(
        "encoding = \"windows-1252\"",
        b"id,name\n1,\x93quoted\x94 \x80 5\n",
        &[("1", "“quoted” € 5")],
        &[],
    );
    check_customers("encoding = \"shift_jis\"", b"id,name\n1,\x93\x8c\x8b\x9e\n", &[("1", "東京")], &[]);
}

#[test]
fn bytes_that_mean_nothing_reject_their_row_only() {
    // Latin-1 in a UTF-8 file, overlong, surrogate half, cut off at the end of the file
    let bytes = b"id,name\n1,Zo\xeb\n2,ok\n3,\xc0\xafx\n4,\xed\xa0\x80\n5,\xf0\x9f\x98\x80\n6,\xe2\x82";
    check_customers(
        "",
        bytes,
        &[("2", "ok"), ("5", "😀")],
        &["2 invalid_encoding", "4 invalid_encoding", "5 invalid_encoding", "7 invalid_encoding"],
    );
    let mut lone_surrogate = utf16("id,name\n1,", u16::to_le_bytes);
    lone_surrogate.extend([0x00, 0xd8]);
    lone_surrogate.extend(utf16("x\n2,ok\n3,odd", u16::to_le_bytes));
    lone_surrogate.push(b'x');
    check_customers(
        "encoding = \"utf-16le\"",
        &lone_surrogate,
        &[("2", "ok")],
        &["2 invalid_encoding", "4 invalid_encoding"],
    );
    let outcome = map_bytes(&customers(""), b"id,name\n1,Zo\xeb\n").unwrap();
    assert_eq!((outcome.rejects[0].raw.as_str(), outcome.rejects[0].complete), ("1,Zo\u{fffd}", false));
    check_customers("", b"id,name\n1,a\0b\n2,ok\n", &[("2", "ok")], &["2 nul_byte"]);
    // characters that look alike or cannot be seen are kept as they are
    check_customers(
        "",
        "id,name\n1,e\u{301}\n2,\u{202e}x\u{200b}\n".as_bytes(),
        &[("1", "e\u{301}"), ("2", "\u{202e}x\u{200b}")],
        &[],
    );
}

#[test]
fn another_delimiter_is_suggested_once() {
    let hint = |delimiter: &str| format!("perhaps `delimiter = {delimiter}`");
    for (read, header, expected) in [
        ("", "id;name", Some(hint("\";\""))),
        ("", "id\tname", Some(hint("\"\\t\""))),
        ("", "id|name", Some(hint("\"|\""))),
        ("delimiter = \";\"", "id,name", Some(hint("\",\""))),
        ("", "\"id,name\"", None),
        ("", "ids;x,names", None),
    ] {
        let found = map_bytes(&customers(read), format!("{header}\n1;Zoë\n").as_bytes());
        let Err(MapError::Diagnostics(problems)) = found else { panic!("{header}: {found:?}") };
        assert!(problems.len() >= 2 && problems.iter().all(|problem| problem.code == "missing_column"), "{problems:?}");
        let helps: Vec<&str> = problems.iter().filter_map(|problem| problem.help.as_deref()).collect();
        let hints = helps.iter().filter(|help| help.contains("delimiter")).collect::<Vec<_>>();
        match expected {
            Some(expected) => assert!(helps.len() == 1 && helps[0].ends_with(&expected), "{header}: {helps:?}"),
            None => assert!(hints.is_empty(), "{header}: {helps:?}"),
        }
    }
}

#[test]
fn what_is_no_file_of_rows_is_said() {
    for (read, bytes, expected) in [
        ("", &b""[..], "in.dat: the file is empty; a header line was expected"),
        ("", b"\n\r\n", "in.dat: the file is empty; a header line was expected"),
        ("", b"\xef\xbb\xbf", "in.dat: the file is empty; a header line was expected"),
        (
            "",
            b"PK\x03\x04 and so on",
            "in.dat: this is a ZIP archive or Excel workbook; unpack it, or export it as CSV",
        ),
        ("", b"PK\x05\x06\0\0\0", "in.dat: this is an empty ZIP archive; unpack it, or export it as CSV"),
        ("", b"PAR1 and so on", "in.dat: this is a Parquet file; it is read with format = \"parquet\""),
        ("", &tar("id,name\n1,x\n"), "in.dat: this is a tar archive; unpack it"),
        ("", &gzip(&tar("id,name\n1,x\n")), "in.dat: this is a tar archive; unpack it"),
        ("", b"BZh91AY&SY", "in.dat: this is a bzip2 archive; compress with gzip or zstd, or not at all"),
        (
            "",
            b"i\0d\0,\0n\0",
            "in.dat: this is UTF-16 or no text at all; state it as `encoding`, \"utf-16le\" or \"utf-16be\"",
        ),
        (
            "",
            b"id,\"name\n1,x\n",
            "in.dat:1: the header line cannot be read: the quote that opens field 2 is not closed",
        ),
        ("", b"id,n\xffme\n1,x\n", "in.dat:1: the header line cannot be read: its bytes mean nothing in the encoding"),
        (
            "format = \"ndjson\"",
            b" [{\"id\":1},\n{\"id\":2}]",
            "in.dat: this is a JSON array; one object a line was expected",
        ),
        (
            "format = \"ndjson\"",
            b"[{\"id\":1},{\"id\":2}]",
            "in.dat: this is a JSON array; one object a line was expected",
        ),
        (
            "format = \"ndjson\"",
            b"\n{\n  \"id\": 1\n}\n",
            "in.dat: the first object goes over several lines; one object a line was expected",
        ),
    ] {
        assert_eq!(failure(read, bytes), expected);
    }
}

#[test]
fn a_file_without_rows_is_an_empty_delivery() {
    for (read, bytes) in [
        ("", &b"id,name\n"[..]),
        ("", b"id,name"),
        ("columns = [\"id\", \"name\"]", b""),
        ("format = \"ndjson\"", b""),
        ("format = \"ndjson\"", b"\n\n"),
    ] {
        check_customers(read, bytes, &[], &[]);
    }
}

#[test]
fn limits() {
    let long = "x".repeat((16 << 20) + 1);
    let expected = "in.dat:3: a field or line of more than 16 MB; a quote may not be closed";
    assert_eq!(failure("", format!("id,name\n1,a\n2,{long}\n").as_bytes()), expected);
    assert_eq!(failure("", format!("id,name\n1,a\n2,\"{long}\"\n").as_bytes()), expected);
    assert_eq!(failure("format = \"ndjson\"", format!("\n{{\"id\":1}}\n{{\"id\":\"{long}\"}}\n").as_bytes()), expected);
    let wide = vec!["c"; 10_001].join(",");
    let message = failure("", format!("{wide}\n").as_bytes());
    assert_eq!(message, "in.dat: 10001 columns or more, where at most 10000 are read; the delimiter may be another");
    // a row too wide is just a row that does not fit the header
    check_customers("", format!("id,name\n{wide}\n1,x\n").as_bytes(), &[("1", "x")], &["2 ragged_row"]);
    let just_fits = "y".repeat(16 << 20);
    check_customers("", format!("id,name\n1,{just_fits}\n").as_bytes(), &[("1", &just_fits)], &[]);
}

#[test]
fn a_bomb_is_read_in_bounded_memory() {
    // 64 MB of empty lines in a few kilobytes, then one line without an end
    let bomb = gzip(&join(&[b"id,name\n1,a\n", &vec![b'\n'; 64 << 20], b"2,b\n"]));
    assert!(bomb.len() < 100_000);
    check_customers("", &bomb, &[("1", "a"), ("2", "b")], &[]);
    let endless = gzip(&join(&[b"id,name\n", &vec![b'x'; 64 << 20]]));
    assert_eq!(failure("", &endless), "in.dat:2: a field or line of more than 16 MB; a quote may not be closed");
}

#[test]
fn a_bomb_without_end_is_refused() {
    // 320 MB in a few hundred kB
    let line = [vec![b'x'; 8 << 20], b"\n".to_vec()].concat();
    let rows = [b"id,name\n".to_vec(), line.repeat(40)].concat();
    for bomb in [gzip(&rows), zstd_frame(&rows)] {
        assert!(rows.len() / bomb.len() > 500, "{} bytes", bomb.len());
        let message = failure("", &bomb);
        assert!(
            message.starts_with("in.dat: more than 2")
                && message.contains(" MB come out of ")
                && message.contains("over 250 times as much"),
            "{message}"
        );
    }
}

#[test]
fn repetitive_exports_are_no_bombs() {
    // 300 columns of which all but two are empty, row after row
    let empty = ",".repeat(298);
    let header: Vec<String> = (0..298).map(|n| format!("c{n}")).collect();
    let text: String = std::iter::once(format!("id,name,{}\n", header.join(",")))
        .chain((0..100_000).map(|n| format!("{n},x{empty}\n")))
        .collect();
    let packed = gzip(text.as_bytes());
    let ratio = text.len() / packed.len();
    assert!((50..125).contains(&ratio), "the limit of 250 is twice what an export may reach, and this one has {ratio}");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("in.csv.gz");
    std::fs::write(&path, packed).unwrap();
    assert_eq!(map(&source(&customers("")), &path, None).unwrap().mapped.accepted, 100_000);
}

#[test]
fn only_regular_files_are_opened() {
    let source = source(&customers(""));
    let folder = tempfile::tempdir().unwrap();
    let fails = |path: &std::path::Path| map(&source, path, None).expect_err("no regular file");
    assert!(fails(folder.path()).to_string().ends_with("this is a directory, not a file"));
    assert!(matches!(fails(&folder.path().join("nothing.csv")), MapError::Io { .. }));
    assert!(file_hash(folder.path()).is_err());
    #[cfg(unix)]
    {
        assert!(fails(std::path::Path::new("/dev/zero")).to_string().ends_with("this is a pipe or device, not a file"));
        let pipe = folder.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        assert!(fails(&pipe).to_string().ends_with("this is a pipe or device, not a file"));
        let circle = folder.path().join("circle");
        std::os::unix::fs::symlink(&circle, &circle).unwrap();
        assert!(matches!(fails(&circle), MapError::Io { .. }));
        // a link to a file is a file
        let (real, link) = (folder.path().join("real.csv"), folder.path().join("link.csv"));
        std::fs::write(&real, TEXT).unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        assert_eq!(map(&source, &link, None).unwrap().mapped.rows, 2);
    }
}

#[test]
fn the_hash_is_of_the_bytes_that_were_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("in.csv.gz");
    std::fs::write(&path, gzip(TEXT.as_bytes())).unwrap();
    let outcome = map(&source(&customers("")), &path, None).unwrap();
    assert_eq!(outcome.mapped.hash, Some(blake3::hash(&gzip(TEXT.as_bytes()))));
    assert_eq!(outcome.mapped.hash, Some(file_hash(&path).unwrap()));
    assert_eq!(outcome.mapped.header.as_deref(), Some("id,name"));
    let preview = map(&source(&customers("")), &path, Some(1)).unwrap();
    assert_eq!((preview.mapped.rows, preview.mapped.hash), (1, None));
}

#[test]
fn a_file_that_changes_while_it_is_read_fails() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("in.csv");
    let many: String =
        std::iter::once("id,name\n".to_owned()).chain((0..100_000).map(|n| format!("{n},n\n"))).collect();
    std::fs::write(&path, many).unwrap();
    let source = source(&customers(""));
    let options = engine::map::Options { now: super::NOW.parse().unwrap(), preview: None, undated: 0 };
    let mut grown = false;
    let result = engine::map::map_file(
        &source,
        &path,
        &super::attributes(&source),
        options,
        &mut |_, _| {
            if !grown {
                std::fs::OpenOptions::new().append(true).open(&path)?.write_all(b"x,late\n")?;
                grown = true;
            }
            Ok(())
        },
        &mut |_| {},
        &mut |_, _| {},
    );
    assert!(matches!(result, Err(MapError::Changed { .. })), "{result:?}");
}

#[test]
fn a_sink_that_fails_ends_the_mapping() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("in.csv");
    let many: String =
        std::iter::once("id,name\n".to_owned()).chain((0..200_000).map(|n| format!("{n},n\n"))).collect();
    std::fs::write(&path, many).unwrap();
    let source = source(&customers(""));
    let options = engine::map::Options { now: super::NOW.parse().unwrap(), preview: None, undated: 0 };
    let mut batches = 0;
    let result = engine::map::map_file(
        &source,
        &path,
        &super::attributes(&source),
        options,
        &mut |_, _| {
            batches += 1;
            if batches == 3 { Err("the disk is full".into()) } else { Ok(()) }
        },
        &mut |_| {},
        &mut |_, _| {},
    );
    assert_eq!(result.expect_err("the sink failed").to_string(), "the disk is full");
    assert_eq!(batches, 3);
}
