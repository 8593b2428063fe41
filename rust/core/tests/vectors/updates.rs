//! UpdateTable: vector indexes come and go.

use std::time::Duration;

use dynacore::table::Settings;
use serde_json::{Value as Json, json};

use crate::database::{Database, attributes, index, number, text, units, with};
use crate::table::{SEARCHED, by_look, by_make, cars, list, put, search};

const ONE_ONLINE: &str = "LimitExceededException: Subscriber limit exceeded: Only 1 online index can be created or \
                          deleted simultaneously per table";

/// A table without a vector index.
fn plain() -> Json {
    with(&cars(json!([]), &[]), json!({ "VectorIndexes": null }))
}

fn create(index: Json) -> Json {
    json!({ "TableName": "cars", "VectorIndexUpdates": [{ "Create": index }] })
}

fn delete(name: &str) -> Json {
    json!({ "TableName": "cars", "VectorIndexUpdates": [{ "Delete": { "IndexName": name } }] })
}

/// Every transition takes ten seconds, and a new index gets two items a second.
fn slow(table: &Json) -> Database {
    let settings = Settings {
        table_transition: Duration::from_secs(10),
        backfill_items_per_second: Some(2),
        ..Settings::default()
    };
    let mut database = Database::with(settings);
    database.done("CreateTable", table);
    database.wait(10);
    database
}

fn fast(table: &Json) -> Database {
    let mut database = Database::new();
    database.done("CreateTable", table);
    database
}

fn table(database: &mut Database) -> Json {
    database.done("DescribeTable", &json!({ "TableName": "cars" }))["Table"].clone()
}

fn states(database: &mut Database) -> (Json, Json, Json) {
    let table = table(database);
    let index = &table["VectorIndexes"][0];
    (table["TableStatus"].clone(), index["IndexStatus"].clone(), index["Backfilling"].clone())
}

fn count(database: &mut Database) -> usize {
    let answer = database.done("SearchVectors", &search(json!({ "TopK": 100 })));
    answer["SearchResults"].as_array().unwrap().len()
}

fn car(name: &str) -> Json {
    put(json!({ "p": text(name), "look": list(&["1", "0", "0"]) }))
}

#[test]
fn an_index_is_allocated_then_filled_then_active() {
    let mut database = slow(&plain());
    for name in 0..5 {
        database.done("PutItem", &car(&name.to_string()));
    }
    let answer = database.done("UpdateTable", &create(by_look()));
    let creating = &answer["TableDescription"]["VectorIndexes"][0];
    assert_eq!((&creating["IndexStatus"], &creating["Backfilling"]), (&json!("CREATING"), &json!(false)));
    assert_eq!(states(&mut database), (json!("UPDATING"), json!("CREATING"), json!(false)));
    let absent = "The table does not have the specified index: by_look";
    assert_eq!(database.invalid("SearchVectors", &search(json!({}))), absent);
    database.wait(10);
    assert_eq!(states(&mut database), (json!("ACTIVE"), json!("CREATING"), json!(true)));
    let backfilling = "Cannot search backfilling vector index: by_look";
    assert_eq!(database.invalid("SearchVectors", &search(json!({}))), backfilling);
    // A write meanwhile is indexed at once, and its turn in the backfill changes nothing.
    database.done("PutItem", &car("new"));
    database.wait(5);
    assert_eq!(states(&mut database), (json!("ACTIVE"), json!("ACTIVE"), Json::Null));
    assert_eq!(count(&mut database), 6);
    assert_eq!(table(&mut database)["VectorIndexes"][0]["ItemCount"], 6);
}

#[test]
fn writes_while_it_is_filled_are_kept() {
    let mut database = slow(&plain());
    for name in 0..9 {
        database.done("PutItem", &car(&name.to_string()));
    }
    database.done("UpdateTable", &create(by_look()));
    database.wait(11);
    for name in ["0", "4", "8"] {
        database.done("DeleteItem", &json!({ "TableName": "cars", "Key": { "p": text(name) } }));
    }
    database.done("PutItem", &put(json!({ "p": text("1") })));
    database.wait(60);
    assert_eq!(count(&mut database), 5);
    assert_eq!(table(&mut database)["VectorIndexes"][0]["ItemCount"], 5);
}

