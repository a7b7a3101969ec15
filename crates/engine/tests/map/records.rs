//! Rows → records: keys and columns the mapping does not name, several records a row, what a record must hold.

use arrow::array::{Array, AsArray};
use arrow::datatypes::Int64Type;
use engine::map::{MapError, Options, map_file};
use model::{Attributes, RecordKind};

use super::{NOW, attributes, codes, counts, map_bytes, map_text, source};

fn toml(record: &str) -> String {
    format!("[read]\nformat = \"csv\"\nkeep = false\n{record}")
}

#[test]
fn one_row_makes_several_records() {
    let toml = r#"
        [read]
        format = "csv"
        zone = "Europe/Amsterdam"
        date_formats = ["%d/%m/%Y %H:%M"]
        [[record]]
        kind = "ticket"
        id = "number"
        [record.fields]
        created_at = "opened"
        customer_id = "caller"
        [record.attributes]
        floor = { value = "floor", type = "integer" }
        [[record]]
        kind = "event"
        where = "state <> 'New'"
        id = "concat(number, '/', cast(_line as text))"
        [record.fields]
        ticket_id = "number"
        at = "updated"
        kind = "'status'"
        to = { value = "state", values = { Resolved = "solved", Active = "open" } }
        [[record]]
        kind = "customer"
        where = "caller like 'C%'"
        id = "caller"
    "#;
    let outcome = map_text(
        toml,
        "number,state,opened,updated,caller,floor,note\nINC1,New,1/6/2025 10:00,1/6/2025 10:05,C1,2,\nINC1,Active,1/6/2025 10:00,1/6/2025 11:00,c1,2,\"call \"\"back\"\"\"\nINC1,Resolved,1/6/2025 10:00,2/6/2025 09:00,?,x,late\nINC2,,1/6/2025 10:00,,C2,,\n",
    );
    assert_eq!(
        outcome.records,
        [
            "ticket id=INC1 created_at=2025-06-01T08:00:00Z customer_id=C1 attr.floor=2",
            "ticket id=INC1 created_at=2025-06-01T08:00:00Z customer_id=c1 attr.floor=2 rest={\"note\":\"call \\\"back\\\"\"}",
            "ticket id=INC2 created_at=2025-06-01T08:00:00Z customer_id=C2",
            "event id=INC1/3 ticket_id=INC1 at=2025-06-01T09:00:00Z kind=status to=open",
            // the ticket of this row was refused, so the event takes along what is kept
            "event id=INC1/4 ticket_id=INC1 at=2025-06-02T07:00:00Z kind=status to=solved rest={\"note\":\"late\"}",
            "customer id=C1",
            "customer id=C2",
        ]
    );
    assert_eq!(codes(&outcome), ["4 bad_integer"]);
    assert_eq!(outcome.rejects[0].reason, "ticket attr.floor: \"x\" is not a whole number");
    assert_eq!(outcome.rejects[0].column.as_deref(), Some("floor"));
    assert_eq!((outcome.mapped.rows, outcome.mapped.accepted, outcome.mapped.rejected), (4, 3, 1));
    assert_eq!(counts(&outcome).into_iter().collect::<Vec<_>>(), [("customer", 2), ("event", 2), ("ticket", 3)]);
    let through: Vec<String> =
        outcome.mapped.loaded_through.iter().map(|(kind, at)| format!("{} {at}", kind.name())).collect();
    assert_eq!(through, ["ticket 2025-06-01T08:00:00Z", "event 2025-06-02T07:00:00Z"]);
}

