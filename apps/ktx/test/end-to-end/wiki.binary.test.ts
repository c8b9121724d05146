import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runHere } from "../run-here.ts";
import { openSandbox, type Sandbox } from "../spawn-ktx.ts";
import { writeWikiProject } from "./wiki-project.ts";

async function openWikiSandbox(): Promise<Sandbox> {
  const sandbox = await openSandbox();
  await writeWikiProject(sandbox.project);
  return sandbox;
}

test("the wiki is searched, read, listed and explained from the terminal, and in JSON", async () => {
  await using sandbox = await openWikiSandbox();
  const ktx = (...args: string[]) => runHere(sandbox, ["wiki", ...args]);
  const [search, found, read, list, why, usedBy] = await Promise.all([
    ktx("search", "net", "revenue"),
    ktx("search", "net revenue", "--json"),
    ktx("read", "finance/refunds"),
    ktx("list", "--tag", "finance", "--json"),
    ktx("why", "finance/refunds.md"),
    ktx("why", "sources/orders.sql"),
  ]);
  expect(search).toEqual({
    exitCode: 0,
    stdout:
      "finance/refunds.md  Refunds\n  What a refund does.\n  A refund lowers **net** **revenue**. See Orders. orders.sql:2\n",
    stderr: "",
  });
  expect(JSON.parse(found.stdout)).toMatchObject({
    version: 1,
    type: "search",
    hits: [{ name: "finance/refunds.md", title: "Refunds", coverage: 1 }],
  });
  expect(read.stdout).toBe(
    await readFile(join(sandbox.project, "wiki/finance/refunds.md"), "utf8"),
  );
  expect(JSON.parse(list.stdout).pages).toMatchObject([{ name: "finance/refunds.md" }]);
  expect(why.stdout).toBe("A refund lowers net revenue.\n    [^s1] sources/orders.sql:2  fine\n");
  expect(usedBy.stdout).toBe("finance/refunds.md\n");
});

test("a check finds what has moved, fixes it when asked, and says with its exit code whether all is well", async () => {
  await using sandbox = await openWikiSandbox();
  const file = join(sandbox.project, "sources/orders.sql");
  await writeFile(file, `-- New.\n${await readFile(file, "utf8")}`);
  const check = await runHere(sandbox, ["wiki", "check"]);
  expect(check.exitCode).toBe(1);
  expect(check.stdout).toBe(
    "finance/refunds.md:9 moved [^s1]: the lines of sources/orders.sql:2 are now\nsources/orders.sql:3.\n1 finding in 2 pages with 1 citation (1 moved).\n",
  );
  const fixed = await runHere(sandbox, ["wiki", "check", "--fix"]);
  expect(fixed).toMatchObject({
    exitCode: 0,
    stdout: "No findings in 2 pages with 1 citation (1 fine).\n",
  });
});

test("a folder without a wiki stays as it is", async () => {
  await using sandbox = await openSandbox();
  expect((await runHere(sandbox, ["wiki", "list"])).exitCode).toBe(1);
  expect(await sandbox.listFiles()).toEqual([]);
});
