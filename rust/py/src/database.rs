//! The engine as a Python object.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use dynacore::clock::Timestamp;
use dynacore::error::Error;
use dynacore::request::{Operation, Response, Service};
use dynacore::store::MemoryStore;
use dynacore::table::Settings;
use dynacore::table::partition::{PartitionDescription, SplitObstacle};
use dynacore::value::Item;
use dynacore::wire::{Reader as _, ToWire as _};
use dynacore_disk::{Options, SyncMode};
use dynacore_server::{Bucket, Clock, DirectoryBucket, Started};
use pyo3::exceptions::PyValueError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList};

use crate::bucket::PyBucket;
use crate::clock::VirtualClock;
use crate::convert::{Form, PyReader, PyWriter, TableParameters, with_stock};
use crate::invocation::{Invocation, calling};
use crate::{error, metadata};

/// AWS does not keep more than this of unused throughput (facts 2.1).
const BURST_SECONDS_MAX: f64 = 300.0;

/// An item that was not imported: the key of its object, its position there, its line and why.
type FaultTuple = (String, u64, u64, String);

/// What a request of the wire gets: status, headers and body.
type WireAnswer<'py> = (u16, Bound<'py, PyDict>, Bound<'py, PyBytes>);

/// One Region's engine; `dynacore.Database` is its public face.
#[pyclass(module = "dynacore._core", frozen)]
pub struct Database {
    database: Arc<dynacore_server::Database>,
}

/// What a call was given.
#[derive(Clone, Copy)]
pub enum Parameters<'a, 'py> {
    /// All of them.
    All(&'a Bound<'py, PyDict>),
    /// Those of a call on a table.
    Table(TableParameters<'py, 'a>),
}

/// What a database in memory was at a moment.
#[pyclass(module = "dynacore._core", frozen)]
pub struct Snapshot {
    snapshot: dynacore_server::Snapshot,
}

