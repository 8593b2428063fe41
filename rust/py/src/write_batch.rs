//! The writes of one table that wait for the next BatchWriteItem, which `dynacore`'s batch writer inherits.

use std::ffi::CStr;
use std::mem;
use std::sync::{Mutex, MutexGuard, PoisonError};

use dynacore::request::{BatchWriteItem, Operation, Response, Service, TableName, WriteRequest};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString};

use crate::convert::{Form, ItemWriter, Stock, plain_item, with_stock};
use crate::database::Database;
use crate::keywords::{KeywordMethod, Keywords, add_method};

/// Gathers puts and deletes and sends them, some at a time: through the engine where the client is in front of one, by
/// the method `_send` of the class that inherits it elsewhere, and where a request is refused as a whole.
#[pyclass(module = "dynacore._core", subclass, frozen)]
pub struct WriteBatch {
    client: Py<PyAny>,
    /// What the client is in front of, if it is an engine here.
    database: Option<Py<Database>>,
    table_name: String,
    /// The same, if a table may have that name.
    checked_name: Option<TableName>,
    form: Form,
    /// How many writes go into one call.
    flush_amount: usize,
    /// The names of the attributes whose last write counts, where the caller gave any.
    key_names: Vec<Py<PyString>>,
    /// No code of Python's runs while this is locked.
    writes: Mutex<Vec<Write>>,
}

/// A put of an item, or a delete of what has a key.
struct Write {
    is_put: bool,
    attributes: Py<PyAny>,
}

#[pymethods]
impl WriteBatch {
    #[new]
    #[pyo3(signature = (table_name, client, flush_amount=25, overwrite_by_pkeys=None))]
    fn new(
        table_name: String,
        client: &Bound<'_, PyAny>,
        flush_amount: usize,
        overwrite_by_pkeys: Option<Vec<Py<PyString>>>,
    ) -> PyResult<Self> {
        if flush_amount == 0 {
            return Err(PyValueError::new_err("flush_amount is a whole number from 1, not 0"));
        }
        let py = client.py();
        let database = match client.getattr_opt(intern!(py, "_core"))? {
            Some(core) => Some(core.cast_into::<Database>()?.unbind()),
            None => None,
        };
        let native = match client.getattr_opt(intern!(py, "_native"))? {
            Some(native) => native.extract()?,
            None => false,
        };
        Ok(Self {
            client: client.clone().unbind(),
            database,
            checked_name: TableName::new(Some(table_name.clone())).ok(),
            table_name,
            form: Form::plain(native),
            flush_amount,
            key_names: overwrite_by_pkeys.unwrap_or_default(),
            writes: Mutex::default(),
        })
    }

    /// Sends what is left.
    fn flush_all(slf: &Bound<'_, Self>) -> PyResult<()> {
        while !slf.get().lock().is_empty() {
            flush(slf)?;
        }
        Ok(())
    }
}

impl WriteBatch {
    fn lock(&self) -> MutexGuard<'_, Vec<Write>> {
        self.writes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets earlier writes of the same key: a call must not name one twice, and the later request counts.
    fn forget(&self, attributes: &Bound<'_, PyAny>) -> PyResult<()> {
        let py = attributes.py();
        let key = self.key(attributes)?;
        // Comparing runs code of Python's, so the writes are out of the lock meanwhile.
        let mut kept = Vec::new();
        for write in mem::take(&mut *self.lock()) {
            if !self.key(write.attributes.bind(py))?.eq(&key)? {
                kept.push(write);
            }
        }
        self.lock().splice(..0, kept);
        Ok(())
    }

