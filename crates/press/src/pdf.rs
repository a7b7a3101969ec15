//! PDF, typeset by typst from a fixed template. The document reaches the template as JSON, so that no word of it is ever
//! read as markup; fonts are those beside this crate, and nothing of the machine or the network is looked at.

mod data;
mod world;

use std::collections::BTreeSet;

use scorecard::document::Document;
use typst::foundations::{Label, Smart, Value};
use typst::introspection::Introspector;
use typst::utils::PicoStr;
use typst_layout::PagedDocument;
use typst_pdf::PdfOptions;

use crate::Error;
use world::PressWorld;

/// How a document may be set, the most comfortable first: another is tried where the last page would be nearly empty.
const SETTINGS: [Setting; 9] = [
    Setting { size: 9.5, air: 1.0 },
    Setting { size: 9.3, air: 0.94 },
    Setting { size: 9.7, air: 1.08 },
    Setting { size: 9.1, air: 0.88 },
    Setting { size: 9.9, air: 1.16 },
    Setting { size: 8.9, air: 0.82 },
    Setting { size: 10.1, air: 1.25 },
    Setting { size: 8.7, air: 0.76 },
    Setting { size: 10.3, air: 1.36 },
];
/// How much of the last page is enough.
const FULL_ENOUGH: f64 = 0.45;

/// How a document is set.
#[derive(Clone, Copy)]
struct Setting {
    /// Size of type, in points.
    size: f64,
    /// How wide rows and blocks are apart, beside the usual.
    air: f64,
}

/// `document` as the bytes of a PDF file; the same bytes each time.
///
/// # Errors
/// When the typesetter refuses, which would be a fault of the template.
pub fn pdf(document: &Document) -> Result<Vec<u8>, Error> {
    let pages = fitting(document)?;
    // what the typesetter remembers between documents is of no use to the next
    typst::comemo::evict(0);
    let options = PdfOptions { ident: Smart::Custom(document.title.clone()), timestamp: None, ..PdfOptions::default() };
    typst_pdf::pdf(&pages, &options).map_err(|errors| refused(&errors))
}

/// The pages in the first setting in which the last of them is full enough, or else fullest.
fn fitting(document: &Document) -> Result<PagedDocument, Error> {
    let mut best: Option<(f64, PagedDocument)> = None;
    for setting in SETTINGS {
        let pages = typeset(document, setting)?;
        let filled = filled(&pages);
        if best.as_ref().is_none_or(|(known, _)| filled > *known) {
            best = Some((filled, pages));
        }
        if best.as_ref().is_some_and(|(known, _)| *known >= FULL_ENOUGH) {
            break;
        }
    }
    best.map(|(_, pages)| pages).ok_or_else(|| Error::Typeset("no setting was tried".to_owned()))
}

fn typeset(document: &Document, setting: Setting) -> Result<PagedDocument, Error> {
    let world = PressWorld::new(data::json(document, setting).to_string())?;
    typst::compile::<PagedDocument>(&world).output.map_err(|errors| refused(&errors))
}

/// The characters of `document` that a PDF of it shows as boxes, as no font that comes with this crate has them: each once,
/// in their order.
pub fn unprintable(document: &Document) -> Vec<char> {
    let mut found = BTreeSet::new();
    shown(&data::json(document, SETTINGS[0]), &mut |text| {
        found.extend(text.chars().filter(|character| !character.is_ascii() && !world::has(*character)));
    });
    found.into_iter().collect()
}

/// Tells all text that the template sets, also that of pictures; not what pictures say in words, which is for screen readers.
fn shown(data: &serde_json::Value, tell: &mut impl FnMut(&str)) {
    match data {
        serde_json::Value::String(text) => tell(text),
        serde_json::Value::Array(all) => all.iter().for_each(|one| shown(one, tell)),
        serde_json::Value::Object(all) => all.iter().for_each(|(key, one)| match (key.as_str(), one.as_str()) {
            ("alt", _) => {}
            ("svg", Some(svg)) => tell(svg.split_once("</title>").map_or(svg, |(_, drawn)| drawn)),
            _ => shown(one, tell),
        }),
        _ => {}
    }
}

fn refused(errors: &[typst::diag::SourceDiagnostic]) -> Error {
    Error::Typeset(errors.iter().map(|error| error.message.as_str()).collect::<Vec<_>>().join("; "))
}

/// How far down its last page a document goes, from 0 to 1; 1 for one page alone.
fn filled(pages: &PagedDocument) -> f64 {
    if pages.pages().len() < 2 {
        return 1.0;
    }
    let end = Label::new(PicoStr::intern("end-of-document"));
    let end = end.and_then(|end| pages.introspector().query_label(end).ok().cloned());
    match end.and_then(|end| end.get_by_name("value").ok()) {
        Some(Value::Float(part)) => part,
        _ => 1.0,
    }
}

#[cfg(test)]
mod tests;