#[test]
fn items_that_a_write_would_be_refused_with_are_passed_over() {
    let mut database = fast(&plain());
    let look = list(&["1", "0", "0"]);
    for (name, item) in [
        ("good", json!({ "make": text("MINI"), "look": look })),
        ("short", json!({ "make": text("MINI"), "look": list(&["1", "2"]) })),
        ("no list", json!({ "make": text("MINI"), "look": text("x") })),
        (
            "element",
            json!({ "make": text("MINI"), "look": json!({ "L": [number(1), text("x"), number(3)] }) }),
        ),
        ("large", json!({ "make": text("MINI"), "look": list(&["1E+39", "0", "0"]) })),
        ("no look", json!({ "make": text("MINI") })),
        ("no make", json!({ "look": look })),
        ("make of a type", json!({ "make": number(7), "look": look })),
        ("empty make", json!({ "make": text(""), "look": look })),
        ("year of a type", json!({ "make": text("MINI"), "look": look, "year": text("x") })),
    ] {
        database.done("PutItem", &put(with(&item, json!({ "p": text(name) }))));
    }
    let body = with(&create(by_make()), json!({ "AttributeDefinitions": attributes(&SEARCHED) }));
    database.done("UpdateTable", &body);
    let found = search(json!({
        "IndexName": "by_make", "SearchConditionExpression": "make = :m",
        "ExpressionAttributeValues": { ":m": text("MINI") }, "ProjectionExpression": "p",
    }));
    let answer = database.done("SearchVectors", &found);
    assert_eq!(answer["SearchResults"], json!([{ "Item": { "p": text("good") }, "Score": 0.0 }]));
    assert_eq!(table(&mut database)["VectorIndexes"][0]["ItemCount"], 1);

    // What was passed over stays as it is until something touches it.
    let touch = json!({
        "TableName": "cars", "Key": { "p": text("short") }, "UpdateExpression": "SET note = :n",
        "ExpressionAttributeValues": { ":n": text("touched") },
    });
    database.done("UpdateItem", &touch);
    let again = put(json!({ "p": text("short"), "make": text("MINI"), "look": list(&["1", "2"]) }));
    assert!(database.invalid("PutItem", &again).contains("Invalid size for parameter look"));
}

#[test]
fn an_index_goes_and_its_table_stays() {
    let mut database = slow(&cars(json!([by_look()]), &[]));
    database.done("PutItem", &car("a"));
    database.done("UpdateTable", &delete("by_look"));
    assert_eq!(states(&mut database), (json!("UPDATING"), json!("DELETING"), Json::Null));
    let absent = "The table does not have the specified index: by_look";
    assert_eq!(database.invalid("SearchVectors", &search(json!({}))), absent);
    database.done("PutItem", &put(json!({ "p": text("b"), "look": text("no vector any more") })));
    database.wait(10);
    assert_eq!(table(&mut database).get("VectorIndexes"), None);
    assert_eq!(database.done("Scan", &json!({ "TableName": "cars" }))["Count"], 2);
}

#[test]
fn one_index_comes_or_goes_at_a_time() {
    let mut database = slow(&cars(json!([by_look()]), &[]));
    for name in 0..5 {
        database.done("PutItem", &car(&name.to_string()));
    }
    let second = || with(&by_look(), json!({ "IndexName": "second" }));
    let two = json!({ "TableName": "cars", "VectorIndexUpdates": [
        { "Delete": { "IndexName": "by_look" } }, { "Create": second() },
    ] });
    assert_eq!(database.refused("UpdateTable", &two), ONE_ONLINE);
    let global = json!({
        "AttributeDefinitions": attributes(&[("keeper", "S")]),
        "GlobalSecondaryIndexUpdates": [{ "Create": index("by_keeper", "keeper", "ALL") }],
    });
    assert_eq!(database.refused("UpdateTable", &with(&create(second()), global.clone())), ONE_ONLINE);
    database.done("UpdateTable", &create(second()));
    database.wait(10);
    let third = with(&by_look(), json!({ "IndexName": "third" }));
    assert_eq!(database.refused("UpdateTable", &create(third)), ONE_ONLINE);
    let global = with(&global, json!({ "TableName": "cars" }));
    assert_eq!(database.refused("UpdateTable", &global), ONE_ONLINE);
}

