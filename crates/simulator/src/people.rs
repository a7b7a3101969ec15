//! Customers and agents. A customer's attributes are computed from seed and number whenever needed; only how they
//! feel about the company is kept, a byte each.

use crate::clock::{DAY, Seconds};
use crate::dice::{Dice, fraction, mix};
use crate::organisation::{Channel, Team};
use crate::skills::Skills;

const FIRST_NAMES: [&str; 32] = [
    "Emma", "Daan", "Sophie", "Lucas", "Julia", "Sem", "Mila", "Finn", "Tess", "Noah", "Sara", "Levi", "Anna", "Jonas",
    "Lea", "Felix", "Marie", "Paul", "Clara", "Hugo", "Chloé", "Louis", "Inès", "Mehmet", "Fatima", "Yusuf", "Aylin",
    "Piotr", "Ola", "Kofi", "Mei", "Ravi",
];
const LAST_NAMES: [&str; 32] = [
    "de Vries",
    "Jansen",
    "Bakker",
    "Visser",
    "Smit",
    "Meijer",
    "Mulder",
    "de Boer",
    "Bos",
    "Vos",
    "Peeters",
    "Janssens",
    "Maes",
    "Jacobs",
    "Claes",
    "Müller",
    "Schneider",
    "Fischer",
    "Weber",
    "Wagner",
    "Dubois",
    "Laurent",
    "Moreau",
    "Yilmaz",
    "El Amrani",
    "Kowalski",
    "Nowak",
    "Mensah",
    "Chen",
    "Singh",
    "O'Brien",
    "van den Berg",
];
const INDUSTRIES: [&str; 5] = ["Hospitality", "Retail", "Education", "Health care", "Professional services"];

/// A customer, computed from seed and number.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Customer {
    pub(crate) first_name: &'static str,
    pub(crate) last_name: &'static str,
    pub(crate) segment: &'static str,
    pub(crate) plan: &'static str,
    pub(crate) industry: &'static str,
    pub(crate) country: &'static str,
    pub(crate) region: &'static str,
    /// Index in [`crate::organisation::LANGUAGES`].
    pub(crate) language: usize,
    /// Web shop they buy in.
    pub(crate) shop: &'static str,
    pub(crate) since: Seconds,
    pub(crate) points: u32,
    pub(crate) is_employee: bool,
    /// How long they wait on a line, in proportion to the mean.
    pub(crate) patience: f64,
    /// How much they like the company before any contact, standard normal or so.
    pub(crate) fondness: f64,
}

/// Everyone who buys.
#[derive(Clone, Debug)]
pub(crate) struct Customers {
    seed: u64,
    start: Seconds,
    end: Seconds,
    /// Mood of each after their contacts, −100 … 100.
    moods: Vec<i8>,
}

/// Share of the customers who were there when the data begin.
const AT_START: f64 = 0.7;
/// One customer in this many is an employee, at this remainder.
const EMPLOYEES: (u32, u32) = (997, 5);

impl Customers {
    pub(crate) fn new(seed: u64, count: u32, start: Seconds, end: Seconds) -> Self {
        Customers { seed, start, end, moods: vec![0; count as usize] }
    }

    pub(crate) fn count(&self) -> u32 {
        self.moods.len() as u32
    }

    /// Customers who have come by `at`: those with smaller numbers.
    pub(crate) fn known(&self, at: Seconds) -> u32 {
        let progress = (at - self.start) as f64 / (self.end - self.start) as f64;
        ((f64::from(self.count()) * (AT_START + (1.0 - AT_START) * progress)) as u32).clamp(1, self.count())
    }

    /// Someone who asks at `at`; a few who have been there for long ask several times as often.
    pub(crate) fn pick(&self, at: Seconds, dice: &mut Dice) -> u32 {
        let known = self.known(at);
        let among = if dice.chance(0.15) { known / 33 } else { known };
        dice.below(among.max(1) as usize) as u32
    }

    /// Someone at random, for a survey of customers.
    pub(crate) fn sample(&self, at: Seconds, dice: &mut Dice) -> u32 {
        dice.below(self.known(at) as usize) as u32
    }

    /// An employee, where there is one.
    pub(crate) fn employee(&self, dice: &mut Dice) -> u32 {
        let (one_in, remainder) = EMPLOYEES;
        let groups = self.count() / one_in;
        (dice.below(groups.max(1) as usize) as u32 * one_in + remainder).min(self.count() - 1)
    }

    pub(crate) fn mood(&self, number: u32) -> f64 {
        self.moods.get(number as usize).map_or(0.0, |mood| f64::from(*mood) / 100.0)
    }

    /// Moves a customer's mood half way towards `experience`, −1 … 1.
    pub(crate) fn impress(&mut self, number: u32, experience: f64) {
        if let Some(mood) = self.moods.get_mut(number as usize) {
            *mood = ((f64::from(*mood) + experience.clamp(-1.0, 1.0) * 100.0) / 2.0) as i8;
        }
    }

