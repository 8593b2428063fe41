//! What a record says, and which writes make one.

use dynacore::table::Settings;
use serde_json::{Value as Json, json};
use std::time::Duration;

use crate::database::{Database, START, car, events};

#[test]
fn a_record_has_awss_shape() {
    let mut database = Database::streamed("NEW_AND_OLD_IMAGES");
    database.put("1", "vw");
    let record = &database.records()[0];
    let members: Vec<&String> = record.as_object().unwrap().keys().collect();
    assert_eq!(members, ["awsRegion", "dynamodb", "eventID", "eventName", "eventSource", "eventVersion"]);
    assert_eq!(record["eventID"].as_str().unwrap().len(), 32);
    assert_eq!(
        (&record["eventName"], &record["eventVersion"], &record["eventSource"], &record["awsRegion"]),
        (&json!("INSERT"), &json!("1.1"), &json!("aws:dynamodb"), &json!("us-east-1"))
    );
    let sequence = record["dynamodb"]["SequenceNumber"].as_str().unwrap();
    assert!(sequence.len() == 21 && sequence.bytes().all(|byte| byte.is_ascii_digit()));
    assert_eq!(
        record["dynamodb"],
        json!({
            "ApproximateCreationDateTime": START as f64,
            "Keys": { "id": { "S": "1" } },
            "NewImage": car("1", "vw"),
            "SequenceNumber": sequence,
            "SizeBytes": 3 + 9,
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        })
    );
}

/// The sizes of the developer guide's example.
#[test]
fn sizes_are_those_of_keys_and_images() {
    let mut database = Database::new();
    let mut table = crate::database::cars();
    table["AttributeDefinitions"] = json!([{ "AttributeName": "Id", "AttributeType": "N" }]);
    table["KeySchema"] = json!([{ "AttributeName": "Id", "KeyType": "HASH" }]);
    table["StreamSpecification"] = json!({ "StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES" });
    database.done("CreateTable", &table);
    let item = json!({ "Id": { "N": "101" }, "Message": { "S": "New item!" } });
    database.done("PutItem", &json!({ "TableName": "cars", "Item": item }));
    let item = json!({ "Id": { "N": "101" }, "Message": { "S": "This item has changed" } });
    database.done("PutItem", &json!({ "TableName": "cars", "Item": item }));
    let sizes: Vec<Json> =
        database.records().iter().map(|record| record["dynamodb"]["SizeBytes"].clone()).collect();
    assert_eq!(sizes, [26, 59]);
}

#[test]
fn a_view_shows_what_it_is_named_for() {
    for (view, new, old) in [
        ("KEYS_ONLY", false, false),
        ("NEW_IMAGE", true, false),
        ("OLD_IMAGE", false, true),
        ("NEW_AND_OLD_IMAGES", true, true),
    ] {
        let mut database = Database::streamed(view);
        database.put("1", "vw");
        database.put("1", "audi");
        database.delete("1");
        let images: Vec<(Json, Json)> = database
            .records()
            .iter()
            .map(|record| (record["dynamodb"]["OldImage"].clone(), record["dynamodb"]["NewImage"].clone()))
            .collect();
        let shown = |is_shown: bool, make: &str| if is_shown { car("1", make) } else { Json::Null };
        let expected = [
            (Json::Null, shown(new, "vw")),
            (shown(old, "vw"), shown(new, "audi")),
            (shown(old, "audi"), Json::Null),
        ];
        assert_eq!(images, expected, "{view}");
        let names = events(&database.records());
        assert_eq!(
            names.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(),
            ["INSERT", "MODIFY", "REMOVE"]
        );
    }
}

#[test]
fn a_write_that_changes_nothing_makes_no_record() {
    let mut database = Database::streamed("NEW_AND_OLD_IMAGES");
    database.put("1", "vw");
    database.put("1", "vw");
    let turned = json!({ "make": { "S": "vw" }, "id": { "S": "1" } });
    database.done("PutItem", &json!({ "TableName": "cars", "Item": turned }));
    database.delete("2");
    let key = json!({ "id": { "S": "3" } });
    let removes = json!({ "TableName": "cars", "Key": key, "UpdateExpression": "REMOVE make" });
    database.done("UpdateItem", &removes);
    let same =
        json!({ "TableName": "cars", "Key": { "id": { "S": "1" } }, "UpdateExpression": "SET make = make" });
    database.done("UpdateItem", &same);
    let refused = json!({ "TableName": "cars", "Item": car("1", "audi"), "ConditionExpression": "attribute_not_exists(id)" });
    database.refused("PutItem", &refused);
    assert_eq!(events(&database.records()), [("INSERT".to_owned(), "1".to_owned())]);
}

