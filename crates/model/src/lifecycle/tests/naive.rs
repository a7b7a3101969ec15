//! A second opinion on tickets: the definitions word by word over plain lists, without regard to speed.

use std::collections::BTreeMap;

use super::harness::{Line, MONDAY_MICROS, time};
use crate::RecordKind;

/// Facts by (table, ticket id or id/number): column → cell as `harness::cell` writes it.
pub type Facts = BTreeMap<(&'static str, String), BTreeMap<&'static str, String>>;

#[derive(Clone, Debug)]
struct Event {
    at: i64,
    order: (i64, i64, String),
    line: Line,
}

impl Event {
    fn get(&self, name: &str) -> Option<&str> {
        self.line.cells.get(name).map(String::as_str)
    }
}

/// The facts of the tickets in `lines`, which hold no two bodies of one revision.
pub fn facts(lines: &[Line]) -> Facts {
    let mut facts = Facts::new();
    let newest = newest(lines);
    for ticket in newest.iter().filter(|line| line.kind == RecordKind::Ticket) {
        let id = &ticket.cells["id"];
        let mut events: Vec<Event> = newest
            .iter()
            .filter(|line| line.kind == RecordKind::Event && line.cells["ticket_id"] == *id)
            .map(|line| {
                let at = time(&line.cells["at"]).micros();
                let sequence = line.cells.get("sequence").map_or(-1, |sequence| sequence.parse().unwrap());
                Event { at, order: (at, sequence, line.cells["id"].clone()), line: line.clone() }
            })
            .collect();
        events.sort_by(|left, right| left.order.cmp(&right.order));
        One { ticket, events, newest: &newest }.facts(&mut facts);
    }
    facts
}

pub(super) fn newest(lines: &[Line]) -> Vec<Line> {
    let version = |line: &Line| ["revision", "rank", "mapping"].map(|name| line.cells[name].parse::<i64>().unwrap());
    let mut newest: BTreeMap<_, Line> = BTreeMap::new();
    for line in lines {
        let key = (line.kind, line.cells["id"].clone());
        if newest.get(&key).is_none_or(|known| version(known) < version(line)) {
            newest.insert(key, line.clone());
        }
    }
    newest.into_values().collect()
}

/// When, who, and the event with its index; none for the request.
type Said<'a> = (i64, char, Option<(usize, &'a Event)>);

struct One<'a> {
    ticket: &'a Line,
    events: Vec<Event>,
    newest: &'a [Line],
}

fn over(status: &str) -> bool {
    status == "solved" || status == "closed"
}

pub(super) fn text<T: ToString>(value: Option<T>) -> String {
    value.map_or("-".to_owned(), |value| value.to_string())
}

pub(super) fn length(from: i64, to: Option<i64>) -> String {
    text(to.filter(|to| *to >= from).map(|to| (to - from) / 1000))
}

const MINUTE: i64 = 60_000_000;

/// The starts of the open minutes from `from` on: 08:00–16:00 UTC from Monday to Friday, as the default schedule is
/// until 28 March 2026.
pub(super) fn business_minutes(from: i64) -> impl Iterator<Item = i64> {
    let open = |minute: &i64| {
        let of_week = (minute - MONDAY_MICROS / MINUTE).rem_euclid(7 * 1440);
        of_week < 5 * 1440 && (480..960).contains(&(of_week % 1440))
    };
    assert!(from % MINUTE == 0);
    (from / MINUTE..).filter(open).map(|minute| minute * MINUTE)
}

fn business(from: i64, to: Option<i64>) -> String {
    let minutes =
        to.filter(|to| *to >= from).map(|to| business_minutes(from).take_while(|minute| *minute < to).count());
    text(minutes.map(|minutes| minutes * 60_000))
}

/// Every reopening with its time and length, of those that the ticket's customer made.
fn all_of(again: &[(i64, Option<i64>)]) -> String {
    again.iter().map(|(at, length)| format!("{at}/{} ", text(*length))).collect()
}

/// Of the reopenings from `since` on those that were longer than each before, as the facts tell them.
pub fn records(again: &[(i64, Option<i64>)], since: i64) -> String {
    let after: Vec<_> = again.iter().filter(|(at, _)| *at >= since).collect();
    let length = |index: usize| after[index].1.unwrap_or(i64::MAX);
    let told: Vec<String> = (0..after.len())
        .filter(|index| (0..*index).all(|before| length(before) < length(*index)))
        .map(|index| {
            let stayed = after[index].1.map_or(String::new(), |length| length.to_string());
            format!("{}:{stayed}", (after[index].0 - since) / 1000)
        })
        .collect();
    if told.is_empty() { "-".to_owned() } else { told.join(",") }
}

