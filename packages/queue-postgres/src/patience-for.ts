import { isOtherProtocol, isTlsRefusal } from "./other-protocol.ts";
import { isHangUp, isRefusedConnection, isUnknownHost, mayPass } from "./to-store-error.ts";

/** Milliseconds for which a server that refuses the first connection is tried: it may be about to start. */
const refusedMs = 2_000;
/** The same for one that ends the first connections: a balancer, or the port of a container, whose server is about to start. */
const hungUpMs = 5_000;

/**
 * Milliseconds for which work that ended with this error is tried again. A first connection that the network refuses is
 * an answer: nothing listens there, or the address is wrong. One that the other side ends may be no Postgres. Once the database was reached, the same error is an outage.
 *
 * @param wasReached True once there was a connection to the database.
 * @param patienceMs The time for a database that cannot be reached.
 */
export function patienceFor(error: unknown, wasReached: boolean, patienceMs: number): number {
  if (!mayPass(error)) return 0;
  if (wasReached) return patienceMs;
  if (isUnknownHost(error) || isOtherProtocol(error) || isTlsRefusal(error)) return 0;
  if (isRefusedConnection(error)) return Math.min(refusedMs, patienceMs);
  return isHangUp(error) ? Math.min(hungUpMs, patienceMs) : patienceMs;
}