#[pymethods]
impl Database {
    #[new]
    #[pyo3(signature = (
        *, region, account_id, clock, seed, throttle, throttle_on_demand, partition_bytes, initial_burst_seconds,
        table_transition_seconds, transaction_seconds, index_propagation_seconds, stale_reads_seconds,
        backfill_items_per_second, item_collection_bytes_max, time_to_live_delay_seconds, path, sync,
        write_buffer_bytes,
    ))]
    #[expect(clippy::too_many_arguments, reason = "they are named where they are given")]
    fn new(
        py: Python<'_>,
        region: String,
        account_id: String,
        clock: Option<&Bound<'_, VirtualClock>>,
        seed: u64,
        throttle: bool,
        throttle_on_demand: bool,
        partition_bytes: i64,
        initial_burst_seconds: f64,
        table_transition_seconds: f64,
        transaction_seconds: f64,
        index_propagation_seconds: f64,
        stale_reads_seconds: f64,
        backfill_items_per_second: Option<i64>,
        item_collection_bytes_max: i64,
        time_to_live_delay_seconds: f64,
        path: Option<PathBuf>,
        sync: &str,
        write_buffer_bytes: i64,
    ) -> PyResult<Self> {
        let settings = Settings {
            region,
            account_id,
            throttle,
            throttle_on_demand,
            partition_bytes: positive("partition_bytes", partition_bytes)?,
            initial_burst_seconds: burst_seconds(initial_burst_seconds)?,
            table_transition: duration("table_transition_seconds", table_transition_seconds)?,
            transaction_duration: duration("transaction_seconds", transaction_seconds)?,
            index_propagation: duration("index_propagation_seconds", index_propagation_seconds)?,
            stale_reads: duration("stale_reads_seconds", stale_reads_seconds)?,
            backfill_items_per_second: backfill_items_per_second
                .map(|pace| positive("backfill_items_per_second", pace))
                .transpose()?,
            item_collection_bytes_max: positive("item_collection_bytes_max", item_collection_bytes_max)?,
            time_to_live_delay: duration("time_to_live_delay_seconds", time_to_live_delay_seconds)?,
        };
        let clock = clock.map_or(Clock::System, |clock| Clock::Virtual(clock.get().shared()));
        let sync = sync_mode(sync)?;
        let layer_bytes = positive("write_buffer_bytes", write_buffer_bytes)?;
        let layer_bytes = usize::try_from(layer_bytes).unwrap_or(usize::MAX);
        let database = match path {
            None => dynacore_server::Database::new(settings, Box::new(MemoryStore::new()), clock, seed),
            Some(path) => {
                let options = Options { sync, layer_bytes, ..Options::default() };
                let open = || dynacore_server::Database::open(&path, options, settings, clock, seed);
                py.detach(open).map_err(|error| error::open_exception(py, &error))?
            }
        };
        Ok(Self { database })
    }

    /// Answers a boto3-shaped request.
    #[pyo3(signature = (service, operation, parameters, plain, native=false))]
    fn execute<'py>(
        &self,
        service: &str,
        operation: &str,
        parameters: &Bound<'py, PyDict>,
        plain: bool,
        native: bool,
    ) -> PyResult<Bound<'py, PyDict>> {
        let Some(service) = Service::named(service) else {
            return Err(PyValueError::new_err(format!("there is no service {service:?} here")));
        };
        let form = if plain { Form::plain(native) } else { Form::Typed };
        self.answer_call(parameters.py(), (service, operation), Parameters::All(parameters), form)
    }

    /// Answers a request of the wire as it would over HTTP: status, headers and body; nothing where its Region is down.
    /// Other threads of Python run meanwhile: a body may be megabytes.
    fn answer<'py>(
        &self,
        py: Python<'py>,
        target: &str,
        content_type: &str,
        body: &[u8],
    ) -> PyResult<Option<WireAnswer<'py>>> {
        if !self.database.is_up() {
            return Ok(None);
        }
        let cbor = content_type == "application/cbor";
        let reply = py.detach(|| match cbor {
            // Its path has the operation alone.
            true => self.database.answer_cbor(target.rsplit('.').next().unwrap_or(target), body),
            false => self.database.answer(target, body),
        });
        let headers = PyDict::new(py);
        headers.set_item(intern!(py, "server"), intern!(py, "Server"))?;
        headers.set_item(intern!(py, "content-type"), content_type)?;
        headers.set_item(intern!(py, "content-length"), reply.body.len().to_string())?;
        headers.set_item(intern!(py, "x-amzn-requestid"), reply.request_id.as_str())?;
        headers.set_item(intern!(py, "x-amz-crc32"), reply.crc32().to_string())?;
        if cbor {
            headers.set_item(intern!(py, "smithy-protocol"), intern!(py, "rpc-v2-cbor"))?;
        }
        if let Some(code) = reply.query_error {
            headers.set_item(intern!(py, "x-amzn-query-error"), format!("{code};Sender"))?;
        }
        Ok(Some((reply.status, headers, PyBytes::new(py, &reply.body))))
    }

    /// What the database has counted, in Prometheus's text format.
    fn prometheus(&self, py: Python<'_>) -> PyResult<String> {
        self.database.prometheus().map_err(|error| self.exception(py, &error, Service::DynamoDb, "Metrics"))
    }

    #[pyo3(signature = (table, index=None))]
    fn partitions<'py>(
        &self,
        py: Python<'py>,
        table: &str,
        index: Option<&str>,
    ) -> PyResult<Bound<'py, PyList>> {
        match self.database.describe_partitions(table, index) {
            Ok(partitions) => {
                let described = PyList::empty(py);
                for partition in partitions {
                    described.append(description(py, &partition)?)?;
                }
                Ok(described)
            }
            Err(error) => Err(self.exception(py, &error, Service::DynamoDb, "DescribePartitions")),
        }
    }

    /// What a database in memory is at this moment; nothing for a durable one.
    fn snapshot(&self, py: Python<'_>) -> PyResult<Option<Snapshot>> {
        let refused = |error| self.exception(py, &error, Service::DynamoDb, "Snapshot");
        Ok(self.database.snapshot().map_err(refused)?.map(|snapshot| Snapshot { snapshot }))
    }

    fn restore(&self, py: Python<'_>, snapshot: &Bound<'_, Snapshot>) -> PyResult<()> {
        let refused = |error| self.exception(py, &error, Service::DynamoDb, "Restore");
        self.database.restore(&snapshot.get().snapshot).map_err(refused)
    }

    /// A database of its own that begins with a snapshot.
    fn fork(&self, snapshot: &Bound<'_, Snapshot>) -> Self {
        Self { database: self.database.fork(&snapshot.get().snapshot) }
    }

    /// Ends a durable database: all is durable when this returns.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        py.detach(|| self.database.close()).map_err(|error| error::failed_exception(py, error.message()))
    }

    /// Holds items of a table as a transaction in flight; gives the number to end it with.
    fn begin_transaction(&self, table: &str, keys: &Bound<'_, PyList>, py: Python<'_>) -> PyResult<u64> {
        let refused = |error| self.exception(py, &error, Service::DynamoDb, "TransactWriteItems");
        let mut items = Vec::with_capacity(keys.len());
        for key in keys {
            items.push((table.to_owned(), read_key(key.cast()?, refused)?));
        }
        self.database.begin_transaction(items).map_err(refused)
    }

    fn end_transaction(&self, number: u64, py: Python<'_>) -> PyResult<()> {
        let refused = |error| self.exception(py, &error, Service::DynamoDb, "TransactWriteItems");
        self.database.end_transaction(number).map_err(refused)
    }

    /// Makes a function known to triggers, with its URL where it has one; `False` where its name is none.
    #[pyo3(signature = (name, url=None))]
    fn add_function(&self, py: Python<'_>, name: &str, url: Option<&str>) -> PyResult<bool> {
        py.detach(|| self.database.add_function(name, url))
            .map_err(|error| self.exception(py, &error, Service::Lambda, "AddFunction"))
    }

    fn remove_function(&self, name: &str, py: Python<'_>) -> PyResult<()> {
        let refused = |error| self.exception(py, &error, Service::Lambda, "RemoveFunction");
        self.database.remove_function(name).map_err(refused)
    }

    /// Functions that have a URL and were not made known since the database was opened.
    fn awaited_urls(&self, py: Python<'_>) -> PyResult<Vec<(String, String)>> {
        let refused = |error| self.exception(py, &error, Service::Lambda, "ListFunctions");
        self.database.awaited_urls().map_err(refused)
    }

    /// Waits for a call to make; `None` once waiting was stopped.
    fn wait_for_invocation(&self, py: Python<'_>) -> Option<Invocation> {
        let invocation = py.detach(|| self.database.wait_for_invocation())?;
        Some(Invocation::new(self.shared(), invocation))
    }

    fn stop_waiting(&self, py: Python<'_>) {
        py.detach(|| self.database.stop_waiting());
    }

    /// Who makes calls while the virtual clock moves.
    fn set_invoker(&self, invoker: Py<PyAny>) {
        self.database.set_invoker(Some(calling(Arc::downgrade(&self.database), invoker)));
    }

    /// Lets imports be read from, and exports be written to, a directory or an object that has `list`, `get` and `put`.
    fn add_bucket(&self, name: &str, place: &Bound<'_, PyAny>) -> PyResult<()> {
        let bucket: Arc<dyn Bucket> = match place.extract::<PathBuf>() {
            Ok(directory) => Arc::new(DirectoryBucket::new(directory)),
            Err(_) => Arc::new(PyBucket::new(place.clone().unbind())),
        };
        self.database.add_bucket(name, bucket);
        Ok(())
    }

    /// The bucket of an import that has ended, and the first items that were not imported: key, position, line and why.
    fn import_faults(&self, py: Python<'_>, arn: &str) -> PyResult<(String, Vec<FaultTuple>)> {
        let (bucket, faults) = self
            .database
            .import_faults(arn)
            .map_err(|error| self.exception(py, &error, Service::DynamoDb, "DescribeImport"))?;
        let told = faults.into_iter().map(|fault| (fault.key, fault.index, fault.line, fault.message));
        Ok((bucket, told.collect()))
    }

    fn next_event_at(&self) -> Option<f64> {
        self.database.next_event().map(Timestamp::as_seconds_f64)
    }

    fn tick(&self, py: Python<'_>) -> PyResult<()> {
        py.detach(|| self.database.catch_up_now())
            .map_err(|error| self.exception(py, &error, Service::DynamoDb, "Tick"))
    }
}

