//! The guide as its reader follows it: every file it shows is written, every command is run, and what it says comes out
//! is looked for. A block that is none of these fails.

use std::path::Path;
use std::process::Command;

use end_to_end::run;

/// When the reader reads.
const NOW: &str = "2026-04-21T09:00:00Z";

#[test]
fn every_page_of_the_guide_works_as_written() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/guide");
    let mut pages = 0;
    for entry in std::fs::read_dir(folder).expect("the guide") {
        let path = entry.expect("an entry").path();
        follow(&path.file_name().expect("a name").to_string_lossy(), &std::fs::read_to_string(&path).expect("text"));
        pages += 1;
    }
    assert!(pages >= 3, "{pages} pages");
}

fn follow(page: &str, text: &str) {
    let home = tempfile::tempdir().expect("a folder");
    let mut here = home.path().to_path_buf();
    let mut said = String::new();
    let mut commands = 0;
    for (line, info, block) in blocks(text) {
        let place = format!("docs/guide/{page}:{line}");
        match info.split_once("file=") {
            Some((_, file)) => {
                let path = here.join(file.trim());
                std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
                std::fs::write(path, block).expect("a file");
            }
            None if info == "sh" => {
                said.clear();
                for written in block.lines() {
                    match &words(written)[..] {
                        [] => {}
                        [cd, folder] if cd == "cd" => here = here.join(folder),
                        [first, rest @ ..] if first == "crosscheck" => {
                            let mut command = Command::new(end_to_end::binary());
                            let ran =
                                run(command.args(rest).args(["--now", NOW]).current_dir(&here).env("NO_COLOR", "1"));
                            assert_eq!(ran.code, Some(0), "{place}: {written}\n{}{}", ran.out, ran.err);
                            said.push_str(&ran.out);
                            commands += 1;
                        }
                        other => panic!("{place}: what is {other:?}?"),
                    }
                }
            }
            None if info == "text" => {
                for wanted in block.lines() {
                    assert!(said.contains(wanted), "{place}: {wanted:?} is not in\n{said}");
                }
            }
            None => panic!("{place}: a block that is neither a file nor commands nor what they say"),
        }
    }
    assert!(commands > 0, "{page} runs nothing");
}

/// Line, word after the fence and content of every fenced block.
fn blocks(text: &str) -> Vec<(usize, String, String)> {
    let mut found = Vec::new();
    let mut open: Option<(usize, String, String)> = None;
    for (number, line) in (1..).zip(text.lines()) {
        match (line.strip_prefix("```"), open.take()) {
            (Some(info), None) => open = Some((number, info.trim().to_owned(), String::new())),
            (Some(_), Some(block)) => found.push(block),
            (None, Some((start, info, block))) => open = Some((start, info, format!("{block}{line}\n"))),
            (None, None) => {}
        }
    }
    found
}

/// Words as a shell takes them: double quotes keep spaces, `#` after a space begins a comment.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted, mut any) = (Vec::new(), String::new(), false, false);
    for character in line.chars() {
        match character {
            '"' => (quoted, any) = (!quoted, true),
            '#' if !quoted && !any => break,
            ' ' if !quoted => {
                words.extend(std::mem::take(&mut any).then(|| std::mem::take(&mut word)));
            }
            other => {
                word.push(other);
                any = true;
            }
        }
    }
    words.extend(any.then_some(word));
    words
}
