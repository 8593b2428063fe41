//! Query.

use crate::error::Error;
use crate::expression::{self, Cache, KeyCondition, KeyQuery, Projection};
use crate::input_shape;
use crate::request::constraint::Violations;
use crate::request::consumed_capacity::ReturnConsumedCapacity;
use crate::request::context::Context;
use crate::request::expression_attributes::{ExpressionAttributes, ExpressionMembers};
use crate::request::index_read::{IndexRead, QUERY_REFUSED, refuse_vector_index};
use crate::request::legacy::{AttributesToGet, Condition, Entries, Filter, KeyConditions};
use crate::request::page_options::{BegunAnswer, PageOptions, PageOutput, Select, refuse_empty, refuse_long};
use crate::request::table_name::TableName;
use crate::store::Direction;
use crate::table::{Consistency, KeySchema, KeySpan, PagePlan, PageRest, Table};
use crate::value::{Item, ItemRef, Key, Value, ValueRef};
use crate::wire::{Checked, key_value_text};

input_shape! {
    /// What a caller sends.
    pub struct QueryInput {
        table_name: String = "TableName",
        index_name: String = "IndexName",
        select: String = "Select",
        limit: i32 = "Limit",
        consistent_read: bool = "ConsistentRead",
        scan_index_forward: bool = "ScanIndexForward",
        exclusive_start_key: Checked<Item> = "ExclusiveStartKey",
        return_consumed_capacity: String = "ReturnConsumedCapacity",
        projection_expression: String = "ProjectionExpression",
        filter_expression: String = "FilterExpression",
        key_condition_expression: String = "KeyConditionExpression",
        expression_attribute_names: Vec<(String, String)> = "ExpressionAttributeNames",
        expression_attribute_values: Vec<(String, Checked<Value>)> = "ExpressionAttributeValues",
        attributes_to_get: Vec<String> = "AttributesToGet",
        key_conditions: Entries<Condition> = "KeyConditions",
        query_filter: Entries<Condition> = "QueryFilter",
        conditional_operator: String = "ConditionalOperator",
    }
}

/// The members that were there before expressions.
struct Legacy {
    filter: Filter,
    attributes_to_get: AttributesToGet,
    key_conditions: KeyConditions,
}

impl Legacy {
    /// Takes the members out of the input, in the order in which AWS reports their violations.
    fn read(violations: &mut Violations, input: &mut QueryInput) -> Self {
        let operator = input.conditional_operator.take();
        let filter = Filter::read(violations, "queryFilter", input.query_filter.take(), operator.as_deref());
        let attributes_to_get =
            AttributesToGet::read(violations, "attributesToGet", input.attributes_to_get.take());
        let key_conditions = KeyConditions::read(violations, input.key_conditions.take());
        Self { filter, attributes_to_get, key_conditions }
    }
}

/// What a query is about, said in expressions or in the members from before them.
struct Terms {
    start: Option<Item>,
    condition: KeyCondition,
    filter: Option<expression::Condition>,
    projection: Option<Projection>,
}

impl Terms {
    fn new(input: QueryInput, legacy: Legacy, cache: &Cache) -> Result<Self, Error> {
        let condition_text = input.key_condition_expression.as_deref();
        let expressions = [
            ("ProjectionExpression", input.projection_expression.as_deref()),
            ("FilterExpression", input.filter_expression.as_deref()),
            ("KeyConditionExpression", condition_text),
        ];
        let has_key_conditions = legacy.key_conditions.is_given();
        let members = ExpressionMembers {
            expressions: &expressions,
            legacy: &[
                ("AttributesToGet", legacy.attributes_to_get.is_given()),
                ("QueryFilter", legacy.filter.is_given()),
                ("ConditionalOperator", legacy.filter.has_operator()),
                // It only excludes its own successor.
                ("KeyConditions", has_key_conditions && condition_text.is_some()),
            ],
        };
        let attributes = ExpressionAttributes::new(
            &members,
            input.expression_attribute_names,
            input.expression_attribute_values,
        )?;
        legacy.filter.check_operator()?;
        let legacy_filter = legacy.filter.condition()?;
        let legacy_projection = legacy.attributes_to_get.projection()?;
        let start = starting_key(input.exclusive_start_key)?;
        if condition_text.is_none() && !has_key_conditions {
            return Err(Error::validation(
                "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.",
            ));
        }
        let mut binder = attributes.binder(cache)?;
        let condition = condition_text.map(|text| binder.key_condition(text)).transpose()?;
        let filter = input.filter_expression.as_deref();
        let filter = filter.map(|text| binder.condition("FilterExpression", text)).transpose()?;
        let projection =
            input.projection_expression.as_deref().map(|text| binder.projection(text)).transpose()?;
        binder.finish()?;
        let key_conditions = legacy.key_conditions.key_condition()?;
        Ok(Self {
            start,
            condition: condition.or(key_conditions).expect("invariant: one of the two is given"),
            filter: filter.or(legacy_filter),
            projection: projection.or(legacy_projection),
        })
    }
}

