//! Surveys: what customers think, whether they say so, and when.

use crate::agenda::{Event, Key};
use crate::change_log::{Actor, Change};
use crate::clock::{DAY, HOUR, MINUTE, Seconds};
use crate::organisation::{CATEGORIES, Channel, LANGUAGES, LATE_DELIVERY, Team};
use crate::rows;
use crate::story::Story;
use crate::tables::Table;
use crate::world::World;

/// An answer on its way.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Answer {
    instrument: Instrument,
    score: u8,
    ticket: Option<u32>,
    customer: u32,
    about: &'static str,
    language: usize,
    /// Reopenings before the solve asked about, for the invitation's number.
    round: u8,
    sent: Seconds,
    comment: Option<&'static str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Instrument {
    Csat,
    Ces,
    Nps,
}

/// Scores from the latent scale: below the first cut 1, from the last on 5.
const CUTS: [f64; 4] = [-0.95, -0.62, -0.08, 0.88];
/// Probability of answering with a score of 1 … 5: the angry and the pleased answer more often.
const RESPONSE: [f64; 5] = [0.46, 0.36, 0.25, 0.26, 0.32];
/// From the latent scale to how easy it was, 1 … 7, and how many of those who rate an answer say so as well.
const EASE_CUTS: [f64; 6] = [-2.1, -1.6, -1.15, -0.65, 0.05, 0.95];
const EASE_RESPONSE: f64 = 0.55;
const EASE_RESPONSE_LEAN: f64 = 0.25;
/// The team that does not ask those who fared badly, and how often it does not; and how many surveys do not arrive.
const SELECTIVE: Team = Team::Technical;
const HELD_BACK: f64 = 0.45;
const BOUNCES: f64 = 0.025;
/// Customers asked in a wave of the relationship survey, and how many of them answer.
const NPS_SAMPLE: f64 = 0.06;
const NPS_RESPONSE: f64 = 0.23;