#[test]
fn keys_revisions_ranks_lines_and_systems() {
    let text = r#"
        system = "helpdesk"
        rank = 5
        refers = { customer = "crm", agent = "hr" }
        [read]
        format = "csv"
        [[record]]
        kind = "ticket"
        id = "id"
        revision = "cast(rev as integer) * 1000000 + _line"
        [record.fields]
        created_at = "'2025-01-01'"
        customer_id = "customer"
        agent = "agent"
        [[record]]
        kind = "event"
        id = "id"
        [record.fields]
        ticket_id = "id"
        at = "'2025-01-01'"
        kind = "'note'"
    "#;
    let source = source(text);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("in.csv");
    std::fs::write(&path, "id,rev,customer,agent\na,7,c,\n\nb,8,,x\nc,seven,,\nd,9223372036854775807,,\n").unwrap();
    let mut found = Vec::new();
    let mut rejects = Vec::new();
    let options = Options { now: NOW.parse().unwrap(), preview: None, undated: 42 };
    map_file(
        &source,
        &path,
        &attributes(&source),
        options,
        &mut |kind, batch| {
            let text = |name: &str, row: usize| {
                let array = batch.column_by_name(name).unwrap().as_string::<i32>();
                if array.is_null(row) { "-".to_owned() } else { array.value(row).to_owned() }
            };
            let integer =
                |name: &str, row: usize| batch.column_by_name(name).unwrap().as_primitive::<Int64Type>().value(row);
            for row in 0..batch.num_rows() {
                let (revision, rank, line) = (integer("revision", row), integer("rank", row), integer("line", row));
                let key = format!(
                    "{} {}:{} revision {revision} rank {rank} line {line}",
                    kind.name(),
                    text("system", row),
                    text("id", row)
                );
                found.push(match kind {
                    RecordKind::Ticket => {
                        format!("{key} customer {} agent {}", text("customer_system", row), text("agent_system", row))
                    }
                    _ => format!("{key} ticket {}", text("ticket_system", row)),
                });
            }
            Ok(())
        },
        &mut |reject| rejects.push(format!("{} {} {}", reject.line, reject.code, reject.reason)),
        &mut |_, _| {},
    )
    .unwrap();
    assert_eq!(
        found,
        [
            "ticket helpdesk:a revision 7000002 rank 5 line 2 customer crm agent -",
            "ticket helpdesk:b revision 8000004 rank 5 line 4 customer - agent hr",
            "event helpdesk:a revision 42 rank 5 line 2 ticket helpdesk",
            "event helpdesk:b revision 42 rank 5 line 4 ticket helpdesk",
            "event helpdesk:c revision 42 rank 5 line 5 ticket helpdesk",
            "event helpdesk:d revision 42 rank 5 line 6 ticket helpdesk",
        ]
    );
    // a revision that cannot be worked out, or overflows, is not 0
    assert_eq!(
        rejects,
        [
            "5 missing_field ticket revision: missing, and a ticket needs it",
            "6 missing_field ticket revision: missing, and a ticket needs it"
        ]
    );
}

/// Fields of a kind as one row of a file whose columns are the fields, and what becomes of it.
fn check_row(kind: &str, row: &[(&str, &str)], expected: &str) {
    let required = match kind {
        "ticket" => "created_at = \"'2025-06-01T10:00:00Z'\"\n",
        "event" => "ticket_id = \"'t'\"\nat = \"'2025-06-01T10:00:00Z'\"\n",
        "contact" => "queued_at = \"'2025-06-01T10:00:00Z'\"\n",
        "survey_answer" => "instrument = \"'csat'\"\n",
        "quality_review" => "reviewed_at = \"'2025-06-01T10:00:00Z'\"\n",
        "quality_item" => "review_id = \"'r'\"\nitem = \"'i'\"\n",
        "exchange_rate" => "currency = \"'USD'\"\nat = \"'2025-06-01T10:00:00Z'\"\nrate = \"1\"\n",
        _ => "",
    };
    let mut fields: Vec<String> = required
        .lines()
        .filter(|line| row.iter().all(|(name, _)| !line.starts_with(name)))
        .map(str::to_owned)
        .collect();
    fields.extend(row.iter().filter(|(name, _)| *name != "id").map(|(name, _)| format!("{name} = \"{name}\"")));
    let id = if row.iter().any(|(name, _)| *name == "id") { "id" } else { "'i'" };
    let toml = toml(&format!("[[record]]\nkind = \"{kind}\"\nid = \"{id}\"\n[record.fields]\n{}\n", fields.join("\n")));
    let header: Vec<&str> = row.iter().map(|(name, _)| *name).collect();
    let cells: Vec<&str> = row.iter().map(|(_, cell)| *cell).collect();
    let outcome = map_text(&toml, &format!("{}\n{}\n", header.join(","), cells.join(",")));
    // that no zone is declared is a matter of its own
    let mut warnings = outcome.mapped.warnings.iter().filter(|warning| warning.code != "no_zone");
    let found = match outcome.rejects.first() {
        Some(reject) => format!("{} {}", reject.code, reject.reason),
        None => warnings.next().map_or("ok".to_owned(), |warning| format!("ok, {}", warning.message)),
    };
    assert_eq!(found, expected, "{kind} {row:?}");
}

