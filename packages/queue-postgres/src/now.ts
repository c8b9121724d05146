/**
 * The present time of a statement in milliseconds since the epoch: that of the database, unless the parameter gives
 * another one, as tests do.
 */
export function nowAt(parameter: number): string {
  return `coalesce($${parameter}::bigint, (extract(epoch from clock_timestamp()) * 1000)::bigint)`;
}
