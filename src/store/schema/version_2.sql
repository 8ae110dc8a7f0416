-- Version 2: self-coding, capital, autoscaling and gates.

-- Gates: the verdicts on a cycle as JSON, and whether one of them failed.

ALTER TABLE cycle ADD COLUMN gates TEXT;
ALTER TABLE cycle ADD COLUMN gate_failed INTEGER NOT NULL DEFAULT 0;
