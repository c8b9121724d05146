import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, mkdir, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { text } from "node:stream/consumers";

/** A machine of its own for one test: an empty home, an empty project, an empty temporary folder. */
export interface Sandbox extends AsyncDisposable {
  readonly root: string;
  readonly home: string;
  readonly project: string;
  readonly env: Readonly<Record<string, string>>;
  /** Every file, relative to the root. */
  readonly listFiles: () => Promise<readonly string[]>;
  /** The commands of the processes whose environment names a folder of the sandbox. */
  readonly listProcesses: () => Promise<readonly string[]>;
}

export interface KtxResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningKtx {
  readonly child: ChildProcess;
  /** Settles when stderr has shown this text. */
  readonly seen: (part: string) => Promise<void>;
  readonly result: Promise<KtxResult>;
}

/** Node 22 does not read the source, which has explicit resource management: there, what was built is run. */
const readsSource: boolean = Number.parseInt(process.versions.node, 10) >= 24;

export const bin: string = join(
  import.meta.dirname,
  readsSource ? "../src/bin.ts" : "../dist/bin.js",
);

/** Node's options for the source. */
export const sourceOptions: readonly string[] = readsSource ? ["--conditions=@ktx/source"] : [];

/** Node keeps the compiled source here, which halves the processor time of a launch. */
const compileCache: string = join(
  import.meta.dirname,
  "../../../node_modules/.cache/ktx-tests/compiled",
);

/** @param prefix begins the name of its folder. */
export async function openSandbox(prefix = "ktx-cli-"): Promise<Sandbox> {
  const root = await mkdtemp(join(tmpdir(), prefix));
  const [home, project, temporary] = ["home", "project", "tmp"].map((name) => join(root, name));
  if (home === undefined || project === undefined || temporary === undefined) throw new Error();
  for (const folder of [home, project, temporary]) await mkdir(folder);
  return {
    root,
    home,
    project,
    env: {
      HOME: home,
      TMPDIR: temporary,
      PATH: process.env["PATH"] ?? "",
      NODE_COMPILE_CACHE: compileCache,
    },
    listFiles: async () => (await listBelow(root)).map((file) => relative(root, file)).toSorted(),
    listProcesses: () => listProcessesOf(root),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}

/** A running ktx renames and removes folders of its cache: one that is gone since it was listed has no files. */
async function listBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  });
  const found = entries.map(async (entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? await listBelow(path) : [path];
  });
  return (await Promise.all(found)).flat();
}

export interface SpawnKtxOptions {
  readonly stdin?: string;
  /** True for a stdin on which nothing comes and which nobody closes. @default false */
  readonly hasOpenStdin?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** Options of Node's own, before the program. */
  readonly nodeOptions?: readonly string[];
  /** A shell script in which `"$@"` is the command. @default the command alone, without a shell */
  readonly shell?: string;
}

/** The command line program from its source, in a process of its own. */
export function spawnKtx(
  { project, env }: Pick<Sandbox, "project" | "env">,
  args: readonly string[],
  options: SpawnKtxOptions = {},
): RunningKtx {
  const { nodeOptions = [], shell, hasOpenStdin = false } = options;
  const command = [process.execPath, ...sourceOptions, ...nodeOptions, bin, ...args];
  const [program = "", ...rest] =
    shell === undefined ? command : ["bash", "-c", shell, "bash", ...command];
  const child = spawn(program, rest, { cwd: project, env: { ...env, ...options.env } });
  // The program may end before it has read what it is given.
  child.stdin.on("error", () => {});
  if (!hasOpenStdin) child.stdin.end(options.stdin ?? "");
  let stderr = "";
  // A character may arrive in two pieces.
  child.stderr.setEncoding("utf8").on("data", (piece: string) => (stderr += piece));
  const stdout = text(child.stdout);
  const result = new Promise<number | null>((resolve) => child.once("close", resolve)).then(
    async (exitCode) => ({ exitCode, stdout: await stdout, stderr }),
  );
  const seen = (part: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (stderr.includes(part)) resolve();
      };
      child.stderr.on("data", look);
      child.once("close", () =>
        reject(new Error(`ktx ended and never showed "${part}": ${stderr}`)),
      );
      look();
    });
  return { child, seen, result };
}

/** Runs one command to its end. */
export function runKtx(...args: Parameters<typeof spawnKtx>): Promise<KtxResult> {
  return spawnKtx(...args).result;
}

/** Linux tells each process's environment; elsewhere nothing is found. */
async function listProcessesOf(root: string): Promise<readonly string[]> {
  const ids = (await readdir("/proc").catch(() => [])).filter((name) => /^\d+$/.test(name));
  const commands = ids.map(async (id) => {
    const environment = await readFile(`/proc/${id}/environ`, "utf8").catch(() => "");
    if (!environment.includes(root)) return [];
    return [(await readFile(`/proc/${id}/cmdline`, "utf8").catch(() => "")).replaceAll("\0", " ")];
  });
  return (await Promise.all(commands)).flat();
}
