//! What others have published: context for a figure, never a target.
//!
//! Each row says what it counts otherwise than the metric here does, when and where, of how many, and how far it can be
//! relied on. Rows older than three years are hidden unless asked for, and so are those of which nobody knows how old
//! they are.

use std::sync::LazyLock;

use catalogue::metric::Unit;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Years after which a figure is old.
const YEARS: i16 = 3;

/// A figure of others.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Benchmark {
    /// Metric it is nearest to.
    pub metric: String,
    /// True of an index that no metric here is like.
    #[serde(default)]
    pub is_context: bool,
    /// The variant that counts the same, or comes nearest.
    #[serde(default)]
    pub variant: Option<String>,
    /// The statistic that it is, where that can be said.
    #[serde(default)]
    pub statistic: Option<String>,
    /// What it counts otherwise; none where the definition matches.
    #[serde(default)]
    pub differs: Option<String>,
    /// The figure, where it is one.
    #[serde(default)]
    pub value: Option<f64>,
    /// Lower end of a range.
    #[serde(default)]
    pub low: Option<f64>,
    /// Upper end.
    #[serde(default)]
    pub high: Option<f64>,
    /// Unit of the figures.
    #[serde(deserialize_with = "unit")]
    pub unit: Unit,
    /// ISO 4217 code of amounts of money.
    #[serde(default)]
    pub currency: Option<String>,
    /// What the publisher says it is, as `median`.
    pub told: String,
    /// Whose figure it is, as `insurance`.
    pub subject: String,
    /// Id of the industry here that this belongs to, where there is one.
    #[serde(default)]
    pub industry: Option<String>,
    /// Channel, in words.
    pub channel: String,
    /// Region.
    pub region: String,
    /// When, as the publisher says it.
    pub year: String,
    /// The last year it can be of; none where nobody knows.
    #[serde(default)]
    pub latest: Option<i16>,
    /// False where the year is a guess.
    #[serde(default = "is_so")]
    pub is_dated: bool,
    /// Of how many, where that is said.
    #[serde(default)]
    pub n: Option<u64>,
    /// Who published it.
    pub source: String,
    /// Where.
    pub url: String,
    /// How far it can be relied on.
    pub reliability: Reliability,
    /// What else to know.
    #[serde(default)]
    pub note: Option<String>,
}

/// How far a figure can be relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize, ToSchema)]
pub enum Reliability {
    /// The publisher itself or a faithful copy, with its method.
    A,
    /// The publisher itself, with little said of the method.
    B,
    /// Customers of one vendor, an old figure, or one that was derived.
    C,
    /// A list or an opinion.
    D,
}

impl Reliability {
    /// In words.
    pub fn meaning(self) -> &'static str {
        match self {
            Reliability::A => "the publisher itself, with its method",
            Reliability::B => "the publisher itself, little said of the method",
            Reliability::C => "customers of one vendor, old or derived",
            Reliability::D => "a list or an opinion: not to be relied on",
        }
    }
}

fn is_so() -> bool {
    true
}

fn unit<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Unit, D::Error> {
    let name = String::deserialize(deserializer)?;
    Unit::parse(&name).ok_or_else(|| serde::de::Error::custom(format!("`{name}` is no unit")))
}

impl Benchmark {
    /// Whether it counts what this figure counts: under the same variant, and where it names none by default.
    pub fn matches(&self, metric: &str, variant: Option<&str>, statistic: &str) -> bool {
        self.differs.is_none()
            && !self.is_context
            && self.metric == metric
            && self.variant.as_deref() == variant
            && self.statistic.as_deref().is_none_or(|own| own == statistic)
    }

    /// Whether it is too old to be shown unasked, or may be.
    pub fn is_old(&self, today: Date) -> bool {
        self.latest.is_none_or(|latest| today.year() - latest > YEARS)
    }

    /// How old it is, in words.
    pub fn age(&self, today: Date) -> String {
        match self.latest {
            None => "of an unknown year".to_owned(),
            Some(latest) => {
                let guess = if self.is_dated { "" } else { "perhaps " };
                match today.year() - latest {
                    ..=0 => format!("{guess}of this year"),
                    1 => format!("{guess}a year old"),
                    years => format!("{guess}{years} years old"),
                }
            }
        }
    }
}

const ALL: &str = include_str!("../../../scorecards/benchmarks.toml");

#[derive(Deserialize)]
struct File {
    benchmark: Vec<Benchmark>,
}

/// Every benchmark. The file is part of the program, and a test reads it.
pub fn all() -> &'static [Benchmark] {
    static READ: LazyLock<Vec<Benchmark>> =
        LazyLock::new(|| toml::from_str(ALL).map_or_else(|_| Vec::new(), |file: File| file.benchmark));
    &READ
}

