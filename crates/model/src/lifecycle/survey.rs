//! Survey answers, with what was true of their ticket when they were given.

use std::collections::HashMap;

use arrow::record_batch::RecordBatch;

use super::charge::{Charge, Timeline};
use super::clock::calendar_time;
use super::column::{Booleans, Integers, Numbers, Records, Row, Text, Times};
use super::directory::{Customer, DirectoryColumns};
use super::event::EventLog;
use super::revisions::{Keys, Newest};
use super::table::Table;
use super::ticket::{Ticket, TicketFacts, Tickets};
use super::{FoldError, Warning, Warnings, attributes};
use crate::{Attributes, FactTable, Instant, Millis, RecordKind};

struct AnswerColumns<'a> {
    keys: Keys<'a>,
    ticket_system: Text<'a>,
    ticket_id: Text<'a>,
    customer_system: Text<'a>,
    customer_id: Text<'a>,
    agent_system: Text<'a>,
    instrument: Text<'a>,
    question_version: Text<'a>,
    scale_min: Integers<'a>,
    scale_max: Integers<'a>,
    value: Numbers<'a>,
    offered_at: Times<'a>,
    answered_at: Times<'a>,
    about: Text<'a>,
    channel: Text<'a>,
    team: Text<'a>,
    agent: Text<'a>,
    language: Text<'a>,
    comment: Text<'a>,
    weight: Numbers<'a>,
    is_test: Booleans<'a>,
}

impl<'a> AnswerColumns<'a> {
    fn open(records: &Records<'a>) -> Result<Self, FoldError> {
        Ok(AnswerColumns {
            keys: Keys::open(records)?,
            ticket_system: records.column("ticket_system")?,
            ticket_id: records.column("ticket_id")?,
            customer_system: records.column("customer_system")?,
            customer_id: records.column("customer_id")?,
            agent_system: records.column("agent_system")?,
            instrument: records.column("instrument")?,
            question_version: records.column("question_version")?,
            scale_min: records.column("scale_min")?,
            scale_max: records.column("scale_max")?,
            value: records.column("value")?,
            offered_at: records.column("offered_at")?,
            answered_at: records.column("answered_at")?,
            about: records.column("about")?,
            channel: records.column("channel")?,
            team: records.column("team")?,
            agent: records.column("agent")?,
            language: records.column("language")?,
            comment: records.column("comment")?,
            weight: records.column("weight")?,
            is_test: records.column("is_test")?,
        })
    }

    fn ticket_key(&self, row: Row) -> Option<(&'a str, &'a str)> {
        let id = self.ticket_id.get(row)?;
        Some((self.ticket_system.get(row).unwrap_or(self.keys.system.required(row)), id))
    }
}

/// What an answer folds to, beside what its record and its ticket say as they are.
struct Answer<'a> {
    row: Row,
    ticket: Option<Row>,
    customer: Option<Customer<'a>>,
    rated: Charge<'a>,
    previous_answered_at: Option<Instant>,
    next_answered_at: Option<Instant>,
    next_answer_delay: Option<Millis>,
    is_test: bool,
}

