//! L26: a direction on a metric that is best neither high nor low.

use catalogue::DEFAULTS;
use catalogue::diagnostic::Severity;
use catalogue::metric::Direction;

use super::{LintInput, Report, Rule};

pub(super) const RULE: Rule = Rule {
    id: "L26",
    severity: Severity::Warning,
    is_unfinished: false,
    title: "Wrong shape",
    fix: "take the direction out of your own definition, and set a band: low and high",
    check,
};

/// A target of one number on a metric that should be neither high nor low is refused when the card is read; what is left
/// is a definition of one's own that says it should be.
fn check(input: &LintInput<'_>, report: &mut Report<'_>) {
    for kpi in &input.definition.kpis {
        let Some(metric) = input.metric(kpi).filter(|metric| metric.direction != Direction::Range) else { continue };
        if is_shipped_as_range(&metric.id) {
            let message = format!(
                "`{}` is best neither high nor low, and `{}` says {} is better",
                kpi.id,
                metric.file.path,
                match metric.direction {
                    Direction::Up => "more",
                    _ => "less",
                }
            );
            report.kpi(kpi, message);
        }
    }
}

fn is_shipped_as_range(id: &str) -> bool {
    let file = format!("/{id}.toml");
    let shipped = DEFAULTS.iter().find(|(path, _)| path.ends_with(&file));
    shipped.is_some_and(|(_, text)| text.lines().any(|line| line.trim_start().starts_with("direction = \"range\"")))
}
