//! Random histories against a model that remembers the state at the end of every second.

use std::collections::BTreeMap;

use dynacore::table::Settings;
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use crate::database::Database;

/// Sort keys of which one begins the other, and with zeros.
const SORTS: [&str; 5] = ["a", "ab", "a\0", "a\0\u{1}", "b"];
const KEYS: u8 = 10;

type State = BTreeMap<u8, u64>;

#[derive(Clone, Debug)]
enum Step {
    Put(u8, u64),
    Update(u8, u64),
    Delete(u8),
    Batch(Vec<(u8, u64)>),
    Transact(Vec<(u8, u64)>),
    Wait(u64),
    Recovery(Option<u8>),
    BackUp,
    DeleteBackup(u8),
    Recreate,
    RestoreBackup(u8),
    RestoreSecond(u8),
    Crash,
}

fn writes() -> impl Strategy<Value = Vec<(u8, u64)>> {
    prop::collection::btree_map(0..KEYS, 1..1_000_u64, 1..5).prop_map(|writes| writes.into_iter().collect())
}

fn step() -> impl Strategy<Value = Step> {
    let waits = vec![1, 250, 900, 1_000, 3_500, 3_500, 350_000, 20_000_000, 100_000_000];
    prop_oneof![
        8 => (0..KEYS, 1..1_000_u64).prop_map(|(key, n)| Step::Put(key, n)),
        4 => (0..KEYS, 1..1_000_u64).prop_map(|(key, n)| Step::Update(key, n)),
        4 => (0..KEYS).prop_map(Step::Delete),
        2 => writes().prop_map(Step::Batch),
        2 => writes().prop_map(Step::Transact),
        8 => prop::sample::select(waits).prop_map(Step::Wait),
        2 => prop::option::weighted(0.8, 1..4_u8).prop_map(Step::Recovery),
        2 => Just(Step::BackUp),
        1 => (0..4_u8).prop_map(Step::DeleteBackup),
        1 => Just(Step::Recreate),
        2 => (0..4_u8).prop_map(Step::RestoreBackup),
        4 => any::<u8>().prop_map(Step::RestoreSecond),
        1 => Just(Step::Crash),
    ]
}

fn key(key: u8) -> Json {
    json!({ "p": { "S": format!("p{}", key / 5) }, "s": { "S": SORTS[usize::from(key % 5)] } })
}

fn item(number: u8, n: u64) -> Json {
    let mut item = key(number);
    item["n"] = json!({ "N": n.to_string() });
    if !n.is_multiple_of(3) {
        item["g"] = json!({ "S": format!("g{}", n % 3) });
    }
    if n.is_multiple_of(2) {
        item["l"] = json!({ "N": n.to_string() });
    }
    item
}

fn table() -> Json {
    let attribute = |name: &str, kind: &str| json!({ "AttributeName": name, "AttributeType": kind });
    let keys = |partition: &str, sort: Option<&str>| {
        let mut keys = vec![json!({ "AttributeName": partition, "KeyType": "HASH" })];
        keys.extend(sort.map(|sort| json!({ "AttributeName": sort, "KeyType": "RANGE" })));
        keys
    };
    json!({
        "TableName": "cars",
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions":
            [attribute("p", "S"), attribute("s", "S"), attribute("g", "S"), attribute("l", "N")],
        "KeySchema": keys("p", Some("s")),
        "GlobalSecondaryIndexes": [{
            "IndexName": "by_g", "KeySchema": keys("g", None), "Projection": { "ProjectionType": "ALL" },
        }],
        "LocalSecondaryIndexes": [{
            "IndexName": "by_l", "KeySchema": keys("p", Some("l")), "Projection": { "ProjectionType": "KEYS_ONLY" },
        }],
    })
}

/// A restore that is under way, and what is to come of it.
struct Restore {
    target: String,
    expected: State,
}

struct Play {
    database: Database,
    latest: State,
    /// The states at the ends of seconds in which there were any of them, in order.
    ends: Vec<(i64, State)>,
    backups: Vec<(String, State)>,
    restores: Vec<Restore>,
    targets: u32,
}

impl Play {
    fn new(items_per_second: Option<u64>) -> Self {
        let settings = Settings { backfill_items_per_second: items_per_second, ..Settings::default() };
        let mut database = Database::with(settings);
        database.done("CreateTable", &table());
        let (latest, ends, backups, restores) = (State::new(), Vec::new(), Vec::new(), Vec::new());
        Self { database, latest, ends, backups, restores, targets: 0 }
    }

