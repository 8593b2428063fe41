//! The engine as a Python object.

use std::time::Duration;

use dynacore::request::{Operation, Service};
use dynacore::table::Settings;
use dynacore::wire::ToWire;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::clock::VirtualClock;
use crate::convert::{Form, PyReader, PyWriter, with_stock};
use crate::host::Host;
use crate::{error, metadata};

/// One Region's engine; `dynacore.Database` is its public face.
#[pyclass(module = "dynacore._core", frozen)]
pub struct Database {
    host: Host,
}

#[pymethods]
impl Database {
    #[new]
    fn new(
        region: String,
        account_id: String,
        clock: Option<&Bound<'_, VirtualClock>>,
        seed: u64,
        throttle: bool,
        initial_burst_seconds: f64,
        table_transition_seconds: f64,
    ) -> PyResult<Self> {
        let table_transition = Duration::try_from_secs_f64(table_transition_seconds)
            .map_err(|error| PyValueError::new_err(format!("table_transition_seconds: {error}")))?;
        let settings = Settings {
            region,
            account_id,
            throttle,
            initial_burst_seconds: initial_burst_seconds as u32,
            table_transition,
        };
        Ok(Self { host: Host::new(settings, clock.map(|clock| clock.get().shared_nanos()), seed) })
    }

    /// Answers a boto3-shaped request.
    fn execute<'py>(
        &self,
        service: &str,
        operation: &str,
        parameters: &Bound<'py, PyDict>,
        plain: bool,
    ) -> PyResult<Bound<'py, PyDict>> {
        let Some(service) = Service::named(service) else {
            return Err(PyValueError::new_err(format!("there is no service {service:?} here")));
        };
        self.answer_call(service, operation, parameters, if plain { Form::Plain } else { Form::Typed })
    }

    fn next_event_at(&self) -> Option<f64> {
        self.host.with_engine(|engine| engine.next_event_at()).map(|time| time.as_seconds_f64())
    }

    fn tick(&self, py: Python<'_>) -> PyResult<()> {
        let now = self.host.now();
        py.detach(|| self.host.with_engine(|engine| engine.tick(now))).map_err(|error| {
            error::exception(py, &error, "tick", Form::Typed, self.host.request_id().as_str())
        })
    }
}

impl Database {
    /// Answers a call: the one way from Python's objects through the engine and back.
    ///
    /// The engine's lock is held only while the engine works, and nothing of Python's is touched meanwhile; so
    /// the interpreter's lock is not released for what takes about a microsecond.
    ///
    /// # Errors
    /// The classes of `dynacore.exceptions`, and what Python or boto3's serializer raise for a parameter.
    pub fn answer_call<'py>(
        &self,
        service: Service,
        operation: &str,
        parameters: &Bound<'py, PyDict>,
        form: Form,
    ) -> PyResult<Bound<'py, PyDict>> {
        let py = parameters.py();
        let request_id = self.host.request_id();
        let refused = |error| error::exception(py, &error, operation, form, request_id.as_str());
        let request = with_stock(|stock| {
            let mut reader = PyReader::new(parameters, form, stock);
            Operation::read(service, operation, &mut reader, &self.host.cache)
                .map_err(|error| reader.take_raised().unwrap_or_else(|| refused(error)))
        })?;
        let response = self.host.execute(&request).map_err(refused)?;
        let answer = with_stock(|stock| {
            let mut writer = PyWriter::new(py, form, stock);
            response.write(&mut writer);
            writer.finish()
        })?;
        let answer = answer.cast_into::<PyDict>()?;
        metadata::add(&answer, 200, request_id.as_str())?;
        Ok(answer)
    }
}
