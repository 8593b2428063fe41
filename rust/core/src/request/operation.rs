//! The table of operations.

use crate::error::Error;
use crate::expression::Cache;
use crate::request::backup_members::BackupOutput;
use crate::request::batch_get_item::{BatchGetItem, BatchGetItemInput, BatchGetItemOutput};
use crate::request::batch_write_item::{BatchWriteItem, BatchWriteItemInput, BatchWriteItemOutput};
use crate::request::bulk::{
    BulkOperationOutput, CancelBulkOperation, CancelBulkOperationInput, CancelBulkOperationOutput,
    DescribeBulkOperation, DescribeBulkOperationInput, ListBulkOperations, ListBulkOperationsInput,
    ListBulkOperationsOutput, StartBulkPutItems, StartBulkPutItemsInput,
};
use crate::request::cloudwatch::{
    DeleteAlarms, DeleteAlarmsInput, DeleteDashboards, DeleteDashboardsInput, DescribeAlarmHistory,
    DescribeAlarmHistoryInput, DescribeAlarmHistoryOutput, DescribeAlarms, DescribeAlarmsInput,
    DescribeAlarmsOutput, DescribeInsightRules, DescribeInsightRulesInput, DescribeInsightRulesOutput,
    DisableAlarmActions, DisableAlarmActionsInput, EnableAlarmActions, EnableAlarmActionsInput, GetDashboard,
    GetDashboardInput, GetDashboardOutput, GetInsightRuleReport, GetInsightRuleReportInput,
    GetInsightRuleReportOutput, GetMetricData, GetMetricDataInput, GetMetricDataOutput, GetMetricStatistics,
    GetMetricStatisticsInput, GetMetricStatisticsOutput, ListDashboards, ListDashboardsInput,
    ListDashboardsOutput, ListMetrics, ListMetricsInput, ListMetricsOutput, PutCompositeAlarm,
    PutCompositeAlarmInput, PutDashboard, PutDashboardInput, PutDashboardOutput, PutMetricAlarm,
    PutMetricAlarmInput, PutMetricData, PutMetricDataInput, SetAlarmState, SetAlarmStateInput,
};
use crate::request::context::Context;
use crate::request::continuous_backups_members::ContinuousBackupsOutput;
use crate::request::create_backup::{CreateBackup, CreateBackupInput, CreateBackupOutput};
use crate::request::create_table::{CreateTable, CreateTableInput};
use crate::request::delete_backup::{DeleteBackup, DeleteBackupInput};
use crate::request::delete_item::{DeleteItem, DeleteItemInput};
use crate::request::delete_resource_policy::{DeleteResourcePolicy, DeleteResourcePolicyInput};
use crate::request::delete_table::{DeleteTable, DeleteTableInput};
use crate::request::describe_backup::{DescribeBackup, DescribeBackupInput};
use crate::request::describe_continuous_backups::{
    DescribeContinuousBackups, DescribeContinuousBackupsInput,
};
use crate::request::describe_contributor_insights::{
    DescribeContributorInsights, DescribeContributorInsightsInput, DescribeContributorInsightsOutput,
};
use crate::request::describe_endpoints::{
    DescribeEndpoints, DescribeEndpointsInput, DescribeEndpointsOutput,
};
use crate::request::describe_limits::{DescribeLimits, DescribeLimitsInput, DescribeLimitsOutput};
use crate::request::describe_table::{DescribeTable, DescribeTableInput};
use crate::request::describe_time_to_live::{
    DescribeTimeToLive, DescribeTimeToLiveInput, DescribeTimeToLiveOutput,
};
use crate::request::events::{
    DeleteRule, DeleteRuleInput, DescribeRule, DescribeRuleInput, DisableRule, EnableRule, ListRules,
    ListRulesInput, ListRulesOutput, ListTargetsByRule, ListTargetsByRuleInput, ListTargetsByRuleOutput,
    PutEvents, PutEventsInput, PutEventsOutput, PutRule, PutRuleInput, PutRuleOutput, PutTargets,
    PutTargetsInput, RemoveTargets, RemoveTargetsInput, RuleOutput, SwitchRuleInput, TargetChangeOutput,
    TestEventPattern, TestEventPatternInput, TestEventPatternOutput,
};
use crate::request::get_item::{GetItem, GetItemInput, GetItemOutput};
use crate::request::get_resource_policy::{
    GetResourcePolicy, GetResourcePolicyInput, GetResourcePolicyOutput,
};
use crate::request::global::{
    CreateGlobalTable, CreateGlobalTableInput, DescribeGlobalTable, DescribeGlobalTableInput,
    DescribeGlobalTableSettings, DescribeGlobalTableSettingsInput, DescribeTableReplicaAutoScaling,
    DescribeTableReplicaAutoScalingInput, GlobalTableOutput, GlobalTableSettingsOutput, ListGlobalTables,
    ListGlobalTablesInput, ListGlobalTablesOutput, TableScalingOutput, UpdateGlobalTable,
    UpdateGlobalTableInput, UpdateGlobalTableSettings, UpdateGlobalTableSettingsInput,
    UpdateTableReplicaAutoScaling, UpdateTableReplicaAutoScalingInput,
};
use crate::request::insights_members::ContributorInsightsSummary;
use crate::request::kinesis::{
    DescribeKinesisStreamingDestination, DescribeKinesisStreamingDestinationInput,
    DescribeKinesisStreamingDestinationOutput, DisableKinesisStreamingDestination,
    DisableKinesisStreamingDestinationInput, EnableKinesisStreamingDestination,
    EnableKinesisStreamingDestinationInput, KinesisStreamingDestinationOutput,
    UpdateKinesisStreamingDestination, UpdateKinesisStreamingDestinationInput,
    UpdateKinesisStreamingDestinationOutput,
};
use crate::request::lambda::{
    CreateEventSourceMapping, CreateEventSourceMappingInput, DeleteEventSourceMapping,
    DeleteEventSourceMappingInput, GetEventSourceMapping, GetEventSourceMappingInput,
    ListEventSourceMappings, ListEventSourceMappingsInput, ListEventSourceMappingsOutput, MappingOutput,
    UpdateEventSourceMapping, UpdateEventSourceMappingInput,
};
use crate::request::list_backups::{ListBackups, ListBackupsInput, ListBackupsOutput};
use crate::request::list_contributor_insights::{
    ListContributorInsights, ListContributorInsightsInput, ListContributorInsightsOutput,
};
use crate::request::list_tables::{ListTables, ListTablesInput, ListTablesOutput};
use crate::request::list_tags_of_resource::{
    ListTagsOfResource, ListTagsOfResourceInput, ListTagsOfResourceOutput,
};
use crate::request::page_options::PageOutput;
use crate::request::partiql::{
    BatchExecuteStatement, BatchExecuteStatementInput, BatchExecuteStatementOutput, ExecuteStatement,
    ExecuteStatementInput, ExecuteStatementOutput, ExecuteTransaction, ExecuteTransactionInput,
    ExecuteTransactionOutput,
};
use crate::request::put_item::{PutItem, PutItemInput};
use crate::request::put_resource_policy::{PutResourcePolicy, PutResourcePolicyInput, RevisionOutput};
use crate::request::query::{Query, QueryInput};
use crate::request::restore_table_from_backup::{RestoreTableFromBackup, RestoreTableFromBackupInput};
use crate::request::restore_table_to_point_in_time::{
    RestoreTableToPointInTime, RestoreTableToPointInTimeInput,
};
use crate::request::return_values::WriteOutput;
use crate::request::scaling::{
    DeleteScalingPolicy, DeleteScalingPolicyInput, DeleteScheduledAction, DeleteScheduledActionInput,
    DeregisterScalableTarget, DeregisterScalableTargetInput, DescribeScalableTargets,
    DescribeScalableTargetsInput, DescribeScalableTargetsOutput, DescribeScalingActivities,
    DescribeScalingActivitiesInput, DescribeScalingActivitiesOutput, DescribeScalingPolicies,
    DescribeScalingPoliciesInput, DescribeScalingPoliciesOutput, DescribeScheduledActions,
    DescribeScheduledActionsInput, DescribeScheduledActionsOutput, EmptyOutput, GetPredictiveScalingForecast,
    GetPredictiveScalingForecastInput, ListScalableTargetTags, ListScalableTargetTagsInput,
    ListScalableTargetTagsOutput, PutScalingPolicy, PutScalingPolicyInput, PutScalingPolicyOutput,
    PutScheduledAction, PutScheduledActionInput, RegisterScalableTarget, RegisterScalableTargetInput,
    RegisterScalableTargetOutput, TagScalableTarget, TagScalableTargetInput, UntagScalableTarget,
    UntagScalableTargetInput,
};
use crate::request::scan::{Scan, ScanInput};
use crate::request::search_vectors::{SearchVectors, SearchVectorsInput, SearchVectorsOutput};
use crate::request::service::Service;
use crate::request::streams::{
    DescribeStream, DescribeStreamInput, DescribeStreamOutput, GetRecords, GetRecordsInput, GetRecordsOutput,
    GetShardIterator, GetShardIteratorInput, GetShardIteratorOutput, ListStreams, ListStreamsInput,
    ListStreamsOutput,
};
use crate::request::table_description::TableOutput;
use crate::request::tag_resource::{TagResource, TagResourceInput};
use crate::request::transact_get_items::{TransactGetItems, TransactGetItemsInput, TransactGetItemsOutput};
use crate::request::transact_write_items::{
    TransactWriteItems, TransactWriteItemsInput, TransactWriteItemsOutput,
};
use crate::request::transfer::{
    DescribeExport, DescribeExportInput, DescribeImport, DescribeImportInput, ExportOutput, ExportTable,
    ExportTableInput, ImportOutput, ImportTable, ImportTableInput, ListExports, ListExportsInput,
    ListExportsOutput, ListImports, ListImportsInput, ListImportsOutput,
};
use crate::request::unsupported::is_unsupported;
use crate::request::untag_resource::{UntagResource, UntagResourceInput};
use crate::request::update_continuous_backups::{UpdateContinuousBackups, UpdateContinuousBackupsInput};
use crate::request::update_contributor_insights::{
    UpdateContributorInsights, UpdateContributorInsightsInput,
};
use crate::request::update_item::{UpdateItem, UpdateItemInput};
use crate::request::update_table::{UpdateTable, UpdateTableInput};
use crate::request::update_time_to_live::{UpdateTimeToLive, UpdateTimeToLiveInput, UpdateTimeToLiveOutput};
use crate::table::MeteredOperation;
use crate::wire::{FromWire, Parameter, Reader, ToWire, Writer};

