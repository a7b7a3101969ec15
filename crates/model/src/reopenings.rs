//! Reopenings as facts keep them: one text that answers, for any window and any length, whether the customer opened
//! the ticket again within the one and for longer than the other.
//!
//! It lists `TIME:LENGTH`, in milliseconds and separated by commas: the time to the reopening, and how long the ticket
//! then stayed open, which is left empty while it does. In the order of time only those are listed that stayed open for
//! longer than every one before. Of any first few reopenings the longest is among them, and a question for one longer
//! than something is a question for the longest.

use crate::Millis;

/// The text of reopenings given in the order of time, each with the time to it and how long the ticket then stayed
/// open, none where it still is; none where there are none.
///
/// ```
/// use model::{Millis, reopenings};
/// let (minute, hour) = (Millis::new(60_000), Millis::new(3_600_000));
/// let told = [(hour, Some(minute)), (Millis::new(7_200_000), Some(minute)), (Millis::new(9_000_000), None)];
/// assert_eq!(reopenings::text(told).as_deref(), Some("3600000:60000,9000000:"));
/// assert_eq!(reopenings::text([]), None);
/// ```
pub fn text(reopenings: impl IntoIterator<Item = (Millis, Option<Millis>)>) -> Option<String> {
    let mut told = String::new();
    let mut longest = None;
    for (time, length) in reopenings {
        let endless_or = length.map_or(i64::MAX, Millis::get);
        if longest.is_some_and(|longest| endless_or <= longest) {
            continue;
        }
        longest = Some(endless_or);
        if !told.is_empty() {
            told.push(',');
        }
        told.push_str(&time.get().to_string());
        told.push(':');
        if let Some(length) = length {
            told.push_str(&length.get().to_string());
        }
    }
    longest.map(|_| told)
}

/// Whether one of the reopenings in `text` came within `window`, inclusive, and stayed open for longer than
/// `thank_you`. What cannot be read is no reopening.
pub fn any_within(text: &str, window: Millis, thank_you: Millis) -> bool {
    text.split(',').any(|reopening| {
        let Some((time, length)) = reopening.split_once(':') else { return false };
        let is_within = time.parse::<i64>().is_ok_and(|time| time <= window.get());
        is_within && (length.is_empty() || length.parse::<i64>().is_ok_and(|length| length > thank_you.get()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text tells of all reopenings what they tell themselves, for every window and length.
    #[test]
    fn records_answer_what_all_reopenings_answer() {
        let lengths = [Some(1), Some(2), Some(3), None];
        for number in 0..256_usize {
            let all: Vec<(i64, Option<i64>)> =
                (0..4).map(|place| (10 * place, lengths[number >> (2 * place) & 3])).collect();
            let told = text(all.iter().map(|(time, length)| (Millis::new(*time), length.map(Millis::new)))).unwrap();
            for window in -1..32 {
                for thank_you in 0..4 {
                    let wanted = all
                        .iter()
                        .any(|(time, length)| *time <= window && length.is_none_or(|length| length > thank_you));
                    let found = any_within(&told, Millis::new(window), Millis::new(thank_you));
                    assert_eq!(found, wanted, "{all:?} as {told}, within {window}, longer than {thank_you}");
                }
            }
        }
    }

    #[test]
    fn only_what_can_be_read_counts() {
        for (told, wanted) in [
            ("", false),
            (":", false),
            ("5", false),
            ("5:", true),
            ("5:x", false),
            ("x:9", false),
            ("5:9:9", false),
            ("5:9", true),
            ("5:3,6:9", true),
            ("5:3,,6:9", true),
            ("5:3, 6:9", false),
        ] {
            assert_eq!(any_within(told, Millis::new(10), Millis::new(3)), wanted, "{told:?}");
        }
    }
}
