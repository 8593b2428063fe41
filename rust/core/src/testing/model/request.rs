//! Requests as structures, which both the model and the writer of JSON read.

use super::condition::{Comparator, Condition};
use super::path::Path;
use super::tree::{Attributes, Tree};
use super::update::Update;

/// `ReturnConsumedCapacity`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CapacityWanted {
    /// The member is absent.
    Absent,
    /// `TOTAL`
    Total,
    /// `INDEXES`
    Indexes,
}

/// What single writes have besides what they write.
#[derive(Clone, Debug)]
pub struct WriteTerms {
    /// `ConditionExpression`
    pub condition: Option<Condition>,
    /// `ReturnValues`
    pub return_values: Option<&'static str>,
    /// `ReturnValuesOnConditionCheckFailure` = `ALL_OLD`
    pub item_on_failure: bool,
    /// `ReturnConsumedCapacity`
    pub capacity: CapacityWanted,
}

/// A condition on the sort key.
#[derive(Clone, Debug)]
pub enum SortTerm {
    /// A comparison, never `<>`.
    Compare(Comparator, Tree),
    /// `BETWEEN`
    Between(Tree, Tree),
    /// `begins_with`
    BeginsWith(Tree),
}

/// What Query and Scan share.
#[derive(Clone, Debug)]
pub struct PageTerms {
    /// `FilterExpression`
    pub filter: Option<Condition>,
    /// `ProjectionExpression`
    pub projection: Vec<Path>,
    /// `Select` = `COUNT`
    pub count_only: bool,
    /// `Limit`
    pub limit: Option<usize>,
    /// `ExclusiveStartKey`
    pub start: Option<Attributes>,
    /// `ConsistentRead`
    pub consistent: bool,
    /// `ReturnConsumedCapacity`
    pub capacity: CapacityWanted,
}

/// One write of a batch.
#[derive(Clone, Debug)]
pub enum BatchWrite {
    /// A whole item.
    Put(Attributes),
    /// A key.
    Delete(Attributes),
}

/// The keys of one table in a batch of reads.
#[derive(Clone, Debug)]
pub struct BatchRead {
    /// `Keys`
    pub keys: Vec<Attributes>,
    /// `ConsistentRead`
    pub consistent: bool,
    /// `ProjectionExpression`
    pub projection: Vec<Path>,
}

/// A request of the data plane.
#[derive(Clone, Debug)]
pub enum Request {
    /// PutItem.
    Put {
        /// `TableName`
        table: String,
        /// `Item`
        item: Attributes,
        /// The rest.
        terms: WriteTerms,
    },
    /// GetItem.
    Get {
        /// `TableName`
        table: String,
        /// `Key`
        key: Attributes,
        /// `ConsistentRead`
        consistent: bool,
        /// `ProjectionExpression`
        projection: Vec<Path>,
        /// `ReturnConsumedCapacity`
        capacity: CapacityWanted,
    },
    /// DeleteItem.
    Delete {
        /// `TableName`
        table: String,
        /// `Key`
        key: Attributes,
        /// The rest.
        terms: WriteTerms,
    },
    /// UpdateItem.
    Update {
        /// `TableName`
        table: String,
        /// `Key`
        key: Attributes,
        /// `UpdateExpression`, absent where there are no actions.
        update: Update,
        /// The rest.
        terms: WriteTerms,
    },
    /// Query.
    Query {
        /// `TableName`
        table: String,
        /// The partition key's value.
        partition: Tree,
        /// The condition on the sort key.
        sort: Option<SortTerm>,
        /// `ScanIndexForward`
        forward: bool,
        /// The rest.
        terms: PageTerms,
    },
    /// Scan.
    Scan {
        /// `TableName`
        table: String,
        /// `Segment` and `TotalSegments`
        segment: Option<(usize, usize)>,
        /// The rest.
        terms: PageTerms,
    },
    /// BatchGetItem.
    BatchGet {
        /// `RequestItems`
        tables: Vec<(String, BatchRead)>,
        /// `ReturnConsumedCapacity`
        capacity: CapacityWanted,
    },
    /// BatchWriteItem.
    BatchWrite {
        /// `RequestItems`
        tables: Vec<(String, Vec<BatchWrite>)>,
        /// `ReturnConsumedCapacity`
        capacity: CapacityWanted,
    },
}

impl Request {
    /// The operation's name.
    #[must_use]
    pub fn operation(&self) -> &'static str {
        match self {
            Self::Put { .. } => "PutItem",
            Self::Get { .. } => "GetItem",
            Self::Delete { .. } => "DeleteItem",
            Self::Update { .. } => "UpdateItem",
            Self::Query { .. } => "Query",
            Self::Scan { .. } => "Scan",
            Self::BatchGet { .. } => "BatchGetItem",
            Self::BatchWrite { .. } => "BatchWriteItem",
        }
    }
}
