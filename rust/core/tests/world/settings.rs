//! What replicas have in common, what each has of its own, and what replication costs.

use dynacore::table::Settings;
use serde_json::{Value as Json, json};

use crate::planet::{Planet, REGIONS, START, cars};

fn update(mut body: Json) -> Json {
    body["TableName"] = json!("cars");
    body
}

/// A global table that is provisioned and scales, in two Regions.
fn provisioned() -> Planet {
    let settings = Settings { initial_burst_seconds: 0, ..Settings::default() };
    let mut planet = Planet::with(2, &settings, 7);
    let mut cars = cars();
    cars["BillingMode"] = json!("PROVISIONED");
    cars["ProvisionedThroughput"] = json!({ "ReadCapacityUnits": 5, "WriteCapacityUnits": 5 });
    planet.done(0, "CreateTable", &cars);
    let mut target = json!({
        "ServiceNamespace": "dynamodb", "ResourceId": "table/cars",
        "ScalableDimension": "dynamodb:table:WriteCapacityUnits",
    });
    let mut policy = target.clone();
    target["MinCapacity"] = json!(5);
    target["MaxCapacity"] = json!(10);
    planet.done(0, "RegisterScalableTarget", &target);
    policy["PolicyName"] = json!("writes");
    policy["PolicyType"] = json!("TargetTrackingScaling");
    policy["TargetTrackingScalingPolicyConfiguration"] = json!({
        "TargetValue": 70.0,
        "PredefinedMetricSpecification": { "PredefinedMetricType": "DynamoDBWriteCapacityUtilization" },
    });
    planet.done(0, "PutScalingPolicy", &policy);
    planet.add_replica(REGIONS[1]);
    planet
}

#[test]
fn billing_mode_and_indexes_are_those_of_all_replicas() {
    let mut planet = Planet::of_cars(2);
    let index = json!({
        "AttributeDefinitions": [{ "AttributeName": "make", "AttributeType": "S" }],
        "GlobalSecondaryIndexUpdates": [{ "Create": {
            "IndexName": "makes", "KeySchema": [{ "AttributeName": "make", "KeyType": "HASH" }],
            "Projection": { "ProjectionType": "ALL" },
        } }],
    });
    planet.put(1, "1", "MINI");
    planet.done(1, "UpdateTable", &update(index));
    planet.wait(5.0);
    for region in 0..2 {
        assert_eq!(planet.table(region)["GlobalSecondaryIndexes"][0]["IndexStatus"], "ACTIVE");
        assert_eq!(planet.table(region)["GlobalSecondaryIndexes"][0]["ItemCount"], 1);
    }
    let delete = json!({ "GlobalSecondaryIndexUpdates": [{ "Delete": { "IndexName": "makes" } }] });
    planet.done(0, "UpdateTable", &update(delete));
    planet.wait(5.0);
    assert!(planet.table(1).get("GlobalSecondaryIndexes").is_none());
    let mode = json!({
        "BillingMode": "PROVISIONED",
        "ProvisionedThroughput": { "ReadCapacityUnits": 7, "WriteCapacityUnits": 8 },
    });
    planet.done(0, "UpdateTable", &update(mode));
    planet.wait(5.0);
    assert_eq!(planet.table(1)["ProvisionedThroughput"]["WriteCapacityUnits"], 8);
}

#[test]
fn a_replica_has_a_read_capacity_of_its_own_and_the_write_capacity_of_all() {
    let mut planet = provisioned();
    let own = json!({ "ReplicaUpdates": [{ "Update": {
        "RegionName": REGIONS[1], "ProvisionedThroughputOverride": { "ReadCapacityUnits": 50 },
    } }] });
    planet.done(0, "UpdateTable", &update(own));
    planet.wait(1.0);
    let throughput = json!({ "ProvisionedThroughput": { "ReadCapacityUnits": 6, "WriteCapacityUnits": 9 } });
    planet.done(0, "UpdateTable", &update(throughput));
    planet.wait(5.0);
    let units = |table: &Json| {
        let throughput = &table["ProvisionedThroughput"];
        (throughput["ReadCapacityUnits"].clone(), throughput["WriteCapacityUnits"].clone())
    };
    assert_eq!(units(&planet.table(0)), (json!(6), json!(9)));
    assert_eq!(units(&planet.table(1)), (json!(50), json!(9)));
    let replica = &planet.table(0)["Replicas"][0];
    assert_eq!(replica["ProvisionedThroughputOverride"], json!({ "ReadCapacityUnits": 50 }));
}

