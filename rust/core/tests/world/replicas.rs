//! Replicas that come, serve and go.

use std::time::Duration;

use serde_json::json;

use crate::planet::{Planet, REGIONS, cars};

#[test]
fn a_write_reaches_the_other_region_after_the_latency() {
    let mut planet = Planet::of_cars(2);
    planet.world.network_mut().set_latency(0, 1, Duration::from_millis(80));
    planet.put(0, "1", "MINI");
    planet.wait(0.079);
    assert_eq!(planet.make(1, "1"), None);
    planet.wait(0.001);
    assert_eq!(planet.make(1, "1").as_deref(), Some("MINI"));
    planet.put(1, "2", "Tatra");
    planet.wait(0.08);
    assert_eq!(planet.make(0, "2").as_deref(), Some("Tatra"));
    planet.delete(0, "1");
    planet.wait(0.08);
    assert_eq!((planet.make(0, "1"), planet.make(1, "1")), (None, None));
}

#[test]
fn a_write_after_a_long_rest_takes_its_latency_too() {
    let mut planet = Planet::of_cars(2);
    // Nothing happens meanwhile, so the world is not asked: its time stays behind.
    planet.now = planet.now + Duration::from_secs(100);
    planet.put(0, "1", "MINI");
    planet.wait(0.499);
    assert_eq!(planet.make(1, "1"), None);
    planet.wait(0.001);
    assert_eq!(planet.make(1, "1").as_deref(), Some("MINI"));
}

#[test]
fn of_two_writes_of_an_item_the_later_stays_everywhere() {
    let mut planet = Planet::of_cars(2);
    planet.put(0, "1", "first");
    planet.wait(0.01);
    planet.put(1, "1", "second");
    planet.wait(2.0);
    assert_eq!(planet.make(0, "1").as_deref(), Some("second"));
    assert_eq!(planet.make(1, "1").as_deref(), Some("second"));
    // Of one moment: the greater name, us-east-1.
    planet.put(1, "2", "Frankfurt");
    planet.put(0, "2", "Virginia");
    planet.wait(2.0);
    assert_eq!(planet.make(0, "2").as_deref(), Some("Virginia"));
    assert_eq!(planet.make(1, "2").as_deref(), Some("Virginia"));
}

#[test]
fn an_older_write_does_not_bring_a_deleted_item_back() {
    let mut planet = Planet::of_cars(2);
    planet.put(0, "1", "MINI");
    planet.wait(2.0);
    planet.world.cut(0, 1);
    planet.put(0, "1", "isolated");
    planet.wait(1.0);
    planet.delete(1, "1");
    planet.wait(3_600.0);
    assert_eq!(planet.make(0, "1").as_deref(), Some("isolated"));
    planet.world.heal(0, 1);
    planet.wait(2.0);
    assert_eq!((planet.make(0, "1"), planet.make(1, "1")), (None, None));
}

#[test]
fn a_new_replica_is_filled_while_writes_go_on() {
    let mut planet = Planet::new(3);
    planet.done(0, "CreateTable", &cars());
    for id in 0..1_000 {
        planet.put(0, &id.to_string(), "old");
    }
    planet.add_replica(REGIONS[1]);
    let create = json!([{ "Create": { "RegionName": REGIONS[2] } }]);
    let update = json!({ "TableName": "cars", "ReplicaUpdates": create });
    let answer = planet.done(0, "UpdateTable", &update);
    assert_eq!(answer["TableDescription"]["TableStatus"], "UPDATING");
    assert_eq!(answer["TableDescription"]["GlobalTableVersion"], "2019.11.21");
    for step in 0..30 {
        planet.put(step % 2, &(step * 31).to_string(), "new");
        planet.delete(1 - step % 2, &(step * 31 + 1).to_string());
        planet.wait(0.1);
    }
    let others = |region: usize| {
        let found = REGIONS[..3].iter().filter(|name| **name != REGIONS[region]);
        found.map(|name| ((*name).to_owned(), "ACTIVE".to_owned())).collect::<Vec<_>>()
    };
    planet.wait(5.0);
    for region in 0..3 {
        assert_eq!(planet.replicas(region), others(region));
        assert_eq!(planet.table(region)["TableStatus"], "ACTIVE");
    }
    let items = planet.items(0);
    assert_eq!(items.len(), 970);
    assert!(planet.items(1) == items && planet.items(2) == items);
}

#[test]
fn a_replica_that_is_made_serves_nobody_before_it_is_filled() {
    let mut planet = Planet::new(2);
    planet.done(0, "CreateTable", &cars());
    planet.put(0, "1", "MINI");
    let create = json!([{ "Create": { "RegionName": REGIONS[1] } }]);
    planet.done(0, "UpdateTable", &json!({ "TableName": "cars", "ReplicaUpdates": create }));
    planet.wait(0.1);
    assert_eq!(planet.table(1)["TableStatus"], "CREATING");
    assert_eq!(planet.replicas(0), [(REGIONS[1].to_owned(), "CREATING".to_owned())]);
    let get = json!({ "TableName": "cars", "Key": { "id": { "S": "1" } } });
    assert_eq!(planet.refused(1, "GetItem", &get), "ResourceNotFoundException: Requested resource not found");
    planet.wait(1.0);
    assert_eq!(planet.make(1, "1").as_deref(), Some("MINI"));
}

