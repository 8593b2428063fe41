//! Global tables with strong consistency.

use std::time::Duration;

use dynacore::table::Settings;
use serde_json::{Value as Json, json};

use crate::planet::{Planet, REGIONS, cars};

fn strong(replicas: &[&str], witness: Option<&str>) -> Json {
    let creates: Vec<Json> =
        replicas.iter().map(|region| json!({ "Create": { "RegionName": region } })).collect();
    let mut body = json!({
        "TableName": "cars", "ReplicaUpdates": creates, "MultiRegionConsistency": "STRONG",
    });
    if let Some(region) = witness {
        body["GlobalTableWitnessUpdates"] = json!([{ "Create": { "RegionName": region } }]);
    }
    body
}

fn planet() -> Planet {
    let mut planet = Planet::new(3);
    planet.done(0, "CreateTable", &cars());
    planet.wait(1.0);
    planet.done(0, "UpdateTable", &strong(&REGIONS[1..3], None));
    planet.wait(5.0);
    planet
}

#[test]
fn a_write_is_read_everywhere_at_once() {
    let mut planet = planet();
    assert_eq!(planet.table(0)["MultiRegionConsistency"], "STRONG");
    planet.put(1, "1", "MINI");
    for region in 0..3 {
        assert_eq!(planet.make(region, "1").as_deref(), Some("MINI"));
    }
    planet.put(2, "1", "Tatra");
    assert_eq!(planet.make(0, "1").as_deref(), Some("Tatra"));
}

#[test]
fn a_region_that_reaches_no_other_neither_writes_nor_reads_strongly() {
    let mut planet = planet();
    planet.put(0, "1", "MINI");
    planet.world.cut(0, 1);
    planet.world.cut(0, 2);
    let get = json!({ "TableName": "cars", "Key": { "id": { "S": "1" } } });
    assert!(planet.done(0, "GetItem", &get).get("Item").is_some());
    let mut consistent = get.clone();
    consistent["ConsistentRead"] = json!(true);
    assert!(planet.refused(0, "GetItem", &consistent).starts_with("InternalServerError"));
    let put = json!({ "TableName": "cars", "Item": { "id": { "S": "1" } } });
    assert!(planet.refused(0, "PutItem", &put).starts_with("InternalServerError"));
    planet.put(1, "1", "Tatra");
    assert_eq!(planet.make(2, "1").as_deref(), Some("Tatra"));
    planet.world.heal(0, 2);
    // Over the third Region.
    assert_eq!(planet.make(0, "1").as_deref(), Some("Tatra"));
    planet.put(0, "1", "Praga");
    assert_eq!(planet.make(1, "1").as_deref(), Some("Praga"));
}

#[test]
fn the_loss_of_a_region_loses_no_write() {
    let mut planet = planet();
    planet.put(0, "1", "MINI");
    planet.world.fail(0);
    assert_eq!(planet.make(1, "1").as_deref(), Some("MINI"));
    planet.put(1, "1", "Tatra");
    planet.world.recover(0);
    assert_eq!(planet.make(0, "1").as_deref(), Some("Tatra"));
}

#[test]
fn writes_of_one_item_in_two_regions_conflict_while_they_are_under_way() {
    let settings = Settings { transaction_duration: Duration::from_millis(80), ..Settings::default() };
    let mut planet = Planet::with(3, &settings, 7);
    planet.done(0, "CreateTable", &cars());
    planet.done(0, "UpdateTable", &strong(&REGIONS[1..2], Some(REGIONS[2])));
    planet.wait(5.0);
    planet.put(0, "1", "MINI");
    let put = json!({ "TableName": "cars", "Item": { "id": { "S": "1" } } });
    assert!(planet.refused(1, "PutItem", &put).starts_with("ReplicatedWriteConflictException"));
    planet.wait(0.1);
    planet.put(1, "1", "Tatra");
    assert_eq!(planet.table(0)["GlobalTableWitnesses"][0]["RegionName"], REGIONS[2]);
    let describe = json!({ "TableName": "cars" });
    assert!(planet.refused(2, "DescribeTable", &describe).starts_with("ResourceNotFoundException"));
}

#[test]
fn what_a_strong_table_needs_and_what_it_refuses() {
    let mut planet = Planet::new(3);
    planet.done(0, "CreateTable", &cars());
    let refused = planet.refused(0, "UpdateTable", &strong(&REGIONS[1..2], None));
    assert!(refused.contains("three replicas, or two replicas and a witness"), "{refused}");
    planet.put(0, "1", "MINI");
    let refused = planet.refused(0, "UpdateTable", &strong(&REGIONS[1..3], None));
    assert!(refused.contains("must be empty"), "{refused}");
    planet.delete(0, "1");
    planet.done(0, "UpdateTable", &strong(&REGIONS[1..3], None));
    planet.wait(5.0);
    let item = json!({ "TableName": "cars", "Item": { "id": { "S": "1" } } });
    let transaction = json!({ "TransactItems": [{ "Put": item }] });
    assert!(planet.refused(0, "TransactWriteItems", &transaction).starts_with("ValidationException"));
    let setting = json!({
        "TableName": "cars", "TimeToLiveSpecification": { "Enabled": true, "AttributeName": "end" },
    });
    assert!(planet.refused(0, "UpdateTimeToLive", &setting).starts_with("ValidationException"));
    let describe = json!({ "TableName": "cars" });
    assert!(planet.refused(0, "DeleteTable", &describe).starts_with("ValidationException"));
    let one = json!({ "TableName": "cars", "ReplicaUpdates": [{ "Delete": { "RegionName": REGIONS[1] } }] });
    assert!(planet.refused(0, "UpdateTable", &one).starts_with("ValidationException"));
    let all: Vec<Json> =
        REGIONS[1..3].iter().map(|region| json!({ "Delete": { "RegionName": region } })).collect();
    planet.done(0, "UpdateTable", &json!({ "TableName": "cars", "ReplicaUpdates": all }));
    planet.wait(5.0);
    assert!(planet.table(0).get("Replicas").is_none());
    planet.done(0, "DeleteTable", &describe);
}
