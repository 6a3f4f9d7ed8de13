//! `bitrater cache`: the store of results from outside.

use std::io::{self, Write};
use std::path::Path;

use anyhow::Context;
use bitrater_engine::store;

use crate::ExitStatus;
use crate::args::{CacheAction, CacheArgs};

/// Does what `args` ask for.
pub(crate) fn cache(args: &CacheArgs) -> anyhow::Result<ExitStatus> {
    let path = args.cache.clone().or_else(store::default_path);
    let path = path.context("this user has no cache directory; name a file with --cache")?;
    let trouble = || format!("the store `{}` cannot be used; remove it, or name another with --cache", path.display());
    match args.action {
        CacheAction::Path => write_path(&path)?,
        CacheAction::Stats => {
            let stats = store::stats(&path).with_context(trouble)?;
            io::stdout().write_all(describe(&path, stats.as_ref()).as_bytes())?;
        }
        CacheAction::Clear => store::clear(&path).with_context(trouble)?,
    }
    Ok(ExitStatus::Clean)
}

/// The path as it is, for other programs: its very bytes.
fn write_path(path: &Path) -> io::Result<()> {
    let mut line = path.as_os_str().as_encoded_bytes().to_vec();
    line.push(b'\n');
    io::stdout().write_all(&line)
}

fn describe(path: &Path, stats: Option<&store::Stats>) -> String {
    let path = bitrater_report::sanitize(&path.to_string_lossy()).into_owned();
    let Some(stats) = stats else { return format!("path          {path}\nresults       0\n") };
    let store::Stats { results, original, transcode, inconclusive, error, current, bytes } = stats;
    format!(
        "path          {path}\nbytes         {bytes}\nresults       {results}\noriginal      {original}\n\
         transcode     {transcode}\ninconclusive  {inconclusive}\nerror         {error}\ncurrent       {current}\n"
    )
}
