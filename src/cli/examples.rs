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
            "sie register zeta --pipeline ./train.sh --patch ./tune.sh --patch-target 'params/**' --patch-check ./check.sh",
            "sie register alpha --replace --gate 'roi >= 0' --gate 'success_rate >= 0.9'",
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
            "sie cycle alpha --gate 'roi >= 0' --gate 'errors <= base*1.05' --min-samples 5",
        ],
        "run-all" => &[
            "sie run-all",
            "sie run-all --quiet --jobs 4",
            "sie run-all --only 'eu-*' --halt soon,fail=3",
            "sie run-all --autoscale --quiet",
            "sie run-all --jobs 4 --budget 20",
            "sie run-all --force --gate 'roi >= 0' --ci github --junit sie.xml --out sie.json",
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
        "metrics export" => &[
            "sie metrics export --prometheus",
            "sie metrics export --prometheus /var/lib/node_exporter/textfile/sie.prom --quiet",
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
        "modules" => &[
            "sie modules",
            "sie modules alpha",
            "sie modules alpha --format json | jq '.engines[].modules[] | select(.diminishing)'",
        ],
        "modules record" => &[
            "sie modules record alpha parser.py=2.1 ranker.py=-0.3",
            "./sandbox.sh | sie modules record alpha --json -",
            "sie modules record alpha parser.py=0 --dry-run",
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
        "report" => &[
            "sie report -o report.html",
            "sie report --since 30d --format md",
            "sie report --since 2026-11-01T00:00:00Z --format json | jq .summary",
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
        _ if command.starts_with("capital") => of_capital(command),
        "report savings" => &[
            "sie report savings",
            "sie report savings alpha --against cron:1d --since 30d",
            "sie report savings --format json | jq '.engines[].saved.net'",
        ],
        _ if command.starts_with("policy") => of_policy(command),
        _ if command.starts_with("autoscale") => of_autoscale(command),
        _ => &[
            "sie demo",
            "sie register alpha --pipeline './retrain.sh {energy}'",
            "sie run-all",
        ],
    }
}

fn of_autoscale(command: &str) -> &'static [&'static str] {
    match command {
        "autoscale factory" => &[
            "sie autoscale factory --like alpha",
            "sie autoscale factory --from factory.json --dry-run",
            "sie autoscale factory --show --format json",
        ],
        "autoscale history" => &[
            "sie autoscale history",
            "sie autoscale history --limit 100 --format jsonl",
        ],
        _ => &[
            "sie autoscale --max-engines 6 --cost-per-engine 0.05 --dry-run",
            "sie autoscale --yes --reason 'quarter went well'",
            "sie autoscale --out plan.json",
            "sie autoscale --apply plan.json",
            "sie autoscale --approval-command './ask-finance.sh'",
        ],
    }
}

fn of_capital(command: &str) -> &'static [&'static str] {
    match command {
        "capital init" => &[
            "sie capital init --target 1000 --unit EUR --zone Europe/Berlin",
            "sie capital init --energy-command './how-are-we.sh' --replace",
        ],
        "capital log" => &[
            "sie capital log inflow 500 --note 'budget of May'",
            "sie capital log expense 12.50 --engine alpha --note labels",
        ],
        "capital budget" => &[
            "sie capital budget --per-day 40 --per-cycle 5",
            "sie capital budget --fleet none",
            "sie capital budget --forget-overruns",
        ],
        "capital status" => &[
            "sie capital status",
            "sie capital status --format json | jq .energy.score",
        ],
        "capital history" => &[
            "sie capital history --since 7d",
            "sie capital history --limit 1000 --format csv > ledger.csv",
        ],
        _ => &[
            "sie capital init --target 1000 --unit EUR",
            "sie capital status",
        ],
    }
}

fn of_policy(command: &str) -> &'static [&'static str] {
    match command {
        "patch" => &["sie patch list alpha", "sie patch show alpha-p3"],
        "patch list" => &[
            "sie patch list",
            "sie patch list alpha --format json | jq .success",
        ],
        "patch show" => &[
            "sie patch show alpha-p3",
            "sie patch show alpha-p3 --format json | jq -r .patch.diff",
        ],
        "patch revert" => &[
            "sie patch revert alpha-p3 --dry-run",
            "sie patch revert alpha-p3",
        ],
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
        "policy replay" => &[
            "sie policy replay alpha --candidate cron:1d",
            "sie policy replay alpha --candidate last-week.json --since 30d",
            "sie policy replay --pool --candidate always --format json",
        ],
        _ => &[
            "sie policy inspect alpha",
            "cat events.jsonl | sie policy simulate --cost 10",
        ],
    }
}
