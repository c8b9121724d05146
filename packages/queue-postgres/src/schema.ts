/** The version of the tables below. */
export const formatVersion = 1;

/**
 * The tables, in a schema of their own. Names of any length are found by their SHA-256, since an index takes 2,704
 * bytes at most. `due_at` is null for units that are not open. A running unit is due when its lease ends, a waiting
 * one when it may be tried. `span_ms` is the distance between `due_at` and the moment at which it was set: a greater
 * one shows that the clock was set back. `members` repeats group and due time, so that claims of one batch touch no
 * unit of another.
 */
export function createTables(schema: string): string {
  return `
CREATE TABLE ${schema}.format (version integer NOT NULL);
INSERT INTO ${schema}.format VALUES (${formatVersion});
CREATE TABLE ${schema}.batches (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, hash bytea NOT NULL UNIQUE, name text NOT NULL, label text,
  added_at bigint NOT NULL, next_position bigint NOT NULL DEFAULT 0
);
CREATE TABLE ${schema}.groups (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, hash bytea NOT NULL UNIQUE, name text NOT NULL,
  paused_until bigint, pause_span_ms bigint NOT NULL DEFAULT 0, pause_reason text
);
CREATE TABLE ${schema}.units (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, hash bytea NOT NULL UNIQUE, key text NOT NULL,
  grp bigint NOT NULL REFERENCES ${schema}.groups, weight double precision NOT NULL,
  state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'running', 'done', 'failed', 'held')),
  attempt integer NOT NULL DEFAULT 0, failures integer NOT NULL DEFAULT 0, losses integer NOT NULL DEFAULT 0,
  worker text, claim_id uuid, due_at bigint DEFAULT 0, span_ms bigint NOT NULL DEFAULT 0,
  failure_kind text, failure_message text, held_reason text,
  tokens bigint NOT NULL DEFAULT 0, ran_ms bigint NOT NULL DEFAULT 0,
  added_at bigint NOT NULL, ended_at bigint,
  CHECK ((due_at IS NULL) = (state IN ('done', 'failed', 'held'))),
  CHECK ((worker IS NULL) = (state <> 'running'))
);
CREATE INDEX units_due ON ${schema}.units (grp, due_at, id) WHERE due_at IS NOT NULL;
CREATE INDEX units_running ON ${schema}.units (grp, due_at) WHERE state = 'running';
CREATE INDEX units_claim ON ${schema}.units (claim_id) WHERE claim_id IS NOT NULL;
CREATE INDEX units_done ON ${schema}.units (ended_at DESC, id DESC) WHERE state = 'done';
CREATE TABLE ${schema}.payloads (
  unit bigint PRIMARY KEY REFERENCES ${schema}.units ON DELETE CASCADE, payload text NOT NULL
);
CREATE TABLE ${schema}.results (
  unit bigint PRIMARY KEY REFERENCES ${schema}.units ON DELETE CASCADE, result text NOT NULL
);
CREATE TABLE ${schema}.members (
  batch bigint NOT NULL REFERENCES ${schema}.batches ON DELETE CASCADE,
  unit bigint NOT NULL REFERENCES ${schema}.units ON DELETE CASCADE,
  position bigint NOT NULL, grp bigint NOT NULL, due_at bigint, PRIMARY KEY (batch, unit)
);
CREATE INDEX members_unit ON ${schema}.members (unit);
CREATE INDEX members_due ON ${schema}.members (batch, grp, due_at, position) WHERE due_at IS NOT NULL;
CREATE INDEX members_order ON ${schema}.members (batch, position);
CREATE TABLE ${schema}.blobs (hash bytea PRIMARY KEY, bytes bytea NOT NULL, put_at bigint NOT NULL);
CREATE FUNCTION ${schema}.follow_unit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE ${schema}.members SET grp = NEW.grp, due_at = NEW.due_at WHERE unit = NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER units_moved AFTER UPDATE OF grp, due_at ON ${schema}.units FOR EACH ROW
  WHEN (OLD.due_at IS DISTINCT FROM NEW.due_at OR OLD.grp <> NEW.grp)
  EXECUTE FUNCTION ${schema}.follow_unit();
`;
}
