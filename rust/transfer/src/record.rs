//! What is in an object, in any format: items, one after the other.

use dynacore::expression::Cache;
use dynacore::table::{LoadItem, ObjectFormat};

use crate::csv_rows::CsvRows;
use crate::ion::IonStructs;
use crate::json_lines::JsonLines;
use crate::object::Object;

/// Where an item stands in its object.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Position {
    /// From 0.
    pub index: u64,
    /// The line on which it begins, from 1.
    pub line: u64,
}

/// Why an item cannot be had.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Fault {
    /// It is not allowed; the next one may be.
    Item(String),
    /// It cannot be read; nor is anything behind it, as AWS does (measured: LAB DDB-IMPORT-013).
    Object(String),
}

/// One item of an object.
#[derive(Debug)]
pub struct Record {
    /// Where it stands.
    pub position: Position,
    /// The item.
    pub item: Result<LoadItem, Fault>,
}

/// The items of an object.
pub struct Records<'a> {
    format: Format<'a>,
    next_index: u64,
    over: bool,
}

enum Format<'a> {
    Json(JsonLines<'a>),
    Csv(Box<CsvRows<'a>>),
    Ion(IonStructs<'a>),
}

impl<'a> Records<'a> {
    /// The items of an object. With a cache of expressions, conditions are read beside the items.
    #[must_use]
    pub fn new(object: &'a mut Object, format: &'a ObjectFormat, conditions: Option<&'a Cache>) -> Self {
        let format = match format {
            ObjectFormat::DynamoDbJson => Format::Json(JsonLines::new(object, conditions)),
            ObjectFormat::Csv(csv) => Format::Csv(Box::new(CsvRows::new(object, csv))),
            ObjectFormat::Ion => Format::Ion(IonStructs::new(object)),
        };
        Self { format, next_index: 0, over: false }
    }
}

impl Iterator for Records<'_> {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        if self.over {
            return None;
        }
        let (line, item) = match &mut self.format {
            Format::Json(lines) => lines.next(),
            Format::Csv(rows) => rows.next(),
            Format::Ion(structs) => structs.next(),
        }?;
        self.over = matches!(item, Err(Fault::Object(_)));
        let position = Position { index: self.next_index, line };
        self.next_index += 1;
        Some(Record { position, item })
    }
}
