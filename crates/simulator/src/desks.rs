//! Desks: written requests wait for agents' working time. A desk takes up work at a pace that follows from what waits,
//! as team leads move agents to where the queue is long, until every agent is busy; from there on the queue grows.

use crate::agenda::Event;
use crate::calendar::Hours;
use crate::change_log::Place;
use crate::clock::{MINUTE, Seconds};
use crate::roster::{Moment, STEP};
use crate::skills::Need;
use crate::world::World;

/// How often a desk looks at its queue.
const TICK: Seconds = 2 * MINUTE;
/// Mean wait in a queue that is not short of agents.
const USUAL_WAIT: f64 = 1.7 * 3_600.0;

impl World<'_> {
    pub(crate) fn desk_opens(&mut self, index: usize) {
        let (now, today) = (self.now, self.today);
        let at = Moment::of(self.clock.local(now));
        let desk = &mut self.desks[index];
        desk.open = true;
        desk.staff = desk.staff_on(today, &mut self.staffing);
        desk.floor.turn(Hours::Desk, at, &self.agents);
        desk.floor.staff(desk.staff, &mut self.agents, now);
        self.agenda.enter(now + TICK, Event::DeskTicks(index as u8));
    }

    /// Everyone finishes what they have begun.
    pub(crate) fn desk_closes(&mut self, index: usize) {
        let desk = &mut self.desks[index];
        desk.open = false;
        desk.floor.staff(0, &mut self.agents, self.now);
    }

    pub(crate) fn desk_ticks(&mut self, index: usize) {
        let at = Moment::of(self.clock.local(self.now));
        let desk = &mut self.desks[index];
        if desk.open {
            if at.minute % STEP == 0 {
                desk.floor.turn(Hours::Desk, at, &self.agents);
                desk.floor.staff(desk.staff, &mut self.agents, self.now);
            }
            let waiting = desk.waiting() as f64;
            desk.credit = (desk.credit + waiting * TICK as f64 / USUAL_WAIT).min(waiting);
            self.agenda.enter(self.now + TICK, Event::DeskTicks(index as u8));
            self.take_up(index);
        }
    }

    /// Agents who are free begin what the desk may take up: urgent before normal, first come first served; whoever
    /// had the ticket before has it again if they are free.
    pub(crate) fn take_up(&mut self, index: usize) {
        loop {
            let desk = &mut self.desks[index];
            if !desk.open || desk.credit < desk.cost || desk.floor.free_slots() == 0 {
                return;
            }
            let Some(key) = desk.urgent.pop_front().or_else(|| desk.normal.pop_front()) else { return };
            let Some(ticket) = self.tickets.get(key) else { continue };
            let (owner, need) = (ticket.assignee, Need { team: ticket.team, language: ticket.language });
            desk.credit -= desk.cost;
            desk.cost = self.staffing.exponential(1.0);
            let floor = &mut desk.floor;
            let own = owner.filter(|agent| floor.take_agent(*agent, &mut self.agents));
            if let Some(agent) = own.or_else(|| floor.take_for(need, &mut self.agents)) {
                self.work_on(key, agent, Place::Desk(index as u8));
            }
        }
    }
}
