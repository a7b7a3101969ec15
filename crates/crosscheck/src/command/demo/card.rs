//! The card of the sample organisation: the template, with what an organisation would have filled in.

use catalogue::Catalogue;
use catalogue::file::Problems;
use jiff::civil::{Date, date};

/// Most operational metrics a KPI is given.
const OPERATIONAL: usize = 3;

/// `template` with a deadline for every target, the end of the year after `until`, and for every KPI those metrics that
/// move it by its definition.
pub(super) fn card(template: &str, until: Date) -> String {
    let catalogue = Catalogue::load(&[], &mut Problems::default());
    let deadline = date(until.year().saturating_add(1), 12, 31);
    let line = |line: &str| {
        if let Some(target) = line.strip_prefix("target = {").and_then(|rest| rest.trim_end().strip_suffix('}')) {
            return format!("target = {{{}, deadline = {deadline} }}", target.trim_end());
        }
        let metric = line.strip_prefix("metric = \"").and_then(|rest| rest.split('"').next());
        let drivers = metric.and_then(|id| catalogue.get(id)).map(|metric| metric.drivers.iter());
        let known = drivers.into_iter().flatten().filter(|driver| catalogue.get(driver).is_some());
        let named: Vec<String> = known.take(OPERATIONAL).map(|driver| format!("\"{driver}\"")).collect();
        match named.as_slice() {
            [] => line.to_owned(),
            _ => format!("{line}\noperational = [{}]", named.join(", ")),
        }
    };
    template.lines().map(line).collect::<Vec<_>>().join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use catalogue::source::SourceText;

    use super::*;

    #[test]
    fn the_sample_card_has_what_the_template_leaves_open() {
        let (path, template) = scorecard::COMPANY;
        let text = card(template, date(2026, 11, 26));
        let mut problems = Problems::default();
        let catalogue = Catalogue::load(&[], &mut problems);
        let file = SourceText { path: path.to_owned(), text };
        let card = scorecard::declare(file, &catalogue, &mut problems).unwrap();
        assert_eq!(problems.into_sorted(), []);
        for kpi in &card.kpis {
            let target = kpi.target.as_ref().unwrap();
            assert_eq!(target.deadline, Some(date(2027, 12, 31)), "{}", kpi.id);
            let has_drivers = catalogue.get(&kpi.metric).is_some_and(|metric| !metric.drivers.is_empty());
            assert_eq!(!kpi.operational.is_empty(), has_drivers, "{}", kpi.id);
        }
        let csat = card.kpi("csat_t2b").unwrap();
        assert_eq!(csat.operational, ["first_response_time", "fcr", "quality_score"]);
    }
}
