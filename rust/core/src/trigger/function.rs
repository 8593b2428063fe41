//! Names of functions, in each of Lambda's forms.

use serde::{Deserialize, Serialize};

/// A function's name: letters, digits, `-` and `_`, 64 at most.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct FunctionName(String);

impl FunctionName {
    /// Reads a name, an ARN (of a function, or of another destination that ends in the name) or a partial ARN, with or
    /// without a version behind it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split(':').collect();
        let name = match parts.as_slice() {
            ["arn", _, "lambda", _, _, "function", name]
            | ["arn", _, "lambda", _, _, "function", name, _] => name,
            ["arn", _, _, _, _, name] => name,
            [_, "function", name] | [_, "function", name, _] => name,
            [name] | [name, _] => name,
            _ => return None,
        };
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        let is_name = (1..=64).contains(&name.len()) && name.bytes().all(allowed);
        is_name.then(|| Self((*name).to_owned()))
    }

    /// The name alone.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The function's ARN.
    #[must_use]
    pub fn arn(&self, region: &str, account_id: &str) -> String {
        format!("arn:aws:lambda:{region}:{account_id}:function:{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_leads_to_the_name() {
        for text in [
            "stock",
            "stock:7",
            "000000000000:function:stock",
            "arn:aws:lambda:us-east-1:000000000000:function:stock",
            "arn:aws:lambda:us-east-1:000000000000:function:stock:$LATEST",
            "arn:aws:sqs:us-east-1:000000000000:stock",
        ] {
            assert_eq!(FunctionName::parse(text).unwrap().as_str(), "stock", "{text}");
        }
        let long = "f".repeat(65);
        for text in ["", "a b", "arn:aws:lambda:x", "a:b:c:d:e:f:g:h:i", long.as_str()] {
            assert_eq!(FunctionName::parse(text), None, "{text}");
        }
        let arn = FunctionName::parse("stock").unwrap().arn("eu-central-1", "123456789012");
        assert_eq!(arn, "arn:aws:lambda:eu-central-1:123456789012:function:stock");
    }
}
