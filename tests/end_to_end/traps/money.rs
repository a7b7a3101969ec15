//! Money: currencies, open books, costs of part of a month.

use end_to_end::Trial;
use serde_json::Value;

use super::{desk, holds, load, rows};

/// Sources of the books beside those of the desk.
const BOOKS: [(&str, &str); 3] = [
    (
        "ledger",
        r#"kind = "cost"
id = "entry"
[record.fields]
pool = "pool"
period_start = "from"
period_end = "to"
amount = "amount"
currency = "currency"
channel = "channel"
is_closed = "closed"
"#,
    ),
    (
        "shares",
        r#"kind = "allocation"
id = "concat(pool, '-', channel)"
[record.fields]
pool = "pool"
channel = "channel"
share = "share"
driver = "'handle_time'"
valid_from = "'2026-01-01T00:00:00Z'"
"#,
    ),
    (
        "rates",
        r#"kind = "exchange_rate"
id = "concat(currency, '-', day)"
[record.fields]
currency = "currency"
at = "day"
rate = "rate"
"#,
    ),
];

const LEDGER: &str = "entry,pool,from,to,amount,currency,channel,closed";
const CALLS: &str = super::CALLS;

fn books() -> Trial {
    let trial = desk("UTC");
    for (name, record) in BOOKS {
        let text = format!("system = \"books\"\n[read]\nformat = \"csv\"\n\n[[record]]\n{record}");
        trial.write(&format!("sources/{name}.toml"), text);
    }
    trial
}

/// Calls of a month, and one in June so that the data reach beyond.
fn calls(trial: &Trial, count: usize, month: u32, channel: &str) {
    let row = |call| {
        format!("M{month}-{call},2026-{month:02}-10T08:00:00Z,2026-{month:02}-10T08:00:09Z,,,{channel},q,,C{call},bill")
    };
    load(trial, "calls", CALLS, &rows(count, row));
    load(trial, "calls", CALLS, &["LATER,2026-06-01T08:00:00Z,2026-06-01T08:00:09Z,,,phone,q,,,".to_owned()]);
}

fn of(trial: &Trial, statistic: &str, metric: &[&str], month: &str) -> Value {
    trial.figure(statistic, &[metric, &["--range", month]].concat())
}

/// The dollar falls by a fifth: in euros the same bill looks like a saving.
#[test]
fn currency() {
    let trial = books();
    let bill = |month: u32| {
        format!("B{month},licences,2026-{month:02}-01T00:00:00Z,2026-{:02}-01T00:00:00Z,3100,USD,,true", month + 1)
    };
    load(&trial, "ledger", LEDGER, &[bill(3), bill(5)]);
    // said at the import, and for as long as it is so
    let said = trial.run(&["check"]);
    let said = said.out + &said.err;
    assert!(said.contains("no exchange rate for USD: 2 × amounts of 1 Mar – 31 May 2026"), "{said}");

    // without rates there is no figure, and not one without what is in dollars
    load(&trial, "ledger", LEDGER, &["E3,rent,2026-03-01T00:00:00Z,2026-04-01T00:00:00Z,310,EUR,,true".to_owned()]);
    let none = of(&trial, "sum", &["total_cost"], "2026-03");
    assert_eq!((none["value"].is_null(), none["quality"].as_str()), (true, Some("no_data")), "{none}");
    assert_eq!(none["note"], "31 rows without a value: USD 31");
    let shown = trial.ok(&["kpi", "total_cost", "--range", "2026-03"]);
    assert!(shown.contains("note: 1–31 Mar 2026: 31 rows without a value: USD 31"), "{shown}");
    let rent = trial.figure("sum", &["total_cost", "--range", "2026-03", "--where", "pool = 'rent'"]);
    assert_eq!((rent["value"].as_f64(), rent["note"].is_null()), (Some(310.0), true));

    load(
        &trial,
        "rates",
        "currency,day,rate",
        &["USD,2026-03-01T00:00:00Z,1", "USD,2026-05-01T00:00:00Z,0.8"].map(str::to_owned),
    );
    let (march, may) = (of(&trial, "sum", &["total_cost"], "2026-03"), of(&trial, "sum", &["total_cost"], "2026-05"));
    assert_eq!((march["value"].as_f64(), may["value"].as_f64()), (Some(3410.0), Some(2480.0)), "in the books");
    // at one rate for both months nothing was saved
    let constant =
        |month: &str| of(&trial, "sum", &["total_cost:constant_currency", "--where", "pool = 'licences'"], month);
    holds(&constant("2026-05"), constant("2026-03")["value"].as_f64().expect("a sum"), 3100.0);

    // the day after the 31st of March's rate there was none
    load(&trial, "ledger", LEDGER, &["A,licences,2026-04-01T00:00:00Z,2026-04-02T00:00:00Z,1,USD,,true".to_owned()]);
    let april = of(&trial, "sum", &["total_cost"], "2026-04");
    assert!(april["value"].is_null() && april["note"] == "1 row without a value: USD 1", "{april}");
    // an amount per contact is no data either, with the reason
    calls(&trial, 40, 4, "phone");
    let each = of(&trial, "value", &["cost_per_contact"], "2026-04");
    assert!(each["value"].is_null() && each["note"] == "1 row without a value: USD 1", "{each}");
}

