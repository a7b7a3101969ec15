//! Who can be recognised for a KPI, and why: whoever clearly improved, and where work is the same whoever is clearly best.
//!
//! Improvement comes first: it is fair whatever work somebody has. Others are a yardstick only among those who do the same
//! kinds of work, with enough of it, and beyond what chance explains. A metric that is met by treating customers worse,
//! or that is about staff itself, is no goal of a team or an agent at all.

use std::collections::BTreeMap;

use catalogue::answer::{AnswerRow, Quality};
use catalogue::metric::{Direction, MeasureKind, Metric, Unit};
use serde::Serialize;
use utoipa::ToSchema;

use crate::changes::better;
use crate::definition::Kpi;
use crate::mix::{Mix, groups};
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

/// Who of `rows`, each of one team or agent and compared with the period before, can be recognised for `kpi`; `mixes` says
/// what work each has, `names` what those are called who have a name.
pub fn eligible(
    kpi: &Kpi,
    metric: &Metric,
    rows: &[(String, AnswerRow)],
    mixes: &BTreeMap<String, Mix>,
    names: &BTreeMap<String, String>,
) -> Vec<Eligibility> {
    let told = |who: Option<&str>, row: Option<&AnswerRow>, ground: Ground, reason: String| Eligibility {
        kpi: kpi.id.clone(),
        name: kpi.name.clone(),
        who: who.map(str::to_owned),
        label: who.and_then(|who| names.get(who).cloned()),
        ground,
        unit: kpi.unit,
        value: row.and_then(|row| row.value),
        n: row.map_or(0, |row| row.n),
        change: row.and_then(|row| row.compare.as_ref()?.change),
        reason,
    };
    if let Some(reason) = no_goal(metric) {
        return vec![told(None, None, Ground::None, reason)];
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
    let groups = groups(mixes);
    let of_row = |(who, row): &(String, AnswerRow)| {
        if !enough.contains_key(who.as_str()) {
            let reason = match is_tally(metric) || row.n >= least {
                true => format!("no figure to go by: {}", words::quality(row.quality)),
                false => format!("too few: {}, and it takes {}", words::count(row.n), words::count(least)),
            };
            return told(Some(who), Some(row), Ground::None, reason);
        }
        let (ground, reason) = match improvement(row, metric) {
            Ok(reason) => (Ground::Improvement, reason),
            Err(no_improvement) => match best_of_same(who, row, metric, &enough, &groups) {
                Ok(reason) => (Ground::Comparison, reason),
                Err(no_comparison) => (Ground::None, format!("{no_improvement}; {no_comparison}")),
            },
        };
        told(Some(who), Some(row), ground, reason)
    };
    rows.iter().map(of_row).collect()
}

/// Whether the figure is the number of things counted, all of them.
fn is_tally(metric: &Metric) -> bool {
    matches!(metric.measure.kind, MeasureKind::Count | MeasureKind::Stock)
}

/// By how much as many events as `count` differ from one time to the next by chance, 19 times of 20.
fn to_and_fro(count: f64) -> f64 {
    1.96 * count.max(1.0).sqrt()
}

fn is_sure(quality: Quality) -> bool {
    matches!(quality, Quality::Ok | Quality::Settling | Quality::Provisional)
}

/// How much better than before, or why that cannot be said.
fn improvement(row: &AnswerRow, metric: &Metric) -> Result<String, String> {
    let Some(compare) = row.compare.as_ref() else { return Err("nothing to compare with".to_owned()) };
    let Some(change) = compare.change else { return Err("nothing known of the period before".to_owned()) };
    let told = words::difference(change, metric.unit);
    let sampled = row.low.is_some() || row.high.is_some();
    let is_chance = is_tally(metric) && compare.value.is_some_and(|before| change.abs() <= to_and_fro(before));
    let better = better(Some(change), (compare.low, compare.high), sampled, metric.direction);
    match better.filter(|_| !is_chance) {
        Some(true) => Ok(format!("{told} since the period before, more than chance explains")),
        Some(false) => Err(format!("{told} since the period before, for the worse")),
        None => Err(format!("{told} since the period before, no more than chance explains")),
    }
}

/// Whether the interval of `row` lies beyond that of every other in its group.
fn best_of_same(
    who: &str,
    row: &AnswerRow,
    metric: &Metric,
    enough: &BTreeMap<&str, &AnswerRow>,
    groups: &[Vec<String>],
) -> Result<String, String> {
    if is_tally(metric) {
        return Err("compared with nobody: it goes with how much work there is".to_owned());
    }
    let group = groups.iter().find(|group| group.iter().any(|one| one == who));
    let alike: Vec<&String> = group.into_iter().flatten().filter(|other| *other != who).collect();
    if alike.is_empty() {
        return Err("nobody else does the same kinds of work".to_owned());
    }
    let others: Vec<&AnswerRow> = alike.iter().filter_map(|other| enough.get(other.as_str()).copied()).collect();
    if others.is_empty() {
        return Err("nobody else who does the same kinds of work has enough for a figure".to_owned());
    }
    let beyond = |other: &&AnswerRow| match metric.direction {
        Direction::Up => row.low.zip(other.high).is_some_and(|(low, high)| low > high),
        Direction::Down => row.high.zip(other.low).is_some_and(|(high, low)| high < low),
        Direction::Range => false,
    };
    match others.iter().all(beyond) {
        true => Ok(format!("clearly best of {} who do the same kinds of work", others.len() + 1)),
        false if others.len() == 1 => {
            Err("not clearly better than the one other who does the same kinds of work".to_owned())
        }
        false => Err(format!("not clearly better than the {} others who do the same kinds of work", others.len())),
    }
}

#[cfg(test)]
mod tests {
    use catalogue::answer::Comparison;
    use jiff::civil::Date;

    use super::*;
    use crate::fixture::catalogue;

    fn row(value: f64, half: f64, n: u64, change: Option<(f64, f64)>) -> AnswerRow {
        let compare = change.map(|(change, half)| Comparison {
            from: Date::ZERO,
            to: Date::ZERO,
            value: Some(value - change),
            n,
            change: Some(change),
            low: Some(change - half),
            high: Some(change + half),
        });
        let (low, high) = (Some(value - half), Some(value + half));
        AnswerRow { value: Some(value), n, low, high, quality: Quality::Ok, compare, ..AnswerRow::NO_DATA }
    }

    #[test]
    fn improvement_first_then_comparison_where_it_is_fair() {
        let catalogue = catalogue();
        let metric = catalogue.get("csat_t2b").unwrap();
        let phone = |share: u64| {
            let mut mix = Mix::default();
            mix.add("phone", share);
            mix.add("email", 100 - share);
            mix
        };
        let teams = [
            ("A", row(80.0, 2.0, 500, Some((3.0, 2.5))), phone(90)),
            ("B", row(90.0, 2.0, 500, Some((1.0, 2.5))), phone(85)),
            ("C", row(85.0, 2.0, 500, Some((-3.0, 2.5))), phone(90)),
            ("D", row(95.0, 2.0, 500, None), phone(10)),
            ("E", row(99.0, 2.0, 12, Some((9.0, 2.5))), phone(90)),
        ];
        let rows: Vec<(String, AnswerRow)> =
            teams.iter().map(|(who, row, _)| ((*who).to_owned(), row.clone())).collect();
        let mixes = teams.iter().map(|(who, _, mix)| ((*who).to_owned(), mix.clone())).collect();
        let found = eligible(&Kpi::of(metric), metric, &rows, &mixes, &BTreeMap::new());
        let told: Vec<(&str, Ground, &str)> =
            found.iter().map(|one| (one.who.as_deref().unwrap(), one.ground, one.reason.as_str())).collect();
        assert_eq!(
            told,
            [
                ("A", Ground::Improvement, "+3.0 pp since the period before, more than chance explains"),
                // 88–92 lies beyond A's 78–82 and C's 83–87; E has too few to count
                ("B", Ground::Comparison, "clearly best of 3 who do the same kinds of work"),
                (
                    "C",
                    Ground::None,
                    "−3.0 pp since the period before, for the worse; not clearly better than the 2 others who do the same kinds of work"
                ),
                ("D", Ground::None, "nothing to compare with; nobody else does the same kinds of work"),
                ("E", Ground::None, "too few: 12, and it takes 30"),
            ]
        );
    }

    #[test]
    fn one_other_is_no_others_and_one_with_too_few_is_not_nobody() {
        let catalogue = catalogue();
        let metric = catalogue.get("csat_t2b").unwrap();
        let mix = || {
            let mut mix = Mix::default();
            mix.add("phone", 100);
            mix
        };
        let check = |other: AnswerRow, expected: &str| {
            let rows = [("A".to_owned(), row(80.0, 2.0, 500, None)), ("B".to_owned(), other)];
            let mixes = rows.iter().map(|(who, _)| (who.clone(), mix())).collect();
            let found = eligible(&Kpi::of(metric), metric, &rows, &mixes, &BTreeMap::new());
            assert_eq!(found[0].reason, format!("nothing to compare with; {expected}"));
        };
        check(row(81.0, 2.0, 500, None), "not clearly better than the one other who does the same kinds of work");
        check(row(81.0, 9.0, 12, None), "nobody else who does the same kinds of work has enough for a figure");
    }

    #[test]
    fn a_stock_is_no_sample() {
        let catalogue = catalogue();
        let metric = catalogue.get("unresolved_backlog").unwrap();
        let check = |now: f64, before: f64, ground: Ground, reason: &str| {
            let full = AnswerRow { low: None, high: None, quality: Quality::LowN, ..row(now, 0.0, now as u64, None) };
            let compare = row(now, 0.0, before as u64, Some((now - before, 0.0))).compare.unwrap();
            let compare = Some(Comparison { low: None, high: None, ..compare });
            let rows = [("A".to_owned(), AnswerRow { compare, ..full })];
            let found = eligible(&Kpi::of(metric), metric, &rows, &BTreeMap::new(), &BTreeMap::new());
            assert_eq!((found[0].ground, found[0].reason.as_str()), (ground, reason));
        };
        // the least backlog is no thin sample: 9 then, give or take 1.96 · 3 = 5.9
        check(2.0, 9.0, Ground::Improvement, "−7 since the period before, more than chance explains");
        check(
            4.0,
            9.0,
            Ground::None,
            "−5 since the period before, no more than chance explains; compared with nobody: it goes with how much work there is",
        );
    }

    #[test]
    fn some_metrics_are_no_goals() {
        let catalogue = catalogue();
        let check = |id: &str, expected: Option<&str>| {
            assert_eq!(no_goal(catalogue.get(id).unwrap()).as_deref(), expected, "{id}");
        };
        check("csat_t2b", None);
        check("abandonment_rate", Some("no goal: it is met by treating customers worse"));
        check("aht", Some("no goal: it is met by treating customers worse"));
        check("employee_satisfaction", Some("no goal: it is about staff, who would be known by it"));
        check("escalation_rate", Some("no goal: it is best neither high nor low"));
        let metric = catalogue.get("aht").unwrap();
        let found = eligible(&Kpi::of(metric), metric, &[], &BTreeMap::new(), &BTreeMap::new());
        assert_eq!((found.len(), found[0].who.as_ref(), found[0].ground), (1, None, Ground::None));
    }
}
