//! GetShardIterator.

use crate::clock::Timestamp;
use crate::error::Error;
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::request::streams::iterator::ShardIterator;
use crate::request::streams::members::{check_arn, check_shard, refuse_foreign};
use crate::table::ShardPosition;
use crate::{input_shape, output_shape};

input_shape! {
    /// What a caller sends.
    pub struct GetShardIteratorInput {
        stream_arn: String = "StreamArn",
        shard_id: String = "ShardId",
        shard_iterator_type: String = "ShardIteratorType",
        sequence_number: String = "SequenceNumber",
        timestamp: Timestamp = "Timestamp",
    }
}

output_shape! {
    /// What a caller gets.
    pub struct GetShardIteratorOutput {
        shard_iterator: String = "ShardIterator",
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum IteratorType {
    TrimHorizon,
    Latest,
    At,
    After,
    AtTime,
}

const TYPES: [(&str, IteratorType); 5] = [
    ("TRIM_HORIZON", IteratorType::TrimHorizon),
    ("LATEST", IteratorType::Latest),
    ("AT_SEQUENCE_NUMBER", IteratorType::At),
    ("AFTER_SEQUENCE_NUMBER", IteratorType::After),
    ("AT_TIMESTAMP", IteratorType::AtTime),
];

/// A GetShardIterator that passed its checks.
pub struct GetShardIterator {
    arn: String,
    shard: String,
    position: ShardPosition,
}

impl GetShardIterator {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: GetShardIteratorInput) -> Result<Self, Error> {
        let mut violations = Violations::default();
        violations.required("streamArn", input.stream_arn.as_ref());
        check_arn(&mut violations, "streamArn", input.stream_arn.as_deref());
        violations.required("shardId", input.shard_id.as_ref());
        check_shard(&mut violations, "shardId", input.shard_id.as_deref());
        violations.required("shardIteratorType", input.shard_iterator_type.as_ref());
        let type_ = violations.choice("shardIteratorType", input.shard_iterator_type.as_deref(), &TYPES);
        violations.length("sequenceNumber", input.sequence_number.as_deref(), 21, 40);
        violations.finish()?;
        let (arn, shard, type_) = input
            .stream_arn
            .zip(input.shard_id)
            .zip(type_)
            .map(|((arn, shard), type_)| (arn, shard, type_))
            .expect("presence was checked above");
        refuse_foreign(&arn)?;
        let position = position(type_, input.sequence_number, input.timestamp)?;
        Ok(Self { arn, shard, position })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// The exceptions of GetShardIterator.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<GetShardIteratorOutput, Error> {
        let behind = context.tables.shard_position(&self.arn, &self.shard, &self.position)?;
        let (stream, shard) = (self.arn.clone(), self.shard.clone());
        let iterator = ShardIterator { stream, shard, behind, issued: context.now };
        Ok(GetShardIteratorOutput { shard_iterator: Some(iterator.text()) })
    }
}

/// The place that a type names. A number or a time belongs to some of the types and is refused with the others, as
/// Alternator's tests found of AWS; the texts are ours.
fn position(
    type_: IteratorType,
    number: Option<String>,
    time: Option<Timestamp>,
) -> Result<ShardPosition, Error> {
    let name = TYPES.iter().find(|(_, known)| *known == type_).map_or("", |(name, _)| name);
    let refused = |member: &str, is_given: bool| {
        let not = if is_given { " not" } else { "" };
        Error::Validation(format!("{member} should{not} be specified when the ShardIteratorType is {name}"))
    };
    let wants_number = matches!(type_, IteratorType::At | IteratorType::After);
    if wants_number != number.is_some() {
        return Err(refused("SequenceNumber", number.is_some()));
    }
    if (type_ == IteratorType::AtTime) != time.is_some() {
        return Err(refused("Timestamp", time.is_some()));
    }
    Ok(match (type_, number.unwrap_or_default(), time.unwrap_or_default()) {
        (IteratorType::TrimHorizon, ..) => ShardPosition::TrimHorizon,
        (IteratorType::Latest, ..) => ShardPosition::Latest,
        (IteratorType::At, number, _) => ShardPosition::At(number),
        (IteratorType::After, number, _) => ShardPosition::After(number),
        (IteratorType::AtTime, _, time) => ShardPosition::AtTime(time),
    })
}
