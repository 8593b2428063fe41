//! CreateTable and DescribeTable.

use serde_json::{Value as Json, json};

use crate::database::{Database, attributes, index, units, with};
use crate::table::{SEARCHED, by_look, by_make, cars};

fn described(table: &Json) -> Json {
    let mut database = Database::new();
    database.done("CreateTable", table);
    database.done("DescribeTable", &json!({ "TableName": "cars" }))["Table"].clone()
}

/// The text behind `One or more parameter values were invalid: `.
fn invalid(table: &Json) -> String {
    let text = Database::new().invalid("CreateTable", table);
    let problem = text.strip_prefix("One or more parameter values were invalid: ");
    problem.unwrap_or_else(|| panic!("{text}")).to_owned()
}

fn constraint(members: Json) -> String {
    Database::new().invalid("CreateTable", &cars(json!([with(&by_look(), members)]), &[]))
}

#[test]
fn an_index_is_described_as_it_was_defined() {
    let table = described(&cars(json!([by_make()]), &SEARCHED));
    let arn = "arn:aws:dynamodb:us-east-1:000000000000:table/cars/index/by_make";
    let wanted = with(
        &by_make(),
        json!({ "IndexStatus": "ACTIVE", "IndexSizeBytes": 0, "ItemCount": 0, "IndexArn": arn }),
    );
    assert_eq!(table["VectorIndexes"], json!([wanted]));
    assert_eq!(table["AttributeDefinitions"], attributes(&[("make", "S"), ("p", "S"), ("year", "N")]));
    assert_eq!(table.get("GlobalSecondaryIndexes"), None);
}

#[test]
fn a_table_without_one_says_nothing_of_it() {
    let table = with(&cars(json!([]), &[]), json!({ "VectorIndexes": null }));
    assert_eq!(described(&table).get("VectorIndexes"), None);
}

#[test]
fn the_model_s_constraints() {
    let at = |path: &str, value: &str, constraint: &str| {
        format!(
            "1 validation error detected: Value {value} at 'vectorIndexes.1.member.{path}' failed to satisfy constraint: \
             Member must {constraint}"
        )
    };
    for (member, path) in [
        ("IndexName", "indexName"),
        ("VectorAttribute", "vectorAttribute"),
        ("Projection", "projection"),
        ("Dimensions", "dimensions"),
        ("DistanceFunction", "distanceFunction"),
    ] {
        assert_eq!(constraint(json!({ member: null })), at(path, "null", "not be null"));
    }
    let shortest = "have length greater than or equal to";
    assert_eq!(constraint(json!({ "IndexName": "vx" })), at("indexName", "'vx'", &format!("{shortest} 3")));
    assert_eq!(
        constraint(json!({ "VectorAttribute": { "AttributeName": "" } })),
        at("vectorAttribute.attributeName", "''", &format!("{shortest} 1"))
    );
    assert_eq!(
        constraint(json!({ "SearchSchema": [] })),
        at("searchSchema", "'[]'", &format!("{shortest} 1"))
    );
    for (dimensions, shown) in [(json!(0), "'0'"), (json!(-1), "'-1'"), (json!(-2.7), "'-2'")] {
        assert_eq!(
            constraint(json!({ "Dimensions": dimensions })),
            at("dimensions", shown, "have value greater than or equal to 1")
        );
    }
    assert_eq!(
        constraint(json!({ "DistanceFunction": "MANHATTAN" })),
        at("distanceFunction", "'MANHATTAN'", "satisfy enum value set: [COSINE, DOT_PRODUCT, EUCLIDEAN]")
    );
    assert_eq!(
        constraint(
            json!({ "SearchSchema": [{ "AttributeName": "make", "SearchSchemaElementType": "RANGE" }] })
        ),
        at(
            "searchSchema.1.member.searchSchemaElementType",
            "'RANGE'",
            "satisfy enum value set: [HASH, INLINE_FILTER]"
        )
    );
    assert_eq!(
        constraint(json!({ "SearchSchema": [{ "SearchSchemaElementType": "HASH" }] })),
        at("searchSchema.1.member.attributeName", "null", "not be null")
    );
}

#[test]
fn the_number_of_dimensions() {
    let of = |dimensions: Json| cars(json!([with(&by_look(), json!({ "Dimensions": dimensions }))]), &[]);
    assert_eq!(described(&of(json!(4_096)))["VectorIndexes"][0]["Dimensions"], 4_096);
    assert_eq!(described(&of(json!(3.5)))["VectorIndexes"][0]["Dimensions"], 3, "a fraction is cut off");
    for dimensions in [4_097_i64, 4_294_967_296] {
        let text = "Number of dimensions must be between 1 and 4096 inclusive.";
        assert_eq!(invalid(&of(json!(dimensions))), text);
    }
}

