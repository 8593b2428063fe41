//! TransactGetItems.

use crate::error::Error;
use crate::expression::Cache;
use crate::request::constraint::Violations;
use crate::request::consumed_capacity::{ConsumedCapacity, ReturnConsumedCapacity};
use crate::request::context::Context;
use crate::request::expression_attributes::{ExpressionAttributes, ExpressionMembers};
use crate::request::table_name::TableName;
use crate::request::transaction::{ReadAction, ReadTransaction, check_action_count};
use crate::value::Item;
use crate::wire::{Checked, Document};
use crate::{input_shape, output_shape};

input_shape! {
    /// A read inside a transaction.
    pub struct Get {
        table_name: String = "TableName",
        key: Checked<Item> = "Key",
        projection_expression: String = "ProjectionExpression",
        expression_attribute_names: Vec<(String, String)> = "ExpressionAttributeNames",
    }
}

input_shape! {
    /// One action of a transaction.
    pub struct TransactGetItem {
        get: Get = "Get",
    }
}

input_shape! {
    /// What a caller sends.
    pub struct TransactGetItemsInput {
        transact_items: Vec<TransactGetItem> = "TransactItems",
        return_consumed_capacity: String = "ReturnConsumedCapacity",
    }
}

output_shape! {
    /// The answer of one action.
    pub struct ItemResponse {
        item: Document = "Item",
    }
}

output_shape! {
    /// What a caller gets.
    pub struct TransactGetItemsOutput {
        consumed_capacity: Vec<ConsumedCapacity> = "ConsumedCapacity",
        responses: Vec<ItemResponse> = "Responses",
    }
}

/// A TransactGetItems that passed every check that needs no table.
pub struct TransactGetItems {
    transaction: ReadTransaction,
}

impl TransactGetItems {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: TransactGetItemsInput, cache: &Cache) -> Result<Self, Error> {
        let mut violations = Violations::default();
        let return_consumed_capacity =
            ReturnConsumedCapacity::read(&mut violations, input.return_consumed_capacity.as_deref());
        check_action_count(&mut violations, input.transact_items.as_ref().map(Vec::len));
        let items = input.transact_items.unwrap_or_default();
        for (index, item) in items.iter().enumerate() {
            let path = format!("transactItems.{}.member.get", index + 1);
            violations.required(&path, item.get.as_ref());
            if let Some(get) = &item.get {
                violations.required(&format!("{path}.key"), get.key.as_ref());
                violations.required(&format!("{path}.tableName"), get.table_name.as_ref());
            }
        }
        violations.finish()?;
        let gets = items.into_iter().filter_map(|item| item.get).enumerate();
        let actions = gets.map(|(index, get)| get.action(index + 1, cache)).collect::<Result<Vec<_>, _>>()?;
        Ok(Self { transaction: ReadTransaction { actions, return_consumed_capacity } })
    }

    /// Carries the request out: all items as of one moment.
    ///
    /// # Errors
    /// The exceptions of TransactGetItems.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<TransactGetItemsOutput, Error> {
        let (documents, consumed_capacity) = self.transaction.execute(context)?;
        // Unlike GetItem, an item of which the projection finds nothing is left out (measured by dynoxide's
        // authors, 2026).
        let item = |document: Option<Document>| document.filter(|found| !found.as_ref().is_empty());
        let responses = documents.into_iter().map(|document| ItemResponse { item: item(document) }).collect();
        Ok(TransactGetItemsOutput { consumed_capacity, responses: Some(responses) })
    }
}

impl Get {
    /// The typed action; its members are there.
    fn action(self, position: usize, cache: &Cache) -> Result<ReadAction, Error> {
        let table =
            TableName::at(&format!("transactItems.{position}.member.get.tableName"), self.table_name)?;
        let expressions = [("ProjectionExpression", self.projection_expression.as_deref())];
        let members = ExpressionMembers { expressions: &expressions, legacy: &[] };
        let attributes = ExpressionAttributes::new(&members, self.expression_attribute_names, None)?;
        let key = self.key.expect("presence was checked before")?;
        let projection = attributes.projection(cache, self.projection_expression.as_deref())?;
        Ok(ReadAction { table, key, projection })
    }
}
