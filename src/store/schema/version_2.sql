-- Version 2: self-coding, capital, autoscaling and gates.

-- Replay: what a policy decided at each new metrics row and how likely it was. Equal skips are one decision, but each has
-- a probability of its own; without it nobody can tell what another policy would have earned.
CREATE TABLE policy_step (
    engine_key INTEGER NOT NULL REFERENCES engine (key),
    number INTEGER NOT NULL,
    row INTEGER NOT NULL,
    at REAL NOT NULL,
    is_run INTEGER NOT NULL,
    is_forced INTEGER NOT NULL,
    run_probability REAL NOT NULL,
    is_asked INTEGER NOT NULL,
    cell INTEGER NOT NULL,
    debt_in_prices REAL NOT NULL,
    PRIMARY KEY (engine_key, number)
) WITHOUT ROWID;
