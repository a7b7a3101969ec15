//! What a deed was done to.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A kind of subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// The definition of a metric.
    Metric,
    /// A KPI on a card: its entry, with its target.
    Kpi,
    /// A card as a whole.
    Card,
    /// The target of a KPI on a card.
    Target,
    /// An initiative.
    Initiative,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 5] = [Self::Metric, Self::Kpi, Self::Card, Self::Target, Self::Initiative];

    /// The name in the journal.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Metric => "metric",
            Kind::Kpi => "kpi",
            Kind::Card => "card",
            Kind::Target => "target",
            Kind::Initiative => "initiative",
        }
    }
}

/// What a deed was done to. As text `metric:fcr`, `card:company`, `kpi:company/fcr`, `target:company/fcr`,
/// `initiative:easy_returns`.
///
/// ```
/// use scorecard::review::Subject;
/// let subject: Subject = "kpi:company/fcr".parse().unwrap();
/// assert_eq!(subject, Subject::kpi("company", "fcr"));
/// assert_eq!(subject.to_string(), "kpi:company/fcr");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subject {
    /// Which kind.
    pub kind: Kind,
    /// Id of the metric or KPI, name of the card or initiative.
    pub id: String,
    /// Name of the card, of a KPI or target.
    pub card: Option<String>,
}

impl Subject {
    /// The definition of a metric.
    pub fn metric(id: &str) -> Subject {
        Subject { kind: Kind::Metric, id: id.to_owned(), card: None }
    }

    /// A KPI on a card.
    pub fn kpi(card: &str, id: &str) -> Subject {
        Subject { kind: Kind::Kpi, id: id.to_owned(), card: Some(card.to_owned()) }
    }

    /// The target of a KPI on a card.
    pub fn target(card: &str, id: &str) -> Subject {
        Subject { kind: Kind::Target, id: id.to_owned(), card: Some(card.to_owned()) }
    }

    /// A card.
    pub fn card(name: &str) -> Subject {
        Subject { kind: Kind::Card, id: name.to_owned(), card: None }
    }

    /// An initiative.
    pub fn initiative(name: &str) -> Subject {
        Subject { kind: Kind::Initiative, id: name.to_owned(), card: None }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.card {
            Some(card) => write!(f, "{}:{card}/{}", self.kind.name(), self.id),
            None => write!(f, "{}:{}", self.kind.name(), self.id),
        }
    }
}

impl std::str::FromStr for Subject {
    type Err = String;

    fn from_str(text: &str) -> Result<Subject, String> {
        let wrong = || {
            format!(
                "`{text}` is no subject: metric:ID, kpi:CARD/ID, target:CARD/ID, card:NAME or initiative:NAME is valid"
            )
        };
        let (kind, rest) = text.split_once(':').ok_or_else(wrong)?;
        let kind = Kind::ALL.into_iter().find(|one| one.name() == kind).ok_or_else(wrong)?;
        let (card, id) = match kind {
            Kind::Kpi | Kind::Target => {
                let (card, id) = rest.split_once('/').ok_or_else(wrong)?;
                (Some(card), id)
            }
            Kind::Metric | Kind::Card | Kind::Initiative => (None, rest),
        };
        if id.is_empty() || card.is_some_and(str::is_empty) {
            return Err(wrong());
        }
        Ok(Subject { kind, id: id.to_owned(), card: card.map(str::to_owned) })
    }
}

impl Serialize for Subject {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Subject {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}
