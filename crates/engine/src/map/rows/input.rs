//! A file as a stream of UTF-8: opened with care, decompressed and decoded in bounded memory.

use std::fs::{File, Metadata};
use std::io::{self, BufRead, BufReader, Read as _};
use std::path::{Path, PathBuf};

use catalogue::source::{Compression, Read};
use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8};
use flate2::bufread::MultiGzDecoder;

use super::super::error::MapError;

/// Bytes asked of the file at once.
const CHUNK: usize = 256 << 10;

/// Bytes that are looked at to recognise a file: the mark of a tar archive ends there.
const HEAD: usize = 262;

/// How many times as much as it holds may come out of a compressed file. The most repetitive export that was tried, one
/// of 300 columns nearly all of which are empty, gives 90 times as much; what gives over 250 is made of one byte.
pub const RATIO_MAX: u64 = 250;

/// Bytes that may come out of a compressed file whatever it holds: a few seconds of reading, in bounded memory.
const UNPACKED_FREE: u64 = 256 << 20;

/// Stands in decoded text where the file's bytes mean nothing in its encoding: never valid UTF-8, so that the row is
/// rejected rather than mangled.
const UNDECODABLE: u8 = 0xff;

/// An open file.
pub(super) struct Input {
    file: String,
    path: PathBuf,
    body: Body,
    compressed: bool,
    /// Bytes that came out, decompressed.
    unpacked: u64,
    before: Metadata,
    /// `None` for UTF-8, which needs none.
    decoder: Option<Decoder>,
    /// Bytes read ahead to recognise the file.
    head: Vec<u8>,
    raw: Vec<u8>,
    ended: bool,
}

type Bytes = BufReader<Counted>;

enum Body {
    Plain(Bytes),
    Gzip(Box<MultiGzDecoder<Bytes>>),
    Zstd(Box<zstd::stream::read::Decoder<'static, Bytes>>),
}

/// The file's own bytes, counted and hashed on their way.
struct Counted {
    file: File,
    read: u64,
    hasher: Box<blake3::Hasher>,
}

impl io::Read for Counted {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(into)?;
        self.read += read as u64;
        self.hasher.update(&into[..read]);
        Ok(read)
    }
}

