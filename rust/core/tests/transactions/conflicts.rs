//! Who conflicts with a transaction that is in flight.

use std::time::Duration;

use dynacore::request::Service;
use dynacore::table::Settings;
use serde_json::{Value as Json, json};

use crate::database::{Database, car, car_key, check_car, delete_car, get_car, number, on_car, put, text};

const CONFLICT: &str = "TransactionConflictException: Transaction is ongoing for the item";

fn reason() -> Json {
    json!({ "Code": "TransactionConflict", "Message": "Transaction is ongoing for the item" })
}

/// A database whose transactions take five seconds, with one on `written` and `checked` that has just been committed.
fn in_flight() -> Database {
    let settings = Settings { transaction_duration: Duration::from_secs(5), ..Settings::default() };
    let mut database = Database::with(settings);
    database.write(json!([
        put("cars", car("written", json!({}))),
        check_car("checked", "attribute_not_exists(id)"),
    ]));
    database
}

/// Every way to meet the item conflicts, or none does.
fn assert_conflicts(database: &mut Database, id: &str, conflicts: bool) {
    let key = json!({ "TableName": "cars", "Key": { "id": text(id) } });
    let single = [
        ("PutItem", json!({ "TableName": "cars", "Item": { "id": text(id) } })),
        ("UpdateItem", key.clone()),
        ("DeleteItem", key),
    ];
    for (operation, body) in single {
        match database.ask(operation, &body) {
            Ok(_) => assert!(!conflicts, "{operation} of {id}"),
            Err(error) => {
                assert_eq!(error.to_string(), CONFLICT, "{operation}");
                assert!(conflicts, "{operation} of {id}");
            }
        }
    }
    let get = json!({ "TransactItems": [get_car("other"), get_car(id)] });
    if conflicts {
        assert_eq!(database.reasons("TransactGetItems", &get), json!([{ "Code": "None" }, reason()]));
        let write = json!([put("cars", car("other", json!({}))), delete_car(id)]);
        assert_eq!(database.cancelled(write), json!([{ "Code": "None" }, reason()]));
        assert_eq!(database.cancelled(json!([check_car(id, "attribute_exists(id)")])), json!([reason()]));
    } else {
        database.done("TransactGetItems", &get);
        database.write(json!([delete_car(id)]));
    }
}

#[test]
fn the_items_of_a_transaction_conflict_until_its_time_is_over() {
    let mut database = in_flight();
    assert_conflicts(&mut database, "written", true);
    assert_conflicts(&mut database, "checked", true);
    assert_conflicts(&mut database, "free", false);
    database.wait(4);
    assert_conflicts(&mut database, "written", true);
    database.wait(1);
    assert_conflicts(&mut database, "written", false);
}

#[test]
fn plain_reads_never_conflict() {
    let mut database = in_flight();
    assert_ne!(database.car("written"), json!(null));
    let keys = json!({ "RequestItems": { "cars": { "Keys": [{ "id": text("written") }] } } });
    assert_eq!(database.done("BatchGetItem", &keys)["Responses"]["cars"].as_array().unwrap().len(), 1);
    let query = json!({
        "TableName": "cars", "KeyConditionExpression": "id = :i", "ExpressionAttributeValues": { ":i": text("written") },
    });
    assert_eq!(database.done("Query", &query)["Count"], 1);
    assert_eq!(database.done("Scan", &json!({ "TableName": "cars" }))["Count"], 1);
}

#[test]
fn entries_of_a_batch_come_back_unprocessed() {
    let mut database = in_flight();
    let delete = |id: &str| json!({ "DeleteRequest": { "Key": { "id": text(id) } } });
    let batch = |ids: &[&str]| json!({ "RequestItems": { "cars": ids.iter().map(|id| delete(id)).collect::<Vec<_>>() } });
    let answer = database.done("BatchWriteItem", &batch(&["a", "written", "b"]));
    assert_eq!(answer["UnprocessedItems"], json!({ "cars": [delete("written")] }));
    let answer = database.done("BatchWriteItem", &batch(&["written", "checked"]));
    assert_eq!(answer["UnprocessedItems"], json!({ "cars": [delete("written"), delete("checked")] }));
}

#[test]
fn without_a_duration_transactions_do_not_meet() {
    let mut database = Database::new();
    database.write(json!([put("cars", car("a", json!({})))]));
    assert_conflicts(&mut database, "a", false);
}

