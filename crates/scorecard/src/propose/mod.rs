//! From what a company competes on, and the records it has, to the text of a card.
//!
//! Templates are blended by their shares, changed as the industry asks, cut down to what the records at hand can
//! answer, filled up or trimmed to 4–10 KPIs, and weighed so that the rules of balance hold. What had to be left out is
//! said, with what it would need. Everything on the card is a template default until a person approves it.

mod draft;
mod fit;
mod needs;
mod weigh;
mod write;

use std::collections::{BTreeMap, BTreeSet};

use catalogue::Catalogue;
use catalogue::file::suggest;
use model::RecordKind;

use crate::target::Suggestion;
use crate::template::{industries, templates};
use draft::Draft;

/// What a company says of itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Wish {
    /// What it competes on: id of a template → share, together 1.
    pub competes_on: BTreeMap<String, f64>,
    /// Id of its industry, where it is one of those with a variant.
    pub industry: Option<String>,
    /// Channels it serves, as the data names them; nothing said where empty.
    pub channels: Vec<String>,
}

impl Default for Wish {
    /// A company that wins on customer experience.
    fn default() -> Self {
        let competes_on = BTreeMap::from([("customer_experience".to_owned(), 1.0)]);
        Wish { competes_on, industry: None, channels: Vec::new() }
    }
}

impl Wish {
    /// Reads `customer_experience=0.7,cost=0.3`, shares in percent, or names alone that share alike; as words, too.
    ///
    /// # Errors
    /// A name that is none, a share that is none, shares that do not add up to 1; with what would be valid.
    ///
    /// ```
    /// use scorecard::propose::Wish;
    /// assert_eq!(Wish::parse_shares("cost").unwrap()["cost"], 1.0);
    /// assert_eq!(Wish::parse_shares("cost=0.3, compliance=0.7").unwrap()["compliance"], 0.7);
    /// assert_eq!(Wish::parse_shares("customer experience, cost").unwrap()["customer_experience"], 0.5);
    /// assert!(Wish::parse_shares("cost=0.3,compliance=0.6").unwrap_err().contains("add up to 0.9, not 1"));
    /// ```
    pub fn parse_shares(text: &str) -> Result<BTreeMap<String, f64>, String> {
        let parts: Vec<&str> = text.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
        let mut shares = BTreeMap::new();
        let all_alike = parts.iter().all(|part| !part.contains('='));
        for part in &parts {
            let (name, share) = match part.split_once('=') {
                Some((name, share)) => {
                    let wrong = || format!("`{}` is not a share of 1, as 0.7", share.trim());
                    (id_of(name), share_of(share).ok_or_else(wrong)?)
                }
                None if all_alike => (id_of(part), 1.0 / parts.len() as f64),
                None => return Err(format!("`{part}` has no share: as `{}=0.5`, all together 1", id_of(part))),
            };
            if shares.insert(name.clone(), share).is_some() {
                return Err(format!("`{name}` is named twice"));
            }
        }
        let wish = Wish { competes_on: shares, ..Wish::default() };
        wish.check()?;
        Ok(wish.competes_on)
    }

    /// Whether it can be proposed for.
    ///
    /// # Errors
    /// What is wrong with it, and what would be valid.
    pub fn check(&self) -> Result<(), String> {
        let valid = || templates().iter().map(|template| template.id.as_str());
        for name in self.competes_on.keys() {
            if !valid().any(|known| known == name) {
                let help = suggest(name, valid()).unwrap_or_default();
                return Err(format!("`{name}` is nothing to compete on here ({help})"));
            }
        }
        for (name, share) in &self.competes_on {
            if !(0.0..=1.0).contains(share) {
                return Err(format!("{share} is not a share of 1, as 0.7, of `{name}`"));
            }
        }
        let sum: f64 = self.competes_on.values().sum();
        if self.competes_on.is_empty() {
            let all: Vec<String> = valid().map(|name| format!("`{name}`")).collect();
            return Err(format!("nothing to compete on is named (valid: {})", all.join(", ")));
        }
        if (sum - 1.0).abs() > 0.001 + 1e-9 {
            return Err(format!("the shares of what is competed on add up to {}, not 1", (sum * 1e6).round() / 1e6));
        }
        if let Some(name) = &self.industry {
            let valid = || industries().iter().map(|industry| industry.id.as_str());
            if !valid().any(|known| known == name) {
                let help = suggest(name, valid()).unwrap_or_default();
                return Err(format!("`{name}` is no industry with a variant of its own ({help})"));
            }
        }
        Ok(())
    }
}

