"""Operations of Lambda that triggers have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from dynacore import _trigger_parameters as _parameters
    from dynacore._operations import Execute


class LambdaOperations:
    """Operations of Lambda on event source mappings."""

    _execute: Execute

    def create_event_source_mapping(
        self, **parameters: Unpack[_parameters.CreateEventSourceMappingRequest]
    ) -> dict[str, Any]:
        """Let a function be called with the changes of a table's stream."""
        return self._execute("lambda", "CreateEventSourceMapping", parameters, False)

    def delete_event_source_mapping(
        self, **parameters: Unpack[_parameters.DeleteEventSourceMappingRequest]
    ) -> dict[str, Any]:
        """Delete a mapping."""
        return self._execute("lambda", "DeleteEventSourceMapping", parameters, False)

    def get_event_source_mapping(
        self, **parameters: Unpack[_parameters.GetEventSourceMappingRequest]
    ) -> dict[str, Any]:
        """Describe a mapping."""
        return self._execute("lambda", "GetEventSourceMapping", parameters, False)

    def list_event_source_mappings(
        self, **parameters: Unpack[_parameters.ListEventSourceMappingsRequest]
    ) -> dict[str, Any]:
        """List mappings."""
        return self._execute("lambda", "ListEventSourceMappings", parameters, False)

    def update_event_source_mapping(
        self, **parameters: Unpack[_parameters.UpdateEventSourceMappingRequest]
    ) -> dict[str, Any]:
        """Change a mapping, or switch it on or off."""
        return self._execute("lambda", "UpdateEventSourceMapping", parameters, False)
