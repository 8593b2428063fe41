//! Writes keep every index up, and may not break one.

use dynacore::store::MemoryStore;
use dynacore::table::Settings;
use dynacore::testing::FaultyStore;
use serde_json::{Value as Json, json};

use crate::database::{Database, fleet, number, text};

fn car(p: &str, s: i64, others: Json) -> Json {
    let mut item = json!({ "p": text(p), "s": number(s) });
    for (name, value) in others.as_object().expect("attributes") {
        item[name] = value.clone();
    }
    item
}

fn update(database: &mut Database, s: i64, expression: &str, values: Json) -> Result<Json, String> {
    let mut body = json!({
        "TableName": "fleet",
        "Key": { "p": text("a"), "s": number(s) },
        "UpdateExpression": expression,
        "ExpressionAttributeNames": { "#state": "state", "#year": "year", "#owner": "owner" },
        "ExpressionAttributeValues": values,
    });
    let names = body["ExpressionAttributeNames"].as_object_mut().unwrap();
    names.retain(|name, _| expression.contains(name.as_str()));
    for empty in ["ExpressionAttributeNames", "ExpressionAttributeValues"] {
        if body[empty].as_object().unwrap().is_empty() {
            body.as_object_mut().unwrap().remove(empty);
        }
    }
    database.ask("UpdateItem", &body).map_err(|error| error.message().to_owned())
}

#[test]
fn entries_have_what_is_projected() {
    let mut database = Database::fleet();
    let item = car(
        "a",
        1,
        json!({
            "make": text("MINI"), "colour": text("red"), "year": number(2020), "owner": text("Ada"),
            "state": text("new"), "country": text("DE"), "city": text("Bonn"), "street": text("Ring"), "house": number(7),
        }),
    );
    database.put(item.clone());
    let only = |names: &[&str]| -> Vec<Json> {
        let chosen = item.as_object().unwrap().iter().filter(|(name, _)| names.contains(&name.as_str()));
        vec![
            chosen
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect::<serde_json::Map<_, _>>()
                .into(),
        ]
    };
    assert_eq!(database.scan("by_owner"), vec![item.clone()]);
    assert_eq!(database.scan("by_year"), only(&["p", "s", "year", "make"]));
    assert_eq!(database.scan("by_state"), only(&["p", "s", "state"]));
    assert_eq!(database.scan("by_place"), only(&["p", "s", "country", "city", "street", "house", "make"]));
}

#[test]
fn an_item_without_a_key_attribute_is_not_in_the_index() {
    let mut database = Database::fleet();
    database.put(car("a", 1, json!({ "owner": text("Ada") })));
    assert_eq!(database.scan("by_owner"), Vec::<Json>::new());
    update(&mut database, 1, "SET #year = :y", json!({ ":y": number(2020) })).unwrap();
    assert_eq!(database.scan("by_owner").len(), 1);
    update(&mut database, 1, "REMOVE #owner", json!({})).unwrap();
    assert_eq!(database.scan("by_owner"), Vec::<Json>::new());
    assert_eq!(database.scan("by_year").len(), 1);
}

#[test]
fn an_entry_moves_with_its_key_and_goes_with_its_item() {
    let mut database = Database::fleet();
    let of = |state: &str| {
        json!({
            "TableName": "fleet", "IndexName": "by_state", "KeyConditionExpression": "#s = :s", "Select": "COUNT",
            "ExpressionAttributeNames": { "#s": "state" }, "ExpressionAttributeValues": { ":s": text(state) },
        })
    };
    database.put(car("a", 1, json!({ "state": text("new") })));
    update(&mut database, 1, "SET #state = :s", json!({ ":s": text("sold") })).unwrap();
    assert_eq!(database.done("Query", &of("new"))["Count"], 0);
    assert_eq!(database.done("Query", &of("sold"))["Count"], 1);
    assert_eq!(database.describe_index("by_state")["ItemCount"], 1);
    let key = json!({ "TableName": "fleet", "Key": { "p": text("a"), "s": number(1) } });
    database.done("DeleteItem", &key);
    assert_eq!(database.done("Query", &of("sold"))["Count"], 0);
    assert_eq!(database.describe_index("by_state")["ItemCount"], 0);
    assert_eq!(database.describe_index("by_state")["IndexSizeBytes"], 0);
}

#[test]
fn index_keys_have_the_types_of_their_definitions() {
    let mut database = Database::fleet();
    let put = |item: Json| json!({ "TableName": "fleet", "Item": item });
    // Of two indexes that refuse it, the first by name is told.
    assert_eq!(
        database.invalid("PutItem", &put(car("a", 1, json!({ "year": text("x") })))),
        "One or more parameter values were invalid: Type mismatch for Index Key year Expected: N Actual: S IndexName: \
         by_owner"
    );
    assert_eq!(
        database.invalid("PutItem", &put(car("a", 1, json!({ "state": { "NULL": true } })))),
        "One or more parameter values were invalid: Type mismatch for Index Key state Expected: S Actual: NULL IndexName: \
         by_state"
    );
    database.put(car("a", 1, json!({ "state": text("new") })));
    assert_eq!(
        update(&mut database, 1, "SET #state = :s", json!({ ":s": number(7) })).unwrap_err(),
        "One or more parameter values were invalid: Type mismatch for Index Key state Expected: S Actual: N IndexName: \
         by_state"
    );
    assert_eq!(
        update(&mut database, 1, "SET #state.x = :s", json!({ ":s": number(7) })).unwrap_err(),
        "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: IndexKey: state"
    );
    assert_eq!(database.scan("by_state")[0]["state"], text("new"));
}

