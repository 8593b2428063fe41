//! Ion values, read straight into an encoded item.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dynacore::value::{Encoder, NESTING_LEVELS_MAX, Number, Type};
use dynacore::wire::{NESTING_EXCEEDED, check_attribute_name, set_message};

use super::SET_ANNOTATIONS;
use super::scanner::{Scan, Scanner, malformed};

/// Levels at which reading stops, so that no object can exhaust the stack.
const LEVELS_MAX: usize = 200;

/// A name, or a bare word that is a value.
enum Symbol {
    /// `name`, `true` or `2.5`.
    Bare(String),
    /// `'name'`.
    Quoted(String),
}

/// Reads values. What is well-formed and not allowed is noted, and reading goes on to the value's end.
pub(super) struct ValueReader<'s, 't> {
    pub(super) scanner: &'s mut Scanner<'t>,
    /// The first thing that is not allowed.
    pub(super) problem: Option<String>,
    levels: usize,
}

impl<'s, 't> ValueReader<'s, 't> {
    pub(super) fn new(scanner: &'s mut Scanner<'t>) -> Self {
        Self { scanner, problem: None, levels: 0 }
    }

    fn note(&mut self, problem: impl Into<String>) {
        self.problem.get_or_insert_with(|| problem.into());
    }

    /// Reads the name of a field and the colon behind it; none at the end of the struct, which it leaves.
    pub(super) fn field(&mut self, first: bool) -> Scan<Option<String>> {
        self.scanner.skip_space()?;
        if !first && self.scanner.peek()? == Some(b',') {
            self.scanner.byte()?;
            self.scanner.skip_space()?;
        } else if !first && self.scanner.peek()? != Some(b'}') {
            return malformed("No comma stands between two fields");
        }
        let name = match self.scanner.peek()? {
            Some(b'}') => {
                self.scanner.byte()?;
                return Ok(None);
            }
            Some(b'"') => {
                self.scanner.byte()?;
                self.scanner.quoted(b'"')?
            }
            _ => match self.symbol()? {
                Symbol::Bare(name) | Symbol::Quoted(name) => name,
            },
        };
        self.scanner.skip_space()?;
        self.scanner.expect(b':')?;
        Ok(Some(name))
    }

    fn symbol(&mut self) -> Scan<Symbol> {
        if self.scanner.take("'''")? {
            return Ok(Symbol::Quoted(self.scanner.long_string()?));
        }
        if self.scanner.take("'")? {
            return Ok(Symbol::Quoted(self.scanner.quoted(b'\'')?));
        }
        let word = self.scanner.word()?;
        if word.is_empty() {
            let found = self.scanner.byte()?;
            return malformed(format!("{:?} begins no name and no value", char::from(found)));
        }
        Ok(Symbol::Bare(word.to_owned()))
    }

    /// Reads the fields of a struct whose brace was read.
    pub(super) fn fields(&mut self, out: &mut Encoder) -> Scan<()> {
        let mut first = true;
        while let Some(name) = self.field(first)? {
            first = false;
            if let Err(refused) = check_attribute_name(&name) {
                self.note(refused.message());
            }
            out.name(&name);
            self.value(out)?;
        }
        Ok(())
    }

    /// Reads a value.
    pub(super) fn value(&mut self, out: &mut Encoder) -> Scan<()> {
        self.annotated(None, out)
    }

    fn annotated(&mut self, set: Option<Type>, out: &mut Encoder) -> Scan<()> {
        self.scanner.skip_space()?;
        let Some(next) = self.scanner.peek()? else {
            return malformed("The object ends inside an Ion value");
        };
        if let Some(set) = set.filter(|_| next != b'[') {
            self.note(format!("A set of type {} is no list", set.tag()));
        }
        match next {
            b'"' => {
                self.scanner.byte()?;
                let text = self.scanner.quoted(b'"')?;
                out.string(&text);
            }
            b'{' if self.scanner.peek_at(1)? == Some(b'{') => {
                if let Some(bytes) = self.lob()? {
                    out.binary(&bytes);
                } else {
                    out.null();
                }
            }
            b'{' => self.container(Type::M, out)?,
            b'[' => match set {
                Some(set) => self.set(set, out)?,
                None => self.container(Type::L, out)?,
            },
            b'(' => return malformed("An S-expression is no value of DynamoDB"),
            b'\'' if self.scanner.take("'''")? => {
                let text = self.scanner.long_string()?;
                out.string(&text);
            }
            _ => return self.word(out),
        }
        Ok(())
    }

    /// A value or an annotation that begins with a word.
    fn word(&mut self, out: &mut Encoder) -> Scan<()> {
        let symbol = self.symbol()?;
        self.scanner.skip_space()?;
        if self.scanner.take("::")? {
            let (Symbol::Bare(name) | Symbol::Quoted(name)) = symbol;
            let set = SET_ANNOTATIONS.iter().find(|(known, _)| *known == name).map(|(_, type_)| *type_);
            if set.is_none() {
                self.note(format!("The annotation {name} has no meaning for DynamoDB"));
            }
            return self.annotated(set, out);
        }
        match symbol {
            Symbol::Bare(word) => self.bare(&word, out),
            Symbol::Quoted(name) => {
                self.note(format!("The symbol '{name}' is no value of DynamoDB"));
                out.null();
                Ok(())
            }
        }
    }

