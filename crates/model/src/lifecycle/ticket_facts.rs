//! The three tables that come from tickets: tickets, reply turns, open intervals.

use arrow::record_batch::RecordBatch;

use super::clock::{business_time, calendar_time};
use super::column::Text;
use super::directory::DirectoryColumns;
use super::table::Table;
use super::ticket::{Ticket, TicketFacts, Tickets};
use super::{FoldError, attributes};
use crate::{Attributes, FactTable, Instant, Millis, reopenings};

/// When something about a ticket ended.
type End = fn(&Ticket) -> Option<Instant>;

/// Makes the three tables.
pub(super) struct TicketTables<'f, 'a> {
    pub tickets: &'f Tickets<'a>,
    pub facts: &'f TicketFacts<'a>,
    pub directory: &'f DirectoryColumns<'a>,
    pub attributes: &'a Attributes,
}

impl<'f, 'a> TicketTables<'f, 'a> {
    pub fn tickets(&self) -> Result<RecordBatch, FoldError> {
        let all = || self.facts.tickets.iter();
        let mut table = Table::new(FactTable::Ticket, self.facts.tickets.len());
        self.shared(&mut table, FactTable::Ticket, all())?;

        let mut times = |name: &str, value: End| table.times(name, all().map(value));
        times("created_at", |ticket| Some(ticket.created_at));
        times("first_reply_at", |ticket| ticket.first_reply_at);
        times("first_any_reply_at", |ticket| ticket.first_any_reply_at);
        times("first_solved_at", |ticket| ticket.history.first_solved_at);
        times("last_solved_at", |ticket| ticket.history.last_solved_at);
        times("closed_at", |ticket| ticket.history.closed_at);

        let ends: [(&str, &str, End); 4] = [
            ("first_reply_time", "first_reply_business_time", |ticket| ticket.first_reply_at),
            ("first_any_reply_time", "first_any_reply_business_time", |ticket| ticket.first_any_reply_at),
            ("first_resolution_time", "first_resolution_business_time", |ticket| ticket.history.first_solved_at),
            ("resolution_time", "resolution_business_time", |ticket| ticket.history.last_solved_at),
        ];
        for (calendar, business, end) in ends {
            table.lengths(calendar, all().map(|ticket| calendar_time(ticket.created_at, end(ticket))));
            let clocked = |ticket: &Ticket| business_time(ticket.schedule, ticket.created_at, end(ticket));
            table.lengths(business, all().map(clocked));
        }

        table.integers("agent_replies", all().map(|ticket| Some(ticket.agent_replies.into())));
        table.integers("bot_replies", all().map(|ticket| Some(ticket.bot_replies.into())));
        table.integers("customer_replies", all().map(|ticket| Some(ticket.customer_replies.into())));
        table.integers("reopens", all().map(|ticket| Some(ticket.history.reopens.into())));
        table.integers("pauses", all().map(|ticket| Some(ticket.history.pauses.into())));
        let since_solve = |ticket: &'f Ticket<'a>| Some(ticket.reopenings.since(ticket.history.first_solved_at?));
        let told: Vec<_> = all().map(|ticket| reopenings::text(since_solve(ticket)?)).collect();
        table.lengths("reopen_time", all().map(|ticket| Some(since_solve(ticket)?.next()?.0)));
        table.lengths("reopen_length", all().map(|ticket| since_solve(ticket)?.next()?.1));
        table.text("reopenings", told.iter().map(Option::as_deref))?;
        table.integers("escalations", all().map(|ticket| Some(ticket.escalations.count.into())));
        table.times("first_escalated_at", all().map(|ticket| ticket.escalations.first_at));
        table.text("escalation_reason", all().map(|ticket| ticket.escalations.reason))?;
        table.text("escalation_reasons", all().map(|ticket| ticket.escalations.reasons.as_deref()))?;
        table.text("status", all().map(|ticket| Some(ticket.history.status.name())))?;
        table.text("created_by", all().map(|ticket| Some(ticket.created_by.name())))?;
        table.text("solved_by", all().map(|ticket| Some(ticket.solved_by?.name())))?;
        table.text("team_created", all().map(|ticket| ticket.in_charge_created.team))?;
        table.text("team_first_reply", all().map(|ticket| ticket.in_charge_first_reply.team))?;
        table.text("team_solved", all().map(|ticket| ticket.in_charge_solved.team))?;
        table.text("agent_created", all().map(|ticket| ticket.in_charge_created.agent))?;
        table.text("agent_first_reply", all().map(|ticket| ticket.in_charge_first_reply.agent))?;
        table.text("agent_solved", all().map(|ticket| ticket.in_charge_solved.agent))?;
        table.text("calendar", all().map(|ticket| Some(ticket.schedule.name())))?;
        table.text("calendar_version", all().map(|ticket| Some(ticket.schedule.version_hash())))?;
        table.text("url", all().map(|ticket| self.tickets.columns.url.get(ticket.row)))?;
        table.finish(self.attributes)
    }

