//! What became of an invocation.

use serde_json::Value as Json;

/// What a function did, as the outside reports it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// It returned; the text is its answer as JSON, where [`Invocation::wants_answer`] asked for it.
    ///
    /// [`Invocation::wants_answer`]: crate::trigger::Invocation::wants_answer
    Returned(Option<String>),
    /// It raised, or its URL did not answer with success.
    Failed,
}

/// Which records of a batch an answer with `batchItemFailures` reports.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Reported {
    /// All were handled.
    Success,
    /// None was handled for certain.
    Failure,
    /// All before this position were handled.
    From(usize),
}

/// Reads the answer of a function that reports failures (facts 6.1): the first record in the batch's order that it
/// names is where to go on. A name that is none of the batch's makes the whole batch fail.
pub(super) fn read_reported(answer: &Json, numbers: &[&str]) -> Reported {
    let failures = match answer {
        Json::Null => return Reported::Success,
        Json::Object(answer) => match answer.get("batchItemFailures") {
            None | Some(Json::Null) => return Reported::Success,
            Some(Json::Array(failures)) => failures,
            Some(_) => return Reported::Failure,
        },
        // Lambda looks for the list alone; another answer has none.
        _ => return Reported::Success,
    };
    let mut first = None;
    for failure in failures {
        let identifier = failure.get("itemIdentifier").and_then(Json::as_str).unwrap_or_default();
        match numbers.iter().position(|number| *number == identifier) {
            Some(position) => first = Some(first.map_or(position, |first: usize| first.min(position))),
            None => return Reported::Failure,
        }
    }
    first.map_or(Reported::Success, Reported::From)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_first_record_that_is_named_is_where_to_go_on() {
        let read = |answer: &Json| read_reported(answer, &["1", "2", "3"]);
        for success in [
            json!(null),
            json!({}),
            json!("done"),
            json!({ "batchItemFailures": null }),
            json!({ "batchItemFailures": [] }),
        ] {
            assert_eq!(read(&success), Reported::Success, "{success}");
        }
        let named = json!({ "batchItemFailures": [{ "itemIdentifier": "3" }, { "itemIdentifier": "2" }] });
        assert_eq!(read(&named), Reported::From(1));
        for failure in [
            json!({ "batchItemFailures": "2" }),
            json!({ "batchItemFailures": [{ "itemIdentifier": "" }] }),
            json!({ "batchItemFailures": [{ "itemIdentifier": null }] }),
            json!({ "batchItemFailures": [{ "itemIdentifier": "4" }] }),
            json!({ "batchItemFailures": [{ "item": "2" }] }),
            json!({ "batchItemFailures": ["2"] }),
        ] {
            assert_eq!(read(&failure), Reported::Failure, "{failure}");
        }
    }
}
