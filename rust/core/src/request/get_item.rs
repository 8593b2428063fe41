//! GetItem.

use crate::error::Error;
use crate::expression::{Cache, Projection};
use crate::request::constraint::Violations;
use crate::request::consumed_capacity::{ConsumedCapacity, ReturnConsumedCapacity};
use crate::request::context::Context;
use crate::request::expression_attributes::{ExpressionAttributes, ExpressionMembers};
use crate::request::legacy::AttributesToGet;
use crate::request::table_name::TableName;
use crate::table::Consistency;
use crate::value::Item;
use crate::wire::{Checked, Document};
use crate::{input_shape, output_shape};

input_shape! {
    /// What a caller sends.
    pub struct GetItemInput {
        table_name: String = "TableName",
        key: Checked<Item> = "Key",
        consistent_read: bool = "ConsistentRead",
        projection_expression: String = "ProjectionExpression",
        expression_attribute_names: Vec<(String, String)> = "ExpressionAttributeNames",
        return_consumed_capacity: String = "ReturnConsumedCapacity",
        attributes_to_get: Vec<String> = "AttributesToGet",
    }
}

output_shape! {
    /// What a caller gets.
    pub struct GetItemOutput {
        item: Document = "Item",
        consumed_capacity: Box<ConsumedCapacity> = "ConsumedCapacity",
    }
}

/// A GetItem that passed every check that needs no table.
pub struct GetItem {
    table: TableName,
    key: Item,
    consistency: Consistency,
    projection: Option<Box<Projection>>,
    return_consumed_capacity: ReturnConsumedCapacity,
}

impl GetItem {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: GetItemInput, cache: &Cache) -> Result<Self, Error> {
        let table = TableName::new(input.table_name)?;
        let mut violations = Violations::default();
        let attributes_to_get =
            AttributesToGet::read(&mut violations, "attributesToGet", input.attributes_to_get);
        violations.required("key", input.key.as_ref());
        let return_consumed_capacity =
            ReturnConsumedCapacity::read(&mut violations, input.return_consumed_capacity.as_deref());
        violations.finish()?;
        let expressions = [("ProjectionExpression", input.projection_expression.as_deref())];
        let members = ExpressionMembers {
            expressions: &expressions,
            legacy: &[("AttributesToGet", attributes_to_get.is_given())],
        };
        let attributes = ExpressionAttributes::new(&members, input.expression_attribute_names, None)?;
        let key = input.key.expect("presence was checked above")?;
        let projection = match attributes_to_get.projection()? {
            None => attributes.projection(cache, input.projection_expression.as_deref())?,
            legacy => legacy,
        }
        .map(Box::new);
        let consistency = Consistency::requested(input.consistent_read);
        Ok(Self { table, key, consistency, projection, return_consumed_capacity })
    }

    /// A request that gives nothing but a key: what [`GetItem::new`] makes of one.
    #[must_use]
    pub fn of_key(table: TableName, key: Item) -> Self {
        Self {
            table,
            key,
            consistency: Consistency::requested(None),
            projection: None,
            return_consumed_capacity: ReturnConsumedCapacity::default(),
        }
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// The exceptions of GetItem.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<GetItemOutput, Error> {
        let mut reading = context.tables.reading(self.table.name(), context.now)?;
        let key = reading.table.schema().key_alone(self.key.as_ref())?;
        if let Some(projection) = &self.projection {
            reading.table.refuse_nested(projection.nested_names())?;
        }
        let (entry, units) = reading.get(&key, self.consistency)?;
        let item = entry.map(|entry| match &self.projection {
            None => Document::Stored(entry),
            Some(projection) => Document::Built(projection.project(Document::Stored(entry).as_ref())),
        });
        Ok(GetItemOutput {
            item,
            consumed_capacity: self.return_consumed_capacity.answer_table(&self.table, units).map(Box::new),
        })
    }
}
