//! Which keys a `WHERE` selects, in which order.

use serde_json::json;

use crate::database::Database;

fn filled() -> Database {
    let mut database = Database::new();
    for pk in ["o", "p", "q"] {
        for sk in ["1", "2", "3"] {
            database
                .put("Two", json!({"pk": {"S": pk}, "sk": {"S": sk}, "flag": {"S": format!("{pk}{sk}")}}));
        }
    }
    database
}

#[test]
fn branches_of_a_clause_are_read_as_ranges() {
    let mut database = filled();
    for (clause, selected) in [
        ("pk = 'o'", vec!["o/1", "o/2", "o/3"]),
        ("'o' = pk AND '2' <= sk", vec!["o/2", "o/3"]),
        ("pk = 'o' AND sk = '2'", vec!["o/2"]),
        ("pk = 'o' AND sk = '2' AND sk > '0'", vec!["o/2"]),
        ("pk = 'o' AND sk > '1' AND sk < '3'", vec!["o/2"]),
        ("pk = 'o' AND sk > '3' AND sk < '1'", vec![]),
        ("pk = 'o' AND begins_with(sk, '3')", vec!["o/3"]),
        ("pk = 'o' AND sk BETWEEN '2' AND '9'", vec!["o/2", "o/3"]),
        ("pk = 'o' AND sk IN ['1', '3', '7']", vec!["o/1", "o/3"]),
        ("pk = 'o' AND (sk = '1' OR sk = '2')", vec!["o/1", "o/2"]),
        ("pk = 'o' AND (sk < '2' OR sk > '2' OR sk = '2')", vec!["o/1", "o/2", "o/3"]),
        ("pk IN ['p', 'o'] AND sk = '1'", vec!["o/1", "p/1"]),
        ("pk = 'p' OR pk = 'o' AND sk > '2'", vec!["o/3", "p/1", "p/2", "p/3"]),
        ("pk = 'o' AND NOT sk = '1'", vec!["o/2", "o/3"]),
        ("pk = 'o' AND sk <> '1'", vec!["o/2", "o/3"]),
        ("pk = 'o' AND NOT sk = '1' OR pk = 'o' AND sk = '2'", vec!["o/2", "o/3"]),
        ("pk = 'o' AND sk <> '1' OR pk = 'o' AND sk = '2'", vec!["o/2", "o/3"]),
        ("pk = 'o' OR pk = 'o' AND NOT sk = '1'", vec!["o/1", "o/2", "o/3"]),
        ("pk = 'o' AND NOT sk IN ['1', '3'] OR pk = 'o' AND sk = '3'", vec!["o/2", "o/3"]),
        ("pk = 'o' AND (flag = 'o1' OR flag = 'o3')", vec!["o/1", "o/3"]),
        ("pk = 'o' AND attribute_exists(pk)", vec!["o/1", "o/2", "o/3"]),
        ("pk = 'o' AND pk = 'p'", vec![]),
        ("pk = 'nope'", vec![]),
    ] {
        assert_eq!(database.selected(clause), selected, "{clause}");
    }
}

#[test]
fn without_the_partition_key_everything_is_looked_at() {
    let mut database = filled();
    for (clause, selected) in [
        ("sk = '1'", vec!["o/1", "p/1", "q/1"]),
        ("pk = 'o' OR sk = '1'", vec!["o/1", "o/2", "o/3", "p/1", "q/1"]),
        ("NOT pk = 'o' AND sk = '2'", vec!["p/2", "q/2"]),
        ("pk > 'o' AND sk = '3'", vec!["p/3", "q/3"]),
        ("begins_with(pk, 'q') AND contains(flag, '2')", vec!["q/2"]),
        ("pk > 1", vec![]),
    ] {
        let mut found = database.selected(clause);
        found.sort();
        assert_eq!(found, selected, "{clause}");
    }
    let many = (0..51).map(|index| format!("'v{index}'")).collect::<Vec<_>>().join(", ");
    assert_eq!(database.selected(&format!("pk IN [{many}] OR flag = 'o1'")), ["o/1"]);
}

