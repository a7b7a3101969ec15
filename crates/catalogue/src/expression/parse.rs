//! Text → `sqlparser`'s tree, with the place of what does not parse.

use std::ops::Range;

use sqlparser::ast;
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::Parser;

use super::resolve::Problem;

/// Longest text of an expression: a chain of operators nests as deep as it is long, and every walk over it recurses.
const TEXT_MAX: usize = 4000;

/// Parses one expression and nothing after it.
pub(super) fn parse(text: &str) -> Result<ast::Expr, Problem> {
    let whole = |message: String| Problem {
        code: "expression_syntax",
        span: error_span(text, &message),
        message: tidy(&message),
        help: None,
    };
    if text.len() > TEXT_MAX {
        return Err(Problem {
            code: "expression_length",
            span: 0..text.len(),
            message: format!("an expression of more than {TEXT_MAX} bytes"),
            help: Some("a shorter one, or several parameters".into()),
        });
    }
    let mut parser = Parser::new(&GenericDialect {})
        .with_recursion_limit(60)
        .try_with_sql(text)
        .map_err(|error| whole(error.to_string()))?;
    let parsed = parser.parse_expr().map_err(|error| whole(error.to_string()))?;
    let next = parser.peek_token();
    if next.token != sqlparser::tokenizer::Token::EOF {
        let start = offset(text, next.span.start);
        let end = offset(text, next.span.end).max(start);
        return Err(Problem {
            code: "expression_syntax",
            span: start..end,
            message: format!("`{}` was not expected here", next.token),
            help: Some("one expression in SQL's scalar syntax".into()),
        });
    }
    Ok(parsed)
}

/// sqlparser says "… at Line: 1, Column: 7" at the end of its messages.
fn error_span(text: &str, message: &str) -> Range<usize> {
    let numbers = message.rsplit_once("Line: ").and_then(|(_, tail)| {
        let (line, column) = tail.split_once(", Column: ")?;
        let column: String = column.chars().take_while(char::is_ascii_digit).collect();
        Some((line.trim().parse().ok()?, column.parse().ok()?))
    });
    match numbers {
        Some((line, column)) => {
            let start = offset(text, sqlparser::tokenizer::Location { line, column });
            start..text.len().max(start)
        }
        None => 0..text.len(),
    }
}

fn tidy(message: &str) -> String {
    let message = message.trim_start_matches("sql parser error: ");
    let message = message.split(" at Line:").next().unwrap_or(message);
    let mut chars = message.chars();
    chars.next().map(|first| first.to_lowercase().collect::<String>() + chars.as_str()).unwrap_or_default()
}

/// Byte of the 1-based line and character column.
pub(super) fn offset(text: &str, location: sqlparser::tokenizer::Location) -> usize {
    let mut start = 0;
    for _ in 1..location.line {
        match text[start..].find('\n') {
            Some(at) => start += at + 1,
            None => return text.len(),
        }
    }
    let column = (location.column.max(1) - 1) as usize;
    text[start..].char_indices().nth(column).map_or(text.len(), |(at, _)| start + at)
}
