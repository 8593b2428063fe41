//! Global tables of version 2017.11.29: how they are made, changed and left, what their items show, what writes cost.

use dynacore::table::Settings;
use serde_json::{Value as Json, json};

use crate::planet::{Planet, REGIONS, START, cars};

fn legacy_cars() -> Json {
    let mut cars = cars();
    cars["StreamSpecification"] = json!({ "StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES" });
    cars
}

fn group(regions: &[&str]) -> Json {
    let group: Vec<Json> = regions.iter().map(|region| json!({ "RegionName": region })).collect();
    json!({ "GlobalTableName": "cars", "ReplicationGroup": group })
}

fn update(action: &str, region: &str) -> Json {
    json!({ "GlobalTableName": "cars", "ReplicaUpdates": [{ action: { "RegionName": region } }] })
}

/// A global table of the cars in all Regions.
fn planet(regions: usize) -> Planet {
    let mut planet = Planet::new(regions);
    for region in 0..regions {
        planet.done(region, "CreateTable", &legacy_cars());
    }
    planet.done(0, "CreateGlobalTable", &group(&REGIONS[..regions]));
    planet.wait(1.0);
    planet
}

fn item(planet: &mut Planet, region: usize, id: &str) -> Json {
    let key = json!({ "TableName": "cars", "Key": { "id": { "S": id } } });
    planet.done(region, "GetItem", &key)["Item"].take()
}

#[test]
fn tables_that_exist_become_one() {
    let mut planet = Planet::new(2);
    for region in 0..2 {
        planet.done(region, "CreateTable", &legacy_cars());
    }
    let made = planet.done(0, "CreateGlobalTable", &group(&REGIONS[..2]));
    let description = &made["GlobalTableDescription"];
    assert_eq!(description["GlobalTableStatus"], "CREATING");
    assert_eq!(description["GlobalTableName"], "cars");
    assert_eq!(description["GlobalTableArn"], "arn:aws:dynamodb::000000000000:global-table/cars");
    assert_eq!(description["CreationDateTime"], START as f64);
    planet.wait(1.0);
    let described = planet.done(1, "DescribeGlobalTable", &json!({ "GlobalTableName": "cars" }));
    let replicas = json!([
        { "RegionName": REGIONS[0], "ReplicaStatus": "ACTIVE" },
        { "RegionName": REGIONS[1], "ReplicaStatus": "ACTIVE" },
    ]);
    assert_eq!(described["GlobalTableDescription"]["ReplicationGroup"], replicas);
    assert_eq!(described["GlobalTableDescription"]["GlobalTableStatus"], "ACTIVE");
    let table = planet.table(0);
    assert_eq!(table["GlobalTableVersion"], "2017.11.29");
    assert!(table.get("Replicas").is_none());
}

#[test]
fn a_write_reaches_the_other_regions_and_items_tell_of_it() {
    let mut planet = planet(3);
    planet.put(1, "1", "MINI");
    assert_eq!(item(&mut planet, 1, "1"), json!({ "id": { "S": "1" }, "make": { "S": "MINI" } }));
    planet.wait(1.0);
    let stamped = json!({
        "id": { "S": "1" }, "make": { "S": "MINI" },
        "aws:rep:deleting": { "BOOL": false }, "aws:rep:updateregion": { "S": REGIONS[1] },
        "aws:rep:updatetime": { "N": format!("{}.000001", START + 1) },
    });
    for region in 0..3 {
        assert_eq!(item(&mut planet, region, "1"), stamped, "{region}");
    }
    planet.delete(2, "1");
    planet.wait(1.0);
    for region in 0..3 {
        assert!(item(&mut planet, region, "1").is_null());
    }
    // The Region of the deletion alone has written once.
    let events = |planet: &mut Planet, region| -> Vec<String> {
        let name = |record: &Json| record["eventName"].as_str().unwrap().to_owned();
        planet.records(region).iter().map(name).collect()
    };
    assert_eq!(events(&mut planet, 0), ["INSERT", "MODIFY", "MODIFY", "REMOVE"]);
    assert_eq!(events(&mut planet, 1), ["INSERT", "MODIFY", "MODIFY", "REMOVE"]);
    assert_eq!(events(&mut planet, 2), ["INSERT", "MODIFY", "REMOVE"]);
    let last = planet.records(0).pop().unwrap();
    assert_eq!(last["dynamodb"]["OldImage"]["aws:rep:deleting"], json!({ "BOOL": true }));
}

