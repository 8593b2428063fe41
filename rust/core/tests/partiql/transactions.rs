//! ExecuteTransaction.

use serde_json::{Value as Json, json};

use crate::database::{Database, transaction};

fn filled() -> Database {
    let mut database = Database::new();
    for (pk, sk) in [("a", "1"), ("a", "2"), ("b", "1")] {
        database.put("Two", json!({"pk": {"S": pk}, "sk": {"S": sk}, "flag": {"S": "x"}, "n": {"N": "0"}}));
    }
    database
}

fn refused(database: &mut Database, statements: &[&str]) -> String {
    database.refused("ExecuteTransaction", &transaction(statements))
}

fn invalid(database: &mut Database, statements: &[&str], position: usize, text: &str) {
    assert_eq!(
        refused(database, statements),
        format!("ValidationException: Validation failed in TransactStatements[{position}]: {text}"),
        "{statements:?}"
    );
}

#[test]
fn writes_happen_together_or_not_at_all() {
    let mut database = filled();
    let answer = database.done(
        "ExecuteTransaction",
        &transaction(&[
            "INSERT INTO Two VALUE {'pk': 'new', 'sk': '1'}",
            "UPDATE Two SET n = n + 1 WHERE pk = 'a' AND sk = '1' AND flag = 'x'",
            "DELETE FROM Two WHERE pk = 'b' AND sk = '1'",
            "EXISTS(SELECT * FROM Two WHERE pk = 'a' AND sk = '2' AND nope IS MISSING)",
        ]),
    );
    assert_eq!(answer, json!({"Responses": []}));
    let update = "UPDATE Two SET n = n + 1 WHERE pk = 'a' AND sk = '1'";
    for (other, code) in [
        ("INSERT INTO Two VALUE {'pk': 'new', 'sk': '1'}", "DuplicateItem"),
        ("UPDATE Two SET n = 1 WHERE pk = 'ghost' AND sk = '1'", "ConditionalCheckFailed"),
        ("UPDATE Two SET n = 1 WHERE pk = 'a' AND sk = '2' AND flag = 'y'", "ConditionalCheckFailed"),
        ("DELETE FROM Two WHERE pk = 'a' AND sk = '2' AND flag = 'y'", "ConditionalCheckFailed"),
        (
            "EXISTS(SELECT * FROM Two WHERE pk = 'a' AND sk = '2' AND flag IS MISSING)",
            "ConditionalCheckFailed",
        ),
        (
            "EXISTS(SELECT * FROM Two WHERE pk = 'a' AND sk = '2' AND pk = 'b' AND flag = 'x')",
            "ConditionalCheckFailed",
        ),
        ("UPDATE Two SET flag = set_add(flag, <<'z'>>) WHERE pk = 'a' AND sk = '2'", "ValidationError"),
    ] {
        assert_eq!(database.codes(&[update, other]), ["None", code], "{other}");
    }
    assert_eq!(database.column("SELECT n FROM Two WHERE pk = 'a' AND sk = '1'", "n"), ["1"]);
}

#[test]
fn reads_are_answered_one_by_one() {
    let mut database = filled();
    let answer = database.done(
        "ExecuteTransaction",
        &transaction(&[
            "SELECT flag FROM Two WHERE (sk = '1') AND pk = 'a' AND pk = 'a'",
            "SELECT * FROM Two WHERE pk = 'none' AND sk = '1'",
            "SELECT nope FROM Two WHERE pk IN ['b'] AND sk IN ['1']",
        ]),
    );
    assert_eq!(answer["Responses"], json!([{"Item": {"flag": {"S": "x"}}}, {}, {"Item": {}}]));
}

#[test]
fn a_statement_that_does_not_fit_refuses_the_request() {
    let mut database = filled();
    let update = "UPDATE Two SET n = 1 WHERE pk = 'a' AND sk = '1'";
    let needs_key =
        "Select statements within ExecuteTransaction must specify the primary key in the where clause.";
    for clause in [
        "pk = 'a' AND sk = '1' AND flag = 'x'",
        "pk = 'a' AND sk = '1' AND pk = 'b'",
        "pk IN ['b'] AND pk = 'a' AND sk = '1'",
        "pk = 'a'",
        "pk = 'a' AND attribute_exists(sk)",
    ] {
        invalid(&mut database, &[&format!("SELECT * FROM Two WHERE {clause}")], 0, needs_key);
    }
    let returning = "RETURNING clause is not supported in ExecuteTransaction.";
    invalid(
        &mut database,
        &[update, "DELETE FROM Two WHERE pk = 'b' AND sk = '1' RETURNING ALL OLD *"],
        1,
        returning,
    );
    let exists = "EXISTS() must contain a single item read with additional condition";
    invalid(&mut database, &["EXISTS(SELECT * FROM Two WHERE pk = 'a' AND sk = '2')", update], 0, exists);
    invalid(
        &mut database,
        &["EXISTS(SELECT * FROM Two WHERE pk IN ['a'] AND sk = '2' AND flag = 'x')"],
        0,
        exists,
    );
    let indices = "Reads on indices are not supported within transactions.";
    invalid(&mut database, &["SELECT * FROM Two.i WHERE pk = 'a' AND sk = '1'"], 0, indices);
    let syntax = "Statement wasn't well formed, can't be processed: Unexpected term";
    invalid(&mut database, &[update, "SELECT * FROM Two WHERE"], 1, syntax);
    let overlap = "Overlapping conditions with range keys are not supported in where clause";
    invalid(&mut database, &["SELECT * FROM Two WHERE pk IN ['a', 'a'] AND sk = '1'"], 0, overlap);
    let select = "SELECT * FROM Two WHERE pk = 'b' AND sk = '1'";
    for (statements, text) in [
        (
            [select, update],
            "ExecuteTransaction API does not support both read and write operations in the same request.",
        ),
        ([select, select], "Transaction request cannot include multiple operations on one item"),
        ([update, update], "Transaction request cannot include multiple operations on one item"),
    ] {
        assert_eq!(refused(&mut database, &statements), format!("ValidationException: {text}"));
    }
    let bad = json!({"TransactStatements": [
        {"Statement": update},
        {"Statement": "INSERT INTO One VALUE {'pk': ?}", "Parameters": [{"SS": ["a", "a"]}]},
    ]});
    assert_eq!(
        database.refused("ExecuteTransaction", &bad),
        "ValidationException: One or more parameter values were invalid: Input collection [a, a] contains duplicates."
    );
    assert!(refused(&mut database, &[]).ends_with("Member must have length greater than or equal to 1"));
}

