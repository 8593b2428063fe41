//! The operations of DynamoDB Streams.

mod describe_stream;
mod get_records;
mod get_shard_iterator;
mod iterator;
mod list_streams;
mod members;

pub use describe_stream::{DescribeStream, DescribeStreamInput, DescribeStreamOutput};
pub use get_records::{GetRecords, GetRecordsInput, GetRecordsOutput};
pub use get_shard_iterator::{GetShardIterator, GetShardIteratorInput, GetShardIteratorOutput};
pub use list_streams::{ListStreams, ListStreamsInput, ListStreamsOutput};
