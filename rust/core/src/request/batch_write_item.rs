//! BatchWriteItem.

use crate::error::Error;
use crate::request::batch_get_item::{refuse_duplicates, same_table};
use crate::request::constraint::Violations;
use crate::request::consumed_capacity::{ConsumedCapacity, ReturnConsumedCapacity};
use crate::request::context::Context;
use crate::request::item_collection::{ItemCollectionMetrics, ReturnItemCollectionMetrics};
use crate::request::table_name::TableName;
use crate::table::{Change, Consumed, Table, WritePlan, check_item_size};
use crate::value::{Item, ItemRef, Key};
use crate::wire::{Checked, ToWire, Writer};
use crate::{input_shape, output_shape};

input_shape! {
    /// A put inside a batch.
    pub struct PutRequestInput {
        item: Checked<Item> = "Item",
    }
}

input_shape! {
    /// A delete inside a batch.
    pub struct DeleteRequestInput {
        key: Checked<Item> = "Key",
    }
}

input_shape! {
    /// One write of a batch.
    pub struct WriteRequestInput {
        put_request: PutRequestInput = "PutRequest",
        delete_request: DeleteRequestInput = "DeleteRequest",
    }
}

input_shape! {
    /// What a caller sends.
    pub struct BatchWriteItemInput {
        request_items: Vec<(String, Vec<WriteRequestInput>)> = "RequestItems",
        return_consumed_capacity: String = "ReturnConsumedCapacity",
        return_item_collection_metrics: String = "ReturnItemCollectionMetrics",
    }
}

output_shape! {
    /// What a caller gets.
    pub struct BatchWriteItemOutput {
        unprocessed_items: Vec<(String, Vec<WriteRequest>)> = "UnprocessedItems",
        item_collection_metrics: Vec<(String, Vec<ItemCollectionMetrics>)> = "ItemCollectionMetrics",
        consumed_capacity: Vec<ConsumedCapacity> = "ConsumedCapacity",
    }
}

/// Writes in a batch at most (facts 1.7).
const WRITES_MAX: usize = 25;

/// One write of a batch, checked.
#[derive(Clone)]
pub enum WriteRequest {
    /// Puts an item.
    Put(Item),
    /// Deletes the item with this key.
    Delete(Item),
}

impl ToWire for WriteRequest {
    fn write<W: Writer>(&self, writer: &mut W) {
        let (request, member, item) = match self {
            Self::Put(item) => ("PutRequest", "Item", item),
            Self::Delete(key) => ("DeleteRequest", "Key", key),
        };
        writer.begin_object();
        writer.member(request);
        writer.begin_object();
        writer.member(member);
        writer.item(item.as_ref());
        writer.end_object();
        writer.end_object();
    }
}

impl WriteRequest {
    fn new(input: WriteRequestInput) -> Result<Self, Error> {
        match (input.put_request, input.delete_request) {
            (Some(put), None) => Self::Put(put.item.ok_or_else(|| missing("putRequest.item"))??).checked(),
            (None, Some(delete)) => {
                Self::Delete(delete.key.ok_or_else(|| missing("deleteRequest.key"))??).checked()
            }
            _ => Err(Error::validation(
                "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported \
                 datatypes",
            )),
        }
    }

    fn checked(self) -> Result<Self, Error> {
        if let Self::Put(item) = &self {
            check_item_size(item.as_ref(), "Item size has exceeded the maximum allowed size")?;
        }
        Ok(self)
    }

    fn key(&self, table: &Table) -> Result<Key, Error> {
        match self {
            Self::Put(item) => table.key_of_item(item.as_ref()),
            Self::Delete(key) => table.schema().key_alone(key.as_ref()),
        }
    }

    /// Whether it puts an item.
    #[must_use]
    pub fn is_put(&self) -> bool {
        matches!(self, Self::Put(_))
    }

