//! Parquet that is damaged, encrypted, or of another type than yesterday.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, StringArray, TimestampMicrosecondArray};
use arrow::record_batch::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;

use super::{Built, Case, refused, rows};

/// Two tickets, whose ids are numbers or text.
fn written(numbers: bool) -> Vec<u8> {
    written_with(numbers, Compression::SNAPPY)
}

fn written_with(numbers: bool, compression: Compression) -> Vec<u8> {
    let ids: ArrayRef =
        if numbers { Arc::new(Int64Array::from(vec![1, 2])) } else { Arc::new(StringArray::from(vec!["A-1", "A-2"])) };
    let times = TimestampMicrosecondArray::from(vec![1_772_438_400_000_000; 2]).with_timezone("UTC");
    let batch = RecordBatch::try_from_iter([("id", ids), ("at", Arc::new(times) as ArrayRef)]).expect("a batch");
    let properties = WriterProperties::builder().set_compression(compression).set_dictionary_enabled(false);
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), Some(properties.build())).expect("a writer");
    writer.write(&batch).expect("rows");
    writer.close().expect("a footer");
    bytes
}

fn without_footer() -> Vec<u8> {
    let whole = written(true);
    whole[..whole.len() / 2].to_vec()
}

fn with_footer_length(length: u32) -> Vec<u8> {
    let mut bytes = written(true);
    let at = bytes.len() - 8;
    bytes[at..at + 4].copy_from_slice(&length.to_le_bytes());
    bytes
}

/// The first page said to be of 2^31 − 1 bytes, in Thrift's compact protocol: field 1 is the kind of page, field 2 its
/// size, a zigzag varint. What follows is moved by the longer number, so the footer no longer fits either.
fn huge_page() -> Vec<u8> {
    let bytes = written(true);
    assert_eq!(bytes[4..7], [0x15, 0x00, 0x15], "a data page's header");
    let size = bytes[7..].iter().take_while(|byte| **byte & 0x80 != 0).count() + 1;
    [&bytes[..7], &[0xfe, 0xff, 0xff, 0xff, 0x0f], &bytes[7 + size..]].concat()
}

fn flipped() -> Vec<u8> {
    let mut bytes = written(true);
    // in the header of the first page, whose numbers then contradict each other
    bytes[5] ^= 0x40;
    bytes
}

/// The id 1 made 3 in the data of a page: nothing in the file tells, as pages are written without checksums.
fn flipped_data() -> Vec<u8> {
    let mut bytes = written_with(true, Compression::UNCOMPRESSED);
    let ids: Vec<u8> = [1i64, 2].iter().flat_map(|id| id.to_le_bytes()).collect();
    let at = bytes.windows(ids.len()).position(|window| window == ids).expect("the page of the ids");
    bytes[at] ^= 0x02;
    bytes
}

fn encrypted() -> Vec<u8> {
    let mut bytes = written(true);
    let at = bytes.len() - 4;
    bytes[at..].copy_from_slice(b"PARE");
    bytes
}

const PARQUET: &str = "format = \"parquet\"";
const CANNOT: &str = "in.dat: the file cannot be read as Parquet: ";

pub(super) fn cases() -> Vec<Case> {
    vec![
        refused(20, "no footer", PARQUET, Built(without_footer), &[CANNOT]),
        refused(21, "a footer of 4 GB", PARQUET, Built(|| with_footer_length(u32::MAX)), &[CANNOT]),
        refused(21, "a footer of one byte", PARQUET, Built(|| with_footer_length(1)), &[CANNOT]),
        refused(21, "a footer as long as the file", PARQUET, Built(|| with_footer_length(400)), &[CANNOT]),
        refused(22, "a page of 2 GB", PARQUET, Built(huge_page), &[CANNOT]),
        refused(23, "a bit flipped in a page's header", PARQUET, Built(flipped), &[CANNOT]),
        // the reader cannot know: the guide says so. Segments of the store are compared with their hashes, see `verify`
        rows(23, "a bit flipped in a page's data, uncompressed", PARQUET, Built(flipped_data), 2, &[]),
        rows(24, "ids as numbers", PARQUET, Built(|| written(true)), 2, &[]),
        rows(24, "ids as text, in the next file", PARQUET, Built(|| written(false)), 2, &[]),
        refused(25, "encrypted", PARQUET, Built(encrypted), &[CANNOT, "encrypt"]),
        refused(
            25,
            "Parquet given as CSV",
            "",
            Built(|| written(true)),
            &["in.dat: this is a Parquet file; it is read with format = \"parquet\""],
        ),
    ]
}
