import { type AdviceScene, nextStep } from "../advice/next-step.ts";
import type { CliIo } from "../cli-io.ts";
import type { RunEndReport } from "./report-end.ts";

interface Connection {
  /** The URL that Codex connects to. */
  readonly serviceUrl: string | undefined;
  readonly tries: number;
  readonly totalMs: number;
  /** The account, for the next step. */
  readonly scene?: AdviceScene | undefined;
}

type RunError = NonNullable<RunEndReport["error"]>;

/**
 * The same error, and where the service did not serve the run: its host, the cause, the tries and their time, and the
 * next step for that cause. Codex says only that the connection failed, so one more connection is tried.
 */
export async function explainConnection<Given extends Pick<RunError, "kind" | "httpStatus">>(
  error: Given,
  { serviceUrl, tries, totalMs, scene }: Connection,
  { env, signal }: Pick<CliIo, "env" | "signal">,
): Promise<Given & Pick<RunError, "why" | "next">> {
  const { kind, httpStatus } = error;
  const url = serviceUrl === undefined ? null : URL.parse(serviceUrl);
  if (url === null || signal.aborted) return error;
  const { describeConnection, describeService } = await import("../network/describe-connection.ts");
  const attempts = { tries: Math.max(1, tries), totalMs };
  if (kind === "stream-disconnected" && scene?.endpoint !== undefined) {
    const { findWebPage } = await import("../network/find-web-page.ts");
    const page = await findWebPage(url, { signal });
    if (page !== undefined)
      return {
        ...error,
        why: describeConnection(page, attempts),
        next: nextStep({ kind }, scene, page),
      };
  }
  if (kind === "server" || kind === "stream-disconnected" || hasRefused(kind, httpStatus))
    return { ...error, why: describeService(url, { kind, httpStatus }, attempts) };
  // A run that timed out on its first try has reached the service.
  if (kind !== "network" && (kind !== "timeout" || tries < 2)) return error;
  const { findConnectionFault } = await import("../network/find-connection-fault.ts");
  const fault = await findConnectionFault(url, { env, signal });
  const isExplained = kind === "network" || fault.cause !== "none";
  return {
    ...error,
    why: describeConnection(fault, attempts),
    ...(isExplained && { next: nextStep({ kind: "network" }, scene, fault) }),
  };
}

/** The service has refused the request. The message of a limit says more than its status. */
function hasRefused(kind: string, httpStatus: number | undefined): boolean {
  return httpStatus !== undefined && kind !== "usage-limit" && kind !== "rate-limit";
}

/** The same report of a run, with its error explained so. */
export async function explainRunEnd<
  Report extends RunEndReport & { readonly metrics: { readonly totalMs: number } },
>(
  report: Report,
  {
    serviceUrl,
    ...run
  }: Omit<Connection, "totalMs" | "serviceUrl"> & {
    readonly serviceUrl: () => Promise<string>;
  },
  io: Pick<CliIo, "env" | "signal">,
): Promise<Report> {
  const { error, metrics } = report;
  if (error === undefined) return report;
  const connection = { ...run, serviceUrl: await serviceUrl(), totalMs: metrics.totalMs };
  return { ...report, error: await explainConnection(error, connection, io) };
}