impl Database {
    /// The database, for a door that needs no Python.
    pub fn shared(&self) -> Arc<dynacore_server::Database> {
        Arc::clone(&self.database)
    }

    /// Answers a call: the one way from Python's objects through the engine and back.
    ///
    /// The engine's lock is held only while the engine works, and nothing of Python's is touched meanwhile; so
    /// the interpreter's lock is not released for what takes about a microsecond. It is for long reads, which use as many
    /// cores as there are threads.
    ///
    /// # Errors
    /// The classes of `dynacore.exceptions`, and what Python or boto3's serializer raise for a parameter.
    pub fn answer_call<'py>(
        &self,
        py: Python<'py>,
        (service, operation): (Service, &str),
        parameters: Parameters<'_, 'py>,
        form: Form,
    ) -> PyResult<Bound<'py, PyDict>> {
        let request = with_stock(|stock| {
            let mut reader = match parameters {
                Parameters::All(parameters) => PyReader::new(parameters, form, stock),
                Parameters::Table(parameters) => PyReader::of_table(parameters, form, stock),
            };
            Operation::read(service, operation, &mut reader, self.database.cache())
                .map_err(|error| reader.take_raised().ok_or(error))
        });
        // The exception is made behind that, because it wants the stock too.
        let request = request.map_err(|refusal| self.refuse_request(py, refusal, (service, operation)))?;
        self.answer_request(py, &request, (service, operation), form)
    }

    /// The exception for a request that could not be read: what Python raised, or else what DynamoDB refuses.
    #[cold]
    pub fn refuse_request(
        &self,
        py: Python<'_>,
        refusal: Result<PyErr, Error>,
        (service, operation): (Service, &str),
    ) -> PyErr {
        refusal.unwrap_or_else(|error| {
            self.database.count_user_error(service);
            self.exception(py, &error, service, operation)
        })
    }

    /// Answers a request that was read.
    ///
    /// # Errors
    /// The classes of `dynacore.exceptions`.
    pub fn answer_request<'py>(
        &self,
        py: Python<'py>,
        request: &Operation,
        (service, operation): (Service, &str),
        form: Form,
    ) -> PyResult<Bound<'py, PyDict>> {
        let response = self.carry_out(py, request, (service, operation))?;
        let answer = with_stock(|stock| {
            let mut writer = PyWriter::new(py, form, stock);
            response.write(&mut writer);
            writer.finish()
        })?;
        let answer = answer.cast_into::<PyDict>()?;
        metadata::add(&answer, 200, Some(self.database.request_id()))?;
        Ok(answer)
    }

    /// Carries out a request and waits for the disk.
    ///
    /// # Errors
    /// The classes of `dynacore.exceptions`.
    pub fn carry_out(
        &self,
        py: Python<'_>,
        request: &Operation,
        (service, operation): (Service, &str),
    ) -> PyResult<Response> {
        let refused = |error| self.exception(py, &error, service, operation);
        let (outcome, pending) = match self.database.start(request) {
            Started::Done(outcome, pending) => (outcome, pending),
            Started::Long(read) => py.detach(|| self.database.finish(read)),
        };
        if let Some(pending) = pending {
            // The disk takes its time; other threads of Python run meanwhile and share its sync.
            py.detach(|| pending.wait()).map_err(refused)?;
        }
        outcome.map_err(refused)
    }

    fn exception(
        &self,
        py: Python<'_>,
        error: &dynacore::error::Error,
        service: Service,
        operation: &str,
    ) -> PyErr {
        error::exception(py, error, service, operation, Some(self.database.request_id()))
    }
}

