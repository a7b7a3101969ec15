use model::calendar::Compare;

use super::*;
use crate::fixture::{card, definition};
use crate::project::{Projection, Verdict};
use crate::review::{Approval, SinceClosed, SinceOf};

#[test]
fn a_projection_is_cut_at_what_there_can_be() {
    let definition = definition(crate::COMPANY.1);
    let check = |id: &str, (low, value, high): (f64, f64, f64), course: Course, expected: &str| {
        let projection = Projection {
            deadline: jiff::civil::Date::constant(2027, 12, 31),
            value,
            low,
            high,
            chance: 0.97,
            verdict: Verdict::Will,
            points: 12,
            course,
        };
        let known = crate::fixture::kpi_card(definition.kpi(id).unwrap());
        let told = super::projection(&Card { projection: Some(projection), ..known }).unwrap();
        let (_, told) = told.split_once("31 Dec 2027: ").unwrap();
        assert_eq!(told, format!("{expected}, will make it (chance 97 %)"));
    };
    let (possible, falls, rises) = (Course::Possible, Course::FallsTooFast, Course::RisesTooFast);
    check("first_response_time", (3480.0, 4800.0, 6000.0), possible, "1 h 20 m (58 m – 1 h 40 m)");
    check("first_response_time", (0.0, 600.0, 3402.0), possible, "10 m (up to 56 m 42 s)");
    check("first_response_time", (0.0, 0.0, 3402.0), falls, "falls faster than can go on (up to 56 m 42 s)");
    check("first_response_time", (0.0, 0.0, 0.0), falls, "falls faster than can go on");
    check("abandonment_rate", (88.0, 100.0, 100.0), rises, "rises faster than can go on (88.0 % or more)");
    check("abandonment_rate", (4.0, 4.0, 4.0), possible, "4.0 %");
}

fn company() -> Scorecard {
    card(&definition(crate::COMPANY.1), Some(Compare::Prev), None)
}

#[test]
fn a_cap_is_told_where_it_lowers_the_total() {
    let check = |score: Option<f64>, uncapped: Option<f64>, expected: &str| {
        let mut card = company();
        (card.total.score, card.total.uncapped) = (score, uncapped);
        assert_eq!(headline(&card).first().unwrap(), expected);
    };
    let low = "✗ Cost and flow: 20.8, below its floor of 40.0";
    check(Some(60.0), Some(72.1), &format!("{low}: the total is capped at 60"));
    check(Some(34.6), Some(34.6), low);
    check(None, None, low);
}

#[test]
fn a_full_count_has_no_margin() {
    let interval = (Some(72.2), Some(87.5));
    assert_eq!(margin_of(Some(81.0), interval, true, Unit::Percent), "72.2–87.5 %");
    assert_eq!(margin_of(Some(81.0), (None, None), false, Unit::Percent), "full count");
    assert_eq!(margin_of(Some(81.0), (None, None), true, Unit::Percent), "");
    assert_eq!(margin_of(None, (None, None), false, Unit::Percent), "");
}

