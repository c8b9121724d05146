import { readFile } from "node:fs/promises";

/** The text of a file; undefined where there is no such file. @throws {Error} for one that cannot be read. */
export async function readIfThere(file: string): Promise<string | undefined> {
  return await readFile(file, "utf8").catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
}

/** True where the system says that there is no such file, and false for any other reason. */
export function isMissing(error: unknown): boolean {
  return (
    error instanceof Error &&
    "code" in error &&
    (error.code === "ENOENT" || error.code === "ENOTDIR")
  );
}