    fn key<'py>(&self, attributes: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyList>> {
        let key = PyList::empty(attributes.py());
        for name in &self.key_names {
            key.append(attributes.get_item(name)?)?;
        }
        Ok(key)
    }

    /// Has the engine carry out some writes; gives those that were left undone, or the writes back where anything about
    /// the request is not as it should be: nothing was done then.
    fn write(&self, py: Python<'_>, writes: Vec<Write>) -> PyResult<Result<Vec<Write>, Vec<Write>>> {
        let Some(database) = &self.database else { return Ok(Err(writes)) };
        let Some(request) = with_stock(|stock| self.request(py, &writes, stock)) else {
            return Ok(Err(writes));
        };
        let Response::BatchWriteItem(output) =
            database.get().carry_out(py, &request, (Service::DynamoDb, "BatchWriteItem"))?
        else {
            unreachable!("an answer is its request's")
        };
        let left = output.unprocessed_items.unwrap_or_default();
        let mut undone = Vec::new();
        for write in left.iter().flat_map(|(_, writes)| writes) {
            let item = with_stock(|stock| ItemWriter::new(py, self.form, stock).item(write.item()))?;
            undone.push(Write { is_put: write.is_put(), attributes: item.into_any().unbind() });
        }
        Ok(Ok(undone))
    }

    /// The request of some writes, if all about it is as it should be.
    fn request(&self, py: Python<'_>, writes: &[Write], stock: &mut Stock) -> Option<Operation> {
        let mut requests = Vec::with_capacity(writes.len());
        for write in writes {
            let attributes = write.attributes.bind(py).cast::<PyDict>().ok()?;
            let member = if write.is_put { "Item" } else { "Key" };
            let item = plain_item(attributes, member, self.form, stock).ok()?;
            requests.push(if write.is_put { WriteRequest::Put(item) } else { WriteRequest::Delete(item) });
        }
        BatchWriteItem::of_table(self.checked_name.clone()?, requests).map(Operation::BatchWriteItem).ok()
    }
}

/// Adds a write where nothing else is to be done; gives whether it did.
#[inline]
fn add_alone(batch: &WriteBatch, is_put: bool, attributes: &Bound<'_, PyAny>) -> bool {
    let mut writes = batch.lock();
    let is_alone = batch.key_names.is_empty() && writes.len() + 1 < batch.flush_amount;
    if is_alone {
        writes.push(Write { is_put, attributes: attributes.clone().unbind() });
    }
    is_alone
}

/// Adds a write, and sends a call's worth of them once there are so many.
fn add(batch: &Bound<'_, WriteBatch>, is_put: bool, attributes: &Bound<'_, PyAny>) -> PyResult<()> {
    let this = batch.get();
    if !this.key_names.is_empty() {
        this.forget(attributes)?;
    }
    let is_full = {
        let mut writes = this.lock();
        writes.push(Write { is_put, attributes: attributes.clone().unbind() });
        writes.len() >= this.flush_amount
    };
    if is_full { flush(batch) } else { Ok(()) }
}

/// Sends one call's worth of writes. What it leaves undone waits for the next.
fn flush(batch: &Bound<'_, WriteBatch>) -> PyResult<()> {
    let (py, this) = (batch.py(), batch.get());
    let sent = {
        let mut writes = this.lock();
        let count = this.flush_amount.min(writes.len());
        let mut later = writes.split_off(count);
        // A caller may name any amount; what is more than a request takes is gathered all the same, and then refused.
        later.reserve(this.flush_amount.min(BatchWriteItem::WRITES_MAX));
        mem::replace(&mut *writes, later)
    };
    let left = match this.write(py, sent)? {
        Ok(left) => left,
        Err(sent) => send(batch, sent)?,
    };
    this.lock().extend(left);
    Ok(())
}

/// Sends a request that tells what is wrong with it, or that goes to a service elsewhere.
fn send(batch: &Bound<'_, WriteBatch>, writes: Vec<Write>) -> PyResult<Vec<Write>> {
    let py = batch.py();
    let pairs = PyList::empty(py);
    for write in writes {
        pairs.append((write.is_put, write.attributes))?;
    }
    let this = batch.get();
    let left = batch.call_method1(intern!(py, "_send"), (&this.client, this.table_name.as_str(), pairs))?;
    let left = left.extract::<Vec<(bool, Py<PyAny>)>>()?;
    Ok(left.into_iter().map(|(is_put, attributes)| Write { is_put, attributes }).collect())
}

