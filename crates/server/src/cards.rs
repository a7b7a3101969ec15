//! Cards of a workspace: finding one, asking its figures, taking one apart.

use std::collections::{BTreeMap, BTreeSet};

use catalogue::answer::{Answer, Quality};
use catalogue::file::{Problems, suggest};
use catalogue::metric::Metric;
use catalogue::plan::{dimensions, lacking};
use catalogue::question::{Principal, Question};
use catalogue::source::SourceText;
use model::Instant;
use model::calendar::{Compare, DateRange, Grain};
use scorecard::{Cascade, Cut, Definition, Kpi, Level, Parts, Scorecard, View};

use crate::ServerError;
use crate::ask::Reader;
use crate::workspace::Workspace;

/// The card that is shown where none is named.
pub const COMPANY: &str = "company";

/// The dimensions that a figure is taken apart by where nothing is said, the first that its metric has.
const USUAL: [&str; 2] = ["team", "channel"];
/// The dimension of those who answer.
const AGENT: &str = "agent";

/// Values by dimension, as in [`Question::only`].
type Held = BTreeMap<String, Vec<Option<String>>>;

/// What a card is built over.
pub(crate) struct Over {
    /// Days of its figures.
    pub range: DateRange,
    /// What they are compared with.
    pub compare: Option<Compare>,
    /// Length of the periods of trends, where it is not left to the range.
    pub trend: Option<Grain>,
    /// Values it is held to beside its own.
    pub only: Held,
}

impl Workspace {
    /// The card called `name`: its file without `.toml`.
    ///
    /// # Errors
    /// There is none, or its file has errors.
    pub fn card(&self, name: &str) -> Result<&Definition, ServerError> {
        if let Some(definition) = self.scorecards.get(name) {
            return Ok(definition);
        }
        let path = format!("scorecards/{name}.toml");
        if self.problems.iter().any(|problem| problem.file == path) {
            let own = self.problems.iter().filter(|problem| problem.file == path);
            return Err(ServerError::Problems(own.cloned().collect()));
        }
        let message = match self.scorecards.is_empty() {
            true => "there is no card: the workspace has no scorecards/NAME.toml".to_owned(),
            false => format!("there is no card `{name}`"),
        };
        Err(ServerError::NotFound { message, help: suggest(name, self.scorecards.keys().map(String::as_str)) })
    }
}

/// The KPI called `id` on `card`, by its id there or by that of its metric.
///
/// # Errors
/// There is none; with the cards that have it.
pub fn kpi_of<'c>(workspace: &Workspace, card: &'c Definition, id: &str) -> Result<&'c Kpi, ServerError> {
    find_kpi(card, id).ok_or_else(|| {
        let message = format!("there is no KPI `{id}` on the card `{}`", card.name);
        let elsewhere = workspace.scorecards.iter().filter(|(_, other)| find_kpi(other, id).is_some());
        let elsewhere: Vec<String> = elsewhere.map(|(name, _)| format!("`{name}`")).collect();
        let help = match elsewhere.as_slice() {
            [] => suggest(id, card.kpis.iter().map(|kpi| kpi.id.as_str())),
            [one] => Some(format!("it is on the card {one}: name that card")),
            several => Some(format!("it is on the cards {}: name one of them", several.join(", "))),
        };
        ServerError::NotFound { message, help }
    })
}

fn find_kpi<'c>(card: &'c Definition, id: &str) -> Option<&'c Kpi> {
    card.kpi(id).or_else(|| card.kpis.iter().find(|kpi| kpi.metric == id))
}

impl Reader {
    /// The scorecard `definition` over `range`, held to the values `only` beside its own.
    ///
    /// # Errors
    /// As [`Reader::ask`]; a dimension that no metric on the card has; values that the card has nothing of.
    pub async fn scorecard(
        &self,
        definition: &Definition,
        range: DateRange,
        compare: Option<Compare>,
        only: Held,
        principal: &Principal,
        now: Instant,
    ) -> Result<Scorecard, ServerError> {
        let over = Over { range, compare, trend: None, only };
        let mut card = self.build_card(definition, over, principal, now).await?;
        self.place_reviews(&mut card, definition)?;
        Ok(card)
    }

