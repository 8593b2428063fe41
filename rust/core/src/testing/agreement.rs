//! An engine and the model side by side: every request goes to both, and they must agree.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use serde_json::{Map, Value as Json, json};

use super::Choices;
use super::generator::{Scope, request};
use super::model::{Answer, Attributes, Model, ModelKey, Refusal, Request, Schema, Tree, sort_sets};
use super::request_body::request_body;
use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::error::Error;
use crate::expression::Cache;
use crate::request::{Operation, Service};
use crate::store::Store;
use crate::table::Settings;
use crate::wire::{JsonReader, JsonWriter, ToWire, Writer};

/// An engine, the model, and the tables both have.
pub struct Agreement {
    engine: Engine,
    cache: Cache,
    model: Model,
    now: Timestamp,
    tables: Vec<(&'static str, Schema)>,
    /// Whether commits may fail; a request then changes neither side.
    faulty: bool,
    outcomes: Outcomes,
}

/// How often each operation was answered, or refused with which exception.
pub type Outcomes = BTreeMap<(&'static str, &'static str), usize>;

/// What both sides said, for a request that both have seen.
type Said = Result<Json, Refusal>;

impl Agreement {
    /// Both sides with the same empty tables: keys of all three types, with and without a sort key, on demand and
    /// provisioned over several partitions.
    #[must_use]
    pub fn new(store: Box<dyn Store>, faulty: bool) -> Self {
        let mut agreement = Self {
            engine: Engine::new(Settings::default(), store, 7),
            cache: Cache::new(256),
            model: Model::default(),
            now: Timestamp::from_seconds(1_700_000_000),
            tables: vec![
                ("texts", schema("pk", "S", None)),
                ("numbers", schema("pk", "N", None)),
                ("texts-numbers", schema("pk", "S", Some(("name", "N")))),
                ("binaries-texts", schema("name", "B", Some(("sk", "S")))),
                ("numbers-binaries", schema("pk", "N", Some(("sk", "B")))),
            ],
            faulty,
            outcomes: Outcomes::new(),
        };
        for (index, (name, schema)) in agreement.tables.clone().into_iter().enumerate() {
            agreement.model.create(name, schema.clone());
            let body = create_table(name, &schema, index % 2 == 1);
            let created = agreement.call("CreateTable", &body);
            assert!(created.is_ok(), "{created:?}");
        }
        agreement
    }

    /// How often each operation was answered (`""`), or refused with which exception.
    #[must_use]
    pub fn outcomes(&self) -> &Outcomes {
        &self.outcomes
    }

    /// Plays one made-up request, and the pages that follow it.
    ///
    /// # Panics
    /// Where the two sides disagree.
    pub fn play(&mut self, choices: &mut Choices<'_>, big_values: bool) {
        self.now = self.now + std::time::Duration::from_secs(60);
        let tables = self.tables.clone();
        let scope = Scope { tables: &tables, wide_batches: !self.faulty, big_values };
        let mut request = request(choices, &scope);
        for _ in 0..100 {
            let said = self.ask(&request, choices);
            match next_page(&mut request, said.ok().as_ref()) {
                ControlFlow::Continue(()) => {}
                ControlFlow::Break(()) => return,
            }
        }
        panic!("a hundred pages of {request:?}");
    }

    /// Asks both sides and compares what they say.
    fn ask(&mut self, request: &Request, choices: &mut Choices<'_>) -> Said {
        let schema = table_of(request).and_then(|name| self.schema(name));
        let body = request_body(request, schema.as_ref(), choices);
        let order = self.scan_order(request);
        let said = self.call(request.operation(), &body);
        let code = said.as_ref().map_or_else(|refusal| refusal.code, |_| "");
        *self.outcomes.entry((request.operation(), code)).or_default() += 1;
        if let Err(refusal) = &said
            && refusal.code == "InternalServerError"
        {
            let text = refusal.message.as_deref().unwrap_or_default();
            assert!(
                self.faulty && text.contains("was told to fail"),
                "{} {body}: {text}",
                request.operation()
            );
            self.check_tallies();
            return said;
        }
        let expected = self.model.answer(request, &order);
        compare(&said, &expected, &format!("{} {body}", request.operation()));
        said
    }

    fn schema(&self, table: &str) -> Option<Schema> {
        self.tables.iter().find(|(name, _)| *name == table).map(|(_, schema)| schema.clone())
    }

