//! Numbers, lengths of time and scales.

use end_to_end::Trial;

use super::{Case, Text, rows};

pub(super) fn cases() -> Vec<Case> {
    vec![
        rows(
            58,
            "no numbers, and infinite ones",
            "",
            Text("id,at,n\n1,2026-03-02,NaN\n2,2026-03-02,Infinity\n3,2026-03-02,-inf\n4,2026-03-02,1\n"),
            1,
            &["2 bad_number", "3 bad_number", "4 bad_number"],
        )
        .saying(&["in.dat:2: n: ticket attr.n: \"NaN\" is not a number"]),
        rows(
            59,
            "1e400",
            "",
            Text("id,at,n,i\n1,2026-03-02,1e400,\n2,2026-03-02,1e3,1e3\n3,2026-03-02,,1e400\n4,2026-03-02,1e-400,\n"),
            2,
            &["2 out_of_range", "4 out_of_range"],
        ),
        rows(
            60,
            "decimal commas, declared",
            "decimal = \",\"\ndelimiter = \";\"",
            Text("id;at;n\n1;2026-03-02;1,5\n2;2026-03-02;1.5\n"),
            1,
            &["3 bad_number"],
        ),
        rows(
            60,
            "decimal commas, not declared",
            "delimiter = \";\"",
            Text("id;at;n\n1;2026-03-02;1,5\n2;2026-03-02;1.5\n"),
            1,
            &["2 bad_number"],
        ),
        rows(
            61,
            "thousands, declared",
            "thousands = \",\"\ndelimiter = \";\"",
            Text("id;at;n\n1;2026-03-02;1,234,567.5\n2;2026-03-02;1,5\n3;2026-03-02;12,34\n"),
            1,
            &["3 bad_number", "4 bad_number"],
        ),
        rows(
            61,
            "thousands, not declared",
            "delimiter = \";\"",
            Text("id;at;n\n1;2026-03-02;1,234\n2;2026-03-02;1 234\n3;2026-03-02;1234\n"),
            1,
            &["2 bad_number", "3 bad_number"],
        ),
        rows(
            62,
            "a negative length of time",
            "",
            Text("id,at,d\n1,2026-03-02,-1\n2,2026-03-02,-0:00:05\n3,2026-03-02,-0\n4,2026-03-02,0:02:47\n"),
            2,
            &["2 negative_duration", "3 negative_duration"],
        ),
        rows(
            64,
            "whole numbers beyond 2^53 and beyond 64 bits",
            "",
            Text(
                "id,at,i\n1,2026-03-02,9007199254740993\n2,2026-03-02,9223372036854775807\n3,2026-03-02,9223372036854775808\n4,2026-03-02,1.5\n",
            ),
            2,
            &["4 out_of_range", "5 bad_integer"],
        ),
        rows(
            64,
            "ids beyond 2^53 in JSON",
            "format = \"ndjson\"",
            Text("{\"id\":9007199254740992,\"at\":\"2026-03-02\"}\n{\"id\":9007199254740993,\"at\":\"2026-03-02\"}\n"),
            2,
            &[],
        ),
        rows(
            65,
            "a share as 0.9 and as 90, and with its sign",
            "",
            Text("id,at,n\n1,2026-03-02,0.9\n2,2026-03-02,90\n3,2026-03-02,90%\n"),
            2,
            &["4 bad_number"],
        ),
        rows(66, "−0", "", Text("id,at,n,i,d\n1,2026-03-02,-0,-0,-0\n2,2026-03-02,\u{2212}0,0,-0:00\n"), 2, &[]),
        rows(
            67,
            "empty, null, absent and 0",
            "format = \"ndjson\"",
            Text(
                "{\"id\":1,\"at\":\"2026-03-02\",\"n\":0}\n{\"id\":2,\"at\":\"2026-03-02\",\"n\":null}\n{\"id\":3,\"at\":\"2026-03-02\",\"n\":\"\"}\n{\"id\":4,\"at\":\"2026-03-02\"}\n{\"id\":\"\",\"at\":\"2026-03-02\"}\n{\"id\":null,\"at\":\"2026-03-02\"}\n{\"at\":\"2026-03-02\"}\n",
            ),
            4,
            &["5 missing_field", "6 missing_field", "7 missing_field"],
        ),
        rows(
            67,
            "marks of what is missing",
            "missing = [\"?\", \"BLANK\", \"N/A\", \"0:00:00\"]",
            Text("id,at,n,d\n1,2026-03-02,?,0:00:00\n2,2026-03-02, N/A ,\n3,BLANK,1,\n"),
            2,
            &["4 missing_field"],
        ),
    ]
}

const SURVEY: &str = r#"
[read]
format = "csv"
[[record]]
kind = "survey_answer"
id = "id"
[record.fields]
instrument = "'csat'"
scale_min = "low"
scale_max = "high"
value = "value"
answered_at = "'2026-03-02T08:00:00Z'"
"#;

/// 63: what is not on the scale is refused, not clipped; 65: nor is a share taken for a score.
#[test]
fn answers_that_are_not_on_their_scale() {
    let trial = Trial::new("UTC");
    trial.write("sources/survey.toml", SURVEY);
    let text = "id,low,high,value\n1,1,5,6\n2,1,5,-1\n3,1,5,0\n4,1,5,5\n5,1,5,1\n6,1,5,0.9\n7,0,100,0.9\n8,0,100,90\n9,5,1,3\n10,1,5,\n";
    let file = trial.write("in.csv", text);
    let said = trial.ok(&["import", "survey", &file]);
    assert!(said.contains("4 rows accepted, 6 rejected → 4 survey_answer"), "{said}");
    assert!(said.contains("in.csv:2: value: survey_answer value: 6 is not within 1 to 5"), "{said}");
    assert_eq!(
        super::rejects(&trial, "survey", "in.csv"),
        ["2 out_of_scale", "3 out_of_scale", "4 out_of_scale", "7 out_of_scale", "10 bad_scale", "11 missing_field"]
    );
    trial.ok(&["verify"]);
}
