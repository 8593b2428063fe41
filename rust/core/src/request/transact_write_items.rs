//! TransactWriteItems.

use crate::error::Error;
use crate::expression::Cache;
use crate::request::constraint::Violations;
use crate::request::consumed_capacity::{ConsumedCapacity, ReturnConsumedCapacity};
use crate::request::context::Context;
use crate::request::expression_attributes::{ExpressionAttributes, ExpressionMembers};
use crate::request::item_collection::{ItemCollectionMetrics, ReturnItemCollectionMetrics};
use crate::request::table_name::TableName;
use crate::request::transaction::{
    PAYLOAD_BYTES_MAX, WriteAction, WriteChange, WriteTransaction, check_action_count, item_digest,
    list_digest, map_digest, payload_too_large, text_digest, value_digest,
};
use crate::table::{PUT_TOO_LARGE, TransactionToken, check_item_size};
use crate::value::{Item, Value};
use crate::wire::Checked;
use crate::{input_shape, output_shape};

input_shape! {
    /// A put inside a transaction.
    pub struct Put {
        table_name: String = "TableName",
        item: Checked<Item> = "Item",
        condition_expression: String = "ConditionExpression",
        expression_attribute_names: Vec<(String, String)> = "ExpressionAttributeNames",
        expression_attribute_values: Vec<(String, Checked<Value>)> = "ExpressionAttributeValues",
        return_values_on_condition_check_failure: String = "ReturnValuesOnConditionCheckFailure",
    }
}

input_shape! {
    /// An update inside a transaction.
    pub struct Update {
        table_name: String = "TableName",
        key: Checked<Item> = "Key",
        update_expression: String = "UpdateExpression",
        condition_expression: String = "ConditionExpression",
        expression_attribute_names: Vec<(String, String)> = "ExpressionAttributeNames",
        expression_attribute_values: Vec<(String, Checked<Value>)> = "ExpressionAttributeValues",
        return_values_on_condition_check_failure: String = "ReturnValuesOnConditionCheckFailure",
    }
}

input_shape! {
    /// A delete inside a transaction.
    pub struct Delete {
        table_name: String = "TableName",
        key: Checked<Item> = "Key",
        condition_expression: String = "ConditionExpression",
        expression_attribute_names: Vec<(String, String)> = "ExpressionAttributeNames",
        expression_attribute_values: Vec<(String, Checked<Value>)> = "ExpressionAttributeValues",
        return_values_on_condition_check_failure: String = "ReturnValuesOnConditionCheckFailure",
    }
}

input_shape! {
    /// A condition on an item that the transaction does not change.
    pub struct ConditionCheck {
        table_name: String = "TableName",
        key: Checked<Item> = "Key",
        condition_expression: String = "ConditionExpression",
        expression_attribute_names: Vec<(String, String)> = "ExpressionAttributeNames",
        expression_attribute_values: Vec<(String, Checked<Value>)> = "ExpressionAttributeValues",
        return_values_on_condition_check_failure: String = "ReturnValuesOnConditionCheckFailure",
    }
}

input_shape! {
    /// One action of a transaction.
    pub struct TransactWriteItem {
        condition_check: ConditionCheck = "ConditionCheck",
        put: Put = "Put",
        delete: Delete = "Delete",
        update: Update = "Update",
    }
}

input_shape! {
    /// What a caller sends.
    pub struct TransactWriteItemsInput {
        transact_items: Vec<TransactWriteItem> = "TransactItems",
        return_consumed_capacity: String = "ReturnConsumedCapacity",
        return_item_collection_metrics: String = "ReturnItemCollectionMetrics",
        client_request_token: String = "ClientRequestToken",
    }
}

output_shape! {
    /// What a caller gets.
    pub struct TransactWriteItemsOutput {
        consumed_capacity: Vec<ConsumedCapacity> = "ConsumedCapacity",
        item_collection_metrics: Vec<(String, Vec<ItemCollectionMetrics>)> = "ItemCollectionMetrics",
    }
}

/// Characters of a client token at most (service model).
const TOKEN_CHARACTERS_MAX: usize = 36;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Put,
    Update,
    Delete,
    ConditionCheck,
}

