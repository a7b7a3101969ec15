//! The organisation at work: everything that has state, and which event does what.

use jiff::civil::Weekday;

use crate::agenda::{Agenda, Event, Slots, Wish};
use crate::billing::Billing;
use crate::calendar::Hours;
use crate::change_log::Ticket;
use crate::clock::{self, Clock, DAY, HOUR, MINUTE, Seconds, Stamp, second_of_day};
use crate::complaints::Complaints;
use crate::contact_log::Contact;
use crate::demand::{self, Day};
use crate::dice::{Dice, Stream};
use crate::ledger::Ledger;
use crate::organisation::{Channel, LANGUAGES, PRODUCTS, Team};
use crate::partner::Partner;
use crate::people::{Agent, Customers};
use crate::portal::Portal;
use crate::quality::Quality;
use crate::roster::STEP;
use crate::rows::{Emit, Form, Sheets};
use crate::sales::Sales;
use crate::shop::Shop;
use crate::staff::Staff;
use crate::staff_survey::StaffSurvey;
use crate::staffing::{self, Desk, Line, SLICE};
use crate::states::Duty;
use crate::story::{self, Story};
use crate::surveys::Answer;
use crate::tables::Table;
use crate::worktime::WorkTime;
use crate::{Config, Detail, Error, Summary};

/// Customers for each ticket a month.
const CUSTOMERS: u64 = 9;
/// There are no more than this, so that their moods stay small.
const MOST_CUSTOMERS: u64 = 20_000_000;

/// A run under way. Its size follows from open work, agents and customers, not from what has been written.
pub(crate) struct World<'a> {
    pub(crate) seed: u64,
    pub(crate) now: Seconds,
    /// Index of the present day.
    pub(crate) today: usize,
    pub(crate) days: Vec<Day>,
    /// Of telephone and chat, and of the desks.
    pub(crate) work_times: [WorkTime; 2],
    /// Whether the exports tell the essentials only.
    pub(crate) is_lean: bool,
    /// Calls and chats that have begun.
    pub(crate) contacts_begun: u32,
    pub(crate) clock: Clock,
    pub(crate) stamp: Stamp,
    pub(crate) story: Story,
    pub(crate) agenda: Agenda,
    pub(crate) sheets: Sheets<'a>,
    pub(crate) arrivals: Dice,
    /// When the last request of each channel came, exactly.
    last_arrivals: [f64; 5],
    pub(crate) staffing: Dice,
    pub(crate) conversations: Dice,
    pub(crate) work: Dice,
    pub(crate) opinions: Dice,
    pub(crate) escalations: Dice,
    pub(crate) invitations: Dice,
    pub(crate) staff: Staff,
    pub(crate) duty: Duty,
    pub(crate) ledger: Ledger,
    pub(crate) quality: Quality,
    pub(crate) complaints: Complaints,
    pub(crate) portal: Portal,
    pub(crate) billing: Billing,
    pub(crate) shop: Shop,
    pub(crate) sales: Sales,
    pub(crate) partner: Partner,
    pub(crate) staff_survey: StaffSurvey,
    pub(crate) customers: Customers,
    pub(crate) agents: Vec<Agent>,
    pub(crate) lines: Vec<Line>,
    pub(crate) desks: Vec<Desk>,
    pub(crate) tickets: Slots<Ticket>,
    pub(crate) contacts: Slots<Contact>,
    pub(crate) answers: Slots<Answer>,
    pub(crate) summary: Summary,
    goal: u64,
}

