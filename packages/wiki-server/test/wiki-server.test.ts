import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as buffer from "node:stream/consumers";
import { hashLines, openWiki } from "@ktx/wiki";
import { expect, onTestFinished, test } from "vitest";
import { type Proposal, startWikiServer, type WikiServerOptions } from "../src/index.ts";

const sql = "-- A refund lowers net revenue.\nselect 1;\n";

/** A served wiki of two pages, and a browser that has opened its address. */
async function serve(options: Partial<WikiServerOptions> = {}): Promise<{
  readonly get: (path: string) => Promise<Page>;
  readonly post: (path: string, form: string) => Promise<Page>;
  readonly url: string;
  readonly errors: readonly unknown[];
}> {
  const projectDir = await mkdtemp(join(tmpdir(), "wiki-server-"));
  await mkdir(join(projectDir, "wiki", "deep"), { recursive: true });
  await writeFile(join(projectDir, "refunds.sql"), sql);
  await writeFile(join(projectDir, "secret.txt"), "a secret\n");
  const hash = hashLines(sql, { from: 1, to: 1 })?.slice(0, 16) ?? "";
  await writeFile(
    join(projectDir, "wiki", "refunds.md"),
    `---\ntitle: Refunds\ntags: [finance]\n---\n\nA refund lowers net revenue.[^s1] See [[Discounts]].\n\n[^s1]: [refunds.sql:1](../refunds.sql) sha256:${hash}\n`,
  );
  await writeFile(
    join(projectDir, "wiki", "deep", "100% <b>.md"),
    "# Discounts\n\nSee [refunds](../refunds.md), [the secret](../../secret.txt) and [[none]].\n",
  );
  const errors: unknown[] = [];
  const wiki = await openWiki({ projectDir });
  const onError = (error: unknown): void => void errors.push(error);
  const server = await startWikiServer({ wiki, title: "Shop & Co", onError, ...options });
  onTestFinished(async () => {
    await server[Symbol.asyncDispose]();
    await wiki[Symbol.asyncDispose]();
    await rm(projectDir, { recursive: true, force: true });
  });
  const first = await ask(server.url, {});
  const cookie = String(first.headers["set-cookie"]).split(";")[0] ?? "";
  const address = (path: string): string => `http://127.0.0.1:${server.port}${path}`;
  return {
    errors,
    url: server.url,
    get: (path) => ask(address(path), { headers: { cookie } }),
    post: (path, body) => ask(address(path), { method: "POST", headers: { cookie }, body }),
  };
}