impl Kind {
    /// Its name in paths of constraints.
    fn name(self) -> &'static str {
        match self {
            Self::Put => "put",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::ConditionCheck => "conditionCheck",
        }
    }
}

/// The members of an action, whichever it is.
struct Given {
    kind: Kind,
    table_name: Option<String>,
    /// `Item` of a put, `Key` of any other.
    item: Option<Checked<Item>>,
    update_expression: Option<String>,
    condition_expression: Option<String>,
    names: Option<Vec<(String, String)>>,
    values: Option<Vec<(String, Checked<Value>)>>,
    on_failure: Option<String>,
}

macro_rules! given {
    ( $kind:ident, $input:ident, $item:ident, $update:expr ) => {
        Given {
            kind: Kind::$kind,
            update_expression: $update,
            table_name: $input.table_name,
            item: $input.$item,
            condition_expression: $input.condition_expression,
            names: $input.expression_attribute_names,
            values: $input.expression_attribute_values,
            on_failure: $input.return_values_on_condition_check_failure,
        }
    };
}

impl TransactWriteItem {
    /// The actions in it, of which there shall be one.
    fn given(self) -> Vec<Given> {
        let mut all = Vec::with_capacity(1);
        all.extend(self.condition_check.map(|check| given!(ConditionCheck, check, key, None)));
        all.extend(self.put.map(|put| given!(Put, put, item, None)));
        all.extend(self.delete.map(|delete| given!(Delete, delete, key, None)));
        all.extend(self.update.map(|update| given!(Update, update, key, update.update_expression)));
        all
    }
}

impl Given {
    fn check_members(&self, violations: &mut Violations, position: usize) {
        let path = |member: &str| format!("transactItems.{position}.member.{}.{member}", self.kind.name());
        let item = if self.kind == Kind::Put { "item" } else { "key" };
        violations.required(&path(item), self.item.as_ref());
        violations.required(&path("tableName"), self.table_name.as_ref());
        match self.kind {
            Kind::Update => {
                violations.required(&path("updateExpression"), self.update_expression.as_ref());
            }
            Kind::ConditionCheck => {
                violations.required(&path("conditionExpression"), self.condition_expression.as_ref());
            }
            Kind::Put | Kind::Delete => {}
        }
        let choices = [("ALL_OLD", true), ("NONE", false)];
        violations.choice(&path("returnValuesOnConditionCheckFailure"), self.on_failure.as_deref(), &choices);
    }

    /// The bytes that count against the size of a transaction (ALT: what the request holds, not what it changes).
    fn payload_bytes(&self) -> usize {
        let item = self.item.as_ref().and_then(|item| item.as_ref().ok());
        let values = self.values.iter().flatten().filter_map(|(_, value)| value.as_ref().ok());
        item.map_or(0, |item| item.as_ref().size()) + values.map(|value| value.as_ref().size()).sum::<usize>()
    }

    /// A digest of everything that decides what the action does.
    fn digest(&self) -> u128 {
        let text = |text: &Option<String>| text.as_deref().map_or(0, text_digest);
        let item = self.item.as_ref().and_then(|item| item.as_ref().ok());
        let names = self.names.iter().flatten().map(|(name, text)| (name.as_str(), text_digest(text)));
        let values = self.values.iter().flatten().filter_map(|(name, value)| {
            let value = value.as_ref().ok()?;
            Some((name.as_str(), value_digest(value.as_ref())))
        });
        list_digest([
            text_digest(self.kind.name()),
            text(&self.table_name),
            item.map_or(0, |item| item_digest(item.as_ref())),
            text(&self.update_expression),
            text(&self.condition_expression),
            map_digest(names),
            map_digest(values),
            text(&self.on_failure),
        ])
    }

