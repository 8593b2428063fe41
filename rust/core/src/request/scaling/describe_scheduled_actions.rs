//! DescribeScheduledActions.

use crate::clock::Timestamp;
use crate::error::Error;
use crate::request::context::Context;
use crate::request::scaling::listing::{GivenListing, Listing};
use crate::table::autoscale::ScheduledAction;
use crate::{input_shape, output_shape};

input_shape! {
    /// What a caller sends.
    pub struct DescribeScheduledActionsInput {
        scheduled_action_names: Vec<String> = "ScheduledActionNames",
        service_namespace: String = "ServiceNamespace",
        resource_id: String = "ResourceId",
        scalable_dimension: String = "ScalableDimension",
        max_results: i32 = "MaxResults",
        next_token: String = "NextToken",
    }
}

output_shape! {
    /// The limits that an action sets.
    pub struct ScalableTargetActionOutput {
        min_capacity: i64 = "MinCapacity",
        max_capacity: i64 = "MaxCapacity",
    }
}

output_shape! {
    /// One action.
    pub struct ScheduledActionOutput {
        scheduled_action_name: String = "ScheduledActionName",
        scheduled_action_arn: String = "ScheduledActionARN",
        service_namespace: &'static str = "ServiceNamespace",
        schedule: String = "Schedule",
        timezone: String = "Timezone",
        resource_id: String = "ResourceId",
        scalable_dimension: &'static str = "ScalableDimension",
        start_time: Timestamp = "StartTime",
        end_time: Timestamp = "EndTime",
        scalable_target_action: ScalableTargetActionOutput = "ScalableTargetAction",
        creation_time: Timestamp = "CreationTime",
    }
}

output_shape! {
    /// What a caller gets.
    pub struct DescribeScheduledActionsOutput {
        scheduled_actions: Vec<ScheduledActionOutput> = "ScheduledActions",
        next_token: String = "NextToken",
    }
}

/// A DescribeScheduledActions that passed its checks.
pub struct DescribeScheduledActions {
    listing: Listing,
    names: Vec<String>,
}

impl DescribeScheduledActions {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: DescribeScheduledActionsInput) -> Result<Self, Error> {
        let resource_id = input.resource_id;
        let listing = Listing::new(&GivenListing {
            service_namespace: input.service_namespace.as_deref(),
            resource_ids: resource_id.as_slice(),
            scalable_dimension: input.scalable_dimension.as_deref(),
            max_results: input.max_results,
            next_token: input.next_token.as_deref(),
        })?;
        Ok(Self { listing, names: input.scheduled_action_names.unwrap_or_default() })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// None now; the signature is that of every operation.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<DescribeScheduledActionsOutput, Error> {
        let wanted = |action: &&ScheduledAction| {
            self.listing.wants(&action.resource, action.dimension)
                && (self.names.is_empty() || self.names.contains(&action.name))
        };
        let (actions, next_token) = self.listing.page(context.scaling.scheduled_actions().filter(wanted));
        let actions = actions.into_iter().map(describe).collect();
        Ok(DescribeScheduledActionsOutput { scheduled_actions: Some(actions), next_token })
    }
}

fn describe(action: &ScheduledAction) -> ScheduledActionOutput {
    let units = |units: Option<u64>| units.and_then(|units| i64::try_from(units).ok());
    ScheduledActionOutput {
        scheduled_action_name: Some(action.name.clone()),
        scheduled_action_arn: Some(action.arn.clone()),
        service_namespace: Some("dynamodb"),
        schedule: Some(action.schedule.text().to_owned()),
        timezone: action.schedule.zone_name().map(str::to_owned),
        resource_id: Some(action.resource.to_string()),
        scalable_dimension: Some(action.dimension.as_str()),
        start_time: action.start,
        end_time: action.end,
        scalable_target_action: Some(ScalableTargetActionOutput {
            min_capacity: units(action.limits.min_capacity),
            max_capacity: units(action.limits.max_capacity),
        }),
        creation_time: Some(action.created),
    }
}
