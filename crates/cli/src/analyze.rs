//! `bitrater analyze`: the whole run from arguments to exit status.

use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context;
use bitrater_engine::{
    Budget, DiscoveryOptions, Exclude, Isolation, Limits, Note, Options, Outcomes, Policy, Step, Why, assess_all,
};
use bitrater_report::{Folders, PassedOver, Report, Style, Summary};
use bitrater_verdict::{Judge, Versions};

use crate::args::{AnalyzeArgs, IsolationArg};
use crate::interrupt::cancel_on_ctrl_c;
use crate::output::Output;
use crate::paths::{self, Paths};
use crate::progress::Progress;
#[cfg(unix)]
use crate::workers::processes;
use crate::{ExitStatus, message, terminal};

/// How long to wait for a result before the bar is drawn again.
const PATIENCE: Duration = Duration::from_millis(100);

/// Analyses what `args` name and reports it.
pub(crate) fn analyze(args: &AnalyzeArgs, again: &[OsString]) -> anyhow::Result<ExitStatus> {
    let start = Instant::now();
    let format = args.format()?;
    let options = options(args, again)?;
    let cancel = options.cancel.clone();
    let mut output = Output::open(args.output.as_deref())?;
    let mut report = format.open(output.sink(), style(args), &Versions::of(options.policy.judge))?;
    let mut progress = Progress::new(args.quiet, &args.paths, &options.discovery);
    say_budget(args, options.budget);
    silence_workers(args.verbose > 0);

    let discovery = options.discovery.clone();
    let (paths, trouble) = Paths::new(args.paths.clone());
    let outcomes = assess_all(paths, options).context("the workers cannot be started; lower --threads")?;
    let mut summary = follow(outcomes, report.as_mut(), &mut progress, args)?;
    if cancel.is_cancelled() {
        summary.interrupt(progress.left(summary.files, &args.paths, &discovery));
    }
    summary.passed_over = passed_over(&discovery);
    if let Some(folders) = &mut summary.folders {
        folders.retain(|counts| args.shows_any(counts));
    }
    summary.took(start.elapsed());
    report.finish(&summary)?;
    output.commit()?;

    if summary.interrupted {
        if !args.quiet {
            let left = summary.left.map_or_else(String::new, |left| format!(" with {left} files left"));
            message::note(&format!("interrupted{left}; the report holds what was finished"));
        }
        return Ok(ExitStatus::Interrupted);
    }
    if let Some(error) = trouble.take() {
        return Err(error).context("the list of paths on standard input could not be read to its end");
    }
    if summary.files == 0 {
        message::error("no audio files found; name files, or folders that hold some, and check --exclude");
    }
    Ok(ExitStatus::of(&summary))
}

/// How much is said on standard error.
#[derive(Clone, Copy)]
struct Talk {
    quiet: bool,
    verbose: bool,
}

impl Talk {
    fn new(args: &AnalyzeArgs) -> Self {
        Self { quiet: args.quiet, verbose: args.verbose > 0 }
    }

    fn say(self, note: &Note) {
        match note {
            Note::Warning(text) if !self.quiet => message::warning(text),
            Note::Info(text) if self.verbose => message::note(text),
            Note::Warning(_) | Note::Info(_) => {}
        }
    }
}

/// Reports outcomes as they come.
fn follow(
    mut outcomes: Outcomes,
    report: &mut dyn Report,
    progress: &mut Progress,
    args: &AnalyzeArgs,
) -> io::Result<Summary> {
    let talk = Talk::new(args);
    let mut summary = Summary { folders: args.by.map(|_| Folders::default()), ..Summary::default() };
    loop {
        let step = outcomes.next_within(PATIENCE);
        for note in outcomes.take_notes() {
            progress.pause(|| talk.say(&note));
        }
        match step {
            Step::Ready(outcome) => {
                summary.count(&outcome);
                progress.update(&summary);
                if args.shows(&outcome) {
                    progress.pause(|| report.outcome(&outcome))?;
                }
            }
            Step::Waiting => progress.idle(),
            Step::Done => break,
        }
    }
    progress.finish();
    Ok(summary)
}

/// What the engine is asked for.
fn options(args: &AnalyzeArgs, again: &[OsString]) -> anyhow::Result<Options> {
    Ok(Options {
        budget: Budget::new(args.threads),
        policy: Policy {
            min_confidence: args.min_confidence.unwrap_or_default(),
            judge: judge(args.model.as_deref())?,
        },
        discovery: DiscoveryOptions {
            exclude: Exclude::new(&args.exclude).context("--exclude takes globs such as `*.m4a` or `Live/*`")?,
            follow_symlinks: args.follow_symlinks,
            // Below one folder nothing comes up twice but by links, which are names of their own.
            once: args.paths.len() > 1 || args.paths.iter().any(|path| paths::is_list(path)),
            ..DiscoveryOptions::default()
        },
        isolation: isolation(args, again)?,
        limits: Limits {
            time: (args.timeout > 0.0).then(|| Duration::from_secs_f64(args.timeout)),
            memory: args.max_memory.map(|mebibytes| mebibytes << 20),
        },
        store: if args.no_cache { None } else { args.cache.clone().or_else(bitrater_engine::store::default_path) },
        cancel: cancel_on_ctrl_c().context("Ctrl-C cannot be handled")?,
    })
}

/// What was left aside, as the report tells it.
fn passed_over(options: &DiscoveryOptions) -> PassedOver {
    let number = |why| options.passed_over.number(why);
    PassedOver {
        not_audio: number(Why::NotAudio),
        excluded: number(Why::Excluded),
        linked_folders: number(Why::LinkedFolder),
        unreadable: number(Why::Unreadable),
        repeated: number(Why::Repeated),
    }
}

/// The bundled model, or that of a file.
pub(crate) fn judge(model: Option<&Path>) -> anyhow::Result<Judge> {
    model
        .map_or(Ok(Judge::Bundled), |path| Judge::load(path).context("--model needs a model that this version can use"))
}

/// Where the work is done.
fn isolation(args: &AnalyzeArgs, again: &[OsString]) -> anyhow::Result<Isolation> {
    match args.isolation {
        #[cfg(unix)]
        IsolationArg::Process => processes(again),
        IsolationArg::Thread if args.max_memory.is_some() => {
            anyhow::bail!("--max-memory limits a process; leave it out or choose --isolation process")
        }
        IsolationArg::Thread => Ok(Isolation::Thread),
    }
}

/// What the table looks like; a file gets neither colour nor shortened paths.
fn style(args: &AnalyzeArgs) -> Style {
    let terminal = args.output.is_none();
    Style {
        colour: terminal && terminal::colour(&io::stdout()),
        width: terminal::width().filter(|_| terminal),
        verbose: args.verbose > 0,
    }
}

fn say_budget(args: &AnalyzeArgs, budget: Budget) {
    if args.verbose > 0 {
        let (jobs, cpus) = (budget.jobs(), budget.cpus());
        message::note(&format!("{jobs} files at a time on {cpus} CPUs; choose with --threads"));
    }
}

/// A crash in a worker is a result of its own; the default message would only disturb the bar.
fn silence_workers(verbose: bool) {
    if verbose {
        return;
    }
    let default = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !std::thread::current().name().is_some_and(|name| name.starts_with("bitrater-worker")) {
            default(panic);
        }
    }));
}
