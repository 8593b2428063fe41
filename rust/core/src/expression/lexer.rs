//! Expression text to tokens. Every byte belongs to a token or is white space, so lexing cannot fail: a byte that
//! no token may start with becomes [`TokenKind::Bad`] and the parser refuses it where it stands, as DynamoDB does.

/// What a token is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum TokenKind {
    /// A literal attribute name or a function's name: a letter, then letters, digits and `_`.
    Identifier,
    /// `#name`.
    NamePlaceholder,
    /// `:name`.
    ValuePlaceholder,
    /// Decimal digits without a leading zero.
    Integer,
    And,
    Or,
    Not,
    Between,
    In,
    Set,
    Remove,
    Add,
    Delete,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Open,
    Close,
    OpenBracket,
    CloseBracket,
    Comma,
    Dot,
    Plus,
    Minus,
    /// A character that starts no token, or a `#` or `:` with no name behind it.
    Bad,
    /// The end of the text, always the last token.
    End,
}

/// A token and the bytes of the text it covers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Token {
    pub kind: TokenKind,
    pub start: u16,
    pub end: u16,
}

impl Token {
    /// The token's text; `<EOF>` for the end, as DynamoDB names it.
    pub fn text<'t>(&self, text: &'t str) -> &'t str {
        if self.kind == TokenKind::End {
            "<EOF>"
        } else {
            &text[usize::from(self.start)..usize::from(self.end)]
        }
    }
}

/// The tokens of `text`, ended by [`TokenKind::End`]. `text` is at most [`super::SIZE_MAX`] bytes (checked before).
pub(super) fn tokens(text: &str) -> Vec<Token> {
    assert!(text.len() <= super::SIZE_MAX, "invariant: the size is checked before lexing");
    let bytes = text.as_bytes();
    let mut tokens = Vec::with_capacity(bytes.len() / 3 + 2);
    let mut at = 0;
    while at < bytes.len() {
        if matches!(bytes[at], b' ' | b'\t' | b'\r' | b'\n') {
            at += 1;
            continue;
        }
        let (kind, length) = token(text, at);
        tokens.push(Token { kind, start: offset(at), end: offset(at + length) });
        at += length;
    }
    tokens.push(Token { kind: TokenKind::End, start: offset(at), end: offset(at) });
    tokens
}

fn offset(at: usize) -> u16 {
    u16::try_from(at).expect("invariant: an expression has at most 4096 bytes")
}

/// The kind and length of the token that starts at `at`, which is not white space.
fn token(text: &str, at: usize) -> (TokenKind, usize) {
    let bytes = text.as_bytes();
    let next = bytes.get(at + 1).copied();
    match bytes[at] {
        byte if byte.is_ascii_alphabetic() => {
            let length = word_length(&bytes[at..]);
            (keyword(&text[at..at + length]), length)
        }
        b'#' | b':' => {
            let length = 1 + word_length(&bytes[at + 1..]);
            let kind = match bytes[at] {
                _ if length == 1 => TokenKind::Bad,
                b'#' => TokenKind::NamePlaceholder,
                _ => TokenKind::ValuePlaceholder,
            };
            (kind, length)
        }
        b'0' => (TokenKind::Integer, 1),
        byte if byte.is_ascii_digit() => {
            (TokenKind::Integer, bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count())
        }
        b'<' if next == Some(b'>') => (TokenKind::NotEqual, 2),
        b'<' if next == Some(b'=') => (TokenKind::LessOrEqual, 2),
        b'>' if next == Some(b'=') => (TokenKind::GreaterOrEqual, 2),
        b'<' => (TokenKind::Less, 1),
        b'>' => (TokenKind::Greater, 1),
        b'=' => (TokenKind::Equal, 1),
        b'(' => (TokenKind::Open, 1),
        b')' => (TokenKind::Close, 1),
        b'[' => (TokenKind::OpenBracket, 1),
        b']' => (TokenKind::CloseBracket, 1),
        b',' => (TokenKind::Comma, 1),
        b'.' => (TokenKind::Dot, 1),
        b'+' => (TokenKind::Plus, 1),
        b'-' => (TokenKind::Minus, 1),
        _ => (TokenKind::Bad, text[at..].chars().next().map_or(1, char::len_utf8)),
    }
}

fn word_length(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count()
}

/// Keywords are found in any case; everything else is an identifier.
fn keyword(word: &str) -> TokenKind {
    const KEYWORDS: [(&str, TokenKind); 9] = [
        ("AND", TokenKind::And),
        ("OR", TokenKind::Or),
        ("NOT", TokenKind::Not),
        ("BETWEEN", TokenKind::Between),
        ("IN", TokenKind::In),
        ("SET", TokenKind::Set),
        ("REMOVE", TokenKind::Remove),
        ("ADD", TokenKind::Add),
        ("DELETE", TokenKind::Delete),
    ];
    let found = KEYWORDS.iter().find(|(keyword, _)| keyword.eq_ignore_ascii_case(word));
    found.map_or(TokenKind::Identifier, |(_, kind)| *kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<TokenKind> {
        tokens(text).iter().map(|token| token.kind).collect()
    }

    #[test]
    fn keywords_are_case_insensitive_and_longer_words_are_identifiers() {
        use TokenKind::{And, Between, End, Identifier, Set};
        assert_eq!(
            kinds("aNd betweeN android set settings"),
            [And, Between, Identifier, Set, Identifier, End]
        );
    }

    #[test]
    fn placeholders_need_a_name() {
        use TokenKind::{Bad, End, NamePlaceholder, ValuePlaceholder};
        assert_eq!(kinds("#a :1 # :"), [NamePlaceholder, ValuePlaceholder, Bad, Bad, End]);
    }

    #[test]
    fn two_character_operators_are_one_token() {
        use TokenKind::{End, Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
        assert_eq!(
            kinds("<> <= >= < > ="),
            [NotEqual, LessOrEqual, GreaterOrEqual, Less, Greater, Equal, End]
        );
    }

    #[test]
    fn a_name_may_not_start_with_an_underscore_and_a_bad_character_keeps_its_bytes() {
        use TokenKind::{Bad, End, Identifier, Integer};
        assert_eq!(kinds("_a ü 01"), [Bad, Identifier, Bad, Integer, Integer, End]);
        assert_eq!(tokens("ü")[0].text("ü"), "ü");
        assert_eq!(tokens("ü")[1].text("ü"), "<EOF>");
    }
}
