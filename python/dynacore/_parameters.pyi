"""Parameters of the operations, for type checkers only: there is no such module at run time."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, Protocol, TypeAlias

from typing_extensions import Required, TypedDict

class ConditionObject(Protocol):
    """A condition of dynacore's or of boto3's."""

    def get_expression(self) -> Any: ...

# The text of an expression; with the resource also a condition.
Expression: TypeAlias = str | ConditionObject

Timestamp: TypeAlias = datetime | float | str

# DynamoDB

class BatchExecuteStatementRequest(TypedDict, total=False):
    """BatchExecuteStatement."""

    Statements: Required[Sequence[Mapping[str, Any]]]
    ReturnConsumedCapacity: Literal["INDEXES", "TOTAL", "NONE"]

class BatchGetItemRequest(TypedDict, total=False):
    """BatchGetItem."""

    RequestItems: Required[Mapping[str, Any]]
    ReturnConsumedCapacity: Literal["INDEXES", "TOTAL", "NONE"]

class BatchWriteItemRequest(TypedDict, total=False):
    """BatchWriteItem."""

    RequestItems: Required[Mapping[str, Any]]
    ReturnConsumedCapacity: Literal["INDEXES", "TOTAL", "NONE"]
    ReturnItemCollectionMetrics: Literal["SIZE", "NONE"]

class CancelBulkOperationRequest(TypedDict, total=False):
    """CancelBulkOperation."""

    BulkOperationArn: Required[str]

class CreateBackupRequest(TypedDict, total=False):
    """CreateBackup."""

    TableName: Required[str]
    BackupName: Required[str]

class CreateGlobalTableRequest(TypedDict, total=False):
    """CreateGlobalTable."""

    GlobalTableName: Required[str]
    ReplicationGroup: Required[Sequence[Mapping[str, Any]]]

class CreateTableRequest(TypedDict, total=False):
    """CreateTable."""

    AttributeDefinitions: Sequence[Mapping[str, Any]]
    TableName: Required[str]
    KeySchema: Sequence[Mapping[str, Any]]
    LocalSecondaryIndexes: Sequence[Mapping[str, Any]]
    GlobalSecondaryIndexes: Sequence[Mapping[str, Any]]
    BillingMode: Literal["PROVISIONED", "PAY_PER_REQUEST"]
    ProvisionedThroughput: Mapping[str, Any]
    StreamSpecification: Mapping[str, Any]
    SSESpecification: Mapping[str, Any]
    Tags: Sequence[Mapping[str, Any]]
    TableClass: Literal["STANDARD", "STANDARD_INFREQUENT_ACCESS"]
    DeletionProtectionEnabled: bool
    WarmThroughput: Mapping[str, Any]
    ResourcePolicy: str
    OnDemandThroughput: Mapping[str, Any]
    GlobalTableSourceArn: str
    GlobalTableSettingsReplicationMode: Literal["ENABLED", "DISABLED", "ENABLED_WITH_OVERRIDES"]
    VectorIndexes: Sequence[Mapping[str, Any]]

class DeleteBackupRequest(TypedDict, total=False):
    """DeleteBackup."""

    BackupArn: Required[str]

class DeleteItemParameters(TypedDict, total=False):
    """DeleteItem, of a table that is known."""

    Key: Required[Mapping[str, Any]]
    Expected: Mapping[str, Any]
    ConditionalOperator: Literal["AND", "OR"]
    ReturnValues: Literal["NONE", "ALL_OLD", "UPDATED_OLD", "ALL_NEW", "UPDATED_NEW"]
    ReturnConsumedCapacity: Literal["INDEXES", "TOTAL", "NONE"]
    ReturnItemCollectionMetrics: Literal["SIZE", "NONE"]
    ConditionExpression: Expression
    ExpressionAttributeNames: Mapping[str, Any]
    ExpressionAttributeValues: Mapping[str, Any]
    ReturnValuesOnConditionCheckFailure: Literal["ALL_OLD", "NONE"]

class DeleteItemRequest(DeleteItemParameters):
    """DeleteItem."""

    TableName: Required[str]

class DeleteResourcePolicyRequest(TypedDict, total=False):
    """DeleteResourcePolicy."""

    ResourceArn: Required[str]
    ExpectedRevisionId: str

class DeleteTableParameters(TypedDict, total=False):
    """DeleteTable, of a table that is known."""

class DeleteTableRequest(DeleteTableParameters):
    """DeleteTable."""

    TableName: Required[str]

class DescribeBackupRequest(TypedDict, total=False):
    """DescribeBackup."""

    BackupArn: Required[str]

class DescribeBulkOperationRequest(TypedDict, total=False):
    """DescribeBulkOperation."""

    BulkOperationArn: Required[str]

class DescribeContinuousBackupsRequest(TypedDict, total=False):
    """DescribeContinuousBackups."""

    TableName: Required[str]

class DescribeContributorInsightsRequest(TypedDict, total=False):
    """DescribeContributorInsights."""

    TableName: Required[str]
    IndexName: str

class DescribeEndpointsRequest(TypedDict, total=False):
    """DescribeEndpoints."""

class DescribeExportRequest(TypedDict, total=False):
    """DescribeExport."""

    ExportArn: Required[str]

class DescribeGlobalTableRequest(TypedDict, total=False):
    """DescribeGlobalTable."""

    GlobalTableName: Required[str]

class DescribeGlobalTableSettingsRequest(TypedDict, total=False):
    """DescribeGlobalTableSettings."""

    GlobalTableName: Required[str]

class DescribeImportRequest(TypedDict, total=False):
    """DescribeImport."""

    ImportArn: Required[str]

class DescribeKinesisStreamingDestinationRequest(TypedDict, total=False):
    """DescribeKinesisStreamingDestination."""

    TableName: Required[str]

class DescribeLimitsRequest(TypedDict, total=False):
    """DescribeLimits."""

class DescribeTableRequest(TypedDict, total=False):
    """DescribeTable."""

    TableName: Required[str]

class DescribeTableReplicaAutoScalingRequest(TypedDict, total=False):
    """DescribeTableReplicaAutoScaling."""

    TableName: Required[str]

class DescribeTimeToLiveRequest(TypedDict, total=False):
    """DescribeTimeToLive."""

    TableName: Required[str]

class DisableKinesisStreamingDestinationRequest(TypedDict, total=False):
    """DisableKinesisStreamingDestination."""

    TableName: Required[str]
    StreamArn: Required[str]
    EnableKinesisStreamingConfiguration: EnableKinesisStreamingConfigurationParameters

class EnableKinesisStreamingConfigurationParameters(TypedDict, total=False):
    """How records tell their time."""

    ApproximateCreationDateTimePrecision: Literal["MILLISECOND", "MICROSECOND"]

class EnableKinesisStreamingDestinationRequest(TypedDict, total=False):
    """EnableKinesisStreamingDestination."""

    TableName: Required[str]
    StreamArn: Required[str]
    EnableKinesisStreamingConfiguration: EnableKinesisStreamingConfigurationParameters

class ExecuteStatementRequest(TypedDict, total=False):
    """ExecuteStatement."""

    Statement: Required[str]
    Parameters: Sequence[Any]
    ConsistentRead: bool
    NextToken: str
    ReturnConsumedCapacity: Literal["INDEXES", "TOTAL", "NONE"]
    Limit: int
    ReturnValuesOnConditionCheckFailure: Literal["ALL_OLD", "NONE"]

class ExecuteTransactionRequest(TypedDict, total=False):
    """ExecuteTransaction."""

    TransactStatements: Required[Sequence[Mapping[str, Any]]]
    ClientRequestToken: str
    ReturnConsumedCapacity: Literal["INDEXES", "TOTAL", "NONE"]

class GetItemParameters(TypedDict, total=False):
    """GetItem, of a table that is known."""

    Key: Required[Mapping[str, Any]]
    AttributesToGet: Sequence[str]
    ConsistentRead: bool
    ReturnConsumedCapacity: Literal["INDEXES", "TOTAL", "NONE"]
    ProjectionExpression: str
    ExpressionAttributeNames: Mapping[str, Any]

class GetItemRequest(GetItemParameters):
    """GetItem."""

    TableName: Required[str]

class ExportTableToPointInTimeRequest(TypedDict, total=False):
    """ExportTableToPointInTime."""

    TableArn: Required[str]
    ExportTime: Timestamp
    ClientToken: str
    S3Bucket: Required[str]
    S3BucketOwner: str
    S3Prefix: str
    S3SseAlgorithm: Literal["AES256", "KMS"]
    S3SseKmsKeyId: str
    ExportFormat: Literal["DYNAMODB_JSON", "ION"]
    ExportType: Literal["FULL_EXPORT", "INCREMENTAL_EXPORT"]
    IncrementalExportSpecification: Mapping[str, Any]
    FilterSpecification: Mapping[str, Any]

class GetResourcePolicyRequest(TypedDict, total=False):
    """GetResourcePolicy."""

    ResourceArn: Required[str]

class ImportTableRequest(TypedDict, total=False):
    """ImportTable."""

    ClientToken: str
    S3BucketSource: Required[Mapping[str, Any]]
    InputFormat: Required[Literal["DYNAMODB_JSON", "ION", "CSV"]]
    InputFormatOptions: Mapping[str, Any]
    InputCompressionType: Literal["GZIP", "ZSTD", "NONE"]
    TableCreationParameters: Required[Mapping[str, Any]]

class ListBackupsRequest(TypedDict, total=False):
    """ListBackups."""

    TableName: str
    Limit: int
    TimeRangeLowerBound: Timestamp
    TimeRangeUpperBound: Timestamp
    ExclusiveStartBackupArn: str
    BackupType: Literal["USER", "SYSTEM", "AWS_BACKUP", "ALL"]

class ListBulkOperationsRequest(TypedDict, total=False):
    """ListBulkOperations."""

    MaxResults: int
    NextToken: str

class ListContributorInsightsRequest(TypedDict, total=False):
    """ListContributorInsights."""

    TableName: str
    NextToken: str
    MaxResults: int

class ListExportsRequest(TypedDict, total=False):
    """ListExports."""

    TableArn: str
    MaxResults: int
    NextToken: str

class ListGlobalTablesRequest(TypedDict, total=False):
    """ListGlobalTables."""

    ExclusiveStartGlobalTableName: str
    Limit: int
    RegionName: str

class ListImportsRequest(TypedDict, total=False):
    """ListImports."""

    TableArn: str
    PageSize: int
    NextToken: str

class ListTablesRequest(TypedDict, total=False):
    """ListTables."""

    ExclusiveStartTableName: str
    Limit: int

class ListTagsOfResourceRequest(TypedDict, total=False):
    """ListTagsOfResource."""

    ResourceArn: Required[str]
    NextToken: str

class PutItemParameters(TypedDict, total=False):
    """PutItem, of a table that is known."""

    Item: Required[Mapping[str, Any]]
    Expected: Mapping[str, Any]
    ReturnValues: Literal["NONE", "ALL_OLD", "UPDATED_OLD", "ALL_NEW", "UPDATED_NEW"]
    ReturnConsumedCapacity: Literal["INDEXES", "TOTAL", "NONE"]
    ReturnItemCollectionMetrics: Literal["SIZE", "NONE"]
    ConditionalOperator: Literal["AND", "OR"]
    ConditionExpression: Expression
    ExpressionAttributeNames: Mapping[str, Any]
    ExpressionAttributeValues: Mapping[str, Any]
    ReturnValuesOnConditionCheckFailure: Literal["ALL_OLD", "NONE"]

class PutItemRequest(PutItemParameters):
    """PutItem."""

    TableName: Required[str]

class PutResourcePolicyRequest(TypedDict, total=False):
    """PutResourcePolicy."""

    ResourceArn: Required[str]
    Policy: Required[str]
    ExpectedRevisionId: str
    ConfirmRemoveSelfResourceAccess: bool

class QueryParameters(TypedDict, total=False):
    """Query, of a table that is known."""

    IndexName: str
    Select: Literal["ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES", "SPECIFIC_ATTRIBUTES", "COUNT"]
    AttributesToGet: Sequence[str]
    Limit: int
    ConsistentRead: bool
    KeyConditions: Mapping[str, Any]
    QueryFilter: Mapping[str, Any]
    ConditionalOperator: Literal["AND", "OR"]
    ScanIndexForward: bool
    ExclusiveStartKey: Mapping[str, Any]
    ReturnConsumedCapacity: Literal["INDEXES", "TOTAL", "NONE"]
    ProjectionExpression: str
    FilterExpression: Expression
    KeyConditionExpression: Expression
    ExpressionAttributeNames: Mapping[str, Any]
    ExpressionAttributeValues: Mapping[str, Any]

class QueryRequest(QueryParameters):
    """Query."""

    TableName: Required[str]

class RestoreTableFromBackupRequest(TypedDict, total=False):
    """RestoreTableFromBackup."""

    TargetTableName: Required[str]
    BackupArn: Required[str]
    BillingModeOverride: Literal["PROVISIONED", "PAY_PER_REQUEST"]
    GlobalSecondaryIndexOverride: Sequence[Mapping[str, Any]]
    LocalSecondaryIndexOverride: Sequence[Mapping[str, Any]]
    ProvisionedThroughputOverride: Mapping[str, Any]
    OnDemandThroughputOverride: Mapping[str, Any]
    SSESpecificationOverride: Mapping[str, Any]
    VectorIndexOverride: Sequence[Mapping[str, Any]]

class RestoreTableToPointInTimeRequest(TypedDict, total=False):
    """RestoreTableToPointInTime."""

    SourceTableArn: str
    SourceTableName: str
    TargetTableName: Required[str]
    UseLatestRestorableTime: bool
    RestoreDateTime: Timestamp
    BillingModeOverride: Literal["PROVISIONED", "PAY_PER_REQUEST"]
    GlobalSecondaryIndexOverride: Sequence[Mapping[str, Any]]
    LocalSecondaryIndexOverride: Sequence[Mapping[str, Any]]
    ProvisionedThroughputOverride: Mapping[str, Any]
    OnDemandThroughputOverride: Mapping[str, Any]
    SSESpecificationOverride: Mapping[str, Any]
    VectorIndexOverride: Sequence[Mapping[str, Any]]

class ScanParameters(TypedDict, total=False):
    """Scan, of a table that is known."""

    IndexName: str
    AttributesToGet: Sequence[str]
    Limit: int
    Select: Literal["ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES", "SPECIFIC_ATTRIBUTES", "COUNT"]
    ScanFilter: Mapping[str, Any]
    ConditionalOperator: Literal["AND", "OR"]
    ExclusiveStartKey: Mapping[str, Any]
    ReturnConsumedCapacity: Literal["INDEXES", "TOTAL", "NONE"]
    TotalSegments: int
    Segment: int
    ProjectionExpression: str
    FilterExpression: Expression
    ExpressionAttributeNames: Mapping[str, Any]
    ExpressionAttributeValues: Mapping[str, Any]
    ConsistentRead: bool

class ScanRequest(ScanParameters):
    """Scan."""

    TableName: Required[str]

class SearchVectorsRequest(TypedDict, total=False):
    """SearchVectors."""

    TableName: Required[str]
    IndexName: Required[str]
    ReturnConsumedCapacity: Literal["INDEXES", "TOTAL", "NONE"]
    ExpressionAttributeNames: Mapping[str, str]
    ExpressionAttributeValues: Mapping[str, Any]
    ProjectionExpression: str
    SearchVector: Required[Sequence[Mapping[str, Any]]]
    SearchConditionExpression: str
    TopK: Required[int]

class StartBulkPutItemsRequest(TypedDict, total=False):
    """StartBulkPutItems."""

    ClientToken: str
    InputS3Configuration: Required[Mapping[str, Any]]
    OutputS3Configuration: Required[Mapping[str, Any]]
    TableName: Required[str]
    MaxWriteRequestUnits: int
    PerformanceTier: Literal["STANDARD", "ACCELERATED"]

class TagResourceRequest(TypedDict, total=False):
    """TagResource."""

    ResourceArn: Required[str]
    Tags: Required[Sequence[Mapping[str, Any]]]

class TransactGetItemsRequest(TypedDict, total=False):
    """TransactGetItems."""

    TransactItems: Required[Sequence[Mapping[str, Any]]]
    ReturnConsumedCapacity: Literal["INDEXES", "TOTAL", "NONE"]

class TransactWriteItemsRequest(TypedDict, total=False):
    """TransactWriteItems."""

    TransactItems: Required[Sequence[Mapping[str, Any]]]
    ReturnConsumedCapacity: Literal["INDEXES", "TOTAL", "NONE"]
    ReturnItemCollectionMetrics: Literal["SIZE", "NONE"]
    ClientRequestToken: str

class UntagResourceRequest(TypedDict, total=False):
    """UntagResource."""

    ResourceArn: Required[str]
    TagKeys: Required[Sequence[str]]

class UpdateContinuousBackupsRequest(TypedDict, total=False):
    """UpdateContinuousBackups."""

    TableName: Required[str]
    PointInTimeRecoverySpecification: Required[Mapping[str, Any]]

class UpdateContributorInsightsRequest(TypedDict, total=False):
    """UpdateContributorInsights."""

    TableName: Required[str]
    IndexName: str
    ContributorInsightsAction: Required[Literal["ENABLE", "DISABLE"]]
    ContributorInsightsMode: Literal["ACCESSED_AND_THROTTLED_KEYS", "THROTTLED_KEYS"]

class UpdateGlobalTableRequest(TypedDict, total=False):
    """UpdateGlobalTable."""

    GlobalTableName: Required[str]
    ReplicaUpdates: Required[Sequence[Mapping[str, Any]]]

class UpdateGlobalTableSettingsRequest(TypedDict, total=False):
    """UpdateGlobalTableSettings."""

    GlobalTableName: Required[str]
    GlobalTableBillingMode: Literal["PROVISIONED", "PAY_PER_REQUEST"]
    GlobalTableProvisionedWriteCapacityUnits: int
    GlobalTableProvisionedWriteCapacityAutoScalingSettingsUpdate: Mapping[str, Any]
    GlobalTableGlobalSecondaryIndexSettingsUpdate: Sequence[Mapping[str, Any]]
    ReplicaSettingsUpdate: Sequence[Mapping[str, Any]]

class UpdateItemParameters(TypedDict, total=False):
    """UpdateItem, of a table that is known."""

    Key: Required[Mapping[str, Any]]
    AttributeUpdates: Mapping[str, Any]
    Expected: Mapping[str, Any]
    ConditionalOperator: Literal["AND", "OR"]
    ReturnValues: Literal["NONE", "ALL_OLD", "UPDATED_OLD", "ALL_NEW", "UPDATED_NEW"]
    ReturnConsumedCapacity: Literal["INDEXES", "TOTAL", "NONE"]
    ReturnItemCollectionMetrics: Literal["SIZE", "NONE"]
    UpdateExpression: str
    ConditionExpression: Expression
    ExpressionAttributeNames: Mapping[str, Any]
    ExpressionAttributeValues: Mapping[str, Any]
    ReturnValuesOnConditionCheckFailure: Literal["ALL_OLD", "NONE"]

class UpdateItemRequest(UpdateItemParameters):
    """UpdateItem."""

    TableName: Required[str]

class UpdateTableParameters(TypedDict, total=False):
    """UpdateTable, of a table that is known."""

    AttributeDefinitions: Sequence[Mapping[str, Any]]
    BillingMode: Literal["PROVISIONED", "PAY_PER_REQUEST"]
    ProvisionedThroughput: Mapping[str, Any]
    GlobalSecondaryIndexUpdates: Sequence[Mapping[str, Any]]
    StreamSpecification: Mapping[str, Any]
    SSESpecification: Mapping[str, Any]
    ReplicaUpdates: Sequence[Mapping[str, Any]]
    TableClass: Literal["STANDARD", "STANDARD_INFREQUENT_ACCESS"]
    DeletionProtectionEnabled: bool
    MultiRegionConsistency: Literal["EVENTUAL", "STRONG"]
    GlobalTableWitnessUpdates: Sequence[Mapping[str, Any]]
    OnDemandThroughput: Mapping[str, Any]
    WarmThroughput: Mapping[str, Any]
    GlobalTableSettingsReplicationMode: Literal["ENABLED", "DISABLED", "ENABLED_WITH_OVERRIDES"]
    DisassociationProtectionEnabled: bool
    VectorIndexUpdates: Sequence[Mapping[str, Any]]

class UpdateKinesisStreamingConfigurationParameters(TypedDict, total=False):
    """How records tell their time."""

    ApproximateCreationDateTimePrecision: Literal["MILLISECOND", "MICROSECOND"]

class UpdateKinesisStreamingDestinationRequest(TypedDict, total=False):
    """UpdateKinesisStreamingDestination."""

    TableName: Required[str]
    StreamArn: Required[str]
    UpdateKinesisStreamingConfiguration: UpdateKinesisStreamingConfigurationParameters

class UpdateTableRequest(UpdateTableParameters):
    """UpdateTable."""

    TableName: Required[str]

class UpdateTableReplicaAutoScalingRequest(TypedDict, total=False):
    """UpdateTableReplicaAutoScaling."""

    GlobalSecondaryIndexUpdates: Sequence[Mapping[str, Any]]
    TableName: Required[str]
    ProvisionedWriteCapacityAutoScalingUpdate: Mapping[str, Any]
    ReplicaUpdates: Sequence[Mapping[str, Any]]

class UpdateTimeToLiveRequest(TypedDict, total=False):
    """UpdateTimeToLive."""

    TableName: Required[str]
    TimeToLiveSpecification: Required[Mapping[str, Any]]

# DynamoDB Streams

class DescribeStreamRequest(TypedDict, total=False):
    """DescribeStream."""

    StreamArn: Required[str]
    Limit: int
    ExclusiveStartShardId: str
    ShardFilter: Mapping[str, Any]

class GetRecordsRequest(TypedDict, total=False):
    """GetRecords."""

    ShardIterator: Required[str]
    Limit: int

class GetShardIteratorRequest(TypedDict, total=False):
    """GetShardIterator."""

    StreamArn: Required[str]
    ShardId: Required[str]
    ShardIteratorType: Required[
        Literal["TRIM_HORIZON", "LATEST", "AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER", "AT_TIMESTAMP"]
    ]
    SequenceNumber: str
    Timestamp: datetime | float | str

class ListStreamsRequest(TypedDict, total=False):
    """ListStreams."""

    TableName: str
    Limit: int
    ExclusiveStartStreamArn: str

# Application Auto Scaling

class DeleteScalingPolicyRequest(TypedDict, total=False):
    """DeleteScalingPolicy."""

    PolicyName: Required[str]
    ServiceNamespace: Required[str]
    ResourceId: Required[str]
    ScalableDimension: Required[str]

class DeregisterScalableTargetRequest(TypedDict, total=False):
    """DeregisterScalableTarget."""

    ServiceNamespace: Required[str]
    ResourceId: Required[str]
    ScalableDimension: Required[str]

class DescribeScalableTargetsRequest(TypedDict, total=False):
    """DescribeScalableTargets."""

    ServiceNamespace: Required[str]
    ResourceIds: Sequence[str]
    ScalableDimension: str
    MaxResults: int
    NextToken: str

class DescribeScalingActivitiesRequest(TypedDict, total=False):
    """DescribeScalingActivities."""

    ServiceNamespace: Required[str]
    ResourceId: str
    ScalableDimension: str
    MaxResults: int
    NextToken: str
    IncludeNotScaledActivities: bool

class DescribeScalingPoliciesRequest(TypedDict, total=False):
    """DescribeScalingPolicies."""

    PolicyNames: Sequence[str]
    ServiceNamespace: Required[str]
    ResourceId: str
    ScalableDimension: str
    MaxResults: int
    NextToken: str

class PutScalingPolicyRequest(TypedDict, total=False):
    """PutScalingPolicy."""

    PolicyName: Required[str]
    ServiceNamespace: Required[str]
    ResourceId: Required[str]
    ScalableDimension: Required[str]
    PolicyType: Literal["StepScaling", "TargetTrackingScaling", "PredictiveScaling"]
    StepScalingPolicyConfiguration: Mapping[str, Any]
    TargetTrackingScalingPolicyConfiguration: Mapping[str, Any]
    PredictiveScalingPolicyConfiguration: Mapping[str, Any]

class RegisterScalableTargetRequest(TypedDict, total=False):
    """RegisterScalableTarget."""

    ServiceNamespace: Required[str]
    ResourceId: Required[str]
    ScalableDimension: Required[str]
    MinCapacity: int
    MaxCapacity: int
    RoleARN: str
    SuspendedState: Mapping[str, Any]
    Tags: Mapping[str, Any]

class DeleteScheduledActionRequest(TypedDict, total=False):
    """DeleteScheduledAction."""

    ServiceNamespace: Required[str]
    ScheduledActionName: Required[str]
    ResourceId: Required[str]
    ScalableDimension: Required[str]

class DescribeScheduledActionsRequest(TypedDict, total=False):
    """DescribeScheduledActions."""

    ScheduledActionNames: Sequence[str]
    ServiceNamespace: Required[str]
    ResourceId: str
    ScalableDimension: str
    MaxResults: int
    NextToken: str

class GetPredictiveScalingForecastRequest(TypedDict, total=False):
    """GetPredictiveScalingForecast."""

    ServiceNamespace: Required[str]
    ResourceId: Required[str]
    ScalableDimension: Required[str]
    PolicyName: Required[str]
    StartTime: Required[datetime | float]
    EndTime: Required[datetime | float]

class ListScalableTargetTagsRequest(TypedDict, total=False):
    """ListTagsForResource."""

    ResourceARN: Required[str]

class PutScheduledActionRequest(TypedDict, total=False):
    """PutScheduledAction."""

    ServiceNamespace: Required[str]
    Schedule: str
    Timezone: str
    ScheduledActionName: Required[str]
    ResourceId: Required[str]
    ScalableDimension: Required[str]
    StartTime: datetime | float
    EndTime: datetime | float
    ScalableTargetAction: Mapping[str, Any]

class TagScalableTargetRequest(TypedDict, total=False):
    """TagResource."""

    ResourceARN: Required[str]
    Tags: Required[Mapping[str, str]]

class UntagScalableTargetRequest(TypedDict, total=False):
    """UntagResource."""

    ResourceARN: Required[str]
    TagKeys: Required[Sequence[str]]

# CloudWatch

class DeleteAlarmsRequest(TypedDict, total=False):
    """DeleteAlarms."""

    AlarmNames: Required[Sequence[str]]

class DeleteDashboardsRequest(TypedDict, total=False):
    """DeleteDashboards."""

    DashboardNames: Required[Sequence[str]]

class DescribeAlarmHistoryRequest(TypedDict, total=False):
    """DescribeAlarmHistory."""

    AlarmName: str
    AlarmContributorId: str
    AlarmTypes: Sequence[str]
    HistoryItemType: str
    StartDate: datetime | float
    EndDate: datetime | float
    MaxRecords: int
    NextToken: str
    ScanBy: str

class DescribeAlarmsRequest(TypedDict, total=False):
    """DescribeAlarms."""

    AlarmNames: Sequence[str]
    AlarmNamePrefix: str
    AlarmTypes: Sequence[str]
    ChildrenOfAlarmName: str
    ParentsOfAlarmName: str
    StateValue: str
    ActionPrefix: str
    MaxRecords: int
    NextToken: str

class DisableAlarmActionsRequest(TypedDict, total=False):
    """DisableAlarmActions."""

    AlarmNames: Required[Sequence[str]]

class EnableAlarmActionsRequest(TypedDict, total=False):
    """EnableAlarmActions."""

    AlarmNames: Required[Sequence[str]]

class GetDashboardRequest(TypedDict, total=False):
    """GetDashboard."""

    DashboardName: Required[str]

class GetInsightRuleReportRequest(TypedDict, total=False):
    """GetInsightRuleReport."""

    RuleName: Required[str]
    StartTime: Required[datetime | float]
    EndTime: Required[datetime | float]
    Period: Required[int]
    MaxContributorCount: int
    Metrics: Sequence[str]
    OrderBy: str

class GetMetricDataRequest(TypedDict, total=False):
    """GetMetricData."""

    MetricDataQueries: Required[Sequence[Mapping[str, Any]]]
    StartTime: Required[datetime | float]
    EndTime: Required[datetime | float]
    NextToken: str
    ScanBy: str
    MaxDatapoints: int
    LabelOptions: Mapping[str, Any]

class GetMetricStatisticsRequest(TypedDict, total=False):
    """GetMetricStatistics."""

    Namespace: Required[str]
    MetricName: Required[str]
    Dimensions: Sequence[Mapping[str, Any]]
    StartTime: Required[datetime | float]
    EndTime: Required[datetime | float]
    Period: Required[int]
    Statistics: Sequence[str]
    ExtendedStatistics: Sequence[str]
    Unit: str

class ListDashboardsRequest(TypedDict, total=False):
    """ListDashboards."""

    DashboardNamePrefix: str
    NextToken: str

class ListMetricsRequest(TypedDict, total=False):
    """ListMetrics."""

    Namespace: str
    MetricName: str
    Dimensions: Sequence[Mapping[str, Any]]
    NextToken: str
    RecentlyActive: str
    IncludeLinkedAccounts: bool
    OwningAccount: str

class PutDashboardRequest(TypedDict, total=False):
    """PutDashboard."""

    DashboardName: Required[str]
    DashboardBody: Required[str]
    Tags: Sequence[Mapping[str, Any]]

class PutMetricAlarmRequest(TypedDict, total=False):
    """PutMetricAlarm."""

    AlarmName: Required[str]
    AlarmDescription: str
    ActionsEnabled: bool
    OKActions: Sequence[str]
    AlarmActions: Sequence[str]
    InsufficientDataActions: Sequence[str]
    MetricName: str
    Namespace: str
    Statistic: str
    ExtendedStatistic: str
    Dimensions: Sequence[Mapping[str, Any]]
    Period: int
    Unit: str
    EvaluationPeriods: int
    DatapointsToAlarm: int
    Threshold: float
    ComparisonOperator: str
    TreatMissingData: str
    EvaluateLowSampleCountPercentile: str
    Metrics: Sequence[Mapping[str, Any]]
    Tags: Sequence[Mapping[str, Any]]
    ThresholdMetricId: str
    EvaluationWindow: Mapping[str, Any]
    WarmUpConfiguration: Mapping[str, Any]
    EvaluationCriteria: Mapping[str, Any]
    EvaluationInterval: int
    ActionConfiguration: Mapping[str, Any]

class PutCompositeAlarmRequest(TypedDict, total=False):
    """PutCompositeAlarm."""

    ActionsEnabled: bool
    AlarmActions: Sequence[str]
    AlarmDescription: str
    AlarmName: Required[str]
    AlarmRule: Required[str]
    InsufficientDataActions: Sequence[str]
    OKActions: Sequence[str]
    Tags: Sequence[Mapping[str, Any]]
    ActionsSuppressor: str
    ActionsSuppressorWaitPeriod: int
    ActionsSuppressorExtensionPeriod: int
    ActionConfiguration: Mapping[str, Any]

class DescribeInsightRulesRequest(TypedDict, total=False):
    """DescribeInsightRules."""

    NextToken: str
    MaxResults: int

class PutMetricDataRequest(TypedDict, total=False):
    """PutMetricData."""

    Namespace: Required[str]
    MetricData: Sequence[Mapping[str, Any]]
    EntityMetricData: Sequence[Mapping[str, Any]]
    StrictEntityValidation: bool

class SetAlarmStateRequest(TypedDict, total=False):
    """SetAlarmState."""

    AlarmName: Required[str]
    StateValue: Required[str]
    StateReason: Required[str]
    StateReasonData: str
