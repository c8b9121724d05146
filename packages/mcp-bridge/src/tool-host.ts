import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import type { ToolContext } from "./bridged-tool.ts";
import { callTool } from "./call-tool.ts";
import { createLane, type Lane } from "./lane.ts";
import { limitResult, measureText } from "./limit-result.ts";
import { createResultPages } from "./result-pages.ts";
import type { ToolCall, ToolCallResult, ToolObserver, ToolsListed } from "./tool-observer.ts";
import { errorResult } from "./tool-result.ts";
import type { ResolvedTool } from "./tool-set.ts";
import { withDeadline } from "./with-deadline.ts";

/** The tools of one bridge at work, whatever the transport: whose turn it is, for how long, and how much. */
export interface ToolHost {
  readonly tools: readonly ResolvedTool[];
  /** Never rejects; see `callTool`. */
  call(name: string, modelArguments: object, context: ToolContext): Promise<CallToolResult>;
  reportListed(client: ToolsListed["client"]): void;
}

export interface ToolHostOptions {
  /** UTF-8 bytes of text that the model is sent of one result. */
  readonly maxOutputBytes: number;
  readonly observer: ToolObserver;
}

export function createToolHost(
  tools: readonly ResolvedTool[],
  { maxOutputBytes, observer }: ToolHostOptions,
): ToolHost {
  const takingTurns = createLane(1);
  const stations = new Map(
    tools.map((resolved): [string, Station] => [
      resolved.tool.name,
      {
        resolved,
        lane:
          resolved.concurrency === "takes-turns" ? takingTurns : createLane(resolved.concurrency),
      },
    ]),
  );
  const pages = createResultPages();
  let calls = 0;

  async function run(
    { resolved, lane }: Station,
    input: object,
    context: ToolContext,
  ): Promise<Run> {
    const { tool, timeoutMs } = resolved;
    const startedAt = performance.now();
    let begunAt: number | undefined;
    const timedOut = (): ToolTimeout =>
      new ToolTimeout(tool.name, timeoutMs, begunAt !== undefined);
    const [result, reason] = await withDeadline(
      context.signal,
      timeoutMs,
      timedOut,
      async (signal) => {
        try {
          const leave = await lane.enter(signal);
          begunAt = performance.now();
          try {
            return [await callTool(tool, input, { ...context, signal }), signal.reason];
          } finally {
            leave();
          }
        } catch {
          return [errorResult(describeReason(signal.reason)), signal.reason];
        }
      },
    );
    const endedAt = performance.now();
    return {
      result,
      outcome: outcomeOf(result, reason),
      durationMs: endedAt - startedAt,
      waitedMs: (begunAt ?? endedAt) - startedAt,
    };
  }

  function findPage(station: Station, input: object): CallToolResult | undefined {
    const { tool } = station.resolved;
    if (tool.paged !== true || !("cursor" in input) || typeof input.cursor !== "string")
      return undefined;
    const text = pages.find(tool.name, input.cursor);
    if (text !== undefined) return { content: [{ type: "text", text }] };
    return errorResult(
      `There is no page "${input.cursor}" any more. Call ${tool.name} without cursor to begin anew.`,
    );
  }

  return {
    tools,
    async call(name, input, context) {
      const station = stations.get(name);
      if (station === undefined)
        return errorResult(
          `There is no tool "${name}". The tools are: ${[...stations.keys()].join(", ")}.`,
        );
      calls += 1;
      const { alias, tool } = station.resolved;
      const callId = calls;
      const describeCall = (): ToolCall => ({
        callId,
        alias,
        name,
        argumentBytes: Buffer.byteLength(JSON.stringify(input)),
      });
      report(observer.onCall, describeCall);
      const page = findPage(station, input);
      const { result, ...facts } =
        page === undefined
          ? await run(station, input, context)
          : { result: page, outcome: outcomeOf(page, undefined), durationMs: 0, waitedMs: 0 };
      const sent = limitResult(result, {
        name,
        maxBytes: maxOutputBytes,
        ...(tool.paged === true && { keep: (rest: string) => pages.keep(name, rest) }),
      });
      report(observer.onResult, () => ({
        ...describeCall(),
        ...facts,
        resultBytes: measureText(result),
        sentBytes: measureText(sent),
      }));
      return sent;
    },
    reportListed(client) {
      report(observer.onToolsListed, () => ({ client, names: tools.map(({ tool }) => tool.name) }));
    },
  };
}

interface Station {
  readonly resolved: ResolvedTool;
  readonly lane: Lane;
}

type Run = Pick<ToolCallResult, "outcome" | "durationMs" | "waitedMs"> & {
  readonly result: CallToolResult;
};

class ToolTimeout extends Error {
  override readonly name = "ToolTimeout";

  constructor(tool: string, timeoutMs: number, begun: boolean) {
    const seconds = timeoutMs / 1000;
    super(
      begun
        ? `${tool} was stopped because it did not end within its time limit of ${seconds} s.`
        : `${tool} did not run: other calls kept it waiting for its time limit of ${seconds} s. Try again later.`,
    );
  }
}

function describeReason(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason);
}

function outcomeOf(result: CallToolResult, reason: unknown): ToolCallResult["outcome"] {
  if (result.isError !== true) return "ok";
  if (reason === undefined) return "error";
  return reason instanceof ToolTimeout ? "timeout" : "cancelled";
}

/** The event is built only for who listens. */
function report<Event>(observe: ((event: Event) => void) | undefined, build: () => Event): void {
  try {
    observe?.(build());
  } catch (error) {
    process.emitWarning(error instanceof Error ? error : new Error(String(error)));
  }
}
