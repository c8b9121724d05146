import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { codexUnderTest } from "../../codex-runtime/test/codex-under-test.ts";
import { type Block, type ContenderName, type Measured, measured } from "./block.ts";

export interface Contender extends AsyncDisposable {
  readonly name: ContenderName;
  readonly measure: (block: Block) => Promise<Measured>;
}

/** @param home An empty folder, which is the home of the contender and of its Codex. */
export async function startContender(
  name: ContenderName,
  { baseUrl, home, rivalPath }: { baseUrl: string; home: string; rivalPath: string },
): Promise<Contender> {
  mkdirSync(home, { recursive: true });
  const { codexPath } = codexUnderTest;
  const input = { name, baseUrl, rivalPath, codexPath };
  const child = fork(join(import.meta.dirname, "contender-program.ts"), [JSON.stringify(input)], {
    execArgv: ["--no-warnings", "--conditions=@ktx/source"],
    env: { PATH: process.env["PATH"] ?? "", HOME: home, AI_SDK_LOG_WARNINGS: "false" },
  });
  await messageOf(child, name);
  return {
    name,
    measure: async (block) => {
      child.send(block);
      return measured.parse(await messageOf(child, name));
    },
    [Symbol.asyncDispose]: async () => {
      const gone = child.exitCode === null ? once(child, "exit") : undefined;
      if (child.connected) child.disconnect();
      await gone;
    },
  };
}

async function messageOf(child: ChildProcess, name: string): Promise<unknown> {
  const over = new AbortController();
  const message = once(child, "message", { signal: over.signal });
  const exit = once(child, "exit", { signal: over.signal }).then(([code]) => {
    throw new Error(`The contender ${name} ended with the exit code ${code} in the middle.`);
  });
  try {
    const [value]: unknown[] = await Promise.race([message, exit]);
    return value;
  } finally {
    over.abort();
    await Promise.allSettled([message, exit]);
  }
}
