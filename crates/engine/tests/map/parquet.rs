//! Parquet: every type as the text that is read, and files that are not what they seem.

use std::sync::Arc;

use arrow::array::*;
use arrow::buffer::NullBuffer;
use arrow::datatypes::{DataType, Field, Fields, Int32Type};
use arrow::record_batch::RecordBatch;
use engine::map::MapError;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::data_type::{ByteArray, FixedLenByteArrayType, Int96, Int96Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

use super::{Outcome, codes, customers, failure, map, map_bytes, source};

fn written(batches: &[RecordBatch], compression: Compression) -> Vec<u8> {
    let properties = WriterProperties::builder().set_compression(compression).set_max_row_group_row_count(Some(1000));
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batches[0].schema(), Some(properties.build())).unwrap();
    batches.iter().for_each(|batch| writer.write(batch).unwrap());
    writer.close().unwrap();
    bytes
}

fn batch(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
    RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, array)| (name, array, true))).unwrap()
}

/// What the only value of `array` is as an attribute of `kind`, or the code of the reject.
fn read(kind: &str, settings: &str, array: ArrayRef) -> String {
    let toml = format!(
        "[read]\nformat = \"parquet\"\nkeep = false\n{settings}\n[[record]]\nkind = \"customer\"\nid = \"'i'\"\n[record.attributes]\nx = {{ value = \"x\", type = \"{kind}\" }}\n"
    );
    let outcome = map_bytes(&toml, &written(&[batch(vec![("x", array)])], Compression::SNAPPY)).unwrap();
    match outcome.records.as_slice() {
        [] => codes(&outcome).concat().split_off(2),
        [record] => {
            let value = record.strip_prefix("customer id=i").unwrap().trim_start_matches(" attr.x=");
            if value.is_empty() { "missing".to_owned() } else { value.to_owned() }
        }
        more => panic!("{more:?}"),
    }
}

fn check(kind: &str, settings: &str, cases: Vec<(ArrayRef, &str)>) {
    for (array, expected) in cases {
        let shown = format!("{kind} {settings} {array:?}");
        assert_eq!(read(kind, settings, array), expected, "{shown}");
    }
}

fn one<A: Array + 'static>(array: A) -> ArrayRef {
    Arc::new(array)
}

#[test]
fn text_of_every_type() {
    let dictionary: DictionaryArray<Int32Type> = vec!["phone"].into_iter().collect();
    let list = ListArray::from_iter_primitive::<Int32Type, _, _>([Some([Some(1), None, Some(3)])]);
    check(
        "text",
        "",
        vec![
            (one(StringArray::from(vec!["007"])), "007"),
            (one(LargeStringArray::from(vec!["Zoë"])), "Zoë"),
            (one(StringViewArray::from(vec!["a longer text than fits a view"])), "a longer text than fits a view"),
            (one(dictionary), "phone"),
            (one(Int8Array::from(vec![-8])), "-8"),
            (one(UInt64Array::from(vec![u64::MAX])), "18446744073709551615"),
            (one(Int64Array::from(vec![9_007_199_254_740_993])), "9007199254740993"),
            // a data frame makes a column of ids with a gap a column of floats
            (one(Float64Array::from(vec![17.0])), "17"),
            (one(Float64Array::from(vec![0.1])), "0.1"),
            (one(Float32Array::from(vec![0.1])), "0.1"),
            (one(Float64Array::from(vec![-0.0])), "0"),
            (one(BooleanArray::from(vec![true])), "true"),
            (one(Decimal128Array::from(vec![12345]).with_precision_and_scale(9, 2).unwrap()), "123.45"),
            (one(Date32Array::from(vec![19_782])), "2024-02-29"),
            (one(Time64MicrosecondArray::from(vec![3_723_500_000])), "1:02:03.500000"),
            (one(BinaryArray::from(vec!["Zoë".as_bytes()])), "Zoë"),
            (one(BinaryArray::from(vec![&b"\xff"[..]])), "invalid_encoding"),
            (one(StringArray::from(vec!["a\0b"])), "nul_byte"),
            (one(FixedSizeBinaryArray::try_from_iter([b"abcd"].into_iter()).unwrap()), "abcd"),
            (one(list), "[1,null,3]"),
            (one(NullArray::new(1)), "missing"),
            (one(StringArray::from(vec![None::<&str>])), "missing"),
            (one(StringArray::from(vec![" "])), "missing"),
        ],
    );
    check(
        "text",
        "missing = [\"-1\", \"N/A\"]",
        vec![(one(Int32Array::from(vec![-1])), "missing"), (one(StringArray::from(vec![" N/A "])), "missing")],
    );
}

