//! Progress of imports: a bar on a terminal, a line a stage elsewhere.

use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressStyle};
use server::jobs::import::Progress;
use store::Stage;

/// Shows progress on stderr.
pub struct Shown {
    bar: Option<ProgressBar>,
    last: String,
}

impl Shown {
    /// A bar where stderr is a terminal.
    pub fn new() -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new(0);
            let style = ProgressStyle::with_template("{msg:32!} {bar:40} {percent:>3} % {eta:>4}");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar
        });
        Shown { bar, last: String::new() }
    }

    /// Takes note of an import's progress.
    pub fn import(&mut self, progress: &Progress<'_>) {
        match progress {
            Progress::Reading { file, done, of } => self.show(&format!("reading {file}"), *done, *of),
            Progress::Storing(stage) => self.stage(*stage),
        }
    }

    /// Takes note of a fold's progress.
    pub fn stage(&mut self, stage: Stage) {
        match stage {
            Stage::Verifying { done, of } => self.show("checking what is there", done as u64, of as u64),
            Stage::Folding { done, of } => self.show("folding records into facts", u64::from(done), u64::from(of)),
            Stage::Arranging { done, of } => self.show("writing facts", done, of),
            Stage::Committing => self.show("committing", 1, 1),
        }
    }

    /// Shows `done` of `of` under `message`.
    pub fn show(&mut self, message: &str, done: u64, of: u64) {
        match &self.bar {
            Some(bar) => {
                bar.set_message(message.to_owned());
                bar.set_length(of.max(1));
                bar.set_position(done);
            }
            None if self.last != message => eprintln!("{message}"),
            None => {}
        }
        if self.last != message {
            self.last = message.to_owned();
        }
    }

    /// Takes the bar away.
    pub fn finish(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }
}
