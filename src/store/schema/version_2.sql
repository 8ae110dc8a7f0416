-- Version 2: self-coding, capital, autoscaling and gates.

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
