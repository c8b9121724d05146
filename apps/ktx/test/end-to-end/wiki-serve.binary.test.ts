import { createServer } from "node:http";
import { once } from "node:events";
import { expect, test } from "vitest";
import { openSandbox, runKtx, spawnKtx } from "../spawn-ktx.ts";
import { writeWikiProject } from "./wiki-project.ts";

test("ktx wiki serve shows a page and the lines that it cites to the browser with the token, until Ctrl-C", async () => {
  await using sandbox = await openSandbox();
  await writeWikiProject(sandbox.project);
  const ktx = spawnKtx(sandbox, ["wiki", "serve"]);
  let printed = "";
  ktx.child.stdout?.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  await ktx.seen("Ctrl-C");
  // The address is on another pipe than the hint.
  await expect.poll(() => printed).toMatch(/\n$/);
  const url = new URL(printed.trim());
  const welcome = await fetch(url, { redirect: "manual" });
  const cookie = welcome.headers.get("set-cookie")?.split(";")[0] ?? "";
  const get = async (path: string, headers = { cookie }): Promise<string> => {
    const answer = await fetch(new URL(path, url.origin), { headers });
    return `${answer.status} ${await answer.text()}`;
  };
  expect(await get("/page/finance/refunds.md")).toContain(
    '<a href="/source/sources/orders.sql?lines=2-2#L2">sources/orders.sql:2</a>',
  );
  expect(await get("/source/sources/orders.sql?lines=2-2")).toContain("Refunds lower net revenue.");
  expect(await get("/source/.env")).toMatch(/^404 /);
  expect(await get("/review")).toContain("No proposal waits.");
  expect(await get("/", { cookie: "" })).toMatch(/^401 /);
  ktx.child.kill("SIGINT");
  const { exitCode, stderr } = await ktx.result;
  expect(exitCode).toBe(130);
  expect(stderr).not.toContain(url.searchParams.get("token"));
});

test("a port in use, and a project without a wiki, are sentences", async () => {
  await using sandbox = await openSandbox();
  expect(await runKtx(sandbox, ["wiki", "serve"])).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("There is no wiki"),
  });
  await writeWikiProject(sandbox.project);
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const address = other.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const busy = await runKtx(sandbox, ["wiki", "serve", "--port", String(port)]);
  other.close();
  expect(busy).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining(`Port ${port} is in use.`),
  });
});
