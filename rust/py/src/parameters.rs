//! What exists, for those who list it.

use dynacore::request::{Operation, Service};
use pyo3::prelude::*;

/// The parameters of an operation by path, and whether each is supported; `None` where there is no such operation.
#[pyfunction]
pub fn parameters(service: &str, operation: &str) -> Option<Vec<(String, bool)>> {
    let parameters = Operation::parameters(Service::named(service)?, operation)?;
    Some(parameters.into_iter().map(|parameter| (parameter.path, !parameter.refused)).collect())
}
