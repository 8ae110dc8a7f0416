//! Examples shown in the help and the man page of each command.

/// Returns the examples of a command.
pub fn of(command: &str) -> &'static [&'static str] {
    match command {
        "register" => &[
            "sie register alpha --pipeline './retrain.sh --effort {energy}' --cost 3",
            "sie register beta --pipeline 'make train' --interval 7d --timeout 2h --env MODE=full",
            "sie register gamma --stage fetch=./fetch.sh --stage 'train=./train.sh {energy}' --retries 2",
            "sie register alpha --replace --interval 30m",
            "sie register delta --from engine.json",
        ],
        "unregister" => &["sie unregister alpha", "sie unregister alpha --dry-run"],
        "list" => &[
            "sie list",
            "sie list --format json | jq -r '.engines[].engine'",
        ],
        "show" => &["sie show alpha", "sie show alpha --format json"],
        "pause" => &[
            "sie pause alpha --reason 'vendor outage'",
            "sie pause alpha --reason 'weekend' --until 2026-11-23T06:00:00Z",
            "sie pause alpha --reason 'cooling down' --until 4h",
        ],
        "resume" => &["sie resume alpha", "sie resume alpha --dry-run"],
        "cycle" => &[
            "sie cycle alpha",
            "sie cycle alpha --if-due --dry-run",
            "sie cycle alpha --energy 50",
            "sie cycle alpha --retries 2 --if-running wait=10m",
        ],
        "run-all" => &[
            "sie run-all",
            "sie run-all --quiet --jobs 4",
            "sie run-all --only 'eu-*' --halt soon,fail=3",
            "sie run-all --dry-run",
        ],
        "status" => &["sie status", "sie status --format json"],
        "history" => &[
            "sie history alpha",
            "sie history --limit 100 --format jsonl",
        ],
        "demo" => &["sie demo", "sie demo --dir /tmp/sie-demo --rounds 12"],
        "completions" => &[
            "sie completions bash > ~/.local/share/bash-completion/completions/sie",
            "sie completions fish > ~/.config/fish/completions/sie.fish",
        ],
        "man" => &[
            "sie man run-all | man -l -",
            "sie man --dir ~/.local/share/man/man1",
        ],
        _ => &[
            "sie demo",
            "sie register alpha --pipeline './retrain.sh {energy}'",
            "sie run-all",
        ],
    }
}
