//! BatchExecuteStatement.

use serde_json::{Value as Json, json};

use crate::database::Database;

const NEEDS_KEY: &str =
    "Select statements within BatchExecuteStatement must specify the primary key in the where clause.";

fn filled() -> Database {
    let mut database = Database::new();
    for pk in ["a", "b"] {
        database.put("One", json!({"pk": {"S": pk}, "v": {"S": format!("of {pk}")}}));
    }
    database.put("Two", json!({"pk": {"S": "p"}, "sk": {"S": "1"}}));
    database
}

fn body(statements: &[&str]) -> Json {
    let members: Vec<Json> = statements.iter().map(|text| json!({"Statement": text})).collect();
    json!({"Statements": members})
}

fn responses(database: &mut Database, statements: &[&str]) -> Json {
    database.done("BatchExecuteStatement", &body(statements))["Responses"].clone()
}

fn error(code: &str, message: &str) -> Json {
    json!({"Error": {"Code": code, "Message": message}})
}

#[test]
fn reads_answer_in_the_order_of_their_statements() {
    let mut database = filled();
    assert_eq!(
        responses(
            &mut database,
            &[
                "SELECT v FROM One WHERE pk = 'b'",
                "SELECT * FROM One WHERE pk = 'none'",
                "SELECT * FROM Two WHERE pk IN ['p'] AND sk = '1'",
            ]
        ),
        json!([
            {"TableName": "One", "Item": {"v": {"S": "of b"}}},
            {"TableName": "One"},
            {"TableName": "Two", "Item": {"pk": {"S": "p"}, "sk": {"S": "1"}}},
        ])
    );
}

#[test]
fn writes_succeed_or_fail_each_by_itself() {
    let mut database = filled();
    let answer = responses(
        &mut database,
        &[
            "INSERT INTO One VALUE {'pk': 'new'}",
            "INSERT INTO One VALUE {'pk': 'a'}",
            "UPDATE One SET v = 1 WHERE pk = 'b' AND v = 'no' RETURNING ALL OLD *",
            "UPDATE One SET v = 1 WHERE pk = 'c'",
            "DELETE FROM Two WHERE pk = 'p' AND sk = '1' RETURNING ALL OLD *",
            "SLECT * FROM One",
            "DELETE FROM One WHERE pk = 'd' RETURNING MODIFIED OLD *",
            "INSERT INTO none VALUE {'pk': 'x'}",
            "DELETE FROM Two WHERE pk = 'p'",
        ],
    );
    let failed =
        |code: &str, message: &str| json!({"Error": {"Code": code, "Message": message}, "TableName": "One"});
    let conditional = failed("ConditionalCheckFailed", "The conditional request failed");
    assert_eq!(
        answer,
        json!([
            {"TableName": "One"},
            failed("DuplicateItem", "Duplicate primary key exists in table"),
            conditional,
            conditional,
            {"TableName": "Two", "Item": {"pk": {"S": "p"}, "sk": {"S": "1"}}},
            error("ValidationError", "Statement wasn't well formed, can't be processed: Expected data manipulation"),
            error("ValidationError", "Invalid returning clause: RETURNING MODIFIED OLD *. Only RETURNING ALL OLD * is allowed in DELETE statements."),
            {"Error": {"Code": "ResourceNotFound", "Message": "Requested resource not found"}, "TableName": "none"},
            error("ValidationError", "Where clause does not contain a mandatory equality on all key attributes"),
        ])
    );
    assert_eq!(database.item("new"), json!({"pk": {"S": "new"}}));
}

#[test]
fn a_select_reads_one_item_by_its_key_alone() {
    let mut database = filled();
    for statement in [
        "SELECT * FROM One WHERE v = 'x'",
        "SELECT * FROM One",
        "SELECT * FROM Two WHERE pk = 'p'",
        "SELECT * FROM One WHERE pk = 'a' AND v = 'of a'",
        "SELECT * FROM One WHERE pk = 'a' AND pk = 'b'",
        "SELECT * FROM One WHERE pk IN ['a', 'b']",
    ] {
        assert_eq!(
            responses(&mut database, &[statement]),
            json!([error("ValidationError", NEEDS_KEY)]),
            "{statement}"
        );
    }
}

#[test]
fn a_batch_is_refused_as_a_whole_where_its_statements_do_not_fit_together() {
    let mut database = filled();
    for (statements, text) in [
        (
            body(&["SELECT * FROM One WHERE pk = 'a'", "INSERT INTO One VALUE {'pk': 'z'}", "nonsense"]),
            "Read and write requests together in the same batch is not supported.",
        ),
        (
            body(&["INSERT INTO One VALUE {'pk': 'z'}", "UPDATE One SET v = 1 WHERE pk = 'z'"]),
            "Provided list of item keys contains duplicates",
        ),
        (
            body(&["SELECT * FROM One WHERE pk = 'a'", "SELECT v FROM One WHERE pk = 'a'"]),
            "Provided list of item keys contains duplicates",
        ),
        (
            json!({"Statements": []}),
            "1 validation error detected: Value '[]' at 'statements' failed to satisfy constraint: Member must have \
             length greater than or equal to 1",
        ),
        (
            json!({"Statements": [{"Parameters": [{"S": "a"}]}]}),
            "1 validation error detected: Value null at 'statements.1.member.statement' failed to satisfy constraint: \
             Member must not be null",
        ),
    ] {
        let refused = database.refused("BatchExecuteStatement", &statements);
        assert_eq!(refused, format!("ValidationException: {text}"));
    }
    let many = vec!["SELECT * FROM One WHERE pk = 'a'"; 26];
    let refused = database.refused("BatchExecuteStatement", &body(&many));
    assert!(refused.ends_with("Member must have length less than or equal to 25"), "{refused}");
    assert_eq!(database.item("z"), Json::Null);
}

#[test]
fn an_error_shows_the_item_where_asked() {
    let mut database = filled();
    let statement = json!({
        "Statement": "DELETE FROM One WHERE pk = ? AND v = 'no'", "Parameters": [{"S": "a"}],
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    });
    let answer = database.done("BatchExecuteStatement", &json!({"Statements": [statement]}));
    assert_eq!(answer["Responses"][0]["Error"]["Item"], json!({"pk": {"S": "a"}, "v": {"S": "of a"}}));
}
