//! `Limit`, `NextToken` and pages of 1 MB.

use serde_json::{Value as Json, json};

use crate::database::{Database, column_of};

fn filled(count: usize, bytes: usize) -> Database {
    let mut database = Database::new();
    for pk in ["o", "p"] {
        for sk in 0..count {
            let pad = "x".repeat(bytes);
            database
                .put("Two", json!({"pk": {"S": pk}, "sk": {"S": format!("{sk:02}")}, "padding": {"S": pad}}));
        }
    }
    database
}

/// The pages of a statement, as lists of sort keys.
fn pages(database: &mut Database, statement: &str, limit: Option<usize>) -> Vec<Vec<String>> {
    let mut pages = Vec::new();
    let mut token = Json::Null;
    loop {
        let body = json!({"Statement": statement, "Limit": limit, "NextToken": token});
        let answer = database.done("ExecuteStatement", &body);
        pages.push(column_of(&answer, "sk"));
        assert_eq!(answer.get("NextToken").is_some(), answer.get("LastEvaluatedKey").is_some());
        match answer.get("NextToken") {
            None => return pages,
            Some(next) => token = next.clone(),
        }
        assert!(pages.len() < 50, "{statement} comes to an end");
    }
}

#[test]
fn limit_counts_what_is_evaluated_across_ranges() {
    let mut database = filled(3, 1);
    assert_eq!(
        pages(&mut database, "SELECT sk FROM Two WHERE pk IN ['o', 'p'] ORDER BY pk DESC", Some(2)),
        [vec!["02", "01"], vec!["00", "02"], vec!["01", "00"], vec![]]
    );
    assert_eq!(
        pages(&mut database, "SELECT sk FROM Two WHERE pk = 'o' AND padding = 'y'", Some(2)),
        [Vec::<String>::new(), Vec::new()]
    );
    let all: Vec<String> = pages(&mut database, "SELECT sk FROM Two", Some(1)).concat();
    assert_eq!(all.len(), 6);
}

#[test]
fn a_page_ends_at_a_megabyte_also_when_it_reads_several_ranges() {
    let mut database = filled(4, 200_000);
    let found = pages(&mut database, "SELECT sk FROM Two WHERE pk IN ['o', 'p']", None);
    assert_eq!(found, [vec!["00", "01", "02", "03", "00", "01"], vec!["02", "03"]]);
}

#[test]
fn a_token_belongs_to_its_statement() {
    let mut database = filled(3, 1);
    let first = database.done("ExecuteStatement", &json!({"Statement": "SELECT * FROM Two", "Limit": 1}));
    let token = first["NextToken"].clone();
    let refusal = |database: &mut Database, statement: &str, token: &Json| {
        database.refused("ExecuteStatement", &json!({"Statement": statement, "NextToken": token}))
    };
    let mismatch = "ValidationException: NextToken does not match request";
    for statement in
        ["SELECT * FROM One", "SELECT * FROM Two WHERE pk = 'o'", "DELETE FROM One WHERE pk = 'o'"]
    {
        assert_eq!(refusal(&mut database, statement, &token), mismatch);
    }
    let garbage = refusal(&mut database, "SELECT * FROM Two", &json!("garbage"));
    assert_eq!(garbage, "ValidationException: Invalid NextToken");
    assert_eq!(
        database.refused("ExecuteStatement", &json!({"Statement": "SELECT * FROM Two", "Limit": 0})),
        "ValidationException: 1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: Member \
         must have value greater than or equal to 1"
    );
}

#[test]
fn a_page_goes_on_where_the_last_item_was_deleted() {
    let mut database = filled(3, 1);
    let body = |token: Json| json!({"Statement": "SELECT sk FROM Two WHERE pk = 'o'", "Limit": 1, "NextToken": token});
    let first = database.done("ExecuteStatement", &body(Json::Null));
    database.run("DELETE FROM Two WHERE pk = 'o' AND sk = '00'");
    let second = database.done("ExecuteStatement", &body(first["NextToken"].clone()));
    assert_eq!(column_of(&second, "sk"), ["01"]);
}
