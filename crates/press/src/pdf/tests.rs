use hayro_interpret::font::Glyph;
use hayro_interpret::hayro_cmap::BfString;
use hayro_interpret::hayro_syntax::Pdf;
use hayro_interpret::{
    BlendMode, ClipPath, Context, Device, GlyphDrawMode, Image, InterpreterCache, InterpreterSettings, Paint,
    PathDrawMode, SoftMask, interpret_page,
};
use kurbo::{Affine, BezPath, Rect};
use scorecard::document::{Block, Cell, Column, Document, Row, Table, Text};

use super::*;
use crate::fixture::{NASTY, document};

/// Text of a PDF as another program reads it, without blanks, which lie between glyphs as the typesetter likes.
fn text(bytes: &[u8]) -> String {
    pages(bytes).concat()
}

fn pages(bytes: &[u8]) -> Vec<String> {
    let pdf = Pdf::new(bytes.to_vec()).expect("a PDF");
    let cache = InterpreterCache::new();
    let mut texts = Vec::new();
    for page in pdf.pages().iter() {
        let paper = Rect::new(0.0, 0.0, 600.0, 850.0);
        let mut context = Context::new(Affine::IDENTITY, paper, &cache, page.xref(), InterpreterSettings::default());
        let mut glyphs = Glyphs::default();
        interpret_page(page, &mut context, &mut glyphs);
        texts.push(glyphs.0.chars().filter(|character| !character.is_whitespace()).collect());
    }
    texts
}

/// Characters in the order they are drawn, and where each begins.
#[derive(Default)]
struct Glyphs(String, Vec<(f64, f64)>);

