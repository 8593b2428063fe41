//! Comma-separated values: a row an item, its columns strings but for key attributes (facts 9.4).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use csv::{ErrorKind, Reader, ReaderBuilder, StringRecord};
use dynacore::table::{CsvFormat, LoadItem};
use dynacore::value::{Encoder, Number, Type};
use dynacore::wire::check_attribute_name;

use crate::object::Object;
use crate::record::Fault;

/// Some programs put it in front of a text.
const BYTE_ORDER_MARK: char = '\u{FEFF}';

/// The items of an object of comma-separated values.
pub(crate) struct CsvRows<'a> {
    rows: Reader<&'a mut Object>,
    format: &'a CsvFormat,
    /// The columns; none before the first row was looked at.
    columns: Option<Vec<(String, Type)>>,
    row: StringRecord,
}

impl<'a> CsvRows<'a> {
    pub(crate) fn new(object: &'a mut Object, format: &'a CsvFormat) -> Self {
        let rows = ReaderBuilder::new()
            .delimiter(format.delimiter)
            .has_headers(false)
            .flexible(true)
            .from_reader(object);
        Self { rows, format, columns: None, row: StringRecord::new() }
    }

    /// The next item and the line it begins on.
    pub(crate) fn next(&mut self) -> Option<(u64, Result<LoadItem, Fault>)> {
        if self.columns.is_none() {
            match self.read_columns() {
                Ok(None) => return None,
                Ok(Some(columns)) => self.columns = Some(columns),
                Err(fault) => return Some((1, Err(fault))),
            }
        }
        let read = self.rows.read_record(&mut self.row);
        let line = self.row.position().map_or(0, csv::Position::line);
        let columns = self.columns.as_deref().unwrap_or_default();
        match read {
            Ok(false) => None,
            Ok(true) => Some((line, encode(&self.row, columns))),
            Err(error) => Some((self.rows.position().line(), Err(fault(&error)))),
        }
    }

    /// The columns of the object: as the request names them, or as the first line does.
    fn read_columns(&mut self) -> Result<Option<Vec<(String, Type)>>, Fault> {
        let names: Vec<String> = if let Some(names) = &self.format.header {
            names.clone()
        } else {
            if !self.rows.read_record(&mut self.row).map_err(|error| Fault::Object(error.to_string()))? {
                return Ok(None);
            }
            self.row.iter().map(|name| name.trim_start_matches(BYTE_ORDER_MARK).to_owned()).collect()
        };
        let type_of = |name: &str| {
            let known = self.format.types.iter().find(|(key, _)| key == name);
            known.map_or(Type::S, |(_, type_)| *type_)
        };
        let mut columns = Vec::with_capacity(names.len());
        for name in names {
            check_attribute_name(&name)
                .map_err(|_| Fault::Object("A column has no name in the header".to_owned()))?;
            let type_ = type_of(&name);
            columns.push((name, type_));
        }
        Ok(Some(columns))
    }
}

fn fault(error: &csv::Error) -> Fault {
    match error.kind() {
        ErrorKind::Utf8 { .. } => Fault::Item("The row is no UTF-8 text".to_owned()),
        _ => Fault::Object(error.to_string()),
    }
}

fn encode(row: &StringRecord, columns: &[(String, Type)]) -> Result<LoadItem, Fault> {
    if row.len() != columns.len() {
        let (values, names) = (row.len(), columns.len());
        return Err(Fault::Item(format!("The row has {values} values and the header {names} columns")));
    }
    let mut out = Encoder::item();
    for (value, (name, type_)) in row.iter().zip(columns) {
        out.name(name);
        match type_ {
            Type::N => {
                let number = Number::parse(value.trim()).map_err(|error| Fault::Item(error.to_string()))?;
                out.number(&number);
            }
            Type::B => {
                let bytes = STANDARD.decode(value.trim()).map_err(|_| {
                    Fault::Item(format!("The column {name} is binary, and this is no base64"))
                })?;
                out.binary(&bytes);
            }
            _ => out.string(value),
        }
    }
    Ok(LoadItem { item: out.finish_item(), condition: None })
}
