//! CSV for spreadsheets.

/// Text that a spreadsheet would run as a formula, made harmless by a leading apostrophe.
///
/// ```
/// assert_eq!(server::csv::harmless("=1+1".to_owned()), "'=1+1");
/// assert_eq!(server::csv::harmless("1+1".to_owned()), "1+1");
/// ```
pub fn harmless(text: String) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\0']) { format!("'{text}") } else { text }
}
