//! Why DynamoDB refuses to store an item in a table with a vector index.

use crate::error::Error;
use crate::table::index::Origin;
use crate::table::schema::KeyAttribute;
use crate::table::vector::definition::VectorIndexDefinition;
use crate::table::vector::embedding::{EmbeddingError, read_embedding};
use crate::value::{ItemRef, PARTITION_KEY_BYTES_MAX, Type, ValueRef, key_length};

impl VectorIndexDefinition {
    /// Checks the attributes of the index that `origin` answers for. An absent one is no reason to refuse an item: the
    /// index is sparse.
    ///
    /// # Errors
    /// `ValidationException`. The full stops differ from text to text; they are the service's own.
    pub(in crate::table) fn check(&self, item: ItemRef<'_>, origin: Origin<'_>) -> Result<(), Error> {
        let changed = |name: &str| {
            let value = item.get(name)?;
            let before = match origin {
                Origin::Put => None,
                Origin::Update(old) => old.and_then(|old| old.get(name)),
            };
            before.is_none_or(|before| !before.equals(&value)).then_some(value)
        };
        for attribute in self.schema().attributes() {
            if let Some(value) = changed(&attribute.name) {
                self.check_type(attribute, value)?;
                if self.schema().hash() == Some(attribute) {
                    self.check_hash(attribute, value, origin)?;
                }
            }
        }
        let Some(vector) = changed(self.vector_attribute()) else { return Ok(()) };
        read_embedding(vector, self.dimensions(), drop).map_err(|error| self.refusal(&error))
    }

    fn check_type(&self, attribute: &KeyAttribute, value: ValueRef<'_>) -> Result<(), Error> {
        if value.type_() == attribute.type_ {
            return Ok(());
        }
        Err(Error::Validation(format!(
            "One or more parameter values were invalid. Attribute '{}' type mismatch. Expected: {}, Actual: {}. \
             IndexName: {}",
            attribute.name,
            attribute.type_.tag(),
            value.type_().tag(),
            self.name()
        )))
    }

    /// A `HASH` value is a key: not empty, and not too long. The text for the second is that of a global index; AWS's
    /// own is not known.
    fn check_hash(
        &self,
        attribute: &KeyAttribute,
        value: ValueRef<'_>,
        origin: Origin<'_>,
    ) -> Result<(), Error> {
        let length = key_length(value).unwrap_or(0);
        if length > PARTITION_KEY_BYTES_MAX {
            return Err(Error::validation(
                "One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 \
                 bytes",
            ));
        }
        if length > 0 {
            return Ok(());
        }
        let kind = if value.type_() == Type::B { "binary" } else { "string" };
        Err(Error::Validation(match origin {
            Origin::Put => format!(
                "One or more parameter values are not valid. A value specified for a secondary index key is not \
                 supported. The AttributeValue for a key attribute cannot contain an empty {kind} value. IndexName: \
                 {}, IndexKey: {}",
                self.name(),
                attribute.name
            ),
            Origin::Update(_) => format!(
                "One or more parameter values are not valid. The update expression attempted to update a secondary \
                 index key to a value that is not supported. The AttributeValue for a key attribute cannot contain an \
                 empty {kind} value."
            ),
        }))
    }

    fn refusal(&self, error: &EmbeddingError) -> Error {
        let (attribute, index) = (self.vector_attribute(), self.name());
        let problem = match error {
            EmbeddingError::NotAList => format!(
                "Invalid type for parameter {attribute}, Expected: 32-bit floating point number list IndexName: {index}"
            ),
            EmbeddingError::Size(actual) => format!(
                "Invalid size for parameter {attribute}, Expected: {}, Actual: {actual} IndexName: {index}",
                self.dimensions()
            ),
            EmbeddingError::Element(position, type_) => format!(
                "Invalid type for parameter {attribute}[{position}], Expected: 32-bit floating point number, Actual: \
                 {}. IndexName: {index}",
                type_.tag()
            ),
            EmbeddingError::OutOfRange(position, number) => format!(
                "Invalid value for parameter {attribute}[{position}], Value: {} is outside valid range \
                 [-3.4028235E38, 3.4028235E38]. IndexName: {index}",
                number.scientific()
            ),
        };
        Error::Validation(format!("One or more parameter values were invalid. {problem}"))
    }
}