#[test]
fn index_keys_are_not_empty() {
    let mut database = Database::fleet();
    let put = json!({ "TableName": "fleet", "Item": car("a", 1, json!({ "state": text("") })) });
    assert_eq!(
        database.invalid("PutItem", &put),
        "One or more parameter values are not valid. A value specified for a secondary index key is not supported. The \
         AttributeValue for a key attribute cannot contain an empty string value. IndexName: by_state, IndexKey: state"
    );
    assert_eq!(
        update(&mut database, 1, "SET #state = :s", json!({ ":s": text("") })).unwrap_err(),
        "One or more parameter values are not valid. The update expression attempted to update a secondary index key to \
         a value that is not supported. The AttributeValue for a key attribute cannot contain an empty string value."
    );
}

#[test]
fn index_keys_have_the_length_of_keys() {
    let mut database = Database::fleet();
    let put = |name: &str, length: usize| json!({ "TableName": "fleet", "Item": car("a", 1, json!({ name: text(&"x".repeat(length)) })) });
    database.done("PutItem", &put("state", 2048));
    assert_eq!(
        database.invalid("PutItem", &put("state", 2049)),
        "One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes"
    );
    database.done("PutItem", &put("street", 1024));
    let long = "One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit \
                of 1024 bytes";
    assert_eq!(database.invalid("PutItem", &put("street", 1025)), long);
    let value = json!({ ":s": text(&"x".repeat(1025)) });
    assert_eq!(update(&mut database, 1, "SET street = :s", value).unwrap_err(), long);
}

#[test]
fn a_batch_with_one_bad_index_key_writes_nothing() {
    let mut database = Database::fleet();
    let put = |item: Json| json!({ "PutRequest": { "Item": item } });
    let batch = |second: Json| {
        let good = car("a", 1, json!({ "state": text("new") }));
        json!({ "RequestItems": { "fleet": [put(good), put(car("a", 2, json!({ "state": second })))] } })
    };
    assert!(
        database.invalid("BatchWriteItem", &batch(number(1))).contains("Type mismatch for Index Key state")
    );
    assert_eq!(database.describe()["ItemCount"], 0);
    database.done("BatchWriteItem", &batch(text("sold")));
    assert_eq!(database.scan("by_state").len(), 2);
}

#[test]
fn a_commit_that_fails_changes_neither_table_nor_index() {
    let store = FaultyStore::failing_at(MemoryStore::new(), 2);
    let mut database = Database::over(Settings::default(), Box::new(store));
    database.done("CreateTable", &fleet());
    let before = car("a", 1, json!({ "state": text("new"), "year": number(1) }));
    database.put(before.clone());
    let after = car("a", 1, json!({ "state": text("sold"), "year": number(2) }));
    let put = json!({ "TableName": "fleet", "Item": after, "ReturnItemCollectionMetrics": "SIZE" });
    assert!(database.refused("PutItem", &put).starts_with("InternalServerError"));
    assert_eq!(database.scan("by_state")[0]["state"], text("new"));
    assert_eq!(database.scan("by_year")[0]["year"], number(1));
    assert_eq!(database.describe_index("by_state")["ItemCount"], 1);
    database.done("PutItem", &put);
    assert_eq!(database.scan("by_state")[0]["state"], text("sold"));
}

#[test]
fn a_deleted_table_leaves_no_entries_to_its_successor() {
    let mut database = Database::fleet();
    database.put(car("a", 1, json!({ "state": text("new") })));
    database.done("DeleteTable", &json!({ "TableName": "fleet" }));
    database.done("CreateTable", &fleet());
    assert_eq!(database.scan("by_state"), Vec::<Json>::new());
}

#[test]
fn an_item_and_its_local_entries_have_400_kilobytes_together() {
    let mut database = Database::fleet();
    let put = |make: usize, colour: usize| {
        let others = json!({
            "year": number(1), "make": text(&"x".repeat(make)), "colour": text(&"x".repeat(colour)),
        });
        json!({ "TableName": "fleet", "Item": car("a", 1, others) })
    };
    // `make` is in the local index as well, `colour` is not.
    database.done("PutItem", &put(150_000, 100_000));
    database.done("PutItem", &put(10, 409_000));
    assert_eq!(
        database.invalid("PutItem", &put(250_000, 10)),
        "Item size has exceeded the maximum allowed size"
    );
    let long = json!({ ":m": text(&"x".repeat(250_000)) });
    assert_eq!(
        update(&mut database, 2, "SET make = :m, #year = :y", json!({ ":m": long[":m"], ":y": number(1) }))
            .unwrap_err(),
        "Item size to update has exceeded the maximum allowed size"
    );
}