/// A Query that passed every check that needs no table.
pub struct Query {
    table: TableName,
    index_name: Option<String>,
    condition: KeyCondition,
    options: PageOptions,
    direction: Direction,
    consistency: Consistency,
    return_consumed_capacity: ReturnConsumedCapacity,
}

impl Query {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(mut input: QueryInput, cache: &Cache) -> Result<Self, Error> {
        let table = TableName::new(input.table_name.take())?;
        let mut violations = Violations::default();
        let select = Select::read(&mut violations, input.select.as_deref());
        let index_name = input.index_name.take();
        violations.length("indexName", index_name.as_deref(), 3, 255);
        violations.name_pattern("indexName", index_name.as_deref());
        let return_consumed_capacity =
            ReturnConsumedCapacity::read(&mut violations, input.return_consumed_capacity.as_deref());
        let legacy = Legacy::read(&mut violations, &mut input);
        violations.finish()?;
        check_limit(input.limit)?;
        let limit = input.limit.and_then(|limit| usize::try_from(limit).ok());
        let backward = input.scan_index_forward == Some(false);
        let consistency = Consistency::requested(input.consistent_read);
        let projecting = legacy.attributes_to_get.projecting(input.projection_expression.as_deref());
        let Terms { start, condition, filter, projection } = Terms::new(input, legacy, cache)?;
        Select::check(select, projecting, index_name.is_some())?;
        let count_only = select == Some(Select::Count);
        let all_attributes = select == Some(Select::AllAttributes);
        Ok(Self {
            table,
            index_name,
            condition,
            options: PageOptions { count_only, all_attributes, projection, filter, limit, start },
            direction: if backward { Direction::Backward } else { Direction::Forward },
            consistency,
            return_consumed_capacity,
        })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// The exceptions of Query.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<PageOutput, Error> {
        match self.begin(context)? {
            BegunAnswer::Whole(answer) => Ok(answer),
            BegunAnswer::Rest(rest) => self.finish(*rest, context),
        }
    }

