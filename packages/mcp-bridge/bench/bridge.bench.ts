import { expect, test } from "vitest";
import { z } from "zod";
import { type BridgedTool, defineTool, startToolBridge, type ToolSet } from "../src/index.ts";
import { startBareHttp, startServerPerRequest } from "./comparison-servers.ts";
import { callMessage, type KeepAliveClient, openKeepAliveClient } from "./keep-alive-client.ts";

test("one call, next to bare HTTP and to a new SDK server per request", async () => {
  await using bare = await startBareHttp();
  await using perRequest = await startServerPerRequest(10);
  await using bridge = await startToolBridge({ projectDir: "/project", toolSet: greeters(10) });
  using bareClient = await openKeepAliveClient(bare.url, "-");
  using perRequestClient = await openKeepAliveClient(perRequest.url, "-");
  using bridgeClient = await openKeepAliveClient(bridge.url, bridge.bearerToken);

  const clients = { bare: bareClient, bridge: bridgeClient, perRequest: perRequestClient };
  const p50 = await medianCallMs(clients, { rounds: 8, callsPerRound: 500 });

  console.log(
    [
      `bare HTTP                  ${format(p50.bare)} ms`,
      `bridge, 10 tools           ${format(p50.bridge)} ms   ${format(p50.bridge / p50.bare)} x bare HTTP`,
      `new SDK server per request ${format(p50.perRequest)} ms   ${format(p50.perRequest / p50.bridge)} x the bridge`,
    ].join("\n"),
  );
  expect(p50.bridge).toBeGreaterThan(0);
});

/** Rounds are interleaved, so that a busy moment of the machine meets all of them. */
async function medianCallMs<Name extends string>(
  clients: Readonly<Record<Name, KeepAliveClient>>,
  { rounds, callsPerRound }: { readonly rounds: number; readonly callsPerRound: number },
): Promise<Record<Name, number>> {
  const names = Object.keys(clients) as Name[];
  const samples = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<
    Name,
    number[]
  >;
  for (let round = 0; round < rounds; round += 1)
    for (const name of names)
      for (let call = 0; call < callsPerRound; call += 1) {
        const startedAt = performance.now();
        await clients[name].post(callMessage("greet_0", { who: "Ada" }));
        if (round > 0) samples[name].push(performance.now() - startedAt);
      }
  return Object.fromEntries(names.map((name) => [name, median(samples[name])])) as Record<
    Name,
    number
  >;
}

function greeters(count: number): ToolSet {
  return Object.fromEntries(
    Array.from({ length: count }, (_value, index): [string, BridgedTool] => [
      `greeter${index}`,
      defineTool({
        name: `greet_${index}`,
        description: "Greets somebody.",
        inputSchema: z.object({ who: z.string() }),
        execute: ({ who }) => `Hello, ${who}!`,
      }),
    ]),
  );
}

function median(samples: readonly number[]): number {
  return (
    samples.toSorted((one, other) => one - other)[Math.floor(samples.length / 2)] ?? Number.NaN
  );
}

function format(value: number): string {
  return value.toFixed(value < 1 ? 3 : 2);
}
