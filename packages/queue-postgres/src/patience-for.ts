import { isRefusedConnection, isUnknownHost, mayPass } from "./to-store-error.ts";

/** Milliseconds for which a server that refuses the first connection is tried: it may be about to start. */
const refusedMs = 2_000;

/**
 * Milliseconds for which work that ended with this error is tried again. A first connection that the network refuses is
 * an answer: nothing listens there, or the address is wrong. Once the database was reached, the same error is an outage.
 *
 * @param wasReached True once there was a connection to the database.
 * @param patienceMs The time for a database that cannot be reached.
 */
export function patienceFor(error: unknown, wasReached: boolean, patienceMs: number): number {
  if (!mayPass(error)) return 0;
  if (wasReached) return patienceMs;
  if (isUnknownHost(error)) return 0;
  return isRefusedConnection(error) ? Math.min(refusedMs, patienceMs) : patienceMs;
}
