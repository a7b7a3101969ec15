//! HTML: one file that needs nothing else, for browsers and mail programs. What mail programs keep is written at each
//! element; what they drop, as the rules for print, only makes it better where it is kept.

use std::collections::HashSet;
use std::fmt::Write;

use scorecard::Status;
use scorecard::chart::colour;
use scorecard::document::{
    Block, Callout, Cell, Column, Document, Figure, Heading, Link, Row, RowKind, Span, Table, Text, Tone,
};

const FONT: &str = "font-family:Inter,'Segoe UI',Helvetica,Arial,sans-serif";
const INK: &str = "#17171f";
const SECONDARY: &str = "#50505d";
const ACCENT: &str = "#4b45d6";
const RULE: &str = "#e0e0e7";

/// Rules that no element can carry itself.
const SHEET: &str = "\
@page{size:A4;margin:18mm 16mm}\
@media print{body{background:#fff!important}.sheet{border:0!important;padding:0!important;max-width:none!important}\
h1,h2,h3{break-after:avoid}tr,figure,.callout{break-inside:avoid}thead{display:table-header-group}\
.break{break-before:page}a{color:inherit!important;text-decoration:none!important}}\
@media (max-width:700px){.sheet{padding:16px!important}.side{display:block!important;width:auto!important}\
.wide{overflow-x:auto}}\
svg+p .blocks{display:none}";

/// `document` as one HTML file: no scripts, no addresses that are fetched; each chart as SVG and in words.
pub fn html(document: &Document) -> String {
    let mut page = Page {
        out: String::new(),
        ids: document.headings().map(|heading| heading.id.as_str()).collect(),
        seen: HashSet::new(),
    };
    let title = escape(&document.title);
    let _ = write!(
        page.out,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n\
         <title>{title}</title>\n<style>{SHEET}</style>\n</head>\n\
         <body style=\"margin:0;background:#f6f6f8;color:{INK};{FONT};font-size:14px;line-height:1.5\">\n\
         <div class=\"sheet\" style=\"max-width:860px;margin:0 auto;padding:32px 40px;background:#ffffff\">\n"
    );
    page.head(document);
    if document.has_cover {
        page.contents(document);
    }
    for block in &document.blocks {
        page.block(block);
    }
    page.out.push_str("</div>\n</body>\n</html>\n");
    page.out
}

struct Page<'d> {
    out: String,
    /// Headings there are.
    ids: HashSet<&'d str>,
    /// Headings written so far.
    seen: HashSet<&'d str>,
}

impl<'d> Page<'d> {
    fn head(&mut self, document: &Document) {
        let _ = write!(
            self.out,
            "<p style=\"margin:0;color:{ACCENT};font-size:12px;font-weight:600;letter-spacing:.06em;text-transform:uppercase\">{}</p>\n\
             <h1 style=\"margin:2px 0 4px;font-size:28px;line-height:1.2\">{}</h1>\n",
            escape(&document.kind),
            escape(&document.title)
        );
        if !document.subtitle.is_empty() {
            let _ = writeln!(
                self.out,
                "<p style=\"margin:0 0 8px;color:{SECONDARY};font-size:16px\">{}</p>",
                escape(&document.subtitle)
            );
        }
        if !document.facts.is_empty() {
            self.out.push_str(
                "<table role=\"presentation\" style=\"border-collapse:collapse;margin:8px 0 20px;font-size:13px\">\n",
            );
            for (name, value) in &document.facts {
                let _ = writeln!(
                    self.out,
                    "<tr><td style=\"padding:1px 16px 1px 0;color:{SECONDARY};vertical-align:top\">{}</td><td style=\"padding:1px 0\">{}</td></tr>",
                    escape(name),
                    escape(value)
                );
            }
            self.out.push_str("</table>\n");
        }
    }

