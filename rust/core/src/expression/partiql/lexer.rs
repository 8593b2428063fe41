//! A statement's text as tokens.
//!
//! What the service's lexer cannot read gets the envelope of syntax errors with nothing after it (measured by the
//! public conformance suite): a stray character, an open quote or comment, an exponent that is no 32-bit integer.

use super::keyword::keyword;
use super::problem::Problem;
use super::token::{Placed, Position, Token};

/// The tokens of a statement; the last one is its end.
pub(super) fn tokens(text: &str) -> Result<Vec<Placed>, Problem> {
    let mut lexer = Lexer { rest: text, line: 1, column: 1, parameters: 0 };
    let mut tokens = Vec::new();
    loop {
        lexer.skip_blanks()?;
        let (line, column, before) = (lexer.line, lexer.column, lexer.rest);
        let token = lexer.token()?;
        let taken = &before[..before.len() - lexer.rest.len()];
        let length = u32::try_from(taken.chars().count()).unwrap_or(u32::MAX);
        let end = token == Token::End;
        tokens.push(Placed { token, at: Position { line, column, length } });
        if end {
            return Ok(tokens);
        }
    }
}

struct Lexer<'t> {
    rest: &'t str,
    line: u32,
    column: u32,
    parameters: u16,
}

/// Operators and punctuation, the longer before those they begin with.
const MARKS: [&str; 29] = [
    "<<", ">>", "<>", "!=", "<=", ">=", "||", "<", ">", "=", "+", "-", "*", "/", "%", "(", ")", "[", "]",
    "{", "}", ",", ":", ";", ".", "@", "~", "|", "^",
];

impl<'t> Lexer<'t> {
    /// Takes that many bytes, which end between characters.
    fn take(&mut self, bytes: usize) -> &'t str {
        let (taken, rest) = self.rest.split_at(bytes);
        self.rest = rest;
        for character in taken.chars() {
            if character == '\n' {
                self.line += 1;
                self.column = 1;
            } else {
                self.column += 1;
            }
        }
        taken
    }

    fn skip_blanks(&mut self) -> Result<(), Problem> {
        loop {
            let blanks = self.rest.len() - self.rest.trim_start().len();
            self.take(blanks);
            if self.rest.starts_with("--") {
                let end = self.rest.find(['\n', '\r']).unwrap_or(self.rest.len());
                self.take(end);
            } else if self.rest.starts_with("/*") {
                let end = self.rest[2..].find("*/").ok_or_else(Problem::unreadable)?;
                self.take(end + 4);
            } else {
                return Ok(());
            }
        }
    }

    fn token(&mut self) -> Result<Token, Problem> {
        let Some(first) = self.rest.chars().next() else { return Ok(Token::End) };
        let second = self.rest[first.len_utf8()..].chars().next();
        match first {
            '\'' => self.quoted('\'').map(Token::Text),
            '"' => self.quoted('"').map(Token::Quoted),
            '`' => self.ion(),
            '?' => {
                self.take(1);
                let index = self.parameters;
                self.parameters = index.checked_add(1).ok_or_else(Problem::unreadable)?;
                Ok(Token::Parameter(index))
            }
            '0'..='9' => self.number(),
            '.' if second.is_some_and(|second| second.is_ascii_digit()) => self.number(),
            'a'..='z' | 'A'..='Z' | '_' | '$' => Ok(self.word()),
            _ => {
                let found = MARKS.iter().find(|mark| self.rest.starts_with(**mark));
                let mark = found.ok_or_else(Problem::unreadable)?;
                self.take(mark.len());
                Ok(Token::Mark(if *mark == "!=" { "<>" } else { mark }))
            }
        }
    }

    fn word(&mut self) -> Token {
        let within = |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | '$');
        let end = self.rest.find(|character| !within(character)).unwrap_or(self.rest.len());
        let word = self.take(end);
        keyword(word).map_or_else(|| Token::Name(word.to_owned()), Token::Keyword)
    }

    /// What stands between quotes; a doubled quote is one.
    fn quoted(&mut self, quote: char) -> Result<String, Problem> {
        let mut text = String::new();
        self.take(1);
        loop {
            let end = self.rest.find(quote).ok_or_else(Problem::unreadable)?;
            text.push_str(self.take(end));
            self.take(1);
            if !self.rest.starts_with(quote) {
                return Ok(text);
            }
            text.push(quote);
            self.take(1);
        }
    }

    fn ion(&mut self) -> Result<Token, Problem> {
        let end = self.rest[1..].find('`').ok_or_else(Problem::unreadable)?;
        let taken = self.take(end + 2);
        Ok(Token::Ion(taken.trim_matches('`').to_owned()))
    }

    fn number(&mut self) -> Result<Token, Problem> {
        let digits = |text: &str| text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let mut length = digits(self.rest);
        let mut fraction = 0;
        if self.rest[length..].starts_with('.') {
            fraction = digits(&self.rest[length + 1..]);
            length += 1 + fraction;
        }
        if self.rest[length..].starts_with(['e', 'E']) {
            let signed = usize::from(self.rest[length + 1..].starts_with(['+', '-']));
            let exponent_digits = digits(&self.rest[length + 1 + signed..]);
            if exponent_digits == 0 {
                return Err(Problem::unreadable());
            }
            let end = length + 1 + signed + exponent_digits;
            check_exponent(&self.rest[length + 1..end], fraction)?;
            length = end;
        }
        if self.rest[length..].starts_with(|next: char| next.is_ascii_alphanumeric() || next == '_') {
            return Err(Problem::unreadable());
        }
        Ok(Token::Number(self.take(length).to_owned()))
    }
}

/// The exponent, and the scale it leaves, are 32-bit integers.
fn check_exponent(exponent: &str, fraction_digits: usize) -> Result<(), Problem> {
    let exponent: i32 = exponent.parse().map_err(|_| Problem::unreadable())?;
    let fraction = i64::try_from(fraction_digits).map_err(|_| Problem::unreadable())?;
    i32::try_from(fraction - i64::from(exponent)).map_err(|_| Problem::unreadable())?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<Token> {
        tokens(text).unwrap().into_iter().map(|placed| placed.token).collect()
    }

    #[test]
    fn words_numbers_and_quotes_are_told_apart() {
        assert_eq!(
            read("select a \"b\"\"c\" 'it''s' 1.5e3 ? ?"),
            [
                Token::Keyword("select"),
                Token::Name("a".to_owned()),
                Token::Quoted("b\"c".to_owned()),
                Token::Text("it's".to_owned()),
                Token::Number("1.5e3".to_owned()),
                Token::Parameter(0),
                Token::Parameter(1),
                Token::End,
            ]
        );
        assert_eq!(
            read("a!=.5"),
            [Token::Name("a".to_owned()), Token::Mark("<>"), Token::Number(".5".to_owned()), Token::End]
        );
    }

    #[test]
    fn positions_count_characters_and_lines() {
        let tokens = tokens("a -- ä\n  \"ö\" /* x\n */ b").unwrap();
        let places: Vec<String> = tokens.iter().map(|token| token.at.to_string()).collect();
        assert_eq!(places, ["1:1:1", "2:3:3", "3:5:1", "3:6:0"]);
    }

    #[test]
    fn what_cannot_be_read_says_nothing_more() {
        for text in ["\"a", "'a", "a # b", "/* a", "1e2147483648", "1.5e-2147483647", "`a", "1x", "ä"] {
            let problem = tokens(text).unwrap_err();
            assert_eq!(problem.into_text(), "Statement wasn't well formed, can't be processed: ", "{text}");
        }
    }
}
