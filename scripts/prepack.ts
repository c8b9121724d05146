/**
 * Runs in a package's folder before it is packed: builds it, and removes from `dist` what no file of `src` gives any
 * more, so that a tarball holds what its source says and nothing else. Packages are packed side by side, and a
 * build writes the packages that it needs; so one builds after the other. Then it lays the tarball out in `.packed`,
 * with the address of the repository in the manifest and in the links, and, where the package has versions, without the
 * sentence that it is not published.
 */
import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join, relative } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { packedFolder, type PackageManifest } from "./complete-manifest.ts";
import { packedManifest, packedText } from "./packed-package.ts";
import { readRepositoryAddress } from "./read-repository-address.ts";

const root = join(import.meta.dirname, "..");
const lock = join(root, "node_modules/.prepack-lock");
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
layOut();

/** Copies what the tarball brings; nothing that belongs to the repository is changed. */
function layOut(): void {
  const manifest = JSON.parse(readFileSync("package.json", "utf8")) as PackageManifest;
  const folder = relative(root, process.cwd()).replaceAll("\\", "/");
  const address = readRepositoryAddress(root);
  const page = "page" in address ? address.page : undefined;
  // `version:packages` writes it, and nothing is released without it.
  const isReleased = existsSync("CHANGELOG.md");
  rmSync(packedFolder, { recursive: true, force: true });
  mkdirSync(packedFolder);
  for (const entry of manifest.files)
    if (!entry.startsWith("!") && existsSync(entry))
      cpSync(entry, join(packedFolder, entry), { recursive: true });
  for (const name of ["README.md", "CHANGELOG.md"].filter((each) => existsSync(each))) {
    const isFolder = (path: string): boolean => statSync(join(root, path)).isDirectory();
    const packed = { folder, page, isReleased, files: manifest.files, isFolder };
    writeFileSync(join(packedFolder, name), packedText(readFileSync(name, "utf8"), packed));
  }
  const packed = packedManifest(manifest, folder, page);
  writeFileSync(join(packedFolder, "package.json"), JSON.stringify(packed, undefined, 2));
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
