//! A Markdown page and the blocks of code in it.

/// What is done with a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// ` ```sql `: statements that succeed.
    Sql,
    /// ` ```sql error `: the last statement is refused.
    Refused,
    /// ` ```rows `: what the last SELECT before it gives, one JSON array per row.
    Rows,
}

/// A block of code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    pub kind: Kind,
    /// Line of the page at which the text begins, from 1.
    pub line: u32,
    pub text: String,
}

/// The blocks that are run, in order. Blocks of other languages are left out.
pub fn blocks(page: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Option<Block>> = None;
    for (line, text) in (1..).zip(page.lines()) {
        let fence = text.trim_start().strip_prefix("```");
        open = match (open, fence) {
            (None, Some(info)) => {
                let kind = match info.trim() {
                    "sql" => Some(Kind::Sql),
                    "sql error" => Some(Kind::Refused),
                    "rows" => Some(Kind::Rows),
                    _ => None,
                };
                Some(kind.map(|kind| Block { kind, line: line + 1, text: String::new() }))
            }
            (Some(block), Some(_)) => {
                blocks.extend(block);
                None
            }
            (Some(Some(mut block)), None) => {
                block.text.push_str(text);
                block.text.push('\n');
                Some(Some(block))
            }
            (open, None) => open,
        };
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_have_kind_and_line() {
        let page = "# A\n```sql\nSHOW\nTYPES;\n```\n\n```console\n$ x\n```\n```sql error\nX;\n```\n```rows\n[1]\n```\n";
        let block = |kind, line, text: &str| Block { kind, line, text: text.into() };
        let expected = [
            block(Kind::Sql, 3, "SHOW\nTYPES;\n"),
            block(Kind::Refused, 11, "X;\n"),
            block(Kind::Rows, 14, "[1]\n"),
        ];
        assert_eq!(blocks(page), expected);
    }
}
