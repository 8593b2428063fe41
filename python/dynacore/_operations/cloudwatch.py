"""Operations of CloudWatch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from dynacore import _parameters
    from dynacore._operations import Execute


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

    def describe_insight_rules(
        self, **parameters: Unpack[_parameters.DescribeInsightRulesRequest]
    ) -> dict[str, Any]:
        """List the rules of Contributor Insights."""
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

    def get_insight_rule_report(
        self, **parameters: Unpack[_parameters.GetInsightRuleReportRequest]
    ) -> dict[str, Any]:
        """Tell which keys contribute most to a rule of Contributor Insights."""
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

    def put_composite_alarm(
        self, **parameters: Unpack[_parameters.PutCompositeAlarmRequest]
    ) -> dict[str, Any]:
        """Make or change an alarm over other alarms."""
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
