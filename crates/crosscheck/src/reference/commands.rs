//! Commands and options, as the command line is parsed.

use std::fmt::Write;

use clap::{Arg, Command, CommandFactory};

use super::{cell, code};
use crate::Arguments;

pub fn page() -> String {
    let root = root();
    let mut text = "# Commands\n\nExit codes: 0 done, 1 problems in files or data, 2 a command that means nothing.\n\n## Every command\n\n".to_owned();
    text.push_str(&options(root.get_arguments().filter(|arg| arg.is_global_set())));
    for (name, command) in all(&root) {
        let _ =
            write!(text, "\n## `crosscheck {name}`\n\n{}\n\n```\n{}\n```\n", about(&command), usage(&name, &command));
        let own: Vec<&Arg> = command.get_arguments().filter(|arg| is_shown(arg)).collect();
        if !own.is_empty() {
            let _ = write!(text, "\n{}", options(own.into_iter()));
        }
    }
    text
}

pub fn undocumented() -> Vec<String> {
    let root = root();
    let mut missing = Vec::new();
    for (name, command) in all(&root) {
        if about(&command).is_empty() {
            missing.push(format!("crosscheck {name}"));
        }
        let bare = command.get_arguments().filter(|arg| is_shown(arg) && help(arg).is_empty());
        missing.extend(bare.map(|arg| format!("crosscheck {name} {}", arg.get_id())));
    }
    missing
}

fn root() -> Command {
    Arguments::command()
}

/// Every command that does something, with its name in full.
fn all(root: &Command) -> Vec<(String, Command)> {
    let mut found = Vec::new();
    for command in root.get_subcommands() {
        let name = command.get_name().to_owned();
        if command.has_subcommands() {
            found.extend(all(command).into_iter().map(|(inner, command)| (format!("{name} {inner}"), command)));
        } else {
            found.push((name, command.clone()));
        }
    }
    found
}

fn about(command: &Command) -> String {
    command.get_about().map(ToString::to_string).unwrap_or_default()
}

fn help(arg: &Arg) -> String {
    arg.get_help().map(ToString::to_string).unwrap_or_default()
}

fn is_shown(arg: &Arg) -> bool {
    !arg.is_hide_set() && !arg.is_global_set() && !["help", "version"].contains(&arg.get_id().as_str())
}

fn value_name(arg: &Arg) -> Option<String> {
    let takes = arg.get_num_args().is_none_or(|number| number.takes_values()) && arg.get_action().takes_values();
    let name = arg.get_value_names().and_then(|names| names.first()).map(ToString::to_string);
    takes.then(|| name.unwrap_or_else(|| arg.get_id().as_str().to_uppercase()))
}

fn usage(name: &str, command: &Command) -> String {
    let mut usage = format!("crosscheck {name}");
    for arg in command.get_arguments().filter(|arg| is_shown(arg)) {
        let written = match (arg.get_long(), value_name(arg)) {
            (Some(long), Some(value)) => format!("--{long} {value}"),
            (Some(long), None) => format!("--{long}"),
            (None, value) => value.unwrap_or_default(),
        };
        let many = if arg.is_positional() && arg.get_num_args().is_some_and(|number| number.max_values() > 1) {
            "…"
        } else {
            ""
        };
        let _ = match arg.is_required_set() {
            true => write!(usage, " {written}{many}"),
            false => write!(usage, " [{written}{many}]"),
        };
    }
    usage
}

fn options<'a>(args: impl Iterator<Item = &'a Arg>) -> String {
    let mut text = "| option | default | meaning |\n|---|---|---|\n".to_owned();
    for arg in args {
        let value = value_name(arg).map_or_else(String::new, |value| format!(" {value}"));
        let name = match arg.get_long() {
            Some(long) => format!("--{long}{value}"),
            None => value.trim().to_owned(),
        };
        let defaults: Vec<String> =
            arg.get_default_values().iter().map(|value| value.to_string_lossy().into_owned()).collect();
        let default = if arg.get_action().takes_values() && !defaults.is_empty() {
            code(&defaults.join(","))
        } else {
            String::new()
        };
        let mut meaning = cell(&help(arg));
        let choices: Vec<String> = arg.get_possible_values().iter().map(|value| code(value.get_name())).collect();
        if arg.get_action().takes_values() && !choices.is_empty() && choices != ["`true`", "`false`"] {
            let _ = write!(meaning, ": {}", choices.join(", "));
        }
        if let Some(variable) = arg.get_env() {
            let _ = write!(meaning, "; or `{}` of the environment", variable.to_string_lossy());
        }
        let _ = writeln!(text, "| {} | {default} | {meaning} |", code(&name));
    }
    text
}
