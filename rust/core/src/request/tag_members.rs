//! `Tags` and `TagKeys`, of CreateTable and of the operations on tags.

use crate::error::Error;
use crate::table::{TAGS_MAX, Tags, too_many_tags};
use crate::{input_shape, output_shape};

/// Characters of a tag's key and of its value at most (facts 4.1).
const KEY_CHARACTERS_MAX: usize = 128;
const VALUE_CHARACTERS_MAX: usize = 256;

input_shape! {
    /// One element of `Tags`.
    pub struct TagInput {
        key: String = "Key",
        value: String = "Value",
    }
}

output_shape! {
    /// One element of `Tags`.
    pub struct Tag {
        key: String = "Key",
        value: String = "Value",
    }
}

/// Letters, digits and spaces of any script, and a few signs (LAB DDB-TABLE-372).
fn is_allowed(character: char) -> bool {
    let is_space = character.is_whitespace() && !character.is_control();
    character.is_alphabetic()
        || character.is_numeric()
        || is_space
        || matches!(character, '+' | '-' | '=' | '.' | '_' | ':' | '/' | '@')
}

fn is_text(text: &str, most: usize) -> bool {
    text.chars().count() <= most && text.chars().all(is_allowed)
}

/// Checks the key of a tag.
///
/// # Errors
/// `ValidationException`.
pub fn check_key(key: Option<&str>) -> Result<(), Error> {
    let shown = key.unwrap_or("null");
    if key.is_none_or(|key| key.is_empty() || !is_text(key, KEY_CHARACTERS_MAX)) {
        return Err(Error::Validation(format!("The Tag Key provided is invalid, Key: {shown}")));
    }
    if shown.to_ascii_lowercase().starts_with("aws:") {
        return Err(Error::Validation(format!("Tag Key cannot be prefixed with aws:, Key: {shown}")));
    }
    Ok(())
}

/// Refuses more tags or keys than a resource may have tags.
///
/// # Errors
/// `ValidationException`.
pub fn check_count(count: usize) -> Result<(), Error> {
    if count > TAGS_MAX { Err(too_many_tags()) } else { Ok(()) }
}

/// The tags of a request.
///
/// # Errors
/// `ValidationException`.
pub fn read_tags(given: Vec<TagInput>) -> Result<Tags, Error> {
    for (index, tag) in given.iter().enumerate() {
        check_key(tag.key.as_deref())?;
        if tag.value.as_ref().is_none_or(|value| !is_text(value, VALUE_CHARACTERS_MAX)) {
            let shown = tag.value.as_deref().unwrap_or("null");
            return Err(Error::Validation(format!("The Tag Value provided is invalid, Value: {shown}")));
        }
        if let Some(key) = tag
            .key
            .as_ref()
            .filter(|key| given[..index].iter().any(|earlier| earlier.key.as_ref() == Some(key)))
        {
            return Err(Error::Validation(format!(
                "Duplicate Tag Keys provided as input: Duplicate Tag Key found {key}"
            )));
        }
    }
    check_count(given.len())?;
    Ok(Tags::new(given.into_iter().map(|tag| (tag.key.unwrap_or_default(), tag.value.unwrap_or_default()))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(tags: &[(&str, &str)]) -> Option<String> {
        let tags = tags
            .iter()
            .map(|(key, value)| TagInput { key: Some((*key).to_owned()), value: Some((*value).to_owned()) });
        read_tags(tags.collect()).err().map(|error| error.message().to_owned())
    }

    #[test]
    fn letters_of_any_script_and_a_few_signs() {
        assert_eq!(refusal(&[("ключ", "café 表"), ("a+b-c=d.e_f:g/h@i", ""), (" ", "\u{a0}")]), None);
        for text in ["100%", "a,b", "(x)", "a&b", "a*b", "~a", "🔑", "a\tb"] {
            assert_eq!(
                refusal(&[("k", text)]),
                Some(format!("The Tag Value provided is invalid, Value: {text}"))
            );
            assert_eq!(
                refusal(&[(text, "v")]),
                Some(format!("The Tag Key provided is invalid, Key: {text}"))
            );
        }
    }

    #[test]
    fn lengths_are_characters() {
        let (key, value) = ("א".repeat(128), "א".repeat(256));
        assert_eq!(refusal(&[(&key, &value)]), None);
        assert!(refusal(&[(&format!("{key}x"), "v")]).is_some());
        assert!(refusal(&[("k", &format!("{value}x"))]).is_some());
        assert!(refusal(&[("", "v")]).is_some());
    }

    #[test]
    fn some_keys_are_not_for_users() {
        assert_eq!(
            refusal(&[("aws:zzz", "v")]),
            Some("Tag Key cannot be prefixed with aws:, Key: aws:zzz".to_owned())
        );
        assert_eq!(
            refusal(&[("a", "1"), ("a", "2")]),
            Some("Duplicate Tag Keys provided as input: Duplicate Tag Key found a".to_owned())
        );
    }
}
