//! L07: a target that nobody, or nobody in particular, answers for.

use catalogue::diagnostic::Severity;

use super::{LintInput, Report, Rule};

pub(super) const RULE: Rule = Rule {
    id: "L07",
    severity: Severity::Error,
    is_unfinished: true,
    title: "Nobody is accountable",
    fix: "name one person, or the one who holds an office, as owner = \"Head of support\"; not a group",
    check,
};

/// Words by which an owner is a group.
const GROUPS: [&str; 8] = ["team", "department", "everyone", "everybody", "all", "managers", "staff", "group"];

fn check(input: &LintInput<'_>, report: &mut Report<'_>) {
    for kpi in &input.definition.kpis {
        let Some(target) = &kpi.target else { continue };
        match &target.owner {
            None => report.target(kpi, target, format!("nobody answers for the target of `{}`", kpi.id)),
            Some(owner) if is_group(owner) => {
                let message =
                    format!("\"{owner}\" answers for the target of `{}`: where several do, nobody does", kpi.id);
                report.target(kpi, target, message);
            }
            Some(_) => {}
        }
    }
}

/// Whether the last word names a group, as in "Billing team" but not in "Team lead"; or several are named.
fn is_group(owner: &str) -> bool {
    let owner = owner.to_lowercase();
    let last = owner.split_whitespace().last().unwrap_or_default();
    GROUPS.contains(&last) || owner.contains(" and ") || owner.contains(['&', ',', ';'])
}
