//! Application Auto Scaling of a global index.

use dynacore::request::Service;
use serde_json::{Value as Json, json};

use crate::database::{Database, attributes, index, keys, text, units, with};

fn scale(database: &mut Database, operation: &str, body: Json) -> Json {
    let service = Service::ApplicationAutoScaling;
    database
        .ask_service(service, operation, &body)
        .unwrap_or_else(|error| panic!("{operation} {body}: {error}"))
}

#[test]
fn an_index_follows_its_load_apart_from_its_table() {
    let mut database = Database::new();
    let scaled = with(&index("by_x", "x", "ALL"), json!({ "ProvisionedThroughput": units(5, 5) }));
    let table = json!({
        "TableName": "fleet", "KeySchema": keys("p"), "AttributeDefinitions": attributes(&[("p", "S"), ("x", "S")]),
        "ProvisionedThroughput": units(100, 100), "GlobalSecondaryIndexes": [scaled],
    });
    database.done("CreateTable", &table);
    let target = json!({
        "ServiceNamespace": "dynamodb", "ResourceId": "table/fleet/index/by_x",
        "ScalableDimension": "dynamodb:index:WriteCapacityUnits",
    });
    scale(
        &mut database,
        "RegisterScalableTarget",
        with(&target, json!({ "MinCapacity": 5, "MaxCapacity": 50 })),
    );
    let policy = json!({
        "PolicyName": "follow", "PolicyType": "TargetTrackingScaling",
        "TargetTrackingScalingPolicyConfiguration": {
            "TargetValue": 50.0,
            "PredefinedMetricSpecification": { "PredefinedMetricType": "DynamoDBWriteCapacityUtilization" },
        },
    });
    scale(&mut database, "PutScalingPolicy", with(&target, policy));
    // Ten writes a second to the table, five of them to the index: twice its target.
    for second in 0..240 {
        for write in 0..5 {
            let key = format!("{second}-{write}");
            database.put(json!({ "p": text(&key), "x": text("x") }));
            database.put(json!({ "p": text(&format!("{key}-")) }));
        }
        database.wait(1);
    }
    let index = database.describe_index("by_x");
    assert_eq!(index["ProvisionedThroughput"]["WriteCapacityUnits"], 10, "{index}");
    assert_eq!(database.describe()["ProvisionedThroughput"]["WriteCapacityUnits"], 100);
    let activities =
        scale(&mut database, "DescribeScalingActivities", json!({ "ServiceNamespace": "dynamodb" }));
    assert_eq!(activities["ScalingActivities"][0]["ResourceId"], "table/fleet/index/by_x");
    assert_eq!(activities["ScalingActivities"][0]["StatusCode"], "Successful");
}
