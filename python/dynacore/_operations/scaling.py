"""Operations of Application Auto Scaling."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from dynacore import _parameters
    from dynacore._operations import Execute


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