#[test]
fn ranges_may_not_overlap_nor_be_too_many_nor_of_another_type() {
    let mut database = filled();
    let overlap = "Overlapping conditions with range keys are not supported in where clause";
    let mismatch = "Key attribute's data type should match its data type in table's schema: Key";
    let values = |count: usize| (0..count).map(|index| format!("'v{index}'")).collect::<Vec<_>>().join(", ");
    for (clause, text) in [
        ("pk IN ['o', 'o']".to_owned(), overlap.to_owned()),
        ("pk = 'o' OR pk = 'o'".to_owned(), overlap.to_owned()),
        ("pk = 'o' AND (sk > '0' OR sk < '5')".to_owned(), overlap.to_owned()),
        ("pk = 'o' AND (sk = '1' OR flag = 'x')".to_owned(), overlap.to_owned()),
        ("(pk = 'o' AND flag = 'x') OR (pk = 'o' AND flag = 'y')".to_owned(), overlap.to_owned()),
        ("pk = 'a' AND x <> '1' OR pk = 'a' AND sk = '2'".to_owned(), overlap.to_owned()),
        ("pk = 1 OR pk = 'o'".to_owned(), format!("{mismatch} pk")),
        ("pk = 'o' AND sk IN ['1', 2]".to_owned(), format!("{mismatch} sk")),
        (
            format!("pk IN [{}]", values(51)),
            "Too many decomposed read operations for a given query.".to_owned(),
        ),
        (
            format!("pk IN [{}] AND sk IN ['1', '2']", values(26)),
            "Too many decomposed read operations for a given query.".to_owned(),
        ),
    ] {
        assert_eq!(
            database.statement_invalid(&format!("SELECT * FROM Two WHERE {clause}")),
            text,
            "{clause}"
        );
    }
    assert!(database.selected(&format!("pk IN [{}]", values(50))).is_empty());
    let long =
        database.statement_invalid_with("SELECT * FROM Two WHERE pk = ?", json!([{"S": "k".repeat(2049)}]));
    assert!(long.contains("2048 bytes"), "{long}");
}

#[test]
fn order_by_orders_by_the_key() {
    let mut database = filled();
    for (clause, selected) in [
        ("pk = 'o' ORDER BY sk DESC", vec!["o/3", "o/2", "o/1"]),
        ("pk = 'o' ORDER BY sk", vec!["o/1", "o/2", "o/3"]),
        ("pk = 'o' ORDER BY sk ASC", vec!["o/1", "o/2", "o/3"]),
        // Without a term for the sort key it descends.
        ("pk = 'o' ORDER BY pk ASC", vec!["o/3", "o/2", "o/1"]),
        ("pk IN ['o', 'p'] ORDER BY pk DESC, sk ASC", vec!["p/1", "p/2", "p/3", "o/1", "o/2", "o/3"]),
        ("pk IN ['o', 'p'] ORDER BY pk, sk DESC", vec!["o/3", "o/2", "o/1", "p/3", "p/2", "p/1"]),
        ("pk = 'o' AND sk IN ['1', '3'] ORDER BY sk DESC", vec!["o/3", "o/1"]),
    ] {
        assert_eq!(database.selected(clause), selected, "{clause}");
    }
    database.assert_invalid(&[
        ("SELECT sk FROM Two ORDER BY sk", "Must have WHERE clause in the statement when using ORDER BY clause."),
        (
            "SELECT sk FROM Two WHERE pk = 'o' ORDER BY Total DESC",
            "Attribute Total in ORDER BY clause must be part of the primary key",
        ),
        (
            "SELECT sk FROM Two WHERE pk > 'a' ORDER BY sk",
            "Must have at least one non-optional hash key condition in WHERE clause when using ORDER BY clause.",
        ),
        (
            "SELECT sk FROM Two WHERE pk IN ['o', 'p'] ORDER BY sk DESC",
            "Must have hash key in ORDER BY clause when more than one hash key condition specified in WHERE clause.",
        ),
    ]);
}