/// A time that is not negative.
fn duration(name: &str, seconds: f64) -> PyResult<Duration> {
    Duration::try_from_secs_f64(seconds).map_err(|error| PyValueError::new_err(format!("{name}: {error}")))
}

/// A key of Python's values, or of values with their type. A key attribute is no map, so there is no doubt.
fn read_key(key: &Bound<'_, PyDict>, refused: impl Fn(Error) -> PyErr) -> PyResult<Item> {
    let typed = key.iter().any(|(_, value)| value.is_instance_of::<PyDict>());
    let item = with_stock(|stock| {
        let mut reader = PyReader::new(key, if typed { Form::Typed } else { Form::Plain }, stock);
        let mut problem = None;
        let item = reader.item(&mut problem);
        problem.map_or(item, Err).map_err(|error| reader.take_raised().ok_or(error))
    });
    item.map_err(|refusal| refusal.unwrap_or_else(refused))
}

/// A whole number from 1.
fn positive(name: &str, number: i64) -> PyResult<u64> {
    u64::try_from(number)
        .ok()
        .filter(|number| *number > 0)
        .ok_or_else(|| PyValueError::new_err(format!("{name} is a whole number from 1, not {number}")))
}

/// Whole seconds, because the engine's buckets start with whole seconds of throughput.
fn burst_seconds(seconds: f64) -> PyResult<u32> {
    if !(0.0..=BURST_SECONDS_MAX).contains(&seconds) || seconds.fract() != 0.0 {
        return Err(PyValueError::new_err(format!(
            "initial_burst_seconds is a whole number from 0 to {BURST_SECONDS_MAX}, not {seconds}"
        )));
    }
    Ok(seconds as u32)
}

