import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { packPackage } from "./pack-package.ts";

const here = import.meta.dirname;
const packagesDir = join(here, "../../packages");
/** The runtime, and all packages of ours that it needs. */
const packed = withNeeds("codex-runtime");
/** Where the packages of a project look for a zod of their own. */
const ownFolders = [
  ...packed.map((name) => `node_modules/@ktx/${name}`),
  "node_modules/@modelcontextprotocol/sdk",
];
/** Only so that a program that would never end does not hang the build. */
const hangGuardMs = 300_000;

/** The tarballs of all packages that a user of the runtime installs, by their folders' names. */
export type Tarballs = readonly (readonly [name: string, tarball: string])[];

export function packAll(destination: string): Tarballs {
  return packed.map((name) => [name, packPackage(join(packagesDir, name), destination)] as const);
}

/** An empty project with the packed packages, this zod, and where it is given, another one for the packages. */
export function createProject(
  project: string,
  tarballs: Tarballs,
  zod: string,
  own?: string,
): void {
  for (const [name, tarball] of tarballs) {
    const installed = join(project, "node_modules/@ktx", name);
    mkdirSync(installed, { recursive: true });
    execFileSync("tar", ["-xzf", tarball, "-C", installed, "--strip-components=1"]);
    for (const dependency of Object.keys(readManifest(installed)["dependencies"] ?? {}))
      if (!dependency.startsWith("@ktx/")) install(dependency, join(packagesDir, name), project);
  }
  install("@types/node", here, project);
  for (const [folder, version] of [["", zod], ...ownFolders.map((each) => [each, own])])
    if (folder !== undefined && version !== undefined)
      link(
        realpathSync(join(here, "node_modules", version)),
        join(project, folder, "node_modules/zod"),
      );
  writeFileSync(join(project, "package.json"), JSON.stringify({ type: "module" }));
  const compilerOptions = {
    target: "es2024",
    lib: ["es2024", "esnext.disposable", "dom"],
    module: "nodenext",
    types: ["node"],
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noEmit: true,
  };
  writeFileSync(
    join(project, "tsconfig.json"),
    JSON.stringify({ compilerOptions, include: ["*.ts"] }),
  );
}

/**
 * A package that takes zod from its user is copied, and its own dependencies are linked into the project, so that
 * it finds the project's zod and no other, as it does where a package manager installs it.
 */
function install(name: string, from: string, project: string): void {
  const target = join(project, "node_modules", name);
  if (existsSync(target)) return;
  const source = realpathSync(join(from, "node_modules", name));
  const { peerDependencies = {}, dependencies = {} } = readManifest(source);
  mkdirSync(dirname(target), { recursive: true });
  if (!("zod" in peerDependencies)) return link(source, target);
  cpSync(source, target, { recursive: true });
  const siblings = source.slice(0, -name.length);
  for (const dependency of Object.keys(dependencies))
    if (dependency !== "zod")
      link(realpathSync(join(siblings, dependency)), join(project, "node_modules", dependency));
}

function link(source: string, target: string): void {
  if (existsSync(target)) return;
  mkdirSync(dirname(target), { recursive: true });
  symlinkSync(source, target, "dir");
}

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
}

/** @throws with what the type checker says. */
export function checkTypes(project: string, typescript: string): void {
  // The one that checks declarations in seconds checks those of the packages as well.
  const libraries = ["--skipLibCheck", String(typescript !== "typescript-7")];
  const tsc = join(here, "node_modules", typescript, "bin/tsc");
  run(process.execPath, [tsc, "-p", ".", ...libraries], project);
}

/** What a program prints. */
export function run(command: string, args: readonly string[], cwd: string, input?: string): string {
  try {
    return execFileSync(command, args, {
      cwd,
      encoding: "utf8",
      timeout: hangGuardMs,
      ...(input !== undefined && { input }),
    });
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    throw new Error(`${args.join(" ")} failed in ${cwd}:\n${stdout}${stderr}`, { cause: error });
  }
}

function withNeeds(name: string, found = new Set<string>()): readonly string[] {
  found.add(name);
  for (const dependency of Object.keys(readManifest(join(packagesDir, name))["dependencies"] ?? {}))
    if (dependency.startsWith("@ktx/") && !found.has(dependency.slice("@ktx/".length)))
      withNeeds(dependency.slice("@ktx/".length), found);
  return [...found];
}
