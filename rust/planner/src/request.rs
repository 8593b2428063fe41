//! The requests of a load, as the engine's doors would read them.

use std::fmt::Write as _;

use dynacore::expression::Cache;
use dynacore::request::{Operation, Service};
use dynacore::wire::JsonReader;

use crate::error::PlanError;
use crate::scenario::{Index, Load, OperationKind, Table};

/// Parsed expressions that are kept: a load has one or two.
const CACHED_EXPRESSIONS_MAX: usize = 64;

/// Reads requests of any service from JSON.
pub struct RequestReader {
    cache: Cache,
}

impl RequestReader {
    /// A reader with an empty cache.
    pub fn new() -> Self {
        Self { cache: Cache::new(CACHED_EXPRESSIONS_MAX) }
    }

    /// Reads one request.
    ///
    /// # Errors
    /// [`PlanError::Refused`] with the text that DynamoDB has for it.
    pub fn read(&self, service: Service, name: &str, body: &[u8]) -> Result<Operation, PlanError> {
        Operation::read(service, name, &mut JsonReader::new(body), &self.cache)
            .map_err(|error| PlanError::Refused(format!("{name}: {}", error.message())))
    }
}

/// What one request of a load is about.
#[derive(Clone, Copy, Debug)]
pub struct RequestPlan {
    /// What is called.
    pub operation: OperationKind,
    /// The number of its key.
    pub key: u64,
    /// Bytes of the item that is written.
    pub item_bytes: usize,
}

/// Writes a load's requests into one buffer, so that a request costs no allocation of its own.
pub struct RequestWriter {
    table: Table,
    index: Option<Index>,
    consistent: bool,
    page_items: u64,
    /// Bytes of the attributes that an item has besides its filler (facts 1.3).
    key_bytes: usize,
    filler: String,
    body: String,
}

/// The attribute that gives an item its size.
const FILLER: &str = "filler";

/// Digits of the number that is a key.
const KEY_DIGITS: usize = 20;

impl RequestWriter {
    /// A writer for the requests of `load` on `table`.
    pub fn new(table: &Table, load: &Load) -> Self {
        let index = load.index.as_ref();
        let is_key = |name: &String| *name == table.partition_key || Some(name) == table.sort_key.as_ref();
        let indexed = table.indexes.iter().map(|index| &index.partition_key).filter(|name| !is_key(name));
        let sort_bytes = table.sort_key.as_ref().map_or(0, |name| name.len() + 1);
        let key_bytes = table.partition_key.len() + KEY_DIGITS + sort_bytes;
        Self {
            key_bytes: key_bytes + indexed.map(|name| name.len() + KEY_DIGITS).sum::<usize>(),
            table: table.clone(),
            index: index.and_then(|name| table.indexes.iter().find(|index| index.name == *name)).cloned(),
            consistent: load.consistent,
            page_items: load.page_items,
            filler: String::new(),
            body: String::new(),
        }
    }

    /// The request's operation, read and checked.
    ///
    /// # Errors
    /// As [`RequestReader::read`].
    pub fn operation(&mut self, plan: RequestPlan, reader: &RequestReader) -> Result<Operation, PlanError> {
        self.body.clear();
        append(&mut self.body, format_args!(r#"{{"TableName":"{}""#, self.table.name));
        let name = match plan.operation {
            OperationKind::GetItem => self.get_item(plan),
            OperationKind::PutItem => self.put_item(plan),
            OperationKind::UpdateItem => self.update_item(plan),
            OperationKind::DeleteItem => self.delete_item(plan),
            OperationKind::Query => self.query(plan),
            OperationKind::Scan => self.scan(),
        };
        self.body.push('}');
        reader.read(Service::DynamoDb, name, self.body.as_bytes())
    }

    fn key(&mut self, member: &str, plan: RequestPlan) {
        append(
            &mut self.body,
            format_args!(r#","{member}":{{"{}":{{"S":"{:020}"}}"#, self.table.partition_key, plan.key),
        );
        if let Some(sort_key) = &self.table.sort_key {
            append(&mut self.body, format_args!(r#","{sort_key}":{{"S":"0"}}"#));
        }
        if member == "Key" {
            self.body.push('}');
        }
    }

    fn get_item(&mut self, plan: RequestPlan) -> &'static str {
        self.key("Key", plan);
        append(&mut self.body, format_args!(r#","ConsistentRead":{}"#, self.consistent));
        "GetItem"
    }

    fn put_item(&mut self, plan: RequestPlan) -> &'static str {
        self.key("Item", plan);
        for index in &self.table.indexes {
            if !self.is_key(&index.partition_key) {
                let value = plan.key % index.partition_values;
                append(&mut self.body, format_args!(r#","{}":{{"S":"{value:020}"}}"#, index.partition_key));
            }
        }
        let rest = plan.item_bytes.saturating_sub(self.key_bytes + FILLER.len());
        let filler = filler(&mut self.filler, rest);
        append(&mut self.body, format_args!(r#","{FILLER}":{{"S":"{filler}"}}}}"#));
        "PutItem"
    }

    fn is_key(&self, name: &str) -> bool {
        self.table.partition_key == name || self.table.sort_key.as_deref() == Some(name)
    }

    fn update_item(&mut self, plan: RequestPlan) -> &'static str {
        self.key("Key", plan);
        let filler = filler(&mut self.filler, plan.item_bytes.saturating_sub(self.key_bytes + FILLER.len()));
        append(
            &mut self.body,
            format_args!(
                r#","UpdateExpression":"SET {FILLER} = :v","ExpressionAttributeValues":{{":v":{{"S":"{filler}"}}}}"#
            ),
        );
        "UpdateItem"
    }

    fn delete_item(&mut self, plan: RequestPlan) -> &'static str {
        self.key("Key", plan);
        "DeleteItem"
    }

    fn query(&mut self, plan: RequestPlan) -> &'static str {
        let (name, key) = match &self.index {
            None => (&self.table.partition_key, plan.key),
            Some(index) => {
                append(&mut self.body, format_args!(r#","IndexName":"{}""#, index.name));
                (&index.partition_key, plan.key % index.partition_values)
            }
        };
        append(
            &mut self.body,
            format_args!(
                r##","KeyConditionExpression":"#k = :k","ExpressionAttributeNames":{{"#k":"{name}"}}"##
            ),
        );
        append(&mut self.body, format_args!(r#","ExpressionAttributeValues":{{":k":{{"S":"{key:020}"}}}}"#));
        self.page();
        "Query"
    }

    fn scan(&mut self) -> &'static str {
        self.page();
        "Scan"
    }

    fn page(&mut self) {
        append(&mut self.body, format_args!(r#","Limit":{}"#, self.page_items));
        if self.consistent && self.index.is_none() {
            self.body.push_str(r#","ConsistentRead":true"#);
        }
    }
}

fn append(body: &mut String, text: std::fmt::Arguments<'_>) {
    body.write_fmt(text).expect("writing to a string succeeds");
}

/// The first `length` bytes of what fills items; it grows with the largest.
fn filler(filler: &mut String, length: usize) -> &str {
    if filler.len() < length {
        *filler = "x".repeat(length);
    }
    &filler[..length]
}
