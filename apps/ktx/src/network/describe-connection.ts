import type { ConnectionFault } from "./find-connection-fault.ts";

/** The attempts of a run to reach its service. */
export interface ConnectionTries {
  readonly tries: number;
  readonly totalMs: number;
}

/** The host, the cause, the tries and their time, as sentences. Pure. */
export function describeConnection(
  fault: ConnectionFault,
  { tries, totalMs }: ConnectionTries,
): string {
  const seconds =
    totalMs < 10_000 ? (totalMs / 1_000).toFixed(1) : String(Math.round(totalMs / 1_000));
  const count = tries === 1 ? "1 time" : `${tries} times`;
  return `${describeFault(fault)} Tried ${count} in ${seconds} s.`;
}

function describeFault(fault: ConnectionFault): string {
  const { host } = fault;
  switch (fault.cause) {
    case "dns":
      return `The name ${host.replace(/:\d+$/, "")} has no address (DNS).`;
    case "refused":
      return `${host} refuses the connection.`;
    case "silent":
      return `${host} does not answer.`;
    case "tls":
      return `The encryption (TLS) with ${host} fails: ${fault.detail}.`;
    case "proxy":
      return `The proxy ${host} cannot be used: ${fault.detail}.`;
    case "other":
      return `${host} cannot be reached: ${fault.detail}.`;
    case "none":
      return `${host} accepts connections now.`;
    default:
      return fault satisfies never;
  }
}
