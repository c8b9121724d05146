import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { leaveRoom, makeRoom } from "../../../test/leave-room.ts";
import { openWiki, type Wiki, WikiError } from "../src/index.ts";

/**
 * Writes pages on the disk of the first argument with so many of its pages free, each number until all goes through,
 * once in a project without a data folder and once in one that has it. Prints the state after each.
 */
const [folder = ""] = process.argv.slice(2);
const project = join(folder, "project");
const letters = (letter: string): string => `word ${letter.repeat(9_000)}\n`;

for (const isNew of [true, false])
  for (let pages = 0, isRoomy = false; !isRoomy; pages += 1) {
    rmSync(project, { recursive: true, force: true });
    mkdirSync(join(project, "wiki"), { recursive: true });
    writeFileSync(join(project, "wiki/old.md"), letters("a"));
    if (!isNew) {
      await using wiki = await openWiki({ projectDir: project });
      await wiki.search("word");
    }
    leaveRoom(folder, pages);
    const full = await work();
    makeRoom(folder);
    const again = await work();
    const files = readdirSync(project, { recursive: true, encoding: "utf8" });
    console.log(JSON.stringify({ isNew, pages, full, again, files }));
    isRoomy = full.old.outcome === "written" && full.fresh.outcome === "written";
  }

/** Changes a page and makes one; then the state of both, and the number of pages that a search finds. */
async function work(): Promise<Record<"old" | "fresh", Written> & Record<string, unknown>> {
  await using wiki = await openWiki({ projectDir: project, freshMs: 0 });
  const old = await write(wiki, "old.md", letters("b"));
  const fresh = await write(wiki, "deep/fresh.md", letters("c"));
  const found = (await wiki.search("word")).length;
  const ignored = readOr(join(project, ".ktx/.gitignore"));
  return { old, fresh, found, ignored };
}

interface Written {
  readonly outcome: string;
  /** The letter that the page is full of; empty where it is not whole. */
  readonly letter: string;
}

async function write(wiki: Wiki, name: string, text: string): Promise<Written> {
  const page = await wiki.read(name);
  let outcome: string;
  try {
    ({ outcome } = await wiki.write({ name, text, baseHash: page?.hash ?? null }));
  } catch (error) {
    outcome = error instanceof WikiError ? `${error.code}: ${error.message}` : String(error);
  }
  const now = readOr(join(project, "wiki", name));
  const letter = now === undefined ? "none" : (now.charAt(5) ?? "");
  return { outcome, letter: now === undefined || now === letters(letter) ? letter : "" };
}

function readOr(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
