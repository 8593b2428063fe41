//! A Kinesis stream that a Python object stands in for.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};
use std::time::Duration;

use dynacore::clock::Timestamp;
use dynacore::error::Error;
use dynacore::table::KinesisOutcome;
use dynacore_server::{Clock, Timed};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::MutexExt;
use pyo3::types::{PyBytes, PyDict, PyList};

use crate::database::Database;

/// Records of one PutRecords at most, and their bytes (Kinesis' quotas).
const RECORDS_MAX: usize = 500;
const BYTES_MAX: usize = 5 * 1024 * 1024;

/// From a delivery that failed to the next attempt.
const RETRY: Duration = Duration::from_secs(1);

/// Carries a database's changes to a sink with Kinesis' PutRecords; `dynacore.KinesisStream` is its public face.
#[pyclass(module = "dynacore._core", frozen)]
pub struct KinesisStream {
    pump: Arc<Pump>,
}

struct Pump {
    database: Arc<dynacore_server::Database>,
    arn: String,
    sink: Py<PyAny>,
    is_open: AtomicBool,
    /// A delivery failed; none is tried before.
    retry_at: Mutex<Option<Timestamp>>,
    /// Held while a batch is on its way, so that no other thread carries the same one.
    turn: Mutex<()>,
    /// The thread whose turn it is. A sink that it calls may ask for a delivery, which has nothing to do then.
    carrier: Mutex<Option<ThreadId>>,
}

#[pymethods]
impl KinesisStream {
    #[new]
    fn new(py: Python<'_>, database: &Database, stream_arn: String, sink: Py<PyAny>) -> PyResult<Self> {
        let database = database.shared();
        database.set_kinesis_stream(&stream_arn, true).map_err(failed)?;
        let pump = Arc::new(Pump {
            database,
            arn: stream_arn,
            sink,
            is_open: AtomicBool::new(true),
            retry_at: Mutex::default(),
            turn: Mutex::default(),
            carrier: Mutex::default(),
        });
        if let Clock::Virtual(clock) = pump.database.clock() {
            let timed: Arc<dyn Timed> = pump.clone();
            // Whoever moves the clock may wait for the interpreter to call another sink.
            py.detach(|| clock.drive(Arc::downgrade(&timed)));
        }
        Ok(Self { pump })
    }

    fn deliver(&self, py: Python<'_>) -> PyResult<usize> {
        let mut count = 0;
        loop {
            match self.pump.deliver(py)? {
                0 => return Ok(count),
                delivered => count += delivered,
            }
        }
    }

    fn step(&self, py: Python<'_>) {
        self.pump.step(py, self.pump.database.clock().now());
    }

    fn close(&self) -> PyResult<()> {
        self.pump.is_open.store(false, Ordering::Release);
        self.pump.database.set_kinesis_stream(&self.pump.arn, false).map_err(failed)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "as a closure of map_err")]
fn failed(error: Error) -> PyErr {
    pyo3::exceptions::PyRuntimeError::new_err(error.to_string())
}

impl Pump {
    /// Delivers a batch, as far as the sink takes it; gives how many changes are done with.
    fn deliver(&self, py: Python<'_>) -> PyResult<usize> {
        let here = thread::current().id();
        if *self.carrier() == Some(here) {
            return Ok(0);
        }
        // The sink that another thread calls needs the interpreter, so this one waits without it.
        let alone = self.turn.lock_py_attached(py).unwrap_or_else(PoisonError::into_inner);
        *self.carrier() = Some(here);
        let _turn = Turn { pump: self, _alone: alone };
        self.deliver_in_turn(py)
    }

