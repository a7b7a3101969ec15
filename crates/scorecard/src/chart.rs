//! Small charts for print, as the text of SVG files: on white, in the colours and shapes of the page, the good side
//! tinted, the target dashed and labelled. The same input gives the same bytes.

mod bars;
mod bullet;
mod scale;
mod trend;

pub use bars::{Bar, bars};
pub use bullet::bullet;
pub use trend::{Pin, sparkline, trend};

use std::fmt::Write;

use crate::status::Status;

/// Colours on white.
mod ink {
    pub const TEXT: &str = "#17171f";
    pub const SECONDARY: &str = "#50505d";
    pub const TERTIARY: &str = "#676774";
    pub const GRID: &str = "#e4e4ea";
    pub const LINE: &str = "#4b45d6";
    pub const BAND: &str = "#dddcf7";
    pub const GOOD: &str = "#eaf6f6";
    pub const ON_TARGET: &str = "#0e8f94";
    pub const WITHIN_TOLERANCE: &str = "#c2740a";
    pub const OFF_TARGET: &str = "#a30d2d";
}

/// The colour of a status on white.
pub fn colour(status: Status) -> &'static str {
    match status {
        Status::OnTarget => ink::ON_TARGET,
        Status::WithinTolerance => ink::WITHIN_TOLERANCE,
        Status::OffTarget => ink::OFF_TARGET,
        Status::TooCloseToCall => ink::SECONDARY,
        Status::NoData => ink::TERTIARY,
    }
}

/// A picture that is being drawn.
struct Drawing {
    width: f64,
    height: f64,
    body: String,
}

/// Where a text begins, ends or has its middle.
#[derive(Clone, Copy)]
enum Anchor {
    Start,
    Middle,
    End,
}

/// How a text looks.
#[derive(Clone, Copy)]
struct Type {
    size: f64,
    is_bold: bool,
    colour: &'static str,
}

const SMALL: Type = Type { size: 9.0, is_bold: false, colour: ink::SECONDARY };
const LABEL: Type = Type { size: 9.0, is_bold: false, colour: ink::TEXT };
const VALUE: Type = Type { size: 10.0, is_bold: true, colour: ink::TEXT };

impl Drawing {
    fn new(width: f64, height: f64) -> Drawing {
        Drawing { width, height, body: String::new() }
    }