#[test]
fn tables_and_keys_that_do_not_fit_cancel() {
    let mut database = filled();
    let select = "SELECT * FROM Two WHERE pk = 'a' AND sk = '1'";
    let missing = "UPDATE none SET a = 1 WHERE pk = 'x' AND sk = '1'";
    let reasons =
        database.reasons(&[&format!("{missing} RETURNING ALL NEW *"), "DELETE FROM none WHERE pk = 'x'"]);
    let not_found = json!({"Code": "ResourceNotFound", "Message": "Requested resource not found"});
    assert_eq!(reasons, json!([not_found, not_found]));
    assert_eq!(
        database.codes(&[select, "SELECT * FROM none.i WHERE pk = 'x'"]),
        ["None", "ResourceNotFound"]
    );
    invalid(
        &mut database,
        &[missing, "UPDATE Two SET a = 1 WHERE pk = 'a' AND sk = '1' RETURNING ALL NEW *"],
        1,
        "RETURNING clause is not supported in ExecuteTransaction.",
    );
    let update = "UPDATE Two SET a = 1 WHERE";
    let statements = [
        format!("{update} pk = 'k'"),
        format!("{update} pk IN ['k'] AND sk = '1'"),
        format!("{update} pk = 'k' AND sk = '1' AND pk = 'o'"),
        format!("{update} pk = 'k' AND sk = 1"),
        format!("{update} pk = 'a' AND sk = '1'"),
        "INSERT INTO Two VALUE {'pk': 'k'}".to_owned(),
    ];
    let statements: Vec<&str> = statements.iter().map(String::as_str).collect();
    let reasons = database.reasons(&statements);
    let messages: Vec<Option<&str>> =
        reasons.as_array().unwrap().iter().map(|each| each["Message"].as_str()).collect();
    let mismatch = Some("The provided key element does not match the schema");
    let no_key = Some("One or more parameter values were invalid: Missing the key sk in the item");
    assert_eq!(messages, [mismatch, mismatch, mismatch, mismatch, None, no_key]);
    assert_eq!(
        database.codes(&[select, select, "SELECT * FROM Two WHERE pk = 1 AND sk = '1'"]),
        ["None", "None", "ValidationError"]
    );
}

#[test]
fn a_token_makes_a_repeated_request_do_nothing() {
    let mut database = filled();
    let mut body = transaction(&["UPDATE Two SET n = n + 1 WHERE pk = 'a' AND sk = '1'"]);
    body["ClientRequestToken"] = json!("token");
    body["ReturnConsumedCapacity"] = json!("TOTAL");
    let first = database.done("ExecuteTransaction", &body.clone());
    assert_eq!(
        first["ConsumedCapacity"],
        json!([{"TableName": "Two", "CapacityUnits": 2.0, "WriteCapacityUnits": 2.0}])
    );
    let second = database.done("ExecuteTransaction", &body.clone());
    assert_eq!(second["ConsumedCapacity"][0]["ReadCapacityUnits"], json!(2.0));
    assert_eq!(second["Responses"], json!([]));
    assert_eq!(database.column("SELECT n FROM Two WHERE pk = 'a' AND sk = '1'", "n"), ["1"]);
    body["TransactStatements"][0]["Statement"] =
        json!("UPDATE Two SET n = n + 2 WHERE pk = 'a' AND sk = '1'");
    let refused = database.refused("ExecuteTransaction", &body);
    assert!(refused.starts_with("IdempotentParameterMismatchException"), "{refused}");
}

#[test]
fn a_reason_shows_the_item_where_asked() {
    let mut database = filled();
    let body = json!({"TransactStatements": [{
        "Statement": "DELETE FROM Two WHERE pk = 'a' AND sk = '1' AND flag = 'y'",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }]});
    let error = database.ask("ExecuteTransaction", &body).unwrap_err();
    let dynacore::error::Error::TransactionCanceled(cancellation) = error else { panic!("{error}") };
    assert!(cancellation.reasons()[0].item.is_some());
    assert_eq!(Json::Null, database.item("none"));
}
