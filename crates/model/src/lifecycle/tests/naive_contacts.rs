//! A second opinion on what surrounds tickets: contacts and their legs, customers coming, promises of time. Word by
//! word over plain lists, like that on tickets.

use std::collections::{BTreeMap, BTreeSet};

use super::harness::{Line, micros, time};
use super::naive::{Facts, business_minutes, length, newest, records, text};
use crate::RecordKind;

type Cells = BTreeMap<&'static str, String>;

/// The facts of contacts, legs, customer contacts and promises in `lines`; of tickets what `tickets` says.
pub fn facts(lines: &[Line], tickets: &Facts) -> Facts {
    let newest = newest(lines);
    let world = World { newest: &newest, lines, tickets };
    let mut facts = Facts::new();
    for contact in world.all(RecordKind::Contact) {
        world.contact(contact, &mut facts);
    }
    world.customer_contacts(&mut facts);
    for target in world.all(RecordKind::SlaTarget) {
        world.promise(target, &mut facts);
    }
    facts
}

struct World<'a> {
    newest: &'a [Line],
    lines: &'a [Line],
    tickets: &'a Facts,
}

/// A length in milliseconds, if it is stated and not negative.
fn stated_length(line: &Line, name: &str) -> Option<i64> {
    line.get(name).map(|cell| micros(cell) / 1000).filter(|millis| *millis >= 0)
}

/// What is known of several lengths together; nothing where none is known.
fn total(lengths: impl Iterator<Item = Option<i64>>) -> Option<i64> {
    let known: Vec<i64> = lengths.flatten().collect();
    (!known.is_empty()).then(|| known.iter().sum())
}

