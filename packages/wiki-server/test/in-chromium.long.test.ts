import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Script } from "node:vm";
import { hashLines, openWiki } from "@ktx/wiki";
import { describe, expect, onTestFinished, test } from "vitest";
import { casesOf } from "../../../test/long-form.ts";
import { type OpenedPage, openBrowser } from "../../../test/open-browser.ts";
import { script } from "../src/assets/script.ts";
import { type Proposal, startWikiServer } from "../src/index.ts";

const looks = [
  { name: "a desk, light", viewport: { width: 1280, height: 800 }, colorScheme: "light" },
  { name: "a desk, dark", viewport: { width: 1280, height: 800 }, colorScheme: "dark" },
  { name: "a phone, light", viewport: { width: 360, height: 740 }, colorScheme: "light" },
  { name: "a phone, dark", viewport: { width: 360, height: 740 }, colorScheme: "dark" },
] as const;

test("the script of the pages is one", () => {
  expect(() => new Script(script)).not.toThrow(SyntaxError);
});

// A browser is not a part of the two commands of the README: only the full form opens one.
describe.each(casesOf(looks, () => false))("on $name", ({ viewport, colorScheme }) => {
  test("every page fits, breaks no rule of accessibility and logs no error", async ({ skip }) => {
    const browser = await openBrowser();
    if (typeof browser === "string") return skip(browser);
    onTestFinished(async () => browser[Symbol.asyncDispose]());
    const { url } = await serve();
    const opened = await browser.open({ viewport, colorScheme });
    const { page, errors, findViolations } = opened;
    await page.goto(url);
    const found: Record<string, readonly string[]> = {};
    for (const path of [
      "/",
      "/page/refunds.md",
      "/source/refunds.sql?lines=2-3#L2",
      "/search?q=refund",
      "/check",
      "/review",
      "/nothing",
    ]) {
      await page.goto(new URL(path, url).href);
      const overflow = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
      const violations = await findViolations();
      found[path] =
        overflow === 0 ? violations : [...violations, `${String(overflow)} px too wide`];
    }
    expect(Object.entries(found).filter(([, problems]) => problems.length > 0)).toEqual([]);
    // The browser itself reports the 404 that was asked for.
    expect(errors.filter((error) => !error.includes("404"))).toEqual([]);
  });

  test("the keyboard alone searches, opens a page, its source, and accepts a proposal", async ({
    skip,
  }) => {
    const browser = await openBrowser();
    if (typeof browser === "string") return skip(browser);
    onTestFinished(async () => browser[Symbol.asyncDispose]());
    const { url, settled } = await serve();
    const { page, errors } = await browser.open({ viewport, colorScheme });
    await page.goto(url);
    await page.keyboard.press("/");
    await page.keyboard.type("net revenue");
    await page.locator(".hits a").first().waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.waitForURL("**/page/refunds.md");
    await press({ page, errors }, 'a[href^="/source/"]');
    await page.waitForURL("**/source/**");
    await expect.poll(() => page.locator("tr.cited").count()).toBe(2);
    await press({ page, errors }, 'a[href="/review"]');
    await page.waitForURL("**/review");
    await press({ page, errors }, "button[value=accept]");
    await page.waitForURL("**/review?accepted=*");
    expect(settled).toEqual(["accept refunds.md v1"]);
    expect(errors).toEqual([]);
  });
});

/** Presses Tab until the element has the focus, then Enter. */
async function press(
  { page }: Omit<OpenedPage, "findViolations">,
  selector: string,
): Promise<void> {
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press("Tab");
    if (await page.evaluate(`document.activeElement.matches(${JSON.stringify(selector)})`)) {
      await page.keyboard.press("Enter");
      return;
    }
  }
  throw new Error(`Expected ${selector} to be reached with Tab.`);
}

async function serve(): Promise<{ readonly url: string; readonly settled: readonly string[] }> {
  const projectDir = await mkdtemp(join(tmpdir(), "wiki-browser-"));
  const sql = `select 1;\n-- A refund lowers net revenue, ${"by a long comment, ".repeat(20)}\nselect 2;\n`;
  await mkdir(join(projectDir, "wiki"));
  await writeFile(join(projectDir, "refunds.sql"), sql);
  const hash = hashLines(sql, { from: 2, to: 3 })?.slice(0, 16) ?? "";
  const table = `| ${"column | ".repeat(12)}\n|${" --- |".repeat(12)}\n| ${"value | ".repeat(12)}`;
  await writeFile(
    join(projectDir, "wiki", "refunds.md"),
    `---\ntitle: Refunds\ntags: [finance]\nupdated: 2026-11-29\n---\n\nA refund lowers net revenue.[^s1] ${"word".repeat(80)}\n\n## Rules\n\n${table}\n\n\`\`\`sql\n${"select 1, ".repeat(40)}\n\`\`\`\n\n> A [[missing]] page and a [broken](none.md) link.[^note]\n\n[^s1]: [refunds.sql:2-3](../refunds.sql) sha256:${hash}\n[^note]: By hand.\n`,
  );
  await writeFile(join(projectDir, "wiki", "orders.md"), "# Orders\n\nSee [[Refunds]].\n");
  const settled: string[] = [];
  let waiting: readonly Proposal[] = [
    {
      id: "refunds.md",
      version: "v1",
      kind: "page",
      page: "refunds.md",
      reason: "A person edited this page.",
      current: "one\ntwo\n",
      proposed: `one\n${"three ".repeat(60)}\n`,
      hasConflicts: false,
    },
  ];
  const wiki = await openWiki({ projectDir });
  const server = await startWikiServer({
    wiki,
    title: "Shop",
    onError: (error) => settled.push(String(error)),
    reviews: {
      list: async () => waiting,
      settle: async (id, verdict, version) => {
        settled.push(`${verdict} ${id} ${version}`);
        waiting = [];
      },
    },
  });
  onTestFinished(async () => {
    await server[Symbol.asyncDispose]();
    await wiki[Symbol.asyncDispose]();
    await rm(projectDir, { recursive: true, force: true });
  });
  return { url: server.url, settled };
}
