import { readFileSync } from "node:fs";
import { format } from "node:util";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import * as appServer from "../src/app-server/index.ts";
import * as codexEvents from "../src/index.ts";
import { serverRecordingNamed } from "./app-server/recordings.ts";
import { recordingNamed } from "./recordings.ts";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const [exec = "", server = ""] = blocks("ts");
const [completed, failed, translated] = blocks("text");

test("the example prints what it says", () => {
  const run = (name: string) => print(exec, recordingNamed(name).jsonl, []);
  expect(run("10-websearch")).toBe(completed);
  expect(run("11-401-invalid-key-r0")).toBe(failed);
});

test("the example of the app-server prints what it says", () => {
  const { lines, ids } = serverRecordingNamed("plain");
  expect(print(server, lines.join("\n"), [ids.threadId, ids.turnId])).toBe(translated);
});

test("all that can be imported is named", () => {
  const names = Object.keys({ ...codexEvents, ...appServer });
  const isNamed = (name: string): boolean =>
    readme.includes(`\`${name}(`) || readme.includes(`\`${name}\``);
  expect(names.filter((name) => !isNamed(name))).toEqual([]);
});

/** The fenced blocks of a language, in order. */
function blocks(language: string): readonly string[] {
  const pattern = new RegExp(`\\n\`\`\`${language}\\n(.*?)\\n\`\`\``, "gs");
  return Array.from(readme.matchAll(pattern), ([, block = ""]) => block);
}

/** The output of a block of code with this standard input and these arguments. */
function print(code: string, stdin: string, args: readonly string[]): string {
  const printed: string[] = [];
  const log = (...words: readonly unknown[]) => void printed.push(format(...words));
  const withoutImports = code.replaceAll(/^import .*?;$/gms, "");
  runInNewContext(withoutImports, {
    ...codexEvents,
    ...appServer,
    readFileSync: () => stdin,
    process: { argv: ["node", "program.ts", ...args] },
    performance,
    console: { log },
  });
  return printed.join("\n");
}
