//! Reading one cell of text as a value of a field's type, in the manner its source file states.

mod duration;
mod number;
mod time;

use model::FieldType;

pub(super) use duration::duration;
pub(super) use number::{Marks, integer, number};
pub(super) use time::{Bound, TimeReader, UnusableFormat};

/// Why a cell could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unreadable {
    /// Stable name of the kind of problem.
    pub code: &'static str,
    /// What is wrong with it, and what would be valid.
    pub reason: String,
}

impl Unreadable {
    pub(super) fn new(code: &'static str, reason: impl Into<String>) -> Self {
        Unreadable { code, reason: reason.into() }
    }
}

/// The words for true and false, in any case.
pub(super) fn boolean(text: &str) -> Result<bool, Unreadable> {
    let is = |words: [&str; 5]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    if is(["true", "t", "yes", "y", "1"]) {
        Ok(true)
    } else if is(["false", "f", "no", "n", "0"]) {
        Ok(false)
    } else {
        let valid = "true, false, yes, no, t, f, y, n, 1 or 0";
        Err(Unreadable::new(
            "bad_boolean",
            format!("{} is not {}: valid: {valid}", shown(text), FieldType::Boolean.name()),
        ))
    }
}

/// A cell in a message: quoted, with invisible characters made visible, and not longer than a line.
pub(super) fn shown(text: &str) -> String {
    const SHOWN_MAX: usize = 60;
    let mut short: String = text.chars().take(SHOWN_MAX).flat_map(char::escape_debug).collect();
    if text.chars().nth(SHOWN_MAX).is_some() {
        short.push('…');
    }
    format!("\"{short}\"")
}
