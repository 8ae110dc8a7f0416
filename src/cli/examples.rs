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
            "sie register epsilon --pipeline ./retrain.sh --cost 3 --trigger learned --max-interval 30d",
            "sie register alpha --replace --rule 'slow: mean(response_time, 20) > 2.0 @critical'",
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
        "why" => &[
            "sie why alpha",
            "sie why alpha --at alpha-148",
            "sie why alpha --at 2026-11-23T08:00:00Z --format json | jq .flip",
        ],
        "metrics" => &[
            "sie metrics record alpha errors=2 response_time=0.4",
            "sie metrics show alpha --last 200",
        ],
        "metrics record" => &[
            "sie metrics record alpha errors=2 revenue=41 expense=10.5",
            "sie metrics record alpha --file week.csv",
            "curl -s http://alpha/metrics.json | sie metrics record alpha --json -",
        ],
        "metrics show" => &[
            "sie metrics show alpha",
            "sie metrics show alpha --last 1000 --format json",
        ],
        "event" => &[
            "sie event publish alpha evolve:self_improve",
            "sie event list alpha",
        ],
        "event publish" => &[
            "sie event publish alpha evolve:self_improve",
            "echo '{\"ledger\": 41, \"bank\": 40}' | sie event publish alpha discrepancy --json -",
        ],
        "event list" => &[
            "sie event list",
            "sie event list alpha --topic cycle:failed --format jsonl",
        ],
        "status" => &[
            "sie status",
            "sie status --sort next --only 'eu-*'",
            "sie status --state failed --state backing-off --format json",
            "sie status --watch 5s --sort failures",
        ],
        "history" => &[
            "sie history alpha",
            "sie history --limit 100 --format jsonl",
        ],
        "doctor" => &[
            "sie doctor",
            "sie doctor --fix --dry-run",
            "sie doctor --format json | jq -r '.findings[] | select(.severity == \"problem\") | .what'",
            "sie doctor --gc --keep-days 90 --keep-cycles 1000 --dry-run",
            "sie doctor --gc --max-bytes 2GiB",
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
        _ if command.starts_with("policy") => of_policy(command),
        _ => &[
            "sie demo",
            "sie register alpha --pipeline './retrain.sh {energy}'",
            "sie run-all",
        ],
    }
}

fn of_policy(command: &str) -> &'static [&'static str] {
    match command {
        "policy inspect" => &[
            "sie policy inspect",
            "sie policy inspect alpha --top 4",
            "sie policy inspect alpha --format csv > cells.csv",
            "sie policy inspect alpha --diff last-week.json",
        ],
        "policy export" => &[
            "sie policy export alpha > alpha-policy.json",
            "sie policy export alpha --out alpha-policy.json",
        ],
        "policy import" => &[
            "sie policy import beta alpha-policy.json",
            "sie policy import beta alpha-policy.json --dry-run",
        ],
        "policy reset" => &["sie policy reset alpha", "sie policy reset alpha --dry-run"],
        "policy simulate" => &[
            "cat events.jsonl | sie policy simulate --cost 10",
            "cat events.jsonl | sie policy simulate --signal errors --value 100 --no-explore",
        ],
        _ => &[
            "sie policy inspect alpha",
            "cat events.jsonl | sie policy simulate --cost 10",
        ],
    }
}
