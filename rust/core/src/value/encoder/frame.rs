//! What an encoder has begun and not ended yet.

use super::names::Names;
use crate::value::Type;

/// An open container.
pub(super) struct Frame {
    pub(super) kind: Kind,
    /// A map waits for the value of the name written last.
    pub(super) named: bool,
    /// Elements written; in a map also those superseded.
    pub(super) count: usize,
    /// Where the first element or entry begins.
    pub(super) start: usize,
    /// How long `superseded` was when this frame began.
    pub(super) superseded_start: usize,
    pub(super) names: Names,
}

/// What a container is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Item,
    Single,
    List,
    Map,
    Set(Type),
}

impl Frame {
    /// Asserts that what ends now is what was begun.
    #[inline]
    pub(super) fn check_end(&self, kind: Kind) {
        assert!(self.kind == kind, "the end of a {kind:?} in a {:?}", self.kind);
        assert!(!self.named, "a value follows a name");
    }

    /// A container whose first element or entry begins at `start`.
    #[inline]
    pub(super) fn new(kind: Kind, start: usize, superseded_start: usize) -> Self {
        Self { kind, named: false, count: 0, start, superseded_start, names: Names::new() }
    }
}