/// Folds the newest survey answers into their table.
pub(super) fn fold<'a>(
    records: Records<'a>,
    newest: &Newest,
    tickets: (&Tickets<'a>, &TicketFacts<'a>, &EventLog<'a>),
    directory: &DirectoryColumns<'a>,
    declared: &Attributes,
    warnings: &mut Warnings,
) -> Result<RecordBatch, FoldError> {
    let columns = AnswerColumns::open(&records)?;
    let mut rows: Vec<(Instant, Row)> =
        newest.rows_as_stored().into_iter().map(|row| (columns.answered_at.required(row), row)).collect();
    rows.sort_unstable_by(|(left_at, left), (right_at, right)| {
        let by_id = || columns.keys.id.required(*left).cmp(columns.keys.id.required(*right));
        left_at.cmp(right_at).then_with(by_id).then_with(|| columns.keys.at(*left).cmp(&columns.keys.at(*right)))
    });
    let mut timeline = Timeline::default();
    let mut answers: Vec<Answer> = Vec::with_capacity(rows.len());
    for (_, row) in rows {
        answers.push(fold_one(row, &columns, tickets, directory, &mut timeline, warnings));
    }
    find_neighbours(&mut answers, &columns);

    let ticket_columns = &tickets.0.columns;
    let scales: Vec<String> = answers
        .iter()
        .map(|answer| format!("{}-{}", columns.scale_min.required(answer.row), columns.scale_max.required(answer.row)))
        .collect();
    let mut table = Table::new(FactTable::SurveyAnswer, answers.len());
    for (name, column) in [
        ("system", &columns.keys.system),
        ("answer_id", &columns.keys.id),
        ("ticket_id", &columns.ticket_id),
        ("instrument", &columns.instrument),
        ("question_version", &columns.question_version),
        ("about", &columns.about),
        ("comment", &columns.comment),
    ] {
        table.text(name, answers.iter().map(|answer| column.get(answer.row)))?;
    }
    for (name, column) in [
        ("queue", &ticket_columns.queue),
        ("priority", &ticket_columns.priority),
        ("category", &ticket_columns.category),
        ("product", &ticket_columns.product),
    ] {
        table.text(name, answers.iter().map(|answer| column.get(answer.ticket?)))?;
    }
    for (name, own, of_ticket) in [
        ("channel", &columns.channel, &ticket_columns.channel),
        ("language", &columns.language, &ticket_columns.language),
    ] {
        let value = |answer: &Answer<'a>| own.get(answer.row).or_else(|| of_ticket.get(answer.ticket?));
        table.text(name, answers.iter().map(value))?;
    }
    directory.add_customers(&mut table, answers.iter().map(|answer| answer.customer))?;
    table.text("scale", scales.iter().map(|scale| Some(scale.as_str())))?;
    table.text("team_rated", answers.iter().map(|answer| answer.rated.team))?;
    table.text("agent_rated", answers.iter().map(|answer| answer.rated.agent))?;
    table.numbers("value", answers.iter().map(|answer| columns.value.get(answer.row)));
    table.numbers("weight", answers.iter().map(|answer| columns.weight.get(answer.row)));
    table.times("answered_at", answers.iter().map(|answer| columns.answered_at.time(answer.row)));
    table.times("offered_at", answers.iter().map(|answer| columns.offered_at.time(answer.row)));
    table.times("previous_answered_at", answers.iter().map(|answer| answer.previous_answered_at));
    table.times("next_answered_at", answers.iter().map(|answer| answer.next_answered_at));
    table.lengths("answer_delay", answers.iter().map(|answer| answer_delay(&columns, answer.row)));
    table.lengths("next_answer_delay", answers.iter().map(|answer| answer.next_answer_delay));
    table.booleans("is_test", answers.iter().map(|answer| Some(answer.is_test)));
    let rows = answers
        .iter()
        .map(|answer| [Some(answer.row), answer.ticket, answer.customer.and_then(|customer| customer.row)]);
    let sources = [records, tickets.0.records, directory.customers];
    attributes::add(&mut table, FactTable::SurveyAnswer, declared, sources, rows)?;
    table.finish(declared)
}