#[test]
fn the_company_card() {
    insta::assert_snapshot!(text(&company(), 110, &TimeZone::UTC), @r"
    Company scorecard · template default, not approved
    Every customer gets a right answer, fast, without effort — at a cost we can sustain.
    1–31 Oct 2026 against 1–30 Sep 2026, loaded through 2026-11-05T08:55:00+00:00

    ✗ Cost and flow: 20.8, below its floor of 40.0
    Total 52.8 (100 is on target), over 85 % of the weight
    ✓ 1 on target · ▲ 3 within tolerance · ✗ 1 off target · ≈ 1 too close to call · – 1 no data

    What changed
    · First response time fell by 21 m 40 s to 1 h 40 m, better
    · Unresolved backlog rose by 125 (+27.2 %) to 585, worse
    · Customer satisfaction rose by 3.2 pp to 86.0 %, better

                               value               margin    target             change  score  status
    Satisfaction (55 %, score 70.3)
      Customer satisfacti…    86.0 %          84.4–87.5 %  ≥ 88.0 %     +3.2 pp better   80.0  ▲ within tolerance
      First response time   1 h 40 m  1 h 37 m – 1 h 44 m     ≤ 2 h  −21 m 40 s better  106.7  ✓ on target
      Service level           76.0 %             ± 0.8 pp  ≥ 80.0 %    +0.1 pp unclear   20.0  ▲ within tolerance
      Abandonment rate         5.8 %            4.8–7.0 %   ≤ 5.0 %    −0.2 pp unclear   73.0  ≈ too close to call
    Loyalty (15 %)
      Net Promoter Score     25 only                         ≥ 30.0                            – no data
    Cost and flow (30 %, score 20.8)
      Full resolution time  5 h 10 m  4 h 35 m – 5 h 50 m     ≤ 4 h       −5 m unclear   41.7  ▲ within tolerance
      Unresolved backlog         585           full count     ≤ 200         +125 worse    0.0  ✗ off target

    Still settling: Customer satisfaction
    ");
}

#[test]
fn a_narrow_card() {
    insta::assert_snapshot!(text(&company(), 60, &TimeZone::UTC), @r"
    Company scorecard · template default, not approved
    Every customer gets a right answer, fast, without effort —
    at a cost we can sustain.
    1–31 Oct 2026 against 1–30 Sep 2026, loaded through
    2026-11-05T08:55:00+00:00

    ✗ Cost and flow: 20.8, below its floor of 40.0
    Total 52.8 (100 is on target), over 85 % of the weight
    ✓ 1 on target · ▲ 3 within tolerance · ✗ 1 off target ·
    ≈ 1 too close to call · – 1 no data

    What changed
    · First response time fell by 21 m 40 s to 1 h 40 m, better
    · Unresolved backlog rose by 125 (+27.2 %) to 585, worse
    · Customer satisfaction rose by 3.2 pp to 86.0 %, better

                               value  score  status
    Satisfaction (55 %, score 70.3)
      Customer satisfacti…    86.0 %   80.0  ▲ within tolerance
      First response time   1 h 40 m  106.7  ✓ on target
      Service level           76.0 %   20.0  ▲ within tolerance
      Abandonment rate         5.8 %   73.0  ≈ too close to call
    Loyalty (15 %)
      Net Promoter Score     25 only         – no data
    Cost and flow (30 %, score 20.8)
      Full resolution time  5 h 10 m   41.7  ▲ within tolerance
      Unresolved backlog         585    0.0  ✗ off target

    Still settling: Customer satisfaction
    ");
}

#[test]
fn what_the_journal_says_is_told() {
    let mut card = company();
    let approval = |status, by: &str, waits: Option<&str>| Approval {
        status,
        by: Some(by.to_owned()),
        on: Some("2026-11-02".parse().unwrap()),
        waits_for_second: waits.map(str::to_owned),
        changed_inputs: Vec::new(),
    };
    let title = |card: &Scorecard| text(card, 100, &TimeZone::UTC).lines().next().unwrap_or_default().to_owned();
    use ApprovalStatus::{Approved, ChangedSinceApproval, Draft, Retired, TemplateDefault};
    let mut check = |approval: Approval, expected: &str| {
        card.approval = Some(approval);
        assert_eq!(title(&card), format!("Company scorecard · {expected}"));
    };
    check(approval(Approved, "Anna and Bert", None), "approved by Anna and Bert on 2 Nov 2026");
    check(approval(ChangedSinceApproval, "Anna", None), "changed since its approval by Anna on 2 Nov 2026");
    let first = Approval { by: None, on: None, ..approval(Draft, "", Some("Anna")) };
    check(first.clone(), "draft, not approved, signed by Anna, waiting for a second person");
    let template = Approval { status: TemplateDefault, waits_for_second: None, ..first };
    check(template, "template default, not approved");

    let on = "2026-11-02".parse().unwrap();
    let total = card.total.score;
    card.closed = Some(ClosedPeriod {
        hours_changed: false,
        on,
        by: "Anna".to_owned(),
        provisional: true,
        reason: None,
        total,
        earlier: Vec::new(),
        changed: Vec::new(),
    });
    card.kpis[0].approval = Some(approval(ChangedSinceApproval, "Anna", None));
    let section = |card: &Scorecard| {
        let text = text(card, 110, &TimeZone::UTC);
        let lines = text.lines().skip_while(|line| !line.starts_with("Closed")).take_while(|line| !line.is_empty());
        (lines.collect::<Vec<_>>().join("\n"), text.contains("Changed since approval: Customer satisfaction"))
    };
    let unchanged = "Closed provisionally on 2026-11-02 by Anna; no figure has changed since".to_owned();
    assert_eq!(section(&card), (unchanged.clone(), true));
    let set = |card: &mut Scorecard, total, changed: Vec<SinceClosed>| {
        card.closed = card.closed.take().map(|closed| ClosedPeriod { total, changed, ..closed });
    };
    card.kpis[1].approval = Some(approval(Retired, "Anna and Bert", None));
    let note =
        "First response time: retired by Anna and Bert on 2 Nov 2026; still on the card: take it out of its file";
    let shown = text(&card, 110, &TimeZone::UTC);
    assert!(shown.contains(note), "{shown}");
    // another total alone is told
    set(&mut card, Some(60.0), vec![]);
    assert_eq!(section(&card).0, format!("{unchanged}, but the card has, the total was 60.0"));
    let since = |id: &str, figure, sentence: &str| SinceClosed {
        of: SinceOf::Kpi,
        id: id.to_owned(),
        figure,
        sentence: sentence.to_owned(),
    };
    let judged = since("csat_t2b", false, "Customer satisfaction: target ≥ 90.0 % then, ≥ 88.0 % now");
    set(&mut card, total, vec![judged.clone()]);
    insta::assert_snapshot!(section(&card).0, @r"
    Closed provisionally on 2026-11-02 by Anna; no figure has changed since, but the card has
    · Customer satisfaction: target ≥ 90.0 % then, ≥ 88.0 % now
    ");
    set(&mut card, total, vec![judged, since("nps", true, "Net Promoter Score 30.0 then, – now")]);
    insta::assert_snapshot!(section(&card).0, @r"
    Closed provisionally on 2026-11-02 by Anna; restated since
    · Customer satisfaction: target ≥ 90.0 % then, ≥ 88.0 % now
    · Net Promoter Score 30.0 then, – now
    ");
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    let mut card = company();
    card.kpis[0].name = "Kundenzufriedenheit 顧客満足度 über alle Kanäle, Länder und Sprachen hinweg".to_owned();
    card.kpis[1].name = "line\nbreak \u{1b}[31mand colour".to_owned();
    card.perspectives[0].name = "a perspective with quite a long name ".repeat(5);
    card.title = "x".repeat(300);
    for columns in 0..140 {
        let text = text(&card, columns, &TimeZone::UTC);
        let widest = text.lines().map(UnicodeWidthStr::width).max();
        assert!(widest <= Some(columns.clamp(40, 110)), "{columns}\n{text}");
        assert!(!text.contains('\u{1b}'));
        for status in card.kpis.iter().map(|kpi| kpi.status.words()) {
            assert!(text.contains(status), "{columns}\n{text}");
        }
    }
}
