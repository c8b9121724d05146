import {
  CodexKtxLlmRuntime,
  type CodexTransport,
  type CodexRuntimeOptions,
} from "@ktx/codex-runtime";
import { type CodexSim, type SimReply, type SimRequest, startCodexSim } from "@ktx/codex-sim";
import { openWiki } from "@ktx/wiki";
import { expect, test } from "vitest";
import { openSourceTexts } from "../src/index.ts";
import { playSim } from "./play-sim.ts";
import { makeProject } from "./project.ts";

function openRuntime(
  { baseUrl }: Pick<CodexSim, "baseUrl">,
  transport: CodexTransport,
): CodexKtxLlmRuntime {
  const options: CodexRuntimeOptions = {
    projectDir: process.cwd(),
    modelSlots: { default: "codex" },
    endpoint: { baseUrl },
    timeoutMs: 60_000,
    transport,
  };
  return new CodexKtxLlmRuntime(options);
}

/** The scripted model, whose service counts a quarter of the bytes of each request as tokens. */
function playCounted(request: SimRequest): SimReply {
  const inputTokens = Math.round(request.bytes / 4);
  const usage = { inputTokens, cachedInputTokens: 0, outputTokens: 50, reasoningOutputTokens: 0 };
  const played = playSim(request);
  return played.type === "stream" ? { ...played, usage } : played;
}

test.each(["exec", "app-server"] as const)(
  "a small project on the real Codex, over %s",
  async (transport) => {
    await using project = await makeProject({
      "sources/refunds.md": "- A refund is paid within 30 days.\n- A refund lowers net revenue.\n",
      "sources/policy.html":
        "<p>A refund is paid within 14 days.</p>\n<p>An order has one buyer.</p>\n",
      "sources/orders.sql": "-- An order has one buyer.\nselect 1;\n",
    });
    await using sim = await startCodexSim({ script: playCounted });
    await using runtime = openRuntime(sim, transport);
    let expected = 0;
    const report = await project.ingest(runtime, {
      onEvent: (event) => {
        if (event.type === "planned") expected = event.plan.estimate.tokens;
      },
    });
    // The estimate before the first run, from the bytes of three small files, is what the requests have.
    expect(report.tokens / expected).toBeGreaterThan(0.5);
    expect(report.tokens / expected).toBeLessThan(2);
    expect(report).toMatchObject({
      outcome: "applied",
      units: { done: 3, failed: 0 },
      contradictions: 1,
      heldSets: 0,
    });
    expect(report.tokens).toBeGreaterThan(0);
    const { "order.md": order, "refund.md": refund } = await project.wiki();
    expect(order).toContain("- An order has one buyer.[^s1][^s2]");
    expect(refund).toContain("- The sources name different numbers. ([^s1] against [^s2])");
    // The model is shown the tools of its unit, and nothing else.
    const shown = new Set(
      sim.requests.flatMap(({ tools }) => tools.map((one) => one.replace(/^.*\./, ""))),
    );
    // On exec, Codex has three tools of its own for the resources of the server, which has no resources.
    const own = [...shown].filter((one) => !one.includes("mcp_resource"));
    expect(own.toSorted()).toEqual([
      "page_note_contradiction",
      "page_write",
      "set_decide",
      "set_read",
      "source_read",
      "wiki_read",
      "wiki_search",
    ]);
    const asked = sim.requests.length;
    expect(await project.ingest(runtime)).toMatchObject({ outcome: "unchanged" });
    expect(sim.requests).toHaveLength(asked);
    const sources = await openSourceTexts(project.path);
    await using wiki = await openWiki({ projectDir: project.path, sources });
    expect((await wiki.check()).findings).toEqual([]);
  },
);
