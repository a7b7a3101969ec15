//! A year of books, orders, contacts and offers made by dice: the engine against the plain evaluator, for every metric,
//! with currencies whose rates are missing and ledgers that are still open.

use std::path::Path;

use end_to_end::Trial;

use crate::second_opinion::compare;

/// Sources by name: kind, id, fields.
const SOURCES: [(&str, &str, &str, &str); 8] = [
    ("calls", "contact", "id", "queued_at answered_at customer_id channel team issue"),
    ("ledger", "cost", "id", "pool period_start period_end amount currency channel is_closed is_one_off"),
    ("shares", "allocation", "id", "pool channel team share valid_from valid_to"),
    ("rates", "exchange_rate", "id", "currency at rate"),
    ("orders", "order", "id", "customer_id ordered_at amount margin currency cancelled_at channel"),
    ("refunds", "refund", "id", "order_id customer_id refunded_at amount currency is_service_cost"),
    ("offers", "offer", "id", "customer_id at is_made is_accepted channel team"),
    ("sales", "revenue_event", "id", "contact_id customer_id at amount margin currency cancelled_at channel team"),
];

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len() as u64) as usize]
    }

    /// A day of 2026 up to October, and a time of it.
    fn time(&mut self) -> String {
        let (month, day, hour, minute) = (1 + self.below(10), 1 + self.below(28), self.below(24), self.below(60));
        format!("2026-{month:02}-{day:02}T{hour:02}:{minute:02}:00Z")
    }

    fn amount(&mut self) -> String {
        format!("{}.{:02}", self.below(200), self.below(100))
    }
}

fn rows(name: &str, dice: &mut Dice) -> Vec<String> {
    let channels = ["phone", "chat", "email", ""];
    let teams = ["first", "second", ""];
    let currencies = ["EUR", "EUR", "EUR", "EUR", "USD", "SEK"];
    let flags = ["true", "false", ""];
    let number = |count: u64, row: &mut dyn FnMut(u64) -> String| (0..count).map(row).collect();
    match name {
        "calls" => number(900, &mut |id| {
            let at = dice.time();
            let answered = if dice.below(6) > 0 { at.clone() } else { String::new() };
            let (customer, channel, team) = (dice.below(150), dice.one(&channels), dice.one(&teams));
            format!("{id},{at},{answered},C{customer},{channel},{team},bill")
        }),
        "ledger" => number(60, &mut |id| {
            let (month, length) = (1 + dice.below(9), 1 + dice.below(2));
            let (channel, closed) = (dice.one(&["", "", "", "phone"]), dice.one(&["true", "true", "true", "false"]));
            let (pool, one_off) = (dice.one(&["people", "telecom", "rent"]), dice.one(&["", "", "", "true"]));
            let (amount, currency) = (dice.amount(), dice.one(&["EUR", "EUR", "EUR", "USD"]));
            let to = month + length;
            format!(
                "{id},{pool},2026-{month:02}-01T00:00:00Z,2026-{to:02}-01T00:00:00Z,{amount},{currency},{channel},{closed},{one_off}"
            )
        }),
        "shares" => vec![
            "1,people,phone,first,2,2026-01-01T00:00:00Z,2026-06-01T00:00:00Z".to_owned(),
            "2,people,chat,second,1,2026-01-01T00:00:00Z,".to_owned(),
            "3,telecom,phone,,1,2026-03-01T00:00:00Z,".to_owned(),
        ],
        // none for kronor, and of dollars none in May
        "rates" => [1, 2, 3, 4, 6, 7, 8, 9, 10, 11]
            .map(|month| format!("{month},USD,2026-{month:02}-01T00:00:00Z,0.9{month}"))
            .to_vec(),
        "orders" => number(600, &mut |id| {
            let cancelled = if dice.below(9) == 0 { "2026-11-01T00:00:00Z" } else { "" };
            let (customer, at, amount) = (dice.below(200), dice.time(), dice.amount());
            let margin = if dice.below(40) == 0 { String::new() } else { "7.5".to_owned() };
            let (currency, channel) = (dice.one(&currencies), dice.one(&channels));
            format!("{id},C{customer},{at},{amount},{margin},{currency},{cancelled},{channel}")
        }),
        "refunds" => number(90, &mut |id| {
            let (order, at, amount) = (dice.below(610), dice.time(), dice.amount());
            let (currency, service) = (dice.one(&currencies), dice.one(&flags));
            format!("{id},{order},C1,{at},{amount},{currency},{service}")
        }),
        "offers" => number(300, &mut |id| {
            let (customer, at, made, accepted) = (dice.below(150), dice.time(), dice.one(&flags), dice.one(&flags));
            format!("{id},C{customer},{at},{made},{accepted},{},{}", dice.one(&channels), dice.one(&teams))
        }),
        _ => number(200, &mut |id| {
            let (call, customer, at, amount) = (dice.below(950), dice.below(150), dice.time(), dice.amount());
            let currency = dice.one(&["EUR", "EUR", "EUR", "EUR", "USD"]);
            format!("{id},{call},C{customer},{at},{amount},3,{currency},,{},{}", dice.one(&channels), dice.one(&teams))
        }),
    }
}

#[test]
fn the_engine_agrees_on_money() {
    let trial = Trial::new("Europe/Berlin");
    let mut dice = Dice(7);
    for (name, kind, id, fields) in SOURCES {
        let mapped: String = fields.split(' ').map(|field| format!("{field} = \"{field}\"\n")).collect();
        let read = format!("system = \"shop\"\n[read]\nformat = \"csv\"\nfiles = [\"incoming/{name}.csv\"]\n");
        trial.write(
            &format!("sources/{name}.toml"),
            format!("{read}\n[[record]]\nkind = \"{kind}\"\nid = \"{id}\"\n[record.fields]\n{mapped}"),
        );
        let text = rows(name, &mut dice).join("\n");
        trial.write(&format!("incoming/{name}.csv"), format!("id,{}\n{text}\n", fields.replace(' ', ",")));
    }
    let said = trial.ok(&["import", "--all", "--now", "2026-11-20T09:00:00Z"]);
    assert!(!said.contains("rejected →") || said.matches(" 0 rejected").count() == SOURCES.len(), "{said}");
    assert!(said.contains("no exchange rate for SEK") && said.contains("no exchange rate for USD"), "{said}");
    let compared = compare(Path::new(&trial.path("")), "2026-11-20T09:00:00Z", "2026-01-05..2026-11-15");
    assert!(compared.valued > 3000, "{compared:?}");
    for quality in ["NoData", "Settling", "Provisional", "Ok"] {
        assert!(compared.qualities.get(quality).is_some_and(|rows| *rows > 20), "{compared:?}");
    }
}
