//! What agents do all day: the roster's days, absences, and the states of the phone system.
//!
//! Time in contact and after it is the time that the day's calls, chats and written requests took, each second counted
//! once. How long somebody waited for the next one follows from how strained their team is. Beside that there are breaks,
//! meetings, training and a little other work; for what remains of a shift, agents are lent to the shop, whose roster is
//! another.

use crate::calendar::Hours;
use crate::clock::{DAY, HOUR, MINUTE, Seconds};
use crate::dice::Dice;
use crate::floor::AgentIndex;
use crate::organisation::{Channel, Team};
use crate::roster::{self, Absence, STEP};
use crate::tables::Table;
use crate::world::World;

/// Share of the time ready for contacts that goes into them, and how much more in a strained team.
const OCCUPANCY: f64 = 0.755;
const OCCUPANCY_STRAINED: f64 = 0.11;
/// Share of the time logged in that goes to other work.
const OTHER_WORK: f64 = 0.06;
/// States of a day are added up over so long.
const BLOCK: Seconds = HOUR;
/// Rosters are made in steps of so long.
const STEP_OF_ROSTER: Seconds = 5 * MINUTE;

/// A piece of work of an agent: with the customer until `ended`, then without until `done`.
#[derive(Clone, Copy, Debug)]
struct Work {
    began: Seconds,
    ended: Seconds,
    done: Seconds,
}

/// What agents have done today, and altogether.
#[derive(Debug)]
pub(crate) struct Duty {
    dice: Dice,
    today: Vec<Vec<Work>>,
    /// Time that each agent is usually rostered for on a day of service, and on which share of their days they are needed.
    usual: Vec<(Seconds, f64)>,
    /// Seconds of service since last asked: with customers, after them and ready for them.
    pub(crate) served: Seconds,
    /// Seconds with and after customers by channel and team, of the first and the second half of the data.
    pub(crate) handled: [[[Seconds; 4]; 5]; 2],
}

/// Part of a day.
#[derive(Clone, Copy, Debug, Default)]
struct Block {
    from: Seconds,
    /// Time of the shift in it, or what was worked beyond it.
    room: Seconds,
    /// What there is beyond that before the next part.
    beyond: Seconds,
    contact: Seconds,
    wrap_up: Seconds,
    rest: Seconds,
    ready: Seconds,
    pause: Seconds,
    meeting: Seconds,
    training: Seconds,
}

impl Duty {
    pub(crate) fn new(agents: usize, dice: Dice) -> Self {
        let usual = vec![(0, 0.5); agents];
        Duty { dice, today: vec![Vec::new(); agents], usual, served: 0, handled: [[[0; 4]; 5]; 2] }
    }
}

