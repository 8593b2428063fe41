//! Transactions on tables whose throughput is used up.

use dynacore::table::Settings;
use serde_json::{Value as Json, json};

use crate::database::{Database, car, check_car, get_car, put};

const TABLE_TEXT: &str = "The level of configured provisioned throughput for the table was exceeded. Consider \
     increasing your provisioning level with the UpdateTable API.";

/// `slow` may read and write ten units a second, and has saved none up.
fn database() -> Database {
    let mut database = Database::with(Settings { initial_burst_seconds: 0, ..Settings::default() });
    let mut slow = crate::database::cars("slow");
    slow["BillingMode"] = json!("PROVISIONED");
    slow["ProvisionedThroughput"] = json!({ "ReadCapacityUnits": 10, "WriteCapacityUnits": 10 });
    database.done("CreateTable", &slow);
    database.wait(1);
    database
}

fn puts(count: usize) -> Vec<Json> {
    (0..count).map(|id| put("slow", car(&id.to_string(), json!({})))).collect()
}

#[test]
fn a_transaction_is_admitted_as_one_and_refused_without_taking_anything() {
    let mut database = database();
    // Eight of ten units are gone.
    database.write(json!(puts(4)));
    let mut actions = puts(3);
    actions.insert(1, put("cars", car("a", json!({}))));
    let reasons = database.cancelled(json!(actions));
    let refused = json!({ "Code": "ProvisionedThroughputExceeded", "Message": TABLE_TEXT });
    assert_eq!(reasons, json!([{ "Code": "None" }, { "Code": "None" }, refused, refused]));
    assert_eq!(database.used("slow").1, 8.0);
    assert_eq!(database.used("cars").1, 0.0);
    assert_eq!(database.car("a"), json!(null));
    database.write(json!(puts(1)));
    assert_eq!(database.used("slow").1, 10.0);
}

#[test]
fn one_that_costs_more_than_a_second_holds_is_served_and_paid_back() {
    let mut database = database();
    database.write(json!(puts(8)));
    database.wait(1);
    assert_eq!(database.cancelled(json!(puts(3)))[2]["Code"], "ProvisionedThroughputExceeded");
    database.wait(1);
    database.write(json!(puts(3)));
}

#[test]
fn a_failed_condition_keeps_its_reason() {
    let mut database = database();
    database.write(json!(puts(4)));
    let check = check_car("missing", "attribute_exists(id)");
    let reasons = database.cancelled(json!([check, puts(1)[0], puts(2)[1]]));
    let codes: Vec<&Json> = reasons.as_array().unwrap().iter().map(|each| &each["Code"]).collect();
    assert_eq!(codes, ["ConditionalCheckFailed", "None", "ProvisionedThroughputExceeded"]);
    assert_eq!((database.used("slow").1, database.used("cars").1), (8.0, 0.0));
}

#[test]
fn reads_are_refused_in_the_same_way() {
    let mut database = database();
    let get = |id: usize| json!({ "Get": { "TableName": "slow", "Key": { "id": { "S": id.to_string() } } } });
    let gets = |count: usize| json!({ "TransactItems": (0..count).map(get).collect::<Vec<_>>() });
    database.done("TransactGetItems", &gets(4));
    let mut body = gets(2);
    body["TransactItems"].as_array_mut().unwrap().push(get_car("a"));
    let reasons = database.reasons("TransactGetItems", &body);
    assert_eq!(
        reasons,
        json!([
            { "Code": "None" },
            { "Code": "ProvisionedThroughputExceeded", "Message": TABLE_TEXT },
            { "Code": "None" },
        ])
    );
    assert_eq!((database.used("slow").0, database.used("cars").0), (8.0, 0.0));
}

#[test]
fn an_index_holds_its_table_back_with_a_text_of_its_own() {
    let mut database = Database::with(Settings { initial_burst_seconds: 0, ..Settings::default() });
    let mut fleet = crate::database::fleet();
    let units = |units: u64| json!({ "ReadCapacityUnits": units, "WriteCapacityUnits": units });
    fleet["TableName"] = json!("slow");
    fleet["BillingMode"] = json!("PROVISIONED");
    fleet["ProvisionedThroughput"] = units(100);
    fleet["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"] = units(2);
    database.done("CreateTable", &fleet);
    database.wait(1);
    let ship = |s: i64| {
        let number = |value: i64| json!({ "N": value.to_string() });
        put("slow", json!({ "p": { "S": "p" }, "s": number(s), "year": number(1), "owner": { "S": "me" } }))
    };
    database.write(json!([ship(1)]));
    let reasons = database.cancelled(json!([ship(2), ship(3), put("cars", car("a", json!({})))]));
    assert_eq!(
        reasons,
        json!([
            { "Code": "None" },
            {
                "Code": "ProvisionedThroughputExceeded",
                "Message": "The level of configured provisioned throughput for one or more global secondary indexes \
                            of the table was exceeded. Consider increasing your provisioning level for the \
                            under-provisioned global secondary indexes with the UpdateTable API",
            },
            { "Code": "None" },
        ])
    );
    assert_eq!(database.used("slow").1, 3.0);
}

/// A transaction on demand was told to raise a provisioning that the table does not have.
#[test]
fn on_demand_the_reason_is_a_throttling_error() {
    let mut database = Database::with(Settings { throttle_on_demand: true, ..Settings::default() });
    let actions = json!({ "TransactItems": [put("cars", car("hot", json!({})))] });
    // A partition takes a thousand units a second, and each of these costs two.
    let served = (0..600).take_while(|_| database.ask("TransactWriteItems", &actions).is_ok()).count();
    assert_eq!(served, 500);
    let reasons = database.reasons("TransactWriteItems", &actions);
    assert_eq!(
        reasons,
        json!([{
            "Code": "ThrottlingError",
            "Message": "Throughput exceeds the current capacity of your table or index. DynamoDB is automatically \
                        scaling your table or index so please try again shortly. If exceptions persist, check if you \
                        have a hot key: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/\
                        bp-partition-key-design.html",
        }])
    );
}
