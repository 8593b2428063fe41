//! The members that Query and Scan share.

use crate::error::Error;
use crate::expression::{Condition, Projection, SortCondition};
use crate::output_shape;
use crate::request::constraint::Violations;
use crate::request::consumed_capacity::{ConsumedCapacity, ReturnConsumedCapacity};
use crate::request::context::Context;
use crate::request::table_name::TableName;
use crate::table::{
    BegunPage, IndexDefinition, KeyAttribute, KeySchema, Page, PagePlan, PageRest, Reading, Table,
};
use crate::value::{Item, Key, Value, ValueRef, View, check_key_lengths, key_length};
use crate::wire::Document;

/// What a read returns of each item.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Select {
    /// Whole items.
    AllAttributes,
    /// What the index projects.
    AllProjectedAttributes,
    /// What the projection names.
    SpecificAttributes,
    /// Only how many.
    Count,
}

impl Select {
    /// Reads the member of the same name.
    pub fn read(violations: &mut Violations, given: Option<&str>) -> Option<Self> {
        let choices = [
            ("SPECIFIC_ATTRIBUTES", Self::SpecificAttributes),
            ("COUNT", Self::Count),
            ("ALL_ATTRIBUTES", Self::AllAttributes),
            ("ALL_PROJECTED_ATTRIBUTES", Self::AllProjectedAttributes),
        ];
        violations.choice("select", given, &choices)
    }

    /// Checks a choice against the projection and the index of the request. `projecting` is the parameter that
    /// projects, if one does.
    ///
    /// # Errors
    /// `ValidationException` where they exclude each other.
    pub fn check(
        selected: Option<Self>,
        projecting: Option<&'static str>,
        has_index: bool,
    ) -> Result<(), Error> {
        let name = match selected {
            Some(Self::SpecificAttributes) if projecting.is_none() => {
                return Err(Error::validation(
                    "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES",
                ));
            }
            Some(Self::AllProjectedAttributes) if !has_index => {
                return Err(Error::validation(
                    "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName",
                ));
            }
            Some(Self::AllAttributes) => "ALL_ATTRIBUTES",
            Some(Self::AllProjectedAttributes) => "ALL_PROJECTED_ATTRIBUTES",
            Some(Self::Count) => "only the Count",
            Some(Self::SpecificAttributes) | None => return Ok(()),
        };
        match projecting {
            None => Ok(()),
            Some(parameter) => {
                Err(Error::Validation(format!("Cannot specify the {parameter} when choosing to get {name}")))
            }
        }
    }
}

/// What has become of a Query or Scan that was begun.
pub enum BegunAnswer<'a> {
    /// It is done.
    Whole(PageOutput),
    /// Its page is long.
    Rest(Box<PageRest<'a>>),
}

/// The checked members that Query and Scan share.
pub struct PageOptions {
    /// Whether only the count is wanted.
    pub count_only: bool,
    /// Whether whole items are asked for by name, even of an index that does not have them.
    pub all_attributes: bool,
    /// What each item is cut down to.
    pub projection: Option<Projection>,
    /// Which evaluated items are returned.
    pub filter: Option<Condition>,
    /// How many items are evaluated at most.
    pub limit: Option<usize>,
    /// The key to start behind.
    pub start: Option<Item>,
}

impl PageOptions {
    /// The key to start behind, checked against a table's schema.
    ///
    /// # Errors
    /// `ValidationException` on a key that is not the table's.
    pub fn start_key(&self, schema: &KeySchema) -> Result<Option<Key>, Error> {
        let Some(start) = &self.start else { return Ok(None) };
        match schema.key_alone(start.as_ref()) {
            Ok(key) => Ok(Some(key)),
            Err(Error::Validation(text)) => {
                Err(Error::Validation(format!("The provided starting key is invalid: {text}")))
            }
            Err(error) => Err(error),
        }
    }

