//! Any text as a metric file: problems with places in it or a metric that can be checked, never a panic.

use catalogue::file::Problems;
use catalogue::metric::declare;
use catalogue::source::SourceText;

/// What must hold of `text`.
pub fn check(text: &str) {
    let file = || SourceText { path: "metrics/fuzz.toml".into(), text: text.to_owned() };
    let mut problems = Problems::default();
    let metric = declare(file(), &mut problems);
    let refused = problems.has_errors();
    let problems = problems.into_sorted();
    assert_eq!(metric.is_none(), refused, "{problems:?}");
    for problem in &problems {
        let place = problem.span.clone();
        assert!(place.start <= place.end && place.end <= text.len(), "{problem:?} is not in the file");
        assert!(problem.line >= 1 && problem.column >= 1, "{problem:?}");
    }
    let mut again = Problems::default();
    assert_eq!(metric, declare(file(), &mut again));
    assert_eq!(problems, again.into_sorted());
}
