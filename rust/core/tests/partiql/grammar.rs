//! What is a statement and what is none: texts of the service's parser, and literals.

use serde_json::json;

use crate::database::Database;

const ENVELOPE: &str = "Statement wasn't well formed, can't be processed: ";

#[test]
fn what_is_no_statement_is_refused_with_the_parsers_words() {
    let mut database = Database::new();
    let leftover = "Unexpected token after expression";
    for (statement, detail) in [
        (r#"SLECT * FROM "One" WHERE pk = 'a'"#, "Expected data manipulation"),
        (r#"SELECTT * FROMM "One""#, leftover),
        ("UPDATE Payment-x SET a = 1", "Expected data manipulation"),
        ("INSERT INTO One (a, b) VALUES (1, 2)", leftover),
        ("INSERT INTO One (key, b) VALUES (1, 2)", "Unexpected keyword"),
        (r#"SELECT * FROM "One" WHERE pk = 1 foo"#, leftover),
        (r#"SELECT * FROM "One" WHERE pk = 1 e5"#, leftover),
        (r#"INSERT INTO "One" VALUE {'pk': 'a'} foo"#, leftover),
        (r#"INSERT INTO "One" VALUE {'pk': 'a'} IF NOT EXISTS"#, leftover),
        (r#"INSERT INTO "One" t VALUE {'pk': 'x'}"#, leftover),
        (r#"UPDATE "One" SET a = 9 WHERE pk = 'a' foo"#, leftover),
        (r#"UPDATE "One" REMOVE a, b WHERE pk = 'a'"#, leftover),
        (r#"DELETE FROM "One" WHERE pk = 'a' ORDER BY pk"#, leftover),
        (r#"SELECT * FROM "One" WHERE pk = 1)"#, leftover),
        (r#"SELECT * FROM "One" ORDER BY pk WHERE pk = 1"#, leftover),
        (r#"SELECT * FROM "One" WHERE"#, "Unexpected term"),
        (r#"SELECT * FROM "One" WHERE;"#, "Unexpected term"),
        (r#"SELECT * FROM "One" WHERE NOT"#, "Unexpected term"),
        (r#"SELECT * FROM "One" WHERE ("#, "Unexpected term"),
        (r#"DELETE FROM "One" WHERE"#, "Unexpected term"),
        ("SELECT * FROM", "Unexpected term"),
        ("   ", "Unexpected term"),
        (r#"SELECT * FROM "One" WHERE pk = 'a' AND"#, "Missing right-hand side expression of infix operator"),
        (r#"SELECT * FROM "One" WHERE ORDER BY pk"#, "Unexpected keyword"),
        (r#"SELECT * FROM "One" WHERE pk = 'a' AND x IS FOO"#, "Expected type name"),
        (r#"SELECT * FROM "One" WHERE IS NULL"#, "Unexpected operator"),
        (r#"SELECT * FROM "One" WHERE pk = LIKE"#, "Unexpected operator"),
        ("DELETE FROM", "Expected identifier for simple path"),
        ("DELETE FROM WHERE pk = 'a'", "Expected identifier for simple path"),
        (r#"DELETE "One" WHERE pk = 'a'"#, "Expected FROM after DELETE"),
        (r#"SELECT * FROM "One" WHERE (pk = 'a'"#, "Expected RIGHT_PAREN"),
        (r#"SELECT m.inner FROM "One""#, "Invalid path dot component"),
        (r#"SELECT * FROM "One" WHERE pk = 'oops"#, ""),
        (r#"SELECT * FROM "One"#, ""),
        (r#"SELECT * FROM "One" WHERE pk = 1 # note"#, ""),
        (r#"SELECT * FROM "One" WHERE pk = 1 /* note"#, ""),
        (r#"SELECT * FROM "Num" WHERE pk = 1e2147483648"#, ""),
        (r#"SELECT * FROM "Num" WHERE pk = 1.5e-2147483647"#, ""),
    ] {
        assert_eq!(database.statement_invalid(statement), format!("{ENVELOPE}{detail}"), "{statement}");
    }
}

#[test]
fn what_dynamodb_has_no_meaning_for_is_refused_in_its_own_words() {
    let alias = "Aliasing is not supported";
    let insert = "FROM clause may only contain a single table name in data manipulation statements at";
    Database::new().assert_invalid(&[
        (r#"SELECT * FROM "One" t WHERE pk = 'x'"#, alias),
        (r#"SELECT * FROM "One" AS t WHERE pk = 'x'"#, alias),
        (r#"SELECT pk AS p FROM "One""#, alias),
        (r#"UPDATE "One" t SET a = 3 WHERE pk = 'x'"#, alias),
        (r#"DELETE FROM "One" t WHERE pk = 'x'"#, alias),
        (r#"SELECT * FROM "One", "Two""#, "Only select from a single table or index is supported."),
        (r#"SELECT COUNT(*) FROM "none""#, "Unexpected path component at 1:8:5"),
        ("SELECT\n COUNT(*) FROM \"One\"", "Unexpected path component at 2:2:5"),
        (r#"SELECT pk, count(pk) FROM "One""#, "Unexpected path component at 1:12:5"),
        (r#"SELECT 1 FROM "One""#, "Unexpected path component at 1:8:1"),
        (r#"SELECT l[-1] FROM "One""#, "List index is not within the allowable range; index: [-1] at 1:11:1"),
        (
            r#"SELECT l[2147483648] FROM "One""#,
            "List index is not within the allowable range; index: [2147483648] at 1:10:10",
        ),
        (r#"SELECT * FROM "One" LIMIT 5"#, "Unsupported clause: LIMIT at 1:21:5"),
        (r#"SELECT * FROM "" WHERE pk = 'x'"#, "Path component cannot be an empty string"),
        (r#"SELECT * FROM "One"."""#, "Path component cannot be an empty string"),
        (r#"SELECT * FROM "One"."i"."x""#, "A path may contain at most 2 components in the FROM clause"),
        ("INSERT INTO\n\"One\".\"i\" VALUE {'pk': 'a'}", &format!("{insert} 2:1:5")),
        ("INSERT INTO One.i VALUE {'pk': 'a'}", &format!("{insert} 1:13:3")),
        (r#"UPDATE "none"."i" SET a = 1 WHERE pk = 'p'"#, "This operation is not supported on an index"),
        (r#"DELETE FROM "One"."i" WHERE pk = 'p'"#, "This operation is not supported on an index"),
        (
            "INSERT INTO One VALUES ('a')",
            "Unsupported operation: Inserting multiple items in a single statement is not supported, use \"INSERT INTO \
             tableName VALUE item\" instead",
        ),
        ("x IS INT4", "Unsupported operation: IsType"),
        (
            r#"EXISTS(SELECT * FROM "One" WHERE pk = 'a' AND b = 1)"#,
            "EXISTS can only be used in ExecuteTransaction write requests.",
        ),
    ]);
}

#[test]
fn comments_case_and_quotes_are_read_as_the_service_does() {
    let mut database = Database::new();
    database.run("insert into One value {'pk': 'it''s', 'select': 'a--b /*c*/', 'count': 1};");
    for statement in [
        "SELECT/**/* FROM One -- the table\nWHERE pk/* key */='it''s' --",
        "select \"select\" from \"One\" where \"pk\" = 'it''s'; -- done",
        "-- first\nSELECT \"count\" FROM One WHERE pk = 'it''s' AND \"select\" = 'a--b /*c*/'",
    ] {
        assert_eq!(database.run(statement)["Items"].as_array().unwrap().len(), 1, "{statement}");
    }
}

#[test]
fn numbers_are_read_in_every_form() {
    let mut database = Database::new();
    for literal in
        ["7.31e6", "7.31E6", "7.31e+6", "731e4", "73100000e-1", "7310000.", "+7310000", "- - 7310000"]
    {
        database.run(&format!("INSERT INTO Num VALUE {{'pk': {literal}, 'half': -.5e0}}"));
        let answer = database.run("SELECT * FROM Num WHERE pk = 7310000 AND half = -0.5");
        assert_eq!(answer["Items"], json!([{"pk": {"N": "7310000"}, "half": {"N": "-0.5"}}]), "{literal}");
        database.run("DELETE FROM Num WHERE pk = 731e4");
    }
}

#[test]
fn values_of_every_kind_are_stored() {
    let mut database = Database::new();
    database.run(
        "INSERT INTO One VALUE {'pk': 'all', 'n': 1, 'm': {'a': 'b', 'c': 4}, 'l': [1, 'x', <<'s'>>], 'ns': <<1, 34, 4.5>>, \
         'ss': <<'a', 'b'>>, 't': true, 'f': FALSE, 'z': null, 'e': [], 'o': {}}",
    );
    assert_eq!(
        database.item("all"),
        json!({
            "pk": {"S": "all"}, "n": {"N": "1"}, "m": {"M": {"a": {"S": "b"}, "c": {"N": "4"}}},
            "l": {"L": [{"N": "1"}, {"S": "x"}, {"SS": ["s"]}]}, "ns": {"NS": ["1", "34", "4.5"]},
            "ss": {"SS": ["a", "b"]}, "t": {"BOOL": true}, "f": {"BOOL": false}, "z": {"NULL": true},
            "e": {"L": []}, "o": {"M": {}},
        })
    );
}

#[test]
fn a_literal_says_where_it_is_wrong() {
    let mut database = Database::new();
    let overflow =
        "Number overflow. Attempting to store a number with magnitude larger than supported range under root";
    let duplicates = "One or more parameter values were invalid: Input collection";
    let prefix = "UPDATE One SET x = ";
    let parameter = format!("{prefix}[?] WHERE pk = 'a'");
    for (value, text) in [
        ("1e126", overflow.to_owned()),
        ("{'x': 1e126}", format!("{overflow}.x")),
        ("[1, 1e126]", format!("{overflow}[1]")),
        (
            "123456789012345678901234567890123456789",
            "Attempting to store more than 38 significant digits in a Number under root".to_owned(),
        ),
        ("<<>>", "Empty bags are not supported".to_owned()),
        (
            "<<1, 'a'>>",
            "Unsupported data type in Bag. DynamoDB only supports either numbers or strings in bags"
                .to_owned(),
        ),
        ("<<'a', 'a'>>", format!("{duplicates} [a, a] contains duplicates.")),
        ("<<2, 2.0>>", format!("{duplicates} [2, 2.0] contains duplicates! under root")),
        ("{'a': 1, 'a': 2}", "Duplicate keys in tuple. Key: a under root".to_owned()),
        (
            &format!("{}1{}", "{'a':".repeat(32), "}".repeat(32)),
            format!("Nesting Levels have exceeded supported limits under root{}", ".a".repeat(32)),
        ),
        (
            &format!("{{'a':{}1{}}}", "[".repeat(31), "]".repeat(31)),
            format!("Nesting Levels have exceeded supported limits under root.a{}", "[0]".repeat(31)),
        ),
    ] {
        let statement = format!("{prefix}{value} WHERE pk = 'a'");
        assert_eq!(database.statement_invalid(&statement), text, "{statement}");
    }
    assert_eq!(
        database.statement_invalid_with(&parameter, json!([{"S": "v"}])),
        format!("Unsupported data type: Parameter under key root[0] at 1:{}:1", prefix.len() + 2)
    );
    let insert = "INSERT INTO One VALUE {'pk': 'a', 's': set_add(<<'a'>>, <<'b'>>)}";
    assert_eq!(database.statement_invalid(insert), "Unsupported data type: set_add under key root at 1:40:7");
    database.run(&format!(
        "INSERT INTO One VALUE {{'pk': 'a', 'd': {}1{}}}",
        "{'a':".repeat(31),
        "}".repeat(31)
    ));
}

#[test]
fn parameters_come_first_and_are_counted() {
    let mut database = Database::new();
    let mismatch = "Number of parameters in request and statement don't match.";
    assert_eq!(database.statement_invalid("SELECT * FROM One WHERE pk = ?"), mismatch);
    assert_eq!(
        database.statement_invalid_with("SELECT * FROM One WHERE pk = 'a'", json!([{"S": "a"}])),
        mismatch
    );
    assert_eq!(
        database.statement_invalid_with("UPDATE One SET WHERE", json!([{"SS": ["a", "a"]}])),
        "One or more parameter values were invalid: Input collection [a, a] contains duplicates."
    );
    assert_eq!(
        database.statement_invalid_with("SELECT * FROM One", json!([])),
        "1 validation error detected: Value '[]' at 'parameters' failed to satisfy constraint: Member must have \
         length greater than or equal to 1"
    );
    database.run_with("INSERT INTO One VALUE {'pk': ?, 'v': ?}", json!([{"S": "x"}, {"L": [{"B": "AQ=="}]}]));
    let found = database.run_with("SELECT v FROM One WHERE pk IN [?, 'b']", json!([{"S": "x"}]));
    assert_eq!(found["Items"], json!([{"v": {"L": [{"B": "AQ=="}]}}]));
}

#[test]
fn a_statement_may_not_be_nested_without_end() {
    let mut database = Database::new();
    for nested in [
        format!("SELECT * FROM One WHERE {}pk = '1'{}", "(".repeat(3000), ")".repeat(3000)),
        format!("SELECT * FROM One WHERE {}pk = '1'", "NOT ".repeat(2000)),
        format!("SELECT * FROM One WHERE pk = {}1", "- ".repeat(4000)),
        format!("INSERT INTO One VALUE {{'pk': {}1{}}}", "[".repeat(3000), "]".repeat(3000)),
    ] {
        assert_eq!(database.statement_invalid(&nested), format!("{ENVELOPE}Statement is nested too deeply"));
    }
    let long = format!("SELECT * FROM One WHERE pk = '{}'", "a".repeat(8192));
    assert!(
        database.statement_invalid(&long).ends_with("Member must have length less than or equal to 8192")
    );
}
