//! The Kinesis streams that get a table's changes: its destinations and their states (facts 5.4).
//!
//! While a destination is active, every write puts a record into a journal of its own, in the item's own commit, and
//! whoever owns the engine carries the records out ([`delivery`](self::delivery)). Texts and states are those that were
//! measured of AWS (LAB DDB-TABLE-299 to 302, 268, 318).

mod delivery;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::error::Error;
use crate::store::{Batch, Write};
use crate::table::catalog::{State, Table};
use crate::table::changes::Changes;
use crate::table::refusal::not_found;
use crate::table::stream::Journal;
use crate::table::tables::Tables;
use crate::value::KeyBytes;

pub use delivery::KinesisBatch;
pub(in crate::table) use delivery::KinesisStreams;

/// What every text about a wrong state begins with.
const WRONG_STATE: &str = "Table is not in a valid state to enable Kinesis Streaming Destination:";

/// `ApproximateCreationDateTimePrecision`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum CreationPrecision {
    /// Which holds unless another one is set.
    Millisecond,
    /// A thousandth of it.
    Microsecond,
}

impl CreationPrecision {
    /// All of them by name, in the order of the service's model.
    pub const CHOICES: [(&'static str, Self); 2] =
        [("MILLISECOND", Self::Millisecond), ("MICROSECOND", Self::Microsecond)];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Millisecond => "MILLISECOND",
            Self::Microsecond => "MICROSECOND",
        }
    }

    /// A time in this unit since the epoch.
    #[must_use]
    pub fn count(self, time: Timestamp) -> i64 {
        match self {
            Self::Millisecond => time.as_milliseconds(),
            Self::Microsecond => time.as_nanos().div_euclid(1_000),
        }
    }
}

/// Why a destination could not be enabled.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
enum Failure {
    /// There is no such stream; AWS says it as a lack of permission.
    Unknown,
    /// It is in another Region.
    Region,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
enum Status {
    Enabling { until: Timestamp },
    Active,
    Updating { until: Timestamp },
    Disabling { until: Timestamp },
    Disabled,
    Failed(Failure),
}

/// A Kinesis stream that gets a table's changes, or got them, or was to get them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KinesisDestination {
    stream_arn: String,
    status: Status,
    /// Where one was set.
    precision: Option<CreationPrecision>,
}

impl KinesisDestination {
    /// `StreamArn`.
    #[must_use]
    pub fn stream_arn(&self) -> &str {
        &self.stream_arn
    }

    /// `DestinationStatus`.
    #[must_use]
    pub fn status(&self) -> &'static str {
        match self.status {
            Status::Enabling { .. } => "ENABLING",
            Status::Active => "ACTIVE",
            Status::Updating { .. } => "UPDATING",
            Status::Disabling { .. } => "DISABLING",
            Status::Disabled => "DISABLED",
            Status::Failed(_) => "ENABLE_FAILED",
        }
    }

    /// `DestinationStatusDescription`.
    #[must_use]
    pub fn description(&self) -> Option<&'static str> {
        match self.status {
            Status::Failed(Failure::Unknown) => Some("User does not have a permission to use kinesis stream"),
            Status::Failed(Failure::Region) => Some(
                "The kinesis Arn used to enable kinesis replication belongs to a stream which is not in the current \
                 region",
            ),
            _ => None,
        }
    }

    /// `ApproximateCreationDateTimePrecision`; none where it was never set.
    #[must_use]
    pub fn precision(&self) -> Option<CreationPrecision> {
        self.precision
    }

    fn until(&self) -> Option<Timestamp> {
        match self.status {
            Status::Enabling { until } | Status::Updating { until } | Status::Disabling { until } => {
                Some(until)
            }
            Status::Active | Status::Disabled | Status::Failed(_) => None,
        }
    }

    /// Whether there can be no other one beside it.
    fn is_live(&self) -> bool {
        !matches!(self.status, Status::Disabled | Status::Failed(_))
    }

    /// Whether the table's changes go to it.
    fn gets_changes(&self) -> bool {
        matches!(self.status, Status::Active | Status::Updating { .. } | Status::Disabling { .. })
    }
}

fn wrong_state(text: &str) -> Error {
    Error::Validation(format!("{WRONG_STATE} {text}"))
}

impl Table {
    /// When a destination's state ends.
    pub(in crate::table) fn kinesis_until(&self) -> Option<Timestamp> {
        self.kinesis.iter().filter_map(KinesisDestination::until).min()
    }
}

impl Tables {
    /// The destinations of a table, the latest one first.
    ///
    /// # Errors
    /// `ResourceNotFoundException`.
    pub fn kinesis_destinations(&self, name: &str) -> Result<&[KinesisDestination], Error> {
        let table = self
            .find(name)
            .filter(|table| !matches!(table.state(), State::Creating { .. } | State::Importing));
        table.map(|table| table.kinesis.as_slice()).ok_or_else(|| not_found(name))
    }

    fn kinesis_table(&mut self, name: &str) -> Result<&mut Table, Error> {
        let table = self
            .change(name)
            .filter(|table| !matches!(table.state, State::Creating { .. } | State::Importing));
        table.ok_or_else(|| not_found(name))
    }

