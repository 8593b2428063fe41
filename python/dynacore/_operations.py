"""The operations of each service, one method each, named as in boto3.

A method is one frame: it hands its keyword arguments to the engine, which knows the parameters. Those that
the engine does not have yet answer with an error that says so.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from dynacore import _parameters

Execute = Callable[[str, str, Any, bool], dict[str, Any]]
"""The engine's native door: service, operation, parameters, and whether values are plain Python."""


class DynamoDBOperations:
    """Operations of DynamoDB."""

    _execute: Execute

    def batch_execute_statement(
        self, **parameters: Unpack[_parameters.BatchExecuteStatementRequest]
    ) -> dict[str, Any]:
        """Run several PartiQL statements."""
        return self._execute("dynamodb", "BatchExecuteStatement", parameters, False)

    def batch_get_item(self, **parameters: Unpack[_parameters.BatchGetItemRequest]) -> dict[str, Any]:
        """Read up to 100 items of one or more tables."""
        return self._execute("dynamodb", "BatchGetItem", parameters, False)

    def batch_write_item(self, **parameters: Unpack[_parameters.BatchWriteItemRequest]) -> dict[str, Any]:
        """Put or delete up to 25 items in one or more tables."""
        return self._execute("dynamodb", "BatchWriteItem", parameters, False)

    def cancel_bulk_operation(
        self, **parameters: Unpack[_parameters.CancelBulkOperationRequest]
    ) -> dict[str, Any]:
        """Cancel a bulk operation."""
        return self._execute("dynamodb", "CancelBulkOperation", parameters, False)

    def create_backup(self, **parameters: Any) -> dict[str, Any]:
        """Back a table up."""
        return self._execute("dynamodb", "CreateBackup", parameters, False)

    def create_global_table(self, **parameters: Any) -> dict[str, Any]:
        """Make a global table (version 2017)."""
        return self._execute("dynamodb", "CreateGlobalTable", parameters, False)

    def create_table(self, **parameters: Unpack[_parameters.CreateTableRequest]) -> dict[str, Any]:
        """Make a table."""
        return self._execute("dynamodb", "CreateTable", parameters, False)

    def delete_backup(self, **parameters: Any) -> dict[str, Any]:
        """Delete a backup."""
        return self._execute("dynamodb", "DeleteBackup", parameters, False)

    def delete_item(self, **parameters: Unpack[_parameters.DeleteItemRequest]) -> dict[str, Any]:
        """Delete an item."""
        return self._execute("dynamodb", "DeleteItem", parameters, False)

    def delete_resource_policy(
        self, **parameters: Unpack[_parameters.DeleteResourcePolicyRequest]
    ) -> dict[str, Any]:
        """Delete a resource's policy."""
        return self._execute("dynamodb", "DeleteResourcePolicy", parameters, False)

    def delete_table(self, **parameters: Unpack[_parameters.DeleteTableRequest]) -> dict[str, Any]:
        """Delete a table and all in it."""
        return self._execute("dynamodb", "DeleteTable", parameters, False)

    def describe_backup(self, **parameters: Any) -> dict[str, Any]:
        """Describe a backup."""
        return self._execute("dynamodb", "DescribeBackup", parameters, False)

    def describe_bulk_operation(
        self, **parameters: Unpack[_parameters.DescribeBulkOperationRequest]
    ) -> dict[str, Any]:
        """Describe a bulk operation."""
        return self._execute("dynamodb", "DescribeBulkOperation", parameters, False)

    def describe_continuous_backups(self, **parameters: Any) -> dict[str, Any]:
        """Describe a table's continuous backups."""
        return self._execute("dynamodb", "DescribeContinuousBackups", parameters, False)

    def describe_contributor_insights(
        self, **parameters: Unpack[_parameters.DescribeContributorInsightsRequest]
    ) -> dict[str, Any]:
        """Describe a table's contributor insights."""
        return self._execute("dynamodb", "DescribeContributorInsights", parameters, False)

    def describe_endpoints(
        self, **parameters: Unpack[_parameters.DescribeEndpointsRequest]
    ) -> dict[str, Any]:
        """List the endpoints."""
        return self._execute("dynamodb", "DescribeEndpoints", parameters, False)

    def describe_export(self, **parameters: Unpack[_parameters.DescribeExportRequest]) -> dict[str, Any]:
        """Describe an export."""
        return self._execute("dynamodb", "DescribeExport", parameters, False)

    def describe_global_table(self, **parameters: Any) -> dict[str, Any]:
        """Describe a global table (version 2017)."""
        return self._execute("dynamodb", "DescribeGlobalTable", parameters, False)

    def describe_global_table_settings(self, **parameters: Any) -> dict[str, Any]:
        """Describe a global table's settings (version 2017)."""
        return self._execute("dynamodb", "DescribeGlobalTableSettings", parameters, False)

    def describe_import(self, **parameters: Unpack[_parameters.DescribeImportRequest]) -> dict[str, Any]:
        """Describe an import."""
        return self._execute("dynamodb", "DescribeImport", parameters, False)

    def describe_kinesis_streaming_destination(self, **parameters: Any) -> dict[str, Any]:
        """Describe a table's Kinesis destinations."""
        return self._execute("dynamodb", "DescribeKinesisStreamingDestination", parameters, False)

    def describe_limits(self, **parameters: Unpack[_parameters.DescribeLimitsRequest]) -> dict[str, Any]:
        """Tell the account's limits."""
        return self._execute("dynamodb", "DescribeLimits", parameters, False)

    def describe_table(self, **parameters: Unpack[_parameters.DescribeTableRequest]) -> dict[str, Any]:
        """Describe a table."""
        return self._execute("dynamodb", "DescribeTable", parameters, False)

    def describe_table_replica_auto_scaling(self, **parameters: Any) -> dict[str, Any]:
        """Describe the auto scaling of a table's replicas."""
        return self._execute("dynamodb", "DescribeTableReplicaAutoScaling", parameters, False)

    def describe_time_to_live(
        self, **parameters: Unpack[_parameters.DescribeTimeToLiveRequest]
    ) -> dict[str, Any]:
        """Describe a table's time to live."""
        return self._execute("dynamodb", "DescribeTimeToLive", parameters, False)

    def disable_kinesis_streaming_destination(self, **parameters: Any) -> dict[str, Any]:
        """Stop streaming to Kinesis."""
        return self._execute("dynamodb", "DisableKinesisStreamingDestination", parameters, False)

    def enable_kinesis_streaming_destination(self, **parameters: Any) -> dict[str, Any]:
        """Start streaming to Kinesis."""
        return self._execute("dynamodb", "EnableKinesisStreamingDestination", parameters, False)

    def execute_statement(self, **parameters: Unpack[_parameters.ExecuteStatementRequest]) -> dict[str, Any]:
        """Run a PartiQL statement."""
        return self._execute("dynamodb", "ExecuteStatement", parameters, False)

    def execute_transaction(
        self, **parameters: Unpack[_parameters.ExecuteTransactionRequest]
    ) -> dict[str, Any]:
        """Run PartiQL statements, all or none."""
        return self._execute("dynamodb", "ExecuteTransaction", parameters, False)

    def export_table_to_point_in_time(
        self, **parameters: Unpack[_parameters.ExportTableToPointInTimeRequest]
    ) -> dict[str, Any]:
        """Export a table."""
        return self._execute("dynamodb", "ExportTableToPointInTime", parameters, False)

    def get_item(self, **parameters: Unpack[_parameters.GetItemRequest]) -> dict[str, Any]:
        """Read an item."""
        return self._execute("dynamodb", "GetItem", parameters, False)

    def get_resource_policy(
        self, **parameters: Unpack[_parameters.GetResourcePolicyRequest]
    ) -> dict[str, Any]:
        """Read a resource's policy."""
        return self._execute("dynamodb", "GetResourcePolicy", parameters, False)

    def import_table(self, **parameters: Unpack[_parameters.ImportTableRequest]) -> dict[str, Any]:
        """Import into a new table."""
        return self._execute("dynamodb", "ImportTable", parameters, False)

    def list_backups(self, **parameters: Any) -> dict[str, Any]:
        """List backups."""
        return self._execute("dynamodb", "ListBackups", parameters, False)

    def list_bulk_operations(
        self, **parameters: Unpack[_parameters.ListBulkOperationsRequest]
    ) -> dict[str, Any]:
        """List bulk operations."""
        return self._execute("dynamodb", "ListBulkOperations", parameters, False)

    def list_contributor_insights(
        self, **parameters: Unpack[_parameters.ListContributorInsightsRequest]
    ) -> dict[str, Any]:
        """List contributor insights."""
        return self._execute("dynamodb", "ListContributorInsights", parameters, False)

    def list_exports(self, **parameters: Unpack[_parameters.ListExportsRequest]) -> dict[str, Any]:
        """List exports."""
        return self._execute("dynamodb", "ListExports", parameters, False)

    def list_global_tables(self, **parameters: Any) -> dict[str, Any]:
        """List global tables (version 2017)."""
        return self._execute("dynamodb", "ListGlobalTables", parameters, False)

    def list_imports(self, **parameters: Unpack[_parameters.ListImportsRequest]) -> dict[str, Any]:
        """List imports."""
        return self._execute("dynamodb", "ListImports", parameters, False)

    def list_tables(self, **parameters: Unpack[_parameters.ListTablesRequest]) -> dict[str, Any]:
        """List tables, in order of name."""
        return self._execute("dynamodb", "ListTables", parameters, False)

    def list_tags_of_resource(
        self, **parameters: Unpack[_parameters.ListTagsOfResourceRequest]
    ) -> dict[str, Any]:
        """List a resource's tags."""
        return self._execute("dynamodb", "ListTagsOfResource", parameters, False)

    def put_item(self, **parameters: Unpack[_parameters.PutItemRequest]) -> dict[str, Any]:
        """Write an item, in place of one with its key."""
        return self._execute("dynamodb", "PutItem", parameters, False)

    def put_resource_policy(
        self, **parameters: Unpack[_parameters.PutResourcePolicyRequest]
    ) -> dict[str, Any]:
        """Give a resource a policy."""
        return self._execute("dynamodb", "PutResourcePolicy", parameters, False)

    def query(self, **parameters: Unpack[_parameters.QueryRequest]) -> dict[str, Any]:
        """Read a range of a partition, in order of the sort key."""
        return self._execute("dynamodb", "Query", parameters, False)

    def restore_table_from_backup(self, **parameters: Any) -> dict[str, Any]:
        """Restore a backup into a new table."""
        return self._execute("dynamodb", "RestoreTableFromBackup", parameters, False)

    def restore_table_to_point_in_time(self, **parameters: Any) -> dict[str, Any]:
        """Restore a point in time into a new table."""
        return self._execute("dynamodb", "RestoreTableToPointInTime", parameters, False)

    def scan(self, **parameters: Unpack[_parameters.ScanRequest]) -> dict[str, Any]:
        """Read a table or index, in no order to rely on."""
        return self._execute("dynamodb", "Scan", parameters, False)

    def search_vectors(self, **parameters: Unpack[_parameters.SearchVectorsRequest]) -> dict[str, Any]:
        """Search a vector index."""
        return self._execute("dynamodb", "SearchVectors", parameters, False)

    def start_bulk_put_items(
        self, **parameters: Unpack[_parameters.StartBulkPutItemsRequest]
    ) -> dict[str, Any]:
        """Start a bulk load."""
        return self._execute("dynamodb", "StartBulkPutItems", parameters, False)

    def tag_resource(self, **parameters: Unpack[_parameters.TagResourceRequest]) -> dict[str, Any]:
        """Tag a resource."""
        return self._execute("dynamodb", "TagResource", parameters, False)

    def transact_get_items(self, **parameters: Unpack[_parameters.TransactGetItemsRequest]) -> dict[str, Any]:
        """Read up to 100 items at one moment."""
        return self._execute("dynamodb", "TransactGetItems", parameters, False)

    def transact_write_items(
        self, **parameters: Unpack[_parameters.TransactWriteItemsRequest]
    ) -> dict[str, Any]:
        """Write up to 100 items, all or none."""
        return self._execute("dynamodb", "TransactWriteItems", parameters, False)

    def untag_resource(self, **parameters: Unpack[_parameters.UntagResourceRequest]) -> dict[str, Any]:
        """Remove tags of a resource."""
        return self._execute("dynamodb", "UntagResource", parameters, False)

    def update_continuous_backups(self, **parameters: Any) -> dict[str, Any]:
        """Switch continuous backups."""
        return self._execute("dynamodb", "UpdateContinuousBackups", parameters, False)

    def update_contributor_insights(
        self, **parameters: Unpack[_parameters.UpdateContributorInsightsRequest]
    ) -> dict[str, Any]:
        """Switch contributor insights."""
        return self._execute("dynamodb", "UpdateContributorInsights", parameters, False)

    def update_global_table(self, **parameters: Any) -> dict[str, Any]:
        """Add or remove replicas (version 2017)."""
        return self._execute("dynamodb", "UpdateGlobalTable", parameters, False)

    def update_global_table_settings(self, **parameters: Any) -> dict[str, Any]:
        """Change a global table's settings (version 2017)."""
        return self._execute("dynamodb", "UpdateGlobalTableSettings", parameters, False)

    def update_item(self, **parameters: Unpack[_parameters.UpdateItemRequest]) -> dict[str, Any]:
        """Change an item, or make it."""
        return self._execute("dynamodb", "UpdateItem", parameters, False)

    def update_kinesis_streaming_destination(self, **parameters: Any) -> dict[str, Any]:
        """Change a Kinesis destination."""
        return self._execute("dynamodb", "UpdateKinesisStreamingDestination", parameters, False)

    def update_table(self, **parameters: Unpack[_parameters.UpdateTableRequest]) -> dict[str, Any]:
        """Change a table's throughput, billing, indexes, stream or replicas."""
        return self._execute("dynamodb", "UpdateTable", parameters, False)

    def update_table_replica_auto_scaling(self, **parameters: Any) -> dict[str, Any]:
        """Change the auto scaling of a table's replicas."""
        return self._execute("dynamodb", "UpdateTableReplicaAutoScaling", parameters, False)

    def update_time_to_live(
        self, **parameters: Unpack[_parameters.UpdateTimeToLiveRequest]
    ) -> dict[str, Any]:
        """Switch a table's time to live."""
        return self._execute("dynamodb", "UpdateTimeToLive", parameters, False)


