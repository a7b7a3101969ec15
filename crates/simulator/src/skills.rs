//! What agents know: the work of some teams, and some languages. Who is asked for something else passes it on, or
//! asks a colleague.

use crate::organisation::{LANGUAGES, Team};

/// Index of the language everyone speaks, and of the one most customers speak.
const ENGLISH: usize = 3;
const DUTCH: usize = 0;

/// What a request asks of an agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Need {
    pub(crate) team: Team,
    /// Index in [`LANGUAGES`].
    pub(crate) language: usize,
}

/// What an agent can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Skills {
    /// A bit a team.
    teams: u8,
    /// A bit a language.
    languages: u8,
}

impl Skills {
    /// Skills of the agent hired `post`-th, from 0, to a floor of these teams. All speak Dutch and English, every
    /// second one German, every third one French; where teams share a floor, every second agent lacks one of them
    /// that is not their own.
    pub(crate) fn of_post(post: usize, own: Team, shared: &[Team]) -> Self {
        let mut teams = shared.iter().fold(0, |bits, team| bits | 1 << *team as u8);
        if shared.len() > 1 && post % 2 == 1 {
            let lacking = shared[(post / 2 + own as usize + 1) % shared.len()];
            if lacking != own {
                teams &= !(1 << lacking as u8);
            }
        }
        let languages =
            1 << DUTCH | 1 << ENGLISH | u8::from(post.is_multiple_of(2)) << 1 | u8::from(post.is_multiple_of(3)) << 2;
        Skills { teams, languages }
    }

    pub(crate) fn knows(self, need: Need) -> bool {
        self.knows_team(need.team) && self.speaks(need.language)
    }

    pub(crate) fn knows_team(self, team: Team) -> bool {
        self.teams & 1 << team as u8 != 0
    }

    pub(crate) fn speaks(self, language: usize) -> bool {
        self.languages & 1 << language.min(ENGLISH) != 0
    }

    /// The languages for the list of staff, as `nl/en`.
    pub(crate) fn languages(self) -> String {
        let spoken: Vec<&str> =
            LANGUAGES.iter().enumerate().filter(|(index, _)| self.speaks(*index)).map(|(_, name)| *name).collect();
        spoken.join("/")
    }

    /// The teams whose work they know, for the list of staff.
    pub(crate) fn teams(self) -> String {
        let known: Vec<&str> =
            Team::ALL.into_iter().filter(|team| self.knows_team(*team)).map(|team| team.name()).collect();
        known.join("/")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_need_is_known_by_someone() {
        for shared in [&Team::ALL[..], &[Team::Billing]] {
            let floor: Vec<Skills> = (0..12).map(|post| Skills::of_post(post, shared[0], shared)).collect();
            for team in shared {
                for language in 0..LANGUAGES.len() {
                    let need = Need { team: *team, language };
                    assert!(floor.iter().any(|skills| skills.knows(need)), "{need:?}");
                }
            }
            assert!(floor.iter().all(|skills| skills.knows_team(shared[0]) && skills.speaks(DUTCH)));
            assert!(floor.iter().any(|skills| !skills.speaks(1)) && floor.iter().any(|skills| !skills.speaks(2)));
        }
        let one = Skills::of_post(1, Team::Orders, &Team::ALL);
        assert_eq!(
            (one.languages(), one.teams()),
            ("nl/en".to_owned(), "Orders & Delivery/Billing/Technical".to_owned())
        );
    }
}