#[test]
fn numbers_truth_and_lengths_of_time() {
    check(
        "number",
        "",
        vec![
            (one(Float64Array::from(vec![2.5])), "2.5"),
            (one(Float64Array::from(vec![1e-9])), "0"),
            (one(Float64Array::from(vec![f64::NAN])), "bad_number"),
            (one(Float64Array::from(vec![f64::INFINITY])), "bad_number"),
            (one(Float64Array::from(vec![1e300])), "out_of_range"),
            (one(Int16Array::from(vec![-5])), "-5"),
        ],
    );
    check(
        "integer",
        "",
        vec![
            (one(Float64Array::from(vec![5.0])), "5"),
            (one(Float64Array::from(vec![5.5])), "bad_integer"),
            (one(UInt64Array::from(vec![u64::MAX])), "out_of_range"),
        ],
    );
    check(
        "boolean",
        "",
        vec![
            (one(BooleanArray::from(vec![false])), "false"),
            (one(Int8Array::from(vec![1])), "true"),
            (one(Int8Array::from(vec![2])), "bad_boolean"),
        ],
    );
    // milliseconds inside
    check(
        "duration",
        "",
        vec![
            (one(Int32Array::from(vec![90])), "90000"),
            (one(Float64Array::from(vec![20.4])), "20400"),
            (one(Time32MillisecondArray::from(vec![167_250])), "167250"),
            (one(DurationMicrosecondArray::from(vec![1_500_000])), "1500"),
            (one(DurationSecondArray::from(vec![-2])), "negative_duration"),
        ],
    );
}

#[test]
fn times() {
    check(
        "time",
        "zone = \"Europe/Amsterdam\"",
        vec![
            // with a zone it is that instant, without one it is local
            (
                one(TimestampMicrosecondArray::from(vec![1_709_209_815_000_001]).with_timezone("UTC")),
                "2024-02-29T12:30:15.000001Z",
            ),
            (
                one(TimestampMillisecondArray::from(vec![1_709_209_815_000]).with_timezone("America/New_York")),
                "2024-02-29T12:30:15Z",
            ),
            (one(TimestampNanosecondArray::from(vec![1_709_209_815_000_000_999])), "2024-02-29T11:30:15Z"),
            (one(TimestampSecondArray::from(vec![1_743_301_800])), "nonexistent_time"),
            (one(TimestampMicrosecondArray::from(vec![i64::MAX])), "bad_time"),
            (one(TimestampMicrosecondArray::from(vec![-1]).with_timezone("UTC")), "implausible_time"),
            (one(Date32Array::from(vec![19_782])), "2024-02-28T23:00:00Z"),
            (one(Date64Array::from(vec![19_782 * 86_400_000])), "2024-02-28T23:00:00Z"),
            (one(Date32Array::from(vec![i32::MAX])), "bad_time"),
            (one(StringArray::from(vec!["2024-02-29 12:30"])), "2024-02-29T11:30:00Z"),
            (one(Int64Array::from(vec![1_709_209_815])), "bad_time"),
        ],
    );
    check(
        "time",
        "date_formats = [\"epoch_ms\"]",
        vec![(one(Int64Array::from(vec![1_709_209_815_000])), "2024-02-29T12:30:15Z")],
    );
}

