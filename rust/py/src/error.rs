//! DynamoDB's exceptions as Python's.

use dynacore::error::Error;
use dynacore::request::Service;
use dynacore::wire::Writer;
use dynacore_disk::OpenError;
use dynacore_server::RequestId;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyModule, PyType};

use crate::convert::{Form, PyWriter, with_stock};
use crate::metadata;

/// The exception for an error of an operation: its class in `dynacore.exceptions`, with a `response` in
/// botocore's shape. The item of a failed condition carries its types in every form, because boto3's resource
/// converts answers and leaves errors as they came.
#[cold]
pub fn exception(
    py: Python<'_>,
    error: &Error,
    service: Service,
    operation: &str,
    request_id: Option<RequestId>,
) -> PyErr {
    if let Error::RegionUnavailable(region) = error {
        return unreachable_region(py, region, service).unwrap_or_else(|error| error);
    }
    raised(py, error, service, operation, request_id).unwrap_or_else(|error| error)
}

fn raised(
    py: Python<'_>,
    error: &Error,
    service: Service,
    operation: &str,
    request_id: Option<RequestId>,
) -> PyResult<PyErr> {
    let response = with_stock(|stock| {
        let mut writer = PyWriter::new(py, Form::Typed, stock);
        writer.begin_object();
        writer.member("Error");
        writer.begin_object();
        writer.member("Message");
        writer.string(error.message());
        writer.member("Code");
        writer.string(error.code());
        writer.end_object();
        if is_modelled(service, error.code()) {
            writer.member(dynacore_server::message_member(service, error.code()));
            writer.string(error.message());
        }
        error.write_members(&mut writer);
        writer.end_object();
        writer.finish()
    })?;
    let response = response.cast_into::<PyDict>()?;
    metadata::add(&response, error.http_status(), request_id)?;
    let class = exceptions(py)?.getattr(error.class())?.cast_into::<PyType>()?;
    Ok(PyErr::from_type(class, (response.unbind(), operation.to_owned())))
}

/// What an SDK raises where nothing answers at a Region's address.
fn unreachable_region(py: Python<'_>, region: &str, service: Service) -> PyResult<PyErr> {
    let host = match service {
        Service::DynamoDb => "dynamodb",
        Service::DynamoDbStreams => "streams.dynamodb",
        Service::ApplicationAutoScaling => "application-autoscaling",
        Service::CloudWatch => "monitoring",
        Service::Lambda => "lambda",
        Service::EventBridge => "events",
    };
    let class = exceptions(py)?.getattr("EndpointConnectionError")?.cast_into::<PyType>()?;
    Ok(PyErr::from_type(class, (format!("https://{host}.{region}.amazonaws.com/"),)))
}

/// The exception for a database that was not opened: a class of `dynacore.exceptions` with the error's text.
#[cold]
pub fn open_exception(py: Python<'_>, error: &OpenError) -> PyErr {
    let class = match error {
        OpenError::Locked { .. } => "DatabaseLocked",
        OpenError::NotADatabase(_) => "NotADatabase",
        OpenError::UnknownFormat { .. } => "UnknownFormat",
        OpenError::Corrupted(_) => "Corrupted",
        _ => "StoreFailed",
    };
    store_exception(py, class, &error.to_string())
}

/// The exception for a disk that failed.
#[cold]
pub fn failed_exception(py: Python<'_>, text: &str) -> PyErr {
    store_exception(py, "StoreFailed", text)
}

fn store_exception(py: Python<'_>, class: &str, text: &str) -> PyErr {
    let class = exceptions(py).and_then(|module| Ok(module.getattr(class)?.cast_into::<PyType>()?));
    class.map_or_else(|error| error, |class| PyErr::from_type(class, text.to_owned()))
}

/// Whether the service's model in botocore has a shape for the exception. Its members, the text among them, are in
/// the response beside `Error` then.
fn is_modelled(service: Service, code: &str) -> bool {
    match code {
        "SerializationException"
        | "UnknownOperationException"
        | "AccessDeniedException"
        | "ValidationError" => false,
        "ValidationException" => service == Service::ApplicationAutoScaling,
        "InternalServerError" => matches!(service, Service::DynamoDb | Service::DynamoDbStreams),
        _ => true,
    }
}

/// `dynacore.exceptions`, which is imported when the first error is raised, because it imports botocore's.
fn exceptions(py: Python<'_>) -> PyResult<&Bound<'_, PyModule>> {
    static MODULE: PyOnceLock<Py<PyModule>> = PyOnceLock::new();
    let module = MODULE.get_or_try_init(py, || py.import("dynacore.exceptions").map(Bound::unbind))?;
    Ok(module.bind(py))
}
