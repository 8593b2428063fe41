//! Items as Ion text, in the form of DynamoDB's exports: numbers are decimals, sets are annotated lists (facts 9.3).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dynacore::value::{MapRef, Number, SetRef, Type, ValueRef, View};

use super::SET_ANNOTATIONS;

/// Writes a map as a struct.
pub(crate) fn write_struct(map: MapRef<'_>, out: &mut Vec<u8>) {
    out.push(b'{');
    for (index, (name, value)) in map.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write_name(name, out);
        out.push(b':');
        write_value(value, out);
    }
    out.push(b'}');
}

/// A name without quotes where Ion allows that.
fn write_name(name: &str, out: &mut Vec<u8>) {
    let mut bytes = name.bytes();
    let is_identifier =
        bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || matches!(first, b'_' | b'$'))
            && bytes.all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$'));
    // `$10` would be the tenth symbol of a table.
    let is_number = name.strip_prefix('$').is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()));
    if is_identifier && !is_number && !matches!(name, "true" | "false" | "null" | "nan") {
        out.extend_from_slice(name.as_bytes());
    } else {
        write_quoted(name, b'\'', out);
    }
}

fn write_quoted(text: &str, quote: u8, out: &mut Vec<u8>) {
    out.push(quote);
    for byte in text.bytes() {
        let escape = match byte {
            b'\\' => b'\\',
            b'\n' => b'n',
            b'\r' => b'r',
            b'\t' => b't',
            0x00 => b'0',
            0x07 => b'a',
            0x08 => b'b',
            0x0B => b'v',
            0x0C => b'f',
            _ if byte == quote => quote,
            0x01..=0x1F | 0x7F => {
                out.extend_from_slice(format!("\\x{byte:02x}").as_bytes());
                continue;
            }
            _ => {
                out.push(byte);
                continue;
            }
        };
        out.extend_from_slice(&[b'\\', escape]);
    }
    out.push(quote);
}

fn write_value(value: ValueRef<'_>, out: &mut Vec<u8>) {
    match value.view() {
        View::S(text) => write_quoted(text, b'"', out),
        View::N(number) => write_number(&number, out),
        View::B(bytes) => {
            out.extend_from_slice(b"{{");
            out.extend_from_slice(STANDARD.encode(bytes).as_bytes());
            out.extend_from_slice(b"}}");
        }
        View::Bool(flag) => out.extend_from_slice(if flag { b"true" } else { b"false" }),
        View::Null => out.extend_from_slice(b"null"),
        View::L(list) => {
            out.push(b'[');
            for (index, element) in list.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write_value(element, out);
            }
            out.push(b']');
        }
        View::M(map) => write_struct(map, out),
        View::Ss(set) => write_set(Type::Ss, set, out),
        View::Ns(set) => write_set(Type::Ns, set, out),
        View::Bs(set) => write_set(Type::Bs, set, out),
    }
}

fn write_set(type_: Type, set: SetRef<'_>, out: &mut Vec<u8>) {
    let annotation = SET_ANNOTATIONS.iter().find(|(_, known)| *known == type_).map_or("", |(name, _)| *name);
    out.extend_from_slice(annotation.as_bytes());
    out.extend_from_slice(b"::[");
    for (index, element) in set.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write_value(element, out);
    }
    out.push(b']');
}

fn write_number(number: &Number, out: &mut Vec<u8>) {
    write_number_text(&number.to_string(), out);
}

/// A number in plain digits as an Ion decimal: digits without trailing zeros, and an exponent where that takes one.
/// `600` is `6d2`, `103` is `103.`, `0.001` is `1d-3`.
pub(crate) fn write_number_text(text: &str, out: &mut Vec<u8>) {
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("-", digits));
    out.extend_from_slice(sign.as_bytes());
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all = format!("{whole}{fraction}");
    let significant = all.trim_start_matches('0').trim_end_matches('0');
    if significant.is_empty() {
        out.extend_from_slice(b"0.");
        return;
    }
    // Zeros that were taken off the end belong to the exponent.
    let trailing = all.len() - all.trim_end_matches('0').len();
    let exponent = trailing as i64 - fraction.len() as i64;
    out.extend_from_slice(decimal(significant, exponent).as_bytes());
}

fn decimal(digits: &str, exponent: i64) -> String {
    let scale = usize::try_from(-exponent).unwrap_or(0);
    if exponent > 0 {
        format!("{digits}d{exponent}")
    } else if exponent == 0 {
        format!("{digits}.")
    } else if digits.len() > scale {
        let (whole, fraction) = digits.split_at(digits.len() - scale);
        format!("{whole}.{fraction}")
    } else {
        let rest = scale + 1 - digits.len();
        let (first, others) = digits.split_at(1);
        let point = if others.is_empty() { "" } else { "." };
        format!("{first}{point}{others}d-{rest}")
    }
}
