//! What a file people write may hold: its tables and their keys. The parser refuses what is not declared here, and the
//! reference is written from it.

/// A kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileShape {
    /// Where it lies in a workspace, as `sources/NAME.toml`.
    pub name: &'static str,
    /// What it is for.
    pub meaning: &'static str,
    /// Its tables, the top one first.
    pub tables: &'static [TableShape],
}

/// A table of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableShape {
    /// Path from the top, which is `""`; `*` stands for a name of people's own, as in `variants.*`.
    pub path: &'static str,
    /// Whether there may be several, as `[[record]]`.
    pub repeats: bool,
    /// What it holds.
    pub meaning: &'static str,
    /// Its keys; none where they are names of people's own.
    pub keys: &'static [Key],
}

/// A key of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// What it takes, in words.
    pub takes: &'static str,
    /// What counts where it is not there; none where it must be.
    pub default: Option<&'static str>,
    /// What it does.
    pub meaning: &'static str,
}

/// A key that must be there.
pub const fn required(name: &'static str, takes: &'static str, meaning: &'static str) -> Key {
    Key { name, takes, default: None, meaning }
}

/// A key that need not be there.
pub const fn optional(name: &'static str, takes: &'static str, default: &'static str, meaning: &'static str) -> Key {
    Key { name, takes, default: Some(default), meaning }
}

/// A table of which there is one.
pub const fn table(path: &'static str, meaning: &'static str, keys: &'static [Key]) -> TableShape {
    TableShape { path, repeats: false, meaning, keys }
}

/// A table of which there may be several.
pub const fn tables(path: &'static str, meaning: &'static str, keys: &'static [Key]) -> TableShape {
    TableShape { path, repeats: true, meaning, keys }
}

impl FileShape {
    /// The keys of the table at `path`; none where there is no such table.
    pub fn keys(&self, path: &str) -> &'static [Key] {
        self.tables.iter().find(|table| table.path == path).map_or(&[], |table| table.keys)
    }

    /// What lacks a meaning, as `sources/NAME.toml read.format`.
    pub fn undocumented(&self) -> Vec<String> {
        let mut missing = Vec::new();
        let mut need = |texts: &[&str], what: &str| {
            if texts.iter().any(|text| text.trim().is_empty()) {
                missing.push(format!("{} {what}", self.name).trim_end().to_owned());
            }
        };
        need(&[self.meaning], "");
        for table in self.tables {
            // the top table is what the file is for
            if !table.path.is_empty() {
                need(&[table.meaning], table.path);
            }
            for key in table.keys {
                let path =
                    if table.path.is_empty() { key.name.to_owned() } else { format!("{}.{}", table.path, key.name) };
                need(&[key.takes, key.meaning, key.default.unwrap_or("required")], &path);
            }
        }
        missing
    }
}

/// Every kind of file that is declared in this crate, in the order of the reference.
pub const FILES: &[&FileShape] = &[
    &crate::workspace::shape::SETTINGS,
    &crate::workspace::shape::CALENDAR,
    &crate::workspace::shape::HOLIDAYS,
    &crate::source::shape::SOURCE,
    &crate::metric::shape::METRIC,
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::MeasureKind;
    use crate::plan::kind_parts;

    #[test]
    fn every_part_of_a_measure_is_a_key_of_it() {
        let keys = crate::metric::shape::METRIC.keys("measure");
        for kind in MeasureKind::ALL {
            for part in kind_parts(kind) {
                assert!(keys.iter().any(|key| key.name == part.name), "{} of a {}", part.name, kind.name());
            }
        }
    }

    #[test]
    fn what_has_no_meaning_is_named() {
        const SHAPE: FileShape = FileShape {
            name: "x.toml",
            meaning: "a file",
            tables: &[table("", "top", &[required("good", "text", "fine"), optional("bad", "text", "", "")])],
        };
        assert_eq!(SHAPE.undocumented(), ["x.toml bad"]);
        assert_eq!(FILES.iter().flat_map(|file| file.undocumented()).collect::<Vec<_>>(), Vec::<String>::new());
    }
}
