import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder for the wikis of one worker, which goes with it. */
export interface WorkerFolder extends AsyncDisposable {
  readonly path: string;
}

export interface WorkerFolderInput {
  /** @default the folder for temporary files */
  readonly root?: string;
  /** The process whose folder it is. @default this one */
  readonly pid?: number;
  /** Milliseconds since the epoch. @default the present time */
  readonly nowMs?: number;
}

const prefix = "ktx-worker-";
/** Milliseconds for which a folder stays whose process has ended hard: it may be one of another container. */
const staleMs = 86_400_000;

/** Makes a folder, and removes those of workers that ended hard a day ago or longer. */
export async function openWorkerFolder({
  root = tmpdir(),
  pid = process.pid,
  nowMs = Date.now(),
}: WorkerFolderInput = {}): Promise<WorkerFolder> {
  for (const name of await readdir(root)) {
    const owner = /^ktx-worker-(\d+)-/.exec(name)?.[1];
    if (owner === undefined || isAlive(Number(owner))) continue;
    const path = join(root, name);
    const usedAtMs = (await stat(path).catch(() => undefined))?.mtimeMs ?? nowMs;
    // One of another user stays.
    if (nowMs - usedAtMs > staleMs)
      await rm(path, { recursive: true, force: true }).catch(() => {});
  }
  const path = await mkdtemp(join(root, `${prefix}${pid}-`));
  return {
    path,
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 5 }),
  };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
