//! The reference: a page a subject, a page a metric. Every line comes from a declaration the program reads by, so none
//! can be out of date; what has no meaning is named by [`undocumented`].

mod commands;
mod files;
mod language;
mod metrics;
mod tables;

use catalogue::Catalogue;
use catalogue::file::Problems;
use catalogue::shape::{FILES, FileShape};
use scorecard::initiative::shape::{DECISION, INITIATIVE};

/// At the top of every page.
const HEAD: &str = "<!-- written by `make reference`; change the declarations instead -->\n\n";

/// The pages: path and text.
pub fn pages() -> Vec<(String, String)> {
    let catalogue = shipped();
    let mut pages = vec![
        ("README.md", index()),
        ("commands.md", commands::page()),
        ("files.md", files::page(&shapes())),
        ("records.md", tables::records()),
        ("facts.md", tables::facts()),
        ("expressions.md", language::expressions()),
        ("measures.md", language::measures()),
        ("metrics.md", metrics::index(&catalogue)),
    ]
    .into_iter()
    .map(|(path, text)| (path.to_owned(), text))
    .collect::<Vec<_>>();
    pages.extend(
        catalogue.metrics().map(|metric| (format!("metrics/{}.md", metric.id), metrics::page(metric, &catalogue))),
    );
    pages.iter_mut().for_each(|(_, text)| *text = format!("{HEAD}{}\n", text.trim_end()));
    pages
}

/// What people can write or ask for and that no meaning is given of.
pub fn undocumented() -> Vec<String> {
    let mut missing: Vec<String> = shapes().iter().flat_map(|shape| shape.undocumented()).collect();
    missing.extend(commands::undocumented());
    missing.extend(tables::undocumented());
    missing.extend(language::undocumented());
    missing.extend(metrics::undocumented(&shipped()));
    missing
}

fn shapes() -> Vec<&'static FileShape> {
    FILES.iter().copied().chain([&scorecard::SHAPE, &INITIATIVE, &DECISION]).collect()
}

fn shipped() -> Catalogue {
    Catalogue::load(&[], &mut Problems::default())
}

fn index() -> String {
    "# Reference\n\n\
     | page | holds |\n|---|---|\n\
     | [commands](commands.md) | every command and its options |\n\
     | [files](files.md) | every key of the files of a workspace |\n\
     | [records](records.md) | what a source file may make of a row |\n\
     | [facts](facts.md) | what metrics are asked of |\n\
     | [expressions](expressions.md) | what may stand in an expression |\n\
     | [measures](measures.md) | the kinds of measure and their parts |\n\
     | [metrics](metrics.md) | the metrics that come with the program, a page each |\n"
        .to_owned()
}

/// Text as the cell of a table.
fn cell(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|")
}

/// A word as code in the cell of a table.
fn code(text: &str) -> String {
    format!("`{}`", cell(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_has_a_meaning() {
        assert_eq!(undocumented(), Vec::<String>::new());
    }

    #[test]
    fn a_page_of_every_metric_tells_its_formula_and_examples() {
        let pages = pages();
        for metric in shipped().metrics() {
            let path = format!("metrics/{}.md", metric.id);
            let (_, text) = pages.iter().find(|(found, _)| *found == path).expect("a page");
            assert!(text.contains("## Formula") && metric.examples.iter().all(|one| text.contains(&cell(&one.name))));
            for parameter in &metric.parameters {
                assert!(text.contains(&code(&parameter.name)), "{path} {}", parameter.name);
            }
        }
    }
}
