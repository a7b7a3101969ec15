//! Real files, with the counts that were published with them or computed independently. Set CROSSCHECK_TESTDATA to
//! where they are; without them these tests say that they were skipped.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::{Outcome, map, source};

fn find(path: &str) -> Option<PathBuf> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folder = std::env::var_os("CROSSCHECK_TESTDATA").unwrap_or_else(|| "../shared/data".into());
    let found = workspace.join(folder).join(path);
    if found.is_file() {
        return Some(found);
    }
    // past the capture of a passing test's output, so that it is seen
    let message =
        format!("SKIPPED: {} is not there; CROSSCHECK_TESTDATA names the folder of real data\n", found.display());
    std::io::stderr().write_all(message.as_bytes()).expect("standard error can be written");
    None
}

/// How often `what` (the text behind ` name=`, up to the next field) stands in records that start with `kind`.
fn tally(outcome: &Outcome, kind: &str, field: &str) -> BTreeMap<String, u64> {
    let mut found = BTreeMap::new();
    let key = format!(" {field}=");
    for record in outcome.records.iter().filter(|record| record.starts_with(&format!("{kind} "))) {
        if let Some((_, rest)) = record.split_once(&key) {
            let value = rest.split(" attr.").next().unwrap_or_default();
            let end = value.find('=').and_then(|at| value[..at].rfind(' ')).unwrap_or(value.len());
            *found.entry(value[..end].to_owned()).or_default() += 1;
        }
    }
    found
}

const INCIDENTS: &str = r#"
    [read]
    format = "csv"
    missing = ["?"]
    date_formats = ["%d/%m/%Y %H:%M"]
    [[record]]
    kind = "ticket"
    id = "number"
    revision = "cast(sys_mod_count as integer) * 1000000 + _line"
    [record.fields]
    created_at = "opened_at"
    solved_at = "resolved_at"
    closed_at = "closed_at"
    customer_id = "caller_id"
    channel = { value = "contact_type", values = { Phone = "phone", Email = "email" }, otherwise = "other" }
    priority = "priority"
    category = "category"
    team = "assignment_group"
    agent = "assigned_to"
    [record.attributes]
    location = "location"
    made_sla = { value = "made_sla", type = "boolean" }
    [[record]]
    kind = "event"
    where = "incident_state <> '-100'"
    id = "concat(number, '/', cast(_line as text))"
    [record.fields]
    ticket_id = "number"
    at = "sys_updated_at"
    sequence = "cast(sys_mod_count as integer)"
    kind = "'status'"
    to = { value = "incident_state", values = { New = "new", Active = "open", Resolved = "solved", Closed = "closed" }, otherwise = "pending" }
    actor = "sys_updated_by"
"#;

#[test]
fn incidents_of_an_it_company() {
    let Some(path) = find("uci_servicenow_incidents/incident_event_log.csv.gz") else { return };
    let outcome = map(&source(INCIDENTS), &path, None).unwrap();
    let mapped = &outcome.mapped;
    assert_eq!((mapped.rows, mapped.accepted, mapped.rejected), (141_712, 141_712, 0));
    let counts: Vec<u64> = mapped.records.values().copied().collect();
    // five events are in a state "-100"
    assert_eq!(counts, [141_712, 141_712 - 5]);
    let tickets: std::collections::BTreeSet<&str> = outcome
        .records
        .iter()
        .filter(|record| record.starts_with("ticket "))
        .map(|record| record.split(' ').nth(1).unwrap())
        .collect();
    assert_eq!(tickets.len(), 24_918);
    let states = tally(&outcome, "event", "to");
    let expected = [
        ("closed", 24_985),
        ("new", 36_407),
        ("open", 38_716),
        ("pending", 14_642 + 707 + 461 + 38),
        ("solved", 25_751),
    ];
    assert_eq!(states, expected.map(|(state, count)| (state.to_owned(), count)).into());
    let opened = tally(&outcome, "ticket", "created_at");
    assert_eq!(opened.keys().next().unwrap(), "2016-02-29T01:16:00Z");
    assert_eq!(opened.keys().next_back().unwrap(), "2017-02-16T14:17:00Z");
    assert_eq!(
        mapped.loaded_through.values().map(ToString::to_string).collect::<Vec<_>>(),
        ["2017-02-18T15:00:00Z", "2017-02-18T15:00:00Z"]
    );
    assert!(outcome.records[0].contains("rest={\"incident_state\"").eq(&false), "a mapped column is not kept again");
    assert!(outcome.records[0].contains("\"knowledge\":\"true\""), "{}", outcome.records[0]);
}

