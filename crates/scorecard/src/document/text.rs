//! Running text: plain words, emphasis, code, links.

/// Running text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Text(pub Vec<Span>);

/// A piece of running text. Its words are always words: none of them is ever read as markup.
#[derive(Clone, Debug, PartialEq)]
pub enum Span {
    /// Words.
    Plain(String),
    /// Words to see first.
    Strong(String),
    /// Words to stress.
    Emphasis(String),
    /// What is typed: ids, expressions, commands.
    Code(String),
    /// Words that lead elsewhere.
    Link {
        /// Where to.
        to: Link,
        /// The words.
        text: String,
    },
    /// The end of a line.
    Break,
}

/// Where a link leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Link {
    /// To a heading of the same document.
    Heading(String),
    /// To a page on the web; only `https:`, `http:` and `mailto:`.
    Web(String),
}

impl Text {
    /// Nothing yet.
    pub fn new() -> Text {
        Text::default()
    }

    /// Prose in which what is typed stands between backticks.
    ///
    /// ```
    /// use scorecard::document::{Span, Text};
    /// let text = Text::prose("ask `about` it");
    /// assert_eq!(text.0[1], Span::Code("about".to_owned()));
    /// ```
    pub fn prose(words: &str) -> Text {
        // an odd one out ends nothing
        let pairs = words.matches('`').count() / 2;
        let mut text = Text::new();
        for (place, part) in words.splitn(2 * pairs + 1, '`').enumerate().filter(|(_, part)| !part.is_empty()) {
            text = if place % 2 == 1 { text.code(part) } else { text.plain(part) };
        }
        text
    }

    /// With more plain words.
    #[must_use]
    pub fn plain(self, words: impl Into<String>) -> Text {
        self.and(Span::Plain(words.into()))
    }

    /// With words to see first.
    #[must_use]
    pub fn strong(self, words: impl Into<String>) -> Text {
        self.and(Span::Strong(words.into()))
    }

    /// With words to stress.
    #[must_use]
    pub fn emphasis(self, words: impl Into<String>) -> Text {
        self.and(Span::Emphasis(words.into()))
    }

    /// With something typed.
    #[must_use]
    pub fn code(self, words: impl Into<String>) -> Text {
        self.and(Span::Code(words.into()))
    }

    /// With words that lead to the heading `id`.
    #[must_use]
    pub fn link(self, words: impl Into<String>, id: impl Into<String>) -> Text {
        self.and(Span::Link { to: Link::Heading(id.into()), text: words.into() })
    }

    /// With words that lead to a page on the web; plain words where `address` is none that may be opened.
    #[must_use]
    pub fn web(self, words: impl Into<String>, address: &str) -> Text {
        let scheme = address.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
        match scheme.as_deref() {
            Some("https" | "http" | "mailto") => {
                self.and(Span::Link { to: Link::Web(address.to_owned()), text: words.into() })
            }
            _ => self.plain(words),
        }
    }

    /// With what follows in a line of its own.
    #[must_use]
    pub fn line(self) -> Text {
        if self.is_empty() { self } else { self.and(Span::Break) }
    }

    /// Several texts, each in a line of its own.
    pub fn lines(texts: impl IntoIterator<Item = Text>) -> Text {
        texts.into_iter().fold(Text::new(), |all, text| all.line().then(text))
    }

    /// With all of `other`.
    #[must_use]
    pub fn then(mut self, other: Text) -> Text {
        self.0.extend(other.0);
        self
    }

    /// Several texts with words between them.
    pub fn join(texts: impl IntoIterator<Item = Text>, between: &str) -> Text {
        let mut all = Text::new();
        for text in texts {
            if !all.is_empty() {
                all = all.plain(between);
            }
            all = all.then(text);
        }
        all
    }

    /// Whether there is nothing to read.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|span| span.words().is_empty())
    }

    /// Its words alone.
    pub fn words(&self) -> String {
        self.0.iter().map(Span::words).collect()
    }

    fn and(mut self, span: Span) -> Text {
        self.0.push(span);
        self
    }
}

impl Span {
    /// Its words alone.
    pub fn words(&self) -> &str {
        match self {
            Span::Plain(words) | Span::Strong(words) | Span::Emphasis(words) | Span::Code(words) => words,
            Span::Link { text, .. } => text,
            Span::Break => "\n",
        }
    }
}

impl From<&str> for Text {
    fn from(words: &str) -> Text {
        Text::new().plain(words)
    }
}

impl From<String> for Text {
    fn from(words: String) -> Text {
        Text::new().plain(words)
    }
}

impl From<&String> for Text {
    fn from(words: &String) -> Text {
        Text::new().plain(words.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_that_may_be_opened_are_links() {
        let check = |address: &str, is_link: bool| {
            let text = Text::new().web("words", address);
            assert_eq!(matches!(text.0[0], Span::Link { .. }), is_link, "{address}");
            assert_eq!(text.words(), "words");
        };
        check("https://example.org/a", true);
        check("MAILTO:lead@example.org", true);
        check("javascript:alert(1)", false);
        check("data:text/html,x", false);
        check("example.org", false);
    }

    #[test]
    fn texts_are_joined_by_words_between() {
        let text = Text::join([Text::from("a"), Text::new().code("b"), Text::from("c")], ", ");
        assert_eq!(text.words(), "a, b, c");
        assert!(Text::join([], ", ").is_empty());
    }
}
