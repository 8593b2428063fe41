//! Calls of functions that triggers ask for, as Python makes them.

use std::cell::RefCell;
use std::sync::{Arc, Weak};

use dynacore::error::Error;
use dynacore::trigger::Outcome;
use dynacore_server::Invoker;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

thread_local! {
    /// What a function raised that ends the clock's move: the clock, on this thread too, raises it again.
    static RAISED: RefCell<Option<PyErr>> = const { RefCell::new(None) };
}

/// What ended the clock's move on this thread, if a function did.
pub fn take_raised() -> Option<PyErr> {
    RAISED.take()
}

/// A call to make.
#[pyclass(module = "dynacore._core", frozen)]
pub struct Invocation {
    database: Arc<dynacore_server::Database>,
    invocation: dynacore::trigger::Invocation,
}

#[pymethods]
impl Invocation {
    /// The function's name.
    #[getter]
    fn function(&self) -> &str {
        &self.invocation.function
    }

    /// The function's ARN.
    #[getter]
    fn function_arn(&self) -> &str {
        &self.invocation.function_arn
    }

    /// The call's id.
    #[getter]
    fn request_id(&self) -> &str {
        &self.invocation.request_id
    }

    /// Whether what the function returns means something.
    #[getter]
    fn wants_answer(&self) -> bool {
        self.invocation.wants_answer()
    }

    /// The event as JSON.
    fn event<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.invocation.event())
    }

    /// The function returned; its answer is JSON.
    #[pyo3(signature = (answer=None))]
    fn succeed(&self, py: Python<'_>, answer: Option<String>) {
        self.settle(py, &Outcome::Returned(answer));
    }

    /// The function failed.
    fn fail(&self, py: Python<'_>) {
        self.settle(py, &Outcome::Failed);
    }
}

impl Invocation {
    pub fn new(database: Arc<dynacore_server::Database>, invocation: dynacore::trigger::Invocation) -> Self {
        Self { database, invocation }
    }

    fn settle(&self, py: Python<'_>, outcome: &Outcome) {
        // A database that was stopped by an internal error says so at the next operation.
        let _ = py.detach(|| self.database.settle_invocation(self.invocation.number, outcome));
    }
}

/// Calls a callable of Python with each [`Invocation`]. The database is not held by it.
pub fn calling(database: Weak<dynacore_server::Database>, callable: Py<PyAny>) -> Arc<Invoker> {
    Arc::new(move |invocation| {
        let Some(database) = database.upgrade() else { return Ok(()) };
        Python::attach(|py| {
            let called = callable.call1(py, (Invocation::new(database, invocation),));
            called.map(drop).map_err(|raised| {
                let text = raised.to_string();
                RAISED.set(Some(raised));
                Error::Internal(text)
            })
        })
    })
}
