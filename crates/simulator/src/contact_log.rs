//! Calls and chats as the contact centre keeps them, and the rows that it exports of them: one a contact, and one for
//! what each agent had with it.

use crate::agenda::Wish;
use crate::change_log::Queue;
use crate::clock::Seconds;
use crate::floor::AgentIndex;
use crate::organisation::{CATEGORIES, Channel, LANGUAGES, Team};
use crate::sales::Intent;
use crate::skills::Need;
use crate::tables::Table;
use crate::world::World;

/// How a contact ended, as the contact centre names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) enum Disposition {
    #[default]
    Handled,
    Abandoned,
    Callback,
    Overflow,
}

impl Disposition {
    fn name(self) -> &'static str {
        match self {
            Disposition::Handled => "Handled",
            Disposition::Abandoned => "Abandoned in queue",
            Disposition::Callback => "Callback requested",
            Disposition::Overflow => "Overflowed",
        }
    }
}

/// How a contact came to a further agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Passed {
    Cold,
    Warm,
    Consult,
}

impl Passed {
    fn name(self) -> &'static str {
        match self {
            Passed::Cold => "blind transfer",
            Passed::Warm => "attended transfer",
            Passed::Consult => "consultation",
        }
    }
}

/// What one agent has with a contact.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Leg {
    pub(crate) agent: AgentIndex,
    pub(crate) came_by: Option<Passed>,
    pub(crate) began: Seconds,
    pub(crate) talk: Seconds,
    pub(crate) hold: Seconds,
    pub(crate) wrap_up: Seconds,
}

impl Leg {
    /// The end of the conversation.
    pub(crate) fn ended(&self) -> Seconds {
        self.began + self.talk + self.hold
    }

    /// The end of the work.
    pub(crate) fn done(&self) -> Seconds {
        self.ended() + self.wrap_up
    }
}

/// A call or chat that waits or is being handled.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Contact {
    pub(crate) number: u32,
    /// Where it waits, or is handled.
    pub(crate) line: u8,
    pub(crate) channel: Channel,
    /// The team the customer has chosen; not always the right one.
    pub(crate) chosen: Team,
    pub(crate) wish: Wish,
    pub(crate) language: usize,
    pub(crate) is_outbound: bool,
    pub(crate) intent: Intent,
    pub(crate) queued_at: Seconds,
    /// How it ends if nobody answers.
    pub(crate) otherwise: Disposition,
    /// Who answered, and when.
    pub(crate) first: Option<(AgentIndex, Seconds)>,
    /// What the present agent has with it.
    pub(crate) leg: Leg,
    /// Parts of agents so far, and how often it was passed on.
    pub(crate) legs: u8,
    pub(crate) transfers: u8,
    /// Talk, hold and wrap-up of parts that are over.
    pub(crate) spent: [Seconds; 3],
}

impl Contact {
    /// What it asks of an agent; before anybody has looked at it, what the customer has chosen.
    pub(crate) fn need(&self) -> Need {
        let team = if self.transfers == 0 { self.chosen } else { self.right_team() };
        Need { team, language: self.language }
    }

    pub(crate) fn right_team(&self) -> Team {
        CATEGORIES[self.wish.category as usize].team
    }

    fn queue(&self) -> Queue {
        if self.channel == Channel::Phone { Queue::Phone } else { Queue::Chat }
    }
}