impl Input {
    /// Opens `path`, looks at its first bytes and settles compression and encoding.
    pub fn open(path: &Path, read: &Read) -> Result<Self, MapError> {
        let file = path.display().to_string();
        let (opened, before) = open_file(path)?;
        let mut bytes = BufReader::with_capacity(CHUNK, Counted { file: opened, read: 0, hasher: Box::default() });
        let first = bytes.fill_buf().map_err(|source| MapError::Io { file: file.clone(), source })?;
        let compression = match read.compression {
            Compression::Auto if first.starts_with(&[0x1f, 0x8b]) => Compression::Gzip,
            Compression::Auto if first.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) => Compression::Zstd,
            Compression::Auto => Compression::None,
            stated => stated,
        };
        let body = match compression {
            Compression::Gzip => Body::Gzip(Box::new(MultiGzDecoder::new(bytes))),
            Compression::Zstd => {
                let decoder = zstd::stream::read::Decoder::with_buffer(bytes);
                Body::Zstd(Box::new(decoder.map_err(|source| MapError::Damaged { file: file.clone(), source })?))
            }
            Compression::Auto | Compression::None => Body::Plain(bytes),
        };
        let compressed = !matches!(body, Body::Plain(_));
        let mut input = Input {
            file,
            path: path.to_owned(),
            body,
            compressed,
            unpacked: 0,
            before,
            decoder: None,
            head: Vec::new(),
            raw: Vec::new(),
            ended: false,
        };
        input.recognise(&read.encoding)?;
        Ok(input)
    }

    /// Reads the first bytes, refuses what is no text, drops a byte order mark and sets up decoding.
    fn recognise(&mut self, label: &str) -> Result<(), MapError> {
        let mut head = vec![0; HEAD];
        let mut filled = 0;
        while filled < head.len() {
            match self.read_body(&mut head[filled..])? {
                0 => break,
                read => filled += read,
            }
        }
        head.truncate(filled);
        if let Some((what, valid)) = not_text(&head) {
            return Err(MapError::NotText { file: self.file.clone(), what, valid });
        }
        let stated = Encoding::for_label(label.as_bytes()).filter(|encoding| *encoding != encoding_rs::REPLACEMENT);
        let encoding = match Encoding::for_bom(&head) {
            Some((encoding, length)) => {
                head.drain(..length);
                encoding
            }
            None => stated.ok_or_else(|| MapError::Setting {
                file: self.file.clone(),
                setting: "the encoding",
                value: label.to_owned(),
            })?,
        };
        if encoding == UTF_8 && head.iter().take(4).any(|byte| *byte == 0) {
            let valid = "state it as `encoding`, \"utf-16le\" or \"utf-16be\"";
            return Err(MapError::NotText { file: self.file.clone(), what: "UTF-16 or no text at all", valid });
        }
        self.decoder = (encoding != UTF_8).then(|| encoding.new_decoder_without_bom_handling());
        self.head = head;
        Ok(())
    }

    fn read_body(&mut self, into: &mut [u8]) -> Result<usize, MapError> {
        loop {
            let read = match &mut self.body {
                Body::Plain(bytes) => bytes.read(into),
                Body::Gzip(bytes) => bytes.read(into),
                Body::Zstd(bytes) => bytes.read(into),
            };
            match read {
                Ok(read) => {
                    self.unpacked += read as u64;
                    return self.refuse_bomb().map(|()| read);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(source) if self.compressed && source.raw_os_error().is_none() => {
                    return Err(MapError::Damaged { file: self.file.clone(), source });
                }
                Err(source) => return Err(MapError::Io { file: self.file.clone(), source }),
            }
        }
    }

    fn refuse_bomb(&mut self) -> Result<(), MapError> {
        if !self.compressed || self.unpacked <= UNPACKED_FREE {
            return Ok(());
        }
        let packed = self.bytes_read();
        if self.unpacked / RATIO_MAX <= packed {
            return Ok(());
        }
        Err(MapError::Bomb {
            file: self.file.clone(),
            unpacked_mb: self.unpacked >> 20,
            packed_kb: packed.div_ceil(1000),
        })
    }

    /// Appends more UTF-8 to `text`, aiming at `wanted` bytes of it; false at the end of the file.
    pub fn fill(&mut self, text: &mut Vec<u8>, wanted: usize) -> Result<bool, MapError> {
        let before = text.len();
        while !self.ended && text.len() == before {
            if self.decoder.is_none() {
                self.read_more(text, wanted)?;
                continue;
            }
            let mut raw = std::mem::take(&mut self.raw);
            raw.clear();
            self.read_more(&mut raw, wanted)?;
            if let Some(decoder) = &mut self.decoder {
                decode(decoder, &raw, self.ended, text);
            }
            self.raw = raw;
        }
        Ok(text.len() > before)
    }

    /// Appends the file's own bytes, decompressed.
    fn read_more(&mut self, into: &mut Vec<u8>, wanted: usize) -> Result<(), MapError> {
        into.append(&mut self.head);
        let kept = into.len();
        into.resize(kept + wanted.max(CHUNK), 0);
        let read = self.read_body(&mut into[kept..]);
        into.truncate(kept + read.as_ref().unwrap_or(&0));
        self.ended = read? == 0;
        Ok(())
    }

    fn counted(&mut self) -> &mut Bytes {
        match &mut self.body {
            Body::Plain(bytes) => bytes,
            Body::Gzip(bytes) => bytes.get_mut(),
            Body::Zstd(bytes) => bytes.get_mut(),
        }
    }

    /// Bytes of the file that were read, before decompression.
    pub fn bytes_read(&mut self) -> u64 {
        self.counted().get_ref().read
    }

    /// Size of the file.
    pub fn bytes_total(&self) -> u64 {
        self.before.len()
    }

    /// Reads what is left, makes sure that the file is still the one that was opened, and gives the hash of its bytes.
    pub fn finish(mut self) -> Result<blake3::Hash, MapError> {
        let (file, path, before) = (self.file.clone(), self.path.clone(), self.before.clone());
        let bytes = self.counted();
        io::copy(bytes, &mut io::sink()).map_err(|source| MapError::Io { file: file.clone(), source })?;
        if bytes.get_ref().read != before.len() {
            return Err(MapError::Changed { file });
        }
        unchanged(&path, &before)?;
        Ok(bytes.get_ref().hasher.finalize())
    }
}