impl<'a> World<'a> {
    pub(crate) fn new(config: &Config, emit: Emit<'a>) -> Result<Self, Error> {
        let (first, zone) = config.check()?;
        let end = clock::instant(&zone, config.until, 0)?;
        let start = clock::instant(&zone, first, 0)?;
        let change =
            story::policy_change(first, config.until).map(|date| clock::instant(&zone, date, 0)).transpose()?;
        // Customers were there years before; surveys may be answered months later.
        let clock = Clock::new(zone, start - 6 * 366 * DAY, end + 366 * DAY)?;
        let story = Story::ending(end, change);
        let mut arrivals = Dice::new(config.seed, Stream::Arrivals);
        let mut people = Dice::new(config.seed, Stream::People);
        let days = demand::days(config, first, &clock, &story, &mut arrivals)?;
        let customers = (config.tickets / u64::from(config.months) * CUSTOMERS).clamp(1_000, MOST_CUSTOMERS);
        let mut agents = Vec::new();
        let lines = staffing::lines(&days, &story, &mut agents, &mut people);
        let desks = staffing::desks(&days, &story, &mut agents, &mut people);
        let work_times = [WorkTime::new(&days, Hours::Live), WorkTime::new(&days, Hours::Desk)];
        let is_lean = config.detail == Detail::Lean;
        let summary = Summary { customers, ..Summary::default() };
        let dice = |stream| Dice::new(config.seed, stream);
        let mut sheets = Sheets::new(emit, clock.clone(), Form { is_compressed: config.compress, is_lean });
        sheets.persons = (0..agents.len() as u32).collect();
        Ok(World {
            seed: config.seed,
            now: start,
            today: 0,
            days,
            work_times,
            is_lean,
            contacts_begun: 0,
            sheets,
            clock,
            stamp: Stamp::new(),
            story,
            agenda: Agenda::new(start, end),
            arrivals,
            last_arrivals: [0.0; 5],
            staffing: Dice::new(config.seed, Stream::Staffing),
            conversations: Dice::new(config.seed, Stream::Conversations),
            work: Dice::new(config.seed, Stream::Work),
            opinions: Dice::new(config.seed, Stream::Opinions),
            escalations: dice(Stream::Escalations),
            invitations: dice(Stream::Invitations),
            staff: Staff::new(config.seed, &agents, start, dice(Stream::Staff)),
            duty: Duty::new(agents.len(), dice(Stream::Duty)),
            ledger: Ledger::default(),
            quality: Quality::new(dice(Stream::Quality)),
            complaints: Complaints::new(dice(Stream::Complaints)),
            portal: Portal::new(dice(Stream::Portal)),
            billing: Billing::new(customers, dice(Stream::Billing)),
            shop: Shop::new(dice(Stream::Shop)),
            sales: Sales::new(dice(Stream::Sales)),
            partner: Partner::new(dice(Stream::Partner)),
            staff_survey: StaffSurvey::new(dice(Stream::StaffSurvey)),
            customers: Customers::new(config.seed, customers as u32, start, end),
            agents,
            lines,
            desks,
            tickets: Slots::new(),
            contacts: Slots::new(),
            answers: Slots::new(),
            summary,
            goal: config.tickets,
        })
    }

