//! Exact search against a naive reference.
