//! Lines and desks, and how many agents each has when. The number of agents follows from the demand.

use std::collections::VecDeque;

use crate::agenda::Key;
use crate::clock::{HOUR, MINUTE, Seconds};
use crate::demand::Day;
use crate::dice::Dice;
use crate::erlang::{self, Load, Places};
use crate::floor::{AgentIndex, Floor};
use crate::organisation::{Category, Channel, Team};
use crate::people::{self, Agent};
use crate::story::Story;

/// Mean time an agent has with a call, wrap-up and ringing included.
pub(crate) const PHONE_HANDLE: f64 = 386.0;
/// Mean time a chat takes one of an agent's places, wrap-up included.
pub(crate) const CHAT_HANDLE: f64 = 556.0;
/// Median time an agent works on a written request in one go.
pub(crate) const TOUCH: f64 = 400.0;
/// Mean patience on the phone and in chat.
pub(crate) const PHONE_PATIENCE: f64 = 500.0;
pub(crate) const CHAT_PATIENCE: f64 = 850.0;
/// Chats an agent has at once.
pub(crate) const CHAT_SLOTS: u8 = 2;
/// Breaks and other work change the staff of a line this often.
pub(crate) const SLICE: Seconds = 5 * MINUTE;

/// Requests a month above which every team has its own line, or desk.
const OWN_LINE: f64 = 8_000.0;
/// Contacts that a request makes: people who call again after hanging up, and those who come back.
const CONTACTS_PER_REQUEST: f64 = 1.175;
/// Work of the desks in seconds a written request, and a request by phone or chat.
const DESK_WORK: [f64; 2] = [905.0, 235.0];
/// Desk staff in proportion to the work expected.
const HEADROOM: f64 = 1.26;
/// Planned desk staff never exceeds its mean by more than this; the rest of a peak is backlog.
const PEAK_STAFF: f64 = 1.24;

/// Customers on the phone, or in chat, of some teams, waiting for the agents of one floor.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) channel: Channel,
    pub(crate) teams: Vec<Team>,
    pub(crate) floor: Floor,
    /// Contacts, first come first served.
    pub(crate) waiting: VecDeque<Key>,
    /// Those whom another agent has passed on.
    pub(crate) transferred: VecDeque<Key>,
    /// Web forms that chat agents answer when nobody waits.
    pub(crate) forms: VecDeque<Key>,
    pub(crate) open: bool,
    /// Agents by day and hour.
    plan: Vec<[Places; 24]>,
}

/// Written requests of some teams, worked off by the agents of one floor.
#[derive(Debug)]
pub(crate) struct Desk {
    pub(crate) teams: Vec<Team>,
    pub(crate) floor: Floor,
    pub(crate) urgent: VecDeque<Key>,
    pub(crate) normal: VecDeque<Key>,
    pub(crate) open: bool,
    /// Pieces of work the desk may take up now, and what the next one costs.
    pub(crate) credit: f64,
    pub(crate) cost: f64,
    /// Agents today.
    pub(crate) staff: usize,
    /// Agents by day.
    plan: Vec<f64>,
}

impl Line {
    /// Whether no customer is on hold without an agent.
    pub(crate) fn nobody_waits(&self) -> bool {
        self.waiting.is_empty() && self.transferred.is_empty()
    }

    /// Agents of each slice of a day, from opening to closing.
    pub(crate) fn slices(&self, day: usize, slices: usize, first_hour: usize, dice: &mut Dice) -> Vec<usize> {
        let per_hour = (HOUR / SLICE) as usize;
        let mut all: Vec<usize> = (0..slices)
            .map(|slice| {
                let places = self.plan[day][(first_hour + slice / per_hour).min(23)];
                places.below as usize + usize::from(dice.chance(places.more))
            })
            .collect();
        // Somebody has to be there when the day ends, for those who still wait.
        if let Some(last) = all.last_mut() {
            *last = (*last).max(1);
        }
        all
    }
}

impl Desk {
    pub(crate) fn staff_on(&self, day: usize, dice: &mut Dice) -> usize {
        dice.round(self.plan[day]).max(1)
    }

    pub(crate) fn waiting(&self) -> usize {
        self.urgent.len() + self.normal.len()
    }
}

/// Groups of teams that share a line or desk: one where there is little to do, one a team where there is much.
fn groups(requests_a_month: f64) -> Vec<Vec<Team>> {
    if requests_a_month < OWN_LINE { vec![Team::ALL.to_vec()] } else { Team::ALL.map(|team| vec![team]).to_vec() }
}