impl One<'_> {
    fn get(&self, name: &str) -> Option<&str> {
        self.ticket.cells.get(name).map(String::as_str)
    }

    fn time(&self, name: &str) -> Option<i64> {
        self.get(name).map(|text| time(text).micros())
    }

    fn agent(&self, id: &str) -> Option<&Line> {
        self.newest.iter().find(|line| line.kind == RecordKind::Agent && line.cells["id"] == id)
    }

    /// The value of `team` or `agent` after the events for which `counts`.
    fn in_charge(&self, name: &str, counts: impl Fn(usize, &Event) -> bool) -> Option<String> {
        let setting = |event: &&Event| event.get(name).is_some();
        let Some(first) = self.events.iter().find(setting) else { return self.get(name).map(str::to_owned) };
        let last = self.events.iter().enumerate().filter(|(index, event)| counts(*index, event));
        match last.map(|(_, event)| event).filter(setting).last() {
            Some(event) => event.get(name).map(str::to_owned),
            None => {
                let alone = first.get("team").is_some() != first.get("agent").is_some();
                let is_team =
                    |id: &str| self.newest.iter().any(|line| line.kind == RecordKind::Team && line.cells["id"] == id);
                let from = first.get("from").filter(|_| first.get("kind") == Some("assign"));
                let from = from.filter(|from| alone || is_team(from) == (name == "team"));
                from.or(first.get(name)).map(str::to_owned)
            }
        }
    }

    /// Team and agent after the events for which `counts`, the agent replaced by `agent` where given.
    fn pair(&self, agent: Option<&str>, counts: impl Fn(usize, &Event) -> bool) -> (String, String) {
        let agent = agent.map(str::to_owned).or_else(|| self.in_charge("agent", &counts));
        let of_agent = || self.agent(agent.as_ref()?)?.cells.get("team").cloned();
        (text(self.in_charge("team", &counts).or_else(of_agent)), text(agent))
    }

    /// Who a public reply is from: C(ustomer), A(gent) or M(achine).
    fn from(&self, reply: &Event) -> char {
        let bot = reply.get("actor").and_then(|actor| self.agent(actor)?.cells.get("is_bot").cloned()).as_deref()
            == Some("true");
        match reply.get("actor_kind") {
            Some("customer") => 'C',
            Some("agent") if !bot => 'A',
            Some(_) => 'M',
            None if reply.get("actor").is_some() && reply.get("actor") == self.get("customer_id") => 'C',
            None if bot => 'M',
            None => 'A',
        }
    }

    /// Who made a change.
    fn doer(&self, change: &Event) -> Option<String> {
        let actor = change.get("actor");
        let said = change.get("actor_kind").or(match actor {
            Some(_) if actor == self.get("customer_id") => Some("customer"),
            Some(_) => Some("agent"),
            None => None,
        })?;
        let bot = actor.and_then(|actor| self.agent(actor)?.cells.get("is_bot").cloned()).as_deref() == Some("true");
        Some(if said == "agent" && bot { "bot" } else { said }.to_owned())
    }

    fn facts(&self, facts: &mut Facts) {
        let id = self.ticket.cells["id"].clone();
        let created = self.time("created_at").unwrap();
        let by = self.get("created_by").unwrap_or("customer");
        let now = self.pair(None, |_, _| true);
        let at = |at: i64| self.pair(None, move |_, event| event.at <= at);

        // Intervals: each begins at the creation or at a change from over to not over, and ends at the next change
        // to over.
        let status_events = || self.events.iter().filter(|event| event.get("kind") == Some("status"));
        let changes: Vec<(i64, &str)> =
            status_events().filter_map(|event| Some((event.at, event.get("to")?))).collect();
        let waits = |status: &str| status == "pending" || status == "on_hold";
        let mut pauses = (0..changes.len())
            .filter(|index| waits(changes[*index].1) && (*index == 0 || changes[index - 1].1 != changes[*index].1))
            .count();
        let mut opened_by = vec![None];
        let mut status = changes.last().map(|(_, status)| (*status).to_owned());
        let mut intervals = Vec::new();
        let closed;
        if let Some(last) = &status {
            let was_over = |index: usize| index > 0 && over(changes[index - 1].1);
            let mut starts = vec![(created, 0)];
            starts.extend(
                (0..changes.len())
                    .filter(|index| was_over(*index) && !over(changes[*index].1))
                    .map(|index| (changes[index].0, index)),
            );
            for (start, index) in starts {
                let end = changes[index..].iter().find(|(_, status)| over(status));
                intervals.push((start, end.map(|(at, _)| *at)));
                opened_by.extend((intervals.len() > 1).then(|| status_events().nth(index)));
            }
            let tail = changes.iter().rev().take_while(|(_, status)| *status == "closed").last();
            closed = tail.map(|(at, _)| *at).or_else(|| {
                let later = self.time("closed_at").filter(|at| Some(*at) >= intervals.last().unwrap().1);
                later.filter(|_| last == "solved" && matches!(self.get("status"), None | Some("closed")))
            });
            if closed.is_some() {
                status = Some("closed".to_owned());
            }
        } else {
            let solved = self.time("solved_at");
            let end = match self.get("status") {
                None => solved,
                Some(status) if over(status) => solved.or(self.time("closed_at")),
                Some(_) => None,
            };
            intervals.push((created, end));
            closed = end.and(self.time("closed_at"));
            let inferred = if closed.is_some() {
                "closed"
            } else if end.is_some() {
                "solved"
            } else {
                "open"
            };
            status = Some(self.get("status").unwrap_or(inferred).to_owned());
            pauses = status.as_deref().is_some_and(waits).into();
        }
        let last_solved = intervals.last().unwrap().1;
        let first_solved = intervals[0].1.or(self.time("solved_at").filter(|_| changes.is_empty()));
        // the first change of the last run of changes to over
        let over_at_end = changes.iter().rev().take_while(|(_, status)| over(status)).count();
        let solver = (over_at_end > 0).then(|| status_events().nth(changes.len() - over_at_end)).flatten();
        let solved_by = solver.and_then(|change| self.doer(change));
        for (number, (start, end)) in (1..).zip(&intervals) {
            let (team, agent) = end.map_or(now.clone(), at);
            facts.insert(
                ("open_interval", format!("{id}/{number}")),
                BTreeMap::from([
                    ("opened_at", start.to_string()),
                    ("solved_at", text(*end)),
                    ("team", team),
                    ("agent", agent),
                ]),
            );
        }

        // Replies.
        let replies: Vec<(usize, &Event)> =
            self.events.iter().enumerate().filter(|(_, event)| event.get("kind") == Some("reply")).collect();
        let public: Vec<(usize, &Event, char)> = replies
            .iter()
            .filter(|(_, event)| event.get("public") != Some("false"))
            .map(|(index, event)| (*index, *event, self.from(event)))
            .collect();
        let request = public.iter().find(|(_, _, from)| by == "agent" && *from == 'A').map(|(index, _, _)| *index);
        let answers: Vec<_> = public
            .iter()
            .filter(|(index, _, from)| request.is_none_or(|request| *index > request) && *from != 'C')
            .collect();
        let pick = |wanted: &[char]| {
            let wanted: Vec<_> = answers.iter().filter(|(_, _, from)| wanted.contains(from)).collect();
            wanted
                .iter()
                .find(|(_, event, _)| event.at >= created)
                .or(wanted.first())
                .map(|(index, event, _)| (*index, *event))
        };
        let stated = self.time("first_reply_at").filter(|_| replies.is_empty());
        let replied_by =
            |(index, event): (usize, &Event)| self.pair(event.get("actor"), move |other, _| other <= index);
        let first = pick(&['A']);
        let first_at = first.map(|(_, event)| event.at).or(stated);
        let any_at = pick(&['A', 'M']).map(|(_, event)| event.at).or(stated);
        let (team_reply, agent_reply) = first.map(replied_by).or(stated.map(at)).unwrap_or(now.clone());

        // Reopenings by the customer: the event says so, or one of their messages came in the minute before.
        let by_customer = |event: &Event| match (event.get("actor_kind"), event.get("actor")) {
            (Some("customer"), _) => true,
            (Some("agent" | "bot"), _) => false,
            (None, Some(actor)) => self.get("customer_id") == Some(actor),
            _ => public.iter().any(|(_, said, from)| *from == 'C' && (0..=MINUTE).contains(&(event.at - said.at))),
        };
        let again: Vec<(i64, Option<i64>)> = intervals
            .iter()
            .zip(&opened_by)
            .filter(|(_, event)| event.is_some_and(&by_customer))
            .map(|((start, end), _)| (*start, end.map(|end| (end - start) / 1000)))
            .collect();
        let first_again = again.first().copied();
        let since_solve = |again: Option<(i64, Option<i64>)>| {
            first_solved.zip(again).map_or("-".to_owned(), |(solved, (at, _))| length(solved, Some(at)))
        };
        let stayed = |again: Option<(i64, Option<i64>)>| text(again.and_then(|(_, length)| length));

        // Chases: a customer's message while the one before waits for a human.
        let mut silences = Vec::new();
        let mut waiting = (by == "customer").then_some(created);
        for (_, event, from) in public.iter().filter(|(_, event, _)| event.at >= created) {
            match from {
                'C' if by == "customer" && event.at == created => {}
                'C' => {
                    silences.extend(waiting.map(|since| (event.at - since) / 1000));
                    waiting = Some(event.at);
                }
                'A' => waiting = None,
                _ => {}
            }
        }

        // Turns: a customer's message that does not follow another one, up to the next agent's.
        let mut talk: Vec<Said> = Vec::new();
        if by == "customer" {
            talk.push((created, 'C', None));
        }
        let later = public.iter().filter(|(_, event, from)| event.at >= created && *from != 'M');
        talk.extend(later.map(|(index, event, from)| (event.at, *from, Some((*index, *event)))));
        let asked: Vec<usize> = (0..talk.len())
            .filter(|index| talk[*index].1 == 'C' && (*index == 0 || talk[index - 1].1 == 'A'))
            .collect();
        let base = if by == "customer" { 1 } else { 2 };
        for (number, start) in (base..).zip(asked) {
            let reply = talk[start..].iter().find(|(_, from, _)| *from == 'A').and_then(|(_, _, event)| *event);
            let stated = stated.filter(|_| number == 1);
            let reply_at = reply.map(|(_, event)| event.at).or(stated);
            let (team, agent) = reply.map(replied_by).or(stated.map(at)).unwrap_or(now.clone());
            let asked_at = talk[start].0;
            // open when it was asked: the solve that ended that; solved already: the next one, if it was opened again
            let open = intervals
                .iter()
                .rfind(|(from, _)| *from <= asked_at)
                .filter(|(_, end)| end.is_none_or(|end| end > asked_at));
            let later =
                intervals.iter().find(|(from, _)| *from > asked_at && reply_at.is_none_or(|reply| *from < reply));
            let unanswered = match (open, later) {
                (Some((_, end)), _) | (None, Some((_, end))) => *end,
                (None, None) => Some(asked_at),
            };
            let unanswered = unanswered.filter(|at| asked_at >= created && reply_at.is_none_or(|reply| *at < reply));
            facts.insert(
                ("reply_turn", format!("{id}/{number}")),
                BTreeMap::from([
                    ("asked_at", talk[start].0.to_string()),
                    ("replied_at", text(reply_at)),
                    ("solved_unanswered_at", text(unanswered)),
                    ("reply_time", length(talk[start].0, reply_at)),
                    ("reply_business_time", business(talk[start].0, reply_at)),
                    ("team_replied", team),
                    ("agent_replied", agent),
                ]),
            );
        }

        let (team_created, agent_created) = at(created);
        let (team_solved, agent_solved) = last_solved.map_or(now.clone(), at);
        let asks = public.iter().filter(|(_, event, from)| *from == 'C' && (by != "customer" || event.at > created));
        facts.insert(
            ("ticket", id),
            BTreeMap::from([
                ("created_at", created.to_string()),
                ("first_reply_at", text(first_at)),
                ("first_any_reply_at", text(any_at)),
                ("first_solved_at", text(first_solved)),
                ("last_solved_at", text(last_solved)),
                ("closed_at", text(closed)),
                ("first_reply_time", length(created, first_at)),
                ("first_any_reply_time", length(created, any_at)),
                ("first_resolution_time", length(created, first_solved)),
                ("resolution_time", length(created, last_solved)),
                ("first_reply_business_time", business(created, first_at)),
                ("first_any_reply_business_time", business(created, any_at)),
                ("first_resolution_business_time", business(created, first_solved)),
                ("resolution_business_time", business(created, last_solved)),
                ("agent_replies", answers.iter().filter(|(_, _, from)| *from == 'A').count().to_string()),
                (
                    "bot_replies",
                    public
                        .iter()
                        .filter(|(_, event, from)| *from == 'M' && event.get("actor_kind") != Some("system"))
                        .count()
                        .to_string(),
                ),
                ("pauses", pauses.to_string()),
                ("reopen_time", since_solve(first_again)),
                ("reopen_length", stayed(first_again)),
                ("reopenings", first_solved.map_or("-".to_owned(), |solved| records(&again, solved))),
                ("all_reopenings", all_of(&again)),
                ("chase_silence", text(silences.into_iter().max())),
                ("customer_replies", asks.count().to_string()),
                ("reopens", (intervals.len() - 1).to_string()),
                ("status", text(status)),
                ("created_by", by.to_owned()),
                ("solved_by", text(solved_by)),
                ("team_created", team_created),
                ("agent_created", agent_created),
                ("team_first_reply", team_reply),
                ("agent_first_reply", agent_reply),
                ("team_solved", team_solved),
                ("agent_solved", agent_solved),
            ]),
        );
    }
}
