//! What the journal amounts to.

use std::collections::BTreeMap;

use catalogue::metric::Metric;
use catalogue::source::SourceText;
use jiff::civil::Date;
use model::Instant;

use super::closing::Closed;
use super::event::{Archived, Event, Recorded, Signed};
use super::name::same_name;
use super::subject::{Kind, Subject};
use super::text::{Text, metric_text};

/// All that was done, by subject. Only the order of what was done to one subject counts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    /// Number of the last entry that is in it; 0 before the first.
    pub last: u64,
    /// When the first entry was made.
    pub since: Option<Instant>,
    /// When the last one was made, but for those that a page was looked at, which the program notes by itself.
    pub until: Option<Instant>,
    /// Entries that a newer version wrote, which are not in it.
    pub unknown: u64,
    subjects: BTreeMap<Subject, History>,
    announcements: BTreeMap<u64, Announcement>,
    definitions: BTreeMap<String, Vec<DefinitionText>>,
    closings: BTreeMap<(String, Date, Date), Vec<Closing>>,
}

/// Kind of the entries that a page was looked at.
const VIEWED: &str = "viewed";

/// What was done to one subject.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    /// When it was last confirmed, approved or changed.
    pub reviewed: Option<Mark>,
    /// What was signed, in order. Only the last one stands: a text of before is signed anew when it comes back.
    pub rounds: Vec<Round>,
    /// How it was changed, in order.
    pub changes: Vec<Change>,
    /// Of a target what it said whenever it was signed or changed, as JSON, in order; earlier versions kept it of changes
    /// only.
    pub said: Vec<(Instant, String)>,
    /// What was said about it, in order.
    pub comments: Vec<Comment>,
    /// Whether it takes two people although its text may ask for one: what was signed last asked for two, and no two have
    /// signed a text that asks for less.
    pub second_person: bool,
    /// Who took it out of use; none where it is in use.
    pub retired: Option<Mark>,
    /// Whether it took two to take it out of use; it then takes two to put it back.
    pub retired_by_two: bool,
    /// Who wants it out of use, where a second person has to.
    pub retiring: Option<Mark>,
    /// When each person last looked at its page.
    pub viewed: BTreeMap<String, Instant>,
}

/// Who, when and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// When.
    pub at: Instant,
    /// Who.
    pub by: String,
    /// Why; empty where nothing was said.
    pub reason: String,
}

/// A text, and the names under it.
#[derive(Clone, Debug, PartialEq)]
pub struct Round {
    /// Hash of the text.
    pub hash: String,
    /// Of a metric, hashes of the definitions it is made of, by their ids; none where an earlier version signed it.
    pub inputs: BTreeMap<String, String>,
    /// Number in the journal of the last name under it.
    pub number: u64,
    /// The names, in order.
    pub signatures: Vec<Signature>,
}

impl Round {
    /// Whether enough people have signed it, and one of them approved it.
    pub fn is_approved(&self, second_person: bool) -> bool {
        let needed = if second_person { 2 } else { 1 };
        self.signatures.iter().any(|signature| signature.approves) && self.signatures.len() >= needed
    }
}

/// A name under a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Signature {
    /// Whose.
    pub by: String,
    /// When.
    pub at: Instant,
    /// Whether they approved it; otherwise they wrote it.
    pub approves: bool,
}

/// A change, with what it was changed to.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Number in the journal.
    pub number: u64,
    /// Who, when and why.
    pub mark: Mark,
    /// What it says since then, as JSON.
    pub text: String,
}

/// Something said.
#[derive(Clone, Debug, PartialEq)]
pub struct Comment {
    /// Number in the journal.
    pub number: u64,
    /// When.
    pub at: Instant,
    /// Who.
    pub by: String,
    /// What.
    pub text: String,
}

/// Something told to everybody concerned.
#[derive(Clone, Debug, PartialEq)]
pub struct Announcement {
    /// What it is about.
    pub subject: Subject,
    /// When.
    pub at: Instant,
    /// Who told.
    pub by: String,
    /// What.
    pub text: String,
    /// Who acknowledged it, and when, in order.
    pub acknowledged: Vec<(String, Instant)>,
}

