//! Auto scaling of the replicas of a global table.

use dynacore::table::Settings;
use serde_json::{Value as Json, json};

use crate::planet::{Planet, REGIONS, cars};

fn tracking(minimum: u64, maximum: u64) -> Json {
    json!({
        "MinimumUnits": minimum, "MaximumUnits": maximum,
        "ScalingPolicyUpdate": { "TargetTrackingScalingPolicyConfiguration": { "TargetValue": 70.0 } },
    })
}

/// A provisioned global table with an index, whose writes scale.
fn planet() -> Planet {
    let settings = Settings { initial_burst_seconds: 0, ..Settings::default() };
    let mut planet = Planet::with(2, &settings, 7);
    let mut cars = cars();
    let units = json!({ "ReadCapacityUnits": 5, "WriteCapacityUnits": 5 });
    cars["BillingMode"] = json!("PROVISIONED");
    cars["ProvisionedThroughput"] = units.clone();
    cars["AttributeDefinitions"] = json!([
        { "AttributeName": "id", "AttributeType": "S" }, { "AttributeName": "make", "AttributeType": "S" },
    ]);
    cars["GlobalSecondaryIndexes"] = json!([{
        "IndexName": "makes", "KeySchema": [{ "AttributeName": "make", "KeyType": "HASH" }],
        "Projection": { "ProjectionType": "KEYS_ONLY" }, "ProvisionedThroughput": units,
    }]);
    planet.done(0, "CreateTable", &cars);
    for (resource, kind) in [("table/cars", "table"), ("table/cars/index/makes", "index")] {
        let mut target = json!({
            "ServiceNamespace": "dynamodb", "ResourceId": resource,
            "ScalableDimension": format!("dynamodb:{kind}:WriteCapacityUnits"),
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
    }
    planet.add_replica(REGIONS[1]);
    planet
}

fn describe(planet: &mut Planet, region: usize) -> Json {
    let answer = planet.done(region, "DescribeTableReplicaAutoScaling", &json!({ "TableName": "cars" }));
    answer["TableAutoScalingDescription"].clone()
}

#[test]
fn writes_of_a_new_replica_scale_as_at_its_source() {
    let mut planet = planet();
    let description = describe(&mut planet, 1);
    assert_eq!((&description["TableName"], &description["TableStatus"]), (&json!("cars"), &json!("ACTIVE")));
    for (replica, region) in REGIONS.iter().enumerate().take(2) {
        let replica = &description["Replicas"][replica];
        assert_eq!(replica["RegionName"], *region);
        assert_eq!(replica["ReplicaStatus"], "ACTIVE");
        let write = &replica["ReplicaProvisionedWriteCapacityAutoScalingSettings"];
        assert_eq!(write["MaximumUnits"], 10);
        assert_eq!(write["ScalingPolicies"][0]["PolicyName"], "writes");
        assert!(write.get("AutoScalingDisabled").is_none());
        let off = json!({ "AutoScalingDisabled": true, "ScalingPolicies": [] });
        assert_eq!(replica["ReplicaProvisionedReadCapacityAutoScalingSettings"], off);
        let index = &replica["GlobalSecondaryIndexes"][0];
        assert_eq!((&index["IndexName"], &index["IndexStatus"]), (&json!("makes"), &json!("ACTIVE")));
        assert_eq!(index["ProvisionedWriteCapacityAutoScalingSettings"]["MinimumUnits"], 5);
        assert_eq!(index["ProvisionedReadCapacityAutoScalingSettings"], off);
    }
}

#[test]
fn settings_are_for_all_or_for_one_replica() {
    let mut planet = planet();
    let update = json!({
        "TableName": "cars",
        "ProvisionedWriteCapacityAutoScalingUpdate": tracking(6, 60),
        "GlobalSecondaryIndexUpdates": [
            { "IndexName": "makes", "ProvisionedWriteCapacityAutoScalingUpdate": tracking(7, 70) },
        ],
        "ReplicaUpdates": [{
            "RegionName": REGIONS[1],
            "ReplicaProvisionedReadCapacityAutoScalingUpdate": tracking(8, 80),
            "ReplicaGlobalSecondaryIndexUpdates": [
                { "IndexName": "makes", "ProvisionedReadCapacityAutoScalingUpdate": tracking(9, 90) },
            ],
        }],
    });
    let before = planet.done(0, "UpdateTableReplicaAutoScaling", &update);
    // The answer tells what was before.
    let write = "ReplicaProvisionedWriteCapacityAutoScalingSettings";
    assert_eq!(before["TableAutoScalingDescription"]["Replicas"][1][write]["MaximumUnits"], 10);
    planet.wait(60.0);
    let description = describe(&mut planet, 0);
    for (position, read) in [(0, Json::Null), (1, json!(80))] {
        let replica = &description["Replicas"][position];
        assert_eq!(replica[write]["MaximumUnits"], 60);
        assert_eq!(
            replica[write]["ScalingPolicies"].as_array().unwrap().len(),
            1,
            "the policy of another name is gone"
        );
        assert_eq!(
            replica[write]["ScalingPolicies"][0]["PolicyName"],
            "DynamoDBWriteCapacityUtilization:table/cars"
        );
        assert_eq!(replica["ReplicaProvisionedReadCapacityAutoScalingSettings"]["MaximumUnits"], read);
        let index = &replica["GlobalSecondaryIndexes"][0];
        assert_eq!(index["ProvisionedWriteCapacityAutoScalingSettings"]["MaximumUnits"], 70);
    }
    let index = &description["Replicas"][1]["GlobalSecondaryIndexes"][0];
    let policy = &index["ProvisionedReadCapacityAutoScalingSettings"]["ScalingPolicies"][0];
    assert_eq!(policy["PolicyName"], "DynamoDBReadCapacityUtilization:table/cars/index/makes");
    // Its minimum holds in that Region alone.
    let reads = |planet: &mut Planet, region: usize| {
        planet.table(region)["ProvisionedThroughput"]["ReadCapacityUnits"].clone()
    };
    assert_eq!((reads(&mut planet, 0), reads(&mut planet, 1)), (json!(5), json!(8)));
    for region in 0..2 {
        assert_eq!(planet.table(region)["ProvisionedThroughput"]["WriteCapacityUnits"], 6);
    }
}

#[test]
fn capacity_follows_the_load_of_each_region() {
    let mut planet = planet();
    let update = json!({
        "TableName": "cars",
        "ReplicaUpdates": [
            { "RegionName": REGIONS[0], "ReplicaProvisionedReadCapacityAutoScalingUpdate": tracking(5, 90) },
            { "RegionName": REGIONS[1], "ReplicaProvisionedReadCapacityAutoScalingUpdate": tracking(5, 90) },
        ],
    });
    planet.done(0, "UpdateTableReplicaAutoScaling", &update);
    let own = json!({ "TableName": "cars", "ReplicaUpdates": [{ "Update": {
        "RegionName": REGIONS[1], "ProvisionedThroughputOverride": { "ReadCapacityUnits": 6 },
    } }] });
    planet.done(0, "UpdateTable", &own);
    planet.put(1, "1", "MINI");
    for _ in 0..400 {
        planet.wait(1.0);
        for _ in 0..5 {
            let key = json!({ "TableName": "cars", "Key": { "id": { "S": "1" } }, "ConsistentRead": true });
            let _ = planet.ask(1, "GetItem", &key);
        }
    }
    // 5 a second at 70 % is 8.
    let reads = |planet: &mut Planet, region: usize| {
        planet.table(region)["ProvisionedThroughput"]["ReadCapacityUnits"].as_u64().unwrap()
    };
    assert_eq!(reads(&mut planet, 1), 8);
    assert_eq!(reads(&mut planet, 0), 5);
    let replica = &planet.table(0)["Replicas"][0];
    assert_eq!(replica["ProvisionedThroughputOverride"], json!({ "ReadCapacityUnits": 8 }));
    // A change of all replicas leaves it.
    let throughput = json!({
        "TableName": "cars", "ProvisionedThroughput": { "ReadCapacityUnits": 7, "WriteCapacityUnits": 6 },
    });
    planet.done(0, "UpdateTable", &throughput);
    planet.wait(2.0);
    assert_eq!(reads(&mut planet, 1), 8);
}

#[test]
fn auto_scaling_is_disabled_for_all() {
    let mut planet = planet();
    let disable = json!({
        "TableName": "cars", "ProvisionedWriteCapacityAutoScalingUpdate": { "AutoScalingDisabled": true },
    });
    for _ in 0..2 {
        planet.done(1, "UpdateTableReplicaAutoScaling", &disable);
    }
    let description = describe(&mut planet, 0);
    for replica in description["Replicas"].as_array().unwrap() {
        let off = json!({ "AutoScalingDisabled": true, "ScalingPolicies": [] });
        assert_eq!(replica["ReplicaProvisionedWriteCapacityAutoScalingSettings"], off);
    }
}

#[test]
fn what_is_missing_or_too_much_is_told_as_aws_does() {
    let mut planet = planet();
    let mut refused = |write: Json| {
        let body = json!({ "TableName": "cars", "ProvisionedWriteCapacityAutoScalingUpdate": write });
        planet.refused(0, "UpdateTableReplicaAutoScaling", &body)
    };
    let text = |rest: &str| {
        format!("ValidationException: Failed to update settings for global table with name{rest}")
    };
    assert_eq!(
        refused(json!({})),
        text(
            ": ‘cars’: Parameters 'MaximumUnits', 'ScalingPolicyUpdate', 'MinimumUnits' are required unless auto \
             scaling is being disabled."
        )
    );
    assert_eq!(
        refused(json!({ "AutoScalingDisabled": true, "MinimumUnits": 1, "MaximumUnits": 2 })),
        text(
            " ‘cars’: Parameters 'MaximumUnits', 'MinimumUnits' must be left blank when disabling auto scaling."
        )
    );
    let refused = refused(tracking(9, 5));
    assert_eq!(refused, "ValidationException: Maximum capacity cannot be less than minimum capacity");
    let region = |planet: &mut Planet, update: Json| {
        let body = json!({ "TableName": "cars", "ReplicaUpdates": [update] });
        planet.refused(0, "UpdateTableReplicaAutoScaling", &body)
    };
    assert_eq!(
        region(&mut planet, json!({ "RegionName": REGIONS[0] })),
        text(": ‘cars’ because at least one update parameter must be specified for region: ‘us-east-1’.")
    );
    let foreign = json!({
        "RegionName": "eu-west-1", "ReplicaProvisionedReadCapacityAutoScalingUpdate": tracking(1, 2),
    });
    assert_eq!(
        region(&mut planet, foreign),
        "ResourceNotFoundException: Failed to update settings for global table with name: ‘cars’ because a replica \
         does not exist in regions: ‘[eu-west-1]’."
    );
    let index = json!({ "RegionName": REGIONS[0], "ReplicaGlobalSecondaryIndexUpdates": [
        { "IndexName": "nope", "ProvisionedReadCapacityAutoScalingUpdate": tracking(1, 2) },
    ] });
    assert_eq!(
        region(&mut planet, index),
        "ResourceNotFoundException: Failed to update settings for global table with name: ‘cars’ because a global \
         secondary index with name: ‘nope’ does not exist in region: ‘us-east-1’."
    );
}

#[test]
fn tables_on_demand_do_not_scale_so() {
    let mut planet = Planet::of_cars(2);
    let update = json!({ "TableName": "cars", "ProvisionedWriteCapacityAutoScalingUpdate": tracking(1, 10) });
    assert_eq!(
        planet.refused(0, "UpdateTableReplicaAutoScaling", &update),
        "ValidationException: Failed to update global table with name ‘cars‘. Replicas 'EU-CENTRAL-1', 'US-EAST-1' \
         BillingMode is PayPerRequest. You must convert table's BillingMode to PROVISIONED to set parameters: \
         'GlobalTableProvisionedWriteCapacityAutoScalingSettingsUpdate'."
    );
    let disable = json!({
        "TableName": "cars", "ProvisionedWriteCapacityAutoScalingUpdate": { "AutoScalingDisabled": true },
    });
    planet.done(0, "UpdateTableReplicaAutoScaling", &disable);
    assert_eq!(
        planet.refused(0, "DescribeTableReplicaAutoScaling", &json!({ "TableName": "boats" })),
        "ResourceNotFoundException: Global table with name: 'boats' does not exist."
    );
}
