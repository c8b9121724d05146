import { randomBytes } from "node:crypto";
import { mkdir, readdir, rename, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { makeFolder } from "./make-folder.ts";
import { readMachineName } from "./read-machine-name.ts";
import { formatSlotName, parseSlotName, type SlotOwner } from "./slot-name.ts";

/** A folder to which no other run writes while it is held. */
export interface StateSlot extends AsyncDisposable {
  readonly path: string;
}

/** The limits on slots that are kept for later runs. */
export interface SlotLimits {
  /** Free slots beyond this number are removed. */
  readonly freeSlots: number;
  /** A slot that has grown beyond this size is removed when its run ends. */
  readonly slotBytes: number;
  /** A held slot without a write for this long is abandoned, even when a process has its owner's id. */
  readonly staleMs: number;
}

/** 256 MB at most for a sign-in; a run adds about 25 KB to its slot. */
const defaultLimits: SlotLimits = {
  freeSlots: 16,
  slotBytes: 16 * 1024 * 1024,
  staleMs: 24 * 60 * 60 * 1000,
};

/**
 * A folder under `root` for the databases of one run. Codex's own databases are not made for several processes
 * at once ("database is locked"), and a fresh set costs each run tens of milliseconds.
 *
 * One rename takes a slot, and one releases it. Of two concurrent renames only one can succeed, so there is no lock to
 * clean up. The slot of a killed process is removed and never reused: its Codex may outlive it and still write there.
 */
export async function claimStateSlot(
  root: string,
  limits: SlotLimits = defaultLimits,
): Promise<StateSlot> {
  await makeFolder(root);
  const slots = await listSlots(root);
  const path = join(root, heldName());
  if (!(await takeFree(slots, path))) await mkdir(path, { mode: 0o700 });
  await removeAbandoned(slots, Date.now() - limits.staleMs);
  // A process that has no thread for long writes nothing.
  const touching = setInterval(() => void touch(path), limits.staleMs / touchesUntilStale).unref();
  return {
    path,
    [Symbol.asyncDispose]: () => {
      clearInterval(touching);
      return release(root, path, limits);
    },
  };
}

const touchesUntilStale = 8;

async function touch(path: string): Promise<void> {
  const now = new Date();
  await succeeds(utimes(path, now, now));
}

/** Removes every free slot. */
export async function removeFreeSlots(root: string): Promise<void> {
  await removeSurplus(root, { freeSlots: 0 });
}

interface ListedSlot {
  readonly path: string;
  readonly owner: SlotOwner;
}

const machine = readMachineName();

function heldName(): string {
  return formatSlotName({ state: "held", machine, pid: process.pid }, unique());
}

/** In the order of their names. */
async function listSlots(root: string): Promise<ListedSlot[]> {
  const entries = await readdir(root, { withFileTypes: true });
  return entries
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const owner = entry.isDirectory() ? parseSlotName(entry.name) : undefined;
      return owner === undefined ? [] : [{ path: join(root, entry.name), owner }];
    });
}

async function takeFree(slots: readonly ListedSlot[], path: string): Promise<boolean> {
  for (const slot of slots)
    if (slot.owner.state === "free" && (await succeeds(rename(slot.path, path)))) return true;
  return false;
}

async function release(root: string, path: string, limits: SlotLimits): Promise<void> {
  const keep = limits.freeSlots > 0 && (await bytesIn(path)) <= limits.slotBytes;
  const free = join(root, formatSlotName({ state: "free" }, unique()));
  if (!keep || !(await succeeds(rename(path, free)))) await remove(path);
  await removeSurplus(root, limits);
}

/**
 * Counts after the slot is free, so that the last of many simultaneous ends sees all slots; and in the order of names, so
 * that all processes remove the same ones. A slot that another run takes meanwhile stays.
 */
async function removeSurplus(
  root: string,
  { freeSlots }: Pick<SlotLimits, "freeSlots">,
): Promise<void> {
  const slots = await listSlots(root).catch(() => []);
  for (const slot of slots.filter(({ owner }) => owner.state === "free").slice(freeSlots)) {
    const mine = join(root, heldName());
    if (await succeeds(rename(slot.path, mine))) await remove(mine);
  }
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

/** The time of the last write in the folder; its files are read only if the folder's own time is too old. */
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

/** A slot that cannot be removed now, for example because a process has it open, stays for a later run. */
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
