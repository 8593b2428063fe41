//! `VectorIndexes` of CreateTable and `VectorIndexUpdates` of UpdateTable.

use crate::error::Error;
use crate::input_shape;
use crate::request::constraint::Violations;
use crate::request::index_members::{GivenProjection, ProjectionInput, check_name};
use crate::request::index_update_members::DeleteIndexInput;
use crate::table::throughput::Mode;
use crate::table::{
    DIMENSIONS_MAX, DistanceFunction, INLINE_FILTERS_MAX, KeyAttribute, NewVectorIndex, PROJECTED_MAX,
    SearchElementType, SearchSchema, VECTOR_INDEXES_MAX, VectorUpdate,
};

input_shape! {
    /// `VectorAttribute`.
    #[derive(Clone)]
    pub struct VectorAttributeInput {
        attribute_name: String = "AttributeName",
    }
}

input_shape! {
    /// One element of `SearchSchema`.
    #[derive(Clone)]
    pub struct SearchSchemaElementInput {
        attribute_name: String = "AttributeName",
        search_schema_element_type: String = "SearchSchemaElementType",
    }
}

input_shape! {
    /// One element of `VectorIndexes`, or a `Create` of `VectorIndexUpdates`.
    #[derive(Clone)]
    pub struct VectorIndexInput {
        index_name: String = "IndexName",
        vector_attribute: VectorAttributeInput = "VectorAttribute",
        search_schema: Vec<SearchSchemaElementInput> = "SearchSchema",
        projection: ProjectionInput = "Projection",
        dimensions: i64 = "Dimensions",
        distance_function: String = "DistanceFunction",
    }
}

input_shape! {
    /// One element of `VectorIndexUpdates`.
    pub struct VectorIndexUpdateInput {
        create: VectorIndexInput = "Create",
        delete: DeleteIndexInput = "Delete",
    }
}

/// A vector index of a request, after the constraints of the service model.
pub struct GivenVectorIndex {
    name: String,
    attribute: String,
    elements: Vec<(String, SearchElementType)>,
    projection: GivenProjection,
    dimensions: i64,
    distance: Option<DistanceFunction>,
}

fn invalid(problem: &str) -> Error {
    Error::Validation(format!("One or more parameter values were invalid: {problem}"))
}

impl GivenVectorIndex {
    /// Reads one element of `VectorIndexes`, or a `Create`.
    pub fn read(violations: &mut Violations, path: &str, input: VectorIndexInput) -> Self {
        violations.required(&format!("{path}.indexName"), input.index_name.as_ref());
        check_name(violations, &format!("{path}.indexName"), input.index_name.as_deref());
        let attribute_path = format!("{path}.vectorAttribute");
        violations.required(&attribute_path, input.vector_attribute.as_ref());
        let attribute = input.vector_attribute.map(|attribute| {
            let path = format!("{attribute_path}.attributeName");
            violations.required(&path, attribute.attribute_name.as_ref());
            violations.length(&path, attribute.attribute_name.as_deref(), 1, 255);
            attribute.attribute_name.unwrap_or_default()
        });
        let elements = read_schema(violations, &format!("{path}.searchSchema"), input.search_schema);
        violations.required(&format!("{path}.projection"), input.projection.as_ref());
        let projection = GivenProjection::read(violations, path, input.projection);
        let dimensions_path = format!("{path}.dimensions");
        violations.required(&dimensions_path, input.dimensions.as_ref());
        violations.at_least(&dimensions_path, input.dimensions, 1);
        let distance_path = format!("{path}.distanceFunction");
        violations.required(&distance_path, input.distance_function.as_ref());
        let distances = [DistanceFunction::Cosine, DistanceFunction::DotProduct, DistanceFunction::Euclidean];
        let choices = distances.map(|distance| (distance.name(), distance));
        let distance = violations.choice(&distance_path, input.distance_function.as_deref(), &choices);
        Self {
            name: input.index_name.unwrap_or_default(),
            attribute: attribute.unwrap_or_default(),
            elements,
            projection,
            dimensions: input.dimensions.unwrap_or_default(),
            distance,
        }
    }

