//! What a database says to the person who runs it.

use std::collections::BTreeSet;
use std::sync::{Mutex, OnceLock, PoisonError};

use dynacore::error::ThrottlingReason;

type Sink = Box<dyn Fn(&str) + Send + Sync>;

/// Tables whose throttling is explained; past this many the explanation is known.
const TABLES_MAX: usize = 1_000;

/// Lines for the person who runs the database: each said once.
#[derive(Default)]
pub(crate) struct Notices {
    sink: OnceLock<Sink>,
    explained: Mutex<BTreeSet<String>>,
}

impl Notices {
    /// Where lines go from now on; the first sink stays.
    pub(crate) fn send_to(&self, sink: Sink) {
        // A second sink is not an error: several doors may open on one database, and one of them is enough.
        let _ = self.sink.set(sink);
    }

    /// Says a line.
    pub(crate) fn say(&self, line: &str) {
        if let Some(sink) = self.sink.get() {
            sink(line);
        }
    }

    /// Says why a table throttles and how to switch that off, once for each table.
    pub(crate) fn throttled(&self, reasons: &[ThrottlingReason]) {
        let (Some(sink), Some(first)) = (self.sink.get(), reasons.first()) else { return };
        let table = table_of(&first.resource);
        let mut explained = self.explained.lock().unwrap_or_else(PoisonError::into_inner);
        if explained.contains(table) || explained.len() >= TABLES_MAX {
            return;
        }
        explained.insert(table.to_owned());
        drop(explained);
        sink(&format!(
            "dynacore: table {table} throttles ({reason}): its provisioned capacity and its burst are used up, as on \
             AWS. Give it more capacity or on-demand mode, or switch throttling off with --no-throttle or \
             Database(throttle=False).",
            reason = first.reason
        ));
    }
}

/// The table in the ARN of a table or index.
fn table_of(arn: &str) -> &str {
    let name = arn.split_once(":table/").map_or(arn, |(_, name)| name);
    name.split('/').next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn reason(resource: &str) -> [ThrottlingReason; 1] {
        [ThrottlingReason {
            reason: "TableWriteProvisionedThroughputExceeded".to_owned(),
            resource: format!("arn:aws:dynamodb:us-east-1:000000000000:table/{resource}"),
        }]
    }

    #[test]
    fn each_table_is_explained_once() {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let notices = Notices::default();
        let written = Arc::clone(&lines);
        notices.send_to(Box::new(move |line| written.lock().unwrap().push(line.to_owned())));
        for resource in ["cars", "cars", "cars/index/by-year", "boats"] {
            notices.throttled(&reason(resource));
        }
        let lines = lines.lock().unwrap();
        assert_eq!(lines.len(), 2);
        assert!(lines[0].contains("table cars throttles") && lines[0].contains("--no-throttle"));
        assert!(lines[1].contains("table boats throttles"));
    }
}
