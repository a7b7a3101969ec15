//! The agents of one line or desk: who is on duty, and who is free.

use std::collections::BTreeSet;

use crate::calendar::Hours;
use crate::clock::Seconds;
use crate::people::Agent;
use crate::roster::{Moment, presence};
use crate::skills::Need;

/// Index of an agent among all agents.
pub(crate) type AgentIndex = u32;

/// How many of the free agents are looked at for somebody who knows what is asked for.
const CANDIDATES: usize = 8;

/// Agents who work one line or desk. The free ones are kept ordered: least busy first, then longest free.
#[derive(Clone, Debug, Default)]
pub(crate) struct Floor {
    /// All of them.
    pub(crate) members: Vec<AgentIndex>,
    /// Contacts one of them takes at once.
    slots: u8,
    /// The order in which they are put on duty now.
    order: Vec<AgentIndex>,
    /// Those on duty.
    on: Vec<AgentIndex>,
    free: BTreeSet<(u8, Seconds, AgentIndex)>,
    free_slots: usize,
}

impl Floor {
    pub(crate) fn new(members: Vec<AgentIndex>, slots: u8) -> Self {
        Floor { order: members.clone(), members, slots, ..Floor::default() }
    }

    /// Sets the order in which agents are put on duty: those whose shift it is and who have no break first, beginning
    /// with another one every day.
    pub(crate) fn turn(&mut self, hours: Hours, at: Moment, agents: &[Agent]) {
        let first = at.day.rem_euclid(self.members.len().max(1) as i64) as usize;
        self.order.clear();
        self.order.extend_from_slice(&self.members[first..]);
        self.order.extend_from_slice(&self.members[..first]);
        // stable, so that the day's rotation is kept among equals
        self.order.sort_by_cached_key(|index| presence(&agents[*index as usize], hours, at));
    }

    /// Puts the first `count` of that order on duty and the others off. Contacts under way are finished.
    pub(crate) fn staff(&mut self, count: usize, agents: &mut [Agent], now: Seconds) {
        let wanted = &self.order[..count.min(self.order.len())];
        let before = std::mem::replace(&mut self.on, wanted.to_vec());
        for index in &before {
            agents[*index as usize].on = false;
        }
        for position in 0..self.on.len() {
            agents[self.on[position] as usize].on = true;
        }
        for index in &before {
            if !agents[*index as usize].on {
                self.withdraw(*index, agents);
            }
        }
        let mut was_on = before;
        was_on.sort_unstable();
        for position in 0..self.on.len() {
            let index = self.on[position];
            if was_on.binary_search(&index).is_err() {
                agents[index as usize].since = now;
                self.offer(index, agents);
            }
        }
    }

    /// Who takes the next contact: of the first free agents one who knows what it needs, else the first of all.
    pub(crate) fn take_for(&mut self, need: Need, agents: &mut [Agent]) -> Option<AgentIndex> {
        let knows = |agent: &&(u8, Seconds, AgentIndex)| agents[agent.2 as usize].skills.knows(need);
        let found = self.free.iter().take(CANDIDATES).find(knows).or_else(|| self.free.first());
        let index = found?.2;
        self.assign(index, agents);
        Some(index)
    }

    /// As [`Self::take_for`], but another agent than this one, unless they are alone.
    pub(crate) fn take_other(&mut self, need: Need, than: AgentIndex, agents: &mut [Agent]) -> Option<AgentIndex> {
        let is_alone = self.is_alone();
        let is_other = |agent: &&(u8, Seconds, AgentIndex)| is_alone || agent.2 != than;
        let knows = |agent: &&(u8, Seconds, AgentIndex)| agents[agent.2 as usize].skills.knows(need);
        let others = || self.free.iter().take(CANDIDATES).filter(is_other);
        let index = others().find(knows).or_else(|| others().next())?.2;
        self.assign(index, agents);
        Some(index)
    }