class StreamsOperations:
    """Operations of DynamoDB Streams."""

    _execute: Execute

    def describe_stream(self, **parameters: Any) -> dict[str, Any]:
        """Describe a stream and its shards."""
        return self._execute("dynamodbstreams", "DescribeStream", parameters, False)

    def get_records(self, **parameters: Any) -> dict[str, Any]:
        """Read records of a shard."""
        return self._execute("dynamodbstreams", "GetRecords", parameters, False)

    def get_shard_iterator(self, **parameters: Any) -> dict[str, Any]:
        """Get a place in a shard."""
        return self._execute("dynamodbstreams", "GetShardIterator", parameters, False)

    def list_streams(self, **parameters: Any) -> dict[str, Any]:
        """List streams."""
        return self._execute("dynamodbstreams", "ListStreams", parameters, False)


class ScalingOperations:
    """Operations of Application Auto Scaling."""

    _execute: Execute

    def delete_scaling_policy(
        self, **parameters: Unpack[_parameters.DeleteScalingPolicyRequest]
    ) -> dict[str, Any]:
        """Delete a scaling policy and its alarms."""
        return self._execute("application-autoscaling", "DeleteScalingPolicy", parameters, False)

    def delete_scheduled_action(
        self, **parameters: Unpack[_parameters.DeleteScheduledActionRequest]
    ) -> dict[str, Any]:
        """Delete a scheduled action."""
        return self._execute("application-autoscaling", "DeleteScheduledAction", parameters, False)

    def deregister_scalable_target(
        self, **parameters: Unpack[_parameters.DeregisterScalableTargetRequest]
    ) -> dict[str, Any]:
        """Stop scaling a target; its policies go with it."""
        return self._execute("application-autoscaling", "DeregisterScalableTarget", parameters, False)

    def describe_scalable_targets(
        self, **parameters: Unpack[_parameters.DescribeScalableTargetsRequest]
    ) -> dict[str, Any]:
        """List scalable targets."""
        return self._execute("application-autoscaling", "DescribeScalableTargets", parameters, False)

    def describe_scaling_activities(
        self, **parameters: Unpack[_parameters.DescribeScalingActivitiesRequest]
    ) -> dict[str, Any]:
        """List what scaling did, the latest first."""
        return self._execute("application-autoscaling", "DescribeScalingActivities", parameters, False)

    def describe_scaling_policies(
        self, **parameters: Unpack[_parameters.DescribeScalingPoliciesRequest]
    ) -> dict[str, Any]:
        """List scaling policies."""
        return self._execute("application-autoscaling", "DescribeScalingPolicies", parameters, False)

    def describe_scheduled_actions(
        self, **parameters: Unpack[_parameters.DescribeScheduledActionsRequest]
    ) -> dict[str, Any]:
        """List scheduled actions."""
        return self._execute("application-autoscaling", "DescribeScheduledActions", parameters, False)

    def get_predictive_scaling_forecast(
        self, **parameters: Unpack[_parameters.GetPredictiveScalingForecastRequest]
    ) -> dict[str, Any]:
        """Read a forecast."""
        return self._execute("application-autoscaling", "GetPredictiveScalingForecast", parameters, False)

    def list_tags_for_resource(
        self, **parameters: Unpack[_parameters.ListScalableTargetTagsRequest]
    ) -> dict[str, Any]:
        """List a target's tags."""
        return self._execute("application-autoscaling", "ListTagsForResource", parameters, False)

    def put_scaling_policy(self, **parameters: Unpack[_parameters.PutScalingPolicyRequest]) -> dict[str, Any]:
        """Make or change a scaling policy."""
        return self._execute("application-autoscaling", "PutScalingPolicy", parameters, False)

    def put_scheduled_action(
        self, **parameters: Unpack[_parameters.PutScheduledActionRequest]
    ) -> dict[str, Any]:
        """Make or change a scheduled action."""
        return self._execute("application-autoscaling", "PutScheduledAction", parameters, False)

    def register_scalable_target(
        self, **parameters: Unpack[_parameters.RegisterScalableTargetRequest]
    ) -> dict[str, Any]:
        """Make or change a scalable target."""
        return self._execute("application-autoscaling", "RegisterScalableTarget", parameters, False)

    def tag_resource(self, **parameters: Unpack[_parameters.TagScalableTargetRequest]) -> dict[str, Any]:
        """Tag a resource."""
        return self._execute("application-autoscaling", "TagResource", parameters, False)

    def untag_resource(self, **parameters: Unpack[_parameters.UntagScalableTargetRequest]) -> dict[str, Any]:
        """Remove tags of a resource."""
        return self._execute("application-autoscaling", "UntagResource", parameters, False)


