//! Tables: their keys, their items, what they may consume, and how their capacity follows the load.

pub mod account;
mod account_metrics;
mod author;
pub mod autoscale;
mod backup;
mod bulk;
pub mod capacity;
mod capacity_limits;
mod catalog;
mod changes;
mod collection;
mod consumed;
mod consumption;
mod continuous_backups;
mod contributor_insights;
mod contributors;
mod deletion_protection;
mod encryption;
mod events;
mod index;
mod index_changes;
mod item_limits;
mod key_span;
mod kinesis;
pub mod meter;
mod metrics;
mod observed;
mod on_demand;
mod page_rest;
pub mod partition;
mod past;
mod persistence;
mod prometheus;
mod provision;
mod published;
mod read;
pub(crate) mod record;
mod refusal;
mod replay;
mod replication;
mod resource_policy;
mod restore;
mod schedule;
mod schema;
mod state;
mod stream;
mod table_class;
mod table_update;
mod tables;
mod tags;
pub mod throughput;
mod time_to_live;
pub mod token_bucket;
mod traffic;
mod transaction;
mod transfer;
mod transitions;
mod vector;
mod wakeup;
mod walk;
mod warm_throughput;
mod write;

pub use author::{Author, Identity};
pub use autoscale::AutoScaling;
pub use backup::{Backup, BackupFilter, BackupPlace, BackupType, SourceIndex, SourceTable, backup_not_found};
pub use bulk::{
    BulkOperation, BulkOperations, BulkRequest, BulkState, CompressionType, InputFormat, OutputType,
    PerformanceTier, S3Input, S3Output, SseAlgorithm,
};
pub use capacity::{CapacityUnits, Consistency};
pub use catalog::{Definition, State, Table, TableChange};
pub use consumed::Consumed;
pub use continuous_backups::{PointInTimeRecovery, RECOVERY_DAYS_MAX, recovery_unavailable};
pub use contributor_insights::{ContributorInsights, InsightRule, InsightsMode, InsightsView};
pub use contributors::{Contribution, ContributorMinute, Contributors};
pub use encryption::{Encryption, EncryptionKey};
pub use index::{
    Index, IndexDefinition, IndexKeys, IndexKind, IndexState, KEY_ATTRIBUTES_MAX, NewIndex, Origin,
    Projection,
};
pub use item_limits::{PUT_TOO_LARGE, check_item_size};
pub use key_span::KeySpan;
pub use kinesis::{CreationPrecision, KinesisBatch, KinesisDestination};
pub use observed::KinesisOutcome;
pub use on_demand::{OnDemandChange, OnDemandMaximum};
pub use page_rest::PageRest;
pub use partition::HashRange;
pub use past::{PastChange, PastHold, PastMoment, PastPage};
pub use provision::NewLimits;
pub use published::{NAMESPACE, Span, is_published, unit_of};
pub use read::{BegunPage, ENTRIES_AT_ONCE, Page, Reading};
pub use refusal::not_found;
pub use replay::Replay;
pub use replication::{
    ArrivingItem, CopiedItem, CopyPlace, GlobalTable, GlobalTableUpdate, GlobalTableVersion,
    IndexReadCapacity, MultiRegionConsistency, NumberedSetting, Outgoing, OutgoingChange, PENDING_MAX,
    PeerPlace, Replica, ReplicaSettings, ReplicaStatus, ReplicaUpdate, Revision, SettingChange, Version,
    Witness, WitnessUpdate, retry_pause,
};
pub use resource_policy::{POLICY_BYTES_MAX, Policy, PolicyDocument, ResourcePolicy};
pub use restore::RestoreOrigin;
pub use schema::{KeyAttribute, KeySchema, is_empty_key_value};
pub use stream::{
    LatestStream, Shard, ShardPosition, ShardProgress, Stream, StreamChange, StreamImage, StreamPage,
    StreamRecord, StreamView,
};
pub use table_class::{ClassHistory, TableClass};
pub use table_update::{
    GLOBAL_INDEXES_MAX, IndexCapacity, IndexUpdate, TableUpdate, refuse_too_many_included,
};
pub use tables::{BACKFILL_ITEMS_PER_SECOND, NewIndexes, Settings, Tables};
pub use tags::{TAGS_MAX, Tags, too_many_tags};
pub use time_to_live::TimeToLive;
pub use traffic::MeteredOperation;
pub use transaction::{TokenUse, Transacted, TransactionPlan, TransactionToken};
pub use transfer::{
    CsvFormat, ExportHolds, ExportItems, ExportOrder, ExportPage, ExportReport, Failure, ImageView,
    ItemFault, Job, LoadItem, LoadOrder, LoadReport, NO_SUCH_BUCKET, ObjectFormat, ObjectSource, Order,
    OutputFormat, Period, Report, Snapshot, export_ranges,
};
pub use vector::{
    DIMENSIONS_MAX, DistanceFunction, INLINE_FILTERS_MAX, Nearest, Neighbor, NewVectorIndex, PROJECTED_MAX,
    SearchElementType, SearchPlan, SearchSchema, VECTOR_INDEXES_MAX, VectorIndex, VectorIndexDefinition,
    VectorUpdate, search_bytes,
};
pub use walk::PagePlan;
pub use warm_throughput::{WarmRequest, WarmThroughput};
pub use write::{Change, WritePlan, Writing, Written};
