use super::*;
use crate::fixture::document;

#[test]
fn every_block_in_markdown() {
    insta::assert_snapshot!(markdown(&document()), @"");
}

#[test]
fn code_ends_where_it_ends() {
    let check = |code: &str, expected: &str| assert_eq!(fenced(code), expected, "{code}");
    check("a", "`a`");
    check("a `b`", "`` a `b` ``");
    check("a ``b`` c", "```a ``b`` c```");
}

#[test]
fn beginnings_of_lines_are_no_markup() {
    let check = |words: &str, expected: &str| assert_eq!(escape(words), expected, "{words}");
    check("# a", "\\# a");
    check("a # b", "a # b");
    check("12. a", "12\\. a");
    check("1.5 h", "1.5 h");
    check("a_b*c", "a\\_b\\*c");
    check("<b>", "&lt;b&gt;");
}
