//! SearchVectors.

use crate::error::Error;
use crate::expression::{Cache, Projection, SearchCondition};
use crate::request::constraint::Violations;
use crate::request::consumed_capacity::{ReturnConsumedCapacity, VectorCapacity};
use crate::request::context::Context;
use crate::request::expression_attributes::{ExpressionAttributes, ExpressionMembers};
use crate::request::page_options::refuse_empty;
use crate::request::table_name::TableName;
use crate::table::{SearchPlan, VectorIndexDefinition, search_bytes};
use crate::value::{Item, Value, View};
use crate::wire::Checked;
use crate::{input_shape, output_shape};

/// Neighbors that one search may ask for (service quotas, "Vector indexes").
const TOP_MAX: i32 = 100;
/// Elements of a search vector at most (service model).
const SEARCH_VECTOR_LENGTH_MAX: usize = 4_096;
/// Bytes of an answer at most; there is no next page (developer guide, "Requirements and limitations").
const ANSWER_BYTES_MAX: usize = 16 * 1024 * 1024;

input_shape! {
    /// What a caller sends.
    pub struct SearchVectorsInput {
        table_name: String = "TableName",
        index_name: String = "IndexName",
        return_consumed_capacity: String = "ReturnConsumedCapacity",
        expression_attribute_names: Vec<(String, String)> = "ExpressionAttributeNames",
        expression_attribute_values: Vec<(String, Checked<Value>)> = "ExpressionAttributeValues",
        projection_expression: String = "ProjectionExpression",
        search_vector: Vec<Checked<Value>> = "SearchVector",
        search_condition_expression: String = "SearchConditionExpression",
        top_k: i32 = "TopK",
    }
}

output_shape! {
    /// An item that was found.
    pub struct SearchResultItem {
        item: Item = "Item",
        score: f64 = "Score",
    }
}

output_shape! {
    /// What a caller gets.
    pub struct SearchVectorsOutput {
        consumed_capacity: VectorCapacity = "ConsumedCapacity",
        search_results: Vec<SearchResultItem> = "SearchResults",
    }
}

/// A SearchVectors that passed every check that needs no table.
pub struct SearchVectors {
    table: TableName,
    index_name: String,
    vector: Vec<f32>,
    top: usize,
    condition: Option<SearchCondition>,
    projection: Option<Projection>,
    return_consumed_capacity: ReturnConsumedCapacity,
}

impl SearchVectors {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: SearchVectorsInput, cache: &Cache) -> Result<Self, Error> {
        let table = TableName::new(input.table_name)?;
        let mut violations = Violations::default();
        violations.required("indexName", input.index_name.as_ref());
        violations.required("searchVector", input.search_vector.as_ref());
        violations.required("topK", input.top_k.as_ref());
        let return_consumed_capacity =
            ReturnConsumedCapacity::read(&mut violations, input.return_consumed_capacity.as_deref());
        violations.finish()?;
        let (index_name, given, top) = input
            .index_name
            .zip(input.search_vector)
            .zip(input.top_k)
            .map(|((name, vector), top)| (name, vector, top))
            .expect("invariant: presence was checked above");
        check_members(&index_name, given.len(), top)?;
        let expressions = [
            ("ProjectionExpression", input.projection_expression.as_deref()),
            ("SearchConditionExpression", input.search_condition_expression.as_deref()),
        ];
        let members = ExpressionMembers { expressions: &expressions, legacy: &[] };
        let attributes = ExpressionAttributes::new(
            &members,
            input.expression_attribute_names,
            input.expression_attribute_values,
        )?;
        let mut binder = attributes.binder(cache)?;
        let condition = input.search_condition_expression.as_deref();
        let condition = condition.map(|text| binder.search_condition(text)).transpose()?;
        let projection =
            input.projection_expression.as_deref().map(|text| binder.projection(text)).transpose()?;
        binder.finish()?;
        let vector = given.iter().map(search_float).collect::<Option<Vec<f32>>>().ok_or_else(|| {
            Error::validation(
                "Search vector contains invalid values. All values in the search vector must be a 32-bit \
                 floating-point number attribute",
            )
        })?;
        let top = usize::try_from(top).expect("invariant: the range was checked above");
        Ok(Self { table, index_name, vector, top, condition, projection, return_consumed_capacity })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// The exceptions of SearchVectors.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<SearchVectorsOutput, Error> {
        let reading = context.tables.reading(self.table.name(), context.now)?;
        let index = reading.table.searchable_index(&self.index_name)?;
        let definition = reading.table.vector_indexes()[index].definition();
        if self.vector.len() != definition.dimensions() {
            return Err(Error::Validation(format!(
                "Input search vector dimension {} does not match vector index dimension {}",
                self.vector.len(),
                definition.dimensions()
            )));
        }
        check_condition(self.condition.as_ref(), definition)?;
        let hash = definition.schema().hash().map(|hash| hash.name.as_str());
        let equalities = self.condition.iter().flat_map(SearchCondition::equalities);
        let filters = equalities.filter(|each| Some(each.attribute.as_str()) != hash);
        let filters: Vec<(&str, &Value)> =
            filters.map(|each| (each.attribute.as_str(), &each.value)).collect();
        let scope = self.condition.as_ref().and_then(|condition| condition.value_of(hash?));
        let plan = SearchPlan { index, vector: &self.vector, top: self.top, scope, filters: &filters };
        let nearest = reading.search(&plan)?;

