//! What a figure is compared with: one's own years, one's own best team, one's own teams with the same mix of work; and
//! what others have published.

use std::collections::BTreeMap;

use catalogue::answer::{Answer, AnswerRow, Quality};
use catalogue::metric::{Direction, Metric, Unit};
use catalogue::plan::dimensions;
use catalogue::question::{Principal, Question};
use engine::tables::Facts;
use jiff::ToSpan;
use jiff::civil::Date;
use model::Instant;
use model::calendar::{DateRange, Grain};
use scorecard::benchmark::{self, Benchmark};
use scorecard::mix::{Mix, alike};
use scorecard::recognition::of_nobody;
use scorecard::target::least_sample;
use scorecard::words;
use serde::Serialize;
use utoipa::ToSchema;

use crate::ServerError;
use crate::ask::Reader;

/// Years of one's own that are shown.
const YEARS: i64 = 3;
/// Days over which teams are compared.
const DAYS: i64 = 91;

/// Everything a figure can be compared with.
#[derive(Debug, Serialize, ToSchema)]
pub struct Yardsticks {
    /// Metric id.
    pub metric: String,
    /// Name for people.
    pub name: String,
    /// Which of its statistics one's own figures are.
    pub statistic: String,
    /// Unit of one's own figures.
    pub unit: Unit,
    /// What others have published.
    pub rows: Vec<Benchmark>,
    /// How many more there are that are too old, or of an unknown year.
    pub hidden: usize,
    /// One's own.
    pub own: Own,
}

/// One's own figures.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct Own {
    /// Twelve months each, the last first.
    pub history: Vec<OwnFigure>,
    /// The best team of the last 91 days, where it is clearly better than all teams together.
    pub best_team: Option<TeamFigure>,
    /// Why there is none, where there are teams and none is clearly the best.
    pub why_no_best_team: Option<String>,
    /// Of each team all that do the same kinds of work as it, where there are any; once where they are the same of several.
    pub similar_teams: Vec<SimilarTeams>,
    /// Why there are no teams, where there are none.
    pub why_no_teams: Option<String>,
}

/// A figure over some days.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnFigure {
    /// First day.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// Day after the last.
    #[schema(value_type = String, format = Date)]
    pub to: Date,
    /// The first day that there are data of, where that is later than `from`: the figure is of the days from then on.
    #[schema(value_type = Option<String>, format = Date)]
    pub data_from: Option<Date>,
    /// Value.
    pub value: Option<f64>,
    /// Sample size.
    pub n: u64,
    /// Lower end of its interval.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
}

/// A team's figure over the last 91 days.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct TeamFigure {
    /// Team.
    pub team: String,
    /// First day of its figure.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// Day after the last.
    #[schema(value_type = String, format = Date)]
    pub to: Date,
    /// Value.
    pub value: Option<f64>,
    /// Sample size.
    pub n: u64,
    /// Lower end of its interval.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
}

/// Teams with the same mix of work as one of them, or as each of several.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub struct SimilarTeams {
    /// Those whose work is the same as that of all of them. Others among them need not be alike each other.
    pub alike: Vec<String>,
    /// The teams with figures, the best first.
    pub teams: Vec<TeamFigure>,
}

impl Reader {
    /// What the figure of a metric, its first statistic, can be compared with.
    ///
    /// # Errors
    /// No such metric; as [`Reader::ask`].
    pub async fn yardsticks(
        &self,
        metric: &str,
        industry: Option<&str>,
        with_old: bool,
        principal: &Principal,
        now: Instant,
    ) -> Result<Yardsticks, ServerError> {
        let found = self.workspace.catalogue.find(metric);
        let metric = found.map_err(|problem| ServerError::NotFound { message: problem.message, help: problem.help })?;
        let today = self.workspace.organisation.today(now);
        let (rows, hidden) = benchmark::of(&metric.id, industry, with_old, today);
        Ok(Yardsticks {
            metric: metric.id.clone(),
            name: metric.name.clone(),
            statistic: metric.measure.statistics().into_iter().next().unwrap_or_default(),
            unit: metric.unit,
            rows: rows.into_iter().cloned().collect(),
            hidden,
            own: if self.has_data()? { self.own(metric, today, principal, now).await? } else { Own::default() },
        })
    }

