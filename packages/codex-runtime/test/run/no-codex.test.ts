import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CodexKtxLlmRuntime, findRunEnd } from "../../src/index.ts";
import { makeTestFolder } from "../../../../test/test-folder.ts";

test.each(["exec", "app-server"] as const)(
  "an npm wrapper without its binary fails a run over %s, as a matter of the installation",
  async (transport) => {
    await using folder = await makeTestFolder("wrapper");
    const codexPath = join(folder.path, "bin/codex.js");
    await mkdir(join(folder.path, "bin"), { recursive: true });
    await writeFile(codexPath, "");
    await writeFile(join(folder.path, "package.json"), "{}");
    const platform = `node_modules/@openai/codex-${process.platform}-${process.arch}`;
    await mkdir(join(folder.path, platform), { recursive: true });
    await writeFile(join(folder.path, platform, "package.json"), "{}");
    const runtime = new CodexKtxLlmRuntime({
      projectDir: folder.path,
      modelSlots: { default: "codex" },
      codexPath,
      transport,
      env: { HOME: folder.path, XDG_CACHE_HOME: folder.path, CODEX_API_KEY: "none" },
    });
    let attempts: number | undefined;
    const error: unknown = await runtime
      .generateText({
        role: "default",
        prompt: "Go",
        onMetrics: (metrics) => (attempts = metrics.attempts ?? 1),
      })
      .catch((thrown: unknown) => thrown);
    const message = expect.stringContaining("has no binary where it is expected. Reinstall");
    expect(findRunEnd(error)).toMatchObject({
      type: "failed",
      failure: { kind: "codex-config", message },
    });
    expect(attempts).toBe(1);
  },
);