/// Types that Arrow does not write: a UUID, and the times of older Hive and Spark.
#[test]
fn types_of_parquet_alone() {
    let schema = "message m { REQUIRED FIXED_LEN_BYTE_ARRAY (16) id (UUID); REQUIRED INT96 at; }";
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let mut bytes = Vec::new();
    let mut writer = SerializedFileWriter::new(&mut bytes, schema, Arc::default()).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let uuid: Vec<u8> = (0..16).map(|n| n * 0x11).collect();
    let mut column = group.next_column().unwrap().unwrap();
    column.typed::<FixedLenByteArrayType>().write_batch(&[ByteArray::from(uuid).into()], None, None).unwrap();
    column.close().unwrap();
    // Julian day 2,440,588 is 1 January 1970; the time of day is in nanoseconds
    let (day, nanos) = (2_440_588 + 19_782, 45_015_000_000_000_u64);
    let mut at = Int96::new();
    at.set_data(nanos as u32, (nanos >> 32) as u32, day);
    let mut column = group.next_column().unwrap().unwrap();
    column.typed::<Int96Type>().write_batch(&[at], None, None).unwrap();
    column.close().unwrap();
    group.close().unwrap();
    writer.close().unwrap();
    let toml = "[read]\nformat = \"parquet\"\nzone = \"Europe/Amsterdam\"\n[[record]]\nkind = \"customer\"\nid = \"id\"\n[record.fields]\nsince = \"at\"\n";
    let outcome = map_bytes(toml, &bytes).unwrap();
    assert_eq!(outcome.records, ["customer id=00112233-4455-6677-8899-aabbccddeeff since=2024-02-29T11:30:15Z"]);
}

/// `who.id`, `who.name` and a number, the second row without a `who`.
fn nested() -> RecordBatch {
    let fields = Fields::from(vec![Field::new("id", DataType::Int64, false), Field::new("name", DataType::Utf8, true)]);
    let who = StructArray::new(
        fields,
        vec![one(Int64Array::from(vec![1, 2, 3])), one(StringArray::from(vec![Some("a"), Some("b"), None]))],
        Some(NullBuffer::from(vec![true, false, true])),
    );
    batch(vec![
        ("skipped", one(Int32Array::from(vec![7, 8, 9]))),
        ("who", one(who)),
        ("n", one(Float64Array::from(vec![Some(0.5), None, Some(2.0)]))),
    ])
}

const NESTED: &str = "[read]\nformat = \"parquet\"\nKEEP\n[[record]]\nkind = \"customer\"\nid = \"\\\"who.id\\\"\"\n[record.fields]\nname = \"\\\"who.name\\\"\"\n[record.attributes]\nn = { value = \"_line\", type = \"integer\" }\n";

fn nested_outcome(keep: bool) -> Outcome {
    let toml = NESTED.replace("KEEP", if keep { "" } else { "keep = false" });
    map_bytes(&toml, &written(&[nested()], Compression::ZSTD(ZstdLevel::default()))).unwrap()
}

#[test]
fn structs_become_dotted_names_and_a_row_has_its_number() {
    let outcome = nested_outcome(true);
    assert_eq!(
        outcome.records,
        [
            "customer id=1 name=a attr.n=1 rest={\"skipped\":7,\"n\":0.5}",
            "customer id=3 attr.n=3 rest={\"skipped\":9,\"n\":2}"
        ]
    );
    assert_eq!(codes(&outcome), ["2 missing_field"]);
    assert_eq!(outcome.rejects[0].raw, "{\"skipped\":8,\"who\":null,\"n\":null}");
    let outcome = nested_outcome(false);
    assert_eq!(outcome.records, ["customer id=1 name=a attr.n=1", "customer id=3 attr.n=3"]);
    assert_eq!(outcome.rejects[0].raw, "{\"who\":null}");
    let error = map_bytes(
        &NESTED.replace("KEEP", "").replace("who.name", "who.nam"),
        &written(&[nested()], Compression::SNAPPY),
    );
    let Err(MapError::Diagnostics(problems)) = error else { panic!("{error:?}") };
    assert_eq!((problems[0].code, problems[0].help.as_deref()), ("missing_column", Some("perhaps `who.name`")));
}

