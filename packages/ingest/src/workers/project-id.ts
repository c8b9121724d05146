import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { replaceDurably } from "../apply/durable-files.ts";
import type { ProjectFolders } from "../apply/project-folders.ts";

/** Names this copy of the project in stores that others share: made once, and kept in the project's state. */
export async function readProjectId({ state }: ProjectFolders): Promise<string> {
  const file = join(state, "project-id");
  const known = await readFile(file, "utf8").catch(() => "");
  if (/^[\da-f-]{36}$/.test(known)) return known;
  const id = randomUUID();
  await replaceDurably(file, id);
  return id;
}
