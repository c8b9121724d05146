import { createHash } from "node:crypto";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { dataFolder, makeFolder, signInHome } from "@ktx/codex-home";
import { z } from "zod";
import type { LlmOptions } from "../project/resolve-llm.ts";

/** The names of a project's kept threads, for one sign-in or service: one file each, with the hash of the name. */
export interface NamePlace {
  /** The folder of all names, of every project. */
  readonly root: string;
  readonly folder: string;
  /** The absolute path of the project's folder. */
  readonly project: string;
}

/** A thread on disk under its name. */
export interface ThreadName {
  readonly name: string;
  /** Codex's id of the thread. */
  readonly id: string;
  readonly project: string;
  /** A hash of the system text that the thread was opened with. */
  readonly system: string;
}

const threadName: z.ZodType<ThreadName> = z.object({
  name: z.string(),
  id: z.string(),
  project: z.string(),
  system: z.string(),
});

/** Pure. */
export function namePlaceOf(
  project: string,
  { env, endpoint }: Pick<LlmOptions, "env" | "endpoint">,
): NamePlace {
  const root = namesRoot(env);
  const account = env["CODEX_API_KEY"] ? "openai" : signInHome(env, process.platform);
  const service = endpoint?.baseUrl ?? account;
  return { root, project, folder: join(root, hashOf(`${project}\0${service}`)) };
}

export function namesRoot(env: LlmOptions["env"]): string {
  return join(dataFolder(env, process.platform), "thread-names");
}

export function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}

/** Makes the folder of the names, so that a disk that takes none is met before a run. */
export async function openNamePlace({ folder }: NamePlace): Promise<void> {
  await makeFolder(folder);
}

/** `damaged` for a file that is there and holds no name. */
export async function readThreadName(
  place: NamePlace,
  name: string,
): Promise<ThreadName | "damaged" | undefined> {
  return readName(fileOf(place, name));
}

/** @returns false where the name is taken. */
export async function addThreadName(
  place: NamePlace,
  named: Omit<ThreadName, "project">,
): Promise<boolean> {
  const text = JSON.stringify({ ...named, project: place.project });
  try {
    await writeFile(fileOf(place, named.name), text, { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

/** The names of every project. */
export async function listThreadNames(root: string): Promise<readonly ThreadName[]> {
  const found = await Promise.all((await listFiles(root)).map(readName));
  return found.filter((named) => named !== undefined && named !== "damaged");
}

/** Removes a name, also one whose file is damaged. */
export async function removeThreadName(place: NamePlace, name: string): Promise<void> {
  await rm(fileOf(place, name), { force: true });
}

/** Removes every name of these threads, of every project. */
export async function forgetThreads(root: string, ids: readonly string[]): Promise<void> {
  for (const file of await listFiles(root)) {
    const named = await readName(file);
    if (typeof named === "object" && ids.includes(named.id)) await rm(file, { force: true });
  }
}

function fileOf({ folder }: NamePlace, name: string): string {
  return join(folder, `${hashOf(name)}.json`);
}

async function listFiles(root: string): Promise<readonly string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(
    (error: unknown) => {
      if (codeOf(error) === "ENOENT") return [];
      throw error;
    },
  );
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(".json"))
    .map((entry) => join(entry.parentPath, entry.name));
}

async function readName(file: string): Promise<ThreadName | "damaged" | undefined> {
  try {
    return threadName.parse(JSON.parse(await readFile(file, "utf8")));
  } catch (error) {
    return codeOf(error) === "ENOENT" ? undefined : "damaged";
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
