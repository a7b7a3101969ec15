//! Names of people: as they are recorded, and whether two of them are one person's.
//!
//! Whoever types a name is believed; but nobody becomes a second person by a character that nobody sees, or by writing
//! the same letters another way. Letters of other scripts that only look alike (a Cyrillic `а`) are other letters: they
//! cannot be told apart without proof of who somebody is.

use unicode_normalization::UnicodeNormalization;

/// A name as it is recorded: composed letters, one space between words, and nothing that nobody sees.
///
/// ```
/// use scorecard::review::as_written;
/// assert_eq!(as_written("  Zoe\u{301}\u{200b}  de  Vries "), "Zoé de Vries");
/// ```
pub fn as_written(name: &str) -> String {
    words(&name.nfc().collect::<String>())
}

/// Whether two names are of one person: case, blanks, what nobody sees and how a letter is put together do not count.
///
/// ```
/// use scorecard::review::same_name;
/// assert!(same_name("Weiß", "WEISS") && same_name("Anna", "An\u{200b}na") && !same_name("Anna", "Hanna"));
/// ```
pub fn same_name(one: &str, other: &str) -> bool {
    plain(one) == plain(other)
}

fn plain(name: &str) -> String {
    let letters: String = name.nfkc().collect();
    // upper case first, which knows neither `ß` nor a sigma at the end of a word; folded so, letters may be put together
    // in another way
    words(&letters).to_uppercase().to_lowercase().replace('ς', "σ").nfkc().collect()
}

/// The words of a name, each without what nobody sees.
fn words(name: &str) -> String {
    let seen: String = name.chars().filter(|character| !is_unseen(*character)).collect();
    let is_blank = |character: char| character.is_whitespace() || BLANK_BRAILLE == character;
    seen.split(is_blank).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A pattern without dots, which looks like a space.
const BLANK_BRAILLE: char = '\u{2800}';

/// Whether a character leaves no trace on paper: those that Unicode calls ignorable by default (joiners, directions,
/// soft hyphens, fillers, selectors of variants, tags), and annotations.
fn is_unseen(character: char) -> bool {
    matches!(character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_person_has_one_name() {
        let check = |one: &str, other: &str, expected: bool| {
            assert_eq!(same_name(one, other), expected, "{one:?} {other:?}");
            assert_eq!(same_name(other, one), expected, "{other:?} {one:?}");
        };
        check("Anna", "  ANNA ", true);
        check("Anna de Vries", "anna  de\u{a0}vries", true);
        // what nobody sees: a space of no width, a joiner, a direction, a soft hyphen, a byte order mark, a tag
        for unseen in ['\u{200b}', '\u{200d}', '\u{202e}', '\u{ad}', '\u{feff}', '\u{2060}', '\u{e0041}', '\u{3164}'] {
            check("Anna", &format!("An{unseen}na{unseen}"), true);
        }
        check("Anna", "Anna\u{2800}", true);
        // one letter or two, wide letters, ligatures
        check("Zo\u{e9}", "Zoe\u{301}", true);
        check("Anna", "Ａｎｎａ", true);
        check("Steffi", "Ste\u{fb03}", true);
        // what case makes of them
        check("Weiß", "WEISS", true);
        check("Weiß", "Weiss", true);
        check("Νίκος", "ΝΊΚΟΣ", true);
        check("Anna", "Hanna", false);
        check("Zoé", "Zoe", false);
        check("Anna", "Ann a", false);
    }

    #[test]
    fn a_name_is_recorded_as_it_is_seen() {
        let check = |name: &str, expected: &str| assert_eq!(as_written(name), expected, "{name:?}");
        check(" Anna\t de  Vries\n", "Anna de Vries");
        check("An\u{200b}na\u{202e}", "Anna");
        check("Zoe\u{301}", "Zo\u{e9}");
        check("\u{200b}\u{2800}", "");
        // written as its bearer writes it
        check("Ｗeiß", "Ｗeiß");
    }
}
