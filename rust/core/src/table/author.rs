//! Who makes a write: a caller, or the service itself.

/// Who makes a write.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Author {
    /// A request.
    Caller,
    /// The removal of an item whose time to live has passed. It costs no capacity (facts 8).
    TimeToLive,
    /// An import or a put in bulk. Neither costs capacity (facts 9.4; developer guide, "Bulk put items").
    Load,
}

/// `userIdentity` of a stream's record: present where the service made the change.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Identity {
    /// `type`.
    pub type_: &'static str,
    /// `principalId`.
    pub principal_id: &'static str,
}

impl Author {
    /// Whether the write takes capacity.
    #[must_use]
    pub fn pays(self) -> bool {
        self == Self::Caller
    }

    /// How stored bytes tell it.
    pub(in crate::table) fn mark(self) -> u8 {
        match self {
            Self::Caller | Self::Load => 0,
            Self::TimeToLive => 1,
        }
    }

    /// What [`Author::mark`] tells.
    pub(in crate::table) fn of_mark(mark: u8) -> Option<Self> {
        [Self::Caller, Self::TimeToLive].into_iter().find(|author| author.mark() == mark)
    }

    /// The identity that a stream's record tells; none for a request (facts 5.2, 8).
    #[must_use]
    pub fn identity(self) -> Option<Identity> {
        match self {
            Self::Caller | Self::Load => None,
            Self::TimeToLive => Some(Identity { type_: "Service", principal_id: "dynamodb.amazonaws.com" }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_service_signs_what_it_removes() {
        let identity = Author::TimeToLive.identity().unwrap();
        assert_eq!((identity.type_, identity.principal_id), ("Service", "dynamodb.amazonaws.com"));
        assert!(!Author::TimeToLive.pays());
        assert_eq!(Author::Caller.identity(), None);
        assert!(!Author::Load.pays() && Author::Load.identity().is_none());
    }
}
