//! What is said to the user on standard error: what was wrong, and what to do about it.

use std::io::{self, Write};

use anstyle::{AnsiColor, Effects, Style};
use bitrater_report::sanitize;

use crate::terminal;

/// Something the user has to know: said even when asked to be quiet.
pub(crate) fn error(text: &str) {
    say("error", AnsiColor::Red, text);
}

/// Something that was left out or may surprise: said even when asked to be quiet.
pub(crate) fn warning(text: &str) {
    say("warning", AnsiColor::Yellow, text);
}

/// Something the user may want to know.
pub(crate) fn note(text: &str) {
    say("note", AnsiColor::Cyan, text);
}

/// Messages may quote names from disk, so they are cleaned; and if standard error is gone, so is the message.
fn say(kind: &str, colour: AnsiColor, text: &str) {
    let style = Style::new().fg_color(Some(colour.into())).effects(Effects::BOLD);
    let style = if terminal::colour(&io::stderr()) { style } else { Style::new() };
    let _ = writeln!(io::stderr(), "{style}{kind}{style:#}: {}", sanitize(text));
}
