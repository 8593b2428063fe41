//! BatchGetItem.

use smallvec::SmallVec;

use crate::error::Error;
use crate::expression::{Cache, Projection};
use crate::request::constraint::Violations;
use crate::request::consumed_capacity::{ConsumedCapacity, ReturnConsumedCapacity};
use crate::request::context::Context;
use crate::request::expression_attributes::{ExpressionAttributes, ExpressionMembers};
use crate::request::legacy::AttributesToGet;
use crate::request::table_name::TableName;
use crate::store::Entry;
use crate::table::{CapacityUnits, Consistency};
use crate::value::{Item, Key};
use crate::wire::{Checked, Document};
use crate::{input_shape, output_shape};

input_shape! {
    /// What is asked of one table.
    pub struct KeysAndAttributesInput {
        keys: Vec<Checked<Item>> = "Keys",
        consistent_read: bool = "ConsistentRead",
        projection_expression: String = "ProjectionExpression",
        expression_attribute_names: Vec<(String, String)> = "ExpressionAttributeNames",
        attributes_to_get: Vec<String> = "AttributesToGet",
    }
}

input_shape! {
    /// What a caller sends.
    pub struct BatchGetItemInput {
        request_items: Vec<(String, KeysAndAttributesInput)> = "RequestItems",
        return_consumed_capacity: String = "ReturnConsumedCapacity",
    }
}

output_shape! {
    /// What is left to ask of one table.
    pub struct KeysAndAttributes {
        keys: Vec<Item> = "Keys",
        consistent_read: bool = "ConsistentRead",
        projection_expression: String = "ProjectionExpression",
        expression_attribute_names: Vec<(String, String)> = "ExpressionAttributeNames",
        attributes_to_get: Vec<String> = "AttributesToGet",
    }
}

output_shape! {
    /// What a caller gets.
    pub struct BatchGetItemOutput {
        responses: Vec<(String, Vec<Document>)> = "Responses",
        unprocessed_keys: Vec<(String, KeysAndAttributes)> = "UnprocessedKeys",
        consumed_capacity: Vec<ConsumedCapacity> = "ConsumedCapacity",
    }
}

/// Keys in a batch at most (facts 1.7).
const KEYS_MAX: usize = 100;
/// Bytes in an answer at most; the rest is left unprocessed (facts 1.7).
const ANSWER_BYTES_MAX: usize = 16 * 1024 * 1024;

/// The part of a batch that reads one table.
struct TableKeys {
    table: TableName,
    keys: Vec<Item>,
    consistent_read: Option<bool>,
    projection: Option<Projection>,
    projection_expression: Option<String>,
    expression_attribute_names: Option<Vec<(String, String)>>,
    attributes_to_get: Option<Vec<String>>,
}

/// A BatchGetItem that passed every check that needs no table.
pub struct BatchGetItem {
    tables: Vec<TableKeys>,
    return_consumed_capacity: ReturnConsumedCapacity,
}

impl BatchGetItem {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: BatchGetItemInput, cache: &Cache) -> Result<Self, Error> {
        let mut violations = Violations::default();
        violations.required("requestItems", input.request_items.as_ref());
        let return_consumed_capacity =
            ReturnConsumedCapacity::read(&mut violations, input.return_consumed_capacity.as_deref());
        violations.finish()?;
        let requests = input.request_items.unwrap_or_default();
        if requests.is_empty() {
            return Err(Error::validation("The requestItems parameter is required for BatchGetItem"));
        }
        check_counts(&requests)?;
        let tables = requests
            .into_iter()
            .map(|(name, request)| TableKeys::new(name, request, cache))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self { tables, return_consumed_capacity })
    }

    /// Carries the request out. Keys that the table's throughput or the answer's size leaves no room for come back
    /// as `UnprocessedKeys`.
    ///
    /// # Errors
    /// The exceptions of BatchGetItem; a throughput exception only when no key could be read.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<BatchGetItemOutput, Error> {
        let keys = self.keys(context)?;
        let mut answer = Answer::default();
        for (request, keys) in self.tables.iter().zip(&keys) {
            let table = request.read(keys, context, &mut answer)?;
            let name = request.table.given().to_owned();
            if !table.unprocessed.is_empty() {
                answer.unprocessed.push((name.clone(), request.remaining(table.unprocessed)));
            }
            answer.consumed.extend(self.return_consumed_capacity.answer_table(&request.table, table.units));
            answer.responses.push((name, table.documents));
        }
        if let Some(throttle) = answer.throttle.filter(|_| !answer.any_read) {
            return Err(throttle);
        }
        let asked = self.return_consumed_capacity != ReturnConsumedCapacity::None;
        Ok(BatchGetItemOutput {
            responses: Some(answer.responses),
            unprocessed_keys: Some(answer.unprocessed),
            consumed_capacity: asked.then_some(answer.consumed),
        })
    }

    /// All keys, checked against their tables before anything is read.
    fn keys(&self, context: &mut Context<'_>) -> Result<Vec<Vec<Key>>, Error> {
        let mut all = Vec::new();
        for request in &self.tables {
            let reading = context.tables.reading(request.table.name(), context.now)?;
            let schema = reading.table.schema();
            let keys = request
                .keys
                .iter()
                .map(|key| schema.key_alone(key.as_ref()))
                .collect::<Result<Vec<_>, _>>()?;
            all.push(keys);
            refuse_duplicates(same_table(self.tables.iter().map(|each| &each.table), &request.table, &all))?;
        }
        Ok(all)
    }
}

