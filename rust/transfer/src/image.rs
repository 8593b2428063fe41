//! Items as the lines of an export.

use dynacore::table::{ImageView, OutputFormat};
use dynacore::value::ItemRef;
use dynacore::wire::{JsonWriter, Writer as _};

use crate::ion::{write_number_text, write_struct};

/// What stands before each struct of an export, as AWS writes it.
const ION_VERSION: &[u8] = b"$ion_1_0 ";

/// Writes an item as one line of a full export.
pub fn write_line(item: ItemRef<'_>, format: OutputFormat, out: &mut Vec<u8>) {
    match format {
        OutputFormat::DynamoDbJson => {
            out.extend_from_slice(b"{\"Item\":");
            write_item(item, format, out);
            out.extend_from_slice(b"}\n");
        }
        OutputFormat::Ion => {
            out.extend_from_slice(ION_VERSION);
            out.extend_from_slice(b"{Item:");
            write_item(item, format, out);
            out.extend_from_slice(b"}\n");
        }
    }
}

/// Writes an item by itself.
pub fn write_item(item: ItemRef<'_>, format: OutputFormat, out: &mut Vec<u8>) {
    match format {
        OutputFormat::DynamoDbJson => {
            let mut writer = JsonWriter::continuing(std::mem::take(out));
            writer.item(item);
            *out = writer.into_bytes();
        }
        OutputFormat::Ion => write_struct(item.as_map(), out),
    }
}

/// An item that changed in the period of an incremental export.
pub(crate) struct ChangedItem<'a> {
    /// When it was last written, in microseconds.
    pub(crate) written_micros: i64,
    /// Its key attributes.
    pub(crate) keys: ItemRef<'a>,
    /// The item at the start of the period.
    pub(crate) old: Option<ItemRef<'a>>,
    /// The item at its end.
    pub(crate) new: Option<ItemRef<'a>>,
}

/// Writes a change as one line of an incremental export.
pub(crate) fn write_change(
    change: &ChangedItem<'_>,
    view: ImageView,
    format: OutputFormat,
    out: &mut Vec<u8>,
) {
    let old = change.old.filter(|_| view == ImageView::NewAndOld);
    let images = [("OldImage", old), ("NewImage", change.new)];
    let written = change.written_micros.to_string();
    let is_json = format == OutputFormat::DynamoDbJson;
    let name = |name: &str, out: &mut Vec<u8>| {
        let quote = if is_json { "\"" } else { "" };
        out.extend_from_slice(format!("{quote}{name}{quote}:").as_bytes());
    };
    if !is_json {
        out.extend_from_slice(ION_VERSION);
    }
    out.push(b'{');
    name("Metadata", out);
    out.push(b'{');
    name("WriteTimestampMicros", out);
    if is_json {
        out.extend_from_slice(format!("{{\"N\":\"{written}\"}}").as_bytes());
    } else {
        write_number_text(&written, out);
    }
    out.extend_from_slice(b"},");
    name("Keys", out);
    write_item(change.keys, format, out);
    for (member, image) in images {
        if let Some(image) = image {
            out.push(b',');
            name(member, out);
            write_item(image, format, out);
        }
    }
    out.extend_from_slice(b"}\n");
}
