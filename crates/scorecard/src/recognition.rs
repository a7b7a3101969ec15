//! Who can be recognised for a KPI, and why: whoever clearly improved, and where work is the same whoever is clearly best.
//!
//! Improvement comes first: it is fair whatever work somebody has. Others are a yardstick only among those who do the same
//! kinds of work, with enough of it, and beyond what chance explains. How much that is depends on how many are looked at
//! together: whoever looks at hundreds finds somebody. A metric that is met by treating customers worse, or that is about
//! staff itself, is no goal of a team or an agent at all.

use std::collections::BTreeMap;

use catalogue::Catalogue;
use catalogue::answer::{AnswerRow, Quality};
use catalogue::expression::{Expr, Operator};
use catalogue::margin::Z;
use catalogue::metric::{Direction, MeasureKind, Metric, Unit};
use catalogue::plan::{LineUnit, Measure};
use catalogue::question::Question;
use model::FactTable;
use serde::Serialize;
use statrs::function::erf::erfc;
use utoipa::ToSchema;

use crate::declare::{planned, probe};
use crate::definition::Kpi;
use crate::lint::chosen_texts;
use crate::mix::{Mix, alike};
use crate::questions::{subject, subject_of};
use crate::target::least_sample;
use crate::template::balance;
use crate::words;

/// Whether somebody can be recognised for a KPI, and why.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Eligibility {
    /// Id of the KPI on the card.
    pub kpi: String,
    /// Its name.
    pub name: String,
    /// Team or agent; null where nobody can be, whoever it is.
    pub who: Option<String>,
    /// Their name, where records give one.
    pub label: Option<String>,
    /// On what ground.
    pub ground: Ground,
    /// Unit of the values.
    pub unit: Unit,
    /// Value.
    pub value: Option<f64>,
    /// Sample size.
    pub n: u64,
    /// Change since the period before.
    pub change: Option<f64>,
    /// Why, in words.
    pub reason: String,
}

/// On what ground somebody is recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Ground {
    /// Clearly better than before.
    Improvement,
    /// Clearly best of those who do the same kinds of work.
    Comparison,
    /// On none.
    None,
}

impl Ground {
    /// The name in files and answers.
    pub fn name(self) -> &'static str {
        match self {
            Ground::Improvement => "improvement",
            Ground::Comparison => "comparison",
            Ground::None => "none",
        }
    }
}

/// Why a metric is no goal of a team or an agent; none where it can be.
pub fn no_goal(metric: &Metric) -> Option<String> {
    if balance().never_agent_targets.contains(&metric.id) {
        return Some("no goal: it is met by treating customers worse".to_owned());
    }
    if metric.privacy.is_some() {
        return Some("no goal: it is about staff, who would be known by it".to_owned());
    }
    (metric.direction == Direction::Range).then(|| "no goal: it is best neither high nor low".to_owned())
}

/// How much more often rows of one outcome belong to nobody than those of the other, at most.
const MOST_OF_NOBODY: f64 = 0.2;
/// Fewest rows of nobody that say anything.
const FEWEST_OF_NOBODY: f64 = 5.0;

/// Why `rows`, by team or agent, say too little of each; none where they can be taken as they are. Whoever gave up
/// waiting reached nobody: where calls that were abandoned have no team, no team has any, and all seem perfect.
pub fn of_nobody(metric: &Metric, line: Option<LineUnit>, rows: &[AnswerRow], whose: &str) -> Option<String> {
    let is_of_rows = matches!(metric.measure.kind, MeasureKind::Share | MeasureKind::Ratio | MeasureKind::Derived);
    if !is_of_rows || line != Some(LineUnit::COUNTS) {
        return None;
    }
    let sides = |row: &AnswerRow| row.numerator.zip(row.denominator).map(|(above, below)| [above, below - above]);
    let mut all = [0.0, 0.0];
    let mut of_nobody = [0.0, 0.0];
    for row in rows {
        let Some(counted) = sides(row) else { continue };
        let is_nobody = row.by.get(whose).is_some_and(Option::is_none);
        for (side, counted) in counted.into_iter().enumerate() {
            all[side] += counted;
            of_nobody[side] += if is_nobody { counted } else { 0.0 };
        }
    }
    if all.iter().chain(&of_nobody).any(|counted| *counted < 0.0) || all.contains(&0.0) {
        return None;
    }
    let shares = [of_nobody[0] / all[0], of_nobody[1] / all[1]];
    if (shares[0] - shares[1]).abs() <= MOST_OF_NOBODY {
        return None;
    }
    let (side, what) = if shares[0] > shares[1] { (0, "what it counts") } else { (1, "what it does not count") };
    if of_nobody[side] < FEWEST_OF_NOBODY {
        return None;
    }
    let count = |number: f64| words::figure(Some(number), Unit::Count);
    let (nobody, of) = (count(of_nobody[side]), count(all[side]));
    Some(format!("no {whose}’s figure is whole: of {what} {nobody} of {of} have no {whose}"))
}

