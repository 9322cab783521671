//! Expressions over what FROM gives, rewritten for what grouping or re-keying made of it.

use crate::expression::{Expr, ExprKind};

/// What stands for an expression after grouping.
pub(super) struct Rewrite {
    /// Expressions and what they are now; whole subtrees are replaced.
    pub(super) known: Vec<(Expr, Expr)>,
}

impl Rewrite {
    /// The expression over the new relation. Columns that have no place in it are handed to `lost` and stay as they are.
    pub(super) fn apply(&self, expr: &Expr, lost: &mut Vec<Expr>) -> Expr {
        if let Some((_, now)) = self.known.iter().find(|(before, _)| before == expr) {
            return now.clone();
        }
        if matches!(expr.kind, ExprKind::Column(_)) {
            lost.push(expr.clone());
        }
        let mut rewritten = expr.clone();
        for child in rewritten.children_mut() {
            *child = self.apply(child, lost);
        }
        rewritten
    }
}
