//! Who makes a write: a caller, or the service itself.

/// Who makes a write.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Author {
    /// A request.
    Caller,
    /// The removal of an item whose time to live has passed. It costs no capacity (facts 8).
    TimeToLive,
    /// Another Region, whose change is carried over: it takes write capacity here as well (facts 7.4).
    Replica,
    /// What version 2017.11.29 of global tables adds to an item that was written (facts 7.6): a write of its own.
    Stamp,
    /// The first filling of a new replica with the items that are there. It takes no capacity, and no stream shows it.
    Copy,
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
        matches!(self, Self::Caller | Self::Replica | Self::Stamp)
    }

    /// Whether it is a request, which transactions and other Regions may hold up.
    #[must_use]
    pub fn is_caller(self) -> bool {
        self == Self::Caller
    }

    /// How stored bytes tell it.
    pub(in crate::table) fn mark(self) -> u8 {
        match self {
            Self::Caller | Self::Load => 0,
            Self::TimeToLive => 1,
            Self::Replica | Self::Stamp => 2,
            Self::Copy => 3,
        }
    }

    /// What [`Author::mark`] tells.
    pub(in crate::table) fn of_mark(mark: u8) -> Option<Self> {
        [Self::Caller, Self::TimeToLive, Self::Replica, Self::Copy]
            .into_iter()
            .find(|author| author.mark() == mark)
    }

    /// The identity that a stream's record tells; none for a request (facts 5.2, 8).
    #[must_use]
    pub fn identity(self) -> Option<Identity> {
        match self {
            Self::Caller | Self::Replica | Self::Stamp | Self::Copy | Self::Load => None,
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
        assert!(Author::Replica.pays() && !Author::Copy.pays());
        assert!(!Author::Load.pays() && Author::Load.identity().is_none());
    }
}
