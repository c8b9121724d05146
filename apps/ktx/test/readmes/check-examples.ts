import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { readBlocks } from "./readme-blocks.ts";

const run = promisify(execFile);

/** A page with examples, and the package whose dependencies they import. */
export interface PageOfExamples {
  readonly page: string;
  readonly home: string;
}

/**
 * The findings of the compiler in the examples of each page, each example a module of its own. The compiler runs once
 * for all pages.
 */
export async function checkExamples(
  root: string,
  pages: readonly PageOfExamples[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const folders = new Map<string, string>();
  try {
    const files: string[] = [];
    const owners = new Map<string, string>();
    for (const { page, home } of pages) {
      const folder = await mkdtemp(join(root, home, ".readme-"));
      folders.set(page, folder);
      owners.set(basename(folder), page);
      for (const [index, { language, text }] of readBlocks(
        await readFile(join(root, page), "utf8"),
      ).entries()) {
        if (language !== "ts") continue;
        const file = join(folder, `example-${index + 1}.ts`);
        await writeFile(file, `${text}\nexport {};\n`);
        files.push(file);
      }
    }
    const found = new Map<string, string[]>(pages.map(({ page }) => [page, []]));
    for (const line of await compile(root, [...folders.values()][0] ?? root, files)) {
      const folder = /\.readme-\w+/.exec(line)?.[0] ?? "";
      const own = found.get(owners.get(folder) ?? "");
      if (own === undefined) throw new Error(`Expected a finding in an example, got: ${line}`);
      own.push(line);
    }
    return found;
  } finally {
    for (const folder of folders.values()) await rm(folder, { recursive: true });
  }
}

/** One line for each finding. */
async function compile(
  root: string,
  folder: string,
  files: readonly string[],
): Promise<readonly string[]> {
  const project = join(folder, "tsconfig.json");
  const config = {
    extends: join(root, "tsconfig.base.json"),
    compilerOptions: {
      noEmit: true,
      composite: false,
      declarationMap: false,
      isolatedDeclarations: false,
      rootDir: root,
    },
    files,
  };
  await writeFile(project, JSON.stringify(config));
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const args = [tsc, "-p", project, "--pretty", "false"];
  const printed = await run(process.execPath, args, { cwd: root }).catch(
    (error: { readonly stdout: string }) => error,
  );
  return printed.stdout.split("\n").filter((line) => /^\S/.test(line));
}