#[test]
fn a_replica_goes_with_its_table_and_one_region_is_no_global_table() {
    let mut planet = Planet::of_cars(2);
    planet.put(0, "1", "MINI");
    planet.wait(1.0);
    let delete = json!([{ "Delete": { "RegionName": REGIONS[1] } }]);
    planet.done(0, "UpdateTable", &json!({ "TableName": "cars", "ReplicaUpdates": delete }));
    planet.wait(5.0);
    let describe = json!({ "TableName": "cars" });
    assert!(planet.refused(1, "DescribeTable", &describe).starts_with("ResourceNotFoundException"));
    let table = planet.table(0);
    for member in ["Replicas", "GlobalTableVersion"] {
        assert!(table.get(member).is_none(), "{member} belongs to global tables: {table}");
    }
    assert_eq!(table["StreamSpecification"]["StreamEnabled"], true);
    assert_eq!(planet.make(0, "1").as_deref(), Some("MINI"));
    planet.add_replica(REGIONS[1]);
    assert_eq!(planet.make(1, "1").as_deref(), Some("MINI"));
}

#[test]
fn what_stands_in_the_way_of_a_replica_is_told_by_dynamo_dbs_texts() {
    let mut planet = Planet::new(2);
    let mut cars = cars();
    cars["BillingMode"] = json!("PROVISIONED");
    cars["ProvisionedThroughput"] = json!({ "ReadCapacityUnits": 5, "WriteCapacityUnits": 5 });
    planet.done(0, "CreateTable", &cars);
    let mut refused = |update: serde_json::Value| {
        let body = json!({ "TableName": "cars", "ReplicaUpdates": [update] });
        planet.refused(0, "UpdateTable", &body).trim_start_matches("ValidationException: ").to_owned()
    };
    assert_eq!(
        refused(json!({ "Create": { "RegionName": REGIONS[0] } })),
        "Cannot add, delete, or update the local region through ReplicaUpdates. Use CreateTable, DeleteTable, or \
         UpdateTable as required."
    );
    assert_eq!(
        refused(json!({ "Create": { "RegionName": REGIONS[1] } })),
        "Table write capacity should either be Pay-Per-Request or AutoScaled."
    );
    assert_eq!(
        refused(json!({ "Delete": { "RegionName": REGIONS[1] } })),
        "Replica specified in the Replica Update or Replica Delete action of the request was not found"
    );
    planet.done(1, "CreateTable", &cars);
    let body = json!({
        "TableName": "cars", "ReplicaUpdates": [{ "Create": { "RegionName": REGIONS[1] } }],
    });
    assert_eq!(
        planet.refused(0, "UpdateTable", &body),
        "ValidationException: Failed to create a the new replica of table with name: 'cars' because one or more \
         replicas already existed as tables."
    );
}

#[test]
fn a_region_that_fails_answers_nobody_and_keeps_what_it_has() {
    let mut planet = Planet::of_cars(2);
    planet.put(0, "1", "before");
    planet.wait(1.0);
    planet.put(1, "2", "unsent");
    planet.world.fail(1);
    let list = json!({});
    assert!(planet.refused(1, "ListTables", &list).starts_with("ServiceUnavailable"));
    planet.put(0, "1", "after");
    planet.wait(60.0);
    assert_eq!(planet.make(0, "2"), None);
    planet.world.recover(1);
    assert_eq!(planet.make(1, "1").as_deref(), Some("before"));
    planet.wait(1.0);
    assert_eq!(planet.make(1, "1").as_deref(), Some("after"));
    assert_eq!(planet.make(0, "2").as_deref(), Some("unsent"));
}

#[test]
fn nothing_is_left_to_do_once_all_is_replicated() {
    let mut planet = Planet::of_cars(3);
    for id in 0..50 {
        planet.put(id % 3, &id.to_string(), "MINI");
        planet.delete(id % 3, &(id / 2).to_string());
    }
    planet.wait(3_600.0);
    let next = planet.world.next_event_at(&mut planet.engines).unwrap();
    // But records of streams, which become too old.
    assert!(next.is_none_or(|next| next.since(planet.now) > Duration::from_secs(3_600)), "{next:?}");
}

#[test]
fn a_new_replica_knows_what_was_deleted_before_it_came() {
    // Found by the simulation: a replica was filled with items alone, and an older write of a Region that was cut off
    // from the one it was filled from brought a deleted item back there.
    let mut planet = Planet::of_cars(3);
    planet.world.cut(1, 0);
    planet.world.cut(1, 2);
    planet.put(1, "1", "isolated");
    planet.wait(1.0);
    planet.delete(0, "1");
    planet.wait(600.0);
    let delete = json!([{ "Delete": { "RegionName": REGIONS[2] } }]);
    planet.done(0, "UpdateTable", &json!({ "TableName": "cars", "ReplicaUpdates": delete }));
    planet.wait(5.0);
    planet.world.heal(1, 2);
    planet.add_replica(REGIONS[2]);
    planet.wait(5.0);
    assert_eq!(planet.make(2, "1"), None);
    planet.world.heal(1, 0);
    planet.wait(5.0);
    for region in 0..3 {
        assert_eq!(planet.make(region, "1"), None);
    }
}