#[test]
fn answers_of_airport_passengers() {
    for (file, instrument, column, scale, rows, answers) in [
        (
            "2016_SFO_Customer_Survey.csv",
            "csat",
            "Q7ALL",
            (1, 5),
            3087,
            vec![("1", 7), ("2", 51), ("3", 497), ("4", 1633), ("5", 731)],
        ),
        (
            "2017_SFO_Customer_Survey.csv",
            "csat",
            "Q7ALL",
            (1, 5),
            2831,
            vec![("1", 6), ("2", 32), ("3", 444), ("4", 1507), ("5", 699)],
        ),
        ("2017_SFO_Customer_Survey.csv", "nps", "NETPRO", (0, 10), 2831, vec![]),
    ] {
        let Some(path) = find(&format!("sfo_customer_survey/{file}")) else { return };
        let (low, high) = scale;
        let id = if file.starts_with("2016") { "\\\"*RESPNUM\\\"" } else { "RESPNUM" };
        let toml = format!(
            "[read]\nformat = \"csv\"\nmissing = [\"BLANK\"]\n[[record]]\nkind = \"survey_answer\"\nwhere = \"cast({column} as integer) between {low} and {high}\"\nid = \"{id}\"\n[record.fields]\ninstrument = \"'{instrument}'\"\nscale_min = \"{low}\"\nscale_max = \"{high}\"\nvalue = \"{column}\"\nanswered_at = \"'2017-05-01'\"\nweight = \"WEIGHT\"\n"
        );
        let outcome = map(&source(&toml), &path, None).unwrap();
        assert_eq!((outcome.mapped.rows, outcome.mapped.rejected), (rows, 0), "{file}: {:?}", outcome.rejects.first());
        let found = tally(&outcome, "survey_answer", "value");
        if instrument == "csat" {
            assert_eq!(found, answers.into_iter().map(|(value, count)| (value.to_owned(), count)).collect(), "{file}");
        } else {
            let of = |range: std::ops::RangeInclusive<u32>| {
                found
                    .iter()
                    .filter(|(value, _)| range.contains(&value.parse().unwrap()))
                    .map(|(_, count)| count)
                    .sum::<u64>()
            };
            assert_eq!((of(9..=10), of(7..=8), of(0..=6)), (1436, 968, 342));
        }
    }
    // without the filter, what lies outside the scale is refused and never averaged: 84 times 11 for "no answer"
    let Some(path) = find("sfo_customer_survey/2017_SFO_Customer_Survey.csv") else { return };
    let toml = "[read]\nformat = \"csv\"\n[[record]]\nkind = \"survey_answer\"\nid = \"RESPNUM\"\n[record.fields]\ninstrument = \"'nps'\"\nscale_min = \"0\"\nscale_max = \"10\"\nvalue = \"NETPRO\"\nanswered_at = \"'2017-05-01'\"\n";
    let outcome = map(&source(toml), &path, None).unwrap();
    let mut codes = BTreeMap::new();
    outcome.rejects.iter().for_each(|reject| *codes.entry(reject.code).or_default() += 1);
    assert_eq!(codes, BTreeMap::from([("out_of_scale", 84), ("missing_field", 1)]));
    assert_eq!(outcome.mapped.accepted, 2746);
}

const CALLS: &str = r#"
    [read]
    format = "csv"
    date_formats = ["%Y-%m-%d %H:%M:%S"]
    [[record]]
    kind = "contact"
    id = "\"Call ID\""
    [record.fields]
    queued_at = "concat(\"Call Date\", ' ', \"Call Time\")"
    answered_at = "case when \"Time Answered\" is not null then concat(\"Call Date\", ' ', \"Time Answered\") end"
    outcome = { value = "\"Call Outcome\"", values = { "Call unanswered" = "abandoned" }, otherwise = "answered" }
    channel = "'phone'"
    queue = "\"Restaurant ID\""
    agent = "\"Agent ID\""
"#;

#[test]
fn calls_to_restaurants() {
    let Some(path) = find("restaurant_booking_calls/call_center_data.csv") else { return };
    let outcome = map(&source(CALLS), &path, None).unwrap();
    assert_eq!((outcome.mapped.rows, outcome.mapped.accepted), (25_100, 25_100));
    assert_eq!(
        tally(&outcome, "contact", "outcome"),
        [("abandoned".to_owned(), 369), ("answered".to_owned(), 24_731)].into()
    );
    assert_eq!(tally(&outcome, "contact", "answered_at").values().sum::<u64>(), 24_731);
    // a date without its time is refused, not taken for midnight
    let careless = CALLS.replace(
        "case when \\\"Time Answered\\\" is not null then concat(\\\"Call Date\\\", ' ', \\\"Time Answered\\\") end",
        "concat(\\\"Call Date\\\", ' ', \\\"Time Answered\\\")",
    );
    assert_ne!(careless, CALLS);
    let outcome = map(&source(&careless), &path, None).unwrap();
    assert_eq!((outcome.mapped.accepted, outcome.mapped.rejected), (24_731, 369));
    assert!(outcome.rejects.iter().all(|reject| reject.code == "bad_time"));
}
