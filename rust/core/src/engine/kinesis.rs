//! What the outside does for Kinesis streams: it names them, takes changes and carries them there.

use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::error::Error;
use crate::request::{KinesisRecord, kinesis_record};
use crate::table::{KinesisBatch, KinesisOutcome, StreamRecord};

/// Changes of one table, each with its record unless it is too large for one.
pub type KinesisDelivery = (KinesisBatch, Vec<Option<KinesisRecord>>);

impl Engine {
    /// Makes a Kinesis stream known or unknown; see [`Tables::open_kinesis_stream`].
    pub fn set_kinesis_stream(&mut self, arn: &str, is_there: bool) {
        if is_there { self.tables.open_kinesis_stream(arn) } else { self.tables.close_kinesis_stream(arn) }
    }

    /// When changes for a Kinesis stream are to be delivered next.
    #[must_use]
    pub fn kinesis_due(&self, arn: &str) -> Option<Timestamp> {
        self.tables.kinesis_due(arn)
    }

    /// Up to `count` changes for a Kinesis stream, each with its record unless it is too large for one; none where there
    /// are no changes. They come again until the batch is given to [`Engine::finish_kinesis_batch`].
    ///
    /// # Errors
    /// `InternalServerError` when the store fails.
    pub fn kinesis_batch(&self, arn: &str, count: usize) -> Result<Option<KinesisDelivery>, Error> {
        let Some(batch) = self.tables.kinesis_batch(arn, count)? else { return Ok(None) };
        let region = &self.tables.settings().region;
        let record = |record: &StreamRecord| kinesis_record(record, &batch.table, region, batch.precision);
        let records = batch.records.iter().map(record).collect();
        Ok(Some((batch, records)))
    }

    /// Forgets changes that have arrived, or never will.
    ///
    /// # Errors
    /// `InternalServerError` when the store fails.
    pub fn finish_kinesis_batch(
        &mut self,
        batch: &KinesisBatch,
        outcome: KinesisOutcome,
        now: Timestamp,
    ) -> Result<(), Error> {
        self.tables.finish_kinesis_batch(batch, outcome, self.now.max(now))
    }
}
