//! Requests that come again under their token.

use std::time::Duration;

use dynacore::table::Settings;
use serde_json::{Value as Json, json};

use crate::database::{Database, car, delete_car, number, on_car, put, text};

fn add(amount: i64) -> Json {
    on_car(
        "Update",
        "a",
        json!({
            "UpdateExpression": "ADD n :n", "ExpressionAttributeValues": { ":n": number(amount) },
        }),
    )
}

fn body(token: &str, actions: Json) -> Json {
    json!({ "TransactItems": actions, "ClientRequestToken": token, "ReturnConsumedCapacity": "INDEXES" })
}

#[test]
fn the_same_request_is_carried_out_once_in_ten_minutes() {
    let mut database = Database::new();
    let request = body("t", json!([add(1)]));
    let first = database.done("TransactWriteItems", &request);
    assert_eq!(first["ConsumedCapacity"][0]["WriteCapacityUnits"], 2.0);
    database.wait(599);
    let again = database.done("TransactWriteItems", &request);
    assert_eq!(
        again["ConsumedCapacity"],
        json!([{
            "TableName": "cars", "CapacityUnits": 2.0, "ReadCapacityUnits": 2.0,
            "Table": { "CapacityUnits": 2.0, "ReadCapacityUnits": 2.0 },
        }])
    );
    assert_eq!(database.car("a")["n"], number(1));
    assert_eq!(database.used("cars"), (2.5, 2.0));
    database.wait(1);
    database.done("TransactWriteItems", &request);
    assert_eq!(database.car("a")["n"], number(2));
}

#[test]
fn another_request_is_a_mismatch_and_another_order_of_names_is_not() {
    let mut database = Database::new();
    let item = |names: [&str; 2]| {
        let attributes: Vec<String> =
            names.iter().map(|name| format!("\"{name}\":{{\"N\":\"1.0\"}}")).collect();
        let text = format!("{{\"id\":{{\"S\":\"a\"}},{}}}", attributes.join(","));
        serde_json::from_str::<Json>(&text).unwrap()
    };
    database.done("TransactWriteItems", &body("t", json!([put("cars", item(["x", "y"]))])));
    database.done("TransactWriteItems", &body("t", json!([put("cars", item(["y", "x"]))])));
    let mut other = item(["x", "y"]);
    other["x"] = number(2);
    let refusal = database.refused("TransactWriteItems", &body("t", json!([put("cars", other.clone())])));
    assert!(refusal.starts_with("IdempotentParameterMismatchException: "), "{refusal}");
    database.done("TransactWriteItems", &body("u", json!([put("cars", other)])));
}

#[test]
fn a_token_comes_before_conditions_and_one_of_a_cancelled_transaction_is_free() {
    let mut database = Database::new();
    let new = json!([on_car("Put", "a", json!({ "ConditionExpression": "attribute_not_exists(id)" }))]);
    database.done("TransactWriteItems", &body("t", new.clone()));
    database.done("TransactWriteItems", &body("t", new.clone()));
    assert_eq!(
        database.reasons("TransactWriteItems", &body("u", new.clone()))[0]["Code"],
        "ConditionalCheckFailed"
    );
    database.write(json!([delete_car("a")]));
    database.done("TransactWriteItems", &body("u", new));
    assert_ne!(database.car("a"), json!(null));
}

#[test]
fn a_repetition_reads_the_larger_of_before_and_after() {
    let mut database = Database::new();
    database.put_car("a", json!({ "x": text(&"x".repeat(9_000)) }));
    let shrink = body("t", json!([put("cars", car("a", json!({}))), put("cars", car("b", json!({})))]));
    let units = |answer: Json| answer["ConsumedCapacity"][0]["CapacityUnits"].as_f64().unwrap();
    assert_eq!(units(database.done("TransactWriteItems", &shrink)), 20.0);
    assert_eq!(units(database.done("TransactWriteItems", &shrink)), 8.0);
}

#[test]
fn while_it_is_in_flight_it_is_in_progress() {
    let settings = Settings { transaction_duration: Duration::from_secs(5), ..Settings::default() };
    let mut database = Database::with(settings);
    let request = body("t", json!([add(1)]));
    database.done("TransactWriteItems", &request);
    assert_eq!(
        database.refused("TransactWriteItems", &request),
        "TransactionInProgressException: Transaction from previous request is still in progress"
    );
    database.wait(5);
    database.done("TransactWriteItems", &request);
    assert_eq!(database.car("a")["n"], number(1));
    database.wait(599);
    database.done("TransactWriteItems", &request);
    assert_eq!(database.car("a")["n"], number(1));
    database.wait(1);
    database.done("TransactWriteItems", &request);
    assert_eq!(database.car("a")["n"], number(2));
}
