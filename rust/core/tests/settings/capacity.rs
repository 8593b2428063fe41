//! On-demand maximums and warm throughput.

use dynacore::error::Error;
use serde_json::{Value as Json, json};

use crate::database::{ARN, Database, cars, index, indexed_cars, units, with};

fn maximum(read: i64, write: i64) -> Json {
    json!({ "MaxReadRequestUnits": read, "MaxWriteRequestUnits": write })
}

fn warm(read: i64, write: i64) -> Json {
    json!({ "ReadUnitsPerSecond": read, "WriteUnitsPerSecond": write })
}

fn provisioned() -> Json {
    with(&cars(), json!({ "BillingMode": null, "ProvisionedThroughput": units(10, 5) }))
}

#[test]
fn a_maximum_is_kept_second_by_second() {
    let mut database = Database::new();
    database.done("CreateTable", &with(&cars(), json!({ "OnDemandThroughput": maximum(3, 2) })));
    let put = json!({ "TableName": "cars", "Item": { "id": { "S": "a" } } });
    for _ in 0..3 {
        database.done("PutItem", &put);
        database.done("PutItem", &put);
        let Err(Error::Throttling(text, reasons)) = database.ask("PutItem", &put) else {
            panic!("a third write in a second is above the maximum");
        };
        assert_eq!(text, "Throughput exceeds the maximum OnDemandThroughput configured on table or index");
        assert_eq!(reasons[0].reason, "TableWriteMaxOnDemandThroughputExceeded");
        assert_eq!(reasons[0].resource, ARN);
        database.wait(1);
    }
    // What an idle minute did not use is gone.
    database.wait(60);
    let get = json!({ "TableName": "cars", "Key": { "id": { "S": "a" } }, "ConsistentRead": true });
    let reads = (0..10).filter(|_| database.ask("GetItem", &get).is_ok()).count();
    assert_eq!(reads, 3);
}

#[test]
fn an_index_holds_back_its_table() {
    let mut database = Database::new();
    let mut by_make = index("by_make", "make");
    by_make["OnDemandThroughput"] = maximum(100, 1);
    database.done("CreateTable", &with(&indexed_cars(), json!({ "GlobalSecondaryIndexes": [by_make] })));
    let put = |id: &str| json!({ "TableName": "cars", "Item": { "id": { "S": id }, "make": { "S": "m" } } });
    database.done("PutItem", &put("a"));
    let Err(Error::Throttling(_, reasons)) = database.ask("PutItem", &put("b")) else {
        panic!("the index takes one write a second");
    };
    assert_eq!(reasons.len(), 1);
    assert_eq!(reasons[0].reason, "IndexWriteMaxOnDemandThroughputExceeded");
    assert_eq!(reasons[0].resource, format!("{ARN}/index/by_make"));
    let capacity = json!([{ "Update": { "IndexName": "by_make", "OnDemandThroughput": maximum(-1, -1) } }]);
    database.update(json!({ "GlobalSecondaryIndexUpdates": capacity }));
    for _ in 0..5 {
        database.done("PutItem", &put("b"));
    }
    assert!(database.describe()["GlobalSecondaryIndexes"][0].get("OnDemandThroughput").is_none());
}

#[test]
fn maximums_change_member_by_member() {
    let mut database = Database::cars();
    assert!(database.describe().get("OnDemandThroughput").is_none());
    database.update(json!({ "OnDemandThroughput": { "MaxReadRequestUnits": 10 } }));
    assert_eq!(database.describe()["OnDemandThroughput"], json!({ "MaxReadRequestUnits": 10 }));
    database.update(json!({ "OnDemandThroughput": { "MaxWriteRequestUnits": 20 } }));
    assert_eq!(database.describe()["OnDemandThroughput"], maximum(10, 20));
    database.update(json!({ "OnDemandThroughput": { "MaxReadRequestUnits": -1 } }));
    assert_eq!(database.describe()["OnDemandThroughput"], json!({ "MaxWriteRequestUnits": 20 }));
    database.update(json!({ "BillingMode": "PROVISIONED", "ProvisionedThroughput": units(5, 5) }));
    assert!(database.describe().get("OnDemandThroughput").is_none());
    let both = json!({ "BillingMode": "PAY_PER_REQUEST", "OnDemandThroughput": maximum(7, 8) });
    database.update(both);
    assert_eq!(database.describe()["OnDemandThroughput"], maximum(7, 8));
}