    fn rectangle(&mut self, (x, y): (f64, f64), (width, height): (f64, f64), fill: &str) {
        let (x, y, width, height) = (n(x), n(y), n(width.max(0.0)), n(height.max(0.0)));
        let _ = write!(self.body, r#"<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="{fill}"/>"#);
    }

    fn line(&mut self, from: (f64, f64), to: (f64, f64), stroke: &str, width: f64, is_dashed: bool) {
        let dashes = if is_dashed { r#" stroke-dasharray="4 3""# } else { "" };
        let (x1, y1, x2, y2) = (n(from.0), n(from.1), n(to.0), n(to.1));
        let _ = write!(
            self.body,
            r#"<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{stroke}" stroke-width="{}"{dashes}/>"#,
            n(width)
        );
    }

    /// A line through `points`, or an area within them.
    fn path(&mut self, points: &[(f64, f64)], stroke: Option<(&str, f64)>, fill: Option<&str>) {
        let mut data = String::new();
        for (place, (x, y)) in points.iter().enumerate() {
            let _ = write!(data, "{}{} {}", if place == 0 { "M" } else { "L" }, n(*x), n(*y));
        }
        if fill.is_some() {
            data.push('Z');
        }
        let stroke = stroke.map_or_else(String::new, |(colour, width)| {
            format!(r#" stroke="{colour}" stroke-width="{}" stroke-linejoin="round" stroke-linecap="round""#, n(width))
        });
        let _ = write!(self.body, r#"<path d="{data}" fill="{}"{stroke}/>"#, fill.unwrap_or("none"));
    }

    fn dot(&mut self, (x, y): (f64, f64), radius: f64, fill: &str, stroke: &str) {
        let (x, y, radius) = (n(x), n(y), n(radius));
        let _ = write!(
            self.body,
            r#"<circle cx="{x}" cy="{y}" r="{radius}" fill="{fill}" stroke="{stroke}" stroke-width="1"/>"#
        );
    }

    fn text(&mut self, (x, y): (f64, f64), words: &str, anchor: Anchor, look: Type) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let weight = if look.is_bold { r#" font-weight="600""# } else { "" };
        let (x, y, size) = (n(x), n(y), n(look.size));
        let _ = write!(
            self.body,
            r#"<text x="{x}" y="{y}" font-size="{size}" text-anchor="{anchor}" fill="{}"{weight}>{}</text>"#,
            look.colour,
            escape(words)
        );
    }

    /// The shape of a status: circle with tick, triangle, octagon with cross; dashed circle where it is too close to call.
    fn shape(&mut self, (x, y): (f64, f64), radius: f64, status: Status) {
        let fill = colour(status);
        let at = |dx: f64, dy: f64| (x + dx * radius, y + dy * radius);
        match status {
            Status::OnTarget => {
                self.dot((x, y), radius, fill, fill);
                self.path(&[at(-0.5, 0.05), at(-0.1, 0.45), at(0.5, -0.4)], Some(("#ffffff", 1.3)), None);
            }
            Status::WithinTolerance => self.path(&[at(0.0, -1.1), at(1.1, 0.85), at(-1.1, 0.85)], None, Some(fill)),
            Status::OffTarget => {
                let (long, short) = (1.05, 0.45);
                let corners = [
                    at(-short, -long),
                    at(short, -long),
                    at(long, -short),
                    at(long, short),
                    at(short, long),
                    at(-short, long),
                    at(-long, short),
                    at(-long, -short),
                ];
                self.path(&corners, None, Some(fill));
                self.path(&[at(-0.4, -0.4), at(0.4, 0.4)], Some(("#ffffff", 1.3)), None);
                self.path(&[at(-0.4, 0.4), at(0.4, -0.4)], Some(("#ffffff", 1.3)), None);
            }
            Status::TooCloseToCall => {
                let (x, y, radius) = (n(x), n(y), n(radius));
                let _ = write!(
                    self.body,
                    r##"<circle cx="{x}" cy="{y}" r="{radius}" fill="#ffffff" stroke="{fill}" stroke-width="1.3" stroke-dasharray="2 1.6"/>"##
                );
            }
            Status::NoData => self.dot((x, y), 0.7 * radius, "#ffffff", fill),
        }
    }

    /// The text of the file. `alt` is what a reader is told who cannot see it.
    fn finish(self, alt: &str) -> String {
        let (width, height) = (n(self.width), n(self.height));
        format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img" font-family="Inter, Helvetica, Arial, sans-serif"><title>{}</title>{}</svg>"#,
            escape(alt),
            self.body
        )
    }
}

/// A number of a picture: to the tenth, which is finer than print.
fn n(number: f64) -> String {
    let rounded = (10.0 * number).round() / 10.0;
    // never -0
    if rounded == 0.0 { "0".to_owned() } else { rounded.to_string() }
}

/// Words within SVG; characters that XML does not have are dropped.
fn escape(words: &str) -> String {
    let mut text = String::new();
    for character in words.chars() {
        match character {
            '&' => text.push_str("&amp;"),
            '<' => text.push_str("&lt;"),
            '>' => text.push_str("&gt;"),
            '"' => text.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => {}
            control if control.is_control() => text.push(' '),
            other => text.push(other),
        }
    }
    text
}

/// How wide `words` are in type of `size`, roughly: what fits is decided by it.
fn breadth(words: &str, size: f64) -> f64 {
    words
        .chars()
        .map(|character| match character {
            'i' | 'l' | 'j' | '.' | ',' | ' ' | '\'' | '|' => 0.3,
            'm' | 'w' | 'M' | 'W' | '%' => 0.9,
            upper if upper.is_uppercase() => 0.68,
            wide if u32::from(wide) > 0x2e80 => 1.0,
            _ => 0.58,
        })
        .sum::<f64>()
        * size
}

/// `words` cut to `width` in type of `size`.
fn fit(words: &str, width: f64, size: f64) -> String {
    if breadth(words, size) <= width {
        return words.to_owned();
    }
    let mut kept = String::new();
    for character in words.chars() {
        kept.push(character);
        if breadth(&kept, size) + size > width {
            break;
        }
    }
    format!("{}…", kept.trim_end())
}

#[cfg(test)]
mod tests;
