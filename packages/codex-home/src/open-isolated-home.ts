import { createHash } from "node:crypto";
import { utimes } from "node:fs/promises";
import { dirname, join } from "node:path";
import { cacheFolder, signInHome } from "./cache-folder.ts";
import { linkSignIn } from "./link-sign-in.ts";
import { makeFolder } from "./make-folder.ts";
import { removeLeastUsed } from "./remove-least-used.ts";
import { claimStateSlot } from "./state-slots.ts";

/** Where one run of Codex lives: a home with the user's sign-in, if it needs it, and nothing else of theirs. */
export interface IsolatedHome extends AsyncDisposable {
  /** To be the run's CODEX_HOME. */
  readonly codexHome: string;
  /** For sqlite files, logs and other files of this run; held by it alone. */
  readonly stateFolder: string;
  /** An empty folder: the home and working directory of the model, and the PATH of a Codex without a shell. */
  readonly emptyFolder: string;
  /** Where catalogs are kept. */
  readonly catalogFolder: string;
}

export interface OpenIsolatedHomeInput {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /**
   * Whether the run is to act as the user's account. One that is not gets a home without a sign-in:
   * Codex looks up the account's host as soon as it finds one (measured), whatever endpoint it is given.
   */
  readonly usesAccount: boolean;
}

/**
 * Makes or reuses ktx's own Codex home, of which there is one for each sign-in.
 *
 * @throws {SignInError} where the sign-in can not be shared.
 */
export async function openIsolatedHome(input: OpenIsolatedHomeInput): Promise<IsolatedHome> {
  const folders = isolatedFolders(input);
  for (const folder of [folders.emptyFolder, folders.catalogFolder]) await makeFolder(folder);
  await makeHome(folders.codexHome, new Date());
  const slot = await claimStateSlot(join(folders.codexHome, "state"));
  try {
    if (input.usesAccount)
      await linkSignIn({
        signInHome: signInHome(input.env, input.platform),
        codexHome: folders.codexHome,
        workFolder: slot.path,
      });
  } catch (error) {
    await slot[Symbol.asyncDispose]();
    throw error;
  }
  return {
    ...folders,
    stateFolder: slot.path,
    [Symbol.asyncDispose]: () => slot[Symbol.asyncDispose](),
  };
}

/** The folders of a run that are there before it and stay after it. Pure. */
export function isolatedFolders(
  input: OpenIsolatedHomeInput,
): Pick<IsolatedHome, "codexHome" | "emptyFolder" | "catalogFolder"> {
  const cache = cacheFolder(input.env, input.platform);
  const home = input.usesAccount
    ? fingerprint(signInHome(input.env, input.platform))
    : "no-account";
  return {
    codexHome: join(cache, "homes", home),
    emptyFolder: join(cache, "empty"),
    catalogFolder: join(cache, "catalogs"),
  };
}

/** Homes of sign-ins that are long gone are removed when a new one is made. */
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
