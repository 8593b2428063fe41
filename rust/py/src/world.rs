//! A world of Regions as a Python object.

use std::sync::Arc;
use std::time::Duration;

use dynacore::clock::Timestamp;
use dynacore::error::Error;
use dynacore::request::Service;
use dynacore::world::HealthCheck;
use dynacore_server::{Clock, Timed as _};
use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;

use crate::clock::VirtualClock;
use crate::database::Database;
use crate::error;

/// Several databases with a network between them; `dynacore.World` is its public face.
#[pyclass(module = "dynacore._core", frozen)]
pub struct World {
    world: Arc<dynacore_server::World>,
}

#[pymethods]
impl World {
    #[new]
    #[pyo3(signature = (databases, *, clock, seed))]
    fn new(
        databases: Vec<Bound<'_, Database>>,
        clock: Option<&Bound<'_, VirtualClock>>,
        seed: u64,
    ) -> PyResult<Self> {
        let databases: Vec<_> = databases.into_iter().map(|database| database.get().shared()).collect();
        if databases.is_empty() {
            return Err(PyValueError::new_err("a world has at least one Region"));
        }
        for (index, database) in databases.iter().enumerate() {
            let region = database.region();
            if databases[..index].iter().any(|earlier| earlier.region() == region) {
                return Err(PyValueError::new_err(format!("a world has a Region once: {region}")));
            }
            if database.has_joined() {
                return Err(PyValueError::new_err(format!("the database of {region} is in a world already")));
            }
        }
        let clock = clock.map_or(Clock::System, |clock| Clock::Virtual(clock.get().shared()));
        Ok(Self { world: dynacore_server::World::new(databases, clock, seed) })
    }

    fn set_latency(&self, py: Python<'_>, one: &str, other: &str, seconds: f64) -> PyResult<()> {
        let (one, other, latency) = (self.region(one)?, self.region(other)?, duration(seconds)?);
        self.change(py, move |core| core.network_mut().set_latency(one, other, latency))
    }

    fn latency(&self, py: Python<'_>, one: &str, other: &str) -> PyResult<f64> {
        let (one, other) = (self.region(one)?, self.region(other)?);
        self.change(py, move |core| core.network().latency(one, other).as_secs_f64())
    }

    fn set_jitter(&self, py: Python<'_>, one: &str, other: &str, seconds: f64) -> PyResult<()> {
        let (one, other, jitter) = (self.region(one)?, self.region(other)?, duration(seconds)?);
        self.change(py, move |core| core.network_mut().set_jitter(one, other, jitter))
    }

    fn set_loss(&self, py: Python<'_>, one: &str, other: &str, share: f64) -> PyResult<()> {
        if !(0.0..=1.0).contains(&share) {
            return Err(PyValueError::new_err(format!("a share is between 0 and 1, not {share}")));
        }
        let (one, other) = (self.region(one)?, self.region(other)?);
        self.change(py, move |core| core.network_mut().set_loss(one, other, share))
    }

    fn set_cut(&self, py: Python<'_>, one: &str, other: &str, is_cut: bool) -> PyResult<()> {
        let (one, other) = (self.region(one)?, self.region(other)?);
        self.change(py, move |core| if is_cut { core.cut(one, other) } else { core.heal(one, other) })
    }

    fn is_cut(&self, py: Python<'_>, one: &str, other: &str) -> PyResult<bool> {
        let (one, other) = (self.region(one)?, self.region(other)?);
        self.change(py, move |core| core.network().is_cut(one, other))
    }

    fn set_up(&self, py: Python<'_>, region: &str, is_up: bool) -> PyResult<()> {
        let region = self.region(region)?;
        py.detach(|| self.world.set_up(region, is_up)).map_err(|error| failed(&error))
    }

    fn is_up(&self, region: &str) -> PyResult<bool> {
        Ok(self.world.is_up(self.region(region)?))
    }

    /// Whether health checks on the clock believe that a Region answers.
    fn is_healthy(
        &self,
        py: Python<'_>,
        region: &str,
        interval_seconds: f64,
        threshold: u32,
    ) -> PyResult<bool> {
        let (region, interval) = (self.region(region)?, duration(interval_seconds)?);
        let (check, now) = (HealthCheck { interval, threshold }, self.world.clock().now());
        self.change(py, move |core| core.is_healthy(region, check, now))
    }

    fn replicate(&self, py: Python<'_>, table: &str, master: &str, region: &str) -> PyResult<()> {
        let places = (self.region(master)?, self.region(region)?);
        py.detach(|| self.world.replicate(table, places)).map_err(|error| refused(py, &error, "Replicate"))
    }

    /// The status of a replica, the changes that it has not got, and when the oldest of them was made.
    fn lag(&self, py: Python<'_>, table: &str, region: &str) -> PyResult<(&'static str, u64, Option<f64>)> {
        let region = self.region(region)?;
        let lag = py.detach(|| self.world.lag(table, region)).map_err(|error| refused(py, &error, "Lag"))?;
        Ok((lag.status, lag.pending, lag.oldest.map(Timestamp::as_seconds_f64)))
    }

    fn promote(&self, py: Python<'_>, table: &str, region: &str, loses: bool) -> PyResult<()> {
        let region = self.region(region)?;
        let outcome = py.detach(|| self.world.promote(table, region, loses));
        outcome.map_err(|error| refused(py, &error, "Promote"))
    }

    fn stop_replication(&self, py: Python<'_>, table: &str, region: &str) -> PyResult<()> {
        let region = self.region(region)?;
        let outcome = py.detach(|| self.world.stop_replication(table, region));
        outcome.map_err(|error| refused(py, &error, "StopReplication"))
    }

    /// Items that are equal, that differ, that the first Region alone has, and the second.
    fn compare(&self, py: Python<'_>, table: &str, one: &str, other: &str) -> PyResult<(u64, u64, u64, u64)> {
        let places = (self.region(one)?, self.region(other)?);
        let outcome = py.detach(|| self.world.compare(table, places));
        let found = outcome.map_err(|error| refused(py, &error, "Compare"))?;
        Ok((found.equal, found.different, found.only_first, found.only_second))
    }

    fn next_event_at(&self) -> Option<f64> {
        self.world.next_event_at().map(Timestamp::as_seconds_f64)
    }

    fn tick(&self, py: Python<'_>) -> PyResult<()> {
        py.detach(|| self.world.tick(self.world.clock().now())).map_err(|error| failed(&error))
    }
}

impl World {
    /// The world itself, for a door that needs no Python.
    pub fn shared(&self) -> Arc<dynacore_server::World> {
        Arc::clone(&self.world)
    }

    fn region(&self, name: &str) -> PyResult<usize> {
        let position = self.world.position(name);
        position.ok_or_else(|| PyValueError::new_err(format!("there is no Region {name} in this world")))
    }

    fn change<T: Send>(
        &self,
        py: Python<'_>,
        work: impl FnOnce(&mut dynacore::world::World) -> T + Send,
    ) -> PyResult<T> {
        py.detach(|| self.world.change(work)).map_err(|error| failed(&error))
    }
}

/// An operation of the world that is none of AWS's, refused as one of AWS's is.
fn refused(py: Python<'_>, error: &Error, operation: &str) -> PyErr {
    error::exception(py, error, Service::DynamoDb, operation, None)
}

fn failed(error: &Error) -> PyErr {
    PyRuntimeError::new_err(error.to_string())
}

fn duration(seconds: f64) -> PyResult<Duration> {
    Duration::try_from_secs_f64(seconds).map_err(|error| PyValueError::new_err(format!("seconds: {error}")))
}