#[test]
fn maximums_that_are_refused() {
    let invalid = "ValidationException: One or more parameter values were invalid: ";
    let mut database = Database::new();
    for bad in [0, -1, -2] {
        let refused = database
            .refused("CreateTable", &with(&cars(), json!({ "OnDemandThroughput": maximum(bad, bad) })));
        assert_eq!(
            refused,
            format!(
                "{invalid}Requested MaxReadRequestUnits for OnDemandThroughput for table is outside of valid range"
            )
        );
    }
    let refused = database
        .refused("CreateTable", &with(&provisioned(), json!({ "OnDemandThroughput": maximum(1, 1) })));
    assert_eq!(
        refused,
        format!(
            "{invalid}MaxReadRequestUnits for OnDemandThroughput cannot be specified when table BillingMode is \
             PROVISIONED."
        )
    );
    database.done("CreateTable", &provisioned());
    assert_eq!(
        database.update_refused(json!({ "OnDemandThroughput": { "MaxWriteRequestUnits": 1 } })),
        format!(
            "{invalid}MaxWriteRequestUnits for OnDemandThroughput cannot be specified when the table BillingMode is \
             PROVISIONED"
        )
    );
    database.update(json!({ "BillingMode": "PAY_PER_REQUEST" }));
    assert_eq!(
        database.update_refused(json!({ "OnDemandThroughput": maximum(40_001, 1) })),
        "LimitExceededException: Subscriber limit exceeded: Requested MaxReadRequestUnits for OnDemandThroughput for \
         table exceeds TableMaxReadCapacityUnits of the account in region us-east-1"
    );
}

#[test]
fn warm_throughput_is_what_the_mode_begins_with() {
    let mut database = Database::new();
    let created = database.done("CreateTable", &cars());
    assert!(created["TableDescription"].get("WarmThroughput").is_none());
    let shown = |read: i64, write: i64| json!({ "ReadUnitsPerSecond": read, "WriteUnitsPerSecond": write, "Status": "ACTIVE" });
    assert_eq!(database.describe()["WarmThroughput"], shown(12_000, 4_000));
    database.done("CreateTable", &with(&provisioned(), json!({ "TableName": "vans" })));
    let vans = |database: &mut Database| {
        database.done("DescribeTable", &json!({ "TableName": "vans" }))["Table"]["WarmThroughput"].clone()
    };
    assert_eq!(vans(&mut database), shown(10, 5));
    // It follows the highest throughput there ever was.
    for (read, write) in [(20, 5), (2, 7)] {
        let body = json!({ "TableName": "vans", "ProvisionedThroughput": units(read, write) });
        database.done("UpdateTable", &body);
    }
    assert_eq!(vans(&mut database), shown(20, 7));
    database.done("UpdateTable", &json!({ "TableName": "vans", "BillingMode": "PAY_PER_REQUEST" }));
    assert_eq!(vans(&mut database), shown(12_000, 4_000));
}

