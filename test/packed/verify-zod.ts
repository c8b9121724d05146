/**
 * Packs the packages, unpacks them into empty projects, and there type-checks and runs the program of a user
 * beside each supported zod, under each supported TypeScript. Fails when a type-check takes longer than a minute.
 */
import { execFileSync } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const here = import.meta.dirname;
const packagesDir = join(here, "../../packages");
const packed = ["codex-events", "structured-output", "mcp-bridge", "codex-runtime"];
/** The user's zod, and where it is not the same, that of the packages: two copies meet in one program. */
const pairs: readonly { readonly zod: string; readonly own?: string }[] = [
  { zod: "zod-4.1" },
  { zod: "zod-4.5" },
  { zod: "zod-4.6" },
  { zod: "zod-4.1", own: "zod-4.6" },
  { zod: "zod-4.6", own: "zod-4.1" },
];
const ownFolders = [
  ...packed.map((name) => `node_modules/@ktx/${name}`),
  "node_modules/@modelcontextprotocol/sdk",
];
const typescripts = ["typescript-5.9", "typescript-7"];
/** Only so that a type-check that would never end does not hang the build; each takes a few seconds. */
const hangGuardMs = 60_000;

const work = mkdtempSync(join(tmpdir(), "ktx-packed-"));
try {
  const tarballs = packed.map((name) => [name, pack(name)] as const);
  for (const { zod, own } of pairs) {
    const name = own === undefined ? zod : `${zod}, with packages on ${own}`;
    const project = join(work, name);
    createProject(project, zod, own, tarballs);
    for (const typescript of typescripts) {
      const startedAt = performance.now();
      // The one that checks declarations in seconds checks those of the packages as well.
      const libraries = ["--skipLibCheck", String(typescript !== "typescript-7")];
      run([join(here, "node_modules", typescript, "bin/tsc"), "-p", ".", ...libraries], project);
      const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
      console.log(`${name}, ${typescript}: the types are right (${seconds} s)`);
    }
    run(["consumer.ts"], project);
    console.log(`${name}: runs`);
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}

function createProject(
  project: string,
  zod: string,
  own: string | undefined,
  tarballs: readonly (readonly [name: string, tarball: string])[],
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
  copyFileSync(join(here, "consumer.ts"), join(project, "consumer.ts"));
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
    JSON.stringify({ compilerOptions, files: ["consumer.ts"] }),
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

function run(command: readonly string[], cwd: string): void {
  try {
    execFileSync(process.execPath, command, { cwd, encoding: "utf8", timeout: hangGuardMs });
  } catch (error) {
    const { stdout = "", stderr = "" } = error as {
      readonly stdout?: string;
      readonly stderr?: string;
    };
    throw new Error(`${command.join(" ")} failed in ${cwd}:\n${stdout}${stderr}`, { cause: error });
  }
}

/** By the package manager that runs this script; it says where it is. */
function pack(name: string): string {
  const manager = process.env["npm_execpath"];
  const [command = "pnpm", ...first] =
    manager === undefined ? ["pnpm"] : [process.execPath, manager];
  const output = execFileSync(command, [...first, "pack", "--json", "--pack-destination", work], {
    cwd: join(packagesDir, name),
    encoding: "utf8",
  });
  const { filename } = JSON.parse(output.slice(output.indexOf("{"))) as { filename: string };
  return filename;
}
