import { createRequire } from "node:module";
import { findCodexBinary, findPackagedBinary } from "../../src/process/codex-binary.ts";
import { transports } from "../e2e/scene.ts";

/** The Codex that the SDK brings and a newer one, on which every promise of the isolation is proven. */
export const codexBinaries: readonly { readonly version: string; readonly codexPath: string }[] = [
  { version: "0.163.0", codexPath: findCodexBinary() },
  {
    version: "0.169.0",
    codexPath: findPackagedBinary(() =>
      createRequire(import.meta.url).resolve("codex-next/package.json"),
    ),
  },
];

/** Each Codex over each way to talk to it. */
export const codexWays = transports.flatMap((transport) =>
  codexBinaries.map((binary) => ({ ...binary, transport })),
);

/** A model that is given its tools as functions, and one that Codex runs in code mode. */
export const models: readonly ["gpt-5.5", "gpt-6.1-sol"] = ["gpt-5.5", "gpt-6.1-sol"];
