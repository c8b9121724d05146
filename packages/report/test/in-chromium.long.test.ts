import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Script } from "node:vm";
import { pathToFileURL } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { casesOf } from "../../../test/long-form.ts";
import { type OpenedPage, openBrowser } from "../../../test/open-browser.ts";
import { renderReport } from "../src/index.ts";
import { script } from "../src/page/script.ts";
import { eventsOfIngest } from "./events-of-ingest.ts";
import { call, completed, event, message, recordingOf, start, usage } from "./recording-of.ts";

const looks = [
  { name: "a desk, light", viewport: { width: 1280, height: 800 }, colorScheme: "light" },
  { name: "a desk, dark", viewport: { width: 1280, height: 800 }, colorScheme: "dark" },
  { name: "a phone, light", viewport: { width: 360, height: 740 }, colorScheme: "light" },
  { name: "a phone, dark", viewport: { width: 360, height: 740 }, colorScheme: "dark" },
] as const;

const steps = (count: number): readonly object[] =>
  Array.from({ length: count }, (_, index) => [
    ...call(
      `call-${index}`,
      index % 7 === 3 ? { status: "failed", error: { message: "No." } } : {},
    ),
    usage(100 * (index + 1), 60 * index, 20 * (index + 1)),
  ]).flat();

const failed = recordingOf(
  start({ instructions: "Be brief.", outputSchema: { type: "object" } }),
  ...steps(12),
  { type: "signal", signal: { type: "retry", delayMs: 2_500 } },
  { type: "signal", signal: { type: "limits", limits: { primary: { usedPercent: 91 } } } },
  message(`A long word: ${"x".repeat(500)}`),
  event({
    type: "turn.failed",
    error: { message: "exceeded retry limit, last status: 429 Too Many Requests" },
  }),
  { type: "turn-end" },
);

test("the script of the page is one", () => {
  expect(() => new Script(script)).not.toThrow(SyntaxError);
});

// A browser is not a part of the two commands of the README: only the full form opens one.
describe.each(casesOf(looks, () => false))("on $name", ({ viewport, colorScheme }) => {
  test.for([
    ["a run", failed],
    ["an ingest", eventsOfIngest()],
  ] as const)(
    "%s fits, breaks no rule of accessibility and logs no error",
    async ([, text], { skip }) => {
      const opened = await show(text, { viewport, colorScheme });
      if (typeof opened === "string") return skip(opened);
      const { page, errors, findViolations } = opened;
      const overflow = "document.documentElement.scrollWidth - innerWidth";
      expect(await page.evaluate(overflow)).toBe(0);
      expect(await findViolations()).toEqual([]);
      await page.evaluate(
        "for (const each of document.querySelectorAll('details')) each.open = true",
      );
      expect(await page.evaluate(overflow)).toBe(0);
      expect(await findViolations()).toEqual([]);
      expect(errors).toEqual([]);
    },
  );

  test("the keyboard alone finds an entry, unfolds it, and shows the failures", async ({
    skip,
  }) => {
    const opened = await show(failed, { viewport, colorScheme });
    if (typeof opened === "string") return skip(opened);
    const { page, errors } = opened;
    const shown = page.locator(".entry:not([hidden])");
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await expect.poll(() => page.locator(".entry details[open]").count()).toBe(2);
    await page.keyboard.press("/");
    await page.keyboard.type("call-3");
    await expect.poll(() => shown.count()).toBe(1);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Space");
    await expect.poll(() => page.locator("#found").textContent()).toBe("1 of 15");
    expect(errors).toEqual([]);
  });

  test("a click on a column sorts the units", async ({ skip }) => {
    const opened = await show(eventsOfIngest(), { viewport, colorScheme });
    if (typeof opened === "string") return skip(opened);
    const { page, errors } = opened;
    const first = page.locator("tbody tr").first();
    await page.getByRole("button", { name: "Tokens" }).click();
    await expect.poll(() => first.textContent()).toContain("refunds.md");
    await page.getByRole("button", { name: "Tokens" }).click();
    await expect.poll(() => first.textContent()).toContain("late.md");
    expect(errors).toEqual([]);
  });
});

