import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { defaultLimits } from "../bridge-limits.ts";
import type { BridgedTool, ToolContext } from "../tool/bridged-tool.ts";
import { createLane, type Lane } from "./lane.ts";
import { describeCall, describeResult } from "./describe-call.ts";
import { limitResult } from "./limit-result.ts";
import { createResultPages } from "./result-pages.ts";
import type { CallRun } from "./run-call.ts";
import { runApproved } from "./run-approved.ts";
import { createObserverList, type ObserverErrorHandler } from "./observer-list.ts";
import type { ToolObserver, ToolsListed } from "./tool-observer.ts";
import { errorResult } from "../tool/tool-result.ts";
import type { ResolvedTool } from "../tool/tool-set.ts";

/** Tools at work on any transport, with their queues, time limits and output limits. */
export interface ToolHost {
  readonly tools: readonly ResolvedTool[];
  /** Never rejects; see `callTool`. */
  call(name: string, input: object, context: ToolContext): Promise<CallToolResult>;
  reportListed(client: ToolsListed["client"]): void;
  /** Adds an observer; returns the function that removes it. */
  observe(observer: ToolObserver, onError?: ObserverErrorHandler): () => void;
}

export interface ToolHostOptions {
  /** Maximum UTF-8 bytes of text of one result. @default 40_000 */
  readonly maxOutputBytes?: number | undefined;
  readonly observer?: ToolObserver | undefined;
  /** @default a process warning */
  readonly onObserverError?: ObserverErrorHandler | undefined;
}

/** Runs calls of these tools for a transport that lists them itself. `resolveToolSet` gives the tools. */
export function createToolHost(
  tools: readonly ResolvedTool[],
  {
    maxOutputBytes = defaultLimits.maxOutputBytes,
    observer,
    onObserverError,
  }: ToolHostOptions = {},
): ToolHost {
  const observers = createObserverList();
  if (observer !== undefined) observers.add(observer, onObserverError);
  const stations = buildStations(tools);
  const pages = createResultPages();
  let calls = 0;

  /** Returns the next page of an earlier result, when the model asks for one. */
  function readPage({ name, paged }: BridgedTool, input: object): CallRun | undefined {
    if (paged !== true || !("cursor" in input) || typeof input.cursor !== "string")
      return undefined;
    const text = pages.find(name, input.cursor);
    const noTime = { durationMs: 0, waitedMs: 0 };
    if (text !== undefined)
      return { ...noTime, outcome: "ok", result: { content: [{ type: "text", text }] } };
    const expired = `Cursor "${input.cursor}" has expired. Call ${name} without a cursor to start again.`;
    return { ...noTime, outcome: "error", result: errorResult(expired) };
  }

  return {
    tools,
    async call(name, input, context) {
      const station = stations.get(name);
      if (station === undefined)
        return errorResult(
          `There is no tool "${name}". The tools are: ${[...stations.keys()].join(", ")}.`,
        );
      const { resolved, lane } = station;
      const { tool } = resolved;
      const callId = (calls += 1);
      const observed = observers.hears("onCall") || observers.hears("onResult");
      // Read before the tool runs, which may change its arguments.
      const call = observed
        ? describeCall(callId, resolved, input, context.modelCallId)
        : undefined;
      if (call !== undefined) observers.tell((each) => each.onCall?.(call));
      const run =
        readPage(tool, input) ??
        (await runApproved({ resolved, lane, callId }, input, { ...context, callId }));
      const sent = limitResult(run.result, {
        name,
        maxBytes: maxOutputBytes,
        ...(tool.paged === true && { keep: (rest: string) => pages.keep(name, rest) }),
      });
      if (call !== undefined)
        observers.tell((each) => each.onResult?.(describeResult(call, run, sent)));
      return sent;
    },
    reportListed(client) {
      const names = tools.map(({ tool }) => tool.name);
      observers.tell((each) => each.onToolsListed?.({ client, names }));
    },
    observe: (added, onError) => observers.add(added, onError),
  };
}

/** A tool and the lane in which its calls queue. */
interface Station {
  readonly resolved: ResolvedTool;
  readonly lane: Lane;
}

function buildStations(tools: readonly ResolvedTool[]): ReadonlyMap<string, Station> {
  const shared = createLane(1);
  return new Map(
    tools.map((resolved) => {
      const { tool, concurrency } = resolved;
      const lane = concurrency === "takes-turns" ? shared : createLane(concurrency);
      return [tool.name, { resolved, lane }];
    }),
  );
}
