//! Scan.

use crate::error::Error;
use crate::expression::Cache;
use crate::input_shape;
use crate::request::constraint::Violations;
use crate::request::consumed_capacity::ReturnConsumedCapacity;
use crate::request::context::Context;
use crate::request::expression_attributes::{ExpressionAttributes, ExpressionMembers};
use crate::request::index_read::{IndexRead, SCAN_REFUSED, refuse_vector_index};
use crate::request::legacy::{AttributesToGet, Condition, Entries, Filter};
use crate::request::page_options::{BegunAnswer, PageOptions, PageOutput, Select};
use crate::request::query::starting_key;
use crate::request::table_name::TableName;
use crate::store::Direction;
use crate::table::{Consistency, HashRange, KeySpan, PagePlan, PageRest};
use crate::value::{IndexKey, Item, Key, Value};
use crate::wire::Checked;

input_shape! {
    /// What a caller sends.
    pub struct ScanInput {
        table_name: String = "TableName",
        index_name: String = "IndexName",
        select: String = "Select",
        limit: i32 = "Limit",
        consistent_read: bool = "ConsistentRead",
        exclusive_start_key: Checked<Item> = "ExclusiveStartKey",
        segment: i32 = "Segment",
        total_segments: i32 = "TotalSegments",
        return_consumed_capacity: String = "ReturnConsumedCapacity",
        projection_expression: String = "ProjectionExpression",
        filter_expression: String = "FilterExpression",
        expression_attribute_names: Vec<(String, String)> = "ExpressionAttributeNames",
        expression_attribute_values: Vec<(String, Checked<Value>)> = "ExpressionAttributeValues",
        attributes_to_get: Vec<String> = "AttributesToGet",
        scan_filter: Entries<Condition> = "ScanFilter",
        conditional_operator: String = "ConditionalOperator",
    }
}

/// One segment of a parallel scan: an equal share of the hash space.
#[derive(Clone, Copy)]
struct Segment {
    /// Zero-based.
    number: u32,
    total: u32,
}

impl Segment {
    fn span(self) -> KeySpan {
        KeySpan::of_hashes(HashRange::segment(self.number, self.total))
    }
}

/// A Scan that passed every check that needs no table.
pub struct Scan {
    table: TableName,
    index_name: Option<String>,
    segment: Option<Segment>,
    options: PageOptions,
    consistency: Consistency,
    return_consumed_capacity: ReturnConsumedCapacity,
}

/// Segments of a parallel scan (API reference of Scan).
const TOTAL_SEGMENTS_MAX: i64 = 1_000_000;

