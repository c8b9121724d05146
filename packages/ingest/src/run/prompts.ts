import { readFile } from "node:fs/promises";
import { hashOf } from "../plan/unit-key.ts";

export interface Prompt {
  readonly text: string;
  /** A part of the key of each unit that is run with it. */
  readonly hash: string;
}

/** A prompt of the package. */
export async function loadPrompt(name: "unit" | "reconcile" | "scan"): Promise<Prompt> {
  const text = await readFile(new URL(`../../prompts/${name}.md`, import.meta.url), "utf8");
  return { text, hash: hashOf(text) };
}
