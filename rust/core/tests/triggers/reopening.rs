//! Mappings and rules of a database that is closed, or that crashes, and is opened again.

use serde_json::json;

use crate::database::{Database, failed_item};

/// A lasting database, with a mapping to `f` that has these options.
fn mapped(options: &serde_json::Value) -> Database {
    let mut database = Database::lasting();
    database.map(options);
    database
}

#[test]
fn a_mapping_goes_on_behind_what_was_settled() {
    let mut database = mapped(&json!({ "BatchSize": 2 }));
    let before = database.done("ListEventSourceMappings", &json!({}));
    database.put_all(&["a", "b", "c", "d", "e"]);
    let call = database.call();
    database.succeed(&call);
    let under_way = database.call();
    assert_eq!(under_way.ids(), ["c", "d"]);
    for is_clean in [false, true] {
        database.reopen(is_clean);
        database.put("f", "MINI");
        assert!(database.calls().is_empty(), "its function is not there yet");
        database.know_functions();
        assert_eq!(database.call().ids(), ["c", "d"]);
    }
    let handled = database.drain().concat();
    assert_eq!(handled, ["e", "f", "f"]);
    let mut after = database.done("ListEventSourceMappings", &json!({}));
    after["EventSourceMappings"][0]["LastProcessingResult"] =
        before["EventSourceMappings"][0]["LastProcessingResult"].clone();
    assert_eq!(after, before);
}
