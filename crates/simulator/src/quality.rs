//! The quality team: reviews of contacts and tickets against a form, a second opinion on some, and checks of rules.

use crate::clock::{DAY, HOUR, Seconds};
use crate::dice::Dice;
use crate::floor::AgentIndex;
use crate::organisation::{Channel, Team};
use crate::tables::Table;
use crate::world::World;

/// Share of contacts, and of tickets that are solved in writing, reviewed at random; and in lean runs.
const RANDOM: f64 = 0.03;
const RANDOM_LEAN: f64 = 0.008;
/// Share that is reviewed because something went wrong, and by several reviewers to compare them.
const TARGETED: f64 = 0.006;
const COMPARED: f64 = 0.004;
/// Share of contacts that are checked against rules, and in lean runs.
const CHECKED: f64 = 0.12;
const CHECKED_LEAN: f64 = 0.012;
/// Points lost on each question, in the mean, in a strained team.
const STRAIN: f64 = 0.09;
/// Probability that two reviewers agree on a question without looking at each other.
const AGREES: f64 = 0.78;

/// A question of the form.
struct Question {
    name: &'static str,
    area: &'static str,
    weight: i64,
    /// Probability of full points, and of its not applying.
    full: f64,
    skipped: f64,
    knocks_out: bool,
}

const fn question(
    name: &'static str,
    area: &'static str,
    weight: i64,
    full: f64,
    skipped: f64,
    knocks_out: bool,
) -> Question {
    Question { name, area, weight, full, skipped, knocks_out }
}

const FORM: [Question; 9] = [
    question("Greeting", "Step", 1, 0.93, 0.0, false),
    question("Verifies the customer", "Step", 2, 0.90, 0.15, false),
    question("Understands the request", "Skill", 3, 0.80, 0.0, false),
    question("Solves it", "Skill", 4, 0.74, 0.0, false),
    question("Tone", "Skill", 2, 0.82, 0.0, false),
    question("Sums up", "Step", 1, 0.72, 0.05, false),
    question("Names the next step", "Step", 1, 0.76, 0.20, false),
    question("Protects personal data", "Rule", 2, 0.991, 0.0, true),
    question("Tells what is binding", "Rule", 2, 0.988, 0.45, true),
];

/// A rule, and how often it is broken.
const RULES: [(&str, f64); 3] = [("Identity check", 0.006), ("Disclosure", 0.012), ("Consent", 0.008)];
/// How often the identity check is left out by the team with the problem.
const PROBLEM: f64 = 0.12;

/// Reviews and checks so far.
#[derive(Debug)]
pub(crate) struct Quality {
    dice: Dice,
    reviews: u64,
    checks: u64,
}

impl Quality {
    pub(crate) fn new(dice: Dice) -> Self {
        Quality { dice, reviews: 0, checks: 0 }
    }
}

/// Work that is reviewed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reviewed {
    pub(crate) contact: Option<u32>,
    pub(crate) ticket: Option<u32>,
    pub(crate) agent: AgentIndex,
    pub(crate) channel: Channel,
    pub(crate) at: Seconds,
    /// Something went wrong, as far as the help desk knows.
    pub(crate) is_poor: bool,
}

/// Points of each question in halves, nothing where it did not apply.
type Points = [Option<u8>; FORM.len()];