/// The keys gathered so far for one table, which a batch may name twice: by its name and by its ARN.
pub fn same_table<'a>(
    names: impl Iterator<Item = &'a TableName>,
    table: &'a TableName,
    keys: &'a [Vec<Key>],
) -> impl Iterator<Item = &'a Key> {
    names.zip(keys).filter(|(name, _)| name.name() == table.name()).flat_map(|(_, keys)| keys)
}

/// Refuses a batch that names an item twice.
///
/// # Errors
/// `ValidationException`.
pub fn refuse_duplicates<'a>(keys: impl Iterator<Item = &'a Key>) -> Result<(), Error> {
    // A word of each key is compared with those before it: a batch is so short that this costs less than any order.
    let mut seen: SmallVec<[(u64, &Key); 32]> = SmallVec::new();
    for key in keys {
        let end = key.as_bytes().last_chunk().map_or(0, |end| u64::from_le_bytes(*end));
        let word = key.hash() ^ end.rotate_left(32);
        if seen.iter().any(|(other, earlier)| *other == word && *earlier == key) {
            return Err(Error::validation("Provided list of item keys contains duplicates"));
        }
        seen.push((word, key));
    }
    Ok(())
}

#[derive(Default)]
struct Answer {
    responses: Vec<(String, Vec<Document>)>,
    unprocessed: Vec<(String, KeysAndAttributes)>,
    consumed: Vec<ConsumedCapacity>,
    bytes: usize,
    any_read: bool,
    throttle: Option<Error>,
}

#[derive(Default)]
struct TableAnswer {
    documents: Vec<Document>,
    unprocessed: Vec<Item>,
    units: CapacityUnits,
}

impl TableKeys {
    fn new(name: String, request: KeysAndAttributesInput, cache: &Cache) -> Result<Self, Error> {
        let mut violations = Violations::default();
        let path = format!("requestItems.{name}.member.attributesToGet");
        let attributes_to_get =
            AttributesToGet::read(&mut violations, &path, request.attributes_to_get.clone());
        let table = TableName::at("requestItems", Some(name))?;
        violations.finish()?;
        let expressions = [("ProjectionExpression", request.projection_expression.as_deref())];
        let members = ExpressionMembers {
            expressions: &expressions,
            legacy: &[("AttributesToGet", attributes_to_get.is_given())],
        };
        let names = request.expression_attribute_names.clone();
        let attributes = ExpressionAttributes::new(&members, names, None)?;
        let legacy_projection = attributes_to_get.projection()?;
        let keys = request.keys.unwrap_or_default().into_iter().collect::<Result<Vec<_>, _>>()?;
        let projection = attributes.projection(cache, request.projection_expression.as_deref())?;
        Ok(Self {
            table,
            keys,
            consistent_read: request.consistent_read,
            projection: projection.or(legacy_projection),
            projection_expression: request.projection_expression,
            expression_attribute_names: request.expression_attribute_names,
            attributes_to_get: request.attributes_to_get,
        })
    }

    fn read(
        &self,
        keys: &[Key],
        context: &mut Context<'_>,
        answer: &mut Answer,
    ) -> Result<TableAnswer, Error> {
        let mut reading = context.tables.reading(self.table.name(), context.now)?;
        let consistency = Consistency::requested(self.consistent_read);
        let mut table = TableAnswer::default();
        let mut found = reading.find_each(keys)?.into_iter();
        for (key, item) in keys.iter().zip(&self.keys) {
            let found = found.next();
            if answer.bytes >= ANSWER_BYTES_MAX {
                table.unprocessed.push(item.clone());
                continue;
            }
            match reading.get_found(key, found, consistency) {
                Ok((entry, units)) => {
                    answer.any_read = true;
                    table.units += units;
                    table.documents.extend(entry.map(|entry| self.document(entry, &mut answer.bytes)));
                }
                Err(throttle) if throttle.is_throttle() => {
                    answer.throttle.get_or_insert(throttle);
                    table.unprocessed.push(item.clone());
                }
                Err(error) => return Err(error),
            }
        }
        Ok(table)
    }

    fn document(&self, entry: Entry, bytes: &mut usize) -> Document {
        let whole = Document::Stored(entry);
        *bytes += whole.as_ref().size();
        match &self.projection {
            None => whole,
            Some(projection) => Document::Built(projection.project(whole.as_ref())),
        }
    }

    fn remaining(&self, keys: Vec<Item>) -> KeysAndAttributes {
        KeysAndAttributes {
            keys: Some(keys),
            consistent_read: self.consistent_read,
            projection_expression: self.projection_expression.clone(),
            expression_attribute_names: self.expression_attribute_names.clone(),
            attributes_to_get: self.attributes_to_get.clone(),
        }
    }
}

fn check_counts(requests: &[(String, KeysAndAttributesInput)]) -> Result<(), Error> {
    let mut total = 0;
    for (name, request) in requests {
        let Some(keys) = &request.keys else {
            let mut violations = Violations::default();
            violations.required::<()>(&format!("requestItems.{name}.member.keys"), None);
            return violations.finish();
        };
        if keys.is_empty() {
            return Err(Error::Validation(format!(
                "1 validation error detected: Value '[]' at 'requestItems.{name}.member.keys' failed to satisfy \
                 constraint: Member must have length greater than or equal to 1"
            )));
        }
        if keys.len() > KEYS_MAX {
            return Err(Error::Validation(format!(
                "1 validation error detected: Value at 'RequestItems.{name}.member.Keys' failed to satisfy \
                 constraint: Member must have length less than or equal to {KEYS_MAX}"
            )));
        }
        total += keys.len();
    }
    if total > KEYS_MAX {
        return Err(Error::validation("Too many items requested for the BatchGetItem call"));
    }
    Ok(())
}
