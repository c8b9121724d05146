import { closeSync, openSync } from "node:fs";
import { CodexKtxLlmRuntime } from "../../../src/index.ts";
import { endingOf, type FaultEnding } from "./fault.ts";

/**
 * Runs over a transport against an endpoint in a process that may open no more files but a few, more of them
 * each time, and prints how each ended; the last may open as many as it wants.
 */
const [, , transport = "", baseUrl = ""] = process.argv;

/** Each run starts a process of its own: a warm one needs no further file. */
async function run(): Promise<FaultEnding> {
  await using runtime = new CodexKtxLlmRuntime({
    projectDir: process.cwd(),
    modelSlots: { default: "codex" },
    endpoint: { baseUrl },
    timeoutMs: 30_000,
    maxRetries: 0,
    transport: transport === "app-server" ? transport : "exec",
  });
  return await endingOf(runtime.generateText({ role: "default", prompt: "Hi!" }));
}

/** The first run loads what is loaded once. */
const endings = [await run()];
for (let free = 0; free <= 24; free += 2) {
  const held = takeAll();
  for (const file of held.splice(0, free)) closeSync(file);
  endings.push(await run());
  for (const file of held) closeSync(file);
}
endings.push(await run());
process.stdout.write(JSON.stringify(endings));

function takeAll(): number[] {
  const held: number[] = [];
  for (;;) {
    try {
      held.push(openSync("/dev/null", "r"));
    } catch {
      return held;
    }
  }
}