    fn carrier(&self) -> MutexGuard<'_, Option<ThreadId>> {
        self.carrier.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn deliver_in_turn(&self, py: Python<'_>) -> PyResult<usize> {
        let batch = py.detach(|| self.database.kinesis_batch(&self.arn, RECORDS_MAX)).map_err(failed)?;
        let Some((mut batch, records)) = batch else { return Ok(0) };
        let list = PyList::empty(py);
        let (mut bytes, mut taken) = (0, 0);
        let mut outcome = KinesisOutcome::default();
        // Where in the batch each record of the list is.
        let mut places = Vec::with_capacity(records.len());
        for record in &records {
            if let Some(record) = record {
                bytes += record.data.len() + record.partition_key.len();
                if bytes > BYTES_MAX && !places.is_empty() {
                    break;
                }
                let given = PyDict::new(py);
                given.set_item(intern!(py, "Data"), PyBytes::new(py, &record.data))?;
                given.set_item(intern!(py, "PartitionKey"), &record.partition_key)?;
                list.append(given)?;
                places.push(taken);
            }
            taken += 1;
        }
        if !places.is_empty() {
            let arguments = PyDict::new(py);
            arguments.set_item(intern!(py, "Records"), &list)?;
            arguments.set_item(intern!(py, "StreamARN"), &self.arn)?;
            let answer = self.sink.bind(py).call_method(intern!(py, "put_records"), (), Some(&arguments))?;
            if let Some(failed) = first_failed(&answer)? {
                taken = places.get(failed).copied().unwrap_or(0);
                outcome.throttled = (places.len() - failed.min(places.len())) as u64;
            }
        }
        batch.records.truncate(taken);
        outcome.failed = records[..taken].iter().filter(|record| record.is_none()).count() as u64;
        py.detach(|| self.database.finish_kinesis_batch(&batch, outcome)).map_err(failed)?;
        if taken == 0 {
            return Err(pyo3::exceptions::PyRuntimeError::new_err("Kinesis took none of the records"));
        }
        Ok(taken)
    }

    /// Delivers what is due. What fails is logged and tried again later.
    fn step(&self, py: Python<'_>, now: Timestamp) {
        while self.next_event_at().is_some_and(|at| at <= now) {
            match self.deliver(py) {
                Ok(0) => break,
                Ok(_) => {}
                Err(error) => {
                    *self.retry_at.lock().unwrap_or_else(PoisonError::into_inner) = Some(now + RETRY);
                    log(py, &self.arn, &error);
                }
            }
        }
    }
}

/// A delivery under way.
struct Turn<'a> {
    pump: &'a Pump,
    _alone: MutexGuard<'a, ()>,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        *self.pump.carrier() = None;
    }
}

impl Timed for Pump {
    fn next_event_at(&self) -> Option<Timestamp> {
        if !self.is_open.load(Ordering::Acquire) {
            return None;
        }
        let retry_at = *self.retry_at.lock().unwrap_or_else(PoisonError::into_inner);
        let due = self.database.kinesis_due(&self.arn)?;
        Some(retry_at.map_or(due, |at| at.max(due)))
    }

    fn tick(&self, now: Timestamp) -> Result<(), Error> {
        Python::attach(|py| self.step(py, now));
        Ok(())
    }
}

/// The position of the first record that PutRecords says it has not taken. A sink that answers nothing has taken all.
fn first_failed(answer: &Bound<'_, PyAny>) -> PyResult<Option<usize>> {
    let py = answer.py();
    let Ok(answer) = answer.cast::<PyDict>() else { return Ok(None) };
    let count = answer.get_item(intern!(py, "FailedRecordCount"))?;
    if count.map_or(Ok(0), |count| count.extract::<i64>())? == 0 {
        return Ok(None);
    }
    let Some(results) = answer.get_item(intern!(py, "Records"))? else { return Ok(Some(0)) };
    for (position, result) in results.try_iter()?.enumerate() {
        if result?.contains(intern!(py, "ErrorCode"))? {
            return Ok(Some(position));
        }
    }
    Ok(Some(0))
}

/// Tells of a sink's exception what a worker without a caller can: it is logged.
fn log(py: Python<'_>, arn: &str, error: &PyErr) {
    let logged = py.import("logging").and_then(|logging| {
        let logger = logging.call_method1("getLogger", ("dynacore",))?;
        let arguments = PyDict::new(py);
        arguments.set_item("exc_info", error.value(py))?;
        let text = format!("records for {arn} were not delivered");
        logger.call_method("error", (text,), Some(&arguments))
    });
    if let Err(error) = logged {
        error.write_unraisable(py, None);
    }
}
