//! A pseudo-terminal in place of stdout.

use std::fs::{File, OpenOptions};
use std::io::Read;
use std::os::fd::AsFd;
use std::process::{Command, ExitStatus, Stdio};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{OptionalActions, OutputModes, Winsize, tcgetattr, tcsetattr, tcsetwinsize};

/// Runs a command to its end with its stdout on a terminal of this width; returns what it printed there.
pub fn run_on_terminal(mut command: Command, width: u16) -> (String, ExitStatus) {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
    grantpt(&master)
        .and_then(|()| unlockpt(&master))
        .expect("the other end");
    let name = ptsname(&master, Vec::new()).expect("its name");
    let path = std::path::PathBuf::from(name.into_string().expect("text"));
    let slave = OpenOptions::new()
        .read(true)
        .write(true)
        .open(path)
        .expect("the other end");
    prepare(&slave, width);
    let mut child = command
        .stdout(slave.try_clone().expect("a copy"))
        .stderr(Stdio::null())
        .spawn()
        .expect("the command starts");
    // Only the child may hold the other end, or reading would never end.
    drop(slave);
    drop(command);
    let mut text = Vec::new();
    // Linux reports the end of a terminal as an error.
    let _ = File::from(master).read_to_end(&mut text);
    let status = child.wait().expect("its end");
    (String::from_utf8_lossy(&text).into_owned(), status)
}

fn prepare(terminal: impl AsFd, width: u16) {
    let size = Winsize {
        ws_row: 40,
        ws_col: width,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    tcsetwinsize(&terminal, size).expect("a size");
    let mut modes = tcgetattr(&terminal).expect("modes");
    modes.output_modes.remove(OutputModes::OPOST);
    tcsetattr(&terminal, OptionalActions::Now, &modes).expect("raw output");
}
