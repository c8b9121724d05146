/** The views for people and their dashboards: any SQL client reads them. Times are `timestamptz`, spans are seconds. */
export function createViews(schema: string): string {
  const time = (column: string): string => `to_timestamp(${column} / 1000.0)`;
  const counts = ["waiting", "running", "done", "failed", "held"]
    .map((state) => `count(u.id) FILTER (WHERE u.state = '${state}') AS ${state}`)
    .concat("coalesce(sum(u.tokens), 0)::bigint AS tokens")
    .concat("coalesce(sum(u.ran_ms), 0) / 1000.0 AS ran_seconds")
    .join(", ");
  return `
CREATE VIEW ${schema}.status_batches AS
  SELECT b.name AS batch, b.label, ${time("b.added_at")} AS added_at, ${counts}
  FROM ${schema}.batches b LEFT JOIN ${schema}.members m ON m.batch = b.id LEFT JOIN ${schema}.units u ON u.id = m.unit
  GROUP BY b.id;
CREATE VIEW ${schema}.status_groups AS
  SELECT g.name AS "group", ${counts},
    CASE WHEN ${time("g.paused_until")} > clock_timestamp() THEN ${time("g.paused_until")} END AS paused_until,
    CASE WHEN ${time("g.paused_until")} > clock_timestamp() THEN g.pause_reason END AS pause_reason
  FROM ${schema}.groups g LEFT JOIN ${schema}.units u ON u.grp = g.id GROUP BY g.id;
CREATE VIEW ${schema}.status_workers AS
  SELECT u.worker, u.key AS unit, g.name AS "group", u.attempt, ${time("u.due_at")} AS lease_ends_at
  FROM ${schema}.units u JOIN ${schema}.groups g ON g.id = u.grp WHERE u.state = 'running';
CREATE VIEW ${schema}.status_units AS
  SELECT u.key AS unit, g.name AS "group", u.state, u.attempt, u.failures, u.losses, u.tokens,
    u.ran_ms / 1000.0 AS ran_seconds, u.failure_kind, u.failure_message, u.held_reason,
    ${time("u.added_at")} AS added_at, ${time("u.ended_at")} AS ended_at
  FROM ${schema}.units u JOIN ${schema}.groups g ON g.id = u.grp;
`;
}
