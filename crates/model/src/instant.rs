//! Points in time and lengths of time, a type each.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A point in time: microseconds since 1970-01-01T00:00:00Z. In JSON it is text after RFC 3339.
///
/// ```
/// let instant: model::Instant = "2025-10-26T01:30:00+01:00".parse().unwrap();
/// assert_eq!(instant.to_string(), "2025-10-26T00:30:00Z");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(i64);

impl Instant {
    /// The instant `micros` microseconds after 1970-01-01T00:00:00Z.
    pub const fn from_micros(micros: i64) -> Self {
        Instant(micros)
    }

    /// Microseconds since 1970-01-01T00:00:00Z.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Time from `earlier` to `self`, truncated to milliseconds; negative when `earlier` is later.
    pub fn since(self, earlier: Instant) -> Millis {
        Millis::new(self.0.saturating_sub(earlier.0).div_euclid(1000))
    }

    /// This instant as a [`jiff::Timestamp`]; instants outside jiff's range (years −9999 to 9999) are clamped to it.
    pub fn timestamp(self) -> jiff::Timestamp {
        jiff::Timestamp::from_microsecond(self.0).unwrap_or(if self.0 < 0 {
            jiff::Timestamp::MIN
        } else {
            jiff::Timestamp::MAX
        })
    }
}

impl From<jiff::Timestamp> for Instant {
    fn from(timestamp: jiff::Timestamp) -> Self {
        Instant(timestamp.as_microsecond())
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

impl std::str::FromStr for Instant {
    type Err = jiff::Error;

    fn from_str(text: &str) -> Result<Self, jiff::Error> {
        Ok(text.parse::<jiff::Timestamp>()?.into())
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.timestamp().fmt(f)
    }
}

/// A length of time in whole milliseconds.
///
/// Milliseconds and not seconds, because a call answered after 20.4 s was not answered within 20 s.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Millis(i64);

impl Millis {
    /// A length of `millis` milliseconds.
    pub const fn new(millis: i64) -> Self {
        Millis(millis)
    }

    /// Whole milliseconds.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// Seconds, with their fraction.
    pub fn seconds(self) -> f64 {
        self.0 as f64 / 1000.0
    }
}
