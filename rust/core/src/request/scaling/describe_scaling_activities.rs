//! DescribeScalingActivities.

use crate::clock::Timestamp;
use crate::error::Error;
use crate::request::context::Context;
use crate::request::scaling::listing::{GivenListing, Listing};
use crate::table::autoscale::{NotScaledReason, ScalingActivity};
use crate::{input_shape, output_shape};

input_shape! {
    /// What a caller sends.
    pub struct DescribeScalingActivitiesInput {
        service_namespace: String = "ServiceNamespace",
        resource_id: String = "ResourceId",
        scalable_dimension: String = "ScalableDimension",
        max_results: i32 = "MaxResults",
        next_token: String = "NextToken",
        include_not_scaled_activities: bool = "IncludeNotScaledActivities",
    }
}

output_shape! {
    /// Why an alarm changed nothing.
    pub struct NotScaledReasonOutput {
        code: &'static str = "Code",
        max_capacity: i64 = "MaxCapacity",
        min_capacity: i64 = "MinCapacity",
        current_capacity: i64 = "CurrentCapacity",
    }
}

output_shape! {
    /// One activity.
    pub struct ScalingActivityOutput {
        activity_id: String = "ActivityId",
        service_namespace: &'static str = "ServiceNamespace",
        resource_id: String = "ResourceId",
        scalable_dimension: &'static str = "ScalableDimension",
        description: String = "Description",
        cause: String = "Cause",
        start_time: Timestamp = "StartTime",
        end_time: Timestamp = "EndTime",
        status_code: &'static str = "StatusCode",
        status_message: String = "StatusMessage",
        not_scaled_reasons: Vec<NotScaledReasonOutput> = "NotScaledReasons",
    }
}

output_shape! {
    /// What a caller gets.
    pub struct DescribeScalingActivitiesOutput {
        scaling_activities: Vec<ScalingActivityOutput> = "ScalingActivities",
        next_token: String = "NextToken",
    }
}

/// A DescribeScalingActivities that passed its checks.
pub struct DescribeScalingActivities {
    listing: Listing,
    include_not_scaled: bool,
}

impl DescribeScalingActivities {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: DescribeScalingActivitiesInput) -> Result<Self, Error> {
        let resource_id = input.resource_id;
        let listing = Listing::new(&GivenListing {
            service_namespace: input.service_namespace.as_deref(),
            resource_ids: resource_id.as_slice(),
            scalable_dimension: input.scalable_dimension.as_deref(),
            max_results: input.max_results,
            next_token: input.next_token.as_deref(),
        })?;
        Ok(Self { listing, include_not_scaled: input.include_not_scaled_activities.unwrap_or(false) })
    }

    /// Carries the request out: newest first.
    ///
    /// # Errors
    /// None now; the signature is that of every operation.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<DescribeScalingActivitiesOutput, Error> {
        let wanted = |activity: &&ScalingActivity| {
            self.listing.wants(&activity.resource, activity.dimension)
                && (self.include_not_scaled || activity.not_scaled.is_none())
        };
        let (activities, next_token) =
            self.listing.page(context.scaling.activities(context.now).filter(wanted));
        let activities = activities.into_iter().map(describe).collect();
        Ok(DescribeScalingActivitiesOutput { scaling_activities: Some(activities), next_token })
    }
}

fn describe(activity: &ScalingActivity) -> ScalingActivityOutput {
    ScalingActivityOutput {
        activity_id: Some(activity.id.clone()),
        service_namespace: Some("dynamodb"),
        resource_id: Some(activity.resource.to_string()),
        scalable_dimension: Some(activity.dimension.as_str()),
        description: Some(activity.description()),
        cause: Some(activity.cause.to_string()),
        start_time: Some(activity.start),
        end_time: activity.end,
        status_code: Some(activity.status.as_str()),
        status_message: activity.status_message(),
        not_scaled_reasons: activity.not_scaled.map(|reason| vec![not_scaled(reason)]),
    }
}

fn not_scaled(reason: NotScaledReason) -> NotScaledReasonOutput {
    let units = |units: u64| i64::try_from(units).ok();
    let mut output = NotScaledReasonOutput { code: Some(reason.code()), ..NotScaledReasonOutput::default() };
    match reason {
        NotScaledReason::AnticipatedFlapping | NotScaledReason::Unscalable => {}
        NotScaledReason::AlreadyAtMaxCapacity(max) => output.max_capacity = units(max),
        NotScaledReason::AlreadyAtMinCapacity(min) => output.min_capacity = units(min),
        NotScaledReason::AlreadyAtDesiredCapacity(current) => output.current_capacity = units(current),
    }
    output
}
