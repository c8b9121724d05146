import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { reply, startCodexSim, text } from "@ktx/codex-sim";
import { describe, expect, test } from "vitest";
import { countRemaining } from "./fault.ts";

const program = join(import.meta.dirname, "run-and-leave.ts");

describe.concurrent("a program that disposes nothing exits by itself, and leaves no Codex,", () => {
  test.each([
    ["a call", 0],
    ["an open thread", 0],
    ["an open thread whose tools are behind a server", 0],
    ["a failed call", 0],
    ["a stream that nobody reads to its end", 0],
    ["an uncaught error", 1],
  ])("after %s", async (way, code) => {
    await using sim = await startCodexSim({ script: () => reply([text("Here.", { deltas: 3 })]) });
    const args = ["--unhandled-rejections=strict", "--conditions=@ktx/source"];
    const host = spawn(process.execPath, [...args, program, way, sim.baseUrl], {
      stdio: "ignore",
      timeout: 100_000,
      killSignal: "SIGKILL",
    });
    expect(await once(host, "exit")).toEqual([code, null]);
    expect(await countRemaining(sim.baseUrl)).toBe(0);
  });
});