#[test]
fn what_a_record_must_hold() {
    let long = "x".repeat(1000);
    let too_long = "é".repeat(501);
    let scale = [("scale_min", "1"), ("scale_max", "5"), ("answered_at", "2025-06-01T10:00:00Z")];
    let answer = |value: &'static str| [("value", value), scale[0], scale[1], scale[2]];
    for (kind, row, expected) in [
        ("customer", &[("id", ""), ("name", "x")][..], "missing_field customer id: missing, and a customer needs it"),
        ("customer", &[("id", "?"), ("name", "x")], "ok"),
        ("customer", &[("id", &long)], "ok"),
        ("customer", &[("id", &too_long)], "id_too_long customer id: an id of 1002 bytes; at most 1000 are valid"),
        (
            "ticket",
            &[("customer_id", &too_long)],
            "id_too_long ticket customer_id: an id of 1002 bytes; at most 1000 are valid",
        ),
        (
            "ticket",
            &[("created_at", ""), ("subject", "x")],
            "missing_field ticket created_at: missing, and a ticket needs it",
        ),
        ("ticket", &[("created_at", "soon")], "bad_time ticket created_at: \"soon\" is not a time: valid: ISO 8601"),
        // two problems of one record are one reject
        (
            "ticket",
            &[("created_at", "soon"), ("is_spam", "maybe"), ("status", "closed")],
            "bad_time ticket created_at: \"soon\" is not a time: valid: ISO 8601 (and 1 more problem)",
        ),
        ("ticket", &[("status", "on_hold"), ("created_by", "bot")], "ok"),
        (
            "ticket",
            &[("status", "Open")],
            "unknown_value ticket status: \"Open\" is none of new, open, pending, on_hold, solved, closed",
        ),
        (
            "ticket",
            &[("created_by", "robot")],
            "unknown_value ticket created_by: \"robot\" is none of customer, agent, bot, system",
        ),
        (
            "event",
            &[("kind", "phoned")],
            "unknown_value event kind: \"phoned\" is none of reply, note, status, assign, merge, update, escalate",
        ),
        (
            "event",
            &[("kind", "reply"), ("actor_kind", "human")],
            "unknown_value event actor_kind: \"human\" is none of customer, agent, bot, system",
        ),
        ("event", &[("kind", "status"), ("to", "solved")], "ok"),
        (
            "event",
            &[("kind", "status"), ("to", "-100")],
            "unknown_value event to: \"-100\" is none of new, open, pending, on_hold, solved, closed",
        ),
        (
            "event",
            &[("kind", "status"), ("to", "")],
            "missing_field event to: a status event has the status it leads to",
        ),
        ("event", &[("kind", "status")], "missing_field event to: a status event has the status it leads to"),
        ("event", &[("kind", "assign"), ("to", "Team 7")], "ok"),
        ("contact", &[("direction", "inbound")], "unknown_value contact direction: \"inbound\" is none of in, out"),
        (
            "contact",
            &[("outcome", "hung up")],
            "unknown_value contact outcome: \"hung up\" is none of answered, abandoned, callback, overflow",
        ),
        ("contact", &[("handled_by", "ivr")], "unknown_value contact handled_by: \"ivr\" is none of human, bot"),
        ("contact", &[("talk", "-3")], "negative_duration contact talk: \"-3\" is a negative length of time"),
        // times
        ("ticket", &[("created_at", "2026-01-01T23:59:59Z")], "ok"),
        (
            "ticket",
            &[("created_at", "2026-01-02T00:00:01Z")],
            "future_time ticket created_at: 2026-01-02T00:00:01Z lies more than a day after 2026-01-01T00:00:00Z",
        ),
        ("ticket", &[("created_at", "2016-01-01T00:00:00Z")], "ok"),
        ("ticket", &[("solved_at", "2025-06-01T10:00:00Z")], "ok"),
        (
            "ticket",
            &[("solved_at", "2025-06-01T09:59:59Z")],
            "impossible_times ticket solved_at: 2025-06-01T09:59:59Z lies before created_at, 2025-06-01T10:00:00Z",
        ),
        (
            "ticket",
            &[("first_reply_at", "2025-05-01")],
            "impossible_times ticket first_reply_at: 2025-05-01T00:00:00Z lies before created_at, 2025-06-01T10:00:00Z",
        ),
        (
            "ticket",
            &[("closed_at", "2025-05-01")],
            "impossible_times ticket closed_at: 2025-05-01T00:00:00Z lies before created_at, 2025-06-01T10:00:00Z",
        ),
        (
            "ticket",
            &[("first_reply_at", "2025-06-03"), ("solved_at", "2025-06-02")],
            "ok, ticket solved_at lies before first_reply_at",
        ),
        (
            "ticket",
            &[("closed_at", "2025-06-02"), ("solved_at", "2025-06-03")],
            "ok, ticket closed_at lies before solved_at",
        ),
        (
            "contact",
            &[("answered_at", "2025-06-01T09:00:00Z")],
            "impossible_times contact answered_at: 2025-06-01T09:00:00Z lies before queued_at, 2025-06-01T10:00:00Z",
        ),
        (
            "contact",
            &[("abandoned_at", "2025-06-01T09:00:00Z")],
            "impossible_times contact abandoned_at: 2025-06-01T09:00:00Z lies before queued_at, 2025-06-01T10:00:00Z",
        ),
        (
            "contact",
            &[("answered_at", "2025-06-01T11:00:00Z"), ("ended_at", "2025-06-01T10:30:00Z")],
            "impossible_times contact ended_at: 2025-06-01T10:30:00Z lies before answered_at, 2025-06-01T11:00:00Z",
        ),
        (
            "survey_answer",
            &[("offered_at", "2025-06-02"), scale[0], scale[1], scale[2], ("value", "3")],
            "impossible_times survey_answer answered_at: 2025-06-01T10:00:00Z lies before offered_at, 2025-06-02T00:00:00Z",
        ),
        // scales
        ("survey_answer", &answer("5"), "ok"),
        ("survey_answer", &answer("1"), "ok"),
        ("survey_answer", &answer("4.5"), "ok"),
        ("survey_answer", &answer("6"), "out_of_scale survey_answer value: 6 is not within 1 to 5"),
        ("survey_answer", &answer("0"), "out_of_scale survey_answer value: 0 is not within 1 to 5"),
        ("survey_answer", &answer("-1"), "out_of_scale survey_answer value: -1 is not within 1 to 5"),
        ("survey_answer", &answer("5.0001"), "out_of_scale survey_answer value: 5.0001 is not within 1 to 5"),
        ("survey_answer", &answer(""), "missing_field survey_answer value: missing, and a survey_answer needs it"),
        (
            "survey_answer",
            &[("value", "3"), ("scale_min", "5"), ("scale_max", "5"), scale[2]],
            "bad_scale survey_answer scale_max: a scale from 5 to 5",
        ),
        // ranges
        ("quality_review", &[("score", "100")], "ok"),
        (
            "quality_review",
            &[("score", "100.0001")],
            "out_of_scale quality_review score: 100.0001 is not between 0 and 100",
        ),
        ("quality_item", &[("score", "85")], "out_of_scale quality_item score: 85 is not between 0 and 1"),
        ("exchange_rate", &[("rate", "0")], "out_of_scale exchange_rate rate: 0 is not more than 0"),
        ("contact", &[("transfers", "-1")], "out_of_scale contact transfers: -1 is not 0 or more"),
        ("contact", &[("transfers", "-0")], "ok"),
        (
            "survey_answer",
            &[("value", "3"), ("about", "weather"), scale[0], scale[1], scale[2]],
            "unknown_value survey_answer about: \"weather\" is none of agent, service, product, delivery, company",
        ),
    ] {
        check_row(kind, row, expected);
    }
}