impl<'a> World<'a> {
    fn all(&self, kind: RecordKind) -> impl Iterator<Item = &'a Line> {
        self.newest.iter().filter(move |line| line.kind == kind)
    }

    fn find(&self, kind: RecordKind, id: &str) -> Option<&'a Line> {
        self.all(kind).find(|line| line.cells["id"] == id)
    }

    fn team_of(&self, agent: Option<&str>) -> Option<&'a str> {
        self.find(RecordKind::Agent, agent?)?.get("team")
    }

    fn outcome(contact: &'a Line) -> &'a str {
        let bot = contact.get("handled_by") == Some("bot");
        match (contact.get("outcome"), contact.get("answered_at"), contact.get("abandoned_at"), contact.get("ended_at"))
        {
            (Some(stated), ..) => stated,
            (None, Some(_), ..) => "answered",
            (None, None, Some(_), _) => "abandoned",
            (None, None, None, Some(_)) => {
                if bot {
                    "answered"
                } else {
                    "abandoned"
                }
            }
            (None, None, None, None) => "waiting",
        }
    }

    fn contact(&self, contact: &'a Line, facts: &mut Facts) {
        let id = &contact.cells["id"];
        let outcome = Self::outcome(contact);
        let at = |name: &str| contact.get(name).map(|text| time(text).micros());
        let queued = at("queued_at").unwrap();
        let abandoned = at("abandoned_at").or(at("ended_at").filter(|_| outcome == "abandoned"));
        let until = match outcome {
            "answered" => at("answered_at"),
            "abandoned" => abandoned,
            _ => at("answered_at").or(abandoned),
        };
        let mut legs: Vec<&Line> =
            self.all(RecordKind::ContactLeg).filter(|leg| leg.cells["contact_id"] == *id).collect();
        legs.sort_by_key(|leg| (time(&leg.cells["started_at"]), leg.cells["id"].clone()));
        let human = contact.get("handled_by") != Some("bot");
        let stands_for_itself = legs.is_empty() && outcome == "answered" && human;
        for (number, leg) in (1..).zip(&legs) {
            let start = time(&leg.cells["started_at"]).micros();
            let transfer = (number > 1).then(|| leg.get("transfer").unwrap_or("cold"));
            let own = self.team_of(leg.get("agent"));
            let mut cells = Self::leg(leg, start, transfer, leg.get("team").or(own), leg.get("agent"));
            // the whole contact's on its first leg
            let all = legs.iter().map(|leg| Self::handle_time(leg, time(&leg.cells["started_at"]).micros()));
            cells.insert("contact_handle_time", text(total(all).filter(|_| number == 1)));
            facts.insert(("contact_leg", format!("{id}/{number}")), cells);
        }
        let agent = contact.get("agent").or_else(|| legs.first()?.get("agent"));
        let stated_team = contact.get("team");
        let of_leg = legs.first().filter(|leg| leg.get("agent") == agent).and_then(|leg| leg.get("team"));
        let team = stated_team.or(of_leg).or(self.team_of(agent));
        if stands_for_itself {
            let mut cells = Self::leg(contact, at("answered_at").unwrap_or(queued), None, team, agent);
            cells.insert("contact_handle_time", cells["handle_time"].clone());
            facts.insert(("contact_leg", format!("{id}/1")), cells);
        }
        let transfers = |kinds: &[&str]| {
            legs.iter().skip(1).filter(|leg| kinds.contains(&leg.get("transfer").unwrap_or("cold"))).count().to_string()
        };
        let of_all = |name: &str| {
            let own = [contact];
            let from = if legs.is_empty() { &own[..] } else { &legs[..] };
            text(total(from.iter().map(|line| stated_length(line, name))))
        };
        let stated = contact.get("transfers").unwrap_or("0").to_owned();
        facts.insert(
            ("contact", id.clone()),
            Cells::from([
                ("outcome", outcome.to_owned()),
                ("wait", length(queued, until)),
                ("abandoned_at", text(abandoned)),
                ("talk", of_all("talk")),
                ("hold", of_all("hold")),
                ("wrap_up", of_all("wrap_up")),
                ("legs", if stands_for_itself { 1 } else { legs.len() }.to_string()),
                ("transfers", if legs.is_empty() { stated } else { transfers(&["cold", "warm"]) }),
                ("cold_transfers", transfers(&["cold"])),
                ("warm_transfers", transfers(&["warm"])),
                ("agent", text(agent)),
                ("team", text(team)),
            ]),
        );
    }

    fn handle_time(line: &Line, start: i64) -> Option<i64> {
        let end = line.get("ended_at").map(|end| time(end).micros());
        let span = end.filter(|end| *end >= start).map(|end| (end - start) / 1000);
        let [talk, hold, wrap_up] = ["talk", "hold", "wrap_up"].map(|name| stated_length(line, name));
        match talk {
            Some(talk) => total([Some(talk), hold, wrap_up].into_iter()),
            None => span.map(|span| span + wrap_up.unwrap_or(0)),
        }
    }

    fn leg(line: &Line, start: i64, transfer: Option<&str>, team: Option<&str>, agent: Option<&str>) -> Cells {
        let end = line.get("ended_at").map(|end| time(end).micros());
        Cells::from([
            ("started_at", start.to_string()),
            ("ended_at", text(end)),
            ("talk", text(stated_length(line, "talk"))),
            ("handle_time", text(Self::handle_time(line, start))),
            ("transfer", text(transfer)),
            ("team", text(team)),
            ("agent", text(agent)),
        ])
    }

    fn customer_contacts(&self, facts: &mut Facts) {
        let ticket_of =
            |contact: &Line| Some(self.find(RecordKind::Ticket, contact.get("ticket_id")?)?.cells["id"].clone());
        let mut came: Vec<&Line> = self
            .all(RecordKind::Contact)
            .filter(|contact| contact.get("direction") != Some("out") && Self::outcome(contact) != "overflow")
            .collect();
        came.sort_by_key(|contact| (time(&contact.cells["queued_at"]), contact.cells["id"].clone()));
        let given_up: Vec<&Line> = came.extract_if(.., |contact| Self::outcome(contact) == "abandoned").collect();
        // requests that a contact from before an hour after them stands for
        let stands_for = |contact: &Line, ticket: &Line| {
            let until = time(&ticket.cells["created_at"]).micros() + 3_600_000_000;
            ticket_of(contact).as_deref() == Some(ticket.cells["id"].as_str())
                && time(&contact.cells["queued_at"]).micros() <= until
        };
        let has_contact = |ticket: &Line| came.iter().any(|contact| stands_for(contact, ticket));
        let requests: Vec<&Line> = self
            .all(RecordKind::Ticket)
            .filter(|ticket| ticket.get("created_by").is_none_or(|by| by == "customer"))
            .filter(|ticket| ticket.get("is_spam") != Some("true"))
            .filter(|ticket| ticket.get("merged_into").is_none_or(|into| into == ticket.cells["id"]))
            .filter(|ticket| !has_contact(ticket))
            .collect();
        // of a request the first given up contact is the request itself
        let first = |ticket: &&Line| given_up.iter().find(|contact| stands_for(contact, ticket)).copied();
        let the_request: Vec<&Line> = requests.iter().filter_map(first).collect();
        for contact in given_up.iter().filter(|contact| !the_request.contains(contact)) {
            let mut cells = self.course(None, 0);
            cells.insert("via", "queue".to_owned());
            cells.insert("contacted_at", time(&contact.cells["queued_at"]).micros().to_string());
            facts.insert(("customer_contact", contact.cells["id"].clone()), cells);
        }
        let mut told: BTreeSet<String> = requests.iter().map(|ticket| ticket.cells["id"].clone()).collect();
        for contact in came {
            let at = time(&contact.cells["queued_at"]).micros();
            let follows = ticket_of(contact).filter(|ticket| told.insert(ticket.clone()));
            let mut cells = self.course(follows.as_deref(), at);
            cells.insert("via", "queue".to_owned());
            cells.insert("contacted_at", at.to_string());
            facts.insert(("customer_contact", contact.cells["id"].clone()), cells);
        }
        for ticket in requests {
            let id = ticket.cells["id"].clone();
            let at = time(&ticket.cells["created_at"]).micros();
            let mut cells = self.course(Some(&id), at);
            cells.insert("via", "ticket".to_owned());
            cells.insert("contacted_at", at.to_string());
            facts.insert(("customer_contact", id), cells);
        }
    }

    /// What became of a ticket after a contact at `at`.
    fn course(&self, ticket: Option<&str>, at: i64) -> Cells {
        let of_ticket = |name: &str| -> String {
            let facts = ticket.and_then(|ticket| self.tickets.get(&("ticket", ticket.to_owned())));
            facts.map_or("-".to_owned(), |facts| facts[name].clone())
        };
        let again: Vec<(i64, Option<i64>)> = ticket.map_or(Vec::new(), |_| {
            let all = of_ticket("all_reopenings");
            all.split_whitespace()
                .map(|one| one.split_once('/').unwrap())
                .map(|(at, length)| (at.parse().unwrap(), length.parse().ok()))
                .collect()
        });
        let first = again.iter().find(|(reopened, _)| *reopened >= at);
        Cells::from([
            ("chase_silence", of_ticket("chase_silence")),
            ("reopen_time", text(first.map(|(reopened, _)| (reopened - at) / 1000))),
            ("reopen_length", text(first.and_then(|(_, length)| *length))),
            ("reopenings", records(&again, at)),
        ])
    }

    fn promise(&self, target: &Line, facts: &mut Facts) {
        if self.find(RecordKind::Ticket, &target.cells["ticket_id"]).is_none() {
            return;
        }
        let id = &target.cells["id"];
        let mut revisions: Vec<&Line> =
            self.lines.iter().filter(|line| line.kind == RecordKind::SlaTarget && line.cells["id"] == *id).collect();
        revisions.sort_by_key(|line| line.cells["revision"].parse::<i64>().unwrap());
        let first = |name: &str| revisions.iter().find_map(|line| line.get(name));
        let promised = revisions.iter().find_map(|line| stated_length(line, "target"));
        let changed: BTreeSet<String> = revisions
            .iter()
            .skip(1)
            .filter(|line| {
                line.get("policy").is_some_and(|policy| Some(policy) != first("policy"))
                    || stated_length(line, "target").is_some_and(|target| Some(target) != promised)
            })
            .map(|line| {
                let body = line.cells.iter().filter(|(name, _)| !["revision", "line"].contains(&name.as_str()));
                format!("{:?}", body.collect::<Vec<_>>())
            })
            .collect();
        let at = |name: &str| target.get(name).map(|text| time(text).micros());
        let started = at("started_at").unwrap();
        let paused = stated_length(target, "paused");
        let due = promised.map(|promised| {
            let length = promised + paused.unwrap_or(0);
            match first("clock") {
                Some("calendar") => started + length * 1000,
                _ => business_minutes(started)
                    .take((length / 60_000) as usize)
                    .last()
                    .map_or(started, |last| last + 60_000_000),
            }
        });
        let known = due.or(at("due_at"));
        let fulfilled = at("fulfilled_at");
        let met = known.zip(fulfilled).map(|(due, fulfilled)| (fulfilled <= due).to_string());
        facts.insert(
            ("sla_target", id.clone()),
            Cells::from([
                ("due_at", known.or(fulfilled).unwrap_or(started).to_string()),
                ("target", text(promised)),
                ("paused", text(paused)),
                ("policy", text(first("policy"))),
                ("met", text(met.or(target.get("met").map(str::to_owned)))),
                ("is_cancelled", target.get("is_cancelled").unwrap_or("false").to_owned()),
                ("changes", changed.len().to_string()),
            ]),
        );
    }
}
