import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { neverAnswer, reply, startCodexSim, text } from "@ktx/codex-sim";
import { expect, test } from "vitest";
import { casesOf } from "../../../../test/long-form.ts";
import { openSandbox, runKtx, spawnKtx } from "../spawn-ktx.ts";

const ids = Array.from({ length: 12 }, (_, index) => `p${index}`);
const ends = [
  ["SIGKILL", ["SIGKILL"]],
  ["a second SIGINT", ["SIGINT", "SIGINT"]],
] as const;

test.each(casesOf(ends, ([name]) => name === "SIGKILL"))(
  "after %s, the same command asks only what had no answer, and gives each result once",
  async (_, signals) => {
    await using sandbox = await openSandbox();
    let isStuck = true;
    await using sim = await startCodexSim({
      script: ({ userText }) =>
        isStuck && sim.requests.length > 5 ? neverAnswer() : reply([text(`Answer to ${userText}`)]),
    });
    await writeFile(
      join(sandbox.project, "prompts.jsonl"),
      ids.map((id) => JSON.stringify({ id, prompt: `Question ${id}` })).join("\n"),
    );
    const args = ["batch", "prompts.jsonl", "--endpoint", sim.baseUrl, "--model", "some-model"];
    const running = spawnKtx(sandbox, [...args, "--out", "results.jsonl"]);
    await running.seen("done 5 of 12");
    for (const signal of signals) {
      running.child.kill(signal);
      await wait(20);
    }
    const ended = await running.result;
    expect(ended.stdout).toBe("");
    isStuck = false;
    const before = sim.requests.length;
    // The leases of the dead process end after ten seconds.
    const { exitCode, stdout, stderr } = await runKtx(sandbox, args);
    const lines: readonly unknown[] = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines).toMatchObject(
      ids.map((id) => ({ id, status: "done", text: `Answer to Question ${id}` })),
    );
    expect(stderr).toContain("12 prompts, 5 done before.");
    expect(sim.requests).toHaveLength(before + 7);
    expect(exitCode).toBe(0);
    expect(await sandbox.listProcesses()).toEqual([]);
  },
);
