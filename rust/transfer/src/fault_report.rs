//! What a put in bulk reports of single items: JSON Lines in the output bucket.
//!
//! AWS's guide says which items a report has; the form of its lines is ours, after the log of imports.

use std::io::{self, Write as _};

use dynacore::table::{LoadItem, LoadOrder, OutputFormat, OutputType, S3Output};
use dynacore::value::Item;
use serde_json::json;

use crate::bucket::{Bucket, Upload};
use crate::image::write_item;
use crate::record::Position;

/// The reports of one operation; each is begun with its first line.
pub(crate) struct FaultReport<'a> {
    target: Option<(&'a dyn Bucket, &'a S3Output)>,
    directory: String,
    errors: Option<Box<dyn Upload>>,
    conditions: Option<Box<dyn Upload>>,
}

impl<'a> FaultReport<'a> {
    pub(crate) fn new(order: &LoadOrder, target: Option<(&'a dyn Bucket, &'a S3Output)>) -> Self {
        let prefix = target.and_then(|(_, output)| output.key_prefix.as_deref()).unwrap_or("");
        let slash = if prefix.is_empty() || prefix.ends_with('/') { "" } else { "/" };
        let id = order.arn.rsplit('/').next().unwrap_or_default();
        let directory = format!("{prefix}{slash}AWSDynamoDB/{id}/");
        Self { target, directory, errors: None, conditions: None }
    }

    /// Tells that an item, or the rest of an object, was not put.
    pub(crate) fn error(&mut self, key: &str, position: Position, message: &str) -> io::Result<()> {
        let line = json!({ "S3Key": key, "ItemIndex": position.index, "ErrorMessage": message });
        self.write(OutputType::Error, &line.to_string())
    }

    /// Tells that an item's condition did not hold.
    pub(crate) fn condition(
        &mut self,
        (key, position): (&str, Position),
        attempted: &LoadItem,
        existing: Option<&Item>,
    ) -> io::Result<()> {
        let text = |item: &Item| {
            let mut bytes = Vec::new();
            write_item(item.as_ref(), OutputFormat::DynamoDbJson, &mut bytes);
            String::from_utf8(bytes).unwrap_or_default()
        };
        let place = json!({ "S3Key": key, "ItemIndex": position.index }).to_string();
        let existing = existing.map(|item| format!(",\"ExistingItem\":{}", text(item))).unwrap_or_default();
        let line = format!("{},\"Item\":{}{existing}}}", place.trim_end_matches('}'), text(&attempted.item));
        self.write(OutputType::ConditionCheckFailure, &line)
    }

    fn write(&mut self, type_: OutputType, line: &str) -> io::Result<()> {
        let Some((bucket, _)) = self.target.filter(|(_, output)| output.types.contains(&type_)) else {
            return Ok(());
        };
        let (upload, name) = match type_ {
            OutputType::Error => (&mut self.errors, "errors.json"),
            OutputType::ConditionCheckFailure => (&mut self.conditions, "condition-check-failures.json"),
        };
        let upload = match upload {
            Some(upload) => upload,
            None => upload.insert(bucket.create(&format!("{}{name}", self.directory))?),
        };
        writeln!(upload, "{line}")
    }

    pub(crate) fn finish(self) -> io::Result<()> {
        for upload in [self.errors, self.conditions].into_iter().flatten() {
            upload.finish()?;
        }
        Ok(())
    }
}
