//! `crosscheck check`.

use std::process::ExitCode;

use catalogue::diagnostic::Severity;
use server::{ServerError, Workspace};

use crate::Context;
use crate::report::print_problems;

/// Checks everything and reports all problems.
pub fn run(context: &Context) -> Result<ExitCode, ServerError> {
    let (problems, known) = match Workspace::load(&context.workspace) {
        Ok(workspace) => {
            let known = format!(
                "{} metrics, {} sources, {} scorecards, {} initiatives, {} decisions, {} calendars",
                workspace.catalogue.metrics().count(),
                workspace.sources.len(),
                workspace.scorecards.len(),
                workspace.initiatives.len(),
                workspace.decisions.len(),
                workspace.calendars.names().count(),
            );
            (workspace.problems, known)
        }
        Err(ServerError::Problems(problems)) => (problems, String::new()),
        Err(other) => return Err(other),
    };
    print_problems(&problems, &context.workspace);
    let errors = problems.iter().filter(|problem| problem.severity == Severity::Error).count();
    let warnings = problems.len() - errors;
    if errors == 0 {
        println!("no errors: {known}; every example holds");
        if warnings > 0 {
            println!("{warnings} {}", if warnings == 1 { "warning" } else { "warnings" });
        }
        return Ok(ExitCode::SUCCESS);
    }
    println!(
        "{errors} {}, {warnings} {}",
        if errors == 1 { "error" } else { "errors" },
        if warnings == 1 { "warning" } else { "warnings" }
    );
    Ok(ExitCode::from(1))
}
