//! The virtual clock: time that passes only when it is told to.

use std::sync::Arc;
use std::time::Duration;

use dynacore::clock::Timestamp;
use dynacore::error::Error;
use pyo3::exceptions::{PyRuntimeError, PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;

use crate::invocation::take_raised;

const NANOS_PER_SECOND: i64 = 1_000_000_000;

/// 2025-01-01T00:00:00Z: where a clock starts that was not told otherwise. A fixed time, because two runs with
/// one seed have to be equal.
const START_SECONDS: i64 = 1_735_689_600;

/// A clock that Python moves. It holds whole nanoseconds, so that a thousand steps of 0.1 s are 100 s exactly.
///
/// It drives the databases that were made with it: while it moves, what is due in them happens in order of time.
#[pyclass(module = "dynacore", frozen)]
pub struct VirtualClock {
    clock: Arc<dynacore_server::VirtualClock>,
}

#[pymethods]
impl VirtualClock {
    #[new]
    #[pyo3(signature = (start=None))]
    fn new(start: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        let nanos = match start {
            Some(time) => time_nanos(time)?,
            None => START_SECONDS * NANOS_PER_SECOND,
        };
        let clock = dynacore_server::VirtualClock::new(Timestamp::from_nanos(nanos));
        Ok(Self { clock: Arc::new(clock) })
    }

    fn now(&self) -> f64 {
        seconds(self.nanos())
    }

    fn advance(&self, py: Python<'_>, seconds: &Bound<'_, PyAny>) -> PyResult<()> {
        let step = duration_nanos(seconds)?;
        self.nanos().checked_add(step.cast_signed()).ok_or_else(|| out_of_range(seconds))?;
        self.refuse_inner_move()?;
        py.detach(|| self.clock.advance(Duration::from_nanos(step))).map_err(|error| failed(&error))
    }

    fn run_until(&self, py: Python<'_>, when: &Bound<'_, PyAny>) -> PyResult<()> {
        let (now, target) = (self.nanos(), time_nanos(when)?);
        if target < now {
            return Err(PyValueError::new_err(format!(
                "a clock does not run backwards: {} is before {}",
                seconds(target),
                seconds(now)
            )));
        }
        self.refuse_inner_move()?;
        py.detach(|| self.clock.run_until(Timestamp::from_nanos(target))).map_err(|error| failed(&error))
    }

    fn __repr__(&self) -> String {
        format!("VirtualClock({})", self.now())
    }
}

impl VirtualClock {
    /// The clock itself, for the databases that live by it.
    pub fn shared(&self) -> Arc<dynacore_server::VirtualClock> {
        Arc::clone(&self.clock)
    }

    fn refuse_inner_move(&self) -> PyResult<()> {
        if !self.clock.is_moved_here() {
            return Ok(());
        }
        Err(PyRuntimeError::new_err(
            "the clock is moving: a function that is called meanwhile cannot move it",
        ))
    }

    fn nanos(&self) -> i64 {
        self.clock.now().as_nanos()
    }
}

/// An event failed; the clock stands at it.
fn failed(error: &Error) -> PyErr {
    take_raised().unwrap_or_else(|| PyRuntimeError::new_err(error.to_string()))
}

fn seconds(nanos: i64) -> f64 {
    nanos.div_euclid(NANOS_PER_SECOND) as f64 + nanos.rem_euclid(NANOS_PER_SECOND) as f64 / 1e9
}

fn out_of_range(value: &Bound<'_, PyAny>) -> PyErr {
    PyValueError::new_err(format!("{value} seconds are out of the clock's range"))
}

/// A span in seconds, `int` or `float`, as whole nanoseconds.
fn duration_nanos(value: &Bound<'_, PyAny>) -> PyResult<u64> {
    let nanos = scaled(value, NANOS_PER_SECOND)?;
    u64::try_from(nanos)
        .map_err(|_| PyValueError::new_err(format!("a clock does not run backwards: advance({value})")))
}

/// A time, epoch seconds or an aware `datetime`, as nanoseconds since the epoch. A float's time is taken to the
/// microsecond: near today it holds no more than four steps of one.
fn time_nanos(value: &Bound<'_, PyAny>) -> PyResult<i64> {
    let py = value.py();
    let micros = if value.hasattr(intern!(py, "timestamp"))? {
        if value.getattr(intern!(py, "tzinfo"))?.is_none() {
            return Err(PyValueError::new_err("a datetime without a time zone is no point in time"));
        }
        scaled(&value.call_method0(intern!(py, "timestamp"))?, 1_000_000)?
    } else {
        scaled(value, 1_000_000)?
    };
    micros.checked_mul(1000).ok_or_else(|| out_of_range(value))
}

/// `value` times `scale`, exact for an `int` and rounded for a `float`.
fn scaled(value: &Bound<'_, PyAny>, scale: i64) -> PyResult<i64> {
    if let Ok(whole) = value.extract::<i64>() {
        return whole.checked_mul(scale).ok_or_else(|| out_of_range(value));
    }
    let number: f64 = value
        .extract()
        .map_err(|_| PyTypeError::new_err(format!("seconds are a number, not {}", value.get_type())))?;
    let whole = number.floor();
    let fraction = ((number - whole) * scale as f64).round();
    // Half of i64's range at one second, so that the products below stay inside it.
    let limit = (i64::MAX / scale / 2) as f64;
    if !number.is_finite() || whole.abs() > limit {
        return Err(out_of_range(value));
    }
    Ok(whole as i64 * scale + fraction as i64)
}
