//! A progress bar that counts files, for the commands that make and measure corpora.

use std::io;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::terminal;

/// A bar over files, which is not there when standard error is no terminal.
pub(crate) fn file_bar(hidden: bool, files: u64) -> ProgressBar {
    if hidden || !terminal::colour(&io::stderr()) {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(Some(files), ProgressDrawTarget::stderr());
    // The template is a constant; were it wrong, the default bar would do.
    if let Ok(style) = ProgressStyle::with_template("{bar:24} {pos}/{len} files, {eta} left") {
        bar.set_style(style.progress_chars("━╸ "));
    }
    bar
}
