//! Who is employed: people come, move to other teams, and go. An agent's place on a floor stays; who has it changes.

use crate::change_log::{Actor, Change};
use crate::clock::{DAY, Seconds};
use crate::dice::{Dice, fraction, mix};
use crate::organisation::Team;
use crate::people::Agent;
use crate::roster;
use crate::skills::Skills;
use crate::tables::Table;
use crate::world::World;

/// Probability that somebody leaves within a month, and by how much more where their team was strained a quarter ago.
const LEAVES: f64 = 0.021;
const LEAVES_STRAINED: f64 = 2.2;
/// How much more likely the newly hired leave within their first three months.
const LEAVES_EARLY: f64 = 1.5;
const EARLY: Seconds = 91 * DAY;
/// Every so many-th place of a floor changes to the neighbouring team in the reorganisation.
const MOVES: usize = 6;

/// A member of staff, present or past.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Person {
    role: &'static str,
    contract: &'static str,
    hired: Seconds,
    /// Whether they have half a post.
    pub(crate) is_part_time: bool,
    pub(crate) team: Team,
    pub(crate) channels: &'static str,
    pub(crate) skills: Skills,
}

/// A stretch of employment.
#[derive(Clone, Copy, Debug)]
struct Stretch {
    person: u32,
    team: Team,
    from: Seconds,
    until: Option<Seconds>,
    reason: &'static str,
    is_regretted: bool,
}

/// Everybody who is or was employed.
#[derive(Debug)]
pub(crate) struct Staff {
    dice: Dice,
    seed: u64,
    pub(crate) people: Vec<Person>,
    stretches: Vec<Stretch>,
    /// The stretch of each place's person.
    present: Vec<usize>,
}

impl Staff {
    /// Those who have the places when the data begin, hired up to seven years before.
    pub(crate) fn new(seed: u64, agents: &[Agent], start: Seconds, dice: Dice) -> Self {
        let mut staff = Staff { dice, seed, people: Vec::new(), stretches: Vec::new(), present: Vec::new() };
        for agent in agents {
            let years = 7.0 * fraction(mix(seed, staff.people.len() as u64 ^ 0x0057_AFF0), 0);
            let hired = start - (years * years / 7.0 * 365.0) as Seconds * DAY - 20 * DAY;
            staff.hire(agent, hired, true);
            staff.present.push(staff.stretches.len() - 1);
        }
        staff
    }

    /// A new person, with the next number.
    fn hire(&mut self, agent: &Agent, hired: Seconds, may_lead: bool) -> u32 {
        let number = self.people.len() as u32;
        let mixed = mix(self.seed, u64::from(number) ^ 0x0090_1E00);
        let role = match fraction(mixed, 0) {
            f if f < 0.06 && may_lead => "Team lead",
            f if f < 0.22 && may_lead => "Senior agent",
            _ => "Agent",
        };
        self.people.push(Person {
            role,
            contract: if fraction(mixed, 1) < 0.18 { "Temporary" } else { "Permanent" },
            hired,
            is_part_time: agent.is_part_time(),
            team: agent.team,
            channels: agent.channels,
            skills: agent.skills,
        });
        let team = agent.team;
        self.stretches.push(Stretch {
            person: number,
            team,
            from: hired,
            until: None,
            reason: "",
            is_regretted: false,
        });
        number
    }

    /// Role of the person in an agent's place.
    pub(crate) fn role(&self, place: usize) -> &'static str {
        self.people[self.stretches[self.present[place]].person as usize].role
    }
}

