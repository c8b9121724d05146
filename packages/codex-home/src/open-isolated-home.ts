import { createHash } from "node:crypto";
import { readdir, rm, stat, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { cacheFolder, signInHome } from "./cache-folder.ts";
import { dataFolder } from "./data-folder.ts";
import { linkSignIn } from "./link-sign-in.ts";
import { makeFolder } from "./make-folder.ts";
import { SignInError } from "./sign-in-error.ts";
import { removeLeastUsed } from "./remove-least-used.ts";
import { claimStateSlot, removeFreeSlots, type SlotLimits } from "./state-slots.ts";

/** The folders of one run of Codex: a home with the user's sign-in, if the run needs it, and no other file of the user. */
export interface IsolatedHome extends AsyncDisposable {
  /** The run's CODEX_HOME. */
  readonly codexHome: string;
  /** For sqlite files, logs and other files; only this run uses it. */
  readonly stateFolder: string;
  /** An empty folder: the model's home and working directory, and the PATH of a Codex without a shell. */
  readonly emptyFolder: string;
  /** The folder of the catalogs. */
  readonly catalogFolder: string;
}

export interface OpenIsolatedHomeInput {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /**
   * True when the run acts as the user's account. Any other run gets a home without a sign-in: Codex contacts the
   * account's host as soon as it finds one, with any endpoint (measured).
   */
  readonly usesAccount: boolean;
  /**
   * True for a home whose threads are on disk until the user deletes them. It is in the user's data folder, and
   * cleaning never removes it. `idle`: for the threads themselves, which need no sign-in where no turn runs.
   * @default false
   */
  readonly keepsThreads?: boolean | "idle";
  /** The address of a custom service. Threads on disk are those of one service: another one must not get them. */
  readonly service?: string | undefined;
}

/**
 * Of a home with kept threads. A fresh slot costs its process 2 ms for each of them, so that slots are used again even
 * when they are large (measured on 0.163.0: 4.4 s for 2,000).
 */
const keepingSlots: SlotLimits = {
  freeSlots: 2,
  slotBytes: 256 * 1024 * 1024,
  staleMs: 24 * 60 * 60 * 1000,
};

/**
 * Creates or reuses ktx's own Codex home; each sign-in has one.
 *
 * @throws {SignInError} if the sign-in cannot be shared.
 */
export async function openIsolatedHome(input: OpenIsolatedHomeInput): Promise<IsolatedHome> {
  const folders = isolatedFolders(input);
  for (const folder of [folders.emptyFolder, folders.catalogFolder]) await makeFolder(folder);
  const isKept = keepsThreadsOf(input);
  if (isKept) await makeFolder(folders.codexHome);
  else await makeHome(folders.codexHome, new Date());
  const limits = isKept ? keepingSlots : undefined;
  const slot = await claimStateSlot(stateRoot(folders), limits);
  const claimedMs = Date.now();
  try {
    if (input.usesAccount)
      await linkSignIn({
        signInHome: signInHome(input.env, input.platform),
        codexHome: folders.codexHome,
        workFolder: slot.path,
      });
  } catch (error) {
    // Which home the account has is known without its sign-in.
    if (input.keepsThreads !== "idle" || !isMissing(error)) {
      await slot[Symbol.asyncDispose]();
      throw error;
    }
  }
  return {
    ...folders,
    stateFolder: slot.path,
    [Symbol.asyncDispose]: async () => {
      if (isKept) await emptyIfOutdated(slot.path, folders.codexHome, claimedMs).catch(() => {});
      await slot[Symbol.asyncDispose]();
    },
  };
}

/** The folders of a run that exist before and after it. Pure. */
export function isolatedFolders(
  input: OpenIsolatedHomeInput,
): Pick<IsolatedHome, "codexHome" | "emptyFolder" | "catalogFolder"> {
  const cache = cacheFolder(input.env, input.platform);
  const account = input.usesAccount ? signInHome(input.env, input.platform) : undefined;
  const isKept = keepsThreadsOf(input);
  const owner = isKept ? keptBy(account, input.service) : account;
  const home = owner === undefined ? "no-account" : fingerprint(owner);
  const root = isKept ? dataFolder(input.env, input.platform) : cache;
  return {
    codexHome: join(root, "homes", home),
    emptyFolder: join(cache, "empty"),
    catalogFolder: join(cache, "catalogs"),
  };
}

function keepsThreadsOf({ keepsThreads = false }: OpenIsolatedHomeInput): boolean {
  return keepsThreads !== false;
}

/** There is no file of a sign-in, or this user cannot see one. */
function isMissing(error: unknown): boolean {
  return error instanceof SignInError && error.code !== "link-not-possible";
}

/** The sign-in or service that threads on disk belong to. A key without a service is one of OpenAI. */
function keptBy(account: string | undefined, service = "openai"): string {
  if (account === undefined) return service;
  return service === "openai" ? account : `${account} ${service}`;
}

/**
 * Removes what Codex remembers of deleted threads: its databases hold the first prompt of each. Those of a process
 * that runs are emptied at its end.
 *
 * @param codexHome The home of the threads.
 */
export async function forgetDeletedThreads(codexHome: string): Promise<void> {
  await writeFile(deletionMark(codexHome), "", { mode: 0o600 });
  await removeFreeSlots(stateRoot({ codexHome }));
}

/** Its time is that of the last deletion of a thread. */
function deletionMark(codexHome: string): string {
  return join(codexHome, "threads-deleted");
}

async function emptyIfOutdated(slot: string, codexHome: string, claimedMs: number): Promise<void> {
  const mark = await stat(deletionMark(codexHome)).catch(() => undefined);
  if (mark === undefined || mark.mtimeMs < claimedMs) return;
  for (const name of await readdir(slot))
    await rm(join(slot, name), { recursive: true, force: true });
}

function stateRoot({ codexHome }: Pick<IsolatedHome, "codexHome">): string {
  return join(codexHome, "state");
}

/** Creating a home removes those of old sign-ins. */
async function makeHome(codexHome: string, now: Date): Promise<void> {
  const created = await makeFolder(codexHome);
  await utimes(codexHome, now, now);
  if (created !== undefined)
    await removeLeastUsed(dirname(codexHome), { keep: 16, unusedForMs: 30 * dayMs, now });
}

const dayMs = 24 * 60 * 60 * 1000;

function fingerprint(path: string): string {
  return createHash("sha256").update(path).digest("hex").slice(0, 16);
}
