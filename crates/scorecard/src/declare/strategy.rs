//! What a card is for: what the company competes on, objectives, factors, and whose card it is.

use std::collections::BTreeMap;

use catalogue::file::{Located, Problems, Section, suggest};

use super::{WEIGHT_SLACK, decimal};
use crate::definition::{Factor, INDUSTRIES, Level, Objective, PROPOSITIONS};

/// Why and whose: everything above the KPIs.
pub(super) struct Strategy {
    pub(super) competes_on: BTreeMap<String, f64>,
    pub(super) industry: Option<String>,
    pub(super) channels: Vec<String>,
    pub(super) level: Level,
    pub(super) parent: Option<Located<String>>,
    pub(super) only: BTreeMap<String, Located<Vec<String>>>,
    pub(super) objectives: Vec<Objective>,
    /// None for one that could not be read: it may be the one that a KPI names.
    pub(super) factors: Vec<Option<(Located<String>, Factor)>>,
}

pub(super) fn declare_strategy(section: &Section<'_>, problems: &mut Problems) -> Strategy {
    let competes_on = declare_competes_on(section, problems);
    let industry = section.choice("industry", &INDUSTRIES.map(|(id, _)| id), known(&INDUSTRIES), problems);
    let channels = section.words("channels", problems);
    let parse_level = |text: &str| Level::ALL.into_iter().find(|level| level.name() == text);
    let level = section.choice("level", &Level::ALL.map(Level::name), parse_level, problems);
    let parent = section.text("parent", problems);
    let only = section.section("only", problems).map_or_else(BTreeMap::new, |table| declare_only(&table, problems));
    let objectives: Vec<Option<(Located<String>, Objective)>> =
        section.sections("objective", problems).iter().map(|one| declare_objective(one, problems)).collect();
    let factors: Vec<Option<(Located<String>, Factor)>> =
        section.sections("factor", problems).iter().map(|one| declare_factor(one, &objectives, problems)).collect();
    super::unique(section, "objective", objectives.iter().flatten().map(|(id, _)| id), problems);
    super::unique(section, "factor", factors.iter().flatten().map(|(id, _)| id), problems);
    if let (Some(level), Some(parent)) = (&level, &parent)
        && level.value == Level::Company
    {
        let message = format!("a card of the company has none above it, and this one has `{}`", parent.value);
        problems.error(section.file, level.span.clone(), "wrong_level", message, LOWER.to_owned());
    }
    let default = if parent.is_some() { Level::Team } else { Level::Company };
    Strategy {
        competes_on,
        industry: industry.map(|industry| industry.value),
        channels,
        level: level.map_or(default, |level| level.value),
        parent,
        only,
        objectives: objectives.into_iter().flatten().map(|(_, objective)| objective).collect(),
        factors,
    }
}

const LOWER: &str = "`department`, `team` or `agent`";

fn known<const N: usize>(list: &'static [(&'static str, &'static str); N]) -> impl Fn(&str) -> Option<String> {
    |text| list.iter().find(|(id, _)| *id == text).map(|(id, _)| (*id).to_owned())
}

/// One thing, or several with their shares.
fn declare_competes_on(section: &Section<'_>, problems: &mut Problems) -> BTreeMap<String, f64> {
    let ids = PROPOSITIONS.map(|(id, _)| id);
    if section.is_text("competes_on") {
        let one = section.choice("competes_on", &ids, known(&PROPOSITIONS), problems);
        return one.map(|one| (one.value, 1.0)).into_iter().collect();
    }
    let Some(table) = section.section("competes_on", problems) else { return BTreeMap::new() };
    let mut shares = BTreeMap::new();
    let mut is_sound = true;
    for entry in table.entries() {
        let name = &entry.key;
        if !ids.contains(&name.value.as_str()) {
            let message = format!("`{}` is nothing that can be competed on here", name.value);
            problems.error(table.file, name.span.clone(), "unknown_value", message, suggest(&name.value, ids));
            is_sound = false;
            continue;
        }
        match entry.json().as_f64() {
            Some(share) if (0.0..=1.0).contains(&share) => {
                shares.insert(name.value.clone(), share);
            }
            Some(share) => {
                let message = format!("a share of {share} is not a share of 1");
                problems.error(table.file, entry.span(), "wrong_weight", message, "0 to 1, as 0.7".to_owned());
                is_sound = false;
            }
            None => {
                entry.mismatch("a number", problems);
                is_sound = false;
            }
        }
    }
    let sum: f64 = shares.values().sum();
    if is_sound && (sum - 1.0).abs() > WEIGHT_SLACK + 1e-9 {
        let message = format!("the shares of `competes_on` add up to {}, not 1", decimal(sum));
        let all: Vec<String> = shares.values().map(f64::to_string).collect();
        problems.error(table.file, table.span.clone(), "weights", message, format!("now {}", all.join(" + ")));
    }
    shares
}

/// Dimension → values, at the place of the dimension; whether there are such dimensions is checked where the attributes are known.
fn declare_only(table: &Section<'_>, problems: &mut Problems) -> BTreeMap<String, Located<Vec<String>>> {
    let mut only = BTreeMap::new();
    for entry in table.entries() {
        let values = match entry.json() {
            serde_json::Value::String(text) => Some(vec![text]),
            serde_json::Value::Array(items) => {
                items.into_iter().map(|item| item.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>()
            }
            _ => None,
        };
        match values {
            Some(values) if !values.is_empty() => {
                only.insert(entry.key.value.clone(), Located { value: values, span: entry.key.span.clone() });
            }
            _ => entry.mismatch("a text or a list of texts", problems),
        }
    }
    only
}

fn declare_objective(section: &Section<'_>, problems: &mut Problems) -> Option<(Located<String>, Objective)> {
    let id = section.required_text("id", problems);
    let name = section.required_text("name", problems);
    let why = section.text("why", problems);
    section.finish(problems);
    let id = id?;
    let objective = Objective {
        id: id.value.clone(),
        name: name?.value,
        why: why.map(|why| why.value),
        span: section.span.clone(),
    };
    Some((id, objective))
}

fn declare_factor(
    section: &Section<'_>,
    objectives: &[Option<(Located<String>, Objective)>],
    problems: &mut Problems,
) -> Option<(Located<String>, Factor)> {
    let id = section.required_text("id", problems);
    let name = section.required_text("name", problems);
    let objective = section.required_text("objective", problems);
    section.finish(problems);
    if let Some(objective) = &objective {
        let ids = objectives.iter().map(|one| one.as_ref().map(|(id, _)| id.value.as_str()));
        super::check_known(section, ("objective", "unknown_objective"), objective, ids, problems);
    }
    let id = id?;
    let factor =
        Factor { id: id.value.clone(), name: name?.value, objective: objective?.value, span: section.span.clone() };
    Some((id, factor))
}
