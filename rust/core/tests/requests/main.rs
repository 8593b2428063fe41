//! Requests by the JSON that carries them: the rules that need a table or are read from the service model, theme by
//! theme. What one request does to items is checked against the model in `model.rs`.

mod batches;
mod database;
mod findings;
mod keys_and_names;
mod long_pages;
mod pages;
mod tables;
mod texts;
