/**
 * Packs the package, unpacks it into an empty project beside its declared dependencies, and runs the example `mcp-client`
 * there. Fails when a file is missing from the tarball or the example prints something else.
 */
import { execFileSync } from "node:child_process";
import { strictEqual } from "node:assert/strict";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const packageDir = join(import.meta.dirname, "../..");
const example = join(packageDir, "../../examples/mcp-client");
const readme = readFileSync(join(example, "README.md"), "utf8");
const project = mkdtempSync(join(tmpdir(), "ktx-mcp-bridge-"));
try {
  const tarball = pack();
  const installed = join(project, "node_modules/@ktx/mcp-bridge");
  mkdirSync(installed, { recursive: true });
  execFileSync("tar", ["-xzf", tarball, "-C", installed, "--strip-components=1"]);
  for (const name of declaredDependencies(installed)) link(name);
  copyFileSync(join(example, "main.ts"), join(project, "example.mts"));

  const output = execFileSync(process.execPath, ["example.mts"], {
    cwd: project,
    encoding: "utf8",
  });

  const [, said = ""] = /^````\n(.*?)^````$/ms.exec(readme) ?? [];
  strictEqual(output, said);
  console.log("The packed package offers its tools to a foreign MCP client.");
} finally {
  rmSync(project, { recursive: true, force: true });
}

/** By the package manager that runs this script; pnpm says where it is. */
function pack(): string {
  const manager = process.env["npm_execpath"];
  const pnpm = manager === undefined ? ["pnpm"] : [process.execPath, manager];
  const [command = "pnpm", ...first] = pnpm;
  const packed = execFileSync(
    command,
    [...first, "pack", "--json", "--pack-destination", project],
    {
      cwd: packageDir,
      encoding: "utf8",
    },
  );
  const { filename } = JSON.parse(packed.slice(packed.indexOf("{"))) as { filename: string };
  return filename;
}

function declaredDependencies(installed: string): readonly string[] {
  const manifest = JSON.parse(readFileSync(join(installed, "package.json"), "utf8")) as {
    readonly dependencies: Readonly<Record<string, string>>;
    readonly peerDependencies: Readonly<Record<string, string>>;
  };
  return Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
}

function link(name: string): void {
  const target = join(project, "node_modules", name);
  mkdirSync(dirname(target), { recursive: true });
  symlinkSync(join(packageDir, "node_modules", name), target, "dir");
}