    /// The sort key of the key a page begins behind.
    #[must_use]
    pub fn start_sort(&self, schema: &KeySchema) -> Option<ValueRef<'_>> {
        self.start.as_ref()?.as_ref().get(&schema.sort.as_ref()?.name)
    }

    /// Refuses paths below key attributes in the projection.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn check_projection(&self, table: &Table) -> Result<(), Error> {
        self.projection.as_ref().map_or(Ok(()), |projection| table.refuse_nested(projection.nested_names()))
    }

    /// Refuses paths below key attributes in the filter.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn check_filter(&self, table: &Table) -> Result<(), Error> {
        self.filter.as_ref().map_or(Ok(()), |filter| table.refuse_nested(filter.nested_names()))
    }

    /// Refuses a query's filter of an attribute that `is_key` takes for a key of what is read.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn refuse_key_filter(&self, is_key: impl Fn(&str) -> bool) -> Result<(), Error> {
        let Some(filter) = &self.filter else { return Ok(()) };
        match filter.top_level_names().find(|name| is_key(name)) {
            None => Ok(()),
            Some(name) => Err(Error::Validation(format!(
                "{} can only contain non-primary key attributes: Primary key attribute: {name}",
                if filter.is_legacy() { "QueryFilter" } else { "Filter Expression" }
            ))),
        }
    }

    /// Begins the page that Query or Scan have planned, and answers it where it is short.
    ///
    /// # Errors
    /// As [`Reading::page`].
    pub fn begin<'a>(
        &self,
        reading: &mut Reading<'_>,
        plan: PagePlan<'a>,
        capacity: (ReturnConsumedCapacity, &TableName),
    ) -> Result<BegunAnswer<'a>, Error> {
        let index = plan.index;
        Ok(match reading.begin_page(plan)? {
            BegunPage::Rest(rest) => BegunAnswer::Rest(rest),
            BegunPage::Whole(page) => {
                let index = index.map(|position| reading.table.indexes()[position].definition());
                BegunAnswer::Whole(self.answer(page, index, capacity))
            }
        })
    }

    /// Answers a long page at its end.
    ///
    /// # Errors
    /// As [`Reading::page`].
    pub fn finish(
        &self,
        rest: PageRest<'_>,
        capacity: (ReturnConsumedCapacity, &TableName),
        context: &mut Context<'_>,
    ) -> Result<PageOutput, Error> {
        let index = rest.index().cloned();
        let mut reading = context.tables.resume_reading(&rest, context.now);
        let page = rest.finish(reading.as_mut())?;
        Ok(self.answer(page, index.as_ref(), capacity))
    }

    fn answer(
        &self,
        page: Page,
        index: Option<&IndexDefinition>,
        (wanted, table): (ReturnConsumedCapacity, &TableName),
    ) -> PageOutput {
        let consumed_capacity = wanted.answer_page(table, index, &page.consumed);
        PageOutput {
            items: (!self.count_only).then_some(page.documents),
            count: Some(page.count),
            scanned_count: Some(page.scanned_count),
            last_evaluated_key: page.last_key,
            consumed_capacity: consumed_capacity.map(Box::new),
        }
    }
}

/// Refuses an empty value in a key condition.
///
/// # Errors
/// `ValidationException`.
pub fn refuse_empty(attribute: &KeyAttribute, value: &Value) -> Result<(), Error> {
    let kind = match value.as_ref().view() {
        View::S("") => "string",
        View::B(b"") => "binary",
        _ => return Ok(()),
    };
    Err(Error::Validation(format!(
        "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty \
         {kind} value. Key: {}",
        attribute.name
    )))
}

/// Refuses values of a key condition that are longer than a key may be; those of several attributes count together,
/// as they do in a key. The values have types of keys.
///
/// # Errors
/// `ValidationException`.
pub fn refuse_long(partition: &[Value], equal: &[Value], sort: Option<&SortCondition>) -> Result<(), Error> {
    let length = |value: &Value| key_length(value.as_ref()).unwrap_or(0);
    let partition = partition.iter().map(length).sum();
    let equal: usize = equal.iter().map(length).sum();
    let last = sort.into_iter().flat_map(SortCondition::values).map(length).max();
    check_key_lengths(partition, equal + last.unwrap_or(0))
        .map_err(|error| Error::Validation(error.to_string()))
}

output_shape! {
    /// What a caller of Query or Scan gets.
    pub struct PageOutput {
        items: Vec<Document> = "Items",
        count: i64 = "Count",
        scanned_count: i64 = "ScannedCount",
        last_evaluated_key: Item = "LastEvaluatedKey",
        consumed_capacity: Box<ConsumedCapacity> = "ConsumedCapacity",
    }
}
