//! Cards above and below each other: company → department → team → agent.

use std::collections::{BTreeMap, BTreeSet};

use catalogue::file::{Problems, suggest};

use crate::definition::Definition;

/// Checks what cards say of each other: that a parent is there and no narrower than its child, that nothing is above
/// itself, and that the KPI which one `serves` is on the card above. `names` are those of all files, the ones with
/// errors too, which are in no tree.
pub fn check_tree(cards: &BTreeMap<String, Definition>, names: &BTreeSet<String>, problems: &mut Problems) {
    for (name, card) in cards {
        let Some(wanted) = &card.parent else {
            for kpi in &card.kpis {
                if let Some(serves) = &kpi.serves {
                    let message = format!("the card has no parent, so `{}` serves no KPI above", kpi.id);
                    let help = "`parent`, the name of the card above".to_owned();
                    problems.error(&card.file, serves.span.clone(), "unknown_kpi", message, help);
                }
            }
            continue;
        };
        let Some(parent) = cards.get(&wanted.value) else {
            let (message, help) = match names.contains(&wanted.value) {
                true => (format!("the card above, `{}`, has errors", wanted.value), None),
                false => {
                    let others = names.iter().filter(|other| *other != name).map(String::as_str);
                    (format!("there is no card `{}`", wanted.value), suggest(&wanted.value, others))
                }
            };
            problems.error(&card.file, wanted.span.clone(), "unknown_parent", message, help);
            continue;
        };
        let above: Vec<&str> = ancestors(cards, name).collect();
        if above.last() == Some(&name.as_str()) {
            let round: Vec<String> =
                std::iter::once(name.as_str()).chain(above).map(|one| format!("`{one}`")).collect();
            let message = format!("the card is above itself: {}", round.join(" below "));
            problems.error(&card.file, wanted.span.clone(), "parent_cycle", message, None);
        } else if parent.level > card.level {
            let message = format!(
                "a card of the level {} cannot be below one of the level {}",
                card.level.name(),
                parent.level.name()
            );
            let help = "from wide to narrow: company, department, team, agent".to_owned();
            problems.error(&card.file, wanted.span.clone(), "wrong_level", message, help);
        }
        for kpi in &card.kpis {
            let Some(serves) = kpi.serves.as_ref().filter(|serves| parent.kpi(&serves.value).is_none()) else {
                continue;
            };
            let message = format!("there is no kpi `{}` on the card `{}`", serves.value, wanted.value);
            let help = suggest(&serves.value, parent.kpis.iter().map(|kpi| kpi.id.as_str()));
            problems.error(&card.file, serves.span.clone(), "unknown_kpi", message, help);
        }
    }
}

/// The names of the cards above `name`, the nearest first. Of cards that are above themselves the first round only; it
/// ends with the card that closes it.
pub fn ancestors<'c>(cards: &'c BTreeMap<String, Definition>, name: &'c str) -> impl Iterator<Item = &'c str> {
    let mut seen = BTreeSet::from([name]);
    let mut next = parent_of(cards, name);
    std::iter::from_fn(move || {
        let found = next?;
        next = if seen.insert(found) { parent_of(cards, found) } else { None };
        Some(found)
    })
}

/// The names of the cards right below `name`.
pub fn children<'c>(cards: &'c BTreeMap<String, Definition>, name: &'c str) -> impl Iterator<Item = &'c str> {
    cards
        .iter()
        .filter(move |(child, card)| {
            child.as_str() != name && card.parent.as_ref().is_some_and(|parent| parent.value == name)
        })
        .map(|(child, _)| child.as_str())
}

fn parent_of<'c>(cards: &'c BTreeMap<String, Definition>, name: &str) -> Option<&'c str> {
    let parent = cards.get(name)?.parent.as_ref()?;
    cards.get_key_value(&parent.value).map(|(name, _)| name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::named;

    /// A card of one KPI, with `top` above everything else and `more` in its KPI.
    fn card(name: &str, top: &str, more: &str) -> (String, Definition) {
        let text = format!(
            "title = \"{name}\"\nvalue_proposition = \"v\"\n{top}\n[[perspective]]\nid = \"p\"\nname = \"P\"\n[[kpi]]\n\
             metric = \"csat_t2b\"\nperspective = \"p\"\nweight = 1\n{more}\ntarget = {{ value = 80, owner = \"Ann\" }}\n"
        );
        (name.to_owned(), named(name, &text))
    }

    fn check(cards: &[(&str, &str, &str)], expected: &[&str]) {
        let cards: BTreeMap<String, Definition> = cards.iter().map(|(name, top, more)| card(name, top, more)).collect();
        let names = cards.keys().cloned().chain(["broken".to_owned()]).collect();
        let mut problems = Problems::default();
        check_tree(&cards, &names, &mut problems);
        let found: Vec<String> =
            problems.into_sorted().iter().map(|problem| format!("{} {problem}", problem.code)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn what_cards_say_of_each_other() {
        let company = ("company", "", "");
        check(&[company, ("billing", "parent = \"company\"", "serves = \"csat_t2b\"")], &[]);
        check(
            &[company, ("billing", "parent = \"compny\"", "")],
            &["unknown_parent scorecards/billing.toml:3:10: there is no card `compny` (perhaps `company`)"],
        );
        check(
            &[company, ("billing", "parent = \"broken\"", "")],
            &["unknown_parent scorecards/billing.toml:3:10: the card above, `broken`, has errors"],
        );
        check(
            &[company, ("billing", "parent = \"company\"", "serves = \"csat\"")],
            &[
                "unknown_kpi scorecards/billing.toml:11:10: there is no kpi `csat` on the card `company` (perhaps `csat_t2b`)",
            ],
        );
        check(
            &[("company", "", "serves = \"csat_t2b\"")],
            &[
                "unknown_kpi scorecards/company.toml:11:10: the card has no parent, so `csat_t2b` serves no KPI above (`parent`, the name of the card above)",
            ],
        );
        check(
            &[company, ("team", "parent = \"company\"", ""), ("wide", "parent = \"team\"\nlevel = \"department\"", "")],
            &[
                "wrong_level scorecards/wide.toml:3:10: a card of the level department cannot be below one of the level team (from wide to narrow: company, department, team, agent)",
            ],
        );
        // a round of two, and one that hangs below it
        check(
            &[("a", "parent = \"b\"", ""), ("b", "parent = \"a\"", ""), ("c", "parent = \"a\"", "")],
            &[
                "parent_cycle scorecards/a.toml:3:10: the card is above itself: `a` below `b` below `a`",
                "parent_cycle scorecards/b.toml:3:10: the card is above itself: `b` below `a` below `b`",
            ],
        );
        check(
            &[("a", "parent = \"a\"", "")],
            &["parent_cycle scorecards/a.toml:3:10: the card is above itself: `a` below `a`"],
        );
    }

    #[test]
    fn above_and_below() {
        let cards: BTreeMap<String, Definition> = [
            card("company", "", ""),
            card("north", "parent = \"company\"\nlevel = \"department\"", ""),
            card("billing", "parent = \"north\"", ""),
            card("claims", "parent = \"north\"", ""),
        ]
        .into();
        assert_eq!(ancestors(&cards, "billing").collect::<Vec<_>>(), ["north", "company"]);
        assert_eq!(ancestors(&cards, "company").count(), 0);
        assert_eq!(children(&cards, "north").collect::<Vec<_>>(), ["billing", "claims"]);
        assert_eq!(children(&cards, "company").collect::<Vec<_>>(), ["north"]);
    }
}
