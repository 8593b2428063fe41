//! What a durable store holds about CloudWatch: alarms with their states, and dashboards. Custom metrics and the history
//! of alarms are not kept.

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::store::{Read, StoreError, Write};
use crate::table::record::{self, CATALOG, WATCH};

use super::alarm::Alarm;
use super::dashboard::Dashboard;
use super::watch::CloudWatch;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WatchRecord {
    alarms: Vec<Alarm>,
    dashboards: Vec<Dashboard>,
    next: Option<Timestamp>,
}

impl CloudWatch {
    /// The change that stores what has changed since this was asked last, if anything has.
    pub fn take_change(&mut self) -> Option<Write> {
        if !std::mem::take(&mut self.has_changed) {
            return None;
        }
        let record = WatchRecord {
            alarms: self.alarms.values().cloned().collect(),
            dashboards: self.dashboards.values().cloned().collect(),
            next: self.next,
        };
        Some(record::put(WATCH, &record))
    }

    /// Takes over what a store holds.
    ///
    /// # Errors
    /// [`StoreError::Corrupted`] where that makes no sense.
    pub fn restore(&mut self, store: &dyn Read) -> Result<(), StoreError> {
        let Some(entry) = store.get(CATALOG, WATCH)? else { return Ok(()) };
        let record: WatchRecord = record::read(&entry)?;
        if record.alarms.is_empty() != record.next.is_none() {
            return Err(StoreError::Corrupted("the alarms are not judged when there are any".to_owned()));
        }
        (self.next, self.is_restored) = (record.next, true);
        let alarms = record.alarms.into_iter();
        self.alarms = alarms.map(|alarm| (alarm.definition.name.clone(), alarm)).collect();
        let dashboards = record.dashboards.into_iter();
        self.dashboards = dashboards.map(|dashboard| (dashboard.name.clone(), dashboard)).collect();
        Ok(())
    }
}

/// A number as its bits: decimal digits could lose the last of them.
pub(super) mod bits {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
    pub(in super::super) fn serialize<S: Serializer>(number: &f64, serializer: S) -> Result<S::Ok, S::Error> {
        number.to_bits().serialize(serializer)
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
        u64::deserialize(deserializer).map(f64::from_bits)
    }
}
