//! A database whose time moves in small steps, and the table that most tests use.

use std::ops::{Deref, DerefMut};
use std::time::Duration;

use dynacore::clock::Timestamp;
use dynacore::error::Error;
use dynacore::request::{Operation, Service};
use dynacore::store::{MemoryStore, Store};
use dynacore::table::Settings;
use dynacore::table::partition::PartitionDescription;
use dynacore::testing::{self, units};
use serde_json::{Value as Json, json};

/// The beginning of an hour.
pub const START: i64 = 1_700_000_000 / 3_600 * 3_600;

pub struct Database(testing::Database);

impl Database {
    pub fn with(settings: Settings) -> Self {
        Self::over(settings, Box::new(MemoryStore::new()))
    }

    pub fn over(settings: Settings, store: Box<dyn Store>) -> Self {
        let mut database = testing::Database::over(settings, store);
        database.now = Timestamp::from_seconds(START);
        Self(database)
    }

    /// Lets time pass, with all that happens in it.
    pub fn pass(&mut self, duration: Duration) {
        self.now = self.now + duration;
        let now = self.now;
        self.engine.tick(now).unwrap();
    }

    /// An operation, to be carried out many times.
    pub fn operation(&self, name: &str, body: &Json) -> Operation {
        self.read(Service::DynamoDb, name, &body.to_string()).unwrap()
    }

    pub fn run(&mut self, operation: &Operation) -> Result<(), Error> {
        let now = self.now;
        self.engine.execute(operation, now).map(drop)
    }

    /// A table `laps` with the key `driver` and `lap`.
    pub fn laps(&mut self, members: &Json) {
        let body = json!({
            "TableName": "laps",
            "KeySchema": [
                { "AttributeName": "driver", "KeyType": "HASH" }, { "AttributeName": "lap", "KeyType": "RANGE" },
            ],
            "AttributeDefinitions": [
                { "AttributeName": "driver", "AttributeType": "S" }, { "AttributeName": "lap", "AttributeType": "N" },
            ],
        });
        self.done("CreateTable", &testing::with(&body, members.clone()));
    }

    pub fn partitions(&self, table: &str) -> Vec<PartitionDescription> {
        self.engine.describe_partitions(table, None, self.now).unwrap()
    }

    /// A put of a lap.
    pub fn lap(&self, driver: &str, lap: i64) -> Operation {
        let item = json!({ "driver": { "S": driver }, "lap": { "N": lap.to_string() } });
        self.operation("PutItem", &json!({ "TableName": "laps", "Item": item }))
    }
}

impl Deref for Database {
    type Target = testing::Database;

    fn deref(&self) -> &testing::Database {
        &self.0
    }
}

impl DerefMut for Database {
    fn deref_mut(&mut self) -> &mut testing::Database {
        &mut self.0
    }
}

pub fn provisioned(read: u64, write: u64) -> Json {
    json!({ "ProvisionedThroughput": units(read, write) })
}