        let vector_attribute = definition.vector_attribute();
        let asked =
            |projection: &Projection| projection.top_level_names().any(|name| name == vector_attribute);
        let with_vector = self.projection.as_ref().is_some_and(asked);
        let mut results = Vec::with_capacity(nearest.neighbors.len());
        let (mut examined, mut answered) = (0, 0);
        for neighbor in nearest.neighbors {
            let whole = definition.item_of(&neighbor.entry, with_vector);
            examined += whole.as_ref().size() as u64;
            let item = self.projection.as_ref().map(|projection| projection.project(whole.as_ref()));
            let item = item.unwrap_or(whole);
            answered += item.as_ref().size();
            results.push(SearchResultItem { item: Some(item), score: Some(f64::from(neighbor.score)) });
        }
        if answered > ANSWER_BYTES_MAX {
            return Err(too_large(answered));
        }
        let bytes = search_bytes(definition.dimensions(), nearest.candidates, examined);
        Ok(SearchVectorsOutput {
            consumed_capacity: self.return_consumed_capacity.answer_search(bytes),
            search_results: Some(results),
        })
    }
}

/// SearchVectors' own form of the model's constraints: it shows no value (captured by dynoxide's and extenddb's authors).
fn check_members(index_name: &str, vector_length: usize, top: i32) -> Result<(), Error> {
    let refuse = |member: &str, constraint: String| {
        Err(Error::Validation(format!(
            "1 validation error detected: Value at '{member}' failed to satisfy constraint: Member must {constraint}"
        )))
    };
    let length = index_name.chars().count();
    if length < 3 {
        return refuse("IndexName", "have length greater than or equal to 3".to_owned());
    }
    if length > 255 {
        return refuse("IndexName", "have length less than or equal to 255".to_owned());
    }
    let mut pattern = Violations::default();
    pattern.name_pattern("IndexName", Some(index_name));
    if pattern.finish().is_err() {
        return refuse("IndexName", "satisfy regular expression pattern: [a-zA-Z0-9_.-]+".to_owned());
    }
    if vector_length < 1 {
        return refuse("SearchVector", "have length greater than or equal to 1".to_owned());
    }
    if vector_length > SEARCH_VECTOR_LENGTH_MAX {
        return refuse(
            "SearchVector",
            format!("have length less than or equal to {SEARCH_VECTOR_LENGTH_MAX}"),
        );
    }
    if top < 1 {
        return refuse("TopK", "have value greater than or equal to 1".to_owned());
    }
    if top > TOP_MAX {
        return Err(Error::Validation(format!(
            "Provided TopK value '{top}' is out of valid range. The value must be between 1 and {TOP_MAX} inclusive"
        )));
    }
    Ok(())
}

fn search_float(value: &Checked<Value>) -> Option<f32> {
    match value.as_ref().ok()?.as_ref().view() {
        View::N(number) => Some(number.to_f32()).filter(|float| float.is_finite()),
        _ => None,
    }
}

/// The rules between a search condition and the index's search schema, in the order in which dynoxide's authors found
/// them.
fn check_condition(
    condition: Option<&SearchCondition>,
    definition: &VectorIndexDefinition,
) -> Result<(), Error> {
    let equalities = condition.map(SearchCondition::equalities).unwrap_or_default();
    let schema = definition.schema();
    if let Some(unknown) = equalities.iter().find(|each| schema.find(&each.attribute).is_none()) {
        return Err(Error::Validation(format!(
            "SearchConditionExpression must not contain any attributes that is not in SearchSchema. Invalid attribute: \
             {}",
            unknown.attribute
        )));
    }
    if equalities.iter().any(|each| each.nested) {
        return Err(SearchCondition::refusal(
            "SearchConditionExpression cannot have conditions on nested attributes",
        )
        .into());
    }
    let repeated = equalities.iter().enumerate().any(|(position, each)| {
        equalities[..position].iter().any(|earlier| earlier.attribute == each.attribute)
    });
    if repeated {
        return Err(SearchCondition::refusal(
            "SearchConditionExpression must only contain one condition per attribute",
        )
        .into());
    }
    if schema.hash().is_some_and(|hash| !equalities.iter().any(|each| each.attribute == hash.name)) {
        return Err(Error::validation(
            "SearchConditionExpression must be provided when SearchSchema has a HASH key",
        ));
    }
    for each in equalities {
        let attribute = schema.find(&each.attribute).expect("invariant: found above");
        let type_ = each.value.as_ref().type_();
        if type_ != attribute.type_ {
            return Err(Error::Validation(format!(
                "Type of '{}' attribute in SearchConditionExpression ({}) does not match type in search schema ({})",
                attribute.name,
                type_.tag(),
                attribute.type_.tag()
            )));
        }
        if schema.hash() == Some(attribute) {
            refuse_empty(attribute, &each.value)?;
        }
    }
    Ok(())
}

/// AWS does not say what an answer above its limit is; it has no next page, so a part would be a wrong answer.
fn too_large(bytes: usize) -> Error {
    Error::Validation(format!(
        "The search results have {bytes} bytes, which exceeds the maximum response size of {ANSWER_BYTES_MAX} bytes. \
         Reduce TopK or project fewer attributes"
    ))
}
