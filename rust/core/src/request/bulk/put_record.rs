//! One record of a put in bulk: an item, and what must hold for it.

use crate::error::Error;
use crate::expression::Cache;
use crate::input_shape;
use crate::request::expression_attributes::{ExpressionAttributes, ExpressionMembers};
use crate::table::LoadItem;
use crate::value::{Item, Value};
use crate::wire::{Checked, FromWire as _, Reader};

input_shape! {
    /// A line of an object in DynamoDB's JSON. That conditions stand beside the item is in the developer guide; the names
    /// of the members are those of PutItem.
    struct BulkRecord {
        item: Checked<Item> = "Item",
        condition_expression: String = "ConditionExpression",
        expression_attribute_names: Vec<(String, String)> = "ExpressionAttributeNames",
        expression_attribute_values: Vec<(String, Checked<Value>)> = "ExpressionAttributeValues",
    }
}

/// Reads one record of a put in bulk; `None` where it has no item. The inner error is of an item or a condition that is
/// not allowed.
///
/// # Errors
/// `SerializationException` for what is no record.
pub fn read_bulk_record<R: Reader>(
    reader: &mut R,
    cache: &Cache,
) -> Result<Option<Checked<LoadItem>>, Error> {
    let record = BulkRecord::read(reader)?;
    let Some(item) = record.item.clone() else { return Ok(None) };
    Ok(Some(item.and_then(|item| record.with_condition(item, cache))))
}

impl BulkRecord {
    fn with_condition(self, item: Item, cache: &Cache) -> Result<LoadItem, Error> {
        let expressions = [("ConditionExpression", self.condition_expression.as_deref())];
        let members = ExpressionMembers { expressions: &expressions, legacy: &[] };
        let attributes = ExpressionAttributes::new(
            &members,
            self.expression_attribute_names,
            self.expression_attribute_values,
        )?;
        let condition = attributes.condition(cache, self.condition_expression.as_deref())?;
        Ok(LoadItem { item, condition })
    }
}