impl World<'_> {
    /// An agent has worked, or will have.
    pub(crate) fn worked(&mut self, agent: AgentIndex, of: (Channel, Team), times: [Seconds; 3]) {
        let [began, ended, done] = times;
        self.duty.today[agent as usize].push(Work { began, ended, done });
        let half = usize::from(self.today >= self.days.len() / 2);
        self.duty.handled[half][of.0 as usize][of.1 as usize] += done - began;
    }

    /// Midnight after a day: its rows of the roster and of the phone system.
    pub(crate) fn write_day_of_staff(&mut self, index: usize) {
        let Some(day) = self.days.get(index) else { return };
        let (start, end, live, desk) = (day.start, day.end, day.live, day.desk);
        let at = roster::Moment::of(self.clock.local(start + HOUR));
        let strains = Team::ALL.map(|team| self.strain(team, index));
        for place in 0..self.agents.len() {
            let agent = self.agents[place];
            let hours = if agent.channels == "Written" { Hours::Desk } else { Hours::Live };
            let is_open = if hours == Hours::Live { live } else { desk }.is_some();
            let shift = if is_open { roster::rostered(&agent, hours, at) } else { None };
            let mut work = std::mem::take(&mut self.duty.today[place]);
            for piece in &mut work {
                *piece = Work { began: piece.began.min(end), ended: piece.ended.min(end), done: piece.done.min(end) };
            }
            let length = shift.map_or(0, |(from, to, _)| (to - from) * MINUTE);
            let absence = roster::absence(&agent, at.day).filter(|_| work.is_empty() && length > 0);
            let (usual, needed) = self.duty.usual[place];
            if length > 0 && absence.is_none() {
                let is_needed = f64::from(u8::from(!work.is_empty()));
                self.duty.usual[place].1 = 0.95 * needed + 0.05 * is_needed;
            }
            if let Some(absence) = absence {
                // who would have been lent to the shop for the whole day is not missed here
                if usual > 0 && self.duty.dice.chance(needed) {
                    let missed = round_up(usual).min(length);
                    self.write_absence(place as u32, agent.team, start, missed, absence);
                    self.write_work_day(place as u32, agent.team, start, [missed, missed]);
                }
            } else if !work.is_empty() {
                let present = shift.map(|(from, to, pause)| {
                    [start + from * MINUTE, start + to * MINUTE, pause.map_or(0, |pause| start + pause * MINUTE)]
                });
                let logged_in =
                    self.write_states(place as u32, (start, end), present, &work, strains[agent.team as usize]);
                let planned = round_up(logged_in + self.duty.dice.between(-logged_in / 12, logged_in / 20));
                let rostered = if length > 0 { planned } else { 0 };
                if length > 0 {
                    self.duty.usual[place].0 = if usual == 0 { rostered } else { (usual * 9 + rostered) / 10 };
                }
                self.write_work_day(place as u32, agent.team, start, [rostered, rostered.max(logged_in)]);
            }
            work.clear();
            self.duty.today[place] = work;
        }
    }

    fn write_absence(&mut self, agent: u32, team: Team, day: Seconds, time: Seconds, absence: Absence) {
        self.sheets.row(Table::Absences, |row| {
            row.agent(Some(agent));
            row.plain(team.name());
            row.date_of(Some(day));
            row.length(time);
            row.plain(match absence {
                Absence::Holiday => "Leave",
                Absence::Ill => "Sick",
            });
        });
    }

    fn write_work_day(&mut self, agent: u32, team: Team, day: Seconds, [rostered, paid]: [Seconds; 2]) {
        self.sheets.row(Table::WorkDays, |row| {
            row.agent(Some(agent));
            row.plain(team.name());
            row.date_of(Some(day));
            row.length(rostered);
            row.length(paid);
        });
    }

    /// The states of an agent's day, and how long they were logged in.
    fn write_states(
        &mut self,
        agent: u32,
        day: (Seconds, Seconds),
        shift: Option<[Seconds; 3]>,
        work: &[Work],
        strain: f64,
    ) -> Seconds {
        let mut blocks = blocks(day, if self.is_lean { DAY + HOUR } else { BLOCK }, shift, work);
        let dice = &mut self.duty.dice;
        let trains = dice.chance(0.05);
        let occupancy = (OCCUPANCY + OCCUPANCY_STRAINED * strain + 0.03 * dice.normal()).clamp(0.6, 0.94);
        let meets = shift.is_some_and(|[from, to, _]| to - from > 6 * HOUR);
        let handled: Seconds = blocks.iter().map(|block| block.contact + block.wrap_up).sum();
        let mut waits = (handled as f64 * (1.0 / occupancy - 1.0)) as Seconds;
        // who serves for two hours has no break of half an hour in them
        let served = handled + waits;
        let mut breaks = served / 8;
        for block in &mut blocks {
            let pause = block.pause.min(breaks);
            breaks -= pause;
            block.rest += block.pause - pause;
            block.pause = pause;
        }
        for (wanted, is_training) in
            [(if meets { 12 * MINUTE } else { 0 }, false), (if trains { HOUR / 2 } else { 0 }, true)]
        {
            let wanted = wanted.min(served / 15);
            if let Some(block) = blocks.iter_mut().find(|block| block.rest >= wanted) {
                *(if is_training { &mut block.training } else { &mut block.meeting }) += wanted;
                block.rest -= wanted;
            }
        }
        let share = waits as f64 / handled.max(1) as f64;
        for block in &mut blocks {
            block.ready = (((block.contact + block.wrap_up) as f64 * share) as Seconds).min(block.rest).min(waits);
            waits -= block.ready;
        }
        for block in &mut blocks {
            let more = waits.min(block.rest - block.ready);
            block.ready += more;
            waits -= more;
        }
        // who has no time to wait in their shift stays a little longer
        for block in &mut blocks {
            let more = waits.min(block.beyond);
            (block.ready, block.rest, block.room) = (block.ready + more, block.rest + more, block.room + more);
            waits -= more;
        }
        let stays = |block: &Block| block.room - block.rest + block.ready;
        let mut other = (OTHER_WORK * blocks.iter().map(stays).sum::<Seconds>() as f64) as Seconds;
        let (team, channels) = (self.agents[agent as usize].team, self.agents[agent as usize].channels);
        let mut logged_in = 0;
        for block in &blocks {
            let lent = block.rest - block.ready;
            let beside = lent.min(other);
            other -= beside;
            let mut from = block.from;
            let states = [
                ("In contact", block.contact),
                ("After-contact work", block.wrap_up),
                ("Ready", block.ready),
                ("Pause", block.pause),
                ("Meeting", block.meeting),
                ("Training", block.training),
                ("Other work", beside),
            ];
            for (state, time) in states.into_iter().filter(|(_, time)| *time > 0) {
                self.sheets.row(Table::States, |row| {
                    row.agent(Some(agent));
                    row.plain(team.name());
                    row.plain(state);
                    row.plain(channels);
                    row.utc(from);
                    row.utc(from + time);
                });
                from += time;
                logged_in += time;
            }
            self.duty.served += block.contact + block.wrap_up + block.ready;
        }
        logged_in
    }
}

