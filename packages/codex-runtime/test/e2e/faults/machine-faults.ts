import { execFile, spawnSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { reply, startCodexSim, text } from "@ktx/codex-sim";
import { CodexKtxLlmRuntime } from "../../../src/index.ts";
import type { TransportName } from "../scene.ts";
import { always, type Fault, type FaultKind, sceneFault, type TimedEnding } from "./fault.ts";

const scratch = join(process.cwd(), "node_modules", ".cache", "ktx-faults");

/** The reason why an ordinary user has no namespaces of their own here; undefined where they have (Linux). */
const noNamespaces =
  spawnSync("unshare", ["-rnm", "true"]).status === 0
    ? undefined
    : "this machine allows no user namespaces";

/** What can be wrong with the machine: its network, its disk, and what it has for a Codex. */
export const machineFaults: readonly Fault[] = [
  {
    title:
      "The endpoint's name cannot be resolved, without retries (in a network namespace of its own).",
    skipped: noNamespaces,
    kind: "network",
    withinSeconds: 15,
    neighbour: "none",
    provoke: async (transport) => {
      // Both transports are tried at the same time.
      const marker = `http://ktx-${transport}-${process.pid}.invalid/v1`;
      const run = { transport, baseUrl: marker, maxRetries: 0 };
      return { marker, ending: await runElsewhere(["-rn"], "true", run) };
    },
  },
  diskFault("The disk is full: the folder for Codex's state has no room at all.", "homes", 4),
  diskFault("The disk is full: the folder has no room for Codex's database.", "homes", 400),
  diskFault("The disk is full: the cache folder has no room for a model catalog.", ".", 4),
  {
    title: "The cache folder is a file.",
    kind: "codex-config",
    withinSeconds: 5,
    neighbour: "none",
    provoke: async (transport) => {
      await using folder = await makeFolder();
      await writeFile(join(folder.path, "ktx"), "");
      await using sim = await startCodexSim({ script: always(reply([text("Here.")])) });
      const { baseUrl } = sim;
      const run = { transport, baseUrl, cacheFolder: folder.path };
      const ending = await runElsewhere([], "true", run);
      return { marker: sim.baseUrl, ending };
    },
  },
  {
    title: "The cache folder is on a read-only file system.",
    skipped: noNamespaces,
    kind: "codex-config",
    withinSeconds: 5,
    neighbour: "none",
    provoke: async (transport) => {
      await using folder = await makeFolder();
      await using sim = await startCodexSim({ script: always(reply([text("Here.")])) });
      const run = { transport, baseUrl: sim.baseUrl, cacheFolder: folder.path };
      const mount = `mount -t tmpfs -o ro tmpfs '${folder.path}'`;
      return { marker: sim.baseUrl, ending: await runElsewhere(["-rm"], mount, run) };
    },
  },
  binaryFault("does not exist", "codex-config", undefined),
  binaryFault("is not executable", "codex-config", "#!/bin/sh\n", 0o644),
  binaryFault(
    "is a program that says nothing and ends well",
    "codex-config",
    "#!/bin/sh\nexit 0\n",
  ),
  binaryFault("is a program that prints other things", "codex-config", "#!/bin/sh\necho Hello.\n"),
  binaryFault("is a program that fails", "process", "#!/bin/sh\necho 'usage: other' >&2\nexit 2\n"),
];

function binaryFault(
  what: string,
  kind: FaultKind,
  content: string | undefined,
  mode = 0o755,
): Fault {
  return sceneFault({
    title: `The Codex binary ${what}.`,
    script: [],
    run: async ({ sim }) => {
      await using folder = await makeFolder();
      const codexPath = join(folder.path, "codex");
      if (content !== undefined) await writeFile(codexPath, content, { mode });
      const runtime = new CodexKtxLlmRuntime({
        projectDir: process.cwd(),
        modelSlots: { default: "codex" },
        endpoint: { baseUrl: sim.baseUrl },
        codexPath,
      });
      return await runtime.generateText({ role: "default", prompt: "Hi!" });
    },
    kind,
    withinSeconds: 5,
    neighbour: "none",
  });
}

/** A run whose cache folder, or a part of it, is a file system of so many kibibytes. */
function diskFault(title: string, part: string, kibibytes: number): Fault {
  return {
    title,
    skipped: noNamespaces,
    kind: "codex-config",
    withinSeconds: 5,
    neighbour: "none",
    provoke: async (transport) => {
      await using folder = await makeFolder();
      const full = join(folder.path, "ktx", part);
      await mkdir(full, { recursive: true });
      await using sim = await startCodexSim({ script: always(reply([text("Here.")])) });
      // What is made once, such as the model catalog, is there already where it is not on the full disk.
      const run = { transport, baseUrl: sim.baseUrl, cacheFolder: folder.path };
      await runElsewhere([], "true", run);
      const mount = `mount -t tmpfs -o size=${kibibytes}k tmpfs '${full}'`;
      const ending = await runElsewhere(["-rm"], mount, run);
      return { marker: sim.baseUrl, ending };
    },
  };
}

const execFileAsync = promisify(execFile);

interface ElsewhereRun {
  readonly transport: TransportName;
  readonly baseUrl: string;
  readonly cacheFolder?: string;
  readonly maxRetries?: number;
}

/** How one run ends in a process of its own, in namespaces of its own after some preparation. */
async function runElsewhere(
  namespaces: readonly string[],
  preparation: string,
  { transport, baseUrl, cacheFolder, maxRetries }: ElsewhereRun,
): Promise<TimedEnding> {
  const program = join(import.meta.dirname, "run-once.ts");
  const run = `${preparation} && exec "$0" --conditions=@ktx/source "$@"`;
  const retries = maxRetries === undefined ? [] : [String(maxRetries)];
  const shell = ["sh", "-c", run, process.execPath, program, transport, baseUrl, ...retries];
  const [command = "sh", ...args] =
    namespaces.length > 0 ? ["unshare", ...namespaces, ...shell] : shell;
  const { stdout } = await execFileAsync(command, args, {
    // The address marks the processes of the run.
    env: { ...process.env, TMP: baseUrl, ...(cacheFolder && { XDG_CACHE_HOME: cacheFolder }) },
  });
  return JSON.parse(stdout) as TimedEnding;
}

async function makeFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  await mkdir(scratch, { recursive: true });
  const path = await mkdtemp(join(scratch, "fault-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