/// What the figures say of a team or agent, before it is known among how many they were looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct Examined {
    told: Eligibility,
    /// What may be said for them, the better ground first; none where there is nothing to go by.
    claims: Vec<Claim>,
}

/// Something that may be said for somebody.
#[derive(Clone, Debug, PartialEq)]
struct Claim {
    ground: Ground,
    /// How likely chance alone shows as much; null where that is not known, so that nothing can be claimed.
    chance: Option<f64>,
    /// Whether it would be clear were it the only one looked at.
    is_clear: bool,
    /// What is claimed.
    claim: String,
    /// Why it is not, where it is not clear by itself.
    not_clear: String,
}

impl Claim {
    fn none(ground: Ground, why: String) -> Claim {
        Claim { ground, chance: None, is_clear: false, claim: String::new(), not_clear: why }
    }
}

impl Claim {
    /// The same of somebody for whom, for the worse, `worse` has changed.
    fn bought_with(self, worse: &str) -> Claim {
        match self.is_clear {
            true => {
                Claim { is_clear: false, not_clear: format!("{}, while for the worse: {worse}", self.claim), ..self }
            }
            false => self,
        }
    }
}

impl Examined {
    /// Of whom nothing can be said, whatever else is looked at.
    pub fn nothing(told: Eligibility) -> Examined {
        Examined { told: Eligibility { ground: Ground::None, ..told }, claims: Vec::new() }
    }
}

/// A metric that gets worse where another is pushed too hard, or that says whom its figures are of: its rows by team or
/// agent, compared as theirs are.
#[derive(Clone, Debug)]
pub struct Watched<'m> {
    /// The metric.
    pub metric: &'m Metric,
    /// Its figures.
    pub rows: BTreeMap<String, AnswerRow>,
}

/// Least part by which a share of customers that were asked, or that answered, has to fall before figures of the answers
/// are of others than before.
const FEWER_ASKED: f64 = 0.1;
/// Metrics that say of how many customers answers are.
const ASKED: [&str; 2] = ["survey_coverage", "csat_response_rate"];

/// What is asked of all that is to be watched where somebody is recognised for `kpi`: of what holds it honest by its card,
/// or else its metric; and of whom was asked where it is of answers. What is of surveys is asked of the survey that it is of.
pub fn watched(kpi: &Kpi, metric: &Metric, catalogue: &Catalogue) -> Vec<Question> {
    let answered = surveys(kpi, FactTable::SurveyAnswer, catalogue);
    let offered = surveys(kpi, FactTable::SurveyOffer, catalogue);
    let surveys = if answered.is_empty() { &offered } else { &answered };
    let usual = |metric: &Metric| metric.defaults().get(INSTRUMENT).cloned();
    let asked = ASKED.into_iter().filter(|_| !answered.is_empty());
    let mut found: Vec<Question> = Vec::new();
    for id in kpi.counterbalances.iter().map(String::as_str).chain(asked).filter(|id| *id != kpi.metric) {
        let Some(other) = catalogue.get(id) else { continue };
        let is_of_survey = ASKED.contains(&id) || usual(other).is_some_and(|own| usual(metric) == Some(own));
        let questions = match surveys.as_slice() {
            [_, ..] if is_of_survey => surveys.iter().map(|survey| of_survey(id, survey, kpi, catalogue)).collect(),
            _ => vec![subject_of(id, None)],
        };
        for question in questions {
            if !found.contains(&question) {
                found.push(question);
            }
        }
    }
    found
}