    fn contents(&mut self, document: &'d Document) {
        let _ = writeln!(
            self.out,
            "<div style=\"border-top:1px solid {RULE};border-bottom:1px solid {RULE};padding:12px 0;margin:0 0 20px\">\n\
             <p style=\"margin:0 0 4px;font-weight:600\">Contents</p>"
        );
        for heading in document.headings().filter(|heading| heading.level <= 2) {
            let indent = if heading.level == 1 { 0 } else { 18 };
            let weight = if heading.level == 1 { 600 } else { 400 };
            let _ = writeln!(
                self.out,
                "<p style=\"margin:0 0 0 {indent}px;font-weight:{weight};font-size:13px\"><a href=\"#{}\" style=\"color:{INK};text-decoration:none\">{}</a></p>",
                attribute(&heading.id),
                escape(&heading.text)
            );
        }
        self.out.push_str("</div>\n");
    }

    fn block(&mut self, block: &'d Block) {
        match block {
            Block::Heading(heading) => self.heading(heading),
            Block::Paragraph(text) => {
                let _ = writeln!(self.out, "<p style=\"margin:0 0 10px\">{}</p>", self.text(text));
            }
            Block::List { is_ordered, items } => {
                let tag = if *is_ordered { "ol" } else { "ul" };
                let _ = writeln!(self.out, "<{tag} style=\"margin:0 0 12px;padding-left:22px\">");
                for item in items {
                    let _ = writeln!(self.out, "<li style=\"margin:0 0 3px\">{}</li>", self.text(item));
                }
                let _ = writeln!(self.out, "</{tag}>");
            }
            Block::Definitions(terms) => {
                self.out.push_str("<dl style=\"margin:0 0 12px\">\n");
                for (term, meaning) in terms {
                    let _ = writeln!(
                        self.out,
                        "<dt style=\"font-weight:600\">{}</dt><dd style=\"margin:0 0 6px 18px\">{}</dd>",
                        self.text(term),
                        self.text(meaning)
                    );
                }
                self.out.push_str("</dl>\n");
            }
            Block::Table(table) => self.table(table),
            Block::Figures(figures) => self.figures(figures),
            Block::Callout(callout) => self.callout(callout),
            Block::PageBreak => self.out.push_str("<div class=\"break\"></div>\n"),
        }
    }

    fn heading(&mut self, heading: &'d Heading) {
        let (tag, style) = match heading.level {
            1 => (
                "h2",
                format!(
                    "margin:28px 0 10px;padding-top:10px;border-top:2px solid {ACCENT};font-size:21px;line-height:1.25"
                ),
            ),
            2 => ("h3", "margin:22px 0 6px;font-size:17px;line-height:1.3".to_owned()),
            _ => ("h4", format!("margin:14px 0 4px;font-size:14px;color:{SECONDARY}")),
        };
        let id =
            if self.seen.insert(&heading.id) { format!(" id=\"{}\"", attribute(&heading.id)) } else { String::new() };
        let _ = writeln!(self.out, "<{tag}{id} style=\"{style}\">{}</{tag}>", escape(&heading.text));
    }

    fn table(&mut self, table: &Table) {
        let stacked = table.stacked();
        self.out.push_str("<div class=\"wide\">\n");
        if !table.caption.is_empty() {
            let _ = writeln!(
                self.out,
                "<p style=\"margin:8px 0 4px;font-weight:600;font-size:13px\">{}</p>",
                escape(&table.caption)
            );
        }
        // what is the same of all cells is said once, in attributes, which mail programs keep: they cut long messages off
        self.out.push_str("<table cellpadding=\"6\" style=\"border-collapse:collapse;width:100%;margin:0 0 14px;font-size:13px;font-variant-numeric:tabular-nums\">\n");
        if table.columns.iter().any(|column| !column.head.is_empty()) {
            self.out.push_str("<thead><tr>");
            for (place, beneath) in &stacked {
                let Some(column) = table.columns.get(*place) else { continue };
                let heads = table.heads(beneath);
                let notes = if heads.is_empty() { String::new() } else { note(&escape(&heads)) };
                let _ = write!(
                    self.out,
                    "<th scope=\"col\" style=\"padding:5px 6px;border-bottom:1px solid {SECONDARY};background:#f0f0f4;text-align:{};font-size:12px;color:{SECONDARY}\">{}{notes}</th>",
                    side(column),
                    escape(&column.head)
                );
            }
            self.out.push_str("</tr></thead>\n");
        }
        self.out.push_str("<tbody>\n");
        for row in &table.rows {
            self.row(row, table, &stacked);
        }
        self.out.push_str("</tbody></table>\n</div>\n");
    }

