//! What can go wrong between the files of a workspace and an answer.

use std::path::PathBuf;

use catalogue::diagnostic::Diagnostic;

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
    /// Answers did not fit the scorecard.
    #[error(transparent)]
    Scorecard(#[from] scorecard::Error),
    /// A file could not be mapped; nothing of it was kept.
    #[error(transparent)]
    Map(#[from] engine::map::MapError),
    /// A command was used in a way that means nothing.
    #[error("{0}")]
    Usage(String),
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