    fn bare(&mut self, word: &str, out: &mut Encoder) -> Scan<()> {
        match word {
            "true" => out.boolean(true),
            "false" => out.boolean(false),
            _ if word == "null" || word.starts_with("null.") => out.null(),
            _ if word.starts_with(|first: char| first.is_ascii_digit() || first == '-') => {
                match self.number(word)? {
                    Some(number) => out.number(&number),
                    None => out.null(),
                }
            }
            _ => {
                self.note(format!("{word} is no value of DynamoDB"));
                out.null();
            }
        }
        Ok(())
    }

    /// The number of a word; none for what is not allowed.
    fn number(&mut self, word: &str) -> Scan<Option<Number>> {
        let is_time =
            word.contains('T') || word.get(1..).is_some_and(|rest| rest.contains('-') && !has_exponent(word));
        if is_time {
            self.scanner.rest_of_time()?;
            self.note("A timestamp is no value of DynamoDB");
            return Ok(None);
        }
        let Some(text) = decimal_text(word) else {
            return malformed(format!("{word} is no number of Ion"));
        };
        match Number::parse(&text) {
            Ok(number) => Ok(Some(number)),
            Err(refused) => {
                self.note(refused.to_string());
                Ok(None)
            }
        }
    }

    /// Bytes; none for text in their place.
    fn lob(&mut self) -> Scan<Option<Vec<u8>>> {
        self.scanner.expect(b'{')?;
        self.scanner.expect(b'{')?;
        let mut text = Vec::new();
        loop {
            match self.scanner.byte()? {
                b'}' => break,
                b'"' | b'\'' => return malformed("A clob is no value of DynamoDB"),
                byte if byte.is_ascii_whitespace() => {}
                byte => text.push(byte),
            }
        }
        self.scanner.expect(b'}')?;
        let Ok(bytes) = STANDARD.decode(&text) else {
            return malformed("A blob is no base64");
        };
        Ok(Some(bytes))
    }

    fn container(&mut self, type_: Type, out: &mut Encoder) -> Scan<()> {
        self.scanner.byte()?;
        self.levels += 1;
        if self.levels > LEVELS_MAX {
            return malformed("The value is nested too deeply");
        }
        if out.depth() >= NESTING_LEVELS_MAX {
            self.note(NESTING_EXCEEDED);
            // Read to its end, and forgotten.
            self.content(type_, &mut Encoder::value())?;
            out.null();
        } else {
            self.content(type_, out)?;
        }
        self.levels -= 1;
        Ok(())
    }

    fn content(&mut self, type_: Type, out: &mut Encoder) -> Scan<()> {
        if type_ == Type::M {
            out.begin_map();
            self.fields(out)?;
            out.end_map();
            return Ok(());
        }
        out.begin_list();
        let mut first = true;
        while self.element(first)? {
            first = false;
            self.value(out)?;
        }
        out.end_list();
        Ok(())
    }

    /// Whether another element of a list follows; if not, it leaves the list.
    fn element(&mut self, first: bool) -> Scan<bool> {
        self.scanner.skip_space()?;
        if !first && self.scanner.peek()? == Some(b',') {
            self.scanner.byte()?;
            self.scanner.skip_space()?;
        } else if !first && self.scanner.peek()? != Some(b']') {
            return malformed("No comma stands between two elements");
        }
        if self.scanner.peek()? == Some(b']') {
            self.scanner.byte()?;
            return Ok(false);
        }
        Ok(true)
    }

    /// Elements of one type only go into the set; others are noted, as is a set that is none.
    fn set(&mut self, type_: Type, out: &mut Encoder) -> Scan<()> {
        self.scanner.byte()?;
        out.begin_set(type_);
        let element = type_.element();
        let mut first = true;
        while self.element(first)? {
            first = false;
            let mut single = Encoder::value();
            self.value(&mut single)?;
            let value = single.finish_value();
            if Some(value.as_ref().type_()) == element {
                out.raw(value.as_ref());
            } else {
                self.note(format!("A set of type {} has an element of another type", type_.tag()));
            }
        }
        if let Err(error) = out.end_set() {
            self.note(set_message(error, type_, &[]));
        }
        Ok(())
    }
}

fn has_exponent(word: &str) -> bool {
    word.contains(['d', 'D', 'e', 'E'])
}

/// An Ion number as DynamoDB writes numbers.
fn decimal_text(word: &str) -> Option<String> {
    let word = word.replace('_', "");
    let (sign, digits) = word.strip_prefix('-').map_or(("", word.as_str()), |digits| ("-", digits));
    for (prefixes, radix) in [(["0x", "0X"], 16), (["0b", "0B"], 2)] {
        if let Some(digits) = prefixes.iter().find_map(|prefix| digits.strip_prefix(prefix)) {
            return Some(format!("{sign}{}", u128::from_str_radix(digits, radix).ok()?));
        }
    }
    let (mantissa, exponent) = digits
        .split_once(['d', 'D', 'e', 'E'])
        .map_or((digits, ""), |(mantissa, exponent)| (mantissa, exponent));
    let whole = mantissa.strip_suffix('.').unwrap_or(mantissa);
    let is_number = !whole.is_empty()
        && whole.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
        && whole.matches('.').count() <= 1
        && (exponent.is_empty() || exponent.parse::<i32>().is_ok())
        && has_exponent(digits) != exponent.is_empty();
    let exponent = if exponent.is_empty() { String::new() } else { format!("E{exponent}") };
    is_number.then(|| format!("{sign}{whole}{exponent}"))
}