#[test]
fn a_cancelled_transaction_is_not_in_flight() {
    let settings = Settings { transaction_duration: Duration::from_secs(5), ..Settings::default() };
    let mut database = Database::with(settings);
    database.cancelled(json!([put("cars", car("a", json!({}))), check_car("b", "attribute_exists(id)")]));
    assert_conflicts(&mut database, "a", false);
}

#[test]
fn a_conflict_of_a_single_write_costs_nothing_and_hides_its_condition() {
    let mut database = in_flight();
    let before = database.used("cars");
    let body = json!({
        "TableName": "cars", "Item": { "id": text("written") }, "ConditionExpression": "attribute_not_exists(id)",
    });
    assert_eq!(database.refused("PutItem", &body), CONFLICT);
    assert_eq!(database.used("cars"), before);
}

#[test]
fn a_transaction_can_be_begun_on_demand() {
    let mut database = Database::new();
    let items = |ids: &[&str]| -> Vec<_> { ids.iter().map(|id| ("cars".to_owned(), car_key(id))).collect() };
    let now = database.now;
    let number = database.engine.begin_transaction(items(&["a", "b"]), now).unwrap();
    assert_conflicts(&mut database, "a", true);
    assert_conflicts(&mut database, "c", false);
    let error = database.engine.begin_transaction(items(&["c", "b"]), now).unwrap_err();
    assert_eq!(
        error.to_string(),
        "TransactionCanceledException: Transaction cancelled, please refer cancellation reasons for specific reasons \
         [None, TransactionConflict]"
    );
    assert_conflicts(&mut database, "c", false);
    database.wait(100_000);
    assert_conflicts(&mut database, "b", true);
    database.engine.end_transaction(number);
    database.engine.end_transaction(number);
    assert_conflicts(&mut database, "a", false);
    assert_conflicts(&mut database, "b", false);
}

#[test]
fn beginning_checks_its_items() {
    let mut database = Database::new();
    let now = database.now;
    let mut begin = |items: Vec<(&str, &str)>| {
        let items = items.into_iter().map(|(table, id)| (table.to_owned(), car_key(id))).collect();
        database.engine.begin_transaction(items, now).unwrap_err().to_string()
    };
    assert_eq!(begin(vec![("nowhere", "a")]), "ResourceNotFoundException: Requested resource not found");
    assert!(begin(vec![("cars", "a"), ("cars", "a")]).ends_with("multiple operations on one item"));
    assert!(begin(vec![("fleet", "a")]).ends_with("[ValidationError]"));
}

#[test]
fn a_table_of_the_same_name_is_another_table() {
    let mut database = in_flight();
    database.done("DeleteTable", &json!({ "TableName": "cars" }));
    database.done("ListTables", &json!({}));
    database.done("CreateTable", &crate::database::cars("cars"));
    database.done("ListTables", &json!({}));
    assert_conflicts(&mut database, "written", false);
}

#[test]
fn updates_that_conflict_change_nothing() {
    let mut database = in_flight();
    let update = on_car(
        "Update",
        "written",
        json!({
            "UpdateExpression": "SET n = :n", "ExpressionAttributeValues": { ":n": number(1) },
        }),
    );
    assert_eq!(database.cancelled(json!([update])), json!([reason()]));
    assert_eq!(database.car("written"), json!({ "id": text("written") }));
}

/// One sample for each request that was refused; its value is the number of its items that were held.
#[test]
fn conflicts_are_counted_by_request_and_item() {
    let mut database = Database::new();
    let now = database.now;
    let items = ["a", "b"].map(|id| ("cars".to_owned(), car_key(id))).to_vec();
    database.engine.begin_transaction(items, now).unwrap();
    database.refused("PutItem", &json!({ "TableName": "cars", "Item": car("a", json!({})) }));
    let puts = ["a", "b", "c"].map(|id| put("cars", car(id, json!({}))));
    database.cancelled(json!(puts));
    database.reasons("TransactGetItems", &json!({ "TransactItems": [get_car("b"), get_car("c")] }));
    let body = json!({
        "Namespace": "AWS/DynamoDB", "MetricName": "TransactionConflict", "Period": 60,
        "Dimensions": [{ "Name": "TableName", "Value": "cars" }], "Statistics": ["Sum", "SampleCount"],
        "StartTime": 1_699_999_900, "EndTime": 1_700_000_100,
    });
    let answer = database.ask_service(Service::CloudWatch, "GetMetricStatistics", &body).unwrap();
    let [point] = &answer["Datapoints"].as_array().unwrap()[..] else { panic!("{answer}") };
    assert_eq!((&point["Sum"], &point["SampleCount"]), (&json!(4.0), &json!(3.0)));
}
