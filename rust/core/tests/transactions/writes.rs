//! What write transactions do.

use serde_json::json;

use crate::database::{Database, car, check_car, delete_car, number, on_car, put, text};

#[test]
fn four_kinds_of_action_over_two_tables_happen_together() {
    let mut database = Database::new();
    database.put_car("old", json!({}));
    database.put_car("count", json!({ "n": number(1) }));
    let answer = database.write(json!([
        put("cars", car("new", json!({ "make": text("MINI") }))),
        on_car(
            "Update",
            "count",
            json!({
                "UpdateExpression": "SET n = n + :one",
                "ConditionExpression": "n = :one",
                "ExpressionAttributeValues": { ":one": number(1) },
            })
        ),
        delete_car("old"),
        check_car("missing", "attribute_not_exists(id)"),
        put("fleet", json!({ "p": text("a"), "s": number(1), "year": number(1999), "owner": text("me") })),
    ]));
    assert_eq!(answer, json!({}));
    assert_eq!(database.car("new"), json!({ "id": text("new"), "make": text("MINI") }));
    assert_eq!(database.car("count")["n"], number(2));
    assert_eq!(database.car("old"), json!(null));
    assert_eq!(database.car("missing"), json!(null));
    for index in ["by_year", "by_owner"] {
        let scan = json!({ "TableName": "fleet", "IndexName": index });
        assert_eq!(database.done("Scan", &scan)["Count"], 1, "{index}");
    }
    let described = database.done("DescribeTable", &json!({ "TableName": "cars" }));
    assert_eq!(described["Table"]["ItemCount"], 2);
}

#[test]
fn a_hundred_actions_are_the_most() {
    let mut database = Database::new();
    let actions = |count: usize| -> Vec<_> {
        (0..count).map(|id| put("cars", car(&format!("c{id}"), json!({})))).collect()
    };
    database.write(json!(actions(100)));
    assert_eq!(database.done("Scan", &json!({ "TableName": "cars" }))["Count"], 100);
    assert_eq!(
        database.write_refused(json!(actions(101))),
        "ValidationException: 1 validation error detected: Value '[101 actions]' at 'transactItems' failed to satisfy \
         constraint: Member must have length less than or equal to 100"
    );
}

#[test]
fn an_update_makes_an_item_and_one_that_only_removes_makes_none() {
    let mut database = Database::new();
    let removes = json!({ "UpdateExpression": "REMOVE a" });
    let sets = json!({ "UpdateExpression": "SET a = :a", "ExpressionAttributeValues": { ":a": number(1) } });
    database.write(json!([on_car("Update", "x", removes), on_car("Update", "y", sets)]));
    assert_eq!(database.car("x"), json!(null));
    assert_eq!(database.car("y"), json!({ "id": text("y"), "a": number(1) }));
}

#[test]
fn what_the_transaction_holds_counts_against_its_size_and_not_what_it_deletes() {
    let mut database = Database::new();
    let payload = "x".repeat(399_000);
    let puts = |from: usize, to: usize| -> Vec<_> {
        (from..to).map(|id| put("cars", car(&format!("c{id:02}"), json!({ "x": text(&payload) })))).collect()
    };
    database.write(json!(puts(0, 10)));
    database.write(json!(puts(10, 12)));
    let bytes = 11 * (399_000 + "id".len() + "c00".len() + "x".len());
    assert_eq!(
        database.write_refused(json!(puts(0, 11))),
        format!(
            "ValidationException: Transaction payload size cannot exceed 4MB. Payload Size: : Transaction payload size \
             cannot exceed 4MB. Payload Size: {bytes}"
        )
    );
    let deletes: Vec<_> = (0..12).map(|id| delete_car(&format!("c{id:02}"))).collect();
    database.write(json!(deletes));
    assert_eq!(database.done("Scan", &json!({ "TableName": "cars" }))["Count"], 0);
}

#[test]
fn a_table_by_its_arn_is_the_same_table() {
    let mut database = Database::new();
    let arn = "arn:aws:dynamodb:us-east-1:000000000000:table/cars";
    let by_arn = |id: &str| json!({ "Put": { "TableName": arn, "Item": { "id": text(id) } } });
    database.write(json!([put("cars", car("a", json!({}))), by_arn("b")]));
    assert_ne!(database.car("b"), json!(null));
    assert_eq!(
        database.write_refused(json!([put("cars", car("c", json!({}))), by_arn("c")])),
        "ValidationException: Transaction request cannot include multiple operations on one item"
    );
}