    fn take(&mut self, step: &Step) {
        match step {
            Step::Put(key, n) => {
                self.database.done("PutItem", &json!({ "TableName": "cars", "Item": item(*key, *n) }));
                self.latest.insert(*key, *n);
            }
            Step::Update(number, n) => self.update(*number, *n),
            Step::Delete(number) => {
                self.database.done("DeleteItem", &json!({ "TableName": "cars", "Key": key(*number) }));
                self.latest.remove(number);
            }
            Step::Batch(writes) => {
                let put = |(key, n): &(u8, u64)| json!({ "PutRequest": { "Item": item(*key, *n) } });
                let puts: Vec<Json> = writes.iter().map(put).collect();
                self.database.done("BatchWriteItem", &json!({ "RequestItems": { "cars": puts } }));
                self.latest.extend(writes.iter().copied());
            }
            Step::Transact(writes) => {
                let put =
                    |(key, n): &(u8, u64)| json!({ "Put": { "TableName": "cars", "Item": item(*key, *n) } });
                let actions: Vec<Json> = writes.iter().map(put).collect();
                self.database.done("TransactWriteItems", &json!({ "TransactItems": actions }));
                self.latest.extend(writes.iter().copied());
            }
            Step::Wait(milliseconds) => self.wait(*milliseconds),
            Step::Recovery(days) => self.set_recovery(*days),
            Step::BackUp => {
                let arn = self.database.back_up("cars");
                self.backups.push((arn, self.latest.clone()));
            }
            Step::DeleteBackup(number) => self.delete_backup(usize::from(*number)),
            Step::Recreate => {
                self.database.done("DeleteTable", &json!({ "TableName": "cars" }));
                self.database.done("CreateTable", &table());
                self.latest.clear();
                self.ends.clear();
            }
            Step::RestoreBackup(number) => self.restore_backup(usize::from(*number)),
            Step::RestoreSecond(part) => self.restore_second(*part),
            Step::Crash => self.database.crash(),
        }
    }

    fn update(&mut self, number: u8, n: u64) {
        let whole = item(number, n);
        let names = ["n", "g", "l"];
        let set: Vec<String> = names
            .iter()
            .filter(|name| whole.get(*name).is_some())
            .map(|name| format!("{name} = :{name}"))
            .collect();
        let remove: Vec<&str> = names.into_iter().filter(|name| whole.get(*name).is_none()).collect();
        let mut expression = format!("SET {}", set.join(", "));
        if !remove.is_empty() {
            expression = format!("{expression} REMOVE {}", remove.join(", "));
        }
        let mut values = json!({});
        for name in names {
            if let Some(value) = whole.get(name) {
                values[format!(":{name}")] = value.clone();
            }
        }
        self.database.done(
            "UpdateItem",
            &json!({
                "TableName": "cars",
                "Key": key(number),
                "UpdateExpression": expression,
                "ExpressionAttributeValues": values,
            }),
        );
        self.latest.insert(number, n);
    }

    fn wait(&mut self, milliseconds: u64) {
        let before = self.database.second();
        self.database.wait(milliseconds);
        if self.database.second() > before {
            self.ends.push((before, self.latest.clone()));
        }
        self.check_restores();
    }

    fn set_recovery(&mut self, days: Option<u8>) {
        let mut specification = json!({ "PointInTimeRecoveryEnabled": days.is_some() });
        if let Some(days) = days {
            specification["RecoveryPeriodInDays"] = json!(days);
        }
        let body = json!({ "TableName": "cars", "PointInTimeRecoverySpecification": specification });
        self.database.done("UpdateContinuousBackups", &body);
    }

    fn delete_backup(&mut self, number: usize) {
        if self.backups.is_empty() {
            return;
        }
        let number = number % self.backups.len();
        let arn = self.backups[number].0.clone();
        match self.database.ask("DeleteBackup", &json!({ "BackupArn": arn })) {
            Ok(_) => drop(self.backups.remove(number)),
            Err(error) => assert_eq!(error.code(), "BackupInUseException"),
        }
    }

