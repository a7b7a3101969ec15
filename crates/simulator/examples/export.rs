//! Writes an organisation's exports and workspace files, uncompressed: `export DIR TICKETS MONTHS [SEED]`.
use std::io::Write;
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let mut config = simulator::Config::demo(jiff::civil::date(2026, 7, 1));
    config.tickets = a[2].parse().unwrap();
    config.months = a[3].parse().unwrap();
    if let Some(seed) = a.get(4) { config.seed = seed.parse().unwrap(); }
    let dir = std::path::PathBuf::from(&a[1]);
    let mut files = std::collections::HashMap::new();
    let begun = std::time::Instant::now();
    let null = a[1] == "-";
    let summary = simulator::simulate(&config, &mut |path, bytes| {
        if null { return Ok(()); }
        let file = files.entry(path.to_owned()).or_insert_with(|| {
            let path = dir.join(path.trim_end_matches(".gz"));
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::File::create(path).unwrap()
        });
        file.write_all(bytes)
    }, &mut |_, _| ()).unwrap();
    let seconds = begun.elapsed().as_secs_f64();
    println!("{summary:#?}\n{seconds:.2} s, {:.0} tickets/s, {:.0} MB/s", summary.tickets as f64 / seconds, summary.bytes as f64 / seconds / 1e6);
    for line in std::fs::read_to_string("/proc/self/status").unwrap().lines().filter(|l| l.starts_with("VmHWM")) { println!("{line}"); }
}
