//! Ctrl-C, and the signal that asks a program to end: the first ends the run in good order, the second ends the program
//! at once.

use bitrater_engine::Cancel;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

use crate::ExitStatus;

/// A switch that Ctrl-C or SIGTERM sets. No thread waits for the signal: the handler sets the flag, and whoever waits for
/// results looks at it.
pub(crate) fn cancel_on_ctrl_c() -> std::io::Result<Cancel> {
    let cancel = Cancel::default();
    for signal in [SIGINT, SIGTERM] {
        // In this order: when the first signal comes, the flag is not set yet.
        flag::register_conditional_shutdown(signal, i32::from(ExitStatus::Interrupted.code()), cancel.flag())?;
        flag::register(signal, cancel.flag())?;
    }
    Ok(cancel)
}