impl World<'_> {
    /// The part of an agent is over: its row.
    pub(crate) fn leg_row(&mut self, contact: &mut Contact, leg: &Leg) {
        contact.legs += 1;
        for (spent, part) in contact.spent.iter_mut().zip([leg.talk, leg.hold, leg.wrap_up]) {
            *spent += part;
        }
        self.worked(leg.agent, (contact.channel, contact.right_team()), [leg.began, leg.ended(), leg.done()]);
        let team = self.agents[leg.agent as usize].team;
        let (number, position) = (contact.number, contact.legs);
        self.sheets.row(Table::Legs, |row| {
            row.piece("{\"leg\":\"");
            row.figure(number.into());
            row.piece("-");
            row.figure(position.into());
            row.piece("\",\"contact\":");
            row.figure(number.into());
            row.piece(",\"agent\":{\"id\":");
            row.agent_text(leg.agent);
            row.piece(",\"team\":\"");
            row.piece(team.name());
            row.piece("\"},\"began\":");
            row.offset_time(leg.began);
            row.piece(",\"ended\":");
            row.offset_time(leg.ended());
            match leg.came_by {
                Some(passed) => {
                    row.piece(",\"came_by\":\"");
                    row.piece(passed.name());
                    row.piece("\"");
                }
                None => row.piece(",\"came_by\":null"),
            }
            for (name, seconds) in
                [(",\"seconds\":{\"talk\":", leg.talk), (",\"hold\":", leg.hold), (",\"wrap_up\":", leg.wrap_up)]
            {
                row.piece(name);
                row.figure(seconds);
            }
            row.piece("}}");
        });
    }

    /// The contact is over: its row, with the times of all its agents together.
    pub(crate) fn contact_row(
        &mut self,
        contact: &Contact,
        disposition: Disposition,
        ended: Seconds,
        ticket: Option<u32>,
    ) {
        let handled = contact.first.filter(|_| disposition == Disposition::Handled);
        let is_abandoned = disposition == Disposition::Abandoned;
        self.summary.contacts += 1;
        if !contact.is_outbound {
            let within = if contact.channel == Channel::Phone { 20 } else { 60 };
            self.summary.offered += 1;
            self.summary.in_time += u64::from(handled.is_some_and(|(_, at)| at - contact.queued_at <= within));
            self.summary.abandoned += u64::from(is_abandoned);
            self.summary.abandoned_at_once += u64::from(is_abandoned && ended - contact.queued_at <= 5);
        }
        let opened = handled.is_some() && self.history_opened(contact.right_team());
        match disposition {
            Disposition::Handled => {}
            Disposition::Overflow => self.partner.overflowed += 1,
            Disposition::Abandoned | Disposition::Callback => {
                // who waited in vain likes the company less
                if ended - contact.queued_at > 30 && disposition == Disposition::Abandoned {
                    self.customers.impress(contact.wish.customer, -0.8);
                    self.leaves_unheard(contact, ended);
                }
            }
        }
        // Who hangs up early often stays unknown.
        let known = self.conversations.chance(if handled.is_some() { 0.97 } else { 0.7 });
        self.sheets.row(Table::Contacts, |row| {
            row.number(contact.number.into());
            row.plain(if contact.channel == Channel::Phone { "Voice" } else { "Webchat" });
            row.plain(contact.queue().name(contact.chosen));
            row.plain(if contact.is_outbound { "Outbound" } else { "Inbound" });
            row.local(Some(contact.queued_at));
            row.local(handled.map(|(_, at)| at));
            row.local(is_abandoned.then_some(ended));
            row.local(Some(ended));
            row.plain(disposition.name());
            row.number(handled.map_or(ended, |(_, at)| at) - contact.queued_at);
            match handled {
                Some((agent, _)) => {
                    contact.spent.iter().for_each(|seconds| row.number(*seconds));
                    row.agent(Some(agent));
                    row.plain(contact.chosen.name());
                    row.ticket(ticket);
                }
                None => (0..6).for_each(|_| row.plain("-")),
            }
            if known {
                row.customer(Some(contact.wish.customer))
            } else {
                row.plain("-")
            }
            row.plain(CATEGORIES[contact.wish.category as usize].name);
            row.plain(LANGUAGES[contact.language]);
            row.plain(contact.intent.name());
            row.plain(match (handled, opened) {
                (None, _) => "-",
                (_, true) => "yes",
                (_, false) => "no",
            });
        });
    }
}