    /// A colleague of `than`: who is free, or else somebody of the floor who does other work meanwhile.
    pub(crate) fn take_colleague(&mut self, need: Need, than: AgentIndex, agents: &mut [Agent]) -> Option<AgentIndex> {
        if !self.is_alone()
            && let Some(index) = self.take_other(need, than, agents)
        {
            return Some(index);
        }
        let at_other_work = self.order.get(self.on.len()..).unwrap_or_default();
        let idle = || at_other_work.iter().take(CANDIDATES).filter(|index| agents[**index as usize].busy == 0);
        let knows = |index: &&AgentIndex| agents[**index as usize].skills.knows(need);
        let index = *idle().find(knows).or_else(|| idle().next())?;
        self.assign(index, agents);
        Some(index)
    }

    /// Whether no more than one agent is on duty.
    pub(crate) fn is_alone(&self) -> bool {
        self.on.len() <= 1
    }

    /// The first of the free agents takes the next piece of work.
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

    /// Three agents of one floor, in a week in which all of them work early, at 8:00 of a Monday.
    fn floor(slots: u8) -> (Floor, Vec<Agent>) {
        let mut dice = Dice::new(1, Stream::People);
        let agents = (0..3).map(|post| Agent::hire(Team::Orders, "Chat", post, &Team::ALL, &mut dice)).collect();
        (Floor::new(vec![0, 1, 2], slots), agents)
    }

    #[test]
    fn least_busy_then_longest_free() {
        let (mut floor, mut agents) = floor(2);
        assert_eq!(floor.take(&mut agents), None);
        floor.order = vec![1, 2, 0];
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
        floor.order = vec![0, 1, 2];
        floor.staff(3, &mut agents, 40);
        assert_eq!(floor.free_slots(), 4);
        assert_eq!(floor.take(&mut agents), Some(0));
    }

    #[test]
    fn who_knows_it_comes_first() {
        let (mut floor, mut agents) = floor(1);
        floor.staff(3, &mut agents, 10);
        // the second agent speaks no German, the third no French
        let need = |language| Need { team: Team::Orders, language };
        assert_eq!(floor.take_for(need(1), &mut agents), Some(0));
        // nobody left knows French: the first of the others
        assert_eq!(floor.take_other(need(2), 1, &mut agents), Some(2));
        assert_eq!(floor.take_other(need(2), 1, &mut agents), None);
        assert_eq!(floor.take_for(need(2), &mut agents), Some(1));
        // everybody is busy; then one is at other work, and is called in
        assert_eq!(floor.take_colleague(need(0), 1, &mut agents), None);
        floor.release(0, &mut agents, 20);
        floor.order = vec![1, 2, 0];
        floor.staff(1, &mut agents, 30);
        assert_eq!((floor.free_slots(), floor.take_colleague(need(1), 1, &mut agents)), (0, Some(0)));
        assert_eq!(floor.take_colleague(need(1), 1, &mut agents), None);
        assert_eq!(floor.take_for(need(0), &mut agents), None);
    }

    #[test]
    fn those_of_the_shift_come_first() {
        let mut dice = Dice::new(1, Stream::People);
        let agents: Vec<Agent> =
            (0..20).map(|post| Agent::hire(Team::Orders, "Phone", post, &Team::ALL, &mut dice)).collect();
        let mut floor = Floor::new((0..20).collect(), 1);
        let presences = |floor: &Floor, at| -> Vec<_> {
            floor.order.iter().map(|index| presence(&agents[*index as usize], Hours::Live, at)).collect()
        };
        let mut firsts = BTreeSet::new();
        for day in 20_514..20_519 {
            for minute in [480, 720, 1_170] {
                let at = Moment { day, minute };
                floor.turn(Hours::Live, at, &agents);
                assert!(presences(&floor, at).is_sorted() && floor.order.len() == 20);
            }
            firsts.insert(floor.order[0]);
        }
        assert!(firsts.len() > 2, "{firsts:?}");
    }
}
