//! The page is embedded from `web/dist`; where it has not been built there is none, and the API serves alone.

fn main() {
    let dist = std::path::Path::new("../../web/dist");
    println!("cargo:rerun-if-changed=../../web/dist");
    if let Err(error) = std::fs::create_dir_all(dist) {
        println!("cargo:warning=web/dist cannot be made: {error}");
    }
}