/// The id that words stand for: `customer_experience` of "Customer experience".
pub fn id_of(words: &str) -> String {
    words.trim().to_lowercase().replace([' ', '-'], "_")
}

/// A share of 1, or the same in percent.
fn share_of(text: &str) -> Option<f64> {
    let text = text.trim();
    let number = match text.strip_suffix('%') {
        Some(percent) => percent.trim().parse::<f64>().ok()? / 100.0,
        None => text.parse().ok()?,
    };
    (0.0..=1.0).contains(&number).then_some(number)
}

/// What there is to build on.
#[derive(Clone, Debug, Default)]
pub struct Available {
    /// Kinds of record at hand.
    pub kinds: BTreeSet<RecordKind>,
    /// Metric → target, of those whose history is at hand.
    pub targets: BTreeMap<String, Suggestion>,
}

impl Available {
    /// Every kind of record, and no history.
    pub fn everything() -> Available {
        Available { kinds: RecordKind::ALL.into_iter().collect(), targets: BTreeMap::new() }
    }
}

/// A proposed card.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// The text of its file.
    pub toml: String,
    /// Its KPIs, for which targets can be suggested.
    pub kpis: Vec<ProposedKpi>,
    /// What it would have, were there data or a metric for it.
    pub left_out: Vec<LeftOut>,
    /// What to know before it is approved.
    pub notes: Vec<String>,
}

/// A KPI of a proposed card.
#[derive(Clone, Debug, PartialEq)]
pub struct ProposedKpi {
    /// Metric id, which is its id on the card too.
    pub metric: String,
    /// Variant.
    pub variant: Option<String>,
    /// Which statistic; the metric's first where none.
    pub statistic: Option<String>,
    /// Weight.
    pub weight: f64,
}

/// What a proposal leaves out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// Metric id.
    pub kpi: String,
    /// Name for people.
    pub name: String,
    /// Kinds of record that would be needed.
    pub needs: Vec<RecordKind>,
    /// Why, in words.
    pub why: String,
}

/// Proposes a card.
///
/// # Errors
/// A wish that means nothing; records of which no KPI can be made.
pub fn propose(wish: &Wish, available: &Available, catalogue: &Catalogue) -> Result<Proposal, String> {
    wish.check()?;
    let industry = industries().iter().find(|industry| Some(&industry.id) == wish.industry.as_ref());
    let mut draft = Draft::blend(&wish.competes_on);
    if let Some(industry) = industry {
        draft.change(industry);
    }
    fit::support(&mut draft, wish, &available.kinds, catalogue);
    if draft.kpis.is_empty() {
        return Err(
            "no KPI can be made of the records at hand: `ticket`, `contact` or `survey_answer` is the least".to_owned()
        );
    }
    fit::trim(&mut draft, catalogue);
    let weights = fit::weights(&draft, catalogue);
    draft.prune();
    fit::tell_undefined(&mut draft);
    let toml = write::card(wish, industry, &draft, &weights, &available.targets, catalogue);
    let kpis = draft.kpis.iter().zip(&weights).map(|(kpi, weight)| ProposedKpi {
        metric: kpi.declared.metric.clone(),
        variant: kpi.variant.clone(),
        statistic: kpi.declared.statistic.clone(),
        weight: *weight,
    });
    Ok(Proposal { toml, kpis: kpis.collect(), left_out: draft.left_out, notes: draft.notes })
}

#[cfg(test)]
pub(crate) mod tests;