fn many(rows: usize) -> RecordBatch {
    let ids = StringArray::from_iter_values((0..rows).map(|row| format!("C{row}")));
    let names = StringArray::from_iter_values((0..rows).map(|row| format!("n{}", row * 7919 % 1009)));
    batch(vec![("id", one(ids)), ("name", one(names))])
}

#[test]
fn batches_and_row_groups_follow_one_another() {
    for compression in [
        Compression::UNCOMPRESSED,
        Compression::SNAPPY,
        Compression::GZIP(Default::default()),
        Compression::ZSTD(ZstdLevel::default()),
        Compression::LZ4_RAW,
        Compression::BROTLI(Default::default()),
    ] {
        let outcome = map_bytes(&customers("format = \"parquet\""), &written(&[many(20_000)], compression)).unwrap();
        assert_eq!((outcome.mapped.rows, outcome.mapped.accepted), (20_000, 20_000), "{compression:?}");
        for (row, record) in outcome.records.iter().enumerate() {
            assert_eq!(*record, format!("customer id=C{row} name=n{}", row * 7919 % 1009));
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("in.parquet");
    let bytes = written(&[many(20_000)], Compression::SNAPPY);
    std::fs::write(&path, &bytes).unwrap();
    let source = source(&customers("format = \"parquet\""));
    let outcome = map(&source, &path, None).unwrap();
    assert_eq!(outcome.mapped.hash, Some(blake3::hash(&bytes)));
    let preview = map(&source, &path, Some(7)).unwrap();
    assert_eq!((preview.mapped.rows, preview.mapped.hash), (7, None));
}

#[test]
fn what_is_no_parquet_is_said() {
    let whole = written(&[many(100)], Compression::SNAPPY);
    let fails = |bytes: &[u8]| failure("format = \"parquet\"", bytes);
    let start = "in.dat: the file cannot be read as Parquet: ";
    for bytes in [&b""[..], b"PAR1", b"id,name\n1,a\n", &whole[..whole.len() - 1], &whole[..whole.len() / 2]] {
        let message = fails(bytes);
        assert!(message.starts_with(start), "{message}");
    }
    // the length of the footer, four bytes before the mark
    for length in [u32::MAX, i32::MAX as u32, whole.len() as u32, 0, 1] {
        let mut lies = whole.clone();
        let at = lies.len() - 8;
        lies[at..at + 4].copy_from_slice(&length.to_le_bytes());
        let message = fails(&lies);
        assert!(message.starts_with(start), "{length}: {message}");
    }
    let mut encrypted = whole.clone();
    let at = encrypted.len() - 4;
    encrypted[at..].copy_from_slice(b"PARE");
    assert!(fails(&encrypted).contains("encrypt"), "{}", fails(&encrypted));
}

/// Without a checksum, which few writers add, a flipped bit may be just another value; never anything worse.
#[test]
fn flipped_bits_end_in_other_values_or_in_an_error() {
    let (mut read, mut failed) = (0, 0);
    for compression in [Compression::UNCOMPRESSED, Compression::SNAPPY, Compression::ZSTD(ZstdLevel::default())] {
        let whole = written(&[many(60), nested_like()], compression);
        let step = whole.len() / 400;
        for at in (4..whole.len()).step_by(step.max(1)) {
            let mut flipped = whole.clone();
            flipped[at] ^= 1 << (at % 8);
            // counts of rows are compared in `map`
            match map_bytes(&customers("format = \"parquet\""), &flipped) {
                Ok(_) => read += 1,
                Err(_) => failed += 1,
            }
        }
    }
    assert!(read > 50 && failed > 200, "{read} read, {failed} failed");
}

fn nested_like() -> RecordBatch {
    many(3)
}
