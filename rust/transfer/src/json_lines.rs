//! DynamoDB's JSON: an object a line, with the item as its member `Item`.

use std::io::BufRead as _;

use dynacore::error::Error;
use dynacore::expression::Cache;
use dynacore::request::read_bulk_record;
use dynacore::table::LoadItem;
use dynacore::wire::{JsonReader, Reader as _};

use crate::object::Object;
use crate::record::Fault;

/// Bytes of a line at most. An item of 400 KB is far shorter in any way of writing it; a longer line is no line, but a
/// file of another kind.
const LINE_BYTES_MAX: usize = 16 << 20;

/// The items of an object in DynamoDB's JSON.
pub(crate) struct JsonLines<'a> {
    object: &'a mut Object,
    conditions: Option<&'a Cache>,
    line: Vec<u8>,
    number: u64,
}

impl<'a> JsonLines<'a> {
    pub(crate) fn new(object: &'a mut Object, conditions: Option<&'a Cache>) -> Self {
        Self { object, conditions, line: Vec::new(), number: 0 }
    }

    /// The next item and its line. Lines without anything are passed over (measured).
    pub(crate) fn next(&mut self) -> Option<(u64, Result<LoadItem, Fault>)> {
        loop {
            match self.read_line() {
                Ok(false) => return None,
                Ok(true) => {}
                Err(problem) => return Some((self.number, Err(Fault::Object(problem)))),
            }
            if !self.line.trim_ascii().is_empty() {
                let item = read_item(self.line.trim_ascii(), self.conditions);
                return Some((self.number, item));
            }
        }
    }

    /// Reads a line; false at the end.
    fn read_line(&mut self) -> Result<bool, String> {
        self.line.clear();
        self.number += 1;
        loop {
            let available = self.object.fill_buf().map_err(|error| error.to_string())?;
            if available.is_empty() {
                return Ok(!self.line.is_empty());
            }
            let end = available.iter().position(|byte| *byte == b'\n');
            let length = end.unwrap_or(available.len());
            self.line.extend_from_slice(&available[..length]);
            self.object.consume(length + usize::from(end.is_some()));
            if self.line.len() > LINE_BYTES_MAX {
                return Err(format!("The line has more than {LINE_BYTES_MAX} bytes"));
            }
            if end.is_some() {
                return Ok(true);
            }
        }
    }
}

fn read_item(line: &[u8], conditions: Option<&Cache>) -> Result<LoadItem, Fault> {
    if std::str::from_utf8(line).is_err() {
        return Err(Fault::Object("The line is no UTF-8 text".to_owned()));
    }
    let mut reader = JsonReader::new(line);
    let record = match conditions {
        Some(cache) => read_bulk_record(&mut reader, cache),
        None => read_member(&mut reader),
    };
    let record = record.and_then(|record| reader.finish().map(|()| record));
    match record {
        Ok(Some(Ok(item))) => Ok(item),
        Ok(Some(Err(refused))) => Err(Fault::Item(refused.message().to_owned())),
        Ok(None) => Err(Fault::Object("The line has no member Item".to_owned())),
        Err(error) if error.message().is_empty() => Err(Fault::Object("The line is no JSON".to_owned())),
        Err(error) => Err(Fault::Object(error.message().to_owned())),
    }
}

/// The member `Item` of a line; others are passed over.
fn read_member(reader: &mut JsonReader<'_>) -> Result<Option<Result<LoadItem, Error>>, Error> {
    let mut found = None;
    reader.begin_object("java.util.Map")?;
    while let Some(name) = reader.next_key()? {
        if name != "Item" {
            reader.skip()?;
            continue;
        }
        let mut problem = None;
        let item = reader.item(&mut problem)?;
        found = Some(problem.map_or(Ok(LoadItem { item, condition: None }), Err));
    }
    Ok(found)
}
