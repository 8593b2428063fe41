//! Files of items, for the command line: read in any of DynamoDB's formats, handed over as its JSON.

use std::fs::File;
use std::io::Cursor;
use std::path::PathBuf;

use dynacore::table::{CompressionType, ObjectFormat, OutputFormat};
use dynacore_transfer::{Fault, Object, Records, write_item, write_line};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList};

fn format_of(name: &str) -> PyResult<ObjectFormat> {
    match name {
        "DYNAMODB_JSON" => Ok(ObjectFormat::DynamoDbJson),
        "ION" => Ok(ObjectFormat::Ion),
        _ => Err(PyValueError::new_err(format!("there is no format {name:?} here"))),
    }
}

/// Reads the items of a file, each as `(line, json, problem)`; calls `each` with lists of about `count` of them. What it
/// returns decides whether reading goes on.
#[pyfunction]
pub fn read_items(
    py: Python<'_>,
    path: PathBuf,
    item_format: &str,
    compression: &str,
    count: usize,
    each: &Bound<'_, PyAny>,
) -> PyResult<()> {
    let format = format_of(item_format)?;
    let known = CompressionType::ALL.iter().find(|(name, _)| *name == compression);
    let (_, compression) = known
        .ok_or_else(|| PyValueError::new_err(format!("there is no compression {compression:?} here")))?;
    let mut object = Object::new(Box::new(File::open(path)?), *compression);
    let mut batch = PyList::empty(py);
    for record in Records::new(&mut object, &format, None) {
        let mut json = Vec::new();
        let mut problem = None;
        match record.item {
            Ok(item) => write_item(item.item.as_ref(), OutputFormat::DynamoDbJson, &mut json),
            Err(Fault::Item(text) | Fault::Object(text)) => problem = Some(text),
        }
        batch.append((record.position.line, PyBytes::new(py, &json), problem))?;
        if batch.len() >= count {
            let full = std::mem::replace(&mut batch, PyList::empty(py));
            if !each.call1((full,))?.is_truthy()? {
                return Ok(());
            }
        }
    }
    if !batch.is_empty() {
        each.call1((batch,))?;
    }
    Ok(())
}

/// The items of lines of DynamoDB's JSON as lines of Ion text.
#[pyfunction]
pub fn json_to_ion<'py>(py: Python<'py>, lines: &[u8]) -> PyResult<Bound<'py, PyBytes>> {
    let mut object = Object::new(Box::new(Cursor::new(lines.to_vec())), CompressionType::None);
    let mut text = Vec::new();
    for record in Records::new(&mut object, &ObjectFormat::DynamoDbJson, None) {
        match record.item {
            Ok(item) => write_line(item.item.as_ref(), OutputFormat::Ion, &mut text),
            Err(Fault::Item(problem) | Fault::Object(problem)) => return Err(PyValueError::new_err(problem)),
        }
    }
    Ok(PyBytes::new(py, &text))
}