    /// Plays it to the end.
    pub(crate) fn run(mut self, progress: &mut dyn FnMut(u64, u64)) -> Result<Summary, Error> {
        for day in 0..self.days.len() {
            self.agenda.enter(self.days[day].start, Event::DayBegins);
        }
        self.today = usize::MAX;
        while let Some((at, event)) = self.agenda.next() {
            self.now = at;
            self.happen(event);
            if matches!(event, Event::DayBegins) {
                self.sheets.check()?;
                progress(self.summary.tickets.min(self.goal), self.goal);
            }
        }
        self.state_open_promises(self.agenda.end() - 1);
        self.day_is_over(self.days.len() - 1);
        self.close_month(self.agenda.end());
        // The last months are handed on first, so that files of one folder come one after another.
        self.sheets.finish();
        self.write_staff();
        self.write_customers()?;
        self.sheets.finish();
        self.write_employments();
        self.write_ledger();
        self.summary.agents = self.staff.people.len() as u64;
        self.sheets.begin_all();
        self.sheets.finish();
        self.sheets.check()?;
        self.summary.open = self.tickets_open();
        self.summary.rows = self.sheets.rows;
        self.summary.bytes = self.sheets.bytes;
        self.summary.held_at_once = (self.tickets.most() + self.contacts.most() + self.answers.most()) as u64;
        progress(self.goal, self.goal);
        Ok(self.summary)
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::DayBegins => self.day_begins(),
            Event::LineStaffed(line, agents) => self.line_staffed(line.into(), agents.into()),
            Event::LineCloses(line) => self.line_closes(line.into()),
            Event::DeskOpens(desk) => self.desk_opens(desk.into()),
            Event::DeskCloses(desk) => self.desk_closes(desk.into()),
            Event::DeskTicks(desk) => self.desk_ticks(desk.into()),
            Event::Arrives(channel) => self.arrives(channel),
            Event::Returns(channel, wish) => self.asks(channel, wish),
            Event::CallBack(wish) => self.call_back(wish),
            Event::Duplicates(ticket) => self.duplicates(ticket),
            Event::Chases(ticket) => self.chases(ticket),
            Event::StopsWaiting(contact) => self.stops_waiting(contact),
            Event::AgentFree(line, agent) => self.agent_free(line.into(), agent),
            Event::PassesOn(contact) => self.passes_on(contact),
            Event::Consults(contact) => self.consults(contact),
            Event::ContactEnds(contact) => self.contact_ends(contact),
            Event::TicketQueues(ticket) => self.ticket_queues(ticket),
            Event::TicketWorked(ticket) => self.ticket_worked(ticket),
            Event::CustomerAnswers(ticket) => self.customer_answers(ticket),
            Event::CustomerSilent(ticket) => self.customer_silent(ticket),
            Event::TicketResumes(ticket) => self.ticket_resumes(ticket),
            Event::TicketReopens(ticket, thanks) => self.ticket_reopens(ticket, thanks),
            Event::SurveyGoesOut(ticket) => self.survey_goes_out(ticket),
            Event::TicketCloses(ticket) => self.ticket_closes(ticket),
            Event::AnswerArrives(answer) => self.answer_arrives(answer),
            Event::NpsWave => self.nps_wave(),
        }
    }

    /// Midnight: the day's opening hours, staff and first requests.
    fn day_begins(&mut self) {
        self.today = self.today.wrapping_add(1);
        let Some(day) = self.days.get(self.today) else { return };
        let (start, date, live, desk) = (day.start, day.date, day.live, day.desk);
        if let Some(before) = self.today.checked_sub(1) {
            self.day_is_over(before);
        }
        if date.day() == 1 && self.today > 0 {
            self.state_open_promises(start - 1);
            self.close_month(start);
        }
        self.sheets.turn_month(date.year(), date.month());
        self.staff_day_begins();
        if date.day() == 1 || self.today == 0 {
            self.billing_month();
            if !self.is_lean {
                self.shop_month();
            }
        }
        // Staff are asked on a Wednesday late in the quarter.
        if date.month() % 3 == 0 && date.weekday() == Weekday::Wednesday && (15..=21).contains(&date.day()) {
            self.staff_survey();
        }
        if let Some((opens, closes)) = live {
            let first_hour = (second_of_day(self.clock.local(opens)) / HOUR) as usize;
            let slices = ((closes - opens) / SLICE) as usize;
            for index in 0..self.lines.len() {
                let number = index as u8;
                let staff = self.lines[index].slices(self.today, slices, first_hour, &mut self.staffing);
                let mut before = None;
                for (slice, agents) in staff.into_iter().enumerate() {
                    let is_step = slice as i64 * SLICE % (STEP * MINUTE) == 0;
                    if is_step || before != Some(agents) {
                        let at = opens + slice as i64 * SLICE;
                        self.agenda.enter(at, Event::LineStaffed(number, agents.min(u16::MAX.into()) as u16));
                        before = Some(agents);
                    }
                }
                self.agenda.enter(closes, Event::LineCloses(number));
            }
        }
        if let Some((opens, closes)) = desk {
            for index in 0..self.desks.len() as u8 {
                self.agenda.enter(opens, Event::DeskOpens(index));
                self.agenda.enter(closes, Event::DeskCloses(index));
            }
        }
        // The relationship survey goes out on the first Tuesday of the second month of a quarter.
        if date.month() % 3 == 2 && date.weekday() == Weekday::Tuesday && date.day() <= 7 {
            self.agenda.enter(start + 10 * HOUR, Event::NpsWave);
        }
        for channel in Channel::ALL {
            self.next_arrival(channel);
        }
    }

    /// Midnight: what the systems write of the day that has ended.
    fn day_is_over(&mut self, day: usize) {
        self.write_day_of_staff(day);
        self.write_day_of_partner(day);
    }

    fn next_arrival(&mut self, channel: Channel) {
        let Some(day) = self.days.get(self.today) else { return };
        let last = &mut self.last_arrivals[channel as usize];
        let after = last.max(day.start as f64);
        if let Some(at) = day.next_request(channel, after, &mut self.clock, &mut self.arrivals) {
            *last = at;
            self.agenda.enter(at as Seconds, Event::Arrives(channel));
        }
    }

    /// Somebody has a new request.
    fn arrives(&mut self, channel: Channel) {
        self.next_arrival(channel);
        let Some(day) = self.days.get(self.today) else { return };
        let wish = Wish {
            customer: self.customers.pick(self.now, &mut self.arrivals),
            category: self.arrivals.weighted(&day.mix) as u8,
            product: self.arrivals.below(PRODUCTS.len()) as u8,
            again: false,
        };
        let before = self.contacts_begun;
        self.asks(channel, wish);
        let contact = (self.contacts_begun > before).then_some(self.contacts_begun);
        self.self_service(&wish, channel, contact);
    }

    fn asks(&mut self, channel: Channel, wish: Wish) {
        if channel.is_live() { self.contact_arrives(channel, wish, false) } else { self.request_written(channel, wish) }
    }

    fn write_staff(&mut self) {
        self.sheets.row(Table::Agents, |row| {
            row.plain("bot");
            row.plain("Vonnie");
            row.plain("vonnie@vondelware.example");
            row.plain("");
            row.plain("Written");
            row.plain("Bot");
            (0..3).for_each(|_| row.plain(""));
        });
        for (index, person) in self.staff.people.iter().enumerate() {
            let (first, last) = Agent::name(index);
            self.sheets.row(Table::Agents, |row| {
                row.staff(index as u32);
                row.text(&format!("{first} {last}"));
                row.plain(&format!("agent{}@vondelware.example", index + 1));
                row.plain(person.team.name());
                row.plain(person.channels);
                row.plain("Agent");
                row.plain(&person.skills.languages());
                row.plain(&person.skills.teams());
                row.plain(if person.is_part_time { "Part-time" } else { "Full-time" });
            });
        }
        for team in Team::ALL {
            self.sheets.row(Table::Teams, |row| {
                row.plain(team.name());
                row.plain(team.name());
                row.plain("Customer Service");
                row.plain("support");
            });
        }
    }

    fn write_customers(&mut self) -> Result<(), Error> {
        for number in 0..self.customers.count() {
            let person = self.customers.get(number);
            let local = self.clock.local(person.since);
            let domain = if person.is_employee { "vondelware.example" } else { "mail.example" };
            self.sheets.row(Table::Customers, |row| {
                row.customer(Some(number));
                row.text(&format!("{}, {}", person.last_name, person.first_name));
                row.plain(&format!("customer{}@{domain}", number + 1));
                row.plain(person.segment);
                row.plain(person.plan);
                row.plain(person.industry);
                row.plain(person.country);
                row.plain(person.region);
                row.plain(LANGUAGES[person.language]);
                row.date(local);
                row.number(person.points.into());
            });
            if number % 100_000 == 0 {
                self.sheets.check()?;
            }
        }
        Ok(())
    }

    fn tickets_open(&self) -> u64 {
        self.tickets.present().filter(|ticket| ticket.solved_at.is_none()).count() as u64
    }
}
