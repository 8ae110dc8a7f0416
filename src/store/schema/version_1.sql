-- Version 1. Released files have it: it never changes again.
--
-- Times are seconds since the epoch; amounts in the ledger are millionths of the unit. The number of a metrics row
-- is counted over all bots of the store, and its id is that number with the bot's key in the bits above the 40th: so
-- the rows of a bot lie together in their order without an index. Numbers of a row are the values of its names as
-- little-endian f64, NaN where the row has none.

CREATE TABLE engine (
    key INTEGER PRIMARY KEY,
    registry_id TEXT NOT NULL,
    engine_id TEXT NOT NULL,
    name TEXT NOT NULL,
    registered_at REAL NOT NULL,
    last_run REAL,
    last_started REAL,
    failures_in_row INTEGER NOT NULL DEFAULT 0,
    interruptions_in_row INTEGER NOT NULL DEFAULT 0,
    retry_from REAL,
    last_outcome TEXT,
    successes INTEGER NOT NULL DEFAULT 0,
    roi_total REAL NOT NULL DEFAULT 0,
    typical_seconds REAL,
    state_digest TEXT,
    rows_seen INTEGER NOT NULL DEFAULT 0,
    own_row INTEGER NOT NULL DEFAULT 0,
    UNIQUE (registry_id, engine_id)
);

CREATE INDEX engine_of_name ON engine (name);

CREATE TABLE cycle (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    engine_key INTEGER NOT NULL REFERENCES engine (key),
    number INTEGER NOT NULL,
    state TEXT NOT NULL,
    trigger_reason TEXT NOT NULL,
    energy INTEGER NOT NULL,
    pid INTEGER NOT NULL,
    reserved INTEGER NOT NULL,
    started_at REAL NOT NULL,
    ended_at REAL,
    seconds REAL,
    roi REAL,
    cost REAL,
    cost_assumed INTEGER NOT NULL DEFAULT 0,
    reason TEXT,
    detail TEXT,
    rows_mark INTEGER NOT NULL DEFAULT 0,
    events_mark INTEGER NOT NULL DEFAULT 0,
    UNIQUE (engine_key, number)
);
CREATE INDEX running_cycle ON cycle (engine_key) WHERE state = 'running';

CREATE TABLE roi_delta (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    engine_key INTEGER NOT NULL REFERENCES engine (key),
    roi REAL NOT NULL
);
CREATE INDEX roi_delta_of_engine ON roi_delta (engine_key, id);

CREATE TABLE decision (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    engine_key INTEGER NOT NULL REFERENCES engine (key),
    action TEXT NOT NULL,
    reason TEXT NOT NULL,
    first_at REAL NOT NULL,
    last_at REAL NOT NULL,
    count INTEGER NOT NULL DEFAULT 1,
    cycle INTEGER,
    cell INTEGER,
    evidence TEXT NOT NULL
);
CREATE INDEX decision_of_engine ON decision (engine_key, id);

CREATE TABLE ledger (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    registry_id TEXT NOT NULL,
    engine_id TEXT NOT NULL,
    cycle INTEGER NOT NULL,
    kind TEXT NOT NULL,
    amount INTEGER NOT NULL,
    state TEXT NOT NULL,
    assumed INTEGER NOT NULL DEFAULT 0,
    at REAL NOT NULL,
    UNIQUE (registry_id, engine_id, cycle, kind)
);
CREATE INDEX held ON ledger (registry_id, engine_id) WHERE state = 'held';

CREATE TABLE attempt (
    cycle_id INTEGER NOT NULL REFERENCES cycle (id),
    number INTEGER NOT NULL,
    reason TEXT,
    ended_at REAL NOT NULL,
    seconds REAL NOT NULL,
    cost REAL NOT NULL,
    detail TEXT,
    PRIMARY KEY (cycle_id, number)
) WITHOUT ROWID;

CREATE TABLE pause (
    engine_key INTEGER PRIMARY KEY REFERENCES engine (key),
    reason TEXT NOT NULL,
    since REAL NOT NULL,
    until REAL
);
CREATE TABLE bot (
    key INTEGER PRIMARY KEY,
    registry_id TEXT NOT NULL,
    name TEXT NOT NULL,
    rows INTEGER NOT NULL DEFAULT 0,
    dropped INTEGER NOT NULL DEFAULT 0,
    newest_row INTEGER NOT NULL DEFAULT 0,
    UNIQUE (registry_id, name)
);

CREATE TABLE row_counter (last INTEGER NOT NULL);
INSERT INTO row_counter VALUES (0);

CREATE TABLE metric_names (
    id INTEGER PRIMARY KEY,
    names TEXT NOT NULL UNIQUE
);

CREATE TABLE metrics (
    id INTEGER PRIMARY KEY,
    at REAL NOT NULL,
    names INTEGER NOT NULL,
    numbers BLOB NOT NULL
);

CREATE TABLE drift (
    engine_key INTEGER NOT NULL REFERENCES engine (key),
    metric TEXT NOT NULL,
    rows_seen INTEGER NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (engine_key, metric)
) WITHOUT ROWID;

CREATE TABLE policy (
    engine_key INTEGER PRIMARY KEY REFERENCES engine (key),
    revision INTEGER NOT NULL,
    last_row INTEGER NOT NULL DEFAULT 0,
    wants_run INTEGER NOT NULL DEFAULT 0,
    turns_reading TEXT,
    turns_value REAL,
    turns_threshold REAL,
    moment INTEGER,
    cell INTEGER,
    choice TEXT NOT NULL DEFAULT ''
);

CREATE TABLE policy_state (
    engine_key INTEGER PRIMARY KEY REFERENCES engine (key),
    state TEXT NOT NULL,
    fleet TEXT NOT NULL
);

CREATE TABLE modules (
    engine_key INTEGER PRIMARY KEY REFERENCES engine (key),
    trends TEXT NOT NULL
);

CREATE TABLE event (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    engine_key INTEGER NOT NULL REFERENCES engine (key),
    topic TEXT NOT NULL,
    at REAL NOT NULL,
    data TEXT NOT NULL,
    is_pending INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX event_of_engine ON event (engine_key, id);
CREATE INDEX pending_event ON event (engine_key, topic, id) WHERE is_pending = 1;
