//! Scores side by side, from 0 on.

use super::scale::Scale;
use super::{Anchor, Drawing, LABEL, SMALL, Type, VALUE, fit, ink};
use crate::document::Figure;
use crate::words;

const WIDTH: f64 = 680.0;
const NAMES: f64 = 190.0;
const ROW: f64 = 20.0;
const TOP: f64 = 16.0;

/// One bar.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// What it is of.
    pub name: String,
    /// How long; none where it is not known.
    pub value: Option<f64>,
    /// Whether it is to be seen first.
    pub is_total: bool,
}

/// Scores from 0 to 120 as bars, with a dashed line at the target, 100, and where there is one at the `floor` below which
/// the total is capped.
pub fn bars(title: &str, of: &[Bar], floor: Option<f64>) -> Figure {
    let height = TOP + ROW * of.len() as f64 + 6.0;
    let mut drawing = Drawing::new(WIDTH, height);
    let across = Scale::new((0.0, 120.0), (NAMES, WIDTH - 40.0));
    let target = Type { colour: ink::ON_TARGET, ..SMALL };
    for (place, bar) in of.iter().enumerate() {
        let y = TOP + ROW * place as f64;
        let name = if bar.is_total { VALUE } else { LABEL };
        drawing.text((NAMES - 8.0, y + 13.0), &fit(&bar.name, NAMES - 12.0, name.size), Anchor::End, name);
        let Some(value) = bar.value else {
            drawing.text((NAMES + 4.0, y + 13.0), "no score", Anchor::Start, SMALL);
            continue;
        };
        let fill = if bar.is_total { ink::LINE } else { "#8f8be6" };
        let end = across.at(value);
        drawing.rectangle((NAMES, y + 4.0), (end - NAMES, ROW - 8.0), fill);
        drawing.text((end + 5.0, y + 13.5), &words::score(value), Anchor::Start, VALUE);
    }
    drawing.line((NAMES, TOP - 2.0), (NAMES, height - 4.0), ink::SECONDARY, 0.8, false);
    drawing.line((across.at(100.0), TOP - 2.0), (across.at(100.0), height - 4.0), ink::ON_TARGET, 1.0, true);
    drawing.text((across.at(100.0), TOP - 5.0), "target 100", Anchor::Middle, target);
    if let Some(floor) = floor {
        drawing.line((across.at(floor), TOP - 2.0), (across.at(floor), height - 4.0), ink::OFF_TARGET, 0.8, true);
        let look = Type { colour: ink::OFF_TARGET, ..SMALL };
        drawing.text((across.at(floor), TOP - 5.0), &format!("floor {}", words::written(floor)), Anchor::Middle, look);
    }
    let of_one = |bar: &Bar| format!("{} {}", bar.name, bar.value.map_or_else(|| "no score".to_owned(), words::score));
    let reading = of.iter().map(of_one).collect::<Vec<_>>().join(" · ");
    let alt = format!("{title}: {reading}; 100 is the target");
    Figure { svg: drawing.finish(&alt), width: WIDTH, alt, title: title.to_owned(), reading }
}