/// Name of the parameter that says to which question of a survey answers are, and of the column.
const INSTRUMENT: &str = "instrument";

/// The surveys that the rows of `table` are of which a KPI is made of; none where it is of none, or does not say of which.
fn surveys(kpi: &Kpi, table: FactTable, catalogue: &Catalogue) -> Vec<String> {
    // a filter by what only the records know leaves the survey as it is
    let whole = || planned(&Question { filter: None, ..subject(kpi) }, catalogue);
    let Some(plan) = planned(&subject(kpi), catalogue).or_else(whole) else { return Vec::new() };
    let mut found: Vec<String> = Vec::new();
    for leaf in plan.leaves().into_iter().filter(|leaf| leaf.table == table) {
        let conditions = leaf.population.conditions();
        let texts = conditions.into_iter().find_map(|condition| chosen_texts(condition, INSTRUMENT));
        for text in texts.into_iter().flatten() {
            if !found.contains(&text) {
                found.push(text);
            }
        }
    }
    found
}

/// What is asked of `id` about `survey`: of the part of it that the KPI is of, where whom it counts can be told apart so, too.
fn of_survey(id: &str, survey: &str, kpi: &Kpi, catalogue: &Catalogue) -> Question {
    let parameters = BTreeMap::from([(INSTRUMENT.to_owned(), survey.to_owned())]);
    let all = Question { parameters, ..subject_of(id, None) };
    let filter = kpi.filter.as_ref().map(|filter| filter.value.clone());
    let part = Question { filter, ..all.clone() };
    if planned(&part, catalogue).is_some() { part } else { all }
}

/// What is asked of how much work there was, where somebody is recognised for a number of things that goes with it: what a
/// rate of the catalogue divides it by, as contacts for complaints; none where it is no such number, or no rate does.
pub fn work_behind(metric: &Metric, catalogue: &Catalogue) -> Option<Question> {
    if !goes_with_work(metric) {
        return None;
    }
    catalogue.metrics().filter(|rate| rate.measure.kind == MeasureKind::Derived).find_map(|rate| {
        let plan = planned(&probe(&rate.id), catalogue)?;
        let Measure::Derived { value, inputs, .. } = &plan.measure else { return None };
        let own = inputs.iter().find(|input| input.plan.metric == metric.id)?;
        let divisor = divisor(value, &own.name)?;
        let work = inputs.iter().find(|input| input.name == divisor)?;
        let is_work = catalogue.get(&work.plan.metric).is_some_and(|work| work.measure.kind.adds_up());
        is_work.then(|| subject_of(&work.plan.metric, work.plan.variant.clone()))
    })
}

/// The one column by which a quotient divides what has `above` as its one column.
fn divisor(value: &Expr, above: &str) -> Option<String> {
    let columns = |expr: &Expr| {
        let mut found: Vec<String> = Vec::new();
        expr.columns(&mut |name| found.push(name.to_owned()));
        found
    };
    match value {
        Expr::Binary { operator: Operator::Divide, left, right } if columns(left) == [above] => {
            let below = columns(right);
            (below.len() == 1).then(|| below.into_iter().next()).flatten()
        }
        Expr::Cast { operand, .. } => divisor(operand, above),
        _ => None,
    }
}

/// Greatest part by which work may differ that is as much as before.
const AS_MUCH: f64 = 0.1;

impl Watched<'_> {
    /// How much work `who` had before, and has now; why that says nothing where it is not known, or not about the same.
    fn amounts(&self, who: &str) -> Result<[f64; 2], String> {
        let row = self.rows.get(who).filter(|row| is_sure(row.quality) || row.quality == Quality::LowN);
        let known = row.and_then(|row| Some((row.compare.as_ref()?.value?, row.value?)));
        let Some((before, now)) = known.filter(|(before, _)| *before > 0.0) else {
            return Err(format!("and how much work there was is not known: {} says nothing", self.metric.name));
        };
        if (now - before).abs() > AS_MUCH * before {
            let figure = |value: f64| words::figure(Some(value), self.metric.unit);
            let (before, now) = (figure(before), figure(now));
            return Err(format!("by another amount of work: {} {now} after {before}", self.metric.name));
        }
        Ok([before, now])
    }

    /// That it got clearly worse for `who`, in words.
    fn worse(&self, who: &str) -> Option<String> {
        let row = self.rows.get(who).filter(|row| is_sure(row.quality))?;
        let compare = row.compare.as_ref()?;
        let change = compare.change?;
        let is_worse = if ASKED.contains(&self.metric.id.as_str()) {
            // of all customers it is known who was asked: there is no chance in it
            change < 0.0 && compare.value.is_some_and(|before| -change >= FEWER_ASKED * before)
        } else {
            match self.metric.direction {
                Direction::Up => compare.high? < 0.0,
                Direction::Down => compare.low? > 0.0,
                Direction::Range => false,
            }
        };
        is_worse.then(|| format!("{} {}", self.metric.name, words::difference(change, self.metric.unit)))
    }
}

