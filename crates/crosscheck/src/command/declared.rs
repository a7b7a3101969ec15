//! Files that a command writes after what it was given: initiatives and decisions.

use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::process::ExitCode;

use catalogue::file::Problems;
use catalogue::source::SourceText;
use jiff::civil::Date;
use server::{ServerError, Workspace};

use crate::Context;
use crate::report::print_problems;

/// A TOML file in the making.
#[derive(Default)]
pub struct Draft {
    text: String,
}

impl Draft {
    /// Adds a text, where there is one.
    pub fn text(&mut self, key: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.line(key, &quoted(text));
        }
    }

    /// Adds a list of texts, unless it is empty.
    pub fn texts(&mut self, key: &str, texts: &[String]) {
        if !texts.is_empty() {
            let quoted: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
            self.line(key, &format!("[{}]", quoted.join(", ")));
        }
    }

    /// Adds a number, where there is one.
    ///
    /// # Errors
    /// One that is not finite.
    pub fn number(&mut self, key: &str, number: Option<f64>) -> Result<(), ServerError> {
        match number {
            Some(number) if !number.is_finite() => Err(ServerError::Usage(format!("{key}: {number} is no number"))),
            Some(number) => {
                self.line(key, &number.to_string());
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// Adds a date, where there is one.
    ///
    /// # Errors
    /// What is not a date.
    pub fn date(&mut self, key: &str, text: Option<&str>) -> Result<(), ServerError> {
        let Some(text) = text else { return Ok(()) };
        let date = text.parse::<Date>();
        let date = date.map_err(|_| ServerError::Usage(format!("{key}: `{text}` is not a date, as 2026-01-31")))?;
        self.line(key, &date.to_string());
        Ok(())
    }

    /// Begins a table of `[[header]]`.
    pub fn table(&mut self, header: &str) {
        let _ = write!(self.text, "\n[[{header}]]\n");
    }

    fn line(&mut self, key: &str, value: &str) {
        let _ = writeln!(self.text, "{key} = {value}");
    }
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// Writes `draft` as `folder/id.toml` where `check` finds no error in it; a file that is there stays as it is.
pub fn write(
    context: &Context,
    folder: &str,
    id: &str,
    draft: &Draft,
    check: impl Fn(&str, SourceText, &mut Problems) -> bool,
) -> Result<ExitCode, ServerError> {
    let is_name = |id: &str| id.chars().all(|letter| letter.is_ascii_alphanumeric() || "_-".contains(letter));
    if id.is_empty() || !is_name(id) {
        let message = format!("`{id}` is no name of a file: letters, digits, `_` and `-` are valid");
        return Err(ServerError::Usage(message));
    }
    let name = format!("{folder}/{id}.toml");
    let path = context.workspace.join(&name);
    if path.exists() {
        return Err(ServerError::Usage(format!("{name} is there already; it is edited by hand")));
    }
    let mut problems = Problems::default();
    let file = SourceText { path: name.clone(), text: draft.text.clone() };
    let is_sound = check(id, file, &mut problems);
    if !is_sound {
        return Err(ServerError::Problems(problems.into_sorted()));
    }
    let io = |error| ServerError::io(path.clone(), error);
    std::fs::create_dir_all(context.workspace.join(folder)).map_err(io)?;
    let file = OpenOptions::new().write(true).create_new(true).open(&path);
    let mut file = file.map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => ServerError::Usage(format!("{name} is there already; it is edited by hand")),
        _ => io(error),
    })?;
    file.write_all(draft.text.as_bytes()).and_then(|()| file.sync_all()).map_err(io)?;
    print_problems(&problems.into_sorted(), &context.workspace);
    println!("wrote {name}");
    Ok(ExitCode::SUCCESS)
}

/// Id of the metric that is called `name`, where one is asked for.
pub fn metric(workspace: &Workspace, name: Option<&str>) -> Result<Option<String>, ServerError> {
    let Some(name) = name else { return Ok(None) };
    let found = workspace.catalogue.find(name).map_err(|problem| ServerError::Problems(vec![*problem]))?;
    Ok(Some(found.id.clone()))
}
