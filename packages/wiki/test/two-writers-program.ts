/** Appends lines to one page: reads it, and writes it against what it has read, until it is taken. */
import { openWiki } from "../src/index.ts";

const [, , projectDir = "", writer = ""] = process.argv;
const wiki = await openWiki({ projectDir });
for (let count = 0; count < 25; count += 1)
  for (;;) {
    const page = await wiki.read("log.md");
    const text = `${page?.text ?? ""}${writer}${count}\n`;
    const { outcome } = await wiki.write({ name: "log.md", text, baseHash: page?.hash ?? null });
    if (outcome === "written") break;
  }
await wiki[Symbol.asyncDispose]();