fn fold_one<'a>(
    row: Row,
    columns: &AnswerColumns<'a>,
    (tickets, facts, log): (&Tickets<'a>, &TicketFacts<'a>, &EventLog<'a>),
    directory: &DirectoryColumns<'a>,
    timeline: &mut Timeline<'a>,
    warnings: &mut Warnings,
) -> Answer<'a> {
    let system = columns.keys.system.required(row);
    let answered_at = columns.answered_at.required(row);
    let key = columns.ticket_key(row);
    let number = key.and_then(|(system, id)| tickets.find(system, id));
    if key.is_some() && number.is_none() {
        warnings.note(Warning::AnswerWithoutTicket);
    }
    if columns.offered_at.time(row).is_some_and(|offered_at| offered_at > answered_at) {
        warnings.note_of(Warning::EndBeforeStart, RecordKind::SurveyAnswer);
    }
    let ticket: Option<&Ticket> = number.and_then(|number| facts.tickets.get(number as usize));
    let own_customer = columns
        .customer_id
        .get(row)
        .map(|id| directory.customer((columns.customer_system.get(row).unwrap_or(system), id)));
    let customer = own_customer.or(ticket.and_then(|ticket| ticket.customer));

    let stated = Charge { team: columns.team.get(row), agent: columns.agent.get(row) };
    let rated = match (number, ticket) {
        (Some(number), Some(ticket)) if stated.team.is_none() || stated.agent.is_none() => {
            tickets.read_timeline(ticket.row, log.of(number), log, directory, timeline);
            let agent_system = columns.agent_system.get(row).unwrap_or(tickets.agent_system(ticket.row));
            rated(stated, timeline.at(answered_at), directory, agent_system, answered_at)
        }
        _ => stated.with_team(directory, columns.agent_system.get(row).unwrap_or(system), Some(answered_at)),
    };
    Answer {
        row,
        ticket: ticket.map(|ticket| ticket.row),
        customer,
        rated,
        previous_answered_at: None,
        next_answered_at: None,
        next_answer_delay: None,
        is_test: columns.is_test.get(row).unwrap_or(false)
            || customer.is_some_and(|customer| customer.is_test)
            || ticket.is_some_and(|ticket| ticket.is_test),
    }
}

/// Who was rated: as stated, else who was in charge. An agent who is stated and was not in charge is rated with the
/// own team, so that the team in charge does not answer for somebody else's work; and where only a team is stated that
/// was not in charge, nobody of the team in charge is rated.
pub(super) fn rated<'a>(
    stated: Charge<'a>,
    in_charge: Charge<'a>,
    directory: &DirectoryColumns<'a>,
    agent_system: &str,
    at: Instant,
) -> Charge<'a> {
    let in_charge = in_charge.with_team(directory, agent_system, Some(at));
    match (stated.team, stated.agent) {
        (Some(_), Some(_)) => stated,
        (None, None) => in_charge,
        (None, Some(agent)) => {
            let own = directory.team_at(agent_system, agent, Some(at)).filter(|_| in_charge.agent != Some(agent));
            Charge { team: own.or(in_charge.team), agent: Some(agent) }
        }
        (Some(team), None) => {
            Charge { team: Some(team), agent: in_charge.agent.filter(|_| in_charge.team == Some(team)) }
        }
    }
}

/// Finds, for each answer on a ticket, the times of the previous and the next one on it to the same instrument. `answers`
/// are in order. Test answers neither have nor are one: they must not put a customer's last answer out of the count.
fn find_neighbours<'a>(answers: &mut [Answer<'a>], columns: &AnswerColumns<'a>) {
    type Question<'a> = ((&'a str, &'a str), &'a str, (i64, i64));
    let mut before: HashMap<Question<'a>, usize> = HashMap::new();
    for index in 0..answers.len() {
        let row = answers[index].row;
        let Some(ticket) = columns.ticket_key(row).filter(|_| !answers[index].is_test) else { continue };
        let scale = (columns.scale_min.required(row), columns.scale_max.required(row));
        let question = (ticket, columns.instrument.required(row), scale);
        if let Some(previous) = before.insert(question, index) {
            answers[index].previous_answered_at = columns.answered_at.time(answers[previous].row);
            answers[previous].next_answered_at = columns.answered_at.time(row);
            answers[previous].next_answer_delay = answer_delay(columns, row);
        }
    }
}

/// From the offer to the answer, where it was offered and not answered before.
fn answer_delay(columns: &AnswerColumns<'_>, row: Row) -> Option<Millis> {
    calendar_time(columns.offered_at.time(row)?, columns.answered_at.time(row))
}