    pub fn turns(&self) -> Result<RecordBatch, FoldError> {
        let turns = || self.facts.turns.iter();
        let tickets = || turns().map(|turn| &self.facts.tickets[turn.ticket as usize]);
        let mut table = Table::new(FactTable::ReplyTurn, self.facts.turns.len());
        self.shared(&mut table, FactTable::ReplyTurn, tickets())?;
        table.integers("turn", turns().map(|turn| Some(turn.number.into())));
        table.times("asked_at", turns().map(|turn| Some(turn.asked_at)));
        table.times("replied_at", turns().map(|turn| turn.replied_at));
        table.times("solved_unanswered_at", turns().map(|turn| turn.solved_unanswered_at));
        table.lengths("reply_time", turns().map(|turn| calendar_time(turn.asked_at, turn.replied_at)));
        let clocked: Vec<Option<Millis>> = turns()
            .zip(tickets())
            .map(|(turn, ticket)| business_time(ticket.schedule, turn.asked_at, turn.replied_at))
            .collect();
        table.lengths("reply_business_time", clocked.into_iter());
        table.text("team_replied", turns().map(|turn| turn.in_charge.team))?;
        table.text("agent_replied", turns().map(|turn| turn.in_charge.agent))?;
        table.text("calendar", tickets().map(|ticket| Some(ticket.schedule.name())))?;
        table.finish(self.attributes)
    }

    pub fn intervals(&self) -> Result<RecordBatch, FoldError> {
        let intervals = || self.facts.intervals.iter();
        let tickets = || intervals().map(|interval| &self.facts.tickets[interval.ticket as usize]);
        let mut table = Table::new(FactTable::OpenInterval, self.facts.intervals.len());
        self.shared(&mut table, FactTable::OpenInterval, tickets())?;
        table.times("created_at", tickets().map(|ticket| Some(ticket.created_at)));
        table.times("opened_at", intervals().map(|interval| Some(interval.opened_at)));
        table.times("solved_at", intervals().map(|interval| interval.solved_at));
        table.integers("interval", intervals().map(|interval| Some(interval.number.into())));
        table.text("team", intervals().map(|interval| interval.in_charge.team))?;
        table.text("agent", intervals().map(|interval| interval.in_charge.agent))?;
        table.finish(self.attributes)
    }

    /// The columns that every fact of a ticket has from the ticket and its customer.
    fn shared<'r>(
        &self,
        table: &mut Table,
        kind: FactTable,
        tickets: impl Iterator<Item = &'r Ticket<'a>> + Clone,
    ) -> Result<(), FoldError>
    where
        'a: 'r,
    {
        let columns = &self.tickets.columns;
        let stated = |column: &'f Text<'a>| tickets.clone().map(|ticket| column.get(ticket.row));
        table.text("system", stated(&columns.keys.system))?;
        table.text("ticket_id", stated(&columns.keys.id))?;
        self.directory.add_customers(table, tickets.clone().map(|ticket| ticket.customer))?;
        table.text("channel", stated(&columns.channel))?;
        table.text("queue", stated(&columns.queue))?;
        table.text("language", stated(&columns.language))?;
        table.text("priority", stated(&columns.priority))?;
        table.text("category", stated(&columns.category))?;
        table.text("product", stated(&columns.product))?;
        table.booleans("is_test", tickets.clone().map(|ticket| Some(ticket.is_test)));
        table.booleans("is_spam", tickets.clone().map(|ticket| Some(ticket.is_spam)));
        table.booleans("is_merged", tickets.clone().map(|ticket| Some(ticket.is_merged)));
        let rows = tickets.map(|ticket| [Some(ticket.row), ticket.customer.and_then(|customer| customer.row)]);
        let sources = [self.tickets.records, self.directory.customers];
        attributes::add(table, kind, self.attributes, sources, rows)
    }
}
