# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_sie_global_optspecs
    string join \n data-dir= registry= format= q/quiet color= h/help V/version
end

function __fish_sie_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_sie_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_sie_using_subcommand
    set -l cmd (__fish_sie_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c sie -n "__fish_sie_needs_command" -l data-dir -d 'Keep everything in this folder [default: `SIE_DATA_DIR`, else the platform\'s data folder]' -r -f -a "(__fish_complete_directories)"
complete -c sie -n "__fish_sie_needs_command" -l registry -d 'Use this registry file [default: `SIE_REGISTRY`, else registry.json in the data folder]' -r -F
complete -c sie -n "__fish_sie_needs_command" -l format -d 'Print the result in this form [default: table on a terminal, tsv elsewhere]' -r -f -a "table\t'Columns for people'
tsv\t'Tab-separated rows without a header'
csv\t'Comma-separated rows with a header, as spreadsheets read them'
json\t'One JSON document'
jsonl\t'One JSON object per line and row'
md\t'Markdown, as code hosts show it'
html\t'One page for a browser; only `report` makes one'"
complete -c sie -n "__fish_sie_needs_command" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, as `NO_COLOR` and `CLICOLOR_FORCE` say'
always\t'Always'
never\t'Never'"
complete -c sie -n "__fish_sie_needs_command" -s q -l quiet -d 'Print nothing unless something failed'
complete -c sie -n "__fish_sie_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sie -n "__fish_sie_needs_command" -s V -l version -d 'Print version'
complete -c sie -n "__fish_sie_needs_command" -f -a "register" -d 'Register an engine: what to run for a bot, and when'
complete -c sie -n "__fish_sie_needs_command" -f -a "unregister" -d 'Take an engine out of the registry; its data stay'
complete -c sie -n "__fish_sie_needs_command" -f -a "list" -d 'List the registered engines'
complete -c sie -n "__fish_sie_needs_command" -f -a "show" -d 'Show the definition of an engine, and where each value comes from'
complete -c sie -n "__fish_sie_needs_command" -f -a "pause" -d 'Leave an engine alone until it is resumed, or until a time'
complete -c sie -n "__fish_sie_needs_command" -f -a "resume" -d 'End the pause of an engine'
complete -c sie -n "__fish_sie_needs_command" -f -a "cycle" -d 'Run one cycle of an engine now'
complete -c sie -n "__fish_sie_needs_command" -f -a "run-all" -d 'Run one cycle of every engine that is due'
complete -c sie -n "__fish_sie_needs_command" -f -a "why" -d 'Explain the last decision on an engine: every number behind it, and what would have turned it'
complete -c sie -n "__fish_sie_needs_command" -f -a "status" -d 'Show for each engine how it is and what comes next'
complete -c sie -n "__fish_sie_needs_command" -f -a "history" -d 'Show past cycles, newest first'
complete -c sie -n "__fish_sie_needs_command" -f -a "metrics" -d 'Record and show the metrics of bots'
complete -c sie -n "__fish_sie_needs_command" -f -a "event" -d 'Publish and list events'
complete -c sie -n "__fish_sie_needs_command" -f -a "modules" -d 'Show which modules pay and which bring nothing any more, and record deltas'
complete -c sie -n "__fish_sie_needs_command" -f -a "patch" -d 'List, show and take back the patches of engines'
complete -c sie -n "__fish_sie_needs_command" -f -a "capital" -d 'Look after the money of the fleet: ledger, budgets, energy score'
complete -c sie -n "__fish_sie_needs_command" -f -a "autoscale" -d 'Add or remove one engine, as the energy score and the ROI trend ask for'
complete -c sie -n "__fish_sie_needs_command" -f -a "policy" -d 'Show, move and try out what policies have learned'
complete -c sie -n "__fish_sie_needs_command" -f -a "report" -d 'Report on the fleet in charts: one page for a browser, Markdown or JSON'
complete -c sie -n "__fish_sie_needs_command" -f -a "doctor" -d 'Look for what is wrong in the data directory, and say what mends it'
complete -c sie -n "__fish_sie_needs_command" -f -a "demo" -d 'Watch four engines improve a real model, in a folder of their own'
complete -c sie -n "__fish_sie_needs_command" -f -a "completions" -d 'Print the completion script of a shell'
complete -c sie -n "__fish_sie_needs_command" -f -a "man" -d 'Print a man page, or write all of them into a folder'
complete -c sie -n "__fish_sie_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c sie -n "__fish_sie_using_subcommand register" -l pipeline -d 'Run this command in a cycle; it is split into words, no shell is involved' -r
complete -c sie -n "__fish_sie_using_subcommand register" -l stage -d 'Run this command as a stage, after those given before it (can be repeated)' -r
complete -c sie -n "__fish_sie_using_subcommand register" -l from -d 'Take the definition from this JSON file, `-` for stdin; other options override it' -r -F
complete -c sie -n "__fish_sie_using_subcommand register" -l bot -d 'Name the bot it improves [default: the engine\'s name]' -r
complete -c sie -n "__fish_sie_using_subcommand register" -l interval -d 'Be due this long after the last cycle ended [default: 1h]' -r
complete -c sie -n "__fish_sie_using_subcommand register" -l min-interval -d 'Never run within this time after the last cycle ended [default: 0s]' -r
complete -c sie -n "__fish_sie_using_subcommand register" -l rule -d 'Ask for a cycle when this holds: `ID: AGG(METRIC, WINDOW) OP NUMBER [@critical]` (can be repeated)' -r
complete -c sie -n "__fish_sie_using_subcommand register" -l diagnose -d 'Ask for a cycle when this command reports an issue as a JSON line (can be repeated)' -r
complete -c sie -n "__fish_sie_using_subcommand register" -l trigger -d 'Who decides when to run: any reason there is, or what the policy has learned [default: any]' -r
complete -c sie -n "__fish_sie_using_subcommand register" -l policy -d 'Learn when running pays: `q_learning`, `sarsa`, `q_lambda`, `actor_critic` or `none` [default: none, with learned `q_learning`]' -r
complete -c sie -n "__fish_sie_using_subcommand register" -l signal -d 'Take this metric as the loss of a row, none to learn from results alone [default: expense less revenue]' -r
complete -c sie -n "__fish_sie_using_subcommand register" -l value -d 'What one unit of the signal costs, in your unit of money [default: 1]' -r
complete -c sie -n "__fish_sie_using_subcommand register" -l max-interval -d 'With learned: be due this long after the last cycle or the registration [default: never]' -r
complete -c sie -n "__fish_sie_using_subcommand register" -l on-missing -d 'With learned, while there are no metrics: hold still, run by the interval, or skip [default: hold]' -r
complete -c sie -n "__fish_sie_using_subcommand register" -l stale-after -d 'With learned: metrics older than this are missing [default: no age is too old]' -r
complete -c sie -n "__fish_sie_using_subcommand register" -l explore -d 'Let the policy try what it does not prefer, with this probability, 0 to 0.5 [default: as registered, else 0]' -r
complete -c sie -n "__fish_sie_using_subcommand register" -l patch -d 'Let this command make a patch before the pipeline, in a separate copy: it edits targets there or prints a unified diff; \'\' removes the patch step' -r
complete -c sie -n "__fish_sie_using_subcommand register" -l patch-target -d 'Let patches change files that match, inside the work dir (can be repeated)' -r
complete -c sie -n "__fish_sie_using_subcommand register" -l patch-check -d 'Try a patch only if this command passes on the patched copy (can be repeated)' -r
complete -c sie -n "__fish_sie_using_subcommand register" -l patch-min-delta -d 'Keep a patch only if it raises the ROI delta by at least this much [default: 0]' -r
complete -c sie -n "__fish_sie_using_subcommand register" -l patch-trials -d 'Try a patch in at most this many cycles, 1 to 50 [default: 16]' -r
complete -c sie -n "__fish_sie_using_subcommand register" -l patch-copy -d 'Copy only files that match, besides the targets (can be repeated) [default: what git tracks, else everything]' -r
complete -c sie -n "__fish_sie_using_subcommand register" -l patch-commit -d 'Commit a patch that is kept, where the work dir is git\'s [default: no]' -r -f -a "true\t''
false\t''"
complete -c sie -n "__fish_sie_using_subcommand register" -l cost -d 'What a cycle costs unless its result says so, in your unit of money' -r
complete -c sie -n "__fish_sie_using_subcommand register" -l energy -d 'Effort handed to the pipeline, 1 to 100 [default: 1]' -r
complete -c sie -n "__fish_sie_using_subcommand register" -l energy-threshold -d 'Energy score of the fleet below which it runs only if asked for, 0 to 1 [default: as for the fleet, else 0.5]' -r
complete -c sie -n "__fish_sie_using_subcommand register" -l timeout -d 'End a stage after this time [default: 24h]' -r
complete -c sie -n "__fish_sie_using_subcommand register" -l retries -d 'Try a failed pipeline again this many times within a cycle [default: 0]' -r
complete -c sie -n "__fish_sie_using_subcommand register" -l retry-delay -d 'Wait this long before the first retry, twice as long before each further one [default: 10s]' -r
complete -c sie -n "__fish_sie_using_subcommand register" -l on-start -d 'Tell this command when a cycle begins: JSON on stdin; \'\' removes it' -r
complete -c sie -n "__fish_sie_using_subcommand register" -l on-success -d 'Tell this command when a cycle succeeded' -r
complete -c sie -n "__fish_sie_using_subcommand register" -l on-failure -d 'Tell this command when a cycle failed' -r
complete -c sie -n "__fish_sie_using_subcommand register" -l on-event -d 'Tell this command of events whose topics match, for example `metrics:*=./notify.sh` (can be repeated)' -r
complete -c sie -n "__fish_sie_using_subcommand register" -l gate -d 'What each cycle must show: `NAME OP NUMBER` or `NAME OP base*NUMBER`; \'\' removes all (can be repeated)' -r
complete -c sie -n "__fish_sie_using_subcommand register" -l max-age -d 'How old a recorded value may be for a gate [default: 1h]' -r
complete -c sie -n "__fish_sie_using_subcommand register" -l min-samples -d 'How many samples a value must rest on for a gate [default: 1]' -r
complete -c sie -n "__fish_sie_using_subcommand register" -l work-dir -d 'Run the pipeline in this folder [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c sie -n "__fish_sie_using_subcommand register" -l env -d 'Add a variable to the environment of the pipeline (can be repeated)' -r
complete -c sie -n "__fish_sie_using_subcommand register" -l env-clear -d 'Keep our own environment from the pipeline; only `--env` and SIE_* variables reach it' -r -f -a "true\t''
false\t''"
complete -c sie -n "__fish_sie_using_subcommand register" -l database -d 'Keep the engine\'s data in this database of its own' -r -F
complete -c sie -n "__fish_sie_using_subcommand register" -l state-path -d 'Keep ROI deltas and the time of the last cycle in this JSON file, too' -r -F
complete -c sie -n "__fish_sie_using_subcommand register" -l data-dir -d 'Keep everything in this folder [default: `SIE_DATA_DIR`, else the platform\'s data folder]' -r -f -a "(__fish_complete_directories)"
complete -c sie -n "__fish_sie_using_subcommand register" -l registry -d 'Use this registry file [default: `SIE_REGISTRY`, else registry.json in the data folder]' -r -F
complete -c sie -n "__fish_sie_using_subcommand register" -l format -d 'Print the result in this form [default: table on a terminal, tsv elsewhere]' -r -f -a "table\t'Columns for people'
tsv\t'Tab-separated rows without a header'
csv\t'Comma-separated rows with a header, as spreadsheets read them'
json\t'One JSON document'
jsonl\t'One JSON object per line and row'
md\t'Markdown, as code hosts show it'
html\t'One page for a browser; only `report` makes one'"
complete -c sie -n "__fish_sie_using_subcommand register" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, as `NO_COLOR` and `CLICOLOR_FORCE` say'
always\t'Always'
never\t'Never'"
complete -c sie -n "__fish_sie_using_subcommand register" -l no-explore -d 'Let the policy do what it prefers, always'
complete -c sie -n "__fish_sie_using_subcommand register" -l replace -d 'Change the engine if the name is taken; options not given stay as they are'
complete -c sie -n "__fish_sie_using_subcommand register" -l revive -d 'Carry on with the data of an engine of this name that was unregistered'
complete -c sie -n "__fish_sie_using_subcommand register" -l dry-run -d 'Print what would be registered, write nothing'
complete -c sie -n "__fish_sie_using_subcommand register" -s q -l quiet -d 'Print nothing unless something failed'
complete -c sie -n "__fish_sie_using_subcommand register" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sie -n "__fish_sie_using_subcommand register" -s V -l version -d 'Print version'
complete -c sie -n "__fish_sie_using_subcommand unregister" -l data-dir -d 'Keep everything in this folder [default: `SIE_DATA_DIR`, else the platform\'s data folder]' -r -f -a "(__fish_complete_directories)"
complete -c sie -n "__fish_sie_using_subcommand unregister" -l registry -d 'Use this registry file [default: `SIE_REGISTRY`, else registry.json in the data folder]' -r -F
complete -c sie -n "__fish_sie_using_subcommand unregister" -l format -d 'Print the result in this form [default: table on a terminal, tsv elsewhere]' -r -f -a "table\t'Columns for people'
tsv\t'Tab-separated rows without a header'
csv\t'Comma-separated rows with a header, as spreadsheets read them'
json\t'One JSON document'
jsonl\t'One JSON object per line and row'
md\t'Markdown, as code hosts show it'
html\t'One page for a browser; only `report` makes one'"
complete -c sie -n "__fish_sie_using_subcommand unregister" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, as `NO_COLOR` and `CLICOLOR_FORCE` say'
always\t'Always'
never\t'Never'"
complete -c sie -n "__fish_sie_using_subcommand unregister" -l dry-run -d 'Print what would be removed, write nothing'
complete -c sie -n "__fish_sie_using_subcommand unregister" -s q -l quiet -d 'Print nothing unless something failed'
complete -c sie -n "__fish_sie_using_subcommand unregister" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sie -n "__fish_sie_using_subcommand unregister" -s V -l version -d 'Print version'
complete -c sie -n "__fish_sie_using_subcommand list" -l data-dir -d 'Keep everything in this folder [default: `SIE_DATA_DIR`, else the platform\'s data folder]' -r -f -a "(__fish_complete_directories)"
complete -c sie -n "__fish_sie_using_subcommand list" -l registry -d 'Use this registry file [default: `SIE_REGISTRY`, else registry.json in the data folder]' -r -F
complete -c sie -n "__fish_sie_using_subcommand list" -l format -d 'Print the result in this form [default: table on a terminal, tsv elsewhere]' -r -f -a "table\t'Columns for people'
tsv\t'Tab-separated rows without a header'
csv\t'Comma-separated rows with a header, as spreadsheets read them'
json\t'One JSON document'
jsonl\t'One JSON object per line and row'
md\t'Markdown, as code hosts show it'
html\t'One page for a browser; only `report` makes one'"
complete -c sie -n "__fish_sie_using_subcommand list" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, as `NO_COLOR` and `CLICOLOR_FORCE` say'
always\t'Always'
never\t'Never'"
complete -c sie -n "__fish_sie_using_subcommand list" -s q -l quiet -d 'Print nothing unless something failed'
complete -c sie -n "__fish_sie_using_subcommand list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sie -n "__fish_sie_using_subcommand list" -s V -l version -d 'Print version'
complete -c sie -n "__fish_sie_using_subcommand show" -l data-dir -d 'Keep everything in this folder [default: `SIE_DATA_DIR`, else the platform\'s data folder]' -r -f -a "(__fish_complete_directories)"
complete -c sie -n "__fish_sie_using_subcommand show" -l registry -d 'Use this registry file [default: `SIE_REGISTRY`, else registry.json in the data folder]' -r -F
complete -c sie -n "__fish_sie_using_subcommand show" -l format -d 'Print the result in this form [default: table on a terminal, tsv elsewhere]' -r -f -a "table\t'Columns for people'
tsv\t'Tab-separated rows without a header'
csv\t'Comma-separated rows with a header, as spreadsheets read them'
json\t'One JSON document'
jsonl\t'One JSON object per line and row'
md\t'Markdown, as code hosts show it'
html\t'One page for a browser; only `report` makes one'"
complete -c sie -n "__fish_sie_using_subcommand show" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, as `NO_COLOR` and `CLICOLOR_FORCE` say'
always\t'Always'
never\t'Never'"
complete -c sie -n "__fish_sie_using_subcommand show" -s q -l quiet -d 'Print nothing unless something failed'
complete -c sie -n "__fish_sie_using_subcommand show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sie -n "__fish_sie_using_subcommand show" -s V -l version -d 'Print version'
complete -c sie -n "__fish_sie_using_subcommand pause" -l reason -d 'Say why, for whoever looks at the status' -r
complete -c sie -n "__fish_sie_using_subcommand pause" -l until -d 'End the pause at this time, for example 2026-11-23T18:00:00Z, or after this duration, for example 4h' -r
complete -c sie -n "__fish_sie_using_subcommand pause" -l data-dir -d 'Keep everything in this folder [default: `SIE_DATA_DIR`, else the platform\'s data folder]' -r -f -a "(__fish_complete_directories)"
complete -c sie -n "__fish_sie_using_subcommand pause" -l registry -d 'Use this registry file [default: `SIE_REGISTRY`, else registry.json in the data folder]' -r -F
complete -c sie -n "__fish_sie_using_subcommand pause" -l format -d 'Print the result in this form [default: table on a terminal, tsv elsewhere]' -r -f -a "table\t'Columns for people'
tsv\t'Tab-separated rows without a header'
csv\t'Comma-separated rows with a header, as spreadsheets read them'
json\t'One JSON document'
jsonl\t'One JSON object per line and row'
md\t'Markdown, as code hosts show it'
html\t'One page for a browser; only `report` makes one'"
complete -c sie -n "__fish_sie_using_subcommand pause" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, as `NO_COLOR` and `CLICOLOR_FORCE` say'
always\t'Always'
never\t'Never'"
complete -c sie -n "__fish_sie_using_subcommand pause" -l dry-run -d 'Print what would be paused, write nothing'
complete -c sie -n "__fish_sie_using_subcommand pause" -s q -l quiet -d 'Print nothing unless something failed'
complete -c sie -n "__fish_sie_using_subcommand pause" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sie -n "__fish_sie_using_subcommand pause" -s V -l version -d 'Print version'
complete -c sie -n "__fish_sie_using_subcommand resume" -l data-dir -d 'Keep everything in this folder [default: `SIE_DATA_DIR`, else the platform\'s data folder]' -r -f -a "(__fish_complete_directories)"
complete -c sie -n "__fish_sie_using_subcommand resume" -l registry -d 'Use this registry file [default: `SIE_REGISTRY`, else registry.json in the data folder]' -r -F
complete -c sie -n "__fish_sie_using_subcommand resume" -l format -d 'Print the result in this form [default: table on a terminal, tsv elsewhere]' -r -f -a "table\t'Columns for people'
tsv\t'Tab-separated rows without a header'
csv\t'Comma-separated rows with a header, as spreadsheets read them'
json\t'One JSON document'
jsonl\t'One JSON object per line and row'
md\t'Markdown, as code hosts show it'
html\t'One page for a browser; only `report` makes one'"
complete -c sie -n "__fish_sie_using_subcommand resume" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, as `NO_COLOR` and `CLICOLOR_FORCE` say'
always\t'Always'
never\t'Never'"
complete -c sie -n "__fish_sie_using_subcommand resume" -l dry-run -d 'Print what would be resumed, write nothing'
complete -c sie -n "__fish_sie_using_subcommand resume" -s q -l quiet -d 'Print nothing unless something failed'
complete -c sie -n "__fish_sie_using_subcommand resume" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sie -n "__fish_sie_using_subcommand resume" -s V -l version -d 'Print version'
complete -c sie -n "__fish_sie_using_subcommand cycle" -l energy -d 'Hand over exactly this energy, 1 to 100, unscaled' -r
complete -c sie -n "__fish_sie_using_subcommand cycle" -l explore -d 'Let the policy try what it does not prefer, with this probability, 0 to 0.5 [default: as registered, else 0]' -r
complete -c sie -n "__fish_sie_using_subcommand cycle" -l retries -d 'Try a failed pipeline again this many times within its cycle [default: as registered, else 0]' -r
complete -c sie -n "__fish_sie_using_subcommand cycle" -l if-running -d 'What to do with an engine whose cycle is running: skip (exit 0), fail (exit 13), or wait=DURATION, then fail' -r
complete -c sie -n "__fish_sie_using_subcommand cycle" -l gate -d 'Exit 10 unless this holds, 11 if it cannot be measured: `NAME OP NUMBER` or `NAME OP base*NUMBER` (can be repeated)' -r
complete -c sie -n "__fish_sie_using_subcommand cycle" -l max-age -d 'How old a recorded value may be for a gate [default: as registered, else 1h]' -r
complete -c sie -n "__fish_sie_using_subcommand cycle" -l min-samples -d 'How many samples a value must rest on for a gate [default: as registered, else 1]' -r
complete -c sie -n "__fish_sie_using_subcommand cycle" -l ci -d 'Which CI system is told of the result' -r -f -a "auto\t'GitHub Actions if `GITHUB_ACTIONS` is true, else none'
github\t'Step outputs, a step summary and annotations'
none\t'Nobody'"
complete -c sie -n "__fish_sie_using_subcommand cycle" -l junit -d 'Write a JUnit report with a test case per engine into this file' -r -F
complete -c sie -n "__fish_sie_using_subcommand cycle" -l out -d 'Write the JSON document into this file, too' -r -F
complete -c sie -n "__fish_sie_using_subcommand cycle" -l data-dir -d 'Keep everything in this folder [default: `SIE_DATA_DIR`, else the platform\'s data folder]' -r -f -a "(__fish_complete_directories)"
complete -c sie -n "__fish_sie_using_subcommand cycle" -l registry -d 'Use this registry file [default: `SIE_REGISTRY`, else registry.json in the data folder]' -r -F
complete -c sie -n "__fish_sie_using_subcommand cycle" -l format -d 'Print the result in this form [default: table on a terminal, tsv elsewhere]' -r -f -a "table\t'Columns for people'
tsv\t'Tab-separated rows without a header'
csv\t'Comma-separated rows with a header, as spreadsheets read them'
json\t'One JSON document'
jsonl\t'One JSON object per line and row'
md\t'Markdown, as code hosts show it'
html\t'One page for a browser; only `report` makes one'"
complete -c sie -n "__fish_sie_using_subcommand cycle" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, as `NO_COLOR` and `CLICOLOR_FORCE` say'
always\t'Always'
never\t'Never'"
complete -c sie -n "__fish_sie_using_subcommand cycle" -l if-due -d 'Run only if the engine is due'
complete -c sie -n "__fish_sie_using_subcommand cycle" -l no-explore -d 'Let the policy do what it prefers, always'
complete -c sie -n "__fish_sie_using_subcommand cycle" -l dry-run -d 'Print the decision, run and write nothing'
complete -c sie -n "__fish_sie_using_subcommand cycle" -s q -l quiet -d 'Print nothing unless something failed'
complete -c sie -n "__fish_sie_using_subcommand cycle" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sie -n "__fish_sie_using_subcommand cycle" -s V -l version -d 'Print version'
complete -c sie -n "__fish_sie_using_subcommand run-all" -s j -l jobs -d 'Run this many cycles at a time' -r
complete -c sie -n "__fish_sie_using_subcommand run-all" -l only -d 'Look only at engines whose names match, with `*`, `?` and `[a-c]` (can be repeated)' -r
complete -c sie -n "__fish_sie_using_subcommand run-all" -l halt -d 'When to start no further cycles: never, or soon,fail=N after N engines failed' -r
complete -c sie -n "__fish_sie_using_subcommand run-all" -l budget -d 'Let the cycles of this run cost at most this much together, on top of the budgets of the fleet' -r
complete -c sie -n "__fish_sie_using_subcommand run-all" -l explore -d 'Let the policy try what it does not prefer, with this probability, 0 to 0.5 [default: as registered, else 0]' -r
complete -c sie -n "__fish_sie_using_subcommand run-all" -l retries -d 'Try a failed pipeline again this many times within its cycle [default: as registered, else 0]' -r
complete -c sie -n "__fish_sie_using_subcommand run-all" -l if-running -d 'What to do with an engine whose cycle is running: skip (exit 0), fail (exit 13), or wait=DURATION, then fail' -r
complete -c sie -n "__fish_sie_using_subcommand run-all" -l gate -d 'Exit 10 unless this holds, 11 if it cannot be measured: `NAME OP NUMBER` or `NAME OP base*NUMBER` (can be repeated)' -r
complete -c sie -n "__fish_sie_using_subcommand run-all" -l max-age -d 'How old a recorded value may be for a gate [default: as registered, else 1h]' -r
complete -c sie -n "__fish_sie_using_subcommand run-all" -l min-samples -d 'How many samples a value must rest on for a gate [default: as registered, else 1]' -r
complete -c sie -n "__fish_sie_using_subcommand run-all" -l ci -d 'Which CI system is told of the result' -r -f -a "auto\t'GitHub Actions if `GITHUB_ACTIONS` is true, else none'
github\t'Step outputs, a step summary and annotations'
none\t'Nobody'"
complete -c sie -n "__fish_sie_using_subcommand run-all" -l junit -d 'Write a JUnit report with a test case per engine into this file' -r -F
complete -c sie -n "__fish_sie_using_subcommand run-all" -l out -d 'Write the JSON document into this file, too' -r -F
complete -c sie -n "__fish_sie_using_subcommand run-all" -l data-dir -d 'Keep everything in this folder [default: `SIE_DATA_DIR`, else the platform\'s data folder]' -r -f -a "(__fish_complete_directories)"
complete -c sie -n "__fish_sie_using_subcommand run-all" -l registry -d 'Use this registry file [default: `SIE_REGISTRY`, else registry.json in the data folder]' -r -F
complete -c sie -n "__fish_sie_using_subcommand run-all" -l format -d 'Print the result in this form [default: table on a terminal, tsv elsewhere]' -r -f -a "table\t'Columns for people'
tsv\t'Tab-separated rows without a header'
csv\t'Comma-separated rows with a header, as spreadsheets read them'
json\t'One JSON document'
jsonl\t'One JSON object per line and row'
md\t'Markdown, as code hosts show it'
html\t'One page for a browser; only `report` makes one'"
complete -c sie -n "__fish_sie_using_subcommand run-all" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, as `NO_COLOR` and `CLICOLOR_FORCE` say'
always\t'Always'
never\t'Never'"
complete -c sie -n "__fish_sie_using_subcommand run-all" -l force -d 'Run engines that are not due or back off, too; minimum intervals hold'
complete -c sie -n "__fish_sie_using_subcommand run-all" -l autoscale -d 'First add or remove one engine, as `sie autoscale` does; a missing approval is a note'
complete -c sie -n "__fish_sie_using_subcommand run-all" -l yes -d 'With --autoscale: approve of the engine that would be added'
complete -c sie -n "__fish_sie_using_subcommand run-all" -l no-explore -d 'Let the policy do what it prefers, always'
complete -c sie -n "__fish_sie_using_subcommand run-all" -l dry-run -d 'Print the decisions, run and write nothing'
complete -c sie -n "__fish_sie_using_subcommand run-all" -s q -l quiet -d 'Print nothing unless something failed'
complete -c sie -n "__fish_sie_using_subcommand run-all" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sie -n "__fish_sie_using_subcommand run-all" -s V -l version -d 'Print version'
complete -c sie -n "__fish_sie_using_subcommand why" -l at -d 'Explain the decision that started this cycle, or that stood at this time [default: the last one]' -r
complete -c sie -n "__fish_sie_using_subcommand why" -l data-dir -d 'Keep everything in this folder [default: `SIE_DATA_DIR`, else the platform\'s data folder]' -r -f -a "(__fish_complete_directories)"
complete -c sie -n "__fish_sie_using_subcommand why" -l registry -d 'Use this registry file [default: `SIE_REGISTRY`, else registry.json in the data folder]' -r -F
complete -c sie -n "__fish_sie_using_subcommand why" -l format -d 'Print the result in this form [default: table on a terminal, tsv elsewhere]' -r -f -a "table\t'Columns for people'
tsv\t'Tab-separated rows without a header'
csv\t'Comma-separated rows with a header, as spreadsheets read them'
json\t'One JSON document'
jsonl\t'One JSON object per line and row'
md\t'Markdown, as code hosts show it'
html\t'One page for a browser; only `report` makes one'"
complete -c sie -n "__fish_sie_using_subcommand why" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, as `NO_COLOR` and `CLICOLOR_FORCE` say'
always\t'Always'
never\t'Never'"
complete -c sie -n "__fish_sie_using_subcommand why" -s q -l quiet -d 'Print nothing unless something failed'
complete -c sie -n "__fish_sie_using_subcommand why" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sie -n "__fish_sie_using_subcommand why" -s V -l version -d 'Print version'
complete -c sie -n "__fish_sie_using_subcommand status" -l sort -d 'Put engines in this order [default: as registered]' -r -f -a "name\t'By name'
last-run\t'The last run first'
roi\t'The highest ROI of 7 days first'
next\t'What is due first, then what is due next'
spent\t'The highest cost of 7 days first'
failures\t'The most failures in a row first'"
complete -c sie -n "__fish_sie_using_subcommand status" -l only -l filter -d 'Show only engines whose names match, with `*`, `?` and `[a-c]` (can be repeated)' -r
complete -c sie -n "__fish_sie_using_subcommand status" -l state -d 'Show only engines of which this holds (can be repeated)' -r -f -a "due\t''
running\t''
paused\t''
failed\t''
backing-off\t''
waiting\t''"
complete -c sie -n "__fish_sie_using_subcommand status" -l watch -d 'Look again and again, every 2s unless said otherwise, until Ctrl-C; only on a terminal' -r
complete -c sie -n "__fish_sie_using_subcommand status" -l data-dir -d 'Keep everything in this folder [default: `SIE_DATA_DIR`, else the platform\'s data folder]' -r -f -a "(__fish_complete_directories)"
complete -c sie -n "__fish_sie_using_subcommand status" -l registry -d 'Use this registry file [default: `SIE_REGISTRY`, else registry.json in the data folder]' -r -F
complete -c sie -n "__fish_sie_using_subcommand status" -l format -d 'Print the result in this form [default: table on a terminal, tsv elsewhere]' -r -f -a "table\t'Columns for people'
tsv\t'Tab-separated rows without a header'
csv\t'Comma-separated rows with a header, as spreadsheets read them'
json\t'One JSON document'
jsonl\t'One JSON object per line and row'
md\t'Markdown, as code hosts show it'
html\t'One page for a browser; only `report` makes one'"
complete -c sie -n "__fish_sie_using_subcommand status" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, as `NO_COLOR` and `CLICOLOR_FORCE` say'
always\t'Always'
never\t'Never'"
complete -c sie -n "__fish_sie_using_subcommand status" -s q -l quiet -d 'Print nothing unless something failed'
complete -c sie -n "__fish_sie_using_subcommand status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sie -n "__fish_sie_using_subcommand status" -s V -l version -d 'Print version'
complete -c sie -n "__fish_sie_using_subcommand history" -l limit -d 'Show at most this many cycles' -r
complete -c sie -n "__fish_sie_using_subcommand history" -l data-dir -d 'Keep everything in this folder [default: `SIE_DATA_DIR`, else the platform\'s data folder]' -r -f -a "(__fish_complete_directories)"
complete -c sie -n "__fish_sie_using_subcommand history" -l registry -d 'Use this registry file [default: `SIE_REGISTRY`, else registry.json in the data folder]' -r -F
complete -c sie -n "__fish_sie_using_subcommand history" -l format -d 'Print the result in this form [default: table on a terminal, tsv elsewhere]' -r -f -a "table\t'Columns for people'
tsv\t'Tab-separated rows without a header'
csv\t'Comma-separated rows with a header, as spreadsheets read them'
json\t'One JSON document'
jsonl\t'One JSON object per line and row'
md\t'Markdown, as code hosts show it'
html\t'One page for a browser; only `report` makes one'"
complete -c sie -n "__fish_sie_using_subcommand history" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, as `NO_COLOR` and `CLICOLOR_FORCE` say'
always\t'Always'
never\t'Never'"
complete -c sie -n "__fish_sie_using_subcommand history" -s q -l quiet -d 'Print nothing unless something failed'
complete -c sie -n "__fish_sie_using_subcommand history" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sie -n "__fish_sie_using_subcommand history" -s V -l version -d 'Print version'
complete -c sie -n "__fish_sie_using_subcommand metrics; and not __fish_seen_subcommand_from record show export help" -l data-dir -d 'Keep everything in this folder [default: `SIE_DATA_DIR`, else the platform\'s data folder]' -r -f -a "(__fish_complete_directories)"
complete -c sie -n "__fish_sie_using_subcommand metrics; and not __fish_seen_subcommand_from record show export help" -l registry -d 'Use this registry file [default: `SIE_REGISTRY`, else registry.json in the data folder]' -r -F
complete -c sie -n "__fish_sie_using_subcommand metrics; and not __fish_seen_subcommand_from record show export help" -l format -d 'Print the result in this form [default: table on a terminal, tsv elsewhere]' -r -f -a "table\t'Columns for people'
tsv\t'Tab-separated rows without a header'
csv\t'Comma-separated rows with a header, as spreadsheets read them'
json\t'One JSON document'
jsonl\t'One JSON object per line and row'
md\t'Markdown, as code hosts show it'
html\t'One page for a browser; only `report` makes one'"
complete -c sie -n "__fish_sie_using_subcommand metrics; and not __fish_seen_subcommand_from record show export help" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, as `NO_COLOR` and `CLICOLOR_FORCE` say'
always\t'Always'
never\t'Never'"
complete -c sie -n "__fish_sie_using_subcommand metrics; and not __fish_seen_subcommand_from record show export help" -s q -l quiet -d 'Print nothing unless something failed'
complete -c sie -n "__fish_sie_using_subcommand metrics; and not __fish_seen_subcommand_from record show export help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sie -n "__fish_sie_using_subcommand metrics; and not __fish_seen_subcommand_from record show export help" -s V -l version -d 'Print version'
complete -c sie -n "__fish_sie_using_subcommand metrics; and not __fish_seen_subcommand_from record show export help" -f -a "record" -d 'Record metrics of a bot'
complete -c sie -n "__fish_sie_using_subcommand metrics; and not __fish_seen_subcommand_from record show export help" -f -a "show" -d 'Show the newest metrics of a bot'
complete -c sie -n "__fish_sie_using_subcommand metrics; and not __fish_seen_subcommand_from record show export help" -f -a "export" -d 'Export how engines and bots are, for a monitoring system'
complete -c sie -n "__fish_sie_using_subcommand metrics; and not __fish_seen_subcommand_from record show export help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c sie -n "__fish_sie_using_subcommand metrics; and __fish_seen_subcommand_from record" -l json -d 'Read rows as JSON from this file, `-` for stdin: an object, a list of objects, or one after the other' -r -F
complete -c sie -n "__fish_sie_using_subcommand metrics; and __fish_seen_subcommand_from record" -l file -d 'Read rows from this file: `.csv` with names in the first line, or `.jsonl` with an object per line' -r -F
complete -c sie -n "__fish_sie_using_subcommand metrics; and __fish_seen_subcommand_from record" -l at -d 'Say when rows that do not tell were measured [default: now]' -r
complete -c sie -n "__fish_sie_using_subcommand metrics; and __fish_seen_subcommand_from record" -l data-dir -d 'Keep everything in this folder [default: `SIE_DATA_DIR`, else the platform\'s data folder]' -r -f -a "(__fish_complete_directories)"
complete -c sie -n "__fish_sie_using_subcommand metrics; and __fish_seen_subcommand_from record" -l registry -d 'Use this registry file [default: `SIE_REGISTRY`, else registry.json in the data folder]' -r -F
complete -c sie -n "__fish_sie_using_subcommand metrics; and __fish_seen_subcommand_from record" -l format -d 'Print the result in this form [default: table on a terminal, tsv elsewhere]' -r -f -a "table\t'Columns for people'
tsv\t'Tab-separated rows without a header'
csv\t'Comma-separated rows with a header, as spreadsheets read them'
json\t'One JSON document'
jsonl\t'One JSON object per line and row'
md\t'Markdown, as code hosts show it'
html\t'One page for a browser; only `report` makes one'"
complete -c sie -n "__fish_sie_using_subcommand metrics; and __fish_seen_subcommand_from record" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, as `NO_COLOR` and `CLICOLOR_FORCE` say'
always\t'Always'
never\t'Never'"
complete -c sie -n "__fish_sie_using_subcommand metrics; and __fish_seen_subcommand_from record" -l dry-run -d 'Check the rows, write nothing'
complete -c sie -n "__fish_sie_using_subcommand metrics; and __fish_seen_subcommand_from record" -s q -l quiet -d 'Print nothing unless something failed'
complete -c sie -n "__fish_sie_using_subcommand metrics; and __fish_seen_subcommand_from record" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sie -n "__fish_sie_using_subcommand metrics; and __fish_seen_subcommand_from record" -s V -l version -d 'Print version'
complete -c sie -n "__fish_sie_using_subcommand metrics; and __fish_seen_subcommand_from show" -l last -d 'Look at the newest N rows' -r
complete -c sie -n "__fish_sie_using_subcommand metrics; and __fish_seen_subcommand_from show" -l data-dir -d 'Keep everything in this folder [default: `SIE_DATA_DIR`, else the platform\'s data folder]' -r -f -a "(__fish_complete_directories)"
complete -c sie -n "__fish_sie_using_subcommand metrics; and __fish_seen_subcommand_from show" -l registry -d 'Use this registry file [default: `SIE_REGISTRY`, else registry.json in the data folder]' -r -F
complete -c sie -n "__fish_sie_using_subcommand metrics; and __fish_seen_subcommand_from show" -l format -d 'Print the result in this form [default: table on a terminal, tsv elsewhere]' -r -f -a "table\t'Columns for people'
tsv\t'Tab-separated rows without a header'
csv\t'Comma-separated rows with a header, as spreadsheets read them'
json\t'One JSON document'
jsonl\t'One JSON object per line and row'
md\t'Markdown, as code hosts show it'
html\t'One page for a browser; only `report` makes one'"
complete -c sie -n "__fish_sie_using_subcommand metrics; and __fish_seen_subcommand_from show" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, as `NO_COLOR` and `CLICOLOR_FORCE` say'
always\t'Always'
never\t'Never'"
complete -c sie -n "__fish_sie_using_subcommand metrics; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Print nothing unless something failed'
complete -c sie -n "__fish_sie_using_subcommand metrics; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sie -n "__fish_sie_using_subcommand metrics; and __fish_seen_subcommand_from show" -s V -l version -d 'Print version'
complete -c sie -n "__fish_sie_using_subcommand metrics; and __fish_seen_subcommand_from export" -l prometheus -d 'Write the text format of Prometheus into this file, as the textfile collector of its node exporter reads it [default: stdout]' -r -F
complete -c sie -n "__fish_sie_using_subcommand metrics; and __fish_seen_subcommand_from export" -l data-dir -d 'Keep everything in this folder [default: `SIE_DATA_DIR`, else the platform\'s data folder]' -r -f -a "(__fish_complete_directories)"
complete -c sie -n "__fish_sie_using_subcommand metrics; and __fish_seen_subcommand_from export" -l registry -d 'Use this registry file [default: `SIE_REGISTRY`, else registry.json in the data folder]' -r -F
complete -c sie -n "__fish_sie_using_subcommand metrics; and __fish_seen_subcommand_from export" -l format -d 'Print the result in this form [default: table on a terminal, tsv elsewhere]' -r -f -a "table\t'Columns for people'
tsv\t'Tab-separated rows without a header'
csv\t'Comma-separated rows with a header, as spreadsheets read them'
json\t'One JSON document'
jsonl\t'One JSON object per line and row'
md\t'Markdown, as code hosts show it'
html\t'One page for a browser; only `report` makes one'"
complete -c sie -n "__fish_sie_using_subcommand metrics; and __fish_seen_subcommand_from export" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, as `NO_COLOR` and `CLICOLOR_FORCE` say'
always\t'Always'
never\t'Never'"
complete -c sie -n "__fish_sie_using_subcommand metrics; and __fish_seen_subcommand_from export" -l dry-run -d 'Say what would be exported, write nothing'
complete -c sie -n "__fish_sie_using_subcommand metrics; and __fish_seen_subcommand_from export" -s q -l quiet -d 'Print nothing unless something failed'
complete -c sie -n "__fish_sie_using_subcommand metrics; and __fish_seen_subcommand_from export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sie -n "__fish_sie_using_subcommand metrics; and __fish_seen_subcommand_from export" -s V -l version -d 'Print version'
complete -c sie -n "__fish_sie_using_subcommand metrics; and __fish_seen_subcommand_from help" -f -a "record" -d 'Record metrics of a bot'
complete -c sie -n "__fish_sie_using_subcommand metrics; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show the newest metrics of a bot'
complete -c sie -n "__fish_sie_using_subcommand metrics; and __fish_seen_subcommand_from help" -f -a "export" -d 'Export how engines and bots are, for a monitoring system'
complete -c sie -n "__fish_sie_using_subcommand metrics; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c sie -n "__fish_sie_using_subcommand event; and not __fish_seen_subcommand_from publish list help" -l data-dir -d 'Keep everything in this folder [default: `SIE_DATA_DIR`, else the platform\'s data folder]' -r -f -a "(__fish_complete_directories)"
complete -c sie -n "__fish_sie_using_subcommand event; and not __fish_seen_subcommand_from publish list help" -l registry -d 'Use this registry file [default: `SIE_REGISTRY`, else registry.json in the data folder]' -r -F
complete -c sie -n "__fish_sie_using_subcommand event; and not __fish_seen_subcommand_from publish list help" -l format -d 'Print the result in this form [default: table on a terminal, tsv elsewhere]' -r -f -a "table\t'Columns for people'
tsv\t'Tab-separated rows without a header'
csv\t'Comma-separated rows with a header, as spreadsheets read them'
json\t'One JSON document'
jsonl\t'One JSON object per line and row'
md\t'Markdown, as code hosts show it'
html\t'One page for a browser; only `report` makes one'"
complete -c sie -n "__fish_sie_using_subcommand event; and not __fish_seen_subcommand_from publish list help" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, as `NO_COLOR` and `CLICOLOR_FORCE` say'
always\t'Always'
never\t'Never'"
complete -c sie -n "__fish_sie_using_subcommand event; and not __fish_seen_subcommand_from publish list help" -s q -l quiet -d 'Print nothing unless something failed'
complete -c sie -n "__fish_sie_using_subcommand event; and not __fish_seen_subcommand_from publish list help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sie -n "__fish_sie_using_subcommand event; and not __fish_seen_subcommand_from publish list help" -s V -l version -d 'Print version'
complete -c sie -n "__fish_sie_using_subcommand event; and not __fish_seen_subcommand_from publish list help" -f -a "publish" -d 'Publish an event for an engine'
complete -c sie -n "__fish_sie_using_subcommand event; and not __fish_seen_subcommand_from publish list help" -f -a "list" -d 'List events, newest first'
complete -c sie -n "__fish_sie_using_subcommand event; and not __fish_seen_subcommand_from publish list help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c sie -n "__fish_sie_using_subcommand event; and __fish_seen_subcommand_from publish" -l json -d 'Read the data of the event as JSON from this file, `-` for stdin' -r -F
complete -c sie -n "__fish_sie_using_subcommand event; and __fish_seen_subcommand_from publish" -l data-dir -d 'Keep everything in this folder [default: `SIE_DATA_DIR`, else the platform\'s data folder]' -r -f -a "(__fish_complete_directories)"
complete -c sie -n "__fish_sie_using_subcommand event; and __fish_seen_subcommand_from publish" -l registry -d 'Use this registry file [default: `SIE_REGISTRY`, else registry.json in the data folder]' -r -F
complete -c sie -n "__fish_sie_using_subcommand event; and __fish_seen_subcommand_from publish" -l format -d 'Print the result in this form [default: table on a terminal, tsv elsewhere]' -r -f -a "table\t'Columns for people'
tsv\t'Tab-separated rows without a header'
csv\t'Comma-separated rows with a header, as spreadsheets read them'
json\t'One JSON document'
jsonl\t'One JSON object per line and row'
md\t'Markdown, as code hosts show it'
html\t'One page for a browser; only `report` makes one'"
complete -c sie -n "__fish_sie_using_subcommand event; and __fish_seen_subcommand_from publish" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, as `NO_COLOR` and `CLICOLOR_FORCE` say'
always\t'Always'
never\t'Never'"
complete -c sie -n "__fish_sie_using_subcommand event; and __fish_seen_subcommand_from publish" -l dry-run -d 'Print the event, write nothing'
complete -c sie -n "__fish_sie_using_subcommand event; and __fish_seen_subcommand_from publish" -s q -l quiet -d 'Print nothing unless something failed'
complete -c sie -n "__fish_sie_using_subcommand event; and __fish_seen_subcommand_from publish" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sie -n "__fish_sie_using_subcommand event; and __fish_seen_subcommand_from publish" -s V -l version -d 'Print version'
complete -c sie -n "__fish_sie_using_subcommand event; and __fish_seen_subcommand_from list" -l topic -d 'List only events of this topic' -r
complete -c sie -n "__fish_sie_using_subcommand event; and __fish_seen_subcommand_from list" -l limit -d 'List at most this many events' -r
complete -c sie -n "__fish_sie_using_subcommand event; and __fish_seen_subcommand_from list" -l data-dir -d 'Keep everything in this folder [default: `SIE_DATA_DIR`, else the platform\'s data folder]' -r -f -a "(__fish_complete_directories)"
complete -c sie -n "__fish_sie_using_subcommand event; and __fish_seen_subcommand_from list" -l registry -d 'Use this registry file [default: `SIE_REGISTRY`, else registry.json in the data folder]' -r -F
complete -c sie -n "__fish_sie_using_subcommand event; and __fish_seen_subcommand_from list" -l format -d 'Print the result in this form [default: table on a terminal, tsv elsewhere]' -r -f -a "table\t'Columns for people'
tsv\t'Tab-separated rows without a header'
csv\t'Comma-separated rows with a header, as spreadsheets read them'
json\t'One JSON document'
jsonl\t'One JSON object per line and row'
md\t'Markdown, as code hosts show it'
html\t'One page for a browser; only `report` makes one'"
complete -c sie -n "__fish_sie_using_subcommand event; and __fish_seen_subcommand_from list" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, as `NO_COLOR` and `CLICOLOR_FORCE` say'
always\t'Always'
never\t'Never'"
complete -c sie -n "__fish_sie_using_subcommand event; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print nothing unless something failed'
complete -c sie -n "__fish_sie_using_subcommand event; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sie -n "__fish_sie_using_subcommand event; and __fish_seen_subcommand_from list" -s V -l version -d 'Print version'
complete -c sie -n "__fish_sie_using_subcommand event; and __fish_seen_subcommand_from help" -f -a "publish" -d 'Publish an event for an engine'
complete -c sie -n "__fish_sie_using_subcommand event; and __fish_seen_subcommand_from help" -f -a "list" -d 'List events, newest first'
complete -c sie -n "__fish_sie_using_subcommand event; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c sie -n "__fish_sie_using_subcommand modules; and not __fish_seen_subcommand_from record help" -l data-dir -d 'Keep everything in this folder [default: `SIE_DATA_DIR`, else the platform\'s data folder]' -r -f -a "(__fish_complete_directories)"
complete -c sie -n "__fish_sie_using_subcommand modules; and not __fish_seen_subcommand_from record help" -l registry -d 'Use this registry file [default: `SIE_REGISTRY`, else registry.json in the data folder]' -r -F
complete -c sie -n "__fish_sie_using_subcommand modules; and not __fish_seen_subcommand_from record help" -l format -d 'Print the result in this form [default: table on a terminal, tsv elsewhere]' -r -f -a "table\t'Columns for people'
tsv\t'Tab-separated rows without a header'
csv\t'Comma-separated rows with a header, as spreadsheets read them'
json\t'One JSON document'
jsonl\t'One JSON object per line and row'
md\t'Markdown, as code hosts show it'
html\t'One page for a browser; only `report` makes one'"
complete -c sie -n "__fish_sie_using_subcommand modules; and not __fish_seen_subcommand_from record help" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, as `NO_COLOR` and `CLICOLOR_FORCE` say'
always\t'Always'
never\t'Never'"
complete -c sie -n "__fish_sie_using_subcommand modules; and not __fish_seen_subcommand_from record help" -s q -l quiet -d 'Print nothing unless something failed'
complete -c sie -n "__fish_sie_using_subcommand modules; and not __fish_seen_subcommand_from record help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sie -n "__fish_sie_using_subcommand modules; and not __fish_seen_subcommand_from record help" -s V -l version -d 'Print version'
complete -c sie -n "__fish_sie_using_subcommand modules; and not __fish_seen_subcommand_from record help" -a "record" -d 'Record deltas of modules that were measured outside a cycle, in a sandbox for example'
complete -c sie -n "__fish_sie_using_subcommand modules; and not __fish_seen_subcommand_from record help" -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c sie -n "__fish_sie_using_subcommand modules; and __fish_seen_subcommand_from record" -l json -d 'Read deltas as JSON from this file, `-` for stdin: an object of numbers, a list of them, or one after the other' -r -F
complete -c sie -n "__fish_sie_using_subcommand modules; and __fish_seen_subcommand_from record" -l data-dir -d 'Keep everything in this folder [default: `SIE_DATA_DIR`, else the platform\'s data folder]' -r -f -a "(__fish_complete_directories)"
complete -c sie -n "__fish_sie_using_subcommand modules; and __fish_seen_subcommand_from record" -l registry -d 'Use this registry file [default: `SIE_REGISTRY`, else registry.json in the data folder]' -r -F
complete -c sie -n "__fish_sie_using_subcommand modules; and __fish_seen_subcommand_from record" -l format -d 'Print the result in this form [default: table on a terminal, tsv elsewhere]' -r -f -a "table\t'Columns for people'
tsv\t'Tab-separated rows without a header'
csv\t'Comma-separated rows with a header, as spreadsheets read them'
json\t'One JSON document'
jsonl\t'One JSON object per line and row'
md\t'Markdown, as code hosts show it'
html\t'One page for a browser; only `report` makes one'"
complete -c sie -n "__fish_sie_using_subcommand modules; and __fish_seen_subcommand_from record" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, as `NO_COLOR` and `CLICOLOR_FORCE` say'
always\t'Always'
never\t'Never'"
complete -c sie -n "__fish_sie_using_subcommand modules; and __fish_seen_subcommand_from record" -l dry-run -d 'Check the deltas and print what they would change, write nothing'
complete -c sie -n "__fish_sie_using_subcommand modules; and __fish_seen_subcommand_from record" -s q -l quiet -d 'Print nothing unless something failed'
complete -c sie -n "__fish_sie_using_subcommand modules; and __fish_seen_subcommand_from record" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sie -n "__fish_sie_using_subcommand modules; and __fish_seen_subcommand_from record" -s V -l version -d 'Print version'
complete -c sie -n "__fish_sie_using_subcommand modules; and __fish_seen_subcommand_from help" -f -a "record" -d 'Record deltas of modules that were measured outside a cycle, in a sandbox for example'
complete -c sie -n "__fish_sie_using_subcommand modules; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c sie -n "__fish_sie_using_subcommand patch; and not __fish_seen_subcommand_from list show revert help" -l data-dir -d 'Keep everything in this folder [default: `SIE_DATA_DIR`, else the platform\'s data folder]' -r -f -a "(__fish_complete_directories)"
complete -c sie -n "__fish_sie_using_subcommand patch; and not __fish_seen_subcommand_from list show revert help" -l registry -d 'Use this registry file [default: `SIE_REGISTRY`, else registry.json in the data folder]' -r -F
complete -c sie -n "__fish_sie_using_subcommand patch; and not __fish_seen_subcommand_from list show revert help" -l format -d 'Print the result in this form [default: table on a terminal, tsv elsewhere]' -r -f -a "table\t'Columns for people'
tsv\t'Tab-separated rows without a header'
csv\t'Comma-separated rows with a header, as spreadsheets read them'
json\t'One JSON document'
jsonl\t'One JSON object per line and row'
md\t'Markdown, as code hosts show it'
html\t'One page for a browser; only `report` makes one'"
complete -c sie -n "__fish_sie_using_subcommand patch; and not __fish_seen_subcommand_from list show revert help" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, as `NO_COLOR` and `CLICOLOR_FORCE` say'
always\t'Always'
never\t'Never'"
complete -c sie -n "__fish_sie_using_subcommand patch; and not __fish_seen_subcommand_from list show revert help" -s q -l quiet -d 'Print nothing unless something failed'
complete -c sie -n "__fish_sie_using_subcommand patch; and not __fish_seen_subcommand_from list show revert help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sie -n "__fish_sie_using_subcommand patch; and not __fish_seen_subcommand_from list show revert help" -s V -l version -d 'Print version'
complete -c sie -n "__fish_sie_using_subcommand patch; and not __fish_seen_subcommand_from list show revert help" -f -a "list" -d 'List patches, newest first, and how many of them paid'
complete -c sie -n "__fish_sie_using_subcommand patch; and not __fish_seen_subcommand_from list show revert help" -f -a "show" -d 'Show a patch: what it changed, its checks and trials, and why it was kept or not'
complete -c sie -n "__fish_sie_using_subcommand patch; and not __fish_seen_subcommand_from list show revert help" -f -a "revert" -d 'Bring back the originals of a patch, unless its files have changed since'
complete -c sie -n "__fish_sie_using_subcommand patch; and not __fish_seen_subcommand_from list show revert help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c sie -n "__fish_sie_using_subcommand patch; and __fish_seen_subcommand_from list" -l limit -d 'Show at most this many patches' -r
complete -c sie -n "__fish_sie_using_subcommand patch; and __fish_seen_subcommand_from list" -l data-dir -d 'Keep everything in this folder [default: `SIE_DATA_DIR`, else the platform\'s data folder]' -r -f -a "(__fish_complete_directories)"
complete -c sie -n "__fish_sie_using_subcommand patch; and __fish_seen_subcommand_from list" -l registry -d 'Use this registry file [default: `SIE_REGISTRY`, else registry.json in the data folder]' -r -F
complete -c sie -n "__fish_sie_using_subcommand patch; and __fish_seen_subcommand_from list" -l format -d 'Print the result in this form [default: table on a terminal, tsv elsewhere]' -r -f -a "table\t'Columns for people'
tsv\t'Tab-separated rows without a header'
csv\t'Comma-separated rows with a header, as spreadsheets read them'
json\t'One JSON document'
jsonl\t'One JSON object per line and row'
md\t'Markdown, as code hosts show it'
html\t'One page for a browser; only `report` makes one'"
complete -c sie -n "__fish_sie_using_subcommand patch; and __fish_seen_subcommand_from list" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, as `NO_COLOR` and `CLICOLOR_FORCE` say'
always\t'Always'
never\t'Never'"
complete -c sie -n "__fish_sie_using_subcommand patch; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print nothing unless something failed'
complete -c sie -n "__fish_sie_using_subcommand patch; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sie -n "__fish_sie_using_subcommand patch; and __fish_seen_subcommand_from list" -s V -l version -d 'Print version'
complete -c sie -n "__fish_sie_using_subcommand patch; and __fish_seen_subcommand_from show" -l data-dir -d 'Keep everything in this folder [default: `SIE_DATA_DIR`, else the platform\'s data folder]' -r -f -a "(__fish_complete_directories)"
complete -c sie -n "__fish_sie_using_subcommand patch; and __fish_seen_subcommand_from show" -l registry -d 'Use this registry file [default: `SIE_REGISTRY`, else registry.json in the data folder]' -r -F
complete -c sie -n "__fish_sie_using_subcommand patch; and __fish_seen_subcommand_from show" -l format -d 'Print the result in this form [default: table on a terminal, tsv elsewhere]' -r -f -a "table\t'Columns for people'
tsv\t'Tab-separated rows without a header'
csv\t'Comma-separated rows with a header, as spreadsheets read them'
json\t'One JSON document'
jsonl\t'One JSON object per line and row'
md\t'Markdown, as code hosts show it'
html\t'One page for a browser; only `report` makes one'"
complete -c sie -n "__fish_sie_using_subcommand patch; and __fish_seen_subcommand_from show" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, as `NO_COLOR` and `CLICOLOR_FORCE` say'
always\t'Always'
never\t'Never'"
complete -c sie -n "__fish_sie_using_subcommand patch; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Print nothing unless something failed'
complete -c sie -n "__fish_sie_using_subcommand patch; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sie -n "__fish_sie_using_subcommand patch; and __fish_seen_subcommand_from show" -s V -l version -d 'Print version'
complete -c sie -n "__fish_sie_using_subcommand patch; and __fish_seen_subcommand_from revert" -l data-dir -d 'Keep everything in this folder [default: `SIE_DATA_DIR`, else the platform\'s data folder]' -r -f -a "(__fish_complete_directories)"
complete -c sie -n "__fish_sie_using_subcommand patch; and __fish_seen_subcommand_from revert" -l registry -d 'Use this registry file [default: `SIE_REGISTRY`, else registry.json in the data folder]' -r -F
complete -c sie -n "__fish_sie_using_subcommand patch; and __fish_seen_subcommand_from revert" -l format -d 'Print the result in this form [default: table on a terminal, tsv elsewhere]' -r -f -a "table\t'Columns for people'
tsv\t'Tab-separated rows without a header'
csv\t'Comma-separated rows with a header, as spreadsheets read them'
json\t'One JSON document'
jsonl\t'One JSON object per line and row'
md\t'Markdown, as code hosts show it'
html\t'One page for a browser; only `report` makes one'"
complete -c sie -n "__fish_sie_using_subcommand patch; and __fish_seen_subcommand_from revert" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, as `NO_COLOR` and `CLICOLOR_FORCE` say'
always\t'Always'
never\t'Never'"
complete -c sie -n "__fish_sie_using_subcommand patch; and __fish_seen_subcommand_from revert" -l dry-run -d 'Print what would be brought back, write nothing'
complete -c sie -n "__fish_sie_using_subcommand patch; and __fish_seen_subcommand_from revert" -s q -l quiet -d 'Print nothing unless something failed'
complete -c sie -n "__fish_sie_using_subcommand patch; and __fish_seen_subcommand_from revert" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sie -n "__fish_sie_using_subcommand patch; and __fish_seen_subcommand_from revert" -s V -l version -d 'Print version'
complete -c sie -n "__fish_sie_using_subcommand patch; and __fish_seen_subcommand_from help" -f -a "list" -d 'List patches, newest first, and how many of them paid'
complete -c sie -n "__fish_sie_using_subcommand patch; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show a patch: what it changed, its checks and trials, and why it was kept or not'
complete -c sie -n "__fish_sie_using_subcommand patch; and __fish_seen_subcommand_from help" -f -a "revert" -d 'Bring back the originals of a patch, unless its files have changed since'
complete -c sie -n "__fish_sie_using_subcommand patch; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c sie -n "__fish_sie_using_subcommand capital; and not __fish_seen_subcommand_from init log budget status history help" -l data-dir -d 'Keep everything in this folder [default: `SIE_DATA_DIR`, else the platform\'s data folder]' -r -f -a "(__fish_complete_directories)"
complete -c sie -n "__fish_sie_using_subcommand capital; and not __fish_seen_subcommand_from init log budget status history help" -l registry -d 'Use this registry file [default: `SIE_REGISTRY`, else registry.json in the data folder]' -r -F
complete -c sie -n "__fish_sie_using_subcommand capital; and not __fish_seen_subcommand_from init log budget status history help" -l format -d 'Print the result in this form [default: table on a terminal, tsv elsewhere]' -r -f -a "table\t'Columns for people'
tsv\t'Tab-separated rows without a header'
csv\t'Comma-separated rows with a header, as spreadsheets read them'
json\t'One JSON document'
jsonl\t'One JSON object per line and row'
md\t'Markdown, as code hosts show it'
html\t'One page for a browser; only `report` makes one'"
complete -c sie -n "__fish_sie_using_subcommand capital; and not __fish_seen_subcommand_from init log budget status history help" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, as `NO_COLOR` and `CLICOLOR_FORCE` say'
always\t'Always'
never\t'Never'"
complete -c sie -n "__fish_sie_using_subcommand capital; and not __fish_seen_subcommand_from init log budget status history help" -s q -l quiet -d 'Print nothing unless something failed'
complete -c sie -n "__fish_sie_using_subcommand capital; and not __fish_seen_subcommand_from init log budget status history help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sie -n "__fish_sie_using_subcommand capital; and not __fish_seen_subcommand_from init log budget status history help" -s V -l version -d 'Print version'
complete -c sie -n "__fish_sie_using_subcommand capital; and not __fish_seen_subcommand_from init log budget status history help" -f -a "init" -d 'Make the fleet a capital source: a section `capital` in the registry'
complete -c sie -n "__fish_sie_using_subcommand capital; and not __fish_seen_subcommand_from init log budget status history help" -f -a "log" -d 'Book money that belongs to no cycle'
complete -c sie -n "__fish_sie_using_subcommand capital; and not __fish_seen_subcommand_from init log budget status history help" -f -a "budget" -d 'Set the most that cycles may cost'
complete -c sie -n "__fish_sie_using_subcommand capital; and not __fish_seen_subcommand_from init log budget status history help" -f -a "status" -d 'Show capital, budget and energy score with everything they are made of; changes nothing'
complete -c sie -n "__fish_sie_using_subcommand capital; and not __fish_seen_subcommand_from init log budget status history help" -f -a "history" -d 'List what was booked, newest first'
complete -c sie -n "__fish_sie_using_subcommand capital; and not __fish_seen_subcommand_from init log budget status history help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c sie -n "__fish_sie_using_subcommand capital; and __fish_seen_subcommand_from init" -l target -d 'The capital that is enough; without it, capital is no factor of the score' -r
complete -c sie -n "__fish_sie_using_subcommand capital; and __fish_seen_subcommand_from init" -l unit -d 'What amounts are counted in, for example EUR; only shown' -r
complete -c sie -n "__fish_sie_using_subcommand capital; and __fish_seen_subcommand_from init" -l zone -d 'Zone whose midnights begin the days of the budget, for example Europe/Berlin [default: UTC]' -r
complete -c sie -n "__fish_sie_using_subcommand capital; and __fish_seen_subcommand_from init" -l energy-command -d 'Take the energy score from this command: it prints one number from 0 to 1 within 30 seconds' -r
complete -c sie -n "__fish_sie_using_subcommand capital; and __fish_seen_subcommand_from init" -l energy-threshold -d 'Below this energy score nothing runs but what is asked for [default: 0.5]' -r
complete -c sie -n "__fish_sie_using_subcommand capital; and __fish_seen_subcommand_from init" -l data-dir -d 'Keep everything in this folder [default: `SIE_DATA_DIR`, else the platform\'s data folder]' -r -f -a "(__fish_complete_directories)"
complete -c sie -n "__fish_sie_using_subcommand capital; and __fish_seen_subcommand_from init" -l registry -d 'Use this registry file [default: `SIE_REGISTRY`, else registry.json in the data folder]' -r -F
complete -c sie -n "__fish_sie_using_subcommand capital; and __fish_seen_subcommand_from init" -l format -d 'Print the result in this form [default: table on a terminal, tsv elsewhere]' -r -f -a "table\t'Columns for people'
tsv\t'Tab-separated rows without a header'
csv\t'Comma-separated rows with a header, as spreadsheets read them'
json\t'One JSON document'
jsonl\t'One JSON object per line and row'
md\t'Markdown, as code hosts show it'
html\t'One page for a browser; only `report` makes one'"
complete -c sie -n "__fish_sie_using_subcommand capital; and __fish_seen_subcommand_from init" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, as `NO_COLOR` and `CLICOLOR_FORCE` say'
always\t'Always'
never\t'Never'"
complete -c sie -n "__fish_sie_using_subcommand capital; and __fish_seen_subcommand_from init" -l replace -d 'Put the section in the place of the present one; budgets stay'
complete -c sie -n "__fish_sie_using_subcommand capital; and __fish_seen_subcommand_from init" -l dry-run -d 'Print what would be written, write nothing'
complete -c sie -n "__fish_sie_using_subcommand capital; and __fish_seen_subcommand_from init" -s q -l quiet -d 'Print nothing unless something failed'
complete -c sie -n "__fish_sie_using_subcommand capital; and __fish_seen_subcommand_from init" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sie -n "__fish_sie_using_subcommand capital; and __fish_seen_subcommand_from init" -s V -l version -d 'Print version'
complete -c sie -n "__fish_sie_using_subcommand capital; and __fish_seen_subcommand_from log" -l engine -d 'Name the engine it belongs to' -r
complete -c sie -n "__fish_sie_using_subcommand capital; and __fish_seen_subcommand_from log" -l note -d 'Say what it was for' -r
complete -c sie -n "__fish_sie_using_subcommand capital; and __fish_seen_subcommand_from log" -l data-dir -d 'Keep everything in this folder [default: `SIE_DATA_DIR`, else the platform\'s data folder]' -r -f -a "(__fish_complete_directories)"
complete -c sie -n "__fish_sie_using_subcommand capital; and __fish_seen_subcommand_from log" -l registry -d 'Use this registry file [default: `SIE_REGISTRY`, else registry.json in the data folder]' -r -F
complete -c sie -n "__fish_sie_using_subcommand capital; and __fish_seen_subcommand_from log" -l format -d 'Print the result in this form [default: table on a terminal, tsv elsewhere]' -r -f -a "table\t'Columns for people'
tsv\t'Tab-separated rows without a header'
csv\t'Comma-separated rows with a header, as spreadsheets read them'
json\t'One JSON document'
jsonl\t'One JSON object per line and row'
md\t'Markdown, as code hosts show it'
html\t'One page for a browser; only `report` makes one'"
complete -c sie -n "__fish_sie_using_subcommand capital; and __fish_seen_subcommand_from log" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, as `NO_COLOR` and `CLICOLOR_FORCE` say'
always\t'Always'
never\t'Never'"
complete -c sie -n "__fish_sie_using_subcommand capital; and __fish_seen_subcommand_from log" -l dry-run -d 'Print what would be booked, write nothing'
complete -c sie -n "__fish_sie_using_subcommand capital; and __fish_seen_subcommand_from log" -s q -l quiet -d 'Print nothing unless something failed'
complete -c sie -n "__fish_sie_using_subcommand capital; and __fish_seen_subcommand_from log" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sie -n "__fish_sie_using_subcommand capital; and __fish_seen_subcommand_from log" -s V -l version -d 'Print version'
complete -c sie -n "__fish_sie_using_subcommand capital; and __fish_seen_subcommand_from budget" -l per-cycle -d 'The most that one cycle may cost, or none' -r
complete -c sie -n "__fish_sie_using_subcommand capital; and __fish_seen_subcommand_from budget" -l per-day -d 'The most that the cycles begun on one day may cost together, or none' -r
complete -c sie -n "__fish_sie_using_subcommand capital; and __fish_seen_subcommand_from budget" -l fleet -d 'The most that all cycles may cost together, or none' -r
complete -c sie -n "__fish_sie_using_subcommand capital; and __fish_seen_subcommand_from budget" -l data-dir -d 'Keep everything in this folder [default: `SIE_DATA_DIR`, else the platform\'s data folder]' -r -f -a "(__fish_complete_directories)"
complete -c sie -n "__fish_sie_using_subcommand capital; and __fish_seen_subcommand_from budget" -l registry -d 'Use this registry file [default: `SIE_REGISTRY`, else registry.json in the data folder]' -r -F
complete -c sie -n "__fish_sie_using_subcommand capital; and __fish_seen_subcommand_from budget" -l format -d 'Print the result in this form [default: table on a terminal, tsv elsewhere]' -r -f -a "table\t'Columns for people'
tsv\t'Tab-separated rows without a header'
csv\t'Comma-separated rows with a header, as spreadsheets read them'
json\t'One JSON document'
jsonl\t'One JSON object per line and row'
md\t'Markdown, as code hosts show it'
html\t'One page for a browser; only `report` makes one'"
complete -c sie -n "__fish_sie_using_subcommand capital; and __fish_seen_subcommand_from budget" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, as `NO_COLOR` and `CLICOLOR_FORCE` say'
always\t'Always'
never\t'Never'"
complete -c sie -n "__fish_sie_using_subcommand capital; and __fish_seen_subcommand_from budget" -l forget-overruns -d 'Keep the caps, and let engines run again that cost more than was reserved'
complete -c sie -n "__fish_sie_using_subcommand capital; and __fish_seen_subcommand_from budget" -l dry-run -d 'Print what would be set, write nothing'
complete -c sie -n "__fish_sie_using_subcommand capital; and __fish_seen_subcommand_from budget" -s q -l quiet -d 'Print nothing unless something failed'
complete -c sie -n "__fish_sie_using_subcommand capital; and __fish_seen_subcommand_from budget" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sie -n "__fish_sie_using_subcommand capital; and __fish_seen_subcommand_from budget" -s V -l version -d 'Print version'
complete -c sie -n "__fish_sie_using_subcommand capital; and __fish_seen_subcommand_from status" -l data-dir -d 'Keep everything in this folder [default: `SIE_DATA_DIR`, else the platform\'s data folder]' -r -f -a "(__fish_complete_directories)"
complete -c sie -n "__fish_sie_using_subcommand capital; and __fish_seen_subcommand_from status" -l registry -d 'Use this registry file [default: `SIE_REGISTRY`, else registry.json in the data folder]' -r -F
complete -c sie -n "__fish_sie_using_subcommand capital; and __fish_seen_subcommand_from status" -l format -d 'Print the result in this form [default: table on a terminal, tsv elsewhere]' -r -f -a "table\t'Columns for people'
tsv\t'Tab-separated rows without a header'
csv\t'Comma-separated rows with a header, as spreadsheets read them'
json\t'One JSON document'
jsonl\t'One JSON object per line and row'
md\t'Markdown, as code hosts show it'
html\t'One page for a browser; only `report` makes one'"
complete -c sie -n "__fish_sie_using_subcommand capital; and __fish_seen_subcommand_from status" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, as `NO_COLOR` and `CLICOLOR_FORCE` say'
always\t'Always'
never\t'Never'"
complete -c sie -n "__fish_sie_using_subcommand capital; and __fish_seen_subcommand_from status" -s q -l quiet -d 'Print nothing unless something failed'
complete -c sie -n "__fish_sie_using_subcommand capital; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sie -n "__fish_sie_using_subcommand capital; and __fish_seen_subcommand_from status" -s V -l version -d 'Print version'
complete -c sie -n "__fish_sie_using_subcommand capital; and __fish_seen_subcommand_from history" -l limit -d 'List at most this many bookings' -r
complete -c sie -n "__fish_sie_using_subcommand capital; and __fish_seen_subcommand_from history" -l since -d 'List only what was booked since this time, for example 2026-11-23T00:00:00Z, or within this duration, for example 7d' -r
complete -c sie -n "__fish_sie_using_subcommand capital; and __fish_seen_subcommand_from history" -l data-dir -d 'Keep everything in this folder [default: `SIE_DATA_DIR`, else the platform\'s data folder]' -r -f -a "(__fish_complete_directories)"
complete -c sie -n "__fish_sie_using_subcommand capital; and __fish_seen_subcommand_from history" -l registry -d 'Use this registry file [default: `SIE_REGISTRY`, else registry.json in the data folder]' -r -F
complete -c sie -n "__fish_sie_using_subcommand capital; and __fish_seen_subcommand_from history" -l format -d 'Print the result in this form [default: table on a terminal, tsv elsewhere]' -r -f -a "table\t'Columns for people'
tsv\t'Tab-separated rows without a header'
csv\t'Comma-separated rows with a header, as spreadsheets read them'
json\t'One JSON document'
jsonl\t'One JSON object per line and row'
md\t'Markdown, as code hosts show it'
html\t'One page for a browser; only `report` makes one'"
complete -c sie -n "__fish_sie_using_subcommand capital; and __fish_seen_subcommand_from history" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, as `NO_COLOR` and `CLICOLOR_FORCE` say'
always\t'Always'
never\t'Never'"
complete -c sie -n "__fish_sie_using_subcommand capital; and __fish_seen_subcommand_from history" -s q -l quiet -d 'Print nothing unless something failed'
complete -c sie -n "__fish_sie_using_subcommand capital; and __fish_seen_subcommand_from history" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sie -n "__fish_sie_using_subcommand capital; and __fish_seen_subcommand_from history" -s V -l version -d 'Print version'
complete -c sie -n "__fish_sie_using_subcommand capital; and __fish_seen_subcommand_from help" -f -a "init" -d 'Make the fleet a capital source: a section `capital` in the registry'
complete -c sie -n "__fish_sie_using_subcommand capital; and __fish_seen_subcommand_from help" -f -a "log" -d 'Book money that belongs to no cycle'
complete -c sie -n "__fish_sie_using_subcommand capital; and __fish_seen_subcommand_from help" -f -a "budget" -d 'Set the most that cycles may cost'
complete -c sie -n "__fish_sie_using_subcommand capital; and __fish_seen_subcommand_from help" -f -a "status" -d 'Show capital, budget and energy score with everything they are made of; changes nothing'
complete -c sie -n "__fish_sie_using_subcommand capital; and __fish_seen_subcommand_from help" -f -a "history" -d 'List what was booked, newest first'
complete -c sie -n "__fish_sie_using_subcommand capital; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c sie -n "__fish_sie_using_subcommand autoscale; and not __fish_seen_subcommand_from factory history help" -l out -d 'Write the plan to this file for somebody else to apply, `-` for stdout, and change nothing' -r -F
complete -c sie -n "__fish_sie_using_subcommand autoscale; and not __fish_seen_subcommand_from factory history help" -l apply -d 'Carry out the plan in this file, `-` for stdin, and so approve it; refused if what it rests on has moved' -r -F
complete -c sie -n "__fish_sie_using_subcommand autoscale; and not __fish_seen_subcommand_from factory history help" -l create-energy -d 'Add only if the energy score exceeds this; above 1 never [default: 0.8]' -r
complete -c sie -n "__fish_sie_using_subcommand autoscale; and not __fish_seen_subcommand_from factory history help" -l remove-energy -d 'Remove if the energy score is not above this; below 0 never for that reason [default: 0.3]' -r
complete -c sie -n "__fish_sie_using_subcommand autoscale; and not __fish_seen_subcommand_from factory history help" -l roi-threshold -d 'Add only if the ROI trend exceeds this, remove if it is below, 0.05 = +5 % [default: 0]' -r
complete -c sie -n "__fish_sie_using_subcommand autoscale; and not __fish_seen_subcommand_from factory history help" -l cost-per-engine -d 'Add only if the ROI trend is at least this [default: 0]' -r
complete -c sie -n "__fish_sie_using_subcommand autoscale; and not __fish_seen_subcommand_from factory history help" -l min-engines -d 'Keep at least this many engines [default: 1]' -r
complete -c sie -n "__fish_sie_using_subcommand autoscale; and not __fish_seen_subcommand_from factory history help" -l max-engines -d 'Have at most this many engines [default: 5]' -r
complete -c sie -n "__fish_sie_using_subcommand autoscale; and not __fish_seen_subcommand_from factory history help" -l max-instances -d 'Have at most this many engines whatever else allows more, as for a machine or a licence [default: no limit]' -r
complete -c sie -n "__fish_sie_using_subcommand autoscale; and not __fish_seen_subcommand_from factory history help" -l tolerance -d 'Do nothing while a reading lies within this of its threshold [default: 0]' -r
complete -c sie -n "__fish_sie_using_subcommand autoscale; and not __fish_seen_subcommand_from factory history help" -l cooldown -d 'Do nothing for this long after the last engine was added or removed [default: 0s]' -r
complete -c sie -n "__fish_sie_using_subcommand autoscale; and not __fish_seen_subcommand_from factory history help" -l rate-limit -d 'Add and remove at most N engines in this time, for example 3/1d [default: no limit]' -r
complete -c sie -n "__fish_sie_using_subcommand autoscale; and not __fish_seen_subcommand_from factory history help" -l approval-command -d 'Ask this command: it reads the plan as JSON and approves by exit code 0 [default: as the registry says]' -r
complete -c sie -n "__fish_sie_using_subcommand autoscale; and not __fish_seen_subcommand_from factory history help" -l reason -d 'Say why, for the record' -r
complete -c sie -n "__fish_sie_using_subcommand autoscale; and not __fish_seen_subcommand_from factory history help" -l data-dir -d 'Keep everything in this folder [default: `SIE_DATA_DIR`, else the platform\'s data folder]' -r -f -a "(__fish_complete_directories)"
complete -c sie -n "__fish_sie_using_subcommand autoscale; and not __fish_seen_subcommand_from factory history help" -l registry -d 'Use this registry file [default: `SIE_REGISTRY`, else registry.json in the data folder]' -r -F
complete -c sie -n "__fish_sie_using_subcommand autoscale; and not __fish_seen_subcommand_from factory history help" -l format -d 'Print the result in this form [default: table on a terminal, tsv elsewhere]' -r -f -a "table\t'Columns for people'
tsv\t'Tab-separated rows without a header'
csv\t'Comma-separated rows with a header, as spreadsheets read them'
json\t'One JSON document'
jsonl\t'One JSON object per line and row'
md\t'Markdown, as code hosts show it'
html\t'One page for a browser; only `report` makes one'"
complete -c sie -n "__fish_sie_using_subcommand autoscale; and not __fish_seen_subcommand_from factory history help" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, as `NO_COLOR` and `CLICOLOR_FORCE` say'
always\t'Always'
never\t'Never'"
complete -c sie -n "__fish_sie_using_subcommand autoscale; and not __fish_seen_subcommand_from factory history help" -l no-input -d 'Ask nobody at the terminal; without an approval nothing is added'
complete -c sie -n "__fish_sie_using_subcommand autoscale; and not __fish_seen_subcommand_from factory history help" -l dry-run -d 'Print what would be done, ask nobody and change nothing'
complete -c sie -n "__fish_sie_using_subcommand autoscale; and not __fish_seen_subcommand_from factory history help" -l yes -d 'Approve of what would be added'
complete -c sie -n "__fish_sie_using_subcommand autoscale; and not __fish_seen_subcommand_from factory history help" -s q -l quiet -d 'Print nothing unless something failed'
complete -c sie -n "__fish_sie_using_subcommand autoscale; and not __fish_seen_subcommand_from factory history help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sie -n "__fish_sie_using_subcommand autoscale; and not __fish_seen_subcommand_from factory history help" -s V -l version -d 'Print version'
complete -c sie -n "__fish_sie_using_subcommand autoscale; and not __fish_seen_subcommand_from factory history help" -f -a "factory" -d 'Say how new engines are made, or show it'
complete -c sie -n "__fish_sie_using_subcommand autoscale; and not __fish_seen_subcommand_from factory history help" -f -a "history" -d 'Show what autoscaling did, why, and who approved, newest first'
complete -c sie -n "__fish_sie_using_subcommand autoscale; and not __fish_seen_subcommand_from factory history help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c sie -n "__fish_sie_using_subcommand autoscale; and __fish_seen_subcommand_from factory" -l from -d 'Take the definition from this JSON file, `-` for stdin' -r -F
complete -c sie -n "__fish_sie_using_subcommand autoscale; and __fish_seen_subcommand_from factory" -l like -d 'Make engines like this one, each with a bot and files of its own' -r
complete -c sie -n "__fish_sie_using_subcommand autoscale; and __fish_seen_subcommand_from factory" -l data-dir -d 'Keep everything in this folder [default: `SIE_DATA_DIR`, else the platform\'s data folder]' -r -f -a "(__fish_complete_directories)"
complete -c sie -n "__fish_sie_using_subcommand autoscale; and __fish_seen_subcommand_from factory" -l registry -d 'Use this registry file [default: `SIE_REGISTRY`, else registry.json in the data folder]' -r -F
complete -c sie -n "__fish_sie_using_subcommand autoscale; and __fish_seen_subcommand_from factory" -l format -d 'Print the result in this form [default: table on a terminal, tsv elsewhere]' -r -f -a "table\t'Columns for people'
tsv\t'Tab-separated rows without a header'
csv\t'Comma-separated rows with a header, as spreadsheets read them'
json\t'One JSON document'
jsonl\t'One JSON object per line and row'
md\t'Markdown, as code hosts show it'
html\t'One page for a browser; only `report` makes one'"
complete -c sie -n "__fish_sie_using_subcommand autoscale; and __fish_seen_subcommand_from factory" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, as `NO_COLOR` and `CLICOLOR_FORCE` say'
always\t'Always'
never\t'Never'"
complete -c sie -n "__fish_sie_using_subcommand autoscale; and __fish_seen_subcommand_from factory" -l show -d 'Show the definition'
complete -c sie -n "__fish_sie_using_subcommand autoscale; and __fish_seen_subcommand_from factory" -l dry-run -d 'Print what would be stored, write nothing'
complete -c sie -n "__fish_sie_using_subcommand autoscale; and __fish_seen_subcommand_from factory" -s q -l quiet -d 'Print nothing unless something failed'
complete -c sie -n "__fish_sie_using_subcommand autoscale; and __fish_seen_subcommand_from factory" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sie -n "__fish_sie_using_subcommand autoscale; and __fish_seen_subcommand_from factory" -s V -l version -d 'Print version'
complete -c sie -n "__fish_sie_using_subcommand autoscale; and __fish_seen_subcommand_from history" -l limit -d 'Show at most this many actions' -r
complete -c sie -n "__fish_sie_using_subcommand autoscale; and __fish_seen_subcommand_from history" -l data-dir -d 'Keep everything in this folder [default: `SIE_DATA_DIR`, else the platform\'s data folder]' -r -f -a "(__fish_complete_directories)"
complete -c sie -n "__fish_sie_using_subcommand autoscale; and __fish_seen_subcommand_from history" -l registry -d 'Use this registry file [default: `SIE_REGISTRY`, else registry.json in the data folder]' -r -F
complete -c sie -n "__fish_sie_using_subcommand autoscale; and __fish_seen_subcommand_from history" -l format -d 'Print the result in this form [default: table on a terminal, tsv elsewhere]' -r -f -a "table\t'Columns for people'
tsv\t'Tab-separated rows without a header'
csv\t'Comma-separated rows with a header, as spreadsheets read them'
json\t'One JSON document'
jsonl\t'One JSON object per line and row'
md\t'Markdown, as code hosts show it'
html\t'One page for a browser; only `report` makes one'"
complete -c sie -n "__fish_sie_using_subcommand autoscale; and __fish_seen_subcommand_from history" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, as `NO_COLOR` and `CLICOLOR_FORCE` say'
always\t'Always'
never\t'Never'"
complete -c sie -n "__fish_sie_using_subcommand autoscale; and __fish_seen_subcommand_from history" -s q -l quiet -d 'Print nothing unless something failed'
complete -c sie -n "__fish_sie_using_subcommand autoscale; and __fish_seen_subcommand_from history" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sie -n "__fish_sie_using_subcommand autoscale; and __fish_seen_subcommand_from history" -s V -l version -d 'Print version'
complete -c sie -n "__fish_sie_using_subcommand autoscale; and __fish_seen_subcommand_from help" -f -a "factory" -d 'Say how new engines are made, or show it'
complete -c sie -n "__fish_sie_using_subcommand autoscale; and __fish_seen_subcommand_from help" -f -a "history" -d 'Show what autoscaling did, why, and who approved, newest first'
complete -c sie -n "__fish_sie_using_subcommand autoscale; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c sie -n "__fish_sie_using_subcommand policy; and not __fish_seen_subcommand_from inspect export import reset simulate replay help" -l data-dir -d 'Keep everything in this folder [default: `SIE_DATA_DIR`, else the platform\'s data folder]' -r -f -a "(__fish_complete_directories)"
complete -c sie -n "__fish_sie_using_subcommand policy; and not __fish_seen_subcommand_from inspect export import reset simulate replay help" -l registry -d 'Use this registry file [default: `SIE_REGISTRY`, else registry.json in the data folder]' -r -F
complete -c sie -n "__fish_sie_using_subcommand policy; and not __fish_seen_subcommand_from inspect export import reset simulate replay help" -l format -d 'Print the result in this form [default: table on a terminal, tsv elsewhere]' -r -f -a "table\t'Columns for people'
tsv\t'Tab-separated rows without a header'
csv\t'Comma-separated rows with a header, as spreadsheets read them'
json\t'One JSON document'
jsonl\t'One JSON object per line and row'
md\t'Markdown, as code hosts show it'
html\t'One page for a browser; only `report` makes one'"
complete -c sie -n "__fish_sie_using_subcommand policy; and not __fish_seen_subcommand_from inspect export import reset simulate replay help" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, as `NO_COLOR` and `CLICOLOR_FORCE` say'
always\t'Always'
never\t'Never'"
complete -c sie -n "__fish_sie_using_subcommand policy; and not __fish_seen_subcommand_from inspect export import reset simulate replay help" -s q -l quiet -d 'Print nothing unless something failed'
complete -c sie -n "__fish_sie_using_subcommand policy; and not __fish_seen_subcommand_from inspect export import reset simulate replay help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sie -n "__fish_sie_using_subcommand policy; and not __fish_seen_subcommand_from inspect export import reset simulate replay help" -s V -l version -d 'Print version'
complete -c sie -n "__fish_sie_using_subcommand policy; and not __fish_seen_subcommand_from inspect export import reset simulate replay help" -f -a "inspect" -d 'Show what a policy has learned, and what it would do now'
complete -c sie -n "__fish_sie_using_subcommand policy; and not __fish_seen_subcommand_from inspect export import reset simulate replay help" -f -a "export" -d 'Write what a policy has learned as JSON with a checksum'
complete -c sie -n "__fish_sie_using_subcommand policy; and not __fish_seen_subcommand_from inspect export import reset simulate replay help" -f -a "import" -d 'Put what was exported in place of what a policy has learned'
complete -c sie -n "__fish_sie_using_subcommand policy; and not __fish_seen_subcommand_from inspect export import reset simulate replay help" -f -a "reset" -d 'Let a policy begin anew'
complete -c sie -n "__fish_sie_using_subcommand policy; and not __fish_seen_subcommand_from inspect export import reset simulate replay help" -f -a "simulate" -d 'Decide on events that come as JSON lines on stdin'
complete -c sie -n "__fish_sie_using_subcommand policy; and not __fish_seen_subcommand_from inspect export import reset simulate replay help" -f -a "replay" -d 'Estimate from the record what another policy would have earned'
complete -c sie -n "__fish_sie_using_subcommand policy; and not __fish_seen_subcommand_from inspect export import reset simulate replay help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c sie -n "__fish_sie_using_subcommand policy; and __fish_seen_subcommand_from inspect" -l top -d 'Show at most this many cells' -r
complete -c sie -n "__fish_sie_using_subcommand policy; and __fish_seen_subcommand_from inspect" -l diff -d 'Show cells only where they differ from those of this export' -r -F
complete -c sie -n "__fish_sie_using_subcommand policy; and __fish_seen_subcommand_from inspect" -l data-dir -d 'Keep everything in this folder [default: `SIE_DATA_DIR`, else the platform\'s data folder]' -r -f -a "(__fish_complete_directories)"
complete -c sie -n "__fish_sie_using_subcommand policy; and __fish_seen_subcommand_from inspect" -l registry -d 'Use this registry file [default: `SIE_REGISTRY`, else registry.json in the data folder]' -r -F
complete -c sie -n "__fish_sie_using_subcommand policy; and __fish_seen_subcommand_from inspect" -l format -d 'Print the result in this form [default: table on a terminal, tsv elsewhere]' -r -f -a "table\t'Columns for people'
tsv\t'Tab-separated rows without a header'
csv\t'Comma-separated rows with a header, as spreadsheets read them'
json\t'One JSON document'
jsonl\t'One JSON object per line and row'
md\t'Markdown, as code hosts show it'
html\t'One page for a browser; only `report` makes one'"
complete -c sie -n "__fish_sie_using_subcommand policy; and __fish_seen_subcommand_from inspect" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, as `NO_COLOR` and `CLICOLOR_FORCE` say'
always\t'Always'
never\t'Never'"
complete -c sie -n "__fish_sie_using_subcommand policy; and __fish_seen_subcommand_from inspect" -s q -l quiet -d 'Print nothing unless something failed'
complete -c sie -n "__fish_sie_using_subcommand policy; and __fish_seen_subcommand_from inspect" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sie -n "__fish_sie_using_subcommand policy; and __fish_seen_subcommand_from inspect" -s V -l version -d 'Print version'
complete -c sie -n "__fish_sie_using_subcommand policy; and __fish_seen_subcommand_from export" -l out -d 'Write to this file [default: stdout]' -r -F
complete -c sie -n "__fish_sie_using_subcommand policy; and __fish_seen_subcommand_from export" -l data-dir -d 'Keep everything in this folder [default: `SIE_DATA_DIR`, else the platform\'s data folder]' -r -f -a "(__fish_complete_directories)"
complete -c sie -n "__fish_sie_using_subcommand policy; and __fish_seen_subcommand_from export" -l registry -d 'Use this registry file [default: `SIE_REGISTRY`, else registry.json in the data folder]' -r -F
complete -c sie -n "__fish_sie_using_subcommand policy; and __fish_seen_subcommand_from export" -l format -d 'Print the result in this form [default: table on a terminal, tsv elsewhere]' -r -f -a "table\t'Columns for people'
tsv\t'Tab-separated rows without a header'
csv\t'Comma-separated rows with a header, as spreadsheets read them'
json\t'One JSON document'
jsonl\t'One JSON object per line and row'
md\t'Markdown, as code hosts show it'
html\t'One page for a browser; only `report` makes one'"
complete -c sie -n "__fish_sie_using_subcommand policy; and __fish_seen_subcommand_from export" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, as `NO_COLOR` and `CLICOLOR_FORCE` say'
always\t'Always'
never\t'Never'"
complete -c sie -n "__fish_sie_using_subcommand policy; and __fish_seen_subcommand_from export" -l dry-run -d 'Check that it can be written, write nothing'
complete -c sie -n "__fish_sie_using_subcommand policy; and __fish_seen_subcommand_from export" -s q -l quiet -d 'Print nothing unless something failed'
complete -c sie -n "__fish_sie_using_subcommand policy; and __fish_seen_subcommand_from export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sie -n "__fish_sie_using_subcommand policy; and __fish_seen_subcommand_from export" -s V -l version -d 'Print version'
complete -c sie -n "__fish_sie_using_subcommand policy; and __fish_seen_subcommand_from import" -l data-dir -d 'Keep everything in this folder [default: `SIE_DATA_DIR`, else the platform\'s data folder]' -r -f -a "(__fish_complete_directories)"
complete -c sie -n "__fish_sie_using_subcommand policy; and __fish_seen_subcommand_from import" -l registry -d 'Use this registry file [default: `SIE_REGISTRY`, else registry.json in the data folder]' -r -F
complete -c sie -n "__fish_sie_using_subcommand policy; and __fish_seen_subcommand_from import" -l format -d 'Print the result in this form [default: table on a terminal, tsv elsewhere]' -r -f -a "table\t'Columns for people'
tsv\t'Tab-separated rows without a header'
csv\t'Comma-separated rows with a header, as spreadsheets read them'
json\t'One JSON document'
jsonl\t'One JSON object per line and row'
md\t'Markdown, as code hosts show it'
html\t'One page for a browser; only `report` makes one'"
complete -c sie -n "__fish_sie_using_subcommand policy; and __fish_seen_subcommand_from import" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, as `NO_COLOR` and `CLICOLOR_FORCE` say'
always\t'Always'
never\t'Never'"
complete -c sie -n "__fish_sie_using_subcommand policy; and __fish_seen_subcommand_from import" -l dry-run -d 'Check the export, write nothing'
complete -c sie -n "__fish_sie_using_subcommand policy; and __fish_seen_subcommand_from import" -s q -l quiet -d 'Print nothing unless something failed'
complete -c sie -n "__fish_sie_using_subcommand policy; and __fish_seen_subcommand_from import" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sie -n "__fish_sie_using_subcommand policy; and __fish_seen_subcommand_from import" -s V -l version -d 'Print version'
complete -c sie -n "__fish_sie_using_subcommand policy; and __fish_seen_subcommand_from reset" -l data-dir -d 'Keep everything in this folder [default: `SIE_DATA_DIR`, else the platform\'s data folder]' -r -f -a "(__fish_complete_directories)"
complete -c sie -n "__fish_sie_using_subcommand policy; and __fish_seen_subcommand_from reset" -l registry -d 'Use this registry file [default: `SIE_REGISTRY`, else registry.json in the data folder]' -r -F
complete -c sie -n "__fish_sie_using_subcommand policy; and __fish_seen_subcommand_from reset" -l format -d 'Print the result in this form [default: table on a terminal, tsv elsewhere]' -r -f -a "table\t'Columns for people'
tsv\t'Tab-separated rows without a header'
csv\t'Comma-separated rows with a header, as spreadsheets read them'
json\t'One JSON document'
jsonl\t'One JSON object per line and row'
md\t'Markdown, as code hosts show it'
html\t'One page for a browser; only `report` makes one'"
complete -c sie -n "__fish_sie_using_subcommand policy; and __fish_seen_subcommand_from reset" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, as `NO_COLOR` and `CLICOLOR_FORCE` say'
always\t'Always'
never\t'Never'"
complete -c sie -n "__fish_sie_using_subcommand policy; and __fish_seen_subcommand_from reset" -l dry-run -d 'Print what would be forgotten, write nothing'
complete -c sie -n "__fish_sie_using_subcommand policy; and __fish_seen_subcommand_from reset" -s q -l quiet -d 'Print nothing unless something failed'
complete -c sie -n "__fish_sie_using_subcommand policy; and __fish_seen_subcommand_from reset" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sie -n "__fish_sie_using_subcommand policy; and __fish_seen_subcommand_from reset" -s V -l version -d 'Print version'
complete -c sie -n "__fish_sie_using_subcommand policy; and __fish_seen_subcommand_from simulate" -l cost -d 'What a cycle costs, unless `begin` says so [default: learned from `ran`]' -r
complete -c sie -n "__fish_sie_using_subcommand policy; and __fish_seen_subcommand_from simulate" -l policy -d 'Learn by this strategy' -r
complete -c sie -n "__fish_sie_using_subcommand policy; and __fish_seen_subcommand_from simulate" -l signal -d 'Take this metric as the loss of a row, none to learn from results alone [default: expense less revenue]' -r
complete -c sie -n "__fish_sie_using_subcommand policy; and __fish_seen_subcommand_from simulate" -l value -d 'What one unit of the signal costs [default: 1]' -r
complete -c sie -n "__fish_sie_using_subcommand policy; and __fish_seen_subcommand_from simulate" -l explore -d 'Let the policy try what it does not prefer, with this probability, 0 to 0.5 [default: as registered, else 0]' -r
complete -c sie -n "__fish_sie_using_subcommand policy; and __fish_seen_subcommand_from simulate" -l data-dir -d 'Keep everything in this folder [default: `SIE_DATA_DIR`, else the platform\'s data folder]' -r -f -a "(__fish_complete_directories)"
complete -c sie -n "__fish_sie_using_subcommand policy; and __fish_seen_subcommand_from simulate" -l registry -d 'Use this registry file [default: `SIE_REGISTRY`, else registry.json in the data folder]' -r -F
complete -c sie -n "__fish_sie_using_subcommand policy; and __fish_seen_subcommand_from simulate" -l format -d 'Print the result in this form [default: table on a terminal, tsv elsewhere]' -r -f -a "table\t'Columns for people'
tsv\t'Tab-separated rows without a header'
csv\t'Comma-separated rows with a header, as spreadsheets read them'
json\t'One JSON document'
jsonl\t'One JSON object per line and row'
md\t'Markdown, as code hosts show it'
html\t'One page for a browser; only `report` makes one'"
complete -c sie -n "__fish_sie_using_subcommand policy; and __fish_seen_subcommand_from simulate" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, as `NO_COLOR` and `CLICOLOR_FORCE` say'
always\t'Always'
never\t'Never'"
complete -c sie -n "__fish_sie_using_subcommand policy; and __fish_seen_subcommand_from simulate" -l no-explore -d 'Let the policy do what it prefers, always'
complete -c sie -n "__fish_sie_using_subcommand policy; and __fish_seen_subcommand_from simulate" -s q -l quiet -d 'Print nothing unless something failed'
complete -c sie -n "__fish_sie_using_subcommand policy; and __fish_seen_subcommand_from simulate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sie -n "__fish_sie_using_subcommand policy; and __fish_seen_subcommand_from simulate" -s V -l version -d 'Print version'
complete -c sie -n "__fish_sie_using_subcommand policy; and __fish_seen_subcommand_from replay" -l candidate -d 'The other policy: never, always, cron:DURATION, any, or an export' -r -F
complete -c sie -n "__fish_sie_using_subcommand policy; and __fish_seen_subcommand_from replay" -l since -d 'Look at decisions from this time on, or of this last stretch of time [default: all]' -r
complete -c sie -n "__fish_sie_using_subcommand policy; and __fish_seen_subcommand_from replay" -l data-dir -d 'Keep everything in this folder [default: `SIE_DATA_DIR`, else the platform\'s data folder]' -r -f -a "(__fish_complete_directories)"
complete -c sie -n "__fish_sie_using_subcommand policy; and __fish_seen_subcommand_from replay" -l registry -d 'Use this registry file [default: `SIE_REGISTRY`, else registry.json in the data folder]' -r -F
complete -c sie -n "__fish_sie_using_subcommand policy; and __fish_seen_subcommand_from replay" -l format -d 'Print the result in this form [default: table on a terminal, tsv elsewhere]' -r -f -a "table\t'Columns for people'
tsv\t'Tab-separated rows without a header'
csv\t'Comma-separated rows with a header, as spreadsheets read them'
json\t'One JSON document'
jsonl\t'One JSON object per line and row'
md\t'Markdown, as code hosts show it'
html\t'One page for a browser; only `report` makes one'"
complete -c sie -n "__fish_sie_using_subcommand policy; and __fish_seen_subcommand_from replay" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, as `NO_COLOR` and `CLICOLOR_FORCE` say'
always\t'Always'
never\t'Never'"
complete -c sie -n "__fish_sie_using_subcommand policy; and __fish_seen_subcommand_from replay" -l pool -d 'Take all engines that have a policy together, resampled by tick'
complete -c sie -n "__fish_sie_using_subcommand policy; and __fish_seen_subcommand_from replay" -s q -l quiet -d 'Print nothing unless something failed'
complete -c sie -n "__fish_sie_using_subcommand policy; and __fish_seen_subcommand_from replay" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sie -n "__fish_sie_using_subcommand policy; and __fish_seen_subcommand_from replay" -s V -l version -d 'Print version'
complete -c sie -n "__fish_sie_using_subcommand policy; and __fish_seen_subcommand_from help" -f -a "inspect" -d 'Show what a policy has learned, and what it would do now'
complete -c sie -n "__fish_sie_using_subcommand policy; and __fish_seen_subcommand_from help" -f -a "export" -d 'Write what a policy has learned as JSON with a checksum'
complete -c sie -n "__fish_sie_using_subcommand policy; and __fish_seen_subcommand_from help" -f -a "import" -d 'Put what was exported in place of what a policy has learned'
complete -c sie -n "__fish_sie_using_subcommand policy; and __fish_seen_subcommand_from help" -f -a "reset" -d 'Let a policy begin anew'
complete -c sie -n "__fish_sie_using_subcommand policy; and __fish_seen_subcommand_from help" -f -a "simulate" -d 'Decide on events that come as JSON lines on stdin'
complete -c sie -n "__fish_sie_using_subcommand policy; and __fish_seen_subcommand_from help" -f -a "replay" -d 'Estimate from the record what another policy would have earned'
complete -c sie -n "__fish_sie_using_subcommand policy; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c sie -n "__fish_sie_using_subcommand report; and not __fish_seen_subcommand_from savings help" -l since -d 'Look only at what happened after this time, for example 2026-11-01T00:00:00Z, or in this duration, for example 30d [default: from the beginning]' -r
complete -c sie -n "__fish_sie_using_subcommand report; and not __fish_seen_subcommand_from savings help" -s o -l out -d 'Write the report into this file, `-` for stdout [default: stdout]' -r -F
complete -c sie -n "__fish_sie_using_subcommand report; and not __fish_seen_subcommand_from savings help" -l data-dir -d 'Keep everything in this folder [default: `SIE_DATA_DIR`, else the platform\'s data folder]' -r -f -a "(__fish_complete_directories)"
complete -c sie -n "__fish_sie_using_subcommand report; and not __fish_seen_subcommand_from savings help" -l registry -d 'Use this registry file [default: `SIE_REGISTRY`, else registry.json in the data folder]' -r -F
complete -c sie -n "__fish_sie_using_subcommand report; and not __fish_seen_subcommand_from savings help" -l format -d 'Print the result in this form [default: table on a terminal, tsv elsewhere]' -r -f -a "table\t'Columns for people'
tsv\t'Tab-separated rows without a header'
csv\t'Comma-separated rows with a header, as spreadsheets read them'
json\t'One JSON document'
jsonl\t'One JSON object per line and row'
md\t'Markdown, as code hosts show it'
html\t'One page for a browser; only `report` makes one'"
complete -c sie -n "__fish_sie_using_subcommand report; and not __fish_seen_subcommand_from savings help" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, as `NO_COLOR` and `CLICOLOR_FORCE` say'
always\t'Always'
never\t'Never'"
complete -c sie -n "__fish_sie_using_subcommand report; and not __fish_seen_subcommand_from savings help" -s q -l quiet -d 'Print nothing unless something failed'
complete -c sie -n "__fish_sie_using_subcommand report; and not __fish_seen_subcommand_from savings help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sie -n "__fish_sie_using_subcommand report; and not __fish_seen_subcommand_from savings help" -s V -l version -d 'Print version'
complete -c sie -n "__fish_sie_using_subcommand report; and not __fish_seen_subcommand_from savings help" -f -a "savings" -d 'Show what was spent and missed, and what a schedule would have spent and missed'
complete -c sie -n "__fish_sie_using_subcommand report; and not __fish_seen_subcommand_from savings help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c sie -n "__fish_sie_using_subcommand report; and __fish_seen_subcommand_from savings" -l against -d 'Compare with running by this schedule [default: the interval of each engine]' -r
complete -c sie -n "__fish_sie_using_subcommand report; and __fish_seen_subcommand_from savings" -l since -d 'Look at what happened from this time on, or in this last stretch of time [default: everything on record]' -r
complete -c sie -n "__fish_sie_using_subcommand report; and __fish_seen_subcommand_from savings" -l data-dir -d 'Keep everything in this folder [default: `SIE_DATA_DIR`, else the platform\'s data folder]' -r -f -a "(__fish_complete_directories)"
complete -c sie -n "__fish_sie_using_subcommand report; and __fish_seen_subcommand_from savings" -l registry -d 'Use this registry file [default: `SIE_REGISTRY`, else registry.json in the data folder]' -r -F
complete -c sie -n "__fish_sie_using_subcommand report; and __fish_seen_subcommand_from savings" -l format -d 'Print the result in this form [default: table on a terminal, tsv elsewhere]' -r -f -a "table\t'Columns for people'
tsv\t'Tab-separated rows without a header'
csv\t'Comma-separated rows with a header, as spreadsheets read them'
json\t'One JSON document'
jsonl\t'One JSON object per line and row'
md\t'Markdown, as code hosts show it'
html\t'One page for a browser; only `report` makes one'"
complete -c sie -n "__fish_sie_using_subcommand report; and __fish_seen_subcommand_from savings" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, as `NO_COLOR` and `CLICOLOR_FORCE` say'
always\t'Always'
never\t'Never'"
complete -c sie -n "__fish_sie_using_subcommand report; and __fish_seen_subcommand_from savings" -s q -l quiet -d 'Print nothing unless something failed'
complete -c sie -n "__fish_sie_using_subcommand report; and __fish_seen_subcommand_from savings" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sie -n "__fish_sie_using_subcommand report; and __fish_seen_subcommand_from savings" -s V -l version -d 'Print version'
complete -c sie -n "__fish_sie_using_subcommand report; and __fish_seen_subcommand_from help" -f -a "savings" -d 'Show what was spent and missed, and what a schedule would have spent and missed'
complete -c sie -n "__fish_sie_using_subcommand report; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c sie -n "__fish_sie_using_subcommand doctor" -l keep-days -d 'Keep records of this many days' -r
complete -c sie -n "__fish_sie_using_subcommand doctor" -l keep-cycles -d 'Keep the newest N cycles of each engine; 20 always stay' -r
complete -c sie -n "__fish_sie_using_subcommand doctor" -l max-bytes -d 'Drop the oldest runs until databases and runs have this size, for example 500M or 2GiB' -r
complete -c sie -n "__fish_sie_using_subcommand doctor" -l data-dir -d 'Keep everything in this folder [default: `SIE_DATA_DIR`, else the platform\'s data folder]' -r -f -a "(__fish_complete_directories)"
complete -c sie -n "__fish_sie_using_subcommand doctor" -l registry -d 'Use this registry file [default: `SIE_REGISTRY`, else registry.json in the data folder]' -r -F
complete -c sie -n "__fish_sie_using_subcommand doctor" -l format -d 'Print the result in this form [default: table on a terminal, tsv elsewhere]' -r -f -a "table\t'Columns for people'
tsv\t'Tab-separated rows without a header'
csv\t'Comma-separated rows with a header, as spreadsheets read them'
json\t'One JSON document'
jsonl\t'One JSON object per line and row'
md\t'Markdown, as code hosts show it'
html\t'One page for a browser; only `report` makes one'"
complete -c sie -n "__fish_sie_using_subcommand doctor" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, as `NO_COLOR` and `CLICOLOR_FORCE` say'
always\t'Always'
never\t'Never'"
complete -c sie -n "__fish_sie_using_subcommand doctor" -l fix -d 'Mend what is safe to mend'
complete -c sie -n "__fish_sie_using_subcommand doctor" -l gc -d 'Drop what is older than the limits below'
complete -c sie -n "__fish_sie_using_subcommand doctor" -l dry-run -d 'Print what would be mended or dropped, write nothing'
complete -c sie -n "__fish_sie_using_subcommand doctor" -s q -l quiet -d 'Print nothing unless something failed'
complete -c sie -n "__fish_sie_using_subcommand doctor" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sie -n "__fish_sie_using_subcommand doctor" -s V -l version -d 'Print version'
complete -c sie -n "__fish_sie_using_subcommand demo" -l dir -d 'Keep the demo in this folder [default: a folder beside your data]' -r -f -a "(__fish_complete_directories)"
complete -c sie -n "__fish_sie_using_subcommand demo" -l rounds -d 'Run this many rounds, 1 to 1000' -r
complete -c sie -n "__fish_sie_using_subcommand demo" -l data-dir -d 'Keep everything in this folder [default: `SIE_DATA_DIR`, else the platform\'s data folder]' -r -f -a "(__fish_complete_directories)"
complete -c sie -n "__fish_sie_using_subcommand demo" -l registry -d 'Use this registry file [default: `SIE_REGISTRY`, else registry.json in the data folder]' -r -F
complete -c sie -n "__fish_sie_using_subcommand demo" -l format -d 'Print the result in this form [default: table on a terminal, tsv elsewhere]' -r -f -a "table\t'Columns for people'
tsv\t'Tab-separated rows without a header'
csv\t'Comma-separated rows with a header, as spreadsheets read them'
json\t'One JSON document'
jsonl\t'One JSON object per line and row'
md\t'Markdown, as code hosts show it'
html\t'One page for a browser; only `report` makes one'"
complete -c sie -n "__fish_sie_using_subcommand demo" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, as `NO_COLOR` and `CLICOLOR_FORCE` say'
always\t'Always'
never\t'Never'"
complete -c sie -n "__fish_sie_using_subcommand demo" -l dry-run -d 'Print what would be done, run and write nothing'
complete -c sie -n "__fish_sie_using_subcommand demo" -s q -l quiet -d 'Print nothing unless something failed'
complete -c sie -n "__fish_sie_using_subcommand demo" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sie -n "__fish_sie_using_subcommand demo" -s V -l version -d 'Print version'
complete -c sie -n "__fish_sie_using_subcommand completions" -l data-dir -d 'Keep everything in this folder [default: `SIE_DATA_DIR`, else the platform\'s data folder]' -r -f -a "(__fish_complete_directories)"
complete -c sie -n "__fish_sie_using_subcommand completions" -l registry -d 'Use this registry file [default: `SIE_REGISTRY`, else registry.json in the data folder]' -r -F
complete -c sie -n "__fish_sie_using_subcommand completions" -l format -d 'Print the result in this form [default: table on a terminal, tsv elsewhere]' -r -f -a "table\t'Columns for people'
tsv\t'Tab-separated rows without a header'
csv\t'Comma-separated rows with a header, as spreadsheets read them'
json\t'One JSON document'
jsonl\t'One JSON object per line and row'
md\t'Markdown, as code hosts show it'
html\t'One page for a browser; only `report` makes one'"
complete -c sie -n "__fish_sie_using_subcommand completions" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, as `NO_COLOR` and `CLICOLOR_FORCE` say'
always\t'Always'
never\t'Never'"
complete -c sie -n "__fish_sie_using_subcommand completions" -s q -l quiet -d 'Print nothing unless something failed'
complete -c sie -n "__fish_sie_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sie -n "__fish_sie_using_subcommand completions" -s V -l version -d 'Print version'
complete -c sie -n "__fish_sie_using_subcommand man" -l dir -d 'Write the pages of all commands into this folder' -r -f -a "(__fish_complete_directories)"
complete -c sie -n "__fish_sie_using_subcommand man" -l data-dir -d 'Keep everything in this folder [default: `SIE_DATA_DIR`, else the platform\'s data folder]' -r -f -a "(__fish_complete_directories)"
complete -c sie -n "__fish_sie_using_subcommand man" -l registry -d 'Use this registry file [default: `SIE_REGISTRY`, else registry.json in the data folder]' -r -F
complete -c sie -n "__fish_sie_using_subcommand man" -l format -d 'Print the result in this form [default: table on a terminal, tsv elsewhere]' -r -f -a "table\t'Columns for people'
tsv\t'Tab-separated rows without a header'
csv\t'Comma-separated rows with a header, as spreadsheets read them'
json\t'One JSON document'
jsonl\t'One JSON object per line and row'
md\t'Markdown, as code hosts show it'
html\t'One page for a browser; only `report` makes one'"
complete -c sie -n "__fish_sie_using_subcommand man" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, as `NO_COLOR` and `CLICOLOR_FORCE` say'
always\t'Always'
never\t'Never'"
complete -c sie -n "__fish_sie_using_subcommand man" -s q -l quiet -d 'Print nothing unless something failed'
complete -c sie -n "__fish_sie_using_subcommand man" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sie -n "__fish_sie_using_subcommand man" -s V -l version -d 'Print version'
complete -c sie -n "__fish_sie_using_subcommand help; and not __fish_seen_subcommand_from register unregister list show pause resume cycle run-all why status history metrics event modules patch capital autoscale policy report doctor demo completions man help" -f -a "register" -d 'Register an engine: what to run for a bot, and when'
complete -c sie -n "__fish_sie_using_subcommand help; and not __fish_seen_subcommand_from register unregister list show pause resume cycle run-all why status history metrics event modules patch capital autoscale policy report doctor demo completions man help" -f -a "unregister" -d 'Take an engine out of the registry; its data stay'
complete -c sie -n "__fish_sie_using_subcommand help; and not __fish_seen_subcommand_from register unregister list show pause resume cycle run-all why status history metrics event modules patch capital autoscale policy report doctor demo completions man help" -f -a "list" -d 'List the registered engines'
complete -c sie -n "__fish_sie_using_subcommand help; and not __fish_seen_subcommand_from register unregister list show pause resume cycle run-all why status history metrics event modules patch capital autoscale policy report doctor demo completions man help" -f -a "show" -d 'Show the definition of an engine, and where each value comes from'
complete -c sie -n "__fish_sie_using_subcommand help; and not __fish_seen_subcommand_from register unregister list show pause resume cycle run-all why status history metrics event modules patch capital autoscale policy report doctor demo completions man help" -f -a "pause" -d 'Leave an engine alone until it is resumed, or until a time'
complete -c sie -n "__fish_sie_using_subcommand help; and not __fish_seen_subcommand_from register unregister list show pause resume cycle run-all why status history metrics event modules patch capital autoscale policy report doctor demo completions man help" -f -a "resume" -d 'End the pause of an engine'
complete -c sie -n "__fish_sie_using_subcommand help; and not __fish_seen_subcommand_from register unregister list show pause resume cycle run-all why status history metrics event modules patch capital autoscale policy report doctor demo completions man help" -f -a "cycle" -d 'Run one cycle of an engine now'
complete -c sie -n "__fish_sie_using_subcommand help; and not __fish_seen_subcommand_from register unregister list show pause resume cycle run-all why status history metrics event modules patch capital autoscale policy report doctor demo completions man help" -f -a "run-all" -d 'Run one cycle of every engine that is due'
complete -c sie -n "__fish_sie_using_subcommand help; and not __fish_seen_subcommand_from register unregister list show pause resume cycle run-all why status history metrics event modules patch capital autoscale policy report doctor demo completions man help" -f -a "why" -d 'Explain the last decision on an engine: every number behind it, and what would have turned it'
complete -c sie -n "__fish_sie_using_subcommand help; and not __fish_seen_subcommand_from register unregister list show pause resume cycle run-all why status history metrics event modules patch capital autoscale policy report doctor demo completions man help" -f -a "status" -d 'Show for each engine how it is and what comes next'
complete -c sie -n "__fish_sie_using_subcommand help; and not __fish_seen_subcommand_from register unregister list show pause resume cycle run-all why status history metrics event modules patch capital autoscale policy report doctor demo completions man help" -f -a "history" -d 'Show past cycles, newest first'
complete -c sie -n "__fish_sie_using_subcommand help; and not __fish_seen_subcommand_from register unregister list show pause resume cycle run-all why status history metrics event modules patch capital autoscale policy report doctor demo completions man help" -f -a "metrics" -d 'Record and show the metrics of bots'
complete -c sie -n "__fish_sie_using_subcommand help; and not __fish_seen_subcommand_from register unregister list show pause resume cycle run-all why status history metrics event modules patch capital autoscale policy report doctor demo completions man help" -f -a "event" -d 'Publish and list events'
complete -c sie -n "__fish_sie_using_subcommand help; and not __fish_seen_subcommand_from register unregister list show pause resume cycle run-all why status history metrics event modules patch capital autoscale policy report doctor demo completions man help" -f -a "modules" -d 'Show which modules pay and which bring nothing any more, and record deltas'
complete -c sie -n "__fish_sie_using_subcommand help; and not __fish_seen_subcommand_from register unregister list show pause resume cycle run-all why status history metrics event modules patch capital autoscale policy report doctor demo completions man help" -f -a "patch" -d 'List, show and take back the patches of engines'
complete -c sie -n "__fish_sie_using_subcommand help; and not __fish_seen_subcommand_from register unregister list show pause resume cycle run-all why status history metrics event modules patch capital autoscale policy report doctor demo completions man help" -f -a "capital" -d 'Look after the money of the fleet: ledger, budgets, energy score'
complete -c sie -n "__fish_sie_using_subcommand help; and not __fish_seen_subcommand_from register unregister list show pause resume cycle run-all why status history metrics event modules patch capital autoscale policy report doctor demo completions man help" -f -a "autoscale" -d 'Add or remove one engine, as the energy score and the ROI trend ask for'
complete -c sie -n "__fish_sie_using_subcommand help; and not __fish_seen_subcommand_from register unregister list show pause resume cycle run-all why status history metrics event modules patch capital autoscale policy report doctor demo completions man help" -f -a "policy" -d 'Show, move and try out what policies have learned'
complete -c sie -n "__fish_sie_using_subcommand help; and not __fish_seen_subcommand_from register unregister list show pause resume cycle run-all why status history metrics event modules patch capital autoscale policy report doctor demo completions man help" -f -a "report" -d 'Report on the fleet in charts: one page for a browser, Markdown or JSON'
complete -c sie -n "__fish_sie_using_subcommand help; and not __fish_seen_subcommand_from register unregister list show pause resume cycle run-all why status history metrics event modules patch capital autoscale policy report doctor demo completions man help" -f -a "doctor" -d 'Look for what is wrong in the data directory, and say what mends it'
complete -c sie -n "__fish_sie_using_subcommand help; and not __fish_seen_subcommand_from register unregister list show pause resume cycle run-all why status history metrics event modules patch capital autoscale policy report doctor demo completions man help" -f -a "demo" -d 'Watch four engines improve a real model, in a folder of their own'
complete -c sie -n "__fish_sie_using_subcommand help; and not __fish_seen_subcommand_from register unregister list show pause resume cycle run-all why status history metrics event modules patch capital autoscale policy report doctor demo completions man help" -f -a "completions" -d 'Print the completion script of a shell'
complete -c sie -n "__fish_sie_using_subcommand help; and not __fish_seen_subcommand_from register unregister list show pause resume cycle run-all why status history metrics event modules patch capital autoscale policy report doctor demo completions man help" -f -a "man" -d 'Print a man page, or write all of them into a folder'
complete -c sie -n "__fish_sie_using_subcommand help; and not __fish_seen_subcommand_from register unregister list show pause resume cycle run-all why status history metrics event modules patch capital autoscale policy report doctor demo completions man help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c sie -n "__fish_sie_using_subcommand help; and __fish_seen_subcommand_from metrics" -f -a "record" -d 'Record metrics of a bot'
complete -c sie -n "__fish_sie_using_subcommand help; and __fish_seen_subcommand_from metrics" -f -a "show" -d 'Show the newest metrics of a bot'
complete -c sie -n "__fish_sie_using_subcommand help; and __fish_seen_subcommand_from metrics" -f -a "export" -d 'Export how engines and bots are, for a monitoring system'
complete -c sie -n "__fish_sie_using_subcommand help; and __fish_seen_subcommand_from event" -f -a "publish" -d 'Publish an event for an engine'
complete -c sie -n "__fish_sie_using_subcommand help; and __fish_seen_subcommand_from event" -f -a "list" -d 'List events, newest first'
complete -c sie -n "__fish_sie_using_subcommand help; and __fish_seen_subcommand_from modules" -f -a "record" -d 'Record deltas of modules that were measured outside a cycle, in a sandbox for example'
complete -c sie -n "__fish_sie_using_subcommand help; and __fish_seen_subcommand_from patch" -f -a "list" -d 'List patches, newest first, and how many of them paid'
complete -c sie -n "__fish_sie_using_subcommand help; and __fish_seen_subcommand_from patch" -f -a "show" -d 'Show a patch: what it changed, its checks and trials, and why it was kept or not'
complete -c sie -n "__fish_sie_using_subcommand help; and __fish_seen_subcommand_from patch" -f -a "revert" -d 'Bring back the originals of a patch, unless its files have changed since'
complete -c sie -n "__fish_sie_using_subcommand help; and __fish_seen_subcommand_from capital" -f -a "init" -d 'Make the fleet a capital source: a section `capital` in the registry'
complete -c sie -n "__fish_sie_using_subcommand help; and __fish_seen_subcommand_from capital" -f -a "log" -d 'Book money that belongs to no cycle'
complete -c sie -n "__fish_sie_using_subcommand help; and __fish_seen_subcommand_from capital" -f -a "budget" -d 'Set the most that cycles may cost'
complete -c sie -n "__fish_sie_using_subcommand help; and __fish_seen_subcommand_from capital" -f -a "status" -d 'Show capital, budget and energy score with everything they are made of; changes nothing'
complete -c sie -n "__fish_sie_using_subcommand help; and __fish_seen_subcommand_from capital" -f -a "history" -d 'List what was booked, newest first'
complete -c sie -n "__fish_sie_using_subcommand help; and __fish_seen_subcommand_from autoscale" -f -a "factory" -d 'Say how new engines are made, or show it'
complete -c sie -n "__fish_sie_using_subcommand help; and __fish_seen_subcommand_from autoscale" -f -a "history" -d 'Show what autoscaling did, why, and who approved, newest first'
complete -c sie -n "__fish_sie_using_subcommand help; and __fish_seen_subcommand_from policy" -f -a "inspect" -d 'Show what a policy has learned, and what it would do now'
complete -c sie -n "__fish_sie_using_subcommand help; and __fish_seen_subcommand_from policy" -f -a "export" -d 'Write what a policy has learned as JSON with a checksum'
complete -c sie -n "__fish_sie_using_subcommand help; and __fish_seen_subcommand_from policy" -f -a "import" -d 'Put what was exported in place of what a policy has learned'
complete -c sie -n "__fish_sie_using_subcommand help; and __fish_seen_subcommand_from policy" -f -a "reset" -d 'Let a policy begin anew'
complete -c sie -n "__fish_sie_using_subcommand help; and __fish_seen_subcommand_from policy" -f -a "simulate" -d 'Decide on events that come as JSON lines on stdin'
complete -c sie -n "__fish_sie_using_subcommand help; and __fish_seen_subcommand_from policy" -f -a "replay" -d 'Estimate from the record what another policy would have earned'
complete -c sie -n "__fish_sie_using_subcommand help; and __fish_seen_subcommand_from report" -f -a "savings" -d 'Show what was spent and missed, and what a schedule would have spent and missed'
