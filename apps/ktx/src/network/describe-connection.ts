import { type ConnectionFault, hostOf } from "./find-connection-fault.ts";

/** The attempts of a run to reach its service. */
export interface ConnectionTries {
  readonly tries: number;
  readonly totalMs: number;
}

/** The host, the cause, the tries and their time, as sentences. Pure. */
export function describeConnection(fault: ConnectionFault, tries: ConnectionTries): string {
  return `${describeFault(fault)} ${describeTries(tries)}`;
}

/** The same for a service that was reached, and did not serve the run. Pure. */
export function describeService(
  url: URL,
  failure: {
    readonly kind: string;
    readonly httpStatus?: number | undefined;
  },
  tries: ConnectionTries,
): string {
  const { kind, httpStatus } = failure;
  const host = hostOf(url);
  const status = httpStatus === undefined ? "an error" : `status ${httpStatus}`;
  const cause =
    kind === "stream-disconnected"
      ? `${host} ends the connection before the answer is complete.`
      : `${host} answers with ${status}.`;
  return `${cause} ${describeTries(tries)}`;
}

function describeTries({ tries, totalMs }: ConnectionTries): string {
  const seconds =
    totalMs < 10_000 ? (totalMs / 1_000).toFixed(1) : String(Math.round(totalMs / 1_000));
  const count = tries === 1 ? "1 time" : `${tries} times`;
  return `Tried ${count} in ${seconds} s.`;
}

/** The cause of a fault as a sentence with the host. Pure. */
export function describeFault(fault: ConnectionFault): string {
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
      return `The proxy ${host}, which ${fault.variable} names, cannot be used: ${fault.detail}.`;
    case "other":
      return `${host} cannot be reached: ${fault.detail}.`;
    case "web-page":
      return `${host} answers with a web page, and not as a model service.`;
    case "none":
      return `${host} accepts connections now.`;
    default:
      return fault satisfies never;
  }
}
