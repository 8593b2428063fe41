"""Parameters of the operations of triggers, for type checkers only: there is no such module at run time."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, TypeAlias

from typing_extensions import Required, TypedDict

Timestamp: TypeAlias = datetime | float | str

# Of a database

class ChangeOptions(TypedDict, total=False):
    """on_change."""

    name: str | None
    batch_size: int
    batching_window_seconds: int
    parallelization_factor: int
    starting_position: Literal["LATEST", "TRIM_HORIZON"]
    bisect_batch_on_function_error: bool
    maximum_retry_attempts: int | None
    maximum_record_age_seconds: int | None
    on_failure: Callable[..., Any] | str | None
    report_batch_item_failures: bool
    tumbling_window_seconds: int
    filters: Sequence[Mapping[str, Any] | str]
    enabled: bool | None
    stream_view_type: Literal["KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"]

class RuleOptions(TypedDict, total=False):
    """schedule and on_event."""

    name: str | None
    input: Any
    enabled: bool | None

# Lambda

class CreateEventSourceMappingRequest(TypedDict, total=False):
    """CreateEventSourceMapping."""

    EventSourceArn: str
    FunctionName: Required[str]
    Enabled: bool
    BatchSize: int
    FilterCriteria: Mapping[str, Any]
    KMSKeyArn: str
    MetricsConfig: Mapping[str, Any]
    LoggingConfig: Mapping[str, Any]
    ScalingConfig: Mapping[str, Any]
    MaximumBatchingWindowInSeconds: int
    ParallelizationFactor: int
    StartingPosition: Literal["TRIM_HORIZON", "LATEST", "AT_TIMESTAMP"]
    StartingPositionTimestamp: Timestamp
    DestinationConfig: Mapping[str, Any]
    MaximumRecordAgeInSeconds: int
    BisectBatchOnFunctionError: bool
    MaximumRetryAttempts: int
    Tags: Mapping[str, Any]
    TumblingWindowInSeconds: int
    Topics: Sequence[str]
    Queues: Sequence[str]
    SourceAccessConfigurations: Sequence[Mapping[str, Any]]
    SelfManagedEventSource: Mapping[str, Any]
    FunctionResponseTypes: Sequence[Literal["ReportBatchItemFailures"]]
    AmazonManagedKafkaEventSourceConfig: Mapping[str, Any]
    SelfManagedKafkaEventSourceConfig: Mapping[str, Any]
    DocumentDBEventSourceConfig: Mapping[str, Any]
    ProvisionedPollerConfig: Mapping[str, Any]

class DeleteEventSourceMappingRequest(TypedDict, total=False):
    """DeleteEventSourceMapping."""

    UUID: Required[str]

class GetEventSourceMappingRequest(TypedDict, total=False):
    """GetEventSourceMapping."""

    UUID: Required[str]

class ListEventSourceMappingsRequest(TypedDict, total=False):
    """ListEventSourceMappings."""

    EventSourceArn: str
    FunctionName: str
    Marker: str
    MaxItems: int

class UpdateEventSourceMappingRequest(TypedDict, total=False):
    """UpdateEventSourceMapping."""

    UUID: Required[str]
    FunctionName: str
    Enabled: bool
    BatchSize: int
    FilterCriteria: Mapping[str, Any]
    KMSKeyArn: str
    MetricsConfig: Mapping[str, Any]
    LoggingConfig: Mapping[str, Any]
    ScalingConfig: Mapping[str, Any]
    MaximumBatchingWindowInSeconds: int
    ParallelizationFactor: int
    DestinationConfig: Mapping[str, Any]
    MaximumRecordAgeInSeconds: int
    BisectBatchOnFunctionError: bool
    MaximumRetryAttempts: int
    TumblingWindowInSeconds: int
    SourceAccessConfigurations: Sequence[Mapping[str, Any]]
    FunctionResponseTypes: Sequence[Literal["ReportBatchItemFailures"]]
    AmazonManagedKafkaEventSourceConfig: Mapping[str, Any]
    SelfManagedKafkaEventSourceConfig: Mapping[str, Any]
    DocumentDBEventSourceConfig: Mapping[str, Any]
    ProvisionedPollerConfig: Mapping[str, Any]

# EventBridge

class DeleteRuleRequest(TypedDict, total=False):
    """DeleteRule."""

    Name: Required[str]
    EventBusName: str
    Force: bool

class DescribeRuleRequest(TypedDict, total=False):
    """DescribeRule."""

    Name: Required[str]
    EventBusName: str

class DisableRuleRequest(TypedDict, total=False):
    """DisableRule."""

    Name: Required[str]
    EventBusName: str

class EnableRuleRequest(TypedDict, total=False):
    """EnableRule."""

    Name: Required[str]
    EventBusName: str

class ListRulesRequest(TypedDict, total=False):
    """ListRules."""

    NamePrefix: str
    EventBusName: str
    NextToken: str
    Limit: int

class ListTargetsByRuleRequest(TypedDict, total=False):
    """ListTargetsByRule."""

    Rule: Required[str]
    EventBusName: str
    NextToken: str
    Limit: int

class PutEventsRequest(TypedDict, total=False):
    """PutEvents."""

    Entries: Required[Sequence[Mapping[str, Any]]]
    EndpointId: str

class PutRuleRequest(TypedDict, total=False):
    """PutRule."""

    Name: Required[str]
    ScheduleExpression: str
    EventPattern: str
    State: Literal["ENABLED", "DISABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"]
    Description: str
    RoleArn: str
    Tags: Sequence[Mapping[str, Any]]
    EventBusName: str

class PutTargetsRequest(TypedDict, total=False):
    """PutTargets."""

    Rule: Required[str]
    EventBusName: str
    Targets: Required[Sequence[Mapping[str, Any]]]

class RemoveTargetsRequest(TypedDict, total=False):
    """RemoveTargets."""

    Rule: Required[str]
    EventBusName: str
    Ids: Required[Sequence[str]]
    Force: bool

class TestEventPatternRequest(TypedDict, total=False):
    """TestEventPattern."""

    EventPattern: Required[str]
    Event: Required[str]
