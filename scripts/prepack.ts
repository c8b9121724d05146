/**
 * Runs in a package's folder before it is packed: builds it, and removes from `dist` what no file of `src` gives any
 * more, so that a tarball holds what its source says and nothing else. Packages are packed side by side, and a
 * build writes the packages that it needs; so one builds after the other.
 */
import { execFileSync } from "node:child_process";
import { existsSync, globSync, mkdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const lock = join(import.meta.dirname, "../node_modules/.prepack-lock");
/** A build ends long before; the lock of a killed one is taken over. */
const staleAfterMs = 120_000;

while (!taken()) await setTimeout(50);
try {
  for (const file of globSync("dist/**/*.*").filter((name) => !isOutput(name))) rmSync(file);
  const tsc = fileURLToPath(import.meta.resolve("typescript/package.json"));
  execFileSync(process.execPath, [join(tsc, "../bin/tsc"), "-b"], { stdio: "inherit" });
} finally {
  rmSync(lock, { recursive: true, force: true });
}

function taken(): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch {
    const since = statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (Date.now() - since > staleAfterMs) rmSync(lock, { recursive: true, force: true });
    return false;
  }
}

/** True for a file of `dist` that comes from one of `src`: its code, its map or its types. */
function isOutput(file: string): boolean {
  const source = file.replaceAll("\\", "/").replace(/^dist\//, "src/");
  return (
    source.endsWith("/.tsbuildinfo") ||
    existsSync(source.replace(/(?:\.js|\.js\.map|\.d\.ts)$/, ".ts"))
  );
}
