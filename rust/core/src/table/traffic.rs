//! Traffic: what requests a table answered, operation by operation (facts 11.1).

use std::collections::BTreeMap;
use std::time::Duration;

use smallvec::SmallVec;

use crate::clock::{NANOS_PER_SECOND, Timestamp};
use crate::error::Error;
use crate::metric::{Series, Statistics};
use crate::store::Space;
use crate::table::observed::Observed;
use crate::table::tables::Tables;

const MINUTE_NANOS: i64 = 60 * NANOS_PER_SECOND;

/// The values of the dimension `Operation`.
const OPERATIONS: [&str; 14] = [
    "PutItem",
    "DeleteItem",
    "UpdateItem",
    "GetItem",
    "BatchGetItem",
    "Scan",
    "Query",
    "BatchWriteItem",
    "TransactWriteItems",
    "TransactGetItems",
    "ExecuteTransaction",
    "BatchExecuteStatement",
    "ExecuteStatement",
    "GetRecords",
];

/// An operation that is counted.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct MeteredOperation(u8);

impl MeteredOperation {
    /// The operation of this name, if it is counted. Made to be evaluated when the engine is compiled.
    #[must_use]
    pub const fn named(name: &str) -> Option<Self> {
        let mut index = 0;
        while index < OPERATIONS.len() {
            if same(OPERATIONS[index].as_bytes(), name.as_bytes()) {
                return Some(Self(index as u8));
            }
            index += 1;
        }
        None
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        OPERATIONS[usize::from(self.0)]
    }

    /// How long one takes at the service. An operation takes no time by the engine's clock, and AWS promises no more than
    /// single-digit milliseconds, so these are ours: 3 ms to read an item and 5 ms to write one or to read several, twice
    /// that for the two phases of a transaction.
    #[must_use]
    pub fn latency_milliseconds(self) -> f64 {
        match self.name() {
            "GetItem" | "GetRecords" => 3.0,
            "TransactGetItems" => 6.0,
            "TransactWriteItems" | "ExecuteTransaction" => 10.0,
            _ => 5.0,
        }
    }

    /// All of them.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..OPERATIONS.len() as u8).map(Self)
    }

    fn index(self) -> usize {
        usize::from(self.0)
    }
}

const fn same(left: &[u8], right: &[u8]) -> bool {
    if left.len() != right.len() {
        return false;
    }
    let mut index = 0;
    while index < left.len() {
        if left[index] != right[index] {
            return false;
        }
        index += 1;
    }
    true
}

type Counts = [u64; OPERATIONS.len()];

/// The requests of one table. A request costs one addition; the rest is done once a minute.
#[derive(Clone)]
pub(in crate::table) struct Traffic {
    /// The request that was counted last, so that one that comes to the table twice counts once.
    request: u64,
    /// When the running minute ends.
    minute_end: i64,
    /// Successful requests since the table was made.
    answered: Counts,
    /// The same at the beginning of the running minute.
    answered_before: Counts,
    throttled: Counts,
    throttled_before: Counts,
    /// What queries and scans returned in the running minute.
    returned: BTreeMap<MeteredOperation, Statistics>,
    answered_series: BTreeMap<MeteredOperation, Series>,
    throttled_series: BTreeMap<MeteredOperation, Series>,
    returned_series: BTreeMap<MeteredOperation, Series>,
    /// Metrics that are noted where they happen.
    pub(in crate::table) others: Observed,
    /// The operation that is under way.
    running: Option<MeteredOperation>,
}

impl Default for Traffic {
    fn default() -> Self {
        Self::new(Timestamp::default())
    }
}

impl Traffic {
    pub(in crate::table) fn new(now: Timestamp) -> Self {
        Self {
            request: 0,
            minute_end: minute_end(now),
            answered: [0; OPERATIONS.len()],
            answered_before: [0; OPERATIONS.len()],
            throttled: [0; OPERATIONS.len()],
            throttled_before: [0; OPERATIONS.len()],
            returned: BTreeMap::new(),
            answered_series: BTreeMap::new(),
            throttled_series: BTreeMap::new(),
            returned_series: BTreeMap::new(),
            others: Observed::default(),
            running: None,
        }
    }

    /// Counts a request as answered, until [`Traffic::fail`] says otherwise. False where it was counted already.
    pub(in crate::table) fn begin(
        &mut self,
        request: u64,
        operation: MeteredOperation,
        now: Timestamp,
    ) -> bool {
        if self.request == request {
            return false;
        }
        self.request = request;
        self.resume(operation, now);
        true
    }

    /// Counts an operation as answered that was suspended before.
    pub(in crate::table) fn resume(&mut self, operation: MeteredOperation, now: Timestamp) {
        if now.as_nanos() >= self.minute_end {
            self.close_minute(now);
        }
        self.answered[operation.index()] += 1;
        self.running = Some(operation);
    }

    /// Counts the operation that is under way no more, as it goes on later.
    pub(in crate::table) fn suspend(&mut self) {
        if let Some(operation) = self.running.take() {
            self.answered[operation.index()] -= 1;
        }
    }

    /// Counts the request that was begun last as failed, and perhaps as throttled.
    #[cold]
    pub(in crate::table) fn fail(&mut self, operation: MeteredOperation, throttled: bool) {
        self.answered[operation.index()] = self.answered[operation.index()].saturating_sub(1);
        if throttled {
            self.throttled[operation.index()] += 1;
        }
    }

    /// Notes how many items the operation that is under way returns.
    pub(in crate::table) fn return_items(&mut self, count: i64) {
        if let Some(operation) = self.running {
            let all = self.returned.entry(operation).or_insert(Statistics::EMPTY);
            all.add(&Statistics::of(count as f64, 1.0));
        }
    }