    /// The typed action; its members are there.
    fn action(self, position: usize, cache: &Cache) -> Result<WriteAction, Error> {
        let path = format!("transactItems.{position}.member.{}.tableName", self.kind.name());
        let table = TableName::at(&path, self.table_name)?;
        let condition = ("ConditionExpression", self.condition_expression.as_deref());
        let update = ("UpdateExpression", self.update_expression.as_deref());
        let expressions = [update, condition];
        let expressions = if self.kind == Kind::Update { &expressions[..] } else { &expressions[1..] };
        let members = ExpressionMembers { expressions, legacy: &[] };
        let attributes = ExpressionAttributes::new(&members, self.names, self.values)?;
        let item = self.item.expect("presence was checked before")?;
        if self.kind == Kind::Put {
            check_item_size(item.as_ref(), PUT_TOO_LARGE)?;
        }
        let (mut update, mut condition) = (None, None);
        if expressions.iter().any(|(_, text)| text.is_some()) {
            let mut binder = attributes.binder(cache)?;
            update = self.update_expression.as_deref().map(|text| binder.update(text)).transpose()?;
            let text = self.condition_expression.as_deref();
            condition = text.map(|text| binder.condition("ConditionExpression", text)).transpose()?;
            binder.finish()?;
        }
        let change = match self.kind {
            Kind::Put => WriteChange::Put(item),
            Kind::Update => WriteChange::Update { key: item, update },
            Kind::Delete => WriteChange::Delete { key: item },
            Kind::ConditionCheck => WriteChange::Check { key: item },
        };
        let item_on_condition_failure = self.on_failure.as_deref() == Some("ALL_OLD");
        Ok(WriteAction { table, change, condition, item_on_condition_failure })
    }
}

/// A TransactWriteItems that passed every check that needs no table.
pub struct TransactWriteItems {
    transaction: WriteTransaction,
}

impl TransactWriteItems {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: TransactWriteItemsInput, cache: &Cache) -> Result<Self, Error> {
        let mut violations = Violations::default();
        let return_consumed_capacity =
            ReturnConsumedCapacity::read(&mut violations, input.return_consumed_capacity.as_deref());
        let return_item_collection_metrics = ReturnItemCollectionMetrics::read(
            &mut violations,
            input.return_item_collection_metrics.as_deref(),
        );
        let token = input.client_request_token;
        violations.length("clientRequestToken", token.as_deref(), 1, TOKEN_CHARACTERS_MAX);
        check_action_count(&mut violations, input.transact_items.as_ref().map(Vec::len));
        let items = input.transact_items.unwrap_or_default();
        let items: Vec<Vec<Given>> = items.into_iter().map(TransactWriteItem::given).collect();
        for (index, given) in items.iter().enumerate() {
            given.iter().for_each(|given| given.check_members(&mut violations, index + 1));
        }
        violations.finish()?;
        let items = items.into_iter().map(only).collect::<Result<Vec<Given>, _>>()?;
        let token = token.map(|token| TransactionToken {
            identity: list_digest([text_digest("TransactWriteItems"), text_digest(&token)]),
            payload: list_digest(items.iter().map(Given::digest)),
        });
        let payload_bytes: usize = items.iter().map(Given::payload_bytes).sum();
        let actions = items.into_iter().enumerate().map(|(index, given)| given.action(index + 1, cache));
        let actions = actions.collect::<Result<Vec<_>, _>>()?;
        if payload_bytes > PAYLOAD_BYTES_MAX {
            return Err(payload_too_large(payload_bytes));
        }
        Ok(Self {
            transaction: WriteTransaction {
                actions,
                token,
                return_consumed_capacity,
                return_item_collection_metrics,
            },
        })
    }

    /// Carries the request out: all actions or none.
    ///
    /// # Errors
    /// The exceptions of TransactWriteItems.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<TransactWriteItemsOutput, Error> {
        let answer = self.transaction.execute(context)?;
        Ok(TransactWriteItemsOutput {
            consumed_capacity: answer.consumed_capacity,
            item_collection_metrics: answer.item_collection_metrics,
        })
    }
}

/// The one action of an element.
fn only(mut given: Vec<Given>) -> Result<Given, Error> {
    match (given.pop(), given.is_empty()) {
        (Some(only), true) => Ok(only),
        (Some(_), false) => {
            Err(Error::validation("TransactItems can only contain one of Check, Put, Update or Delete"))
        }
        (None, _) => Err(Error::validation(
            "Invalid Request: TransactWriteRequest should contain Delete or Put or Update request",
        )),
    }
}