/// A definition that was in force.
#[derive(Clone, Debug, PartialEq)]
pub struct DefinitionText {
    /// Number in the journal.
    pub number: u64,
    /// The definition.
    pub archived: Archived,
}

/// A period that was closed.
#[derive(Clone, Debug, PartialEq)]
pub struct Closing {
    /// Number in the journal.
    pub number: u64,
    /// When.
    pub at: Instant,
    /// Who.
    pub by: String,
    /// What it was closed with.
    pub closed: Closed,
}

/// What `entries`, in the order of the journal, amount to.
pub fn replay<'r>(entries: impl IntoIterator<Item = &'r Recorded>) -> State {
    let mut state = State::default();
    for entry in entries {
        state.apply(entry);
    }
    state
}

impl State {
    /// Takes in the next entry.
    pub fn apply(&mut self, entry: &Recorded) {
        self.last = self.last.max(entry.number);
        self.since = Some(self.since.map_or(entry.at, |since| since.min(entry.at)));
        if entry.kind != VIEWED {
            self.until = self.until.max(Some(entry.at));
        }
        let Ok((subject, event)) = entry.event() else {
            self.unknown += 1;
            return;
        };
        let mark = |reason: &str| Mark { at: entry.at, by: entry.actor.clone(), reason: reason.to_owned() };
        match event {
            Event::Confirm { reason, archived, .. } => {
                let history = self.history_mut(&subject);
                history.reviewed = Some(mark(&reason));
                // whoever says that it is right as it is does not want it gone any more
                history.retiring.take_if(|first| same_name(&first.by, &entry.actor));
                self.keep(entry.number, archived);
            }
            Event::Approve { reason, texts, second_person, archived } => {
                let known = self.history(&subject);
                let takes_two =
                    second_person || known.is_some_and(|history| history.second_person || history.retired_by_two);
                for text in texts {
                    let Signed { subject: of, hash, text, inputs } = text;
                    let signatures = self.sign(&of, hash, inputs, entry, true);
                    let history = self.history_mut(&of);
                    history.said.extend(text.map(|said| (entry.at, said)));
                    // the first of two has not decided yet
                    if signatures >= if takes_two || history.second_person { 2 } else { 1 } {
                        history.reviewed = Some(mark(reason.as_deref().unwrap_or_default()));
                    }
                    // what is on a card is not taken back into use with it
                    if of == subject {
                        history.put_back(signatures);
                        history.second_person = second_person || (history.second_person && signatures < 2);
                    }
                }
                self.keep(entry.number, archived);
            }
            Event::Change { reason, hash, text, inputs, texts, archived } => {
                let signatures = self.sign(&subject, hash, inputs, entry, false);
                let history = self.history_mut(&subject);
                history.reviewed = Some(mark(&reason));
                history.put_back(signatures);
                if subject.kind == Kind::Target {
                    history.said.push((entry.at, text.clone()));
                }
                history.changes.push(Change { number: entry.number, mark: mark(&reason), text });
                for part in texts {
                    self.sign(&part.subject, part.hash, part.inputs, entry, false);
                    let history = self.history_mut(&part.subject);
                    history.said.extend(part.text.map(|said| (entry.at, said)));
                }
                self.keep(entry.number, archived);
            }
            Event::Retire { reason, second_person } => {
                self.history_mut(&subject).retire(mark(&reason), second_person);
            }
            Event::Comment { text } => {
                let comment = Comment { number: entry.number, at: entry.at, by: entry.actor.clone(), text };
                self.history_mut(&subject).comments.push(comment);
            }
            Event::Announce { text } => {
                let announcement =
                    Announcement { subject, at: entry.at, by: entry.actor.clone(), text, acknowledged: Vec::new() };
                self.announcements.insert(entry.number, announcement);
            }
            Event::Acknowledge { announcement } => {
                if let Some(announcement) = self.announcements.get_mut(&announcement)
                    && !announcement.acknowledged.iter().any(|(name, _)| same_name(name, &entry.actor))
                {
                    announcement.acknowledged.push((entry.actor.clone(), entry.at));
                }
            }
            Event::Viewed {} => {
                let last = self.history_mut(&subject).viewed.entry(entry.actor.clone()).or_insert(entry.at);
                *last = entry.at.max(*last);
            }
            Event::Closed(mut closed) => {
                self.keep(entry.number, std::mem::take(&mut closed.archived));
                let key = (subject.id, closed.from, closed.to);
                let closing = Closing { number: entry.number, at: entry.at, by: entry.actor.clone(), closed };
                self.closings.entry(key).or_default().push(closing);
            }
        }
    }

