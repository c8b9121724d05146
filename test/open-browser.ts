import { execFile } from "node:child_process";
import { access } from "node:fs/promises";
import { promisify } from "node:util";
import axeCore from "axe-core";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";

const run = promisify(execFile);

/** Debian's place of it. */
const debianChromium = "/usr/bin/chromium";

/** A browser page that collects what goes wrong in it. */
export interface OpenedPage {
  readonly page: Page;
  /** Errors of scripts, on the console, of requests that failed or were blocked. */
  readonly errors: readonly string[];
  /** The violations of accessibility rules, as axe finds them in the page as it is now. */
  readonly findViolations: () => Promise<readonly string[]>;
}

export interface OpenedBrowser extends AsyncDisposable {
  readonly open: (options?: BrowserContextOptions) => Promise<OpenedPage>;
}

/**
 * Chromium without a window. Debian's package is installed where it is missing and this user may install it.
 *
 * @returns the reason where there is no Chromium.
 */
export async function openBrowser(): Promise<OpenedBrowser | string> {
  const missing = await installChromium();
  if (missing !== undefined) return missing;
  const browser: Browser = await chromium.launch({
    executablePath: debianChromium,
    // The sandbox of Chromium needs a user that is not root, as in a container.
    args: ["--no-sandbox", "--disable-gpu"],
  });
  return {
    open: async (options) => {
      const context = await browser.newContext({ ...options });
      const page = await context.newPage();
      const errors: string[] = [];
      page.on("pageerror", (error) => errors.push(error.message));
      page.on("console", (message) => {
        if (message.type() === "error" || message.type() === "warning") errors.push(message.text());
      });
      page.on("requestfailed", (request) => {
        // A search that a newer one replaces is cancelled.
        if (request.failure()?.errorText !== "net::ERR_ABORTED") errors.push(request.url());
      });
      return { page, errors, findViolations: async () => findViolations(page) };
    },
    [Symbol.asyncDispose]: async () => browser.close(),
  };
}

async function installChromium(): Promise<string | undefined> {
  if (await isThere(debianChromium)) return undefined;
  if (process.getuid?.() !== 0)
    return `There is no Chromium at ${debianChromium}, and only root can install it: apt-get install chromium.`;
  try {
    await run("apt-get", ["install", "--yes", "--no-install-recommends", "chromium"]);
    return undefined;
  } catch (error) {
    return `There is no Chromium at ${debianChromium}, and it cannot be installed: ${String(error)}`;
  }
}

async function isThere(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}

async function findViolations(page: Page): Promise<readonly string[]> {
  // A policy that forbids foreign scripts does not hold for the evaluation of the debugger.
  await page.evaluate(axeCore.source);
  const found: unknown = await page.evaluate(
    "axe.run().then(({ violations }) => violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`))",
  );
  return Array.isArray(found) ? found.map(String) : [`axe gave ${JSON.stringify(found)}`];
}
