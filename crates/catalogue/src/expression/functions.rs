//! The functions and types people may name.

use model::FieldType;

use super::Function;

/// As fewest arguments: one or more.
pub(super) const VARIADIC: usize = usize::MAX;
const TEXT: FieldType = FieldType::Text;
const INTEGER: FieldType = FieldType::Integer;
const NUMBER: FieldType = FieldType::Number;

/// Name, function, fewest arguments, types, how it is written, what it gives; no types means any, all alike.
type Declared = (&'static str, Function, usize, &'static [FieldType], &'static str, &'static str);

/// Every function.
pub(super) const FUNCTIONS: &[Declared] = &[
    ("coalesce", Function::Coalesce, 1, &[], "coalesce(a, b, …)", "the first of its arguments that is known"),
    ("nullif", Function::NullIf, 2, &[], "nullif(a, b)", "a, but nothing where it equals b"),
    ("lower", Function::Lower, 1, &[TEXT], "lower(text)", "in small letters"),
    ("upper", Function::Upper, 1, &[TEXT], "upper(text)", "in capital letters"),
    ("trim", Function::Trim, 1, &[TEXT], "trim(text)", "without spaces at both ends"),
    (
        "concat",
        Function::Concat,
        VARIADIC,
        &[TEXT],
        "concat(a, b, …)",
        "texts one after another; what is not known adds nothing",
    ),
    ("length", Function::Length, 1, &[TEXT], "length(text)", "number of characters"),
    ("left", Function::Left, 2, &[TEXT, INTEGER], "left(text, n)", "the first n characters"),
    ("right", Function::Right, 2, &[TEXT, INTEGER], "right(text, n)", "the last n characters"),
    ("lpad", Function::Lpad, 3, &[TEXT, INTEGER, TEXT], "lpad(text, n, fill)", "filled up to n characters on the left"),
    (
        "split_part",
        Function::SplitPart,
        3,
        &[TEXT, TEXT, INTEGER],
        "split_part(text, delimiter, n)",
        "the n-th part, from 1",
    ),
    (
        "replace",
        Function::Replace,
        3,
        &[TEXT, TEXT, TEXT],
        "replace(text, from, to)",
        "with every occurrence of one text replaced by another",
    ),
    ("starts_with", Function::StartsWith, 2, &[TEXT, TEXT], "starts_with(text, start)", "whether it begins so"),
    ("contains", Function::Contains, 2, &[TEXT, TEXT], "contains(text, part)", "whether the part is in it"),
    (
        "regexp_like",
        Function::RegexpLike,
        2,
        &[TEXT, TEXT],
        "regexp_like(text, pattern)",
        "whether the pattern is found in it",
    ),
    (
        "regexp_replace",
        Function::RegexpReplace,
        3,
        &[TEXT, TEXT, TEXT],
        "regexp_replace(text, pattern, to)",
        "with what the pattern finds replaced",
    ),
    ("abs", Function::Abs, 1, &[], "abs(a)", "without its sign"),
    ("least", Function::Least, 1, &[], "least(a, b, …)", "the smallest"),
    ("greatest", Function::Greatest, 1, &[], "greatest(a, b, …)", "the greatest"),
    (
        "power",
        Function::Power,
        2,
        &[NUMBER, NUMBER],
        "power(x, y)",
        "x to the power of y; to four decimals, but in the formula of a derived metric",
    ),
    (
        "reopened_within",
        Function::ReopenedWithin,
        3,
        &[TEXT, FieldType::Duration, FieldType::Duration],
        "reopened_within(reopenings, window, thank_you)",
        "whether one of the reopenings, as the column of that name lists them, came within the window and stayed open for longer than the thank-you; false where there are none",
    ),
    (
        "business_day_end",
        Function::BusinessDayEnd,
        3,
        &[FieldType::Time, INTEGER, TEXT],
        "business_day_end(time, days, calendar)",
        "the end of the days-th business day after the one on which the time falls, in that schedule; in metric files only",
    ),
];

/// How every function is written and what it gives, for the reference.
pub fn functions() -> impl Iterator<Item = (&'static str, &'static str)> {
    FUNCTIONS.iter().map(|(.., written, meaning)| (*written, *meaning))
}

/// The type a cast names; SQL's usual names are understood.
pub(super) fn cast_type(name: &str) -> Option<FieldType> {
    match name {
        "int" | "bigint" => Some(FieldType::Integer),
        "decimal" | "numeric" => Some(FieldType::Number),
        "bool" => Some(FieldType::Boolean),
        "varchar" => Some(FieldType::Text),
        "timestamp" => Some(FieldType::Time),
        _ => FieldType::parse(name),
    }
}
