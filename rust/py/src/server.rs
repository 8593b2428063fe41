//! The HTTP door, started from Python.

use std::net::TcpListener;
use std::sync::Arc;

use dynacore_server::{Handler, Limits, PeerAddress, Peers};
use pyo3::exceptions::{PyKeyboardInterrupt, PyValueError};
use pyo3::prelude::*;

use crate::database::Database;
use crate::world::World;

/// Serves a database or a world over HTTP until SIGTERM or SIGINT. Python's other threads run meanwhile. A database is
/// replicated with the `peers`, each `REGION=http://HOST:PORT`.
#[pyfunction]
#[pyo3(signature = (served, host, port, on_ready, peers=Vec::new()))]
pub fn serve(
    py: Python<'_>,
    served: &Bound<'_, PyAny>,
    host: &str,
    port: u16,
    on_ready: &Bound<'_, PyAny>,
    #[expect(clippy::needless_pass_by_value, reason = "Python gives a list")] peers: Vec<String>,
) -> PyResult<()> {
    let peers = peers.iter().map(|peer| peer.parse()).collect::<Result<Vec<PeerAddress>, String>>();
    let peers = peers.map_err(PyValueError::new_err)?;
    let listener = TcpListener::bind((host, port))?;
    // Ctrl-C reaches Python's own handler too, inside `on_ready` or once all has ended. What it asks for is done.
    match run(py, (served, peers), listener, on_ready).and_then(|()| py.check_signals()) {
        Err(error) if error.is_instance_of::<PyKeyboardInterrupt>(py) => Ok(()),
        outcome => outcome,
    }
}

fn run(
    py: Python<'_>,
    (served, peers): (&Bound<'_, PyAny>, Vec<PeerAddress>),
    listener: TcpListener,
    on_ready: &Bound<'_, PyAny>,
) -> PyResult<()> {
    let address = listener.local_addr()?;
    let (stop, shutdown) = dynacore_server::shutdown();
    // Before the address is told: whoever knows it may already ask to stop.
    dynacore_server::stop_on_signals(stop)?;
    let mut replication = None;
    let handler: Arc<dyn Handler> = match served.cast::<World>() {
        Ok(world) => {
            let world = world.get().shared();
            world.databases().iter().for_each(|database| database.on_notice(|line| eprintln!("{line}")));
            world
        }
        Err(_) => {
            let database = served.cast::<Database>()?.get().shared();
            database.on_notice(|line| eprintln!("{line}"));
            if !peers.is_empty() {
                let start = || Peers::start(Arc::clone(&database), peers);
                replication =
                    Some(py.detach(start).map_err(|error| PyValueError::new_err(error.to_string()))?);
            }
            database
        }
    };
    let told = on_ready.call1((address.ip().to_string(), address.port()));
    let is_told = told.is_ok();
    py.detach(|| {
        let serve = || dynacore_server::serve(listener, handler, &Limits::default(), shutdown);
        let outcome = is_told.then(serve).transpose();
        if let Some(replication) = replication {
            replication.stop();
        }
        outcome
    })?;
    told.map(drop)
}
