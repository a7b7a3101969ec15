//! Every kind of event, by hand; then that only the order of what is done to one subject counts.

use catalogue::metric::Status as DefinitionStatus;
use jiff::civil::{Date, Weekday};
use model::Instant;
use model::calendar::{FiscalYear, Organisation};
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::fixture;

mod closed;
mod goals;

fn organisation() -> Organisation {
    Organisation::new("o", "Europe/Amsterdam", "EUR", Weekday::Monday, FiscalYear::default()).unwrap()
}

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

/// An entry as the journal has it, made on a day at 09:00 UTC.
fn entry(number: u64, day: &str, actor: &str, subject: &str, event: &Event) -> Recorded {
    let (kind, body) = event.parts();
    Recorded {
        number,
        at: format!("{day}T09:00:00Z").parse().unwrap(),
        actor: actor.to_owned(),
        kind,
        subject: subject.to_owned(),
        body: serde_json::from_str(&body).unwrap(),
        previous: String::new(),
        hash: String::new(),
    }
}

fn comment(text: &str) -> Event {
    Event::Comment { text: text.to_owned() }
}

fn confirm(hash: &str) -> Event {
    Event::Confirm { reason: "still right".to_owned(), hash: hash.to_owned(), archived: vec![] }
}

fn approve(subject: &str, hash: &str) -> Event {
    let texts = vec![Signed {
        subject: subject.parse().unwrap(),
        hash: hash.to_owned(),
        text: None,
        inputs: Default::default(),
    }];
    Event::Approve { reason: None, texts, second_person: false, archived: vec![] }
}

fn retire(reason: &str, second_person: bool) -> Event {
    Event::Retire { reason: reason.to_owned(), second_person }
}

fn change(hash: &str) -> Event {
    Event::Change {
        reason: "too easy".to_owned(),
        hash: hash.to_owned(),
        text: format!("{{\"value\":\"{hash}\"}}"),
        inputs: Default::default(),
        texts: vec![],
        archived: vec![],
    }
}

fn archived(metric: &str, hash: &str, from: &str) -> Archived {
    Archived {
        metric: metric.to_owned(),
        hash: hash.to_owned(),
        in_force_from: date(from),
        file: format!("metrics/quality/{metric}.toml"),
        text: format!("# {hash}"),
    }
}

#[test]
fn names_and_fields_are_for_ever() {
    let texts = vec![Signed {
        subject: Subject::kpi("company", "fcr"),
        hash: "h".to_owned(),
        text: None,
        inputs: Default::default(),
    }];
    let check = |event: Event, kind: &str, body: serde_json::Value, sentence: &str| {
        let (found, text) = event.parts();
        assert_eq!((found.as_str(), text), (kind, body.to_string()), "{sentence}");
        assert!(KINDS.contains(&kind));
        assert_eq!(event.sentence(), sentence);
        let read = entry(1, "2026-01-05", "Anna", "metric:fcr", &event).event();
        assert_eq!(read, Ok((Subject::metric("fcr"), event)));
    };
    check(confirm("h"), "confirm", json!({"reason": "still right", "hash": "h"}), "confirmed: still right");
    check(
        Event::Confirm { reason: "r".into(), hash: "h".into(), archived: vec![archived("fcr", "h", "2026-01-01")] },
        "confirm",
        json!({"reason": "r", "hash": "h", "archived": [{"metric": "fcr", "hash": "h", "in_force_from": "2026-01-01",
               "file": "metrics/quality/fcr.toml", "text": "# h"}]}),
        "confirmed: r; in force from 1 Jan 2026: fcr",
    );
    check(
        Event::Approve { reason: None, texts: texts.clone(), second_person: false, archived: vec![] },
        "approve",
        json!({"texts": [{"subject": "kpi:company/fcr", "hash": "h"}]}),
        "approved",
    );
    check(
        Event::Approve {
            reason: Some("fits".into()),
            texts: [texts.clone(), texts].concat(),
            second_person: true,
            archived: vec![],
        },
        "approve",
        json!({"reason": "fits", "texts": [{"subject": "kpi:company/fcr", "hash": "h"}, {"subject": "kpi:company/fcr", "hash": "h"}],
               "second_person": true}),
        "approved with its KPI: fits",
    );
    check(
        change("h"),
        "change",
        json!({"reason": "too easy", "hash": "h", "text": "{\"value\":\"h\"}"}),
        "changed: too easy",
    );
    check(
        Event::Retire { reason: "gone".into(), second_person: false },
        "retire",
        json!({"reason": "gone"}),
        "retired: gone",
    );
    check(comment("it rains"), "comment", json!({"text": "it rains"}), "commented: it rains");
    check(Event::Announce { text: "new".into() }, "announce", json!({"text": "new"}), "announced: new");
    check(
        Event::Acknowledge { announcement: 7 },
        "acknowledge",
        json!({"announcement": 7}),
        "acknowledged announcement 7",
    );
    check(Event::Viewed {}, "viewed", json!({}), "looked at");
    let closed = Closed {
        from: date("2026-10-01"),
        to: date("2026-11-01"),
        watermark: None,
        settling: vec![],
        reason: None,
        total: None,
        figures: vec![],
        gates: vec![],
        archived: vec![],
        hours: None,
    };
    check(
        Event::Closed(closed.clone()),
        "closed",
        json!({"from": "2026-10-01", "to": "2026-11-01", "watermark": null, "total": null, "figures": []}),
        "closed 1–31 Oct 2026",
    );
    let again = Closed { settling: vec!["NPS: provisional".into()], reason: Some("audit".into()), ..closed };
    assert_eq!(Event::Closed(again).sentence(), "closed provisionally 1–31 Oct 2026: audit");
}

#[test]
fn what_a_newer_version_wrote_does_no_harm() {
    let mut more = entry(1, "2026-01-05", "Anna", "metric:fcr", &comment("x"));
    more.body["mood"] = json!("fair");
    assert_eq!(more.event(), Ok((Subject::metric("fcr"), comment("x"))));
    let other = Recorded { number: 2, kind: "praise".to_owned(), ..more.clone() };
    let elsewhere = Recorded { number: 3, subject: "galaxy:fcr".to_owned(), ..more.clone() };
    assert_eq!((other.event(), elsewhere.event()), (Err(Unknown), Err(Unknown)));
    assert_eq!(other.sentence(), "done with a newer version");
    let state = replay(&[more.clone(), other, elsewhere]);
    assert_eq!((state.last, state.unknown), (3, 2));
    assert_eq!(state.history(&Subject::metric("fcr")), replay(&[more]).history(&Subject::metric("fcr")));
}

