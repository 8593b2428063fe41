//! The calls on items of one table, which `dynacore.Table` inherits.

use dynacore::request::Service;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyString, PyTuple};

use crate::convert::Form;
use crate::database::Database;

/// What a table does with items: a call goes from its keyword arguments to the engine without a frame of Python.
#[pyclass(module = "dynacore._core", subclass, frozen)]
pub struct ItemOperations {
    database: Py<Database>,
    table_name: Py<PyString>,
    form: Form,
}

#[pymethods]
impl ItemOperations {
    /// Takes the arguments of the class that inherits it: the table's name and the client of its database.
    #[new]
    #[pyo3(signature = (name, client, *_more, **_options))]
    fn new(
        name: Bound<'_, PyString>,
        client: &Bound<'_, PyAny>,
        _more: &Bound<'_, PyTuple>,
        _options: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        let py = client.py();
        let database = client.getattr(intern!(py, "_core"))?.cast_into::<Database>()?;
        let form = Form::plain(client.getattr(intern!(py, "_native"))?.extract()?);
        Ok(Self { database: database.unbind(), table_name: name.unbind(), form })
    }

    /// Reads an item.
    #[pyo3(signature = (**parameters))]
    fn get_item<'py>(
        &self,
        py: Python<'py>,
        parameters: Option<Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyDict>> {
        self.call(py, "GetItem", &[], parameters)
    }

    /// Writes an item, in place of one with its key.
    #[pyo3(signature = (**parameters))]
    fn put_item<'py>(
        &self,
        py: Python<'py>,
        parameters: Option<Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyDict>> {
        self.call(py, "PutItem", &[intern!(py, "ConditionExpression")], parameters)
    }

    /// Changes an item, or makes it.
    #[pyo3(signature = (**parameters))]
    fn update_item<'py>(
        &self,
        py: Python<'py>,
        parameters: Option<Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyDict>> {
        self.call(py, "UpdateItem", &[intern!(py, "ConditionExpression")], parameters)
    }

    /// Deletes an item.
    #[pyo3(signature = (**parameters))]
    fn delete_item<'py>(
        &self,
        py: Python<'py>,
        parameters: Option<Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyDict>> {
        self.call(py, "DeleteItem", &[intern!(py, "ConditionExpression")], parameters)
    }

    /// Reads a range of a partition, in order of the sort key; one page.
    #[pyo3(signature = (**parameters))]
    fn query<'py>(
        &self,
        py: Python<'py>,
        parameters: Option<Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyDict>> {
        self.call(
            py,
            "Query",
            &[intern!(py, "FilterExpression"), intern!(py, "KeyConditionExpression")],
            parameters,
        )
    }

    /// Reads the table or an index, in no order to rely on; one page.
    #[pyo3(signature = (**parameters))]
    fn scan<'py>(
        &self,
        py: Python<'py>,
        parameters: Option<Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyDict>> {
        self.call(py, "Scan", &[intern!(py, "FilterExpression")], parameters)
    }
}

impl ItemOperations {
    /// Carries out an operation whose members `conditions` may be objects.
    fn call<'py>(
        &self,
        py: Python<'py>,
        operation: &str,
        conditions: &[&Bound<'py, PyString>],
        parameters: Option<Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyDict>> {
        let parameters = parameters.unwrap_or_else(|| PyDict::new(py));
        for member in conditions {
            let condition = parameters.get_item(member)?;
            if condition.is_some_and(|condition| !condition.is_instance_of::<PyString>()) {
                express_conditions(py)?.call1((&parameters,))?;
                break;
            }
        }
        let member = intern!(py, "TableName");
        if !parameters.contains(member)? {
            parameters.set_item(member, &self.table_name)?;
        }
        self.database.get().answer_call(Service::DynamoDb, operation, &parameters, self.form)
    }
}

/// What writes conditions that are objects as expressions.
fn express_conditions(py: Python<'_>) -> PyResult<&Bound<'_, PyAny>> {
    static FUNCTION: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    FUNCTION.import(py, "dynacore._conditions", "express_conditions")
}
