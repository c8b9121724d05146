import { randomBytes } from "node:crypto";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";

/** A folder that no other run writes to while it is held; released folders are used again. */
export interface StateSlot extends AsyncDisposable {
  readonly path: string;
}

/** Free folders of ended processes beyond this number are removed. */
const keptFreeSlots = 16;

/** Folders that this process made or took over and that no run holds. */
const freeSlots = new Map<string, string[]>();

/**
 * A folder under `root` for the databases of one run. Codex's own are not made for several processes
 * at once ("database is locked"), and a fresh set costs each run tens of milliseconds.
 *
 * A folder's name begins with the id of the process that owns it. One whose owner is gone is taken
 * over by renaming it: of two takers one succeeds, so that there is no lock and nothing to break.
 */
export async function claimStateSlot(root: string): Promise<StateSlot> {
  const path = freeSlots.get(root)?.pop() ?? (await takeOver(root)) ?? (await makeSlot(root));
  return {
    path,
    [Symbol.asyncDispose]: () => {
      freeSlots.set(root, [...(freeSlots.get(root) ?? []), path]);
      return Promise.resolve();
    },
  };
}

async function takeOver(root: string): Promise<string | undefined> {
  const names = await readdir(root).catch(() => []);
  const abandoned = names.filter((name) => !isAlive(Number.parseInt(name, 10)));
  for (const name of abandoned.slice(keptFreeSlots))
    await rm(join(root, name), { recursive: true, force: true });
  for (const name of abandoned.slice(0, keptFreeSlots)) {
    const path = join(root, ownName());
    try {
      await rename(join(root, name), path);
      return path;
    } catch {
      // Another process was faster.
    }
  }
  return undefined;
}

async function makeSlot(root: string): Promise<string> {
  const path = join(root, ownName());
  await mkdir(path, { recursive: true, mode: 0o700 });
  return path;
}

function ownName(): string {
  return `${process.pid}-${randomBytes(4).toString("hex")}`;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
