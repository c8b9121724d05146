import { reply, type SimRequest, text } from "@ktx/codex-sim";
import { expect, test } from "vitest";
import { CodexKtxLlmRuntime, type CodexRuntimeOptions } from "../../src/index.ts";
import { onEachTransport } from "./scene.ts";

function effortOf({ body }: SimRequest): unknown {
  const { reasoning } = body as { readonly reasoning?: { readonly effort?: string } | null };
  return reasoning?.effort;
}

onEachTransport("a reasoning effort", ({ startScene }) => {
  test("reaches the model, and without one the model has its own", async () => {
    await using scene = await startScene(() => reply([text("done")]), { reasoningEffort: "xhigh" });
    await scene.runtime.generateText({ role: "default", prompt: "Hi" });
    expect(scene.sim.requests.map(effortOf)).toEqual(["xhigh"]);

    await using plain = await startScene(() => reply([text("done")]));
    await plain.runtime.generateText({ role: "default", prompt: "Hi" });
    expect(plain.sim.requests.map(effortOf)).toEqual(["medium"]);
  });
});

test.each(["High", "", "low --help", "x".repeat(21), 3])(
  "an effort that is no word in lower case, %j, is refused before anything starts",
  (reasoningEffort) => {
    const options = { projectDir: ".", modelSlots: { default: "gpt-5.5" }, reasoningEffort };
    const create = (): unknown => new CodexKtxLlmRuntime(options as CodexRuntimeOptions);
    expect(create).toThrow(expect.objectContaining({ code: "invalid-reasoning-effort" }));
  },
);
