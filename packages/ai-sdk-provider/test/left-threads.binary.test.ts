import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { reply, startCodexSim, toolCall } from "@ktx/codex-sim";
import { describe, expect, test } from "vitest";
import { countRemaining } from "../../codex-runtime/test/e2e/faults/fault.ts";

const program = join(import.meta.dirname, "run-and-leave-program.ts");
const run = promisify(execFile);
/** Only so that a program that never exits does not hang the test: a thread waits for ten minutes. */
const hangGuardMs = 100_000;

describe.concurrent("a program that disposes nothing exits by itself, and leaves no Codex,", () => {
  test.each([
    ["a call that nobody answers", "weather\n"],
    ["two calls that nobody answers", "weather\nweather\n"],
    ["a streamed call that nobody answers", "weather\n"],
    ["a call whose tool takes its time", "weather\n"],
  ])("after %s", async (way, printed) => {
    const script = () => reply([toolCall("weather", { city: "Oslo" })]);
    await using sim = await startCodexSim({ script });
    const args = ["--unhandled-rejections=strict", "--conditions=@ktx/source", program];
    // Rejects for an exit code that is not 0, and for a signal.
    const { stdout } = await run(process.execPath, [...args, way, sim.baseUrl], {
      timeout: hangGuardMs,
      killSignal: "SIGKILL",
    });
    expect(stdout).toBe(printed);
    expect(await countRemaining(sim.baseUrl)).toBe(0);
  });
});