/// Lines of phone and chat with their agents.
pub(crate) fn lines(days: &[Day], story: &Story, agents: &mut Vec<Agent>, dice: &mut Dice) -> Vec<Line> {
    let mut lines = Vec::new();
    for channel in [Channel::Phone, Channel::Chat] {
        for teams in groups(monthly(days, &[channel])) {
            let plan: Vec<[Places; 24]> = days.iter().map(|day| line_plan(day, channel, &teams, story, dice)).collect();
            let members = hire(line_heads(&plan), channel, &teams, days, agents, dice);
            let slots = if channel == Channel::Chat { CHAT_SLOTS } else { 1 };
            lines.push(Line {
                channel,
                floor: Floor::new(members, slots),
                teams,
                waiting: VecDeque::new(),
                transferred: VecDeque::new(),
                forms: VecDeque::new(),
                open: false,
                plan,
            });
        }
    }
    lines
}

fn line_plan(day: &Day, channel: Channel, teams: &[Team], story: &Story, dice: &mut Dice) -> [Places; 24] {
    let mut plan = [Places::default(); 24];
    // Planners aim at 80 %, are wrong by some points every day, and by more on Mondays and before Christmas.
    let monday = if day.date.weekday() == jiff::civil::Weekday::Monday { -0.06 } else { 0.01 };
    let peak = if day.peak { -0.08 } else { 0.0 };
    let target = (0.81 + monday + peak + 0.04 * dice.normal()).clamp(0.5, 0.95);
    if day.live.is_none() {
        return plan;
    }
    let share = day.share(teams);
    let effort = day.share_of(teams, Category::live_effort) / share;
    for (hour, places) in plan.iter_mut().enumerate() {
        let arrivals = day.in_hour(channel, hour) * share * CONTACTS_PER_REQUEST / HOUR as f64;
        if arrivals <= 0.0 {
            continue;
        }
        if channel == Channel::Phone {
            let load = Load { arrivals, handle: PHONE_HANDLE * effort, patience: PHONE_PATIENCE, within: 17.0 };
            *places = erlang::places(&load, 1, target);
        } else {
            let load = Load { arrivals, handle: CHAT_HANDLE * effort, patience: CHAT_PATIENCE, within: 55.0 };
            *places = erlang::places(&load, u32::from(CHAT_SLOTS), target);
            let forms = forms_in_hour(day, hour) * share * story.chat_first_share(day.start) / HOUR as f64;
            let more = places.more + forms * TOUCH / f64::from(CHAT_SLOTS);
            places.below += more.floor() as u32;
            places.more = more - more.floor();
        }
    }
    plan
}

/// Web forms of an hour that chat is open, those that came since the last closing spread over the first three hours.
fn forms_in_hour(day: &Day, hour: usize) -> f64 {
    let is_open = |hour: usize| day.in_hour(Channel::Chat, hour) > 0.0;
    let first = (0..24).position(is_open).unwrap_or_default();
    let closed: f64 = (0..24).filter(|hour| !is_open(*hour)).map(|hour| day.in_hour(Channel::Portal, hour)).sum();
    let weekend = if day.date.weekday() == jiff::civil::Weekday::Monday { 2.5 } else { 1.0 };
    let overnight = if hour < first + 3 { closed * weekend / 3.0 } else { 0.0 };
    day.in_hour(Channel::Portal, hour) + overnight
}

/// Staff of a line: an early and a late shift, days off, holidays and illness.
fn line_heads(plan: &[[Places; 24]]) -> usize {
    let most = |hours: &[Places]| {
        hours.iter().map(|places| places.below + u32::from(places.more > 0.0)).max().unwrap_or_default() as usize
    };
    let shifts: Vec<usize> = plan.iter().map(|hours| most(&hours[..14]) + most(&hours[14..])).collect();
    let open = shifts.iter().filter(|agents| **agents > 0).count().max(1);
    let mean = shifts.iter().sum::<usize>() as f64 / open as f64;
    let one_shift = plan.iter().map(|hours| most(hours)).max().unwrap_or_default();
    ((mean * 1.35).ceil() as usize).max(one_shift).max(2)
}