    async fn own(&self, metric: &Metric, today: Date, principal: &Principal, now: Instant) -> Result<Own, ServerError> {
        let subject = scorecard::subject_of(&metric.id, None);
        let ending = |to: Date, from: Date| Question { range: DateRange { from, to, step: None }, ..subject.clone() };
        let mut questions: Vec<Question> = (0..YEARS)
            .map(|back| ending(today.saturating_sub(back.years()), today.saturating_sub((back + 1).years())))
            .collect();
        let recent = ending(today, today.saturating_sub(DAYS.days()));
        let attributes = self.store.snapshot()?.attributes;
        let of_metric = dimensions(metric, &self.workspace.catalogue, &attributes);
        let kinds = ["channel", "queue"].into_iter().find(|name| of_metric.contains_key(*name));
        let by_team = of_metric.contains_key("team") && metric.privacy.is_none();
        if by_team {
            let by = |names: &[&str]| Question {
                by: names.iter().map(|name| (*name).to_owned()).collect(),
                grain: Grain::Total,
                ..recent.clone()
            };
            questions.extend([recent.clone(), by(&["team"])]);
            questions.extend(kinds.map(|kind| of_work(&recent, "team", kind)));
        }
        let answers = self.ask(&questions, principal, now).await?;
        let rows = |answers: &Vec<Answer>| answers.first().map(|answer| answer.rows.clone()).unwrap_or_default();
        let (years, teams) = answers.split_at(YEARS as usize);
        let history = years.iter().filter_map(|answers| rows(answers).into_iter().next());
        let begin = self.begin(&recent, now)?;
        let history = history.filter(|row| row.value.is_some()).map(|row| figure(&row, begin)).collect();
        let mut own = Own { history, ..Own::default() };
        let unfair = teams.get(1).and_then(|teams| {
            let line = teams.first().and_then(|answer| answer.line_unit);
            of_nobody(metric, line, &rows(teams), "team")
        });
        match teams {
            _ if unfair.is_some() => own.why_no_teams = unfair,
            [all, teams, mix @ ..] => {
                let all = rows(all).into_iter().next();
                let known: Vec<TeamFigure> = rows(teams).iter().filter_map(|row| team(row, metric)).collect();
                own.best_team = best(&known, all.as_ref(), metric.direction);
                own.why_no_best_team =
                    own.best_team.is_none().then(|| why_no_best(&known, metric.direction, metric.unit)).flatten();
                let mixes = mixes(&mix.first().map(rows).unwrap_or_default(), "team");
                own.similar_teams = similar(&known, &mixes, metric.direction);
                if known.is_empty() {
                    own.why_no_teams = Some("none has enough for a figure".to_owned());
                }
            }
            _ if metric.privacy.is_some() => {
                own.why_no_teams = Some("figures about staff are not compared by team".to_owned());
            }
            _ => own.why_no_teams = Some("the metric is not broken down by team".to_owned()),
        }
        Ok(own)
    }

    /// The day from which on there are data of all that the answer to `question` is made of.
    fn begin(&self, question: &Question, now: Instant) -> Result<Option<Date>, ServerError> {
        let (plan, snapshot, stated) = (self.plan(question)?, self.store.snapshot()?, self.workspace.stated(now));
        let facts = Facts::Stored { snapshot: &snapshot, stated: &stated };
        let since = plan.leaves().into_iter().filter_map(|leaf| facts.since(leaf)).max();
        Ok(since.map(|since| self.workspace.organisation.date_of(since)))
    }
}

/// A figure of a year, of which data `begin` perhaps only later.
fn figure(row: &AnswerRow, begin: Option<Date>) -> OwnFigure {
    let data_from = begin.filter(|begin| *begin > row.from && *begin < row.to);
    OwnFigure { from: row.from, to: row.to, data_from, value: row.value, n: row.n, low: row.low, high: row.high }
}

/// A team with a figure that can be relied on.
fn team(row: &AnswerRow, metric: &Metric) -> Option<TeamFigure> {
    let is_sure = matches!(row.quality, Quality::Ok | Quality::Provisional | Quality::Settling);
    let is_enough = is_sure && row.n >= least_sample(metric);
    let team = row.by.values().next()?.clone()?;
    let (from, to) = (row.from, row.to);
    is_enough.then_some(TeamFigure { team, from, to, value: row.value, n: row.n, low: row.low, high: row.high })
}

/// What says of which `kind` the work of each team or agent is that the figures of `asked` are of, and those they are
/// compared with.
pub(crate) fn of_work(asked: &Question, whose: &str, kind: &str) -> Question {
    Question { by: vec![whose.to_owned(), kind.to_owned()], grain: Grain::Total, ..asked.clone() }
}

/// What each team's or agent's figure is made of, by kind of work; `whose` is their dimension.
pub(crate) fn mixes(rows: &[AnswerRow], whose: &str) -> BTreeMap<String, Mix> {
    mixes_of(rows, whose, |row| row.n)
}

/// The same of the figures that those are compared with.
pub(crate) fn mixes_before(rows: &[AnswerRow], whose: &str) -> BTreeMap<String, Mix> {
    mixes_of(rows, whose, |row| row.compare.as_ref().map_or(0, |compare| compare.n))
}

