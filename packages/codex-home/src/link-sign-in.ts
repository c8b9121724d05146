import { readFile, readlink, rename, rm, stat, symlink } from "node:fs/promises";
import { join } from "node:path";
import { parseToml } from "./administrator-settings.ts";
import { SignInError } from "./sign-in-error.ts";

export interface LinkSignInInput {
  /** The Codex home that holds the user's sign-in. */
  readonly signInHome: string;
  /** The Codex home of ktx that shares the sign-in. */
  readonly codexHome: string;
  /** A folder that only this run uses, on the same file system, for the link before its rename. */
  readonly workFolder: string;
}

const keyOrHost =
  "set CODEX_API_KEY to an API key, or choose `isolation: 'host'`, which shares the user's whole Codex home.";

/**
 * Shares the user's sign-in with another Codex home, by a symbolic link and never by a copy: a
 * refresh token is valid once, so a refresh must reach the user's own file (measured: Codex writes
 * through the link, and it stays a link).
 *
 * @throws {SignInError} with the fix, if there is no file to link to or the link cannot be created.
 */
export async function linkSignIn(input: LinkSignInInput): Promise<void> {
  const { signInHome, codexHome, workFolder } = input;
  const target = join(signInHome, "auth.json");
  const missing = await stat(target).then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  if (missing !== undefined) {
    const code = codeOf(missing.error);
    if (code !== "ENOENT" && code !== "ENOTDIR") throw describeUnreadable(target, missing.error);
    throw describeMissing(signInHome, await readCredentialStore(join(signInHome, "config.toml")));
  }
  const path = join(codexHome, "auth.json");
  if ((await readlink(path).catch(() => undefined)) === target) return;
  const fresh = join(workFolder, "auth.json");
  try {
    await symlink(target, fresh, "file");
    await rename(fresh, path);
  } catch (error) {
    await rm(fresh, { force: true });
    throw new SignInError(
      "link-not-possible",
      {
        facts:
          `Strict isolation shares the Codex sign-in by a symbolic link from ${path} to ${target}, but ` +
          `this system refuses it (${codeOf(error)}).`,
        fix: `On Windows, turn on Developer Mode. Otherwise ${keyOrHost}`,
      },
      { cause: error },
    );
  }
}

/**
 * The credential store of the user's Codex (`cli_auth_credentials_store`); undefined if its configuration does not set it
 * or cannot be read, which Codex itself reports.
 */
async function readCredentialStore(configPath: string): Promise<unknown> {
  const text = await readFile(configPath, "utf8").catch(() => "");
  return parseToml(text)?.["cli_auth_credentials_store"];
}

function describeMissing(signInHome: string, store: unknown): SignInError {
  if (store === "keyring" || store === "auto")
    return new SignInError("credentials-in-keyring", {
      facts: `The Codex sign-in is in the system's keyring, which strict isolation cannot read: it is tied to the Codex home ${signInHome}.`,
      fix: `Set \`cli_auth_credentials_store = "file"\` in its config.toml and run \`codex login\` again, or ${keyOrHost}`,
    });
  return new SignInError("not-signed-in", {
    facts:
      `Codex is not signed in: expected ${join(signInHome, "auth.json")} or the environment variable ` +
      "CODEX_API_KEY, found neither.",
    fix: `Run \`codex login\`, or ${keyOrHost}`,
  });
}

function describeUnreadable(target: string, cause: unknown): SignInError {
  return new SignInError(
    "sign-in-unreadable",
    {
      facts: `The Codex sign-in ${target} cannot be read (${codeOf(cause)}).`,
      fix: `Check CODEX_HOME, and the owner and mode of its folders, or ${keyOrHost}`,
    },
    { cause },
  );
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
