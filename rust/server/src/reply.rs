//! Replies of the wire, and the bodies of errors.

use dynacore::error::Error;
use dynacore::request::Service;
use dynacore::wire::{CborWriter, JsonWriter, Writer as _};

use crate::request_id::RequestId;

/// What a request over the wire gets.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The body: JSON, or CBOR for a call of that protocol.
    pub body: Vec<u8>,
    /// `x-amzn-RequestId`.
    pub request_id: RequestId,
    /// The code of an error in the older protocol of its service, where that has one: `x-amzn-query-error`.
    pub query_error: Option<&'static str>,
}

impl Reply {
    /// `x-amz-crc32`: the checksum of the body as it is, which SDKs compare.
    #[must_use]
    pub fn crc32(&self) -> u32 {
        crc32fast::hash(&self.body)
    }
}

/// The body of an error (facts 14.1). DynamoDB names the exception's namespace, Application Auto Scaling does not.
pub(crate) fn error_body(service: Service, error: &Error) -> Vec<u8> {
    let mut writer = JsonWriter::with_capacity(256);
    writer.begin_object();
    writer.member("__type");
    writer.string(&exception_type(service, error.namespace(), error.class()));
    if !error.message().is_empty() {
        writer.member(message_member(service, error.code()));
        writer.string(error.message());
    }
    error.write_members(&mut writer);
    writer.end_object();
    writer.into_bytes()
}

/// The body of an error of CloudWatch in CBOR.
pub(crate) fn cbor_error_body(class: &str, message: &str) -> Vec<u8> {
    let mut writer = CborWriter::default();
    writer.begin_object();
    writer.member("__type");
    writer.string(&format!("com.amazonaws.cloudwatch#{class}"));
    writer.member("message");
    writer.string(message);
    writer.end_object();
    writer.into_bytes()
}

/// The body of an exception that the service's front makes before any operation, such as one about credentials.
pub(crate) fn front_error_body(service: Service, code: &str, message: &str) -> Vec<u8> {
    let mut writer = JsonWriter::with_capacity(256);
    writer.begin_object();
    writer.member("__type");
    writer.string(&exception_type(service, "com.amazon.coral.service", code));
    writer.member(message_member(service, code));
    writer.string(message);
    writer.end_object();
    writer.into_bytes()
}

fn exception_type(service: Service, namespace: &str, code: &str) -> String {
    match service {
        Service::ApplicationAutoScaling | Service::CloudWatch | Service::Lambda | Service::EventBridge => {
            code.to_owned()
        }
        Service::DynamoDb | Service::DynamoDbStreams => format!("{namespace}#{code}"),
    }
}

/// The member that holds the text is called as in the service's model: typed SDKs read it by that name.
#[must_use]
pub fn message_member(service: Service, code: &str) -> &'static str {
    let capital = matches!(
        code,
        "SerializationException"
            | "TransactionCanceledException"
            | "TransactionInProgressException"
            | "IdempotentParameterMismatchException"
    );
    // Of Lambda's exceptions one has it.
    let capital = capital || (service == Service::Lambda && code == "ResourceNotFoundException");
    if capital || service == Service::ApplicationAutoScaling { "Message" } else { "message" }
}

#[cfg(test)]
mod tests {
    use dynacore::error::ThrottlingReason;

    use super::*;

    fn body(service: Service, error: &Error) -> String {
        String::from_utf8(error_body(service, error)).unwrap()
    }

    #[test]
    fn each_service_has_its_own_form() {
        let error = Error::validation("no \"x\"");
        assert_eq!(
            body(Service::DynamoDb, &error),
            r#"{"__type":"com.amazon.coral.validate#ValidationException","message":"no \"x\""}"#
        );
        assert_eq!(
            body(Service::ApplicationAutoScaling, &error),
            r#"{"__type":"ValidationException","Message":"no \"x\""}"#
        );
    }

    #[test]
    fn a_serialization_exception_has_a_capital_message_and_an_unknown_operation_none() {
        assert_eq!(
            body(Service::DynamoDb, &Error::serialization("bad")),
            r#"{"__type":"com.amazon.coral.service#SerializationException","Message":"bad"}"#
        );
        assert_eq!(
            body(Service::DynamoDb, &Error::UnknownOperation(String::new())),
            r#"{"__type":"com.amazon.coral.service#UnknownOperationException"}"#
        );
    }

    #[test]
    fn extra_members_follow_the_message() {
        let reasons = vec![ThrottlingReason { reason: "R".to_owned(), resource: "arn".to_owned() }];
        let text = body(Service::DynamoDb, &Error::ProvisionedThroughputExceeded(reasons));
        assert!(
            text.starts_with(r#"{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceeded"#)
        );
        assert!(text.ends_with(r#","ThrottlingReasons":[{"reason":"R","resource":"arn"}]}"#), "{text}");
    }
}
