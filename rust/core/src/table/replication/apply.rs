//! Applying what comes from other Regions.

use std::time::Duration;

use crate::clock::Timestamp;
use crate::error::Error;
use crate::store::Entry;
use crate::table::author::Author;
use crate::table::refusal::not_found;
use crate::table::replication::log::OutgoingChange;
use crate::table::replication::version::Version;
use crate::table::tables::Tables;
use crate::table::write::{Change, WritePlan, Writing};
use crate::value::{Item, ItemRef, Key, Value};

/// An item on its way into a new replica. Cheap to clone.
#[derive(Clone)]
pub struct CopiedItem {
    pub(in crate::table) entry: Entry,
    pub(in crate::table) version: Option<Version>,
}

impl CopiedItem {
    /// A deletion, of which there is the version alone.
    pub(in crate::table) fn deletion(version: &Entry) -> Self {
        let entry = Entry::new(version.key(), &[]);
        Self { entry, version: Some(Version::from_bytes(version.value())) }
    }

    /// The item's key in its table.
    #[must_use]
    pub fn key(&self) -> &[u8] {
        self.entry.key()
    }

    /// The item.
    #[must_use]
    pub fn item(&self) -> ItemRef<'_> {
        ItemRef::trusted(self.entry.value())
    }

    /// The item's version, if it has one.
    #[must_use]
    pub fn version(&self) -> Option<&Version> {
        self.version.as_ref()
    }

    /// Whether it is a deletion.
    #[must_use]
    pub fn is_deletion(&self) -> bool {
        self.entry.value().is_empty()
    }
}

/// What comes of one item from a Region that another process serves: the item or that it is gone, with its version.
pub struct ArrivingItem {
    /// The item's key in its table.
    pub key: Key,
    /// The item; none where it is gone.
    pub image: Option<Item>,
    /// The version, where it has one: only an item that is copied may have none.
    pub version: Option<Version>,
}

/// After a replica refused a change for its throughput, it is tried again this much later.
const THROTTLE_PAUSE: Duration = Duration::from_millis(100);
/// The same after any other failure.
const FAILURE_PAUSE: Duration = Duration::from_secs(1);

/// When a change that a replica refused is tried again; none where it is not, as the table is going.
#[must_use]
pub fn retry_pause(refusal: &Error) -> Option<Duration> {
    match refusal {
        Error::ResourceNotFound(_) => None,
        refusal if refusal.is_throttle() => Some(THROTTLE_PAUSE),
        _ => Some(FAILURE_PAUSE),
    }
}

impl Tables {
    /// Applies what came from a Region that another process serves, as [`Tables::apply_change`] or, for an item of a new
    /// replica, [`Tables::apply_copy`].
    ///
    /// # Errors
    /// As there.
    pub fn apply_arriving(
        &mut self,
        name: &str,
        (item, is_copy): (&ArrivingItem, bool),
        now: Timestamp,
    ) -> Result<bool, Error> {
        let image = item.image.as_ref().map(Item::as_ref);
        let arriving = Arriving { image, version: item.version.as_ref() };
        let author = if is_copy { Author::Copy } else { Author::Replica };
        self.apply(name, item.key.as_bytes(), arriving, (author, now))
    }

    /// Applies a change from another Region, where it is later than what is here. False where it lost.
    ///
    /// # Errors
    /// `ResourceNotFoundException`; a throughput exception, as a change takes write capacity in every Region (facts
    /// 7.4); `InternalServerError`.
    pub fn apply_change(
        &mut self,
        name: &str,
        change: &OutgoingChange,
        now: Timestamp,
    ) -> Result<bool, Error> {
        if self.is_stamped(name) {
            return self.apply_stamped(name, change, now);
        }
        let arriving = Arriving { image: change.image(), version: Some(change.version()) };
        self.apply(name, change.key(), arriving, (Author::Replica, now))
    }

    /// Puts an item into a new replica, unless something later is there.
    ///
    /// # Errors
    /// `ResourceNotFoundException`, `InternalServerError`.
    pub fn apply_copy(&mut self, name: &str, item: &CopiedItem, now: Timestamp) -> Result<bool, Error> {
        let image = (!item.entry.value().is_empty()).then(|| item.item());
        let arriving = Arriving { image, version: item.version.as_ref() };
        self.apply(name, item.entry.key(), arriving, (Author::Copy, now))
    }

    pub(super) fn apply(
        &mut self,
        name: &str,
        key: &[u8],
        Arriving { image, version }: Arriving<'_>,
        (author, now): (Author, Timestamp),
    ) -> Result<bool, Error> {
        let store = self.store.as_mut();
        let table = self.by_name.get_mut(name).ok_or_else(|| not_found(name))?;
        let replication = table.replication.as_ref().ok_or_else(|| not_found(name))?;
        let here = replication.version(key, store)?;
        if here.as_ref() >= version && (here.is_some() || author == Author::Replica) {
            return Ok(false);
        }
        // Over something that the stream has shown, a copy is a change like any other.
        let author = if here.is_some() { Author::Replica } else { author };
        let key = table.definition.schema.key_of_bytes(key)?;
        let plan = WritePlan {
            key: &key,
            condition: None,
            item_on_condition_failure: false,
            change: image.map_or(Change::Delete, Change::Put),
        };
        let (in_flight, schedule) = (&mut self.in_flight, &mut self.schedule);
        let agenda = &mut self.agenda;
        let mut writing = Writing { table, store, in_flight, now, schedule, author, given: version, agenda };
        writing.write(&plan)?;
        let hold = self.settings.transaction_duration;
        let place = (table.space, key.clone().into_bytes());
        if table.is_strong() && !hold.is_zero() && !self.in_flight.holds(table.space, &key, now) {
            self.in_flight.hold_until(now + hold, vec![place]);
        }
        Ok(true)
    }
}

/// What arrives of one item: the item or that it is gone, and its version.
pub(super) struct Arriving<'a> {
    pub(super) image: Option<ItemRef<'a>>,
    pub(super) version: Option<&'a Version>,
}

/// The key of a table's bytes.
impl crate::table::schema::KeySchema {
    /// The values of a key's attributes.
    pub(crate) fn values_of_key(&self, bytes: &[u8]) -> Result<(Value, Option<Value>), Error> {
        let sort = self.sort.as_ref().map(|sort| sort.type_);
        let corrupted = |_| Error::Internal("A key of the change log is none of its table's".to_owned());
        Key::decode(bytes, self.partition.type_, sort).map_err(corrupted)
    }

    pub(super) fn key_of_bytes(&self, bytes: &[u8]) -> Result<Key, Error> {
        let (partition, sort) = self.values_of_key(bytes)?;
        let sort = sort.as_ref().map(Value::as_ref);
        Key::new(partition.as_ref(), sort)
            .map_err(|error| Error::Internal(format!("A key of the change log: {error}")))
    }
}