/// The closed lists in the checks are those that the reference shows.
#[test]
fn vocabularies_are_those_of_the_reference() {
    for (kind, field) in [
        ("ticket", "status"),
        ("ticket", "created_by"),
        ("event", "kind"),
        ("event", "actor_kind"),
        ("contact", "direction"),
        ("contact", "outcome"),
        ("contact", "handled_by"),
        ("survey_answer", "about"),
    ] {
        let declared = RecordKind::parse(kind).unwrap();
        let meaning = declared.fields().iter().find(|declared| declared.name == field).unwrap().meaning;
        let meaning = meaning.split(';').next().unwrap();
        let meaning = meaning.rsplit(": ").next().unwrap().replace(" or ", ", ");
        for word in meaning.split(", ").map(str::trim) {
            let row = [(field, word), ("to", "solved")];
            let rows = if kind == "event" && field == "kind" { &row[..] } else { &row[..1] };
            let mut rows = rows.to_vec();
            if kind == "event" && field != "kind" {
                rows.push(("kind", "note"));
            }
            if kind == "survey_answer" {
                rows.extend([("value", "3"), ("scale_min", "1"), ("scale_max", "5"), ("answered_at", "2025-06-01")]);
            }
            check_row(kind, &rows, "ok");
        }
    }
}

