//! BatchGetItem and BatchWriteItem: limits, duplicates, and what throughput leaves unprocessed.

use dynacore::table::Settings;
use serde_json::{Value as Json, json};

use crate::database::{Database, changed, table};

fn key(id: usize) -> Json {
    json!({ "id": { "N": id.to_string() } })
}

fn keys(count: usize) -> Json {
    (0..count).map(key).collect()
}

fn puts(count: usize) -> Json {
    (0..count).map(|id| json!({ "PutRequest": { "Item": key(id) } })).collect()
}

#[test]
fn a_batch_of_reads_holds_a_hundred_keys() {
    let mut database = Database::new();
    database.table("cars");
    database.table("vans");
    let get = |cars: usize, vans: usize| json!({ "RequestItems": { "cars": { "Keys": keys(cars) }, "vans": { "Keys": keys(vans) } } });
    database.done("BatchGetItem", &get(99, 1));
    assert_eq!(
        database.invalid("BatchGetItem", &get(99, 2)),
        "Too many items requested for the BatchGetItem call"
    );
    assert_eq!(
        database.invalid("BatchGetItem", &get(101, 1)),
        "1 validation error detected: Value at 'RequestItems.cars.member.Keys' failed to satisfy constraint: Member \
         must have length less than or equal to 100"
    );
    assert_eq!(
        database.invalid("BatchGetItem", &get(0, 1)),
        "1 validation error detected: Value '[]' at 'requestItems.cars.member.keys' failed to satisfy constraint: \
         Member must have length greater than or equal to 1"
    );
}

#[test]
fn a_batch_of_writes_holds_twenty_five() {
    let mut database = Database::new();
    database.table("cars");
    database.table("vans");
    let write =
        |cars: usize, vans: usize| json!({ "RequestItems": { "cars": puts(cars), "vans": puts(vans) } });
    let answer = database.done("BatchWriteItem", &write(24, 1));
    assert_eq!(answer, json!({ "UnprocessedItems": {} }));
    assert_eq!(
        database.invalid("BatchWriteItem", &write(24, 2)),
        "Too many items requested for the BatchWriteItem call"
    );
    for (cars, vans) in [(26, 1), (0, 1)] {
        let text = database.invalid("BatchWriteItem", &write(cars, vans));
        assert!(
            text.contains(
                "[Member must have length less than or equal to 25, Member must have length greater"
            ),
            "{text}"
        );
    }
}

#[test]
fn an_empty_batch_names_its_operation() {
    let mut database = Database::new();
    for operation in ["BatchGetItem", "BatchWriteItem"] {
        assert_eq!(
            database.invalid(operation, &json!({ "RequestItems": {} })),
            format!("The requestItems parameter is required for {operation}")
        );
        assert_eq!(
            database.invalid(operation, &json!({})),
            "1 validation error detected: Value null at 'requestItems' failed to satisfy constraint: Member must not \
             be null"
        );
    }
}

#[test]
fn an_item_stands_in_a_batch_once() {
    let mut database = Database::new();
    database.table("cars");
    let same = json!([key(1), { "id": { "N": "1.0" } }]);
    assert_eq!(
        database.invalid("BatchGetItem", &json!({ "RequestItems": { "cars": { "Keys": same } } })),
        "Provided list of item keys contains duplicates"
    );
    let writes = json!([{ "PutRequest": { "Item": key(1) } }, { "DeleteRequest": { "Key": key(1) } }]);
    assert_eq!(
        database.invalid("BatchWriteItem", &json!({ "RequestItems": { "cars": writes } })),
        "Provided list of item keys contains duplicates"
    );
    let two_in_one = json!([{ "PutRequest": { "Item": key(1) }, "DeleteRequest": { "Key": key(1) } }]);
    let text = database.invalid("BatchWriteItem", &json!({ "RequestItems": { "cars": two_in_one } }));
    assert!(text.starts_with("Supplied AttributeValue has more than one datatypes set"), "{text}");
}

#[test]
fn nothing_is_done_where_one_table_is_missing() {
    let mut database = Database::new();
    database.table("cars");
    let write = json!({ "RequestItems": { "cars": puts(1), "none": puts(1) } });
    assert_eq!(
        database.refused("BatchWriteItem", &write),
        "ResourceNotFoundException: Requested resource not found"
    );
    assert_eq!(database.done("Scan", &json!({ "TableName": "cars" }))["Count"], 0);
}

/// A table of five units with nothing saved up serves five of seven writes after a second, and none at once.
#[test]
fn what_throughput_refuses_comes_back_unprocessed() {
    let mut database = Database::with(Settings { initial_burst_seconds: 0, ..Settings::default() });
    let body = changed(&table("cars"), "BillingMode", Json::Null);
    let units = json!({ "ReadCapacityUnits": 5, "WriteCapacityUnits": 5 });
    database.done("CreateTable", &changed(&body, "ProvisionedThroughput", units));
    let write = json!({ "RequestItems": { "cars": puts(7) }, "ReturnConsumedCapacity": "TOTAL" });
    let text = database.refused("BatchWriteItem", &write);
    assert!(text.starts_with("ProvisionedThroughputExceededException"), "{text}");
    database.wait(1);
    let answer = database.done("BatchWriteItem", &write);
    let left = answer["UnprocessedItems"]["cars"].as_array().unwrap();
    assert_eq!(left.as_slice(), &puts(7).as_array().unwrap()[5..]);
    assert_eq!(answer["ConsumedCapacity"], json!([{ "TableName": "cars", "CapacityUnits": 5.0 }]));
    let get = json!({ "RequestItems": { "cars": { "Keys": keys(7), "ConsistentRead": true } } });
    let answer = database.done("BatchGetItem", &get);
    assert_eq!(answer["Responses"]["cars"].as_array().unwrap().len(), 5);
    assert_eq!(
        answer["UnprocessedKeys"],
        json!({ "cars": { "Keys": [key(5), key(6)], "ConsistentRead": true } })
    );
}

#[test]
fn an_answer_of_sixteen_megabytes_leaves_the_rest_unprocessed() {
    let mut database = Database::new();
    database.table("cars");
    for id in 0..45 {
        let item = json!({ "id": { "N": id.to_string() }, "big": { "S": "x".repeat(400_000) } });
        database.done("PutItem", &json!({ "TableName": "cars", "Item": item }));
    }
    let get = json!({ "RequestItems": { "cars": { "Keys": keys(45) } } });
    let answer = database.done("BatchGetItem", &get);
    // The 42nd item crosses the limit and is still answered.
    assert_eq!(answer["Responses"]["cars"].as_array().unwrap().len(), 42);
    assert_eq!(answer["UnprocessedKeys"]["cars"]["Keys"], json!([key(42), key(43), key(44)]));
}
