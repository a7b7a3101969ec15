//! `crosscheck check`.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::Arc;

use catalogue::diagnostic::{Diagnostic, Severity};
use catalogue::question::Principal;
use server::ask::Reader;
use server::jobs::refusals::refusals;
use server::jobs::zones::unzoned;
use server::{ServerError, Workspace};

use crate::Context;
use crate::report::{notes, print_problems};

/// Checks everything and reports all problems.
pub fn run(context: &Context) -> Result<ExitCode, ServerError> {
    let (problems, known, noted) = match Workspace::load(&context.workspace) {
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
            let mut problems = workspace.problems.clone();
            problems.extend(workspace.complete_ahead(context.now()));
            problems.extend(refusals(&workspace));
            let snapshot = workspace.store()?.snapshot()?;
            problems.extend(unzoned(&workspace, &snapshot));
            let noted = notes(&workspace, &snapshot, &BTreeMap::new());
            problems.extend(findings(context, workspace)?);
            (problems, known, noted)
        }
        Err(ServerError::Problems(problems)) => (problems, String::new(), Vec::new()),
        Err(other) => return Err(other),
    };
    print_problems(&problems, &context.workspace);
    noted.iter().for_each(|note| println!("note: {note}"));
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

/// What lint finds on the cards, in their order: by the files alone, and where data have been loaded by the figures.
fn findings(context: &Context, workspace: Workspace) -> Result<Vec<Diagnostic>, ServerError> {
    let names: Vec<String> = workspace.scorecards.keys().cloned().collect();
    let reader = Reader::open(Arc::new(workspace))?;
    let mut found = reader.gone_warnings()?;
    for name in &names {
        let of_card = super::block_on(reader.lint(name, &Principal::local(), context.now()))??;
        found.extend(of_card.iter().map(|finding| finding.diagnostic()));
    }
    Ok(found)
}
