import { createHash } from "node:crypto";
import { mkdir, readlink, rename, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { cacheFolder, signInHome } from "./cache-folder.ts";
import { claimStateSlot } from "./state-slots.ts";

/** Where one run of Codex lives: a home with the user's sign-in and nothing else of theirs. */
export interface IsolatedHome extends AsyncDisposable {
  /** To be the run's CODEX_HOME. */
  readonly codexHome: string;
  /** For sqlite files and logs; held by this run alone. */
  readonly stateFolder: string;
  /** An empty folder: the working directory of the model, and the PATH of a Codex without a shell. */
  readonly emptyFolder: string;
  /** Where catalogs are kept. */
  readonly catalogFolder: string;
}

export interface OpenIsolatedHomeInput {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
}

/**
 * Makes or reuses ktx's own Codex home for the user's sign-in home.
 *
 * `auth.json` is a symbolic link, never a copy: a token refresh must reach the user's own file, since
 * refresh tokens are valid once (measured: Codex writes through the link).
 */
export async function openIsolatedHome(input: OpenIsolatedHomeInput): Promise<IsolatedHome> {
  const cache = cacheFolder(input.env, input.platform);
  const signIn = signInHome(input.env, input.platform);
  const codexHome = join(cache, "homes", fingerprint(signIn));
  const emptyFolder = join(cache, "empty");
  const catalogFolder = join(cache, "catalogs");
  await mkdir(codexHome, { recursive: true, mode: 0o700 });
  await mkdir(emptyFolder, { recursive: true });
  await mkdir(catalogFolder, { recursive: true });
  await ensureLink(join(signIn, "auth.json"), join(codexHome, "auth.json"));
  const slot = await claimStateSlot(join(codexHome, "state"));
  return {
    codexHome,
    stateFolder: slot.path,
    emptyFolder,
    catalogFolder,
    [Symbol.asyncDispose]: () => slot[Symbol.asyncDispose](),
  };
}

/** A link to a file that does not exist yet is wanted: the user may sign in later. */
async function ensureLink(target: string, path: string): Promise<void> {
  if ((await readlink(path).catch(() => undefined)) === target) return;
  const fresh = `${path}.${process.pid}`;
  await rm(fresh, { force: true });
  await symlink(target, fresh, "file");
  await rename(fresh, path);
}

function fingerprint(path: string): string {
  return createHash("sha256").update(path).digest("hex").slice(0, 16);
}
