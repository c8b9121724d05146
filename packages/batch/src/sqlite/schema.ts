/** Says that a SQLite file is a store: "ktxB". */
export const applicationId = 0x6b_74_78_42;

/** The version of the format below. */
export const formatVersion = 1;

/**
 * `due_at` is null for units that are not open. A running unit is due when its lease ends, a waiting one when it may
 * be tried. `span_ms` is the distance between `due_at` and the moment at which it was set: a greater one shows that
 * the clock was set back. `members` repeats group and due time, so that claims of one batch touch no other row.
 */
export const schema = `
CREATE TABLE batches (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, label TEXT, added_at INTEGER NOT NULL
) STRICT;
CREATE TABLE units (
  id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, grp TEXT NOT NULL, weight REAL NOT NULL,
  state TEXT NOT NULL DEFAULT 'waiting'
    CHECK (state IN ('waiting', 'running', 'done', 'failed', 'held')),
  attempt INTEGER NOT NULL DEFAULT 0, failures INTEGER NOT NULL DEFAULT 0, losses INTEGER NOT NULL DEFAULT 0,
  worker TEXT, due_at INTEGER DEFAULT 0, span_ms INTEGER NOT NULL DEFAULT 0,
  failure_kind TEXT, failure_message TEXT, held_reason TEXT,
  tokens INTEGER NOT NULL DEFAULT 0, ran_ms INTEGER NOT NULL DEFAULT 0,
  added_at INTEGER NOT NULL, ended_at INTEGER,
  CHECK ((due_at IS NULL) = (state IN ('done', 'failed', 'held'))),
  CHECK ((worker IS NULL) = (state <> 'running'))
) STRICT;
CREATE INDEX units_due ON units (grp, due_at, id) WHERE due_at IS NOT NULL;
CREATE INDEX units_running ON units (grp, due_at) WHERE state = 'running';
CREATE INDEX units_state ON units (state, tokens, ran_ms);
CREATE INDEX units_done ON units (ended_at, id) WHERE state = 'done';
CREATE TABLE payloads (unit INTEGER PRIMARY KEY REFERENCES units, payload TEXT NOT NULL) STRICT;
CREATE TABLE results (unit INTEGER PRIMARY KEY REFERENCES units, result TEXT NOT NULL) STRICT;
CREATE TABLE members (
  batch INTEGER NOT NULL REFERENCES batches, unit INTEGER NOT NULL REFERENCES units,
  position INTEGER NOT NULL, grp TEXT NOT NULL, due_at INTEGER,
  PRIMARY KEY (batch, unit)
) STRICT, WITHOUT ROWID;
CREATE INDEX members_unit ON members (unit);
CREATE INDEX members_due ON members (batch, grp, due_at, position) WHERE due_at IS NOT NULL;
CREATE INDEX members_order ON members (batch, position);
CREATE TRIGGER units_due_changed AFTER UPDATE OF due_at ON units WHEN OLD.due_at IS NOT NEW.due_at
BEGIN
  UPDATE members SET due_at = NEW.due_at WHERE unit = NEW.id;
END;
CREATE TABLE pauses (
  grp TEXT PRIMARY KEY, until INTEGER NOT NULL, span_ms INTEGER NOT NULL, reason TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE blobs (hash TEXT PRIMARY KEY, bytes BLOB NOT NULL) STRICT, WITHOUT ROWID;
`;
