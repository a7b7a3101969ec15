//! Cells read as the type of their field: times, numbers, whole numbers, truth, lengths of time.

use super::{codes, map_text};

/// Reads `cell` (in quotes) as an attribute of `kind`, with settings of [read] and of the field: the value and the
/// warnings, or the reject's code.
fn read(kind: &str, settings: &str, field: &str, cell: &str) -> String {
    let toml = format!(
        "[read]\nformat = \"csv\"\nkeep = false\ncolumns = [\"x\"]\n{settings}\n[[record]]\nkind = \"customer\"\nid = \"'i'\"\n[record.attributes]\nx = {{ value = \"x\", type = \"{kind}\"{field} }}\n"
    );
    let outcome = map_text(&toml, &format!("\"{}\"\n", cell.replace('"', "\"\"")));
    match outcome.records.as_slice() {
        [] => codes(&outcome).concat().split_off(2),
        [record] => {
            let value = record.strip_prefix("customer id=i").unwrap().trim_start_matches(" attr.x=");
            // that no zone is declared is a matter of its own
            let mut warnings = outcome.mapped.warnings.iter().filter(|warning| warning.code != "no_zone");
            let warning = warnings.next().map_or(String::new(), |warning| format!(" ({})", warning.code));
            format!("{}{warning}", if value.is_empty() { "missing" } else { value })
        }
        more => panic!("{more:?}"),
    }
}