#[test]
fn a_table_is_not_deleted_while_an_index_comes() {
    let mut database = slow(&plain());
    for name in 0..5 {
        database.done("PutItem", &car(&name.to_string()));
    }
    database.done("UpdateTable", &create(by_look()));
    database.wait(10);
    let delete = json!({ "TableName": "cars" });
    assert_eq!(
        database.refused("DeleteTable", &delete),
        "ResourceInUseException: Cannot delete table while indexes are being created, updated, or deleted."
    );
    database.wait(10);
    database.done("DeleteTable", &delete);
    database.wait(10);
    // A table of the same name begins anew.
    database.done("CreateTable", &cars(json!([by_look()]), &[]));
    database.wait(10);
    assert_eq!(count(&mut database), 0);
}

#[test]
fn what_an_update_may_say() {
    let mut database = fast(&cars(json!([by_look()]), &[]));
    let mut invalid = |body: Json| {
        let text = database.invalid("UpdateTable", &body);
        text.strip_prefix("One or more parameter values were invalid: ").unwrap_or(&text).to_owned()
    };
    let both = json!({ "Create": with(&by_look(), json!({ "IndexName": "two" })), "Delete": { "IndexName": "by_look" } });
    assert_eq!(
        invalid(json!({ "TableName": "cars", "VectorIndexUpdates": [both] })),
        "Only one vector index action is allowed per VectorIndexUpdate object"
    );
    assert_eq!(
        invalid(json!({ "TableName": "cars", "VectorIndexUpdates": [{}] })),
        "One of VectorIndexUpdate.Create, VectorIndexUpdate.Delete must not be null"
    );
    let nothing = json!({ "TableName": "cars", "VectorIndexUpdates": [] });
    assert!(invalid(nothing.clone()).starts_with("At least one of"));
    let protected = with(&nothing, json!({ "DeletionProtectionEnabled": true }));
    assert_eq!(invalid(protected), "List of VectorIndexUpdates is empty");
    assert_eq!(invalid(create(by_look())), "Attempting to create an index which already exists");
    let without = with(&by_look(), json!({ "IndexName": "two", "Dimensions": null }));
    assert_eq!(
        invalid(create(without)),
        "1 validation error detected: Value null at 'vectorIndexUpdates.1.member.create.dimensions' failed to satisfy \
         constraint: Member must not be null"
    );
    let other = with(&by_look(), json!({ "IndexName": "two", "Dimensions": 4 }));
    assert!(
        invalid(create(other)).starts_with("Conflicting attribute definition for 'look'. All VectorIndexes")
    );
    let two =
        || with(&by_look(), json!({ "IndexName": "two", "VectorAttribute": { "AttributeName": "sound" } }));
    let defined = json!({ "AttributeDefinitions": attributes(&[("sound", "B")]) });
    assert!(
        invalid(with(&create(two()), defined))
            .contains("An attribute cannot be defined in AttributeDefinitions")
    );
    let key = with(&by_look(), json!({ "IndexName": "two", "VectorAttribute": { "AttributeName": "p" } }));
    assert!(invalid(create(key)).contains("An attribute cannot be defined in AttributeDefinitions"));
    // The definitions of the table are not looked at.
    let schema = json!([{ "AttributeName": "p", "SearchSchemaElementType": "HASH" }]);
    assert_eq!(
        invalid(create(with(&two(), json!({ "SearchSchema": schema })))),
        "One element in SearchSchema is not defined in attribute definitions"
    );
    let other_type = with(
        &create(with(&two(), json!({ "SearchSchema": schema }))),
        json!({ "AttributeDefinitions": attributes(&[("p", "N")]) }),
    );
    assert!(invalid(other_type).starts_with("Attributes cannot be redefined."));
    assert_eq!(
        database.refused("UpdateTable", &delete("absent")),
        "ResourceNotFoundException: Requested resource not found: Index absent for table cars"
    );
}