    /// Begins to stream a table's changes to Kinesis. Whether there is such a stream shows later, as at AWS.
    ///
    /// # Errors
    /// `ResourceNotFoundException`; `ValidationException` while there is a live destination.
    pub fn enable_kinesis(
        &mut self,
        name: &str,
        stream_arn: &str,
        precision: Option<CreationPrecision>,
        now: Timestamp,
    ) -> Result<(), Error> {
        let until = now + self.settings.table_transition;
        let table = self.kinesis_table(name)?;
        if table.kinesis.iter().any(KinesisDestination::is_live) {
            return Err(wrong_state(
                "EnableKinesisStreamingDestination must be DISABLED or ENABLE_FAILED to perform ENABLE operation.",
            ));
        }
        let status = Status::Enabling { until };
        let destination = KinesisDestination { stream_arn: stream_arn.to_owned(), status, precision };
        match table.kinesis.iter_mut().find(|known| known.stream_arn == stream_arn) {
            Some(known) => *known = destination,
            None => table.kinesis.insert(0, destination),
        }
        self.expect_transition(name, until);
        Ok(())
    }

    /// Begins to stop it. What was not carried out when it has stopped is not carried out.
    ///
    /// # Errors
    /// `ResourceNotFoundException`; `ValidationException` where the destination is not active.
    pub fn disable_kinesis(&mut self, name: &str, stream_arn: &str, now: Timestamp) -> Result<(), Error> {
        let until = now + self.settings.table_transition;
        let table = self.kinesis_table(name)?;
        let found = table.kinesis.iter_mut().find(|known| known.stream_arn == stream_arn);
        match found.map(|found| &mut found.status) {
            Some(Status::Disabling { .. }) => return Ok(()),
            Some(status @ Status::Active) => *status = Status::Disabling { until },
            _ => {
                return Err(wrong_state(
                    "KinesisStreamingDestination must be ACTIVE to perform DISABLE operation.",
                ));
            }
        }
        self.expect_transition(name, until);
        Ok(())
    }

    /// Begins to change a destination's precision.
    ///
    /// # Errors
    /// `ResourceNotFoundException`; `ValidationException` where there is no such destination, it is not active, or it
    /// has this precision.
    pub fn update_kinesis(
        &mut self,
        name: &str,
        stream_arn: &str,
        precision: CreationPrecision,
        now: Timestamp,
    ) -> Result<(), Error> {
        let until = now + self.settings.table_transition;
        let table = self.kinesis_table(name)?;
        let id = &table.id;
        let Some(found) = table.kinesis.iter_mut().find(|known| known.stream_arn == stream_arn) else {
            return Err(wrong_state(&format!(
                "No streaming destination with streamArn: {stream_arn} found for table with tableName: {name}"
            )));
        };
        if found.status != Status::Active {
            return Err(wrong_state(&format!(
                "Kinesis streaming is not in ACTIVE state. Updates are only allowed in ACTIVE state. TableName: {name}, \
                 kdsArn: {stream_arn}"
            )));
        }
        if found.precision.unwrap_or(CreationPrecision::Millisecond) == precision {
            return Err(Error::Validation(format!(
                "Invalid Request: Precision is already set to the desired value of {} for tableId: {id}, kdsArn: \
                 {stream_arn}",
                precision.name()
            )));
        }
        (found.status, found.precision) = (Status::Updating { until }, Some(precision));
        self.expect_transition(name, until);
        Ok(())
    }

    /// Ends the states of a table's destinations that are due.
    pub(in crate::table) fn step_kinesis(&mut self, name: &str, now: Timestamp) -> Result<(), Error> {
        let Some(table) = self.by_name.get(name) else { return Ok(()) };
        let due = |destination: &KinesisDestination| destination.until().is_some_and(|until| until <= now);
        let Some(position) = table.kinesis.iter().position(due) else { return Ok(()) };
        let arn = table.kinesis[position].stream_arn.clone();
        let status = match table.kinesis[position].status {
            Status::Enabling { .. } => match self.kinesis_failure(&arn) {
                None => {
                    self.begin_kinesis(name, &arn, now);
                    Status::Active
                }
                Some(failure) => Status::Failed(failure),
            },
            Status::Disabling { .. } => {
                self.end_kinesis(name, now)?;
                Status::Disabled
            }
            Status::Updating { .. } => Status::Active,
            settled => settled,
        };
        let table = self.change(name).expect("invariant: found above");
        table.kinesis[position].status = status;
        Ok(())
    }

    fn kinesis_failure(&self, arn: &str) -> Option<Failure> {
        let region = arn.split(':').nth(3);
        match () {
            () if arn.starts_with("arn:aws:kinesis:") && region != Some(&self.settings.region) => {
                Some(Failure::Region)
            }
            () if !self.streams.kinesis.contains(arn) => Some(Failure::Unknown),
            () => None,
        }
    }

    fn begin_kinesis(&mut self, name: &str, arn: &str, now: Timestamp) {
        let journal = Journal::new(self.new_space(), 0, [KeyBytes::new()], None, now);
        let table = self.change(name).expect("invariant: its caller found it");
        table.changes.get_or_insert_with(Changes::empty).kinesis = Some(Box::new(journal));
        self.streams.kinesis.begin(arn, name);
    }

    /// Ends what a table streams to Kinesis, if it does.
    pub(in crate::table) fn end_kinesis(&mut self, name: &str, now: Timestamp) -> Result<(), Error> {
        if self.change(name).is_none() {
            return Ok(());
        }
        let Some(table) = self.by_name.get_mut(name) else { return Ok(()) };
        let Some(changes) = &mut table.changes else { return Ok(()) };
        let Some(journal) = &changes.kinesis else { return Ok(()) };
        self.store.commit(Batch { writes: [Write::Clear(journal.space())].into_iter().collect() })?;
        changes.kinesis = None;
        changes.schedule(name, &mut self.schedule);
        if changes.is_idle() {
            table.changes = None;
        }
        self.streams.kinesis.end(name);
        self.reclaim(now);
        Ok(())
    }
}