    /// What was done to `subject`.
    pub fn history(&self, subject: &Subject) -> Option<&History> {
        self.subjects.get(subject)
    }

    /// The names under `text`, where it is the one that was signed last, and all it is made of is what it was then.
    pub fn current(&self, text: &Text) -> Option<&Round> {
        let last = self.history(&text.subject)?.rounds.last()?;
        let is_it = last.hash == text.hash || text.spelled.as_ref() == Some(&last.hash);
        (is_it && self.changed_inputs(last, &text.inputs).is_empty()).then_some(last)
    }

    /// Ids of those of `inputs`, hashes of definitions by their ids, that were others when `round` was signed. Where an
    /// earlier version signed it, what was kept of them by then tells.
    pub fn changed_inputs(&self, round: &Round, inputs: &BTreeMap<String, String>) -> Vec<String> {
        let kept = |id: &str| {
            let known = self.definitions.get(id)?.iter().filter(|text| text.number <= round.number);
            known.max_by_key(|text| text.number).map(|text| text.archived.hash.as_str())
        };
        let is_other = |(id, hash): &(&String, &String)| match round.inputs.is_empty() {
            true => kept(id).is_some_and(|then| then != hash.as_str()),
            false => round.inputs.get(*id) != Some(*hash),
        };
        inputs.iter().filter(is_other).map(|(id, _)| id.clone()).collect()
    }

    /// Every subject something was done to.
    pub fn subjects(&self) -> impl Iterator<Item = (&Subject, &History)> {
        self.subjects.iter()
    }

    /// What was announced, by number, oldest first.
    pub fn announcements(&self) -> impl Iterator<Item = (u64, &Announcement)> {
        self.announcements.iter().map(|(number, announcement)| (*number, announcement))
    }

    /// How the card was closed last over these days.
    pub fn closing(&self, card: &str, from: Date, to: Date) -> Option<&Closing> {
        self.closings_of(card, from, to).last()
    }

    /// How the card was closed over these days, each time, the first time first.
    pub fn closings_of(&self, card: &str, from: Date, to: Date) -> &[Closing] {
        self.closings.get(&(card.to_owned(), from, to)).map_or(&[], Vec::as_slice)
    }

    /// Every closed period as it was closed last, by card and first day.
    pub fn closings(&self) -> impl Iterator<Item = (&str, &Closing)> {
        self.closings.iter().filter_map(|((card, _, _), closings)| Some((card.as_str(), closings.last()?)))
    }

