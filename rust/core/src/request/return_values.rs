//! What a single-item write answers with: `ReturnValues` and its neighbours.

use crate::error::Error;
use crate::output_shape;
use crate::request::constraint::Violations;
use crate::request::consumed_capacity::{ConsumedCapacity, ReturnConsumedCapacity};
use crate::request::item_collection::{ItemCollectionMetrics, ReturnItemCollectionMetrics};
use crate::request::table_name::TableName;
use crate::table::{Consumed, Table};
use crate::value::{ItemRef, Key};
use crate::wire::Document;

output_shape! {
    /// What a caller of PutItem, UpdateItem or DeleteItem gets.
    pub struct WriteOutput {
        attributes: Document = "Attributes",
        consumed_capacity: Box<ConsumedCapacity> = "ConsumedCapacity",
        item_collection_metrics: Box<ItemCollectionMetrics> = "ItemCollectionMetrics",
    }
}

/// Which attributes a write answers with.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum ReturnValues {
    /// None.
    #[default]
    None,
    /// The item before the write.
    AllOld,
    /// The attributes an update touched, before it.
    UpdatedOld,
    /// The item after the write.
    AllNew,
    /// The attributes an update touched, after it.
    UpdatedNew,
}

impl ReturnValues {
    /// Refuses what PutItem and DeleteItem do not know.
    ///
    /// # Errors
    /// `ValidationException` for anything but `NONE` and `ALL_OLD`.
    pub fn old_only(self) -> Result<(), Error> {
        match self {
            Self::None | Self::AllOld => Ok(()),
            _ => Err(Error::validation("ReturnValues can only be ALL_OLD or NONE")),
        }
    }
}

/// The `Return*` members of PutItem, UpdateItem and DeleteItem as a request gave them.
#[derive(Clone, Copy, Default)]
pub struct GivenWriteOptions<'a> {
    /// `ReturnValues`.
    pub return_values: Option<&'a str>,
    /// `ReturnConsumedCapacity`.
    pub return_consumed_capacity: Option<&'a str>,
    /// `ReturnItemCollectionMetrics`.
    pub return_item_collection_metrics: Option<&'a str>,
    /// `ReturnValuesOnConditionCheckFailure`.
    pub return_values_on_condition_check_failure: Option<&'a str>,
}

/// The `Return*` members of an input.
macro_rules! given_write_options {
    ( $input:expr ) => {
        $crate::request::return_values::GivenWriteOptions {
            return_values: $input.return_values.as_deref(),
            return_consumed_capacity: $input.return_consumed_capacity.as_deref(),
            return_item_collection_metrics: $input.return_item_collection_metrics.as_deref(),
            return_values_on_condition_check_failure: $input
                .return_values_on_condition_check_failure
                .as_deref(),
        }
    };
}
pub(crate) use given_write_options;

/// The same members, checked.
#[derive(Clone, Copy, Default)]
pub struct WriteOptions {
    /// Which attributes to answer with.
    pub return_values: ReturnValues,
    /// Which consumed capacity to answer with.
    pub return_consumed_capacity: ReturnConsumedCapacity,
    /// Whether to answer with the size of the item collection.
    pub return_item_collection_metrics: ReturnItemCollectionMetrics,
    /// Whether a failed condition shows the item.
    pub item_on_condition_failure: bool,
}

impl WriteOptions {
    /// Reads the members in the order in which AWS reports their violations.
    pub fn read(violations: &mut Violations, given: &GivenWriteOptions<'_>) -> Self {
        let return_consumed_capacity =
            ReturnConsumedCapacity::read(violations, given.return_consumed_capacity);
        let return_item_collection_metrics =
            ReturnItemCollectionMetrics::read(violations, given.return_item_collection_metrics);
        let choices = [
            ("ALL_NEW", ReturnValues::AllNew),
            ("UPDATED_OLD", ReturnValues::UpdatedOld),
            ("ALL_OLD", ReturnValues::AllOld),
            ("NONE", ReturnValues::None),
            ("UPDATED_NEW", ReturnValues::UpdatedNew),
        ];
        let return_values =
            violations.choice("returnValues", given.return_values, &choices).unwrap_or_default();
        let item_on_condition_failure =
            read_on_condition_failure(violations, given.return_values_on_condition_check_failure);
        Self {
            return_values,
            return_consumed_capacity,
            return_item_collection_metrics,
            item_on_condition_failure,
        }
    }

    /// The answer to a write of the item at a key, with these attributes; `item` holds the key's.
    pub fn answer(
        &self,
        attributes: Option<Document>,
        (name, table): (&TableName, &Table),
        (key, item): (&Key, ItemRef<'_>),
        consumed: &Consumed,
    ) -> WriteOutput {
        WriteOutput {
            attributes,
            consumed_capacity: self.return_consumed_capacity.answer(name, table, consumed).map(Box::new),
            item_collection_metrics: self
                .return_item_collection_metrics
                .answer(table, key, item)
                .map(Box::new),
        }
    }
}

/// Reads `ReturnValuesOnConditionCheckFailure`: whether a failed condition shows the item.
pub fn read_on_condition_failure(violations: &mut Violations, given: Option<&str>) -> bool {
    let choices = [("ALL_OLD", true), ("NONE", false)];
    violations.choice("returnValuesOnConditionCheckFailure", given, &choices).unwrap_or(false)
}
