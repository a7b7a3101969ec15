//! The files of a workspace, key by key.

use std::fmt::Write;

use catalogue::shape::{FileShape, TableShape};

use super::{cell, code};

pub fn page(shapes: &[&FileShape]) -> String {
    let mut text = "# Files of a workspace\n\nAll of them are TOML. A key that is not here is refused, with its place and what would be valid; `crosscheck check` reads them all.\n".to_owned();
    for shape in shapes {
        let _ = write!(text, "\n## {}\n\n{}\n", shape.name, shape.meaning);
        for table in shape.tables {
            let _ = write!(text, "\n{}", keys(table));
        }
    }
    text
}

fn keys(table: &TableShape) -> String {
    let mut text = String::new();
    if !table.path.is_empty() {
        let (open, close) = if table.repeats { ("[[", "]]") } else { ("[", "]") };
        let _ = write!(text, "### `{open}{}{close}`\n\n{}\n", table.path.replace('*', "NAME"), table.meaning);
        if table.keys.is_empty() {
            return text;
        }
        text.push('\n');
    }
    text.push_str("| key | takes | without it | meaning |\n|---|---|---|---|\n");
    for key in table.keys {
        let default = key.default.map_or_else(|| "refused".to_owned(), cell);
        let _ = writeln!(text, "| {} | {} | {default} | {} |", code(key.name), cell(key.takes), cell(key.meaning));
    }
    text
}
