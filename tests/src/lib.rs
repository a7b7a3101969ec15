//! A workspace of a test and the binary under test.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// A fresh workspace in a temporary directory.
pub struct Trial {
    directory: TempDir,
}

/// What a command did.
#[derive(Debug)]
pub struct Ran {
    /// Exit code; none where a signal ended it.
    pub code: Option<i32>,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Trial {
    /// Made by `crosscheck init` with this reporting zone.
    pub fn new(zone: &str) -> Trial {
        let trial = Trial { directory: tempfile::tempdir().expect("a temporary directory") };
        let made = run(Command::new(binary()).args(["init", &trial.path(""), "--zone", zone, "--name", "Trial"]));
        assert_eq!(made.code, Some(0), "{made:?}");
        trial
    }

    /// Made by `crosscheck demo` with these options, loaded and not served.
    pub fn demo(options: &[&str]) -> Trial {
        let trial = Trial { directory: tempfile::tempdir().expect("a temporary directory") };
        trial.ok(&[&["demo", "--no-serve"], options].concat());
        trial
    }

    /// A path in the workspace.
    pub fn path(&self, relative: &str) -> String {
        self.directory.path().join(relative).to_string_lossy().into_owned()
    }

    /// Writes a file of the workspace.
    pub fn write(&self, relative: &str, text: impl AsRef<[u8]>) -> String {
        let path = self.directory.path().join(relative);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).expect("a folder");
        }
        std::fs::write(&path, text).expect("a file");
        path.to_string_lossy().into_owned()
    }

    /// The command with the workspace and a fixed time.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(binary());
        command.args(["--workspace", &self.path("")]).args(arguments).env("NO_COLOR", "1");
        if !arguments.contains(&"--now") {
            command.args(["--now", "2026-11-21T09:00:00Z"]);
        }
        command
    }

    /// Runs the command to its end; a panic fails the test.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        run(&mut self.command(arguments))
    }

    /// Runs a command that must succeed; its standard output.
    pub fn ok(&self, arguments: &[&str]) -> String {
        let ran = self.run(arguments);
        assert_eq!(ran.code, Some(0), "{arguments:?}\n{}\n{}", ran.out, ran.err);
        ran.out
    }

    /// The answers of `kpi` with these arguments.
    pub fn kpi(&self, arguments: &[&str]) -> Vec<Value> {
        let out = self.ok(&[&["kpi"], arguments, &["--format", "json"]].concat());
        match serde_json::from_str(&out) {
            Ok(Value::Array(answers)) => answers,
            other => panic!("{other:?}\n{out}"),
        }
    }

    /// The only row of one statistic.
    pub fn figure(&self, statistic: &str, arguments: &[&str]) -> Value {
        let answers = self.kpi(arguments);
        let answer = answers.iter().find(|answer| answer["statistic"] == statistic);
        answer.unwrap_or_else(|| panic!("no {statistic} in {answers:?}"))["rows"][0].clone()
    }
}

/// Runs a command to its end; a panic fails the test.
pub fn run(command: &mut Command) -> Ran {
    let Output { status, stdout, stderr } = command.stdin(Stdio::null()).output().expect("the binary runs");
    let ran = Ran {
        code: status.code(),
        out: String::from_utf8_lossy(&stdout).into_owned(),
        err: String::from_utf8_lossy(&stderr).into_owned(),
    };
    assert!(!ran.err.contains("panicked at"), "{command:?}\n{}", ran.err);
    ran
}

/// The binary under test: beside the tests, in the same target directory.
pub fn binary() -> PathBuf {
    let own = std::env::current_exe().expect("the path of the test");
    let found = own.ancestors().skip(1).map(|folder| folder.join("crosscheck")).find(|path| path.is_file());
    found.expect("crosscheck is built beside the tests: `cargo build --release --workspace` first")
}

/// A server on a free port; ended when dropped.
pub struct Server {
    child: Child,
    /// `http://127.0.0.1:PORT`.
    pub address: String,
}

impl Server {
    /// Starts `crosscheck serve` and waits until it says where.
    pub fn start(trial: &Trial) -> Server {
        use std::io::BufRead;
        let mut child =
            trial.command(&["serve", "--port", "0"]).stdout(Stdio::piped()).spawn().expect("the binary runs");
        let mut line = String::new();
        let out = child.stdout.take().expect("standard output");
        std::io::BufReader::new(out).read_line(&mut line).expect("a line");
        let address = line.split_whitespace().find(|word| word.starts_with("http://"));
        Server { address: address.unwrap_or_else(|| panic!("no address in {line:?}")).to_owned(), child }
    }

    /// Status, head and body of a GET.
    pub fn get(&self, path: &str) -> (u16, String, String) {
        use std::io::{Read, Write};
        let host = self.address.trim_start_matches("http://");
        let mut stream = std::net::TcpStream::connect(host).expect("a connection");
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").expect("a request");
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).expect("a response");
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").expect("a head and a body");
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        let chunked = head.to_lowercase().contains("transfer-encoding: chunked");
        (status, head.to_owned(), if chunked { unchunk(body) } else { body.to_owned() })
    }
}

fn unchunk(body: &str) -> String {
    let mut rest = body;
    let mut whole = String::new();
    while let Some((size, after)) = rest.split_once("\r\n") {
        let size = usize::from_str_radix(size.trim(), 16).unwrap_or(0);
        if size == 0 {
            break;
        }
        whole.push_str(&after[..size]);
        rest = after[size..].trim_start_matches("\r\n");
    }
    whole
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A folder of real data, or none where tests run without: then the test says so and passes.
pub fn testdata(folder: &str) -> Option<PathBuf> {
    let root = std::env::var("CROSSCHECK_TESTDATA").unwrap_or_else(|_| {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data").to_string_lossy().into_owned()
    });
    let found = Path::new(&root).join(folder);
    match found.is_dir() {
        true => {
            println!("real data: {folder}");
            Some(found)
        }
        false => {
            println!("SKIPPED: real data {folder} is not there (CROSSCHECK_TESTDATA names its folder)");
            None
        }
    }
}

/// A source file kept under `tests/sources`.
pub fn source(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("sources").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Whether two figures agree to the last digit that was given.
pub fn close(found: &Value, wanted: f64, tolerance: f64) -> bool {
    found.as_f64().is_some_and(|found| (found - wanted).abs() <= tolerance)
}
