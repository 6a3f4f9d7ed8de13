//! The progress bar on standard error, and the count of files that it measures against.

use std::io;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use bitrater_engine::{Discovery, DiscoveryOptions, PassedOver};
use bitrater_report::Summary;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use crate::{paths, terminal};

/// How long the count may keep the caller from looking for results.
const SLICE: Duration = Duration::from_millis(20);

/// How long may be spent on counting what an interrupted run has left.
const LAST_COUNT: Duration = Duration::from_secs(1);

/// What the bar shows on a terminal of so many columns and more, before and after the files are counted. Each fits with
/// six digits for every number: a line that wraps is drawn again below itself.
const TEMPLATES: [(usize, &str, &str); 3] = [
    (88, "{spinner} {pos} files, {rate}, {msg}", "{bar:20} {pos}/{len} files, {rate}, {eta} left, {msg}"),
    (52, "{spinner} {pos} files, {msg}", "{pos}/{len} files, {eta} left, {msg}"),
    (0, "{pos} files", "{pos}/{len}, {eta} left"),
];

/// A bar, which is not there when standard error is no terminal.
pub(crate) struct Progress {
    bar: ProgressBar,
    /// A second walk, which only counts: the first is never far ahead of the results, so that memory stays
    /// bounded. None once it is done, or where the paths come only once.
    count: Option<(Discovery<std::vec::IntoIter<PathBuf>>, u64)>,
    /// The number of all files, once it is known.
    total: Option<u64>,
    templates: (&'static str, &'static str),
}

impl Progress {
    /// A bar for a run over `paths`, or none.
    pub(crate) fn new(hidden: bool, paths: &[PathBuf], options: &DiscoveryOptions) -> Self {
        if hidden || !terminal::colour(&io::stderr()) {
            return Self { bar: ProgressBar::hidden(), count: None, total: None, templates: ("", "") };
        }
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        let templates = templates(terminal::width_of_messages().unwrap_or(usize::MAX));
        let progress = Self { bar, count: counting(paths, options).map(|walk| (walk, 0)), total: None, templates };
        progress.update(&Summary::default());
        progress.style(templates.0);
        progress
    }

    /// Uses the time until the next result.
    pub(crate) fn idle(&mut self) {
        self.bar.tick();
        let start = Instant::now();
        while let Some((files, number)) = &mut self.count {
            if files.next().is_none() {
                self.bar.set_length(*number);
                self.total = Some(*number);
                self.count = None;
                self.style(self.templates.1);
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

    /// How many files a run over `paths` has that was interrupted after `done`, if that can be found out in short time. A
    /// list on standard input cannot be read twice.
    pub(crate) fn left(&self, done: u64, paths: &[PathBuf], options: &DiscoveryOptions) -> Option<u64> {
        let total = self.total.or_else(|| {
            let (mut walk, start, mut number) = (counting(paths, options)?, Instant::now(), 0);
            while walk.next().is_some() {
                number += 1;
                if start.elapsed() > LAST_COUNT {
                    return None;
                }
            }
            Some(number)
        })?;
        Some(total.saturating_sub(done))
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

/// A walk that only counts; none where the paths come only once.
fn counting(paths: &[PathBuf], options: &DiscoveryOptions) -> Option<Discovery<std::vec::IntoIter<PathBuf>>> {
    // What it passes over is counted by the walk that does the work.
    let options = DiscoveryOptions { passed_over: PassedOver::default(), ..options.clone() };
    (!paths.iter().any(|path| paths::is_list(path))).then(|| Discovery::new(paths.to_vec(), options))
}

/// What the bar shows in so many columns, before and after the files are counted.
fn templates(width: usize) -> (&'static str, &'static str) {
    TEMPLATES
        .iter()
        .find(|(least, ..)| *least <= width)
        .map_or(("{pos}", "{pos}"), |(_, unknown, known)| (unknown, known))
}

fn write_rate(state: &ProgressState, out: &mut dyn std::fmt::Write) {
    // A bar without its rate is still a bar.
    let _ = write!(out, "{:.1} files/s", state.per_sec());
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The longest that a template can become.
    fn longest(template: &str) -> usize {
        let with = [
            ("{spinner}", "⠁"),
            ("{bar:20}", "━━━━━━━━━━━━━━━━━━━━"),
            ("{pos}", "123456"),
            ("{len}", "123456"),
            ("{rate}", "1234.5 files/s"),
            ("{eta}", "12d"),
            ("{msg}", "12345 transcodes"),
        ];
        let text = with.iter().fold(template.to_owned(), |text, (key, value)| text.replace(key, value));
        assert!(!text.contains('{'), "{text}");
        text.chars().count()
    }

    #[test]
    fn the_bar_fits_its_terminal() {
        for width in 26..200 {
            let (unknown, known) = templates(width);
            assert!(longest(unknown) <= width && longest(known) <= width, "{width}: {known}");
        }
        assert!(templates(100).1.contains("{bar") && !templates(60).1.contains("{bar"));
    }
}