    fn row(&mut self, row: &Row, table: &Table, stacked: &[(usize, Vec<usize>)]) {
        if row.kind == RowKind::Group {
            let words = row.cells.first().map_or_else(String::new, |cell| self.cell(cell));
            let _ = writeln!(
                self.out,
                "<tr><th colspan=\"{}\" scope=\"colgroup\" style=\"padding:9px 6px 3px;border-bottom:1px solid {RULE};text-align:left;font-weight:600\">{words}</th></tr>",
                stacked.len()
            );
            return;
        }
        let weight = if row.kind == RowKind::Total { ";font-weight:600" } else { "" };
        let _ = write!(self.out, "<tr valign=\"top\" style=\"border-bottom:1px solid {RULE}{weight}\">");
        for (place, beneath) in stacked {
            let (Some(cell), Some(column)) = (row.cells.get(*place), table.columns.get(*place)) else { continue };
            let words = match cell {
                Cell::Text(text) if column.is_number => self.kept(text),
                other if column.is_number => self.kept(&Text::from(other.words())),
                other => self.cell(other),
            };
            // apart by room alone: a sign between them would be left over where a line ends
            let apart = |text: &Text| format!("<span style=\"margin-left:6px\">{}</span>", self.kept(text));
            let notes: Vec<String> = table.notes(row, beneath).iter().map(apart).collect();
            let notes = if notes.is_empty() { String::new() } else { note(&notes.join(" ")) };
            let side = if column.is_number { " align=\"right\"" } else { "" };
            let _ = write!(self.out, "<td{side}>{words}{notes}</td>");
        }
        self.out.push_str("</tr>\n");
    }

    fn cell(&self, cell: &Cell) -> String {
        match cell {
            Cell::Text(text) => self.text(text),
            Cell::Status(status) => status_words(*status),
            other => escape(&other.words()),
        }
    }

    fn figures(&mut self, figures: &[Figure]) {
        let across = if figures.len() > 1 && figures.iter().all(|figure| figure.width < 400.0) { 2 } else { 1 };
        self.out
            .push_str("<table role=\"presentation\" style=\"border-collapse:collapse;width:100%;margin:0 0 10px\">\n");
        for row in figures.chunks(across) {
            self.out.push_str("<tr>");
            for figure in row {
                let _ = write!(
                    self.out,
                    "<td class=\"side\" style=\"width:{}%;padding:4px 12px 12px 0;vertical-align:top\"><figure style=\"margin:0\">\
                     <figcaption style=\"font-weight:600;font-size:13px\">{}</figcaption>{}\
                     <p style=\"margin:0;font-size:12px;color:{SECONDARY}\">{}</p></figure></td>",
                    100 / across,
                    escape(&figure.title),
                    picture(figure),
                    told(&figure.reading)
                );
            }
            self.out.push_str("</tr>\n");
        }
        self.out.push_str("</table>\n");
    }

    fn callout(&mut self, callout: &Callout) {
        let (edge, ground) = match callout.tone {
            Tone::Note => (ACCENT, "#f3f2fc"),
            Tone::Warning => (colour(Status::WithinTolerance), "#fdf5ea"),
            Tone::Alarm => (colour(Status::OffTarget), "#fbeff2"),
        };
        let _ = write!(
            self.out,
            "<div class=\"callout\" style=\"margin:0 0 14px;padding:10px 14px;border-left:4px solid {edge};background:{ground}\">"
        );
        if !callout.title.is_empty() {
            let _ = write!(self.out, "<p style=\"margin:0 0 2px;font-weight:600\">{}</p>", escape(&callout.title));
        }
        for text in &callout.text {
            let _ = write!(self.out, "<p style=\"margin:0 0 4px\">{}</p>", self.text(text));
        }
        self.out.push_str("</div>\n");
    }

