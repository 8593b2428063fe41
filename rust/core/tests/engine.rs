//! The engine by its own door: JSON in, JSON out, time handed in.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use dynacore::error::Error;
use dynacore::request::Service;
use dynacore::store::MemoryStore;
use dynacore::table::Settings;
use dynacore::testing::{self, Count, CountingStore};

struct Database(testing::Database);

impl Database {
    fn new(settings: Settings) -> Self {
        Self(testing::Database::with(settings))
    }

    fn call(&mut self, name: &str, body: &str) -> Result<String, Error> {
        self.0.ask_text(Service::DynamoDb, name, body)
    }

    fn table(&mut self, throughput: &str) {
        let body = format!(
            r#"{{"TableName":"cars","AttributeDefinitions":[{{"AttributeName":"id","AttributeType":"N"}}],
                "KeySchema":[{{"AttributeName":"id","KeyType":"HASH"}}],{throughput}}}"#
        );
        let answer = self.call("CreateTable", &body).unwrap();
        assert!(answer.contains(r#""TableStatus":"CREATING""#), "{answer}");
    }
}

#[test]
fn an_item_is_put_read_updated_and_deleted() {
    let mut database = Database::new(Settings::default());
    database.table(r#""BillingMode":"PAY_PER_REQUEST""#);
    let put = r#"{"TableName":"cars","Item":{"id":{"N":"1"},"make":{"S":"MINI"}}}"#;
    assert_eq!(database.call("PutItem", put).unwrap(), "{}");
    let get = r#"{"TableName":"cars","Key":{"id":{"N":"1.0"}},"ReturnConsumedCapacity":"TOTAL"}"#;
    assert_eq!(
        database.call("GetItem", get).unwrap(),
        r#"{"Item":{"id":{"N":"1"},"make":{"S":"MINI"}},"ConsumedCapacity":{"TableName":"cars","CapacityUnits":0.5}}"#
    );
    let update = r#"{"TableName":"cars","Key":{"id":{"N":"1"}},"UpdateExpression":"SET doors = :two",
        "ExpressionAttributeValues":{":two":{"N":"2"}},"ReturnValues":"UPDATED_NEW"}"#;
    assert_eq!(database.call("UpdateItem", update).unwrap(), r#"{"Attributes":{"doors":{"N":"2"}}}"#);
    let delete = r#"{"TableName":"cars","Key":{"id":{"N":"1"}},"ReturnValues":"ALL_OLD"}"#;
    assert_eq!(
        database.call("DeleteItem", delete).unwrap(),
        r#"{"Attributes":{"id":{"N":"1"},"make":{"S":"MINI"},"doors":{"N":"2"}}}"#
    );
    assert_eq!(database.call("GetItem", get).unwrap().find("Item"), None);
}

#[test]
fn a_table_over_its_throughput_says_which_limit() {
    let settings = Settings { initial_burst_seconds: 0, ..Settings::default() };
    let mut database = Database::new(settings);
    database.table(r#""ProvisionedThroughput":{"ReadCapacityUnits":5,"WriteCapacityUnits":5}"#);
    let put = r#"{"TableName":"cars","Item":{"id":{"N":"1"}}}"#;
    let Err(Error::ProvisionedThroughputExceeded(reasons)) = database.call("PutItem", put) else {
        panic!("an empty bucket must refuse")
    };
    assert_eq!(reasons[0].reason, "TableWriteProvisionedThroughputExceeded");
    assert_eq!(reasons[0].resource, "arn:aws:dynamodb:us-east-1:000000000000:table/cars");
    database.0.now = database.0.now + std::time::Duration::from_millis(200);
    assert_eq!(database.call("PutItem", put).unwrap(), "{}");
}

#[test]
fn pages_of_a_query_meet_at_their_keys() {
    let mut database = Database::new(Settings::default());
    database
        .call(
            "CreateTable",
            r#"{"TableName":"log","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[
                {"AttributeName":"p","AttributeType":"S"},{"AttributeName":"s","AttributeType":"N"}],
                "KeySchema":[{"AttributeName":"p","KeyType":"HASH"},{"AttributeName":"s","KeyType":"RANGE"}]}"#,
        )
        .unwrap();
    for sort in [-5, 3, 10, 0, 7] {
        let put = format!(r#"{{"TableName":"log","Item":{{"p":{{"S":"a"}},"s":{{"N":"{sort}"}}}}}}"#);
        database.call("PutItem", &put).unwrap();
    }
    let query = |direction: &str, start: &str| {
        format!(
            r#"{{"TableName":"log","KeyConditionExpression":"p = :p","ExpressionAttributeValues":{{":p":{{"S":"a"}}}},
                "Limit":3,"ScanIndexForward":{direction}{start}}}"#
        )
    };
    let page = database.call("Query", &query("true", "")).unwrap();
    assert!(page.contains(r#""LastEvaluatedKey":{"p":{"S":"a"},"s":{"N":"3"}}"#), "{page}");
    let start = r#","ExclusiveStartKey":{"p":{"S":"a"},"s":{"N":"3"}}"#;
    let page = database.call("Query", &query("true", start)).unwrap();
    assert_eq!(
        page,
        r#"{"Items":[{"p":{"S":"a"},"s":{"N":"7"}},{"p":{"S":"a"},"s":{"N":"10"}}],"Count":2,"ScannedCount":2}"#
    );
    let page = database.call("Query", &query("false", start)).unwrap();
    assert!(
        page.starts_with(r#"{"Items":[{"p":{"S":"a"},"s":{"N":"0"}},{"p":{"S":"a"},"s":{"N":"-5"}}]"#),
        "{page}"
    );
}

#[test]
fn an_update_may_not_nest_deeper_than_a_put() {
    let mut database = Database::new(Settings::default());
    database.table(r#""BillingMode":"PAY_PER_REQUEST""#);
    let nested = |levels: usize| {
        format!(
            "{}{}",
            r#"{"M":{"a":"#.repeat(levels),
            r#"{"S":"x"}}}"#.to_owned() + &"}}".repeat(levels - 1)
        )
    };
    let put = format!(r#"{{"TableName":"cars","Item":{{"id":{{"N":"1"}},"top":{}}}}}"#, nested(20));
    database.call("PutItem", &put).unwrap();
    let update = |levels: usize| {
        format!(
            r#"{{"TableName":"cars","Key":{{"id":{{"N":"1"}}}},"UpdateExpression":"SET top.a.a.b = :v",
                "ExpressionAttributeValues":{{":v":{}}}}}"#,
            nested(levels)
        )
    };
    database.call("UpdateItem", &update(28)).unwrap();
    let error = database.call("UpdateItem", &update(29)).unwrap_err();
    assert!(error.message().starts_with("Nesting Levels have exceeded"), "{error}");
}

#[test]
fn a_path_below_a_key_attribute_is_refused() {
    let mut database = Database::new(Settings::default());
    database.table(r#""BillingMode":"PAY_PER_REQUEST""#);
    let scan =
        r#"{"TableName":"cars","FilterExpression":"id.x = :v","ExpressionAttributeValues":{":v":{"N":"1"}}}"#;
    let error = database.call("Scan", scan).unwrap_err();
    assert_eq!(
        error.message(),
        "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: Key: id"
    );
}

#[test]
fn throughput_alone_does_not_end_on_demand() {
    let mut database = Database::new(Settings::default());
    database.table(r#""BillingMode":"PAY_PER_REQUEST""#);
    let units = r#""ProvisionedThroughput":{"ReadCapacityUnits":5,"WriteCapacityUnits":5}"#;
    let refused = database.call("UpdateTable", &format!(r#"{{"TableName":"cars",{units}}}"#)).unwrap_err();
    assert_eq!(
        refused.message(),
        "One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits can be specified \
         when BillingMode is PAY_PER_REQUEST"
    );
    let named = format!(r#"{{"TableName":"cars","BillingMode":"PROVISIONED",{units}}}"#);
    assert!(database.call("UpdateTable", &named).unwrap().contains("UPDATING"));
}

/// What a dropped table had was freed by later writes only: a database that was left alone kept all of it.
#[test]
fn an_idle_database_frees_what_it_dropped() {
    let (mut database, count) = dropped();
    let mut events = 0;
    while let Some(next) = database.0.engine.next_event_at() {
        database.0.engine.tick(next).unwrap();
        events += 1;
        assert_eq!(count.has_dead(), database.0.engine.next_event_at().is_some());
    }
    assert!((3..30).contains(&events), "a part at a time: {events}");
}

/// Parts that were due while nobody asked were freed by the next request, all of them: it waited for the whole table.
#[test]
fn a_request_after_a_long_time_frees_one_part_of_what_was_dropped() {
    let (mut database, count) = dropped();
    let mut requests = 0;
    while database.0.engine.next_event_at().is_some() {
        database.0.wait(3_600);
        database.call("ListTables", "{}").unwrap();
        requests += 1;
        assert_eq!(count.has_dead(), database.0.engine.next_event_at().is_some());
    }
    assert!((3..30).contains(&requests), "a part at a time: {requests}");
}

/// A database that has just dropped a large table.
fn dropped() -> (Database, Count) {
    let (store, count) = CountingStore::new(MemoryStore::new());
    let mut database = Database(testing::Database::over(Settings::default(), Box::new(store)));
    database.table(r#""BillingMode":"PAY_PER_REQUEST""#);
    for id in 0..20_000 {
        database
            .call("PutItem", &format!(r#"{{"TableName":"cars","Item":{{"id":{{"N":"{id}"}}}}}}"#))
            .unwrap();
    }
    database.call("DeleteTable", r#"{"TableName":"cars"}"#).unwrap();
    (database, count)
}
