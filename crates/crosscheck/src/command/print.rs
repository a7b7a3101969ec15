//! A printed document to where it is wanted.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

use server::ServerError;
use server::printed::Printed;

/// Writes `printed` into the file `output`, or to standard output, which for bytes must be no terminal.
///
/// # Errors
/// A terminal, or a file that cannot be written.
pub fn put(printed: &Printed, output: Option<&PathBuf>) -> Result<(), ServerError> {
    if let Some(path) = output {
        return std::fs::write(path, &printed.bytes).map_err(|error| ServerError::io(path, error));
    }
    let mut out = std::io::stdout().lock();
    if printed.format.is_binary() && out.is_terminal() {
        let (name, format) = (&printed.name, printed.format.name());
        return Err(ServerError::Usage(format!("{format} is no text for a terminal: name a file, as -o {name}")));
    }
    out.write_all(&printed.bytes).and_then(|()| out.flush()).map_err(|error| ServerError::io(Path::new("-"), error))
}
