//! A directory of many customers: made at once or of some after others, with text that repeats and text that does not.

use std::collections::BTreeMap;

use super::harness::{Line, attributes, batch, cell, fold_under, lines, records};
use crate::lifecycle::{Conflict, Directory, DirectoryBuilder};
use crate::{FactTable, RecordKind};

const CUSTOMERS: usize = 500;

/// Up to three revisions of each customer, in no order; some of the last in conflict; and a ticket of each, and of some
/// who are not there.
fn desk() -> Vec<Line> {
    let mut text = String::new();
    for step in 0..3 * CUSTOMERS {
        let (number, revision) = (step * 7 % CUSTOMERS, step * 7 / CUSTOMERS % 3);
        if revision > number % 3 {
            continue;
        }
        let segment = format!("s{}", (number + revision) % 5);
        // each customer has a plan and a region of their own
        let plan = format!("p{number}-{revision}");
        text +=
            &format!("customer c{number} revision={revision} segment={segment} plan={plan} attr.region=f{number}\n");
        if number % 50 == 0 && revision == number % 3 {
            text +=
                &format!("customer c{number} revision={revision} segment=other plan={plan} attr.region=f{number}\n");
        }
    }
    for number in 0..CUSTOMERS + 20 {
        text += &format!("ticket {number} created_at={number}m customer_id=c{number}\n");
    }
    lines(&text)
}

/// Segment, plan and region by customer.
fn told(directory: &Directory, lines: &[Line]) -> BTreeMap<String, [String; 3]> {
    let (records, _, employments) = records(&[lines.to_vec()]);
    let facts = &fold_under(directory, &employments, &records).unwrap().facts[&FactTable::Ticket];
    assert_eq!(facts.num_rows(), CUSTOMERS + 20);
    let columns = ["customer_segment", "customer_plan", "attr.region"];
    let row = |row| (cell(facts, "customer_id", row), columns.map(|name| cell(facts, name, row)));
    (0..facts.num_rows()).map(row).collect()
}

#[test]
fn it_is_the_same_made_at_once_or_of_some_keys_after_others() {
    let (lines, attributes) = (desk(), attributes());
    let customers: Vec<&Line> = lines.iter().filter(|line| line.kind == RecordKind::Customer).collect();
    let schema = RecordKind::Customer.schema(&attributes[&RecordKind::Customer]);
    let (whole, conflicts) = Directory::new(&[batch(&customers, schema.clone())], &[], &[], &attributes).unwrap();

    let expected = told(&whole, &lines);
    for number in 0..CUSTOMERS {
        let [segment, plan, region] = &expected[&format!("c{number}")];
        let newest = number % 3;
        if number % 50 != 0 {
            assert_eq!(*segment, format!("s{}", (number + newest) % 5));
        }
        assert_eq!([plan, region], [&format!("p{number}-{newest}"), &format!("f{number}")]);
    }
    assert_eq!(expected[&format!("c{CUSTOMERS}")], ["-", "-", "-"]);
    assert_eq!(conflicts.len(), CUSTOMERS / 50);

    for parts in [1, 2, 13] {
        let mut builder = DirectoryBuilder::new(&attributes);
        let mut found: Vec<Conflict> = Vec::new();
        for part in 0..parts {
            let of_it = |line: &&&Line| line.cells["id"][1..].parse::<usize>().unwrap() % parts == part;
            let some: Vec<&Line> = customers.iter().filter(of_it).copied().collect();
            // in batches of a few rows
            let batches: Vec<_> = some.chunks(40).map(|some| batch(some, schema.clone())).collect();
            found.extend(builder.add(RecordKind::Customer, &batches).unwrap());
        }
        found.sort();
        assert_eq!(found, conflicts);
        assert_eq!(told(&builder.finish().unwrap(), &lines), expected, "{parts} parts");
    }
}
