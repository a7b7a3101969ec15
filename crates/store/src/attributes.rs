//! Custom attributes of a workspace: the union of what its live deliveries declare.

use std::collections::BTreeMap;

use model::{Attribute, Attributes, RecordKind};

use crate::error::{Declaration, Error, Result};

/// An attribute as one delivery declares it.
#[derive(Clone, Debug)]
pub(crate) struct Declared {
    /// Number of the delivery.
    pub(crate) delivery: i64,
    pub(crate) source: String,
    pub(crate) file: String,
    /// Sequence number of the mapping within its source.
    pub(crate) mapping: i64,
    /// Kind of record that carries it.
    pub(crate) of: RecordKind,
    pub(crate) attribute: Attribute,
}

impl Declared {
    fn declaration(&self) -> Declaration {
        let type_name = self.attribute.kind.name();
        Declaration { type_name, source: self.source.clone(), file: self.file.clone() }
    }
}

/// Refuses attributes that name one twice within a kind.
pub(crate) fn check(attributes: &Attributes) -> Result<()> {
    for (&kind, declared) in attributes {
        for (index, attribute) in declared.iter().enumerate() {
            if declared[..index].iter().any(|earlier| earlier.name == attribute.name) {
                return Err(Error::AttributeTwice { kind, name: attribute.name.clone() });
            }
        }
    }
    Ok(())
}

/// The union, sorted by name. Within one source its newest mapping decides the type: what older deliveries hold in
/// another type is empty until they are imported again.
///
/// # Errors
/// When two sources disagree on a type.
pub(crate) fn unite(declared: &[Declared]) -> Result<Attributes> {
    let mut by_source: BTreeMap<(RecordKind, &str, &str), &Declared> = BTreeMap::new();
    for one in declared {
        let newest = by_source.entry((one.of, &one.attribute.name, &one.source)).or_insert(one);
        if one.mapping > newest.mapping {
            *newest = one;
        }
    }
    let mut united: BTreeMap<(RecordKind, &str), &Declared> = BTreeMap::new();
    for ((kind, name, _), one) in by_source {
        let known = united.entry((kind, name)).or_insert(one);
        if known.attribute.kind != one.attribute.kind {
            let (first, second) = (Box::new(known.declaration()), Box::new(one.declaration()));
            return Err(Error::AttributeClash { kind, name: name.to_owned(), first, second });
        }
    }
    let mut attributes = Attributes::new();
    for ((kind, _), one) in united {
        attributes.entry(kind).or_default().push(one.attribute.clone());
    }
    Ok(attributes)
}