/// The day in parts, with what was worked in each, and the break where there is room for it.
fn blocks(day: (Seconds, Seconds), length: Seconds, shift: Option<[Seconds; 3]>, work: &[Work]) -> Vec<Block> {
    let contacts = merged(work.iter().map(|piece| (piece.began, piece.ended)));
    let busy = merged(work.iter().map(|piece| (piece.began, piece.done)));
    let mut blocks = Vec::new();
    let mut from = day.0;
    while from < day.1 {
        let until = (from + length).min(day.1);
        let overlap = |a: Seconds, b: Seconds| (b.min(until) - a.max(from)).max(0);
        let on_shift = shift.map_or(0, |[a, b, _]| overlap(a, b));
        let contact: Seconds = contacts.iter().map(|(a, b)| overlap(*a, *b)).sum();
        let all: Seconds = busy.iter().map(|(a, b)| overlap(*a, *b)).sum();
        // who stays longer or comes in is logged in for what they do, and waits a little between
        let room = on_shift.max(all + all * 2 / 5).min(until - from);
        if room > 0 {
            let begins = shift.filter(|_| room == on_shift).map_or(from, |[a, _, _]| a.max(from));
            let pause = shift.filter(|shift| shift[2] > 0).map_or(0, |[_, _, a]| overlap(a, a + STEP * MINUTE));
            let pause = pause.min(room - all);
            let rest = room - all - pause;
            blocks.push(Block {
                from: begins,
                room,
                beyond: until - begins - room,
                contact,
                wrap_up: all - contact,
                rest,
                pause,
                ..Block::default()
            });
        }
        from = until;
    }
    debug_assert!(blocks.iter().all(|block| block.room >= block.contact + block.wrap_up));
    blocks
}

/// The next step of the roster.
fn round_up(time: Seconds) -> Seconds {
    (time + STEP_OF_ROSTER - 1) / STEP_OF_ROSTER * STEP_OF_ROSTER
}

/// Stretches without those that overlap.
fn merged(stretches: impl Iterator<Item = (Seconds, Seconds)>) -> Vec<(Seconds, Seconds)> {
    let mut all: Vec<(Seconds, Seconds)> = stretches.filter(|(a, b)| a < b).collect();
    all.sort_unstable();
    let mut merged: Vec<(Seconds, Seconds)> = Vec::with_capacity(all.len());
    for (a, b) in all {
        match merged.last_mut() {
            Some(last) if a <= last.1 => last.1 = last.1.max(b),
            _ => merged.push((a, b)),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_does_two_things_at_once() {
        assert_eq!(merged([(5, 9), (1, 3), (8, 12), (3, 4), (20, 20)].into_iter()), [(1, 4), (5, 12)]);
        let work = [
            Work { began: 100, ended: 400, done: 500 },
            // a second chat at the same time
            Work { began: 300, ended: 700, done: 720 },
            Work { began: 8_000, ended: 8_100, done: 8_200 },
        ];
        let parts = blocks((0, 14_400), 7_200, Some([0, 7_200, 1_800]), &work);
        let [first, second] = parts[..] else { panic!("{parts:?}") };
        assert_eq!((first.contact, first.wrap_up, first.pause, first.rest), (600, 20, 1_800, 7_200 - 620 - 1_800));
        // beyond the shift: what was worked, and a little more
        assert_eq!((second.room, second.contact, second.wrap_up, second.rest), (280, 100, 100, 80));
    }
}
