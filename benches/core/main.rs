//! The benches of the engine by itself. `cargo bench -p dynacore-benches -- FILTER` runs those whose name holds it.

mod expressions;
mod items;
mod operations;
mod store;
mod streams;
mod vectors;
mod wire;

fn main() {
    dynacore_benches::measure(|bench, scale| {
        items::add(bench);
        expressions::add(bench);
        store::add(bench, scale);
        operations::add(bench, scale);
        streams::add(bench, scale);
        vectors::add(bench, scale);
        wire::add(bench, scale);
    });
}
