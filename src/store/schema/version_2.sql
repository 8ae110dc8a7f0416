-- Version 2: self-coding, capital, autoscaling and gates.

-- Self-coding: patches, and which cycles had one on trial. The record, the settings it was made by, the unpatched deltas
-- it is judged against and what restores its files are JSON. `restoring` is the state it will have once its originals
-- are back: set before the first of them is written where no cycle is running, so that a kill in between is mended.
CREATE TABLE patch (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    engine_key INTEGER NOT NULL REFERENCES engine (key),
    number INTEGER NOT NULL,
    cycle INTEGER NOT NULL,
    state TEXT NOT NULL,
    restoring TEXT,
    work_dir TEXT NOT NULL,
    made_at REAL NOT NULL,
    settled_at REAL,
    settled_cycle INTEGER,
    record TEXT NOT NULL,
    settings TEXT NOT NULL,
    baseline TEXT NOT NULL,
    saved TEXT NOT NULL,
    diff BLOB NOT NULL,
    committed TEXT,
    UNIQUE (engine_key, number)
);
CREATE INDEX patch_in_place ON patch (engine_key) WHERE state = 'applied' OR restoring IS NOT NULL;
ALTER TABLE cycle ADD COLUMN patch INTEGER;
-- Capital: money that belongs to no cycle, and for what a cycle costs when it was held and how much was reserved.
CREATE TABLE ledger_entry (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    registry_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    engine_id TEXT,
    engine TEXT,
    amount INTEGER NOT NULL,
    note TEXT,
    at REAL NOT NULL
);
CREATE INDEX ledger_entry_of_registry ON ledger_entry (registry_id, id);
ALTER TABLE ledger ADD COLUMN held_at REAL;
ALTER TABLE ledger ADD COLUMN reserved INTEGER;
UPDATE ledger SET held_at = at;
CREATE INDEX ledger_of_day ON ledger (registry_id, held_at, state, amount, reserved) WHERE kind = 'cost';
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
