import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { reply, startCodexSim, text } from "@ktx/codex-sim";
import { expect, test } from "vitest";
import { processesWith } from "../codex-processes.ts";
import { transports } from "../scene.ts";
import type { FaultEnding } from "./fault.ts";

const execFileAsync = promisify(execFile);

test.each(transports)(
  "a process that may open no more files gets a failure of each run over %s, goes on, and runs again later",
  async (transport) => {
    await using sim = await startCodexSim({ script: () => reply([text("Here.")]) });
    const program = join(import.meta.dirname, "run-without-files.ts");
    const { stdout } = await execFileAsync("sh", [
      "-c",
      'ulimit -n 120 && exec "$0" --conditions=@ktx/source "$@"',
      process.execPath,
      program,
      transport,
      sim.baseUrl,
    ]);
    const endings = JSON.parse(stdout) as readonly FaultEnding[];
    const answered = { kind: "answered", sentence: "Here." };
    expect(endings[0]).toMatchObject(answered);
    expect(endings.at(-1)).toMatchObject(answered);
    const failed = endings.filter(({ kind }) => kind !== "answered");
    expect(failed.length).toBeGreaterThan(2);
    for (const { kind, sentence } of failed) {
      expect({ kind, sentence }).toMatchObject({ kind: "codex-config" });
      expect(sentence).toMatch(/^Codex could not be started: .*EMFILE.*`ulimit -n`/);
    }
    // Some of them found room for the folders of a run, and none for the process.
    expect(failed.map(({ sentence }) => sentence).join("\n")).toMatch(/spawn .*EMFILE/);
    expect(processesWith(sim.baseUrl)).toEqual([]);
  },
);
