//! Reading pages of a `SELECT`.

use super::next_token::PagePosition;
use super::read_plan::{Read, ReadPlan, filter_of};
use crate::error::Error;
use crate::expression::{Columns, SelectStatement};
use crate::request::index_read::IndexRead;
use crate::table::{Consistency, Consumed, PagePlan, Reading, Table};
use crate::value::Item;
use crate::wire::Document;

/// What a request wants of a `SELECT`.
pub struct SelectOptions {
    /// How many items are evaluated at most.
    pub limit: Option<usize>,
    /// What the read costs.
    pub consistency: Consistency,
    /// Where the page begins.
    pub start: Option<PagePosition>,
}

/// A page of a `SELECT`.
pub struct Selected {
    /// The items that the clause wants, with the columns asked for.
    pub documents: Vec<Document>,
    /// Where the next page begins.
    pub next: Option<PagePosition>,
    /// The key of the last evaluated item where the page ended early.
    pub last_key: Option<Item>,
    /// What the page cost.
    pub consumed: Consumed,
}

/// The index that a statement names, with the rules for reading it.
///
/// # Errors
/// `ValidationException`.
pub fn read_of<'a>(
    table: &'a Table,
    index: Option<&String>,
    consistency: Consistency,
) -> Result<Read<'a>, Error> {
    let Some(name) = index else { return Ok(Read { table, index: None }) };
    // Query adds the index's name to this text, statements do not (measured).
    if !table.indexes().iter().any(|index| index.name() == name) {
        return Err(Error::validation("The table does not have the specified index"));
    }
    let position = table.readable_index(name)?;
    if consistency == Consistency::Strong && table.indexes()[position].is_global() {
        return Err(Error::validation(
            "Strongly consistent read is not supported on Global Secondary Indexes",
        ));
    }
    Ok(Read { table, index: Some(IndexRead::at(table, position)) })
}

/// Plans a `SELECT` and says whether whole items are fetched for entries of a local index.
///
/// # Errors
/// `ValidationException`.
pub fn plan(read: Read<'_>, statement: &SelectStatement) -> Result<(ReadPlan, bool), Error> {
    let columns = statement.columns.as_deref();
    let fetches = match read.index {
        None => Ok(false),
        Some(index) => index.fetches_for(columns.into_iter().flat_map(Columns::top_level_names)),
    }?;
    let nested = columns.into_iter().flat_map(Columns::nested_names);
    let filter = statement.filter.as_ref().map(|filter| filter.condition().nested_names());
    read.table.refuse_nested(nested.chain(filter.into_iter().flatten()))?;
    Ok((read.plan(statement)?, fetches))
}

/// Reads a page.
///
/// # Errors
/// `ValidationException`, a throughput exception, or `InternalServerError`.
pub fn select(
    reading: &mut Reading<'_>,
    index: Option<&String>,
    statement: &SelectStatement,
    options: SelectOptions,
) -> Result<Selected, Error> {
    let SelectOptions { mut limit, consistency, start } = options;
    let read = read_of(reading.table, index, consistency)?;
    let (mut plan, fetches) = plan(read, statement)?;
    let index = read.index.map(|index| index.position());
    let first = start.as_ref().map_or(0, |start| start.range);
    if let Some(start) = &start {
        let range = plan.ranges.get_mut(first).ok_or_else(super::next_token::mismatch)?;
        range.span.start_behind(&start.key, plan.direction);
    }
    let mut selected =
        Selected { documents: Vec::new(), next: None, last_key: None, consumed: Consumed::default() };
    let mut bytes = 0;
    for (position, range) in plan.ranges.iter().enumerate().skip(first) {
        let page = reading.page(&PagePlan {
            span: range.span.clone(),
            direction: plan.direction,
            limit,
            filter: filter_of(range, statement.filter.as_ref()),
            projection: None,
            count_only: false,
            consistency,
            index,
            fetches,
            bytes_before: bytes,
        })?;
        selected.consumed.add(&page.consumed);
        selected.documents.extend(page.documents);
        bytes += page.bytes;
        limit = limit.map(|limit| limit.saturating_sub(usize::try_from(page.scanned_count).unwrap_or(0)));
        if let Some(last_key) = page.last_key {
            let key = PagePosition::key_of(reading.table, index, last_key.as_ref())?;
            selected.next = Some(PagePosition { range: position, key });
            selected.last_key = Some(last_key);
            break;
        }
    }
    project(&mut selected.documents, statement.columns.as_deref());
    Ok(selected)
}

/// Cuts items down to the columns asked for.
pub fn project(documents: &mut [Document], columns: Option<&Columns>) {
    let Some(columns) = columns else { return };
    for document in documents {
        *document = Document::Built(columns.project(document.as_ref()));
    }
}
