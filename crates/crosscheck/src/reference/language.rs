//! Expressions and kinds of measure.

use std::fmt::Write;

use catalogue::expression::functions;
use catalogue::metric::shape::METRIC;
use catalogue::metric::{MeasureKind, SmallSample};

use super::{cell, code};

pub fn expressions() -> String {
    let mut text = "# Expressions\n\nSQL's scalar syntax, over the columns of a file in sources, over the columns of a fact table in metrics and `--where`. `$NAME` is a parameter of the metric.\n\n\
        | written | meaning |\n|---|---|\n\
        | `'text'`, `12`, `1.5`, `true`, `null` | values |\n\
        | `+ - * /` | arithmetic; a time and a duration make a time, two times a duration; a number beside a duration is in seconds |\n\
        | `= <> < <= > >=`, `between`, `in (…)`, `like` | comparisons |\n\
        | `is null`, `is not null` | whether something is known |\n\
        | `and`, `or`, `not` | logic; of what is not known nothing is known, and a row of which a condition is not known does not count |\n\
        | `case when … then … else … end` | choice |\n\
        | `cast(… as TYPE)` | another type: text, integer, number, boolean, time, duration |\n\n\
        ## Functions\n\n| function | gives |\n|---|---|\n"
        .to_owned();
    for (written, meaning) in functions() {
        let _ = writeln!(text, "| {} | {} |", code(written), cell(meaning));
    }
    text
}

pub fn measures() -> String {
    let mut text = "# Kinds of measure\n\nEvery kind but `derived` names a `table`, a time `at`, and may have a `population` and `matures`. The other parts are its own.\n".to_owned();
    let keys = METRIC.keys("measure");
    for kind in MeasureKind::ALL {
        let (margin, small) = kind.defaults();
        let small = match small {
            SmallSample::Count { hide_below, low_below } => {
                format!("hide_below = {hide_below}, low_below = {low_below}")
            }
            SmallSample::Quantile { tail, least } => format!("tail = {tail}, least = {least}"),
            SmallSample::Ledger { provisional_below } => format!("provisional_below = {provisional_below}"),
        };
        let _ = write!(
            text,
            "\n## {}\n\n{}. Margin `{}`; small sample `{small}`.\n",
            kind.name(),
            kind.meaning(),
            margin.name()
        );
        let parts: Vec<_> = kind.parts().collect();
        if !parts.is_empty() {
            text.push_str("\n| part | takes | must be there | meaning |\n|---|---|---|---|\n");
        }
        for (name, must) in parts {
            let key = keys.iter().find(|key| key.name == name);
            let (takes, meaning) = key.map_or(("", ""), |key| (key.takes, key.meaning));
            let must = if must { "yes" } else { "" };
            let _ = writeln!(text, "| {} | {} | {must} | {} |", code(name), cell(takes), cell(meaning));
        }
    }
    text
}

pub fn undocumented() -> Vec<String> {
    let bare = functions().filter(|(written, meaning)| written.is_empty() || meaning.is_empty());
    let mut missing: Vec<String> = bare.map(|(written, _)| format!("function {written}")).collect();
    missing.extend(MeasureKind::ALL.iter().filter(|kind| kind.meaning().is_empty()).map(|kind| kind.name().to_owned()));
    missing
}