    /// Sends a request to the engine.
    fn call(&mut self, operation: &str, body: &Json) -> Said {
        let bytes = body.to_string();
        let mut reader = JsonReader::new(bytes.as_bytes());
        let outcome = Operation::read(Service::DynamoDb, operation, &mut reader, &self.cache)
            .and_then(|operation| self.engine.execute(&operation, self.now));
        match outcome {
            Ok(response) => Ok(written(|writer| response.write(writer))),
            Err(error) => Err(refusal(&error)),
        }
    }

    /// The keys that a scan walks over in their order, as the engine tells it. The model cannot know hashes, but it
    /// knows which keys there are, that segments share them out, and how those of one partition are sorted.
    fn scan_order(&mut self, request: &Request) -> Vec<ModelKey> {
        let Request::Scan { table, segment, .. } = request else { return vec![] };
        let Some(schema) = self.schema(table) else { return vec![] };
        let whole = self.scan_keys(table, &schema, None);
        let mut sorted = whole.clone();
        sorted.sort();
        let known: Vec<ModelKey> = self.model.tables[table].items.keys().cloned().collect();
        assert_eq!(sorted, known, "a scan of {table} meets every item once");
        for pair in whole.windows(2).filter(|pair| pair[0].0 == pair[1].0) {
            assert!(pair[0].1 < pair[1].1, "a partition is walked in the order of its sort keys: {pair:?}");
        }
        let Some((wanted, total)) = segment else { return whole };
        let segments: Vec<Vec<ModelKey>> =
            (0..*total).map(|index| self.scan_keys(table, &schema, Some((index, *total)))).collect();
        assert_eq!(segments.concat(), whole, "segments share out {table} in its order");
        segments[*wanted].clone()
    }

    fn scan_keys(&mut self, table: &str, schema: &Schema, segment: Option<(usize, usize)>) -> Vec<ModelKey> {
        let mut keys = Vec::new();
        let mut body = json!({ "TableName": table });
        if let Some((segment, total)) = segment {
            body["Segment"] = json!(segment);
            body["TotalSegments"] = json!(total);
        }
        loop {
            let page = self.call("Scan", &body).expect("a plain scan is answered");
            for item in page["Items"].as_array().into_iter().flatten() {
                keys.push(key_of(schema, item));
            }
            match page.get("LastEvaluatedKey") {
                Some(last) => body["ExclusiveStartKey"] = last.clone(),
                None => return keys,
            }
        }
    }

    /// Compares everything that is stored, and every count of it.
    ///
    /// # Panics
    /// Where the two sides disagree.
    pub fn check_contents(&mut self) {
        for (name, schema) in self.tables.clone() {
            let mut found = Vec::new();
            for key in self.scan_keys(name, &schema, None) {
                let key_json = key_json(&schema, &key);
                let got = self.call("GetItem", &json!({ "TableName": name, "Key": key_json }));
                found.push((key, got.expect("a get is answered")["Item"].clone()));
            }
            found.sort_by(|left, right| left.0.cmp(&right.0));
            let known: Vec<(ModelKey, Json)> = self.model.tables[name]
                .items
                .iter()
                .map(|(key, item)| (key.clone(), sorted(super::model::attributes_json(item))))
                .collect();
            assert_eq!(found, known, "what {name} holds");
        }
        self.check_tallies();
    }

    /// Compares the counts of items and bytes, of the tables and of their partitions.
    fn check_tallies(&mut self) {
        for (name, _) in self.tables.clone() {
            let (items, bytes) = self.model.tables[name].tally();
            let described = self.call("DescribeTable", &json!({ "TableName": name }));
            let described = described.expect("a table is described");
            assert_eq!(described["Table"]["ItemCount"], json!(items), "items of {name}");
            assert_eq!(described["Table"]["TableSizeBytes"], json!(bytes), "bytes of {name}");
            let partitions =
                self.engine.describe_partitions(name, None, self.now).expect("the table is there");
            assert_eq!(partitions.iter().map(|part| part.items as usize).sum::<usize>(), items);
            assert_eq!(partitions.iter().map(|part| part.bytes as usize).sum::<usize>(), bytes);
        }
    }
}

/// Plays requests made up from a fuzzer's bytes against the model.
///
/// # Panics
/// Where engine and model disagree.
pub fn fuzz_sequence(data: &[u8]) {
    let mut choices = Choices::of_bytes(data);
    let mut agreement = Agreement::new(Box::new(crate::store::MemoryStore::new()), false);
    while !choices.exhausted() {
        agreement.play(&mut choices, false);
    }
    agreement.check_contents();
}

fn schema(partition: &str, tag: &'static str, sort: Option<(&str, &'static str)>) -> Schema {
    Schema { partition: (partition.to_owned(), tag), sort: sort.map(|(name, tag)| (name.to_owned(), tag)) }
}

