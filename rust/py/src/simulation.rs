//! Scenarios, played without the interpreter.

use std::path::PathBuf;

use dynacore_planner::{PlanError, Scenario};
use pyo3::exceptions::{PyKeyboardInterrupt, PyValueError};
use pyo3::prelude::*;

/// Plays a scenario, in TOML or JSON, and gives its report as JSON. Files it names are in `directory`. Other threads of Python run meanwhile.
#[pyfunction]
#[expect(clippy::needless_pass_by_value, reason = "they are made for the call from Python's objects")]
pub fn simulate(
    py: Python<'_>,
    scenario: &str,
    json: bool,
    directory: PathBuf,
    on_progress: Py<PyAny>,
) -> PyResult<String> {
    let mut raised = None;
    let outcome = py.detach(|| {
        let mut scenario = if json { Scenario::from_json(scenario) } else { Scenario::from_toml(scenario) }?;
        scenario.resolve_files(&directory)?;
        let report = dynacore_planner::simulate(&scenario, &mut |done| {
            Python::attach(|py| {
                let told = py.check_signals().and_then(|()| on_progress.call1(py, (done,)));
                raised = told.err();
            });
            raised.is_none()
        })?;
        Ok(serde_json::to_string(&report).expect("a report is JSON"))
    });
    if let Some(raised) = raised {
        return Err(raised);
    }
    outcome.map_err(|error| match error {
        PlanError::Interrupted => PyKeyboardInterrupt::new_err(()),
        error => PyValueError::new_err(error.to_string()),
    })
}
