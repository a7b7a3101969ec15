//! What can go wrong between the files of a workspace and an answer.

use std::collections::BTreeMap;
use std::path::PathBuf;

use catalogue::diagnostic::Diagnostic;
use catalogue::plan::MadeOf;
use serde::Serialize;
use utoipa::ToSchema;

/// An error of a command or a request.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// Problems in people's files or questions, all of them.
    #[error("{}", first(.0))]
    Problems(Vec<Diagnostic>),
    /// The directory is no workspace.
    #[error("{0} is no workspace: it has no crosscheck.toml (make one with `crosscheck init {0}`)")]
    NoWorkspace(String),
    /// A file could not be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The store refused.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The engine failed.
    #[error(transparent)]
    Engine(#[from] engine::EngineError),
    /// The metric is made of other figures, so that it has no rows of its own.
    #[error("`{metric}` is made of other figures and has no rows of its own")]
    Derived {
        /// Its id.
        metric: String,
        /// What it is made of.
        instead: Vec<Instead>,
    },
    /// There is no such thing.
    #[error("{message}")]
    NotFound {
        /// What there is not.
        message: String,
        /// What would be found.
        help: Option<String>,
    },
    /// Answers did not fit the scorecard.
    #[error(transparent)]
    Scorecard(#[from] scorecard::Error),
    /// Not recorded, as the same person twice.
    #[error(transparent)]
    Refused(#[from] scorecard::review::Refusal),
    /// A document could not be printed.
    #[error(transparent)]
    Press(#[from] press::Error),
    /// A file could not be mapped; nothing of it was kept.
    #[error(transparent)]
    Map(#[from] engine::map::MapError),
    /// A command was used in a way that means nothing.
    #[error("{0}")]
    Usage(String),
}

/// A figure that a derived metric is made of, to ask in its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Instead {
    /// Its name in the formula.
    pub name: String,
    /// Metric id.
    pub metric: String,
    /// Named preset of parameters.
    pub variant: Option<String>,
    /// Parameters set by hand.
    pub parameters: BTreeMap<String, String>,
}

impl From<MadeOf> for Instead {
    fn from(MadeOf { name, metric, variant, parameters }: MadeOf) -> Self {
        Instead { name, metric, variant, parameters }
    }
}

/// The metrics to ask instead, as help.
pub fn ask_instead(instead: &[Instead]) -> String {
    let names: Vec<String> = instead.iter().map(|input| format!("`{}`", input.metric)).collect();
    format!("ask one of {}", names.join(", "))
}

fn first(problems: &[Diagnostic]) -> String {
    match problems {
        [] => "there are problems".to_owned(),
        [one] => one.to_string(),
        [one, rest @ ..] => format!("{one} (and {} more)", rest.len()),
    }
}

impl ServerError {
    /// An IO error at `path`.
    pub fn io(path: impl Into<PathBuf>, source: std::io::Error) -> Self {
        ServerError::Io { path: path.into(), source }
    }
}
