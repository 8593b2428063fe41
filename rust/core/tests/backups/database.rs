//! An engine with short ways to ask it, over a store that can be opened again.

use std::ops::ControlFlow;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use dynacore::clock::Timestamp;
use dynacore::engine::Engine;
use dynacore::error::Error;
use dynacore::expression::Cache;
use dynacore::request::{Operation, Service};
use dynacore::store::{
    Batch, Direction, Entry, KeyRange, MemoryStore, Read, Sequence, Space, Store, StoreError,
};
use dynacore::table::{Replay, Settings};
use dynacore::wire::{JsonReader, JsonWriter, ToWire};
use serde_json::{Value as Json, json};

/// When tests begin.
pub const START: i64 = 1_700_000_000;

/// A store that keeps all commits, as one on disk would in its log.
#[derive(Clone, Default)]
pub struct Kept(Arc<Mutex<(MemoryStore, Vec<Batch>)>>);

impl Kept {
    /// The spaces that hold anything.
    pub fn spaces(&self) -> Vec<Space> {
        self.0.lock().unwrap().0.spaces().collect()
    }

    /// A store of the same commits, and what it saw when it replayed them.
    fn replay(&self) -> (Self, Replay) {
        let (mut store, mut replay) = (MemoryStore::new(), Replay::default());
        let commits = self.0.lock().unwrap().1.clone();
        for batch in &commits {
            replay.observe(&store, batch).unwrap();
            store.commit(batch.clone()).unwrap();
        }
        (Self(Arc::new(Mutex::new((store, commits)))), replay)
    }
}

impl Read for Kept {
    fn get(&self, space: Space, key: &[u8]) -> Result<Option<Entry>, StoreError> {
        self.0.lock().unwrap().0.get(space, key)
    }

    fn scan(
        &self,
        space: Space,
        range: KeyRange<'_>,
        direction: Direction,
        visit: &mut dyn FnMut(&Entry) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        let snapshot = self.0.lock().unwrap().0.snapshot();
        snapshot.scan(space, range, direction, visit)
    }
}

impl Store for Kept {
    fn commit(&mut self, batch: Batch) -> Result<Sequence, StoreError> {
        let mut kept = self.0.lock().unwrap();
        kept.1.push(batch.clone());
        kept.0.commit(batch)
    }

    fn reclaim(&mut self, entries: usize) -> bool {
        self.0.lock().unwrap().0.reclaim(entries)
    }

    fn sequence(&self) -> Sequence {
        self.0.lock().unwrap().0.sequence()
    }

    fn snapshot(&self) -> Box<dyn Read + Send + Sync> {
        self.0.lock().unwrap().0.snapshot()
    }

    fn is_durable(&self) -> bool {
        true
    }
}

/// An engine at a time that the test moves.
pub struct Database {
    pub engine: Engine,
    pub store: Kept,
    settings: Settings,
    cache: Cache,
    pub now: Timestamp,
}

impl Database {
    pub fn with(settings: Settings) -> Self {
        let store = Kept::default();
        let engine = Engine::new(settings.clone(), Box::new(store.clone()), 7);
        Self { engine, store, settings, cache: Cache::new(64), now: Timestamp::from_seconds(START) }
    }

    /// A database with the cars.
    pub fn cars() -> Self {
        let mut database = Self::with(Settings::default());
        database.done("CreateTable", &cars("cars"));
        database
    }

    /// Ends the engine without a word, and opens what it has committed.
    pub fn crash(&mut self) {
        let (store, replay) = self.store.replay();
        self.store = store.clone();
        self.engine = Engine::open(self.settings.clone(), Box::new(store), 8, &replay).unwrap();
    }

    pub fn wait(&mut self, milliseconds: u64) {
        self.now = self.now + Duration::from_millis(milliseconds);
    }

    pub fn second(&self) -> i64 {
        self.now.as_whole_seconds()
    }

    /// The answer, or the exception.
    pub fn ask(&mut self, operation: &str, body: &Json) -> Result<Json, Error> {
        let text = body.to_string();
        let mut reader = JsonReader::new(text.as_bytes());
        let operation = Operation::read(Service::DynamoDb, operation, &mut reader, &self.cache)?;
        let response = self.engine.execute(&operation, self.now)?;
        let mut writer = JsonWriter::default();
        response.write(&mut writer);
        Ok(serde_json::from_slice(&writer.into_bytes()).expect("an answer is JSON"))
    }

    /// The answer of a request that succeeds.
    pub fn done(&mut self, operation: &str, body: &Json) -> Json {
        self.ask(operation, body).unwrap_or_else(|error| panic!("{operation} {body}: {error}"))
    }

    /// The exception of a request that is refused, as `Name: text`.
    pub fn refused(&mut self, operation: &str, body: &Json) -> String {
        match self.ask(operation, body) {
            Ok(answer) => panic!("{operation} {body} was answered {answer}"),
            Err(error) => error.to_string(),
        }
    }

    pub fn put(&mut self, table: &str, id: &str, n: u64) {
        self.done("PutItem", &json!({ "TableName": table, "Item": car(id, n) }));
    }

    /// Takes a backup; gives its ARN.
    pub fn back_up(&mut self, table: &str) -> String {
        let body = json!({ "TableName": table, "BackupName": "backup" });
        self.done("CreateBackup", &body)["BackupDetails"]["BackupArn"].as_str().unwrap().to_owned()
    }

    pub fn restore(&mut self, backup: &str, target: &str) -> Json {
        let body = json!({ "BackupArn": backup, "TargetTableName": target });
        self.done("RestoreTableFromBackup", &body)["TableDescription"].clone()
    }

    pub fn recover(&mut self, table: &str, enabled: bool) -> Json {
        let body = json!({
            "TableName": table,
            "PointInTimeRecoverySpecification": { "PointInTimeRecoveryEnabled": enabled },
        });
        self.done("UpdateContinuousBackups", &body)["ContinuousBackupsDescription"].clone()
    }

    pub fn describe(&mut self, table: &str) -> Json {
        self.done("DescribeTable", &json!({ "TableName": table }))["Table"].clone()
    }

    /// The ids and numbers of a table's cars, in order.
    pub fn numbers(&mut self, table: &str) -> Vec<(String, u64)> {
        let answer = self.done("Scan", &json!({ "TableName": table, "ConsistentRead": true }));
        let items = answer["Items"].as_array().unwrap().iter();
        let number = |item: &Json| item["n"]["N"].as_str().unwrap().parse().unwrap();
        let mut found: Vec<(String, u64)> =
            items.map(|item| (item["id"]["S"].as_str().unwrap().to_owned(), number(item))).collect();
        found.sort_unstable();
        found
    }
}

pub fn car(id: &str, n: u64) -> Json {
    json!({ "id": { "S": id }, "n": { "N": n.to_string() } })
}

/// Cars by their id, on demand.
pub fn cars(name: &str) -> Json {
    json!({
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{ "AttributeName": "id", "AttributeType": "S" }],
        "KeySchema": [{ "AttributeName": "id", "KeyType": "HASH" }],
    })
}
