//! A document as the JSON that the template reads.

use std::collections::HashSet;

use scorecard::document::{Block, Cell, Document, Link, RowKind, Span, Table, Text, Tone};
use serde_json::{Value, json};

use super::Setting;

/// `document` for the template, and how it is to be set.
pub(super) fn json(document: &Document, setting: Setting) -> Value {
    let ids: HashSet<&str> = document.headings().map(|heading| heading.id.as_str()).collect();
    let mut data = Data { ids, seen: HashSet::new() };
    let next = document.blocks.iter().skip(1).map(Some).chain([None]);
    let blocks: Vec<Value> = document.blocks.iter().zip(next).map(|(block, next)| data.block(block, next)).collect();
    json!({
        "kind": document.kind,
        "title": document.title,
        "subtitle": document.subtitle,
        "facts": document.facts,
        "about": document.about,
        "cover": document.has_cover,
        "size": setting.size,
        "air": setting.air,
        "blocks": blocks,
    })
}

struct Data<'d> {
    /// Headings there are.
    ids: HashSet<&'d str>,
    /// Headings so far: a name leads to the first that has it.
    seen: HashSet<&'d str>,
}

impl<'d> Data<'d> {
    /// One block; a paragraph that introduces what is `next` stays with it.
    fn block(&mut self, block: &'d Block, next: Option<&Block>) -> Value {
        match block {
            Block::Heading(heading) => {
                let id = self.seen.insert(&heading.id).then(|| label(&heading.id));
                json!({ "block": "heading", "level": heading.level.clamp(1, 3), "text": heading.text, "id": id })
            }
            Block::Paragraph(text) => {
                let keep = matches!(
                    next,
                    Some(Block::Table(_) | Block::Figures(_) | Block::List { .. } | Block::Definitions(_))
                );
                json!({ "block": "paragraph", "text": self.text(text), "keep": keep })
            }
            Block::List { is_ordered, items } => {
                let items: Vec<Value> = items.iter().map(|item| self.text(item)).collect();
                json!({ "block": "list", "ordered": is_ordered, "items": items })
            }
            Block::Definitions(terms) => {
                let terms: Vec<Value> =
                    terms.iter().map(|(term, meaning)| json!([self.text(term), self.text(meaning)])).collect();
                json!({ "block": "definitions", "terms": terms })
            }
            Block::Table(table) => self.table(table),
            Block::Figures(figures) => {
                let narrow = figures.iter().all(|figure| figure.width < 400.0);
                let figures: Vec<Value> = figures
                    .iter()
                    .map(|figure| json!({ "title": figure.title, "svg": figure.svg, "alt": figure.alt }))
                    .collect();
                json!({ "block": "figures", "narrow": narrow, "figures": figures })
            }
            Block::Callout(callout) => {
                let tone = match callout.tone {
                    Tone::Note => "note",
                    Tone::Warning => "warning",
                    Tone::Alarm => "alarm",
                };
                let text: Vec<Value> = callout.text.iter().map(|text| self.text(text)).collect();
                json!({ "block": "callout", "tone": tone, "title": callout.title, "text": text })
            }
            Block::PageBreak => json!({ "block": "pagebreak" }),
        }
    }

    fn table(&self, table: &Table) -> Value {
        let stacked = table.stacked();
        let columns: Vec<Value> = stacked
            .iter()
            .filter_map(|(place, beneath)| Some((table.columns.get(*place)?, beneath)))
            .map(|(column, beneath)| {
                let notes = table.heads(beneath);
                json!({ "head": column.head, "number": column.is_number, "share": column.share, "notes": notes })
            })
            .collect();
        let rows: Vec<Value> = table
            .rows
            .iter()
            .map(|row| {
                let kind = match row.kind {
                    RowKind::Plain => "plain",
                    RowKind::Group => "group",
                    RowKind::Total => "total",
                };
                let cells = stacked.iter().filter_map(|(place, beneath)| {
                    let notes: Vec<Value> = table.notes(row, beneath).iter().map(|note| self.text(note)).collect();
                    let mut cell = self.cell(row.cells.get(*place)?);
                    cell["notes"] = Value::Array(notes);
                    Some(cell)
                });
                json!({ "kind": kind, "cells": cells.collect::<Vec<_>>() })
            })
            .collect();
        json!({ "block": "table", "caption": table.caption, "columns": columns, "rows": rows })
    }

    fn cell(&self, cell: &Cell) -> Value {
        match cell {
            Cell::Text(text) => json!({ "text": self.text(text) }),
            Cell::Status(status) => json!({ "status": status, "words": status.words() }),
            other => json!({ "text": [{ "span": "plain", "words": other.words() }] }),
        }
    }

    fn text(&self, text: &Text) -> Value {
        text.0.iter().map(|span| self.span(span)).collect()
    }

    fn span(&self, span: &Span) -> Value {
        let words = span.words();
        match span {
            Span::Strong(_) => json!({ "span": "strong", "words": words }),
            Span::Emphasis(_) => json!({ "span": "emphasis", "words": words }),
            Span::Code(_) => json!({ "span": "code", "words": words }),
            Span::Link { to: Link::Heading(id), .. } if self.ids.contains(id.as_str()) => {
                json!({ "span": "heading", "words": words, "to": label(id) })
            }
            Span::Link { to: Link::Web(address), .. } => json!({ "span": "web", "words": words, "to": address }),
            Span::Break => json!({ "span": "break", "words": words }),
            Span::Plain(_) | Span::Link { .. } => json!({ "span": "plain", "words": words }),
        }
    }
}

/// The name of a heading for the typesetter, apart from those of the template.
fn label(id: &str) -> String {
    format!("at-{id}")
}