#[test]
fn custom_times_may_lie_in_the_future() {
    let toml = toml(
        "[[record]]\nkind = \"customer\"\nid = \"'i'\"\n[record.attributes]\nrenewal = { value = \"renewal\", type = \"time\" }\n",
    );
    assert_eq!(
        map_text(&toml, "renewal,x\n2030-01-01,\n").records,
        ["customer id=i attr.renewal=2030-01-01T00:00:00Z"]
    );
}

#[test]
fn attributes_of_the_workspace_that_a_source_does_not_map_are_null() {
    let source = source(&toml("[[record]]\nkind = \"customer\"\nid = \"id\"\n[record.attributes]\ntier = \"tier\"\n"));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("in.csv");
    std::fs::write(&path, "id,tier\n1,gold\n").unwrap();
    let options = Options { now: NOW.parse().unwrap(), preview: None, undated: 0 };
    let run = |attributes: &Attributes| {
        let mut columns = Vec::new();
        let result = map_file(
            &source,
            &path,
            attributes,
            options,
            &mut |_, batch| {
                columns = batch
                    .schema()
                    .fields()
                    .iter()
                    .zip(batch.columns())
                    .map(|(field, array)| format!("{} {}", field.name(), array.null_count()))
                    .collect();
                Ok(())
            },
            &mut |_| {},
            &mut |_, _| {},
        );
        result.map(|_| columns)
    };
    let attribute = |name: &str, kind| model::Attribute { name: name.to_owned(), kind };
    let wider = [attribute("age", model::FieldType::Integer), attribute("tier", model::FieldType::Text)];
    let columns = run(&Attributes::from([(RecordKind::Customer, wider.to_vec())])).unwrap();
    assert_eq!(columns[columns.len() - 3..], ["attr.age 1", "attr.tier 0", "rest 1"]);
    let other = Attributes::from([(RecordKind::Customer, vec![attribute("tier", model::FieldType::Integer)])]);
    assert!(run(&other).unwrap_err().to_string().ends_with("the workspace has no attribute `tier` of type text"));
}

#[test]
fn a_filter_that_is_null_makes_no_record_and_no_reject() {
    let toml = toml("[[record]]\nkind = \"customer\"\nwhere = \"kind = 'c'\"\nid = \"id\"\n");
    let outcome = map_text(&toml, "id,kind\n1,c\n2,\n,d\n,c\n");
    assert_eq!(
        (outcome.records, outcome.mapped.accepted, outcome.mapped.rejected),
        (vec!["customer id=1".to_owned()], 3, 1)
    );
}

#[test]
fn preview_reads_the_first_rows_only() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("in.csv");
    std::fs::write(&path, "id,name\n1,a\n2\n3,c\n4,d\n").unwrap();
    let source = source(&super::customers(""));
    for (rows, records) in [(0, 0), (1, 1), (2, 1), (3, 2), (99, 3)] {
        let outcome = super::map(&source, &path, Some(rows)).unwrap();
        assert_eq!((outcome.mapped.rows as usize, outcome.records.len()), (rows.min(4), records));
    }
}

