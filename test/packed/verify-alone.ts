/**
 * Installs each packed package alone into an empty project, as its user does, with nothing beside it but what it
 * declares; checks the types of all its entries under TypeScript 5.9 and 7, and loads them on the oldest supported
 * Node and on the pinned one. Takes the folder of the tarballs; without one it packs them.
 */
import { execFileSync } from "node:child_process";
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packPackage, publishedFolders, root } from "./pack-package.ts";
import { checkTypes, run } from "./project.ts";

interface Packed {
  readonly name: string;
  readonly file: string;
  readonly entries: readonly string[];
  readonly bin?: string;
  /** Packages that some entry needs, and that a project without it need not have. */
  readonly optional: Readonly<Record<string, string>>;
}

/** Types that others forgot to declare: a project that checks all declarations installs them itself. */
const forgotten: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  // `@ai-sdk/provider` imports the types of `json-schema`, and declares only its code.
  "@ktx/ai-sdk-provider": { "@types/json-schema": "7.0.15" },
};

/** The Node that runs this folder's scripts, the oldest where it has a package, and the pinned one of the clone. */
const nodes = [process.execPath, join(root, "node_modules/.bin/node")].filter((node) =>
  existsSync(node),
);

const work = mkdtempSync(join(tmpdir(), "ktx-alone-"));
try {
  const [given] = process.argv.slice(2);
  const tarballs =
    given === undefined
      ? publishedFolders().map((folder) => packPackage(join(root, folder), work))
      : globSync("*.tgz", { cwd: given }).map((name) => join(given, name));
  const packages = tarballs.map(readPacked);
  const versions = nodes.map((node) => run(node, ["--version"], work).trim());
  for (const each of packages) {
    const project = join(work, each.name.replace("/", "-"));
    createProject(project, each, packages);
    for (const typescript of ["typescript-5.9", "typescript-7"]) checkTypes(project, typescript);
    for (const node of nodes)
      if (each.bin === undefined) run(node, ["load.mjs"], project);
      else run(node, [join("node_modules", each.name, each.bin), "--version"], project);
    console.log(`${each.name}: installs, type-checks, runs on Node ${versions.join(" and ")}`);
    rmSync(project, { recursive: true, force: true });
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}

function readPacked(file: string): Packed {
  const text = execFileSync("tar", ["-xzOf", file, "package/package.json"], { encoding: "utf8" });
  const {
    name,
    exports = {},
    bin = {},
    peerDependencies = {},
    peerDependenciesMeta = {},
  } = JSON.parse(text) as {
    readonly name: string;
    readonly exports?: Readonly<Record<string, unknown>>;
    readonly bin?: Readonly<Record<string, string>>;
    readonly peerDependencies?: Readonly<Record<string, string>>;
    readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
  };
  const optional = Object.fromEntries(
    Object.entries(peerDependencies).filter(([peer]) => peerDependenciesMeta[peer]?.optional),
  );
  const entries = Object.keys(exports)
    .filter((entry) => !entry.endsWith(".json"))
    .map((entry) => name + entry.slice(1));
  const [program] = Object.values(bin);
  return { name, file, entries, optional, ...(program !== undefined && { bin: program }) };
}

/** A project with one dependency; the other packages of ours come from their tarballs, where it asks for them. */
function createProject(
  project: string,
  { name, file, entries, optional }: Packed,
  all: readonly Packed[],
) {
  mkdirSync(project);
  const { devDependencies } = JSON.parse(
    readFileSync(join(import.meta.dirname, "package.json"), "utf8"),
  ) as { readonly devDependencies: Readonly<Record<string, string>> };
  const manifest = {
    private: true,
    type: "module",
    dependencies: { [name]: `file:${file}` },
    devDependencies: {
      "@types/node": devDependencies["@types/node"],
      ...forgotten[name],
      ...optional,
    },
    pnpm: { overrides: Object.fromEntries(all.map((each) => [each.name, `file:${each.file}`])) },
  };
  const compilerOptions = {
    target: "es2024",
    lib: ["es2024", "esnext.disposable", "dom"],
    module: "nodenext",
    types: ["node"],
    strict: true,
    noEmit: true,
  };
  const imports = entries.map((entry, index) => `import * as m${index} from "${entry}";`);
  const uses = entries.map(
    (_, index) => `if (Object.keys(m${index}).length === 0) throw new Error();`,
  );
  const program = [...imports, ...uses, "export {};", ""].join("\n");
  writeFileSync(join(project, "package.json"), JSON.stringify(manifest));
  writeFileSync(
    join(project, "tsconfig.json"),
    JSON.stringify({ compilerOptions, include: ["*.ts"] }),
  );
  writeFileSync(join(project, "load.ts"), program);
  writeFileSync(join(project, "load.mjs"), program);
  const manager = process.env["npm_execpath"];
  const [command = "pnpm", ...first] =
    manager === undefined ? ["pnpm"] : [process.execPath, manager];
  run(command, [...first, "install", "--prefer-offline", "--ignore-workspace"], project);
}
