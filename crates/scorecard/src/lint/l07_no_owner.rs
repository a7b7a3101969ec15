//! L07: a target that nobody, or nobody in particular, answers for; or a card with a gate, so that a red one has nobody to be
//! told.

use catalogue::diagnostic::Severity;
use catalogue::metric::Status as DefinitionStatus;

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
    of_card(input, report);
}

/// Who is told of a red gate; a warning, as cards of before could not say it. On a template it is not anybody's yet.
fn of_card(input: &LintInput<'_>, report: &mut Report<'_>) {
    let card = input.definition;
    if card.gates.is_empty() || card.status == DefinitionStatus::TemplateDefault {
        return;
    }
    match &card.owner {
        None => report.card("nobody answers for the card, and is told where one of its gates is red"),
        Some(owner) if is_group(owner) => {
            report.card(format!("\"{owner}\" answers for the card: where several do, nobody does"));
        }
        Some(_) => return,
    }
    report.only_a_warning();
}

/// Whether the last word names a group, as in "Billing team" but not in "Team lead"; or several are named.
fn is_group(owner: &str) -> bool {
    let owner = owner.to_lowercase();
    let last = owner.split_whitespace().last().unwrap_or_default();
    GROUPS.contains(&last) || owner.contains(" and ") || owner.contains(['&', ',', ';'])
}
