//! The partner who takes calls over, of whom only counts of days are known.

use crate::clock::Seconds;
use crate::dice::Dice;
use crate::organisation::Channel;
use crate::tables::Table;
use crate::world::World;

/// Calls at night and on Sundays, in proportion to a day's requests by phone.
const NIGHT: f64 = 0.06;

/// Calls of the day so far.
#[derive(Debug)]
pub(crate) struct Partner {
    dice: Dice,
    pub(crate) overflowed: usize,
}

impl Partner {
    pub(crate) fn new(dice: Dice) -> Self {
        Partner { dice, overflowed: 0 }
    }
}

impl World<'_> {
    /// Midnight after a day: its counts.
    pub(crate) fn write_day_of_partner(&mut self, day: usize) {
        let Some(day) = self.days.get(day) else { return };
        let (start, requests) = (day.start, day.requests[Channel::Phone as usize]);
        let dice = &mut self.partner.dice;
        let busy = 0.7 + 0.6 * dice.unit();
        let night = dice.round(requests * NIGHT * busy);
        let overflowed = std::mem::take(&mut self.partner.overflowed);
        for (line, offered) in [("Overflow", overflowed), ("Night", night)] {
            if offered > 0 {
                self.write_counts(start, line, offered);
            }
        }
    }

    fn write_counts(&mut self, day: Seconds, line: &str, offered: usize) {
        let dice = &mut self.partner.dice;
        let abandoned = (0..offered).filter(|_| dice.chance(0.06)).count();
        let short = (0..abandoned).filter(|_| dice.chance(0.2)).count();
        let answered = offered - abandoned;
        let in_time = (0..answered).filter(|_| dice.chance(0.81)).count();
        let waited: Seconds = (0..answered).map(|_| dice.exponential(17.0) as Seconds).sum();
        let handled: Seconds = (0..answered).map(|_| dice.lognormal(300.0, 0.5) as Seconds).sum();
        self.sheets.row(Table::Partner, |row| {
            row.date_of(Some(day));
            row.plain(line);
            for count in [offered, answered, in_time, abandoned, short] {
                row.number(count as i64);
            }
            row.number(waited);
            row.number(handled);
        });
    }
}
