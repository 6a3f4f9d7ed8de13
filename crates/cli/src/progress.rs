//! The progress bar on standard error, and the count of files that it measures against.

use std::io;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use bitrater_engine::{Discovery, DiscoveryOptions};
use bitrater_report::Summary;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use crate::{paths, terminal};

/// How long the count may keep the caller from looking for results.
const SLICE: Duration = Duration::from_millis(20);

const UNKNOWN_TOTAL: &str = "{spinner} {pos} files, {rate}, {msg}";
const KNOWN_TOTAL: &str = "{bar:24} {pos}/{len} files, {rate}, {eta} left, {msg}";

/// A bar, which is not there when standard error is no terminal.
pub(crate) struct Progress {
    bar: ProgressBar,
    /// A second walk, which only counts: the first is never far ahead of the results, so that memory stays
    /// bounded. None once it is done, or where the paths come only once.
    count: Option<(Discovery<std::vec::IntoIter<PathBuf>>, u64)>,
}

impl Progress {
    /// A bar for a run over `paths`, or none.
    pub(crate) fn new(hidden: bool, paths: &[PathBuf], options: &DiscoveryOptions) -> Self {
        if hidden || !terminal::colour(&io::stderr()) {
            return Self { bar: ProgressBar::hidden(), count: None };
        }
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        let countable = !paths.iter().any(|path| paths::is_list(path));
        let count = countable.then(|| (Discovery::new(paths.to_vec(), options.clone()), 0));
        let progress = Self { bar, count };
        progress.style(UNKNOWN_TOTAL);
        progress
    }

    /// Uses the time until the next result.
    pub(crate) fn idle(&mut self) {
        self.bar.tick();
        let start = Instant::now();
        while let Some((files, number)) = &mut self.count {
            if files.next().is_none() {
                self.bar.set_length(*number);
                self.count = None;
                self.style(KNOWN_TOTAL);
                return;
            }
            *number += 1;
            if start.elapsed() > SLICE {
                return;
            }
        }
    }

    /// Shows how far the run has come.
    pub(crate) fn update(&self, summary: &Summary) {
        let plural = if summary.transcode == 1 { "" } else { "s" };
        self.bar.set_message(format!("{} transcode{plural}", summary.transcode));
        self.bar.set_position(summary.files);
    }

    /// Takes the bar away while something else is written to the terminal.
    pub(crate) fn pause<T>(&self, write: impl FnOnce() -> T) -> T {
        self.bar.suspend(write)
    }

    /// Takes the bar away for good.
    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }

    fn style(&self, template: &str) {
        // The templates are constants; were one wrong, the default bar would do.
        if let Ok(style) = ProgressStyle::with_template(template) {
            self.bar.set_style(style.progress_chars("━╸ ").with_key("rate", write_rate));
        }
    }
}

fn write_rate(state: &ProgressState, out: &mut dyn std::fmt::Write) {
    // A bar without its rate is still a bar.
    let _ = write!(out, "{:.1} files/s", state.per_sec());
}