    /// The attributes a search may name a value of.
    pub fn searched(&self) -> impl Iterator<Item = &String> {
        self.elements.iter().map(|(name, _)| name)
    }

    /// The rules between the index and the attribute definitions.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn check_defined(&self, attributes: &[KeyAttribute]) -> Result<(), Error> {
        let defined = |name: &String| attributes.iter().any(|attribute| attribute.name == *name);
        if !self.searched().all(defined) {
            return Err(invalid("One element in SearchSchema is not defined in attribute definitions"));
        }
        if defined(&self.attribute) {
            return Err(invalid(&format!(
                "Conflicting attribute definition for '{}'. An attribute cannot be defined in AttributeDefinitions \
                 when used as a VectorAttribute.",
                self.attribute
            )));
        }
        Ok(())
    }

    /// The index that it defines, once it was checked against the attribute definitions.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn build(self, attributes: &[KeyAttribute]) -> Result<NewVectorIndex, Error> {
        let dimensions =
            usize::try_from(self.dimensions).ok().filter(|dimensions| *dimensions <= DIMENSIONS_MAX);
        let Some(dimensions) = dimensions else {
            return Err(invalid(&format!(
                "Number of dimensions must be between 1 and {DIMENSIONS_MAX} inclusive."
            )));
        };
        check_elements(&self.elements)?;
        let typed = |(name, part): (String, SearchElementType)| {
            let found = attributes.iter().find(|attribute| attribute.name == name);
            (found.cloned().expect("invariant: every element is defined"), part)
        };
        let schema = SearchSchema { elements: self.elements.into_iter().map(typed).collect() };
        let projection = self.projection.build()?;
        let new = NewVectorIndex {
            name: self.name,
            vector_attribute: self.attribute,
            dimensions,
            distance: self.distance.expect("invariant: presence was checked above"),
            schema,
            projection,
        };
        check_projected(&new)?;
        Ok(new)
    }
}

fn read_schema(
    violations: &mut Violations,
    path: &str,
    given: Option<Vec<SearchSchemaElementInput>>,
) -> Vec<(String, SearchElementType)> {
    let Some(given) = given else { return Vec::new() };
    if given.is_empty() {
        violations.note(path, &"[]", "Member must have length greater than or equal to 1");
    }
    let mut elements = Vec::new();
    for (index, element) in given.into_iter().enumerate() {
        let name_path = format!("{path}.{}.member.attributeName", index + 1);
        let type_path = format!("{path}.{}.member.searchSchemaElementType", index + 1);
        violations.required(&name_path, element.attribute_name.as_ref());
        violations.required(&type_path, element.search_schema_element_type.as_ref());
        let choices = [SearchElementType::Hash, SearchElementType::InlineFilter];
        let choices = choices.map(|type_| (type_.name(), type_));
        let type_ = violations.choice(&type_path, element.search_schema_element_type.as_deref(), &choices);
        elements.extend(element.attribute_name.zip(type_));
    }
    elements
}

/// The rules of a search schema by itself. The text for too many filters follows that for too many `HASH` elements; AWS's
/// own is not known.
fn check_elements(elements: &[(String, SearchElementType)]) -> Result<(), Error> {
    for (type_, maximum) in
        [(SearchElementType::Hash, 1), (SearchElementType::InlineFilter, INLINE_FILTERS_MAX)]
    {
        let count = elements.iter().filter(|(_, each)| *each == type_).count();
        if count > maximum {
            return Err(invalid(&format!(
                "Value '{count}' at 'SearchSchema' failed to satisfy constraint: Member must have {} count less than \
                 or equal to {maximum}",
                type_.name()
            )));
        }
    }
    let repeated = |(index, (name, _)): (usize, &(String, SearchElementType))| {
        elements[..index].iter().any(|(earlier, _)| earlier == name)
    };
    if elements.iter().enumerate().any(repeated) {
        return Err(invalid("SearchSchema contains a duplicate AttributeName"));
    }
    Ok(())
}

