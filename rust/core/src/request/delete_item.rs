//! DeleteItem.

use crate::error::Error;
use crate::expression::{Cache, Condition};
use crate::input_shape;
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::request::expression_attributes::{ExpressionAttributes, ExpressionMembers};
use crate::request::legacy::{Entries, Expected, ExpectedAttributeValue};
use crate::request::return_values::{ReturnValues, WriteOptions, WriteOutput, given_write_options};
use crate::request::table_name::TableName;
use crate::table::{Change, WritePlan};
use crate::value::{Item, Value};
use crate::wire::{Checked, Document};

input_shape! {
    /// What a caller sends.
    pub struct DeleteItemInput {
        table_name: String = "TableName",
        key: Checked<Item> = "Key",
        condition_expression: String = "ConditionExpression",
        expression_attribute_names: Vec<(String, String)> = "ExpressionAttributeNames",
        expression_attribute_values: Vec<(String, Checked<Value>)> = "ExpressionAttributeValues",
        return_values: String = "ReturnValues",
        return_consumed_capacity: String = "ReturnConsumedCapacity",
        return_item_collection_metrics: String = "ReturnItemCollectionMetrics",
        return_values_on_condition_check_failure: String = "ReturnValuesOnConditionCheckFailure",
        expected: Entries<ExpectedAttributeValue> = "Expected",
        conditional_operator: String = "ConditionalOperator",
    }
}

/// A DeleteItem that passed every check that needs no table.
pub struct DeleteItem {
    table: TableName,
    key: Item,
    condition: Option<Box<Condition>>,
    options: WriteOptions,
}

impl DeleteItem {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: DeleteItemInput, cache: &Cache) -> Result<Self, Error> {
        let table = TableName::new(input.table_name)?;
        let mut violations = Violations::default();
        violations.required("key", input.key.as_ref());
        let options = WriteOptions::read(&mut violations, &given_write_options!(input));
        let expected = Expected::read(&mut violations, input.expected, input.conditional_operator.as_deref());
        violations.finish()?;
        let expressions = [("ConditionExpression", input.condition_expression.as_deref())];
        let members = ExpressionMembers {
            expressions: &expressions,
            legacy: &[("Expected", expected.is_given()), ("ConditionalOperator", expected.has_operator())],
        };
        let attributes = ExpressionAttributes::new(
            &members,
            input.expression_attribute_names,
            input.expression_attribute_values,
        )?;
        expected.check_operator()?;
        let key = input.key.expect("presence was checked above")?;
        options.return_values.old_only()?;
        let condition = match expected.condition()? {
            None => attributes.condition(cache, input.condition_expression.as_deref())?,
            legacy => legacy,
        }
        .map(Box::new);
        Ok(Self { table, key, condition, options })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// The exceptions of DeleteItem.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<WriteOutput, Error> {
        let mut writing = context.tables.writing(self.table.name(), context.now)?;
        let key = writing.table.schema().key_alone(self.key.as_ref())?;
        if let Some(condition) = &self.condition {
            writing.table.refuse_nested(condition.nested_names())?;
        }
        let written = writing.write(&WritePlan {
            key: &key,
            condition: self.condition.as_deref(),
            item_on_condition_failure: self.options.item_on_condition_failure,
            change: Change::Delete,
        })?;
        let old = written.old.filter(|_| self.options.return_values == ReturnValues::AllOld);
        let place = (&key, self.key.as_ref());
        let attributes = old.map(Document::Stored);
        Ok(self.options.answer(attributes, (&self.table, writing.table), place, &written.consumed))
    }
}
