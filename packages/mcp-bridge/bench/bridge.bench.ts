import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { z } from "zod";
import { noteFigure } from "../../../test/bench-figure.ts";
import {
  type BridgedTool,
  defineTool,
  startToolBridge,
  type ToolBridgeHandle,
  type ToolSet,
} from "../src/index.ts";
import { startBareHttp, startServerPerRequest } from "./comparison-servers.ts";
import { callMessage, type KeepAliveClient, openKeepAliveClient } from "./keep-alive-client.ts";

test("one call, next to bare HTTP and to a new SDK server per request", async () => {
  await using bare = await startBareHttp();
  await using perRequest = await startServerPerRequest(10);
  await using bridge = await startBridge(10);
  using bareClient = await openKeepAliveClient(bare.url, "-");
  using perRequestClient = await openKeepAliveClient(perRequest.url, "-");
  using bridgeClient = await openKeepAliveClient(bridge.url, bridge.bearerToken);

  const p50 = await medianCallMs(
    { bare: bareClient, bridge: bridgeClient, perRequest: perRequestClient },
    { rounds: 9, callsPerRound: 500 },
  );

  print("one call at a time, p50", [
    `bare HTTP                   ${milliseconds(p50.bare)}`,
    `bridge, 10 tools            ${milliseconds(p50.bridge)}   ${ratio(p50.bridge, p50.bare)} bare HTTP`,
    `new SDK server per request  ${milliseconds(p50.perRequest)}   ${ratio(p50.perRequest, p50.bridge)} the bridge`,
  ]);
  noteFigure({
    bench: "bridge",
    title: "One call at a time, p50",
    unit: "ms",
    better: "less",
    values: {
      "the bridge": p50.bridge,
      "bare HTTP": p50.bare,
      "an SDK server per request": p50.perRequest,
    },
  });
  expect(p50.bridge).toBeGreaterThan(0);
});

test("64 calls at once", async () => {
  await using bare = await startBareHttp();
  await using bridge = await startBridge(10);
  using bareClient = await openKeepAliveClient(bare.url, "-", 64);
  using bridgeClient = await openKeepAliveClient(bridge.url, bridge.bearerToken, 64);

  const bareMs = await medianBatchMs(bareClient);
  const bridgeMs = await medianBatchMs(bridgeClient);

  print("64 calls at once, until the last answer, p50", [
    `bare HTTP         ${milliseconds(bareMs)}`,
    `bridge, 10 tools  ${milliseconds(bridgeMs)}   ${ratio(bridgeMs, bareMs)} bare HTTP, ${Math.round(64_000 / bridgeMs)} calls/s`,
  ]);
  noteFigure({
    bench: "bridge",
    title: "64 calls at once, until the last answer, p50",
    unit: "ms",
    better: "less",
    values: { "the bridge": bridgeMs, "bare HTTP": bareMs },
  });
  expect(bridgeMs).toBeGreaterThan(0);
});

test("a 1 MB result, whole and cut", async () => {
  const text = "0123456789abcde\n".repeat(65_536);
  const large = defineTool({
    name: "large",
    description: "Returns 1 MB.",
    inputSchema: z.object({}),
    execute: () => text,
  });
  const toolSet = { large, ...greeters(1) };
  await using whole = await startBridge(toolSet, { maxOutputBytes: 2 * text.length });
  await using cut = await startBridge(toolSet);
  using wholeClient = await openKeepAliveClient(whole.url, whole.bearerToken);
  using cutClient = await openKeepAliveClient(cut.url, cut.bearerToken);

  const small = await medianMs(100, () => wholeClient.post(callMessage("greet_0", { who: "Ada" })));
  const wholeMs = await medianMs(50, () => wholeClient.post(callMessage("large")));
  const cutMs = await medianMs(50, () => cutClient.post(callMessage("large")));
  const wholeBytes = await wholeClient.post(callMessage("large"));
  const cutBytes = await cutClient.post(callMessage("large"));

  print("a 1 MB result, p50", [
    `small result                    ${milliseconds(small)}`,
    `sent whole (${wholeBytes} bytes)      ${milliseconds(wholeMs)}   ${ratio(wholeMs, small)} the small one`,
    `cut by default (${cutBytes} bytes)    ${milliseconds(cutMs)}   ${ratio(cutMs, small)} the small one`,
  ]);
  expect(cutBytes).toBeLessThan(wholeBytes);
});

