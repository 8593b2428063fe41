//! A database with short ways to ask about the tables that most tests use.

use std::ops::{Deref, DerefMut};
use std::time::Duration;

use dynacore::store::Store;
use dynacore::table::Settings;
use dynacore::testing;
pub use dynacore::testing::{units, with};
use serde_json::{Value as Json, json};

/// When tests begin.
pub const START: i64 = 1_700_000_000;

pub const ARN: &str = "arn:aws:dynamodb:us-east-1:000000000000:table/cars";

pub struct Database(testing::Database);

impl Database {
    pub fn new() -> Self {
        Self(testing::Database::new())
    }

    pub fn with(settings: Settings) -> Self {
        Self(testing::Database::with(settings))
    }

    pub fn over(settings: Settings, store: Box<dyn Store>) -> Self {
        Self(testing::Database::over(settings, store))
    }

    /// A database with the cars.
    pub fn cars() -> Self {
        let mut database = Self::new();
        database.done("CreateTable", &cars());
        database
    }

    /// A database that takes ten seconds for each change of a table, with the cars.
    pub fn slow_cars() -> Self {
        let mut database =
            Self::with(Settings { table_transition: Duration::from_secs(10), ..Settings::default() });
        database.done("CreateTable", &cars());
        database.wait(10);
        database
    }

    /// `Table` of the cars.
    pub fn describe(&mut self) -> Json {
        self.done("DescribeTable", &json!({ "TableName": "cars" }))["Table"].clone()
    }

    /// UpdateTable of the cars.
    pub fn update(&mut self, members: Json) -> Json {
        self.done("UpdateTable", &with(&json!({ "TableName": "cars" }), members))["TableDescription"].clone()
    }

    /// A refused UpdateTable of the cars, as `Name: text`.
    pub fn update_refused(&mut self, members: Json) -> String {
        self.refused("UpdateTable", &with(&json!({ "TableName": "cars" }), members))
    }

    /// Switches the time to live of the cars on.
    pub fn enable_time_to_live(&mut self) {
        self.done("UpdateTimeToLive", &time_to_live("ends", true));
    }

    /// Puts a car that ends so many seconds after the start.
    pub fn put(&mut self, id: &str, ends: i64) {
        let item = json!({ "id": { "S": id }, "ends": { "N": (START + ends).to_string() } });
        self.put_item(item);
    }

    pub fn put_item(&mut self, item: Json) {
        self.done("PutItem", &json!({ "TableName": "cars", "Item": item }));
    }

    /// The ids of the cars, in order.
    pub fn ids(&mut self) -> Vec<String> {
        let answer = self.done("Scan", &json!({ "TableName": "cars", "ConsistentRead": true }));
        let items = answer["Items"].as_array().unwrap();
        let mut ids: Vec<String> =
            items.iter().map(|item| item["id"]["S"].as_str().unwrap().to_owned()).collect();
        ids.sort_unstable();
        ids
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

/// Cars by their id, on demand.
pub fn cars() -> Json {
    json!({
        "TableName": "cars",
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{ "AttributeName": "id", "AttributeType": "S" }],
        "KeySchema": [{ "AttributeName": "id", "KeyType": "HASH" }],
    })
}

/// A global index on one attribute.
pub fn index(name: &str, attribute: &str) -> Json {
    json!({
        "IndexName": name,
        "KeySchema": [{ "AttributeName": attribute, "KeyType": "HASH" }],
        "Projection": { "ProjectionType": "ALL" },
    })
}

/// Cars with an index on their make.
pub fn indexed_cars() -> Json {
    with(
        &cars(),
        json!({
            "AttributeDefinitions": [
                { "AttributeName": "id", "AttributeType": "S" },
                { "AttributeName": "make", "AttributeType": "S" },
            ],
            "GlobalSecondaryIndexes": [index("by_make", "make")],
        }),
    )
}

pub fn time_to_live(attribute: &str, enabled: bool) -> Json {
    json!({
        "TableName": "cars",
        "TimeToLiveSpecification": { "Enabled": enabled, "AttributeName": attribute },
    })
}
