import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readFile, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { buildLeanCatalog, type ModelCatalog, parseCatalog } from "./lean-catalog.ts";
import { removeLeastUsed } from "./remove-least-used.ts";
import { writeWhole } from "./write-whole.ts";

export interface ReadLeanCatalogInput {
  /** The Codex binary whose own catalog is the source. */
  readonly codexPath: string;
  readonly catalogFolder: string;
  /** A folder that only this run uses, on the same file system, for an incomplete catalog. */
  readonly workFolder: string;
  /** At least one. */
  readonly models: readonly string[];
  /** The environment of the binary's short run. */
  readonly env: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

const execFileAsync = promisify(execFile);

/** The version of the entries: a catalog that an earlier ktx wrote in another form is ignored. */
const leanForm = buildLeanCatalog({ models: [{ slug: "form" }] }, ["form"]);

/**
 * The path of a lean catalog for this binary and these models; undefined if the binary cannot print its own catalog (an
 * older Codex), which it then uses.
 *
 * Cached by the binary's path, size and modification time, so that only the first run after an update starts the binary
 * (15 ms, no network). An unreadable or damaged entry is written again. Each use updates the file's time; the least
 * recently used files are removed.
 */
export async function readLeanCatalog(input: ReadLeanCatalogInput): Promise<string | undefined> {
  const binary = await stat(input.codexPath).catch(() => undefined);
  // The start of the binary reports the error.
  if (binary === undefined) return undefined;
  const models = [...new Set(input.models)].toSorted();
  const name = fingerprint([input.codexPath, binary.size, binary.mtimeMs, models, leanForm]);
  const path = join(input.catalogFolder, `${name}.json`);
  const now = new Date();
  if ((await isCatalogOf(models, path)) && (await noteUse(path, now))) return path;
  const bundled = await readBundledCatalog(input);
  if (bundled === undefined) return undefined;
  const text = JSON.stringify(buildLeanCatalog(bundled, models));
  await writeWhole({ path, text, workFolder: input.workFolder });
  await removeLeastUsed(input.catalogFolder, { keep: 32, unusedForMs: 60 * 60 * 1000, now });
  return path;
}

async function readBundledCatalog(input: ReadLeanCatalogInput): Promise<ModelCatalog | undefined> {
  const { stdout } = await execFileAsync(input.codexPath, ["debug", "models", "--bundled"], {
    env: input.env,
    signal: input.signal,
    timeout: 10_000,
    maxBuffer: 64 * 1024 * 1024,
  }).catch(() => {
    input.signal?.throwIfAborted();
    return { stdout: "" };
  });
  return parseCatalog(stdout);
}

/** A power loss may leave an empty file, one of zeros, or a part of one. */
async function isCatalogOf(models: readonly string[], path: string): Promise<boolean> {
  const listed = parseCatalog(await readFile(path, "utf8").catch(() => ""))?.models ?? [];
  return models.every((model) => listed.some(({ slug }) => slug === model));
}

function noteUse(path: string, now: Date): Promise<boolean> {
  return utimes(path, now, now).then(
    () => true,
    () => false,
  );
}

function fingerprint(parts: readonly unknown[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 16);
}