#[test]
fn a_write_costs_what_the_older_version_takes() {
    let mut planet = planet(2);
    let units = |planet: &mut Planet, region| {
        planet.wait(120.0);
        let metric = json!({
            "Namespace": "AWS/DynamoDB", "MetricName": "ConsumedWriteCapacityUnits",
            "Dimensions": [{ "Name": "TableName", "Value": "cars" }], "Period": 60, "Statistics": ["Sum"],
            "StartTime": START - 3_600, "EndTime": START + 7_200,
        });
        let answer = planet.done(region, "GetMetricStatistics", &metric);
        answer["Datapoints"].as_array().unwrap().iter().map(|each| each["Sum"].as_f64().unwrap()).sum::<f64>()
    };
    planet.put(0, "1", "MINI");
    // Facts 7.4: insert 2 and 2, update 2 and 1, delete 1 and 2.
    assert_eq!((units(&mut planet, 0), units(&mut planet, 1)), (2.0, 2.0));
    planet.put(0, "1", "BMW");
    assert_eq!((units(&mut planet, 0), units(&mut planet, 1)), (4.0, 3.0));
    planet.delete(0, "1");
    assert_eq!((units(&mut planet, 0), units(&mut planet, 1)), (5.0, 5.0));
}

#[test]
fn what_joins_has_to_be_alike_and_empty() {
    let mut planet = Planet::new(3);
    planet.done(0, "CreateTable", &legacy_cars());
    let missing = planet.refused(0, "CreateGlobalTable", &group(&REGIONS[..2]));
    let text = "TableNotFoundException: Table not found: Table: 'cars' not found in region: 'eu-central-1'.";
    assert_eq!(missing, text);
    planet.done(1, "CreateTable", &cars());
    let streamless = planet.refused(0, "CreateGlobalTable", &group(&REGIONS[..2]));
    assert!(streamless.contains("'eu-central-1' must have a stream with StreamViewType NEW_AND_OLD_IMAGES"));
    let mut other = legacy_cars();
    other["AttributeDefinitions"][0]["AttributeName"] = json!("plate");
    other["KeySchema"][0]["AttributeName"] = json!("plate");
    planet.done(2, "CreateTable", &other);
    let keys = planet.refused(0, "CreateGlobalTable", &group(&[REGIONS[0], REGIONS[2]]));
    assert!(keys.contains("the same key schema in region: 'ap-south-1' as in region: 'us-east-1'"), "{keys}");
    planet.put(0, "1", "MINI");
    let full = planet.refused(0, "CreateGlobalTable", &group(&REGIONS[..1]));
    assert!(full.ends_with("Table: 'cars' in region: 'us-east-1' must be empty"), "{full}");
    let unknown = planet.refused(0, "CreateGlobalTable", &group(&["us-fake-9"]));
    assert_eq!(
        unknown,
        "ValidationException: One or more parameter values were invalid: 1 validation error detected: Value \
         'us-fake-9' at 'replicationGroup.1.member.regionName' failed to satisfy constraint: Member must satisfy \
         enum value set: [us-east-1, eu-central-1, ap-south-1]"
    );
}

