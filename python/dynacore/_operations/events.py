"""Operations of EventBridge that triggers have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from dynacore import _trigger_parameters as _parameters
    from dynacore._operations import Execute


class EventsOperations:
    """Operations of EventBridge on rules and events of the default event bus."""

    _execute: Execute

    def delete_rule(self, **parameters: Unpack[_parameters.DeleteRuleRequest]) -> dict[str, Any]:
        """Delete a rule that has no targets."""
        return self._execute("events", "DeleteRule", parameters, False)

    def describe_rule(self, **parameters: Unpack[_parameters.DescribeRuleRequest]) -> dict[str, Any]:
        """Describe a rule."""
        return self._execute("events", "DescribeRule", parameters, False)

    def disable_rule(self, **parameters: Unpack[_parameters.DisableRuleRequest]) -> dict[str, Any]:
        """Switch a rule off."""
        return self._execute("events", "DisableRule", parameters, False)

    def enable_rule(self, **parameters: Unpack[_parameters.EnableRuleRequest]) -> dict[str, Any]:
        """Switch a rule on."""
        return self._execute("events", "EnableRule", parameters, False)

    def list_rules(self, **parameters: Unpack[_parameters.ListRulesRequest]) -> dict[str, Any]:
        """List rules."""
        return self._execute("events", "ListRules", parameters, False)

    def list_targets_by_rule(
        self, **parameters: Unpack[_parameters.ListTargetsByRuleRequest]
    ) -> dict[str, Any]:
        """List a rule's targets."""
        return self._execute("events", "ListTargetsByRule", parameters, False)

    def put_events(self, **parameters: Unpack[_parameters.PutEventsRequest]) -> dict[str, Any]:
        """Give events to the rules that match them."""
        return self._execute("events", "PutEvents", parameters, False)

    def put_rule(self, **parameters: Unpack[_parameters.PutRuleRequest]) -> dict[str, Any]:
        """Make or change a rule."""
        return self._execute("events", "PutRule", parameters, False)

    def put_targets(self, **parameters: Unpack[_parameters.PutTargetsRequest]) -> dict[str, Any]:
        """Add targets to a rule."""
        return self._execute("events", "PutTargets", parameters, False)

    def remove_targets(self, **parameters: Unpack[_parameters.RemoveTargetsRequest]) -> dict[str, Any]:
        """Remove targets from a rule."""
        return self._execute("events", "RemoveTargets", parameters, False)

    def test_event_pattern(self, **parameters: Unpack[_parameters.TestEventPatternRequest]) -> dict[str, Any]:
        """Tell whether an event matches a pattern."""
        return self._execute("events", "TestEventPattern", parameters, False)
