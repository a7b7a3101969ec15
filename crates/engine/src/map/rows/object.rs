//! One JSON object → its values by dotted name. `serde_json` says whether the line is JSON; what is cut out here are
//! slices of it, so that a number keeps its digits (a 20-digit id is not a float) and an array stays as it is written.

use std::borrow::Cow;

use serde::de::IgnoredAny;

use super::super::value::Unreadable;

/// Objects inside objects, at most.
const DEPTH_MAX: usize = 32;

/// Calls `visit` with the dotted name and the JSON text of every value in `line` that is not an object.
///
/// # Errors
/// Where the line is not one JSON object, or objects are nested too deep, or `visit` fails.
pub(super) fn members(
    line: &str,
    visit: &mut dyn FnMut(&str, &str) -> Result<(), Unreadable>,
) -> Result<(), Unreadable> {
    serde_json::from_str::<IgnoredAny>(line)
        .map_err(|error| Unreadable::new("not_json", format!("not valid JSON: {}", short(&error))))?;
    if !line.trim_start().starts_with('{') {
        return Err(Unreadable::new("not_an_object", "a JSON value that is not an object"));
    }
    Scan { text: line, at: 0 }.object(&mut String::new(), 0, visit)
}

/// The text of a JSON value: that of a string without quotes and escapes, `None` for null, any other as written.
pub(super) fn text(value: &str) -> Result<Option<Cow<'_, str>>, Unreadable> {
    if value == "null" {
        return Ok(None);
    }
    let Some(inner) = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else {
        return Ok(Some(Cow::Borrowed(value)));
    };
    if !inner.contains('\\') {
        return Ok(Some(Cow::Borrowed(inner)));
    }
    let unescaped: String = serde_json::from_str(value)
        .map_err(|error| Unreadable::new("not_json", format!("not valid JSON: {}", short(&error))))?;
    if unescaped.contains('\0') {
        return Err(Unreadable::new("nul_byte", "a NUL character in the text"));
    }
    Ok(Some(Cow::Owned(unescaped)))
}

/// The byte behind the string that opens at `at`, its quotes included; `None` where it may go on behind `text`.
pub(super) fn string_end(text: &[u8], at: usize) -> Option<usize> {
    let mut at = at + 1;
    loop {
        at += memchr::memchr2(b'"', b'\\', text.get(at..)?)?;
        if text[at] == b'"' {
            return Some(at + 1);
        }
        at += 2;
    }
}

/// Without the line number, which is always 1.
fn short(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.split_once(" at line ") {
        Some((what, _)) => format!("{what} at character {}", error.column()),
        None => text,
    }
}

/// Walks over text that is known to be valid JSON.
struct Scan<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scan<'a> {
    fn object(
        &mut self,
        prefix: &mut String,
        depth: usize,
        visit: &mut dyn FnMut(&str, &str) -> Result<(), Unreadable>,
    ) -> Result<(), Unreadable> {
        if depth > DEPTH_MAX {
            return Err(Unreadable::new("too_deep", format!("objects nested more than {DEPTH_MAX} deep")));
        }
        self.space();
        self.at += 1;
        loop {
            self.space();
            match self.peek() {
                Some(b'"') => {}
                Some(b',') => {
                    self.at += 1;
                    continue;
                }
                _ => {
                    self.at += 1;
                    return Ok(());
                }
            }
            let key = text(self.string())?.unwrap_or_default();
            self.space();
            self.at += 1;
            self.space();
            let length = prefix.len();
            prefix.push_str(&key);
            if self.peek() == Some(b'{') {
                prefix.push('.');
                self.object(prefix, depth + 1, visit)?;
            } else {
                visit(prefix, self.value())?;
            }
            prefix.truncate(length);
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    fn since(&self, start: usize) -> &'a str {
        self.text.get(start..self.at.min(self.text.len())).unwrap_or_default()
    }

    /// A string with its quotes.
    fn string(&mut self) -> &'a str {
        let start = self.at;
        self.at = string_end(self.text.as_bytes(), start).unwrap_or(self.text.len());
        self.since(start)
    }

    /// A string, number, word or array, as written.
    fn value(&mut self) -> &'a str {
        let start = self.at;
        match self.peek() {
            Some(b'"') => return self.string(),
            Some(b'[') => {
                let mut open = 0_usize;
                while let Some(byte) = self.peek() {
                    match byte {
                        b'"' => {
                            self.string();
                            continue;
                        }
                        b'[' | b'{' => open += 1,
                        b']' | b'}' => open = open.saturating_sub(1),
                        _ => {}
                    }
                    self.at += 1;
                    if open == 0 {
                        break;
                    }
                }
            }
            _ => {
                while self.peek().is_some_and(|byte| !matches!(byte, b',' | b'}') && !byte.is_ascii_whitespace()) {
                    self.at += 1;
                }
            }
        }
        self.since(start)
    }
}
