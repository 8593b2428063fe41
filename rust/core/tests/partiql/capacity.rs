//! What statements cost.

use serde_json::{Value as Json, json};

use crate::database::Database;

fn units(database: &mut Database, statement: &str, consistent: bool) -> Json {
    let body =
        json!({"Statement": statement, "ConsistentRead": consistent, "ReturnConsumedCapacity": "TOTAL"});
    database.done("ExecuteStatement", &body)["ConsumedCapacity"]["CapacityUnits"].clone()
}

#[test]
fn a_read_costs_what_it_walks_over() {
    let mut database = Database::new();
    for sk in 0..3 {
        let pad = "x".repeat(3000);
        database.put("Two", json!({"pk": {"S": "p"}, "sk": {"S": format!("{sk}")}, "padding": {"S": pad}}));
    }
    for (clause, eventual, strong) in [
        ("pk = 'p' AND sk = '1'", 0.5, 1.0),
        ("pk = 'p'", 1.5, 3.0),
        ("pk = 'p' AND padding = 'none'", 1.5, 3.0),
        ("pk = 'p' AND sk IN ['0', '1']", 1.0, 2.0),
        ("pk = 'nope'", 0.5, 1.0),
        ("padding = 'none'", 1.5, 3.0),
    ] {
        let statement = format!("SELECT pk FROM Two WHERE {clause}");
        assert_eq!(units(&mut database, &statement, false), json!(eventual), "{clause}");
        assert_eq!(units(&mut database, &statement, true), json!(strong), "{clause}");
    }
}

#[test]
fn a_change_costs_as_the_operation_on_items_does() {
    let mut database = Database::new();
    let pad = "x".repeat(2500);
    assert_eq!(
        units(&mut database, &format!("INSERT INTO One VALUE {{'pk': 'a', 'v': '{pad}'}}"), false),
        json!(3.0)
    );
    assert_eq!(units(&mut database, "UPDATE One SET v = 'small' WHERE pk = 'a'", false), json!(3.0));
    assert_eq!(units(&mut database, "DELETE FROM One WHERE pk = 'a'", false), json!(1.0));
    assert_eq!(units(&mut database, "DELETE FROM One WHERE pk = 'a'", false), json!(1.0));
}

fn batch(database: &mut Database, statements: &[&str]) -> Json {
    let members: Vec<Json> = statements.iter().map(|text| json!({"Statement": text})).collect();
    let body = json!({"Statements": members, "ReturnConsumedCapacity": "INDEXES"});
    database.done("BatchExecuteStatement", &body).get("ConsumedCapacity").cloned().unwrap_or_default()
}

#[test]
fn a_batch_adds_up_by_table_and_counts_what_failed_in_the_total() {
    let mut database = Database::new();
    database.run("INSERT INTO One VALUE {'pk': 'taken'}");
    let duplicate = "INSERT INTO One VALUE {'pk': 'taken'}";
    assert_eq!(batch(&mut database, &[duplicate]), Json::Null);
    assert_eq!(
        batch(
            &mut database,
            &[duplicate, "INSERT INTO One VALUE {'pk': 'new'}", "INSERT INTO Num VALUE {'pk': 1}"]
        ),
        json!([
            {"TableName": "One", "CapacityUnits": 2.0, "Table": {"CapacityUnits": 1.0}},
            {"TableName": "Num", "CapacityUnits": 1.0, "Table": {"CapacityUnits": 1.0}},
        ])
    );
}