#[test]
fn subjects_are_written_one_way() {
    for text in ["metric:fcr", "kpi:company/fcr", "target:team-a/fcr", "card:company", "initiative:easy_returns"] {
        assert_eq!(text.parse::<Subject>().unwrap().to_string(), text);
    }
    for text in ["", "fcr", "kpi:fcr", "kpi:/fcr", "kpi:company/", "metric:", "colour:red"] {
        let problem = text.parse::<Subject>().unwrap_err();
        assert!(problem.contains("is valid"), "{text}: {problem}");
    }
}

#[test]
fn what_is_done_stays_with_its_subject() {
    let fcr = "kpi:company/fcr";
    let state = replay(&[
        entry(1, "2026-01-05", "Anna", fcr, &change("h1")),
        entry(2, "2026-01-06", "Bert", fcr, &comment("hard at month-ends")),
        entry(3, "2026-01-07", "Bert", "kpi:company/aht", &comment("other")),
        entry(4, "2026-02-05", "Anna", fcr, &confirm("h1")),
        entry(5, "2026-02-06", "Cleo", fcr, &retire("merged", false)),
    ]);
    let history = state.history(&Subject::kpi("company", "fcr")).unwrap();
    assert_eq!(history.comments.len(), 1);
    assert_eq!((history.comments[0].number, history.comments[0].by.as_str()), (2, "Bert"));
    assert_eq!(history.changes.len(), 1);
    assert_eq!(history.changes[0].text, "{\"value\":\"h1\"}");
    assert_eq!(history.reviewed.as_ref().map(|mark| mark.at.to_string()), Some("2026-02-05T09:00:00Z".to_owned()));
    assert_eq!(history.retired.as_ref().map(|mark| mark.reason.as_str()), Some("merged"));
    // changed or approved again, it is in use again
    for event in [change("h2"), approve(fcr, "h1")] {
        let mut state = state.clone();
        state.apply(&entry(6, "2026-03-01", "Anna", fcr, &event));
        assert_eq!(state.history(&Subject::kpi("company", "fcr")).unwrap().retired, None);
    }
}

#[test]
fn what_is_retired_is_not_approved() {
    let nps = Subject::kpi("company", "nps");
    let check = |deeds: &[(&str, &str, Event)], expected: (&str, Option<&str>, Option<&str>)| {
        let entries: Vec<Recorded> = deeds
            .iter()
            .zip(1..)
            .map(|((actor, subject, event), number)| {
                entry(number, &format!("2026-01-{number:02}"), actor, subject, event)
            })
            .collect();
        let state = replay(&entries);
        let found = approval(&state, &written(nps.clone(), "h1"), true, DefinitionStatus::Draft, &organisation());
        let waits = state.history(&nps).and_then(|history| history.retiring.as_ref()).map(|mark| mark.by.as_str());
        assert_eq!((found.status.words(), found.by.as_deref(), waits), expected, "{entries:?}");
        state
    };
    let kpi = "kpi:company/nps";
    let signed = [("Anna", kpi, approve(kpi, "h1")), ("Bert", kpi, approve(kpi, "h1"))];
    let with = |more: &[(&'static str, &'static str, Event)]| [&signed[..], more].concat();
    check(&signed, ("approved", Some("Anna and Bert"), None));
    // one wants it gone; so does she by another spelling; then a second person
    let one = ("Anna", kpi, retire("gone", true));
    let state = check(&with(&[one.clone()]), ("approved", Some("Anna and Bert"), Some("Anna")));
    let refused = may_retire(&state, &nps, "ANNA").unwrap_err().to_string();
    assert_eq!(refused, "this was retired by Anna already: a second person is another name");
    assert_eq!(may_retire(&state, &nps, "Bert"), Ok(()));
    check(
        &with(&[one.clone(), ("An\u{200b}na", kpi, retire("gone", true))]),
        ("approved", Some("Anna and Bert"), Some("Anna")),
    );
    // whoever wanted it gone takes that back by saying that it is right; nobody else does so for her
    let kept = with(&[one.clone(), ("anna", kpi, confirm("h1"))]);
    check(&kept, ("approved", Some("Anna and Bert"), None));
    check(&with(&[one.clone(), ("Anna", kpi, approve(kpi, "h1"))]), ("approved", Some("Anna and Bert"), None));
    check(
        &[&kept[..], &[("Cleo", kpi, retire("gone", true))]].concat(),
        ("approved", Some("Anna and Bert"), Some("Cleo")),
    );
    check(&with(&[one.clone(), ("Cleo", kpi, confirm("h1"))]), ("approved", Some("Anna and Bert"), Some("Anna")));
    let gone = with(&[one, ("Cleo", kpi, retire("gone", true))]);
    let state = check(&gone, ("retired", Some("Anna and Cleo"), None));
    // looking at it does not put it back
    let refused = may_confirm(&state, &nps, &organisation()).unwrap_err().to_string();
    assert_eq!(
        refused,
        "this was retired by Anna and Cleo on 2026-01-04: it is in use again once it is approved, or changed in its file"
    );
    check(&[&gone[..], &[("Anna", kpi, confirm("h1"))]].concat(), ("retired", Some("Anna and Cleo"), None));
    let refused = may_retire(&state, &nps, "Bert").unwrap_err().to_string();
    assert_eq!(refused, "this was retired by Anna and Cleo already");
    // approving the card does not take it back; approving itself does, by two again
    let card = ("Dora", "card:company", approve(kpi, "h1"));
    check(&[&gone[..], &[card]].concat(), ("retired", Some("Anna and Cleo"), None));
    let back = [&gone[..], &[("Anna", kpi, approve(kpi, "h1"))]].concat();
    let state = check(&back, ("retired", Some("Anna and Cleo"), None));
    let again = [&gone[..], &[("Anna", kpi, change("h1"))]].concat();
    check(&again, ("retired", Some("Anna and Cleo"), None));
    check(&[&again[..], &[("anna", kpi, approve(kpi, "h1"))]].concat(), ("retired", Some("Anna and Cleo"), None));
    check(&[&again[..], &[("Bert", kpi, approve(kpi, "h1"))]].concat(), ("approved", Some("Anna and Bert"), None));
    assert_eq!(may_approve(&state, &[written(nps.clone(), "h1")], "Bert", true), Ok(()));
    check(&[&back[..], &[("Bert", kpi, approve(kpi, "h1"))]].concat(), ("approved", Some("Anna and Bert"), None));
    // where one is enough, one is
    check(&with(&[("Bert", kpi, retire("gone", false))]), ("retired", Some("Bert"), None));
}

