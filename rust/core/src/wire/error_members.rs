//! What an exception's reply carries beside its message.

use crate::error::{CancellationReason, Error, ThrottlingReason, TriggerFault};
use crate::wire::writer::{ToWire, Writer};

impl Error {
    /// Writes what the reply carries beside its message, as members of a structure that is open in `writer`.
    pub fn write_members<W: Writer>(&self, writer: &mut W) {
        match self {
            Self::ConditionalCheckFailed(Some(item)) => {
                writer.member("Item");
                writer.item(item.as_ref());
            }
            Self::ProvisionedThroughputExceeded(reasons) | Self::RequestLimitExceeded(reasons) => {
                writer.member("ThrottlingReasons");
                reasons.write(writer);
            }
            Self::TransactionCanceled(cancellation) => {
                writer.member("CancellationReasons");
                writer.begin_array();
                for reason in cancellation.reasons() {
                    writer.element();
                    reason.write(writer);
                }
                writer.end_array();
            }
            // The lower-case t is the service's own (facts 2.3).
            Self::Throttling(_, reasons) if !reasons.is_empty() => {
                writer.member("throttlingReasons");
                reasons.write(writer);
            }
            // Lambda's exceptions say whose fault they are.
            Self::Trigger(fault, _) if *fault != TriggerFault::InvalidEventPattern => {
                writer.member("Type");
                writer.string("User");
            }
            _ => {}
        }
    }
}

impl ToWire for ThrottlingReason {
    fn write<W: Writer>(&self, writer: &mut W) {
        writer.begin_object();
        writer.member("reason");
        writer.string(&self.reason);
        writer.member("resource");
        writer.string(&self.resource);
        writer.end_object();
    }
}

/// An action that was in order has a `Code` and nothing else.
impl ToWire for CancellationReason {
    fn write<W: Writer>(&self, writer: &mut W) {
        writer.begin_object();
        writer.member("Code");
        writer.string(self.code);
        if let Some(item) = &self.item {
            writer.member("Item");
            writer.item(item.as_ref());
        }
        if let Some(message) = &self.message {
            writer.member("Message");
            writer.string(message);
        }
        writer.end_object();
    }
}
