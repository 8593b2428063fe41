//! An engine with a table full of cars.

use dynacore::clock::Timestamp;
use dynacore::engine::Engine;
use dynacore::expression::Cache;
use dynacore::request::{Operation, Response, Service};
use dynacore::store::MemoryStore;
use dynacore::table::Settings;
use dynacore::wire::JsonReader;

use crate::Cars;

/// When everything happens, in seconds since the epoch. Time stands still: capacity on demand never runs out.
pub const NOW: Timestamp = Timestamp::from_seconds(1_700_000_000);

const CREATE_TABLE: &str = r#"{"TableName":"cars","BillingMode":"PAY_PER_REQUEST",
    "AttributeDefinitions":[{"AttributeName":"make","AttributeType":"S"},{"AttributeName":"id","AttributeType":"N"}],
    "KeySchema":[{"AttributeName":"make","KeyType":"HASH"},{"AttributeName":"id","KeyType":"RANGE"}]}"#;

/// An engine with the table `cars` and the cache of expressions that a door keeps beside it.
pub struct Database {
    /// The engine.
    pub engine: Engine,
    /// The parsed expressions.
    pub cache: Cache,
}

impl Database {
    /// A database without tables.
    #[must_use]
    pub fn empty() -> Self {
        let engine = Engine::new(Settings::default(), Box::new(MemoryStore::new()), 7);
        Self { engine, cache: Cache::new(1_000) }
    }

    /// A database that holds the cars numbered from 0 to `count` - 1.
    ///
    /// # Panics
    /// When the engine refuses them.
    #[must_use]
    pub fn with_cars(cars: &Cars, count: u64) -> Self {
        let mut database = Self::empty();
        database.execute(&database.read("CreateTable", CREATE_TABLE));
        for number in 0..count {
            let put = database.read("PutItem", &put_item(&cars.car(number).json()));
            database.execute(&put);
        }
        database
    }

    /// Reads a request.
    ///
    /// # Panics
    /// When it is not allowed.
    #[must_use]
    pub fn read(&self, name: &str, body: &str) -> Operation {
        let mut reader = JsonReader::new(body.as_bytes());
        Operation::read(Service::DynamoDb, name, &mut reader, &self.cache)
            .unwrap_or_else(|error| panic!("{name}: {}", error.message()))
    }

    /// Carries a request out.
    ///
    /// # Panics
    /// When the engine refuses it.
    pub fn execute(&mut self, operation: &Operation) -> Response {
        self.engine
            .execute(operation, NOW)
            .unwrap_or_else(|error| panic!("{}: {}", operation.name(), error.message()))
    }
}

/// The body of a PutItem.
#[must_use]
pub fn put_item(item: &str) -> String {
    format!(r#"{{"TableName":"cars","Item":{item}}}"#)
}

/// The body of a GetItem.
#[must_use]
pub fn get_item(key: &str) -> String {
    format!(r#"{{"TableName":"cars","Key":{key}}}"#)
}

/// The body of an UpdateItem with a condition that holds.
#[must_use]
pub fn update_item(key: &str) -> String {
    format!(
        r#"{{"TableName":"cars","Key":{key},"UpdateExpression":"SET hwy = hwy + :one",
        "ConditionExpression":"attribute_exists(make) AND hwy >= :zero",
        "ExpressionAttributeValues":{{":one":{{"N":"1"}},":zero":{{"N":"0"}}}}}}"#
    )
}

/// The body of a Query of one maker's cars.
#[must_use]
pub fn query(make: &str, limit: u64) -> String {
    format!(
        r#"{{"TableName":"cars","KeyConditionExpression":"make = :make","Limit":{limit},
        "ExpressionAttributeValues":{{":make":{{"S":"{make}"}}}}}}"#
    )
}

#[cfg(test)]
mod tests {
    use dynacore::wire::{JsonWriter, ToWire};

    use super::*;

    #[test]
    fn the_requests_do_what_they_say() {
        let cars = Cars::read();
        let mut database = Database::with_cars(&cars, 200);
        let mut answer = |name: &str, body: &str| {
            let operation = database.read(name, body);
            let mut writer = JsonWriter::default();
            database.execute(&operation).write(&mut writer);
            String::from_utf8(writer.into_bytes()).expect("JSON is text")
        };
        let car = cars.car(150);
        assert_eq!(answer("GetItem", &get_item(&car.key_json())), format!(r#"{{"Item":{}}}"#, car.json()));
        assert_eq!(answer("UpdateItem", &update_item(&car.key_json())), "{}");
        assert_ne!(answer("GetItem", &get_item(&car.key_json())), format!(r#"{{"Item":{}}}"#, car.json()));
        assert!(answer("Query", &query(&car.make(), 100)).contains(r#""Count":100"#));
    }
}
