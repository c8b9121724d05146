import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

/** Who may import whom, in shipped source. DESIGN: no arrow goes back. */
const arrows: Readonly<Record<string, readonly string[]>> = {
  "packages/codex-events": [],
  // A server over stdio is a process, whose errors may hold what the caller gave it.
  "packages/mcp-bridge": ["@ktx/child-process", "@ktx/redact", "@ktx/timers"],
  "packages/config": [],
  "packages/codex-sim": [],
  "packages/json-answer": [],
  "packages/structured-output": ["@ktx/json-answer"],
  "packages/redact": [],
  "packages/sqlite": [],
  "packages/timers": [],
  "packages/images": [],
  "packages/batch": ["@ktx/sqlite", "@ktx/timers"],
  "packages/queue-postgres": ["@ktx/batch", "@ktx/timers"],
  "packages/wiki": ["@ktx/mcp-bridge", "@ktx/sqlite"],
  "packages/child-process": ["@ktx/timers"],
  "packages/rate-limits": ["@ktx/timers"],
  "packages/codex-home": [],
  "packages/codex-binary": ["@ktx/codex-home"],
  "packages/codex-process": [
    "@ktx/child-process",
    "@ktx/codex-events",
    "@ktx/codex-home",
    "@ktx/redact",
  ],
  "packages/app-server": [
    "@ktx/child-process",
    "@ktx/codex-events",
    "@ktx/codex-home",
    "@ktx/codex-process",
    "@ktx/redact",
    "@ktx/timers",
  ],
  "packages/codex-tools": ["@ktx/mcp-bridge", "@ktx/structured-output"],
  "packages/codex-runtime": [
    "@ktx/app-server",
    "@ktx/child-process",
    "@ktx/codex-binary",
    "@ktx/codex-events",
    "@ktx/codex-home",
    "@ktx/codex-process",
    "@ktx/codex-tools",
    "@ktx/images",
    "@ktx/mcp-bridge",
    "@ktx/rate-limits",
    "@ktx/redact",
    "@ktx/structured-output",
    "@ktx/timers",
  ],
  "packages/wiki-server": ["@ktx/wiki"],
  "packages/ingest": [
    "@ktx/batch",
    "@ktx/codex-runtime",
    "@ktx/mcp-bridge",
    "@ktx/sqlite",
    "@ktx/wiki",
  ],
  "packages/report": ["@ktx/codex-events", "@ktx/recording"],
  "packages/recording": [
    "@ktx/codex-events",
    "@ktx/codex-runtime",
    "@ktx/codex-tools",
    "@ktx/mcp-bridge",
    "@ktx/redact",
    "@ktx/timers",
  ],
  "packages/otel": ["@ktx/codex-runtime", "@ktx/mcp-bridge"],
  "packages/ai-sdk-provider": [
    "@ktx/codex-events",
    "@ktx/codex-runtime",
    "@ktx/codex-tools",
    "@ktx/mcp-bridge",
    "@ktx/structured-output",
  ],
  "apps/ktx": [
    "@ktx/batch",
    // The versions need no runtime.
    "@ktx/codex-binary",
    "@ktx/codex-events",
    // The names of kept threads lie beside the threads.
    "@ktx/codex-home",
    "@ktx/codex-runtime",
    "@ktx/codex-sim",
    "@ktx/config",
    // An explanation of a run reads the images as the run does.
    "@ktx/images",
    "@ktx/ingest",
    "@ktx/mcp-bridge",
    "@ktx/queue-postgres",
    "@ktx/recording",
    "@ktx/report",
    // The records of runs are without secrets.
    "@ktx/redact",
    "@ktx/wiki",
    "@ktx/wiki-server",
  ],
};

describe.each(Object.entries(arrows))("%s", (folder, allowed) => {
  test("imports no package of ours but those that its arrows name", () => {
    expect(importedPackages(join(folder, "src")).difference(new Set(allowed))).toEqual(new Set());
  });

  test("declares no package of ours but those that its arrows name", () => {
    expect(declaredPackages(folder).difference(new Set(allowed))).toEqual(new Set());
  });
});

test("every package is in the table", () => {
  const folders = ["packages", "apps"].flatMap((root) =>
    readdirSync(root).map((name) => `${root}/${name}`),
  );
  expect(new Set(folders)).toEqual(new Set(Object.keys(arrows)));
});

test("codex-events and codex-sim depend on nothing at all", () => {
  for (const folder of ["packages/codex-events", "packages/codex-sim"])
    expect(manifest(folder).dependencies ?? {}).toEqual({});
});

test("only one file imports the Codex SDK, and it does so lazily", () => {
  const imports = sourceFiles("packages/codex-runtime/src").flatMap((file) =>
    [...readFileSync(file, "utf8").matchAll(/^.*["(]@openai\/codex-sdk".*$/gm)].map(
      ([line]) => `${file}: ${line.trim()}`,
    ),
  );
  expect(imports.filter((line) => !/: import type |import\.meta\.resolve\(/.test(line))).toEqual([
    'packages/codex-runtime/src/transport/exec/exec-turn.ts: const { Codex } = await import("@openai/codex-sdk");',
  ]);
});

function importedPackages(folder: string): Set<string> {
  const found = new Set<string>();
  for (const file of sourceFiles(folder))
    for (const [, name] of readFileSync(file, "utf8").matchAll(
      /(?:from|import\()\s*"(@ktx\/[^/"]+)/g,
    ))
      if (name !== undefined) found.add(name);
  return found;
}

function declaredPackages(folder: string): Set<string> {
  return new Set(
    Object.keys(manifest(folder).dependencies ?? {}).filter((name) => name.startsWith("@ktx/")),
  );
}

function manifest(folder: string): { dependencies?: Record<string, string> } {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
    dependencies?: Record<string, string>;
  };
}

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => join(folder, name));
}
