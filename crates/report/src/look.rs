//! What the tables have in common: colours, and how narrow a path may get.

use anstyle::{AnsiColor, Effects, Style as Ansi};

use crate::Group;

/// What matters less.
pub(crate) const DIM: Ansi = Ansi::new().effects(Effects::DIMMED);
/// What asks for attention.
pub(crate) const WARNING: Ansi = foreground(AnsiColor::Yellow);

const fn foreground(colour: AnsiColor) -> Ansi {
    Ansi::new().fg_color(Some(anstyle::Color::Ansi(colour)))
}

/// The colour of a result.
pub(crate) fn colour(group: Group) -> Ansi {
    match group {
        Group::Transcode => foreground(AnsiColor::Red).effects(Effects::BOLD),
        Group::Inconclusive => foreground(AnsiColor::Yellow),
        Group::Error => foreground(AnsiColor::Magenta),
        Group::Original => foreground(AnsiColor::Green),
    }
}

/// A path that needs more is given at least so many columns on the line of its row, or a line of its own.
pub(crate) const NARROWEST_PATH: usize = 24;