#[test]
fn batches_and_transactions_make_a_record_an_item() {
    let mut database = Database::streamed("KEYS_ONLY");
    let put = |id: &str| json!({ "PutRequest": { "Item": car(id, "vw") } });
    database.done("BatchWriteItem", &json!({ "RequestItems": { "cars": [put("1"), put("2")] } }));
    let transaction = json!({ "TransactItems": [
        { "Put": { "TableName": "cars", "Item": car("3", "vw") } },
        { "Delete": { "TableName": "cars", "Key": { "id": { "S": "1" } } } },
        { "ConditionCheck": {
            "TableName": "cars", "Key": { "id": { "S": "2" } }, "ConditionExpression": "attribute_exists(id)",
        } },
    ] });
    database.done("TransactWriteItems", &transaction);
    let cancelled = json!({ "TransactItems": [
        { "Put": { "TableName": "cars", "Item": car("4", "vw") } },
        { "ConditionCheck": {
            "TableName": "cars", "Key": { "id": { "S": "2" } }, "ConditionExpression": "attribute_not_exists(id)",
        } },
    ] });
    database.refused("TransactWriteItems", &cancelled);
    let names = events(&database.records());
    let names: Vec<(&str, &str)> = names.iter().map(|(name, id)| (name.as_str(), id.as_str())).collect();
    assert_eq!(names, [("INSERT", "1"), ("INSERT", "2"), ("INSERT", "3"), ("REMOVE", "1")]);
}

#[test]
fn a_time_to_live_signs_its_removals() {
    let mut database = Database::streamed("OLD_IMAGE");
    let specification = json!({ "AttributeName": "ends", "Enabled": true });
    database
        .done("UpdateTimeToLive", &json!({ "TableName": "cars", "TimeToLiveSpecification": specification }));
    let item = json!({ "id": { "S": "1" }, "ends": { "N": (START + 60).to_string() } });
    database.done("PutItem", &json!({ "TableName": "cars", "Item": item }));
    database.put("2", "vw");
    database.wait(100);
    database.delete("2");
    let records = database.records();
    assert_eq!(records[2]["eventName"], "REMOVE");
    assert_eq!(records[2]["dynamodb"]["OldImage"], item);
    assert_eq!(records[2]["dynamodb"]["ApproximateCreationDateTime"], (START + 61) as f64);
    let service = json!({ "PrincipalId": "dynamodb.amazonaws.com", "Type": "Service" });
    assert_eq!(records[2]["userIdentity"], service);
    assert_eq!(records[3]["eventName"], "REMOVE");
    assert_eq!(records[3].get("userIdentity"), None);
}

#[test]
fn late_indexes_and_a_stream_share_the_log() {
    let settings = Settings { index_propagation: Duration::from_secs(30), ..Settings::default() };
    let mut database = Database::with(settings);
    let mut table = crate::database::cars();
    table["AttributeDefinitions"] = json!([
        { "AttributeName": "id", "AttributeType": "S" }, { "AttributeName": "make", "AttributeType": "S" },
    ]);
    table["GlobalSecondaryIndexes"] = json!([{
        "IndexName": "by_make",
        "KeySchema": [{ "AttributeName": "make", "KeyType": "HASH" }],
        "Projection": { "ProjectionType": "ALL" },
        "ProvisionedThroughput": { "ReadCapacityUnits": 5, "WriteCapacityUnits": 5 },
    }]);
    table["StreamSpecification"] = json!({ "StreamEnabled": true, "StreamViewType": "NEW_IMAGE" });
    database.done("CreateTable", &table);
    for id in 0..600 {
        database.put(&id.to_string(), "vw");
        database.put(&id.to_string(), "vw");
    }
    let indexed = json!({ "TableName": "cars", "IndexName": "by_make", "Select": "COUNT" });
    assert_eq!(database.done("Scan", &indexed)["Count"], 0);
    assert_eq!(database.records().len(), 600);
    database.wait(30);
    assert_eq!(database.done("Scan", &indexed)["Count"], 600);
    assert_eq!(database.records().len(), 600);
    database.wait(crate::database::DAY);
    assert_eq!(database.records().len(), 0);
    assert_eq!(database.done("Scan", &indexed)["Count"], 600);
}
