import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, inject, test } from "vitest";
import { playIngestModel } from "../src/testing/index.ts";
import { makeProject, playRuntime } from "./project.ts";

const many = inject("longForm") === "full" ? 10_000 : 1_000;

/** All that the model reads in one unit: its prompt, and the results of its calls. */
async function bytesOf(pages: number): Promise<number> {
  await using project = await makeProject({ "sources/a.md": "A refund is paid within 30 days.\n" });
  await mkdir(join(project.path, "wiki"));
  for (let page = 0; page < pages; page += 1) {
    const name = `page-${String(page).padStart(5, "0")}.md`;
    const text = `# Refunds of shop ${String(page).padStart(5, "0")}\n\nHow a refund is paid there, in days.\n`;
    await writeFile(join(project.path, "wiki", name), text);
  }
  let read = "";
  await project.ingest(
    playRuntime((user, results, { systemPrompt }) => {
      read = [systemPrompt, user, ...results].join("");
      return playIngestModel(user, results);
    }),
  );
  expect(read.match(/^page-\d+\.md \| /gm)).toHaveLength(10);
  return read.length;
}

test(`a unit reads as much with ${many} pages as with 100`, async () => {
  const few = await bytesOf(100);
  expect(await bytesOf(many)).toBe(few);
});
