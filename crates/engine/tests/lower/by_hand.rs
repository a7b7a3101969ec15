//! Expressions and what they mean, by hand.

use std::collections::BTreeMap;

use catalogue::expression::{Scope, Value, resolve, show};

use super::{batch, by_engine, by_evaluator, columns, sample};

/// Each expression with its value for the three rows of [`sample`].
const CASES: &[(&str, [&str; 3])] = &[
    // columns and constants
    ("text_a", ["Ärger im Büro", "50%_\\x", "null"]),
    ("null", ["null", "null", "null"]),
    ("'x'", ["x", "x", "x"]),
    ("1.25", ["1.25", "1.25", "1.25"]),
    ("-7", ["-7", "-7", "-7"]),
    // three-valued logic
    ("not boolean_a", ["false", "true", "null"]),
    ("boolean_a and boolean_b", ["false", "false", "null"]),
    ("boolean_a or boolean_b", ["true", "false", "null"]),
    ("boolean_a and false", ["false", "false", "false"]),
    ("boolean_a or true", ["true", "true", "true"]),
    ("boolean_a is true", ["true", "false", "false"]),
    ("boolean_a is not true", ["false", "true", "true"]),
    ("boolean_b is false", ["true", "true", "false"]),
    ("text_a is null", ["false", "false", "true"]),
    ("text_a is not null", ["true", "true", "false"]),
    ("(integer_a = integer_b) is null", ["false", "false", "true"]),
    // comparisons
    ("text_a = 'Ärger im Büro'", ["true", "false", "null"]),
    ("text_a <> 'Ärger im Büro'", ["false", "true", "null"]),
    ("text_a <> text_b", ["true", "true", "null"]),
    ("text_a = null", ["null", "null", "null"]),
    ("integer_a > integer_b", ["true", "true", "null"]),
    ("integer_a >= 7.5", ["false", "true", "null"]),
    ("number_a < number_b", ["false", "true", "null"]),
    ("number_a <= 2.5", ["true", "true", "null"]),
    ("duration_a <= 20", ["false", "true", "null"]),
    ("duration_a = 90.5", ["true", "false", "null"]),
    ("time_a < time_b", ["true", "false", "null"]),
    ("time_a >= '1970-01-01T01:00:00+01:00'", ["true", "true", "null"]),
    ("integer_a between 0 and 10", ["true", "false", "null"]),
    ("integer_a in (1, 7)", ["true", "false", "null"]),
    ("integer_a not in (1, 7)", ["false", "true", "null"]),
    ("text_a in ('50%_\\x', 'b')", ["false", "true", "null"]),
    ("text_a in ('a', null)", ["null", "null", "null"]),
    ("text_a in ('a', text_b, 'c', 'd', 'e', 'f')", ["false", "false", "null"]),
    // arithmetic
    ("integer_a + integer_b", ["4", "9223372036854775807", "null"]),
    ("integer_a + 1", ["8", "null", "null"]),
    ("integer_a - integer_b", ["10", "9223372036854775807", "null"]),
    ("integer_a * 2", ["14", "null", "null"]),
    ("integer_a % integer_b", ["1", "null", "null"]),
    ("integer_a / integer_b", ["-2.3333", "null", "null"]),
    ("integer_b / 2", ["-1.5", "0", "null"]),
    ("1 / 3", ["0.3333", "0.3333", "0.3333"]),
    ("number_a + number_b", ["1.25", "3.3333", "null"]),
    ("number_a - 0.0001", ["2.4999", "-0.0001", "null"]),
    ("number_b * number_b", ["1.5625", "11.1109", "null"]),
    ("number_a / number_b", ["-2", "0", "null"]),
    ("number_b / number_a", ["-0.5", "null", "null"]),
    ("number_a + integer_b", ["-0.5", "0", "null"]),
    ("-integer_b", ["3", "0", "null"]),
    ("-number_a", ["-2.5", "0", "null"]),
    ("-duration_b", ["-20", "0.001", "null"]),
    ("duration_a + duration_b", ["110.5", "-0.001", "null"]),
    ("duration_a - 30", ["60.5", "-30", "null"]),
    ("duration_a * 2", ["181", "0", "null"]),
    ("3 * duration_b", ["60", "-0.003", "null"]),
    ("duration_a / duration_b", ["4.525", "0", "null"]),
    ("time_b - time_a", ["1800", "0", "null"]),
    ("time_a - time_b", ["-1800.001", "0", "null"]),
    ("time_a + duration_b", ["2025-03-30T00:30:20Z", "1969-12-31T23:59:59.999Z", "null"]),
    ("time_a - duration_a", ["2025-03-30T00:28:29.5Z", "1970-01-01T00:00:00Z", "null"]),
    ("duration_a + time_a", ["2025-03-30T00:31:30.5Z", "1970-01-01T00:00:00Z", "null"]),
    ("abs(integer_b)", ["3", "0", "null"]),
    ("abs(number_b)", ["1.25", "3.3333", "null"]),
    ("abs(duration_b)", ["20", "0.001", "null"]),
    // reopenings: a text that is none, and none
    ("reopened_within(text_a, 60, 0)", ["false", "false", "false"]),
    ("reopened_within('60000:1000,90000:5000', duration_a, 1)", ["true", "false", "null"]),
    ("reopened_within('60000:1000,90500:5000', duration_a, 4.999)", ["true", "false", "null"]),
    ("reopened_within('60000:1000,90501:5000', duration_a, 4.999)", ["false", "false", "null"]),
    ("reopened_within('60000:1000,90000:5000', 90, duration_a)", ["false", "true", "null"]),
    ("reopened_within('60000:1000,90000:', 90, duration_a)", ["true", "true", "null"]),
    ("reopened_within(concat(text_b, '0:5000'), 90, 4)", ["false", "true", "true"]),
    ("reopened_within(null, 90, 4)", ["false", "false", "false"]),
    ("reopened_within(text_a, null, 4)", ["null", "null", "null"]),
    // text
    ("lower(text_a)", ["ärger im büro", "50%_\\x", "null"]),
    ("upper(text_a)", ["ÄRGER IM BÜRO", "50%_\\X", "null"]),
    ("trim(text_b)", ["7", "", "null"]),
    ("concat(text_b, '-', text_a)", [" 7 -Ärger im Büro", "-50%_\\x", "-"]),
    ("concat(null, text_a)", ["Ärger im Büro", "50%_\\x", ""]),
    ("length(text_a)", ["13", "6", "null"]),
    ("left(text_a, 2)", ["Är", "50", "null"]),
    ("left(text_a, -2)", ["Ärger im Bü", "50%_", "null"]),
    ("right(text_a, 4)", ["Büro", "%_\\x", "null"]),
    ("right(text_a, -9)", ["Büro", "", "null"]),
    ("lpad(text_b, 5, 'ä0')", ["ä0 7 ", "ä0ä0ä", "null"]),
    ("lpad(text_b, integer_b, '0')", ["", "", "null"]),
    ("lpad('x', integer_b + 5, '0')", ["0x", "0000x", "null"]),
    ("lpad(text_a, 3, '0')", ["Ärg", "50%", "null"]),
    ("split_part(text_a, ' ', 2)", ["im", "", "null"]),
    ("split_part(text_a, ' ', 9)", ["", "", "null"]),
    ("split_part(text_a, ' ', integer_b)", ["null", "null", "null"]),
    ("split_part(text_a, '', 1)", ["Ärger im Büro", "50%_\\x", "null"]),
    ("replace(text_a, 'r', '')", ["Äge im Büo", "50%_\\x", "null"]),
    ("replace(text_a, '', 'x')", ["Ärger im Büro", "50%_\\x", "null"]),
    ("starts_with(text_a, 'Ä')", ["true", "false", "null"]),
    ("contains(text_a, '%_')", ["false", "true", "null"]),
    ("regexp_like(text_a, '^.rger')", ["true", "false", "null"]),
    ("regexp_replace(text_a, '[aeiouü]', '.')", ["Ärg.r .m B.r.", "50%_\\x", "null"]),
    ("regexp_replace(text_a, '(\\w+) (\\w+)', '$2')", ["im Büro", "50%_\\x", "null"]),
    ("regexp_replace(text_a, '(\\w+) (\\w+)', '<\\1>\\\\2')", ["<Ärger>im Büro", "50%_\\x", "null"]),
    ("text_a like 'Ä%o'", ["true", "false", "null"]),
    ("text_a like '50\\%%'", ["false", "false", "null"]),
    ("text_a like '%\\x'", ["false", "true", "null"]),
    ("text_a like '_____\\_'", ["false", "false", "null"]),
    ("text_a like '____\\_'", ["false", "true", "null"]),
    ("text_a not like '%'", ["false", "false", "null"]),
    ("text_a ilike 'ärger%'", ["true", "false", "null"]),
    // choices
    ("coalesce(text_b, text_a, 'none')", [" 7 ", "", "none"]),
    ("coalesce(integer_a, number_a)", ["7", "9223372036854775807", "null"]),
    ("nullif(text_b, '')", [" 7 ", "null", "null"]),
    ("nullif(integer_b, 0)", ["-3", "null", "null"]),
    ("nullif(number_a, 0)", ["2.5", "null", "null"]),
    ("nullif(time_a, time_b)", ["2025-03-30T00:30:00Z", "null", "null"]),
    ("least(integer_a, integer_b, 5)", ["-3", "0", "5"]),
    ("greatest(number_a, number_b, 0.5)", ["2.5", "3.3333", "0.5"]),
    ("greatest(text_a, text_b)", ["Ärger im Büro", "50%_\\x", "null"]),
    ("least(time_a, time_b)", ["2025-03-30T00:30:00Z", "1970-01-01T00:00:00Z", "null"]),
    ("greatest(duration_a, duration_b)", ["90.5", "0", "null"]),
    ("case when boolean_a then 'yes' when boolean_b is null then 'unknown' end", ["yes", "null", "unknown"]),
    ("case when integer_a > 100 then integer_a else number_a end", ["2.5", "9223372036854775807", "null"]),
    ("case text_b when '' then 1 else 2 end", ["2", "1", "2"]),
    ("case when null then 1 else 2 end", ["2", "2", "2"]),
    // casts
    ("cast(text_b as integer)", ["7", "null", "null"]),
    ("cast(text_b as number)", ["7", "null", "null"]),
    ("cast(replace(text_b, '7', '1.5') as integer)", ["null", "null", "null"]),
    ("cast(concat('-', left(text_a, 2), '.5') as number)", ["null", "-50.5", "-0.5"]),
    ("cast(concat(text_b, text_b) as boolean)", ["null", "null", "null"]),
    ("cast(lower('YES') as boolean)", ["true", "true", "true"]),
    ("cast('2025-03-30T02:30:00+02:00' as time) = time_a", ["true", "false", "null"]),
    ("cast(integer_a as number)", ["7", "9223372036854775807", "null"]),
    ("cast(number_b as integer)", ["-1", "3", "null"]),
    ("cast(integer_a as text)", ["7", "9223372036854775807", "null"]),
    ("cast(number_b as text)", ["-1.25", "3.3333", "null"]),
    ("cast(concat(text_b, '.12345678') as number)", ["null", "0.1235", "0.1235"]),
    ("cast(concat('-9', trim(text_b), '.00005') as number)", ["-97.0001", "-9.0001", "-9.0001"]),
    ("cast(duration_a as text)", ["90.5", "0", "null"]),
    // lengths of time are seconds as numbers
    ("cast(duration_a as number) / 60", ["1.5083", "0", "null"]),
    ("cast(duration_a as integer)", ["90", "0", "null"]),
    ("cast(integer_b as duration) + duration_a", ["87.5", "0", "null"]),
    ("cast(integer_a as duration)", ["7", "null", "null"]),
    ("cast(number_b * 1.5 as duration)", ["-1.875", "5", "null"]),
    ("cast(text_b as duration)", ["7", "null", "null"]),
    ("time_a + cast('1.5' as duration)", ["2025-03-30T00:30:01.5Z", "1970-01-01T00:00:01.5Z", "null"]),
    ("cast(boolean_a as integer) + 1", ["2", "1", "null"]),
    ("cast(boolean_a as number)", ["1", "0", "null"]),
    ("cast(boolean_a as text)", ["true", "false", "null"]),
    ("cast(time_b as text)", ["2025-03-30T01:00:00.000999Z", "1970-01-01T00:00:00Z", "null"]),
];

fn shown(value: &Value) -> String {
    if *value == Value::Null { "null".to_owned() } else { show(value) }
}

#[test]
fn expressions_mean_what_they_say() {
    let columns = columns();
    let scope = Scope { columns: &columns, raw: false, parameters: &BTreeMap::new() };
    let rows = sample();
    let mut wrong = Vec::new();
    for (expression, expected) in CASES {
        let expr = resolve(expression, &scope).unwrap_or_else(|problems| panic!("{expression}: {problems:?}"));
        for (who, values) in [
            ("engine", by_engine(&expr, &batch(&rows, false))),
            ("engine, text as views", by_engine(&expr, &batch(&rows, true))),
            ("evaluator", by_evaluator(&expr, &rows)),
        ] {
            let values: Vec<String> = values.iter().map(shown).collect();
            if values != *expected {
                wrong.push(format!("{expression}\n  expected {expected:?}\n  {who}: {values:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