/// The vector, the inline filters and `NonKeyAttributes` share one limit. AWS's text is not known.
fn check_projected(new: &NewVectorIndex) -> Result<(), Error> {
    let filters = new.schema.elements.iter().filter(|(_, type_)| *type_ == SearchElementType::InlineFilter);
    let mut names: Vec<&str> = filters.map(|(attribute, _)| attribute.name.as_str()).collect();
    names.push(&new.vector_attribute);
    names.extend(new.projection.included().iter().map(String::as_str));
    names.sort_unstable();
    names.dedup();
    if names.len() > PROJECTED_MAX {
        return Err(invalid(&format!(
            "Number of NonKeyAttributes, VectorAttribute and INLINE_FILTER elements of index {} exceeds the limit of \
             {PROJECTED_MAX}",
            new.name
        )));
    }
    Ok(())
}

/// The rules between the vector indexes of a new table; `names` are those of its other indexes.
///
/// # Errors
/// `ValidationException`.
pub fn check_together(new: &[NewVectorIndex], names: &[&str], mode: Mode) -> Result<(), Error> {
    if new.is_empty() {
        return Ok(());
    }
    if new.len() > VECTOR_INDEXES_MAX {
        return Err(invalid(&format!(
            "VectorIndex count exceeds the per-table limit of {VECTOR_INDEXES_MAX}"
        )));
    }
    if mode != Mode::PayPerRequest {
        return Err(invalid("Vector indexes are only supported for PAY_PER_REQUEST tables"));
    }
    for (position, index) in new.iter().enumerate() {
        let earlier = &new[..position];
        if names.contains(&index.name.as_str()) || earlier.iter().any(|other| other.name == index.name) {
            return Err(invalid(&format!("Duplicate index name: {}", index.name)));
        }
        let same_attribute = |other: &&NewVectorIndex| other.vector_attribute == index.vector_attribute;
        if earlier.iter().filter(same_attribute).any(|other| other.dimensions != index.dimensions) {
            return Err(invalid(&format!(
                "Conflicting attribute definition for '{}'. All VectorIndexes on the same vector attribute must use \
                 the same dimensions.",
                index.vector_attribute
            )));
        }
    }
    Ok(())
}

/// One element of `VectorIndexUpdates`, after the constraints of the service model.
pub struct GivenVectorUpdate {
    create: Option<GivenVectorIndex>,
    delete: Option<String>,
}

impl GivenVectorUpdate {
    /// Reads one element.
    pub fn read(violations: &mut Violations, path: &str, input: VectorIndexUpdateInput) -> Self {
        let create_path = format!("{path}.create");
        let create = input.create.map(|create| GivenVectorIndex::read(violations, &create_path, create));
        let delete = input.delete.map(|delete| {
            let path = format!("{path}.delete.indexName");
            violations.required(&path, delete.index_name.as_ref());
            check_name(violations, &path, delete.index_name.as_deref());
            delete.index_name.unwrap_or_default()
        });
        Self { create, delete }
    }

    /// What it changes. The attribute definitions are those of the request alone: the table's are not looked at
    /// (measured; they need not be given where the index has no search schema).
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn build(self, attributes: Option<&[KeyAttribute]>) -> Result<VectorUpdate, Error> {
        match (self.create, self.delete) {
            (Some(create), None) => {
                let attributes = attributes.unwrap_or_default();
                create.check_defined(attributes)?;
                create.build(attributes).map(VectorUpdate::Create)
            }
            (None, Some(name)) => Ok(VectorUpdate::Delete { name }),
            (None, None) => {
                Err(invalid("One of VectorIndexUpdate.Create, VectorIndexUpdate.Delete must not be null"))
            }
            (Some(_), Some(_)) => {
                Err(invalid("Only one vector index action is allowed per VectorIndexUpdate object"))
            }
        }
    }
}