#[test]
fn warm_throughput_is_raised_while_the_table_is_active() {
    let mut database = Database::slow_cars();
    let updating = |read: i64, write: i64| json!({ "ReadUnitsPerSecond": read, "WriteUnitsPerSecond": write, "Status": "UPDATING" });
    let answer = database.update(json!({ "WarmThroughput": { "ReadUnitsPerSecond": 13_000 } }));
    assert_eq!(
        (&answer["TableStatus"], &answer["WarmThroughput"]),
        (&json!("ACTIVE"), &updating(12_000, 4_000))
    );
    assert_eq!(
        database.refused("DeleteTable", &json!({ "TableName": "cars" })),
        "ResourceInUseException: Attempt to change a resource which is still in use: Table: cars is in the process of \
         being updated."
    );
    database.wait(10);
    assert_eq!(database.describe()["WarmThroughput"]["ReadUnitsPerSecond"], 13_000);
    assert_eq!(database.describe()["WarmThroughput"]["Status"], "ACTIVE");
    // The partitions for it are there ahead of the load.
    let partitions = database.engine.describe_partitions("cars", None, database.now).unwrap();
    assert_eq!(
        partitions.len(),
        8,
        "13,000 reads take five at least, and growth splits each of the four in two"
    );
    let invalid = "ValidationException: One or more parameter values were invalid: ";
    assert_eq!(
        database.update_refused(json!({ "WarmThroughput": warm(12_999, 4_000) })),
        format!(
            "{invalid}Requested ReadUnitsPerSecond for WarmThroughput for table is lower than current WarmThroughput, \
             decreasing WarmThroughput is not supported"
        )
    );
    // The same again is accepted.
    database.update(json!({ "WarmThroughput": warm(13_000, 4_000) }));
}

#[test]
fn warm_throughput_of_something_new() {
    let invalid = "ValidationException: One or more parameter values were invalid: ";
    let mut database = Database::new();
    for (body, what) in [
        (
            with(&cars(), json!({ "WarmThroughput": warm(1, 1) })),
            "ReadUnitsPerSecond for WarmThroughput for table is lower than initial throughput for OnDemand. See: \
             https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html\
             #on-demand-capacity-mode-initial",
        ),
        (
            with(&provisioned(), json!({ "WarmThroughput": warm(10, 4) })),
            "WriteUnitsPerSecond for WarmThroughput for table is lower than WriteCapacityUnits of ProvisionedThroughput",
        ),
    ] {
        assert_eq!(database.refused("CreateTable", &body), format!("{invalid}Requested {what}"));
    }
    let mut by_make = index("by_make", "make");
    by_make["WarmThroughput"] = json!({ "WriteUnitsPerSecond": 5_000 });
    let body = with(
        &indexed_cars(),
        json!({ "GlobalSecondaryIndexes": [by_make], "WarmThroughput": { "ReadUnitsPerSecond": 12_001 } }),
    );
    let created = database.done("CreateTable", &body);
    assert_eq!(created["TableDescription"]["WarmThroughput"]["ReadUnitsPerSecond"], 12_001);
    let described = database.describe();
    assert_eq!(described["WarmThroughput"]["WriteUnitsPerSecond"], 4_000);
    assert_eq!(described["GlobalSecondaryIndexes"][0]["WarmThroughput"]["WriteUnitsPerSecond"], 5_000);
    let raised = json!([{ "Update": { "IndexName": "by_make", "WarmThroughput": warm(12_000, 6_000) } }]);
    database.update(json!({ "GlobalSecondaryIndexUpdates": raised }));
    let described = database.describe();
    assert_eq!(
        described["GlobalSecondaryIndexes"][0]["WarmThroughput"],
        json!({ "ReadUnitsPerSecond": 12_000, "WriteUnitsPerSecond": 6_000, "Status": "ACTIVE" })
    );
    for (update, told) in [
        (
            json!({ "WarmThroughput": {} }),
            "WarmThroughput must have at least one of ReadUnitsPerSecond or WriteUnitsPerSecond specified for index: \
             by_make",
        ),
        (
            json!({ "OnDemandThroughput": {} }),
            "The only Updates for index: by_make when TableThroughputMode is PAY_PER_REQUEST can be to \
             OnDemandThroughput, WarmThroughput",
        ),
        (
            json!({ "WarmThroughput": warm(-5, 1) }),
            "Requested ReadUnitsPerSecond for WarmThroughput for index by_make is lower than current WarmThroughput, \
             decreasing WarmThroughput is not supported",
        ),
    ] {
        let update = with(&json!({ "IndexName": "by_make" }), update);
        let body = json!({ "GlobalSecondaryIndexUpdates": [{ "Update": update }] });
        assert_eq!(database.update_refused(body), format!("{invalid}{told}"));
    }
}
