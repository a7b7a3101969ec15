//! The agents of one line or desk: who is on duty, and who is free.

use std::collections::BTreeSet;

use crate::clock::Seconds;
use crate::people::Agent;

/// Index of an agent among all agents.
pub(crate) type AgentIndex = u32;

/// Agents who work one line or desk. The free ones are kept ordered: least busy first, then longest free.
#[derive(Clone, Debug, Default)]
pub(crate) struct Floor {
    /// All of them.
    pub(crate) members: Vec<AgentIndex>,
    /// Contacts one of them takes at once.
    slots: u8,
    /// The order in which they come on duty in this shift.
    order: Vec<AgentIndex>,
    /// How many of that order are on duty.
    on: usize,
    free: BTreeSet<(u8, Seconds, AgentIndex)>,
    free_slots: usize,
}

impl Floor {
    pub(crate) fn new(members: Vec<AgentIndex>, slots: u8) -> Self {
        Floor { order: members.clone(), members, slots, ..Floor::default() }
    }

    /// Sends everyone home and sets the order in which they come for the next shift. Contacts under way are finished.
    pub(crate) fn change_shift(&mut self, first: usize, agents: &mut [Agent], now: Seconds) {
        self.staff(0, agents, now);
        if !self.members.is_empty() {
            let first = first % self.members.len();
            self.order.clear();
            self.order.extend_from_slice(&self.members[first..]);
            self.order.extend_from_slice(&self.members[..first]);
        }
    }

    /// Puts the first `count` on duty and the others off.
    pub(crate) fn staff(&mut self, count: usize, agents: &mut [Agent], now: Seconds) {
        let count = count.min(self.order.len());
        for position in count..self.on {
            let index = self.order[position];
            self.withdraw(index, agents);
            agents[index as usize].on = false;
        }
        for position in self.on..count {
            let index = self.order[position];
            let agent = &mut agents[index as usize];
            agent.on = true;
            agent.since = now;
            self.offer(index, agents);
        }
        self.on = count;
    }

    /// The agent who takes the next contact.
    pub(crate) fn take(&mut self, agents: &mut [Agent]) -> Option<AgentIndex> {
        let (_, _, index) = *self.free.first()?;
        self.assign(index, agents);
        Some(index)
    }

    /// Gives the next contact to this agent, if they are free.
    pub(crate) fn take_agent(&mut self, index: AgentIndex, agents: &mut [Agent]) -> bool {
        let Some(agent) = agents.get(index as usize) else { return false };
        let is_free = self.free.contains(&(agent.busy, agent.since, index));
        if is_free {
            self.assign(index, agents);
        }
        is_free
    }

    fn assign(&mut self, index: AgentIndex, agents: &mut [Agent]) {
        self.withdraw(index, agents);
        agents[index as usize].busy += 1;
        self.offer(index, agents);
    }

    /// An agent has finished a contact.
    pub(crate) fn release(&mut self, index: AgentIndex, agents: &mut [Agent], now: Seconds) {
        self.withdraw(index, agents);
        let agent = &mut agents[index as usize];
        agent.busy = agent.busy.saturating_sub(1);
        agent.since = now;
        self.offer(index, agents);
    }

    fn withdraw(&mut self, index: AgentIndex, agents: &[Agent]) {
        let agent = &agents[index as usize];
        if self.free.remove(&(agent.busy, agent.since, index)) {
            self.free_slots -= usize::from(self.slots - agent.busy);
        }
    }

    fn offer(&mut self, index: AgentIndex, agents: &[Agent]) {
        let agent = &agents[index as usize];
        if agent.on && agent.busy < self.slots {
            self.free.insert((agent.busy, agent.since, index));
            self.free_slots += usize::from(self.slots - agent.busy);
        }
    }

    /// Contacts that could be taken at once.
    pub(crate) fn free_slots(&self) -> usize {
        self.free_slots
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dice::{Dice, Stream};
    use crate::organisation::Team;

    #[test]
    fn least_busy_then_longest_free() {
        let mut dice = Dice::new(1, Stream::People);
        let mut agents: Vec<Agent> = (0..3).map(|_| Agent::hire(Team::Orders, "Chat", &mut dice)).collect();
        let mut floor = Floor::new(vec![0, 1, 2], 2);
        assert_eq!(floor.take(&mut agents), None);
        floor.change_shift(1, &mut agents, 0);
        floor.staff(2, &mut agents, 10);
        assert_eq!(floor.free_slots(), 4);
        let mut taken: Vec<_> = (0..5).map(|_| floor.take(&mut agents)).collect();
        assert_eq!(taken, [Some(1), Some(2), Some(1), Some(2), None]);
        floor.release(2, &mut agents, 20);
        floor.release(1, &mut agents, 21);
        assert!(floor.take_agent(1, &mut agents) && !floor.take_agent(1, &mut agents));
        assert_eq!(floor.take(&mut agents), Some(2));
        // one goes off duty while busy: finishes, and takes no more
        floor.staff(1, &mut agents, 30);
        floor.release(2, &mut agents, 31);
        floor.release(2, &mut agents, 32);
        assert_eq!(floor.free_slots(), 0);
        floor.release(1, &mut agents, 33);
        taken = (0..2).map(|_| floor.take(&mut agents)).collect();
        assert_eq!(taken, [Some(1), None]);
        // and comes back with one contact still in hand
        floor.change_shift(0, &mut agents, 40);
        floor.staff(3, &mut agents, 40);
        assert_eq!(floor.free_slots(), 4);
        assert_eq!(floor.take(&mut agents), Some(0));
    }
}