fn create_table(name: &str, schema: &Schema, provisioned: bool) -> Json {
    let definitions: Vec<Json> = schema
        .attributes()
        .map(|(name, tag)| json!({ "AttributeName": name, "AttributeType": tag }))
        .collect();
    let keys: Vec<Json> = schema
        .attributes()
        .zip(["HASH", "RANGE"])
        .map(|((name, _), kind)| json!({ "AttributeName": name, "KeyType": kind }))
        .collect();
    let mut body = json!({ "TableName": name, "AttributeDefinitions": definitions, "KeySchema": keys });
    if provisioned {
        // Far more than the requests use, over 23 partitions.
        body["ProvisionedThroughput"] = json!({ "ReadCapacityUnits": 39_000, "WriteCapacityUnits": 10_000 });
    } else {
        body["BillingMode"] = json!("PAY_PER_REQUEST");
    }
    body
}

fn table_of(request: &Request) -> Option<&str> {
    match request {
        Request::Put { table, .. }
        | Request::Get { table, .. }
        | Request::Delete { table, .. }
        | Request::Update { table, .. }
        | Request::Query { table, .. }
        | Request::Scan { table, .. } => Some(table),
        Request::BatchGet { .. } | Request::BatchWrite { .. } => None,
    }
}

/// Turns a request into the one for the page that follows, if one does.
fn next_page(request: &mut Request, said: Option<&Json>) -> ControlFlow<()> {
    let (Request::Query { terms, .. } | Request::Scan { terms, .. }) = request else {
        return ControlFlow::Break(());
    };
    let Some(Json::Object(last)) = said.and_then(|said| said.get("LastEvaluatedKey")) else {
        return ControlFlow::Break(());
    };
    let last: Attributes =
        last.iter().map(|(name, value)| (name.clone(), Tree::of_key_json(value))).collect();
    assert_ne!(terms.start.as_ref(), Some(&last), "a page that begins where it ends");
    terms.start = Some(last);
    ControlFlow::Continue(())
}

fn key_of(schema: &Schema, item: &Json) -> ModelKey {
    let value = |name: &str| Tree::of_key_json(&item[name]);
    (value(&schema.partition.0), schema.sort.as_ref().map(|(name, _)| value(name)))
}

fn key_json(schema: &Schema, key: &ModelKey) -> Json {
    let values = std::iter::once(&key.0).chain(key.1.as_ref());
    schema.attributes().zip(values).map(|((name, _), value)| (name.clone(), value.json())).collect()
}

fn sorted(mut json: Json) -> Json {
    sort_sets(&mut json);
    json
}

/// What a writer was given, as JSON with its sets in order.
fn written(write: impl FnOnce(&mut JsonWriter)) -> Json {
    let mut writer = JsonWriter::default();
    write(&mut writer);
    let bytes = writer.into_bytes();
    sorted(serde_json::from_slice(&bytes).expect("an answer is JSON"))
}

fn refusal(error: &Error) -> Refusal {
    let members = written(|writer| {
        writer.begin_object();
        error.write_members(writer);
        writer.end_object();
    });
    let members = if let Json::Object(members) = members { members } else { Map::new() };
    Refusal { code: error.code(), message: Some(error.message().to_owned()), members }
}

fn compare(said: &Said, expected: &Answer, asked: &str) {
    match (said, expected) {
        (Ok(said), Ok(expected)) => assert_eq!(*said, sorted(expected.clone()), "{asked}"),
        (Err(said), Err(expected)) => {
            assert_eq!(said.code, expected.code, "{asked}: {said:?}");
            assert_eq!(said.members, members_sorted(&expected.members), "{asked}");
            if expected.message.is_some() {
                assert_eq!(said.message, expected.message, "{asked}");
            }
        }
        _ => panic!("{asked}\n  engine: {said:?}\n  model: {expected:?}"),
    }
}

fn members_sorted(members: &Map<String, Json>) -> Map<String, Json> {
    match sorted(Json::Object(members.clone())) {
        Json::Object(members) => members,
        _ => Map::new(),
    }
}
