import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { openWiki, type Wiki, type WikiOptions } from "../src/index.ts";

export interface Project extends AsyncDisposable {
  readonly project: string;
  readonly wiki: Wiki;
}

/** A project of files in a folder of its own, with its wiki; both go at the end. */
export async function openProject(
  files: Readonly<Record<string, string | Uint8Array>>,
  options: Omit<WikiOptions, "projectDir"> = {},
): Promise<Project> {
  const project = await mkdtemp(join(tmpdir(), "ktx-wiki-"));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(project, path)), { recursive: true });
    await writeFile(join(project, path), content);
  }
  const wiki = await openWiki({ projectDir: project, freshMs: 0, ...options });
  return {
    project,
    wiki,
    [Symbol.asyncDispose]: async () => {
      await wiki[Symbol.asyncDispose]();
      await rm(project, { recursive: true, force: true });
    },
  };
}