/// What can be said for each of `rows`, each of one team or agent and compared with the period before, by `kpi`; `mixes`
/// says what work each has, and had then, `names` what those are called who have a name. Nobody is recognised while one of
/// `watched` got clearly worse for them: what gets better while that gets worse has not got better. Of a number that goes
/// with how much work there is `amount` says that: what [`work_behind`] asks. Who is recognised is said by [`recognised`].
pub fn examine(
    kpi: &Kpi,
    metric: &Metric,
    rows: &[(String, AnswerRow)],
    [mixes, before]: [&BTreeMap<String, Mix>; 2],
    names: &BTreeMap<String, String>,
    watched: &[Watched<'_>],
    amount: Option<&Watched<'_>>,
) -> Vec<Examined> {
    let told = |who: Option<&str>, row: Option<&AnswerRow>, reason: String| Eligibility {
        kpi: kpi.id.clone(),
        name: kpi.name.clone(),
        who: who.map(str::to_owned),
        label: who.and_then(|who| names.get(who).cloned()),
        ground: Ground::None,
        unit: kpi.unit,
        value: row.and_then(|row| row.value),
        n: row.map_or(0, |row| row.n),
        change: row.and_then(|row| row.compare.as_ref()?.change),
        reason,
    };
    if let Some(reason) = no_goal(metric) {
        return vec![Examined::nothing(told(None, None, reason))];
    }
    // a backlog of two is no thin sample of one: the figure is all there is
    let least = if is_tally(metric) { 0 } else { least_sample(metric) };
    let is_enough = |row: &AnswerRow| match is_tally(metric) {
        true => is_sure(row.quality) || row.quality == Quality::LowN,
        false => row.n >= least && is_sure(row.quality),
    };
    let enough: BTreeMap<&str, &AnswerRow> = rows
        .iter()
        .filter(|(_, row)| row.value.is_some() && is_enough(row))
        .map(|(who, row)| (who.as_str(), row))
        .collect();
    let alike = alike(mixes);
    let of_row = |(who, row): &(String, AnswerRow)| {
        if !enough.contains_key(who.as_str()) {
            let reason = match is_tally(metric) || row.n >= least {
                true => format!("no figure to go by: {}", words::quality(row.quality)),
                false => format!("too few: {}, and it takes {}", words::count(row.n), words::count(least)),
            };
            return Examined::nothing(told(Some(who), Some(row), reason));
        }
        let mut claims = vec![
            improvement(row, metric, mixes.get(who).zip(before.get(who)), amount.map(|amount| amount.amounts(who))),
            best_of_same(who, row, metric, &enough, &alike),
        ];
        let worse: Vec<String> = watched.iter().filter_map(|watched| watched.worse(who)).collect();
        if !worse.is_empty() {
            let worse = worse.join(" and ");
            claims = claims.into_iter().map(|claim| claim.bought_with(&worse)).collect();
        }
        Examined { told: told(Some(who), Some(row), String::new()), claims }
    };
    rows.iter().map(of_row).collect()
}

/// Most of those recognised whom chance alone may have put there, on average.
const FALSE_SHARE: f64 = 0.05;

/// Who is recognised among all that were looked at together.
///
/// Looked at one by one, one in forty would be recognised although nothing has changed: eight of forty agents by eight
/// KPIs. So a figure has to be the clearer the more are looked at, by the procedure of Benjamini and Hochberg
/// (“Controlling the false discovery rate”, Journal of the Royal Statistical Society B 57, 1995, 289–300): where nothing
/// has changed hardly anybody is recognised, and of those who are at most [`FALSE_SHARE`] are by chance on average.
pub fn recognised(examined: Vec<Examined>) -> Vec<Eligibility> {
    let claims = examined.iter().flat_map(|one| &one.claims);
    let chances: Vec<f64> = claims.filter_map(|claim| claim.chance).collect();
    let limit = clear_below(&chances);
    let among = match chances.len() {
        0 | 1 => String::new(),
        all => format!(" among {} comparisons", words::count(all as u64)),
    };
    let decide = |one: Examined| {
        let holds = |claim: &&Claim| claim.is_clear && claim.chance.zip(limit).is_some_and(|(own, most)| own <= most);
        let (ground, reason) = match one.claims.iter().find(holds) {
            _ if one.claims.is_empty() => (Ground::None, one.told.reason.clone()),
            Some(claim) => (claim.ground, format!("{}, more than chance explains{among}", claim.claim)),
            None => {
                let why = |claim: &Claim| match claim.is_clear {
                    true => format!("{}, which may be chance{among}", claim.claim),
                    false => claim.not_clear.clone(),
                };
                (Ground::None, one.claims.iter().map(why).collect::<Vec<_>>().join("; "))
            }
        };
        Eligibility { ground, reason, ..one.told }
    };
    examined.into_iter().map(decide).collect()
}

/// The largest of `chances` that still counts as clear: of m in ascending order the last whose k-th is at most
/// [`FALSE_SHARE`] · k ÷ m; none where there is no such.
fn clear_below(chances: &[f64]) -> Option<f64> {
    let mut sorted = chances.to_vec();
    sorted.sort_by(f64::total_cmp);
    let most = |place: usize| FALSE_SHARE * (place + 1) as f64 / sorted.len() as f64;
    (0..sorted.len()).rev().find(|place| sorted[*place] <= most(*place)).map(|place| sorted[place])
}

/// Whether the figure is a number of things, or a sum, that is the less the less work there is.
fn goes_with_work(metric: &Metric) -> bool {
    matches!(metric.measure.kind, MeasureKind::Count | MeasureKind::Sum)
}

/// Whether the figure is the number of things counted, all of them.
fn is_tally(metric: &Metric) -> bool {
    matches!(metric.measure.kind, MeasureKind::Count | MeasureKind::Stock)
}

fn is_sure(quality: Quality) -> bool {
    matches!(quality, Quality::Ok | Quality::Settling | Quality::Provisional)
}

/// How likely chance alone moves something by at least `gain`, up or down, where it moves by `error` on average; certain
/// where nothing is gained, unknown without an error.
fn chance(gain: f64, error: f64) -> Option<f64> {
    let is_known = gain.is_finite() && error.is_finite() && error > 0.0;
    is_known.then(|| if gain > 0.0 { erfc(gain / error / std::f64::consts::SQRT_2) } else { 1.0 })
}

/// The way for the better as the way up: a figure and its interval.
fn upwards(value: f64, low: f64, high: f64, direction: Direction) -> (f64, f64, f64) {
    match direction {
        Direction::Down => (-value, -high, -low),
        Direction::Up | Direction::Range => (value, low, high),
    }
}

/// That somebody is better than before, by the same kinds of `work` now and then: whoever moved from a slow channel to a
/// quick one has become no quicker.
fn improvement(
    row: &AnswerRow,
    metric: &Metric,
    work: Option<(&Mix, &Mix)>,
    amount: Option<Result<[f64; 2], String>>,
) -> Claim {
    let none = |why: &str| Claim::none(Ground::Improvement, why.to_owned());
    let Some(compare) = row.compare.as_ref() else { return none("nothing to compare with") };
    let Some(change) = compare.change else { return none("nothing known of the period before") };
    let told = format!("{} since the period before", words::difference(change, metric.unit));
    // of a tally the work is the figure itself
    let other = |(now, before): &(&Mix, &Mix)| !is_tally(metric) && now.is_other(before);
    if let Some((now, before)) = work.filter(other) {
        let same = 100.0 * now.overlap(before);
        return none(&format!("{told}, by other work: {same:.0} % of it is of the same kinds"));
    }
    // its better side, and the standard error towards no change at all
    let (gain, error) = match (compare.low.zip(compare.high), row.value.zip(compare.value)) {
        (Some((low, high)), _) => {
            let (gain, least, most) = upwards(change, low, high, metric.direction);
            let half = if gain > 0.0 { gain - least } else { most - gain };
            (gain, half / Z)
        }
        // two counts of events each vary by their root
        (None, Some((now, before))) if is_tally(metric) => {
            let (gain, ..) = upwards(change, change, change, metric.direction);
            (gain, (now + before).max(1.0).sqrt())
        }
        _ => return none(&format!("{told}, and how far chance moves it is not known")),
    };
    let due = match goes_with_work(metric).then(|| by_as_much_work(amount, metric.direction, compare.value)) {
        None => 0.0,
        Some(Ok(due)) => due,
        Some(Err(why)) => return none(&format!("{told}, {why}")),
    };
    let clear = |gain: f64| chance(gain, error).is_some_and(|chance| chance < 0.05);
    let not_clear = match clear(-gain) {
        true => format!("{told}, for the worse"),
        false => format!("{told}, no more than chance explains"),
    };
    let gain = gain - due;
    Claim { ground: Ground::Improvement, chance: chance(gain, error), is_clear: clear(gain), claim: told, not_clear }
}

/// By how much a number of things that stood at `before` gets better by itself with the work there was before and is now;
/// why nothing can be said where that is not known, or another `amount`.
fn by_as_much_work(
    amount: Option<Result<[f64; 2], String>>,
    direction: Direction,
    before: Option<f64>,
) -> Result<f64, String> {
    let unknown = || "and it goes with how much work there is".to_owned();
    let [work_before, work_now] = amount.ok_or_else(unknown)??;
    let due = before.ok_or_else(unknown)? * (work_now / work_before - 1.0);
    // less work is no merit, and more work is no blame: what it lets expect the other way is left out
    Ok(match direction {
        Direction::Down => (-due).max(0.0),
        Direction::Up | Direction::Range => due.max(0.0),
    })
}

/// That the interval of `row` lies beyond that of every other who does the same kinds of work.
fn best_of_same(
    who: &str,
    row: &AnswerRow,
    metric: &Metric,
    enough: &BTreeMap<&str, &AnswerRow>,
    alike: &BTreeMap<String, Vec<String>>,
) -> Claim {
    let none = |why: &str| Claim::none(Ground::Comparison, why.to_owned());
    if is_tally(metric) || goes_with_work(metric) {
        return none("compared with nobody: it goes with how much work there is");
    }
    let alike = alike.get(who).map(Vec::as_slice).unwrap_or_default();
    if alike.is_empty() {
        return none("nobody else does the same kinds of work");
    }
    let others: Vec<&AnswerRow> = alike.iter().filter_map(|other| enough.get(other.as_str()).copied()).collect();
    if others.is_empty() {
        return none("nobody else who does the same kinds of work has enough for a figure");
    }
    let not_clear = match others.len() {
        1 => "not clearly better than the one other who does the same kinds of work".to_owned(),
        all => format!("not clearly better than the {all} others who do the same kinds of work"),
    };
    let of = |row: &AnswerRow| {
        let ((low, high), value) = row.low.zip(row.high).zip(row.value)?;
        Some(upwards(value, low, high, metric.direction))
    };
    // against each by itself; whoever is best is ahead of all, so that the least clear counts
    let ahead = |other: &AnswerRow| -> Option<(bool, f64)> {
        let ((value, low, _), (theirs, _, high)) = (of(row)?, of(other)?);
        let error = (value - low).hypot(high - theirs) / Z;
        Some((low > high, chance(value - theirs, error)?))
    };
    let all: Option<Vec<(bool, f64)>> = others.iter().map(|other| ahead(other)).collect();
    let Some(all) = all else { return none(&not_clear) };
    Claim {
        ground: Ground::Comparison,
        chance: all.iter().map(|(_, chance)| *chance).reduce(f64::max),
        is_clear: all.iter().all(|(is_beyond, _)| *is_beyond),
        claim: format!("clearly best of {} who do the same kinds of work", others.len() + 1),
        not_clear,
    }
}

#[cfg(test)]
mod tests;