    fn restore_backup(&mut self, number: usize) {
        if self.backups.is_empty() {
            return;
        }
        let (arn, expected) = self.backups[number % self.backups.len()].clone();
        let target = self.target();
        match self
            .database
            .ask("RestoreTableFromBackup", &json!({ "BackupArn": arn, "TargetTableName": target }))
        {
            Ok(_) => self.restores.push(Restore { target, expected }),
            Err(error) => assert_eq!(error.code(), "BackupInUseException"),
        }
    }

    fn restore_second(&mut self, part: u8) {
        let described = self.database.done("DescribeContinuousBackups", &json!({ "TableName": "cars" }));
        let recovery = &described["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"];
        let Some(earliest) = recovery["EarliestRestorableDateTime"].as_f64() else { return };
        let latest = recovery["LatestRestorableDateTime"].as_f64().unwrap();
        let second = (earliest + (latest - earliest) * f64::from(part) / 255.0).floor() as i64;
        let expected = if second >= self.database.second() {
            self.latest.clone()
        } else {
            let position = self.ends.partition_point(|(end, _)| *end <= second);
            position.checked_sub(1).map(|last| self.ends[last].1.clone()).unwrap_or_default()
        };
        let target = self.target();
        self.database.done(
            "RestoreTableToPointInTime",
            &json!({ "SourceTableName": "cars", "TargetTableName": target, "RestoreDateTime": second }),
        );
        self.restores.push(Restore { target, expected });
    }

    fn target(&mut self) -> String {
        self.targets += 1;
        format!("target-{}", self.targets)
    }

    /// Looks at the restores that are done, and removes their tables.
    fn check_restores(&mut self) {
        for Restore { target, expected } in std::mem::take(&mut self.restores) {
            let described = self.database.describe(&target);
            if described["TableStatus"] == "CREATING" {
                self.restores.push(Restore { target, expected });
                continue;
            }
            assert_eq!(described["ItemCount"], expected.len(), "{target}");
            let whole: Vec<Json> = expected.iter().map(|(key, n)| item(*key, *n)).collect();
            let scan = json!({ "TableName": target });
            assert_eq!(self.items(&scan), sorted(&whole), "{target}");
            let has_g: Vec<Json> = whole.iter().filter(|item| item.get("g").is_some()).cloned().collect();
            assert_eq!(described["GlobalSecondaryIndexes"][0]["ItemCount"], has_g.len());
            let by_g = json!({ "TableName": target, "IndexName": "by_g" });
            assert_eq!(self.items(&by_g), sorted(&has_g), "{target}");
            let has_l = whole.iter().filter(|item| item.get("l").is_some()).count();
            assert_eq!(described["LocalSecondaryIndexes"][0]["ItemCount"], has_l);
            let by_l = json!({ "TableName": target, "IndexName": "by_l" });
            assert_eq!(self.items(&by_l).len(), has_l, "{target}");
            self.database.done("DeleteTable", &json!({ "TableName": target }));
        }
    }

    fn items(&mut self, scan: &Json) -> Vec<String> {
        let answer = self.database.done("Scan", scan);
        sorted(answer["Items"].as_array().unwrap())
    }

    /// Ends everything, and looks for what is left in the store.
    fn end(mut self) {
        for _ in 0..3 {
            self.wait(60_000);
        }
        assert!(self.restores.is_empty());
        while !self.backups.is_empty() {
            self.delete_backup(0);
        }
        self.database.done("DeleteTable", &json!({ "TableName": "cars" }));
        // Longer than a system backup is kept.
        self.database.wait(36 * 86_400_000);
        assert_eq!(
            self.database.done("ListBackups", &json!({ "BackupType": "ALL" }))["BackupSummaries"],
            json!([])
        );
        assert_eq!(self.database.done("ListTables", &json!({}))["TableNames"], json!([]));
        self.database.crash();
        assert_eq!(self.database.store.spaces().len(), 1, "the catalog is all there is");
        assert_eq!(self.database.engine.next_event_at(), None);
    }
}

fn sorted(items: &[Json]) -> Vec<String> {
    let mut texts: Vec<String> = items.iter().map(Json::to_string).collect();
    texts.sort_unstable();
    texts
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn restored_tables_are_what_tables_were(
        steps in prop::collection::vec(step(), 1..80),
        items_per_second in prop::option::of(1..4_u64),
    ) {
        let mut play = Play::new(items_per_second);
        for step in &steps {
            play.take(step);
        }
        play.end();
    }
}
