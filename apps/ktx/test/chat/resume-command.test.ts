import { execFileSync } from "node:child_process";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { resumeCommand } from "../../src/chat/resume-command.ts";

test("names the service, the key's variable and the model that were given", () => {
  expect(resumeCommand("id", { role: "default" })).toBe("ktx chat --resume id");
  expect(
    resumeCommand("id", {
      role: "default",
      model: "some-model",
      endpoint: "http://127.0.0.1:80/v1",
      apiKeyEnv: "SOME_KEY",
      tools: "my tools/it's.ts",
      projectDir: "..",
      mcp: ["npx server", "https://a/b"],
      asks: true,
    }),
  ).toBe(
    String.raw`ktx chat --resume id --tools 'my tools/it'\''s.ts' --mcp 'npx server' --mcp https://a/b --model some-model --endpoint http://127.0.0.1:80/v1 --api-key-env SOME_KEY --project-dir .. --approve`,
  );
  expect(resumeCommand("id", { role: "triage" })).toBe("ktx chat --resume id --role triage");
});

test("a shell reads each value back as it was given", () => {
  const value = fc
    .string({ unit: "grapheme", minLength: 0 })
    .filter((text) => !text.includes("\0"));
  fc.assert(
    fc.property(value, (tools) => {
      const command = resumeCommand("id", { role: "default", tools });
      const script = `ktx() { printf '%s\\0' "$@"; }; ${command}`;
      const read = execFileSync("/bin/sh", ["-c", script], { encoding: "utf8" });
      expect(read.split("\0")).toEqual(["chat", "--resume", "id", "--tools", tools, ""]);
    }),
    { numRuns: 30 },
  );
});