describe.each(casesOf(["10,000 steps"], () => false))("with %s", () => {
  const text = () => recordingOf(start(), ...steps(10_000), message("Done."), ...completed);

  test("no frame of scrolling, finding and unfolding is long, and few elements are there", async ({
    skip,
  }) => {
    const opened = await show(text(), { viewport: { width: 1280, height: 800 } });
    if (typeof opened === "string") return skip(opened);
    const { page, errors } = opened;
    const countElements = async () =>
      Number(await page.evaluate("document.querySelectorAll('*').length"));
    expect(await countElements()).toBeLessThan(10_000);
    // The browser's own measure of jank: tasks of more than 50 ms.
    await page.evaluate(
      "self.long = []; new PerformanceObserver((list) => long.push(...list.getEntries().map(({ duration }) => duration))).observe({ entryTypes: ['longtask'] })",
    );
    for (let at = 0; at < 60; at += 1) {
      await page.mouse.wheel(0, 4_000);
      await page.evaluate("new Promise(requestAnimationFrame)");
    }
    const scrolled = await page.evaluate("JSON.stringify(long)");
    expect(await countElements()).toBeLessThan(10_000);
    await page.keyboard.press("/");
    await page.keyboard.type("call-9999");
    const found = () => page.locator(".entry:not([hidden])").count();
    await expect.poll(found).toBe(1);
    await expect.poll(() => page.locator("#found").textContent()).toBe("1 of 10001");
    const all = await page.evaluate("JSON.stringify(long)");
    expect(errors).toEqual([]);
    // Figures for the report of the lane; no time is a limit of the test, except that a page must not freeze.
    console.log(
      `tasks above 50 ms, in ms: scrolling ${String(scrolled)}, with finding ${String(all)}`,
    );
    const longest = Math.max(0, ...(JSON.parse(String(all)) as number[]));
    expect(longest).toBeLessThan(2_000);
  });

  test("the keyboard goes on beyond the entries that are there, and what was unfolded stays so", async ({
    skip,
  }) => {
    const opened = await show(text(), { viewport: { width: 1280, height: 800 } });
    if (typeof opened === "string") return skip(opened);
    const { page, errors } = opened;
    for (let presses = 0; presses < 450; presses += 1) await page.keyboard.press("j");
    const focused = () => page.evaluate("document.activeElement.closest('.entry').textContent");
    expect(String(await focused())).toContain("call-449");
    await page.keyboard.press("Enter");
    await page.keyboard.press("k");
    expect(String(await focused())).toContain("call-448");
    await page.evaluate("document.activeElement.blur()");
    await page.evaluate("scrollTo(0, document.body.scrollHeight)");
    const unfolded = page.locator("details[open]", { hasText: "call-449" });
    await expect.poll(() => unfolded.count()).toBe(0);
    await page.keyboard.press("/");
    await page.keyboard.type("call-449");
    await expect.poll(() => unfolded.count()).toBe(1);
    expect(errors).toEqual([]);
  });

  test("a page without scripts shows every entry", async ({ skip }) => {
    const opened = await show(text(), { javaScriptEnabled: false });
    if (typeof opened === "string") return skip(opened);
    expect(await opened.page.locator(".entry").count()).toBe(10_001);
  });
});

/** Opens the page of a text from its file; the reason where there is no browser. */
async function show(
  text: string,
  look: Parameters<Exclude<Awaited<ReturnType<typeof openBrowser>>, string>["open"]>[0],
): Promise<OpenedPage | string> {
  const browser = await openBrowser();
  if (typeof browser === "string") return browser;
  onTestFinished(async () => browser[Symbol.asyncDispose]());
  const folder = await mkdtemp(join(tmpdir(), "ktx-report-"));
  onTestFinished(async () => rm(folder, { recursive: true }));
  const file = join(folder, "report.html");
  await writeFile(file, renderReport(text));
  const opened = await browser.open(look);
  await opened.page.goto(pathToFileURL(file).href);
  return opened;
}
