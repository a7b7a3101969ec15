//! The functions and types people may name.

use model::FieldType;

use super::Function;

/// As fewest arguments: one or more.
pub(super) const VARIADIC: usize = usize::MAX;
const TEXT: FieldType = FieldType::Text;
const INTEGER: FieldType = FieldType::Integer;

/// Name, function, fewest arguments, types; no types means any, all alike.
pub(super) const FUNCTIONS: &[(&str, Function, usize, &[FieldType])] = &[
    ("coalesce", Function::Coalesce, 1, &[]),
    ("nullif", Function::NullIf, 2, &[]),
    ("lower", Function::Lower, 1, &[TEXT]),
    ("upper", Function::Upper, 1, &[TEXT]),
    ("trim", Function::Trim, 1, &[TEXT]),
    ("concat", Function::Concat, VARIADIC, &[TEXT]),
    ("length", Function::Length, 1, &[TEXT]),
    ("left", Function::Left, 2, &[TEXT, INTEGER]),
    ("right", Function::Right, 2, &[TEXT, INTEGER]),
    ("lpad", Function::Lpad, 3, &[TEXT, INTEGER, TEXT]),
    ("split_part", Function::SplitPart, 3, &[TEXT, TEXT, INTEGER]),
    ("replace", Function::Replace, 3, &[TEXT, TEXT, TEXT]),
    ("starts_with", Function::StartsWith, 2, &[TEXT, TEXT]),
    ("contains", Function::Contains, 2, &[TEXT, TEXT]),
    ("regexp_like", Function::RegexpLike, 2, &[TEXT, TEXT]),
    ("regexp_replace", Function::RegexpReplace, 3, &[TEXT, TEXT, TEXT]),
    ("abs", Function::Abs, 1, &[]),
    ("least", Function::Least, 1, &[]),
    ("greatest", Function::Greatest, 1, &[]),
    ("business_day_end", Function::BusinessDayEnd, 3, &[FieldType::Time, INTEGER, TEXT]),
];

/// Every function's name, for the reference.
pub fn function_names() -> impl Iterator<Item = &'static str> {
    FUNCTIONS.iter().map(|(name, ..)| *name)
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