test("memory over 100,000 calls", async () => {
  await using bridge = await startBridge(10);
  using client = await openKeepAliveClient(bridge.url, bridge.bearerToken);

  const heapMb: number[] = [];
  for (let call = 0; call <= 100_000; call += 1) {
    await client.post(callMessage("greet_0", { who: "Ada" }));
    if (call % 20_000 === 0 && call > 0) heapMb.push(await settledHeapMb());
  }

  const [first = Number.NaN] = heapMb;
  const last = heapMb.at(-1) ?? Number.NaN;
  print("heap after 20,000 to 100,000 calls, collected", [
    `${heapMb.map((megabytes) => megabytes.toFixed(1)).join(" → ")} MB   last ${ratio(last, first)} first`,
  ]);
  expect(heapMb).toHaveLength(5);
});

test("tools in the set", async () => {
  const lines: string[] = [];
  for (const count of [1, 10, 100, 1000]) {
    const toolSet = greeters(count);
    const startedAt = performance.now();
    await using bridge = await startBridge(toolSet);
    const startMs = performance.now() - startedAt;
    using client = await openKeepAliveClient(bridge.url, bridge.bearerToken);
    const list = { jsonrpc: "2.0", method: "tools/list" };
    let id = 0;
    const listMs = await medianMs(50, () => client.post({ ...list, id: `list-${(id += 1)}` }));
    const callMs = await medianMs(500, () => client.post(callMessage("greet_0", { who: "Ada" })));
    lines.push(
      `${String(count).padStart(4)} tools   start ${milliseconds(startMs)}   list ${milliseconds(listMs)}   call ${milliseconds(callMs)}`,
    );
  }
  print("by number of tools, p50", lines);
  expect(lines).toHaveLength(4);
});

/** Above the default rate, which is there to stop what a benchmark does. */
function startBridge(
  tools: number | ToolSet,
  limits: { readonly maxOutputBytes?: number } = {},
): Promise<ToolBridgeHandle> {
  return startToolBridge({
    projectDir: "/project",
    toolSet: typeof tools === "number" ? greeters(tools) : tools,
    limits: { requestsPerSecond: 1e9, ...limits },
  });
}

function greeters(count: number): ToolSet {
  return Object.fromEntries(
    Array.from({ length: count }, (_value, index): [string, BridgedTool] => [
      `greeter${index}`,
      defineTool({
        name: `greet_${index}`,
        description: "Greets somebody.",
        inputSchema: z.object({ who: z.string() }),
        annotations: { readOnlyHint: true },
        execute: ({ who }) => `Hello, ${who}!`,
      }),
    ]),
  );
}

/** Rounds are interleaved, so that a busy moment of the machine meets all of them; the first one warms up. */
async function medianCallMs<Name extends string>(
  clients: Readonly<Record<Name, KeepAliveClient>>,
  { rounds, callsPerRound }: { readonly rounds: number; readonly callsPerRound: number },
): Promise<Record<Name, number>> {
  const names = Object.keys(clients) as Name[];
  const samples = new Map(names.map((name): [Name, number[]] => [name, []]));
  for (let round = 0; round < rounds; round += 1)
    for (const name of names)
      for (let call = 0; call < callsPerRound; call += 1) {
        const startedAt = performance.now();
        await clients[name].post(callMessage("greet_0", { who: "Ada" }));
        if (round > 0) samples.get(name)?.push(performance.now() - startedAt);
      }
  const medians = names.map((name) => [name, median(samples.get(name) ?? [])]);
  return Object.fromEntries(medians) as Record<Name, number>;
}

function medianBatchMs(client: KeepAliveClient): Promise<number> {
  return medianMs(50, () =>
    Promise.all(
      Array.from({ length: 64 }, () => client.post(callMessage("greet_0", { who: "Ada" }))),
    ),
  );
}

async function medianMs(times: number, act: () => Promise<unknown>): Promise<number> {
  const samples: number[] = [];
  for (let time = 0; time < times * 2; time += 1) {
    const startedAt = performance.now();
    await act();
    if (time >= times) samples.push(performance.now() - startedAt);
  }
  return median(samples);
}

function median(samples: readonly number[]): number {
  return samples.toSorted((one, other) => one - other)[samples.length >> 1] ?? Number.NaN;
}

/** V8 hands out its collector to a context that is made after the flag is set. */
async function settledHeapMb(): Promise<number> {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  if (typeof collect === "function") collect();
  await new Promise((resolve) => setImmediate(resolve));
  return process.memoryUsage().heapUsed / 1024 / 1024;
}

function print(title: string, lines: readonly string[]): void {
  console.log([`bridge: ${title}`, ...lines.map((line) => `  ${line}`)].join("\n"));
}

function milliseconds(value: number): string {
  return `${value.toFixed(value < 10 ? 3 : 1)} ms`;
}

function ratio(value: number, base: number): string {
  return `${(value / base).toFixed(2)} x`;
}
