//! Cards whose file is gone while the journal knows them: a rule that held for them holds for no card that comes in their
//! place under another name.

use std::collections::{BTreeMap, BTreeSet};

use catalogue::diagnostic::{Diagnostic, Severity};
use scorecard::review::{Kind, Subject};
use scorecard::words;
use serde::Serialize;
use utoipa::ToSchema;

use crate::ServerError;
use crate::ask::Reader;

/// A card that is no more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct GoneCard {
    /// Its name.
    pub card: String,
    /// What the journal says of it that no other card has, without a full stop.
    pub sentence: String,
}

impl Reader {
    /// The cards without a file that were approved, or of which periods were closed, and that nobody took out of use.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn gone_cards(&self) -> Result<Vec<GoneCard>, ServerError> {
        let state = self.reviewed()?;
        let mut closed: BTreeMap<&str, usize> = BTreeMap::new();
        for (card, _) in state.closings() {
            *closed.entry(card).or_default() += 1;
        }
        let subjects = state.subjects().map(|(subject, _)| subject).filter(|subject| subject.kind == Kind::Card);
        let names = subjects.map(|subject| subject.id.as_str()).chain(closed.keys().copied());
        let names: BTreeSet<&str> = names.collect();
        let gone = names.into_iter().filter(|name| !self.workspace.card_names.contains(*name));
        let told = gone.filter_map(|name| {
            let history = state.history(&Subject::card(name));
            if history.is_some_and(|history| history.retired.is_some()) {
                return None;
            }
            let two = history.is_some_and(|history| history.second_person);
            let approved = history.and_then(|history| history.rounds.iter().rfind(|round| round.is_approved(two)));
            let approved = approved.map(|round| {
                let signed = round.signatures.iter().filter(|signature| two || signature.approves);
                let names: Vec<String> = signed.map(|signature| signature.by.clone()).collect();
                let rule = if two { ", and took two people" } else { "" };
                format!("was approved by {}{rule}", words::listed(&names))
            });
            let closed = closed.get(name).map(|count| match count {
                1 => "1 period of it was closed".to_owned(),
                count => format!("{count} periods of it were closed"),
            });
            let said: Vec<String> = approved.into_iter().chain(closed).collect();
            (!said.is_empty()).then(|| GoneCard {
                card: name.to_owned(),
                sentence: format!(
                    "the card `{name}` has no file any more: it {}; none of that holds for a card of another name",
                    said.join(", and ")
                ),
            })
        });
        Ok(told.collect())
    }

    /// That cards are gone, as warnings at the file each had.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn gone_warnings(&self) -> Result<Vec<Diagnostic>, ServerError> {
        let gone = self.gone_cards()?.into_iter().map(|GoneCard { card, sentence }| Diagnostic {
            code: "card_gone",
            severity: Severity::Warning,
            file: format!("scorecards/{card}.toml"),
            span: 0..0,
            line: 1,
            column: 1,
            message: sentence,
            help: Some(format!(
                "its file under its name again, or `crosscheck review retire card:{card} --reason WHY --as NAME`"
            )),
        });
        Ok(gone.collect())
    }
}