    /// The item or key, which holds the key's attributes.
    #[must_use]
    pub fn item(&self) -> ItemRef<'_> {
        match self {
            Self::Put(item) | Self::Delete(item) => item.as_ref(),
        }
    }

    fn plan<'a>(&'a self, key: &'a Key) -> WritePlan<'a> {
        let change = match self {
            Self::Put(item) => Change::Put(item.as_ref()),
            Self::Delete(_) => Change::Delete,
        };
        WritePlan { key, condition: None, item_on_condition_failure: false, change }
    }
}

fn missing(member: &str) -> Error {
    Error::Validation(format!(
        "1 validation error detected: Value null at 'requestItems.member.{member}' failed to satisfy constraint: \
         Member must not be null"
    ))
}

struct TableWrites {
    table: TableName,
    requests: Vec<WriteRequest>,
}

/// A BatchWriteItem that passed every check that needs no table.
pub struct BatchWriteItem {
    tables: Vec<TableWrites>,
    return_consumed_capacity: ReturnConsumedCapacity,
    return_item_collection_metrics: ReturnItemCollectionMetrics,
}

/// The answer while it is gathered.
#[derive(Default)]
struct Answer {
    unprocessed: Vec<(String, Vec<WriteRequest>)>,
    consumed: Vec<ConsumedCapacity>,
    metrics: Vec<(String, Vec<ItemCollectionMetrics>)>,
    throttle: Option<Error>,
    any_written: bool,
    any_conflict: bool,
}

