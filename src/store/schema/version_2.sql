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
-- Autoscaling: what it did to the fleet, why, and who approved. `begun` is committed before the registry file is
-- changed and `done` after it; of one that was killed in between, the file tells whether it happened.
CREATE TABLE autoscale_action (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    registry_id TEXT NOT NULL,
    at REAL NOT NULL,
    kind TEXT NOT NULL,
    engine TEXT NOT NULL,
    engine_id TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    approval TEXT NOT NULL,
    approved_by TEXT,
    approved_at REAL,
    approval_reason TEXT,
    decision TEXT NOT NULL
);
CREATE INDEX autoscale_action_of_registry ON autoscale_action (registry_id, id);
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
-- Whose cycle it is, and the engine's own database: what is held can be settled even if the engine is unregistered.
ALTER TABLE ledger ADD COLUMN engine TEXT;
ALTER TABLE ledger ADD COLUMN database BLOB;
UPDATE ledger SET held_at = at;
CREATE INDEX ledger_of_day ON ledger (registry_id, held_at, state, amount) WHERE kind = 'cost';
CREATE INDEX ledger_overrun ON ledger (registry_id, engine_id, cycle)
    WHERE kind = 'cost' AND state = 'settled' AND amount > reserved;
-- What the ledger adds up to, kept by whoever changes it in the same transaction: a cap must not cost the time of reading
-- all of it. Units and millionths are added apart, because together they could exceed an integer.
CREATE TABLE ledger_total (
    registry_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    units INTEGER NOT NULL,
    micros INTEGER NOT NULL,
    PRIMARY KEY (registry_id, kind, state)
) WITHOUT ROWID;
INSERT INTO ledger_total
    SELECT registry_id, kind, state, sum(amount / 1000000), sum(amount % 1000000) FROM ledger GROUP BY 1, 2, 3;
CREATE TRIGGER ledger_added AFTER INSERT ON ledger BEGIN
    INSERT INTO ledger_total VALUES (new.registry_id, new.kind, new.state, new.amount / 1000000, new.amount % 1000000)
        ON CONFLICT DO UPDATE SET units = units + excluded.units, micros = micros + excluded.micros;
END;
CREATE TRIGGER ledger_taken_away AFTER DELETE ON ledger BEGIN
    UPDATE ledger_total SET units = units - old.amount / 1000000, micros = micros - old.amount % 1000000
        WHERE registry_id = old.registry_id AND kind = old.kind AND state = old.state;
END;
CREATE TRIGGER ledger_changed AFTER UPDATE ON ledger BEGIN
    UPDATE ledger_total SET units = units - old.amount / 1000000, micros = micros - old.amount % 1000000
        WHERE registry_id = old.registry_id AND kind = old.kind AND state = old.state;
    INSERT INTO ledger_total VALUES (new.registry_id, new.kind, new.state, new.amount / 1000000, new.amount % 1000000)
        ON CONFLICT DO UPDATE SET units = units + excluded.units, micros = micros + excluded.micros;
END;
-- Gates: the verdicts on a cycle as JSON, and whether one of them failed.

ALTER TABLE cycle ADD COLUMN gates TEXT;
ALTER TABLE cycle ADD COLUMN gate_failed INTEGER NOT NULL DEFAULT 0;
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