#[test]
fn a_replica_without_throughput_delays_what_it_is_sent() {
    let mut planet = provisioned();
    // The other Region uses its own burst bucket up.
    let put = json!({ "TableName": "cars", "Item": { "id": { "S": "own" } } });
    while planet.ask(1, "PutItem", &put).is_ok() {}
    let refused = planet.refused(1, "PutItem", &put);
    assert!(refused.starts_with("ProvisionedThroughputExceededException"), "{refused}");
    planet.world.network_mut().set_latency(0, 1, std::time::Duration::from_millis(10));
    planet.put(0, "sent", "MINI");
    planet.wait(0.05);
    assert_eq!(planet.make(1, "sent"), None);
    planet.wait(1.0);
    assert_eq!(planet.make(1, "sent").as_deref(), Some("MINI"));
}

#[test]
fn a_write_takes_write_units_in_every_region() {
    let mut planet = Planet::of_cars(3);
    for (region, writes) in [(0, 5), (1, 10), (2, 5)] {
        for id in 0..writes {
            planet.put(region, &format!("{region}-{id}"), "MINI");
        }
    }
    planet.wait(120.0);
    for (region, name) in REGIONS.iter().enumerate().take(3) {
        let metric = json!({
            "Namespace": "AWS/DynamoDB", "MetricName": "ConsumedWriteCapacityUnits",
            "Dimensions": [{ "Name": "TableName", "Value": "cars" }], "Period": 60, "Statistics": ["Sum"],
            "StartTime": START - 3_600, "EndTime": START + 3_600,
        });
        let answer = planet.done(region, "GetMetricStatistics", &metric);
        let points = answer["Datapoints"].as_array().unwrap();
        let sum: f64 = points.iter().map(|point| point["Sum"].as_f64().unwrap()).sum();
        assert!((sum - 20.0).abs() < 1e-9, "in {name}: {answer}");
    }
}

#[test]
fn replication_latency_is_measured_where_the_write_was_made() {
    let mut planet = Planet::of_cars(2);
    planet.put(0, "1", "MINI");
    planet.wait(60.0);
    let metric = |region: &str, name: &str| {
        json!({
            "Namespace": "AWS/DynamoDB", "MetricName": name, "Period": 60, "Statistics": ["Average"],
            "Dimensions": [
                { "Name": "TableName", "Value": "cars" }, { "Name": "ReceivingRegion", "Value": region },
            ],
            "StartTime": START - 3_600, "EndTime": START + 3_600,
        })
    };
    let latency = planet.done(0, "GetMetricStatistics", &metric(REGIONS[1], "ReplicationLatency"));
    assert_eq!(latency["Datapoints"][0]["Average"], 500.0);
    assert_eq!(latency["Datapoints"][0]["Unit"], "Milliseconds");
    let other = planet.done(1, "GetMetricStatistics", &metric(REGIONS[0], "ReplicationLatency"));
    assert_eq!(other["Datapoints"], json!([]));
    let pending = planet.done(0, "GetMetricStatistics", &metric(REGIONS[1], "PendingReplicationCount"));
    assert_eq!(pending["Datapoints"][0]["Average"], 0.0);
}

#[test]
fn one_region_removes_what_has_ended_and_the_others_get_a_plain_deletion() {
    let mut planet = Planet::of_cars(2);
    let setting = json!({
        "TableName": "cars", "TimeToLiveSpecification": { "Enabled": true, "AttributeName": "end" },
    });
    planet.done(1, "UpdateTimeToLive", &setting);
    planet.wait(5.0);
    let described = planet.done(0, "DescribeTimeToLive", &json!({ "TableName": "cars" }));
    assert_eq!(described["TimeToLiveDescription"]["TimeToLiveStatus"], "ENABLED");
    let end = (planet.now.as_whole_seconds() + 10).to_string();
    let item = json!({ "id": { "S": "1" }, "end": { "N": end } });
    planet.done(1, "PutItem", &json!({ "TableName": "cars", "Item": item }));
    planet.wait(30.0);
    let (here, there) = (planet.records(0), planet.records(1));
    assert_eq!(here.last().unwrap()["userIdentity"]["PrincipalId"], "dynamodb.amazonaws.com");
    assert_eq!(there.last().unwrap()["eventName"], "REMOVE");
    assert!(there.last().unwrap().get("userIdentity").is_none());
    assert!(planet.items(1).is_empty());
}

#[test]
fn the_stream_of_a_table_with_replicas_stays() {
    let mut planet = Planet::of_cars(2);
    let disable = json!({ "StreamSpecification": { "StreamEnabled": false } });
    let refused = planet.refused(0, "UpdateTable", &update(disable));
    assert!(refused.starts_with("ValidationException: The stream of a table with replicas"), "{refused}");
}