/// Makes sure that the file at `path` is still the one that was opened.
pub(super) fn unchanged(path: &Path, before: &Metadata) -> Result<(), MapError> {
    let file = path.display().to_string();
    let after = std::fs::metadata(path).map_err(|source| MapError::Io { file: file.clone(), source })?;
    if after.len() == before.len() && after.modified().ok() == before.modified().ok() && same_file(&after, before) {
        return Ok(());
    }
    Err(MapError::Changed { file })
}

#[cfg(unix)]
fn same_file(a: &Metadata, b: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (a.dev(), a.ino()) == (b.dev(), b.ino())
}

#[cfg(not(unix))]
fn same_file(_: &Metadata, _: &Metadata) -> bool {
    true
}

/// BLAKE3 of a file's bytes: two deliveries of one hash are one delivery.
///
/// # Errors
/// Where it cannot be read or is no file.
pub fn file_hash(path: &Path) -> Result<blake3::Hash, MapError> {
    let (mut opened, _) = open_file(path)?;
    let mut hasher = blake3::Hasher::new();
    io::copy(&mut opened, &mut hasher).map_err(|source| MapError::Io { file: path.display().to_string(), source })?;
    Ok(hasher.finalize())
}

/// Opens a regular file. A pipe would block and a device never end, so what it is, is asked first, and again of what
/// was opened.
pub(super) fn open_file(path: &Path) -> Result<(File, Metadata), MapError> {
    let io_error = |source| MapError::Io { file: path.display().to_string(), source };
    refuse_special(path, &std::fs::metadata(path).map_err(io_error)?)?;
    let opened = File::open(path).map_err(io_error)?;
    let metadata = opened.metadata().map_err(io_error)?;
    refuse_special(path, &metadata)?;
    Ok((opened, metadata))
}

fn refuse_special(path: &Path, metadata: &Metadata) -> Result<(), MapError> {
    if metadata.is_file() {
        return Ok(());
    }
    let what = if metadata.is_dir() { "a directory" } else { "a pipe or device" };
    Err(MapError::NotAFile { file: path.display().to_string(), what })
}

fn decode(decoder: &mut Decoder, mut raw: &[u8], last: bool, text: &mut Vec<u8>) {
    loop {
        let room = decoder.max_utf8_buffer_length_without_replacement(raw.len()).unwrap_or(raw.len() * 3 + 16);
        let start = text.len();
        text.resize(start + room, 0);
        let (result, read, written) = decoder.decode_to_utf8_without_replacement(raw, &mut text[start..], last);
        text.truncate(start + written);
        raw = &raw[read..];
        match result {
            DecoderResult::InputEmpty => return,
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(..) => text.push(UNDECODABLE),
        }
    }
}

/// Kinds of file that people take for text, by their first bytes.
fn not_text(head: &[u8]) -> Option<(&'static str, &'static str)> {
    const EXPORT: &str = "export it as CSV";
    const COMPRESSION: &str = "compress with gzip or zstd, or not at all";
    let known: [(&[u8], &str, &str); 10] = [
        (b"PK\x03\x04", "a ZIP archive or Excel workbook", "unpack it, or export it as CSV"),
        (b"PK\x05\x06", "an empty ZIP archive", "unpack it, or export it as CSV"),
        (b"\xd0\xcf\x11\xe0", "an old Excel workbook", EXPORT),
        (b"PAR1", "a Parquet file", "it is read with format = \"parquet\""),
        (b"PARE", "an encrypted Parquet file", "export it without encryption, for format = \"parquet\""),
        (b"SQLite format 3", "an SQLite database", EXPORT),
        (b"%PDF", "a PDF", EXPORT),
        (b"BZh", "a bzip2 archive", COMPRESSION),
        (b"\xfd7zXZ", "an xz archive", COMPRESSION),
        (b"7z\xbc\xaf", "a 7-Zip archive", COMPRESSION),
    ];
    if head.get(257..262) == Some(b"ustar") && head[..257].contains(&0) {
        return Some(("a tar archive", "unpack it"));
    }
    known.iter().find(|(magic, ..)| head.starts_with(magic)).map(|(_, what, valid)| (*what, *valid))
}
