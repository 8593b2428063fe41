//! The text of expressions, with the two maps that go with it.

use serde_json::{Map, Value as Json};

use super::path::{Path, Step};
use super::tree::{Decimal, Tree};
use crate::testing::Choices;

/// Collects the names and values of a request's expressions while their text is written.
pub struct Texts<'c, 'b> {
    choices: &'c mut Choices<'b>,
    names: Map<String, Json>,
    values: Map<String, Json>,
}

impl<'c, 'b> Texts<'c, 'b> {
    /// No names or values yet; the choices decide between ways to write the same thing.
    pub fn new(choices: &'c mut Choices<'b>) -> Self {
        Self { choices, names: Map::new(), values: Map::new() }
    }

    /// Whether to take the rarer way to write something.
    pub fn choose(&mut self, percent: usize) -> bool {
        self.choices.chance(percent)
    }

    /// A path, with names written out where the language allows it and the choices fall so.
    pub fn path(&mut self, path: &Path) -> String {
        let mut text = String::new();
        for step in &path.0 {
            match step {
                Step::Index(index) => text.push_str(&format!("[{index}]")),
                Step::Name(name) => {
                    if !text.is_empty() {
                        text.push('.');
                    }
                    // `name` is reserved, as most attribute names in real life are.
                    let plain = name.bytes().all(|byte| byte.is_ascii_lowercase()) && name != "name";
                    if plain && !self.choices.chance(25) {
                        text.push_str(name);
                    } else {
                        text.push_str(&self.name(name));
                    }
                }
            }
        }
        text
    }

    fn name(&mut self, name: &str) -> String {
        let known = self.names.iter().find(|(_, given)| given.as_str() == Some(name));
        if let Some((placeholder, _)) = known {
            return placeholder.clone();
        }
        let placeholder = format!("#n{}", self.names.len());
        self.names.insert(placeholder.clone(), Json::from(name));
        placeholder
    }

    /// A value's placeholder.
    pub fn value(&mut self, value: &Tree) -> String {
        let placeholder = format!(":v{}", self.values.len());
        let odd = self.choices.chance(20);
        let json = value.json_with(if odd { &Decimal::odd_text } else { &Decimal::text });
        self.values.insert(placeholder.clone(), json);
        placeholder
    }

    /// Adds the two maps to a request, where they hold anything.
    pub fn finish(self, body: &mut Map<String, Json>) {
        if !self.names.is_empty() {
            body.insert("ExpressionAttributeNames".to_owned(), Json::Object(self.names));
        }
        if !self.values.is_empty() {
            body.insert("ExpressionAttributeValues".to_owned(), Json::Object(self.values));
        }
    }
}