#[test]
fn write_capacity_is_the_same_everywhere() {
    let mut planet = Planet::new(2);
    for (region, units) in [(0, 5), (1, 6)] {
        let mut cars = legacy_cars();
        cars["BillingMode"] = json!("PROVISIONED");
        cars["ProvisionedThroughput"] = json!({ "ReadCapacityUnits": 5, "WriteCapacityUnits": units });
        planet.done(region, "CreateTable", &cars);
    }
    let refused = planet.refused(0, "CreateGlobalTable", &group(&REGIONS[..2]));
    assert!(refused.contains("the same billing mode and write capacity"), "{refused}");
}

#[test]
fn replicas_join_and_leave_and_the_last_one_ends_it() {
    let mut planet = planet(2);
    let exists = planet.refused(0, "CreateGlobalTable", &group(&REGIONS[..1]));
    assert!(exists.starts_with("GlobalTableAlreadyExistsException"), "{exists}");
    let again = planet.refused(0, "UpdateGlobalTable", &update("Create", REGIONS[1]));
    assert!(again.starts_with("ReplicaAlreadyExistsException"), "{again}");
    planet.put(0, "1", "MINI");
    planet.wait(1.0);
    planet.done(0, "UpdateGlobalTable", &update("Delete", REGIONS[1]));
    planet.wait(1.0);
    let absent = planet.refused(0, "UpdateGlobalTable", &update("Delete", REGIONS[1]));
    assert!(absent.starts_with("ReplicaNotFoundException"), "{absent}");
    // It has what it had, and is a table of its own.
    assert_eq!(planet.make(1, "1").as_deref(), Some("MINI"));
    assert!(planet.table(1).get("GlobalTableVersion").is_none());
    planet.put(0, "2", "BMW");
    planet.wait(1.0);
    assert_eq!(planet.make(1, "2"), None);
    planet.done(0, "UpdateGlobalTable", &update("Delete", REGIONS[0]));
    planet.wait(1.0);
    let gone = planet.refused(0, "DescribeGlobalTable", &json!({ "GlobalTableName": "cars" }));
    let text = "GlobalTableNotFoundException: Global table not found: Global table with name: 'cars' does not exist.";
    assert_eq!(gone, text);
}

#[test]
fn a_table_that_is_deleted_leaves() {
    let mut planet = planet(2);
    planet.done(1, "DeleteTable", &json!({ "TableName": "cars" }));
    planet.wait(1.0);
    let described = planet.done(0, "DescribeGlobalTable", &json!({ "GlobalTableName": "cars" }));
    let replicas = json!([{ "RegionName": REGIONS[0], "ReplicaStatus": "ACTIVE" }]);
    assert_eq!(described["GlobalTableDescription"]["ReplicationGroup"], replicas);
}

#[test]
fn one_replica_alone_is_a_global_table_and_keeps_no_versions() {
    let mut planet = planet(1);
    planet.put(0, "1", "MINI");
    planet.wait(1.0);
    assert_eq!(item(&mut planet, 0, "1")["aws:rep:updateregion"], json!({ "S": REGIONS[0] }));
    planet.delete(0, "1");
    planet.wait(3_600.0);
    planet.wait(60.0);
    // Nothing but the stream's shard waits to be closed.
    let next = planet.world.next_event_at(&mut planet.engines).unwrap().unwrap();
    assert!(next > planet.now + std::time::Duration::from_secs(3_600), "{next:?}");
}

#[test]
fn they_are_listed_by_region_and_in_pages() {
    let mut planet = Planet::new(2);
    for (name, regions) in [("autos", 1), ("boats", 2), ("cars", 2)] {
        let mut table = legacy_cars();
        table["TableName"] = json!(name);
        let mut group = group(&REGIONS[..regions]);
        group["GlobalTableName"] = json!(name);
        for region in 0..regions {
            planet.done(region, "CreateTable", &table);
        }
        planet.done(0, "CreateGlobalTable", &group);
    }
    let names = |answer: &Json| -> Vec<String> {
        let name = |each: &Json| each["GlobalTableName"].as_str().unwrap().to_owned();
        answer["GlobalTables"].as_array().unwrap().iter().map(name).collect()
    };
    let page = planet.done(1, "ListGlobalTables", &json!({ "Limit": 2 }));
    assert_eq!(names(&page), ["autos", "boats"]);
    assert_eq!(page["LastEvaluatedGlobalTableName"], "boats");
    let rest = planet.done(1, "ListGlobalTables", &json!({ "ExclusiveStartGlobalTableName": "boats" }));
    assert_eq!(names(&rest), ["cars"]);
    assert!(rest.get("LastEvaluatedGlobalTableName").is_none());
    let there = planet.done(0, "ListGlobalTables", &json!({ "RegionName": REGIONS[1] }));
    assert_eq!(names(&there), ["boats", "cars"]);
    assert_eq!(
        there["GlobalTables"][0]["ReplicationGroup"],
        json!([{ "RegionName": REGIONS[0] }, { "RegionName": REGIONS[1] }])
    );
}

