//! Numbers that their field cannot hold, and parts that are more than their whole: 62, 63 and 65 on records of quality, money
//! and counts.

use end_to_end::{Trial, close};

/// A source of records of a kind, whose fields are columns of the same name.
fn source(kind: &str, columns: &str) -> String {
    let fields: String =
        columns.split(',').filter(|name| *name != "id").map(|name| format!("{name} = \"{name}\"\n")).collect();
    format!("[read]\nformat = \"csv\"\n[[record]]\nkind = \"{kind}\"\nid = \"id\"\n[record.fields]\n{fields}")
}

#[test]
fn numbers_that_their_field_cannot_hold() {
    let trial = Trial::new("UTC");
    let at = "2026-03-02";
    for (kind, columns, rest, field, valid, invalid, range) in [
        // 63, 65: a score of a hundred, and of one
        (
            "quality_review",
            "id,reviewed_at,score",
            vec![at],
            "score",
            ["0", "0.9", "100"],
            ["101", "-1", "100.0001"],
            "between 0 and 100",
        ),
        (
            "quality_item",
            "id,review_id,item,score",
            vec!["r", "i"],
            "score",
            ["0", "0.85", "1"],
            ["85", "-0.5", "1.0001"],
            "between 0 and 1",
        ),
        (
            "quality_item",
            "id,review_id,item,weight",
            vec!["r", "i"],
            "weight",
            ["0", "1", "85"],
            ["-3", "-0.0001", "-1"],
            "0 or more",
        ),
        (
            "survey_answer",
            "id,instrument,scale_min,scale_max,answered_at,value,weight",
            vec!["csat", "1", "5", at, "3"],
            "weight",
            ["0", "1", "2.5"],
            ["-1", "-0.5", "-3"],
            "0 or more",
        ),
        (
            "daily_count",
            "id,day,measure,value",
            vec![at, "offered"],
            "value",
            ["0", "1", "250"],
            ["-20", "-1", "-0.5"],
            "0 or more",
        ),
        ("contact", "id,queued_at,transfers", vec![at], "transfers", ["0", "1", "2"], ["-1", "-2", "-3"], "0 or more"),
        (
            "session",
            "id,kind,started_at,customer_turns",
            vec!["bot", at],
            "customer_turns",
            ["0", "1", "2"],
            ["-1", "-2", "-3"],
            "0 or more",
        ),
        (
            "allocation",
            "id,pool,valid_from,share",
            vec!["people", at],
            "share",
            ["0", "1", "0.5"],
            ["-1", "-0.5", "-2"],
            "0 or more",
        ),
        (
            "exchange_rate",
            "id,currency,at,rate",
            vec!["USD", at],
            "rate",
            ["0.0001", "1", "0.9"],
            ["0", "-1", "-0.9"],
            "more than 0",
        ),
        (
            "exchange_rate",
            "id,currency,at,rate,units",
            vec!["USD", at, "1"],
            "units",
            ["1", "100", "1000"],
            ["0", "-1", "-100"],
            "more than 0",
        ),
        (
            "subscription_movement",
            "id,customer_id,at,kind,mrr",
            vec!["c", at, "start"],
            "mrr",
            ["0", "1", "99.5"],
            ["-1", "-0.5", "-99"],
            "0 or more",
        ),
        // what may be negative stays free
        (
            "subscription_movement",
            "id,customer_id,at,kind,mrr_change",
            vec!["c", at, "change"],
            "mrr_change",
            ["-5", "0", "5"],
            ["", "", ""],
            "",
        ),
        (
            "cost",
            "id,pool,period_start,period_end,currency,amount",
            vec!["credits", "2026-03-01", "2026-04-01", "EUR"],
            "amount",
            ["-5", "0", "5"],
            ["", "", ""],
            "",
        ),
        (
            "order",
            "id,customer_id,ordered_at,currency,amount",
            vec!["c", at, "EUR"],
            "amount",
            ["-5", "0", "5"],
            ["", "", ""],
            "",
        ),
    ] {
        let name = format!("{kind}-{field}");
        trial.write(&format!("sources/{name}.toml"), source(kind, columns));
        let numbers = valid.iter().chain(invalid.iter().filter(|number| !number.is_empty()));
        let rows: String =
            numbers.enumerate().map(|(at, number)| format!("{name}{at},{},{number}\n", rest.join(","))).collect();
        let file = trial.write(&format!("{name}.csv"), format!("{columns}\n{rows}"));
        let said = trial.ok(&["import", &name, &file]);
        let refused = invalid.iter().filter(|number| !number.is_empty()).count();
        assert!(said.contains(&format!("3 rows accepted, {refused} rejected → 3 {kind}")), "{name}: {said}");
        let found = super::rejects(&trial, &name, &format!("{name}.csv"));
        let expected: Vec<String> = (5..5 + refused).map(|line| format!("{line} out_of_scale")).collect();
        assert_eq!(found, expected, "{name}");
        if refused > 0 {
            let first = format!("{name}.csv:5: {field}: {kind} {field}: {} is not {range}", invalid[0]);
            assert!(said.contains(&first), "{name}: {first} is not in\n{said}");
        }
    }
    trial.ok(&["verify"]);
}

