//! Amazon Ion in its text form, as far as DynamoDB's exports use it.
//!
//! Written by hand: the crate of Ion's authors builds a tree for each value and brings two dozen crates, while items are
//! read here straight into their encoded form. Binary Ion is refused by name.

mod scanner;
mod structs;
mod value;
mod writer;

pub(crate) use structs::IonStructs;
pub(crate) use writer::{write_number_text, write_struct};

/// What marks a list as a set, by the type of the set.
pub(crate) const SET_ANNOTATIONS: [(&str, dynacore::value::Type); 3] = [
    ("$dynamodb_SS", dynacore::value::Type::Ss),
    ("$dynamodb_NS", dynacore::value::Type::Ns),
    ("$dynamodb_BS", dynacore::value::Type::Bs),
];

#[cfg(test)]
mod tests;
