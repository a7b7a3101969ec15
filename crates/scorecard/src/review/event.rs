//! What people do, as the journal keeps it. Names of kinds and fields are for ever: they stand in journals.

use std::collections::BTreeMap;

use jiff::civil::Date;
use model::Instant;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::closing::Closed;
use super::subject::{Kind, Subject};
use crate::words;

/// A deed. What a person does is called as it is asked for; `viewed` and `closed` are noted by the program.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "body", rename_all = "snake_case")]
pub enum Event {
    /// Looked at, and still right as it is. Of what is retired it changes nothing; who wanted it retired takes that back.
    Confirm {
        /// Why.
        reason: String,
        /// Hash of what was confirmed.
        hash: String,
        /// Definitions that were in force.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        archived: Vec<Archived>,
    },
    /// Signed as it is written.
    Approve {
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        /// What was signed, the subject itself first, then what is part of it.
        texts: Vec<Signed>,
        /// Whether what was written then asked for two people.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        second_person: bool,
        /// Definitions that were in force.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        archived: Vec<Archived>,
    },
    /// Written anew.
    Change {
        /// Why.
        reason: String,
        /// Hash of what it is now.
        hash: String,
        /// What it is now, as JSON.
        text: String,
        /// Of a metric, hashes of the definitions it is made of, by their ids. Earlier versions did not keep them.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        inputs: BTreeMap<String, String>,
        /// What is part of it and nobody has signed as it is now.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        texts: Vec<Signed>,
        /// Definitions that are in force from now on.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        archived: Vec<Archived>,
    },
    /// Not used any more, until it is changed or approved again.
    Retire {
        /// Why.
        reason: String,
        /// Whether it takes a second person.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        second_person: bool,
    },
    /// Said about it, as by those who work under it.
    Comment {
        /// What was said.
        text: String,
    },
    /// Told to everybody concerned, who acknowledge it.
    Announce {
        /// What was told.
        text: String,
    },
    /// An announcement was read.
    Acknowledge {
        /// Its number in the journal.
        announcement: u64,
    },
    /// Its page was looked at; noted at most once a person and day.
    Viewed {},
    /// The answers of a card over a period that is over.
    Closed(Closed),
}

/// Names of the kinds of event, as the journal has them.
pub const KINDS: [&str; 9] =
    ["confirm", "approve", "change", "retire", "comment", "announce", "acknowledge", "viewed", "closed"];

/// A text that was signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signed {
    /// Of what.
    pub subject: Subject,
    /// Its hash.
    pub hash: String,
    /// What it said, as JSON, of a target: so that it is known later what was agreed. Earlier versions did not keep it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Of a metric, hashes of the definitions it is made of, by their ids: it is another one when one of them is. Earlier
    /// versions did not keep them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub inputs: BTreeMap<String, String>,
}

/// The definition of a metric, word for word, so that an old period can be answered under it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Archived {
    /// Id of the metric.
    pub metric: String,
    /// Hash of what it says.
    pub hash: String,
    /// First day it holds on.
    pub in_force_from: Date,
    /// Name of the file.
    pub file: String,
    /// The file.
    pub text: String,
}

/// An entry of the journal.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Recorded {
    /// Its place in the journal.
    pub number: u64,
    /// When.
    pub at: Instant,
    /// Who, as they said.
    pub actor: String,
    /// Kind of event.
    pub kind: String,
    /// What it was done to.
    pub subject: String,
    /// The rest of it.
    pub body: Value,
    /// Hash of the entry before.
    pub previous: String,
    /// Hash of this one.
    pub hash: String,
}

/// An entry that this version does not understand; a newer one wrote it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unknown;

impl Recorded {
    /// What was done, and to what.
    ///
    /// # Errors
    /// [`Unknown`] where a newer version wrote it.
    pub fn event(&self) -> Result<(Subject, Event), Unknown> {
        let subject = self.subject.parse().map_err(|_| Unknown)?;
        let whole = serde_json::json!({ "kind": self.kind, "body": self.body });
        let event = serde_json::from_value(whole).map_err(|_| Unknown)?;
        Ok((subject, event))
    }

    /// What was done, in words, without who and when.
    pub fn sentence(&self) -> String {
        self.event().map_or_else(|_| "done with a newer version".to_owned(), |(_, event)| event.sentence())
    }
}

impl Event {
    /// Its kind and the rest of it, as the journal keeps them.
    pub fn parts(&self) -> (String, String) {
        let mut whole = serde_json::to_value(self).unwrap_or_default();
        let kind = whole["kind"].as_str().unwrap_or_default().to_owned();
        (kind, whole["body"].take().to_string())
    }

    /// What was done, in words, without who and when.
    pub fn sentence(&self) -> String {
        match self {
            Event::Confirm { reason, archived, .. } => format!("confirmed: {reason}{}", kept(archived)),
            Event::Approve { reason, texts, archived, .. } => {
                format!(
                    "approved{}{}{}",
                    with(texts),
                    reason.as_ref().map_or_else(String::new, |reason| format!(": {reason}")),
                    kept(archived)
                )
            }
            Event::Change { reason, archived, .. } => format!("changed: {reason}{}", kept(archived)),
            Event::Retire { reason, .. } => format!("retired: {reason}"),
            Event::Comment { text } => format!("commented: {text}"),
            Event::Announce { text } => format!("announced: {text}"),
            Event::Acknowledge { announcement } => format!("acknowledged announcement {announcement}"),
            Event::Viewed {} => "looked at".to_owned(),
            Event::Closed(closed) => closed.sentence(),
        }
    }
}

/// Which definitions answer for which days since a deed, in words: `; in force from 1 Jan 2026: fcr`.
fn kept(archived: &[Archived]) -> String {
    let mut days: BTreeMap<Date, Vec<&str>> = BTreeMap::new();
    for one in archived {
        days.entry(one.in_force_from).or_default().push(&one.metric);
    }
    days.into_iter()
        .map(|(day, metrics)| format!("; in force from {}: {}", words::day(day), metrics.join(", ")))
        .collect()
}

/// What was signed with a subject, in words: ` with its 7 KPIs and 6 targets`.
fn with(texts: &[Signed]) -> String {
    let parts: Vec<Kind> = texts.iter().skip(1).map(|text| text.subject.kind).collect();
    let told = |kind: Kind, one: &str, many: &str| match parts.iter().filter(|part| **part == kind).count() {
        0 => None,
        1 => Some(one.to_owned()),
        count => Some(format!("{count} {many}")),
    };
    let told = [told(Kind::Kpi, "KPI", "KPIs"), told(Kind::Target, "target", "targets")];
    let told: Vec<String> = told.into_iter().flatten().collect();
    if told.is_empty() { String::new() } else { format!(" with its {}", told.join(" and ")) }
}
