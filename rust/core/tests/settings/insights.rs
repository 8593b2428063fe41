//! UpdateContributorInsights, DescribeContributorInsights, ListContributorInsights.

use serde_json::{Value as Json, json};

use crate::database::{Database, START, cars, indexed_cars, with};

fn switch(action: &str) -> Json {
    json!({ "TableName": "cars", "ContributorInsightsAction": action })
}

fn describe(database: &mut Database) -> Json {
    database.done("DescribeContributorInsights", &json!({ "TableName": "cars" }))
}

fn listed(database: &mut Database, body: Json) -> Vec<String> {
    let answer = database.done("ListContributorInsights", &body);
    let summaries = answer["ContributorInsightsSummaries"].as_array().unwrap();
    summaries
        .iter()
        .map(|summary| {
            let index = summary.get("IndexName").and_then(Json::as_str).unwrap_or_default();
            format!("{}/{index}", summary["TableName"].as_str().unwrap())
        })
        .collect()
}

#[test]
fn a_table_is_switched_on_and_off() {
    let mut database = Database::slow_cars();
    let disabled = json!({ "TableName": "cars", "ContributorInsightsStatus": "DISABLED" });
    assert_eq!(describe(&mut database), disabled);
    assert_eq!(database.done("UpdateContributorInsights", &switch("DISABLE")), disabled);
    let mode = "ACCESSED_AND_THROTTLED_KEYS";
    let answer = |status: &str| {
        json!({
            "TableName": "cars", "ContributorInsightsStatus": status, "ContributorInsightsMode": mode,
        })
    };
    assert_eq!(database.done("UpdateContributorInsights", &switch("ENABLE")), answer("ENABLING"));
    database.wait(10);
    let made = (START + 20) * 1000;
    assert_eq!(
        describe(&mut database),
        with(
            &answer("ENABLED"),
            json!({
                "ContributorInsightsRuleList": [
                    format!("DynamoDBContributorInsights-PKC-cars-{made}"),
                    format!("DynamoDBContributorInsights-PKT-cars-{made}"),
                ],
                "LastUpdateDateTime": f64::from(u32::try_from(START + 20).unwrap()),
            })
        )
    );
    // The same again changes nothing.
    assert_eq!(database.done("UpdateContributorInsights", &switch("ENABLE")), answer("ENABLED"));
    let other = with(&switch("ENABLE"), json!({ "ContributorInsightsMode": "THROTTLED_KEYS" }));
    assert_eq!(database.done("UpdateContributorInsights", &other)["ContributorInsightsStatus"], "ENABLING");
    database.wait(10);
    assert_eq!(
        describe(&mut database)["ContributorInsightsRuleList"],
        json!([format!("DynamoDBContributorInsights-PKT-cars-{made}")])
    );
    assert_eq!(
        database.done("UpdateContributorInsights", &switch("DISABLE"))["ContributorInsightsStatus"],
        "DISABLING"
    );
    database.wait(10);
    assert_eq!(
        describe(&mut database),
        with(
            &disabled,
            json!({
                "ContributorInsightsMode": "THROTTLED_KEYS",
                "LastUpdateDateTime": f64::from(u32::try_from(START + 40).unwrap()),
            })
        )
    );
}

#[test]
fn indexes_have_their_own() {
    let mut database = Database::new();
    database.done("CreateTable", &indexed_cars());
    let of = |index: &str| with(&switch("ENABLE"), json!({ "IndexName": index }));
    assert_eq!(
        database.refused("UpdateContributorInsights", &of("missing")),
        "ResourceNotFoundException: Requested resource not found: Index: missing not found for table: cars"
    );
    assert_eq!(
        database.invalid("UpdateContributorInsights", &of("ab")),
        "IndexName must be at least 3 characters long and at most 255 characters long"
    );
    database.done("UpdateContributorInsights", &of("by_make"));
    assert_eq!(listed(&mut database, json!({ "TableName": "cars" })), ["cars/by_make"]);
    let described =
        database.done("DescribeContributorInsights", &json!({ "TableName": "cars", "IndexName": "by_make" }));
    let rule = described["ContributorInsightsRuleList"][0].as_str().unwrap();
    assert!(rule.starts_with("DynamoDBContributorInsights-PKC-cars-by_make-"), "{rule}");
    let removal = json!([{ "Delete": { "IndexName": "by_make" } }]);
    database.update(json!({ "GlobalSecondaryIndexUpdates": removal }));
    assert_eq!(listed(&mut database, json!({})), [""; 0]);
}

#[test]
fn lists_have_pages() {
    let mut database = Database::new();
    for name in ["ann", "bob", "cars", "dan"] {
        database.done("CreateTable", &with(&indexed_cars(), json!({ "TableName": name })));
        let body = with(&switch("ENABLE"), json!({ "TableName": name }));
        if name != "bob" {
            database.done("UpdateContributorInsights", &body);
        }
        database.done("UpdateContributorInsights", &with(&body, json!({ "IndexName": "by_make" })));
    }
    let all = ["ann/", "ann/by_make", "bob/by_make", "cars/", "cars/by_make", "dan/", "dan/by_make"]
        .map(str::to_owned);
    assert_eq!(listed(&mut database, json!({})), all);
    for size in 1..8 {
        let mut token = Json::Null;
        let mut seen = Vec::new();
        for _ in 0..all.len().div_ceil(size) {
            let body = json!({ "MaxResults": size, "NextToken": token });
            seen.extend(listed(&mut database, body.clone()));
            token = database.done("ListContributorInsights", &body)["NextToken"].clone();
        }
        assert_eq!((seen, token), (all.to_vec(), Json::Null), "{size}");
    }
    // What a token names may be gone.
    let gone = json!({ "NextToken": "bob/" });
    assert_eq!(listed(&mut database, gone), all[3..]);
    assert_eq!(
        database.refused("ListContributorInsights", &json!({ "TableName": "missing" })),
        "ResourceNotFoundException: Requested resource not found: Table: missing not found"
    );
}

/// Two rules for each table: fifty tables use up the hundred of a Region.
#[test]
fn there_are_only_so_many_rules() {
    let mut database = Database::new();
    for table in 0..51 {
        let name = json!({ "TableName": format!("table{table:02}") });
        database.done("CreateTable", &with(&cars(), name.clone()));
        database.done("UpdateContributorInsights", &with(&switch("ENABLE"), name));
    }
    let last = json!({ "TableName": "table50" });
    let described = database.done("DescribeContributorInsights", &last);
    assert_eq!(described["ContributorInsightsStatus"], "FAILED");
    assert_eq!(described["FailureException"]["ExceptionName"], "LimitExceededException");
    assert!(described.get("ContributorInsightsRuleList").is_none());
    // It does not recover by itself, but it does when it is asked again.
    database.done("UpdateContributorInsights", &with(&switch("DISABLE"), json!({ "TableName": "table00" })));
    assert_eq!(database.done("DescribeContributorInsights", &last)["ContributorInsightsStatus"], "FAILED");
    database.done("UpdateContributorInsights", &with(&switch("ENABLE"), last.clone()));
    let described = database.done("DescribeContributorInsights", &last);
    assert_eq!(described["ContributorInsightsStatus"], "ENABLED");
    assert!(described.get("FailureException").is_none());
}
