//! `dynacore._core`: the Python door.
//!
//! It converts, detaches from the interpreter and maps errors. It is **not** a place for decisions: what DynamoDB
//! does is in `dynacore`, what a host needs is in `dynacore_server`, what only Python can do is in the Python
//! package. Docstrings and types are in `python/dynacore/_core.pyi`, which `mypy.stubtest` holds against this.

mod bucket;
mod clock;
mod convert;
mod database;
mod error;
mod invocation;
mod item_file;
mod item_operations;
mod keywords;
mod kinesis;
mod metadata;
mod parameters;
mod server;
mod simulation;
mod world;
mod write_batch;

use pyo3::prelude::*;

#[global_allocator]
static ALLOCATOR: dynacore_allocator::Allocator = dynacore_allocator::Allocator;

#[pymodule]
mod _core {
    use pyo3::prelude::*;

    #[pymodule_export]
    use super::clock::VirtualClock;
    #[pymodule_export]
    use super::database::{Database, Snapshot};
    #[pymodule_export]
    use super::invocation::Invocation;
    #[pymodule_export]
    use super::item_file::{json_to_ion, read_items};
    #[pymodule_export]
    use super::item_operations::ItemOperations;
    #[pymodule_export]
    use super::kinesis::KinesisStream;
    #[pymodule_export]
    use super::parameters::parameters;
    #[pymodule_export]
    use super::server::serve;
    #[pymodule_export]
    use super::simulation::simulate;
    #[pymodule_export]
    use super::world::World;
    #[pymodule_export]
    use super::write_batch::WriteBatch;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        dynacore_allocator::prepare();
        super::item_operations::add_methods(module.py())?;
        super::write_batch::add_methods(module.py())
    }

    /// The package's version, which is the workspace's.
    #[pymodule_export]
    #[allow(non_upper_case_globals, reason = "Python's own name for it")]
    const __version__: &str = env!("CARGO_PKG_VERSION");

    /// `"release"` or `"debug"`: benchmarks refuse the latter.
    #[pymodule_export]
    #[allow(non_upper_case_globals, reason = "a module attribute of Python")]
    const build_profile: &str = if cfg!(debug_assertions) { "debug" } else { "release" };
}