    pub(crate) fn get(&self, number: u32) -> Customer {
        let one = mix(self.seed, u64::from(number) * 2);
        let two = mix(self.seed, u64::from(number) * 2 + 1);
        let (country, shop) = match fraction(one, 0) {
            f if f < 0.52 => ("NL", "nl"),
            f if f < 0.71 => ("BE", "be"),
            f if f < 0.90 => ("DE", "de"),
            f if f < 0.97 => ("FR", "fr"),
            _ => ("LU", "be"),
        };
        let language = match (country, fraction(one, 1)) {
            (_, f) if f > 0.95 => 3,
            ("BE", f) if f > 0.57 => 2,
            ("NL" | "BE", _) => 0,
            ("DE", _) => 1,
            (_, _) => 2,
        };
        let (segment, plan) = match fraction(one, 2) {
            f if f < 0.64 => ("Consumer", "Basic"),
            f if f < 0.84 => ("Member", "Plus"),
            f if f < 0.96 => ("Business", "Business"),
            _ => ("Reseller", "Business"),
        };
        let is_business = plan == "Business";
        let regions = regions(country);
        let region = regions[(two >> 16) as usize % regions.len()];
        let share = f64::from(number) / f64::from(self.count().max(1));
        let since = if share < AT_START {
            self.start - ((AT_START - share) / AT_START * (5 * 365 * DAY) as f64) as Seconds
        } else {
            self.start + ((share - AT_START) / (1.0 - AT_START) * (self.end - self.start) as f64) as Seconds
        };
        Customer {
            first_name: FIRST_NAMES[(two & 31) as usize],
            last_name: LAST_NAMES[(two >> 5 & 31) as usize],
            segment,
            plan,
            industry: if is_business { INDUSTRIES[(two >> 10) as usize % INDUSTRIES.len()] } else { "" },
            country,
            region,
            language,
            shop,
            since,
            points: (fraction(two, 2) * fraction(two, 2) * 2_000.0) as u32,
            is_employee: number % EMPLOYEES.0 == EMPLOYEES.1,
            // who pays for more expects to be helped, and holds the line
            patience: (0.4 + 1.2 * fraction(two, 3)) * if segment == "Consumer" { 0.85 } else { 1.27 },
            // sum of four uniforms, scaled to deviation 1
            fondness: ((0..4).map(|part| fraction(mix(self.seed, one), part)).sum::<f64>() - 2.0) * 1.732,
        }
    }
}

/// Regions of a country where customers live.
fn regions(country: &str) -> &'static [&'static str] {
    match country {
        "NL" => &["Noord-Holland", "Zuid-Holland", "Utrecht", "Noord-Brabant", "Gelderland", "Groningen"],
        "BE" => &["Flanders", "Brussels", "Wallonia"],
        "DE" => &["Nordrhein-Westfalen", "Niedersachsen", "Rheinland-Pfalz"],
        "FR" => &["Hauts-de-France", "Grand Est"],
        _ => &["Luxembourg"],
    }
}

/// A member of staff.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Agent {
    pub(crate) team: Team,
    pub(crate) channels: &'static str,
    /// Place on their floor, from 0, which says what they know and when they work.
    pub(crate) post: usize,
    pub(crate) skills: Skills,
    /// Seed of their holidays and illnesses.
    pub(crate) roster: u64,
    /// Handle time in proportion to the mean.
    pub(crate) pace: f64,
    /// Added to the satisfaction of those they serve; mean 0.
    pub(crate) quality: f64,
    /// Probability of being ill on a day.
    pub(crate) ill: f64,
    /// Contacts they have now.
    pub(crate) busy: u8,
    /// Whether they are to take more.
    pub(crate) on: bool,
    /// When they last became free or came on duty.
    pub(crate) since: Seconds,
}

impl Agent {
    /// The agent hired `post`-th, from 0, to a floor that does the work of `shared` teams.
    pub(crate) fn hire(team: Team, channels: &'static str, post: usize, shared: &[Team], dice: &mut Dice) -> Self {
        let pace = dice.lognormal(0.989, 0.15);
        let quality = 0.35 * dice.normal();
        let roster = mix(post as u64, (dice.unit() * 1e15) as u64);
        let skills = Skills::of_post(post, team, shared);
        let ill = crate::roster::ILL;
        Agent { team, channels, post, skills, roster, pace, quality, ill, busy: 0, on: false, since: 0 }
    }

    /// Every fourth works half days.
    pub(crate) fn is_part_time(&self) -> bool {
        self.post % 4 == 3
    }

    pub(crate) fn name(index: usize) -> (&'static str, &'static str) {
        let mixed = mix(0xA6E7, index as u64);
        (FIRST_NAMES[(mixed & 31) as usize], LAST_NAMES[(mixed >> 5 & 31) as usize])
    }
}

/// What agents of a line or desk do, for the list of staff.
pub(crate) fn channels(channel: Option<Channel>) -> &'static str {
    match channel {
        Some(Channel::Phone) => "Phone",
        Some(Channel::Chat) => "Chat",
        _ => "Written",
    }
}