#[test]
fn a_retired_definition_is_told_where_figures_stand_on_it() {
    let gate = "\n[[gate]]\nmetric = \"csat_t2b\"\nvariant = \"top_box\"\nname = \"Delighted\"\nat_least = 20\n";
    let definition = fixture::definition(&(crate::COMPANY.1.to_owned() + gate));
    let told = |entries: &[Recorded]| {
        let mut card = fixture::card(&definition, None, None);
        place(&mut card, &definition, |_| false, &replay(entries), &fixture::catalogue(), &organisation());
        let shown = crate::terminal::text(&card, 110, &jiff::tz::TimeZone::UTC).replace("\n  ", " ");
        let sentences: Vec<String> = card.retired_definitions.into_iter().map(|one| one.sentence).collect();
        assert!(sentences.iter().all(|one| shown.contains(&one.replace('`', ""))), "{shown}");
        sentences
    };
    let retired = [
        entry(1, "2026-11-20", "Anna", "metric:nps", &retire("merged", false)),
        entry(2, "2026-11-21", "Bert", "metric:csat_t2b", &retire("merged", false)),
        entry(3, "2026-11-21", "Bert", "metric:fcr", &retire("not on the card", false)),
    ];
    let still = "figures are still worked out by it";
    assert_eq!(told(&[]), Vec::<String>::new());
    assert_eq!(
        told(&retired),
        [
            format!(
                "Customer satisfaction, Delighted: the definition of `csat_t2b` was retired by Bert on 21 Nov 2026; {still}"
            ),
            format!("Net Promoter Score: the definition of `nps` was retired by Anna on 20 Nov 2026; {still}"),
        ]
    );
    let back = entry(4, "2026-11-22", "Bert", "metric:csat_t2b", &approve("metric:csat_t2b", "h"));
    assert_eq!(told(&[&retired[..], &[back]].concat()).len(), 1);
}

#[test]
fn announcements_are_acknowledged_once_a_person() {
    let announce = Event::Announce { text: "targets of 2027".into() };
    let state = replay(&[
        entry(1, "2026-01-05", "Anna", "card:company", &announce),
        entry(2, "2026-01-06", "Bert", "card:company", &Event::Acknowledge { announcement: 1 }),
        entry(3, "2026-01-07", "bert ", "card:company", &Event::Acknowledge { announcement: 1 }),
        entry(4, "2026-01-07", "Cleo", "card:company", &Event::Acknowledge { announcement: 9 }),
    ]);
    let (number, told) = state.announcements().next().unwrap();
    assert_eq!((number, told.by.as_str(), told.acknowledged.len()), (1, "Anna", 1));
    assert_eq!(may_acknowledge(&state, 1, "Cleo"), Ok(()));
    assert_eq!(may_acknowledge(&state, 9, "Cleo"), Err(Refusal::NoAnnouncement { number: 9 }));
    let refused = may_acknowledge(&state, 1, "BERT").unwrap_err();
    assert_eq!(refused.to_string(), "Bert has acknowledged announcement 1 already");
}

#[test]
fn approvals_are_of_a_text() {
    let fcr = Subject::kpi("company", "fcr");
    let check = |deeds: &[(&str, Event)], hash: &str, second: bool, expected: (&str, Option<&str>, Option<&str>)| {
        let entries: Vec<Recorded> = deeds
            .iter()
            .zip(1..)
            .map(|((actor, event), number)| {
                entry(number, &format!("2026-01-{number:02}"), actor, "kpi:company/fcr", event)
            })
            .collect();
        let state = replay(&entries);
        let found = approval(&state, &written(fcr.clone(), hash), second, DefinitionStatus::Approved, &organisation());
        let on = found.on.map(|on| on.to_string());
        assert_eq!((found.status.words(), found.by.as_deref(), on.as_deref()), expected, "{deeds:?} {hash} {second}");
        found.waits_for_second
    };
    let signed = |hash: &str| approve("kpi:company/fcr", hash);
    // what a file says of itself is no evidence
    check(&[], "h1", false, ("draft", None, None));
    check(&[("Anna", signed("h1"))], "h1", false, ("approved", Some("Anna"), Some("2026-01-01")));
    check(&[("Anna", signed("h1"))], "h2", false, ("changed since approval", Some("Anna"), Some("2026-01-01")));
    // whoever wrote it has not approved it
    check(&[("Anna", change("h1"))], "h1", false, ("draft", None, None));
    let both = [("Anna", change("h1")), ("Bert", signed("h1"))];
    check(&both, "h1", false, ("approved", Some("Bert"), Some("2026-01-02")));
    check(&both, "h1", true, ("approved", Some("Anna and Bert"), Some("2026-01-02")));
    // where two are needed one is not enough
    let waits = check(&[("Anna", signed("h1"))], "h1", true, ("draft", None, None));
    assert_eq!(waits.as_deref(), Some("Anna"));
    let same = [("Anna", signed("h1")), (" anna", signed("h1"))];
    check(&same, "h1", true, ("draft", None, None));
    let two = [("Anna", signed("h1")), ("Bert", signed("h1"))];
    check(&two, "h1", true, ("approved", Some("Anna and Bert"), Some("2026-01-02")));
    let waits = check(
        &[&two[..], &[("Cleo", change("h2"))]].concat(),
        "h2",
        true,
        ("changed since approval", Some("Anna and Bert"), Some("2026-01-02")),
    );
    assert_eq!(waits.as_deref(), Some("Cleo"));
    // a text of before that stands there again is nobody's until it is signed anew
    let moved = [("Anna", signed("h1")), ("Bert", change("h2"))];
    check(&moved, "h1", false, ("changed since approval", Some("Anna"), Some("2026-01-01")));
    let replaced = [&two[..], &[("Anna", change("h2")), ("Bert", signed("h2"))]].concat();
    check(&replaced, "h2", true, ("approved", Some("Anna and Bert"), Some("2026-01-04")));
    let waits = check(&replaced, "h1", true, ("changed since approval", Some("Anna and Bert"), Some("2026-01-04")));
    assert_eq!(waits, None);
    let back = [&replaced[..], &[("Anna", signed("h1"))]].concat();
    let waits = check(&back, "h1", true, ("changed since approval", Some("Anna and Bert"), Some("2026-01-04")));
    assert_eq!(waits.as_deref(), Some("Anna"));
    let back = [&back[..], &[("Bert", signed("h1"))]].concat();
    check(&back, "h1", true, ("approved", Some("Anna and Bert"), Some("2026-01-06")));
    let template =
        approval(&State::default(), &written(fcr, "h"), false, DefinitionStatus::TemplateDefault, &organisation());
    assert_eq!(template.status, ApprovalStatus::TemplateDefault);
}

