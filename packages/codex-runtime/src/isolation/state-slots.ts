import { createHash, randomBytes } from "node:crypto";
import { mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { formatSlotName, parseSlotName, type SlotOwner } from "./slot-name.ts";

/** A folder that no other run writes to while it is held. */
export interface StateSlot extends AsyncDisposable {
  readonly path: string;
}

/** What is kept for later runs, and for how long. */
export interface SlotLimits {
  /** Free slots beyond this number are removed. */
  readonly freeSlots: number;
  /** A slot that has grown beyond this is removed when its run ends. */
  readonly slotBytes: number;
  /** A held slot in which nothing was written for so long is nobody's, whoever has its owner's id by now. */
  readonly staleMs: number;
}

/** 256 MB at most for a sign-in; a run adds about 25 KB to its slot. */
const defaultLimits: SlotLimits = {
  freeSlots: 16,
  slotBytes: 16 * 1024 * 1024,
  staleMs: 24 * 60 * 60 * 1000,
};

/**
 * A folder under `root` for the databases of one run. Codex's own are not made for several processes
 * at once ("database is locked"), and a fresh set costs each run tens of milliseconds.
 *
 * Taking and giving back are one rename each, of which only one can succeed, so that there is no lock
 * and nothing to break. What a killed process held is removed and never taken over: its Codex may
 * outlive it and still write there.
 */
export async function claimStateSlot(
  root: string,
  limits: SlotLimits = defaultLimits,
): Promise<StateSlot> {
  await mkdir(root, { recursive: true, mode: 0o700 });
  const slots = await listSlots(root);
  const path = join(root, formatSlotName({ state: "held", machine, pid: process.pid }, unique()));
  if (!(await takeFree(slots, path))) await mkdir(path, { mode: 0o700 });
  await removeAbandoned(slots, Date.now() - limits.staleMs);
  return { path, [Symbol.asyncDispose]: () => release(root, path, limits) };
}

interface ListedSlot {
  readonly path: string;
  readonly owner: SlotOwner;
}

/** The name of this machine, as short as it may be. */
const machine = createHash("sha256").update(hostname()).digest("hex").slice(0, 8);

async function listSlots(root: string): Promise<ListedSlot[]> {
  const names = await readdir(root);
  return names.flatMap((name) => {
    const owner = parseSlotName(name);
    return owner === undefined ? [] : [{ path: join(root, name), owner }];
  });
}

async function takeFree(slots: readonly ListedSlot[], path: string): Promise<boolean> {
  for (const slot of slots)
    if (slot.owner.state === "free" && (await succeeds(rename(slot.path, path)))) return true;
  return false;
}

async function release(root: string, path: string, limits: SlotLimits): Promise<void> {
  const slots = await listSlots(root);
  const keep =
    slots.filter(({ owner }) => owner.state === "free").length < limits.freeSlots &&
    (await bytesIn(path)) <= limits.slotBytes;
  const free = join(root, formatSlotName({ state: "free" }, unique()));
  if (!keep || !(await succeeds(rename(path, free)))) await remove(path);
}

async function removeAbandoned(slots: readonly ListedSlot[], staleSinceMs: number): Promise<void> {
  for (const { path, owner } of slots) {
    if (owner.state === "free") continue;
    const ownerIsGone = owner.machine === machine && !isAlive(owner.pid);
    if (ownerIsGone || (await lastWriteMs(path, staleSinceMs)) < staleSinceMs) await remove(path);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

async function bytesIn(path: string): Promise<number> {
  const sizes = (await statFiles(path)).map(({ size }) => size);
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** When something in the folder was last written; its files are looked at only if it seems too long ago. */
async function lastWriteMs(path: string, enoughMs: number): Promise<number> {
  const folderMs = (await stat(path).catch(() => undefined))?.mtimeMs ?? 0;
  if (folderMs >= enoughMs) return folderMs;
  return Math.max(folderMs, ...(await statFiles(path)).map(({ mtimeMs }) => mtimeMs));
}

async function statFiles(path: string): Promise<{ size: number; mtimeMs: number }[]> {
  const names = await readdir(path, { recursive: true }).catch(() => []);
  const stats = await Promise.all(
    names.map((name) => stat(join(path, name)).catch(() => undefined)),
  );
  return stats.filter((entry) => entry !== undefined);
}

/** What can not be removed now, e.g. since a process still has it open, is left to a later run. */
async function remove(path: string): Promise<void> {
  await succeeds(rm(path, { recursive: true, force: true }));
}

function succeeds(work: Promise<unknown>): Promise<boolean> {
  return work.then(
    () => true,
    () => false,
  );
}

function unique(): string {
  return randomBytes(6).toString("hex");
}
