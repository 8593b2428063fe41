//! PutEvents of EventBridge.

use serde_json::Value as Json;

use crate::clock::Timestamp;
use crate::error::Error;
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::request::events::members::check_bus;
use crate::request::table_description::count;
use crate::trigger::Event;
use crate::{input_shape, output_shape};

/// Events of one call at most (API reference).
const ENTRIES_MAX: usize = 10;

input_shape! {
    /// One of `Entries`.
    pub struct EventInput {
        time: Timestamp = "Time",
        source: String = "Source",
        resources: Vec<String> = "Resources",
        detail_type: String = "DetailType",
        detail: String = "Detail",
        event_bus_name: String = "EventBusName",
    }
    refused { "TraceHeader" }
}

input_shape! {
    /// What a caller sends.
    pub struct PutEventsInput {
        entries: Vec<EventInput> = "Entries",
    }
    refused { "EndpointId" }
}

output_shape! {
    /// What became of an event.
    pub struct EventOutput {
        event_id: String = "EventId",
        error_code: &'static str = "ErrorCode",
        error_message: String = "ErrorMessage",
    }
}

output_shape! {
    /// What a caller gets.
    pub struct PutEventsOutput {
        failed_entry_count: i64 = "FailedEntryCount",
        entries: Vec<EventOutput> = "Entries",
    }
}

/// An event, without a time where it is to be the request's; or why it is none.
type Entry = Result<(Event, bool), (&'static str, String)>;

/// A PutEvents that passed its checks.
pub struct PutEvents {
    entries: Vec<Entry>,
}

impl PutEvents {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException` or `ResourceNotFoundException` for another event bus.
    pub fn new(input: PutEventsInput) -> Result<Self, Error> {
        let mut violations = Violations::default();
        violations.required("entries", input.entries.as_ref());
        let entries = input.entries.unwrap_or_default();
        let length = entries.len();
        if length == 0 || length > ENTRIES_MAX {
            let constraint = match length {
                0 => "Member must have length greater than or equal to 1",
                _ => "Member must have length less than or equal to 10",
            };
            violations.note("entries", &format!("[{length} entries]"), constraint);
        }
        violations.finish()?;
        entries.iter().try_for_each(|entry| check_bus(entry.event_bus_name.as_deref()))?;
        Ok(Self { entries: entries.into_iter().map(read_entry).collect() })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// The exceptions of PutEvents.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<PutEventsOutput, Error> {
        let mut outputs = Vec::with_capacity(self.entries.len());
        for entry in &self.entries {
            outputs.push(match entry {
                Ok((event, has_time)) => {
                    let time = if *has_time { event.time } else { context.now };
                    let id = context.triggers.put_event(&Event { time, ..event.clone() });
                    EventOutput { event_id: Some(id), ..EventOutput::default() }
                }
                Err((code, text)) => EventOutput {
                    error_code: Some(code),
                    error_message: Some(text.clone()),
                    ..EventOutput::default()
                },
            });
        }
        let failed = self.entries.iter().filter(|entry| entry.is_err()).count();
        Ok(PutEventsOutput { failed_entry_count: Some(count(failed as u64)), entries: Some(outputs) })
    }
}

fn read_entry(given: EventInput) -> Entry {
    for (name, is_missing) in [
        ("Source", given.source.as_deref().unwrap_or_default().is_empty()),
        ("DetailType", given.detail_type.as_deref().unwrap_or_default().is_empty()),
        ("Detail", given.detail.as_deref().unwrap_or_default().is_empty()),
    ] {
        if is_missing {
            return Err((
                "InvalidArgument",
                format!("Parameter {name} is not valid. Reason: {name} is a required argument."),
            ));
        }
    }
    let detail = serde_json::from_str::<Json>(&given.detail.unwrap_or_default());
    let Ok(detail @ Json::Object(_)) = detail else {
        return Err(("MalformedDetail", "Detail is malformed.".to_owned()));
    };
    let event = Event {
        source: given.source.unwrap_or_default(),
        detail_type: given.detail_type.unwrap_or_default(),
        detail,
        resources: given.resources.unwrap_or_default(),
        time: given.time.unwrap_or_default(),
    };
    Ok((event, given.time.is_some()))
}