#[test]
fn who_may_approve() {
    let fcr = Subject::kpi("company", "fcr");
    let state = replay(&[
        entry(1, "2026-01-05", "Anna", "kpi:company/fcr", &change("h1")),
        entry(2, "2026-01-06", "Bert", "kpi:company/fcr", &approve("kpi:company/fcr", "h1")),
    ]);
    let check = |actor: &str, hash: &str, second: bool, expected: Option<&str>| {
        let texts = [written(fcr.clone(), hash)];
        let found = may_approve(&state, &texts, actor, second).err().map(|refusal| refusal.to_string());
        assert_eq!(found.as_deref(), expected, "{actor} {hash} {second}");
    };
    check("Cleo", "h1", true, None);
    check("Anna", "h2", true, None);
    check("Anna", "h1", false, None);
    check("Anna", "h1", true, Some("Anna has changed this text already: a second person is another name"));
    check("  BERT ", "h1", true, Some("Bert has approved this text already: a second person is another name"));
    check("Bert", "h1", false, Some("Bert has approved this text already, and nothing in it has changed"));
}

#[test]
fn two_people_are_asked_for_until_two_say_otherwise() {
    let plain = fixture::definition(crate::COMPANY.1);
    let bank =
        fixture::definition(&crate::COMPANY.1.replacen("status =", "industry = \"financial_services\"\nstatus =", 1));
    let cards =
        |definition: &crate::Definition| std::collections::BTreeMap::from([("company".to_owned(), definition.clone())]);
    let approve = |hash: &str, second_person| {
        let texts = vec![Signed {
            subject: Subject::card("company"),
            hash: hash.to_owned(),
            text: None,
            inputs: Default::default(),
        }];
        Event::Approve { reason: None, texts, second_person, archived: vec![] }
    };
    let check = |deeds: &[(&str, Event)],
                 definition: &crate::Definition,
                 subject: &str,
                 always: bool,
                 expected: bool| {
        let deeds = deeds.iter().zip(1..);
        let entries: Vec<Recorded> =
            deeds.map(|((actor, event), number)| entry(number, "2026-01-05", actor, "card:company", event)).collect();
        let found =
            takes_two(&subject.parse().unwrap(), &cards(definition), &fixture::catalogue(), always, &replay(&entries));
        assert_eq!(found, expected, "{entries:?} {subject}");
    };
    let on_it = ["card:company", "kpi:company/nps", "target:company/nps", "metric:nps"];
    for subject in on_it {
        check(&[], &plain, subject, false, false);
        check(&[], &plain, subject, true, true);
        check(&[], &bank, subject, false, true);
    }
    // a metric that no such card uses, another card
    for subject in ["metric:agent_attrition", "card:billing", "initiative:easy"] {
        check(&[], &bank, subject, false, false);
    }
    // a card that asked for two and asks for one: one name does not do
    let two = [("Anna", approve("h1", true)), ("Bert", approve("h1", true))];
    let lowered = [&two[..], &[("Anna", approve("h2", false))]].concat();
    for subject in on_it {
        check(&two, &plain, subject, false, true);
        check(&lowered, &plain, subject, false, true);
        check(&[&lowered[..], &[("anna", approve("h2", false))]].concat(), &plain, subject, false, true);
        check(&[&lowered[..], &[("Cleo", approve("h2", false))]].concat(), &plain, subject, false, false);
    }
}

/// A text of which only the hash counts.
fn written(subject: Subject, hash: &str) -> Text {
    Text { subject, text: String::new(), hash: hash.to_owned(), spelled: None, inputs: Default::default() }
}

#[test]
fn a_changed_card_is_signed_with_what_changed_on_it() {
    let (card, kpi) = (Subject::card("company"), Subject::kpi("company", "nps"));
    let sign = |hashes: [&str; 2]| {
        let texts = [(&card, hashes[0]), (&kpi, hashes[1])];
        texts
            .map(|(subject, hash)| Signed {
                subject: subject.clone(),
                hash: hash.to_owned(),
                text: None,
                inputs: Default::default(),
            })
            .to_vec()
    };
    let approve = |hashes| Event::Approve { reason: None, texts: sign(hashes), second_person: true, archived: vec![] };
    let change = |texts| Event::Change {
        reason: "t".to_owned(),
        hash: "c2".to_owned(),
        text: "{}".to_owned(),
        inputs: Default::default(),
        texts,
        archived: vec![],
    };
    let check = |changed: Event, who: &str, allowed: bool, expected: [&str; 2]| {
        let mut deeds = vec![("Anna", approve(["c1", "k1"])), ("Bert", approve(["c1", "k1"])), ("Anna", changed)];
        deeds.push(("Bert", approve(["c2", "k2"])));
        let entries: Vec<Recorded> = deeds
            .iter()
            .zip(1..)
            .map(|((actor, event), number)| entry(number, "2026-01-05", actor, "card:company", event))
            .collect();
        let state = replay(&entries);
        let stands = |subject: &Subject, hash: &str| {
            approval(&state, &written(subject.clone(), hash), true, DefinitionStatus::Draft, &organisation())
                .status
                .words()
        };
        assert_eq!([stands(&card, "c2"), stands(&kpi, "k2")], expected);
        let texts = [written(card.clone(), "c2"), written(kpi.clone(), "k2")];
        assert_eq!(may_approve(&state, &texts, who, true).is_ok(), allowed, "{who}");
    };
    let part = vec![Signed { subject: kpi.clone(), hash: "k2".to_owned(), text: None, inputs: Default::default() }];
    check(change(part.clone()), "Cleo", true, ["approved", "approved"]);
    check(change(part), "Anna", false, ["approved", "approved"]);
    // as earlier versions recorded it: the KPI still wants a second name, which may be Anna's
    check(change(vec![]), "Anna", true, ["approved", "changed since approval"]);
    check(change(vec![]), "Bert", false, ["approved", "changed since approval"]);
}

