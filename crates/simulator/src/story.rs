//! What is planted in the figures: changes with a date and a known size. `docs/demo.md` tells them to people.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::clock::{DAY, Seconds};
use crate::organisation::{Channel, LATE_DELIVERY, Team};

/// Days before the end of the data on which web forms begin to be routed to chat agents first.
pub(crate) const CHAT_FIRST_DAYS: i64 = 100;
/// Days before the end on which deliveries of one carrier begin to fail.
pub(crate) const DELIVERY_PROBLEM_DAYS: i64 = 21;
/// Days before the end on which the team Returns is trained, and days until it has its full effect.
pub(crate) const TRAINING_DAYS: i64 = 200;
pub(crate) const TRAINING_GROWS_DAYS: i64 = 90;

/// Days before the end on which the team Technical begins to be short of people, and on which it has enough again.
pub(crate) const OVERLOAD_DAYS: (i64, i64) = (330, 240);
/// Days before the end on which a product begins to draw complaints, and on which that ends; and the product.
pub(crate) const COMPLAINT_DAYS: (i64, i64) = (75, 45);
pub(crate) const COMPLAINT_PRODUCT: &str = "Nimbus router";
/// Days before the end on which the team Billing begins to leave out the identity check.
pub(crate) const BREACH_DAYS: i64 = 240;

/// Dated changes of one run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Story {
    pub(crate) chat_first: Seconds,
    pub(crate) delivery_problem: Seconds,
    pub(crate) training: Seconds,
    end: Seconds,
    /// When the second version of the agreements on times came into force, if there was one.
    policy_change: Option<Seconds>,
}

impl Story {
    /// The story of data that end at `end`, with a change of the agreements on times.
    pub(crate) fn ending(end: Seconds, policy_change: Option<Seconds>) -> Self {
        Story {
            chat_first: end - CHAT_FIRST_DAYS * DAY,
            delivery_problem: end - DELIVERY_PROBLEM_DAYS * DAY,
            training: end - TRAINING_DAYS * DAY,
            end,
            policy_change,
        }
    }

    /// Version of the agreements on times that is in force.
    pub(crate) fn policy_version(&self, at: Seconds) -> usize {
        if self.policy_change.is_some_and(|change| at >= change) { 2 } else { 1 }
    }

    /// How much more there is to do than usual for a team that is short of people: 0 or 1.
    pub(crate) fn overload(&self, team: Team, at: Seconds) -> f64 {
        let (from, until) = OVERLOAD_DAYS;
        let is_short = team == Team::Technical && (self.end - from * DAY..self.end - until * DAY).contains(&at);
        if is_short { 1.0 } else { 0.0 }
    }

    /// Whether a product draws complaints.
    pub(crate) fn complaint_wave(&self, product: &str, at: Seconds) -> bool {
        let (from, until) = COMPLAINT_DAYS;
        product == COMPLAINT_PRODUCT && (self.end - from * DAY..self.end - until * DAY).contains(&at)
    }

    /// Whether the team Billing leaves out the identity check.
    pub(crate) fn breaches(&self, at: Seconds) -> bool {
        at >= self.end - BREACH_DAYS * DAY
    }

    /// Whether deliveries of one carrier fail.
    pub(crate) fn deliveries_fail(&self, at: Seconds) -> bool {
        at >= self.delivery_problem
    }

    /// Share of the web forms that chat agents answer first.
    pub(crate) fn chat_first_share(&self, at: Seconds) -> f64 {
        if at >= self.chat_first { 0.80 } else { 0.0 }
    }

    /// Requests of a category in proportion to its share without the story.
    pub(crate) fn demand(&self, category: usize, at: Seconds) -> f64 {
        if category == LATE_DELIVERY && self.deliveries_fail(at) { 2.0 } else { 1.0 }
    }

    /// How much the training adds to the satisfaction of a team, on the latent scale of [`crate::surveys`].
    pub(crate) fn training_effect(&self, team: Team, at: Seconds) -> f64 {
        if team != Team::Returns || at < self.training {
            return 0.0;
        }
        0.6 * ((at - self.training) as f64 / (TRAINING_GROWS_DAYS * DAY) as f64).min(1.0)
    }

    /// Lasting differences of satisfaction between channels, on the same scale.
    pub(crate) fn channel_effect(channel: Channel) -> f64 {
        match channel {
            Channel::Phone => 0.25,
            Channel::Chat => 0.15,
            Channel::Portal => 0.0,
            Channel::Email => -0.1,
            Channel::Social => -0.55,
        }
    }
}

/// The day on which the agreements on times change: the first of the month nearest to the middle of the data, none
/// where that is not in them.
pub(crate) fn policy_change(first: Date, until: Date) -> Option<Date> {
    let middle = first.checked_add((until - first).get_days().div_euclid(2).days()).ok()?;
    let begins = middle.first_of_month();
    let next = begins.checked_add(1.month()).ok()?;
    let nearest = if (middle - begins).get_days() <= (next - middle).get_days() { begins } else { next };
    (first < nearest && nearest < until).then_some(nearest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_agreements_change_in_the_middle() {
        let check = |first: [i16; 3], until: [i16; 3], expected: Option<[i16; 3]>| {
            let date = |[y, m, d]: [i16; 3]| Date::new(y, m as i8, d as i8).unwrap();
            assert_eq!(policy_change(date(first), date(until)), expected.map(date), "{first:?}");
        };
        check([2025, 1, 1], [2026, 7, 1], Some([2025, 10, 1]));
        check([2025, 9, 21], [2026, 11, 21], Some([2026, 5, 1]));
        check([2026, 1, 1], [2026, 3, 1], Some([2026, 2, 1]));
        check([2026, 1, 20], [2026, 2, 20], Some([2026, 2, 1]));
        check([2026, 1, 1], [2026, 2, 1], None);
    }
}
