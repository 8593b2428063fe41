//! AWS's operations that dynacore does not have yet. A caller is told so, instead of that the operation is unknown.

use crate::request::service::Service;

/// All of them exist.
const DYNAMO_DB: &[&str] = &[];

/// All of them exist.
const DYNAMO_DB_STREAMS: &[&str] = &[];

/// All of them exist.
const APPLICATION_AUTO_SCALING: &[&str] = &[];

const CLOUD_WATCH: &[&str] = &[
    "AssociateDatasetKmsKey",
    "CreateResourceMetricsConfiguration",
    "DeleteAlarmMuteRule",
    "DeleteAnomalyDetector",
    "DeleteInsightRules",
    "DeleteMetricDataQueryDefinition",
    "DeleteMetricStream",
    "DeleteResourceMetricsConfiguration",
    "DescribeAlarmContributors",
    "DescribeAlarmsForMetric",
    "DescribeAnomalyDetectors",
    "DisableInsightRules",
    "DisassociateDatasetKmsKey",
    "EnableInsightRules",
    "GetAlarmMuteRule",
    "GetDataset",
    "GetMetricDataQueryDefinition",
    "GetMetricStream",
    "GetMetricWidgetImage",
    "GetOTelEnrichment",
    "GetResourceMetricsConfiguration",
    "ListAlarmMuteRules",
    "ListManagedInsightRules",
    "ListMetricDataQueryDefinitions",
    "ListMetricStreams",
    "ListTagsForResource",
    "PutAlarmMuteRule",
    "PutAnomalyDetector",
    "PutInsightRule",
    "PutLogAlarm",
    "PutManagedInsightRules",
    "PutMetricDataQueryDefinition",
    "PutMetricStream",
    "StartMetricStreams",
    "StartOTelEnrichment",
    "StopMetricStreams",
    "StopOTelEnrichment",
    "TagResource",
    "UntagResource",
    "UpdateOTelEnrichment",
    "UpdateResourceMetricsConfiguration",
];

/// Whether AWS has an operation that dynacore does not have yet.
#[must_use]
pub fn is_unsupported(service: Service, name: &str) -> bool {
    let names: &[&str] = match service {
        Service::DynamoDb => DYNAMO_DB,
        Service::DynamoDbStreams => DYNAMO_DB_STREAMS,
        Service::ApplicationAutoScaling => APPLICATION_AUTO_SCALING,
        Service::CloudWatch => CLOUD_WATCH,
        Service::Lambda | Service::EventBridge => &[],
    };
    names.binary_search(&name).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::Operation;

    #[test]
    fn no_operation_is_both_there_and_missing() {
        for (service, name) in Operation::ALL {
            assert!(!is_unsupported(*service, name), "{name} exists");
        }
        assert!(is_unsupported(Service::CloudWatch, "PutAnomalyDetector"));
        assert!(!is_unsupported(Service::DynamoDb, "Nonsense"));
    }

    #[test]
    fn the_lists_are_in_order_for_the_search() {
        assert!(DYNAMO_DB.is_sorted() && DYNAMO_DB_STREAMS.is_sorted());
        assert!(APPLICATION_AUTO_SCALING.is_sorted() && CLOUD_WATCH.is_sorted());
    }
}