impl<'a> Device<'a> for Glyphs {
    fn set_soft_mask(&mut self, _: Option<SoftMask<'a>>) {}
    fn set_blend_mode(&mut self, _: BlendMode) {}
    fn draw_path(&mut self, _: &BezPath, _: Affine, _: &Paint<'a>, _: &PathDrawMode) {}
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}
    fn draw_image(&mut self, _: Image<'a, '_>, _: Affine) {}
    fn pop_clip_path(&mut self) {}
    fn pop_transparency_group(&mut self) {}

    fn draw_glyph(&mut self, glyph: &Glyph<'a>, page: Affine, own: Affine, _: &Paint<'a>, _: &GlyphDrawMode) {
        let known = self.0.chars().count();
        match glyph.as_unicode() {
            Some(BfString::Char(character)) => self.0.push(character),
            Some(BfString::String(text)) => self.0.push_str(&text),
            None => self.0.push('\u{fffd}'),
        }
        let at = (page * own).translation();
        self.1.resize(self.1.len() + self.0.chars().count() - known, (at.x, at.y));
    }
}

/// Where each character of the first page stands: from the left and from below, in points.
fn places(bytes: &[u8]) -> Vec<(char, f64, f64)> {
    let pdf = Pdf::new(bytes.to_vec()).expect("a PDF");
    let cache = InterpreterCache::new();
    let page = pdf.pages().iter().next().expect("a page");
    let paper = Rect::new(0.0, 0.0, 600.0, 850.0);
    let mut context = Context::new(Affine::IDENTITY, paper, &cache, page.xref(), InterpreterSettings::default());
    let mut glyphs = Glyphs::default();
    interpret_page(page, &mut context, &mut glyphs);
    let drawn = glyphs.0.chars().zip(glyphs.1);
    drawn.filter(|(character, _)| !character.is_whitespace()).map(|(character, (x, y))| (character, x, y)).collect()
}

fn without_blanks(words: &str) -> String {
    words.chars().filter(|character| !character.is_whitespace()).collect()
}

#[test]
fn words_from_data_stay_words() {
    let bytes = pdf(&document()).expect("a PDF");
    let pages = pages(&bytes);
    let text = pages.concat();
    let nasty = without_blanks(NASTY);
    assert!(text.contains(&nasty), "{nasty} in {text}");
    // not evaluated: the version of the typesetter would be in its place
    assert!(text.contains("#sys.version"));
    assert!(pages[0].contains(&format!("Page1of{}", pages.len())), "{text}");
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    assert_eq!(pdf(&document()).expect("a PDF"), pdf(&document()).expect("a PDF"));
}

/// A table of so many rows.
fn long(rows: usize, has_cover: bool) -> Document {
    let row = |row: usize| Row::plain([Cell::text(format!("row {row}")), Cell::Count(row as u64)]);
    let table = Table {
        caption: String::new(),
        columns: vec![Column::text("Head of names", 3), Column::number("Head of numbers")],
        rows: (0..rows).map(row).collect(),
    };
    Document {
        kind: "Test".to_owned(),
        title: "A long table".to_owned(),
        has_cover,
        blocks: vec![Block::heading(1, "Rows", "rows"), Block::Table(table)],
        ..Document::default()
    }
}

#[test]
fn tables_break_across_pages_under_their_heads() {
    let bytes = pdf(&long(150, false)).expect("a PDF");
    let pages = pages(&bytes);
    assert!(pages.len() >= 3, "{}", pages.len());
    let text = pages.concat();
    for (number, page) in (1..).zip(&pages) {
        assert_eq!(page.matches("Headofnames").count(), 1, "the head on page {number}");
        assert!(page.contains(&format!("Page{number}of{}", pages.len())), "{page}");
    }
    for row in 0..150 {
        assert!(text.contains(&format!("row{row}")), "{row}");
    }
}

#[test]
fn a_cover_has_contents_behind_it() {
    let text = text(&pdf(&long(10, true)).expect("a PDF"));
    // in the contents and over the table
    assert_eq!(text.matches("Rows").count(), 2, "{text}");
    assert!(text.contains("Contents"));
    assert!(!text.contains("Page1of"), "no page number on the cover");
    assert!(text.contains("Page2of3"));
}

#[test]
fn the_last_page_is_not_nearly_empty() {
    for rows in [40, 44, 48, 52] {
        let last = filled(&fitting(&long(rows, false)).expect("pages"));
        assert!(last >= FULL_ENOUGH, "{rows}: {last}");
    }
}

/// Names beside more figures than a line holds: the case of a manager's report with times.
#[test]
fn names_are_not_printed_over_figures() {
    let long = |name: &str| {
        Row::plain([
            Cell::text(name),
            Cell::text("23 m 20 s"),
            Cell::text(Text::from("13 m 51 s –").plain(" 52 m 33 s")),
            Cell::Count(12_117),
            Cell::text(Text::from("+2 m 24 s").plain(" unclear")),
            Cell::text("≤ 2 h 30 m"),
            Cell::Status(scorecard::Status::TooCloseToCall),
            Cell::Number(119.0, 0),
            Cell::text("Head of customer experience"),
        ])
    };
    let check = |under: [Option<usize>; 3]| {
        let [margin, n, who] = under;
        let columns = vec![
            Column::text("KPI", 5),
            Column::number("Figure"),
            Column { under: margin, ..Column::number("Margin") },
            Column { under: n, ..Column::number("n") },
            Column::number("Change"),
            Column::number("Target"),
            Column::text("Status", 0),
            Column::number("Score"),
            Column { under: who, ..Column::text("Who", 4) },
        ];
        let rows = vec![long("First response time"), long("First contact resolution (no repeat in window)")];
        let document = Document {
            blocks: vec![Block::Table(Table { caption: String::new(), columns, rows })],
            ..Document::default()
        };
        let mut places = places(&pdf(&document).expect("a PDF"));
        // none beyond the margin of 20 mm
        let furthest = places.iter().map(|(_, x, _)| *x).fold(0.0, f64::max);
        assert!(furthest < 595.0 - 56.0, "{under:?}: {furthest}");
        places.sort_by(|one, other| one.2.total_cmp(&other.2).then(one.1.total_cmp(&other.1)));
        for pair in places.windows(2) {
            let [(one, x, y), (other, next, below)] = pair else { continue };
            assert!((y - below).abs() > 0.1 || next - x > 1.2, "{under:?}: {one} and {other} at {x:.1} and {next:.1}");
        }
    };
    check([Some(1), Some(1), Some(0)]);
    check([Some(1), Some(1), None]);
    check([None, None, Some(0)]);
}

#[test]
fn what_no_font_has_is_named() {
    let said = |words: &str| Document {
        blocks: vec![Block::Paragraph(Text::new().plain(words).strong(words).emphasis(words))],
        ..Document::default()
    };
    let check = |words: &str, expected: &[char]| assert_eq!(unprintable(&said(words)), expected, "{words}");
    check("Zoë Müller, Łódź, Αθήνα, Київ, 88.0 % ± 0.7 pp, ≥ −", &[]);
    check("שלום and مرحبا", &[]);
    check("山田 a\u{200b} 山 😀", &['山', '田', '😀']);
    // those that are there are set
    let set = text(&pdf(&said("שלום مرحبا")).expect("a PDF"));
    for character in "שלום".chars() {
        assert!(set.contains(character), "{character} in {set}");
    }
    assert!(!set.contains('\u{fffd}'), "{set}");
}
