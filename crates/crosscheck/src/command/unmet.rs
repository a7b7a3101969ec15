//! Values asked for with `--only` that no row has: an answer without data looks the same for a slip of the keyboard.

use std::collections::{BTreeMap, BTreeSet};

use catalogue::question::{Principal, Question};
use engine::Margins;
use model::Instant;
use model::calendar::Grain;
use server::ServerError;
use server::ask::Reader;

/// Says on stderr which values that `questions` are held to no row in their range has. They differ in nothing but the
/// metric; `has_data` tells whether any of them found a row.
///
/// # Errors
/// As [`Reader::ask`].
pub fn note(reader: &Reader, questions: &[Question], has_data: bool, now: Instant) -> Result<(), ServerError> {
    let Some(held) = questions.first().map(|question| &question.only) else { return Ok(()) };
    // of a single value there are rows where there are any at all
    let in_doubt = held.iter().filter(|(_, values)| !has_data || values.len() > 1);
    for (name, wanted) in in_doubt {
        let known = values(reader, questions, name, now)?;
        for value in wanted.iter().flatten().filter(|value| !known.is_empty() && !known.contains(*value)) {
            let near = known.iter().find(|known| known.to_lowercase() == value.to_lowercase());
            let near = near.map_or_else(String::new, |near| format!("; perhaps `{near}`"));
            eprintln!("note: no row in this range has the {name} `{value}`{near}");
        }
    }
    Ok(())
}

/// The values of a dimension among what the metrics of `questions` count in their range, whatever they are held to.
fn values(reader: &Reader, questions: &[Question], name: &str, now: Instant) -> Result<BTreeSet<String>, ServerError> {
    let of_all = |question: &Question| Question {
        by: vec![name.to_owned()],
        grain: Grain::Total,
        only: BTreeMap::new(),
        filter: None,
        compare: None,
        ..question.clone()
    };
    let questions: Vec<Question> = questions.iter().map(of_all).collect();
    let principal = Principal::local();
    let answers = super::block_on(reader.ask_with(Margins::LeftOut, &questions, &principal, now))??;
    let rows = answers.into_iter().flatten().flat_map(|answer| answer.rows).filter(|row| row.n > 0);
    Ok(rows.filter_map(|row| row.by.into_values().next().flatten()).collect())
}
