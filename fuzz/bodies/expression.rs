//! Any text as an expression: problems with places in it or a typed tree, the same every time, never a panic.

use std::collections::BTreeMap;

use catalogue::expression::{Scope, Value, resolve, resolve_as};
use model::FieldType;

/// What must hold of `text`.
pub fn check(text: &str) {
    let columns: BTreeMap<String, FieldType> = [
        ("name", FieldType::Text),
        ("n", FieldType::Integer),
        ("score", FieldType::Number),
        ("wait", FieldType::Duration),
        ("at", FieldType::Time),
        ("done", FieldType::Boolean),
    ]
    .map(|(name, kind)| (name.to_owned(), kind))
    .into();
    let parameters = BTreeMap::from([("limit".to_owned(), Value::Integer(3))]);
    for raw in [false, true] {
        let scope = Scope { columns: &columns, raw, parameters: &parameters };
        let found = resolve(text, &scope);
        match &found {
            Ok(expr) => {
                let kind = expr.kind();
                if !raw {
                    expr.columns(&mut |name| assert!(columns.contains_key(name), "{name} is no column"));
                }
                // what has a type is of that type where it is asked for
                if let Some(kind) = kind {
                    assert!(resolve_as(text, kind, &scope).is_ok(), "{text:?} is {kind:?} and is not taken as such");
                }
            }
            Err(problems) => {
                assert!(!problems.is_empty(), "refused without a problem");
                for problem in problems {
                    let place = problem.span.clone();
                    assert!(place.start <= place.end && place.end <= text.len(), "{problem:?} is not in {text:?}");
                    assert!(text.get(place).is_some(), "{problem:?} cuts a character of {text:?}");
                }
            }
        }
        assert_eq!(found, resolve(text, &scope));
    }
}
