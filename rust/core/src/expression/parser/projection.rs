//! `path, path, ...`

use triomphe::Arc;

use super::{Parser, Problem};
use crate::expression::ast::ProjectionTree;
use crate::expression::lexer::TokenKind;

/// The paths of a projection expression.
pub(in crate::expression) fn parse_projection(text: &str) -> Result<ProjectionTree, Problem> {
    let mut parser = Parser::new(text);
    parser.path()?;
    while parser.accept(TokenKind::Comma) {
        parser.path()?;
    }
    parser.finish()?;
    Ok(ProjectionTree { symbols: Arc::new(parser.symbols) })
}
