//! L04: too few perspectives, or one that outweighs the others.

use catalogue::diagnostic::Severity;

use super::{LintInput, Report, Rule};
use crate::template::balance;

pub(super) const RULE: Rule = Rule {
    id: "L04",
    severity: Severity::Error,
    is_unfinished: false,
    title: "Unbalanced",
    fix: "weigh at least four perspectives, none more than 0.55",
    check,
};

fn check(input: &LintInput<'_>, report: &mut Report<'_>) {
    let balance = balance();
    let perspectives: Vec<_> = input.definition.perspectives.iter().filter(|one| one.weight > 0.0).collect();
    if perspectives.len() < balance.perspectives_min {
        let (count, least) = (perspectives.len(), balance.perspectives_min);
        report.card(format!("the card has KPIs of {count} perspectives; balance takes {least}"));
    }
    for one in perspectives.iter().filter(|one| one.weight > balance.perspective_max + 1e-9) {
        report.place(
            &one.span,
            format!("perspective `{}` weighs {:.2}, more than {:.2}", one.id, one.weight, balance.perspective_max),
        );
    }
}