#[test]
fn mistakes_in_the_source_file_are_shown_where_they_are() {
    let problems = |toml: &str, text: &str| match map_bytes(toml, text.as_bytes()) {
        Err(MapError::Diagnostics(found)) => found.iter().map(ToString::to_string).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    let text = "[read]\nformat = \"csv\"\n[[record]]\nkind = \"customer\"\nwhere = \"Kind = 'x'\"\nid = \"concat(id, nam)\"\n[record.fields]\nname = { value = \"name\", values = { a = \"b\" } }\nsince = \"signup\"\n";
    assert_eq!(
        problems(text, "id,name,kind,since,signups\n"),
        [
            "sources/desk.toml:3:1: the file has no column \"Kind\" (perhaps `kind`)",
            "sources/desk.toml:6:18: the file has no column \"nam\" (perhaps `name`)",
            "sources/desk.toml:9:10: the file has no column \"signup\" (perhaps `signups`)",
        ]
    );
    assert_eq!(
        problems(&super::customers(""), "id,name,name\n1,a,b\n"),
        [
            "sources/desk.toml:9:9: the file has 2 columns named `name` (rename one, or name the columns with read.columns)"
        ]
    );
    // no header line: the first row is taken for one
    assert_eq!(
        problems(&super::customers(""), "1,Ann\n2,Bob\n"),
        [
            "sources/desk.toml:7:7: the file has no column \"id\" (valid: `1`, `Ann`)",
            "sources/desk.toml:9:9: the file has no column \"name\" (valid: `1`, `Ann`)",
        ]
    );
    // what cannot be seen is shown
    assert!(problems(&super::customers(""), "id,\u{200b}name\n")[0].contains("no column \"name\""));
    // what reading a source file refuses beforehand is refused here too
    let mut zoned = source(&super::customers("").replace("[record.fields]", "[record.fields]\nsince = \"name\""));
    zoned.read.date_formats = vec!["%d/%m/%Y %H:%M %Z".to_owned()];
    let error = super::map(&zoned, std::path::Path::new("nothing"), None).expect_err("no such format");
    assert_eq!(
        error.to_string(),
        "sources/desk.toml:9:9: no time can be read with the format `%d/%m/%Y %H:%M %Z` (a strptime format with year, month and day, for an end of a period also with a month alone, and no zone abbreviation)"
    );
}

#[test]
fn a_pattern_in_a_column_that_is_none_fails_the_file() {
    let toml = super::customers("").replace("name = \"name\"", "name = \"regexp_replace(name, id, '')\"");
    assert_eq!(map_text(&toml, "id,name\na+,caat\n").records, ["customer id=a+ name=ct"]);
    let error = map_bytes(&toml, b"id,name\n(,x\n").expect_err("no pattern").to_string();
    assert!(error.starts_with("sources/desk.toml: ") && error.contains("unclosed group"), "{error}");
}

#[test]
fn legs_refer_to_the_contacts_of_another_system() {
    for (refers, expected) in [("", "acd-legs"), ("refers = { contact = \"acd\" }", "acd")] {
        let text = format!(
            r#"
            system = "acd-legs"
            {refers}
            [read]
            format = "csv"
            [[record]]
            kind = "contact_leg"
            id = "id"
            [record.fields]
            contact_id = "call"
            started_at = "'2025-01-01T09:00:00Z'"
            "#
        );
        let source = source(&text);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("in.csv");
        std::fs::write(&path, "id,call\n1,k\n").unwrap();
        let mut systems = Vec::new();
        map_file(
            &source,
            &path,
            &attributes(&source),
            Options { now: NOW.parse().unwrap(), preview: None, undated: 42 },
            &mut |_, batch| {
                let found = batch.column_by_name("contact_system").unwrap().as_string::<i32>();
                systems.extend(found.iter().map(|system| system.map(str::to_owned)));
                Ok(())
            },
            &mut |reject| panic!("{reject:?}"),
            &mut |_, _| {},
        )
        .unwrap();
        assert_eq!(systems, [Some(expected.to_owned())], "{refers}");
    }
}