/// The name of an operation on the wire: two services may have one of the same name.
macro_rules! wire_name {
    ( $name:ident ) => {
        stringify!($name)
    };
    ( $name:ident $wire:literal ) => {
        $wire
    };
}

/// How a request or an answer is held. A large one is `boxed`: all of them are moved some times, and each move takes the
/// time of the largest.
macro_rules! held {
    ( $shape:ident ) => {
        $shape
    };
    ( $shape:ident boxed ) => {
        Box<$shape>
    };
}

/// Declares every operation once: its service, its name, how it is read, and the shape of its answer.
macro_rules! operations {
    ( $context:ident; $( $service:ident $name:ident $( as $wire:literal )? ( $input:ident $( $held:ident )? ) $( with $cache:ident )? -> $output:ident $( $boxed:ident )? );* $(;)? ) => {
        /// A request, read and checked as far as that needs no table.
        pub enum Operation { $(
            #[doc = concat!("`", stringify!($name), "`.")]
            $name(held!($name $( $held )?)),
        )* }

        /// The answer of an operation.
        pub enum Response { $(
            #[doc = concat!("The answer of `", stringify!($name), "`.")]
            $name(held!($output $( $boxed )?)),
        )* }

        impl Operation {
            /// Every operation: its service and name.
            pub const ALL: &'static [(Service, &'static str)] =
                &[ $( (Service::$service, wire_name!($name $( $wire )?)), )* ];

            /// The parameters of an operation: those that are read and those that are refused with a clear error.
            /// `None` for an operation that does not exist here.
            #[must_use]
            pub fn parameters(service: Service, name: &str) -> Option<Vec<Parameter>> {
                let mut found = Vec::new();
                match (service, name) {
                    $( (Service::$service, wire_name!($name $( $wire )?)) => $input::list_parameters("", &mut found), )*
                    _ => return None,
                }
                Some(found)
            }

            /// Whether there is such an operation.
            #[must_use]
            pub fn exists(service: Service, name: &str) -> bool {
                Self::ALL.iter().any(|(of, known)| *of == service && *known == name)
            }

            /// Reads and checks a request.
            ///
            /// # Errors
            /// `UnknownOperationException`, `SerializationException` or `ValidationException`.
            pub fn read<R: Reader>(
                service: Service,
                name: &str,
                reader: &mut R,
                $context: &Cache,
            ) -> Result<Self, Error> {
                match (service, name) {
                    $( (Service::$service, wire_name!($name $( $wire )?)) => {
                        let input = $input::read(reader)?;
                        Ok(Self::$name($name::new(input $(, $cache)?)?.into()))
                    } )*
                    _ if is_unsupported(service, name) => Err(Error::UnknownOperation(format!(
                        "{name} is an operation of {} that dynacore does not support yet",
                        service.name()
                    ))),
                    _ => Err(Error::UnknownOperation(String::new())),
                }
            }

            /// The operation's name.
            #[must_use]
            pub fn name(&self) -> &'static str {
                match self { $( Self::$name(_) => wire_name!($name $( $wire )?), )* }
            }

            /// The operation's service.
            #[must_use]
            pub fn service(&self) -> Service {
                match self { $( Self::$name(_) => Service::$service, )* }
            }

            /// The operation as DynamoDB's metrics count it; none for those they do not.
            #[must_use]
            pub fn metered(&self) -> Option<MeteredOperation> {
                match self { $( Self::$name(_) => const {
                    match Service::$service {
                        Service::DynamoDb | Service::DynamoDbStreams => {
                            MeteredOperation::named(wire_name!($name $( $wire )?))
                        }
                        _ => None,
                    }
                }, )* }
            }

            /// Carries the request out.
            ///
            /// # Errors
            /// The operation's exceptions.
            pub fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
                match self { $( Self::$name(request) => request.execute(context).map(|output| Response::$name(output.into())), )* }
            }
        }

        impl ToWire for Response {
            fn write<W: Writer>(&self, writer: &mut W) {
                match self { $( Self::$name(output) => output.write(writer), )* }
            }
        }
    };
}