    fn text(&self, text: &Text) -> String {
        text.0.iter().map(|span| self.span(span)).collect()
    }

    /// Text of which no piece is broken: lines break between pieces only.
    fn kept(&self, text: &Text) -> String {
        let pieces = text.0.iter().filter(|span| !span.words().is_empty()).map(|span| {
            // the blank before a piece is where a line may end
            let blank = if span.words().starts_with(' ') { " " } else { "" };
            format!("{blank}<span style=\"white-space:nowrap\">{}</span>", self.span(span).trim_start())
        });
        pieces.collect()
    }

    fn span(&self, span: &Span) -> String {
        let words = escape(span.words());
        match span {
            Span::Plain(_) => words,
            Span::Break => "<br>".to_owned(),
            Span::Strong(_) => format!("<strong>{words}</strong>"),
            Span::Emphasis(_) => format!("<em>{words}</em>"),
            Span::Code(_) => {
                format!("<code style=\"font-family:Menlo,Consolas,monospace;font-size:.92em\">{words}</code>")
            }
            Span::Link { to: Link::Heading(id), .. } if !self.ids.contains(id.as_str()) => words,
            Span::Link { to, .. } => {
                let address = match to {
                    Link::Heading(id) => format!("#{}", attribute(id)),
                    Link::Web(address) => attribute(address),
                };
                format!("<a href=\"{address}\" style=\"color:{ACCENT}\">{words}</a>")
            }
        }
    }
}

fn side(column: &Column) -> &'static str {
    if column.is_number { "right" } else { "left" }
}

/// Words beneath those of a cell.
fn note(words: &str) -> String {
    format!("<br><span style=\"font-size:11px;font-weight:400;color:{SECONDARY}\">{words}</span>")
}

/// Shape and word, in the colour of the status; the shape is never left alone at the end of a line.
fn status_words(status: Status) -> String {
    format!("<span style=\"color:{}\">{}&nbsp;{}</span>", colour(status), status.symbol(), escape(status.words()))
}

/// How much a picture grows at most where there is room.
const GROWTH: f64 = 1.75;

/// The picture, as wide as there is room.
fn picture(figure: &Figure) -> String {
    let most = (GROWTH * figure.width).round();
    let style = format!("width:100%;max-width:{most}px;height:auto;display:block");
    figure.svg.replacen("<svg ", &format!("<svg style=\"{style}\" "), 1)
}

/// What a picture says, in words. The blocks that draw it are seen where the picture is dropped: beside it they would be the
/// same again.
fn told(reading: &str) -> String {
    let is_block = |character: char| ('▁'..='█').contains(&character) || character == '·';
    match reading.split_once(' ') {
        Some((blocks, words)) if blocks.chars().all(is_block) => {
            format!("<span class=\"blocks\">{} </span>{}", escape(blocks), escape(words))
        }
        _ => escape(reading),
    }
}

/// Words within an element or an attribute.
fn escape(words: &str) -> String {
    let mut text = String::with_capacity(words.len());
    for character in words.chars() {
        match character {
            '&' => text.push_str("&amp;"),
            '<' => text.push_str("&lt;"),
            '>' => text.push_str("&gt;"),
            '"' => text.push_str("&quot;"),
            '\'' => text.push_str("&#39;"),
            '\0' => text.push('\u{fffd}'),
            other => text.push(other),
        }
    }
    text
}

/// Words of an attribute: as within an element, without what an address cannot hold.
fn attribute(words: &str) -> String {
    escape(words).replace(char::is_whitespace, "%20")
}

#[cfg(test)]
mod tests;
