import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type CodexRun, configOf, environmentOf } from "./run-codex.ts";

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly result?: { readonly thread?: { readonly id?: string } };
  readonly error?: unknown;
}

/** One turn of the real binary as an app-server: its messages, up to the end of the turn. */
export async function runAppServer(
  run: CodexRun,
): Promise<{ readonly events: readonly unknown[] }> {
  const { home, model = "gpt-5.5", prompt = "hi" } = run;
  const sdk = createRequire(fileURLToPath(import.meta.resolve("@openai/codex-sdk")));
  const program = sdk.resolve("@openai/codex/bin/codex.js");
  // Codex reads the catalog before any thread, and from no configuration of a thread.
  const catalog = `model_catalog_json=${JSON.stringify(home.leanCatalog)}`;
  const codex = spawn(process.execPath, [program, "app-server", "-c", catalog], {
    env: environmentOf(run),
    cwd: home.path,
    stdio: ["pipe", "pipe", "ignore"],
  });
  const send = (message: object): void => void codex.stdin.write(`${JSON.stringify(message)}\n`);
  const events: unknown[] = [];
  const clientInfo = { name: "test", title: null, version: "1" };
  send({ id: 0, method: "initialize", params: { clientInfo, capabilities: {} } });
  for await (const line of createInterface({ input: codex.stdout })) {
    const message = JSON.parse(line) as Message;
    events.push(message);
    if (message.error !== undefined || message.method === "turn/completed") break;
    if (message.method !== undefined) continue;
    if (message.id === 0) {
      send({ method: "initialized" });
      const start = { model, cwd: home.path, ephemeral: true, config: configOf(run) };
      const params = { ...start, approvalPolicy: "never", sandbox: "read-only" };
      send({ id: 1, method: "thread/start", params });
    }
    if (message.id === 1) {
      const threadId = message.result?.thread?.id;
      const input = [{ type: "text", text: prompt }];
      send({ id: 2, method: "turn/start", params: { threadId, input } });
    }
  }
  codex.stdin.end();
  await once(codex, "close");
  return { events };
}
