//! Proptest strategies for values.
