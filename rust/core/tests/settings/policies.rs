//! PutResourcePolicy, GetResourcePolicy, DeleteResourcePolicy, and the policy of a new table.

use serde_json::{Value as Json, json};

use crate::database::{ARN, Database, START, cars, with};

fn allows(action: &str) -> String {
    json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": { "AWS": "123456789012" }, "Action": action, "Resource": "*",
    }] })
    .to_string()
}

fn put(database: &mut Database, policy: &str, expected: Option<&str>) -> Result<String, String> {
    let mut body = json!({ "ResourceArn": ARN, "Policy": policy });
    if let Some(expected) = expected {
        body["ExpectedRevisionId"] = json!(expected);
    }
    let answer = database.ask("PutResourcePolicy", &body).map_err(|error| error.to_string())?;
    Ok(answer["RevisionId"].as_str().unwrap().to_owned())
}

fn get(database: &mut Database) -> Json {
    database.done("GetResourcePolicy", &json!({ "ResourceArn": ARN }))
}

#[test]
fn a_policy_has_a_revision_for_each_change() {
    let mut database = Database::cars();
    let first = put(&mut database, &allows("dynamodb:GetItem"), Some("NO_POLICY")).unwrap();
    assert_eq!(first, (START * 1000).to_string());
    let again = allows("dynamodb:GetItem").replace(':', " : ").replace("dynamodb : ", "dynamodb:");
    assert_eq!(put(&mut database, &again, None).unwrap(), first);
    let second = put(&mut database, &allows("dynamodb:PutItem"), Some(&first)).unwrap();
    assert!(second > first);
    assert_eq!(
        get(&mut database),
        json!({
            "Policy": r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"dynamodb:PutItem","Resource":"*"}]}"#,
            "RevisionId": second,
        })
    );
    let prefix = "PolicyNotFoundException: Resource-based policy not found for the provided ResourceArn: ";
    assert_eq!(
        put(&mut database, &allows("dynamodb:Scan"), Some(&first)).unwrap_err(),
        format!(
            "{prefix}Requested update for policy with revision id {first}, but the policy associated to target table \
             cars has revision id {second}."
        )
    );
    assert_eq!(
        put(&mut database, &allows("dynamodb:Scan"), Some("NO_POLICY")).unwrap_err(),
        format!(
            "{prefix}Requested policy update expecting none to be present for table cars, but a policy exists with \
             revision id {second}."
        )
    );
    let gone = database
        .done("DeleteResourcePolicy", &json!({ "ResourceArn": ARN, "ExpectedRevisionId": second.clone() }));
    assert_eq!(gone, json!({ "RevisionId": second }));
    assert_eq!(database.done("DeleteResourcePolicy", &json!({ "ResourceArn": ARN })), json!({}));
    assert_eq!(
        database.refused("GetResourcePolicy", &json!({ "ResourceArn": ARN })),
        format!("{prefix}{ARN}")
    );
    let third = put(&mut database, &allows("dynamodb:GetItem"), None).unwrap();
    assert!(third > second, "a revision is never used again");
}

#[test]
fn a_table_may_be_made_with_a_policy() {
    let mut database = Database::new();
    let bad = with(&cars(), json!({ "ResourcePolicy": "{" }));
    assert_eq!(
        database.invalid("CreateTable", &bad),
        "One or more parameter values were invalid: Invalid policy document: This policy contains invalid Json"
    );
    database.done("CreateTable", &with(&cars(), json!({ "ResourcePolicy": allows("dynamodb:GetItem") })));
    assert_eq!(get(&mut database)["RevisionId"], (START * 1000).to_string());
}

#[test]
fn who_locks_himself_out_must_say_so() {
    let mut database = Database::cars();
    let policy = json!({ "Statement": [{
        "Effect": "Deny", "Principal": "*", "Action": "dynamodb:*", "Resource": "*",
    }] })
    .to_string();
    let refused = put(&mut database, &policy, None).unwrap_err();
    assert!(refused.contains("ConfirmRemoveSelfResourceAccess"), "{refused}");
    let body = json!({ "ResourceArn": ARN, "Policy": policy, "ConfirmRemoveSelfResourceAccess": true });
    database.done("PutResourcePolicy", &body);
    // It is not enforced.
    put(&mut database, &allows("dynamodb:GetItem"), None).unwrap();
}

#[test]
fn where_tables_take_time_the_next_change_waits() {
    let mut database = Database::slow_cars();
    let first = put(&mut database, &allows("dynamodb:GetItem"), None).unwrap();
    database.wait(14);
    assert_eq!(put(&mut database, &allows("dynamodb:GetItem"), None).unwrap(), first);
    let refused = put(&mut database, &allows("dynamodb:PutItem"), None).unwrap_err();
    assert_eq!(
        refused,
        "ThrottlingException: Resource-based policy for table cars modified within the previous 15000 milliseconds. \
         Please try again after 2023-11-14T22:13:45.000Z."
    );
    database.wait(1);
    put(&mut database, &allows("dynamodb:PutItem"), None).unwrap();
}

#[test]
fn whose_policies_there_are() {
    let mut database = Database::cars();
    for (arn, told) in [
        (
            format!("{ARN}x"),
            "ResourceNotFoundException: Requested resource not found: Table: carsx not found",
        ),
        (
            format!("{ARN}/stream/2026"),
            "ResourceNotFoundException: Requested resource not found: Stream: 2026 not found for Table: cars",
        ),
        (
            "arn:aws:dynamodb:us-east-1:123456789012:table/cars".to_owned(),
            "ValidationException: This action is only supported by accounts that match the resource owner’s account.",
        ),
        (
            "arn:aws:dynamodb:eu-west-1:000000000000:table/cars".to_owned(),
            "ValidationException: One or more parameter values were invalid: Invalid resource Arn: \
             arn:aws:dynamodb:eu-west-1:000000000000:table/cars",
        ),
        (
            "cars".to_owned(),
            "ValidationException: One or more parameter values were invalid: ARNs must start with 'arn:': cars",
        ),
    ] {
        assert_eq!(database.refused("GetResourcePolicy", &json!({ "ResourceArn": arn })), told);
    }
}
