import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";

const repository = join(import.meta.dirname, "../../..");
const read = (path: string): Promise<string> => readFile(join(repository, path), "utf8");

const headerSchema = z.object({ version: z.literal(2), title: z.string() });
const eventSchema = z.tuple([z.number(), z.literal("o"), z.string()]);

test("the recording goes from signed out to an answer, in the keystrokes that the README counts", async () => {
  const [header = "", ...lines] = (await read("docs/first-answer.cast")).trim().split("\n");
  const { title } = headerSchema.parse(JSON.parse(header));
  const shown = lines.map((line) => eventSchema.parse(JSON.parse(line))[2]).join("");
  expect(shown).toContain("Which sign-in should runs use?");
  expect(shown).toMatch(/ktx run "Say hello"[^]*Hello! I am a model on this machine\./);
  const [, keystrokes = ""] = /in (\d+) keystrokes/.exec(title) ?? [];
  expect(await read("README.md")).toContain(`in ${keystrokes} keystrokes`);
});

test("the picture is made of the recording, and both show no folder but the recorded one", async () => {
  const files = await Promise.all(["docs/first-answer.cast", "docs/first-answer.svg"].map(read));
  expect(files[1]).toMatch(/^<svg [^]*Hello!/);
  for (const text of files) {
    const folders = text.match(/\/(?:home|root|tmp|Users|work)\/[\w-]+/g) ?? [];
    expect(new Set(folders)).toEqual(new Set(["/tmp/ktx-first-answer"]));
  }
});
