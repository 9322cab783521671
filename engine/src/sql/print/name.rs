//! Names.

use std::fmt::{self, Display};

use crate::sql::ident::Ident;
use crate::sql::reserved::is_reserved;

/// Whether the name has to be quoted to be read back as it is.
fn needs_quotes(name: &str) -> bool {
    let mut chars = name.chars();
    let starts = chars.next().is_some_and(|c| c.is_ascii_uppercase() || c == '_');
    let goes_on = chars.all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_' || c == '@');
    !starts || !goes_on || is_reserved(name)
}

/// Prints a name in back-quotes.
pub(super) struct BackQuoted<'a>(pub(super) &'a str);

impl Display for BackQuoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.0.replace('`', "``"))
    }
}

impl Display for Ident {
    /// The name, in back-quotes where it has to be.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if needs_quotes(&self.value) { BackQuoted(&self.value).fmt(f) } else { f.write_str(&self.value) }
    }
}