impl Scan {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: ScanInput, cache: &Cache) -> Result<Self, Error> {
        let table = TableName::new(input.table_name)?;
        let mut violations = Violations::default();
        let select = Select::read(&mut violations, input.select.as_deref());
        let index_name = input.index_name;
        violations.length("indexName", index_name.as_deref(), 3, 255);
        violations.name_pattern("indexName", index_name.as_deref());
        violations.at_least("totalSegments", input.total_segments.map(i64::from), 1);
        violations.at_most("totalSegments", input.total_segments.map(i64::from), TOTAL_SEGMENTS_MAX);
        let return_consumed_capacity =
            ReturnConsumedCapacity::read(&mut violations, input.return_consumed_capacity.as_deref());
        let operator = input.conditional_operator.as_deref();
        let legacy_filter = Filter::read(&mut violations, "scanFilter", input.scan_filter, operator);
        violations.at_least("limit", input.limit.map(i64::from), 1);
        violations.at_least("segment", input.segment.map(i64::from), 0);
        violations.at_most("segment", input.segment.map(i64::from), TOTAL_SEGMENTS_MAX - 1);
        let attributes_to_get =
            AttributesToGet::read(&mut violations, "attributesToGet", input.attributes_to_get);
        violations.finish()?;
        let expressions = [
            ("ProjectionExpression", input.projection_expression.as_deref()),
            ("FilterExpression", input.filter_expression.as_deref()),
        ];
        let members = ExpressionMembers {
            expressions: &expressions,
            legacy: &[
                ("AttributesToGet", attributes_to_get.is_given()),
                ("ScanFilter", legacy_filter.is_given()),
                ("ConditionalOperator", legacy_filter.has_operator()),
            ],
        };
        let attributes = ExpressionAttributes::new(
            &members,
            input.expression_attribute_names,
            input.expression_attribute_values,
        )?;
        legacy_filter.check_operator()?;
        let projecting = attributes_to_get.projecting(input.projection_expression.as_deref());
        let legacy_projection = attributes_to_get.projection()?;
        let legacy_filter = legacy_filter.condition()?;
        let start = starting_key(input.exclusive_start_key)?;
        let segment = read_segment(input.segment, input.total_segments)?;
        let mut binder = attributes.binder(cache)?;
        let filter = input.filter_expression.as_deref();
        let filter = filter.map(|text| binder.condition("FilterExpression", text)).transpose()?;
        let projection =
            input.projection_expression.as_deref().map(|text| binder.projection(text)).transpose()?;
        binder.finish()?;
        let (filter, projection) = (filter.or(legacy_filter), projection.or(legacy_projection));
        Select::check(select, projecting, index_name.is_some())?;
        let count_only = select == Some(Select::Count);
        let all_attributes = select == Some(Select::AllAttributes);
        let limit = input.limit.and_then(|limit| usize::try_from(limit).ok());
        Ok(Self {
            table,
            index_name,
            segment,
            options: PageOptions { count_only, all_attributes, projection, filter, limit, start },
            consistency: Consistency::requested(input.consistent_read),
            return_consumed_capacity,
        })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// The exceptions of Scan.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<PageOutput, Error> {
        match self.begin(context)? {
            BegunAnswer::Whole(answer) => Ok(answer),
            BegunAnswer::Rest(rest) => self.finish(*rest, context),
        }
    }

    /// Begins to carry the request out, and does it where its page is short.
    ///
    /// # Errors
    /// The exceptions of Scan.
    pub fn begin(&self, context: &mut Context<'_>) -> Result<BegunAnswer<'_>, Error> {
        let mut reading = context.tables.reading(self.table.name(), context.now)?;
        let table = &*reading.table;
        refuse_vector_index(table, self.index_name.as_ref(), self.consistency, SCAN_REFUSED)?;
        let index = IndexRead::find(table, self.index_name.as_ref(), self.consistency)?;
        let (start, fetches) = match &index {
            None => (self.options.start_key(table.schema())?.map(Key::into_bytes), false),
            Some(index) => {
                let start = index.scan_start(&self.options)?;
                (start.map(IndexKey::into_bytes), index.fetches(&self.options)?)
            }
        };
        let span = self.span(start.as_deref())?;
        self.options.check_projection(table)?;
        self.options.check_filter(table)?;
        let plan = PagePlan {
            span,
            direction: Direction::Forward,
            limit: self.options.limit,
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
    /// The exceptions of Scan.
    pub fn finish(&self, rest: PageRest<'_>, context: &mut Context<'_>) -> Result<PageOutput, Error> {
        self.options.finish(rest, (self.return_consumed_capacity, &self.table), context)
    }

    /// The keys of the segment behind the one the scan starts at.
    fn span(&self, start: Option<&[u8]>) -> Result<KeySpan, Error> {
        let mut span = self.segment.map_or_else(KeySpan::everything, Segment::span);
        if let Some(start) = start {
            if let Some(segment) = self.segment.filter(|_| !span.contains(start)) {
                return Err(Error::Validation(format!(
                    "The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey \
                     with correct Segment. TotalSegments: {} Segment: {}",
                    segment.total, segment.number
                )));
            }
            span.start_behind(start, Direction::Forward);
        }
        Ok(span)
    }
}

fn read_segment(segment: Option<i32>, total: Option<i32>) -> Result<Option<Segment>, Error> {
    match (segment, total) {
        (None, None) => Ok(None),
        (Some(_), None) => Err(Error::validation(
            "The TotalSegments parameter is required but was not present in the request when Segment parameter is present",
        )),
        (None, Some(_)) => Err(Error::validation(
            "The Segment parameter is required but was not present in the request when parameter TotalSegments is present",
        )),
        (Some(segment), Some(total)) if segment >= total => Err(Error::Validation(format!(
            "The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: {segment} is \
             not less than TotalSegments: {total}"
        ))),
        (Some(segment), Some(total)) => {
            Ok(Some(Segment { number: segment.unsigned_abs(), total: total.unsigned_abs() }))
        }
    }
}
