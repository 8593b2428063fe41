//! A record of a stream: a change of the log, seen through the stream's view.

use xxhash_rust::xxh3::xxh3_64_with_seed;

use crate::clock::Timestamp;
use crate::table::author::Identity;
use crate::table::changes::Change;
use crate::table::schema::KeySchema;
use crate::table::stream::{Stream, StreamView, sequence_number};
use crate::value::{Encoder, Item, ItemRef};

fn hash(arn: &str, seed: u64) -> u64 {
    xxh3_64_with_seed(arn.as_bytes(), seed)
}

/// An item before or after a change. It shares the log's record.
#[derive(Clone)]
pub struct StreamImage {
    change: Change,
    is_old: bool,
}

impl StreamImage {
    /// The item.
    #[must_use]
    pub fn item(&self) -> ItemRef<'_> {
        let image = if self.is_old { self.change.old_image() } else { self.change.new_image() };
        image.expect("invariant: an image is made of a change that has it")
    }
}

/// A record (facts 5.2).
pub struct StreamRecord {
    /// `eventID`.
    pub id: String,
    /// `Keys`.
    pub keys: Item,
    view: StreamView,
    change: Change,
}

impl StreamRecord {
    /// The record of a change in a stream.
    pub(super) fn new(change: Change, stream: &Stream) -> Self {
        Self::of(change, (&stream.arn, stream.view), &stream.schema)
    }

    fn of(change: Change, (arn, view): (&str, StreamView), schema: &KeySchema) -> Self {
        let sequence = change.sequence();
        let id =
            format!("{:016x}{:016x}", hash(arn, sequence), hash(&sequence_number(sequence), hash(arn, 0)));
        let image = change.new_image().or_else(|| change.old_image());
        let image = image.expect("invariant: a change has an item before or after it");
        let mut keys = Encoder::item();
        for attribute in schema.attributes() {
            if let Some(value) = image.get(&attribute.name) {
                keys.name(&attribute.name).raw(value);
            }
        }
        Self { id, keys: keys.finish_item(), view, change }
    }

    /// The record of a change that goes to the Kinesis stream with this ARN.
    pub(in crate::table) fn for_kinesis(change: Change, arn: &str, schema: &KeySchema) -> Self {
        Self::of(change, (arn, StreamView::NewAndOldImages), schema)
    }

    /// Its number.
    pub(crate) fn sequence(&self) -> u64 {
        self.change.sequence()
    }

    /// When the change was made.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        self.change.at()
    }

    /// What is the same for all changes of an item collection: the hash of its key.
    #[must_use]
    pub fn partition_key(&self) -> String {
        self.change.key().iter().take(8).map(|byte| format!("{byte:02X}")).collect()
    }

    /// `eventName`.
    #[must_use]
    pub fn event_name(&self) -> &'static str {
        match (self.change.old_image(), self.change.new_image()) {
            (None, _) => "INSERT",
            (Some(_), Some(_)) => "MODIFY",
            (Some(_), None) => "REMOVE",
        }
    }

    /// When the change was made, rounded down to the second.
    #[must_use]
    pub fn created(&self) -> Timestamp {
        Timestamp::from_seconds(self.change.at().as_whole_seconds())
    }

    /// `SequenceNumber`.
    #[must_use]
    pub fn sequence_number(&self) -> String {
        sequence_number(self.change.sequence())
    }

    /// `StreamViewType`.
    #[must_use]
    pub fn view(&self) -> StreamView {
        self.view
    }

    /// The item after the change, where the view shows it.
    #[must_use]
    pub fn new_image(&self) -> Option<StreamImage> {
        let shows = self.view.shows_new() && self.change.new_image().is_some();
        shows.then(|| StreamImage { change: self.change.clone(), is_old: false })
    }

    /// The item before the change, where the view shows it.
    #[must_use]
    pub fn old_image(&self) -> Option<StreamImage> {
        let shows = self.view.shows_old() && self.change.old_image().is_some();
        shows.then(|| StreamImage { change: self.change.clone(), is_old: true })
    }

    /// `SizeBytes`: of the keys and the images, by the rules of an item's size.
    #[must_use]
    pub fn size(&self) -> usize {
        let images = [self.new_image(), self.old_image()];
        self.keys.as_ref().size() + images.iter().flatten().map(|image| image.item().size()).sum::<usize>()
    }

    /// Who made the change, where it was the service.
    #[must_use]
    pub fn identity(&self) -> Option<Identity> {
        self.change.author().identity()
    }
}
