//! Files added to these folders are part of the binary, but neither `embed_migrations!` nor `include_dir!` notices a
//! new one: without this, a build after `git pull` would go on carrying the old list.

fn main() {
    for folder in ["migrations", "sql/functions", "sql/queries", "sql/checks", "sql/attacks", "policies"] {
        println!("cargo::rerun-if-changed={folder}");
    }
}