/// Half a month bears half a month's bill, a quarter's bill a third of it, shared out as the pool is.
#[test]
fn part_of_a_bill() {
    let trial = books();
    load(
        &trial,
        "ledger",
        LEDGER,
        &[
            "Q1,people,2026-01-01T00:00:00Z,2026-04-01T00:00:00Z,9000,EUR,,true",
            "M,telecom,2026-03-01T00:00:00Z,2026-04-01T00:00:00Z,310,EUR,phone,true",
            "N,people,2026-04-01T00:00:00Z,2026-07-01T00:00:00Z,9100,EUR,,false",
        ]
        .map(str::to_owned),
    );
    load(&trial, "shares", "pool,channel,share", &["people,phone,3", "people,chat,1"].map(str::to_owned));
    calls(&trial, 400, 3, "phone");
    load(
        &trial,
        "calls",
        CALLS,
        &rows(100, |call| format!("W{call},2026-03-10T08:00:00Z,2026-03-10T08:00:09Z,,,chat,q,,,")),
    );

    holds(&of(&trial, "sum", &["total_cost"], "2026-03"), 3100.0 + 310.0, 310.0);
    let half = trial.figure("sum", &["total_cost", "--from", "2026-03-01", "--to", "2026-03-16"]);
    holds(&half, 1500.0 + 150.0, 0.0);
    let by = trial.kpi(&["cost_per_contact", "--range", "2026-03", "--by", "channel"]);
    let row = |channel: &str| {
        by[0]["rows"]
            .as_array()
            .expect("rows")
            .iter()
            .find(|row| row["by"]["channel"] == channel)
            .expect("a row")
            .clone()
    };
    holds(&row("phone"), (2325.0 + 310.0) / 400.0, 310.0 / 400.0);
    holds(&row("chat"), 775.0 / 100.0, 0.0);
    assert_eq!((row("phone")["quality"].as_str(), row("phone")["n"].as_u64()), (Some("ok"), Some(400)));
    assert_eq!((by[0]["unit"].as_str(), by[0]["currency"].as_str()), (Some("currency"), Some("EUR")));
    // the whole is no mean of its parts
    holds(&of(&trial, "value", &["cost_per_contact"], "2026-03"), 3410.0 / 500.0, (6.5875 + 7.75) / 2.0);
    // books that are still open make a provisional figure
    let open = of(&trial, "sum", &["total_cost"], "2026-04");
    assert_eq!((open["value"].as_f64(), open["quality"].as_str()), (Some(3000.0), Some("provisional")));
    assert!(trial.ok(&["kpi", "total_cost", "--range", "2026-04"]).contains("provisional"));
}