#[test]
fn settings_change_in_all_regions_or_in_one() {
    let mut planet = planet(2);
    let provisioned = json!({
        "GlobalTableName": "cars", "GlobalTableBillingMode": "PROVISIONED",
        "GlobalTableProvisionedWriteCapacityUnits": 20,
        "ReplicaSettingsUpdate": [
            { "RegionName": REGIONS[0], "ReplicaProvisionedReadCapacityUnits": 5 },
            { "RegionName": REGIONS[1], "ReplicaProvisionedReadCapacityUnits": 50 },
        ],
    });
    planet.done(0, "UpdateGlobalTableSettings", &provisioned);
    planet.wait(1.0);
    let tracking = json!({
        "MinimumUnits": 10, "MaximumUnits": 90,
        "ScalingPolicyUpdate": { "TargetTrackingScalingPolicyConfiguration": { "TargetValue": 70.0 } },
    });
    let scaling = json!({
        "GlobalTableName": "cars",
        "GlobalTableProvisionedWriteCapacityAutoScalingSettingsUpdate": tracking,
    });
    planet.done(1, "UpdateGlobalTableSettings", &scaling);
    let settings = planet.done(1, "DescribeGlobalTableSettings", &json!({ "GlobalTableName": "cars" }));
    for (region, read) in [(0, 5), (1, 50)] {
        let replica = &settings["ReplicaSettings"][region];
        assert_eq!(replica["RegionName"], REGIONS[region]);
        assert_eq!(replica["ReplicaBillingModeSummary"]["BillingMode"], "PROVISIONED");
        assert_eq!(replica["ReplicaProvisionedReadCapacityUnits"], read);
        assert_eq!(replica["ReplicaProvisionedWriteCapacityUnits"], 20);
        let write = &replica["ReplicaProvisionedWriteCapacityAutoScalingSettings"];
        assert_eq!((&write["MinimumUnits"], &write["MaximumUnits"]), (&json!(10), &json!(90)));
        assert_eq!(
            write["ScalingPolicies"],
            json!([{
                "PolicyName": "DynamoDBWriteCapacityUtilization:table/cars",
                "TargetTrackingScalingPolicyConfiguration": { "TargetValue": 70.0 },
            }])
        );
        let off = json!({ "AutoScalingDisabled": true, "ScalingPolicies": [] });
        assert_eq!(replica["ReplicaProvisionedReadCapacityAutoScalingSettings"], off);
    }
}

