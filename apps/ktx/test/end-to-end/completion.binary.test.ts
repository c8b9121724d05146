import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startCodexSim, reply, text } from "@ktx/codex-sim";
import { spawn } from "@lydell/node-pty";
import { expect, test } from "vitest";
import { bin, openSandbox, runKtx, type Sandbox, sourceOptions } from "../spawn-ktx.ts";

/** A folder for `PATH` with a `ktx` of this source. */
async function installKtx({ root }: Sandbox): Promise<string> {
  const folder = join(root, "bin");
  await mkdir(folder);
  const command = [process.execPath, ...sourceOptions, bin].map((word) => `'${word}'`).join(" ");
  await writeFile(join(folder, "ktx"), `#!/bin/sh\nexec ${command} "$@"\n`);
  await chmod(join(folder, "ktx"), 0o755);
  return folder;
}

/** An interactive bash that has sourced the script. `complete` types a line and a Tab, and gives the line that it became. */
function openBash(sandbox: Sandbox, folder: string) {
  const terminal = spawn("bash", ["--norc", "--noprofile", "-i"], {
    cols: 200,
    rows: 50,
    cwd: sandbox.project,
    env: { ...sandbox.env, PATH: `${folder}:${sandbox.env["PATH"]}`, PS1: "", TERM: "dumb" },
  });
  let shown = "";
  const listeners = new Set<() => void>();
  terminal.onData((chunk) => {
    shown += chunk;
    for (const listener of listeners) listener();
  });
  const seen = (pattern: RegExp): Promise<string> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`never saw ${pattern} but ${shown}`)),
        60_000,
      );
      const look = (): void => {
        const found = pattern.exec(shown)?.[1];
        if (found === undefined) return;
        clearTimeout(timer);
        listeners.delete(look);
        resolve(found);
      };
      listeners.add(look);
      look();
    });
  let number = 0;
  return {
    /** The words of a line that begins with `ktx`, after a Tab at its end. */
    complete: async (line: string): Promise<string> => {
      number += 1;
      // Ctrl-A goes to the beginning, and the line becomes the arguments of a command that prints them. Ctrl-E goes to
      // the end, for a word that says that all of them are there.
      terminal.write(`${line}\t\u0001printf '<%s>' begin${number} \u0005 end${number}\r`);
      return seen(new RegExp(`<begin${number}>(.*?)<end${number}>`));
    },
    source: async (script: string): Promise<void> => {
      terminal.write(`source ${script}; printf '<%s>\\n' sourced\r`);
      await seen(/(<sourced>)/);
    },
    /** Settles when it has ended, since it writes its history at its end. */
    close: async (): Promise<void> => {
      const ended = new Promise<void>((resolve) => terminal.onExit(() => resolve()));
      terminal.kill();
      await ended;
    },
  };
}

test("a bash that has sourced the script completes commands, options, files, models and conversations", async () => {
  await using sandbox = await openSandbox();
  await using sim = await startCodexSim({ script: () => reply([text("Yes.")]) });
  const service = ["--endpoint", sim.baseUrl];
  const args = ["run", "One?", "-m", "some-model", "--thread", "my trip", ...service];
  expect((await runKtx(sandbox, args)).exitCode).toBe(0);
  await writeFile(join(sandbox.project, "greetings.ts"), "");
  const script = await runKtx(sandbox, ["completion", "bash"]);
  await writeFile(join(sandbox.project, "ktx.bash"), script.stdout);

  const bash = openBash(sandbox, await installKtx(sandbox));
  try {
    await bash.source("ktx.bash");
    expect(await bash.complete("ktx stat")).toBe("<ktx><status>");
    expect(await bash.complete("ktx config ch")).toBe("<ktx><config><check>");
    expect(await bash.complete("ktx run --on-tool-failure c")).toBe(
      "<ktx><run><--on-tool-failure><continue>",
    );
    expect(await bash.complete("ktx models --js")).toBe("<ktx><models><--json>");
    expect(await bash.complete("ktx run --tools greet")).toBe("<ktx><run><--tools><greetings.ts>");
    expect(await bash.complete("ktx run -m gpt-5.5 --effort xhi")).toMatch(/<--effort><xhigh>$/);
    expect(await bash.complete("ktx setup --endpoint oll")).toMatch(/<--endpoint><ollama>$/);
    expect(await bash.complete("ktx chat -m gpt-5.5")).toMatch(/^<ktx><chat><-m><gpt-5\.5/);
    const flags = `--endpoint ${sim.baseUrl}`;
    expect(await bash.complete(`ktx run ${flags} --thread my`)).toMatch(/<--thread><my trip>$/);
    // A text with quotes and substitutions is completed as text, and nothing of it runs.
    expect(await bash.complete('ktx run "$(touch ran)" --js')).toContain("<--json>");
    expect(await bash.complete(`ktx threads ${flags} delete my`)).toMatch(/<delete><my trip>$/);
  } finally {
    await bash.close();
  }
});

// Neither shell is on every machine. In zsh 5.9 in a terminal, Tab behind `ktx wiki s` gives `se`, and a second one
// lists `search` and `serve` with their descriptions; options, their values and files are completed, and a typed
// `$(…)` does not run. The script for fish was tried with fish 3.6.
test.each(["zsh", "fish"])(
  "the script for %s calls ktx, evaluates no typed word, and gets what that shell reads",
  async (shell) => {
    await using sandbox = await openSandbox();
    const script = await runKtx(sandbox, ["completion", shell]);
    expect(script.stdout).toContain("ktx completion-server -- ");
    expect(script.stdout).not.toMatch(/\beval\b(?!"-ed)|echo -e/);
    const line = ["ktx", "run", "--on-tool-failure", ""];
    const env = { SHELL: shell, COMP_CWORD: "3" };
    const { exitCode, stdout } = await runKtx(sandbox, ["completion-server", "--", ...line], {
      env,
    });
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "recover\nfail\ncontinue\n" });
  },
);

test("a completion of a project that cannot be read is empty and silent", async () => {
  await using sandbox = await openSandbox();
  await writeFile(join(sandbox.project, "ktx.yaml"), "llm: [");
  const env = { SHELL: "/bin/bash", COMP_CWORD: "3" };
  const args = ["completion-server", "--", "ktx", "run", "--thread", ""];
  expect(await runKtx(sandbox, args, { env })).toEqual({ exitCode: 0, stdout: "", stderr: "" });
});
