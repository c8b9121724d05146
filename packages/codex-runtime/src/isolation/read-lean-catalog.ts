import { execFile } from "node:child_process";
import { rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { buildLeanCatalog, catalogFingerprint, parseCatalog } from "./lean-catalog.ts";

export interface ReadLeanCatalogInput {
  /** The Codex binary whose own catalog is the source. */
  readonly codexPath: string;
  readonly catalogFolder: string;
  readonly model: string;
  readonly baseInstructions: string;
  /** The environment of the binary's short run. */
  readonly env: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

const execFileAsync = promisify(execFile);

/**
 * The path of a lean catalog for this binary, model and instructions; undefined when the binary can
 * not print its own (an older Codex), and then it runs with what it has.
 *
 * Kept by the binary's path, size and time of change, so that only the first run after an update asks
 * the binary (15 ms, no network).
 */
export async function readLeanCatalog(input: ReadLeanCatalogInput): Promise<string | undefined> {
  const binary = await stat(input.codexPath);
  const name = catalogFingerprint([
    input.codexPath,
    `${binary.size} ${binary.mtimeMs}`,
    input.model,
    input.baseInstructions,
  ]);
  const path = join(input.catalogFolder, `${name}.json`);
  if (await exists(path)) return path;
  const bundled = await readBundledCatalog(input);
  if (bundled === undefined) return undefined;
  const fresh = `${path}.${process.pid}`;
  await writeFile(fresh, JSON.stringify(buildLeanCatalog(bundled, input)));
  await rename(fresh, path);
  return path;
}

async function readBundledCatalog(
  input: ReadLeanCatalogInput,
): Promise<ReturnType<typeof parseCatalog>> {
  const { stdout } = await execFileAsync(input.codexPath, ["debug", "models", "--bundled"], {
    env: input.env,
    signal: input.signal,
    timeout: 10_000,
    maxBuffer: 64 * 1024 * 1024,
  }).catch((error: unknown) => {
    input.signal?.throwIfAborted();
    return { stdout: "", error };
  });
  return parseCatalog(stdout);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
