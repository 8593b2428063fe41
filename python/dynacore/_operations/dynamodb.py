"""Operations of DynamoDB."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from dynacore import _parameters
    from dynacore._operations import Execute


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

    def create_backup(self, **parameters: Unpack[_parameters.CreateBackupRequest]) -> dict[str, Any]:
        """Back a table up."""
        return self._execute("dynamodb", "CreateBackup", parameters, False)

    def create_global_table(
        self, **parameters: Unpack[_parameters.CreateGlobalTableRequest]
    ) -> dict[str, Any]:
        """Make a global table (version 2017)."""
        return self._execute("dynamodb", "CreateGlobalTable", parameters, False)

    def create_table(self, **parameters: Unpack[_parameters.CreateTableRequest]) -> dict[str, Any]:
        """Make a table."""
        return self._execute("dynamodb", "CreateTable", parameters, False)

    def delete_backup(self, **parameters: Unpack[_parameters.DeleteBackupRequest]) -> dict[str, Any]:
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

    def describe_backup(self, **parameters: Unpack[_parameters.DescribeBackupRequest]) -> dict[str, Any]:
        """Describe a backup."""
        return self._execute("dynamodb", "DescribeBackup", parameters, False)

    def describe_bulk_operation(
        self, **parameters: Unpack[_parameters.DescribeBulkOperationRequest]
    ) -> dict[str, Any]:
        """Describe a bulk operation."""
        return self._execute("dynamodb", "DescribeBulkOperation", parameters, False)

    def describe_continuous_backups(
        self, **parameters: Unpack[_parameters.DescribeContinuousBackupsRequest]
    ) -> dict[str, Any]:
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

    def describe_global_table(
        self, **parameters: Unpack[_parameters.DescribeGlobalTableRequest]
    ) -> dict[str, Any]:
        """Describe a global table (version 2017)."""
        return self._execute("dynamodb", "DescribeGlobalTable", parameters, False)

    def describe_global_table_settings(
        self, **parameters: Unpack[_parameters.DescribeGlobalTableSettingsRequest]
    ) -> dict[str, Any]:
        """Describe a global table's settings (version 2017)."""
        return self._execute("dynamodb", "DescribeGlobalTableSettings", parameters, False)

    def describe_import(self, **parameters: Unpack[_parameters.DescribeImportRequest]) -> dict[str, Any]:
        """Describe an import."""
        return self._execute("dynamodb", "DescribeImport", parameters, False)

    def describe_kinesis_streaming_destination(
        self, **parameters: Unpack[_parameters.DescribeKinesisStreamingDestinationRequest]
    ) -> dict[str, Any]:
        """Describe a table's Kinesis destinations."""
        return self._execute("dynamodb", "DescribeKinesisStreamingDestination", parameters, False)

    def describe_limits(self, **parameters: Unpack[_parameters.DescribeLimitsRequest]) -> dict[str, Any]:
        """Tell the account's limits."""
        return self._execute("dynamodb", "DescribeLimits", parameters, False)

    def describe_table(self, **parameters: Unpack[_parameters.DescribeTableRequest]) -> dict[str, Any]:
        """Describe a table."""
        return self._execute("dynamodb", "DescribeTable", parameters, False)

    def describe_table_replica_auto_scaling(
        self, **parameters: Unpack[_parameters.DescribeTableReplicaAutoScalingRequest]
    ) -> dict[str, Any]:
        """Describe the auto scaling of a table's replicas."""
        return self._execute("dynamodb", "DescribeTableReplicaAutoScaling", parameters, False)

    def describe_time_to_live(
        self, **parameters: Unpack[_parameters.DescribeTimeToLiveRequest]
    ) -> dict[str, Any]:
        """Describe a table's time to live."""
        return self._execute("dynamodb", "DescribeTimeToLive", parameters, False)

    def disable_kinesis_streaming_destination(
        self, **parameters: Unpack[_parameters.DisableKinesisStreamingDestinationRequest]
    ) -> dict[str, Any]:
        """Stop streaming to Kinesis."""
        return self._execute("dynamodb", "DisableKinesisStreamingDestination", parameters, False)

    def enable_kinesis_streaming_destination(
        self, **parameters: Unpack[_parameters.EnableKinesisStreamingDestinationRequest]
    ) -> dict[str, Any]:
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

    def list_backups(self, **parameters: Unpack[_parameters.ListBackupsRequest]) -> dict[str, Any]:
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

    def list_global_tables(self, **parameters: Unpack[_parameters.ListGlobalTablesRequest]) -> dict[str, Any]:
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

    def restore_table_from_backup(
        self, **parameters: Unpack[_parameters.RestoreTableFromBackupRequest]
    ) -> dict[str, Any]:
        """Restore a backup into a new table."""
        return self._execute("dynamodb", "RestoreTableFromBackup", parameters, False)

    def restore_table_to_point_in_time(
        self, **parameters: Unpack[_parameters.RestoreTableToPointInTimeRequest]
    ) -> dict[str, Any]:
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

    def update_continuous_backups(
        self, **parameters: Unpack[_parameters.UpdateContinuousBackupsRequest]
    ) -> dict[str, Any]:
        """Switch continuous backups."""
        return self._execute("dynamodb", "UpdateContinuousBackups", parameters, False)

    def update_contributor_insights(
        self, **parameters: Unpack[_parameters.UpdateContributorInsightsRequest]
    ) -> dict[str, Any]:
        """Switch contributor insights."""
        return self._execute("dynamodb", "UpdateContributorInsights", parameters, False)

    def update_global_table(
        self, **parameters: Unpack[_parameters.UpdateGlobalTableRequest]
    ) -> dict[str, Any]:
        """Add or remove replicas (version 2017)."""
        return self._execute("dynamodb", "UpdateGlobalTable", parameters, False)

    def update_global_table_settings(
        self, **parameters: Unpack[_parameters.UpdateGlobalTableSettingsRequest]
    ) -> dict[str, Any]:
        """Change a global table's settings (version 2017)."""
        return self._execute("dynamodb", "UpdateGlobalTableSettings", parameters, False)

    def update_item(self, **parameters: Unpack[_parameters.UpdateItemRequest]) -> dict[str, Any]:
        """Change an item, or make it."""
        return self._execute("dynamodb", "UpdateItem", parameters, False)

    def update_kinesis_streaming_destination(
        self, **parameters: Unpack[_parameters.UpdateKinesisStreamingDestinationRequest]
    ) -> dict[str, Any]:
        """Change a Kinesis destination."""
        return self._execute("dynamodb", "UpdateKinesisStreamingDestination", parameters, False)

    def update_table(self, **parameters: Unpack[_parameters.UpdateTableRequest]) -> dict[str, Any]:
        """Change a table's throughput, billing, indexes, stream or replicas."""
        return self._execute("dynamodb", "UpdateTable", parameters, False)

    def update_table_replica_auto_scaling(
        self, **parameters: Unpack[_parameters.UpdateTableReplicaAutoScalingRequest]
    ) -> dict[str, Any]:
        """Change the auto scaling of a table's replicas."""
        return self._execute("dynamodb", "UpdateTableReplicaAutoScaling", parameters, False)

    def update_time_to_live(
        self, **parameters: Unpack[_parameters.UpdateTimeToLiveRequest]
    ) -> dict[str, Any]:
        """Switch a table's time to live."""
        return self._execute("dynamodb", "UpdateTimeToLive", parameters, False)
