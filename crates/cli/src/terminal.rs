//! What the terminal is and may show.

use std::env;
use std::io::{self, IsTerminal};

/// Whether a stream gets colour, and bars: a terminal that can show them, and no `NO_COLOR` (see no-color.org).
pub(crate) fn colour(stream: &impl IsTerminal) -> bool {
    let set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    stream.is_terminal() && !set("NO_COLOR") && env::var_os("TERM").is_none_or(|term| term != "dumb")
}

/// Columns of the terminal that standard output is; none if it is none.
pub(crate) fn width() -> Option<usize> {
    let (columns, _) = terminal_size::terminal_size_of(io::stdout())?;
    Some(columns.0.into())
}