/// A day on which more calls were answered in time than came is kept and told of, with its line; one that is possible is not.
#[test]
fn a_part_that_is_more_than_its_whole() {
    let trial = Trial::new("Europe/Amsterdam");
    trial.write(
        "sources/days.toml",
        source("daily_count", "id,day,measure,channel,value")
            .replace("csv\"\n", "csv\"\nzone = \"Europe/Amsterdam\"\n"),
    );
    let text = "id,day,measure,channel,value\n\
                1,2026-03-02,offered,phone,100\n2,2026-03-02,answered_in_target,phone,250\n3,2026-03-02,abandoned_short,phone,0\n\
                4,2026-03-03,offered,phone,60\n5,2026-03-03,offered,phone,40\n6,2026-03-03,answered_in_target,phone,80\n\
                7,2026-03-03,offered,chat,1\n8,2026-03-03,handle_time,chat,900\n";
    let file = trial.write("days.csv", text);
    let said = trial.ok(&["import", "days", &file]);
    assert!(said.contains("8 rows accepted, 0 rejected"), "{said}");
    let note = "note: 1 × a day on which a part is more than its whole: both are counted as they are \
                (daily_count value from days; as days.csv:3: 2026-03-02: answered_in_target 250 of offered 100)";
    assert!(said.contains(note), "{said}");
    let day = ["--from", "2026-03-03", "--to", "2026-03-04", "--where", "channel = 'phone'"];
    let row = trial.figure("mean", &[&["daily_service_level"], &day[..]].concat());
    assert!(close(&row["value"], 80.0, 1e-9), "{row}");

    // what is as it was is not told again by an import of something else, and all of it by `check`
    trial.write("sources/desk.toml", source("ticket", "id,created_at"));
    let tickets = trial.write("tickets.csv", "id,created_at\n1,2026-03-02T08:00:00Z\n");
    let later = trial.ok(&["import", "desk", &tickets]);
    assert!(!later.contains("note: ") && later.contains("1 note is no more than before this import"), "{later}");
    assert!(trial.ok(&["check"]).contains(note));

    // of more than there was, how many are new
    let more = trial.write(
        "more.csv",
        "id,day,measure,channel,value\n9,2026-03-04,abandoned,phone,9\n10,2026-03-04,offered,phone,8\n",
    );
    let said = trial.ok(&["import", "days", &more]);
    assert!(said.contains("note: 2 × a day on which") && said.contains("1 of them known before)"), "{said}");
    assert!(said.contains("days.csv:3: 2026-03-02"), "{said}");
}
