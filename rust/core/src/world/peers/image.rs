//! Keys and items in DynamoDB's JSON.

use serde_json::value::RawValue;

use crate::error::Error;
use crate::table::{ArrivingItem, KeySchema};
use crate::value::{Encoder, Item, ItemRef};
use crate::wire::{JsonReader, JsonWriter, Writer as _, read_typed_item};
use crate::world::peers::message::RecordVersion;

fn unreadable(what: &str) -> Error {
    Error::Serialization(format!("A message of replication: {what}"))
}

/// An item as JSON.
pub(super) fn to_json(item: ItemRef<'_>) -> Result<Box<RawValue>, Error> {
    let mut writer = JsonWriter::with_capacity(item.as_bytes().len() * 2);
    writer.item(item);
    let text = String::from_utf8(writer.into_bytes()).map_err(|error| unreadable(&error.to_string()))?;
    RawValue::from_string(text).map_err(|error| unreadable(&error.to_string()))
}

fn from_json(json: &RawValue) -> Result<Item, Error> {
    let mut problem = None;
    let item = read_typed_item(&mut JsonReader::new(json.get().as_bytes()), &mut problem)?;
    problem.map_or(Ok(item), Err)
}

/// The key attributes of a key's bytes, as JSON.
pub(super) fn key_to_json(schema: &KeySchema, key: &[u8]) -> Result<Box<RawValue>, Error> {
    let (partition, sort) = schema.values_of_key(key)?;
    let mut keys = Encoder::item();
    keys.name(&schema.partition.name).raw(partition.as_ref());
    if let (Some(attribute), Some(value)) = (&schema.sort, &sort) {
        keys.name(&attribute.name).raw(value.as_ref());
    }
    to_json(keys.finish_item().as_ref())
}

/// What arrives of one item. What is no item of the table, or is another one than its key says, is refused.
pub(super) fn arriving(
    schema: &KeySchema,
    (keys, image): (&RawValue, Option<&RawValue>),
    version: Option<&RecordVersion>,
) -> Result<ArrivingItem, Error> {
    let key = schema.key_alone(from_json(keys)?.as_ref())?;
    let image = image.map(from_json).transpose()?;
    if let Some(image) = &image
        && schema.key_of_item(image.as_ref())?.as_bytes() != key.as_bytes()
    {
        return Err(unreadable("an item is not the one of its key"));
    }
    Ok(ArrivingItem { key, image, version: version.map(RecordVersion::version) })
}