impl World<'_> {
    /// The survey of a solved ticket is sent.
    pub(crate) fn survey_goes_out(&mut self, key: Key) {
        let now = self.now;
        let Some(ticket) = self.tickets.get(key) else { return };
        let (Some(customer), Some(solved_at)) = (ticket.customer, ticket.solved_at) else { return };
        let reopens = ticket.reopens;
        let hours = ticket.replied_at.map_or(24.0, |at| (at - ticket.created_at) as f64 / HOUR as f64);
        let days = (solved_at - ticket.created_at) as f64 / DAY as f64;
        let wait = if ticket.channel.is_live() {
            0.12 - 0.10 * (ticket.waited as f64 / MINUTE as f64).min(10.0)
        } else {
            0.16 - 0.10 * libm::log(1.0 + hours)
        };
        let late = usize::from(ticket.category) == LATE_DELIVERY && self.story.deliveries_fail(ticket.created_at);
        let quality = ticket.assignee.map_or(0.0, |agent| self.agents[agent as usize].quality);
        let mut latent = 1.1
            + Story::channel_effect(ticket.channel)
            + self.story.training_effect(ticket.team, solved_at)
            + quality
            + wait
            - 0.13 * libm::log(1.0 + days)
            - 0.75 * f64::from(ticket.reopens);
        let repeat = f64::from(u8::from(ticket.is_repeat));
        let passed = f64::from(ticket.transfers);
        latent -= 0.35 * repeat + 0.40 * passed;
        let effort = 0.75 * repeat
            + 0.70 * passed
            + 0.65 * f64::from(ticket.reopens)
            + 0.16 * f64::from(ticket.touches.saturating_sub(1))
            - 0.5 * wait.max(-0.8);
        if late {
            latent -= 0.7;
        }
        // Those of the team before its training.
        if ticket.team == Team::Returns {
            latent -= 0.35;
        }
        let (channel, category, language, number) = (ticket.channel, ticket.category, ticket.language, ticket.number);
        let team = ticket.team;
        let (chance, other) = (self.opinions.normal(), self.opinions.normal());
        latent += 0.3 * self.customers.get(customer).fondness + chance;
        let score = CUTS.iter().filter(|cut| latent >= **cut).count();
        // One team's agents switch the survey off where they fear what the customer will say.
        let is_held_back = team == SELECTIVE && score < 3 && self.invitations.chance(HELD_BACK);
        let bounces = self.invitations.chance(BOUNCES);
        if is_held_back {
            self.customers.impress(customer, (score as f64 - 3.1) / 2.0);
            self.invitation(number, reopens, customer, solved_at, None);
            return;
        }
        if let Some(ticket) = self.tickets.get(key) {
            ticket.change(&mut self.sheets, now, Actor::System, Change::Surveyed);
        }
        self.invitation(number, reopens, customer, solved_at, Some((now, bounces)));
        self.customers.impress(customer, (score as f64 - 3.1) / 2.0);
        self.summary.surveys_sent += 1;
        self.summary.satisfied_of_sent += u64::from(score >= 3);
        let by_channel = match channel {
            Channel::Chat => 1.1,
            Channel::Phone => 0.85,
            _ => 1.0,
        };
        if !self.opinions.chance(RESPONSE[score] * by_channel) || bounces {
            return;
        }
        self.summary.surveys_answered += 1;
        self.summary.satisfied_of_answered += u64::from(score >= 3);
        let about = self.about(score, category);
        let says = if score < 2 { 0.55 } else { 0.16 };
        let comment = self.opinions.chance(says).then(|| {
            let said = comments(score, about)[language.min(3)];
            said[self.opinions.below(said.len())]
        });
        let answer = Answer {
            instrument: Instrument::Csat,
            score: score as u8 + 1,
            ticket: Some(number),
            customer,
            about,
            language,
            round: reopens,
            sent: now,
            comment,
        };
        let at = self.answered_at(5.0);
        self.answer_comes(answer, at);
        if self.opinions.chance(if self.is_lean { EASE_RESPONSE_LEAN } else { EASE_RESPONSE }) {
            // What makes a good answer makes an easy one, but for the way to it.
            let ease = 0.55 + 0.7 * quality + 0.65 * chance + 0.75 * other - effort;
            let score = EASE_CUTS.iter().filter(|cut| ease >= **cut).count() as u8 + 1;
            let second = Answer { instrument: Instrument::Ces, score, about: "service", comment: None, ..answer };
            self.answer_comes(second, at);
        }
    }

    /// A customer could be asked about a solve; when the survey was sent, if it was, and whether it came back.
    pub(crate) fn invitation(
        &mut self,
        ticket: u32,
        round: u8,
        customer: u32,
        solved_at: Seconds,
        sent: Option<(Seconds, bool)>,
    ) {
        self.sheets.row(Table::Offered, |row| {
            row.promise(ticket, "s", Some(round));
            row.ticket(Some(ticket));
            row.customer(Some(customer));
            row.utc(solved_at);
            row.utc_or_nothing(sent.map(|(at, _)| at));
            row.plain(match sent {
                None => "",
                Some((_, true)) => "yes",
                Some((_, false)) => "no",
            });
        });
    }

    /// When an answer comes that is thought over for so long.
    fn answered_at(&mut self, median_hours: f64) -> Seconds {
        let at = self.now + MINUTE + (self.opinions.lognormal(median_hours, 1.5) * HOUR as f64) as Seconds;
        self.awake(at.min(self.now + 60 * DAY))
    }

    fn answer_comes(&mut self, answer: Answer, at: Seconds) {
        let key = self.answers.insert(answer);
        self.agenda.enter(at, Event::AnswerArrives(key));
    }

    /// What the score was mostly about, as the survey asks.
    fn about(&mut self, score: usize, category: u8) -> &'static str {
        let delivery = CATEGORIES[category as usize].team == Team::Orders;
        let weights = match (score < 2, delivery) {
            (true, true) => [0.15, 0.20, 0.10, 0.55],
            (true, false) => [0.25, 0.35, 0.32, 0.08],
            (false, _) => [0.50, 0.35, 0.07, 0.08],
        };
        ["agent", "service", "product", "delivery"][self.opinions.weighted(&weights)]
    }

    /// A sample of customers is asked whether they would recommend the company.
    pub(crate) fn nps_wave(&mut self) {
        let asked = self.opinions.round(f64::from(self.customers.count()) * NPS_SAMPLE);
        for _ in 0..asked {
            let customer = self.customers.sample(self.now, &mut self.opinions);
            let person = self.customers.get(customer);
            let late = if self.story.deliveries_fail(self.now) { 0.4 } else { 0.0 };
            let latent = 7.9 + 1.5 * person.fondness + 1.6 * self.customers.mood(customer) + self.opinions.normal()
                - late
                + if person.segment == "Member" { 0.5 } else { 0.0 };
            let score = libm::round(latent).clamp(0.0, 10.0) as u8;
            let eager = if (7..=8).contains(&score) { 0.8 } else { 1.1 };
            if !self.opinions.chance(NPS_RESPONSE * eager) {
                continue;
            }
            let comment = self.opinions.chance(0.25).then(|| {
                let said = comments(usize::from(score) / 2, "service")[person.language.min(3)];
                said[self.opinions.below(said.len())]
            });
            let answer = Answer {
                instrument: Instrument::Nps,
                score,
                ticket: None,
                customer,
                about: "company",
                language: person.language,
                round: 0,
                sent: self.now,
                comment,
            };
            let at = self.answered_at(20.0);
            self.answer_comes(answer, at);
        }
    }

    pub(crate) fn answer_arrives(&mut self, key: Key) {
        let Some(answer) = self.answers.get(key).copied() else { return };
        self.answers.remove(key);
        self.summary.answers += 1;
        let (number, now) = (self.summary.answers, self.now);
        self.sheets.row(Table::Answers, |row| {
            let mut line = Vec::with_capacity(320);
            let (survey, question, scale) = match answer.instrument {
                Instrument::Csat => ("csat", "satisfaction-v2", "{\"min\":1,\"max\":5}"),
                Instrument::Ces => ("ces", "ease-v2", "{\"min\":1,\"max\":7}"),
                Instrument::Nps => ("nps", "recommend-v1", "{\"min\":0,\"max\":10}"),
            };
            line.extend_from_slice(b"{\"id\":\"r");
            rows::digits(&mut line, number, 6);
            line.extend_from_slice(b"\",\"survey\":\"");
            line.extend_from_slice(survey.as_bytes());
            line.extend_from_slice(b"\",\"question\":\"");
            line.extend_from_slice(question.as_bytes());
            line.extend_from_slice(b"\",\"scale\":");
            line.extend_from_slice(scale.as_bytes());
            line.extend_from_slice(b",\"score\":");
            rows::digits(&mut line, answer.score.into(), 1);
            if let Some(ticket) = answer.ticket {
                line.extend_from_slice(b",\"ticket\":\"");
                rows::ticket_number(&mut line, ticket);
                line.push(b'"');
            }
            line.extend_from_slice(b",\"customer\":\"");
            rows::customer_number(&mut line, answer.customer);
            line.extend_from_slice(b"\",\"about\":\"");
            line.extend_from_slice(answer.about.as_bytes());
            line.extend_from_slice(b"\",\"language\":\"");
            line.extend_from_slice(LANGUAGES[answer.language.min(3)].as_bytes());
            line.push(b'"');
            if let (Some(ticket), Instrument::Csat) = (answer.ticket, answer.instrument) {
                line.extend_from_slice(b",\"offer\":\"");
                rows::ticket_number(&mut line, ticket);
                line.extend_from_slice(b"/s");
                rows::digits(&mut line, answer.round.into(), 1);
                line.push(b'"');
            }
            line.extend_from_slice(b",\"sent\":");
            rows::digits(&mut line, answer.sent.unsigned_abs(), 1);
            line.extend_from_slice(b",\"answered\":");
            rows::digits(&mut line, now.unsigned_abs(), 1);
            line.extend_from_slice(b",\"comment\":");
            match answer.comment {
                Some(comment) => rows::json(&mut line, comment),
                None => line.extend_from_slice(b"null"),
            }
            line.push(b'}');
            row.cells(&line);
        });
    }
}

