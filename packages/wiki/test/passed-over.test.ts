import { symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { hashLines } from "../src/index.ts";
import { openProject } from "./open-project.ts";

test("a link to a page, a link to a folder, and a page that is too large are neither listed nor searched, and each says why", async () => {
  await using outside = await openProject({ "wiki/there.md": "There." });
  await using scene = await openProject({ "wiki/a.md": "Refunds.", "wiki/sub/b.md": "Orders." });
  const wiki = join(scene.project, "wiki");
  await symlink("a.md", join(wiki, "link.md"));
  await symlink("none.md", join(wiki, "sub/dangling.md"));
  await symlink(join(outside.project, "wiki"), join(wiki, "folder"));
  await symlink("a.md", join(wiki, "attachment.png"));
  await symlink("a.md", join(wiki, ".hidden.md"));
  await writeFile(join(wiki, "big.md"), "x".repeat(9 * 1024 * 1024));
  expect((await scene.wiki.list()).map(({ name }) => name)).toEqual(["a.md", "sub/b.md"]);
  const link = expect.stringContaining("links are not followed");
  const expected = [
    ["big.md", expect.stringContaining("at most 8388608 bytes")],
    ["folder", link],
    ["link.md", link],
    ["sub/dangling.md", link],
  ];
  const passedOver = (await scene.wiki.passedOver()).toSorted((one, other) =>
    one.name < other.name ? -1 : 1,
  );
  expect(passedOver.map(({ name, message }) => [name, message])).toEqual(expected);
  const { pages, findings } = await scene.wiki.check();
  expect(pages).toBe(3);
  expect(findings.map(({ page, message }) => [page, message])).toEqual(expected);
});

test("a page whose name cannot be read does not keep the others from being mended", async () => {
  const hash = hashLines("one\n", { from: 1, to: 1 });
  await using scene = await openProject({
    "a.sql": "new\none\n",
    "wiki/a.md": `One.[^s1]\n\n[^s1]: [a.sql:1](../a.sql) sha256:${hash?.slice(0, 16)}\n`,
  });
  await writeFile(join(scene.project, "wiki", "a\\b.md"), "x\n");
  const { citations, findings } = await scene.wiki.check({ fix: true });
  expect(citations).toMatchObject({ fine: 1, moved: 0 });
  expect(findings.map(({ page }) => page)).toEqual(["a\\b.md"]);
});
