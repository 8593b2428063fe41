//! `StreamSpecification`, of CreateTable, UpdateTable and `TableDescription`.

use crate::error::Error;
use crate::request::constraint::Violations;
use crate::table::{LatestStream, StreamChange, StreamView};
use crate::{input_shape, output_shape};

input_shape! {
    /// What a caller sends.
    pub struct StreamSpecificationInput {
        stream_enabled: bool = "StreamEnabled",
        stream_view_type: String = "StreamViewType",
    }
}

output_shape! {
    /// How a table tells of its stream.
    pub struct StreamSpecification {
        stream_enabled: bool = "StreamEnabled",
        stream_view_type: &'static str = "StreamViewType",
    }
}

impl StreamSpecification {
    /// The stream of a table, while it is enabled.
    #[must_use]
    pub fn new(stream: &LatestStream) -> Option<Self> {
        stream.view.map(Self::of)
    }

    /// A stream that shows this.
    #[must_use]
    pub fn of(view: StreamView) -> Self {
        Self { stream_enabled: Some(true), stream_view_type: Some(view.name()) }
    }
}

/// In the order of the service's model.
const VIEWS: [(&str, StreamView); 4] = [
    ("NEW_IMAGE", StreamView::NewImage),
    ("OLD_IMAGE", StreamView::OldImage),
    ("NEW_AND_OLD_IMAGES", StreamView::NewAndOldImages),
    ("KEYS_ONLY", StreamView::KeysOnly),
];

/// A specification whose members are of the right form.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct GivenStream {
    enabled: bool,
    view: Option<StreamView>,
}

impl GivenStream {
    /// Reads a specification and notes what the service model does not allow.
    pub fn read(violations: &mut Violations, given: &StreamSpecificationInput) -> Self {
        violations.required("streamSpecification.streamEnabled", given.stream_enabled.as_ref());
        let path = "streamSpecification.streamViewType";
        let view = violations.choice(path, given.stream_view_type.as_deref(), &VIEWS);
        Self { enabled: given.stream_enabled.unwrap_or(false), view }
    }

    /// The stream of a new table, if it gets one.
    ///
    /// # Errors
    /// `ValidationException`; the text for a view without a stream is AWS's (Parity Suite), the other one ours.
    pub fn created(self) -> Result<Option<StreamView>, Error> {
        match (self.enabled, self.view) {
            (true, None) => Err(Error::validation(
                "One or more parameter values were invalid: Table is being created with a stream enabled, \
                 StreamViewType should be specified",
            )),
            (false, Some(_)) => Err(Error::validation(
                "One or more parameter values were invalid: Table is being created with a stream disabled, \
                 UpdateViewType should not be specified",
            )),
            (_, view) => Ok(view),
        }
    }

    /// What an update does.
    ///
    /// # Errors
    /// `ValidationException`; the texts are ours.
    pub fn change(self) -> Result<StreamChange, Error> {
        match (self.enabled, self.view) {
            (true, Some(view)) => Ok(StreamChange::Enable(view)),
            (false, None) => Ok(StreamChange::Disable),
            (true, None) => Err(Error::validation(
                "One or more parameter values were invalid: Stream is being enabled, StreamViewType should be specified",
            )),
            (false, Some(_)) => Err(Error::validation(
                "One or more parameter values were invalid: Stream is being disabled, StreamViewType should not be \
                 specified",
            )),
        }
    }
}
