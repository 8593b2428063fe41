//! What a fuzzer of request bytes feeds.

use std::time::Duration;

use serde_json::Value as Json;

use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::error::Error;
use crate::expression::Cache;
use crate::request::{Operation, Service};
use crate::store::MemoryStore;
use crate::table::Settings;
use crate::wire::{JsonReader, JsonWriter, ToWire, Writer};

/// Takes the first byte as the choice of an operation and the rest as its body, and carries it out, twice, on a
/// small engine that has tables, items and a scaling policy.
///
/// # Panics
/// When the engine does, when an answer is no JSON, or when the engine no longer adds up afterwards.
pub fn fuzz_request(data: &[u8]) {
    let Some((choice, body)) = data.split_first() else { return };
    let (service, name) = Operation::ALL[usize::from(*choice) % Operation::ALL.len()];
    let mut prepared = Prepared::new(data.len().is_multiple_of(2));
    for _ in 0..2 {
        // What it answers is its business; that it answers is not.
        let _ = prepared.ask(service, name, body);
        prepared.now = prepared.now + Duration::from_secs(90);
        prepared.check();
    }
}

struct Prepared {
    engine: Engine,
    cache: Cache,
    now: Timestamp,
}

/// What the engine holds before the request.
const SETTING: [(Service, &str, &str); 9] = [
    (
        Service::DynamoDb,
        "CreateTable",
        r#"{"TableName":"cars","AttributeDefinitions":[{"AttributeName":"id","AttributeType":"N"}],
            "KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],
            "ProvisionedThroughput":{"ReadCapacityUnits":5,"WriteCapacityUnits":5}}"#,
    ),
    (
        Service::DynamoDb,
        "CreateTable",
        r#"{"TableName":"logs","AttributeDefinitions":[{"AttributeName":"p","AttributeType":"S"},
            {"AttributeName":"s","AttributeType":"B"}],"KeySchema":[{"AttributeName":"p","KeyType":"HASH"},
            {"AttributeName":"s","KeyType":"RANGE"}],"BillingMode":"PAY_PER_REQUEST"}"#,
    ),
    (
        Service::DynamoDb,
        "PutItem",
        r#"{"TableName":"cars","Item":{"id":{"N":"1"},"make":{"S":"MINI"},"doors":{"N":"3"},
            "tags":{"SS":["a","b"]},"parts":{"L":[{"M":{"k":{"N":"1"}}},{"B":"AAE="}]}}}"#,
    ),
    (Service::DynamoDb, "PutItem", r#"{"TableName":"logs","Item":{"p":{"S":"a"},"s":{"B":"AA=="}}}"#),
    (
        Service::DynamoDb,
        "PutItem",
        r#"{"TableName":"logs","Item":{"p":{"S":"a"},"s":{"B":"AQ=="},"v":{"N":"7"}}}"#,
    ),
    (
        Service::DynamoDb,
        "CreateTable",
        r#"{"TableName":"looks","AttributeDefinitions":[{"AttributeName":"p","AttributeType":"S"},
            {"AttributeName":"make","AttributeType":"S"},{"AttributeName":"year","AttributeType":"N"}],
            "KeySchema":[{"AttributeName":"p","KeyType":"HASH"}],"BillingMode":"PAY_PER_REQUEST",
            "VectorIndexes":[{"IndexName":"by_look","VectorAttribute":{"AttributeName":"look"},"Dimensions":2,
            "DistanceFunction":"COSINE","Projection":{"ProjectionType":"ALL"},"SearchSchema":[
            {"AttributeName":"make","SearchSchemaElementType":"HASH"},
            {"AttributeName":"year","SearchSchemaElementType":"INLINE_FILTER"}]}]}"#,
    ),
    (
        Service::DynamoDb,
        "PutItem",
        r#"{"TableName":"looks","Item":{"p":{"S":"a"},"make":{"S":"MINI"},"year":{"N":"1999"},
            "look":{"L":[{"N":"1"},{"N":"0.5"}]}}}"#,
    ),
    (
        Service::ApplicationAutoScaling,
        "RegisterScalableTarget",
        r#"{"ServiceNamespace":"dynamodb","ResourceId":"table/cars",
            "ScalableDimension":"dynamodb:table:WriteCapacityUnits","MinCapacity":5,"MaxCapacity":100}"#,
    ),
    (
        Service::ApplicationAutoScaling,
        "PutScalingPolicy",
        r#"{"PolicyName":"p","ServiceNamespace":"dynamodb","ResourceId":"table/cars",
            "ScalableDimension":"dynamodb:table:WriteCapacityUnits","PolicyType":"TargetTrackingScaling",
            "TargetTrackingScalingPolicyConfiguration":{"TargetValue":70.0,"PredefinedMetricSpecification":
            {"PredefinedMetricType":"DynamoDBWriteCapacityUtilization"}}}"#,
    ),
];

impl Prepared {
    /// With `lag`, indexes are late and reads may be stale.
    fn new(lag: bool) -> Self {
        let lag = Duration::from_secs(if lag { 120 } else { 0 });
        let settings = Settings { index_propagation: lag, stale_reads: lag, ..Settings::default() };
        let engine = Engine::new(settings, Box::new(MemoryStore::new()), 7);
        let mut prepared =
            Self { engine, cache: Cache::new(16), now: Timestamp::from_seconds(1_700_000_000) };
        for (service, name, body) in SETTING {
            let answer = prepared.ask(service, name, body.as_bytes());
            assert!(answer.is_ok(), "{name}: {answer:?}");
        }
        prepared
    }

    /// Carries out a request and reads back what a door would write.
    fn ask(&mut self, service: Service, name: &str, body: &[u8]) -> Result<Json, Error> {
        let mut reader = JsonReader::new(body);
        let operation = Operation::read(service, name, &mut reader, &self.cache)?;
        reader.finish()?;
        let outcome = self.engine.execute(&operation, self.now);
        let mut writer = JsonWriter::default();
        match &outcome {
            Ok(response) => response.write(&mut writer),
            Err(error) => {
                assert!(!matches!(error, Error::Internal(_)), "{name} broke the engine: {error}");
                writer.begin_object();
                error.write_members(&mut writer);
                writer.end_object();
            }
        }
        let json = serde_json::from_slice(&writer.into_bytes()).expect("an answer is JSON");
        outcome.map(|_| json)
    }

    /// Every table still adds up: what it says it holds is what a scan finds, in bytes as in items.
    fn check(&mut self) {
        let dynamo = Service::DynamoDb;
        let listed = self.ask(dynamo, "ListTables", b"{}").expect("tables can be listed");
        for name in listed["TableNames"].as_array().into_iter().flatten() {
            let body = format!(r#"{{"TableName":{name},"Select":"COUNT","ConsistentRead":true}}"#);
            let described =
                self.ask(dynamo, "DescribeTable", format!(r#"{{"TableName":{name}}}"#).as_bytes());
            let described = described.expect("a listed table is described");
            match self.ask(dynamo, "Scan", body.as_bytes()) {
                // Items may be of hundreds of kilobytes, so one page may not show all.
                Ok(scanned) if scanned.get("LastEvaluatedKey").is_none() => {
                    assert_eq!(scanned["Count"], described["Table"]["ItemCount"], "{name}");
                }
                Ok(_) | Err(Error::ProvisionedThroughputExceeded(_) | Error::ResourceNotFound(_)) => {}
                Err(error) => panic!("a scan of {name}: {error}"),
            }
        }
    }
}
