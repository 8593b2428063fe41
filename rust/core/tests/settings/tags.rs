//! TagResource, UntagResource, ListTagsOfResource, and tags of a new table.

use serde_json::{Value as Json, json};

use crate::database::{ARN, Database, cars, with};

fn tag(key: &str, value: &str) -> Json {
    json!({ "Key": key, "Value": value })
}

fn tags(database: &mut Database) -> Json {
    database.done("ListTagsOfResource", &json!({ "ResourceArn": ARN }))["Tags"].clone()
}

fn put(database: &mut Database, tags: Json) -> Result<Json, String> {
    let body = json!({ "ResourceArn": ARN, "Tags": tags });
    database.ask("TagResource", &body).map_err(|error| error.to_string())
}

#[test]
fn tags_come_are_replaced_and_go() {
    let mut database = Database::new();
    database.done("CreateTable", &with(&cars(), json!({ "Tags": [tag("b", "1"), tag("a", "")] })));
    assert_eq!(tags(&mut database), json!([tag("a", ""), tag("b", "1")]));
    put(&mut database, json!([tag("b", "2"), tag("c", "3")])).unwrap();
    assert_eq!(tags(&mut database), json!([tag("a", ""), tag("b", "2"), tag("c", "3")]));
    database.done("UntagResource", &json!({ "ResourceArn": ARN, "TagKeys": ["a", "missing"] }));
    assert_eq!(tags(&mut database), json!([tag("b", "2"), tag("c", "3")]));
}

#[test]
fn fifty_tags_are_enough() {
    let many = |from: usize, to: usize| (from..to).map(|key| tag(&key.to_string(), "v")).collect::<Json>();
    let too_many =
        "ValidationException: Number of Tags exceed the current limit for the provided ResourceArn";
    let mut database = Database::cars();
    put(&mut database, many(0, 30)).unwrap();
    put(&mut database, many(20, 50)).unwrap();
    assert_eq!(put(&mut database, many(49, 51)), Err(too_many.to_owned()));
    assert_eq!(tags(&mut database).as_array().unwrap().len(), 50);
    put(&mut database, json!([tag("7", "other")])).unwrap();
    let new = with(&cars(), json!({ "TableName": "vans", "Tags": many(0, 51) }));
    assert_eq!(database.refused("CreateTable", &new), too_many);
    assert!(database.ask("DescribeTable", &json!({ "TableName": "vans" })).is_err());
}

/// One bad tag refuses all.
#[test]
fn a_request_is_taken_whole_or_not_at_all() {
    let mut database = Database::cars();
    for (bad, told) in [
        (tag("aws:zzz", "v"), "Tag Key cannot be prefixed with aws:, Key: aws:zzz"),
        (tag("#", "v"), "The Tag Key provided is invalid, Key: #"),
        (json!({ "Key": "k" }), "The Tag Value provided is invalid, Value: null"),
        (json!({}), "The Tag Key provided is invalid, Key: null"),
        (tag("good", "v"), "Duplicate Tag Keys provided as input: Duplicate Tag Key found good"),
    ] {
        let refused = put(&mut database, json!([tag("good", "v"), bad])).unwrap_err();
        assert_eq!(refused, format!("ValidationException: {told}"));
    }
    let none = put(&mut database, json!([])).unwrap_err();
    assert_eq!(none, "ValidationException: Atleast one Tag needs to be provided as Input.");
    assert_eq!(
        database.invalid("UntagResource", &json!({ "ResourceArn": ARN, "TagKeys": [] })),
        "Atleast one Tag Key needs to be provided as Input."
    );
    assert_eq!(tags(&mut database), json!([]));
}

#[test]
fn what_has_no_tags() {
    let mut database = Database::cars();
    let missing = format!("{ARN}x");
    for (operation, more) in
        [("TagResource", json!({ "Tags": [tag("k", "v")] })), ("UntagResource", json!({ "TagKeys": ["k"] }))]
    {
        let body = with(&json!({ "ResourceArn": missing }), more.clone());
        assert_eq!(
            database.refused(operation, &body),
            format!(
                "ResourceNotFoundException: Requested resource not found: ResourceArn: {missing} not found"
            )
        );
        let elsewhere = "arn:aws:dynamodb:eu-central-1:000000000000:table/cars";
        let body = with(&json!({ "ResourceArn": elsewhere }), more.clone());
        assert_eq!(
            database.invalid(operation, &body),
            format!("Invalid TableArn: Invalid ResourceArn provided as input {elsewhere}")
        );
        let of_another = "arn:aws:dynamodb:us-east-1:123456789012:table/cars";
        let body = with(&json!({ "ResourceArn": of_another }), more);
        let denied = database.refused(operation, &body);
        assert!(
            denied.starts_with("AccessDeniedException: User: arn:aws:iam::000000000000:root is not"),
            "{denied}"
        );
    }
}

/// The account that nobody has: a missing table of it is somebody else's, for a program that lists its tags.
#[test]
fn a_missing_table_of_no_account_is_not_ours() {
    let mut database = Database::cars();
    let denied = database.refused("ListTagsOfResource", &json!({ "ResourceArn": format!("{ARN}x") }));
    assert!(denied.starts_with("AccessDeniedException: "), "{denied}");
    let settings = dynacore::table::Settings { account_id: "123456789012".to_owned(), ..Default::default() };
    let mut database = Database::with(settings);
    let arn = "arn:aws:dynamodb:us-east-1:123456789012:table/cars";
    let missing = database.refused("ListTagsOfResource", &json!({ "ResourceArn": arn }));
    assert!(missing.starts_with("ResourceNotFoundException: "), "{missing}");
}