    /// A card without what the journal says of it.
    pub(crate) async fn build_card(
        &self,
        definition: &Definition,
        over: Over,
        principal: &Principal,
        now: Instant,
    ) -> Result<Scorecard, ServerError> {
        let cut = self.cut(definition, over.only)?;
        let Workspace { organisation, catalogue, scorecards, .. } = &*self.workspace;
        let asked = scorecard::questions(definition, &over.range, over.compare, over.trend, organisation, now);
        let mut asked: Vec<Option<Question>> = asked.into_iter().map(|question| cut.question(question)).collect();
        let mut answers = self.ask_some(asked.clone(), principal, now).await?;
        if over.trend.is_none() {
            // a trend of which hardly a period has enough for a figure is no picture
            for grain in [Grain::Week, Grain::Month] {
                let known = (asked.as_slice(), answers.as_slice());
                let anew = scorecard::coarser(definition, &over.range, grain, known, organisation, now);
                let (places, anew): (Vec<usize>, Vec<Option<Question>>) =
                    anew.into_iter().map(|(place, question)| (place, cut.question(question))).unzip();
                if anew.is_empty() {
                    continue;
                }
                let found = self.ask_some(anew.clone(), principal, now).await?;
                for ((place, question), found) in places.into_iter().zip(anew).zip(found) {
                    if scorecard::shown(&found) > answers.get(place).and_then(|known| scorecard::shown(known)) {
                        (asked[place], answers[place]) = (question, found);
                    }
                }
            }
        }
        self.explain_totals(&over.range, &asked, &mut answers, principal, now).await?;
        let above = definition.parent.as_ref().and_then(|parent| scorecards.get(&parent.value));
        let view = View { range: &over.range, today: organisation.today(now), cut: &cut, above };
        let card = scorecard::build(definition, catalogue, &view, &answers)?;
        Ok(Scorecard { as_defined_on: self.defined_on.as_ref().map(|defined| defined.day), ..card })
    }

    /// Gives the figures of a whole card that are no data their reason. What has a figure costs nothing, and no period of a
    /// trend is looked into.
    async fn explain_totals(
        &self,
        range: &DateRange,
        asked: &[Option<Question>],
        answers: &mut [Vec<Answer>],
        principal: &Principal,
        now: Instant,
    ) -> Result<(), ServerError> {
        let is_total = |question: &&Question| question.grain == Grain::Total && question.range == *range;
        let lacks = |answers: &[Answer]| {
            answers.iter().flat_map(|answer| &answer.rows).any(|row| row.quality == Quality::NoData)
        };
        let of_total = asked.iter().zip(answers).filter_map(|(question, answers)| {
            let question = question.as_ref().filter(is_total).filter(|_| lacks(answers))?;
            Some((question.clone(), answers))
        });
        let (questions, mut places): (Vec<Question>, Vec<&mut Vec<Answer>>) = of_total.unzip();
        let mut found: Vec<Vec<Answer>> = places.iter_mut().map(|answers| std::mem::take(*answers)).collect();
        self.explain(&mut found, &questions, principal, now).await?;
        for (place, found) in places.into_iter().zip(found) {
            *place = found;
        }
        Ok(())
    }

    /// What the figures of the card `definition` over `range` are asked as, held to the values `only` beside its own; not
    /// of metrics that cannot be.
    ///
    /// # Errors
    /// As [`Reader::scorecard`].
    pub fn card_questions(
        &self,
        definition: &Definition,
        range: &DateRange,
        only: Held,
    ) -> Result<Vec<Question>, ServerError> {
        let cut = self.cut(definition, only)?;
        Ok(scorecard::figures(definition, range).into_iter().filter_map(|question| cut.question(question)).collect())
    }