impl World<'_> {
    /// How much more there is to do than usual for a team on a day: 0 … 1.
    pub(crate) fn strain(&self, team: Team, day: usize) -> f64 {
        let Some(day) = self.days.get(day) else { return 0.0 };
        let peak = if day.peak { 0.5 } else { 0.0 };
        (self.story.overload(team, day.start) + peak).min(1.0)
    }

    /// Midnight: who falls ill more easily, who moves, who leaves and is replaced.
    pub(crate) fn staff_day_begins(&mut self) {
        if self.today > 0 && self.today == self.days.len() * 3 / 5 {
            self.reorganise();
        }
        let strains = Team::ALL.map(|team| {
            let before = self.today.checked_sub(91).map_or(0.0, |day| self.strain(team, day));
            (self.strain(team, self.today), before)
        });
        for place in 0..self.agents.len() {
            let (strain, before) = strains[self.agents[place].team as usize];
            self.agents[place].ill = roster::ILL + roster::ILL_STRAINED * strain;
            if self.today == 0 {
                continue;
            }
            let person = self.staff.stretches[self.staff.present[place]].person;
            let is_new = self.now - self.staff.people[person as usize].hired < EARLY;
            let early = if is_new { LEAVES_EARLY } else { 1.0 };
            if self.staff.dice.chance(LEAVES * (1.0 + LEAVES_STRAINED * before) * early / 30.4) {
                self.leaves(place);
            }
        }
    }

    /// Somebody leaves; who comes after them has their place, their hours and their way of working.
    fn leaves(&mut self, place: usize) {
        let dice = &mut self.staff.dice;
        let reason = ["Resigned", "Dismissed", "Retired", "Other"][dice.weighted(&[0.72, 0.17, 0.04, 0.07])];
        let is_regretted = reason == "Resigned" && dice.chance(0.55);
        let stretch = &mut self.staff.stretches[self.staff.present[place]];
        *stretch = Stretch { until: Some(self.now), reason, is_regretted, ..*stretch };
        let number = self.staff.hire(&self.agents[place], self.now, false);
        let before = self.sheets.persons[place];
        self.staff.present[place] = self.staff.stretches.len() - 1;
        self.sheets.persons[place] = number;
        for ticket in self.tickets.present_mut().filter(|ticket| ticket.assignee == Some(place as u32)) {
            ticket.change(&mut self.sheets, self.now, Actor::System, Change::Inherited(before, number));
        }
    }

    /// Every sixth agent of Orders & Delivery changes places with one of Returns, and of Billing with one of Technical.
    /// Where teams share a floor, everyone keeps their seat.
    fn reorganise(&mut self) {
        let neighbour = |team: Team| match team {
            Team::Orders => Team::Returns,
            Team::Returns => Team::Orders,
            Team::Billing => Team::Technical,
            Team::Technical => Team::Billing,
        };
        let moves = |position: usize| position % MOVES == 1;
        let mut moved: Vec<(u32, Team, Vec<Team>)> = Vec::new();
        let mut floors: Vec<(&mut Vec<u32>, &[Team], u8)> = Vec::new();
        for line in &mut self.lines {
            floors.push((&mut line.floor.members, &line.teams, line.channel as u8));
        }
        for desk in &mut self.desks {
            floors.push((&mut desk.floor.members, &desk.teams, u8::MAX));
        }
        for first in 0..floors.len() {
            let teams = floors[first].1;
            let [team] = teams else {
                let all = floors[first].0.iter().enumerate().filter(|(position, _)| moves(*position));
                moved.extend(
                    all.map(|(_, place)| (*place, neighbour(self.agents[*place as usize].team), teams.to_vec())),
                );
                continue;
            };
            let channel = floors[first].2;
            let partner = |floor: &(&mut Vec<u32>, &[Team], u8)| floor.2 == channel && floor.1 == [neighbour(*team)];
            let Some(second) = floors.iter().position(partner).filter(|second| *second > first) else { continue };
            let (before, after) = floors.split_at_mut(second);
            let (ours, theirs) = (&mut *before[first].0, &mut *after[0].0);
            for position in (0..ours.len().min(theirs.len())).filter(|position| moves(*position)) {
                std::mem::swap(&mut ours[position], &mut theirs[position]);
                moved.push((ours[position], *team, vec![*team]));
                moved.push((theirs[position], neighbour(*team), vec![neighbour(*team)]));
            }
        }
        for (place, team, shared) in moved {
            let place = place as usize;
            let agent = &mut self.agents[place];
            agent.team = team;
            agent.skills = Skills::of_post(agent.post, team, &shared);
            let old = self.staff.present[place];
            let person = self.staff.stretches[old].person;
            self.staff.people[person as usize].team = team;
            self.staff.people[person as usize].skills = agent.skills;
            let next = Stretch { team, from: self.now, ..self.staff.stretches[old] };
            let ended = &mut self.staff.stretches[old];
            (ended.until, ended.reason) = (Some(self.now), "Moved");
            self.staff.stretches.push(next);
            self.staff.present[place] = self.staff.stretches.len() - 1;
        }
    }

    /// The HR system's export.
    pub(crate) fn write_employments(&mut self) {
        for (index, stretch) in self.staff.stretches.iter().enumerate() {
            let person = &self.staff.people[stretch.person as usize];
            self.sheets.row(Table::Employments, |row| {
                row.numbered("E", index as u64 + 1);
                row.staff(stretch.person);
                row.plain(stretch.team.name());
                row.plain(person.role);
                row.plain(person.contract);
                row.date_of(Some(stretch.from));
                row.date_of(stretch.until);
                row.date_of(Some(person.hired));
                row.plain(stretch.reason);
                row.plain(match (stretch.reason, stretch.is_regretted) {
                    ("" | "Moved", _) => "",
                    (_, true) => "yes",
                    (_, false) => "no",
                });
            });
        }
    }
}