#[test]
fn the_rules_of_a_search_schema() {
    let of = |elements: &[(&str, &str)], definitions: &[(&str, &str)]| {
        let element =
            |(name, type_): &(&str, &str)| json!({ "AttributeName": name, "SearchSchemaElementType": type_ });
        let elements: Json = elements.iter().map(element).collect();
        cars(json!([with(&by_look(), json!({ "SearchSchema": elements }))]), definitions)
    };
    let undefined = "One element in SearchSchema is not defined in attribute definitions";
    assert_eq!(invalid(&of(&[("make", "HASH")], &[])), undefined);
    let two = [("make", "S"), ("state", "S")];
    assert_eq!(
        invalid(&of(&[("make", "HASH"), ("state", "HASH")], &two)),
        "Value '2' at 'SearchSchema' failed to satisfy constraint: Member must have HASH count less than or equal to 1"
    );
    assert_eq!(
        invalid(&of(&[("make", "HASH"), ("make", "INLINE_FILTER")], &[("make", "S")])),
        "SearchSchema contains a duplicate AttributeName"
    );
    assert_eq!(
        invalid(&of(&[("make", "HASH")], &two)),
        "Some AttributeDefinitions are not used. AttributeDefinitions: [p, make, state], keys used: [p, make]"
    );
    let names: Vec<String> = (0..19).map(|number| format!("f{number}")).collect();
    let filters: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "INLINE_FILTER")).collect();
    let definitions: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "S")).collect();
    let text = invalid(&of(&filters, &definitions));
    assert!(text.contains("INLINE_FILTER count less than or equal to 18"), "{text}");
    described(&of(&filters[..18], &definitions[..18]));
}

#[test]
fn projected_attributes_vector_and_filters_share_a_limit() {
    let of = |count: usize| {
        let names: Vec<String> = (0..count).map(|number| format!("n{number}")).collect();
        let projection = json!({ "ProjectionType": "INCLUDE", "NonKeyAttributes": names });
        cars(json!([with(&by_make(), json!({ "Projection": projection }))]), &SEARCHED)
    };
    described(&of(18));
    assert!(invalid(&of(19)).contains("exceeds the limit of 20"));
}

#[test]
fn an_attribute_is_either_a_vector_or_defined() {
    let table = cars(json!([by_look()]), &[("look", "B")]);
    assert_eq!(
        invalid(&table),
        "Conflicting attribute definition for 'look'. An attribute cannot be defined in AttributeDefinitions when \
         used as a VectorAttribute."
    );
}

#[test]
fn indexes_on_one_attribute_have_equal_dimensions() {
    let second = with(&by_look(), json!({ "IndexName": "second", "Dimensions": 4 }));
    assert_eq!(
        invalid(&cars(json!([by_look(), second]), &[])),
        "Conflicting attribute definition for 'look'. All VectorIndexes on the same vector attribute must use the \
         same dimensions."
    );
}

#[test]
fn a_table_has_up_to_five() {
    let named = |number: usize| with(&by_look(), json!({ "IndexName": format!("look{number}") }));
    let of = |count: usize| cars((0..count).map(named).collect(), &[]);
    assert_eq!(described(&of(5))["VectorIndexes"].as_array().unwrap().len(), 5);
    assert_eq!(invalid(&of(6)), "VectorIndex count exceeds the per-table limit of 5");
    assert_eq!(invalid(&of(0)), "List of VectorIndexes is empty");
}

#[test]
fn all_indexes_of_a_table_have_different_names() {
    assert_eq!(invalid(&cars(json!([by_look(), by_look()]), &[])), "Duplicate index name: by_look");
    let global = json!({ "GlobalSecondaryIndexes": [index("by_look", "make", "ALL")] });
    let table = with(&cars(json!([by_look()]), &[("make", "S")]), global);
    assert_eq!(invalid(&table), "Duplicate index name: by_look");
}

#[test]
fn only_a_table_on_demand_has_them() {
    let provisioned = json!({ "BillingMode": null, "ProvisionedThroughput": units(5, 5) });
    assert_eq!(
        invalid(&with(&cars(json!([by_look()]), &[]), provisioned)),
        "Vector indexes are only supported for PAY_PER_REQUEST tables"
    );
}
