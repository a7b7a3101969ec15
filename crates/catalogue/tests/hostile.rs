//! Expressions and metric files changed at random: the bodies of the fuzz targets over a few thousand seeded cases.

#[path = "../../../fuzz/bodies/expression.rs"]
mod expression;
#[path = "../../../fuzz/bodies/metric.rs"]
mod metric;
#[path = "../../../fuzz/bodies/mutate.rs"]
mod mutate;

use mutate::{Dice, corpus, mutate};

fn check(folder: &str, words: &[&str], cases: usize, body: fn(&str)) {
    let seeds = corpus(folder);
    assert!(seeds.len() >= 4, "{folder} has seeds");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    seeds.iter().for_each(|seed| body(&text(seed)));
    let mut dice = Dice::new(7);
    for _ in 0..cases {
        let mut bytes = seeds[dice.below(seeds.len())].clone();
        mutate(&mut bytes, &seeds, words, &mut dice);
        body(&text(&bytes));
    }
}

#[test]
fn expressions_changed_at_random() {
    let words = [
        " and ",
        " or ",
        " not ",
        "(",
        ")",
        "((((((((",
        "'",
        "\"",
        "$limit",
        "case when ",
        " then ",
        " end",
        " is null",
        " in (",
        "cast(",
        " as integer)",
        "1e400",
        "9999999999999999999",
        "- - -",
        "/*",
        "--",
        "é",
        "\n",
        " between ",
    ];
    check("expression", &words, 6000, expression::check);
}

#[test]
fn metric_files_changed_at_random() {
    let words = [
        "\n",
        "[",
        "]",
        "[[",
        "]]",
        "{",
        "}",
        "=",
        "\"",
        "\"\"\"",
        "'",
        "\\",
        "[measure]\n",
        "[[example]]\n",
        "nan",
        "inf",
        "1e400",
        "-9223372036854775808",
        "9999999999999999999",
        "2026-02-30",
        "true",
        "a.b = 1\n",
        "é",
        "\u{0}",
        "# ",
    ];
    check("metric", &words, 2000, metric::check);
}
