//! The HTTP door, started from Python.

use std::net::TcpListener;

use dynacore_server::Limits;
use pyo3::exceptions::PyKeyboardInterrupt;
use pyo3::prelude::*;

use crate::database::Database;

/// Serves a database over HTTP until SIGTERM or SIGINT. Python's other threads run meanwhile.
#[pyfunction]
pub fn serve(
    py: Python<'_>,
    database: &Bound<'_, Database>,
    host: &str,
    port: u16,
    on_ready: &Bound<'_, PyAny>,
) -> PyResult<()> {
    let listener = TcpListener::bind((host, port))?;
    // Ctrl-C reaches Python's own handler too, inside `on_ready` or once all has ended. What it asks for is done.
    match run(py, database, listener, on_ready).and_then(|()| py.check_signals()) {
        Err(error) if error.is_instance_of::<PyKeyboardInterrupt>(py) => Ok(()),
        outcome => outcome,
    }
}

fn run(
    py: Python<'_>,
    database: &Bound<'_, Database>,
    listener: TcpListener,
    on_ready: &Bound<'_, PyAny>,
) -> PyResult<()> {
    let address = listener.local_addr()?;
    let (stop, shutdown) = dynacore_server::shutdown();
    // Before the address is told: whoever knows it may already ask to stop.
    dynacore_server::stop_on_signals(stop)?;
    let database = database.get().shared();
    database.on_notice(|line| eprintln!("{line}"));
    on_ready.call1((address.ip().to_string(), address.port()))?;
    py.detach(|| dynacore_server::serve(listener, database, &Limits::default(), shutdown))?;
    Ok(())
}