#[test]
fn settings_name_what_there_is() {
    let mut planet = planet(2);
    let ask = |more: Json| {
        let mut body = more;
        body["GlobalTableName"] = json!("cars");
        body
    };
    let region = json!({ "ReplicaSettingsUpdate": [{ "RegionName": "eu-west-1" }] });
    let refused = planet.refused(0, "UpdateGlobalTableSettings", &ask(region));
    assert!(refused.starts_with("ReplicaNotFoundException"), "{refused}");
    let index = json!({ "GlobalTableGlobalSecondaryIndexSettingsUpdate": [{ "IndexName": "makes" }] });
    let refused = planet.refused(0, "UpdateGlobalTableSettings", &ask(index));
    assert_eq!(
        refused,
        "IndexNotFoundException: Failed to update settings for global table with name: ‘cars’ because the global \
         secondary indexes with names: ‘[makes]’ do not exist."
    );
    let units = json!({ "GlobalTableProvisionedWriteCapacityUnits": 5 });
    let refused = planet.refused(0, "UpdateGlobalTableSettings", &ask(units));
    assert_eq!(
        refused,
        "ValidationException: Failed to update global table with name ‘cars‘. Replicas 'EU-CENTRAL-1', 'US-EAST-1' \
         BillingMode is PayPerRequest. You must convert table's BillingMode to PROVISIONED to set parameters: \
         'GlobalTableProvisionedWriteCapacityUnits'."
    );
    let other = json!({ "GlobalTableName": "boats", "GlobalTableBillingMode": "PAY_PER_REQUEST" });
    let refused = planet.refused(0, "UpdateGlobalTableSettings", &other);
    assert_eq!(refused, "GlobalTableNotFoundException: Global table with name: 'boats' does not exist.");
}

#[test]
fn the_versions_do_not_know_each_other() {
    let mut legacy = planet(2);
    let replica = json!({
        "TableName": "cars", "ReplicaUpdates": [{ "Delete": { "RegionName": REGIONS[1] } }],
    });
    let refused = legacy.refused(0, "UpdateTable", &replica);
    assert!(refused.contains("a global table of version 2017.11.29"), "{refused}");
    let refused = legacy.refused(0, "DescribeTableReplicaAutoScaling", &json!({ "TableName": "cars" }));
    assert_eq!(refused, "ResourceNotFoundException: Global table with name: 'cars' does not exist.");
    let mut planet = Planet::of_cars(2);
    let refused = planet.refused(0, "DescribeGlobalTable", &json!({ "GlobalTableName": "cars" }));
    assert!(refused.starts_with("GlobalTableNotFoundException"), "{refused}");
    let listed = planet.done(0, "ListGlobalTables", &json!({}));
    assert_eq!(listed, json!({ "GlobalTables": [] }));
}

/// Writes in three Regions of which two are cut off for a while; the items of each at the end.
fn played() -> Vec<Vec<Json>> {
    let mut planet = planet(3);
    planet.world.cut(0, 1);
    for step in 0..40_usize {
        let region = step * 7 % 3;
        let id = (step % 5).to_string();
        if step % 4 == 3 {
            planet.delete(region, &id);
        } else {
            planet.put(region, &id, &format!("{step}"));
        }
        planet.wait(0.1);
    }
    planet.world.heal(0, 1);
    planet.wait(10.0);
    (0..3).map(|region| planet.items(region)).collect()
}

#[test]
fn regions_that_were_cut_off_end_with_the_same_items() {
    let items = played();
    assert!(!items[0].is_empty());
    assert!(items.iter().all(|each| *each == items[0]));
    assert!(items[0].iter().all(|item| item["aws:rep:deleting"] == json!({ "BOOL": false })));
    assert_eq!(played(), items);
}

#[test]
fn a_stamp_waits_for_throughput() {
    let settings = Settings { initial_burst_seconds: 0, ..Settings::default() };
    let mut planet = Planet::with(1, &settings, 7);
    let mut cars = legacy_cars();
    cars["BillingMode"] = json!("PROVISIONED");
    cars["ProvisionedThroughput"] = json!({ "ReadCapacityUnits": 5, "WriteCapacityUnits": 1 });
    planet.done(0, "CreateTable", &cars);
    planet.done(0, "CreateGlobalTable", &group(&REGIONS[..1]));
    planet.wait(1.0);
    planet.put(0, "1", "MINI");
    planet.wait(0.01);
    assert_eq!(item(&mut planet, 0, "1").get("aws:rep:deleting"), None);
    planet.wait(2.0);
    assert_eq!(item(&mut planet, 0, "1")["aws:rep:deleting"], json!({ "BOOL": false }));
}
