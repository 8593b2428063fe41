//! `SELECT`, and what statements name as their source.

use super::{ANY, CLAUSE, Parser};
use crate::expression::partiql::problem::Problem;
use crate::expression::partiql::syntax::{Column, Form, Node, OrderTerm, Projection, Select, Source};
use crate::expression::partiql::token::{Position, Token};

impl Parser {
    /// Reads a `SELECT` behind its keyword.
    pub(super) fn select(&mut self) -> Result<Select, Problem> {
        let at = self.position();
        let distinct = self.take_keyword("distinct");
        if !distinct {
            self.take_keyword("all");
        }
        let projection = if self.take_keyword("value") {
            self.expression(ANY)?;
            Projection::Other
        } else {
            self.columns()?
        };
        self.clauses(projection, distinct.then_some(("DISTINCT", at)))
    }

    /// Reads a `PIVOT` behind its keyword.
    pub(super) fn pivot(&mut self) -> Result<Select, Problem> {
        self.expression(ANY)?;
        if !self.take_keyword("at") {
            return Err(Problem::syntax("Expected AT keyword"));
        }
        self.expression(ANY)?;
        self.clauses(Projection::Other, None)
    }

    fn columns(&mut self) -> Result<Projection, Problem> {
        let (mut columns, mut star) = (Vec::new(), false);
        let mut count = 0;
        loop {
            count += 1;
            if self.take_mark("*") {
                star = true;
            } else {
                let node = self.expression(ANY)?;
                let aliased = self.alias()?;
                columns.push(Column { node, aliased });
            }
            if !self.take_mark(",") {
                break;
            }
        }
        match star {
            true if count > 1 => Err(Problem::syntax(
                "Other expressions may not be present in the select list when '*' is used without dot notation.",
            )),
            true => Ok(Projection::Star),
            false => Ok(Projection::Columns(columns)),
        }
    }

    fn clauses(
        &mut self,
        projection: Projection,
        mut unsupported: Option<(&'static str, Position)>,
    ) -> Result<Select, Problem> {
        if !self.take_keyword("from") {
            return Err(Problem::syntax("Expected FROM after SELECT list"));
        }
        let source = self.source(CLAUSE)?;
        if self.is_keyword("let") {
            unsupported.get_or_insert(("LET", self.position()));
            self.at += 1;
            self.expression(ANY)?;
            self.alias()?;
        }
        let condition = self.take_keyword("where").then(|| self.expression(CLAUSE)).transpose()?;
        let order = self.order()?;
        for (keyword, name) in
            [("group", "GROUP BY"), ("having", "HAVING"), ("limit", "LIMIT"), ("offset", "OFFSET")]
        {
            let at = self.position();
            if self.take_keyword(keyword) {
                unsupported.get_or_insert((name, at));
                if keyword == "group" && !self.take_keyword("by") {
                    return Err(Problem::syntax("Expected BY"));
                }
                self.list()?;
            }
        }
        Ok(Select { projection, source, condition, order, unsupported })
    }

    fn order(&mut self) -> Result<Vec<OrderTerm>, Problem> {
        let mut terms = Vec::new();
        if !self.take_keyword("order") {
            return Ok(terms);
        }
        if !self.take_keyword("by") {
            return Err(Problem::syntax("Expected BY"));
        }
        loop {
            let node = self.expression(CLAUSE)?;
            let descending = self.take_keyword("desc");
            if !descending {
                self.take_keyword("asc");
            }
            terms.push(OrderTerm { node, descending });
            if !self.take_mark(",") {
                return Ok(terms);
            }
        }
    }

    /// Reads a source with its alias and what is joined to it.
    pub(super) fn source(&mut self, above: u8) -> Result<Source, Problem> {
        let at = self.position();
        if self.take_keyword("unpivot") {
            self.expression(above)?;
            let node = Node { at, form: Form::Unsupported("Unpivot") };
            return Ok(Source { node, aliased: self.alias()?, joined: false });
        }
        let node = self.expression(above)?;
        let aliased = self.alias()?;
        let mut source = Source { node, aliased, joined: false };
        while self.join() {
            source.joined = true;
            self.expression(above)?;
            self.alias()?;
            if self.take_keyword("on") {
                self.expression(above)?;
            }
        }
        Ok(source)
    }

    /// Takes a comma or the words of a join.
    fn join(&mut self) -> bool {
        if self.take_mark(",") {
            return true;
        }
        let words = (0..4).take_while(|ahead| {
            matches!(
                self.ahead(*ahead),
                Token::Keyword("cross" | "inner" | "left" | "right" | "full" | "outer")
            )
        });
        let words = words.count();
        let found = matches!(self.ahead(words), Token::Keyword("join"));
        if found {
            self.at += words + 1;
        }
        found
    }

    /// Takes an alias: `AS name`, a name alone, `AT name`, `BY name`.
    pub(super) fn alias(&mut self) -> Result<bool, Problem> {
        let mut aliased = false;
        for (keyword, name) in [("as", "AS"), ("at", "AT"), ("by", "BY")] {
            let written = self.take_keyword(keyword);
            let named = matches!(self.token(), Token::Name(_) | Token::Quoted(_));
            if written && !named {
                return Err(Problem::syntax(&format!("Expected identifier for {name}-alias")));
            }
            if named && (written || keyword == "as") {
                self.at += 1;
                aliased = true;
            }
        }
        Ok(aliased)
    }
}
