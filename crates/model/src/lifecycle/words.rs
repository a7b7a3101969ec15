//! The closed lists of words in records. A word outside its list is read as if nothing were stated, and counted.

use super::{Warning, Warnings};
use crate::RecordKind;

/// Reads the word `stated` in `field` with `parse`; one that is not in its list is counted.
pub(super) fn read<T>(
    stated: Option<&str>,
    parse: fn(&str) -> Option<T>,
    field: (RecordKind, &'static str),
    warnings: &mut Warnings,
) -> Option<T> {
    let word = stated?;
    let known = parse(word);
    if known.is_none() {
        warnings.note_value(Warning::UnknownValue, field, word.to_owned());
    }
    known
}

/// State of a ticket; open unless solved or closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    New,
    Open,
    Pending,
    OnHold,
    Solved,
    Closed,
}

impl Status {
    pub fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "new" => Self::New,
            "open" => Self::Open,
            "pending" => Self::Pending,
            "on_hold" => Self::OnHold,
            "solved" => Self::Solved,
            "closed" => Self::Closed,
            _ => return None,
        })
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Open => "open",
            Self::Pending => "pending",
            Self::OnHold => "on_hold",
            Self::Solved => "solved",
            Self::Closed => "closed",
        }
    }

    pub fn is_open(self) -> bool {
        !matches!(self, Self::Solved | Self::Closed)
    }
}

/// Who acts, or who made a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Actor {
    Customer,
    Agent,
    Bot,
    System,
}

impl Actor {
    pub fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "customer" => Self::Customer,
            "agent" => Self::Agent,
            "bot" => Self::Bot,
            "system" => Self::System,
            _ => return None,
        })
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Agent => "agent",
            Self::Bot => "bot",
            Self::System => "system",
        }
    }
}

/// Kind of event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EventKind {
    Reply,
    Note,
    Status,
    Assign,
    Escalate,
    Merge,
    Update,
}

impl EventKind {
    pub fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "reply" => Self::Reply,
            "note" => Self::Note,
            "status" => Self::Status,
            "assign" => Self::Assign,
            "escalate" => Self::Escalate,
            "merge" => Self::Merge,
            "update" => Self::Update,
            _ => return None,
        })
    }
}

/// What became of a contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Answered,
    Abandoned,
    Callback,
    Overflow,
    Waiting,
}

impl Outcome {
    pub fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "answered" => Self::Answered,
            "abandoned" => Self::Abandoned,
            "callback" => Self::Callback,
            "overflow" => Self::Overflow,
            "waiting" => Self::Waiting,
            _ => return None,
        })
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Abandoned => "abandoned",
            Self::Callback => "callback",
            Self::Overflow => "overflow",
            Self::Waiting => "waiting",
        }
    }
}

/// Who began a contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    In,
    Out,
}

impl Direction {
    pub fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "in" => Self::In,
            "out" => Self::Out,
            _ => return None,
        })
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::In => "in",
            Self::Out => "out",
        }
    }
}

/// How a contact came to a further agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Transfer {
    Cold,
    Warm,
    Consult,
}

impl Transfer {
    pub fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "cold" => Self::Cold,
            "warm" => Self::Warm,
            "consult" => Self::Consult,
            _ => return None,
        })
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Cold => "cold",
            Self::Warm => "warm",
            Self::Consult => "consult",
        }
    }
}

/// The clock of a promise of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PromiseClock {
    Business,
    Calendar,
}

impl PromiseClock {
    pub fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "business" => Self::Business,
            "calendar" => Self::Calendar,
            _ => return None,
        })
    }
}

/// Who handled a contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Handler {
    Human,
    Bot,
}

impl Handler {
    pub fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "human" => Self::Human,
            "bot" => Self::Bot,
            _ => return None,
        })
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Bot => "bot",
        }
    }
}

/// How the work that was reviewed or checked was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Sampling {
    Random,
    Targeted,
    /// Only of reviews: the same work scored by several reviewers.
    Calibration,
    /// Only of checks: nothing was left out.
    All,
}

impl Sampling {
    pub fn of_review(word: &str) -> Option<Self> {
        Self::parse(word).filter(|sampling| *sampling != Self::All)
    }

    pub fn of_check(word: &str) -> Option<Self> {
        Self::parse(word).filter(|sampling| *sampling != Self::Calibration)
    }

    fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "random" => Self::Random,
            "targeted" => Self::Targeted,
            "calibration" => Self::Calibration,
            "all" => Self::All,
            _ => return None,
        })
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Random => "random",
            Self::Targeted => "targeted",
            Self::Calibration => "calibration",
            Self::All => "all",
        }
    }
}

/// How grave the breach of a rule is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Severity {
    Critical,
    Major,
    Minor,
}

impl Severity {
    pub fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "critical" => Self::Critical,
            "major" => Self::Major,
            "minor" => Self::Minor,
            _ => return None,
        })
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::Major => "major",
            Self::Minor => "minor",
        }
    }
}
