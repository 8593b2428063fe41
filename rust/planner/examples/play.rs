//! Plays a scenario file and prints its report as JSON: `cargo run --release --example play -- scenario.toml`.

use std::path::Path;

use dynacore_planner::{Scenario, simulate};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("which scenario? give the path of its TOML file")?;
    let path = Path::new(&path);
    let mut scenario = Scenario::from_toml(&std::fs::read_to_string(path)?)?;
    scenario.resolve_files(path.parent().unwrap_or(Path::new("")))?;
    let report = simulate(&scenario, &mut |_| true)?;
    println!("{}", serde_json::to_string_pretty(&report)?);
    Ok(())
}
