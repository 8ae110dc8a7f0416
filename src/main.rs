//! The `sie` binary: hands over to the library and turns its answer into an exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    self_improvement_engine::run(std::env::args_os())
}
