//! What the terminal is and may show.

use std::env;
use std::io::{self, IsTerminal};

/// Whether a stream gets colour, and bars: a terminal that can show them, and no `NO_COLOR` (see no-color.org).
pub(crate) fn colour(stream: &impl IsTerminal) -> bool {
    let set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    stream.is_terminal() && !set("NO_COLOR") && env::var_os("TERM").is_none_or(|term| term != "dumb")
}

/// Columns of text for people at least and at most: below, nothing fits; beyond, nobody reads.
const COLUMNS: (usize, usize) = (40, 200);

/// Columns for standard output: those of `COLUMNS`, or else those of the terminal; none if there is none.
pub(crate) fn width() -> Option<usize> {
    let asked = env::var("COLUMNS")
        .ok()
        .and_then(|columns| columns.trim().parse::<usize>().ok())
        .filter(|&columns| columns > 0);
    let columns = asked.or_else(|| Some(terminal_size::terminal_size_of(io::stdout())?.0.0.into()))?;
    Some(columns.clamp(COLUMNS.0, COLUMNS.1))
}

/// Columns of the terminal that standard error is; none if it is none.
pub(crate) fn width_of_messages() -> Option<usize> {
    Some(terminal_size::terminal_size_of(io::stderr())?.0.0.into())
}