#[test]
fn the_sixth_index_is_refused() {
    let named = |number: usize| with(&by_look(), json!({ "IndexName": format!("look{number}") }));
    let mut database = fast(&cars((0..4).map(named).collect(), &[]));
    database.done("UpdateTable", &create(named(4)));
    database.wait(1);
    assert_eq!(
        database.invalid("UpdateTable", &create(named(5))),
        "One or more parameter values were invalid: VectorIndex count exceeds the per-table limit of 5"
    );
}

#[test]
fn it_goes_with_on_demand_only() {
    let provisioned = json!({ "BillingMode": null, "ProvisionedThroughput": units(5, 5) });
    let mut database = fast(&with(&plain(), provisioned));
    assert_eq!(
        database.invalid("UpdateTable", &create(by_look())),
        "One or more parameter values were invalid: Vector indexes are only supported for PAY_PER_REQUEST tables"
    );
    let mut database = fast(&cars(json!([by_look()]), &[]));
    let flip =
        json!({ "TableName": "cars", "BillingMode": "PROVISIONED", "ProvisionedThroughput": units(5, 5) });
    let refusal = "One or more parameter values were invalid: Tables with vector indexes must be in PAY_PER_REQUEST mode";
    assert_eq!(database.invalid("UpdateTable", &flip), refusal);
    assert_eq!(database.invalid("UpdateTable", &with(&delete("by_look"), flip)), refusal);
}

#[test]
fn global_and_vector_indexes_know_of_each_other() {
    let mut table_ = cars(json!([by_make()]), &SEARCHED);
    table_["GlobalSecondaryIndexes"] = json!([index("by_year", "year", "ALL")]);
    let mut database = fast(&table_);
    let exists = "Attempting to create an index which already exists";
    let vector = with(&by_look(), json!({ "IndexName": "by_year" }));
    assert_eq!(database.invalid("UpdateTable", &create(vector)), exists);
    let global = |name: &str, key: &str| {
        json!({
            "TableName": "cars", "AttributeDefinitions": attributes(&[(key, "S")]),
            "GlobalSecondaryIndexUpdates": [{ "Create": index(name, key, "ALL") }],
        })
    };
    assert_eq!(database.invalid("UpdateTable", &global("by_make", "state")), exists);
    assert_eq!(
        database.invalid("UpdateTable", &global("looks", "look")),
        "One or more parameter values were invalid: Attributes cannot be redefined. Please check that your attribute has \
         the same type as previously defined. Existing schema: VectorIndexSchema:[VectorAttribute: key{look:L:3}] New \
         schema: Schema:[SchemaElement: key{look:S:HASH}]"
    );
    assert_eq!(
        database.invalid("UpdateTable", &delete("by_year")),
        "Cannot delete an index that is not a VectorIndex: by_year"
    );
    let wrong = json!({ "TableName": "cars", "GlobalSecondaryIndexUpdates": [{ "Delete": { "IndexName": "by_make" } }] });
    assert_eq!(
        database.invalid("UpdateTable", &wrong),
        "Cannot delete an index that is not a GlobalSecondaryIndex: by_make"
    );
    // The definition of an attribute stays as long as an index needs it.
    let delete = json!({ "TableName": "cars", "GlobalSecondaryIndexUpdates": [{ "Delete": { "IndexName": "by_year" } }] });
    database.done("UpdateTable", &delete);
    database.wait(1);
    let definitions = attributes(&[("make", "S"), ("p", "S"), ("year", "N")]);
    assert_eq!(table(&mut database)["AttributeDefinitions"], definitions);
}
