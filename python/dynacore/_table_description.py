"""What DescribeTable tells of a table, as attributes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime


class TableDescription:
    """Members of DynamoDB's `TableDescription` by boto3's names; `None` for what a table does not have."""

    def _described(self, member: str) -> Any:
        raise NotImplementedError

    @property
    def attribute_definitions(self) -> list[dict[str, Any]] | None:
        """`AttributeDefinitions` of the description."""
        return self._described("AttributeDefinitions")  # type: ignore[no-any-return]

    @property
    def key_schema(self) -> list[dict[str, Any]] | None:
        """`KeySchema` of the description."""
        return self._described("KeySchema")  # type: ignore[no-any-return]

    @property
    def table_status(self) -> str | None:
        """`TableStatus` of the description."""
        return self._described("TableStatus")  # type: ignore[no-any-return]

    @property
    def creation_date_time(self) -> datetime | None:
        """`CreationDateTime` of the description."""
        return self._described("CreationDateTime")  # type: ignore[no-any-return]

    @property
    def provisioned_throughput(self) -> dict[str, Any] | None:
        """`ProvisionedThroughput` of the description."""
        return self._described("ProvisionedThroughput")  # type: ignore[no-any-return]

    @property
    def table_size_bytes(self) -> int | None:
        """`TableSizeBytes` of the description."""
        return self._described("TableSizeBytes")  # type: ignore[no-any-return]

    @property
    def item_count(self) -> int | None:
        """`ItemCount` of the description."""
        return self._described("ItemCount")  # type: ignore[no-any-return]

    @property
    def table_arn(self) -> str | None:
        """`TableArn` of the description."""
        return self._described("TableArn")  # type: ignore[no-any-return]

    @property
    def table_id(self) -> str | None:
        """`TableId` of the description."""
        return self._described("TableId")  # type: ignore[no-any-return]

    @property
    def billing_mode_summary(self) -> dict[str, Any] | None:
        """`BillingModeSummary` of the description."""
        return self._described("BillingModeSummary")  # type: ignore[no-any-return]

    @property
    def local_secondary_indexes(self) -> list[dict[str, Any]] | None:
        """`LocalSecondaryIndexes` of the description."""
        return self._described("LocalSecondaryIndexes")  # type: ignore[no-any-return]

    @property
    def global_secondary_indexes(self) -> list[dict[str, Any]] | None:
        """`GlobalSecondaryIndexes` of the description."""
        return self._described("GlobalSecondaryIndexes")  # type: ignore[no-any-return]

    @property
    def stream_specification(self) -> dict[str, Any] | None:
        """`StreamSpecification` of the description."""
        return self._described("StreamSpecification")  # type: ignore[no-any-return]

    @property
    def latest_stream_label(self) -> str | None:
        """`LatestStreamLabel` of the description."""
        return self._described("LatestStreamLabel")  # type: ignore[no-any-return]

    @property
    def latest_stream_arn(self) -> str | None:
        """`LatestStreamArn` of the description."""
        return self._described("LatestStreamArn")  # type: ignore[no-any-return]

    @property
    def global_table_version(self) -> str | None:
        """`GlobalTableVersion` of the description."""
        return self._described("GlobalTableVersion")  # type: ignore[no-any-return]

    @property
    def replicas(self) -> list[dict[str, Any]] | None:
        """`Replicas` of the description."""
        return self._described("Replicas")  # type: ignore[no-any-return]

    @property
    def global_table_witnesses(self) -> list[dict[str, Any]] | None:
        """`GlobalTableWitnesses` of the description."""
        return self._described("GlobalTableWitnesses")  # type: ignore[no-any-return]

    @property
    def global_table_settings_replication_mode(self) -> str | None:
        """`GlobalTableSettingsReplicationMode` of the description."""
        return self._described("GlobalTableSettingsReplicationMode")  # type: ignore[no-any-return]

    @property
    def restore_summary(self) -> dict[str, Any] | None:
        """`RestoreSummary` of the description."""
        return self._described("RestoreSummary")  # type: ignore[no-any-return]

    @property
    def sse_description(self) -> dict[str, Any] | None:
        """`SSEDescription` of the description."""
        return self._described("SSEDescription")  # type: ignore[no-any-return]

    @property
    def archival_summary(self) -> dict[str, Any] | None:
        """`ArchivalSummary` of the description."""
        return self._described("ArchivalSummary")  # type: ignore[no-any-return]

    @property
    def table_class_summary(self) -> dict[str, Any] | None:
        """`TableClassSummary` of the description."""
        return self._described("TableClassSummary")  # type: ignore[no-any-return]

    @property
    def deletion_protection_enabled(self) -> bool | None:
        """`DeletionProtectionEnabled` of the description."""
        return self._described("DeletionProtectionEnabled")  # type: ignore[no-any-return]

    @property
    def disassociation_protection_enabled(self) -> bool | None:
        """`DisassociationProtectionEnabled` of the description."""
        return self._described("DisassociationProtectionEnabled")  # type: ignore[no-any-return]

    @property
    def on_demand_throughput(self) -> dict[str, Any] | None:
        """`OnDemandThroughput` of the description."""
        return self._described("OnDemandThroughput")  # type: ignore[no-any-return]

    @property
    def warm_throughput(self) -> dict[str, Any] | None:
        """`WarmThroughput` of the description."""
        return self._described("WarmThroughput")  # type: ignore[no-any-return]

    @property
    def multi_region_consistency(self) -> str | None:
        """`MultiRegionConsistency` of the description."""
        return self._described("MultiRegionConsistency")  # type: ignore[no-any-return]

    @property
    def vector_indexes(self) -> list[dict[str, Any]] | None:
        """`VectorIndexes` of the description."""
        return self._described("VectorIndexes")  # type: ignore[no-any-return]
