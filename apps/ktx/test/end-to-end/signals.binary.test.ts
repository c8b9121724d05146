import { partialText, reply, startCodexSim, text } from "@ktx/codex-sim";
import { expect, test } from "vitest";
import { openSandbox, type Sandbox, spawnKtx } from "../spawn-ktx.ts";

/** `kill` sends the first four; a reader that leaves is how SIGPIPE comes about. */
const signals = [
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
  ["SIGQUIT", 131],
] as const;

async function runUntilSignal(
  sandbox: Sandbox,
  baseUrl: string,
  signal: NodeJS.Signals,
): Promise<{ readonly exitCode: number | null; readonly stderr: string }> {
  const args = ["run", "Wait.", "--model", "some-model", "--endpoint", baseUrl];
  const ktx = spawnKtx(sandbox, args);
  await ktx.seen("at most 20 steps");
  ktx.child.kill(signal);
  return ktx.result;
}

test("each signal ends a real run with its exit code, and leaves no process", async () => {
  await using sandbox = await openSandbox();
  const script = () => reply([partialText("Just a mom")], { finish: "stall" as const });
  await using sim = await startCodexSim({ script });
  const ends = await Promise.all(
    signals.map(([signal]) => runUntilSignal(sandbox, sim.baseUrl, signal)),
  );
  expect(ends.map(({ exitCode }) => exitCode)).toEqual(signals.map(([, exitCode]) => exitCode));
  for (const { stderr } of ends)
    expect(stderr).toContain("Interrupted. Nothing is left running.\n");
  expect(await sandbox.listProcesses()).toEqual([]);
});

test("a run whose reader leaves ends with the exit code of SIGPIPE, and leaves no process", async () => {
  await using sandbox = await openSandbox();
  await using sim = await startCodexSim({ script: () => reply([text("Done.")]) });
  const args = ["run", "Hi.", "--model", "some-model", "--endpoint", sim.baseUrl];
  const shell = 'exec 3> >(exec true); wait $!; "$@" >&3';
  const { exitCode } = await spawnKtx(sandbox, args, { shell }).result;
  expect(exitCode).toBe(141);
  expect(await sandbox.listProcesses()).toEqual([]);
});
