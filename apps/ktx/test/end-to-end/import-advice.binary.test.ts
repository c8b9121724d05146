import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openSandbox, runKtx } from "../spawn-ktx.ts";

test.each([
  ["tools", "tools.ts", 'import "@ktx/other";', "npm install @ktx/other, in "],
  ["tools", "tools.ts", 'import "@ktx/other";', "that a clone of ktx packs, as its README shows."],
  ["tools", "tools.mjs", 'import "@acme/wiki/search";', "npm install @acme/wiki, in "],
  ["schema", "schema.mjs", 'import "wiki/search";', "npm install wiki, in "],
  ["tools", "tools.cjs", 'require("wiki/search");', "npm install wiki, in "],
  ["schema", "schema.cjs", 'require("./helper");', "Correct the path of the import."],
  ["tools", "tools.ts", 'import "./helper";', "It needs the file's extension, as in ./helper.ts."],
  ["schema", "schema.ts", "enum Kind { A }", "Remove enums, namespaces and parameter properties"],
  ["tools", "tools.ts", "export const tools = [", "Correct the syntax"],
  ["tools", "tools.mjs", 'import { nope } from "node:fs";', "the name of the import"],
  [
    "tools",
    "tools.py",
    "tools = []",
    "Give it in TypeScript (.ts, .mts) or JavaScript (.js, .mjs).",
  ],
  ["schema", "schema.mjs", 'throw new Error("No database.");', "Correct the module. `node "],
])(
  "a %s module %s with %s is reported with the way to mend it: %s",
  async (kind, name, text, advice) => {
    await using sandbox = await openSandbox();
    await writeFile(join(sandbox.project, name), text);
    const args = ["run", "Hi", "--model", "gpt-5.5", `--${kind}`, name];
    const { exitCode, stdout, stderr } = await runKtx(sandbox, args);
    const message = stderr.replaceAll(/\s+/g, " ");
    expect(message).toMatch(
      new RegExp(`^error: The ${kind} module \\S+/${name} could not be loaded\\. why: `),
    );
    expect(message).toContain(advice);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
  },
);
