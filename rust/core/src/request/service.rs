//! The AWS services whose operations dynacore answers.

/// A service.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Service {
    /// `dynamodb`.
    DynamoDb,
    /// `dynamodbstreams`.
    DynamoDbStreams,
    /// `application-autoscaling`.
    ApplicationAutoScaling,
    /// `cloudwatch`.
    CloudWatch,
    /// `lambda`: event source mappings.
    Lambda,
    /// `events`: EventBridge's rules and events.
    EventBridge,
}

const SERVICES: [(Service, &str, &str); 6] = [
    (Service::DynamoDb, "dynamodb", "DynamoDB_20120810"),
    (Service::DynamoDbStreams, "dynamodbstreams", "DynamoDBStreams_20120810"),
    (Service::ApplicationAutoScaling, "application-autoscaling", "AnyScaleFrontendService"),
    (Service::CloudWatch, "cloudwatch", "GraniteServiceVersion20100801"),
    // Lambda itself has no such target: it is called by paths.
    (Service::Lambda, "lambda", "AWSLambda"),
    (Service::EventBridge, "events", "AWSEvents"),
];

impl Service {
    /// The service that boto3 knows by this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        SERVICES.iter().find(|(_, known, _)| *known == name).map(|(service, ..)| *service)
    }

    /// The service whose `X-Amz-Target` begins with this.
    #[must_use]
    pub fn of_target(prefix: &str) -> Option<Self> {
        SERVICES.iter().find(|(.., target)| *target == prefix).map(|(service, ..)| *service)
    }

    /// boto3's name for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        SERVICES.iter().find(|(service, ..)| *service == self).map_or("", |(_, name, _)| name)
    }
}
