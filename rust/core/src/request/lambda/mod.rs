//! The operations of Lambda that are about event source mappings.

mod create_event_source_mapping;
mod delete_event_source_mapping;
mod get_event_source_mapping;
mod list_event_source_mappings;
mod mapping_output;
mod option_members;
mod update_event_source_mapping;

pub use create_event_source_mapping::{CreateEventSourceMapping, CreateEventSourceMappingInput};
pub use delete_event_source_mapping::{DeleteEventSourceMapping, DeleteEventSourceMappingInput};
pub use get_event_source_mapping::{GetEventSourceMapping, GetEventSourceMappingInput};
pub use list_event_source_mappings::{
    ListEventSourceMappings, ListEventSourceMappingsInput, ListEventSourceMappingsOutput,
};
pub use mapping_output::MappingOutput;
pub use update_event_source_mapping::{UpdateEventSourceMapping, UpdateEventSourceMappingInput};
