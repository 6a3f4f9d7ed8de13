//! Formats that only the `ffmpeg` and `ffprobe` programs decode. They are started without a shell, may open nothing but
//! the one file and only with demuxers of audio formats, and write PCM into a pipe that is read as it comes.

mod pipe;
mod probe;

use std::ffi::OsString;
use std::path::Path;

pub(crate) use pipe::open;

/// Demuxers that may be used: none that follows references to other files, and none for pictures or text.
const DEMUXERS: &str = "aac,ac3,aiff,alaw,amr,amrnb,amrwb,ape,asf,au,avi,caf,dff,dsf,dts,dtshd,eac3,flac,flv,gsm,iff,\
    m4v,matroska,mlp,mov,mp3,mpc,mpc8,mpeg,mpegts,oma,ogg,rm,shn,spdif,tak,truehd,tta,voc,vqf,w64,wav,webm,wv,xwma";

/// The arguments both programs share: quiet, bounded to local files, and the input last. The `file:` prefix keeps a
/// name that begins with a dash or holds a colon from being anything but a name.
fn input(path: &Path) -> Vec<OsString> {
    let mut url = OsString::from("file:");
    url.push(path);
    ["-v", "error", "-hide_banner", "-protocol_whitelist", "file,pipe", "-format_whitelist", DEMUXERS]
        .into_iter()
        .map(OsString::from)
        .chain([OsString::from("-i"), url])
        .collect()
}