operations! {
    cache;
    DynamoDb BatchExecuteStatement(BatchExecuteStatementInput) with cache -> BatchExecuteStatementOutput;
    DynamoDb BatchGetItem(BatchGetItemInput) with cache -> BatchGetItemOutput;
    DynamoDb BatchWriteItem(BatchWriteItemInput) -> BatchWriteItemOutput;
    DynamoDb CancelBulkOperation(CancelBulkOperationInput) -> CancelBulkOperationOutput;
    DynamoDb CreateBackup(CreateBackupInput) -> CreateBackupOutput boxed;
    DynamoDb CreateGlobalTable(CreateGlobalTableInput) -> GlobalTableOutput boxed;
    DynamoDb CreateTable(CreateTableInput boxed) -> TableOutput boxed;
    DynamoDb DeleteBackup(DeleteBackupInput boxed) -> BackupOutput boxed;
    DynamoDb DeleteItem(DeleteItemInput) with cache -> WriteOutput;
    DynamoDb DeleteResourcePolicy(DeleteResourcePolicyInput boxed) -> RevisionOutput;
    DynamoDb DeleteTable(DeleteTableInput) -> TableOutput boxed;
    DynamoDb DescribeBackup(DescribeBackupInput boxed) -> BackupOutput boxed;
    DynamoDb DescribeBulkOperation(DescribeBulkOperationInput) -> BulkOperationOutput boxed;
    DynamoDb DescribeContinuousBackups(DescribeContinuousBackupsInput) -> ContinuousBackupsOutput boxed;
    DynamoDb DescribeContributorInsights(DescribeContributorInsightsInput) -> DescribeContributorInsightsOutput boxed;
    DynamoDb DescribeEndpoints(DescribeEndpointsInput) -> DescribeEndpointsOutput;
    DynamoDb DescribeExport(DescribeExportInput) -> ExportOutput boxed;
    DynamoDb DescribeGlobalTable(DescribeGlobalTableInput) -> GlobalTableOutput boxed;
    DynamoDb DescribeGlobalTableSettings(DescribeGlobalTableSettingsInput) -> GlobalTableSettingsOutput;
    DynamoDb DescribeImport(DescribeImportInput) -> ImportOutput boxed;
    DynamoDb DescribeKinesisStreamingDestination(DescribeKinesisStreamingDestinationInput) -> DescribeKinesisStreamingDestinationOutput;
    DynamoDb DescribeLimits(DescribeLimitsInput) -> DescribeLimitsOutput;
    DynamoDb DescribeTable(DescribeTableInput) -> TableOutput boxed;
    DynamoDb DescribeTableReplicaAutoScaling(DescribeTableReplicaAutoScalingInput) -> TableScalingOutput;
    DynamoDb DescribeTimeToLive(DescribeTimeToLiveInput) -> DescribeTimeToLiveOutput;
    DynamoDb DisableKinesisStreamingDestination(DisableKinesisStreamingDestinationInput) -> KinesisStreamingDestinationOutput boxed;
    DynamoDb EnableKinesisStreamingDestination(EnableKinesisStreamingDestinationInput) -> KinesisStreamingDestinationOutput boxed;
    DynamoDb ExecuteStatement(ExecuteStatementInput boxed) with cache -> ExecuteStatementOutput;
    DynamoDb ExecuteTransaction(ExecuteTransactionInput) with cache -> ExecuteTransactionOutput;
    DynamoDb ExportTable as "ExportTableToPointInTime"(ExportTableInput boxed) -> ExportOutput boxed;
    DynamoDb GetItem(GetItemInput) with cache -> GetItemOutput;
    DynamoDb GetResourcePolicy(GetResourcePolicyInput boxed) -> GetResourcePolicyOutput;
    DynamoDb ImportTable(ImportTableInput boxed) -> ImportOutput boxed;
    DynamoDb ListBackups(ListBackupsInput boxed) -> ListBackupsOutput;
    DynamoDb ListBulkOperations(ListBulkOperationsInput) -> ListBulkOperationsOutput;
    DynamoDb ListContributorInsights(ListContributorInsightsInput) -> ListContributorInsightsOutput;
    DynamoDb ListExports(ListExportsInput) -> ListExportsOutput;
    DynamoDb ListGlobalTables(ListGlobalTablesInput) -> ListGlobalTablesOutput;
    DynamoDb ListImports(ListImportsInput) -> ListImportsOutput;
    DynamoDb ListTables(ListTablesInput) -> ListTablesOutput;
    DynamoDb ListTagsOfResource(ListTagsOfResourceInput boxed) -> ListTagsOfResourceOutput;
    DynamoDb PutItem(PutItemInput) with cache -> WriteOutput;
    DynamoDb PutResourcePolicy(PutResourcePolicyInput boxed) -> RevisionOutput;
    DynamoDb Query(QueryInput boxed) with cache -> PageOutput;
    DynamoDb RestoreTableFromBackup(RestoreTableFromBackupInput boxed) -> TableOutput boxed;
    DynamoDb RestoreTableToPointInTime(RestoreTableToPointInTimeInput boxed) -> TableOutput boxed;
    DynamoDb Scan(ScanInput boxed) with cache -> PageOutput;
    DynamoDb SearchVectors(SearchVectorsInput boxed) with cache -> SearchVectorsOutput;
    DynamoDb StartBulkPutItems(StartBulkPutItemsInput boxed) -> BulkOperationOutput boxed;
    DynamoDb TagResource(TagResourceInput boxed) -> EmptyOutput;
    DynamoDb TransactGetItems(TransactGetItemsInput) with cache -> TransactGetItemsOutput;
    DynamoDb TransactWriteItems(TransactWriteItemsInput) with cache -> TransactWriteItemsOutput;
    DynamoDb UntagResource(UntagResourceInput boxed) -> EmptyOutput;
    DynamoDb UpdateContinuousBackups(UpdateContinuousBackupsInput) -> ContinuousBackupsOutput boxed;
    DynamoDb UpdateContributorInsights(UpdateContributorInsightsInput) -> ContributorInsightsSummary boxed;
    DynamoDb UpdateGlobalTable(UpdateGlobalTableInput) -> GlobalTableOutput boxed;
    DynamoDb UpdateGlobalTableSettings(UpdateGlobalTableSettingsInput boxed) -> GlobalTableSettingsOutput;
    DynamoDb UpdateItem(UpdateItemInput boxed) with cache -> WriteOutput;
    DynamoDb UpdateKinesisStreamingDestination(UpdateKinesisStreamingDestinationInput) -> UpdateKinesisStreamingDestinationOutput boxed;
    DynamoDb UpdateTable(UpdateTableInput boxed) -> TableOutput boxed;
    DynamoDb UpdateTableReplicaAutoScaling(UpdateTableReplicaAutoScalingInput boxed) -> TableScalingOutput;
    DynamoDb UpdateTimeToLive(UpdateTimeToLiveInput) -> UpdateTimeToLiveOutput;
    DynamoDbStreams DescribeStream(DescribeStreamInput) -> DescribeStreamOutput boxed;
    DynamoDbStreams GetRecords(GetRecordsInput) -> GetRecordsOutput;
    DynamoDbStreams GetShardIterator(GetShardIteratorInput) -> GetShardIteratorOutput;
    DynamoDbStreams ListStreams(ListStreamsInput) -> ListStreamsOutput;
    ApplicationAutoScaling DeleteScalingPolicy(DeleteScalingPolicyInput) -> EmptyOutput;
    ApplicationAutoScaling DeleteScheduledAction(DeleteScheduledActionInput) -> EmptyOutput;
    ApplicationAutoScaling DeregisterScalableTarget(DeregisterScalableTargetInput) -> EmptyOutput;
    ApplicationAutoScaling DescribeScalableTargets(DescribeScalableTargetsInput) -> DescribeScalableTargetsOutput;
    ApplicationAutoScaling DescribeScalingActivities(DescribeScalingActivitiesInput) -> DescribeScalingActivitiesOutput;
    ApplicationAutoScaling DescribeScalingPolicies(DescribeScalingPoliciesInput) -> DescribeScalingPoliciesOutput;
    ApplicationAutoScaling DescribeScheduledActions(DescribeScheduledActionsInput) -> DescribeScheduledActionsOutput;
    ApplicationAutoScaling GetPredictiveScalingForecast(GetPredictiveScalingForecastInput) -> EmptyOutput;
    ApplicationAutoScaling ListScalableTargetTags as "ListTagsForResource"(ListScalableTargetTagsInput) -> ListScalableTargetTagsOutput;
    ApplicationAutoScaling PutScalingPolicy(PutScalingPolicyInput boxed) -> PutScalingPolicyOutput;
    ApplicationAutoScaling PutScheduledAction(PutScheduledActionInput boxed) -> EmptyOutput;
    ApplicationAutoScaling RegisterScalableTarget(RegisterScalableTargetInput boxed) -> RegisterScalableTargetOutput;
    ApplicationAutoScaling TagScalableTarget as "TagResource"(TagScalableTargetInput) -> EmptyOutput;
    ApplicationAutoScaling UntagScalableTarget as "UntagResource"(UntagScalableTargetInput) -> EmptyOutput;
    CloudWatch DeleteAlarms(DeleteAlarmsInput) -> EmptyOutput;
    CloudWatch DeleteDashboards(DeleteDashboardsInput) -> EmptyOutput;
    CloudWatch DescribeAlarmHistory(DescribeAlarmHistoryInput boxed) -> DescribeAlarmHistoryOutput;
    CloudWatch DescribeAlarms(DescribeAlarmsInput boxed) -> DescribeAlarmsOutput;
    CloudWatch DescribeInsightRules(DescribeInsightRulesInput) -> DescribeInsightRulesOutput;
    CloudWatch DisableAlarmActions(DisableAlarmActionsInput) -> EmptyOutput;
    CloudWatch EnableAlarmActions(EnableAlarmActionsInput) -> EmptyOutput;
    CloudWatch GetDashboard(GetDashboardInput) -> GetDashboardOutput;
    CloudWatch GetInsightRuleReport(GetInsightRuleReportInput boxed) -> GetInsightRuleReportOutput boxed;
    CloudWatch GetMetricData(GetMetricDataInput) -> GetMetricDataOutput;
    CloudWatch GetMetricStatistics(GetMetricStatisticsInput boxed) -> GetMetricStatisticsOutput;
    CloudWatch ListDashboards(ListDashboardsInput) -> ListDashboardsOutput;
    CloudWatch ListMetrics(ListMetricsInput boxed) -> ListMetricsOutput;
    CloudWatch PutCompositeAlarm(PutCompositeAlarmInput boxed) -> EmptyOutput;
    CloudWatch PutDashboard(PutDashboardInput) -> PutDashboardOutput;
    CloudWatch PutMetricAlarm(PutMetricAlarmInput boxed) -> EmptyOutput;
    CloudWatch PutMetricData(PutMetricDataInput) -> EmptyOutput;
    CloudWatch SetAlarmState(SetAlarmStateInput) -> EmptyOutput;
    Lambda CreateEventSourceMapping(CreateEventSourceMappingInput boxed) -> MappingOutput boxed;
    Lambda DeleteEventSourceMapping(DeleteEventSourceMappingInput) -> MappingOutput boxed;
    Lambda GetEventSourceMapping(GetEventSourceMappingInput) -> MappingOutput boxed;
    Lambda ListEventSourceMappings(ListEventSourceMappingsInput) -> ListEventSourceMappingsOutput;
    Lambda UpdateEventSourceMapping(UpdateEventSourceMappingInput boxed) -> MappingOutput boxed;
    EventBridge DeleteRule(DeleteRuleInput) -> EmptyOutput;
    EventBridge DescribeRule(DescribeRuleInput) -> RuleOutput boxed;
    EventBridge DisableRule(SwitchRuleInput) -> EmptyOutput;
    EventBridge EnableRule(SwitchRuleInput) -> EmptyOutput;
    EventBridge ListRules(ListRulesInput) -> ListRulesOutput;
    EventBridge ListTargetsByRule(ListTargetsByRuleInput) -> ListTargetsByRuleOutput;
    EventBridge PutEvents(PutEventsInput) -> PutEventsOutput;
    EventBridge PutRule(PutRuleInput boxed) -> PutRuleOutput;
    EventBridge PutTargets(PutTargetsInput) -> TargetChangeOutput;
    EventBridge RemoveTargets(RemoveTargetsInput) -> TargetChangeOutput;
    EventBridge TestEventPattern(TestEventPatternInput) -> TestEventPatternOutput;
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What every call pays to move its request and its answer from layer to layer.
    #[test]
    fn requests_and_answers_are_small() {
        assert!(size_of::<Operation>() <= 96, "{}", size_of::<Operation>());
        assert!(size_of::<Response>() <= 96, "{}", size_of::<Response>());
    }
}
