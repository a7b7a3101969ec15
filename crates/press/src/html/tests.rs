use super::*;
use crate::fixture::{NASTY, document};

#[test]
fn words_from_data_stay_words() {
    let page = html(&document());
    assert!(!page.contains("<script"), "a script");
    assert!(!page.contains("CSAT <b>") && !page.contains("a <i>b"), "markup of data");
    assert!(!page.contains("javascript:x\""), "an address that runs");
    let nasty = "&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; #pagebreak()";
    // title of the page, title, subtitle, fact, paragraph, definition, callout
    assert_eq!(page.matches(nasty).count(), 7);
    assert!(NASTY.starts_with("<script>"));
}

#[test]
fn nothing_is_fetched_and_nothing_runs() {
    let page = html(&document());
    for wanted in ["<link", "@import", "url(", "src=", "onload", "onclick", "<script", "<iframe"] {
        assert!(!page.contains(wanted), "{wanted}");
    }
    // the only addresses are those of links, and the name of the language of pictures
    let addresses: Vec<&str> = page.match_indices("http").map(|(at, _)| &page[at..at + 24]).collect();
    assert_eq!(addresses, ["https://example.org/?a=1", "http://www.w3.org/2000/s"]);
}

#[test]
fn links_lead_to_headings_that_are_there() {
    let page = html(&document());
    assert!(page.contains("<a href=\"#second\""));
    assert!(page.contains("id=\"second\""));
    assert!(!page.contains("#missing"));
    assert!(page.contains("href=\"https://example.org/?a=1&amp;b=&quot;2&quot;\""));
}

#[test]
fn figures_are_pictures_and_words() {
    let page = html(&document());
    assert!(page.contains("<svg style=\"width:100%;max-width:1190px;height:auto;display:block\" xmlns"));
    assert!(page.contains(">CSAT &lt;b&gt; 104.0 · Total no score</p>"));
    assert!(page.contains("✗&nbsp;off target"));
}

#[test]
fn the_same_document_gives_the_same_page() {
    assert_eq!(html(&document()), html(&document()));
}
