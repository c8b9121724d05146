import {
  neverAnswer,
  partialText,
  reply,
  type SimScript,
  startCodexSim,
  text,
  toolCall,
} from "@ktx/codex-sim";
import { describe, expect, test } from "vitest";
import { namespace } from "../scene.ts";
import { killHost } from "./kill-host.ts";

const talks: SimScript = () => reply([text("a"), text("b"), text("c")], { betweenItemsMs: 200 });
const stalls: SimScript = () => reply([partialText("I was")], { finish: "stall" });
const answers: SimScript = () => reply([text("Here.")]);
const calls: SimScript = () => reply([toolCall("hold", {}, { namespace })]);

/**
 * No hook of the host's runs. What ends `codex exec` is that its output, or its tools, have gone; the
 * app-server ends with its input.
 */
describe.concurrent("when the host is killed by SIGKILL", () => {
  test.each([
    ["exec", "while the model talks", talks],
    ["exec", "in a tool call", calls],
    ["app-server", "while the model talks", talks],
    ["app-server", "while the model's stream stalls", stalls],
    ["app-server", "while the service sends no headers", neverAnswer],
    ["app-server", "in a tool call", calls],
    ["app-server", "after the run, while its process is warm", answers],
  ])("over %s, Codex ends by itself %s", async (transport, _, script) => {
    await using sim = await startCodexSim({ script });
    expect(await killHost(transport, sim)).toBe(0);
  });
});