    /// Every close of the card `name`, also those that another one followed.
    pub fn every_close<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'s Closing> {
        self.closings.iter().filter(move |((card, _, _), _)| card == name).flat_map(|(_, closings)| closings)
    }

    /// The definition of `metric` that was in force on `date`: that which holds from the latest day up to then; of two
    /// from one day the later written.
    pub fn in_force(&self, metric: &str, date: Date) -> Option<&DefinitionText> {
        let known = self.definitions.get(metric)?.iter().filter(|text| text.archived.in_force_from <= date);
        known.max_by_key(|text| (text.archived.in_force_from, text.number))
    }

    /// The first day of which a definition of `metric` is known.
    pub fn known_since(&self, metric: &str) -> Option<Date> {
        self.definitions.get(metric)?.iter().map(|text| text.archived.in_force_from).min()
    }

    /// What is to be kept of `metric` when it is confirmed, approved or changed on the day `today`; none where that is
    /// known. It holds from the day `from`; where none is said from the day its file names, unless another text claims
    /// that day or a later one: then from today. That is one that was kept, or the one `shipped` under its id.
    pub fn archive(
        &self,
        metric: &Metric,
        shipped: Option<&Metric>,
        from: Option<Date>,
        today: Date,
    ) -> Option<Archived> {
        let hash = metric_text(metric).hash;
        let known = self.definitions.get(&metric.id).map_or(&[][..], Vec::as_slice);
        let is_claimed = || {
            let others = known.iter().filter(|text| text.archived.hash != hash);
            let others = others.map(|text| text.archived.in_force_from);
            let shipped = shipped.filter(|shipped| known.is_empty() && metric_text(shipped).hash != hash);
            let last = others.chain(shipped.map(|shipped| shipped.effective)).max();
            last.is_some_and(|last| last >= metric.effective)
        };
        let is_last = known.iter().max_by_key(|text| text.number).is_some_and(|text| text.archived.hash == hash);
        if from.is_none() && is_last {
            return None;
        }
        let in_force_from = from.unwrap_or_else(|| if is_claimed() { today } else { metric.effective });
        let SourceText { path: file, text } = metric.file.clone();
        Some(Archived { metric: metric.id.clone(), hash, in_force_from, file, text })
    }

    /// Puts a name under a text, which then is the last one of its subject; how many there are under it.
    fn sign(
        &mut self,
        subject: &Subject,
        hash: String,
        inputs: BTreeMap<String, String>,
        entry: &Recorded,
        approves: bool,
    ) -> usize {
        let last = self.history(subject).and_then(|history| history.rounds.last());
        let is_last = last.is_some_and(|last| last.hash == hash && self.changed_inputs(last, &inputs).is_empty());
        let (number, at, by) = (entry.number, entry.at, entry.actor.as_str());
        let history = self.history_mut(subject);
        if !is_last {
            history.rounds.push(Round { hash, inputs: BTreeMap::new(), number, signatures: Vec::new() });
        }
        let Some(round) = history.rounds.last_mut() else { return 0 };
        round.number = number;
        if !inputs.is_empty() {
            round.inputs = inputs;
        }
        let own = round.signatures.iter_mut().find(|signature| same_name(&signature.by, by));
        match own {
            // who wrote it and approves it then has one name under it still
            Some(own) if approves && !own.approves => *own = Signature { at, approves, by: own.by.clone() },
            Some(_) => {}
            None => round.signatures.push(Signature { by: by.to_owned(), at, approves }),
        }
        round.signatures.len()
    }

    fn history_mut(&mut self, subject: &Subject) -> &mut History {
        self.subjects.entry(subject.clone()).or_default()
    }

    fn keep(&mut self, number: u64, archived: Vec<Archived>) {
        for archived in archived {
            let of_it = self.definitions.entry(archived.metric.clone()).or_default();
            of_it.push(DefinitionText { number, archived });
        }
    }
}

impl History {
    /// Takes it out of use, once two want it where it takes two. Back in use it is signed anew: who signed it before it
    /// went does not count.
    fn retire(&mut self, mark: Mark, second_person: bool) {
        let is_first = self.retiring.is_none();
        match self.retiring.take() {
            Some(first) if second_person && same_name(&first.by, &mark.by) => self.retiring = Some(first),
            Some(first) => {
                let by = format!("{} and {}", first.by, mark.by);
                self.retired = Some(Mark { by, ..mark });
            }
            None if second_person => self.retiring = Some(mark),
            None => self.retired = Some(mark),
        }
        if self.retired.is_some() {
            self.retired_by_two = !is_first;
            self.rounds.clear();
        }
    }

    /// Takes it back into use, with so many `signatures` under its text: two, where it took two to take it out.
    fn put_back(&mut self, signatures: usize) {
        if !self.retired_by_two || signatures >= 2 {
            (self.retired, self.retiring, self.retired_by_two) = (None, None, false);
        }
    }
}