impl World<'_> {
    /// Some work is drawn for review, some is looked at for a reason, and some by two reviewers to compare them.
    pub(crate) fn may_be_reviewed(&mut self, work: &Reviewed) {
        let (random, targeted) = if self.is_lean { (RANDOM_LEAN, 0.0) } else { (RANDOM, TARGETED) };
        let targeted = if work.is_poor { targeted * 6.0 } else { targeted };
        let compared = if self.is_lean { COMPARED / 4.0 } else { COMPARED };
        let x = self.quality.dice.unit();
        if x < random {
            let points = self.points(work, 0.0);
            self.write_review(work, "Random", 0, &points);
        } else if x < random + targeted {
            let points = self.points(work, 0.08);
            self.write_review(work, "Targeted", 0, &points);
        } else if x < random + targeted + compared {
            let first = self.points(work, 0.0);
            let again = self.points(work, 0.0);
            let mut second = first;
            for (points, other) in second.iter_mut().zip(again) {
                if !self.quality.dice.chance(AGREES) {
                    *points = points.and(other).or(*points);
                }
            }
            self.write_review(work, "Calibration", 0, &first);
            self.write_review(work, "Calibration", 1, &second);
        }
    }

    fn points(&mut self, work: &Reviewed, loss: f64) -> Points {
        let agent = &self.agents[work.agent as usize];
        let strain = STRAIN * self.strain(agent.team, self.today);
        let better = 0.05 * agent.quality - strain - loss;
        let dice = &mut self.quality.dice;
        FORM.each_ref().map(|question| {
            if dice.chance(question.skipped) {
                return None;
            }
            // what knocks out follows no mood
            let full = if question.knocks_out { question.full } else { (question.full + better).clamp(0.05, 0.99) };
            match dice.unit() {
                x if x < full => Some(2),
                x if !question.knocks_out && x < full + (1.0 - full) * 0.55 => Some(1),
                _ => Some(0),
            }
        })
    }

    fn write_review(&mut self, work: &Reviewed, sample: &str, place: u64, points: &Points) {
        let dice = &mut self.quality.dice;
        let at = work.at + HOUR + dice.between(0, 6 * DAY);
        let reviewer = dice.below(4) as u64 + 1;
        if at >= self.agenda.end() {
            return;
        }
        self.quality.reviews += 1;
        let number = self.quality.reviews;
        let version = self.story.policy_version(work.at) as i64;
        let team = self.agents[work.agent as usize].team;
        self.sheets.row(Table::Reviews, |row| {
            row.numbered("QA", number);
            match work.contact {
                Some(contact) => row.number(contact.into()),
                None => row.plain(""),
            }
            row.ticket(work.ticket);
            row.agent(Some(work.agent));
            row.plain(team.name());
            row.plain(work.channel.name());
            // the second opinion is another reviewer's
            row.numbered("q", reviewer + 4 * place);
            row.plain("Service");
            row.number(version);
            row.plain(sample);
            row.utc(at);
        });
        for (question, points) in FORM.iter().zip(points) {
            self.sheets.row(Table::Items, |row| {
                row.numbered("QA", number);
                row.plain(question.name);
                row.plain(question.area);
                row.number(question.weight);
                row.plain(match points {
                    None => "n/a",
                    Some(0) => "0",
                    Some(1) => "0.5",
                    Some(_) => "1",
                });
                row.plain(if question.knocks_out { "yes" } else { "no" });
            });
        }
    }

    /// Some contacts are checked against the rules; that calls are recorded is checked by a machine, for all.
    pub(crate) fn may_be_checked(&mut self, contact: u32, agent: AgentIndex, channel: Channel, at: Seconds) {
        let team = self.agents[agent as usize].team;
        if channel == Channel::Phone && !self.is_lean {
            let is_met = !self.quality.dice.chance(0.002);
            self.write_check(contact, agent, ("Recording", is_met, "Minor", "All"), at + HOUR);
        }
        if !self.quality.dice.chance(if self.is_lean { CHECKED_LEAN } else { CHECKED }) {
            return;
        }
        let checked_at = at + 2 * HOUR + self.quality.dice.between(0, 3 * DAY);
        for (rule, usual) in RULES {
            let has_problem = rule == RULES[0].0 && team == Team::Billing && self.story.breaches(at);
            let dice = &mut self.quality.dice;
            let is_met = !dice.chance(if has_problem { PROBLEM } else { usual });
            let critical = if has_problem { 0.40 } else { 0.08 };
            let severity = match dice.unit() {
                x if x < critical => "Critical",
                x if x < critical + 0.5 => "Major",
                _ => "Minor",
            };
            self.write_check(contact, agent, (rule, is_met, severity, "Random"), checked_at);
        }
    }

    fn write_check(&mut self, contact: u32, agent: AgentIndex, what: (&str, bool, &str, &str), at: Seconds) {
        let (rule, is_met, severity, sample) = what;
        if at >= self.agenda.end() {
            return;
        }
        self.quality.checks += 1;
        let number = self.quality.checks;
        let team = self.agents[agent as usize].team;
        self.sheets.row(Table::Checks, |row| {
            row.numbered("K", number);
            row.number(contact.into());
            row.agent(Some(agent));
            row.plain(team.name());
            row.plain(rule);
            row.plain(if is_met { "kept" } else { "broken" });
            row.plain(if is_met { "" } else { severity });
            row.plain(sample);
            row.utc(at);
        });
    }
}
