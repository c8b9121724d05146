/**
 * Packs every package that a release publishes, and looks at the tarballs: nothing missing, nothing too much, no path
 * of this machine, and no finding of publint and of attw (as an ESM package). With a folder as argument it takes the
 * tarballs of that folder.
 */
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { execFileSync } from "node:child_process";
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { readRepositoryAddress } from "../../scripts/read-repository-address.ts";
import { checkTarball, type TarballFiles } from "./check-tarball.ts";
import { packPackage, publishedFolders, root } from "./pack-package.ts";

/** A package of ESM alone: how old resolutions and `require` see it does not count. */
const ignored: readonly unknown[] = ["node10", "node16-cjs"];

const address = readRepositoryAddress(root);
const page = "page" in address ? address.page : undefined;
const work = mkdtempSync(join(tmpdir(), "ktx-tarballs-"));
const problems: string[] = [];
try {
  const [given] = process.argv.slice(2);
  const tarballs =
    given === undefined
      ? publishedFolders().map((folder) => packPackage(join(root, folder), work))
      : globSync("*.tgz", { cwd: given }).map((name) => join(given, name));
  for (const [index, tarball] of tarballs.entries()) {
    const files = unpack(tarball, join(work, String(index)));
    const own = [
      ...checkTarball(files, [root, homedir()], page),
      ...(await lint(tarball)),
      ...(await checkTypesOf(tarball, files)),
    ];
    problems.push(...own.map((problem) => `${tarball.split(/[\\/]/).at(-1)}: ${problem}`));
  }
  console.log(
    `${tarballs.length} tarballs, ${page ?? "without an address of the repository"}: ${problems.length} problems.`,
  );
} finally {
  rmSync(work, { recursive: true, force: true });
}
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;

function unpack(tarball: string, folder: string): TarballFiles {
  mkdirSync(folder);
  execFileSync("tar", ["-xzf", tarball, "-C", folder, "--strip-components=1"]);
  const names = globSync("**/*", { cwd: folder, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    names.map((name) => [name.slice(folder.length + 1).replaceAll("\\", "/"), readFileSync(name)]),
  );
}

async function lint(tarball: string): Promise<readonly string[]> {
  const data = readFileSync(tarball);
  const { messages, pkg } = await publint({
    strict: true,
    pack: { tarball: data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength) },
  });
  return messages
    .filter(({ type }) => type !== "suggestion")
    .map((message) => `publint: ${formatMessage(message, pkg, { color: false }) ?? message.code}`);
}

async function checkTypesOf(tarball: string, files: TarballFiles): Promise<readonly string[]> {
  const { exports } = JSON.parse(files.get("package.json")?.toString() ?? "{}");
  if (exports === undefined) return [];
  const result = await checkPackage(createPackageFromTarballData(readFileSync(tarball)));
  if (result.types === false) return ["attw: finds no types"];
  return result.problems
    .filter((problem) => !("resolutionKind" in problem && ignored.includes(problem.resolutionKind)))
    .map((problem) => `attw: ${JSON.stringify(problem)}`);
}
