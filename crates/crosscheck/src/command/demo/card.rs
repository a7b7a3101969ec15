//! The card of the sample organisation, with the days that its targets are set on and due.

use jiff::ToSpan;
use jiff::civil::{Date, date};

/// `template` with the day every target was set on, three months before `until`, and its deadline, the end of the year
/// after.
pub(super) fn card(template: &str, until: Date) -> String {
    let deadline = date(until.year().saturating_add(1), 12, 31);
    let set = until.saturating_sub(3.months());
    let line = |line: &str| match line.strip_prefix("target = {").and_then(|rest| rest.trim_end().strip_suffix('}')) {
        Some(target) => {
            let target = target.trim_end();
            format!("target = {{{target}, deadline = {deadline}, set_on = {set}, from = \"own\" }}")
        }
        None => line.to_owned(),
    };
    template.lines().map(line).collect::<Vec<_>>().join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use catalogue::Catalogue;
    use catalogue::diagnostic::Severity;
    use catalogue::file::Problems;
    use catalogue::source::SourceText;
    use scorecard::lint::{Evidence, LintInput, lint};

    use super::*;

    /// The first card that anybody sees keeps the rules of the house.
    #[test]
    fn the_sample_card_is_whole_and_balanced() {
        let (path, template) = scorecard::SAMPLE;
        let text = card(template, date(2026, 11, 26));
        let mut problems = Problems::default();
        let catalogue = Catalogue::load(&[], &mut problems);
        let file = SourceText { path: path.to_owned(), text };
        let card = scorecard::declare(file, &catalogue, &mut problems);
        assert_eq!(problems.into_sorted(), []);
        let card = card.unwrap();
        for kpi in &card.kpis {
            let target = kpi.target.as_ref().unwrap();
            let days = (target.set_on, target.deadline);
            assert_eq!(days, (Some(date(2026, 8, 26)), Some(date(2027, 12, 31))), "{}", kpi.id);
            assert!(!kpi.operational.is_empty(), "{}", kpi.id);
        }
        let (cards, evidence) = (BTreeMap::new(), Evidence::default());
        let input = LintInput {
            name: "company",
            definition: &card,
            cards: &cards,
            catalogue: &catalogue,
            evidence: &evidence,
            reviews: None,
            today: date(2026, 11, 26),
        };
        let found = lint(&input);
        let grave: Vec<_> = found.iter().filter(|one| one.severity == Severity::Error).collect();
        assert!(grave.is_empty(), "{grave:#?}");
        assert!(!card.objectives.is_empty() && !card.gates.is_empty() && !card.pairs.is_empty());
    }
}