/// Desks with their agents.
pub(crate) fn desks(days: &[Day], story: &Story, agents: &mut Vec<Agent>, dice: &mut Dice) -> Vec<Desk> {
    let written = [Channel::Email, Channel::Portal, Channel::Social];
    let mut desks = Vec::new();
    for teams in groups(monthly(days, &written)) {
        let plan = desk_plan(days, &teams, story);
        let worked: Vec<f64> = plan.iter().copied().filter(|agents| *agents > 0.0).collect();
        let mean = worked.iter().sum::<f64>() / worked.len().max(1) as f64;
        let most = plan.iter().fold(1.0f64, |most, agents| most.max(*agents)).ceil();
        let heads = (mean * 1.3).max(most).max(2.0).ceil() as usize;
        let members = hire(heads, Channel::Email, &teams, days, agents, dice);
        desks.push(Desk {
            floor: Floor::new(members, 1),
            teams,
            urgent: VecDeque::new(),
            normal: VecDeque::new(),
            open: false,
            credit: 0.0,
            cost: 1.0,
            staff: 0,
            plan,
        });
    }
    desks
}

/// Agents of a desk by day: the work that came in since it was last open, spread over the week.
fn desk_plan(days: &[Day], teams: &[Team], story: &Story) -> Vec<f64> {
    let work: Vec<f64> = days
        .iter()
        .map(|day| {
            let seconds: f64 = Channel::ALL
                .iter()
                .map(|channel| {
                    // What chat agents answer first comes back to the desk in part.
                    let chat_first = if *channel == Channel::Portal { story.chat_first_share(day.start) } else { 0.0 };
                    let work = DESK_WORK[usize::from(channel.is_live())] * (1.0 - 0.5 * chat_first);
                    day.forecast[*channel as usize] * work
                })
                .sum();
            seconds * day.share_of(teams, Category::written_work) * HEADROOM
        })
        .collect();
    let open_seconds: Vec<f64> =
        days.iter().map(|day| day.desk.map_or(0.0, |(open, close)| (close - open) as f64)).collect();
    let mean_staff = work.iter().sum::<f64>() / open_seconds.iter().sum::<f64>().max(1.0);
    let mut plan = vec![0.0; days.len()];
    let mut since_open = 0.0;
    for day in 0..days.len() {
        since_open += work[day];
        if open_seconds[day] > 0.0 {
            // Half by what has come in, half by the fortnight around.
            let around = day.saturating_sub(7)..(day + 8).min(days.len());
            let level = work[around.clone()].iter().sum::<f64>() / open_seconds[around].iter().sum::<f64>();
            let need = 0.5 * (since_open / open_seconds[day]) + 0.5 * level;
            plan[day] = need.min(level * 1.3).min(mean_staff * PEAK_STAFF);
            since_open = 0.0;
        }
    }
    plan
}

fn monthly(days: &[Day], channels: &[Channel]) -> f64 {
    let requests: f64 =
        days.iter().flat_map(|day| channels.iter().map(|channel| day.requests[*channel as usize])).sum();
    requests / days.len().max(1) as f64 * 30.4
}

/// Hires agents, to the teams in proportion to their work.
fn hire(
    heads: usize,
    channel: Channel,
    teams: &[Team],
    days: &[Day],
    agents: &mut Vec<Agent>,
    dice: &mut Dice,
) -> Vec<AgentIndex> {
    let shares: Vec<f64> =
        teams.iter().map(|team| days.first().map_or(1.0, |day| day.share(std::slice::from_ref(team)))).collect();
    let total: f64 = shares.iter().sum();
    let mut given = vec![0.0; teams.len()];
    let mut members = Vec::with_capacity(heads);
    for post in 0..heads {
        let count = post + 1;
        // The team that is farthest below its share comes next.
        let behind = |team: usize| shares[team] / total * count as f64 - given[team];
        let team = (0..teams.len()).max_by(|a, b| behind(*a).total_cmp(&behind(*b))).unwrap_or_default();
        given[team] += 1.0;
        members.push(agents.len() as AgentIndex);
        agents.push(Agent::hire(teams[team], people::channels(Some(channel)), post, teams, dice));
    }
    // People differ, but a handful of them is no faster or better than many: rates do not depend on the size.
    let first = agents.len() - heads;
    let hired = &mut agents[first..];
    let pace = hired.iter().map(|agent| agent.pace).sum::<f64>() / heads as f64;
    // Who works half days serves half as many.
    let hours = |agent: &Agent| if agent.is_part_time() { 0.45 } else { 1.0 };
    let quality =
        hired.iter().map(|agent| agent.quality * hours(agent)).sum::<f64>() / hired.iter().map(hours).sum::<f64>();
    for agent in hired {
        agent.pace /= pace;
        agent.quality -= quality;
    }
    members
}
