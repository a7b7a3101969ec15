//! All that the typesetter sees: the template, the document, the fonts.

use std::path::PathBuf;
use std::sync::LazyLock;

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};

use crate::Error;

const TEMPLATE: &str = include_str!("template.typ");

static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| LazyHash::new(<Library as LibraryExt>::default()));
static FONTS: LazyLock<Vec<Font>> = LazyLock::new(|| {
    // Inter first; the typesetter takes another for what it lacks
    let files: [&'static [u8]; 7] = [
        include_bytes!("../../fonts/Inter-Regular.otf"),
        include_bytes!("../../fonts/Inter-SemiBold.otf"),
        include_bytes!("../../fonts/Inter-Italic.otf"),
        include_bytes!("../../fonts/NotoSansArabic-Regular.ttf"),
        include_bytes!("../../fonts/NotoSansArabic-SemiBold.ttf"),
        include_bytes!("../../fonts/NotoSansHebrew-Regular.ttf"),
        include_bytes!("../../fonts/NotoSansHebrew-SemiBold.ttf"),
    ];
    files.into_iter().flat_map(|file| Font::iter(Bytes::new(file))).collect()
});
static BOOK: LazyLock<LazyHash<FontBook>> = LazyLock::new(|| LazyHash::new(FontBook::from_fonts(FONTS.iter())));

/// Whether a font has `character`, or there is nothing to be seen of it.
pub(super) fn has(character: char) -> bool {
    let is_unseen = character.is_control()
        || matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202f}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}');
    is_unseen || FONTS.iter().any(|font| font.info().coverage.contains(u32::from(character)))
}

/// One document and the template it is set by.
pub(super) struct PressWorld {
    template: Source,
    document: (FileId, Bytes),
}

impl PressWorld {
    /// With the document as JSON.
    pub fn new(document: String) -> Result<PressWorld, Error> {
        let template = Source::new(file("/main.typ")?, TEMPLATE.to_owned());
        Ok(PressWorld { template, document: (file("/document.json")?, Bytes::from_string(document)) })
    }
}

fn file(path: &str) -> Result<FileId, Error> {
    let path = VirtualPath::new(path).map_err(|error| Error::Typeset(error.to_string()))?;
    Ok(RootedPath::new(VirtualRoot::Project, path).intern())
}

impl World for PressWorld {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &BOOK
    }

    fn main(&self) -> FileId {
        self.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.template.id() { Ok(self.template.clone()) } else { Err(unknown(id)) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.document.0 { Ok(self.document.1.clone()) } else { Err(unknown(id)) }
    }

    fn font(&self, index: usize) -> Option<Font> {
        FONTS.get(index).cloned()
    }

    /// A document says itself of which day it is.
    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

fn unknown(id: FileId) -> FileError {
    FileError::NotFound(PathBuf::from(id.vpath().get_without_slash()))
}
