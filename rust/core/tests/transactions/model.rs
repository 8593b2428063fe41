//! Random transactions against a model: a map of maps that is copied, changed and kept where nothing failed.

use std::collections::BTreeMap;

use dynacore::store::MemoryStore;
use dynacore::table::Settings;
use dynacore::testing::{Choices, FaultyStore};
use serde_json::{Value as Json, json};

use crate::database::{Database, number, text};

/// Items by table and key, each with its counter `n`.
type Model = BTreeMap<(String, String), i64>;

/// One action: where, what, and the condition `n = :expected` or `attribute_not_exists(n)`, where it has one.
struct Action {
    place: (String, String),
    kind: &'static str,
    value: i64,
    condition: Option<Option<i64>>,
}

const KINDS: [&str; 5] = ["Put", "Put", "Update", "Delete", "ConditionCheck"];

impl Action {
    fn made_up(choices: &mut Choices<'_>) -> Self {
        let table = ["cars", "fleet"][choices.below(2)];
        let key = choices.below(6).to_string();
        let kind = KINDS[choices.below(KINDS.len())];
        let expected = [None, Some(1), Some(2)][choices.below(3)];
        let condition = (kind == "ConditionCheck" || choices.below(4) == 0).then_some(expected);
        let value = choices.below(3) as i64;
        Self { place: (table.to_owned(), key), kind, value, condition }
    }

    fn key(&self) -> Json {
        match self.place.0.as_str() {
            "cars" => json!({ "id": text(&self.place.1) }),
            // Two collections.
            _ => json!({ "p": text(&(self.number() % 2).to_string()), "s": number(self.number()) }),
        }
    }

    fn number(&self) -> i64 {
        self.place.1.parse().unwrap()
    }

    fn item(&self) -> Json {
        let mut item = self.key();
        item["n"] = number(self.value);
        if self.place.0 == "fleet" {
            item["year"] = number(self.value);
            item["owner"] = text("me");
        }
        item
    }

    fn request(&self) -> Json {
        let mut body = json!({ "TableName": self.place.0 });
        let mut values = json!({});
        if self.kind == "Put" {
            body["Item"] = self.item();
        } else {
            body["Key"] = self.key();
        }
        if self.kind == "Update" {
            // Fails where there is no counter.
            body["UpdateExpression"] = json!("SET n = n + :value");
            values[":value"] = number(self.value);
        }
        match self.condition {
            None => {}
            Some(None) => body["ConditionExpression"] = json!("attribute_not_exists(n)"),
            Some(Some(expected)) => {
                body["ConditionExpression"] = json!("n = :expected");
                values[":expected"] = number(expected);
            }
        }
        if values != json!({}) {
            body["ExpressionAttributeValues"] = values;
        }
        json!({ self.kind: body })
    }

    /// What it does to the model, or the code of its reason.
    fn apply(&self, model: &mut Model) -> Result<(), &'static str> {
        let now = model.get(&self.place).copied();
        if self.condition.is_some_and(|expected| now != expected) {
            return Err("ConditionalCheckFailed");
        }
        match (self.kind, now) {
            ("Put", _) => drop(model.insert(self.place.clone(), self.value)),
            ("Delete", _) => drop(model.remove(&self.place)),
            ("Update", Some(now)) => drop(model.insert(self.place.clone(), now + self.value)),
            ("Update", None) => return Err("ValidationError"),
            _ => {}
        }
        Ok(())
    }
}

/// The codes of all actions, and the model after them.
fn expected(model: &Model, actions: &[Action]) -> (Vec<&'static str>, Model) {
    let mut after = model.clone();
    let codes = actions.iter().map(|action| action.apply(&mut after).err().unwrap_or("None")).collect();
    (codes, after)
}

fn held(database: &mut Database) -> Model {
    let mut held = Model::new();
    for (table, key) in [("cars", "id"), ("fleet", "s")] {
        let items = database.done("Scan", &json!({ "TableName": table }))["Items"].clone();
        for item in items.as_array().unwrap() {
            let key = item[key]["S"].as_str().or(item[key]["N"].as_str()).unwrap().to_owned();
            held.insert((table.to_owned(), key), item["n"]["N"].as_str().unwrap().parse().unwrap());
        }
    }
    held
}

/// Totals and index entries follow from the items alone.
fn assert_derived(database: &mut Database, model: &Model, seed: u64) {
    let fleet = model.keys().filter(|(table, _)| table == "fleet").count();
    let described = database.done("DescribeTable", &json!({ "TableName": "fleet" }))["Table"].clone();
    assert_eq!(described["ItemCount"], fleet, "seed {seed}");
    for index in ["by_year", "by_owner"] {
        let scan = database.done("Scan", &json!({ "TableName": "fleet", "IndexName": index }));
        let table = database.done("Scan", &json!({ "TableName": "fleet" }));
        let sorted = |answer: &Json| {
            let mut items: Vec<String> =
                answer["Items"].as_array().unwrap().iter().map(Json::to_string).collect();
            items.sort();
            items
        };
        let with_keys = |items: Vec<String>| -> Vec<String> {
            items.into_iter().filter(|item| item.contains("\"year\"")).collect()
        };
        assert_eq!(sorted(&scan), with_keys(sorted(&table)), "seed {seed}: {index}");
    }
}

fn run(seed: u64, fails_percent: u8) {
    let mut choices = Choices::seeded(seed);
    let store = FaultyStore::failing_percent(MemoryStore::new(), fails_percent, seed);
    let mut database = Database::over(Settings::default(), Box::new(store));
    let mut model = Model::new();
    let (mut done, mut cancelled) = (0, 0);
    for step in 0..100 {
        let mut actions: Vec<Action> = Vec::new();
        for _ in 0..=choices.below(3) {
            let action = Action::made_up(&mut choices);
            if actions.iter().all(|known| known.place != action.place) {
                actions.push(action);
            }
        }
        let requests: Vec<Json> = actions.iter().map(Action::request).collect();
        let body = json!({ "TransactItems": requests });
        let (codes, after) = expected(&model, &actions);
        match database.ask("TransactWriteItems", &body) {
            Ok(_) => {
                assert!(codes.iter().all(|code| *code == "None"), "seed {seed}, step {step}: {body}");
                model = after;
                done += 1;
            }
            Err(error) if error.code() == "InternalServerError" => assert!(fails_percent > 0),
            Err(error) => {
                let text = error.to_string();
                let listed = format!("[{}]", codes.join(", "));
                assert!(text.ends_with(&listed), "seed {seed}, step {step}: {text} is not {listed}: {body}");
                cancelled += 1;
            }
        }
        assert_eq!(held(&mut database), model, "seed {seed}, step {step}: {body}");
    }
    assert_derived(&mut database, &model, seed);
    assert!(done > 5 && cancelled > 5, "seed {seed}: {done} done, {cancelled} cancelled");
}

#[test]
fn random_transactions_do_what_the_model_does() {
    for seed in 0..30 {
        run(seed, 0);
    }
}

#[test]
fn and_nothing_where_the_store_fails() {
    for seed in 100..115 {
        run(seed, 30);
    }
}