#[test]
fn an_approved_card_approves_what_is_on_it() {
    let definition = fixture::definition(crate::COMPANY.1);
    let texts = card_texts("company", &definition);
    // the card, its seven KPIs, their seven targets
    assert_eq!(texts.len(), 15);
    let signed: Vec<Signed> = texts.iter().map(Text::signed).collect();
    // of a target it is kept what it said
    let kept: Vec<bool> = signed.iter().map(|one| one.text.is_some()).collect();
    assert_eq!(kept, texts.iter().map(|text| text.subject.kind == Kind::Target).collect::<Vec<_>>());
    assert_eq!(signed[2].text.as_deref(), Some(texts[2].text.as_str()));
    let event = Event::Approve { reason: None, texts: signed, second_person: false, archived: vec![] };
    let state = replay(&[entry(1, "2026-01-05", "Anna", "card:company", &event)]);
    let status = |definition: &crate::Definition, subject: &Subject| {
        let text = card_texts("company", definition).into_iter().find(|text| text.subject == *subject).unwrap();
        approval(&state, &text, false, DefinitionStatus::Draft, &organisation()).status.words()
    };
    let edited =
        fixture::definition(&crate::COMPANY.1.replace("value = 30, tolerance = 5", "value = 29, tolerance = 5"));
    for (subject, before, after) in [
        (Subject::card("company"), "approved", "changed since approval"),
        (Subject::kpi("company", "nps"), "approved", "changed since approval"),
        (Subject::target("company", "nps"), "approved", "changed since approval"),
        (Subject::kpi("company", "csat_t2b"), "approved", "approved"),
        (Subject::target("company", "csat_t2b"), "approved", "approved"),
    ] {
        assert_eq!((status(&definition, &subject), status(&edited, &subject)), (before, after), "{subject}");
    }
}

#[test]
fn what_is_to_be_signed_is_told() {
    let before = fixture::definition(crate::COMPANY.1);
    let signed = |definition: &crate::Definition, kind: Kind| -> Vec<Signed> {
        card_texts("company", definition)
            .iter()
            .filter(|text| kind == Kind::Card || text.subject == Subject::kpi("company", "nps"))
            .map(Text::signed)
            .collect()
    };
    let approve = |texts| Event::Approve { reason: None, texts, second_person: false, archived: vec![] };
    let check = |from: &str, to: &str, is_kpi_signed: bool, expected: Option<&str>| {
        let after = fixture::definition(&crate::COMPANY.1.replacen(from, to, 1));
        let mut entries = vec![entry(1, "2026-01-05", "Anna", "card:company", &approve(signed(&before, Kind::Card)))];
        if is_kpi_signed {
            entries.push(entry(2, "2026-01-06", "Anna", "kpi:company/nps", &approve(signed(&after, Kind::Kpi))));
        }
        let mut card = fixture::card(&after, None, None);
        place(&mut card, &after, |_| false, &replay(&entries), &fixture::catalogue(), &organisation());
        let expected = expected.map(|what| {
            format!("Changed since the card was approved: {what}; it is approved again by approving card:company")
        });
        assert_eq!(card.to_sign, expected, "{to}");
    };
    let (target, harder) = ("value = 30, tolerance = 5", "value = 31, tolerance = 5");
    check(target, target, false, None);
    check(target, harder, false, Some("Net Promoter Score"));
    check(target, harder, true, Some("Net Promoter Score (approved by itself since)"));
    check("title = \"Company scorecard\"", "title = \"Ours\"", false, Some("what it says beside its KPIs"));
}

#[test]
fn layout_comments_and_status_are_not_part_of_a_text() {
    let text = |toml: &str| card_texts("company", &fixture::definition(toml));
    let plain = text(crate::COMPANY.1);
    let laid_out = crate::COMPANY
        .1
        .replace("status = \"template_default\"", "status = \"approved\"   # we did")
        .replace("weight = 0.20\ntarget", "target")
        .replace("metric = \"csat_t2b\"", "weight = 0.2000\nmetric   =   'csat_t2b'")
        .replace("value = 88", "value = 88.0");
    let hashes = |texts: &[Text]| texts.iter().map(|text| text.hash.clone()).collect::<Vec<_>>();
    assert_ne!(laid_out, crate::COMPANY.1);
    assert_eq!(hashes(&text(&laid_out)), hashes(&plain));
    // earlier versions signed 88.0 as something else than 88: what they signed is still that
    let spelled = plain[2].text.replace("\"value\":88", "\"value\":88.0");
    let spelled = blake3::hash(spelled.as_bytes()).to_hex().to_string();
    let signed =
        [entry(1, "2026-01-05", "Anna", "target:company/csat_t2b", &approve("target:company/csat_t2b", &spelled))];
    let stands = |texts: &[Text]| {
        approval(&replay(&signed), &texts[2], false, DefinitionStatus::Draft, &organisation()).status.words()
    };
    assert_eq!((stands(&text(&laid_out)), stands(&plain)), ("approved", "changed since approval"));
    assert_eq!(
        plain[2].text,
        "{\"baseline\":78,\"owner\":\"Head of support\",\"stretch\":92,\"tolerance\":4,\"value\":88}"
    );
    assert_eq!(plain[2].subject, Subject::target("company", "csat_t2b"));
    // BLAKE3 of these very bytes
    assert_eq!(plain[2].hash, blake3::hash(plain[2].text.as_bytes()).to_hex().to_string());
}

