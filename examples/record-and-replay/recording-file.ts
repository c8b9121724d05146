import { fileURLToPath } from "node:url";
import type { RedactionRules } from "@ktx/recording";

export const recordingFile: string = fileURLToPath(new URL("refund.jsonl", import.meta.url));

/** Texts that must not be in a committed file: values of variables such as `…_KEY`, and this folder. */
export const redactionRules: RedactionRules = {
  env: process.env,
  folders: { project: process.cwd() },
};
