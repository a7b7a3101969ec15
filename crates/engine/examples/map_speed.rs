//! scratch
use std::time::Instant as Clock;
use catalogue::{file::Problems, source::{SourceText, declare}};
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let text = std::fs::read_to_string(&args[1]).unwrap();
    let mut p = Problems::default();
    let s = declare("x", SourceText { path: "x.toml".into(), text }, &mut p).unwrap();
    let mut attrs = model::Attributes::new();
    for r in &s.records { let d = attrs.entry(r.kind).or_default(); for a in &r.attributes { if !d.contains(&a.attribute) { d.push(a.attribute.clone()); } } }
    for _ in 0..args.get(3).map_or(5, |n| n.parse().unwrap()) {
        let t = Clock::now();
        let (mut n, mut bytes) = (0, 0);
        let m = engine::map::map_file(&s, args[2].as_ref(), &attrs, engine::map::Options { now: "2026-01-01T00:00:00Z".parse().unwrap(), preview: None },
            &mut |_, b| { n += b.num_rows(); bytes += b.get_array_memory_size(); Ok(()) }, &mut |r| if std::env::var("SHOW").is_ok() { println!("{r:?}") }, &mut |_, _| {}).unwrap();
        let e = t.elapsed().as_secs_f64();
        println!("{} rows {} records {:.3}s {:.0} rows/s, {} MB", m.rows, n, e, m.rows as f64 / e, bytes >> 20);
    }
}