/// The one argument of a method, by position or by its name.
#[inline]
fn argument<'py>(
    keywords: Keywords<'_, 'py>,
    method: &CStr,
    name: &Bound<'py, PyString>,
) -> PyResult<Bound<'py, PyAny>> {
    match usual_argument(keywords, name) {
        Some(value) => Ok(value),
        None => seldom_argument(keywords, &method.to_string_lossy(), name),
    }
}

/// As [`argument`] of a call that gives it alone, if by its name, then by one in a program's text: these are interned, as
/// `name` is.
#[inline]
fn usual_argument<'py>(
    keywords: Keywords<'_, 'py>,
    name: &Bound<'py, PyString>,
) -> Option<Bound<'py, PyAny>> {
    match (keywords.positional_count(), keywords.len()) {
        (1, 0) => Some(keywords.positional(0)),
        (0, 1) => {
            let (keyword, value) = keywords.get(0);
            keyword.is(name).then_some(value)
        }
        _ => None,
    }
}

/// As [`argument`] of a call that gives something else, or a name that was made.
#[cold]
fn seldom_argument<'py>(
    keywords: Keywords<'_, 'py>,
    method: &str,
    name: &Bound<'py, PyString>,
) -> PyResult<Bound<'py, PyAny>> {
    let mut given = (keywords.positional_count() > 0).then(|| keywords.positional(0));
    for position in 0..keywords.len() {
        let (keyword, value) = keywords.get(position);
        if !keyword.eq(name)? {
            return Err(PyTypeError::new_err(format!(
                "{method}() got an unexpected keyword argument '{keyword}'"
            )));
        }
        if given.replace(value).is_some() {
            return Err(PyTypeError::new_err(format!(
                "{method}() got multiple values for argument '{name}'"
            )));
        }
    }
    if keywords.positional_count() > 1 {
        return Err(PyTypeError::new_err(format!("{method}() takes 1 positional argument")));
    }
    given.ok_or_else(|| {
        PyTypeError::new_err(format!("{method}() missing 1 required positional argument: '{name}'"))
    })
}

/// `put_item`, or else `delete_item`.
struct Add<const IS_PUT: bool>;

impl<const IS_PUT: bool> Add<IS_PUT> {
    #[inline]
    fn argument_name(py: Python<'_>) -> &Bound<'_, PyString> {
        if IS_PUT { intern!(py, "Item") } else { intern!(py, "Key") }
    }
}

impl<const IS_PUT: bool> KeywordMethod for Add<IS_PUT> {
    type Class = WriteBatch;
    const NAME: &'static CStr = if IS_PUT { c"put_item" } else { c"delete_item" };
    const DOCUMENTATION: &'static CStr = if IS_PUT {
        c"put_item($self, /, Item)\n--\n\nPuts an item, with this call or a later one."
    } else {
        c"delete_item($self, /, Key)\n--\n\nDeletes an item, with this call or a later one."
    };

    fn call<'py>(batch: &Bound<'py, WriteBatch>, keywords: Keywords<'_, 'py>) -> PyResult<Bound<'py, PyAny>> {
        let py = batch.py();
        add(batch, IS_PUT, &argument(keywords, Self::NAME, Self::argument_name(py))?)?;
        Ok(py.None().into_bound(py))
    }

    #[inline]
    fn call_briefly(batch: &Bound<'_, WriteBatch>, keywords: Keywords<'_, '_>) -> bool {
        let attributes = usual_argument(keywords, Self::argument_name(keywords.py()));
        attributes.is_some_and(|attributes| add_alone(batch.get(), IS_PUT, &attributes))
    }
}

/// Gives the class its methods.
///
/// # Errors
/// `MemoryError`.
pub fn add_methods(py: Python<'_>) -> PyResult<()> {
    let class = py.get_type::<WriteBatch>();
    add_method::<Add<true>>(&class)?;
    add_method::<Add<false>>(&class)
}
