//! UpdateItem.

use crate::error::Error;
use crate::expression::{Cache, Condition, Update};
use crate::input_shape;
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::request::expression_attributes::{ExpressionAttributes, ExpressionMembers};
use crate::request::legacy::{
    AttributeUpdates, AttributeValueUpdate, Entries, Expected, ExpectedAttributeValue,
};
use crate::request::return_values::{ReturnValues, WriteOptions, WriteOutput, given_write_options};
use crate::request::table_name::TableName;
use crate::store::Entry;
use crate::table::{Change, KeySchema, WritePlan, Written};
use crate::value::{Item, Value};
use crate::wire::{Checked, Document};

input_shape! {
    /// What a caller sends.
    pub struct UpdateItemInput {
        table_name: String = "TableName",
        key: Checked<Item> = "Key",
        update_expression: String = "UpdateExpression",
        condition_expression: String = "ConditionExpression",
        expression_attribute_names: Vec<(String, String)> = "ExpressionAttributeNames",
        expression_attribute_values: Vec<(String, Checked<Value>)> = "ExpressionAttributeValues",
        return_values: String = "ReturnValues",
        return_consumed_capacity: String = "ReturnConsumedCapacity",
        return_item_collection_metrics: String = "ReturnItemCollectionMetrics",
        return_values_on_condition_check_failure: String = "ReturnValuesOnConditionCheckFailure",
        attribute_updates: Entries<AttributeValueUpdate> = "AttributeUpdates",
        expected: Entries<ExpectedAttributeValue> = "Expected",
        conditional_operator: String = "ConditionalOperator",
    }
}

/// An UpdateItem that passed every check that needs no table.
pub struct UpdateItem {
    table: TableName,
    key: Item,
    /// `None` makes the item with its key alone where it does not exist, and changes nothing else.
    update: Option<Update>,
    condition: Option<Condition>,
    options: WriteOptions,
}

impl UpdateItem {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: UpdateItemInput, cache: &Cache) -> Result<Self, Error> {
        let table = TableName::new(input.table_name)?;
        let mut violations = Violations::default();
        violations.required("key", input.key.as_ref());
        let options = WriteOptions::read(&mut violations, &given_write_options!(input));
        let expected = Expected::read(&mut violations, input.expected, input.conditional_operator.as_deref());
        let updates = AttributeUpdates::read(&mut violations, input.attribute_updates);
        violations.finish()?;
        let expressions = [
            ("UpdateExpression", input.update_expression.as_deref()),
            ("ConditionExpression", input.condition_expression.as_deref()),
        ];
        let members = ExpressionMembers {
            expressions: &expressions,
            legacy: &[
                ("AttributeUpdates", updates.is_given()),
                ("Expected", expected.is_given()),
                ("ConditionalOperator", expected.has_operator()),
            ],
        };
        let attributes = ExpressionAttributes::new(
            &members,
            input.expression_attribute_names,
            input.expression_attribute_values,
        )?;
        expected.check_operator()?;
        let key = input.key.expect("presence was checked above")?;
        let (legacy_update, legacy_condition) = (updates.update()?, expected.condition()?);
        let mut binder = attributes.binder(cache)?;
        let update = input.update_expression.as_deref().map(|text| binder.update(text)).transpose()?;
        let condition = input
            .condition_expression
            .as_deref()
            .map(|text| binder.condition("ConditionExpression", text))
            .transpose()?;
        binder.finish()?;
        let (update, condition) = (update.or(legacy_update), condition.or(legacy_condition));
        Ok(Self { table, key, update, condition, options })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// The exceptions of UpdateItem.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<WriteOutput, Error> {
        let mut writing = context.tables.writing(self.table.name(), context.now)?;
        let schema = writing.table.schema();
        let key = schema.key_alone(self.key.as_ref())?;
        if let Some(update) = &self.update {
            refuse_key_change(schema, update)?;
            writing.table.refuse_nested(update.nested_names())?;
        }
        if let Some(condition) = &self.condition {
            writing.table.refuse_nested(condition.nested_names())?;
        }
        let Written { old, new, consumed } = writing.write(&WritePlan {
            key: &key,
            condition: self.condition.as_ref(),
            item_on_condition_failure: self.options.item_on_condition_failure,
            change: Change::Update { key_item: self.key.as_ref(), update: self.update.as_ref() },
        })?;
        let place = (&key, self.key.as_ref());
        let attributes = self.attributes(old, new);
        Ok(self.options.answer(attributes, (&self.table, writing.table), place, &consumed))
    }

    fn attributes(&self, old: Option<Entry>, new: Option<Entry>) -> Option<Document> {
        let touched = self.update.as_ref().map(Update::targets);
        let part = |entry| {
            let whole = Document::Stored(entry);
            let part = touched?.project(whole.as_ref());
            (!part.as_ref().is_empty()).then_some(Document::Built(part))
        };
        match self.options.return_values {
            ReturnValues::None => None,
            ReturnValues::AllOld => old.map(Document::Stored),
            ReturnValues::AllNew => new.map(Document::Stored),
            ReturnValues::UpdatedOld => old.and_then(part),
            ReturnValues::UpdatedNew => new.and_then(part),
        }
    }
}

/// An update may not touch the key (facts 14.3).
///
/// # Errors
/// `ValidationException`.
pub fn refuse_key_change(schema: &KeySchema, update: &Update) -> Result<(), Error> {
    match update.top_level_names().find(|name| schema.holds(name)) {
        None => Ok(()),
        Some(name) => Err(Error::Validation(format!(
            "One or more parameter values were invalid: Cannot update attribute {name}. This attribute is part of the key"
        ))),
    }
}