pub fn check(kind: &str, settings: &str, field: &str, cases: &[(&str, &str)]) {
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|(cell, expected)| {
            let found = read(kind, settings, field, cell);
            (found != *expected)
                .then(|| format!("{kind} {settings} {field} {cell:?}: expected {expected}, found {found}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn iso_times() {
    check(
        "time",
        "",
        "",
        &[
            ("2024-02-29T12:30:15Z", "2024-02-29T12:30:15Z"),
            ("2024-02-29t12:30:15.123456z", "2024-02-29T12:30:15.123456Z"),
            ("2024-02-29 12:30:15", "2024-02-29T12:30:15Z"),
            (" 2024-02-29 12:30 ", "2024-02-29T12:30:00Z"),
            ("2024-02-29T12:30:15+02:00", "2024-02-29T10:30:15Z"),
            ("2024-02-29T12:30:15+0530", "2024-02-29T07:00:15Z"),
            ("2024-02-29T12:30:15-08", "2024-02-29T20:30:15Z"),
            ("2024-02-29 12:30:15 +02:00", "2024-02-29T10:30:15Z"),
            ("2024-02-29 12:30:15 UTC", "2024-02-29T12:30:15Z"),
            ("2024-02-29T12:30:15,5Z", "2024-02-29T12:30:15.5Z"),
            ("2024-02-29T12:30:15[Europe/Paris]", "2024-02-29T11:30:15Z"),
            ("20240229T123015Z", "2024-02-29T12:30:15Z"),
            // the end of a day
            ("2024-02-29T24:00:00Z", "2024-03-01T00:00:00Z"),
            ("2024-02-29 24:00", "2024-03-01T00:00:00Z"),
            ("2024-12-31T24:00:00+01:00", "2024-12-31T23:00:00Z"),
            ("2024-02-29T24:00:01Z", "bad_time"),
            ("2024-02-29T24:01Z", "bad_time"),
            ("2024-02-29", "2024-02-29T00:00:00Z"),
            ("20240229", "2024-02-29T00:00:00Z"),
            // a leap second is the second before
            ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z"),
            ("", "missing"),
            ("2023-02-29", "bad_time"),
            ("2024-13-01", "bad_time"),
            ("2024-02-29T25:00", "bad_time"),
            ("2024-1-1", "bad_time"),
            ("29/2/2024", "bad_time"),
            ("2024-02-29 12:30:15 EST", "bad_time"),
            ("2024-02-29T12:30[Mars/Olympus]", "bad_time"),
            ("45351.52", "bad_time"),
            ("1709209815", "bad_time"),
            ("yesterday", "bad_time"),
            ("0000-00-00 00:00:00", "bad_time"),
            ("0000-01-01", "implausible_time"),
            ("1969-12-31T23:59:59Z", "implausible_time"),
            ("1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z"),
            ("2100-12-31T23:59:59Z", "2100-12-31T23:59:59Z"),
            ("2101-01-01", "implausible_time"),
            ("9999-12-31", "implausible_time"),
            ("-000001-01-01T00:00:00Z", "implausible_time"),
        ],
    );
}

#[test]
fn stated_formats_come_first_and_iso_last() {
    check(
        "time",
        "date_formats = [\"%d/%m/%Y %H:%M\"]",
        "",
        &[
            ("29/2/2016 01:16", "2016-02-29T01:16:00Z"),
            ("5/3/2016 1:6", "2016-03-05T01:06:00Z"),
            ("05/03/2016  12:00 ", "2016-03-05T12:00:00Z"),
            ("2016-03-05T12:00:00Z", "2016-03-05T12:00:00Z"),
            // half of a value whose time is missing is no midnight
            ("2016-03-05", "bad_time"),
            ("5/3/2016", "bad_time"),
            ("31/2/2016 10:00", "bad_time"),
            ("3/31/2016 10:00", "bad_time"),
            ("5/3/16 10:00", "implausible_time"),
        ],
    );
    check(
        "time",
        "date_formats = [\"%d/%m/%Y %H:%M\", \"%d/%m/%Y\"]",
        "",
        &[("5/3/2016", "2016-03-05T00:00:00Z"), ("2016-03-05", "2016-03-05T00:00:00Z")],
    );
    check(
        "time",
        "",
        ", formats = [\"%d-%b-%y\"]",
        &[("26-Aug-23", "2023-08-26T00:00:00Z"), ("6-aug-23", "2023-08-06T00:00:00Z")],
    );
    check("time", "", ", formats = [\"%d-%m-%Y %H.%M\"]", &[("24-02-2015 11.35", "2015-02-24T11:35:00Z")]);
    check(
        "time",
        "",
        ", formats = [\"%m/%d/%Y %I:%M:%S %p\"]",
        &[("05/11/2016 12:00:00 AM", "2016-05-11T00:00:00Z"), ("05/11/2016 12:00:00 pm", "2016-05-11T12:00:00Z")],
    );
    check(
        "time",
        "",
        ", formats = [\"%a %b %d %H:%M:%S %z %Y\"]",
        &[("Tue Feb 24 11:35:52 -0800 2015", "2015-02-24T19:35:52Z")],
    );
    // a field's formats and zone take the place of the file's
    check(
        "time",
        "date_formats = [\"%d/%m/%Y\"]\nzone = \"Asia/Tokyo\"",
        ", formats = [\"%m/%d/%Y\"], zone = \"Europe/Paris\"",
        &[("7/4/2024", "2024-07-03T22:00:00Z")],
    );
    // a Z that is wrong is named in the format, and then means nothing
    check(
        "time",
        "zone = \"America/New_York\"",
        ", formats = [\"%Y-%m-%dT%H:%M:%SZ\"]",
        &[("2024-07-04T10:00:00Z", "2024-07-04T14:00:00Z")],
    );
}

#[test]
fn numbers_since_1970_are_of_the_stated_unit() {
    check(
        "time",
        "",
        ", formats = [\"epoch_s\"]",
        &[
            ("1709209815", "2024-02-29T12:30:15Z"),
            ("1709209815.25", "2024-02-29T12:30:15.25Z"),
            ("2024-02-29T12:30:15Z", "2024-02-29T12:30:15Z"),
            ("1709209815000", "implausible_time"),
            ("1.70E+09", "bad_time"),
            ("-5", "implausible_time"),
        ],
    );
    check(
        "time",
        "",
        ", formats = [\"epoch_ms\"]",
        &[("1709209815250", "2024-02-29T12:30:15.25Z"), ("1709209815250000", "implausible_time")],
    );
    check(
        "time",
        "",
        ", formats = [\"epoch_us\"]",
        &[("1709209815250001", "2024-02-29T12:30:15.250001Z"), ("17092098152500010000000", "bad_time")],
    );
}

#[test]
fn days_as_excel_counts_them() {
    // LibreOffice shows these as the times on the right
    check(
        "time",
        "",
        ", formats = [\"excel\"]",
        &[
            ("45351", "2024-02-29T00:00:00Z"),
            ("45351.5210069444", "2024-02-29T12:30:15Z"),
            ("45351.99999", "2024-02-29T23:59:59.136Z"),
            ("25569", "1970-01-01T00:00:00Z"),
            ("42429.0527777778", "2016-02-29T01:16:00Z"),
            ("2024-02-29T12:30:15Z", "2024-02-29T12:30:15Z"),
            ("2024-02-29", "2024-02-29T00:00:00Z"),
            ("4.5351E+04", "bad_time"),
            ("60", "implausible_time"),
            ("-1", "implausible_time"),
            ("99999999", "bad_time"),
            ("1709209815", "bad_time"),
        ],
    );
    check("time", "", ", formats = [\"excel_1904\"]", &[("43889.5", "2024-02-29T12:00:00Z")]);
    // by the clock on the wall of the file's zone, with the same care for hours that do not exist
    check(
        "time",
        "zone = \"Europe/Amsterdam\"\ndate_formats = [\"excel\"]",
        "",
        &[
            ("45474.5", "2024-07-01T10:00:00Z"),
            ("45746.1041666667", "nonexistent_time"),
            ("45956.1041666667", "2025-10-26T00:30:00Z (ambiguous_time)"),
        ],
    );
}

#[test]
fn local_times_and_changes_of_the_clock() {
    // Amsterdam 2025: forward 30 March 02:00 → 03:00, back 26 October 03:00 → 02:00
    check(
        "time",
        "zone = \"Europe/Amsterdam\"",
        "",
        &[
            ("2025-03-30 01:59:59", "2025-03-30T00:59:59Z"),
            ("2025-03-30 02:00:00", "nonexistent_time"),
            ("2025-03-30 02:30", "nonexistent_time"),
            ("2025-03-30 03:00", "2025-03-30T01:00:00Z"),
            ("2025-03-30 02:30+01:00", "2025-03-30T01:30:00Z"),
            ("2025-10-26 01:59", "2025-10-25T23:59:00Z"),
            ("2025-10-26 02:30", "2025-10-26T00:30:00Z (ambiguous_time)"),
            ("2025-10-26 02:30+01:00", "2025-10-26T01:30:00Z"),
            ("2025-10-26 03:00", "2025-10-26T02:00:00Z"),
            ("2025-07-01", "2025-06-30T22:00:00Z"),
        ],
    );
    // in São Paulo 2017-10-15 began at 01:00
    check(
        "time",
        "zone = \"America/Sao_Paulo\"",
        "",
        &[("2017-10-15", "2017-10-15T03:00:00Z"), ("2017-10-15 00:30", "nonexistent_time")],
    );
    // half an hour back, on Lord Howe
    check(
        "time",
        "zone = \"Australia/Lord_Howe\"",
        "",
        &[("2025-04-06 01:45", "2025-04-05T14:45:00Z (ambiguous_time)"), ("2025-10-05 02:15", "nonexistent_time")],
    );
}

#[test]
fn numbers() {
    check(
        "number",
        "",
        "",
        &[
            ("5", "5"),
            ("-0", "0"),
            ("+1.5", "1.5"),
            (".5", "0.5"),
            ("5.", "5"),
            ("1e3", "1000"),
            ("1.5E-3", "0.0015"),
            ("−2", "-2"),
            (" 7 ", "7"),
            ("007", "7"),
            ("99999999999999.9999", "99999999999999.9999"),
            ("-99999999999999.9999", "-99999999999999.9999"),
            // more than four decimals are rounded, half away from zero
            ("0.00005", "0.0001"),
            ("-0.00005", "-0.0001"),
            ("0.00004999999", "0"),
            ("1.00015", "1.0002"),
            ("1e-400", "0"),
            ("0.000005", "0"),
            ("100000000000000", "out_of_range"),
            ("1e400", "out_of_range"),
            ("99999999999999.99999", "out_of_range"),
            ("NaN", "bad_number"),
            ("Infinity", "bad_number"),
            ("-inf", "bad_number"),
            ("1,5", "bad_number"),
            ("1 000", "bad_number"),
            ("90%", "bad_number"),
            ("$5", "bad_number"),
            ("0x10", "bad_number"),
            ("1e", "bad_number"),
            ("--1", "bad_number"),
            ("1.2.3", "bad_number"),
            (".", "bad_number"),
            ("٣", "bad_number"),
            ("", "missing"),
        ],
    );
    check("number", "decimal = \",\"", "", &[("1,5", "1.5"), ("1.5", "bad_number"), ("1.000,5", "bad_number")]);
    check(
        "number",
        "decimal = \",\"\nthousands = \".\"",
        "",
        &[
            ("1.234.567,89", "1234567.89"),
            ("1234567,89", "1234567.89"),
            ("1.5", "bad_number"),
            ("12.34,5", "bad_number"),
        ],
    );
    check(
        "number",
        "thousands = \",\"",
        "",
        &[
            ("1,234,567.89", "1234567.89"),
            ("12,34,567", "1234567"),
            ("1,5", "bad_number"),
            (",100", "bad_number"),
            ("1,000,", "bad_number"),
            ("1.5,000", "bad_number"),
        ],
    );
    check(
        "number",
        "thousands = \" \"",
        "",
        &[("1 234,5", "bad_number"), ("1 234.5", "1234.5"), ("1\u{a0}234", "1234"), ("1\u{202f}234", "1234")],
    );
}

#[test]
fn whole_numbers() {
    check(
        "integer",
        "",
        "",
        &[
            ("3", "3"),
            ("3.0", "3"),
            ("3.", "3"),
            ("-3.000", "-3"),
            ("+3", "3"),
            ("-0", "0"),
            ("1e3", "1000"),
            ("007", "7"),
            ("9223372036854775807", "9223372036854775807"),
            ("-9223372036854775808", "-9223372036854775808"),
            ("9007199254740993", "9007199254740993"),
            ("9223372036854775808", "out_of_range"),
            ("1e30", "out_of_range"),
            ("1e400", "out_of_range"),
            ("3.5", "bad_integer"),
            ("3.00001", "bad_integer"),
            ("1e-1", "bad_integer"),
            ("three", "bad_integer"),
            ("NaN", "bad_integer"),
        ],
    );
    check(
        "integer",
        "thousands = \".\"\ndecimal = \",\"",
        "",
        &[("1.234", "1234"), ("3,0", "3"), ("3.0", "bad_integer")],
    );
}

#[test]
fn truth() {
    check(
        "boolean",
        "",
        "",
        &[
            ("true", "true"),
            ("TRUE", "true"),
            ("Yes", "true"),
            ("y", "true"),
            ("T", "true"),
            ("1", "true"),
            ("false", "false"),
            ("No", "false"),
            ("n", "false"),
            ("F", "false"),
            ("0", "false"),
            (" no ", "false"),
            ("2", "bad_boolean"),
            ("maybe", "bad_boolean"),
            ("1.0", "bad_boolean"),
            ("", "missing"),
        ],
    );
}

#[test]
fn lengths_of_time() {
    check(
        "duration",
        "",
        "",
        &[
            // shown in milliseconds
            ("90", "90000"),
            ("90.5", "90500"),
            ("20.4004", "20400"),
            ("0.0005", "1"),
            ("0", "0"),
            ("-0", "0"),
            ("1:30", "90000"),
            ("75:30", "4530000"),
            ("0:01:30", "90000"),
            ("1:02:03.250", "3723250"),
            ("36:00:00", "129600000"),
            ("00:00:00", "0"),
            ("-5", "negative_duration"),
            ("-0:30", "negative_duration"),
            ("−1", "negative_duration"),
            ("1:60", "bad_duration"),
            ("1:5:60", "bad_duration"),
            ("1:75:00", "bad_duration"),
            ("1:2:3:4", "bad_duration"),
            (":30", "bad_duration"),
            ("1:", "bad_duration"),
            ("1:30e2", "bad_duration"),
            ("1:30.5e2", "bad_duration"),
            ("5 min", "bad_duration"),
            ("1:-5", "bad_duration"),
            ("NaN", "bad_duration"),
            ("99999999999", "out_of_range"),
            ("9999999:00:00", "out_of_range"),
        ],
    );
    check("duration", "decimal = \",\"", "", &[("90,5", "90500"), ("0:01:30,5", "90500"), ("90.5", "bad_duration")]);
}

#[test]
fn values_and_otherwise_come_before_reading() {
    let values = ", values = { Phone = \"phone\", \" E-Mail \" = \"email\", none = \"\" }";
    check(
        "text",
        "",
        values,
        &[
            ("Phone", "phone"),
            (" Phone ", "phone"),
            ("E-Mail", "email"),
            ("phone ", "phone "),
            ("none", "missing"),
            ("", "missing"),
        ],
    );
    let otherwise = format!("{values}, otherwise = \"other\"");
    check("text", "", &otherwise, &[("Phone", "phone"), ("Fax", "other"), ("", "missing")]);
    check(
        "integer",
        "",
        ", values = { low = \"1\", high = \"3\" }",
        &[("low", "1"), ("high", "3"), ("2", "2"), ("mid", "bad_integer")],
    );
    check(
        "boolean",
        "",
        ", values = { on = \"true\" }, otherwise = \"false\"",
        &[("on", "true"), ("anything", "false")],
    );
}

#[test]
fn computed_values_are_read_with_a_point() {
    let computed = |kind: &str, value: &str| {
        let toml = format!(
            "[read]\nformat = \"csv\"\nkeep = false\ncolumns = [\"x\"]\ndecimal = \",\"\n[[record]]\nkind = \"customer\"\nid = \"'i'\"\n[record.attributes]\nx = {{ value = \"{value}\", type = \"{kind}\" }}\n"
        );
        let outcome = map_text(&toml, "7\n");
        outcome
            .records
            .first()
            .map_or_else(|| codes(&outcome).concat(), |record| record.replace("customer id=i attr.x=", ""))
    };
    for (kind, value, expected) in [
        ("number", "cast(x as integer) / 2", "3.5"),
        ("number", "cast(x as integer)", "7"),
        ("integer", "cast(x as number) * 2", "14"),
        ("integer", "cast(x as number) / 2", "1 bad_integer"),
        ("text", "cast(x as integer) + 1", "8"),
        ("text", "x = '7'", "true"),
        ("boolean", "x = '7'", "true"),
        ("boolean", "cast(x as integer) - 6", "true"),
        ("duration", "cast(x as number) * 1.5", "10500"),
        ("duration", "cast('2024-01-01T00:01:00Z' as time) - cast('2024-01-01T00:00:00Z' as time)", "60000"),
        (
            "duration",
            "cast('2024-01-01T00:00:00Z' as time) - cast('2024-01-01T00:01:00Z' as time)",
            "1 negative_duration",
        ),
        ("time", "cast('2024-01-01T00:00:00+01:00' as time)", "2023-12-31T23:00:00Z"),
        ("time", "cast('1924-01-01T00:00:00Z' as time)", "1 implausible_time"),
        ("number", "cast(99999999999999.9999 as number) * cast(x as number)", "1 out_of_range"),
        ("text", "_line", "1"),
        ("text", "_file", "in.dat"),
        ("text", "null", "customer id=i"),
    ] {
        assert_eq!(computed(kind, value), expected, "{kind} of {value}");
    }
}

/// Months where a period is asked for: the beginning of it is that of the month, its end that of the next.
#[test]
fn months_of_periods() {
    let check = |settings: &str, cell: &str, expected: &str| {
        let toml = format!(
            "[read]\nformat = \"csv\"\nkeep = false\ncolumns = [\"x\"]\n{settings}\n[[record]]\nkind = \"cost\"\nid = \"'i'\"\n[record.fields]\npool = \"'people'\"\namount = \"1\"\ncurrency = \"'EUR'\"\nperiod_start = \"x\"\nperiod_end = \"x\"\n"
        );
        let outcome = map_text(&toml, &format!("\"{cell}\"\n"));
        let found = match outcome.records.as_slice() {
            [record] => record.split(' ').filter(|part| part.starts_with("period_")).collect::<Vec<_>>().join(" "),
            _ => outcome.rejects[0].reason.clone(),
        };
        assert_eq!(found, expected, "{settings} {cell}");
    };
    let months = "date_formats = [\"%Y-%m\"]";
    check("", "2025-02", "period_start=2025-02-01T00:00:00Z period_end=2025-03-01T00:00:00Z");
    check(months, "2025-12", "period_start=2025-12-01T00:00:00Z period_end=2026-01-01T00:00:00Z");
    check(months, " 2025-2 ", "period_start=2025-02-01T00:00:00Z period_end=2025-03-01T00:00:00Z");
    check(
        "date_formats = [\"%b %Y\", \"%m/%Y\"]",
        "Jun 2025",
        "period_start=2025-06-01T00:00:00Z period_end=2025-07-01T00:00:00Z",
    );
    check(
        "date_formats = [\"%b %Y\", \"%m/%Y\"]",
        "06/2025",
        "period_start=2025-06-01T00:00:00Z period_end=2025-07-01T00:00:00Z",
    );
    // local, over the change of clocks
    check(
        "zone = \"Europe/Amsterdam\"",
        "2025-10",
        "period_start=2025-09-30T22:00:00Z period_end=2025-10-31T23:00:00Z",
    );
    // a day is that day, also for the end
    check(months, "2025-02-28", "period_start=2025-02-28T00:00:00Z period_end=2025-02-28T00:00:00Z");
    for nonsense in ["2025-13", "2025-00", "202502", "02-2025"] {
        let reason = format!("cost period_start: \"{nonsense}\" is not a time: valid: %Y-%m or ISO 8601");
        check(months, nonsense, &format!("{reason} (and 1 more problem)"));
    }
    // a point in time is no month
    super::values::check("time", months, "", &[("2025-02", "bad_time"), ("2025-02-03", "2025-02-03T00:00:00Z")]);
    super::values::check("time", "", "", &[("2025-02", "bad_time")]);
}

#[test]
fn times_that_only_the_default_zone_makes_instants() {
    let told = |settings: &str, field: &str, cell: &str| {
        let toml = format!(
            "[read]\nformat = \"csv\"\ncolumns = [\"x\"]\n{settings}\n[[record]]\nkind = \"customer\"\nid = \"'i'\"\n[record.attributes]\nx = {{ value = \"x\", type = \"time\"{field} }}\n"
        );
        let outcome = map_text(&toml, &format!("\"{cell}\"\n"));
        outcome
            .mapped
            .warnings
            .iter()
            .filter(|warning| warning.code == "no_zone")
            .map(|warning| warning.count)
            .sum::<u64>()
    };
    for (settings, field, cell, expected) in [
        ("", "", "2025-03-30 02:30", 1),
        ("", "", "2025-03-30", 1),
        ("date_formats = [\"%d/%m/%Y\"]", "", "30/03/2025", 1),
        ("date_formats = [\"excel\"]", "", "45956.1041666667", 1),
        // which instant these are, they say themselves
        ("", "", "2025-03-30T02:30:00Z", 0),
        ("", "", "2025-03-30 02:30 UTC", 0),
        ("", "", "2025-03-30 02:30+01:00", 0),
        ("", "", "2025-03-30T03:30[Europe/Amsterdam]", 0),
        ("date_formats = [\"epoch_s\"]", "", "1709209815", 0),
        ("date_formats = [\"%d/%m/%Y %H:%M %z\"]", "", "30/03/2025 02:30 +0200", 0),
        // and of these it is declared
        ("zone = \"Europe/Amsterdam\"", "", "2025-03-30", 0),
        ("zone = \"UTC\"", "", "2025-03-30 02:30", 0),
        ("", ", zone = \"Asia/Tokyo\"", "2025-03-30 02:30", 0),
        ("", "", "", 0),
    ] {
        assert_eq!(told(settings, field, cell), expected, "{settings} {field} {cell}");
    }
}