impl BatchWriteItem {
    /// Writes in a batch at most.
    pub const WRITES_MAX: usize = WRITES_MAX;

    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: BatchWriteItemInput) -> Result<Self, Error> {
        let mut violations = Violations::default();
        violations.required("requestItems", input.request_items.as_ref());
        let return_consumed_capacity =
            ReturnConsumedCapacity::read(&mut violations, input.return_consumed_capacity.as_deref());
        let return_item_collection_metrics = ReturnItemCollectionMetrics::read(
            &mut violations,
            input.return_item_collection_metrics.as_deref(),
        );
        violations.finish()?;
        let requests = input.request_items.unwrap_or_default();
        if requests.is_empty() {
            return Err(Error::validation("The requestItems parameter is required for BatchWriteItem"));
        }
        check_counts(&requests)?;
        let mut tables = Vec::with_capacity(requests.len());
        for (name, requests) in requests {
            let table = TableName::at("requestItems", Some(name))?;
            let requests = requests.into_iter().map(WriteRequest::new).collect::<Result<Vec<_>, _>>()?;
            tables.push(TableWrites { table, requests });
        }
        Ok(Self { tables, return_consumed_capacity, return_item_collection_metrics })
    }

    /// The writes of one table, read already.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn of_table(table: TableName, requests: Vec<WriteRequest>) -> Result<Self, Error> {
        if !(1..=WRITES_MAX).contains(&requests.len()) {
            return Err(Error::Validation(format!("A batch has 1 to {WRITES_MAX} writes")));
        }
        let requests = requests.into_iter().map(WriteRequest::checked).collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            tables: vec![TableWrites { table, requests }],
            return_consumed_capacity: ReturnConsumedCapacity::None,
            return_item_collection_metrics: ReturnItemCollectionMetrics::None,
        })
    }

    /// Carries the request out: each write by itself, those that throughput refuses come back unprocessed.
    ///
    /// # Errors
    /// The exceptions of BatchWriteItem; a throughput exception only when every write was refused.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<BatchWriteItemOutput, Error> {
        let keys = self.keys(context)?;
        let mut answer = Answer::default();
        for (table, keys) in self.tables.iter().zip(&keys) {
            self.write_table(table, keys, context, &mut answer)?;
        }
        if let Some(throttle) = answer.throttle.filter(|_| !answer.any_written && !answer.any_conflict) {
            return Err(throttle);
        }
        let asked = self.return_consumed_capacity != ReturnConsumedCapacity::None;
        Ok(BatchWriteItemOutput {
            unprocessed_items: Some(answer.unprocessed),
            item_collection_metrics: (!answer.metrics.is_empty()).then_some(answer.metrics),
            consumed_capacity: asked.then_some(answer.consumed),
        })
    }

    /// Carries out the writes of one table.
    fn write_table(
        &self,
        table: &TableWrites,
        keys: &[Key],
        context: &mut Context<'_>,
        answer: &mut Answer,
    ) -> Result<(), Error> {
        let mut writing = context.tables.writing(table.table.name(), context.now)?;
        let plans: Vec<_> = table.requests.iter().zip(keys).map(|(request, key)| request.plan(key)).collect();
        let (mut left, mut metrics) = (Vec::new(), Vec::new());
        let mut consumed = Consumed::default();
        // The collections that the writes so far belong to.
        let mut collections: Vec<&[u8]> = Vec::new();
        let outcomes = writing.write_each(&plans)?;
        for ((outcome, request), key) in outcomes.zip(&table.requests).zip(keys) {
            match outcome {
                Ok(cost) => {
                    answer.any_written = true;
                    consumed.add(&cost);
                    let size = self.return_item_collection_metrics;
                    if size != ReturnItemCollectionMetrics::None
                        && !collections.contains(&key.partition_prefix())
                    {
                        collections.push(key.partition_prefix());
                        metrics.extend(size.answer(writing.table, key, request.item()));
                    }
                }
                Err(error) if error.is_throttle() => {
                    answer.throttle.get_or_insert(error);
                    left.push(request.clone());
                }
                // The service does not say so; but no exception of BatchWriteItem fits, and a caller tries again.
                Err(Error::TransactionConflict) => {
                    answer.any_conflict = true;
                    left.push(request.clone());
                }
                Err(error) => return Err(error),
            }
        }
        let name = table.table.given();
        let capacity = self.return_consumed_capacity.answer(&table.table, writing.table, &consumed);
        answer.consumed.extend(capacity);
        if !left.is_empty() {
            answer.unprocessed.push((name.to_owned(), left));
        }
        if !metrics.is_empty() {
            answer.metrics.push((name.to_owned(), metrics));
        }
        Ok(())
    }

    /// All keys, checked against their tables before anything is written.
    fn keys(&self, context: &mut Context<'_>) -> Result<Vec<Vec<Key>>, Error> {
        let mut all = Vec::new();
        for table in &self.tables {
            let reading = context.tables.reading(table.table.name(), context.now)?;
            let keys = table.requests.iter().map(|request| request.key(reading.table));
            let keys = keys.collect::<Result<Vec<_>, _>>()?;
            all.push(keys);
            let names = self.tables.iter().map(|each| &each.table);
            refuse_duplicates(same_table(names, &table.table, &all))?;
        }
        Ok(all)
    }
}

/// The service shows the whole batch in Java's form here; ours shows how many writes each table has.
fn check_counts(requests: &[(String, Vec<WriteRequestInput>)]) -> Result<(), Error> {
    let total: usize = requests.iter().map(|(_, writes)| writes.len()).sum();
    let wrong = |length: usize| length == 0 || length > WRITES_MAX;
    if total <= WRITES_MAX && !requests.iter().any(|(_, writes)| wrong(writes.len())) {
        return Ok(());
    }
    if !requests.iter().any(|(_, writes)| wrong(writes.len())) {
        return Err(Error::validation("Too many items requested for the BatchWriteItem call"));
    }
    let shown: Vec<String> =
        requests.iter().map(|(name, writes)| format!("{name}=[{} write requests]", writes.len())).collect();
    Err(Error::Validation(format!(
        "1 validation error detected: Value '{{{}}}' at 'requestItems' failed to satisfy constraint: Map value must \
         satisfy constraint: [Member must have length less than or equal to {WRITES_MAX}, Member must have length \
         greater than or equal to 1]",
        shown.join(", ")
    )))
}
