use super::*;
use crate::fixture::document;

#[test]
fn every_block_in_markdown() {
    insta::assert_snapshot!(markdown(&document()), @r##"
    # Title &lt;script&gt;alert("x")&lt;/script&gt; &amp; #pagebreak() \[\*bold\*\](javascript:x) $x^2$ \`code\` \_u\_ \| @ref \\ #sys.version \~

    Subtitle &lt;script&gt;alert("x")&lt;/script&gt; &amp; #pagebreak() \[\*bold\*\](javascript:x) $x^2$ \`code\` \_u\_ \| @ref \\ #sys.version \~

    | Test report | |
    |---|---|
    | Period | 1–31 Oct 2026 |
    | Name | &lt;script&gt;alert("x")&lt;/script&gt; &amp; #pagebreak() \[\*bold\*\](javascript:x) $x^2$ \`code\` \_u\_ \| @ref \\ #sys.version \~ |

    <a id="first"></a>

    ## First

    &lt;script&gt;alert("x")&lt;/script&gt; &amp; #pagebreak() \[\*bold\*\](javascript:x) $x^2$ \`code\` \_u\_ \| @ref \\ #sys.version \~

    Plain, **strong**, *stressed*, `` a == `b` ``, [inside](#second), nowhere, [outside](<https://example.org/?a=1&b="2">).

    - one
    - two

    1. first
    2. second

    - **term**: &lt;script&gt;alert("x")&lt;/script&gt; &amp; #pagebreak() \[\*bold\*\](javascript:x) $x^2$ \`code\` \_u\_ \| @ref \\ #sys.version \~

    <a id="second"></a>

    ### Second

    **Against target**

    | KPI | Figure | Change | Day | Status |
    |---|---:|---:|---:|---|
    | **Satisfaction, 55 %** | | | | |
    | CSAT \| a &lt;i&gt;b&lt;/i&gt; | 86.4 % | −1.3 pp | 31 Oct 2026 | ✗ off target |
    | First response | 3 h 31 m | −36 m |  | ≈ too close to call |
    | **Cost** | **5.50** |  |  |  |

    - Scores: CSAT &lt;b&gt; 104.0 · Total no score

    > [!CAUTION]
    > **Mind**
    >
    > &lt;script&gt;alert("x")&lt;/script&gt; &amp; #pagebreak() \[\*bold\*\](javascript:x) $x^2$ \`code\` \_u\_ \| @ref \\ #sys.version \~

    <a id="third"></a>

    #### Third

    \- not a list

    1\. not a list either
    "##);
}

#[test]
fn code_ends_where_it_ends() {
    let check = |code: &str, expected: &str| assert_eq!(fenced(code), expected, "{code}");
    check("a", "`a`");
    check("a `b`", "`` a `b` ``");
    check("a ``b`` c", "```a ``b`` c```");
}

#[test]
fn beginnings_of_lines_are_no_markup() {
    let check = |words: &str, expected: &str| assert_eq!(escape(words), expected, "{words}");
    check("# a", "\\# a");
    check("a # b", "a # b");
    check("12. a", "12\\. a");
    check("1.5 h", "1.5 h");
    check("a_b*c", "a\\_b\\*c");
    check("<b>", "&lt;b&gt;");
}
