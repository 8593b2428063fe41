//! Reading objects and putting their items into a table.

use std::io;
use std::time::Duration;

use dynacore::error::Error;
use dynacore::expression::Cache;
use dynacore::table::{ItemFault, LoadItem, LoadOrder, LoadReport};

use crate::bucket::{Bucket, Buckets, broken};
use crate::desk::Desk;
use crate::fault_report::FaultReport;
use crate::object::Object;
use crate::record::{Fault, Position, Records};

/// Items, and bytes of them, that are put at a time: enough to be fast, and few enough that nobody waits long meanwhile.
const BATCH_ITEMS: usize = 256;
const BATCH_BYTES: usize = 1 << 20;
/// Errors that are kept.
const FAULTS_MAX: usize = 100;
/// Expressions that are kept in parsed form.
const CACHED_EXPRESSIONS_MAX: usize = 64;
/// Bytes of a write request unit.
const UNIT_BYTES: u64 = 1_024;

/// Carries an import or a put in bulk out.
pub(crate) fn carry_out(order: &LoadOrder, buckets: &Buckets, desk: &dyn Desk) -> LoadReport {
    let source = &order.source;
    let failed = |failure| LoadReport { failure: Some(failure), ..LoadReport::default() };
    let bucket = match buckets.find(&source.bucket, source.owner.as_deref(), &order.account_id) {
        Ok(bucket) => bucket.as_ref(),
        Err(failure) => return failed(failure),
    };
    let target = order.output.as_ref().and_then(|output| output.bucket.as_deref().map(|name| (name, output)));
    let target = target.map(|(name, output)| {
        let found = buckets.find(name, output.bucket_owner.as_deref(), &order.account_id);
        found.map(|bucket| (bucket.as_ref(), output))
    });
    let target = match target.transpose() {
        Ok(target) => target,
        Err(failure) => return failed(failure),
    };
    let cache = order.output.is_some().then(|| Cache::new(CACHED_EXPRESSIONS_MAX));
    let mut loader = Loader {
        order,
        desk,
        cache,
        batch: Vec::new(),
        places: Vec::new(),
        batch_bytes: 0,
        report: LoadReport::default(),
        faults: FaultReport::new(order, target),
    };
    let outcome = loader
        .load_all(bucket)
        .and_then(|()| loader.faults.finish().map_err(|error| Stopped::Broken(broken(&error))));
    match outcome {
        Ok(()) | Err(Stopped::Cancelled) => loader.report,
        Err(Stopped::Broken(failure)) => LoadReport { failure: Some(failure), ..loader.report },
    }
}

/// Why the work does not go on.
enum Stopped {
    /// Nobody wants it any more.
    Cancelled,
    /// It cannot.
    Broken(dynacore::table::Failure),
}

impl From<io::Error> for Stopped {
    fn from(error: io::Error) -> Self {
        Self::Broken(broken(&error))
    }
}

struct Loader<'a> {
    order: &'a LoadOrder,
    desk: &'a dyn Desk,
    cache: Option<Cache>,
    batch: Vec<LoadItem>,
    places: Vec<Position>,
    batch_bytes: usize,
    report: LoadReport,
    faults: FaultReport<'a>,
}

impl Loader<'_> {
    fn load_all(&mut self, bucket: &dyn Bucket) -> Result<(), Stopped> {
        for key in bucket.list(&self.order.source.prefix)? {
            self.load_object(bucket, &key)?;
        }
        Ok(())
    }

    fn load_object(&mut self, bucket: &dyn Bucket, key: &str) -> Result<(), Stopped> {
        let stored = match bucket.open(key) {
            Ok(stored) => stored,
            // It went away since the bucket was listed (LAB DDB-IMPORT-007).
            Err(error) => return self.fault(key, Position { index: 0, line: 0 }, &error.to_string()),
        };
        let order = self.order;
        let cache = self.cache.take();
        let earlier_faults = self.report.faults.len();
        let mut object = Object::new(stored, order.source.compression);
        let mut outcome = Ok(());
        for record in Records::new(&mut object, &order.source.format, cache.as_ref()) {
            outcome = match record.item {
                Ok(item) => self.add(key, record.position, item),
                Err(Fault::Item(problem) | Fault::Object(problem)) => {
                    self.fault(key, record.position, &problem)
                }
            };
            if outcome.is_err() {
                break;
            }
        }
        self.report.bytes += object.bytes();
        self.cache = cache;
        outcome?;
        let outcome = self.flush(key);
        // What the engine refused came later than what could not be read.
        self.report.faults[earlier_faults..].sort_by_key(|fault| fault.index);
        outcome
    }

    fn add(&mut self, key: &str, position: Position, item: LoadItem) -> Result<(), Stopped> {
        self.batch_bytes += item.item.as_bytes().len();
        self.batch.push(item);
        self.places.push(position);
        if self.batch.len() >= BATCH_ITEMS || self.batch_bytes >= BATCH_BYTES {
            self.flush(key)
        } else {
            Ok(())
        }
    }

    /// Puts what was gathered. All of it is of one object.
    fn flush(&mut self, key: &str) -> Result<(), Stopped> {
        if self.batch.is_empty() {
            return Ok(());
        }
        let items = std::mem::take(&mut self.batch);
        let places = std::mem::take(&mut self.places);
        self.batch_bytes = 0;
        let refused = self.desk.load(self.order.job, &items).map_err(|error| match error {
            Error::Internal(message) => {
                Stopped::Broken(dynacore::table::Failure { code: "InternalServerError".to_owned(), message })
            }
            _ => Stopped::Cancelled,
        })?;
        self.report.imported += (items.len() - refused.len()) as u64;
        let mut units = 0;
        for item in &items {
            let bytes = item.item.as_ref().size() as u64;
            self.report.item_bytes += bytes;
            units += bytes.div_ceil(UNIT_BYTES);
        }
        for (position, error) in refused {
            match error {
                Error::ConditionalCheckFailed(existing) => {
                    self.report.refused += 1;
                    self.faults.condition((key, places[position]), &items[position], existing.as_ref())?;
                }
                error => self.fault(key, places[position], error.message())?,
            }
        }
        if let Some(pace) = self.order.units_per_second {
            self.desk.pause(Duration::from_secs_f64(units as f64 / pace.max(1) as f64));
        }
        Ok(())
    }

    fn fault(&mut self, key: &str, position: Position, problem: &str) -> Result<(), Stopped> {
        self.report.errors += 1;
        if self.report.faults.len() < FAULTS_MAX {
            let (index, line) = (position.index, position.line);
            self.report.faults.push(ItemFault {
                key: key.to_owned(),
                index,
                line,
                message: problem.to_owned(),
            });
        }
        Ok(self.faults.error(key, position, problem)?)
    }
}