#[test]
fn definitions_of_a_day() {
    let with = |number, hash: &str, from| {
        let event =
            Event::Confirm { reason: "r".into(), hash: hash.into(), archived: vec![archived("fcr", hash, from)] };
        entry(number, "2026-06-01", "Anna", "metric:fcr", &event)
    };
    // recorded out of order: what counts is the day they hold from
    let state = replay(&[
        with(1, "spring", "2026-03-01"),
        with(2, "winter", "2026-01-01"),
        with(3, "summer, wrong", "2026-06-01"),
        with(4, "summer", "2026-06-01"),
    ]);
    let check = |on: &str, expected: Option<&str>| {
        let found = state.in_force("fcr", date(on)).map(|text| text.archived.hash.as_str());
        assert_eq!(found, expected, "{on}");
    };
    check("2025-12-31", None);
    check("2026-01-01", Some("winter"));
    check("2026-02-28", Some("winter"));
    check("2026-03-01", Some("spring"));
    check("2026-05-31", Some("spring"));
    check("2027-01-01", Some("summer"));
    assert_eq!((state.known_since("fcr"), state.known_since("aht")), (Some(date("2026-01-01")), None));
}

#[test]
fn a_definition_holds_from_the_day_its_file_names() {
    let catalogue = fixture::catalogue();
    let metric = catalogue.get("nps").unwrap();
    let today = date("2026-11-21");
    let kept = State::default().archive(metric, None, None, today).unwrap();
    assert_eq!((kept.in_force_from, kept.hash.as_str()), (metric.effective, metric_text(metric).hash.as_str()));
    assert_eq!((kept.file.as_str(), kept.text.as_str()), (metric.file.path.as_str(), metric.file.text.as_str()));
    let event = |archived| Event::Confirm { reason: "r".into(), hash: "h".into(), archived: vec![archived] };
    let state = replay(&[entry(1, "2026-06-01", "Anna", "metric:nps", &event(kept))]);
    // known
    assert_eq!(state.archive(metric, None, None, today), None);
    // said otherwise
    let from = state.archive(metric, None, Some(date("2025-01-01")), today).unwrap().in_force_from;
    assert_eq!(from, date("2025-01-01"));
    // edited under the same day: it cannot have been so from then on
    let mut edited = metric.clone();
    edited.file.text = edited.file.text.replace(&format!("name = \"{}\"", metric.name), "name = \"Promoters\"");
    assert_ne!(edited.file.text, metric.file.text);
    assert_eq!(state.archive(&edited, None, None, today).unwrap().in_force_from, today);
    // so it is of one that came with the program, which nobody had reviewed until it was edited
    let first = |metric| State::default().archive(metric, catalogue.get("nps"), None, today).unwrap().in_force_from;
    assert_eq!((first(metric), first(&edited)), (metric.effective, today));
    // edited with a later day
    edited.effective = date("2026-12-01");
    assert_eq!(state.archive(&edited, None, None, today).unwrap().in_force_from, date("2026-12-01"));
    let shipped = catalogue.get("nps");
    let kept = State::default().archive(&edited, shipped, None, today).unwrap();
    assert_eq!(kept.in_force_from, date("2026-12-01"));
}

fn item(subject: Subject, every: Every) -> Item {
    Item {
        name: subject.id.clone(),
        page: (subject.kind == Kind::Metric).then(|| subject.clone()),
        text: written(subject.clone(), "h"),
        subject,
        every,
        since: None,
        written: DefinitionStatus::Draft,
        second_person: false,
    }
}

#[test]
fn what_is_due_and_since_when() {
    let check = |every: Every, last: Option<&str>, today: &str, expected: (&str, u32)| {
        let subject = Subject::kpi("company", "fcr");
        let entries: Vec<Recorded> =
            last.iter().map(|day| entry(1, day, "Anna", "kpi:company/fcr", &confirm("h"))).collect();
        let found = due(&[item(subject, every)], &replay(&entries), &organisation(), date(today));
        assert_eq!(found.len(), 1, "{every:?} {last:?}");
        assert_eq!((found[0].due.to_string().as_str(), found[0].overdue_days), expected, "{every:?} {last:?} {today}");
    };
    use Every::{Monthly, Quarterly, Weekly, Yearly};
    check(Weekly, Some("2026-03-02"), "2026-03-08", ("2026-03-09", 0));
    check(Weekly, Some("2026-03-02"), "2026-03-12", ("2026-03-09", 3));
    check(Monthly, Some("2026-01-31"), "2026-02-28", ("2026-02-28", 0));
    check(Monthly, Some("2026-01-31"), "2026-03-28", ("2026-02-28", 28));
    check(Quarterly, Some("2026-01-15"), "2026-05-15", ("2026-04-15", 30));
    check(Yearly, Some("2024-02-29"), "2025-03-01", ("2025-02-28", 1));
    // never: today
    check(Monthly, None, "2026-03-28", ("2026-03-28", 0));
}

#[test]
fn a_kpi_is_reviewed_as_a_kpi_however_seldom() {
    let check = |subject: Subject, every: Every, expected: DueKind| {
        let found = due(&[item(subject, every)], &State::default(), &organisation(), date("2026-03-28"));
        assert_eq!(found[0].kind, expected, "{every:?}");
    };
    check(Subject::kpi("company", "fcr"), Every::Yearly, DueKind::Review);
    check(Subject::kpi("company", "fcr"), Every::Weekly, DueKind::Review);
    check(Subject::metric("fcr"), Every::Yearly, DueKind::Definition);
    check(Subject::card("company"), Every::Yearly, DueKind::Definition);
}

