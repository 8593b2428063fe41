//! The virtual clock: time that passes only when it is told to.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;

const NANOS_PER_SECOND: i64 = 1_000_000_000;

/// 2025-01-01T00:00:00Z: where a clock starts that was not told otherwise. A fixed time, because two runs with
/// one seed have to be equal.
const START_SECONDS: i64 = 1_735_689_600;

/// A clock that Python moves. It holds whole nanoseconds, so that a thousand steps of 0.1 s are 100 s exactly.
///
/// Databases read it at each call and let everything happen that was due since the last one, in order of time;
/// so moving it costs nothing by itself.
#[pyclass(module = "dynacore", frozen)]
pub struct VirtualClock {
    nanos: Arc<AtomicI64>,
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
        Ok(Self { nanos: Arc::new(AtomicI64::new(nanos)) })
    }

    fn now(&self) -> f64 {
        seconds(self.nanos.load(Ordering::SeqCst))
    }

    fn advance(&self, seconds: &Bound<'_, PyAny>) -> PyResult<()> {
        let step = duration_nanos(seconds)?;
        self.nanos
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |now| now.checked_add(step))
            .map_err(|_| out_of_range(seconds))?;
        Ok(())
    }

    fn run_until(&self, when: &Bound<'_, PyAny>) -> PyResult<()> {
        let target = time_nanos(when)?;
        self.nanos
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |now| (now <= target).then_some(target))
            .map_err(|now| {
                PyValueError::new_err(format!(
                    "a clock does not run backwards: {} is before {}",
                    seconds(target),
                    seconds(now)
                ))
            })?;
        Ok(())
    }

    fn __repr__(&self) -> String {
        format!("VirtualClock({})", self.now())
    }
}

impl VirtualClock {
    /// The nanoseconds since the epoch, which a database reads at each call.
    pub fn shared_nanos(&self) -> Arc<AtomicI64> {
        Arc::clone(&self.nanos)
    }
}

fn seconds(nanos: i64) -> f64 {
    nanos.div_euclid(NANOS_PER_SECOND) as f64 + nanos.rem_euclid(NANOS_PER_SECOND) as f64 / 1e9
}

fn out_of_range(value: &Bound<'_, PyAny>) -> PyErr {
    PyValueError::new_err(format!("{value} seconds are out of the clock's range"))
}

/// A span in seconds, `int` or `float`, as whole nanoseconds.
fn duration_nanos(value: &Bound<'_, PyAny>) -> PyResult<i64> {
    let nanos = scaled(value, NANOS_PER_SECOND)?;
    if nanos < 0 {
        return Err(PyValueError::new_err(format!("a clock does not run backwards: advance({value})")));
    }
    Ok(nanos)
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