fn mixes_of(rows: &[AnswerRow], whose: &str, amount: fn(&AnswerRow) -> u64) -> BTreeMap<String, Mix> {
    let mut found: BTreeMap<String, Mix> = BTreeMap::new();
    for row in rows {
        let Some(Some(who)) = row.by.get(whose) else { continue };
        let kind = row.by.iter().find(|(name, _)| *name != whose).and_then(|(_, kind)| kind.clone());
        found.entry(who.clone()).or_default().add(&kind.unwrap_or_default(), amount(row));
    }
    found
}

fn order(direction: Direction) -> impl Fn(&TeamFigure, &TeamFigure) -> std::cmp::Ordering {
    move |a, b| {
        let (a, b) = (a.value.unwrap_or(f64::NAN), b.value.unwrap_or(f64::NAN));
        if direction == Direction::Down { a.total_cmp(&b) } else { b.total_cmp(&a) }
    }
}

/// The best team, where its interval lies beyond that of all teams together; never of what is best neither high nor low.
fn best(teams: &[TeamFigure], all: Option<&AnswerRow>, direction: Direction) -> Option<TeamFigure> {
    let best = teams.iter().min_by(|a, b| order(direction)(a, b))?;
    let all = all?;
    let is_clear = match direction {
        Direction::Up => best.low? > all.high?,
        Direction::Down => best.high? < all.low?,
        Direction::Range => false,
    };
    is_clear.then(|| best.clone())
}

/// Why none of `teams` is the best, in words; nothing where there is none at all.
fn why_no_best(teams: &[TeamFigure], direction: Direction, unit: Unit) -> Option<String> {
    let best = teams.iter().min_by(|a, b| order(direction)(a, b))?;
    Some(match (direction, teams) {
        (Direction::Range, _) => "neither more nor less of it is better".to_owned(),
        (_, [only]) => format!("{} alone has enough for a figure", only.team),
        _ if best.low.zip(best.high).is_none() => {
            "it is not known how far chance moves it, or it goes with how much work there is".to_owned()
        }
        _ => format!(
            "none is better than all together by more than chance explains; {} comes first with {}, n = {}",
            best.team,
            words::figure(best.value, unit),
            words::count(best.n)
        ),
    })
}

/// Of each team with a figure all with figures that do the same kinds of work, where there are any.
fn similar(teams: &[TeamFigure], mixes: &BTreeMap<String, Mix>, direction: Direction) -> Vec<SimilarTeams> {
    let mut found: Vec<SimilarTeams> = Vec::new();
    for (own, others) in alike(mixes) {
        let is_alike = |team: &&TeamFigure| team.team == own || others.contains(&team.team);
        let mut known: Vec<TeamFigure> = teams.iter().filter(is_alike).cloned().collect();
        known.sort_by(order(direction));
        if known.len() < 2 || !known.iter().any(|team| team.team == own) {
            continue;
        }
        match found.iter_mut().find(|similar| similar.teams == known) {
            Some(similar) => similar.alike.push(own),
            None => found.push(SimilarTeams { alike: vec![own], teams: known }),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// B does the same kinds of work as A and as C, which are not alike each other; D has no figure.
    #[test]
    fn teams_are_similar_to_one() {
        let mix = |email: u64| {
            let mut mix = Mix::default();
            mix.add("email", email);
            mix.add("chat", 100 - email);
            mix
        };
        let team = |name: &str, value: f64| TeamFigure {
            team: name.to_owned(),
            from: Date::ZERO,
            to: Date::ZERO,
            value: Some(value),
            n: 90,
            low: None,
            high: None,
        };
        let check = |works: &[(&str, u64)], expected: &[(&[&str], &[&str])]| {
            let mixes = works.iter().map(|(name, email)| ((*name).to_owned(), mix(*email))).collect();
            let teams = [team("A", 60.0), team("B", 70.0), team("C", 100.0)];
            let found = similar(&teams, &mixes, Direction::Up);
            let names = |similar: &SimilarTeams| {
                (similar.alike.clone(), similar.teams.iter().map(|team| team.team.clone()).collect::<Vec<_>>())
            };
            let text = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
            let expected: Vec<_> = expected.iter().map(|(alike, teams)| (text(alike), text(teams))).collect();
            assert_eq!(found.iter().map(names).collect::<Vec<_>>(), expected, "{works:?}");
        };
        check(
            &[("A", 100), ("B", 82), ("C", 65), ("D", 100)],
            &[(&["A"], &["B", "A"]), (&["B"], &["C", "B", "A"]), (&["C"], &["C", "B"])],
        );
        check(&[("A", 90), ("B", 82), ("C", 85)], &[(&["A", "B", "C"], &["C", "B", "A"])]);
        check(&[("A", 90), ("B", 20), ("D", 90)], &[]);
    }
}
