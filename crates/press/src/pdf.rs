//! PDF, typeset by typst from a fixed template. The document reaches the template as JSON, so that no word of it is ever
//! read as markup; fonts are those beside this crate, and nothing of the machine or the network is looked at.

mod data;
mod world;

use scorecard::document::Document;
use typst::foundations::{Label, Smart, Value};
use typst::utils::PicoStr;
use typst_layout::PagedDocument;
use typst_pdf::PdfOptions;

use crate::Error;
use world::PressWorld;

/// Sizes of type, in points, the most comfortable first: another is tried where the last page would be nearly empty.
const SIZES: [f64; 5] = [9.5, 9.3, 9.7, 9.1, 9.9];
/// How much of the last page is enough.
const FULL_ENOUGH: f64 = 0.45;

/// `document` as the bytes of a PDF file; the same bytes each time.
///
/// # Errors
/// When the typesetter refuses, which would be a fault of the template.
pub fn pdf(document: &Document) -> Result<Vec<u8>, Error> {
    let mut best: Option<(f64, PagedDocument)> = None;
    for size in SIZES {
        let pages = typeset(document, size)?;
        let filled = filled(&pages);
        if best.as_ref().is_none_or(|(known, _)| filled > *known) {
            best = Some((filled, pages));
        }
        if best.as_ref().is_some_and(|(known, _)| *known >= FULL_ENOUGH) {
            break;
        }
    }
    // what the typesetter remembers between documents is of no use to the next
    typst::comemo::evict(0);
    let Some((_, pages)) = best else { return Err(Error::Typeset("no size was tried".to_owned())) };
    let options =
        PdfOptions { ident: Smart::Custom(document.title.clone()), timestamp: None, ..PdfOptions::default() };
    typst_pdf::pdf(&pages, &options).map_err(|errors| refused(&errors))
}

fn typeset(document: &Document, size: f64) -> Result<PagedDocument, Error> {
    let world = PressWorld::new(data::json(document, size).to_string())?;
    typst::compile::<PagedDocument>(&world).output.map_err(|errors| refused(&errors))
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
