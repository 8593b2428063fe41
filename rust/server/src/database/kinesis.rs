//! Changes that go to Kinesis, for whoever carries them there.

use dynacore::clock::Timestamp;
use dynacore::engine::KinesisDelivery;
use dynacore::error::Error;
use dynacore::table::{KinesisBatch, KinesisOutcome};

use super::{Database, guarded};
use crate::pending::Pending;

impl Database {
    /// Makes a Kinesis stream known or unknown, for the destinations of tables.
    ///
    /// # Errors
    /// `InternalServerError` where the engine panicked before.
    pub fn set_kinesis_stream(&self, arn: &str, is_there: bool) -> Result<(), Error> {
        self.engine().map(|mut engine| engine.set_kinesis_stream(arn, is_there))
    }

    /// When changes for a Kinesis stream are to be delivered next.
    #[must_use]
    pub fn kinesis_due(&self, arn: &str) -> Option<Timestamp> {
        self.engine().ok().and_then(|engine| engine.kinesis_due(arn))
    }

    /// Changes for a Kinesis stream; see [`Engine::kinesis_batch`].
    ///
    /// # Errors
    /// `InternalServerError` when the store fails.
    pub fn kinesis_batch(&self, arn: &str, count: usize) -> Result<Option<KinesisDelivery>, Error> {
        let (batch, pending) = guarded(|| {
            let engine = self.engine()?;
            Ok((engine.kinesis_batch(arn, count)?, self.pending(&engine)))
        })?;
        // What is carried out must not be lost here.
        pending.map_or(Ok(()), Pending::wait)?;
        Ok(batch)
    }

    /// Forgets changes that have arrived, or never will.
    ///
    /// # Errors
    /// `InternalServerError` when the store fails.
    pub fn finish_kinesis_batch(&self, batch: &KinesisBatch, outcome: KinesisOutcome) -> Result<(), Error> {
        guarded(|| self.engine()?.finish_kinesis_batch(batch, outcome, self.clock().now()))
    }
}