    /// Where the figure of `kpi` on `card` over `range` comes from: the cards right below where there are any and no
    /// dimension `by` is asked for; the agents where the card below is that of each of them.
    ///
    /// # Errors
    /// As [`Reader::ask`]; a dimension that the metric does not have.
    pub async fn cascade(
        &self,
        card: &Definition,
        kpi: &Kpi,
        by: Option<&str>,
        range: DateRange,
        principal: &Principal,
        now: Instant,
    ) -> Result<Cascade, ServerError> {
        let workspace = &self.workspace;
        let metric = workspace.catalogue.find(&kpi.metric).map_err(|problem| ServerError::Problems(vec![*problem]))?;
        let below = scorecard::children(&workspace.scorecards, &card.name);
        let attributes = self.store.snapshot()?.attributes;
        // a card that is held to a dimension the metric lacks has no part in it
        let has_part =
            |child: &&Definition| lacking(metric, child.only.keys(), &workspace.catalogue, &attributes).is_empty();
        let below = below.filter_map(|name| workspace.scorecards.get(name)).filter(has_part);
        let below: Vec<&Definition> = below.collect();
        let own = dimensions(metric, &workspace.catalogue, &attributes);
        let usual = || USUAL.into_iter().find(|name| own.contains_key(*name));
        // one card may stand for every agent of a team: each of them is a part, and the card all of them; one that is held to
        // less than this card, as to a channel, is a part by itself
        let whole = card.held_to();
        let is_as_wide = |child: &Definition| child.held_to().iter().all(|(name, held)| whole.get(name) == Some(held));
        let is_of_each =
            |child: &&Definition| child.level == Level::Agent && !child.only.contains_key(AGENT) && is_as_wide(child);
        let are_agents = !below.is_empty() && below.iter().all(is_of_each) && own.contains_key(AGENT);
        let parts = match by {
            Some(by) => Parts::Values(by),
            None if are_agents => Parts::Values(AGENT),
            None if !below.is_empty() => Parts::Cards(&below),
            None => Parts::Values(usual().ok_or_else(|| {
                let valid: Vec<String> = own.keys().map(|name| format!("`{name}`")).collect();
                let message =
                    format!("there is no card below `{}`: say by which dimension it is taken apart", card.name);
                let help = (!valid.is_empty()).then(|| format!("`by`, one of {}", valid.join(", ")));
                ServerError::NotFound { message, help }
            })?),
        };
        let asked = scorecard::cascade_questions(card, kpi, &range, parts);
        let answers = self.ask_some(asked, principal, now).await?;
        Ok(scorecard::cascade(card, kpi, metric, &range, parts, &answers))
    }

    /// The answers of those questions that there are, an empty list for the others.
    pub(crate) async fn ask_some(
        &self,
        asked: Vec<Option<Question>>,
        principal: &Principal,
        now: Instant,
    ) -> Result<Vec<Vec<Answer>>, ServerError> {
        let questions: Vec<Question> = asked.iter().flatten().cloned().collect();
        let mut answers = self.ask(&questions, principal, now).await?.into_iter();
        Ok(asked.iter().map(|question| question.as_ref().and_then(|_| answers.next()).unwrap_or_default()).collect())
    }

    /// What the card is held to, `only` beside its own values, and which of its metrics can be.
    pub(crate) fn cut(&self, definition: &Definition, only: Held) -> Result<Cut, ServerError> {
        let attributes = self.store.snapshot()?.attributes;
        let catalogue = &self.workspace.catalogue;
        let of_kpis = definition.kpis.iter().map(|kpi| &kpi.metric);
        let ids: BTreeSet<&String> = of_kpis.chain(definition.gates.iter().map(|gate| &gate.metric)).collect();
        let metrics: Vec<&Metric> = ids.iter().filter_map(|id| catalogue.get(id)).collect();
        let own = definition.held_to();
        let held = scorecard::both(&own, &only);
        let mut problems = Problems::default();
        let mut complain = |name: &str, code: &'static str, message: String, help: Option<String>| {
            let file = SourceText { path: "--only".to_owned(), text: name.to_owned() };
            problems.error(&file, 0..name.len(), code, message, help);
        };
        for (name, _) in held.iter().filter(|(_, values)| values.is_empty()) {
            let values = own.get(name).into_iter().flatten().flatten();
            let valid: Vec<String> = values.map(|value| format!("`{value}`")).collect();
            let message = format!("the card `{}` is held to another {name}", definition.name);
            complain(name, "wrong_value", message, Some(format!("valid: {}", valid.join(", "))));
        }
        let of = |metric: &&Metric| (metric.id.clone(), lacking(metric, held.keys(), catalogue, &attributes));
        let lacking: BTreeMap<String, Vec<String>> = metrics.iter().map(of).collect();
        for name in only.keys().filter(|name| lacking.values().all(|names| names.contains(name))) {
            let valid: BTreeSet<String> =
                metrics.iter().flat_map(|metric| dimensions(metric, catalogue, &attributes).into_keys()).collect();
            let message = format!("no metric on the card has a dimension `{name}`");
            complain(name, "unknown_dimension", message, suggest(name, valid.iter().map(String::as_str)));
        }
        if problems.has_errors() {
            return Err(ServerError::Problems(problems.into_sorted()));
        }
        let lacking = lacking.into_iter().filter(|(_, names)| !names.is_empty()).collect();
        let wrong = ids.iter().filter_map(|id| {
            let problem = catalogue.get(id).is_none().then(|| catalogue.find(id).err()).flatten()?;
            Some(((*id).clone(), problem.message))
        });
        let mut wrong: BTreeMap<String, String> = wrong.collect();
        wrong.extend(self.defined_on.iter().flat_map(|defined| defined.unknown.clone()));
        let labels = self.labels_of(&held)?;
        Ok(Cut { is_part: held != own, only: held, labels, lacking, wrong })
    }
}
