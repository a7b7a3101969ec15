//! What `crosscheck check` says of source files: whatever an import would refuse, and what is valid but probably not meant.

use end_to_end::{Ran, Trial};

fn file(kind: &str, rest: &str) -> String {
    format!("[read]\nformat = \"csv\"\n[[record]]\nkind = \"{kind}\"\nid = \"id\"\n[record.fields]\n{rest}\n")
}

const TICKET: &str = "created_at = \"at\"";
const COST: &str = "amount = \"amount\"\ncurrency = \"'EUR'\"\nperiod_start = \"month\"\nperiod_end = \"month\"";

fn says(ran: &Ran, code: i32, said: &[&str]) {
    // the box that errors are drawn in breaks lines
    let flat = ran.err.replace("│", " ").split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(ran.code, Some(code), "{ran:?}");
    for said in said {
        assert!(flat.contains(said), "{said}\n{flat}");
    }
}

#[test]
fn what_an_import_refuses_is_refused_by_check() {
    for (text, rows, said) in [
        // a month is no point in time
        (
            file("ticket", "created_at = { value = \"at\", formats = [\"%Y-%m\"] }"),
            "id,at\n1,2026-03\n",
            &["`created_at` is a point in time, and no month"][..],
        ),
        (
            file("ticket", "created_at = { value = \"at\", formats = [\"%H:%M\"] }"),
            "id,at\n1,10:00\n",
            &["no time can be read with the format `%H:%M`"],
        ),
        // a word that is on no list
        (
            file("cost", &format!("pool = {{ value = \"pool\", values = {{ Pay = \"peple\" }} }}\n{COST}")),
            "id,pool,amount,month\n1,Pay,5,2026-03\n",
            &[],
        ),
        (
            file("complaint", "received_at = \"at\"\noutcome = { value = \"o\", values = { Yes = \"uphold\" } }"),
            "id,at,o\n1,2026-03-01,Yes\n",
            &["`uphold` is no `outcome` of complaint records: rows with it would be refused", "perhaps `upheld`"],
        ),
        (
            file("event", "ticket_id = \"id\"\nat = \"at\"\nkind = \"'answered'\""),
            "id,at\n1,2026-03-01\n",
            &["`answered` is no `kind` of event records"],
        ),
    ] {
        let trial = Trial::new("UTC");
        trial.write("sources/some.toml", &text);
        let rows = trial.write("rows.csv", rows);
        let import = trial.run(&["import", "some", &rows]);
        if said.is_empty() {
            // pools are names of people's own
            assert!(trial.run(&["check"]).code == Some(0) && import.code == Some(0), "{text}: {import:?}");
            continue;
        }
        says(&trial.run(&["check"]), 1, said);
        says(&import, 1, said);
    }
}

#[test]
fn sources_that_do_not_go_together_are_named() {
    let trial = Trial::new("UTC");
    let attribute = |kind: &str| {
        format!("{}\n[record.attributes]\nfloor = {{ value = \"f\", type = \"{kind}\" }}", file("ticket", TICKET))
    };
    trial.write("sources/a.toml", attribute("integer"));
    trial.write("sources/b.toml", attribute("text"));
    trial.write("sources/c.toml", file("ticket", TICKET).replace("[read]", "[read]\nfiles = [\"[desk\"]"));
    says(
        &trial.run(&["check"]),
        1,
        &[
            "attribute `floor` is text here and integer in sources/a.toml",
            "sources/b.toml:10",
            "`[desk` is not a pattern of files",
            "sources/c.toml:2",
        ],
    );
}

#[test]
fn what_is_valid_but_probably_not_meant_is_told_by_check_and_by_the_import() {
    let movement = "customer_id = \"customer\"\nat = \"at\"\nkind = \"'start'\"\n[record.attributes]\nplan = \"plan\"\nsize = \"size\"";
    for (text, rows, said) in [
        (
            file("subscription_movement", movement),
            "id,customer,at,plan,size\n1,C,2026-03-01,pro,big\n",
            &[
                "no fact carries attributes of subscription_movement records, so no metric can use `plan`, `size`",
                "rows of subscription carry attributes of customer records: map them there",
            ][..],
        ),
        (
            file("quality_review", "reviewed_at = \"at\"\nscore = \"score\""),
            "id,at,score\n1,2026-03-01,80\n",
            &["quality_review records without `sampling` count as targeted", "sampling = \"'random'\""],
        ),
        (
            file("ticket", "created_at = \"cast(at as time)\""),
            "id,at\n1,2026-03-01T10:00:00Z\n",
            &["a cast reads only times with their zone", "the column by itself, '\"at\"'"],
        ),
    ] {
        let trial = Trial::new("UTC");
        trial.write("sources/some.toml", &text);
        let rows = trial.write("rows.csv", rows);
        says(&trial.run(&["check"]), 0, said);
        says(&trial.run(&["source", "check", "some", &rows]), 0, said);
        says(&trial.run(&["import", "some", &rows]), 0, said);
    }
    let trial = Trial::new("UTC");
    for kind in ["date", "datetime"] {
        trial.write("sources/some.toml", file("ticket", &format!("created_at = \"cast(at as {kind})\"")));
        says(&trial.run(&["check"]), 1, &["dates are times: the column by itself, without a cast, is read by"]);
    }
    // what says how it was chosen is not told of
    trial.write("sources/some.toml", file("quality_review", "reviewed_at = \"at\"\nsampling = \"'random'\""));
    assert!(!trial.run(&["check"]).err.contains("sources/some.toml"));
}

#[test]
fn ids_of_another_system_are_said_with_the_cure() {
    const ANSWER: &str = "ticket_id = \"ticket\"\ninstrument = \"'csat'\"\nscale_min = \"1\"\nscale_max = \"5\"\n\
                          value = \"score\"\nanswered_at = \"at\"";
    let trial = Trial::new("UTC");
    trial.write("sources/desk.toml", file("ticket", TICKET));
    trial.write("sources/surveys.toml", file("survey_answer", ANSWER));
    let said = "`ticket_id` is taken for an id of `surveys`, of which no source has a ticket";
    says(&trial.run(&["check"]), 0, &[said, "`refers = { ticket = \"desk\" }`"]);
    let tickets = trial.write("tickets.csv", "id,at\n1,2026-03-01T09:00:00Z\n");
    let answers = trial.write("answers.csv", "id,ticket,score,at\n1,1,5,2026-03-01T10:00:00Z\n");
    trial.ok(&["import", "desk", &tickets]);
    let out = trial.ok(&["import", "surveys", &answers]);
    assert!(out.contains("a survey answer about a ticket that has not come"), "{out}");
    assert!(out.contains("  cure: sources/surveys.toml:") && out.contains(said), "{out}");
    trial.write("sources/surveys.toml", format!("refers = {{ ticket = \"desk\" }}\n{}", file("survey_answer", ANSWER)));
    let out = trial.ok(&["import", "surveys", &answers]);
    assert!(!out.contains("has not come"), "{out}");
    let check = trial.run(&["check"]);
    assert!(check.code == Some(0) && !check.err.contains("ticket_id"), "{check:?}");
}
