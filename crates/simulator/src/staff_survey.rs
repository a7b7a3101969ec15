//! The employee survey of each quarter: who answers stays unknown, and so does the team where it is small.

use crate::clock::{HOUR, Seconds};
use crate::dice::{Dice, mix};
use crate::organisation::Team;
use crate::tables::Table;
use crate::world::World;

const RESPONSE: f64 = 0.78;
/// Teams with fewer people are not named.
const LEAST_TEAM: usize = 4;
/// What strain takes away, on a scale with deviation 1.
const STRAIN: f64 = 1.0;
/// From that scale to 1 … 5.
const CUTS: [f64; 4] = [-1.6, -1.0, -0.35, 0.9];

/// Waves so far.
#[derive(Debug)]
pub(crate) struct StaffSurvey {
    dice: Dice,
    responses: u64,
}

impl StaffSurvey {
    pub(crate) fn new(dice: Dice) -> Self {
        StaffSurvey { dice, responses: 0 }
    }
}

impl World<'_> {
    /// The last Wednesday but one of a quarter: everyone is asked.
    pub(crate) fn staff_survey(&mut self) {
        let Some(date) = self.days.get(self.today).map(|day| day.date) else { return };
        let wave = format!("{:04}-Q{}", date.year(), (date.month() + 2) / 3);
        let strains = Team::ALL.map(|team| self.strain(team, self.today));
        let sizes = Team::ALL.map(|team| self.agents.iter().filter(|agent| agent.team == team).count());
        for place in 0..self.agents.len() {
            let team = self.agents[place].team;
            let role = self.staff.role(place);
            let dice = &mut self.staff_survey.dice;
            if !dice.chance(RESPONSE) {
                continue;
            }
            let led = if role == "Team lead" { 0.4 } else { 0.0 };
            let mood = 0.35 + led + 0.8 * dice.normal() - STRAIN * strains[team as usize];
            let mut answer = |shift: f64| CUTS.iter().filter(|cut| mood + shift + 0.6 * dice.normal() >= **cut).count();
            let satisfied = answer(0.0) + 1;
            let items: Vec<usize> =
                [0.3, 0.1, 0.2, -0.2, 0.0, 0.4].into_iter().map(|shift| answer(shift) + 1).collect();
            let recommends = libm::round(7.5 + 1.5 * mood + 0.8 * dice.normal()).clamp(0.0, 10.0) as i64;
            let skipped = if dice.chance(0.06) { dice.below(items.len()) } else { usize::MAX };
            let at = self.now + 9 * HOUR + dice.between(0, 30 * HOUR);
            self.staff_survey.responses += 1;
            let number = self.staff_survey.responses;
            let named = if sizes[team as usize] < LEAST_TEAM { "" } else { team.name() };
            self.write_response(number, &wave, at, (named, role), (satisfied, recommends), (&items, skipped));
        }
    }

    fn write_response(
        &mut self,
        number: u64,
        wave: &str,
        at: Seconds,
        (team, role): (&str, &str),
        (satisfied, recommends): (usize, i64),
        (items, skipped): (&[usize], usize),
    ) {
        if at >= self.agenda.end() {
            return;
        }
        // a pseudonym of one wave, in no order
        let pseudonym = mix(self.seed ^ 0x0000_A404_1705, number) >> 16;
        self.sheets.row(Table::StaffSurvey, |row| {
            row.numbered("x", pseudonym);
            row.plain(wave);
            row.utc(at);
            row.plain(team);
            row.plain(role);
            row.number(satisfied as i64);
            row.number(recommends);
            for (index, points) in items.iter().enumerate() {
                if index == skipped { row.plain("") } else { row.number(*points as i64) }
            }
        });
    }
}