interface Page {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

async function ask(
  url: string,
  { body, ...options }: { method?: string; headers?: Record<string, string>; body?: string },
): Promise<Page> {
  const { promise, resolve, reject } = Promise.withResolvers<Page>();
  const sent = request(url, options, (response) => {
    const { statusCode: status, headers } = response;
    buffer.text(response).then((text) => resolve({ status, headers, text }), reject);
  });
  sent.on("error", reject).end(body);
  return await promise;
}

test("the printed address lets a browser in, once its token is a cookie", async () => {
  const { url, get } = await serve();
  const first = await ask(url, {});
  expect(first).toMatchObject({ status: 303, headers: { location: "/" } });
  expect(String(first.headers["set-cookie"])).toContain("HttpOnly; SameSite=Strict");
  const { status, text, headers } = await get("/");
  expect([status, text]).toEqual([200, expect.stringContaining("<title>Shop &amp; Co</title>")]);
  // Without a referrer, a browser would send the form of a verdict with the origin "null".
  expect(headers["referrer-policy"]).toBe("same-origin");
  expect(headers["content-security-policy"]).toContain("default-src 'none'");
  const stranger = await ask(url.replace(/\?.*/, ""), {});
  expect(stranger).toMatchObject({ status: 401, text: expect.stringContaining("ktx wiki serve") });
});

test("the list, a tag and a search lead to pages", async () => {
  const { get } = await serve();
  const { text } = await get("/");
  expect(text).toContain('<a href="/page/deep/100%25%20%3Cb%3E.md">Discounts</a>');
  expect((await get("/?tag=finance")).text).not.toContain("Discounts");
  const hits = (await get("/hits?q=refund")).text;
  expect(hits).toContain("<mark>refund</mark>");
  expect(hits).not.toContain("<html");
  expect((await get("/search?q=refund")).text).toContain('value="refund"');
  expect((await get("/search?q=zzz")).text).toContain("0 pages found.");
});

test("a page shows its claims, their sources with their state, and the pages that link to it", async () => {
  const { get } = await serve();
  const { text } = await get("/page/refunds.md");
  expect(text).toContain('<a href="/page/deep/100%25%20%3Cb%3E.md">Discounts</a>');
  expect(text).toContain('<a href="/source/refunds.sql?lines=1-1#L1">refunds.sql:1</a>');
  expect(text).toContain("unchanged since it was cited");
  expect(text).toContain("Pages that link here");
  const other = await get("/page/deep/100%25%20%3Cb%3E.md");
  expect(other.text).toContain('<a href="/page/refunds.md">refunds</a>');
  expect(other.text).toContain('<span class="no-target">the secret</span>');
});

test("a source shows the cited lines; a file that no page cites is not shown", async () => {
  const { get } = await serve();
  const { text } = await get("/source/refunds.sql?lines=1-1");
  expect(text).toMatch(/<tr id="L1"\s+class="cited"\s*>/);
  expect(text).toMatch(/<tr id="L2"\s*>/);
  for (const path of [
    "secret.txt",
    "../refunds.sql",
    "/etc/passwd",
    "%2e%2e%2fsecret.txt",
    "wiki/refunds.md",
  ])
    expect(await get(`/source/${encodeURIComponent(path)}`)).toMatchObject({ status: 404 });
});

test("an address that leads nowhere says so", async () => {
  const { get, post, errors } = await serve();
  for (const path of [
    "/nothing",
    "/page/none.md",
    "/page/%ff",
    "/page/..%2Frefunds.sql",
    "/review",
    "/page/",
  ])
    expect(await get(path)).toMatchObject({
      status: 404,
      text: expect.stringContaining("All pages"),
    });
  expect(await post("/page/refunds.md", "verdict=accept")).toMatchObject({ status: 405 });
  expect(errors).toEqual([]);
});

test("a check lists what there is to mend", async () => {
  const { get } = await serve();
  expect((await get("/check")).text).toContain("none");
});

test("a proposal is accepted or rejected with one button", async () => {
  let waiting: readonly Proposal[] = [
    {
      id: "refunds.md",
      version: "v1",
      kind: "page",
      page: "refunds.md",
      reason: "A person edited <this>.",
      current: "a\nb\n",
      proposed: "a\nc\n",
      hasConflicts: false,
    },
    {
      id: "x",
      version: "v3",
      kind: "page",
      page: "x.md",
      reason: "Both changed it.",
      hasConflicts: true,
    },
    {
      id: "0a1b",
      version: "v2",
      kind: "set",
      reason: "Held.",
      claims: [{ page: "p.md", text: "New." }],
      against: [],
    },
  ];
  const settled: string[] = [];
  const { get, post } = await serve({
    reviews: {
      list: async () => waiting,
      settle: async (id, verdict, version) => {
        if (id === "x") throw new Error("An ingest of this project is running.");
        settled.push(`${verdict} ${id} ${version}`);
        waiting = waiting.filter((one) => one.id !== id);
      },
    },
  });
  const { text } = await get("/review");
  expect(text).toContain("A person edited &lt;this&gt;.");
  expect(text).toContain('<li class="removed">− b</li>');
  expect(text).toContain('<li class="added">+ c</li>');
  expect(text.match(/value="accept"/g)).toHaveLength(2);
  expect(text).toContain('<input type="hidden" name="version" value="v1" />');
  expect(await post("/review/refunds.md", "version=v1&verdict=accept")).toMatchObject({
    status: 303,
    headers: { location: "/review?accepted=refunds.md" },
  });
  expect(await post("/review/0a1b", "version=v2&verdict=reject")).toMatchObject({ status: 303 });
  expect(settled).toEqual(["accept refunds.md v1", "reject 0a1b v2"]);
  expect((await get("/review?accepted=refunds.md")).text).toContain("Accepted refunds.md.");
  const busy = await post("/review/x", "verdict=reject");
  expect(busy).toMatchObject({
    status: 409,
    text: expect.stringContaining("An ingest of this project is running."),
  });
  expect(await post("/review/x", "verdict=perhaps")).toMatchObject({ status: 405 });
  expect(await post("/review/x", "a".repeat(20_000))).toMatchObject({ status: 413 });
});

test("a page that fails is a sentence for the reader, and an error for the program", async () => {
  const { get, errors } = await serve({
    reviews: {
      list: async () => {
        throw new Error("The disk is gone.");
      },
      settle: async () => {},
    },
  });
  expect(await get("/")).toMatchObject({ status: 500, text: expect.not.stringContaining("disk") });
  expect(errors).toMatchObject([{ message: "The disk is gone." }]);
});

test("a signal ends the server, also before it starts", async () => {
  const stop = new AbortController();
  const { url } = await serve({ signal: stop.signal });
  stop.abort();
  await expect(ask(url, {})).rejects.toThrow(/ECONNREFUSED|ECONNRESET|hang up/);
  await expect(serve({ signal: AbortSignal.abort(new Error("stopped")) })).rejects.toThrow(
    "stopped",
  );
});