/// What people say in Dutch, German, French and English.
fn comments(score: usize, about: &str) -> &'static [[&'static str; 3]; 4] {
    match (score, about) {
        (0..=1, "delivery") => &[
            [
                "Pakket is nog steeds niet bezorgd",
                "Te laat geleverd, en niemand die iets zegt",
                "Track & trace klopt niet",
            ],
            ["Paket ist immer noch nicht da", "Viel zu spät geliefert", "Sendungsverfolgung stimmt nicht"],
            ["Colis toujours pas livré", "Livraison beaucoup trop tardive", "Le suivi du colis est faux"],
            ["Parcel still not here", "Delivered far too late", "Tracking said \"delivered\", it was not"],
        ],
        (0..=1, "product") => &[
            ["Binnen twee weken kapot", "Product doet niet wat er staat", "Slechte kwaliteit"],
            ["Nach zwei Wochen kaputt", "Gerät hält nicht, was es verspricht", "Schlechte Qualität"],
            ["En panne après deux semaines", "Produit décevant", "Mauvaise qualité"],
            ["Broken after two weeks", "Not as described", "Poor quality for the price"],
        ],
        (0..=1, _) => &[
            ["Drie keer hetzelfde moeten uitleggen", "Lang gewacht op antwoord", "Antwoord paste niet bij mijn vraag"],
            ["Musste alles dreimal erklären", "Lange auf Antwort gewartet", "Antwort passte nicht zur Frage"],
            [
                "J'ai dû tout expliquer trois fois",
                "Réponse trop longue à venir",
                "La réponse ne répond pas à ma question",
            ],
            ["Had to explain it three times", "Waited days for an answer", "Copy-and-paste reply, did not help"],
        ],
        (2, _) => &[
            ["Ging wel", "Uiteindelijk opgelost, maar traag", "Kan beter"],
            ["War in Ordnung", "Am Ende gelöst, aber langsam", "Geht besser"],
            ["Correct, sans plus", "Résolu, mais lentement", "Peut mieux faire"],
            ["It was okay", "Solved in the end, but slow", "Could be better"],
        ],
        _ => &[
            ["Snel en vriendelijk geholpen", "Top service!", "Meteen opgelost, dank je wel"],
            ["Schnell und freundlich geholfen", "Super Service!", "Sofort gelöst, danke"],
            ["Aide rapide et aimable", "Service au top !", "Résolu tout de suite, merci"],
            ["Quick and friendly", "Great service!", "Solved on the spot, thank you"],
        ],
    }
}