fn sync_mode(name: &str) -> PyResult<SyncMode> {
    match name {
        "commit" => Ok(SyncMode::Commit),
        "interval" => Ok(SyncMode::Interval),
        "never" => Ok(SyncMode::Never),
        _ => {
            Err(PyValueError::new_err(format!("sync is \"commit\", \"interval\" or \"never\", not {name:?}")))
        }
    }
}

fn description<'py>(py: Python<'py>, partition: &PartitionDescription) -> PyResult<Bound<'py, PyDict>> {
    let described = PyDict::new(py);
    described.set_item(intern!(py, "range"), (partition.range.start, partition.range.end))?;
    described.set_item(intern!(py, "items"), partition.items)?;
    described.set_item(intern!(py, "bytes"), partition.bytes)?;
    described.set_item(intern!(py, "read_units"), partition.read_units.as_f64())?;
    described.set_item(intern!(py, "write_units"), partition.write_units.as_f64())?;
    described.set_item(intern!(py, "heat"), partition.heat())?;
    described.set_item(intern!(py, "read_throttles"), partition.read_throttles)?;
    described.set_item(intern!(py, "write_throttles"), partition.write_throttles)?;
    described.set_item(intern!(py, "begins_inside_collection"), partition.begins_inside_collection)?;
    described.set_item(intern!(py, "split_at"), partition.split_at.map(Timestamp::as_seconds_f64))?;
    described.set_item(intern!(py, "obstacle"), partition.obstacle.map(SplitObstacle::as_str))?;
    Ok(described)
}