    /// Begins to carry the request out, and does it where its page is short.
    ///
    /// # Errors
    /// The exceptions of Query.
    pub fn begin(&self, context: &mut Context<'_>) -> Result<BegunAnswer<'_>, Error> {
        let mut reading = context.tables.reading(self.table.name(), context.now)?;
        let table = &*reading.table;
        refuse_vector_index(table, self.index_name.as_ref(), self.consistency, QUERY_REFUSED)?;
        let index = IndexRead::find(table, self.index_name.as_ref(), self.consistency)?;
        let span = match &index {
            None => self.table_span(table)?,
            Some(index) => index.query_span(&self.condition, &self.options, self.direction)?,
        };
        self.options.check_projection(table)?;
        let fetches = index.map_or(Ok(false), |index| self.check_index(&index))?;
        self.options.check_filter(table)?;
        // The one item of a table without a sort key is not followed by a page.
        let single = index.is_none() && table.schema().sort.is_none();
        let plan = PagePlan {
            span,
            direction: self.direction,
            limit: self.options.limit.filter(|_| !single),
            filter: self.options.filter.as_ref(),
            projection: self.options.projection.as_ref(),
            count_only: self.options.count_only,
            consistency: self.consistency,
            index: index.map(|index| index.position()),
            fetches,
            bytes_before: 0,
        };
        self.options.begin(&mut reading, plan, (self.return_consumed_capacity, &self.table))
    }

    /// Ends a request that was begun and whose page is long.
    ///
    /// # Errors
    /// The exceptions of Query.
    pub fn finish(&self, rest: PageRest<'_>, context: &mut Context<'_>) -> Result<PageOutput, Error> {
        self.options.finish(rest, (self.return_consumed_capacity, &self.table), context)
    }

    /// The keys of the table that the query selects.
    fn table_span(&self, table: &Table) -> Result<KeySpan, Error> {
        let schema = table.schema();
        let sort = schema.sort.as_ref().map(|sort| sort.name.as_str());
        let query = self.condition.resolve(&schema.partition.name, sort)?;
        check_values(schema, &query)?;
        self.options.refuse_key_filter(|name| schema.holds(name))?;
        let mut span = KeySpan::of_query(&query);
        if let Some(start) = &self.options.start {
            let start = start_key(schema, start.as_ref())?;
            check_start(&query, &span, &start, self.options.start_sort(schema))?;
            span.start_behind(start.as_bytes(), self.direction);
        }
        Ok(span)
    }

    /// What an index adds to the rules for filter and projection; says whether whole items are fetched.
    fn check_index(&self, index: &IndexRead<'_>) -> Result<bool, Error> {
        index.check_filter_keys(&self.options)?;
        let fetches = index.fetches(&self.options)?;
        index.check_filter_projected(&self.options)?;
        Ok(fetches)
    }
}

/// Query's own form of the constraint on `Limit` (facts 14.3; Scan has the common one).
fn check_limit(limit: Option<i32>) -> Result<(), Error> {
    match limit {
        Some(limit) if limit < 1 => Err(Error::validation(
            "1 validation error detected: Value at 'Limit' failed to satisfy constraint: Member must have value \
             greater than or equal to 1",
        )),
        _ => Ok(()),
    }
}

/// Unwraps a starting key whose values may be invalid.
///
/// # Errors
/// `ValidationException`.
pub fn starting_key(given: Option<Checked<Item>>) -> Result<Option<Item>, Error> {
    match given {
        None => Ok(None),
        Some(Ok(item)) => Ok(Some(item)),
        Some(Err(Error::Validation(text))) => {
            Err(Error::Validation(format!("The provided starting key is invalid: {text}")))
        }
        Some(Err(error)) => Err(error),
    }
}

/// The key behind which a page of a table's query begins. Scan, which has no condition to be compared with, says more
/// about a wrong one (measured on AWS by Alternator's tests and the public conformance suite).
fn start_key(schema: &KeySchema, start: ItemRef<'_>) -> Result<Key, Error> {
    let whole = schema.attributes().all(|attribute| start.get(&attribute.name).is_some());
    if !whole || start.len() != schema.attributes().count() {
        return Err(Error::validation("The provided starting key is invalid"));
    }
    let key = schema.key_alone(start)?;
    if schema.sort.is_some() {
        return Ok(key);
    }
    // One item at most, behind which nothing can be.
    let name = &schema.partition.name;
    let value = start.get(name).expect("invariant: looked for above");
    Err(Error::Validation(format!(
        "The provided exclusive start key is invalid: ExclusiveStartKey: {{{name}={}}}",
        key_value_text(value)
    )))
}

/// The values of a key condition have the types of the key attributes, and none is empty or too long.
fn check_values(schema: &KeySchema, query: &KeyQuery) -> Result<(), Error> {
    query.check_types(schema.partition.type_, schema.sort.as_ref().map(|sort| sort.type_))?;
    refuse_empty(&schema.partition, &query.partition)?;
    if let Some((attribute, condition)) = schema.sort.as_ref().zip(query.sort.as_ref()) {
        condition.values().try_for_each(|value| refuse_empty(attribute, value))?;
    }
    refuse_long(std::slice::from_ref(&query.partition), &[], query.sort.as_ref())
}

/// A page begins at any key the query could have given, and so also behind the one row of a query for one row: a
/// paginator that asked for single items comes here with it. What the service says to other keys depends on which
/// part of the key is wrong.
fn check_start(
    query: &KeyQuery,
    span: &KeySpan,
    start: &Key,
    start_sort: Option<ValueRef<'_>>,
) -> Result<(), Error> {
    if span.contains(start.as_bytes()) {
        return Ok(());
    }
    if query.sort.is_none() {
        return Err(Error::validation(
            "The provided starting key is outside query boundaries based on provided conditions",
        ));
    }
    let in_this_partition = Key::new(query.partition.as_ref(), start_sort);
    Err(Error::validation(match in_this_partition {
        Ok(key) if span.contains(key.as_bytes()) => {
            "The query can return at most one row and cannot be restarted"
        }
        _ => "The provided starting key does not match the range key predicate",
    }))
}
