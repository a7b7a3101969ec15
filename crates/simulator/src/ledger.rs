//! What service costs: pools of cost by month, how they are shared out, and prices of foreign currencies.

use crate::clock::{DAY, Seconds};
use crate::dice::{fraction, mix};
use crate::organisation::{Channel, Team};
use crate::tables::Table;
use crate::world::World;

/// Wage of an hour of service, in hundredths, before the rise in the middle of the data, and time paid beside it:
/// breaks, meetings, leave.
const WAGE: f64 = 1_750.0;
const RISE: f64 = 1.03;
const PAID_BESIDE: f64 = 1.25;
/// Pools in proportion to wages, shared out by the driver.
const SHARED_POOLS: [(&str, f64); 7] = [
    ("Salaries", 1.0),
    ("Social security", 0.19),
    ("Offices", 0.06),
    ("Telecoms", 0.025),
    ("Training", 0.02),
    ("Travel", 0.005),
    ("Credits", 0.015),
];
/// The pool of licences, billed in pounds, and that of the partner's people, billed in dollars for the phone alone.
const LICENCES: f64 = 0.06;
const PARTNER: f64 = 0.06;
/// The one-off project in the middle of the data, in proportion to a month's wages.
const PROJECT: f64 = 0.25;

/// A month of the ledger.
#[derive(Clone, Copy, Debug)]
struct Month {
    from: Seconds,
    until: Seconds,
    served: Seconds,
}

/// The books.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    months: Vec<Month>,
    /// Requests and calls by channel and team, for the first version of the driver.
    pub(crate) counted: [[u32; 4]; 5],
}

impl World<'_> {
    /// A month is over, or the data are.
    pub(crate) fn close_month(&mut self, until: Seconds) {
        let served = std::mem::take(&mut self.duty.served);
        let from =
            self.ledger.months.last().map_or(self.days.first().map_or(until, |day| day.start), |last| last.until);
        if from < until {
            self.ledger.months.push(Month { from, until, served });
        }
    }

    /// Price of a unit of a currency in the `month`-th month, in ten-thousandths of a euro.
    fn rate(&self, currency: &str, month: i64) -> i64 {
        let (mean, letter) = if currency == "USD" { (9_050.0, 1) } else { (11_640.0, 2) };
        let noise = fraction(mix(self.seed, (month + 100) as u64 * 8 + letter), 0) - 0.5;
        (mean * (1.0 + 0.025 * libm::sin(month as f64 / 2.7 + letter as f64) + 0.02 * noise)) as i64
    }

    /// The ledger with its driver and rates, at the end of the data. Its last month is still open.
    pub(crate) fn write_ledger(&mut self) {
        let months = std::mem::take(&mut self.ledger.months);
        let middle = months.len() / 2;
        let mut entry = 0;
        for (index, month) in months.iter().enumerate() {
            let number = index as i64;
            let (pounds, dollars) = (self.rate("GBP", number), self.rate("USD", number));
            let is_closed = index + 1 < months.len();
            let hours = month.served as f64 / 3_600.0;
            let wages = hours * PAID_BESIDE * WAGE * if index >= middle { RISE } else { 1.0 };
            let mut write = |pool: &str, amount: f64, currency: &str, channel: &str, is_project: bool| {
                entry += 1;
                // bills vary a little from month to month
                let noise = 0.97 + 0.06 * fraction(mix(self.seed, 0xB111_0000 + entry), 0);
                self.sheets.row(Table::Costs, |row| {
                    row.numbered("L", entry);
                    row.plain(pool);
                    row.date_of(Some(month.from));
                    row.date_of(Some(month.until));
                    row.money((amount * noise) as i64);
                    row.plain(currency);
                    row.plain(channel);
                    row.plain(if is_closed { "closed" } else { "open" });
                    row.plain(if is_project { "yes" } else { "no" });
                });
            };
            for (pool, part) in SHARED_POOLS {
                write(pool, wages * part, "EUR", "", false);
            }
            let in_currency = |amount: f64, rate: i64| amount * 10_000.0 / rate as f64;
            write("Licences", in_currency(wages * LICENCES, pounds), "GBP", "", false);
            write("Partner", in_currency(wages * PARTNER, dollars), "USD", "Phone", false);
            if index == 3 {
                write("Salaries", -0.02 * wages, "EUR", "", false);
            }
            if index == middle {
                write("Offices", PROJECT * wages, "EUR", "", true);
            }
        }
        self.sheets.finish();
        self.write_allocation(months.get(middle).map(|month| month.from));
        self.sheets.finish();
        self.write_rates(&months);
        self.sheets.finish();
    }

    /// By contacts at first, by handle time from the middle on.
    fn write_allocation(&mut self, change: Option<Seconds>) {
        let Some(first) = self.days.first().map(|day| day.start - 31 * DAY) else { return };
        let counted = self.ledger.counted.map(|teams| teams.map(Seconds::from));
        let handled = self.duty.handled[1];
        let versions = [
            ("Contacts", "2024", counted, first, change),
            ("Handling time", "2025", handled, change.unwrap_or(first), None),
        ];
        let pools = SHARED_POOLS.iter().map(|(pool, _)| *pool).chain(["Licences"]);
        for (pool, version) in pools.flat_map(|pool| versions.iter().map(move |version| (pool, version))) {
            let (driver, name, weights, from, until) = version;
            let whole: Seconds = weights.iter().flatten().sum();
            for channel in Channel::ALL {
                for team in Team::ALL {
                    // in ten-thousandths; small ones bear a little, too
                    let weight = weights[channel as usize][team as usize];
                    let share = (weight * 1_000_000 / whole.max(1)).max(1);
                    self.sheets.row(Table::Allocations, |row| {
                        row.plain(pool);
                        row.plain(channel.name());
                        row.plain(team.name());
                        row.money(share);
                        row.plain(driver);
                        row.plain(name);
                        row.date_of(Some(*from));
                        row.date_of(*until);
                    });
                }
            }
        }
    }

    fn write_rates(&mut self, months: &[Month]) {
        let before = months.first().map(|month| (-1, month.from - 28 * DAY));
        let all = before.into_iter().chain(months.iter().enumerate().map(|(index, month)| (index as i64, month.from)));
        for (number, at) in all {
            for currency in ["USD", "GBP"] {
                // quoted for a hundred units
                let rate = self.rate(currency, number);
                self.sheets.row(Table::Rates, |row| {
                    row.date_of(Some(at));
                    row.plain(currency);
                    row.money(rate);
                    row.plain("100");
                });
            }
        }
    }
}