#[test]
fn the_first_of_two_has_not_reviewed_it() {
    let approve = |second_person| {
        let subject = Subject::kpi("company", "fcr");
        let texts = vec![Signed { subject, hash: "h".to_owned(), text: None, inputs: Default::default() }];
        Event::Approve { reason: None, texts, second_person, archived: vec![] }
    };
    let check = |deeds: &[(&str, bool)], expected: Option<&str>| {
        let entries = deeds.iter().zip(1..).map(|((actor, second), number)| {
            entry(number, &format!("2026-01-{number:02}"), actor, "kpi:company/fcr", &approve(*second))
        });
        let entries: Vec<Recorded> = entries.collect();
        let items = [item(Subject::kpi("company", "fcr"), Every::Monthly)];
        let found = due(&items, &replay(&entries), &organisation(), date("2026-01-20"));
        assert_eq!(found[0].last.map(|last| last.to_string()).as_deref(), expected, "{deeds:?}");
    };
    check(&[("Anna", false)], Some("2026-01-01"));
    check(&[("Anna", true)], None);
    check(&[("Anna", true), ("ANNA", true)], None);
    check(&[("Anna", true), ("Bert", true)], Some("2026-01-02"));
    // whoever deletes the rule does not decide alone
    check(&[("Anna", true), ("Anna", false)], None);
}

#[test]
fn a_definition_is_approved_with_what_it_is_made_of() {
    let made = |of: &[(&str, &str)]| Text {
        inputs: of.iter().map(|(id, hash)| ((*id).to_owned(), (*hash).to_owned())).collect(),
        ..written(Subject::metric("cost_per_resolution"), "h")
    };
    let subject = "metric:cost_per_resolution";
    let approve = |text: &Text, archived| Event::Approve {
        reason: None,
        texts: vec![text.signed()],
        second_person: false,
        archived,
    };
    let check = |entries: &[Recorded], text: &Text, expected: (&str, &[&str])| {
        let state = replay(entries);
        let found = approval(&state, text, false, DefinitionStatus::Draft, &organisation());
        let inputs: Vec<&str> = found.changed_inputs.iter().map(String::as_str).collect();
        assert_eq!((found.status.words(), inputs.as_slice()), expected, "{entries:?} {text:?}");
        state
    };
    let (before, after) = (made(&[("cost", "c1"), ("solved", "s1")]), made(&[("cost", "c1"), ("solved", "s2")]));
    let signed = [entry(1, "2026-01-05", "Anna", subject, &approve(&before, vec![]))];
    check(&signed, &before, ("approved", &[]));
    let state = check(&signed, &after, ("changed since approval", &["solved"]));
    // and so Anna may sign it again
    assert_eq!(may_approve(&state, &[after.clone()], "Anna", false), Ok(()));
    assert!(may_approve(&state, &[before.clone()], "Anna", false).is_err());
    let again = [signed[0].clone(), entry(2, "2026-01-06", "Anna", subject, &approve(&after, vec![]))];
    check(&again, &after, ("approved", &[]));
    check(&again, &before, ("changed since approval", &["solved"]));
    // an earlier version did not write down what it was made of; what was kept of these by then tells
    let old = made(&[]);
    let kept = vec![archived("solved", "s1", "2026-01-01")];
    let signed = [entry(1, "2026-01-05", "Anna", subject, &approve(&old, kept))];
    check(&signed, &before, ("approved", &[]));
    check(&signed, &after, ("changed since approval", &["solved"]));
    // kept later, as by a review of its own, it tells nothing of then
    let nothing = [
        entry(1, "2026-01-05", "Anna", subject, &approve(&old, vec![])),
        entry(
            2,
            "2026-01-06",
            "Anna",
            "metric:solved",
            &Event::Confirm {
                reason: "r".to_owned(),
                hash: "s2".to_owned(),
                archived: vec![archived("solved", "s2", "2026-01-06")],
            },
        ),
    ];
    check(&nothing, &before, ("approved", &[]));
}

#[test]
fn an_unapproved_definition_does_not_take_the_place_of_an_approved_one() {
    let approve = |hash: &str, from: &str, second_person| Event::Approve {
        reason: None,
        texts: vec![written(Subject::metric("fcr"), hash).signed()],
        second_person,
        archived: vec![archived("fcr", hash, from)],
    };
    let (metric, from) = ("metric:fcr", date("2026-01-01"));
    let check = |entries: &[Recorded], hash: &str, approving: Option<&str>, two: bool, expected: Option<&str>| {
        let text = written(Subject::metric("fcr"), hash);
        let found = may_hold_from(&replay(entries), &text, from, approving, two).err().map(|error| error.to_string());
        let expected = expected.map(|by| {
            format!(
                "the definition of `fcr` that is in force on 2026-01-01 was approved by {by}: another one takes its place \
                 once it is approved itself"
            )
        });
        assert_eq!(found, expected, "{hash} {approving:?} {two}");
    };
    let one = [entry(1, "2026-05-05", "Anna", metric, &approve("h1", "2025-12-01", false))];
    check(&[], "h2", None, false, None);
    check(&one, "h1", None, false, None);
    check(&one, "h2", None, false, Some("Anna"));
    check(&one, "h2", Some("Mallory"), false, None);
    // what holds from later on is not displaced
    let later = [entry(1, "2026-05-05", "Anna", metric, &approve("h1", "2026-02-01", false))];
    check(&later, "h2", None, false, None);
    let both = [one[0].clone(), entry(2, "2026-05-06", "Bert", metric, &approve("h1", "2025-12-01", true))];
    check(&both, "h2", Some("Anna"), true, Some("Anna and Bert"));
    let signed = [&both[..], &[entry(3, "2026-05-07", "Anna", metric, &approve("h2", "2026-05-07", true))]].concat();
    check(&signed, "h2", Some("Anna"), true, Some("Anna and Bert"));
    check(&signed, "h2", Some("Bert"), true, None);
}

