import type { CliIo } from "../cli-io.ts";

interface Connection {
  readonly serviceUrl: string | undefined;
  readonly tries: number;
  readonly totalMs: number;
}

/**
 * The host, cause, tries and time of a run that did not reach its service, as sentences; undefined for any other end.
 * Codex says only that the connection failed, so one more connection is tried.
 *
 * @param kind of the failure, as `--json` prints it.
 */
export async function explainConnection(
  kind: string | undefined,
  { serviceUrl, tries, totalMs }: Connection,
  { env, signal }: Pick<CliIo, "env" | "signal">,
): Promise<string | undefined> {
  const url = serviceUrl === undefined ? null : URL.parse(serviceUrl);
  // A run that timed out on its first try has reached the service.
  const isLost = kind === "network" || (kind === "timeout" && tries > 1);
  if (url === null || !isLost) return undefined;
  const [{ findConnectionFault }, { describeConnection }] = await Promise.all([
    import("../network/find-connection-fault.ts"),
    import("../network/describe-connection.ts"),
  ]);
  const fault = await findConnectionFault(url, { env, signal });
  return describeConnection(fault, { tries: Math.max(1, tries), totalMs });
}
