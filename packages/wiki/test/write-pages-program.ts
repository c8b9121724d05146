/** Writes versions of one page, each of one letter and larger than the last, until it ends or the disk is full. */
import { openWiki, WikiError } from "../src/index.ts";

const [, , projectDir = "", count = ""] = process.argv;
const wiki = await openWiki({ projectDir, freshMs: 0 });
for (let version = 0; version < Number(count); version += 1)
  try {
    const page = await wiki.read("log.md");
    const text = `word ${String.fromCodePoint(97 + (version % 26)).repeat(version * 1_000 + 10)}\n`;
    await wiki.write({ name: "log.md", text, baseHash: page?.hash ?? null });
    if (version === 0) console.log("writing");
  } catch (error) {
    if (!(error instanceof WikiError)) throw error;
    const found = await wiki.search("word");
    console.log(JSON.stringify({ version, code: error.code, found: found.length }));
    break;
  }
await wiki[Symbol.asyncDispose]();