#[test]
fn what_was_never_reviewed_is_overdue_from_its_first_day() {
    let check = |every: Every, since: Option<&str>, journal: &[Recorded], today: &str, expected: (&str, u32)| {
        let one = Item { since: since.map(date), ..item(Subject::kpi("company", "fcr"), every) };
        let found = due(&[one], &replay(journal), &organisation(), date(today));
        let told = (found[0].due.to_string(), found[0].overdue_days, found[0].last);
        assert_eq!((told.0.as_str(), told.1, told.2), (expected.0, expected.1, None), "{every:?} {since:?} {today}");
    };
    use Every::{Monthly, Weekly, Yearly};
    // set on 5 August it was to be reviewed on 5 September; 196 days to 20 March
    check(Monthly, Some("2026-08-05"), &[], "2027-03-20", ("2026-09-05", 196));
    check(Monthly, Some("2026-08-05"), &[], "2026-09-06", ("2026-09-05", 1));
    // before that it is asked for today, and not overdue
    check(Monthly, Some("2026-08-05"), &[], "2026-08-20", ("2026-08-20", 0));
    check(Weekly, Some("2026-08-05"), &[], "2026-08-12", ("2026-08-12", 0));
    check(Yearly, Some("2026-08-05"), &[], "2027-08-06", ("2027-08-05", 1));
    // set in the future
    check(Monthly, Some("2026-12-05"), &[], "2026-08-20", ("2026-08-20", 0));
    // where nothing is said, since something was recorded
    let other = [entry(1, "2026-08-05", "Anna", "card:company", &comment("x"))];
    check(Monthly, None, &other, "2026-09-07", ("2026-09-05", 2));
    check(Monthly, Some("2026-07-01"), &other, "2026-09-07", ("2026-08-01", 37));
}

#[test]
fn the_longest_due_comes_first_and_what_is_retired_never() {
    let items: Vec<Item> = ["a", "b", "c"].iter().map(|id| item(Subject::kpi("company", id), Every::Monthly)).collect();
    let state = replay(&[
        entry(1, "2026-03-02", "Anna", "kpi:company/a", &confirm("h")),
        entry(2, "2026-01-02", "Anna", "kpi:company/b", &confirm("h")),
        entry(3, "2026-01-01", "Anna", "kpi:company/c", &confirm("h")),
        entry(4, "2026-01-01", "Anna", "kpi:company/c", &retire("r", false)),
    ]);
    let found = due(&items, &state, &organisation(), date("2026-03-20"));
    let told: Vec<(String, u32)> = found.iter().map(|due| (due.subject.to_string(), due.overdue_days)).collect();
    // 2 February to 20 March: 46 days
    assert_eq!(told, [("kpi:company/b".to_owned(), 46), ("kpi:company/a".to_owned(), 0)]);
}

#[test]
fn what_nobody_looks_at_is_told_after_ninety_days() {
    let fcr = Subject::metric("fcr");
    let check = |viewed: &[(&str, &str)], today: &str, expected: Option<(Option<&str>, &str, u32)>| {
        let mut entries = vec![entry(1, "2026-01-01", "Anna", "metric:fcr", &confirm("h"))];
        let deeds = viewed.iter().zip(2..);
        entries.extend(deeds.map(|((day, who), number)| entry(number, day, who, "metric:fcr", &Event::Viewed {})));
        let found = due(&[item(fcr.clone(), Every::Yearly)], &replay(&entries), &organisation(), date(today));
        let unseen = found.iter().find(|due| due.kind == DueKind::Unseen);
        let told = unseen.map(|due| (due.last.map(|last| last.to_string()), due.due.to_string(), due.overdue_days));
        let expected = expected.map(|(last, due, days)| (last.map(str::to_owned), due.to_owned(), days));
        assert_eq!(told, expected, "{viewed:?} {today}");
    };
    // 1 January and ninety days is 1 April
    check(&[], "2026-03-31", None);
    check(&[], "2026-04-01", Some((None, "2026-04-01", 0)));
    check(&[], "2026-04-11", Some((None, "2026-04-01", 10)));
    // 1 May and ninety days is 30 July
    let views = [("2026-05-01", "Bert"), ("2026-02-01", "Cleo")];
    check(&views, "2026-07-29", None);
    check(&views, "2026-08-01", Some((Some("2026-05-01"), "2026-07-30", 2)));
    // before anything was recorded nobody knows
    assert!(
        due(&[item(fcr, Every::Yearly)], &State::default(), &organisation(), date("2030-01-01"))
            .iter()
            .all(|due| due.kind != DueKind::Unseen)
    );
}

#[test]
fn the_table_has_all_of_an_entry() {
    let one = entry(3, "2026-01-05", "Anna", "metric:fcr", &comment("=cmd()"));
    let cells = columns(&one);
    assert_eq!(COLUMNS.len(), cells.len());
    assert_eq!(
        cells[..7],
        ["3", "2026-01-05T09:00:00Z", "Anna", "comment", "metric:fcr", "commented: =cmd()", "{\"text\":\"=cmd()\"}"]
    );
}

/// Deeds to one of four subjects.
fn deeds() -> impl Strategy<Value = Vec<(usize, usize, usize)>> {
    prop::collection::vec((0..4usize, 0..8usize, 0..3usize), 0..40)
}

proptest! {
    /// Only the order of what is done to one subject counts: entries of different subjects may change places.
    #[test]
    fn subjects_do_not_mind_each_other(deeds in deeds(), seed in prop::collection::vec(any::<bool>(), 200)) {
        let subjects = ["metric:fcr", "kpi:company/fcr", "card:company", "target:company/fcr"];
        let entries: Vec<(usize, Recorded)> = deeds.iter().zip(1..).map(|(&(subject, deed, actor), number)| {
            let name = subjects[subject];
            let hash = ["h1", "h2"][deed % 2];
            let event = match deed {
                0 => confirm(hash),
                1 | 2 => approve(name, hash),
                3 => change(hash),
                4 => retire("r", false),
                5 => comment("c"),
                6 => Event::Announce { text: "a".into() },
                _ => Event::Viewed {},
            };
            let day = format!("2026-01-{:02}", 1 + number % 28);
            (subject, entry(number, &day, ["Anna", "anna", "Bert"][actor], name, &event))
        }).collect();
        let mut moved = entries.clone();
        let mut seed = seed.into_iter().cycle();
        for _ in 0..3 {
            for place in 1..moved.len() {
                if moved[place - 1].0 != moved[place].0 && seed.next() == Some(true) {
                    moved.swap(place - 1, place);
                }
            }
        }
        let state = |entries: &[(usize, Recorded)]| replay(entries.iter().map(|(_, entry)| entry));
        prop_assert_eq!(state(&entries), state(&moved));
        // and taking them in one by one, as a server does, is the same as all at once
        let half = entries.len() / 2;
        let mut bit_by_bit = state(&entries[..half]);
        entries[half..].iter().for_each(|(_, entry)| bit_by_bit.apply(entry));
        prop_assert_eq!(bit_by_bit, state(&entries));
    }
}
