//! Requests that were recorded: CSV with the columns time, operation, key and size.

use std::collections::HashMap;
use std::fs::File;
use std::path::Path;

use serde::Deserialize;

use crate::error::PlanError;
use crate::request::RequestPlan;
use crate::scenario::OperationKind;

#[derive(Deserialize)]
struct Row {
    /// Seconds; the first row's count as 0.
    time: f64,
    operation: OperationKind,
    key: String,
    /// Bytes of the item.
    size: Option<usize>,
}

/// Reads a trace row by row, so that it may be longer than memory is large.
pub struct Trace {
    path: String,
    rows: csv::DeserializeRecordsIntoIter<File, Row>,
    /// Numbers of keys, in the order in which they were seen first.
    keys: HashMap<String, u64>,
    start: Option<f64>,
    latest: f64,
    item_bytes: usize,
}

impl Trace {
    /// Opens a trace; `item_bytes` is the size of rows that have none.
    ///
    /// # Errors
    /// [`PlanError::Scenario`] with the path.
    pub fn open(path: &str, item_bytes: usize) -> Result<Self, PlanError> {
        let file = File::open(Path::new(path))
            .map_err(|error| PlanError::Scenario(format!("trace {path}: {error}")))?;
        let reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(file);
        Ok(Self {
            path: path.to_owned(),
            rows: reader.into_deserialize(),
            keys: HashMap::new(),
            start: None,
            latest: 0.0,
            item_bytes,
        })
    }

    /// The next request and when it comes, in seconds from the first one.
    ///
    /// # Errors
    /// [`PlanError::Scenario`] with the path and the line.
    pub fn next(&mut self) -> Result<Option<(f64, RequestPlan)>, PlanError> {
        let Some(row) = self.rows.next() else { return Ok(None) };
        let wrong = |what: String| PlanError::Scenario(format!("trace {}: {what}", self.path));
        let row = row.map_err(|error| wrong(error.to_string()))?;
        if !row.time.is_finite() {
            return Err(wrong(format!("the time {} is no number", row.time)));
        }
        let start = *self.start.get_or_insert(row.time);
        let second = row.time - start;
        if second < self.latest {
            return Err(wrong(format!("the time {} is before that of the row above it", row.time)));
        }
        self.latest = second;
        let known = self.keys.len() as u64;
        let key = *self.keys.entry(row.key).or_insert(known);
        let item_bytes = row.size.unwrap_or(self.item_bytes);
        Ok(Some((second, RequestPlan { operation: row.operation, key, item_bytes })))
    }
}