/// Those of `metric`, of every industry or of one and of all industries together; the newest and most reliable first. Old
/// ones only where asked for; the number of those hidden beside.
pub fn of(metric: &str, industry: Option<&str>, with_old: bool, today: Date) -> (Vec<&'static Benchmark>, usize) {
    let is_wanted = |one: &&Benchmark| {
        one.metric == metric
            && industry.is_none_or(|wanted| one.industry.as_deref() == Some(wanted) || one.subject == "all")
    };
    let (mut shown, hidden): (Vec<_>, Vec<_>) =
        all().iter().filter(is_wanted).partition(|one| with_old || !one.is_old(today));
    shown.sort_by(|a, b| b.latest.cmp(&a.latest).then(a.reliability.cmp(&b.reliability)));
    (shown, hidden.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::catalogue;

    fn today() -> Date {
        Date::constant(2026, 11, 21)
    }

    #[test]
    fn the_file_is_read_and_names_what_there_is() {
        toml::from_str::<File>(ALL).unwrap();
        assert_eq!(all().len(), 60);
        let catalogue = catalogue();
        for one in all() {
            assert!(one.value.is_some() || (one.low.is_some() && one.high.is_some()), "{one:?}");
            assert_eq!(one.currency.is_some(), one.unit == Unit::Currency, "{one:?}");
            let industries = crate::definition::INDUSTRIES.map(|(id, _)| id);
            assert!(one.industry.as_deref().is_none_or(|own| industries.contains(&own)), "{one:?}");
            let Some(metric) = catalogue.get(&one.metric) else {
                assert!(one.is_context, "{one:?}");
                continue;
            };
            assert!(one.variant.as_ref().is_none_or(|own| metric.variants.contains_key(own)), "{one:?}");
            assert!(one.statistic.as_ref().is_none_or(|own| metric.measure.statistics().contains(own)), "{one:?}");
            // what matches is in the metric's unit
            assert!(one.differs.is_some() || one.unit == metric.unit, "{one:?}");
        }
    }

    #[test]
    fn old_ones_are_hidden_unless_asked_for() {
        let check = |metric: &str, industry: Option<&str>, expected: (usize, usize), all: usize| {
            let (shown, hidden) = of(metric, industry, false, today());
            assert_eq!((shown.len(), hidden), expected, "{metric}");
            assert_eq!(of(metric, industry, true, today()).0.len(), all, "{metric}");
        };
        // three of 2024 and an opinion of 2026
        check("nps", None, (4, 0), 4);
        check("nps", Some("insurance"), (1, 0), 1);
        // 2012, 2017, and four that are perhaps of 2022
        check("csat_t2b", None, (0, 9), 9);
        // one of an unknown year, two of 2024–25
        check("agent_attrition", None, (2, 1), 3);
        check("no_such_metric", None, (0, 0), 0);
    }

    #[test]
    fn years_are_as_sure_as_they_are() {
        let with = |latest: Option<i16>, is_dated: bool| Benchmark { latest, is_dated, ..all()[0].clone() };
        let check = |latest: Option<i16>, is_dated: bool, is_old: bool, age: &str| {
            let one = with(latest, is_dated);
            assert_eq!((one.is_old(today()), one.age(today()).as_str()), (is_old, age));
        };
        check(Some(2026), true, false, "of this year");
        check(Some(2025), false, false, "perhaps a year old");
        check(Some(2023), true, false, "3 years old");
        check(Some(2022), true, true, "4 years old");
        check(None, false, true, "of an unknown year");
    }

    #[test]
    fn a_definition_matches_whole_or_not() {
        let top_box = all().iter().find(|one| one.variant.as_deref() == Some("top_box")).unwrap();
        assert!(top_box.matches("csat_t2b", Some("top_box"), "share"));
        assert!(!top_box.matches("csat_t2b", None, "share"));
        let survey = all().iter().find(|one| one.metric == "fcr").unwrap();
        assert!(!survey.matches("fcr", None, "share"));
        // what names no variant counts as the metric does by default
        let by_default = Benchmark { variant: None, ..top_box.clone() };
        assert!(by_default.matches("csat_t2b", None, "share"));
        assert!(!by_default.matches("csat_t2b", Some("top_box"), "share"));
        // of a year, which none of a period here is
        let yearly = all().iter().filter(|one| ["nrr", "grr"].contains(&one.metric.as_str())).collect::<Vec<_>>();
        assert_eq!(yearly.len(), 4);
        assert!(yearly.iter().all(|one| !one.matches(&one.metric, None, "share")));
    }
}
