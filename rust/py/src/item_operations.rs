//! The calls on items of one table, which `dynacore.Table` inherits.

use std::ffi::CStr;

use dynacore::error::Error;
use dynacore::request::{self, Operation, Service, TableName};
use dynacore::value::Item;
use pyo3::exceptions::PyTypeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyString, PyTuple};

use crate::convert::{Form, Stock, TableParameters, plain_item, plain_key, with_stock};
use crate::database::{Database, Parameters};
use crate::keywords::{KeywordMethod, Keywords, add_method};

/// What a table does with items: a call goes from its keyword arguments to the engine without a frame of Python.
#[pyclass(module = "dynacore._core", subclass, frozen)]
pub struct ItemOperations {
    database: Py<Database>,
    table_name: Py<PyString>,
    /// The same, if a table may have that name.
    checked_name: Option<TableName>,
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
        let checked_name = name.to_str().ok().and_then(|name| TableName::new(Some(name.to_owned())).ok());
        Ok(Self { database: database.unbind(), table_name: name.unbind(), checked_name, form })
    }
}

/// What reads an item or a key from a parameter of a name.
type Read = fn(&Bound<'_, PyDict>, &str, Form, &mut Stock) -> Result<Item, Result<PyErr, Error>>;

/// What makes a request of a table and of an item or a key.
type Make = fn(TableName, Item) -> Result<Operation, Error>;

/// What there is to know of a method.
struct Method {
    operation: &'static str,
    /// The members that may be objects.
    conditions: &'static [&'static str],
    /// The parameter that most calls give alone, what reads it, and what makes their request of it.
    alone: Option<(&'static str, Read, Make)>,
}

impl ItemOperations {
    /// Carries out an operation.
    fn call<'py>(&self, method: &Method, keywords: Keywords<'_, 'py>) -> PyResult<Bound<'py, PyDict>> {
        let py = keywords.py();
        let (database, operation) = (self.database.get(), (Service::DynamoDb, method.operation));
        if let Some(request) = self.short_request(method, keywords) {
            let request = request.map_err(|refusal| database.refuse_request(py, refusal, operation))?;
            return database.answer_request(py, &request, operation, self.form);
        }
        let (table_name, member) = (self.table_name.bind(py), intern!(py, "TableName"));
        let conditions = method.conditions;
        if !conditions.is_empty() && has_condition_object(keywords, conditions) {
            let parameters = keywords.to_dict()?;
            express_conditions(py)?.call1((&parameters,))?;
            if !parameters.contains(member)? {
                parameters.set_item(member, table_name)?;
            }
            return database.answer_call(py, operation, Parameters::All(&parameters), self.form);
        }
        let parameters = TableParameters { keywords, member, table_name };
        database.answer_call(py, operation, Parameters::Table(parameters), self.form)
    }

    /// The request of a call that gives one parameter only, as most do: nothing else can be wrong with it. All others
    /// are read in the order in which AWS finds what is wrong.
    fn short_request(
        &self,
        method: &Method,
        keywords: Keywords<'_, '_>,
    ) -> Option<Result<Operation, Result<PyErr, Error>>> {
        let ((name, read, make), table) = (method.alone?, self.checked_name.as_ref()?);
        if keywords.len() != 1 {
            return None;
        }
        let (keyword, value) = keywords.get(0);
        if keyword.cast::<PyString>().ok()?.to_str().ok()? != name {
            return None;
        }
        let value = value.cast().ok()?;
        let item = with_stock(|stock| read(value, name, self.form, stock));
        Some(item.and_then(|item| make(table.clone(), item).map_err(Err)))
    }
}

/// Whether one of these arguments is an object that stands for an expression.
fn has_condition_object(keywords: Keywords<'_, '_>, conditions: &[&str]) -> bool {
    (0..keywords.len()).any(|position| {
        let (name, value) = keywords.get(position);
        !value.is_instance_of::<PyString>()
            && name
                .cast::<PyString>()
                .is_ok_and(|name| name.to_str().is_ok_and(|name| conditions.contains(&name)))
    })
}

/// What writes conditions that are objects as expressions.
fn express_conditions(py: Python<'_>) -> PyResult<&Bound<'_, PyAny>> {
    static FUNCTION: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    FUNCTION.import(py, "dynacore._conditions", "express_conditions")
}

/// Declares the methods: the type that stands for each, the operation, its name in Python, which members may be
/// objects, which is often alone, and what it does.
macro_rules! item_operations {
    ( $( $operation:ident $method:literal $conditions:expr, $alone:expr, $about:literal; )* ) => {
        $(
            struct $operation;

            impl KeywordMethod for $operation {
                type Class = ItemOperations;
                const NAME: &'static CStr = text(concat!($method, "\0"));
                const DOCUMENTATION: &'static CStr =
                    text(concat!($method, "($self, /, **parameters)\n--\n\n", $about, "\0"));

                fn call<'py>(
                    table: &Bound<'py, ItemOperations>,
                    keywords: Keywords<'_, 'py>,
                ) -> PyResult<Bound<'py, PyAny>> {
                    if keywords.positional_count() > 0 {
                        let told = concat!($method, "() only accepts keyword arguments.");
                        return Err(PyTypeError::new_err(told));
                    }
                    const METHOD: Method = Method {
                        operation: stringify!($operation),
                        conditions: &$conditions,
                        alone: $alone,
                    };
                    table.get().call(&METHOD, keywords).map(Bound::into_any)
                }
            }
        )*

        /// Gives the class its methods.
        ///
        /// # Errors
        /// `MemoryError`.
        pub fn add_methods(py: Python<'_>) -> PyResult<()> {
            let class = py.get_type::<ItemOperations>();
            $( add_method::<$operation>(&class)?; )*
            Ok(())
        }
    };
}

item_operations! {
    GetItem "get_item" [], Some(("Key", plain_key, get_by_key)), "Reads an item.";
    PutItem "put_item" ["ConditionExpression"], Some(("Item", plain_item, put_item)),
        "Writes an item, in place of one with its key.";
    UpdateItem "update_item" ["ConditionExpression"], None, "Changes an item, or makes it.";
    DeleteItem "delete_item" ["ConditionExpression"], None, "Deletes an item.";
    Query "query" ["FilterExpression", "KeyConditionExpression"], None,
        "Reads a range of a partition, in order of the sort key; one page.";
    Scan "scan" ["FilterExpression"], None, "Reads the table or an index, in no order to rely on; one page.";
}

fn get_by_key(table: TableName, key: Item) -> Result<Operation, Error> {
    Ok(Operation::GetItem(request::GetItem::of_key(table, key)))
}

fn put_item(table: TableName, item: Item) -> Result<Operation, Error> {
    request::PutItem::of_item(table, item).map(Operation::PutItem)
}

/// A text that ends with a zero, as C has it.
const fn text(text: &'static str) -> &'static CStr {
    match CStr::from_bytes_with_nul(text.as_bytes()) {
        Ok(text) => text,
        Err(_) => panic!("it ends with a zero and has no other"),
    }
}
