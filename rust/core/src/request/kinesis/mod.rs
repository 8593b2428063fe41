//! The operations on Kinesis streaming destinations, and the records that go there.

mod describe;
mod disable;
mod enable;
mod members;
mod payload;
mod update;

pub use describe::{
    DescribeKinesisStreamingDestination, DescribeKinesisStreamingDestinationInput,
    DescribeKinesisStreamingDestinationOutput,
};
pub use disable::{DisableKinesisStreamingDestination, DisableKinesisStreamingDestinationInput};
pub use enable::{EnableKinesisStreamingDestination, EnableKinesisStreamingDestinationInput};
pub use members::KinesisStreamingDestinationOutput;
pub use payload::{KinesisRecord, kinesis_record};
pub use update::{
    UpdateKinesisStreamingDestination, UpdateKinesisStreamingDestinationInput,
    UpdateKinesisStreamingDestinationOutput,
};