class CloudWatchOperations:
    """Operations of CloudWatch."""

    _execute: Execute

    def associate_dataset_kms_key(self, **parameters: Any) -> dict[str, Any]:
        """Associate dataset kms key."""
        return self._execute("cloudwatch", "AssociateDatasetKmsKey", parameters, False)

    def create_resource_metrics_configuration(self, **parameters: Any) -> dict[str, Any]:
        """Create resource metrics configuration."""
        return self._execute("cloudwatch", "CreateResourceMetricsConfiguration", parameters, False)

    def delete_alarm_mute_rule(self, **parameters: Any) -> dict[str, Any]:
        """Delete alarm mute rule."""
        return self._execute("cloudwatch", "DeleteAlarmMuteRule", parameters, False)

    def delete_alarms(self, **parameters: Unpack[_parameters.DeleteAlarmsRequest]) -> dict[str, Any]:
        """Delete alarms."""
        return self._execute("cloudwatch", "DeleteAlarms", parameters, False)

    def delete_anomaly_detector(self, **parameters: Any) -> dict[str, Any]:
        """Delete anomaly detector."""
        return self._execute("cloudwatch", "DeleteAnomalyDetector", parameters, False)

    def delete_dashboards(self, **parameters: Unpack[_parameters.DeleteDashboardsRequest]) -> dict[str, Any]:
        """Delete dashboards."""
        return self._execute("cloudwatch", "DeleteDashboards", parameters, False)

    def delete_insight_rules(self, **parameters: Any) -> dict[str, Any]:
        """Delete insight rules."""
        return self._execute("cloudwatch", "DeleteInsightRules", parameters, False)

    def delete_metric_data_query_definition(self, **parameters: Any) -> dict[str, Any]:
        """Delete metric data query definition."""
        return self._execute("cloudwatch", "DeleteMetricDataQueryDefinition", parameters, False)

    def delete_metric_stream(self, **parameters: Any) -> dict[str, Any]:
        """Delete metric stream."""
        return self._execute("cloudwatch", "DeleteMetricStream", parameters, False)

    def delete_resource_metrics_configuration(self, **parameters: Any) -> dict[str, Any]:
        """Delete resource metrics configuration."""
        return self._execute("cloudwatch", "DeleteResourceMetricsConfiguration", parameters, False)

    def describe_alarm_contributors(self, **parameters: Any) -> dict[str, Any]:
        """Describe alarm contributors."""
        return self._execute("cloudwatch", "DescribeAlarmContributors", parameters, False)

    def describe_alarm_history(
        self, **parameters: Unpack[_parameters.DescribeAlarmHistoryRequest]
    ) -> dict[str, Any]:
        """List what happened to alarms, the latest first."""
        return self._execute("cloudwatch", "DescribeAlarmHistory", parameters, False)

    def describe_alarms(self, **parameters: Unpack[_parameters.DescribeAlarmsRequest]) -> dict[str, Any]:
        """List alarms."""
        return self._execute("cloudwatch", "DescribeAlarms", parameters, False)

    def describe_alarms_for_metric(self, **parameters: Any) -> dict[str, Any]:
        """Describe alarms for metric."""
        return self._execute("cloudwatch", "DescribeAlarmsForMetric", parameters, False)

    def describe_anomaly_detectors(self, **parameters: Any) -> dict[str, Any]:
        """Describe anomaly detectors."""
        return self._execute("cloudwatch", "DescribeAnomalyDetectors", parameters, False)

    def describe_insight_rules(self, **parameters: Any) -> dict[str, Any]:
        """Describe insight rules."""
        return self._execute("cloudwatch", "DescribeInsightRules", parameters, False)

    def disable_alarm_actions(
        self, **parameters: Unpack[_parameters.DisableAlarmActionsRequest]
    ) -> dict[str, Any]:
        """Carry out no actions of alarms."""
        return self._execute("cloudwatch", "DisableAlarmActions", parameters, False)

    def disable_insight_rules(self, **parameters: Any) -> dict[str, Any]:
        """Disable insight rules."""
        return self._execute("cloudwatch", "DisableInsightRules", parameters, False)

    def disassociate_dataset_kms_key(self, **parameters: Any) -> dict[str, Any]:
        """Disassociate dataset kms key."""
        return self._execute("cloudwatch", "DisassociateDatasetKmsKey", parameters, False)

    def enable_alarm_actions(
        self, **parameters: Unpack[_parameters.EnableAlarmActionsRequest]
    ) -> dict[str, Any]:
        """Carry out actions of alarms again."""
        return self._execute("cloudwatch", "EnableAlarmActions", parameters, False)

    def enable_insight_rules(self, **parameters: Any) -> dict[str, Any]:
        """Enable insight rules."""
        return self._execute("cloudwatch", "EnableInsightRules", parameters, False)

    def get_alarm_mute_rule(self, **parameters: Any) -> dict[str, Any]:
        """Get alarm mute rule."""
        return self._execute("cloudwatch", "GetAlarmMuteRule", parameters, False)

    def get_dashboard(self, **parameters: Unpack[_parameters.GetDashboardRequest]) -> dict[str, Any]:
        """Read a dashboard."""
        return self._execute("cloudwatch", "GetDashboard", parameters, False)

    def get_dataset(self, **parameters: Any) -> dict[str, Any]:
        """Get dataset."""
        return self._execute("cloudwatch", "GetDataset", parameters, False)

    def get_insight_rule_report(self, **parameters: Any) -> dict[str, Any]:
        """Get insight rule report."""
        return self._execute("cloudwatch", "GetInsightRuleReport", parameters, False)

    def get_metric_data(self, **parameters: Unpack[_parameters.GetMetricDataRequest]) -> dict[str, Any]:
        """Read metrics, and arithmetic on them."""
        return self._execute("cloudwatch", "GetMetricData", parameters, False)

    def get_metric_data_query_definition(self, **parameters: Any) -> dict[str, Any]:
        """Get metric data query definition."""
        return self._execute("cloudwatch", "GetMetricDataQueryDefinition", parameters, False)

    def get_metric_statistics(
        self, **parameters: Unpack[_parameters.GetMetricStatisticsRequest]
    ) -> dict[str, Any]:
        """Read the statistics of a metric."""
        return self._execute("cloudwatch", "GetMetricStatistics", parameters, False)

    def get_metric_stream(self, **parameters: Any) -> dict[str, Any]:
        """Get metric stream."""
        return self._execute("cloudwatch", "GetMetricStream", parameters, False)

    def get_metric_widget_image(self, **parameters: Any) -> dict[str, Any]:
        """Get metric widget image."""
        return self._execute("cloudwatch", "GetMetricWidgetImage", parameters, False)

    def get_otel_enrichment(self, **parameters: Any) -> dict[str, Any]:
        """Geto tel enrichment."""
        return self._execute("cloudwatch", "GetOTelEnrichment", parameters, False)

    def get_resource_metrics_configuration(self, **parameters: Any) -> dict[str, Any]:
        """Get resource metrics configuration."""
        return self._execute("cloudwatch", "GetResourceMetricsConfiguration", parameters, False)

    def list_alarm_mute_rules(self, **parameters: Any) -> dict[str, Any]:
        """List alarm mute rules."""
        return self._execute("cloudwatch", "ListAlarmMuteRules", parameters, False)

    def list_dashboards(self, **parameters: Unpack[_parameters.ListDashboardsRequest]) -> dict[str, Any]:
        """List dashboards."""
        return self._execute("cloudwatch", "ListDashboards", parameters, False)

    def list_managed_insight_rules(self, **parameters: Any) -> dict[str, Any]:
        """List managed insight rules."""
        return self._execute("cloudwatch", "ListManagedInsightRules", parameters, False)

    def list_metric_data_query_definitions(self, **parameters: Any) -> dict[str, Any]:
        """List metric data query definitions."""
        return self._execute("cloudwatch", "ListMetricDataQueryDefinitions", parameters, False)

    def list_metric_streams(self, **parameters: Any) -> dict[str, Any]:
        """List metric streams."""
        return self._execute("cloudwatch", "ListMetricStreams", parameters, False)

    def list_metrics(self, **parameters: Unpack[_parameters.ListMetricsRequest]) -> dict[str, Any]:
        """List metrics."""
        return self._execute("cloudwatch", "ListMetrics", parameters, False)

    def list_tags_for_resource(self, **parameters: Any) -> dict[str, Any]:
        """List tags for resource."""
        return self._execute("cloudwatch", "ListTagsForResource", parameters, False)

    def put_alarm_mute_rule(self, **parameters: Any) -> dict[str, Any]:
        """Put alarm mute rule."""
        return self._execute("cloudwatch", "PutAlarmMuteRule", parameters, False)

    def put_anomaly_detector(self, **parameters: Any) -> dict[str, Any]:
        """Put anomaly detector."""
        return self._execute("cloudwatch", "PutAnomalyDetector", parameters, False)

    def put_composite_alarm(self, **parameters: Any) -> dict[str, Any]:
        """Put composite alarm."""
        return self._execute("cloudwatch", "PutCompositeAlarm", parameters, False)

    def put_dashboard(self, **parameters: Unpack[_parameters.PutDashboardRequest]) -> dict[str, Any]:
        """Make or change a dashboard."""
        return self._execute("cloudwatch", "PutDashboard", parameters, False)

    def put_insight_rule(self, **parameters: Any) -> dict[str, Any]:
        """Put insight rule."""
        return self._execute("cloudwatch", "PutInsightRule", parameters, False)

    def put_log_alarm(self, **parameters: Any) -> dict[str, Any]:
        """Put log alarm."""
        return self._execute("cloudwatch", "PutLogAlarm", parameters, False)

    def put_managed_insight_rules(self, **parameters: Any) -> dict[str, Any]:
        """Put managed insight rules."""
        return self._execute("cloudwatch", "PutManagedInsightRules", parameters, False)

    def put_metric_alarm(self, **parameters: Unpack[_parameters.PutMetricAlarmRequest]) -> dict[str, Any]:
        """Make or change an alarm."""
        return self._execute("cloudwatch", "PutMetricAlarm", parameters, False)

    def put_metric_data(self, **parameters: Unpack[_parameters.PutMetricDataRequest]) -> dict[str, Any]:
        """Add to metrics of your own."""
        return self._execute("cloudwatch", "PutMetricData", parameters, False)

    def put_metric_data_query_definition(self, **parameters: Any) -> dict[str, Any]:
        """Put metric data query definition."""
        return self._execute("cloudwatch", "PutMetricDataQueryDefinition", parameters, False)

    def put_metric_stream(self, **parameters: Any) -> dict[str, Any]:
        """Put metric stream."""
        return self._execute("cloudwatch", "PutMetricStream", parameters, False)

    def set_alarm_state(self, **parameters: Unpack[_parameters.SetAlarmStateRequest]) -> dict[str, Any]:
        """Set an alarm's state until it is evaluated again."""
        return self._execute("cloudwatch", "SetAlarmState", parameters, False)

    def start_metric_streams(self, **parameters: Any) -> dict[str, Any]:
        """Start metric streams."""
        return self._execute("cloudwatch", "StartMetricStreams", parameters, False)

    def start_otel_enrichment(self, **parameters: Any) -> dict[str, Any]:
        """Starto tel enrichment."""
        return self._execute("cloudwatch", "StartOTelEnrichment", parameters, False)

    def stop_metric_streams(self, **parameters: Any) -> dict[str, Any]:
        """Stop metric streams."""
        return self._execute("cloudwatch", "StopMetricStreams", parameters, False)

    def stop_otel_enrichment(self, **parameters: Any) -> dict[str, Any]:
        """Stopo tel enrichment."""
        return self._execute("cloudwatch", "StopOTelEnrichment", parameters, False)

    def tag_resource(self, **parameters: Any) -> dict[str, Any]:
        """Tag resource."""
        return self._execute("cloudwatch", "TagResource", parameters, False)

    def untag_resource(self, **parameters: Any) -> dict[str, Any]:
        """Untag resource."""
        return self._execute("cloudwatch", "UntagResource", parameters, False)

    def update_otel_enrichment(self, **parameters: Any) -> dict[str, Any]:
        """Updateo tel enrichment."""
        return self._execute("cloudwatch", "UpdateOTelEnrichment", parameters, False)

    def update_resource_metrics_configuration(self, **parameters: Any) -> dict[str, Any]:
        """Update resource metrics configuration."""
        return self._execute("cloudwatch", "UpdateResourceMetricsConfiguration", parameters, False)