    /// Notes an event of the table as a whole.
    #[cold]
    pub(in crate::table) fn observe(&mut self, metric: &'static str, value: f64, now: Timestamp) {
        self.others.add(metric, &[], (value, 1.0), now);
    }

    #[cold]
    fn close_minute(&mut self, now: Timestamp) {
        let start = self.minute_start();
        let closed = counted(&self.answered, &self.answered_before);
        for (operation, count) in closed {
            let latency = Statistics::of(operation.latency_milliseconds(), count as f64);
            self.answered_series.entry(operation).or_default().add(start, &latency);
        }
        for (operation, count) in counted(&self.throttled, &self.throttled_before) {
            let events = Statistics::of(1.0, count as f64);
            self.throttled_series.entry(operation).or_default().add(start, &events);
        }
        for (operation, statistics) in std::mem::take(&mut self.returned) {
            self.returned_series.entry(operation).or_default().add(start, &statistics);
        }
        (self.answered_before, self.throttled_before) = (self.answered, self.throttled);
        self.minute_end = minute_end(now).max(self.minute_end);
    }

    fn minute_start(&self) -> Timestamp {
        Timestamp::from_nanos(self.minute_end - MINUTE_NANOS)
    }

    /// Successful requests since the table was made, by operation; none of those it never had.
    pub(in crate::table) fn answered(&self) -> Vec<(MeteredOperation, u64)> {
        counted(&self.answered, &[0; OPERATIONS.len()])
    }

    /// Throttled requests since the table was made.
    pub(in crate::table) fn throttled(&self) -> Vec<(MeteredOperation, u64)> {
        counted(&self.throttled, &[0; OPERATIONS.len()])
    }

    /// The operations that returned items.
    pub(in crate::table) fn returning(&self) -> Vec<MeteredOperation> {
        let mut all: Vec<_> = self.returned.keys().chain(self.returned_series.keys()).copied().collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// `SuccessfulRequestLatency`, by [`MeteredOperation::latency_milliseconds`].
    pub(in crate::table) fn latency(
        &self,
        operation: MeteredOperation,
        (from, until): (Timestamp, Timestamp),
    ) -> Vec<(Timestamp, Statistics)> {
        let running = self.answered[operation.index()] - self.answered_before[operation.index()];
        let running = Statistics::of(operation.latency_milliseconds(), running as f64);
        self.with_running(self.answered_series.get(&operation), running, from, until)
    }

    /// `ThrottledRequests`.
    pub(in crate::table) fn throttles(
        &self,
        operation: MeteredOperation,
        (from, until): (Timestamp, Timestamp),
    ) -> Vec<(Timestamp, Statistics)> {
        let running = self.throttled[operation.index()] - self.throttled_before[operation.index()];
        let running = Statistics::of(1.0, running as f64);
        self.with_running(self.throttled_series.get(&operation), running, from, until)
    }

    /// `ReturnedItemCount`.
    pub(in crate::table) fn returned(
        &self,
        operation: MeteredOperation,
        (from, until): (Timestamp, Timestamp),
    ) -> Vec<(Timestamp, Statistics)> {
        let running = self.returned.get(&operation).copied().unwrap_or(Statistics::EMPTY);
        self.with_running(self.returned_series.get(&operation), running, from, until)
    }

    fn with_running(
        &self,
        series: Option<&Series>,
        running: Statistics,
        from: Timestamp,
        until: Timestamp,
    ) -> Vec<(Timestamp, Statistics)> {
        let start = self.minute_start();
        let running = (!running.is_empty() && from <= start && start < until).then_some((start, running));
        let closed = series.into_iter().flat_map(|series| series.range(from, until));
        closed.map(|(start, statistics)| (start, *statistics)).chain(running).collect()
    }
}

fn counted(now: &Counts, before: &Counts) -> Vec<(MeteredOperation, u64)> {
    let differences = now.iter().zip(before).map(|(now, before)| now - before);
    MeteredOperation::all().zip(differences).filter(|(_, count)| *count > 0).collect()
}

fn minute_end(now: Timestamp) -> i64 {
    now.floor(Duration::from_secs(60)).as_nanos() + MINUTE_NANOS
}

/// A request while it is carried out: what is to be counted for it.
#[derive(Clone, Default)]
pub(in crate::table) struct Request {
    pub(in crate::table) number: u64,
    pub(in crate::table) operation: Option<MeteredOperation>,
    /// The tables it came to.
    pub(in crate::table) served: SmallVec<[Space; 4]>,
}

impl Tables {
    /// A request begins: from now on the tables it comes to count it as answered.
    pub fn begin_request(&mut self, operation: Option<MeteredOperation>) {
        self.request.number += 1;
        self.request.operation = operation;
        self.request.served.clear();
    }

    /// The request that was begun last has failed.
    #[cold]
    pub fn fail_request(&mut self, error: &Error, now: Timestamp) {
        let throttled = error.is_throttle();
        if let Some(operation) = self.request.operation {
            for space in std::mem::take(&mut self.request.served) {
                let name = self.names_by_space.get(&space.0);
                if let Some(table) = name.and_then(|name| self.by_name.get_mut(name)) {
                    table.traffic.fail(operation, throttled);
                }
                if error.http_status() >= 500 {
                    self.note_system_error(space, operation, now);
                }
            }
        }
        if !throttled && error.http_status() == 400 && !matches!(error, Error::ConditionalCheckFailed(_)) {
            self.count_user_error(now);
        }
    }

    /// Counts a request that was refused before it came to any table.
    pub fn count_user_error(&mut self, now: Timestamp) {
        self.user_errors.add(now, &Statistics::of(1.0, 1.0));
    }
}
