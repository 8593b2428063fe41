//! The item that is measured.

use dynacore::value::{AttributeValue, Encoder, Item, Key, Map, Number};
use dynacore::wire::{Document, JsonWriter, ToWire};
use jiter::JsonValue;

/// Items that share a partition key: what a query of 100 reads.
pub const CARS_PER_MAKER: u64 = 100;

/// Records of cars without their keys.
pub struct Cars {
    records: Vec<Vec<(String, AttributeValue)>>,
}

impl Cars {
    /// The records of `cars.json`.
    ///
    /// # Panics
    /// When the file is not what the benches were written for.
    #[must_use]
    pub fn read() -> Self {
        let JsonValue::Array(records) =
            JsonValue::parse(include_bytes!("../cars.json"), false).expect("cars.json is JSON")
        else {
            panic!("cars.json is a list")
        };
        Self { records: records.iter().map(attributes).collect() }
    }

    /// The car of that number.
    #[must_use]
    pub fn car(&self, number: u64) -> Car<'_> {
        Car { number, record: &self.records[number as usize % self.records.len()] }
    }
}

fn attributes(record: &JsonValue<'_>) -> Vec<(String, AttributeValue)> {
    let JsonValue::Object(record) = record else { panic!("a record is an object") };
    record.iter().map(|(name, value)| (name.to_string(), attribute(value))).collect()
}

fn attribute(value: &JsonValue<'_>) -> AttributeValue {
    match value {
        JsonValue::Str(text) => AttributeValue::S(text.to_string()),
        JsonValue::Int(number) => AttributeValue::N(Number::from_i64(*number)),
        JsonValue::Float(number) => {
            AttributeValue::N(Number::parse(&number.to_string()).expect("a short decimal"))
        }
        other => panic!("a record holds text and numbers, not {other:?}"),
    }
}

/// One car: `make` (partition key, text), `id` (sort key, number) and ten attributes of a real car. Twelve
/// attributes, six of them numbers; 200 bytes as plain JSON.
#[derive(Clone, Copy)]
pub struct Car<'a> {
    number: u64,
    record: &'a [(String, AttributeValue)],
}

impl Car<'_> {
    /// The partition key.
    #[must_use]
    pub fn make(&self) -> String {
        format!("maker-{:05}", self.number / CARS_PER_MAKER)
    }

    /// The sort key.
    #[must_use]
    pub fn id(&self) -> Number {
        Number::from_i64(self.number as i64)
    }

    /// The item in its encoded form.
    #[must_use]
    pub fn item(&self) -> Item {
        let mut item = self.key_attributes();
        for (name, value) in self.record {
            item.name(name);
            item.attribute_value(value);
        }
        item.finish_item()
    }

    /// The key's two attributes.
    #[must_use]
    pub fn key_item(&self) -> Item {
        self.key_attributes().finish_item()
    }

    /// The item as a tree, to be encoded by whoever measures that.
    #[must_use]
    pub fn map(&self) -> Map {
        self.item().as_ref().to_map()
    }

    /// The key as the store orders it.
    ///
    /// # Panics
    /// Never: the key's attributes are of the right type.
    #[must_use]
    pub fn key(&self) -> Key {
        let item = self.key_item();
        let item = item.as_ref();
        let make = item.get("make").expect("a car has a make");
        Key::new(make, item.get("id")).expect("text and number make a key")
    }

    /// The item in DynamoDB's JSON.
    #[must_use]
    pub fn json(&self) -> String {
        json(self.item())
    }

    /// The key in DynamoDB's JSON.
    #[must_use]
    pub fn key_json(&self) -> String {
        json(self.key_item())
    }

    fn key_attributes(&self) -> Encoder {
        let mut item = Encoder::item();
        item.name("make").string(&self.make());
        item.name("id").number(&self.id());
        item
    }
}

fn json(item: Item) -> String {
    let mut writer = JsonWriter::default();
    Document::Built(item).write(&mut writer);
    String::from_utf8(writer.into_bytes()).expect("JSON is text")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_car_is_a_key_and_ten_attributes_of_a_record() {
        let cars = Cars::read();
        let json = cars.car(4_242).json();
        assert!(json.starts_with(r#"{"make":{"S":"maker-00042"},"id":{"N":"4242"},"model":{"S":"#), "{json}");
        assert_eq!(cars.car(4_242).item().as_ref().len(), 12);
        assert_eq!(cars.car(4_242).map().len(), 12);
    }

    #[test]
    fn cars_of_a_maker_stand_together() {
        let cars = Cars::read();
        let hash = |number| cars.car(number).key().hash();
        assert_eq!(hash(4_200), hash(4_299));
        assert_ne!(hash(4_200), hash(4_300));
    }
}
