//! A database with the tables that the tests use, and short ways to ask about them.

use std::ops::{Deref, DerefMut};

use dynacore::store::{MemoryStore, Store};
use dynacore::table::Settings;
use dynacore::table::partition::PartitionDescription;
use dynacore::testing;
pub use dynacore::testing::{number, text};
use dynacore::value::{Encoder, Item, Value};
use serde_json::{Value as Json, json};

pub struct Database(testing::Database);

impl Database {
    /// With the tables `cars` (key `id`) and `fleet` (key `p` and `s`, with indexes).
    pub fn new() -> Self {
        Self::with(Settings::default())
    }

    pub fn with(settings: Settings) -> Self {
        Self::over(settings, Box::new(MemoryStore::new()))
    }

    pub fn over(settings: Settings, store: Box<dyn Store>) -> Self {
        let mut database = testing::Database::over(settings, store);
        database.done("CreateTable", &cars("cars"));
        database.done("CreateTable", &fleet());
        Self(database)
    }

    pub fn write(&mut self, actions: Json) -> Json {
        self.done("TransactWriteItems", &json!({ "TransactItems": actions }))
    }

    /// The refusal of a write transaction as a whole.
    pub fn write_refused(&mut self, actions: Json) -> String {
        self.refused("TransactWriteItems", &json!({ "TransactItems": actions }))
    }

    /// `CancellationReasons` of a request, after its message was compared with them.
    pub fn reasons(&mut self, operation: &str, body: &Json) -> Json {
        let error = self.refusal(operation, body);
        let members = testing::members(&error);
        let reasons = members["CancellationReasons"].clone();
        let codes: Vec<&str> =
            reasons.as_array().into_iter().flatten().map(|each| each["Code"].as_str().unwrap()).collect();
        assert_eq!(
            error.to_string(),
            format!(
                "TransactionCanceledException: Transaction cancelled, please refer cancellation reasons for specific \
                 reasons [{}]",
                codes.join(", ")
            ),
            "{operation} {body}"
        );
        reasons
    }

    /// `CancellationReasons` of a write transaction.
    pub fn cancelled(&mut self, actions: Json) -> Json {
        self.reasons("TransactWriteItems", &json!({ "TransactItems": actions }))
    }

    /// The item of `cars` with an id; null where there is none.
    pub fn car(&mut self, id: &str) -> Json {
        self.done("GetItem", &json!({ "TableName": "cars", "Key": { "id": text(id) } }))["Item"].clone()
    }

    pub fn put_car(&mut self, id: &str, attributes: Json) {
        self.done("PutItem", &json!({ "TableName": "cars", "Item": car(id, attributes) }));
    }

    /// All that the database holds, in order.
    pub fn everything(&mut self) -> Vec<Json> {
        let scans = [
            json!({ "TableName": "cars" }),
            json!({ "TableName": "fleet" }),
            json!({ "TableName": "fleet", "IndexName": "by_year" }),
            json!({ "TableName": "fleet", "IndexName": "by_owner" }),
        ];
        scans.iter().map(|scan| self.done("Scan", scan)["Items"].clone()).collect()
    }

    /// Units used of a table since it was made: read, write.
    pub fn used(&mut self, table: &str) -> (f64, f64) {
        let partitions = self.engine.describe_partitions(table, None, self.now).unwrap();
        let sum = |units: fn(&PartitionDescription) -> f64| partitions.iter().map(units).sum();
        (sum(|each| each.read_units.as_f64()), sum(|each| each.write_units.as_f64()))
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

/// A car with more attributes than its id.
pub fn car(id: &str, attributes: Json) -> Json {
    let mut item = attributes;
    item["id"] = text(id);
    item
}

pub fn cars(name: &str) -> Json {
    json!({
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{ "AttributeName": "id", "AttributeType": "S" }],
        "KeySchema": [{ "AttributeName": "id", "KeyType": "HASH" }],
    })
}

fn index(name: &str, partition: &str, sort: &str) -> Json {
    json!({
        "IndexName": name,
        "KeySchema": [
            { "AttributeName": partition, "KeyType": "HASH" },
            { "AttributeName": sort, "KeyType": "RANGE" },
        ],
        "Projection": { "ProjectionType": "ALL" },
    })
}

pub fn fleet() -> Json {
    let definition = |name: &str, type_: &str| json!({ "AttributeName": name, "AttributeType": type_ });
    json!({
        "TableName": "fleet",
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            definition("p", "S"), definition("s", "N"), definition("year", "N"), definition("owner", "S"),
        ],
        "KeySchema": [
            { "AttributeName": "p", "KeyType": "HASH" },
            { "AttributeName": "s", "KeyType": "RANGE" },
        ],
        "LocalSecondaryIndexes": [index("by_year", "p", "year")],
        "GlobalSecondaryIndexes": [index("by_owner", "owner", "year")],
    })
}

pub fn put(table: &str, item: Json) -> Json {
    json!({ "Put": { "TableName": table, "Item": item } })
}

pub fn delete_car(id: &str) -> Json {
    json!({ "Delete": { "TableName": "cars", "Key": { "id": text(id) } } })
}

/// An action of `cars` with a condition and, for `Update`, an update expression.
pub fn on_car(action: &str, id: &str, members: Json) -> Json {
    let mut body = members;
    body["TableName"] = json!("cars");
    let member = if action == "Put" { "Item" } else { "Key" };
    if body.get(member).is_none() {
        body[member] = json!({ "id": text(id) });
    }
    json!({ action: body })
}

pub fn check_car(id: &str, condition: &str) -> Json {
    on_car("ConditionCheck", id, json!({ "ConditionExpression": condition }))
}

pub fn get_car(id: &str) -> Json {
    json!({ "Get": { "TableName": "cars", "Key": { "id": text(id) } } })
}

/// A key of `cars` as the engine takes it.
pub fn car_key(id: &str) -> Item {
    let mut encoder = Encoder::item();
    encoder.name("id");
    encoder.raw(Value::string(id).as_ref());
    encoder.finish_item()
}
