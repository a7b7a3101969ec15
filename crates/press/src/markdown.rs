//! Markdown, as GitHub and most wikis read it. Words from data are escaped, so that they stay words.

use std::collections::HashSet;
use std::fmt::Write;

use scorecard::document::{Block, Callout, Cell, Document, Figure, Link, Row, RowKind, Span, Table, Text, Tone};

/// `document` as Markdown. Charts are told in text.
pub fn markdown(document: &Document) -> String {
    let ids: HashSet<&str> = document.headings().map(|heading| heading.id.as_str()).collect();
    let page = Page { ids };
    let mut out = format!("# {}\n\n", escape(&document.title));
    if !document.subtitle.is_empty() {
        let _ = write!(out, "{}\n\n", escape(&document.subtitle));
    }
    if !document.facts.is_empty() {
        let _ = writeln!(out, "| {} | |\n|---|---|", escape(&document.kind));
        for (name, value) in &document.facts {
            let _ = writeln!(out, "| {} | {} |", in_table(&escape(name)), in_table(&escape(value)));
        }
        out.push('\n');
    }
    if document.has_cover {
        out.push_str("**Contents**\n\n");
        for heading in document.headings().filter(|heading| heading.level <= 2) {
            let indent = if heading.level == 1 { "" } else { "  " };
            let _ = writeln!(out, "{indent}- [{}](#{})", escape(&heading.text), heading.id);
        }
        out.push('\n');
    }
    for block in &document.blocks {
        page.block(block, &mut out);
    }
    let mut text = out.trim_end().to_owned();
    text.push('\n');
    text
}

struct Page<'d> {
    /// Headings there are.
    ids: HashSet<&'d str>,
}

impl Page<'_> {
    fn block(&self, block: &Block, out: &mut String) {
        match block {
            Block::Heading(heading) => {
                let marks = "#".repeat(usize::from(heading.level) + 1);
                // an anchor of its own, as each reader of Markdown makes up others
                let _ = write!(out, "<a id=\"{}\"></a>\n\n{marks} {}\n\n", heading.id, escape(&heading.text));
            }
            Block::Paragraph(text) => {
                let _ = write!(out, "{}\n\n", self.text(text));
            }
            Block::List { is_ordered, items } => {
                for (place, item) in items.iter().enumerate() {
                    let mark = if *is_ordered { format!("{}.", place + 1) } else { "-".to_owned() };
                    let _ = writeln!(out, "{mark} {}", self.text(item));
                }
                out.push('\n');
            }
            Block::Definitions(terms) => {
                for (term, meaning) in terms {
                    let _ = writeln!(out, "- **{}**: {}", self.text(term), self.text(meaning));
                }
                out.push('\n');
            }
            Block::Table(table) => self.table(table, out),
            Block::Figures(figures) => {
                for Figure { title, reading, .. } in figures {
                    let _ = writeln!(out, "- {}: {}", escape(title), escape(reading));
                }
                out.push('\n');
            }
            Block::Callout(callout) => self.callout(callout, out),
            Block::PageBreak => {}
        }
    }

    fn table(&self, table: &Table, out: &mut String) {
        if !table.caption.is_empty() {
            let _ = write!(out, "**{}**\n\n", escape(&table.caption));
        }
        let heads: Vec<String> = table.columns.iter().map(|column| in_table(&escape(&column.head))).collect();
        let sides: Vec<&str> =
            table.columns.iter().map(|column| if column.is_number { "---:" } else { "---" }).collect();
        let _ = writeln!(out, "| {} |\n|{}|", heads.join(" | "), sides.join("|"));
        for row in &table.rows {
            let cells: Vec<String> = row.cells.iter().map(|cell| self.cell(cell, row)).collect();
            let empty = "| ".repeat(table.columns.len().saturating_sub(cells.len()));
            let _ = writeln!(out, "| {} {empty}|", cells.join(" | "));
        }
        out.push('\n');
    }

    fn cell(&self, cell: &Cell, row: &Row) -> String {
        let words = match cell {
            Cell::Text(text) => self.text(text),
            other => escape(&other.words()),
        };
        let words = in_table(&words);
        if row.kind == RowKind::Plain || words.is_empty() || words.contains("**") {
            words
        } else {
            format!("**{words}**")
        }
    }

    fn callout(&self, callout: &Callout, out: &mut String) {
        let kind = match callout.tone {
            Tone::Note => "NOTE",
            Tone::Warning => "WARNING",
            Tone::Alarm => "CAUTION",
        };
        let _ = writeln!(out, "> [!{kind}]");
        if !callout.title.is_empty() {
            let _ = writeln!(out, "> **{}**", escape(&callout.title));
        }
        for text in &callout.text {
            let _ = writeln!(out, ">\n> {}", self.text(text));
        }
        out.push('\n');
    }

    fn text(&self, text: &Text) -> String {
        text.0.iter().map(|span| self.span(span)).collect()
    }

    fn span(&self, span: &Span) -> String {
        let words = escape(span.words());
        // blanks inside the marks would make them stars
        let marked = |mark: &str| {
            let inner = words.trim();
            let (before, after) = words.split_once(inner).unwrap_or(("", ""));
            format!("{before}{mark}{inner}{mark}{after}")
        };
        match span {
            Span::Plain(_) => words,
            Span::Break => "<br>".to_owned(),
            _ if words.trim().is_empty() => words,
            Span::Strong(_) => marked("**"),
            Span::Emphasis(_) => marked("*"),
            Span::Code(code) => fenced(code),
            Span::Link { to: Link::Heading(id), .. } if !self.ids.contains(id.as_str()) => words,
            Span::Link { to: Link::Heading(id), .. } => format!("[{words}](#{id})"),
            Span::Link { to: Link::Web(address), .. } => {
                format!("[{words}](<{}>)", address.replace(['<', '>', '\n', '\r'], ""))
            }
        }
    }
}

/// Code between so many ticks that none of its own ends it.
fn fenced(code: &str) -> String {
    let code = code.replace(['\n', '\r'], " ");
    let longest = code.split(|character| character != '`').map(str::len).max().unwrap_or(0);
    let ticks = "`".repeat(longest + 1);
    let air = if code.starts_with('`') || code.ends_with('`') { " " } else { "" };
    format!("{ticks}{air}{code}{air}{ticks}")
}

/// A cell is one line without bars.
fn in_table(words: &str) -> String {
    // a bar that is escaped already stays as it is
    words.replace("\\|", "|").replace('|', "\\|").replace('\n', "<br>")
}

/// Words that stay words: what Markdown or HTML would read as markup is escaped.
fn escape(words: &str) -> String {
    let mut text = String::with_capacity(words.len());
    let mut is_start = true;
    for character in words.chars() {
        match character {
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' => {
                text.push('\\');
                text.push(character);
            }
            '<' => text.push_str("&lt;"),
            '>' => text.push_str("&gt;"),
            '&' => text.push_str("&amp;"),
            '#' | '+' | '-' | '=' if is_start => {
                text.push('\\');
                text.push(character);
            }
            '\r' => {}
            '\n' => text.push(' '),
            other => text.push(other),
        }
        is_start = is_start && character.is_whitespace();
    }
    // "1. " at the start would be a list
    let digits = text.chars().take_while(char::is_ascii_digit).count();
    let after = text[digits..].strip_prefix(['.', ')']);
    if digits > 0 && after.is_some_and(|after| after.is_empty() || after.starts_with(' ')) {
        text.insert(digits, '\\');
    }
    text
}

#[cfg(test)]
mod tests;
