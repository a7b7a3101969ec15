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

/// Words for several people: first or last in the name of a group, as in "Team Billing", "Support agents", "The board".
const GROUPS: [&str; 24] = [
    "agents",
    "all",
    "board",
    "colleagues",
    "committee",
    "council",
    "department",
    "departments",
    "directors",
    "employees",
    "everybody",
    "everyone",
    "executives",
    "group",
    "heads",
    "leaders",
    "leadership",
    "leads",
    "management",
    "managers",
    "people",
    "staff",
    "supervisors",
    "team",
];
/// Words for the one who holds an office, of whatever it is, as in "Head of Sales and Service", "Support team lead".
const OFFICES: [&str; 21] = [
    "ceo",
    "cfo",
    "chair",
    "chairman",
    "chairwoman",
    "chief",
    "cio",
    "coo",
    "coordinator",
    "cto",
    "deputy",
    "director",
    "head",
    "lead",
    "leader",
    "manager",
    "officer",
    "owner",
    "president",
    "supervisor",
    "vp",
];

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

/// Whether more than one person is named. One office is one person, whatever it is of; a comma between single words may be
/// that between a surname and a first name.
fn is_group(owner: &str) -> bool {
    let owner = owner.to_lowercase();
    let words: Vec<&str> = owner.split(|part: char| !part.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    match words.iter().filter(|word| OFFICES.contains(word)).count() {
        // "Anna Smith, Head of Support"; but "Chief" is one with the "Officer" behind it
        1 => false,
        2 if words.contains(&"chief") || words.contains(&"deputy") => false,
        0 => is_named_group(&words) || are_several(&owner),
        _ => are_several(&owner),
    }
}

fn is_named_group(words: &[&str]) -> bool {
    let words = words.strip_prefix(&["the"]).unwrap_or(words);
    words.first().into_iter().chain(words.last()).any(|word| GROUPS.contains(word))
}

/// Whether names are put side by side.
fn are_several(owner: &str) -> bool {
    if owner.contains(" and ") || owner.contains(" & ") || owner.contains(';') {
        return true;
    }
    match owner.split(',').collect::<Vec<_>>().as_slice() {
        [_] => false,
        // "Smith, Anna" or "van der Berg, Anna", but not "Anna Smith, Ben Fox"
        [surname, first] => [surname, first].iter().all(|part| part.split_whitespace().count() > 1),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::is_group;

    #[test]
    fn one_person_or_several() {
        let check = |owner: &str, expected: bool| assert_eq!(is_group(owner), expected, "{owner}");
        for one in [
            "Ann",
            "Anna Smith",
            "Smith, Anna",
            "van der Berg, Anna",
            "Head of support",
            "Head of Sales and Service",
            "Head of R&D",
            "Head of Sales & Service",
            "Sales and Service Manager",
            "Anna Smith, Head of Support",
            "Head of the support team",
            "Team lead Billing",
            "Chief Operating Officer",
            "Chair of the board",
        ] {
            check(one, false);
        }
        for several in [
            "Billing team",
            "Team Billing",
            "The billing team",
            "Support agents",
            "The board",
            "Board of directors",
            "Everyone",
            "Team leads",
            "Board and staff",
            "Ann and Ben",
            "Ann & Ben",
            "Ann; Ben",
            "Ann, Ben, Cem",
            "Anna Smith, Ben Fox",
            "Head of Sales and Head of Service",
        ] {
            check(several, true);
        }
    }
}
