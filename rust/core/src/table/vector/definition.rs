//! What a vector index is: which attribute holds the vectors, how they are compared, and what entries hold.

use serde::{Deserialize, Serialize};

use crate::table::index::Projection;
use crate::table::schema::{KeyAttribute, KeySchema};

/// Vector indexes of a table at most (service quotas, "Vector indexes").
pub const VECTOR_INDEXES_MAX: usize = 5;
/// Dimensions of a vector at most (service quotas, "Vector indexes").
pub const DIMENSIONS_MAX: usize = 4_096;
/// `INLINE_FILTER` attributes of an index at most (service quotas, "Vector indexes").
pub const INLINE_FILTERS_MAX: usize = 18;
/// `NonKeyAttributes`, the vector attribute and the inline filters together at most: they share the limit of 20
/// (API reference, `CreateTable`, `VectorIndexes`).
pub const PROJECTED_MAX: usize = 20;

/// How vectors are compared (API reference, `SearchVectors`).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum DistanceFunction {
    /// `COSINE`: 0 for the same direction, 2 for the opposite one; lower is nearer.
    Cosine,
    /// `DOT_PRODUCT`: higher is nearer.
    DotProduct,
    /// `EUCLIDEAN`: lower is nearer.
    Euclidean,
}

impl DistanceFunction {
    /// The name that requests use.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Cosine => "COSINE",
            Self::DotProduct => "DOT_PRODUCT",
            Self::Euclidean => "EUCLIDEAN",
        }
    }

    /// Whether a higher score is a nearer vector.
    #[must_use]
    pub fn higher_is_nearer(self) -> bool {
        self == Self::DotProduct
    }
}

/// The part an attribute has in a search schema.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum SearchElementType {
    /// `HASH`: divides the index; a search names the one value it looks at.
    Hash,
    /// `INLINE_FILTER`: a search may name a value that entries must have.
    InlineFilter,
}

impl SearchElementType {
    /// The name that requests use.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Hash => "HASH",
            Self::InlineFilter => "INLINE_FILTER",
        }
    }
}

/// The attributes that a search may name a value of, in the order of the request; at most one is a `HASH`.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SearchSchema {
    /// Each attribute with its part.
    pub elements: Vec<(KeyAttribute, SearchElementType)>,
}

impl SearchSchema {
    /// The attribute that divides the index.
    #[must_use]
    pub fn hash(&self) -> Option<&KeyAttribute> {
        let hash = self.elements.iter().find(|(_, type_)| *type_ == SearchElementType::Hash);
        hash.map(|(attribute, _)| attribute)
    }

    /// The attribute of that name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&KeyAttribute> {
        self.attributes().find(|attribute| attribute.name == name)
    }

    /// All attributes.
    pub fn attributes(&self) -> impl Iterator<Item = &KeyAttribute> {
        self.elements.iter().map(|(attribute, _)| attribute)
    }
}

/// A vector index as a request defines it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewVectorIndex {
    /// Its name, one among all indexes of the table.
    pub name: String,
    /// The attribute that holds the vectors.
    pub vector_attribute: String,
    /// Elements of a vector, 1 to [`DIMENSIONS_MAX`].
    pub dimensions: usize,
    /// How vectors are compared.
    pub distance: DistanceFunction,
    /// What a search may select by.
    pub schema: SearchSchema,
    /// What entries hold beside the vector, the table's key and the search schema's attributes.
    pub projection: Projection,
}

/// A vector index of a table, decoded once when it is made.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VectorIndexDefinition {
    new: NewVectorIndex,
    /// Every attribute an entry's item may have, sorted, without the vector; `None` where it has all.
    projected: Option<Vec<String>>,
}

impl VectorIndexDefinition {
    /// An index of a table with this key.
    #[must_use]
    pub fn new(new: &NewVectorIndex, table: &KeySchema) -> Self {
        let projected = (new.projection != Projection::All).then(|| {
            let keys = table.attributes().chain(new.schema.attributes());
            let mut names: Vec<String> = keys.map(|attribute| attribute.name.clone()).collect();
            names.extend_from_slice(new.projection.included());
            names.retain(|name| *name != new.vector_attribute);
            names.sort_unstable();
            names.dedup();
            names
        });
        Self { new: new.clone(), projected }
    }

    /// What a request would define it with.
    #[must_use]
    pub fn as_new(&self) -> &NewVectorIndex {
        &self.new
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.new.name
    }

    /// The attribute that holds the vectors.
    #[must_use]
    pub fn vector_attribute(&self) -> &str {
        &self.new.vector_attribute
    }

    /// Elements of a vector.
    #[must_use]
    pub fn dimensions(&self) -> usize {
        self.new.dimensions
    }

    /// How vectors are compared.
    #[must_use]
    pub fn distance(&self) -> DistanceFunction {
        self.new.distance
    }

    /// What a search may select by.
    #[must_use]
    pub fn schema(&self) -> &SearchSchema {
        &self.new.schema
    }

    /// What entries hold, as the request said it.
    #[must_use]
    pub fn projection(&self) -> &Projection {
        &self.new.projection
    }

    /// Every attribute an entry's item may have, sorted, without the vector; `None` where it has all that the item has.
    #[must_use]
    pub fn projected(&self) -> Option<&[String]> {
        self.projected.as_deref()
    }

    /// Whether a search can answer with the vector: it is projected like any attribute.
    #[must_use]
    pub fn projects_vector(&self) -> bool {
        match self.projection() {
            Projection::All => true,
            Projection::KeysOnly => false,
            Projection::Include(names) => names.iter().any(|name| name == self.vector_attribute()),
        }
    }
}
